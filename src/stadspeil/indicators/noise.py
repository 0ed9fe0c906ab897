"""The noise of a value, first form: a standard error from the kind of figure, its base and the rounding.

Registers count everybody, so the binomial and Poisson parts are a superpopulation view: how far the figure could
have been off had the same town lived the same year again. See docs/explanation/scores.md, 'Noise'.
Means, medians, models and indices get none from their kind: only their publisher knows it. Where the publisher gives a
margin beside the figure that counts; else an error that the indicator's entry declares, with its source and status.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Field, Indicator, summed
from stadspeil.contracts import LOWER, MARGIN, MARGINS, UPPER, WITH_NUMBER

# CBS rounds persons and homes of small areas to fives, up or down by lot; those of gemeenten are exact.
BY_LOT = 5.0
BY_LOT_LEVELS = ("wijk", "buurt")
# What a spread rests on, in the column `spread_from`: chance and rounding, a margin as published, a declared error.
BY_KIND, BY_MARGIN, DECLARED = "kind", "margin", "declared:"
# A town's own workbook gives margins of 95 %.
OWN_CONFIDENCE = 95.0


def lot_rounding_variance(step: float) -> float:
    """Mean variance of a count that is rounded by lot, without bias, to multiples of `step`: 4 for steps of 5."""
    return (step**2 - 1) / 6


def nearest_rounding_variance(step: float) -> float:
    """Variance of a figure that is rounded to the nearest multiple of `step`: 1/12 for whole percents."""
    return step**2 / 12


def with_spread(table: pl.DataFrame, indicator: Indicator, fields: Mapping[str, Field], rebuilt: bool) -> pl.DataFrame:
    """The table with `spread` and `spread_from`: a published margin first, then a declared error, then the kind's own.

    Shape:   columns value, n, status, level, margin_error (standard errors from published margins, empty where there
             are none) and, if rebuilt, den_value.
    """
    declared = pl.col("level").cast(pl.String).replace_strict(indicator.error, default=None, return_dtype=pl.Float64)
    if rebuilt:
        # A declared error is of the publisher's own figure, not of one that is made from counts.
        declared = pl.lit(None, dtype=pl.Float64)
    numbered = pl.col("status").is_in(WITH_NUMBER)
    found = {
        BY_MARGIN: pl.col("margin_error"),
        f"{DECLARED}{indicator.error_status}": declared,
        BY_KIND: _by_kind(indicator, dict(fields), rebuilt),
    }
    origin = pl.coalesce(pl.when(each.is_not_null()).then(pl.lit(name)) for name, each in found.items())
    return table.with_columns(
        spread=pl.when(numbered).then(pl.coalesce(found.values())), spread_from=pl.when(numbered).then(origin)
    )


def margin_error(table: pl.DataFrame, confidence: float, rounding: float) -> pl.DataFrame:
    """Standard errors from margins as published: half the width of the interval, by the normal distribution.

    Shape:   columns MARGIN, LOWER and UPPER; adds margin_error. Both margin and bounds: the margin counts.
    """
    steps = NormalDist().inv_cdf(0.5 + confidence / 200)
    half = pl.coalesce(MARGIN, (pl.col(UPPER) - pl.col(LOWER)) / 2)
    error = (half / steps) ** 2 + nearest_rounding_variance(rounding)
    return table.with_columns(margin_error=error.sqrt())


def confidence_of(name: str, catalogue: Catalogue) -> float:
    """The confidence of the margins that some source gives with a field; checks see to it that sources agree."""
    for source in catalogue.sources.values():
        for column in source.columns:
            if column.field == name and (column.margin or column.lower):
                return column.confidence
            if column.field == name and source.margins is not None:
                return source.margins.confidence
    return OWN_CONFIDENCE


def with_margin_fields(fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields and those of their margins, which can be moved to another division but never added."""
    beside = {f"{id}{suffix}" for id in fields for suffix in MARGINS}
    return {**fields, **{id: Field(id, id, "", "model", (float("-inf"), float("inf"))) for id in sorted(beside)}}


def _by_kind(indicator: Indicator, fields: dict[str, Field], rebuilt: bool) -> pl.Expr:
    """Standard error of a value from columns `value`, `n`, `status`, `level` and, if rebuilt, `den_value`."""
    variance = _chance(indicator)
    if variance is None:
        return pl.lit(None, dtype=pl.Float64)
    return (variance + (_parts_rounding(indicator, fields) if rebuilt else _column_rounding(indicator, fields))).sqrt()


def _chance(indicator: Indicator) -> pl.Expr | None:
    value, n = pl.col("value") / indicator.per, pl.when(pl.col("n") > 0).then(pl.col("n"))
    if indicator.kind == "share":
        # Half a person added on both sides: 0 of 20 is not certainly 0 %.
        p = (value.clip(0, 1) * n + 0.5) / (n + 1)
        return p * (1 - p) / n * indicator.per**2
    if indicator.kind == "rate":
        return (value.clip(0) * n + 0.5) / n**2 * indicator.per**2
    return pl.lit(0.0) if indicator.kind == "count" else None


def _parts_rounding(indicator: Indicator, fields: dict[str, Field]) -> pl.Expr:
    above, below = (_sum_variance(name, fields) for name in (indicator.numerator, indicator.denominator))
    p = pl.col("value") / indicator.per
    return (above + p**2 * below) / pl.col("den_value") ** 2 * indicator.per**2


def _column_rounding(indicator: Indicator, fields: dict[str, Field]) -> pl.Expr:
    field = fields.get(indicator.column)
    if field is None or field.type == "count":
        return _count_variance(field)
    return pl.lit(nearest_rounding_variance(field.rounding))


def _sum_variance(name: str, fields: dict[str, Field]) -> pl.Expr:
    return pl.sum_horizontal(_count_variance(fields.get(part)) for part in summed(name))


def _count_variance(field: Field | None) -> pl.Expr:
    if field is None or field.type != "count" or field.rounding <= 1:
        return pl.lit(0.0)
    if field.rounding != BY_LOT:
        return pl.lit(nearest_rounding_variance(field.rounding))
    by_lot = pl.col("level").is_in(BY_LOT_LEVELS)
    return pl.when(by_lot).then(lot_rounding_variance(field.rounding)).otherwise(0.0)
