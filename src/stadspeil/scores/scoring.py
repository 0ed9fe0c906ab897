"""Marks and ranks of all values: per indicator, year, area division and level; then composites; then groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Direction
from stadspeil.contracts import GROUP_SCORES, SCORES, check, empty
from stadspeil.indicators.noise import DECLARED
from stadspeil.scores.composites import composite_values
from stadspeil.scores.field import RANKED_LEVELS, Field, field_of
from stadspeil.scores.groups import score_groups
from stadspeil.scores.marks import MarkRules, MarkScale, fit_scale, mark_rules
from stadspeil.scores.ranks import rank_areas

BLOCK = ("indicator", "year", "boundaries", "level")
# A composite of composites of composites carries marks over so many times the years that one may carry.
CARRIED_DEEP = 3
TOO_FEW_AREAS = "too_few_areas"
DECLARED_ERROR = "declared_error"
Progress = Callable[[str, int, int], None] | None


@dataclass(frozen=True)
class Scores:
    """SCORES of areas and GROUP_SCORES of groups, regions and country."""

    scores: pl.DataFrame
    group_scores: pl.DataFrame


def score_values(
    values: pl.DataFrame,
    catalogue: Catalogue,
    register: AreaRegister,
    areas: pl.DataFrame | None = None,
    progress: Progress = None,
) -> Scores:
    """Hold every value against the field of its level, all years at once.

    `areas` is the AREAS table, which counts wijken and buurten that no figure mentions.
    """
    field = field_of(values, catalogue, register, areas)
    _report(progress, "rapportcijfers en rangen", 0)
    marked = score_indicators(values, catalogue, field)
    _report(progress, "samengestelde cijfers", 1)
    return compose_scores(marked, marked, field, catalogue, register)


def score_years(
    years: list[int],
    values_of: Callable[[int], pl.DataFrame],
    catalogue: Catalogue,
    register: AreaRegister,
    areas: pl.DataFrame | None = None,
    progress: Progress = None,
) -> Iterator[tuple[int, Scores]]:
    """The same, a year at a time: only the years that a composite may still carry stay in memory."""
    memory = CARRIED_DEEP * int(catalogue.parameter("carry_years"))
    before: list[tuple[int, pl.DataFrame, pl.DataFrame]] = []
    for number, year in enumerate(years):
        if progress is not None:
            progress(f"rapportcijfers en rangen van {year}", number, len(years))
        values = values_of(year)
        field = field_of(values, catalogue, register, areas)
        marked = score_indicators(values, catalogue, field)
        before = [each for each in before if each[0] >= year - memory]
        known = pl.concat([*(indicators for _, indicators, _ in before), marked])
        made_before = pl.concat([empty(SCORES), *(composites for *_, composites in before)])
        scores = compose_scores(marked, known, field, catalogue, register, made_before)
        yield year, scores
        composites = scores.scores.filter(pl.col("indicator").is_in(list(catalogue.composites)))
        with_mark = pl.col("mark").is_not_null()
        before.append((year, marked.filter(with_mark), composites.filter(with_mark)))


def compose_scores(
    marked: pl.DataFrame,
    known: pl.DataFrame,
    field: Field,
    catalogue: Catalogue,
    register: AreaRegister,
    made_before: pl.DataFrame | None = None,
) -> Scores:
    """Scores of the years in `marked`, with composites from all that is `known`, and of their groups.

    made_before are SCORES of the composites of earlier years, if those were made.
    """
    years = marked["year"].unique().to_list()
    composed = composite_values(known, catalogue, register, years, made_before)
    parts = [marked, _rank_composites(composed, field)]
    scores = check(pl.concat([part.select(list(SCORES.columns)) for part in parts]), SCORES, "scores")
    return Scores(scores, check(score_groups(scores, catalogue, register), GROUP_SCORES, "scores van groepen"))


def score_indicators(values: pl.DataFrame, catalogue: Catalogue, field: Field) -> pl.DataFrame:
    """SCORES of indicators, in the order of catalogue, year, boundaries, level and area."""
    table = _in_order(values, catalogue)
    numbers, spread = table["value"].to_numpy(), table["spread"].to_numpy()
    found = _Columns.empty(table.height)
    scales: dict[tuple[str, int, int], MarkScale] = {}
    rules = mark_rules(catalogue)
    # Country first in LEVELS, but its scale is the gemeenten's: two rounds.
    for (indicator, year, boundaries, level), rows in _blocks(table):
        direction = catalogue.indicators[indicator].direction
        if level in RANKED_LEVELS:
            scale = _score_block(found, (numbers, spread), rows, direction, field, (level, boundaries), rules)
            if scale is not None and level == "gemeente":
                scales[indicator, year, boundaries] = scale
        elif direction == "neutral":
            found.note[rows] = "neutral"
    for (indicator, year, boundaries, level), rows in _blocks(table):
        scale = scales.get((indicator, year, boundaries))
        if level not in RANKED_LEVELS and scale is not None:
            found.mark[rows] = scale.marks(numbers[rows])
            found.mark_spread[rows] = scale.spread_of_marks(spread[rows])
    _note_declared(found, table["spread_from"])
    return found.beside(table.select("area", *BLOCK, "value", "spread", "n", "status"))


def _note_declared(found: _Columns, origins: pl.Series) -> None:
    """Say beside a score that its noise is an error that the catalogue declares, and of what status that is."""
    for row in origins.fill_null("").str.starts_with(DECLARED).arg_true():
        word = f"{DECLARED_ERROR}:{origins[row].removeprefix(DECLARED)}"
        found.note[row] = ";".join(filter(None, (found.note[row], word)))


def _score_block(
    found: _Columns,
    measured: tuple[np.ndarray, np.ndarray],
    rows: slice,
    direction: Direction,
    field: Field,
    place: tuple[str, int],
    rules: MarkRules,
) -> MarkScale | None:
    """Fill the rows of one block from values and their spread; the scale, if the block could be marked."""
    level, boundaries = place
    numbers, spread = measured
    block = numbers[rows]
    present = int((~np.isnan(block)).sum())
    coverage = field.coverage(level, boundaries, present)
    suffices = field.suffices(level, coverage)
    notes = ["neutral"] * (direction == "neutral") + [TOO_FEW_AREAS] * (not suffices)
    found.note[rows] = ";".join(notes)
    found.coverage[rows] = coverage
    if not suffices:
        return None
    ranking = rank_areas(block, direction)
    found.rank[rows], found.tied[rows] = ranking.rank, ranking.tied
    found.ranked[rows] = np.where(ranking.rank > 0, ranking.ranked, 0)
    scale = fit_scale(block, direction, rules)
    if scale is not None:
        found.mark[rows] = scale.marks(block)
        found.mark_spread[rows] = scale.spread_of_marks(spread[rows])
    return scale


def _rank_composites(composed: pl.DataFrame, field: Field) -> pl.DataFrame:
    """Places of composite marks. The mark itself needs no field, so it stays where too few areas have one."""
    table = composed.sort(*BLOCK, "area")
    numbers = table["mark"].to_numpy()
    found = _Columns.empty(table.height)
    found.coverage[:], found.mark[:] = table["coverage"].to_numpy(), numbers
    found.mark_spread[:] = table["mark_spread"].to_numpy()
    found.note[:] = table["note"].to_numpy()
    for (_, _, boundaries, level), rows in _blocks(table):
        if level not in RANKED_LEVELS:
            continue
        present = int((~np.isnan(numbers[rows])).sum())
        if field.suffices(level, field.coverage(level, boundaries, present)):
            ranking = rank_areas(numbers[rows], "higher_is_better")
            found.rank[rows], found.tied[rows] = ranking.rank, ranking.tied
            found.ranked[rows] = np.where(ranking.rank > 0, ranking.ranked, 0)
        else:
            found.note[rows] = [";".join(filter(None, (note, TOO_FEW_AREAS))) for note in found.note[rows]]
    return found.beside(table.select("area", *BLOCK, "value", "spread", "n", "status"))


@dataclass(frozen=True)
class _Columns:
    """The columns that scoring adds, row by row beside the table that it scores."""

    mark: np.ndarray
    mark_spread: np.ndarray
    rank: np.ndarray
    tied: np.ndarray
    ranked: np.ndarray
    coverage: np.ndarray
    note: np.ndarray

    @classmethod
    def empty(cls, height: int) -> _Columns:
        return cls(
            mark=np.full(height, np.nan),
            mark_spread=np.full(height, np.nan),
            rank=np.zeros(height, np.int32),
            tied=np.zeros(height, np.int32),
            ranked=np.zeros(height, np.int32),
            coverage=np.full(height, np.nan),
            note=np.full(height, "", object),
        )

    def beside(self, table: pl.DataFrame) -> pl.DataFrame:
        added = {
            **{name: pl.Series(getattr(self, name), nan_to_null=True) for name in ("mark", "mark_spread", "coverage")},
            **{name: pl.Series(getattr(self, name)) for name in ("rank", "tied", "ranked")},
            "note": pl.Series(self.note.tolist(), dtype=pl.String),
        }
        unplaced = [pl.when(pl.col(name) > 0).then(pl.col(name)).alias(name) for name in ("rank", "tied", "ranked")]
        return table.with_columns(**added).with_columns(unplaced)


def _in_order(values: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    order = pl.Enum(list(catalogue.indicators))
    return values.sort(pl.col("indicator").cast(order), *BLOCK[1:], "area")


def _blocks(table: pl.DataFrame) -> Iterator[tuple[tuple[str, int, int, str], slice]]:
    """The blocks of a sorted table, each with its rows."""
    start = 0
    for *key, size in table.group_by(BLOCK, maintain_order=True).len().iter_rows():
        indicator, year, boundaries, level = key
        yield (indicator, year, boundaries, level), slice(start, start + size)
        start += size


def _report(progress: Progress, text: str, done: int) -> None:
    if progress is not None:
        progress(text, done, 3)
