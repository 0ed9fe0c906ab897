"""How far areas move between fifths of the field, beside what noise alone moves.

The first fifth is the most favourable. Fifths are those of each year, so the table says who passes whom. In the long
run such a table always spreads the areas evenly, whatever moves: so no long-run distribution is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

from stadspeil.analyses.panel import Panel
from stadspeil.analyses.same_ground import both_years
from stadspeil.analyses.tables import MOBILITY, TRANSITIONS
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty

PARTS = 5
_ENOUGH = 0.8
_FEWEST_GEMEENTEN = 10
# Twenty to a fifth: in smaller fields a table of 25 cells says nothing.
_FEWEST_BUURTEN = 100


@dataclass(frozen=True)
class Moves:
    """The same areas in two years. Shape: one entry per area, all values known; noise NaN where unknown."""

    first: np.ndarray
    last: np.ndarray
    first_noise: np.ndarray
    last_noise: np.ndarray

    def table(self) -> np.ndarray:
        """Share of the areas of each fifth of the first year (row) in each fifth of the last (column)."""
        return mobility(self.first, self.last)

    def by_noise(self, rng: np.random.Generator) -> np.ndarray | None:
        """The same where nothing changes; None where the noise of too many is unknown."""
        known = np.isfinite(self.first_noise) & np.isfinite(self.last_noise)
        if known.mean() < _ENOUGH or self.last[known].var() == 0:
            return None
        noises = self.first_noise[known], self.last_noise[known]
        return mobility_by_noise(self.last[known], noises, rng, draws=int(np.clip(20_000 / known.sum(), 5, 50)))


def mobility(first: np.ndarray, last: np.ndarray, parts: int = PARTS) -> np.ndarray:
    """Share of the areas of each fifth of the first year (row) that are in each fifth of the last (column)."""
    known = ~(np.isnan(first) | np.isnan(last))
    one, other = (
        np.minimum(((scipy.stats.rankdata(each[known]) - 0.5) / known.sum() * parts).astype(int), parts - 1)
        for each in (first, last)
    )
    table = np.zeros((parts, parts))
    np.add.at(table, (one, other), 1)
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1))


def mobility_by_noise(
    values: np.ndarray, noises: tuple[np.ndarray, np.ndarray], rng: np.random.Generator, draws: int = 50
) -> np.ndarray:
    """The same table when nothing changes and only the noise is drawn anew: what a table must exceed to say anything.

    The true values are taken to be spread less widely than the measured, by the noise. Shape: values measured with the
    noise of the last year; noises of both years, all known.
    """
    first, last = noises
    kept = np.sqrt(max(0.0, 1 - float((last**2).mean()) / float(values.var())))
    true = values.mean() + kept * (values - values.mean())
    tables = [
        mobility(true + first * rng.standard_normal(len(true)), true + last * rng.standard_normal(len(true)))
        for _ in range(draws)
    ]
    return np.asarray(np.mean(tables, axis=0))


@dataclass(frozen=True)
class Mobilities:
    """MOBILITY of gemeenten and TRANSITIONS of gemeenten or buurten."""

    mobility: pl.DataFrame
    transitions: pl.DataFrame


def mobility_of(panels: Sequence[Panel], catalogue: Catalogue, rng: np.random.Generator) -> Mobilities:
    """Gemeenten on every judged figure and composite that two years are known of, nearly all the same gemeenten."""
    rows: list[tuple[object, ...]] = []
    tables: list[tuple[object, ...]] = []
    for panel in panels:
        sign = _sign(panel.indicator, catalogue)
        years = _widest(panel)
        if sign == 0 or years is None:
            continue
        both = panel.gemeenten & ~np.isnan(panel.values[:, years]).any(axis=1)
        first, last = (sign * panel.values[both, year] for year in years)
        moves = Moves(first, last, *(panel.spread[both, year] for year in years))
        noise, table = moves.by_noise(rng), moves.table()
        tau = float(scipy.stats.kendalltau(first, last).statistic)
        span = int(panel.years[years[0]]), int(panel.years[years[1]])
        rows.append((
            panel.indicator, *span, int(both.sum()), _moved(table), None if noise is None else _moved(noise),
            None if np.isnan(tau) else tau,
        ))  # fmt: skip
        head = "gemeente", panel.indicator, *span, int(panel.boundaries[both, years[1]].max()), int(both.sum())
        tables += _cells(head, table, noise)
    made = pl.DataFrame(rows, schema=dict(MOBILITY.columns), orient="row") if rows else empty(MOBILITY)
    return Mobilities(check(made, MOBILITY, "beweging van plaatsen"), _transitions(tables))


def buurt_transitions(
    first: pl.DataFrame, last: pl.DataFrame, breaks: pl.DataFrame, catalogue: Catalogue, rng: np.random.Generator
) -> pl.DataFrame:
    """TRANSITIONS of buurten on judged figures, those on the same ground in both years. Shape: VALUES; BREAKS."""
    tables: list[tuple[object, ...]] = []
    both = both_years(first, last, breaks, catalogue).filter(pl.col("level") == "buurt").sort("indicator", "area")
    for (id, division), rows in both.group_by("indicator", "boundaries", maintain_order=True):
        sign = _sign(str(id), catalogue)
        if sign == 0 or rows.height < _FEWEST_BUURTEN:
            continue
        names = ("first", "value", "first_spread", "spread")
        one, other, *noises = (rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in names)
        moves = Moves(sign * one, sign * other, *noises)
        head = "buurt", str(id), rows["first_year"][0], rows["year"][0], division, rows.height
        tables += _cells(head, moves.table(), moves.by_noise(rng))
    return _transitions(tables)


def _sign(id: str, catalogue: Catalogue) -> int:
    """The sign that puts the favourable first; 0 where nothing is favourable."""
    entry = catalogue.indicators.get(id)
    if entry is None:
        return -1
    return {"higher_is_better": -1, "lower_is_better": 1, "neutral": 0}[entry.direction]


def _widest(panel: Panel) -> tuple[int, int] | None:
    """The last year and the first that nearly all of its gemeenten are known in as well."""
    known = ~np.isnan(panel.values[panel.gemeenten])
    last = known.shape[1] - 1
    together = (known & known[:, [last]]).sum(axis=0)
    if together[last] < _FEWEST_GEMEENTEN:
        return None
    first = int(np.flatnonzero(together >= max(_FEWEST_GEMEENTEN, _ENOUGH * together[last]))[0])
    return (first, last) if first < last else None


def _moved(table: np.ndarray) -> float:
    return 1 - float(np.diag(table).mean())


def _cells(head: tuple[object, ...], table: np.ndarray, noise: np.ndarray | None) -> Iterator[tuple[object, ...]]:
    for one in range(PARTS):
        for other in range(PARTS):
            share = None if noise is None else float(noise[one, other])
            yield (*head, one + 1, other + 1, float(table[one, other]), share)


def _transitions(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    made = pl.DataFrame(rows, schema=dict(TRANSITIONS.columns), orient="row") if rows else empty(TRANSITIONS)
    return check(made, TRANSITIONS, "overgangen tussen vijfden")
