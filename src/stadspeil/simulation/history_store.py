"""The history of households of a workspace: out/history/, made by `stadspeil history`, reused while nothing changed.

out/history/household_change/    what each door and each cause did to the households of a gemeente, by kind and age
out/history/household_fit/       whether the moves that were made agree with those that were published
out/history/run.json             years, gemeenten left out, draws and coefficients
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray

from stadspeil.areas import is_invented
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import Contract, check, empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, has_shelf, read_shelf, shelf_sum, write_shelf
from stadspeil.simulation.classes import AGE_BANDS, HOUSEHOLD_TYPES
from stadspeil.simulation.draws import draws_of, with_coefficients
from stadspeil.simulation.household_figures import (
    BY_AGE,
    BY_KIND,
    EVERYONE,
    HouseholdFigures,
    read_household_figures,
)
from stadspeil.simulation.household_history import Told, told_history
from stadspeil.simulation.rules import rules_from
from stadspeil.simulation.store import SEED
from stadspeil.workspace import Workspace, code_fingerprint, publish_json, reuse_or_make, typed

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None] | None
FOLDER, RUN = "history", "run.json"
DRAWS = 6
DOOR, CAUSE, ALL = "deur", "oorzaak", "alle"
MOVING = tuple(f"moving_{age}" for age in ("15_30", "30_45", "45_65", "65_75", "75_plus"))
# From here on the order of gemeenten by their balance counts as agreeing with what was published.
AGREES = 0.7
_LEAST_AREAS = 8
# Of more gemeenten causes are told without interval: sixty-four histories each.
_MOST_AREAS = 60
_MOVES = 21

HOUSEHOLD_CHANGE = Contract(
    name="household_change",
    row="what one door or one cause did to the households of a gemeente over the years, of a kind and age or of all",
    key=("area", "year", "household", "age", "told", "part"),
    columns={
        "area": pl.String, "first_year": pl.Int16, "year": pl.Int16, "boundaries": pl.Int16, "household": pl.String,
        "age": pl.String, "told": pl.String, "part": pl.String, "before": pl.Float64, "after": pl.Float64,
        "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "draws": pl.Int32,
    },
    required=("area", "first_year", "year", "boundaries", "household", "age", "told", "part", "before", "after", "value", "draws"),
)  # fmt: skip

HOUSEHOLD_FIT = Contract(
    name="household_fit",
    row="how far the balance of moves of a group, gemeente by gemeente, goes with the published one (rank correlation)",
    key=("family", "group"),
    columns={
        "family": pl.String, "group": pl.String, "unit": pl.String, "gemeenten": pl.Int32, "correlation": pl.Float64,
        "agrees": pl.Boolean,
    },
    required=("family", "group", "unit", "gemeenten"),
)  # fmt: skip
TABLES = {each.name: each for each in (HOUSEHOLD_CHANGE, HOUSEHOLD_FIT)}


@dataclass(frozen=True)
class Kept:
    """What a workspace holds: whether it had to be made, and what it was made from."""

    new: bool
    run: dict[str, Any]


def write_history(
    workspace: Workspace, catalogue: Catalogue, *, draws: int = DRAWS, seed: int = SEED, progress: Progress = None
) -> Kept:
    """Make the history of all gemeenten of which everything is known, unless that was done from the same inputs.

    draws  of coefficients, for the interval
    Raises:  QuestionError for draws that are none, and naming all tables that are missing.
    """
    if not 2 <= draws <= 200:
        raise QuestionError("geschiedenis van huishoudens", f"--draws {draws}", "vraag 2 tot 200 trekkingen")
    target = workspace.out / FOLDER / RUN
    if not all(has_shelf(workspace.out / FOLDER / name) for name in TABLES):
        target.unlink(missing_ok=True)
    inputs = {
        "tables": {path.name: shelf_sum(path) for path in sorted(workspace.tables.glob("*")) if has_shelf(path)},
        "catalogue": catalogue.fingerprint, "code": code_fingerprint(), "draws": draws, "seed": seed,
    }  # fmt: skip

    def make() -> None:
        figures = read_household_figures(workspace, catalogue)
        central, drawn = _histories(figures, catalogue, draws, seed, progress)
        for contract, table in (
            (HOUSEHOLD_CHANGE, change_table(figures, central, drawn)),
            (HOUSEHOLD_FIT, fit_table(figures, drawn)),
        ):
            write_shelf(
                workspace.out / FOLDER / contract.name, [Part(contract.name, check(table, contract, "geschiedenis"))]
            )
        publish_json({"inputs": inputs, **_facts(figures, central, catalogue, draws, seed)}, target)

    new = reuse_or_make(target, inputs, make)
    return Kept(new, read_history_run(workspace))


def read_history(workspace: Workspace, name: str, area: str | None = None) -> pl.DataFrame:
    """A table of the history; without rows where it was not made."""
    folder = workspace.out / FOLDER / name
    if not has_shelf(folder):
        return empty(TABLES[name])
    return read_shelf(folder, None if area is None else {"area": [area]})


def read_history_run(workspace: Workspace) -> dict[str, Any]:
    """What the history was made from.

    Raises:  QuestionError where it was not made.
    """
    path = workspace.out / FOLDER / RUN
    if not path.is_file():
        raise QuestionError("geschiedenis van huishoudens", "is nog niet gemaakt", "draai eerst 'stadspeil history'")
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def command_of(run: Mapping[str, Any]) -> str:
    """What to type to make the history again as it was."""
    return typed("history", ("--draws", run["draws"], DRAWS), ("--seed", run["seed"], SEED))


def _histories(
    figures: HouseholdFigures, catalogue: Catalogue, draws: int, seed: int, progress: Progress
) -> tuple[Told, list[Told]]:
    """The history with the values of the catalogue, and with each draw of what is believed."""
    entries = [catalogue.parameters[id] for id in MOVING]
    values = draws_of(catalogue, None, draws, seed).values
    few = len(figures.codes) <= _MOST_AREAS

    def tell(done: int) -> None:
        if progress is not None:
            progress("geschiedenis van huishoudens", done, draws + 1)

    tell(0)
    central = told_history(figures, rules_from(catalogue), np.array([each.value for each in entries], dtype=np.float64))
    drawn = []
    for number, each in enumerate(values):
        tell(number + 1)
        rng = np.random.default_rng([seed, number, _MOVES])
        moving = np.array([rng.uniform(entry.believed[0], entry.believed[1]) for entry in entries])
        drawn.append(told_history(figures, rules_from(with_coefficients(catalogue, each)), moving, causes=few))
    return central, drawn


def change_table(figures: HouseholdFigures, central: Told, drawn: Sequence[Told]) -> pl.DataFrame:
    """HOUSEHOLD_CHANGE: mean, 10th and 90th percentile over the draws; means add up to the change. Where causes were not
    drawn they are those of the catalogue's coefficients, without interval."""
    before, after = (_grouped(figures.households[at]) for at in (0, -1))
    rows: list[tuple[object, ...]] = []
    years = (figures.years[0], figures.years[-1], figures.boundaries)
    for told, name in ((DOOR, "doors"), (CAUSE, "causes")):
        for part, value in getattr(central, name).items():
            others = [_grouped(getattr(each, name)[part]) for each in drawn if getattr(each, name)]
            mean = np.mean(others, axis=0) if others else _grouped(value)
            ends = np.percentile(np.stack(others), (10, 90), axis=0) if others else None
            for area, code in enumerate(figures.codes):
                rows += [
                    (code, *years, *group, told, part, float(before[area, at]), float(after[area, at]), float(mean[area, at]),
                     *((float(ends[0, area, at]), float(ends[1, area, at])) if ends is not None else (None, None)), len(others))
                    for at, group in enumerate(GROUPS)
                ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(HOUSEHOLD_CHANGE.columns), orient="row").sort(
        "area", "told", "part", "household", "age"
    )


