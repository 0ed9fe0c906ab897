"""`stadspeil weigh`: a composite with other weights or added up otherwise, beside what its entry makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.amounts import counted
from stadspeil.cli.sessions import Session, open_session
from stadspeil.errors import QuestionError
from stadspeil.scores.own_weights import read_own_weights
from stadspeil.scores.weighing import Otherwise, Weighed, weigh
from stadspeil.shelf import has_shelf, read_shelf

# Of the bootstrap: the same question has the same answer.
_SEED = 0
_FIGURES = {
    "areas": "gemeenten met alle delen", "components": "componenten", "explained": "deel van de verschillen dat die verklaren",
    "negative": "deel van de delen dat tegen zijn component in gaat", "blocks": "blokken (provincies) om de beurt weggelaten",
    "r2": "deel van het doel dat elders wordt voorspeld (R2)", "penalty": "straf (ridge)",
    "miss": "grootste afstand tot het gewenste belang",
}  # fmt: skip
_HEADS = {
    "part": "deel", "title": "titel", "weight_entry": "gewicht opgave", "weight": "gewicht", "importance_entry": "belang opgave",
    "importance": "belang", "chosen": "gekozen", "area": "gebied", "name": "naam", "mark_entry": "cijfer opgave",
    "rank_entry": "plaats opgave", "mark": "cijfer", "rank": "plaats", "moved": "omhoog", "compensation": "compensatie",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What the screen gets: tables in order, each under its sentence, and all of it as one table for a file."""

    tables: tuple[tuple[str, pl.DataFrame], ...]
    sentences: tuple[str, ...]
    long: pl.DataFrame


def weighed(
    workspace: Path | None, composite: str, otherwise: Otherwise, own: Path | None, town: str, year: int | None
) -> Shown:
    """The answer to one question, ready to show."""
    session = open_session(workspace)
    session.catalogue.composite(composite)
    parts = session.catalogue.parts_of(composite)
    if own is not None:
        otherwise = replace(otherwise, given=read_own_weights(own, parts))
    folder = session.workspace.out / "scores"
    if not has_shelf(folder):
        raise QuestionError(
            f"werkmap {session.workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil score'"
        )
    scores = read_shelf(folder, {"level": ["gemeente"]})
    made = weigh(composite, scores, session.catalogue, session.register, otherwise, np.random.default_rng(_SEED), year)
    return _shown(made, session, town)


def _shown(made: Weighed, session: Session, town: str) -> Shown:
    about = f"{session.catalogue.title_of(made.id)}, {made.year}: gewichten {made.weights.method}, optelling {made.aggregation}"
    tables = [(about, made.parts.rename(_HEADS, strict=False))]
    if made.weights.diagnostics:
        rows = [(_FIGURES[name], value) for name, value in made.weights.diagnostics.items()]
        tables.append(("wat er van deze gewichten bekend is:", pl.DataFrame(rows, ["wat", "getal"], orient="row")))
    if town:
        row = pl.DataFrame([made.town(session.area(town))])
        tables.append(
            (
                f"wat zij doen, van {counted(made.areas.height, 'gemeente', 'gemeenten')}:",
                row.rename(_HEADS, strict=False),
            )
        )
    movers = made.movers().rename(_HEADS, strict=False)
    if movers.height:
        tables.append(("wie het meest verschuift:", movers))
    stays = () if movers.height else ("geen enkele plaats verandert",)
    caution = () if made.weights.method in ("equal", "declared") else (
        "gewichten uit de gegevens zeggen hoe delen samenhangen, niet hoe belangrijk zij zijn en niet wat waarvan komt",
    )  # fmt: skip
    return Shown(tuple(tables), (*made.weights.notes, *stays, *caution), made.long())
