"""Composites: the marks of their parts added up, as their entries say; a plain mean unless they say otherwise.

Not stretched again: so the distance of a mean from 6.5 is exactly the sum of its parts' weighted distances, and a
reader can see which part pulls it where. Missing parts: docs/decisions/0004-theme-composites-and-missing-parts.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import SCORES, Status, empty
from stadspeil.errors import CatalogueError
from stadspeil.scores.recipes import FROM_DATA, Recipe, added_up, recipe_of, weights_from_marks

TOO_FEW_PARTS = "too_few_parts"
# Notes on how a mark was made: see report/notes.py for their sentences.
EQUAL_INSTEAD = "equal_weights"
IMPUTED = "imputed"
# Weights from data want at least so many gemeenten per part.
FEWEST_TO_WEIGH = 5
# `oldest` is the oldest year that a mark rests on.
MARKS = ("indicator", "level", "year", "boundaries", "area", "mark", "mark_spread", "oldest")
CELL = ("area", "indicator")
# Two thirds is written as 0.6667 in the catalogue, and two of three parts are enough.
ALMOST = 1e-4
# What a composite has not, or only gets when it is ranked.
EMPTY_YET = ("n", "rank", "tied", "ranked")


@dataclass(frozen=True)
class CarryRules:
    """How much of a composite must be there, how old a part may be, and what mark stands in the middle."""

    minimum_weight: float
    years: int
    middle: float = 6.5


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
    rules = carry_rules(catalogue)
    judged = scores.filter(~pl.col("note").str.contains("neutral"))
    marks = judged.with_columns(oldest=pl.col("year")).select(MARKS)
    by_id = {str(id): table for (id,), table in marks.partition_by("indicator", as_dict=True).items()}
    for id in in_dependency_order(catalogue):
        recipe = recipe_of(catalogue, id)
        found = [by_id[part] for part in recipe.parts if part in by_id]
        if found:
            # What another composite is made of may be carried, so that is made for the years before as well.
            wanted = None if id in used else years
            target = by_id.get(recipe.target, marks.clear())
            tables = pl.concat([table.select(MARKS) for table in found])
            made = compose(recipe, tables, rules, register, wanted, target)
            if not made.is_empty():
                by_id[id] = made
    composed = [by_id[id] for id in catalogue.composites if id in by_id]
    if not composed:
        return empty(SCORES)
    made = pl.concat(composed).select(list(SCORES.columns))
    return made if years is None else made.filter(pl.col("year").is_in(list(years)))


@dataclass(frozen=True)
class Behind:
    """What a composite of one level and year was made from.

    Shape:   marks and spreads (areas, parts), NaN where missing; weights (parts,), adding up to one.
    """

    areas: tuple[str, ...]
    parts: tuple[str, ...]
    marks: np.ndarray
    spreads: np.ndarray
    weights: np.ndarray
    minimum_weight: float


def behind_composite(
    id: str, scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, edition: tuple[str, int, int]
) -> Behind:
    """The marks that a composite was made from, those carried from earlier years among them.

    Shape:   scores are SCORES of the level, of as many years back as a composite may carry; edition is level, year
             and boundaries.
    """
    recipe, rules = recipe_of(catalogue, id), carry_rules(catalogue)
    here = _Edition(*edition)
    dated = pl.coalesce(pl.col("note").str.extract(r"carried:(\d{4})").cast(pl.Int16), "year")
    marks = scores.with_columns(oldest=dated).select(MARKS)
    parts = marks.filter(pl.col("indicator").is_in(recipe.parts))
    weights, _ = _weights(recipe, parts, here, marks.filter(pl.col("indicator") == recipe.target))
    present = _present(parts, here, rules, register)
    areas = tuple(present["area"].unique().sort())
    wide = {
        name: pl.DataFrame({"area": areas}, schema={"area": pl.String}).join(
            present.pivot("indicator", index="area", values=name, aggregate_function="first"), on="area", how="left"
        )
        for name in ("mark", "mark_spread")
    }
    columns = {
        name: [
            table[part].cast(pl.Float64).fill_null(np.nan).to_numpy()
            if part in table.columns
            else np.full(len(areas), np.nan)
            for part in recipe.parts
        ]
        for name, table in wide.items()
    }
    by_part = dict(weights.iter_rows())
    return Behind(
        areas,
        recipe.parts,
        np.column_stack(columns["mark"]),
        np.column_stack(columns["mark_spread"]),
        np.array([by_part[part] for part in recipe.parts]),
        recipe.minimum_weight or rules.minimum_weight,
    )


def carry_rules(catalogue: Catalogue) -> CarryRules:
    """The rules as the catalogue's parameters give them."""
    return CarryRules(
        catalogue.parameter("composite_minimum_weight"),
        int(catalogue.parameter("carry_years")),
        catalogue.parameter("mark_mean"),
    )


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
    recipe: Recipe,
    parts: pl.DataFrame,
    rules: CarryRules,
    register: AreaRegister,
    years: Collection[int] | None = None,
    target: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One composite for every level, year and area division in which at least one part has a mark of its own.

    Shape:   parts, and the target of a regression, have the columns MARKS.
    """
    own_years = parts.filter(pl.col("mark").is_not_null()).select("level", "year", "boundaries").unique()
    if years is not None:
        own_years = own_years.filter(pl.col("year").is_in(list(years)))
    tables = []
    for level, year, boundaries in own_years.sort("level", "year", "boundaries").iter_rows():
        edition = _Edition(level, year, boundaries)
        present = _present(parts, edition, rules, register)
        weights, note = _weights(recipe, parts, edition, target)
        table = _mean_marks(recipe, present.join(weights, on="indicator"), parts, edition, rules, note)
        # Gemeenten keep the rows that say why there is no mark; for thousands of buurten that is only weight.
        if level == "gemeente" or table["mark"].null_count() < table.height:
            tables.append(table)
    return pl.concat(tables) if tables else empty(SCORES).with_columns(oldest=pl.lit(None, dtype=pl.Int16))


def _weights(
    recipe: Recipe, parts: pl.DataFrame, edition: _Edition, target: pl.DataFrame | None
) -> tuple[pl.DataFrame, str]:
    """Weights per part that add up to one, and a note where they are others than the entry asks for.

    Weights from data come from the gemeenten of the year, also for wijken and buurten, so that all levels mean the same.
    """
    given, note = recipe.given_weights(), ""
    if recipe.weights in FROM_DATA:
        found = _from_data(recipe, parts, edition, target)
        given, note = (given, EQUAL_INSTEAD) if found is None else (found, "")
    total = sum(given.values())
    return pl.DataFrame(
        {"indicator": list(given), "weight": [each / total for each in given.values()]},
        schema={"indicator": pl.String, "weight": pl.Float64},
    ), note


def _from_data(
    recipe: Recipe, parts: pl.DataFrame, edition: _Edition, target: pl.DataFrame | None
) -> dict[str, float] | None:
    """Weights from the marks of gemeenten; None where too few of them have all parts."""
    here = (pl.col("level") == "gemeente") & (pl.col("year") == edition.year)
    here &= pl.col("boundaries") == edition.boundaries
    tables = [parts.filter(here)] if target is None else [parts.filter(here), target.filter(here)]
    names = [*recipe.parts, *([recipe.target] if recipe.target else [])]
    wide = pl.concat(tables).pivot("indicator", index="area", values="mark", aggregate_function="first")
    if not set(names) <= set(wide.columns):
        return None
    known = wide.select("area", *names).drop_nulls().sort("area")
    if known.height < FEWEST_TO_WEIGH * len(recipe.parts):
        return None
    marks = known.select(recipe.parts).to_numpy()
    goal = known[recipe.target].to_numpy() if recipe.target else None
    return weights_from_marks(recipe.weights, marks, recipe.parts, goal)


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
    recipe: Recipe, present: pl.DataFrame, parts: pl.DataFrame, edition: _Edition, rules: CarryRules, note: str
) -> pl.DataFrame:
    here = {"level": edition.level, "year": edition.year, "boundaries": edition.boundaries}
    areas = parts.filter(*(pl.col(name) == value for name, value in here.items())).select("area").unique()
    marks = added_up(recipe, present, rules.middle)
    enough = pl.col("coverage") >= (recipe.minimum_weight or rules.minimum_weight) - ALMOST
    carried = pl.when(pl.col("oldest") < edition.year).then(pl.format("carried:{}", pl.col("oldest")))
    filled = pl.when((pl.col("coverage") < 1 - ALMOST) & pl.lit(recipe.missing == "middle")).then(pl.lit(IMPUTED))
    notes = pl.concat_str([carried, filled, pl.lit(note or None, dtype=pl.String)], separator=";", ignore_nulls=True)
    return (
        areas.join(marks, on="area", how="left")
        .sort("area")
        .with_columns(pl.col("coverage").fill_null(0))
        .with_columns(
            note=pl.when(enough).then(notes).otherwise(pl.lit(TOO_FEW_PARTS)),
            mark=pl.when(enough).then(pl.col("mark")),
            mark_spread=pl.when(enough).then(pl.col("mark_spread")),
            status=pl.when(enough).then(pl.lit("afgeleid")).otherwise(pl.lit("niet_gemeten")).cast(Status),
        )
        .with_columns(
            pl.lit(recipe.id).alias("indicator"),
            *(pl.lit(value, dtype=SCORES.columns[name]).alias(name) for name, value in here.items()),
            pl.col("mark").alias("value"),
            pl.col("mark_spread").alias("spread"),
            *(pl.lit(None, dtype=SCORES.columns[name]).alias(name) for name in EMPTY_YET),
        )
        .select([*SCORES.columns, "oldest"])
    )