def fit_table(figures: HouseholdFigures, drawn: Sequence[Told]) -> pl.DataFrame:
    """HOUSEHOLD_FIT: moves that the history was not made with, per household, held against its own."""
    balance = np.mean([each.doors["komst"] + each.doors["vertrek"] for each in drawn], axis=0)
    made = balance.reshape(-1, len(HOUSEHOLD_TYPES), len(AGE_BANDS))
    size = np.maximum(figures.households[0].sum(axis=1), 1.0)
    sides = {
        EVERYONE: ((ALL,), "personen", made.sum(axis=(1, 2))[:, None]),
        BY_AGE: (AGE_BANDS, "personen", made.sum(axis=1)),
        BY_KIND: (HOUSEHOLD_TYPES, "huishoudens", made.sum(axis=2)),
    }
    rows: list[tuple[object, ...]] = []
    for family, (groups, unit, ours) in sides.items():
        for at, group in enumerate(groups):
            theirs = figures.balances[family][:, at]
            known = np.isfinite(theirs)
            found = _rank_correlation(ours[known, at] / size[known], theirs[known] / size[known])
            rows.append((family, group, unit, int(known.sum()), found, None if found is None else found >= AGREES))
    return pl.DataFrame(rows, schema=dict(HOUSEHOLD_FIT.columns), orient="row")


def _rank_correlation(ours: Floats, theirs: Floats) -> float | None:
    if len(ours) < _LEAST_AREAS or not np.ptp(ours) or not np.ptp(theirs):
        return None
    return float(scipy.stats.spearmanr(ours, theirs).statistic)


def _facts(figures: HouseholdFigures, central: Told, catalogue: Catalogue, draws: int, seed: int) -> dict[str, Any]:
    left = np.abs(central.doors["niet verklaard"]).sum(axis=1) / np.maximum(figures.households[-1].sum(axis=1), 1.0)
    return {
        "first_year": figures.years[0], "year": figures.years[-1], "boundaries": figures.boundaries,
        "gemeenten": len(figures.codes), "left_out": list(figures.left_out), "draws": draws, "seed": seed,
        "unexplained_pct": round(100 * float(np.median(left)), 2), "moved_yearly": round(float(central.history.moved.mean()), 1),
        "invented": any(is_invented(code) for code in figures.codes), "ages_known": int(np.isfinite(figures.older).all(axis=1).sum()),
        "coefficients": {
            id: {key: getattr(catalogue.parameters[id], key) for key in ("value", "unit", "believed", "provenance", "source")}
            for id in sorted((*MOVING, *(each for each in catalogue.parameters if each in _LIFE)))
        },
    }  # fmt: skip


_LIFE = {
    f"sim_{name}"
    for name in (
        "birth_level", "birth_age", "birth_spread", "death_level", "death_slope", "institution_level", "institution_slope",
        "leave_home_level", "union_level", "separation", "emigration", "immigration",
    )
}  # fmt: skip


def _all_groups() -> Iterator[tuple[str, str]]:
    for household in (ALL, *HOUSEHOLD_TYPES):
        for age in (ALL, *AGE_BANDS):
            yield household, age


GROUPS = tuple(_all_groups())


def _grouped(values: Floats) -> Floats:
    """Classes [m, c] as sums over kinds and ages too, [m, groups]."""
    table = values.reshape(len(values), len(HOUSEHOLD_TYPES), len(AGE_BANDS))
    table = np.concatenate([table.sum(axis=1, keepdims=True), table], axis=1)
    table = np.concatenate([table.sum(axis=2, keepdims=True), table], axis=2)
    return np.asarray(table.reshape(len(values), -1))
