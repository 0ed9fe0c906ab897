"""`stadspeil history`: what changed the households of towns, told and as a table."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from stadspeil.amounts import counted
from stadspeil.cli.screen import progress_bar
from stadspeil.cli.sessions import Session
from stadspeil.errors import QuestionError
from stadspeil.report.household_words import household_words
from stadspeil.report.wording import wording
from stadspeil.simulation.history_store import (
    HOUSEHOLD_CHANGE,
    HOUSEHOLD_FIT,
    Kept,
    read_history,
    write_history,
)


def made(session: Session, draws: int, seed: int) -> Kept:
    """The history of the workspace, with progress on the screen. Raises as `write_history`."""
    with progress_bar() as progress:
        return write_history(session.workspace, session.catalogue, draws=draws, seed=seed, progress=progress)


def summary(session: Session, kept: Kept, town: str) -> Iterator[str]:
    """What was made and, of a town, what changed its households.

    Raises:  QuestionError where the town is not in the history.
    """
    run = kept.run
    if not kept.new:
        yield "Er is niets veranderd; de vorige geschiedenis blijft staan."
    yield (
        f"Huishoudens van {counted(run['gemeenten'], 'gemeente', 'gemeenten')} van {run['first_year']} tot {run['year']} op de indeling van {run['boundaries']}; "
        f"{run['draws']} trekkingen van kansen. Onverklaard blijft in de middelste gemeente {run['unexplained_pct']} % van de huishoudens."
    )
    if run["invented"]:
        yield "Let op: deze cijfers zijn verzonnen; Nieuwland bestaat niet."
    if run["left_out"]:
        few = ", ".join(run["left_out"][:5])
        yield f"Zonder {counted(len(run['left_out']), 'gemeente', 'gemeenten')} waarvan iets ontbreekt, zoals {few}."
    if run["ages_known"] < run["gemeenten"]:
        yield (
            f"Van {counted(run['gemeenten'] - run['ages_known'], 'gemeente', 'gemeenten')} is niet bekend hoeveel hoofden in de laatste vijf jaar van een leeftijdsgroep zijn; "
            "daar worden zij ouder als in het land."
        )
    fit = read_history(session.workspace, HOUSEHOLD_FIT.name)
    yield from _tested(fit)
    if not town:
        yield "Vraag --town GEMEENTE voor wat er in een gemeente gebeurde."
        return
    yield from household_words(_own(session, town), fit, session.register.name(town), wording("nl"))
    yield wording("nl")("household_history.note")


def wanted(session: Session, town: str, fit: bool) -> pl.DataFrame:
    """The table that was asked for: the test against published moves, or the parts of the change."""
    if fit:
        return read_history(session.workspace, HOUSEHOLD_FIT.name)
    return _own(session, town) if town else read_history(session.workspace, HOUSEHOLD_CHANGE.name)


def _own(session: Session, town: str) -> pl.DataFrame:
    found = read_history(session.workspace, HOUSEHOLD_CHANGE.name, town)
    if found.is_empty():
        raise QuestionError(
            f"geschiedenis van {town}", "van deze gemeente is niet alles bekend, of het is geen gemeente",
            "zie 'stadspeil history --csv' voor de gemeenten die er wel in staan",
        )  # fmt: skip
    return found


def _tested(fit: pl.DataFrame) -> Iterator[str]:
    rows = fit.drop_nulls("correlation")
    if rows.is_empty():
        yield "Gepubliceerde verhuizingen om aan te toetsen zijn er niet."
        return
    said = ", ".join(f"{row['group']} {row['correlation']:.2f}".replace(".", ",") for row in rows.iter_rows(named=True))
    yield f"Rangcorrelatie over gemeenten met gepubliceerde verhuizingen, waarmee niet is gerekend: {said}."
