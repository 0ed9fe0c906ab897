"""How the marks of parts become one: their weights, and the way they are added up.

All ways but outranking are a mean of a power of the marks: 1 is the plain mean, 0 the geometric, -1 the harmonic one.
The Mazziotta-Pareto way takes a penalty from the plain mean: what is good in one part makes up for what is bad in
another only in part. Outranking (Copeland) counts for each pair of gemeenten by how much of the weight one is ahead.
Sources:  OECD/JRC Handbook on Constructing Composite Indicators 2008; Mazziotta & Pareto 2013 (penalty of 1 times
the variance over the mean); Copeland 1951 as in the handbook's chapter on non-compensatory rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Aggregation, Missing, WeightMethod
from stadspeil.scores.marks import report_mark

FROM_DATA = ("pca", "entropy", "regression", "optimised")
_POWERS: dict[Aggregation, float] = {"geometric": 0.0, "harmonic": -1.0}
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
    power: float = 1.0
    minimum_weight: float = 0.0
    missing: Missing = "renormalise"

    def given_weights(self) -> dict[str, float]:
        """The declared weights, or equal ones."""
        if self.weights == "declared":
            return {part: self.weight.get(part, 0.0) for part in self.parts}
        return dict.fromkeys(self.parts, 1.0)

    def exponent(self) -> float:
        """The power of which the marks are averaged."""
        return self.power if self.aggregation == "power" else _POWERS.get(self.aggregation, 1.0)


def recipe_of(catalogue: Catalogue, id: str) -> Recipe:
    """The recipe of a composite of the catalogue."""
    entry = catalogue.composite(id)
    return Recipe(
        id, catalogue.parts_of(id), entry.weights, entry.weight, entry.target, entry.aggregation, entry.power,
        entry.minimum_weight, entry.missing,
    )  # fmt: skip


def added_up(recipe: Recipe, present: pl.DataFrame, middle: float) -> pl.DataFrame:
    """Per area the composite mark, its standard error, the share of the weight that is there and its oldest year.

    Shape:   present has a row per area and part, with mark, mark_spread, weight, oldest and whether it is `imputed`;
             weights of all parts of the recipe add up to one. The error is unknown where that of any part that weighs is.
    """
    if recipe.aggregation == "copeland":
        return _outranked(recipe, present)
    mark, weight, power = pl.col("mark"), pl.col("weight"), recipe.exponent()
    transformed = mark.log() if power == 0 else mark**power
    counts = weight > 0
    sums = present.group_by("area").agg(
        coverage=weight.filter(~pl.col("imputed")).sum(),
        held=weight.sum(),
        total=(weight * transformed).sum(),
        squares=(weight * mark**2).sum(),
        noise=(weight * pl.col("mark_spread") * mark ** (power - 1)).filter(counts).pow(2).sum(),
        noisy=pl.col("mark_spread").filter(counts).is_not_null().all(),
        oldest=pl.col("oldest").filter(counts).min(),
    )
    # What is missing either leaves the weight to the others, or stands in the middle.
    absent = (1 - pl.col("held")).clip(0) if recipe.missing == "middle" else pl.lit(0.0)
    whole = pl.col("held") + absent
    mean = (pl.col("total") + absent * (float(np.log(middle)) if power == 0 else middle**power)) / whole
    made = mean.exp() if power == 0 else mean ** (1 / power)
    if recipe.aggregation == "mazziotta_pareto":
        variance = ((pl.col("squares") + absent * middle**2) / whole - mean**2).clip(0)
        made = mean - variance / mean
    return sums.filter(pl.col("held") > 0).select(
        "area",
        mark=made,
        mark_spread=pl.when("noisy").then(pl.col("noise").sqrt() / whole * made ** (1 - power)),
        coverage=pl.col("coverage"),
        oldest=pl.col("oldest"),
    )


def outranking(marks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Copeland scores: per area the share of others that it beats, less the share that beat it, -1 to 1.

    One area beats another where it is ahead in more than half of the weight of the parts that both have; no part
    makes up for another. Shape: marks (n, k), NaN where missing, to (n,); NaN for an area without any part.
    Source:  Copeland 1951, as the OECD/JRC Handbook's non-compensatory rule.
    """
    ahead = np.zeros((len(marks), len(marks)))
    for column, weight in zip(marks.T, weights, strict=True):
        difference = np.nan_to_num(column[:, None] - column[None, :])
        ahead += weight * np.sign(np.where(np.abs(difference) < 1e-9, 0, difference))
    scores = np.sign(np.where(np.abs(ahead) < 1e-9, 0, ahead)).sum(axis=1) / max(1, len(marks) - 1)
    return np.where(np.isnan(marks).all(axis=1), np.nan, scores)


def _outranked(recipe: Recipe, present: pl.DataFrame) -> pl.DataFrame:
    """Marks from the share of the weight by which each gemeente is ahead of each other; none in too large a field."""
    areas = present["area"].unique().sort()
    if len(areas) > MOST_TO_OUTRANK:
        present, areas = present.clear(), areas.clear()
    wide = present.pivot("indicator", index="area", values="mark", aggregate_function="first").sort("area")
    parts = [part for part in recipe.parts if part in wide.columns]
    weights = present.group_by("indicator").agg(pl.col("weight").first())
    by_part = dict(weights.iter_rows())
    sums = present.group_by("area").agg(
        coverage=pl.col("weight").filter(~pl.col("imputed")).sum(), oldest=pl.col("oldest").min()
    )
    scores = np.zeros(0)
    if len(areas):
        scores = outranking(wide.select(parts).to_numpy(), np.array([by_part[part] for part in parts]))
    made = pl.DataFrame(
        {"area": wide["area"] if len(areas) else areas, "mark": report_mark(scores, "higher_is_better")}
    )
    nothing = pl.lit(None, dtype=pl.Float64)
    return made.join(sums, on="area").select("area", "mark", mark_spread=nothing, coverage="coverage", oldest="oldest")
