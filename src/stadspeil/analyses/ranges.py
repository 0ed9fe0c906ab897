"""The ranges of places of all gemeenten in the newest year of each figure, and what they hang on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl

from stadspeil.analyses.pairs import AHEAD, ahead_in_draws, comparison_pairs
from stadspeil.analyses.reaching import adds_up_simply, scale_of_part
from stadspeil.analyses.tables import ACCEPTABILITY, CHECKS, RANK_RANGES, SENSITIVITY, STEPS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Direction
from stadspeil.contracts import Contract, check, empty
from stadspeil.scores.choices import Parts
from stadspeil.scores.composites import Behind, behind_composite
from stadspeil.scores.draws import RankDraws, draw_ranks
from stadspeil.scores.explaining import to_reach, waterfall
from stadspeil.scores.internal_checks import check_composite
from stadspeil.scores.marks import mark_rules
from stadspeil.scores.rank_sets import marginal_rank_sets, simultaneous_rank_sets
from stadspeil.scores.sensitivity import Sensitivity, rank_sensitivity

FIELD = "NL"
# A place so many higher is within reach of a policy; asked of each gemeente.
CLIMB = 10
_FEWEST_TO_CHECK = 5


@dataclass(frozen=True)
class Ranges:
    """RANK_RANGES, ACCEPTABILITY, SENSITIVITY, STEPS and CHECKS; `ahead` is AHEAD of the pairs that are compared."""

    ranges: pl.DataFrame
    acceptability: pl.DataFrame
    ahead: pl.DataFrame
    sensitivity: pl.DataFrame
    steps: pl.DataFrame
    checks: pl.DataFrame


def newest(scores: pl.DataFrame) -> pl.DataFrame:
    """Per figure the rows of gemeenten of the newest year with places, on the newest division of that year."""
    ranked = scores.filter((pl.col("level") == "gemeente") & pl.col("rank").is_not_null())
    last = ranked.group_by("indicator").agg(
        pl.struct("year", "boundaries").sort_by("year", "boundaries").last().alias("edition")
    )
    return ranked.join(last.unnest("edition"), on=["indicator", "year", "boundaries"]).sort("indicator", "area")


def rank_ranges(scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, seed: int = 0) -> Ranges:
    """Ranges of all ranked figures in their newest year. Equal inputs and seed give equal ranges.

    Shape:   scores are SCORES of gemeenten of all years that a composite may carry.
    """
    gemeenten = scores.filter(pl.col("level") == "gemeente")
    found = _Found([], [], [], [], [], [])
    pairs = comparison_pairs(gemeenten, catalogue, register)
    for (indicator,), block in newest(gemeenten).group_by("indicator", maintain_order=True):
        id = str(indicator)
        # A seed of its own, so that a figure more or less in the workspace changes no other figure's range.
        rng = np.random.default_rng([seed, crc32(id.encode())])
        place = _Place(id, int(block["year"][0]), int(block["boundaries"][0]), block)
        table = _by_noise(place, catalogue, rng)
        if id in catalogue.composites:
            behind = behind_composite(id, gemeenten, catalogue, register, ("gemeente", place.year, place.boundaries))
            table, drawn = _by_choices(place, table, behind, catalogue, rng, found)
            if drawn is not None:
                found.acceptability.append(_tenths(place, behind, drawn))
                found.ahead.append(ahead_in_draws(id, behind.areas, drawn, pairs(place.boundaries)))
            found.steps.append(_steps(place, behind, gemeenten, catalogue))
            found.checks.append(_checks(place, behind))
        found.ranges.append(table)
    return Ranges(
        _joined(found.ranges, RANK_RANGES), _joined(found.acceptability, ACCEPTABILITY),
        pl.concat([pl.DataFrame(schema=AHEAD), *found.ahead]), _joined(found.sensitivity, SENSITIVITY), _joined(found.steps, STEPS),
        _joined(found.checks, CHECKS),
    )  # fmt: skip


@dataclass(frozen=True)
class _Found:
    ranges: list[pl.DataFrame]
    acceptability: list[pl.DataFrame]
    ahead: list[pl.DataFrame]
    sensitivity: list[pl.DataFrame]
    steps: list[pl.DataFrame]
    checks: list[pl.DataFrame]


@dataclass(frozen=True)
class _Place:
    """A figure in the year that is looked at, with its SCORES of gemeenten."""

    id: str
    year: int
    boundaries: int
    block: pl.DataFrame

    def keys(self) -> list[pl.Expr]:
        return [
            pl.lit(self.year, dtype=pl.Int16).alias("year"),
            pl.lit(self.boundaries, dtype=pl.Int16).alias("boundaries"),
            pl.lit(self.id).alias("indicator"),
        ]


def _joined(tables: list[pl.DataFrame], contract: Contract) -> pl.DataFrame:
    made = pl.concat([empty(contract), *tables], how="diagonal_relaxed") if tables else empty(contract)
    return check(made.select(pl.col(name).cast(kind) for name, kind in contract.columns.items()), contract, "analyses")


def direction_of(catalogue: Catalogue, id: str) -> Direction:
    """The favourable side of a figure; a composite's is high."""
    return catalogue.indicators[id].direction if id in catalogue.indicators else "higher_is_better"


