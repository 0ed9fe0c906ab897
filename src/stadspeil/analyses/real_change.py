"""Marks on the scale of a fixed base year: so that real change shows, which a relative mark hides.

A relative mark averages 6.5 every year; when the whole country improves nobody's mark moves. On the fixed scale the
middle and the stretch are those of the base year. The difference between the two is how the field has moved.
The idea: fixed coefficients as in CBS's SES-WOA (2019), a fixed 100 as in Rotterdam's Wijkprofiel (2014).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from stadspeil.analyses.tables import REAL_MARKS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty
from stadspeil.scores.composites import composite_values, in_dependency_order
from stadspeil.scores.marks import MarkScale, fit_scale, mark_rules


def real_marks(scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """REAL_MARKS of gemeenten and country for every judged figure of which more than one year is known.

    Shape:   scores are SCORES of gemeenten and country of all years.
    """
    above = scores.filter(
        pl.col("level").is_in(["gemeente", "land"]) & pl.col("indicator").is_in(list(catalogue.indicators))
    )
    moved = [table for table in _on_base_scale(above, catalogue) if table.height]
    if not moved:
        return empty(REAL_MARKS)
    indicators = pl.concat(moved)
    composites = _composites(indicators, scores, catalogue, register)
    made = pl.concat([indicators.select(list(REAL_MARKS.columns)), composites])
    return check(made.sort("indicator", "year", "boundaries", "area"), REAL_MARKS, "vaste cijfers")


def base_year_of(years: list[int], wanted: int) -> int:
    """The base year if it was measured, else the nearest year before it, else the first after it."""
    earlier = [year for year in years if year <= wanted]
    return max(earlier) if earlier else min(years)


def _on_base_scale(scores: pl.DataFrame, catalogue: Catalogue) -> Iterator[pl.DataFrame]:
    wanted = int(catalogue.parameter("mark_base_year"))
    for (id,), rows in scores.group_by("indicator", maintain_order=True):
        ranked = rows.filter((pl.col("level") == "gemeente") & pl.col("mark").is_not_null())
        # The scale of a base year measures nothing that was defined otherwise.
        newest = ranked["year"].max()
        since = catalogue.unbroken_since(str(id), newest if isinstance(newest, int) else 0)
        rows, ranked = (table.filter(pl.col("year") >= since) for table in (rows, ranked))
        if ranked["year"].n_unique() < 2:
            continue
        base = base_year_of(ranked["year"].unique().sort().to_list(), wanted)
        scale = _scale(ranked.filter(pl.col("year") == base), str(id), catalogue)
        if scale is None:
            continue
        values, spread = (
            rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in ("value", "spread")
        )
        yield rows.with_columns(
            base_year=pl.lit(base, dtype=pl.Int16),
            fixed_mark=pl.Series(scale.marks(values)).fill_nan(None),
            fixed_spread=pl.Series(scale.spread_of_marks(spread)).fill_nan(None),
        )


def _scale(base: pl.DataFrame, id: str, catalogue: Catalogue) -> MarkScale | None:
    """The scale of the base year, on the division on which that year was published."""
    division = base["boundaries"].min()
    values = base.filter(pl.col("boundaries") == division)["value"].to_numpy()
    return fit_scale(values, catalogue.indicators[id].direction, mark_rules(catalogue))


def _composites(
    fixed: pl.DataFrame, scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister
) -> pl.DataFrame:
    """Composites of fixed marks, in the years in which all their parts have one."""
    as_scores = fixed.with_columns(mark=pl.col("fixed_mark"), mark_spread=pl.col("fixed_spread"))
    complete = pl.col("coverage") >= 1 - 1e-4
    made = composite_values(as_scores.select(scores.columns), catalogue, register).filter(complete)
    bases = dict(fixed.group_by("indicator").agg(pl.col("base_year").max()).iter_rows())
    for id in in_dependency_order(catalogue):
        bases[id] = max((bases[part] for part in catalogue.parts_of(id) if part in bases), default=0)
    relative = scores.select("area", "year", "boundaries", "indicator", relative="mark")
    return (
        made.rename({"mark": "fixed_mark", "mark_spread": "fixed_spread"})
        .join(relative, on=["area", "year", "boundaries", "indicator"], how="left")
        .with_columns(
            base_year=pl.col("indicator").replace_strict(bases, return_dtype=pl.Int16), mark=pl.col("relative")
        )
        .filter(pl.col("fixed_mark").is_not_null())
        .select(list(REAL_MARKS.columns))
    )
