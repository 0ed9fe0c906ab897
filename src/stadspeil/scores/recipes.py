"""How the marks of parts become one: their weights, and the way they are added up.

All ways but outranking are a mean of a function of the marks: the marks themselves, their logarithm, their inverse.
The Mazziotta-Pareto way takes a penalty from the plain mean: what is good in one part makes up for what is bad in
another only in part. Outranking (Copeland) counts for each pair of gemeenten by how much of the weight one is ahead.
Sources:  OECD/JRC Handbook on Constructing Composite Indicators 2008; Mazziotta & Pareto 2013 (penalty of 1 times
the variance over the mean); Copeland 1951 as in the handbook's chapter on non-compensatory rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Aggregation, WeightMethod
from stadspeil.scores.marks import report_mark
from stadspeil.scores.part_weights import entropy_weights, outranking, pca_weights, regression_weights

FROM_DATA = ("pca", "entropy", "regression")
# Every pair of areas is held against each other: 14,500 buurten would be a hundred million pairs.
MOST_TO_OUTRANK = 600


@dataclass(frozen=True)
class Recipe:
    """A composite as it is made."""

    id: str
    parts: tuple[str, ...]
    weights: WeightMethod = "equal"
    weight: dict[str, float] = field(default_factory=dict)
    target: str = ""
    aggregation: Aggregation = "arithmetic"
    minimum_weight: float = 0.0
    missing: str = "renormalise"

    def given_weights(self) -> dict[str, float]:
        """The declared weights, or equal ones."""
        if self.weights == "declared":
            return {part: self.weight.get(part, 0.0) for part in self.parts}
        return dict.fromkeys(self.parts, 1.0)


def recipe_of(catalogue: Catalogue, id: str) -> Recipe:
    """The recipe of a composite of the catalogue."""
    entry = catalogue.composite(id)
    return Recipe(
        id, catalogue.parts_of(id), entry.weights, entry.weight, entry.target, entry.aggregation, entry.minimum_weight,
        entry.missing,
    )  # fmt: skip


def weights_from_marks(
    method: WeightMethod, marks: np.ndarray, parts: Sequence[str], target: np.ndarray | None
) -> dict[str, float] | None:
    """Weights of the parts from complete marks (n, k); None where the method finds none above zero."""
    if method == "regression":
        found = np.zeros(len(parts)) if target is None else regression_weights(marks, target)
    else:
        found = pca_weights(marks) if method == "pca" else entropy_weights(marks)
    return dict(zip(parts, found.tolist(), strict=True)) if found.sum() > 0 else None


def added_up(recipe: Recipe, present: pl.DataFrame, middle: float) -> pl.DataFrame:
    """Per area the composite mark, its standard error, the share of the weight that is there and its oldest year.

    Shape:   present has a row per area and part, with mark, mark_spread, weight and oldest; weights of all parts of
             the recipe add up to one. The error is unknown where that of any part that weighs is.
    """
    if recipe.aggregation == "copeland":
        return _outranked(recipe, present)
    mark, weight = pl.col("mark"), pl.col("weight")
    power = {"geometric": 1, "harmonic": 2}.get(recipe.aggregation, 0)
    transformed = {0: mark, 1: mark.log(), 2: 1 / mark}[power]
    counts = weight > 0
    sums = present.group_by("area").agg(
        coverage=weight.sum(),
        total=(weight * transformed).sum(),
        squares=(weight * mark**2).sum(),
        noise=(weight * pl.col("mark_spread") / mark**power).filter(counts).pow(2).sum(),
        noisy=pl.col("mark_spread").filter(counts).is_not_null().all(),
        oldest=pl.col("oldest").filter(counts).min(),
    )
    # What is missing either leaves the weight to the others, or stands in the middle.
    absent = (1 - pl.col("coverage")).clip(0) if recipe.missing == "middle" else pl.lit(0.0)
    whole = pl.col("coverage") + absent
    mean = (pl.col("total") + absent * {0: middle, 1: float(np.log(middle)), 2: 1 / middle}[power]) / whole
    made = {0: mean, 1: mean.exp(), 2: 1 / mean}[power]
    if recipe.aggregation == "mazziotta_pareto":
        variance = ((pl.col("squares") + absent * middle**2) / whole - mean**2).clip(0)
        made = mean - variance / mean
    return sums.filter(pl.col("coverage") > 0).select(
        "area",
        mark=made,
        mark_spread=pl.when("noisy").then(pl.col("noise").sqrt() / whole * made**power),
        coverage=pl.col("coverage"),
        oldest=pl.col("oldest"),
    )


def _outranked(recipe: Recipe, present: pl.DataFrame) -> pl.DataFrame:
    """Marks from the share of the weight by which each gemeente is ahead of each other; none in too large a field."""
    areas = present["area"].unique().sort()
    if len(areas) > MOST_TO_OUTRANK:
        present, areas = present.clear(), areas.clear()
    wide = present.pivot("indicator", index="area", values="mark", aggregate_function="first").sort("area")
    parts = [part for part in recipe.parts if part in wide.columns]
    weights = present.group_by("indicator").agg(pl.col("weight").first())
    by_part = dict(weights.iter_rows())
    sums = present.group_by("area").agg(coverage=pl.col("weight").sum(), oldest=pl.col("oldest").min())
    scores = np.zeros(0)
    if len(areas):
        scores = outranking(wide.select(parts).to_numpy(), np.array([by_part[part] for part in parts]))
    made = pl.DataFrame(
        {"area": wide["area"] if len(areas) else areas, "mark": report_mark(scores, "higher_is_better")}
    )
    nothing = pl.lit(None, dtype=pl.Float64)
    return made.join(sums, on="area").select("area", "mark", mark_spread=nothing, coverage="coverage", oldest="oldest")
