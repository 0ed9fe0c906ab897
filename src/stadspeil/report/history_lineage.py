"""How a part of the history of households came about: part ← test ← draws ← coefficients ← tables ← snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from stadspeil.analyses.flows import MOVED, flows_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError
from stadspeil.report.lineage import Chain, Step
from stadspeil.report.simulated_lineage import PROVENANCE
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.simulation.classes import AGE_BANDS, HOUSEHOLD_TYPES
from stadspeil.simulation.history_store import (
    ALL,
    HOUSEHOLD_CHANGE,
    HOUSEHOLD_FIT,
    read_history,
    read_history_run,
)
from stadspeil.simulation.household_figures import FIELDS
from stadspeil.sources import SnapshotStore
from stadspeil.workspace import Workspace

Fact = tuple[str, str]


def explain_part(workspace: Workspace, catalogue: Catalogue, asked: str, area: str, name: str) -> Chain:
    """The chain of one part of the change of a gemeente: `vorming`, or of a kind or age, `komst:18-29`.

    Raises:  QuestionError where there is no history, or it has no such part, group or gemeente.
    """
    run = read_history_run(workspace)
    part, _, group = asked.partition(":")
    change = read_history(workspace, HOUSEHOLD_CHANGE.name, area)
    if change.is_empty():
        raise QuestionError(
            f"geschiedenis van {area}", "van deze gemeente is niet alles bekend, of het is geen gemeente",
            "zie 'stadspeil export household_change' voor de gemeenten die er wel in staan",
        )  # fmt: skip
    parts = change["part"].unique().sort().to_list()
    if part not in parts:
        raise QuestionError(f"deel '{part}'", f"bestaat niet{near_match(part, parts)}", f"kies uit {', '.join(parts)}")
    groups = (*HOUSEHOLD_TYPES, *AGE_BANDS)
    if group and group not in groups:
        raise QuestionError(
            f"groep '{group}'", f"bestaat niet{near_match(group, groups)}", f"kies uit {', '.join(groups)}"
        )
    household, age = (group if group in of else ALL for of in (HOUSEHOLD_TYPES, AGE_BANDS))
    rows = change.filter(part=part, household=household, age=age).sort("told")
    question = f"{part}{f' ({group})' if group else ''}, {name} ({area}): huishoudens erbij of eraf, {run['first_year']} tot {run['year']}"
    if run["invented"]:
        question = f"Verzonnen: Nieuwland bestaat niet.\n{question}"
    steps = [
        *(_part_step(row) for row in rows.to_dicts()), _fit_step(read_history(workspace, HOUSEHOLD_FIT.name), group),
        _run_step(run), _tables_step(workspace, catalogue, run, area), _coefficients_step(run),
    ]  # fmt: skip
    return Chain(question, tuple(steps))


def _part_step(row: dict[str, Any]) -> Step:
    margin = "geen: oorzaken zijn bij zoveel gemeenten een keer berekend"
    if row["low"] is not None and row["high"] is not None:
        margin = f"{_number(row['low'])} tot {_number(row['high'])} (10 tot 90 % van {row['draws']} trekkingen)"
    what = "door welke deur huishoudens kwamen en gingen" if row["told"] == "deur" else "wat anders was geweest zonder"
    return Step(f"Als {row['told']}", (
        ("wat het zegt", what), ("huishoudens", _number(row["value"])), ("marge", margin),
        ("geteld bij begin en eind", f"{_number(row['before'])} en {_number(row['after'])}"),
    ))  # fmt: skip


def _fit_step(fit: pl.DataFrame, group: str) -> Step:
    """The tests of moves of the group, and of everyone."""
    facts = []
    for row in fit.filter(pl.col("group").is_in(["alle", "allen", group])).iter_rows(named=True):
        if row["correlation"] is None:
            facts.append((row["group"], "gepubliceerde verhuizingen ontbreken"))
            continue
        verdict = "gaat mee" if row["agrees"] else "gaat niet mee: lees komst en vertrek als orde van grootte"
        said = f"{row['correlation']:.2f}".replace(".", ",")
        facts.append((row["group"], f"rangcorrelatie {said} over {row['gemeenten']} gemeenten, {verdict}"))
    return Step("Toets aan gepubliceerde verhuizingen, waarmee niet is gerekend", tuple(facts))


def _run_step(run: dict[str, Any]) -> Step:
    return Step("Berekening", (
        ("methode", "stromen van huishoudens per soort, leeftijd en gemeente (docs/explanation/three-tiers.md)"),
        ("gemeenten", f"{run['gemeenten']} op de indeling van {run['boundaries']}, {len(run['left_out'])} weggelaten"),
        ("niet verklaard", f"{run['unexplained_pct']} % van de huishoudens in de middelste gemeente".replace(".", ",")),
        ("trekkingen", f"{run['draws']} met begingetal {run['seed']}"),
        ("code", run["inputs"]["code"][:12]),
    ))  # fmt: skip


def _tables_step(workspace: Workspace, catalogue: Catalogue, run: dict[str, Any], area: str) -> Step:
    """The tables that hold figures of the gemeente by which the history was made, and the files behind those."""
    known = {each.id: each for each in SnapshotStore(workspace.raw).active()}
    facts: list[Fact] = []
    for table, ids in _used(workspace, catalogue, run, area):
        files = (
            f"{known[id].file_name}, editie {known[id].edition}, controlegetal {known[id].checksum[:12]}" if id in known
            else f"{id} staat niet meer in de werkmap"
            for id in ids
        )  # fmt: skip
        facts += [(table, each) for each in files]
    return Step("Gemaakt uit", tuple(facts))


def _used(
    workspace: Workspace, catalogue: Catalogue, run: dict[str, Any], area: str
) -> Iterator[tuple[str, list[str]]]:
    """Tables of the run with the snapshots of their figures of the gemeente, and of moves between all gemeenten."""
    years = pl.col("year").is_between(run["first_year"], run["year"])
    held = [
        each.id for each in catalogue.tables.values() if each.kind == "cells" and each.id in run["inputs"]["tables"]
    ]
    for table in sorted(held):
        if has_shelf(workspace.tables / table):
            own = read_shelf(workspace.tables / table, {"area": [area], "field": list(FIELDS)}).filter(years)
            if own.height:
                yield table, own["snapshot"].unique().sort().to_list()
    moved = flows_of(workspace, MOVED)
    yield MOVED, moved.filter(pl.col("year") == pl.col("year").max())["snapshot"].unique().sort().to_list()


def _coefficients_step(run: dict[str, Any]) -> Step:
    facts = [("niet geschat op microdata", "WoON is niet openbaar")]
    for id, each in run["coefficients"].items():
        low, high = (f"{end:.4g}".replace(".", ",") for end in each["believed"]) if each["believed"] else ("", "")
        value = f"{each['value']:.4g}".replace(".", ",")
        facts.append(
            (id, f"{value} ({low} tot {high}) {each['unit']} ({PROVENANCE[each['provenance']]}; {each['source']})")
        )
    return Step("Kansen", tuple(facts))


def _number(number: float) -> str:
    return f"{round(number):,}".replace(",", ".")
