"""The noise of a value, first form: a standard error from the kind of figure, its base and the rounding.

Registers count everybody, so the binomial and Poisson parts are a superpopulation view: how far the figure could
have been off had the same town lived the same year again. See docs/explanation/scores.md, 'Noise'.
Means, medians, models and indices get no spread here: only their publisher knows it.
"""

from __future__ import annotations

import polars as pl

from stadspeil.catalogue.entries import Field, Indicator, summed
from stadspeil.contracts import WITH_NUMBER

# CBS rounds persons and homes of small areas to fives, up or down by lot; those of gemeenten are exact.
BY_LOT = 5.0
BY_LOT_LEVELS = ("wijk", "buurt")


def lot_rounding_variance(step: float) -> float:
    """Mean variance of a count that is rounded by lot, without bias, to multiples of `step`: 4 for steps of 5."""
    return (step**2 - 1) / 6


def nearest_rounding_variance(step: float) -> float:
    """Variance of a figure that is rounded to the nearest multiple of `step`: 1/12 for whole percents."""
    return step**2 / 12


def spread(indicator: Indicator, fields: dict[str, Field], rebuilt: bool) -> pl.Expr:
    """Standard error of a value from columns `value`, `n`, `status`, `level` and, if rebuilt, `den_value`."""
    variance = _chance(indicator)
    if variance is None:
        return pl.lit(None, dtype=pl.Float64)
    variance = variance + (_parts_rounding(indicator, fields) if rebuilt else _column_rounding(indicator, fields))
    return pl.when(pl.col("status").is_in(WITH_NUMBER)).then(variance.sqrt())


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
