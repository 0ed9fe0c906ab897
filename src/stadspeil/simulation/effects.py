"""What a programme does to areas: figures with it minus without it, over many pairs of runs.

A figure of a buurt or wijk is never told from one pair: between two seeds such effects have next to nothing in common
(docs/explanation). Flows (who came, who left) are counted from the start to the end of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.simulation.classes import AGE_BANDS, HOUSEHOLD_TYPES, INCOME_GROUPS, TENURES
from stadspeil.simulation.counting import COLUMN, columns_of
from stadspeil.simulation.pairs import WITH, WITHOUT, PairCounts, populations_of
from stadspeil.simulation.places import Grouping
from stadspeil.simulation.summing import LEAST_PAIRS, Spread, few_by_chance, share_between, spread_over_pairs
from stadspeil.simulation.tables import EFFECTS

Counts = NDArray[np.float64]
SMALL_LEVELS = ("buurt", "wijk")
_EVERYONE = ("alle",)


@dataclass(frozen=True)
class Figure:
    """A figure of an area. `of` makes it, for each of `groups`, of counts [..., columns] of that year; flows are given
    from the start on."""

    id: str
    title: str
    unit: str
    groups: tuple[str, ...]
    of: Callable[[Counts], Counts]


def _plain(figure: str) -> Callable[[Counts], Counts]:
    there = columns_of(figure)
    return lambda counts: counts[..., there]


def _ratio(
    above: Callable[[Counts], Counts], below: Callable[[Counts], Counts], times: float
) -> Callable[[Counts], Counts]:
    def made(counts: Counts) -> Counts:
        base = below(counts)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(base > 0, times * above(counts) / base, np.nan)

    return made


_households, _persons = _plain("households"), _plain("persons")
FIGURES = (
    Figure("huishoudens", "Huishoudens", "huishoudens", _EVERYONE, _households),
    Figure("personen", "Inwoners", "personen", _EVERYONE, _persons),
    Figure("huishoudenstype", "Huishoudens naar type", "huishoudens", HOUSEHOLD_TYPES, _plain("kind")),
    Figure("leeftijd", "Huishoudens naar leeftijd van het hoofd", "huishoudens", AGE_BANDS, _plain("age")),
    Figure("inkomensgroep", "Huishoudens naar inkomensgroep", "huishoudens", INCOME_GROUPS, _plain("income")),
    Figure("inkomensgroep_pct", "Aandeel van de inkomensgroep", "%", INCOME_GROUPS,
           _ratio(_plain("income"), _households, 100)),
    Figure("inkomen", "Gemiddeld besteedbaar inkomen", "1.000 euro", _EVERYONE,
           _ratio(_plain("income_sum"), _households, 1)),
    Figure("eigendom", "Bewoonde woningen naar eigendom", "woningen", TENURES, _plain("tenure")),
    Figure("eigendom_pct", "Aandeel van het eigendom", "%", TENURES, _ratio(_plain("tenure"), _households, 100)),
    Figure("woningen", "Woningen", "woningen", _EVERYONE, _plain("homes")),
    Figure("leegstand", "Woningen zonder bewoner", "woningen", _EVERYONE, _plain("vacant")),
    Figure("kinderen", "Kinderen tot 18 jaar (voor scholen)", "personen", _EVERYONE, _plain("children")),
    Figure("ouderen", "Inwoners van 75 en ouder (voor zorg)", "personen", _EVERYONE, _plain("elderly")),
    Figure("gekomen", "Gekomen huishoudens, opgeteld", "huishoudens", INCOME_GROUPS, _plain("entered")),
    Figure("vertrokken", "Vertrokken huishoudens, opgeteld", "huishoudens", INCOME_GROUPS, _plain("left")),
    Figure("binnen", "Verhuisd binnen het gebied, opgeteld", "huishoudens", _EVERYONE, _plain("within")),
)  # fmt: skip
FIGURE = {each.id: each for each in FIGURES}
_FLOWS = [number for (name, _), number in COLUMN.items() if name in ("entered", "left", "within")]


def effects_of(pairs: Sequence[PairCounts], groupings: Sequence[Grouping]) -> pl.DataFrame:
    """The table `effects`, in order of grouping, area, year and figure."""
    parts = [part for grouping in groupings if grouping.codes for part in _of_level(pairs, grouping)]
    return pl.concat(parts)


def shares_of_populations(pairs: Sequence[PairCounts], groupings: Sequence[Grouping]) -> dict[str, float]:
    """Part of the variance of effects after the last year that lies between populations, by level, all figures alike."""
    told = {}
    for grouping in groupings:
        if grouping.codes:
            without, with_it = (level_counts(pairs, side, grouping.level)[:, -1] for side in (WITHOUT, WITH))
            told[grouping.level] = share_between(
                np.concatenate([_in_deviations(figure, with_it, without) for figure in FIGURES], axis=1),
                populations_of(pairs),
            )
    return told


def _in_deviations(figure: Figure, with_it: Counts, without: Counts) -> Counts:
    """Effects of a figure [pairs, ...] in its own standard deviations over pairs: none counts for more by its unit."""
    effects = (figure.of(with_it) - figure.of(without)).reshape(len(with_it), -1)
    effects = effects[:, np.isfinite(effects).all(axis=0)]
    deviation = float((effects - effects.mean(axis=0)).std()) if effects.size else 0.0
    return effects / deviation if deviation > 0 else effects


def level_counts(pairs: Sequence[PairCounts], side: str, level: str) -> Counts:
    """Counts of all pairs at one level [pairs, years + 1, areas, columns], flows from the start on."""
    counts = np.stack([each[f"{side}/{level}"] for each in pairs]).astype(np.float64)
    counts[..., _FLOWS] = np.cumsum(counts[..., _FLOWS], axis=1)
    return counts


def spread_columns(spread: Spread, without: Counts | None, pairs: int, hidden: bool = False) -> Mapping[str, pl.Series]:
    """Columns of a table from a spread, flattened. `hidden`: nothing is told of it at all."""
    columns: dict[str, pl.Series] = {}
    if without is not None:
        columns["without"] = _numbers(without)
    for name in ("mean", "low", "middle", "high", "error"):
        value = getattr(spread, name)
        columns[name] = _numbers(np.full(value.shape, np.nan) if hidden else value)
    columns["pairs"] = pl.Series([pairs] * spread.mean.size, dtype=pl.Int32)
    columns["shown"] = pl.Series(spread.shown.ravel() & (not hidden))
    return columns


def _of_level(pairs: Sequence[PairCounts], grouping: Grouping) -> Iterator[pl.DataFrame]:
    without, with_it = (level_counts(pairs, side, grouping.level) for side in (WITHOUT, WITH))
    years = np.arange(without.shape[1])
    hidden = len(pairs) < LEAST_PAIRS and grouping.level in SMALL_LEVELS
    for figure in FIGURES:
        before = figure.of(without)
        # [years, areas, groups], and of the start there is no effect.
        spread = spread_over_pairs((figure.of(with_it) - before)[:, 1:], populations_of(pairs))
        if grouping.level in SMALL_LEVELS:
            spread = few_by_chance(spread)
        shape = spread.mean.shape
        keys = {
            "area": np.broadcast_to(np.array(grouping.codes)[:, None], shape),
            "years": np.broadcast_to(years[1:, None, None], shape),
            "group": np.broadcast_to(np.array(figure.groups), shape),
        }
        yield pl.DataFrame(
            {
                "area": pl.Series(keys["area"].ravel().tolist(), dtype=pl.String),
                "level": grouping.level,
                "years": pl.Series(keys["years"].ravel(), dtype=pl.Int16),
                "figure": figure.id,
                "group": pl.Series(keys["group"].ravel().tolist(), dtype=pl.String),
                **spread_columns(spread, before[:, 1:].mean(axis=0), len(pairs), hidden),
            }
        ).select(list(EFFECTS.columns))


def _numbers(values: NDArray[np.float64]) -> pl.Series:
    return pl.Series(np.ascontiguousarray(values, dtype=np.float64).ravel()).fill_nan(None)


def masked(table: pl.DataFrame) -> pl.DataFrame:
    """A table of this stage as a reader may see it: without numbers where they are not to be told from chance."""
    numbers = [name for name in ("mean", "low", "middle", "high", "error") if name in table.columns]
    return table.with_columns(pl.when(pl.col("shown")).then(pl.col(name)).alias(name) for name in numbers)
