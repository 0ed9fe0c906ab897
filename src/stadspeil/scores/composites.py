"""Composites: the marks of their parts added up, as their entries say; a plain mean unless they say otherwise.

Not stretched again: so the distance of a mean from 6.5 is exactly the sum of its parts' weighted distances, and a
reader can see which part pulls it where. Missing parts: docs/decisions/0004-theme-composites-and-missing-parts.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import WeightMethod
from stadspeil.contracts import SCORES, Status, empty
from stadspeil.errors import CatalogueError, QuestionError
from stadspeil.scores.carrying import MARKS, CarryRules, Edition, carry_rules, present_marks
from stadspeil.scores.imputing import foretelling
from stadspeil.scores.part_weights import (
    Weights,
    blocks_of,
    component_weights,
    entropy_weights,
    optimised_weights,
    regression_weights,
)  # fmt: skip
from stadspeil.scores.recipes import FROM_DATA, Recipe, added_up, recipe_of

TOO_FEW_PARTS = "too_few_parts"
# Notes on how a mark was made: see report/notes.py for their sentences.
EQUAL_INSTEAD = "equal_weights"
IMPUTED, IMPUTED_BY_REGRESSION, NOT_IMPUTED = "imputed", "imputed_regression", "not_imputed"
# Weights from data want at least so many gemeenten per part.
FEWEST_TO_WEIGH = 5
# Two thirds is written as 0.6667 in the catalogue, and two of three parts are enough.
ALMOST = 1e-4
# What a composite has not, or only gets when it is ranked.
EMPTY_YET = ("n", "rank", "tied", "ranked")


def composite_values(
    scores: pl.DataFrame,
    catalogue: Catalogue,
    register: AreaRegister,
    years: Collection[int] | None = None,
    made_before: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """SCORES rows of all composites, not yet ranked; with `years` only those of these years.

    What another composite is made of may be carried from years before: with `made_before`, SCORES of the composites of
    those years, it is taken from there, and else it is made again.
    """
    used = {part for id in catalogue.composites for part in catalogue.parts_of(id)} if made_before is None else set()
    rules = carry_rules(catalogue)
    judged = scores.filter(~pl.col("note").str.contains("neutral"))
    marks = judged.with_columns(oldest=pl.col("year")).select(MARKS)
    by_id = _by_id(marks)
    earlier = {} if made_before is None else _by_id(marks_of(made_before))
    by_id |= earlier
    composed: dict[str, pl.DataFrame] = {}
    for id in in_dependency_order(catalogue):
        recipe = recipe_of(catalogue, id)
        found = [by_id[part] for part in recipe.parts if part in by_id]
        if found:
            wanted = None if id in used else years
            target = by_id.get(recipe.target, marks.clear())
            tables = pl.concat([table.select(MARKS) for table in found])
            made = compose(recipe, tables, rules, register, wanted, target)
            if not made.is_empty():
                composed[id] = made
                by_id[id] = pl.concat([earlier.get(id, marks.clear()), made.select(MARKS)])
    if not composed:
        return empty(SCORES)
    made = pl.concat([composed[id] for id in catalogue.composites if id in composed]).select(list(SCORES.columns))
    return made if years is None else made.filter(pl.col("year").is_in(list(years)))


def _by_id(marks: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(id): table for (id,), table in marks.partition_by("indicator", as_dict=True).items()}


@dataclass(frozen=True)
class Behind:
    """What a composite of one level and year was made from.

    Shape:   marks and spreads (areas, parts), NaN where missing; `filled` are the marks with what the entry puts in the
             place of missing parts; weights (parts,), adding up to one.
    """

    areas: tuple[str, ...]
    parts: tuple[str, ...]
    marks: np.ndarray
    spreads: np.ndarray
    filled: np.ndarray
    weights: np.ndarray
    minimum_weight: float


def behind_composite(
    id: str, scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, edition: tuple[str, int, int]
) -> Behind:
    """The marks that a composite was made from, those carried from earlier years among them.

    Shape:   scores are SCORES of the level (and of gemeenten, where weights or missing parts come from those), of as
             many years back as a composite may carry; edition is level, year and boundaries.
    """
    recipe = recipe_of(catalogue, id)
    return behind_recipe(recipe, marks_of(scores), carry_rules(catalogue), register, Edition(*edition))


def behind_recipe(
    recipe: Recipe, marks: pl.DataFrame, rules: CarryRules, register: AreaRegister, edition: Edition
) -> Behind:
    """The same for any recipe. Shape: marks as marks_of gives them."""
    parts = marks.filter(pl.col("indicator").is_in(recipe.parts))
    weights, _ = weights_of(recipe, marks, edition, rules, register)
    present, _ = _filled(recipe, parts, edition, rules, register)
    areas, filled = matrix_of(present, recipe.parts)
    measured = present.filter(~pl.col("imputed"))
    if recipe.missing == "middle":
        filled = np.where(np.isnan(filled), rules.middle, filled)
    return Behind(
        areas, recipe.parts, matrix_of(measured, recipe.parts, areas=areas)[1],
        matrix_of(measured, recipe.parts, "mark_spread", areas)[1], filled,
        np.array([weights.by_part[part] for part in recipe.parts]), recipe.minimum_weight or rules.minimum_weight,
    )  # fmt: skip


def marks_of(scores: pl.DataFrame) -> pl.DataFrame:
    """SCORES as marks that can be composed, with the year that they rest on."""
    dated = pl.coalesce(pl.col("note").str.extract(r"carried:(\d{4})").cast(pl.Int16), "year")
    return scores.with_columns(oldest=dated).select(MARKS)


def matrix_of(
    present: pl.DataFrame, parts: Sequence[str], column: str = "mark", areas: tuple[str, ...] | None = None
) -> tuple[tuple[str, ...], np.ndarray]:
    """Areas in order, and a column of theirs by part. Shape: (n, k), NaN where there is none."""
    names = areas if areas is not None else tuple(present["area"].unique().sort())
    wide = pl.DataFrame({"area": names}, schema={"area": pl.String}).join(
        present.pivot("indicator", index="area", values=column, aggregate_function="first"), on="area", how="left"
    )
    nothing = pl.Series(np.full(len(names), np.nan))
    columns = [wide[part] if part in wide.columns else nothing for part in parts]
    return names, np.column_stack([each.cast(pl.Float64).fill_null(np.nan).to_numpy() for each in columns])


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
    known = parts if target is None else pl.concat([parts, target])
    tables = []
    for level, year, boundaries in own_years.sort("level", "year", "boundaries").iter_rows():
        edition = Edition(level, year, boundaries)
        weights, note = weights_of(recipe, known, edition, rules, register)
        present, possible = _filled(recipe, parts, edition, rules, register)
        by_part = pl.DataFrame({"indicator": list(weights.by_part), "weight": list(weights.by_part.values())})
        notes = [note] if possible else [note, NOT_IMPUTED]
        table = _mean_marks(recipe, present.join(by_part, on="indicator"), parts, edition, rules, notes)
        # Gemeenten keep the rows that say why there is no mark; for thousands of buurten that is only weight.
        if level == "gemeente" or table["mark"].null_count() < table.height:
            tables.append(table)
    return pl.concat(tables) if tables else empty(SCORES).with_columns(oldest=pl.lit(None, dtype=pl.Int16))


def weights_of(
    recipe: Recipe, marks: pl.DataFrame, edition: Edition, rules: CarryRules, register: AreaRegister
) -> tuple[Weights, str]:
    """Weights per part that add up to one, and a note where they are others than the entry asks for.

    Weights from data come from the gemeenten of the year, also for wijken and buurten, so that all levels mean the same.
    """
    note = ""
    if recipe.weights in FROM_DATA:
        try:
            return weights_from_data(recipe, marks, edition, rules, register), ""
        except QuestionError:
            note = EQUAL_INSTEAD
    given = recipe.given_weights()
    total = sum(given.values())
    method: WeightMethod = "declared" if recipe.weights == "declared" else "equal"
    return Weights(method, {part: each / total for part, each in given.items()}), note


def weights_from_data(
    recipe: Recipe,
    marks: pl.DataFrame,
    edition: Edition,
    rules: CarryRules,
    register: AreaRegister,
    rng: np.random.Generator | None = None,
) -> Weights:
    """Weights from the marks of gemeenten, with their diagnostics; with `rng` also how often a part is chosen.

    Raises:  QuestionError where fewer than five gemeenten per part have all parts, or where nothing is found.
    """
    names = (*recipe.parts, *([recipe.target] if recipe.target else []))
    wanted = marks.filter(pl.col("indicator").is_in(names))
    areas, found = matrix_of(present_marks(wanted, edition.of_gemeenten(), rules, register), names)
    complete = int((~np.isnan(found)).all(axis=1).sum())
    if complete < FEWEST_TO_WEIGH * len(recipe.parts):
        raise QuestionError(
            f"gewichten van '{recipe.id}' in {edition.year}",
            f"{complete} gemeenten hebben alle {len(names)} cijfers; nodig zijn er {FEWEST_TO_WEIGH * len(recipe.parts)}",
            "kies een ander jaar, of gelijke of eigen gewichten",
        )
    part_marks = found[:, : len(recipe.parts)]
    if recipe.weights == "regression":
        return regression_weights(part_marks, found[:, -1], recipe.parts, blocks_of(areas, register), rng)
    if recipe.weights == "optimised":
        return optimised_weights(part_marks, recipe.parts, recipe.weight, f"composites.toml [{recipe.id}]")
    return (component_weights if recipe.weights == "pca" else entropy_weights)(part_marks, recipe.parts)


def _filled(
    recipe: Recipe, parts: pl.DataFrame, edition: Edition, rules: CarryRules, register: AreaRegister
) -> tuple[pl.DataFrame, bool]:
    """Marks of the parts with what a regression fills in (`imputed`), and whether it could where it was asked.

    What is filled in has the spread of what the regression leaves over, so that the noise of the whole knows of it.
    """
    present = present_marks(parts, edition, rules, register).with_columns(imputed=pl.lit(False))
    if recipe.missing != "regression":
        return present, True
    here = edition.of_gemeenten()
    gemeenten = present if edition == here else present_marks(parts, here, rules, register)
    found = foretelling(matrix_of(gemeenten, recipe.parts)[1])
    if found is None:
        return present, False
    areas, marks = matrix_of(present, recipe.parts)
    made, errors = found.filled(marks)
    rows, columns = np.nonzero(np.isnan(marks) & ~np.isnan(made))
    added = pl.DataFrame(
        {
            "indicator": [recipe.parts[each] for each in columns], "area": [areas[each] for each in rows],
            "mark": made[rows, columns], "mark_spread": errors[rows, columns],
        }, schema={name: present.schema[name] for name in ("indicator", "area", "mark", "mark_spread")},
    ).with_columns(
        level=pl.lit(edition.level), year=pl.lit(edition.year), boundaries=pl.lit(edition.boundaries),
        oldest=pl.lit(edition.year), note=pl.lit(""), imputed=pl.lit(True),
    )  # fmt: skip
    kept = [pl.col(name).cast(kind) for name, kind in present.schema.items()]
    return pl.concat([present, added.select(kept)]), True


def _mean_marks(
    recipe: Recipe,
    present: pl.DataFrame,
    parts: pl.DataFrame,
    edition: Edition,
    rules: CarryRules,
    notes: Sequence[str],
) -> pl.DataFrame:
    here = {"level": edition.level, "year": edition.year, "boundaries": edition.boundaries}
    areas = parts.filter(*(pl.col(name) == value for name, value in here.items())).select("area").unique()
    marks = added_up(recipe, present, rules.middle).join(_told(present), on="area", how="left")
    enough = pl.col("coverage") >= (recipe.minimum_weight or rules.minimum_weight) - ALMOST
    return (
        areas.join(marks, on="area", how="left")
        .sort("area")
        .with_columns(pl.col("coverage").fill_null(0))
        .with_columns(
            note=pl.when(enough).then(_notes(recipe, edition, notes)).otherwise(pl.lit(TOO_FEW_PARTS)),
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


def _told(present: pl.DataFrame) -> pl.DataFrame:
    """Per area whether a part was filled in here, and the word with which a part that weighs says it was filled in."""
    word = pl.col("note").filter(pl.col("weight") > 0).str.extract(rf"\b({IMPUTED_BY_REGRESSION}|{IMPUTED})\b")
    return present.group_by("area").agg(imputed=pl.col("imputed").any(), inherited=word.max())


def _notes(recipe: Recipe, edition: Edition, notes: Sequence[str]) -> pl.Expr:
    """The words beside a mark, in order and each once."""
    lacking = pl.col("coverage") < 1 - ALMOST
    words = [
        pl.when(pl.col("oldest") < edition.year).then(pl.format("carried:{}", pl.col("oldest"))),
        pl.when(lacking & pl.lit(recipe.missing == "middle")).then(pl.lit(IMPUTED)),
        pl.when(pl.col("imputed")).then(pl.lit(IMPUTED_BY_REGRESSION)),
        pl.col("inherited"),
        # That nothing could be filled in matters only where something lacks.
        *(pl.when(lacking | pl.lit(each != NOT_IMPUTED)).then(pl.lit(each)) for each in notes if each),
    ]
    return pl.concat_list(words).list.drop_nulls().list.unique(maintain_order=True).list.join(";")
