"""`stadspeil appraise`: a package weighed, in sentences and tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from stadspeil.amounts import chance, counted, euros, number, rough
from stadspeil.appraisal.store import Asked, Made, appraise_package, read_appraisal
from stadspeil.cli.screen import progress_bar
from stadspeil.cli.sessions import Session
from stadspeil.report.wording import wording
from stadspeil.simulation.store import command_of, read_run, simulated
from stadspeil.workspace import made_by_other

_FEW, _NEAREST, _FAR = 5, 2, 10


def appraised(session: Session, asked: Asked) -> Made:
    """Weigh with progress on the screen."""
    with progress_bar() as progress:
        return appraise_package(session.workspace, session.catalogue, asked, progress)


def summary(session: Session, made: Made) -> Iterator[str]:
    """What came out, in sentences: never a ratio without its interval."""
    run, package = made.run, made.run["package"]
    tables = {
        name: read_appraisal(session.workspace, package["id"], name)
        for name in ("outcomes", "ledger", "mechanisms", "inputs")
    }
    if not made.new:
        yield "Er is niets veranderd; de vorige uitkomst blijft staan."
    yield (
        f"{package['title']} ({package['status']}): {counted(len(package['measures']), 'maatregel', 'maatregelen')}, {run['first']} tot en met "
        f"{run['first'] + run['years'] - 1}, {run['draws']} trekkingen, prijzen van {run['first']}."
    )
    if run["invented"]:
        yield "Let op: dit pakket of deze stad is verzonnen; geen getal hieruit is een plan of een voorspelling."
    yield from _outcome(tables["outcomes"])
    yield from _mechanisms(tables["mechanisms"], session)
    yield run["ask"]["sentence"]
    yield from run["means"]["sentences"]
    yield from _older(session, package["programme"])
    yield from _pockets(tables["ledger"], session)
    yield from _turning(tables["inputs"], run["inputs"])
    if run["worst"]:
        yield run["worst"]
    yield from (f"opmerking: {each}" for each in run["remarks"])


def _older(session: Session, programme: str) -> Iterator[str]:
    """That effects of homes come from a simulation by another version of the program."""
    if programme not in simulated(session.workspace):
        return
    run = read_run(session.workspace, programme)
    if made_by_other(run):
        yield (
            f"De effecten van woningen komen uit een simulatie van '{programme}' die met een andere versie van Stadspeil is "
            f"gemaakt; maak haar opnieuw met '{command_of(run)}' en weeg dan opnieuw."
        )


def _outcome(outcomes: pl.DataFrame) -> Iterator[str]:
    words = wording("nl")
    rows = {(row["rules"], row["figure"]): row for row in outcomes.iter_rows(named=True)}
    net = rows["nl", "netto"]
    yield (
        f"Kosten {_range(rows['nl', 'kosten'])}; baten die in geld zijn uit te drukken {_range(rows['nl', 'baten'])}; "
        f"samen {_range(net)}."
    )
    certain = rows["nl", "kans_netto_boven_nul"]["mean"]
    yield f"De kans dat de baten in geld hoger zijn dan de kosten is {chance(certain)}."
    ratio = rows.get(("nl", "baten_per_euro"))
    if ratio is not None:
        yield (
            f"Per euro publiek geld komt er tussen {number(ratio['low'], 1)} en {number(ratio['high'], 1)} euro aan baten "
            "(5-95 %)."
        )
    turning = rows.get(("nl", "omslagrente"))
    if turning is not None:
        yield f"Bij een discontovoet van {number(turning['mean'], 1)} % per jaar zouden kosten en baten gelijk zijn."
    other = [
        f"{words(f'case.rules.{rules}')} {_range(row)}"
        for (rules, figure), row in rows.items()
        if figure == "netto" and rules != "nl"
    ]
    if other:
        yield f"Met andere rekenregels: {'; '.join(other)}."


def _mechanisms(mechanisms: pl.DataFrame, session: Session) -> Iterator[str]:
    told = mechanisms.filter(pl.col("shown"))
    if not told.height:
        yield "Op de mechanismen van de stad als geheel is geen verandering te onderscheiden van nul."
        return
    last = told.filter(pl.col("year") == pl.col("year").max())
    for row in last.iter_rows(named=True):
        title = session.catalogue.mechanisms[row["mechanism"]].title
        yield (
            f"{title} in {row['year']}: {number(row['mean'], 3)} punt ({number(row['low'], 3)} tot "
            f"{number(row['high'], 3)}), de andere gemeenten gelijk gehouden."
        )


def _pockets(ledger: pl.DataFrame, session: Session) -> Iterator[str]:
    net = ledger.filter((pl.col("entry") == "saldo") & pl.col("shown")).sort("mean")
    titles = {id: each.title for id, each in session.catalogue.actors.items()}
    lose = [row for row in net.iter_rows(named=True) if row["mean"] < 0 and row["actor"] in titles]
    gain = [row for row in net.sort("mean", descending=True).iter_rows(named=True) if row["mean"] > 0]
    if lose:
        yield "Wie erbij inlegt: " + "; ".join(f"{titles[row['actor']]} {_range(row)}" for row in lose[:_FEW]) + "."
    if gain:
        yield "Wie eraan overhoudt: " + "; ".join(
            f"{titles.get(row['actor'], 'samenleving')} {_range(row)}" for row in gain[:_FEW]
        ) + "."  # fmt: skip


def _turning(inputs: pl.DataFrame, titles: Mapping[str, str]) -> Iterator[str]:
    """Where the balance is nothing, the nearest first: what, from, to, in which unit."""
    found = inputs.filter(pl.col("switching").is_not_null() & (pl.col("used") != 0) & (pl.col("switching") != 0))
    if not found.height:
        yield "Geen enkele invoer brengt het saldo alleen op nul."
        return
    times = (pl.col("switching") / pl.col("used")).log().abs()
    found = found.filter(times < math.log(_FAR))
    if not found.height:
        yield (
            f"Ook als een van de onzekerheden {_FAR} keer zo groot of {_FAR} keer zo klein is als verwacht, wordt het saldo "
            "niet nul."
        )
    for row in found.sort(times).head(_NEAREST).iter_rows(named=True):
        ratio = row["switching"] / row["used"]
        said = (
            f"{100 * abs(ratio - 1):.0f}% {'hoger' if ratio > 1 else 'lager'}"
            if 0.5 <= ratio < 2
            else f"{number(ratio, 1 if ratio > 1 else 2)} keer zo veel"
        )
        yield (
            f"Het saldo is nul als {titles.get(row['input'], row['input'])} van {rough(row['used'])} naar "
            f"{rough(row['switching'])} {row['unit']} gaat ({said})."
        )


def _range(row: Mapping[str, Any]) -> str:
    return f"{euros(row['mean'])} ({euros(row['low'])} tot {euros(row['high'])})"