def _by_noise(place: _Place, catalogue: Catalogue, rng: np.random.Generator) -> pl.DataFrame:
    """Places by the noise of the values; empty where any noise of the field is unknown for most."""
    block = place.block
    values, spread = (block[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("value", "spread"))
    nothing = {name: pl.lit(None, dtype=pl.Int32) for name in RANK_RANGES.columns if "noise" in name}
    table = block.select("area", "year", "boundaries", "indicator", "rank", "ranked").with_columns(**nothing)
    # A set among those whose noise is known says nothing of the others: nearly all must be in it.
    if np.isfinite(spread).mean() < 0.9:
        return table
    direction = direction_of(catalogue, place.id)
    coverage = catalogue.parameter("rank_coverage")
    together = simultaneous_rank_sets(values, spread, direction, rng, coverage)
    alone = marginal_rank_sets(values, spread, direction, rng, coverage)
    columns = {
        "best_noise": together.best, "worst_noise": together.worst,
        "best_noise_own": alone.best, "worst_noise_own": alone.worst,
    }  # fmt: skip
    return table.with_columns(
        **{name: pl.Series(np.where(numbers > 0, numbers, -1)).cast(pl.Int32) for name, numbers in columns.items()}
    ).with_columns(pl.when(pl.col(name) > 0).then(pl.col(name)).alias(name) for name in columns)


def _by_choices(
    place: _Place, table: pl.DataFrame, behind: Behind, catalogue: Catalogue, rng: np.random.Generator, found: _Found
) -> tuple[pl.DataFrame, RankDraws | None]:
    """The table with the ranges that other choices give, and the draws behind them; the indices go to `found`."""
    parts = Parts(behind.marks, behind.weights, behind.minimum_weight, mark_rules(catalogue))
    if not parts.shown.any() or len(behind.parts) < 2:
        return table, None
    drawn = draw_ranks(parts, rng, int(catalogue.parameter("composite_draws")))
    moved = rank_sensitivity(parts, rng)
    low, middle, high = drawn.ranges()
    areas = [area for area, shown in zip(behind.areas, parts.shown, strict=True) if shown]
    made = pl.DataFrame(
        {
            "area": areas,
            "best_choices": low,
            "middle_choices": middle,
            "worst_choices": high,
            "lowest_tenth": drawn.share_in_lowest(),
            "hangs_on": [moved.hangs_on(number) or None for number in range(len(areas))],
        },
        schema_overrides={"hangs_on": pl.String},
    )
    found.sensitivity.extend(_indices(place, areas, moved))
    # A draw counts the first of shared places; who shares one may as well be the last of them.
    last = place.block.select("area", last=pl.col("rank") + pl.col("tied") - 1)
    told = table.join(made, on="area", how="left").join(last, on="area", how="left")
    held = pl.when(pl.col("worst_choices").is_not_null()).then(pl.max_horizontal("worst_choices", "last"))
    return told.with_columns(worst_choices=held).drop("last"), drawn


def _tenths(place: _Place, behind: Behind, drawn: RankDraws) -> pl.DataFrame:
    """Share of the draws in which each gemeente is in each tenth of the field."""
    areas = [area for area, shown in zip(behind.areas, drawn.shown, strict=True) if shown]
    shares = {f"tenth_{number}": column for number, column in enumerate(drawn.tenths().T, start=1)}
    ranks = place.block.select("area", "rank", "ranked")
    return (
        pl.DataFrame({"area": areas, **shares})
        .join(ranks, on="area", maintain_order="left")
        .with_columns(*place.keys())
    )


def _indices(place: _Place, areas: list[str], moved: Sensitivity) -> Iterator[pl.DataFrame]:
    kinds = {name: kind for name, kind in SENSITIVITY.columns.items() if name == "area" or kind == pl.Float64}
    for number, choice in enumerate(moved.choices):
        own = pl.DataFrame(
            {
                "area": areas, "first": moved.first[number].astype(float), "total": moved.total[number].astype(float),
                **{name: [None] * len(areas) for name in kinds if name.endswith(("_low", "_high"))},
            }, schema=kinds,
        )  # fmt: skip
        first, total = moved.field_first[number], moved.field_total[number]
        field = pl.DataFrame(
            {
                "area": [FIELD], "first": first[:1], "total": total[:1], "first_low": first[1:2],
                "first_high": first[2:], "total_low": total[1:2], "total_high": total[2:],
            }, schema=kinds,
        )  # fmt: skip
        yield (
            pl.concat([own, field])
            .with_columns(pl.col(pl.Float64).fill_nan(None))
            .with_columns(*place.keys(), choice=pl.lit(choice))
        )


def _checks(place: _Place, behind: Behind) -> pl.DataFrame:
    """What each part really weighs, how parts go together, what counts twice, what pulls the other way."""
    kinds = {name: CHECKS.columns[name] for name in ("check", "part", "other", "value", "note")}
    rows: list[tuple[object, ...]] = []
    complete = ~np.isnan(behind.marks).any(axis=1)
    if len(behind.parts) > 1 and complete.sum() >= _FEWEST_TO_CHECK * len(behind.parts):
        made = check_composite(behind.marks, behind.weights, behind.parts)
        rows += [("belang", part, "", value, "") for part, value in made.importance.items()]
        rows += [
            ("samenhang", part, "", value, "tegen" if part in made.against else "")
            for part, value in made.correlation.items()
        ]
        rows += [("dubbel", one, other, value, "telt vrijwel dubbel") for one, other, value in made.twice]
        rows.append(("alfa", "", "", made.alpha, f"{made.areas} gemeenten met alle delen"))
    table = pl.DataFrame(rows, schema=kinds, orient="row").with_columns(pl.col("value").fill_nan(None))
    return table.with_columns(*place.keys())


def _steps(place: _Place, behind: Behind, scores: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """What each part adds in each gemeente, and what it would have to be for a place ten higher."""
    rules = mark_rules(catalogue)
    marks = dict(place.block.select("area", "mark").iter_rows())
    ranks = dict(place.block.select("area", "rank").iter_rows())
    field = np.array([marks.get(area, np.nan) for area in behind.areas], dtype=float)
    scales = [scale_of_part(part, place.year, scores, catalogue, rules) for part in behind.parts]
    simple = adds_up_simply(place.id, catalogue)
    rows: list[tuple[object, ...]] = []
    for number, area in enumerate(behind.areas):
        if area not in ranks:
            continue
        wanted = max(1, ranks[area] - CLIMB)
        filled = behind.filled[number]
        goals = to_reach(wanted, field, number, behind.parts, filled, behind.weights, scales, rules)
        reach = {each.part: each for each in goals} if simple else {}
        steps = waterfall(behind.parts, filled, behind.weights, float(field[number]), rules.mean)
        measured = {part for part, mark in zip(behind.parts, behind.marks[number], strict=True) if not np.isnan(mark)}
        for step in steps:
            # What was filled in is no figure that a town could raise.
            goal = reach.get(step.part) if step.part in measured else None
            possible = goal is not None and goal.possible and _exists(step.part, goal.value_wanted, catalogue)
            needed = goal.mark_wanted if goal is not None and possible else None
            value = goal.value_wanted if goal is not None and possible else None
            mark = None if np.isnan(step.mark) else step.mark
            rows.append((area, step.part, mark, step.weight, step.adds, wanted, needed, value))
    names = ("area", "part", "mark", "weight", "adds", "place_wanted", "mark_wanted", "value_wanted")
    return pl.DataFrame(rows, schema={name: STEPS.columns[name] for name in names}, orient="row").with_columns(
        *place.keys()
    )


def _exists(part: str, value: float | None, catalogue: Catalogue) -> bool:
    """Whether a part can have this value: no distance lies below zero."""
    if value is None or part not in catalogue.indicators:
        return True
    low, high = catalogue.indicators[part].possible
    return low <= value <= high
