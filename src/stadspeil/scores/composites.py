"""Composites: the plain mean of the marks of their parts.

Not stretched again: so a composite's distance from 6.5 is exactly the sum of its parts' weighted distances, and a
reader can see which part pulls it where. Missing parts: docs/decisions/0004-theme-composites-and-missing-parts.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import SCORES, Status, empty
from stadspeil.errors import CatalogueError

TOO_FEW_PARTS = "too_few_parts"
# `oldest` is the oldest year that a mark rests on.
MARKS = ("indicator", "level", "year", "boundaries", "area", "mark", "oldest")
CELL = ("area", "indicator")
# Two thirds is written as 0.6667 in the catalogue, and two of three parts are enough.
ALMOST = 1e-4
# What a composite has not, or only gets when it is ranked.
EMPTY_YET = ("spread", "n", "rank", "tied", "ranked")


@dataclass(frozen=True)
class CarryRules:
    """How much of a composite must be there, and how old a part may be."""

    minimum_weight: float
    years: int


@dataclass(frozen=True)
class _Edition:
    """What is composed at a time: one level in one year on one area division."""

    level: str
    year: int
    boundaries: int


def composite_values(
    scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, years: Collection[int] | None = None
) -> pl.DataFrame:
    """SCORES rows of all composites, not yet ranked; with `years` only those of these years."""
    used = {part for id in catalogue.composites for part in catalogue.parts_of(id)}
    rules = CarryRules(catalogue.parameter("composite_minimum_weight"), int(catalogue.parameter("carry_years")))
    judged = scores.filter(~pl.col("note").str.contains("neutral"))
    marks = judged.with_columns(oldest=pl.col("year")).select(MARKS)
    by_id = {str(id): table for (id,), table in marks.partition_by("indicator", as_dict=True).items()}
    for id in in_dependency_order(catalogue):
        parts = catalogue.parts_of(id)
        found = [by_id[part] for part in parts if part in by_id]
        if found:
            # What another composite is made of may be carried, so that is made for the years before as well.
            wanted = None if id in used else years
            made = compose(id, pl.concat([table.select(MARKS) for table in found]), len(parts), rules, register, wanted)
            if not made.is_empty():
                by_id[id] = made
    composed = [by_id[id] for id in catalogue.composites if id in by_id]
    if not composed:
        return empty(SCORES)
    made = pl.concat(composed).select(list(SCORES.columns))
    return made if years is None else made.filter(pl.col("year").is_in(list(years)))


def in_dependency_order(catalogue: Catalogue) -> list[str]:
    """Composites, each after the composites that it is made of. A circle is a CatalogueError."""
    ordered: list[str] = []

    def visit(id: str, path: tuple[str, ...]) -> None:
        if id in path:
            raise CatalogueError("composites.toml", f"'{id}' bestaat via zijn delen uit zichzelf: {' > '.join(path)}")
        if id not in ordered:
            for part in catalogue.parts_of(id):
                if part in catalogue.composites:
                    visit(part, (*path, id))
            ordered.append(id)

    for id in catalogue.composites:
        visit(id, ())
    return ordered


def compose(
    id: str,
    parts: pl.DataFrame,
    number: int,
    rules: CarryRules,
    register: AreaRegister,
    years: Collection[int] | None = None,
) -> pl.DataFrame:
    """One composite for every level, year and area division in which at least one part has a mark of its own.

    Shape:   parts have the columns MARKS; `number` is how many parts there are, those without any mark included.
    """
    own_years = parts.filter(pl.col("mark").is_not_null()).select("level", "year", "boundaries").unique()
    if years is not None:
        own_years = own_years.filter(pl.col("year").is_in(list(years)))
    tables = []
    for level, year, boundaries in own_years.sort("level", "year", "boundaries").iter_rows():
        edition = _Edition(level, year, boundaries)
        present = _present(parts, edition, rules, register)
        table = _mean_marks(id, present, parts, edition, number, rules)
        # Gemeenten keep the rows that say why there is no mark; for thousands of buurten that is only weight.
        if level == "gemeente" or table["mark"].null_count() < table.height:
            tables.append(table)
    return pl.concat(tables) if tables else empty(SCORES).with_columns(oldest=pl.lit(None, dtype=pl.Int16))


def _present(parts: pl.DataFrame, edition: _Edition, rules: CarryRules, register: AreaRegister) -> pl.DataFrame:
    """Marks of the parts in an edition: their own, or else the latest that may be carried forward."""
    marked = parts.filter((pl.col("level") == edition.level) & pl.col("mark").is_not_null())
    here = (pl.col("year") == edition.year) & (pl.col("boundaries") == edition.boundaries)
    own = marked.filter(here)
    # A mark published on two divisions for one year is no older for it: the year itself may be carried too.
    recent = pl.col("year").is_between(edition.year - rules.years, edition.year)
    earlier = marked.filter(~here & recent & (pl.col("oldest") >= edition.year - rules.years))
    if earlier.is_empty():
        return own
    kept = [
        _untouched(table, edition, int(boundaries), register)
        for (boundaries,), table in earlier.partition_by("boundaries", as_dict=True).items()
    ]
    same_division = pl.col("boundaries") == edition.boundaries
    carried = pl.concat(kept).sort("year", same_division, "boundaries", descending=True, maintain_order=True)
    carried = carried.unique(subset=CELL, keep="first", maintain_order=True).join(own, on=CELL, how="anti")
    return pl.concat([own, carried])


def _untouched(marks: pl.DataFrame, edition: _Edition, boundaries: int, register: AreaRegister) -> pl.DataFrame:
    """Marks of areas whose territory is the same in both boundary years.

    Of wijken and buurten nobody records what was redrawn, so their marks stay within one division.
    """
    if boundaries == edition.boundaries or edition.level == "land":
        return marks
    if edition.level != "gemeente":
        return marks.clear()
    first, last = sorted((boundaries, edition.boundaries))
    codes = marks["area"].unique().sort()
    same = [code for code in codes if not register.touched(code, first, last)]
    return marks.filter(pl.col("area").is_in(same))


def _mean_marks(
    id: str, present: pl.DataFrame, parts: pl.DataFrame, edition: _Edition, number: int, rules: CarryRules
) -> pl.DataFrame:
    here = {"level": edition.level, "year": edition.year, "boundaries": edition.boundaries}
    areas = parts.filter(*(pl.col(name) == value for name, value in here.items())).select("area").unique()
    means = present.group_by("area").agg(pl.col("mark").mean(), pl.len().alias("found"), pl.col("oldest").min())
    enough = pl.col("coverage") >= rules.minimum_weight - ALMOST
    carried = pl.when(pl.col("oldest") < edition.year).then(pl.format("carried:{}", pl.col("oldest")))
    return (
        areas.join(means, on="area", how="left")
        .sort("area")
        .with_columns(coverage=pl.col("found").fill_null(0) / number)
        .with_columns(
            note=pl.when(enough).then(carried.otherwise(pl.lit(""))).otherwise(pl.lit(TOO_FEW_PARTS)),
            mark=pl.when(enough).then(pl.col("mark")),
            status=pl.when(enough).then(pl.lit("afgeleid")).otherwise(pl.lit("niet_gemeten")).cast(Status),
        )
        .with_columns(
            pl.lit(id).alias("indicator"),
            *(pl.lit(value, dtype=SCORES.columns[name]).alias(name) for name, value in here.items()),
            pl.col("mark").alias("value"),
            *(pl.lit(None, dtype=SCORES.columns[name]).alias(name) for name in EMPTY_YET),
        )
        .select([*SCORES.columns, "oldest"])
    )
