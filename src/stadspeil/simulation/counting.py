"""What is kept of a run: counts of areas, and of chains. Nothing of a single household or dwelling leaves a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import AGE_BANDS, HIGHEST_20, HOUSEHOLD_TYPES, INCOME_GROUPS, LOWEST_40, TENURES
from stadspeil.simulation.classes import income_group as group_of
from stadspeil.simulation.places import Grouping
from stadspeil.simulation.run import Run
from stadspeil.simulation.world import NOWHERE

Counts = NDArray[np.float64]
# Columns of a table of counts: figure, and the group within it.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("households", ""), ("persons", ""),
    *(("kind", each) for each in HOUSEHOLD_TYPES),
    *(("age", each) for each in AGE_BANDS),
    *(("income", each) for each in INCOME_GROUPS),
    *(("tenure", each) for each in TENURES),
    ("homes", ""), ("vacant", ""), ("children", ""), ("elderly", ""), ("income_sum", ""),
    *(("entered", each) for each in INCOME_GROUPS),
    *(("left", each) for each in INCOME_GROUPS),
    ("within", ""),
)  # fmt: skip
COLUMN = {each: number for number, each in enumerate(COLUMNS)}


def columns_of(figure: str) -> slice:
    """The columns of a figure."""
    there = [number for number, (name, _) in enumerate(COLUMNS) if name == figure]
    return slice(there[0], there[-1] + 1)


def counts_of(run: Run, groupings: Sequence[Grouping]) -> dict[str, Counts]:
    """Per level the counts of its areas: [years + 1, areas, columns], year 0 the start; flows are of the year.

    Moves between two buurten of one area are moves within it, not in and out of it.
    """
    small = _of_buurten(run)
    moves = run.moves
    moved = np.flatnonzero(moves.left != NOWHERE)
    origin = run.end.dwellings.buurt[moves.left[moved]]
    destination = run.end.dwellings.buurt[moves.home[moved]]
    year, income = moves.month[moved] // 12 + 1, group_of(moves.decile[moved])
    counted: dict[str, Counts] = {}
    for grouping in groupings:
        inside = np.flatnonzero(grouping.row >= 0)
        table = np.zeros((small.shape[0], len(grouping.codes), small.shape[2]))
        np.add.at(table.swapaxes(0, 1), grouping.row[inside], small[:, inside].swapaxes(0, 1))
        start, end = grouping.row[origin], grouping.row[destination]
        stays = np.flatnonzero((start == end) & (start >= 0) & (origin != destination))
        between = np.zeros((small.shape[0], len(grouping.codes), len(INCOME_GROUPS)))
        np.add.at(between, (year[stays], start[stays], income[stays]), 1)
        table[..., columns_of("entered")] -= between
        table[..., columns_of("left")] -= between
        table[..., columns_of("within")] += between.sum(axis=2, keepdims=True)
        counted[grouping.level] = table
    return counted


def without_home(run: Run) -> int:
    """Households at the end that have no dwelling of their own."""
    people = run.end.households
    return int(np.count_nonzero(people.alive & (people.dwelling == NOWHERE)))


def _of_buurten(run: Run) -> Counts:
    each = run.buurten
    deciles = each.by_decile
    income = np.stack(
        [
            deciles[..., :LOWEST_40].sum(axis=-1),
            deciles[..., LOWEST_40:HIGHEST_20].sum(axis=-1),
            deciles[..., HIGHEST_20:].sum(axis=-1),
        ],
        axis=-1,
    )
    total = np.where(each.households > 0, each.income * each.households, 0.0)
    parts = [
        each.households, each.persons, each.by_kind, each.by_age, income, each.by_tenure, each.homes, each.vacant,
        each.children, each.elderly, total, each.entered, each.left, each.within,
    ]  # fmt: skip
    return np.concatenate(
        [part[..., None] if part.ndim == 2 else part for part in map(np.asarray, parts)], axis=-1
    ).astype(np.float64)
