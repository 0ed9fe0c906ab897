"""A composite with other weights, or added up otherwise: the weights, what is known of them, and what they do to places.

The composite as its entry makes it always stands beside it, made in the same way from the same marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Aggregation, WeightMethod
from stadspeil.errors import QuestionError
from stadspeil.scores.carrying import Edition, carry_rules
from stadspeil.scores.composites import behind_recipe, compose, marks_of, weights_from_data, weights_of
from stadspeil.scores.internal_checks import effective_importance
from stadspeil.scores.part_weights import Weights
from stadspeil.scores.ranks import rank_areas
from stadspeil.scores.recipes import FROM_DATA, Recipe, recipe_of

_FEWEST = 5


@dataclass(frozen=True)
class Otherwise:
    """What to do otherwise than the entry: None is as the entry does it. `given` are a user's own weights by part, or the
    importances wanted with `optimised`."""

    by: WeightMethod | None = None
    target: str = ""
    given: Mapping[str, float] | None = None
    add_up: Aggregation | None = None
    power: float | None = None


@dataclass(frozen=True)
class Weighed:
    """Two makings of one composite. `parts` has a row per part, `areas` a row per gemeente, best place first.

    Shape:   parts: part, title, weight_entry, weight, importance_entry, importance, chosen (share of bootstrap draws).
             areas: area, name, mark_entry, rank_entry, mark, rank, moved (places up), compensation (arithmetic less
             geometric mean: what good parts make up for bad ones).
    """

    id: str
    year: int
    boundaries: int
    weights: Weights
    aggregation: Aggregation
    parts: pl.DataFrame
    areas: pl.DataFrame

    def movers(self, number: int = 10) -> pl.DataFrame:
        """The gemeenten whose place changes most."""
        moved = self.areas.filter(pl.col("moved") != 0)
        return moved.sort(pl.col("moved").abs(), "area", descending=[True, False]).head(number)

    def town(self, area: str) -> dict[str, object]:
        """The row of one gemeente. QuestionError where it has no mark."""
        found = self.areas.filter(pl.col("area") == area)
        if found.is_empty():
            raise QuestionError(
                f"'{self.id}' van {area} in {self.year}", "daar is geen cijfer van", "kies een ander jaar of gebied"
            )
        return found.row(0, named=True)

    def long(self) -> pl.DataFrame:
        """All of it as one tidy table: kind, id, figure, as the entry makes it and as asked."""
        rows: list[tuple[str, str, str, float | None, float | None]] = []
        for each in self.parts.iter_rows(named=True):
            rows.append(("deel", each["part"], "gewicht", each["weight_entry"], each["weight"]))
            rows.append(("deel", each["part"], "belang", each["importance_entry"], each["importance"]))
            if each["chosen"] is not None:
                rows.append(("deel", each["part"], "gekozen", None, each["chosen"]))
        rows += [("diagnose", name, name, None, value) for name, value in self.weights.diagnostics.items()]
        for each in self.areas.iter_rows(named=True):
            rows.append(("gebied", each["area"], "cijfer", each["mark_entry"], each["mark"]))
            rows.append(("gebied", each["area"], "plaats", each["rank_entry"], each["rank"]))
            rows.append(("gebied", each["area"], "compensatie", None, each["compensation"]))
        kinds = {"soort": pl.String, "id": pl.String, "wat": pl.String, "opgave": pl.Float64, "gevraagd": pl.Float64}
        return pl.DataFrame(rows, schema=kinds, orient="row")


def weigh(
    id: str,
    scores: pl.DataFrame,
    catalogue: Catalogue,
    register: AreaRegister,
    otherwise: Otherwise,
    rng: np.random.Generator,
    year: int | None = None,
) -> Weighed:
    """The composite as its entry makes it and as asked, among gemeenten of a year (the newest with marks).

    Shape:   scores are SCORES of gemeenten, of as many years back as a composite may carry.
    Raises:  QuestionError for a year without marks, or where weights from data cannot be had.
    """
    recipe, rules = recipe_of(catalogue, id), carry_rules(catalogue)
    asked = _asked(recipe, otherwise, catalogue)
    edition = _edition(id, scores, year)
    marks = marks_of(scores.filter((pl.col("level") == "gemeente") & ~pl.col("note").str.contains("neutral")))
    entry_weights, _ = weights_of(recipe, marks, edition, rules, register)
    weights, _ = weights_of(asked, marks, edition, rules, register)
    if asked.weights in FROM_DATA:
        # Asked for here, so a reason why not is an answer; equal weights instead would be none.
        weights = weights_from_data(asked, marks, edition, rules, register, rng)
    fixed = _fixed(asked, weights)
    parts = marks.filter(pl.col("indicator").is_in(recipe.parts))

    def made(each: Recipe) -> pl.DataFrame:
        table = compose(each, parts, rules, register, [edition.year])
        here = (pl.col("boundaries") == edition.boundaries) & pl.col("mark").is_not_null()
        return table.filter(here).select("area", "mark")

    behind = behind_recipe(fixed, marks, rules, register, edition)
    importance = {
        name: _importance(behind.marks, behind.areas, made(each))
        for name, each in (("entry", _fixed(recipe, entry_weights)), ("asked", fixed))
    }
    return Weighed(
        id, edition.year, edition.boundaries, weights, fixed.aggregation,
        _parts(recipe, catalogue, entry_weights, weights, importance),
        _areas(made(_fixed(recipe, entry_weights)), made(fixed), _compensation(fixed, made), register),
    )  # fmt: skip


def _asked(recipe: Recipe, otherwise: Otherwise, catalogue: Catalogue) -> Recipe:
    """The recipe as asked. Own weights without a method are declared ones."""
    by = otherwise.by or ("declared" if otherwise.given is not None else recipe.weights)
    where = f"samengesteld cijfer '{recipe.id}'"
    target = otherwise.target or (recipe.target if by == "regression" else "")
    if by == "regression":
        if not target:
            raise QuestionError(
                where, "gewichten op een doel vragen een doel", "geef --target met het id van een cijfer"
            )
        if target in recipe.parts:
            raise QuestionError(where, f"doel '{target}' is zelf een deel; een cijfer voorspelt zichzelf altijd", None)
        if target not in catalogue.composites:
            catalogue.indicator(target)
    weight = dict(otherwise.given) if otherwise.given is not None else recipe.weight
    if by == "optimised" and not weight:
        weight = dict.fromkeys(recipe.parts, 1.0)
    if by == "declared" and not weight:
        raise QuestionError(where, "de opgave noemt geen gewichten", "geef eigen gewichten met --own")
    add_up = otherwise.add_up or ("power" if otherwise.power is not None else recipe.aggregation)
    power = recipe.power if otherwise.power is None else otherwise.power
    if add_up == "power" and power == 1.0:
        raise QuestionError(where, "een machtsgemiddelde vraagt een macht, anders dan 1", "geef --power, zoals -1")
    return replace(recipe, weights=by, weight=weight, target=target, aggregation=add_up, power=power)


def _fixed(recipe: Recipe, weights: Weights) -> Recipe:
    """The recipe with the weights that were found as if they were declared, so that they are found once."""
    return replace(recipe, weights="declared", weight=weights.by_part, target="")


def _edition(id: str, scores: pl.DataFrame, year: int | None) -> Edition:
    own = scores.filter((pl.col("indicator") == id) & (pl.col("level") == "gemeente") & pl.col("rank").is_not_null())
    years = own["year"].unique().sort().to_list()
    if not years or (year is not None and year not in years):
        known = f"er zijn plaatsen in {', '.join(map(str, years))}" if years else "er zijn nergens plaatsen"
        raise QuestionError(f"'{id}' in {year or 'enig jaar'}", known, "kies een ander jaar of een ander cijfer")
    chosen = years[-1] if year is None else year
    return Edition("gemeente", chosen, int(own.filter(pl.col("year") == chosen)["boundaries"].to_numpy().max()))


def _importance(marks: np.ndarray, areas: tuple[str, ...], made: pl.DataFrame) -> np.ndarray:
    """How much of the differences in the composite each part decides, among areas that have all parts."""
    by_area = dict(made.iter_rows())
    score = np.array([by_area.get(area, np.nan) for area in areas], dtype=float)
    known = ~np.isnan(marks).any(axis=1) & ~np.isnan(score)
    if known.sum() < _FEWEST * marks.shape[1]:
        return np.full(marks.shape[1], np.nan)
    return effective_importance(marks[known], score[known])


def _parts(
    recipe: Recipe, catalogue: Catalogue, entry: Weights, asked: Weights, importance: Mapping[str, np.ndarray]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "part": recipe.parts,
            "title": [catalogue.title_of(part) for part in recipe.parts],
            "weight_entry": [entry.by_part[part] for part in recipe.parts],
            "weight": [asked.by_part[part] for part in recipe.parts],
            "importance_entry": importance["entry"],
            "importance": importance["asked"],
            "chosen": pl.Series([asked.inclusion.get(part) for part in recipe.parts], dtype=pl.Float64),
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _areas(
    entry: pl.DataFrame, asked: pl.DataFrame, compensation: pl.DataFrame, register: AreaRegister
) -> pl.DataFrame:
    table = entry.rename({"mark": "mark_entry"}).join(asked, on="area", how="full", coalesce=True).sort("area")
    ranks = {}
    for name, column in (("rank_entry", "mark_entry"), ("rank", "mark")):
        found = rank_areas(table[column].cast(pl.Float64).fill_null(np.nan).to_numpy(), "higher_is_better").rank
        ranks[name] = pl.Series(name, found).cast(pl.Int64)
    placed = table.with_columns(**ranks).with_columns(
        pl.when(pl.col(name) > 0).then(pl.col(name)).alias(name) for name in ranks
    )
    return (
        placed.with_columns(moved=pl.col("rank_entry") - pl.col("rank"))
        .join(compensation, on="area", how="left", maintain_order="left")
        .with_columns(name=pl.Series([register.name(code) for code in placed["area"]], dtype=pl.String))
        .sort("rank", "area", nulls_last=True)
        .select("area", "name", "mark_entry", "rank_entry", "mark", "rank", "moved", "compensation")
    )


def _compensation(recipe: Recipe, made: Callable[[Recipe], pl.DataFrame]) -> pl.DataFrame:
    """What good parts make up for bad ones: arithmetic less geometric mean, 0 where all parts are alike."""
    plain, strict = (
        made(replace(recipe, aggregation=way)).rename({"mark": way}) for way in ("arithmetic", "geometric")
    )
    both = plain.join(strict, on="area")
    return both.select("area", compensation=pl.col("arithmetic") - pl.col("geometric"))
