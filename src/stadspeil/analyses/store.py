"""Analyses of a workspace: out/analyses/<name>/, made from scores and values, reused while nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.analyses.below import PEOPLE, below_the_wijk, inequality_of
from stadspeil.analyses.flows import COMMUTED, MOVED, flow_analyses, flow_sums, flows_of
from stadspeil.analyses.flows import FIELDS as FLOW_FIELDS
from stadspeil.analyses.gaps import gaps
from stadspeil.analyses.grid import inside_buurten
from stadspeil.analyses.group_tests import group_tests
from stadspeil.analyses.kin import STRUCTURE, Structure, alike, kinds_of, structure_of
from stadspeil.analyses.lead_lag import lead_lags
from stadspeil.analyses.mechanisms import mechanisms_of
from stadspeil.analyses.mobility import buurt_transitions, mobility_of
from stadspeil.analyses.pairs import comparison_pairs, pairs_of
from stadspeil.analyses.panel import panels_of
from stadspeil.analyses.purse import purse_of
from stadspeil.analyses.ranges import newest, rank_ranges
from stadspeil.analyses.real_change import real_marks
from stadspeil.analyses.renewal import FIELDS as RENEWAL_FIELDS
from stadspeil.analyses.renewal import renewal
from stadspeil.analyses.same_ground import followed
from stadspeil.analyses.segregation import segregation, wanted_fields
from stadspeil.analyses.sliding import pocket_changes
from stadspeil.analyses.tables import ANALYSES
from stadspeil.analyses.trend_gaps import trend_gaps
from stadspeil.analyses.trends import trends
from stadspeil.analyses.twins import twin_gaps, twins_of
from stadspeil.areas import AreaRegister
from stadspeil.areas.small_series import BREAKS
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, CELLS, GROUP_SCORES, SCORES, SQUARES, VALUES, Contract, empty
from stadspeil.errors import ContractError, QuestionError
from stadspeil.indicators.store import in_order, one_per_key
from stadspeil.shelf import Part, has_shelf, read_account, read_part, read_shelf, shelf_parts, shelf_sum, write_shelf
from stadspeil.workspace import Workspace, code_fingerprint, made_by_other, publish_json, reuse_or_make

Progress = Callable[[str, int, int], None] | None
FOLDER = "analyses"
ABOVE = ["land", "gemeente"]
# Every range and every drawing of lots begins here: the same workspace gives the same results.
SEED = 2026


def write_analyses(workspace: Workspace, catalogue: Catalogue, progress: Progress = None) -> bool:
    """Make all analyses; whether they had to be made.

    Raises:  QuestionError if there are no scores yet.
    """
    scores = workspace.out / "scores"
    if not has_shelf(scores):
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn nog geen scores om te ontleden", "draai eerst 'stadspeil score'"
        )
    _refuse_older(scores, SCORES, "score")
    _refuse_older(workspace.out / "values", VALUES, "build")
    target = workspace.out / FOLDER / "run.json"
    if not all(has_shelf(workspace.out / FOLDER / name) for name in ANALYSES):
        target.unlink(missing_ok=True)
    inputs = {
        "scores": shelf_sum(scores),
        "values": shelf_sum(workspace.out / "values"),
        "breaks": shelf_sum(workspace.out / "breaks") if has_shelf(workspace.out / "breaks") else "",
        "areas": shelf_sum(workspace.tables / "areas") if has_shelf(workspace.tables / "areas") else "",
        "cells": [shelf_sum(each) for each in _tables_of(workspace, catalogue, "cells")],
        "flows": flow_sums(workspace),
        "squares": [shelf_sum(folder) for folder in _tables_of(workspace, catalogue, "squares")],
        "catalogue": catalogue.fingerprint,
        "code": code_fingerprint(),
        "seed": SEED,
    }

    def make() -> None:
        made = _Making(workspace, catalogue, progress)
        for name, table in made.tables().items():
            write_shelf(workspace.out / FOLDER / name, [Part(name, table)])
        publish_json(inputs, target)

    return reuse_or_make(target, inputs, make)


def read_analysis(workspace: Workspace, name: str, wanted: dict[str, list[object]] | None = None) -> pl.DataFrame:
    """An analysis of a workspace, or some of its rows; without rows where it was not made.

    Raises:  QuestionError where an older program made it.
    """
    folder = workspace.out / FOLDER / name
    if not has_shelf(folder):
        return empty(ANALYSES[name])
    found = read_shelf(folder, wanted or {})
    refuse_columns(found, ANALYSES[name], folder)
    return found


def like(workspace: Workspace, area: str, number: int) -> pl.DataFrame:
    """The buurten elsewhere that are most like one in structure. Raises as `alike`."""
    folder = workspace.out / "values"
    if not has_shelf(folder):
        raise QuestionError(f"werkmap {workspace.root}", "er zijn nog geen cijfers", "draai eerst 'stadspeil build'")
    structure: Structure = structure_of(read_shelf(folder, {"indicator": list(STRUCTURE)}))
    return alike(structure, area, number)


def _tables_of(workspace: Workspace, catalogue: Catalogue, kind: str) -> list[Path]:
    """The tables of a kind (cells, squares) that a workspace has."""
    folders = [workspace.tables / each.id for each in catalogue.tables.values() if each.kind == kind]
    return [folder for folder in folders if has_shelf(folder)]


def refuse_columns(table: pl.DataFrame, contract: Contract, folder: Path, remedy: str = "stadspeil analyse") -> None:
    """QuestionError where an older program made a table, with other columns than this one reads."""
    other = sorted(set(table.columns) ^ set(contract.columns)) if table.columns else []
    if other:
        raise QuestionError(str(folder), _said_older(other), f"draai eerst '{remedy}'")


def _said_older(other: list[str]) -> str:
    return f"een oudere versie van het programma maakte dit; anders zijn: {', '.join(other)}"


def refuse_older_results(workspace: Workspace) -> None:
    """Refuse results with other columns than this program reads, all of them in one message.

    Raises:  QuestionError that names each table, what differs, and the commands that make them anew.
    """
    made: list[tuple[Path, Contract, str]] = [
        (workspace.out / "scores", SCORES, "score"), (workspace.out / "group_scores", GROUP_SCORES, "score"),
        *((workspace.out / FOLDER / name, contract, "analyse") for name, contract in ANALYSES.items()),
    ]  # fmt: skip
    problems, verbs = [], []
    for folder, contract, verb in made:
        if other := sorted(_other_columns(folder, set(contract.columns))):
            name = folder.relative_to(workspace.out).as_posix()
            problems.append(f"out/{name}: {_said_older(other)}")
            verbs.append(verb)
    if problems:
        needed = ["score", "analyse"] if "score" in verbs else ["analyse"]
        raise QuestionError(
            f"werkmap {workspace.root}", problems, "draai " + " en ".join(f"'stadspeil {each}'" for each in needed)
        )


def made_by_another_version(workspace: Workspace) -> list[str]:
    """The commands whose results in the workspace another version of the program made, in order of running."""
    accounts = (("score", workspace.out / "run.json"), ("analyse", workspace.out / FOLDER / "run.json"))
    return [verb for verb, path in accounts if path.is_file() and _is_of_another(path)]


def _other_columns(folder: Path, wanted: set[str]) -> set[str]:
    """Columns that a table on disk has too many or too few. None of a damaged one: who reads it says what is wrong."""
    try:
        parts = shelf_parts(folder) if has_shelf(folder) else []
        other = set(pl.read_parquet_schema(folder / parts[0].file)) ^ wanted if parts else set()
        # A name may differ because its bytes do.
        return set(read_part(folder, parts[0]).columns) ^ wanted if other else other
    except (ContractError, OSError, pl.exceptions.PolarsError):
        return set()


def _is_of_another(path: Path) -> bool:
    """Whether another version wrote an account; also where that is damaged, for it names none."""
    try:
        return made_by_other(read_account(path))
    except ContractError:
        return True


def _refuse_older(folder: Path, contract: Contract, verb: str) -> None:
    """The same of a table that must be told apart before it is read."""
    if has_shelf(folder):
        remedy = f"stadspeil {verb}" + ("" if verb == "score" else "' en 'stadspeil score")
        refuse_columns(read_shelf(folder, {"year": []}), contract, folder, remedy)


class _Making:
    """All analyses, one after the other."""

    def __init__(self, workspace: Workspace, catalogue: Catalogue, progress: Progress) -> None:
        self.workspace, self.catalogue, self.progress = workspace, catalogue, progress
        self.register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        self.scores = read_shelf(workspace.out / "scores", {"level": list(ABOVE)})

    def tables(self) -> dict[str, pl.DataFrame]:
        self._tell("bandbreedte van de plaatsen", 0)
        ranges = rank_ranges(self.scores, self.catalogue, self.register, SEED)
        self._tell("werkelijke verandering", 1)
        real = real_marks(self.scores, self.catalogue, self.register)
        self._tell("ontwikkeling", 2)
        panels = panels_of(self.scores, real, self.catalogue, self.register)
        moved = mobility_of(panels, self.catalogue, np.random.default_rng(SEED))
        changes, buurten_moved = self._changes()
        self._tell("beneden de wijk", 3)
        small = self._small_values()
        below = below_the_wijk(small, self._areas(), self.catalogue)
        inside = inside_buurten(self._squares(), self.catalogue)
        self._tell("de mechanismen", 4)
        groups = read_shelf(self.workspace.out / "group_scores")
        between_buurten = self._inequality()
        apart, uneven = segregation(self._counts(), self.catalogue)
        return {
            **self._flows(),
            **self._beside(ranges.ahead),
            "segregation": apart,
            "dissimilarity": uneven,
            "mechanisms": mechanisms_of(self.scores, groups, between_buurten, self.catalogue),
            "lead_lag": lead_lags(panels, between_buurten, self.catalogue),
            "gaps": gaps(self.scores, self.catalogue, self.register),
            "kinds": kinds_of(structure_of(small), np.random.default_rng(SEED)),
            "mobility": moved.mobility,
            "transitions": pl.concat([moved.transitions, buurten_moved]),
            "rank_ranges": ranges.ranges,
            "acceptability": ranges.acceptability,
            "sensitivity": ranges.sensitivity,
            "steps": ranges.steps,
            "checks": ranges.checks,
            "real_marks": real,
            "trends": trends(panels),
            "trend_gaps": trend_gaps(panels, self.scores, self.catalogue, self.register),
            "pockets": below.pockets,
            "pocket_changes": changes,
            "splits": below.splits,
            "clusters": below.clusters,
            "hot_spots": below.hot_spots,
            "estimates": below.estimates,
            "grid_splits": inside.splits,
            "grid_buurten": inside.buurten,
            "grid_pockets": inside.pockets,
            "grid_squares": inside.squares,
            **self._renewal(),
            "purse": self._purse(),
        }

    def _beside(self, ahead: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Gemeenten beside others: comparison towns, groups and twins, in the newest year of each figure."""
        table = newest(self.scores)
        pairs = comparison_pairs(self.scores, self.catalogue, self.register)
        twins = twins_of(table)
        return {
            "pairs": pairs_of(table, ahead, self.catalogue, pairs),
            "group_tests": group_tests(table, self.catalogue, self.register, np.random.default_rng(SEED)),
            "twins": twins,
            "twin_gaps": twin_gaps(table, twins, self.catalogue),
        }

    def _counts(self) -> pl.DataFrame:
        """Cells of buurten with the counts of groups that exclude each other."""
        return self._cells({"level": ["buurt"], "field": list(wanted_fields(self.catalogue))})

    def _cells(self, wanted: dict[str, list[object]]) -> pl.DataFrame:
        """Some cells of all tables, one per key."""
        names = [path.name for path in _tables_of(self.workspace, self.catalogue, "cells")]
        found = [read_shelf(self.workspace.tables / name, wanted) for name in in_order(names, self.catalogue)]
        return one_per_key([each.select(list(CELLS.columns)) for each in found]) if found else empty(CELLS)

    def _flows(self) -> dict[str, pl.DataFrame]:
        """Who comes and goes, and the treads of the escalator."""
        self._tell("verhuizingen en de roltrap", 5)
        cells = self._cells({"level": ["land", "gemeente"], "field": list(FLOW_FIELDS)})
        moved, commuted = (flows_of(self.workspace, name) for name in (MOVED, COMMUTED))
        return flow_analyses(cells, moved, commuted, self._areas("gemeente"), self.catalogue, self.register)

    def _renewal(self) -> dict[str, pl.DataFrame]:
        """Stock by building period, and when what was built with it comes due."""
        self._tell("de vernieuwingsgolf", 6)
        collected, published = (
            read_shelf(self.workspace.tables / name) if has_shelf(self.workspace.tables / name) else empty(CELLS)
            for name in ("woningen_periode", "woningvoorraad")
        )
        keys = self._cells({"level": ["gemeente", "buurt"], "field": list(RENEWAL_FIELDS)})
        return renewal(collected, published, keys, self.catalogue, SEED)

    def _purse(self) -> pl.DataFrame:
        """What towns spend and have, by their accounts."""
        folder = self.workspace.tables / "financien"
        cells = read_shelf(folder, {"level": ["gemeente"]}) if has_shelf(folder) else empty(CELLS)
        return purse_of(cells, self.catalogue)

    def _inequality(self) -> pl.DataFrame:
        """How far the buurten of each gemeente lie apart, per year, on the figures that a mechanism asks for."""
        wanted = {
            id for each in self.catalogue.mechanisms.values() if each.measure == "inequality" for id in each.indicators
        }
        folder = self.workspace.out / "values"
        breaks = self._breaks()
        tables = []
        for id in sorted(wanted):
            values = read_shelf(folder, {"indicator": [id, PEOPLE]})
            last = values["year"].max()
            since = self.catalogue.unbroken_since(id, last if isinstance(last, int) else 0)
            tables.append(inequality_of(followed(values, breaks, since), self.catalogue.indicators[id]))
        return (
            pl.concat(tables)
            if tables
            else inequality_of(empty(VALUES), next(iter(self.catalogue.indicators.values())))
        )

    def _small_values(self) -> pl.DataFrame:
        """Values of wijken and buurten in the newest year of each figure: the rest of a country need not be open."""
        folder = self.workspace.out / "values"
        newest: dict[str, int] = {}
        for part in shelf_parts(folder):
            for indicator in part.holds["indicator"]:
                newest[indicator] = max(newest.get(indicator, 0), *part.holds["year"])
        years = sorted(set(newest.values()) | {year - back for year in newest.values() for back in range(1, 3)})
        tables = []
        for year in years:
            table = read_shelf(folder, {"year": [year]})
            tables.append(table.filter(pl.col("level").is_in(["wijk", "buurt"])))
        return pl.concat([empty(VALUES), *tables])

    def _changes(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Buurten against their wijk over some years, and between fifths; on the division of most newest figures."""
        folder, back = self.workspace.out / "values", int(self.catalogue.parameter("change_years"))
        years = sorted({int(year) for part in shelf_parts(folder) for year in part.holds["year"]})
        breaks, rng = self._breaks(), np.random.default_rng(SEED)
        changes, moves = [empty(ANALYSES["pocket_changes"])], [empty(ANALYSES["transitions"])]
        for year in years[-3:]:
            if year - back in years:
                first, last = self._small(folder, year - back), self._small(folder, year)
                changes.append(pocket_changes(first, last, self.catalogue, breaks))
                moves.append(buurt_transitions(first, last, breaks, self.catalogue, rng))
        # A figure of which the newest year lacks is told of the year before.
        cell = ["indicator", "boundaries", "from_fifth", "to_fifth"]
        return (
            pl.concat(changes)
            .sort("year")
            .unique(["area", "boundaries", "indicator"], keep="last", maintain_order=True),
            pl.concat(moves).sort("last_year", *cell).unique(cell, keep="last", maintain_order=True).sort(cell),
        )

    def _breaks(self) -> pl.DataFrame:
        """Wijken and buurten whose series is broken; none where the workspace was not built on one division."""
        folder = self.workspace.out / "breaks"
        return read_shelf(folder) if has_shelf(folder) else empty(BREAKS)

    @staticmethod
    def _small(folder: Path, year: int) -> pl.DataFrame:
        return read_shelf(folder, {"year": [year]}).filter(pl.col("level").is_in(["wijk", "buurt"]))

    def _areas(self, level: str = "buurt") -> pl.DataFrame:
        folder = self.workspace.tables / "areas"
        return read_shelf(folder, {"level": [level]}) if has_shelf(folder) else empty(AREAS)

    def _squares(self) -> pl.DataFrame:
        tables = [read_shelf(folder) for folder in _tables_of(self.workspace, self.catalogue, "squares")]
        return pl.concat([empty(SQUARES), *tables])

    def _tell(self, text: str, done: int) -> None:
        if self.progress is not None:
            self.progress(text, done, 7)
