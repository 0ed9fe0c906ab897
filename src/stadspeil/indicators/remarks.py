"""Values that are possible but odd: sentences for 'opmerkingen bij de data' in the report."""

from __future__ import annotations

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.indicators.values import outside


def remarks(values: pl.DataFrame, catalogue: Catalogue) -> list[str]:
    """One Dutch sentence per indicator and year that has values outside its expected range."""
    odd = outside(values, catalogue, "expected").with_columns(
        excess=pl.max_horizontal(pl.col("allowed_low") - pl.col("value"), pl.col("value") - pl.col("allowed_high"))
    )
    farthest = pl.col("area", "value").sort_by("excess", "area", descending=[True, False]).first()
    found = odd.group_by("indicator", "year", maintain_order=True).agg(
        pl.len(), farthest, pl.col("allowed_low", "allowed_high").first()
    )
    return [
        f"{catalogue.indicator(row['indicator']).title} ({row['indicator']}), {row['year']}: "
        f"{row['len']} waarde{'n' if row['len'] > 1 else ''} buiten wat we verwachten "
        f"({_dutch(row['allowed_low'])} tot {_dutch(row['allowed_high'])}); "
        f"het verst weg is {_dutch(row['value'])} in {row['area']}."
        for row in found.iter_rows(named=True)
    ]


def _dutch(number: float) -> str:
    return f"{number:.6g}".replace(".", ",")
