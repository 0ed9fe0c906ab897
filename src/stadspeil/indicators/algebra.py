"""The missing-value algebra of a quotient and of a sum: what a value is when a part of it is secret, late, censored or zero.

A quotient has a number only when both its parts have one. Otherwise its status is that of the part with the
strongest reason, in the order of `STRONGEST_FIRST`; an interval stays an interval. Nothing ever becomes zero.
"""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import WITH_NUMBER, Status

# A secret outranks all else, so that no status tells that the other part was fine; after it, what waiting will
# not mend outranks what waiting will.
STRONGEST_FIRST = ("geheim", "onmogelijk", "vervallen", "later", "niet_gemeten")


def status_of_quotient(numerator: str, denominator: str) -> pl.Expr:
    """Status of a quotient from columns `<prefix>_value`, `_low`, `_high` and `_status` of its two parts."""
    above, below = pl.col(f"{numerator}_status"), pl.col(f"{denominator}_status")
    found = pl.lit("afgeleid")
    # Built from the inside out: the last wrapped is the first asked.
    found = pl.when((above == "gecensureerd") | (below == "gecensureerd")).then(pl.lit("gecensureerd")).otherwise(found)
    nothing_below = (pl.col(f"{denominator}_value") == 0) | (pl.col(f"{denominator}_high") == 0)
    found = pl.when(nothing_below).then(pl.lit("onmogelijk")).otherwise(found)
    for status in reversed(STRONGEST_FIRST):
        found = pl.when((above == status) | (below == status)).then(pl.lit(status)).otherwise(found)
    return found.cast(Status)


def bounds_of_quotient(numerator: str, denominator: str, per: float) -> tuple[pl.Expr, pl.Expr]:
    """Lowest and highest value a quotient can have; no highest where the denominator can be zero."""
    low_above, high_above = _bounds(numerator)
    low_below, high_below = _bounds(denominator)
    low = pl.when(high_below > 0).then(low_above / high_below * per)
    high = pl.when(low_below > 0).then(high_above / low_below * per)
    return low, high


def _bounds(prefix: str) -> tuple[pl.Expr, pl.Expr]:
    value = pl.col(f"{prefix}_value")
    return pl.coalesce(value, pl.col(f"{prefix}_low")), pl.coalesce(value, pl.col(f"{prefix}_high"))


def sum_of_fields(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Fields added up per area and year: a number only where every part has one, else the strongest reason why not.

    Shape:   each part has the columns area, level, year, boundaries, value, low, high, status and own.
    """
    key = ("area", "level", "year", "boundaries")
    strength = {status: place for place, status in enumerate((*STRONGEST_FIRST, "gecensureerd", *WITH_NUMBER))}
    ranked = pl.concat(parts).with_columns(
        strength=pl.col("status").cast(pl.String).replace_strict(strength, return_dtype=pl.Int8),
        low=pl.coalesce("value", "low"),
        high=pl.coalesce("value", "high"),
    )
    added = ranked.group_by(key, maintain_order=True).agg(
        pl.len().alias("met"), pl.col("strength").min(), pl.col("value", "low", "high").sum(), pl.col("own").any()
    )
    names = {place: status for status, place in strength.items()}
    reason = pl.col("strength").replace_strict(names, return_dtype=pl.String)
    absent = (pl.col("met") < len(parts)) & (pl.col("strength") > strength["niet_gemeten"])
    status = pl.when(absent).then(pl.lit("niet_gemeten")).otherwise(reason)
    numbered = status.is_in(WITH_NUMBER)
    return added.select(
        *key,
        value=pl.when(numbered).then("value"),
        low=pl.when(status == "gecensureerd").then("low"),
        high=pl.when(status == "gecensureerd").then("high"),
        status=pl.when(numbered).then(pl.lit("afgeleid")).otherwise(status).cast(Status),
        own="own",
    )
