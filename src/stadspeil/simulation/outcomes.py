"""The other tables of a simulated programme: chains, schuifruimte, and how far the buurten of the town lie apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.contracts import empty
from stadspeil.simulation import chaining
from stadspeil.simulation.classes import INCOME_GROUPS, SOCIAL
from stadspeil.simulation.counting import COLUMN, columns_of
from stadspeil.simulation.dispersing import REACHES, leaving_sites
from stadspeil.simulation.effects import level_counts, spread_columns
from stadspeil.simulation.pairs import WITH, WITHOUT, PairCounts, chains_in, populations_of
from stadspeil.simulation.places import Grouping
from stadspeil.simulation.programme import Step
from stadspeil.simulation.summing import spread_over_pairs
from stadspeil.simulation.tables import CHAINS, SHIFT_ROOM, SPREADS

Counts = NDArray[np.float64]
# Buurten with fewer households than this say little about how far a town lies apart.
LEAST_HOUSEHOLDS = 50


def chains_table(pairs: Sequence[PairCounts]) -> pl.DataFrame:
    """The table `chains`: followed and as a difference, per new home that was occupied."""
    followed, different = [], []
    populations = populations_of(pairs)
    for each in pairs:
        chains = chains_in(each)
        followed.append(chaining.followed(chains))
        different.append(
            chaining.difference(
                float(chains.filled[0]), each["with/moves"], each["without/moves"],
                float(each["with/homeless"]), float(each["without/homeless"]),
            )
        )  # fmt: skip
    return pl.concat(
        [
            empty(CHAINS),
            *_told(chaining.FOLLOWED, followed, populations),
            *_told(chaining.DIFFERENCE, different, populations),
        ]
    ).sort("method", "link", "figure", "group")


def shift_table(pairs: Sequence[PairCounts], steps: Sequence[Step]) -> pl.DataFrame:
    """The table `shift_room`: per site that empties homes, how many households found a suitable one by a year's end."""
    parts = [empty(SHIFT_ROOM)]
    for step in leaving_sites(steps):
        needed = int(max(each[f"shift/{step.site}/needed"] for each in pairs))
        found = np.stack([each[f"shift/{step.site}/found"] for each in pairs]).astype(np.float64)[:, 1:]
        years = np.arange(1, found.shape[1] + 1)
        parts.append(
            pl.DataFrame({
                "site": step.site,
                "years": pl.Series(np.repeat(years, len(REACHES)), dtype=pl.Int16),
                "reach": list(REACHES) * len(years),
                "needed": pl.Series([needed] * found[0].size, dtype=pl.Int32),
                **spread_columns(spread_over_pairs(found, populations_of(pairs)), None, len(pairs)),
            }).select(list(SHIFT_ROOM.columns))
        )  # fmt: skip
    return pl.concat(parts)


def spreads_table(pairs: Sequence[PairCounts], buurten: Grouping, town: str) -> pl.DataFrame:
    """The table `spreads`: how far the buurten of the town lie apart, with the programme minus without it."""
    of_town = [row for row, code in enumerate(buurten.codes) if code[2:6] == town[2:]]
    without, with_it = (level_counts(pairs, side, "buurt")[:, :, of_town] for side in (WITHOUT, WITH))
    parts = [empty(SPREADS)]
    for figure, (measure, apart) in MEASURES.items():
        before = apart(without)
        spread = spread_over_pairs((apart(with_it) - before)[:, 1:], populations_of(pairs))
        parts.append(
            pl.DataFrame({
                "figure": figure, "years": pl.Series(np.arange(1, before.shape[1]), dtype=pl.Int16), "measure": measure,
                **spread_columns(spread, before[:, 1:].mean(axis=0), len(pairs)),
            }).select(list(SPREADS.columns))
        )  # fmt: skip
    return pl.concat(parts)


def standard_deviation(values: Counts, weights: Counts) -> Counts:
    """Weighted standard deviation over the last axis."""
    with np.errstate(divide="ignore", invalid="ignore"):
        total = weights.sum(axis=-1, keepdims=True)
        mean = (values * weights).sum(axis=-1, keepdims=True) / total
        return np.asarray(np.sqrt((weights * (values - mean) ** 2).sum(axis=-1) / total[..., 0]))


def theil(values: Counts, weights: Counts) -> Counts:
    """Theil's index between areas over the last axis: 0 where all have the same mean. Source: Theil 1967."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = weights / weights.sum(axis=-1, keepdims=True)
        relative = values / (share * values).sum(axis=-1, keepdims=True)
        return np.asarray(np.where(relative > 0, share * relative * np.log(relative), 0.0).sum(axis=-1))


def dissimilarity(group: Counts, rest: Counts) -> Counts:
    """Share of the group that would have to move for an even spread over the last axis. Source: Duncan & Duncan 1955."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (each / each.sum(axis=-1, keepdims=True) for each in (group, rest))
    return np.asarray(0.5 * np.abs(one - other).sum(axis=-1))


def _income(apart: Callable[[Counts, Counts], Counts]) -> Callable[[Counts], Counts]:
    def made(counts: Counts) -> Counts:
        households = counts[..., COLUMN["households", ""]]
        weights = np.where(households >= LEAST_HOUSEHOLDS, households, 0.0)
        mean = np.where(households > 0, counts[..., COLUMN["income_sum", ""]] / np.maximum(households, 1), 0.0)
        return apart(mean, weights)

    return made


def _uneven(figure: str, at: int) -> Callable[[Counts], Counts]:
    def made(counts: Counts) -> Counts:
        groups = counts[..., columns_of(figure)]
        return dissimilarity(groups[..., at], groups.sum(axis=-1) - groups[..., at])

    return made


MEASURES: dict[str, tuple[str, Callable[[Counts], Counts]]] = {
    "inkomen": ("standaardafwijking", _income(standard_deviation)),
    "inkomen_theil": ("theil", _income(theil)),
    "corporatie": ("dissimilariteit", _uneven("tenure", SOCIAL)),
    "inkomen_laag": ("dissimilariteit", _uneven("income", INCOME_GROUPS.index("laag"))),
    "inkomen_hoog": ("dissimilariteit", _uneven("income", INCOME_GROUPS.index("hoog"))),
}


def _told(
    method: str, told: Sequence[dict[tuple[int, str, str], float]], populations: Sequence[int]
) -> list[pl.DataFrame]:
    """Rows of figures that every pair tells; none where the programme builds nothing that is lived in."""
    keys = [key for key in told[0] if all(key in each for each in told)]
    if not keys:
        return []
    spread = spread_over_pairs(np.array([[each[key] for key in keys] for each in told]), populations)
    return [
        pl.DataFrame({
            "method": method,
            "link": pl.Series([link for link, _, _ in keys], dtype=pl.Int16),
            "figure": [figure for _, figure, _ in keys],
            "group": [group for _, _, group in keys],
            **spread_columns(spread, None, len(told)),
        }).select(list(CHAINS.columns))
    ]  # fmt: skip
