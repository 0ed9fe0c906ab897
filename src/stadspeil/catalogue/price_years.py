"""The years of which euros may be told: those whose prices are known (valuations/prices.csv)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue


def price_year_problems(year: int, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the year of a price; nothing where there is no series to hold it against."""
    path = None if catalogue.root is None else catalogue.root / "valuations" / "prices.csv"
    known = None if path is None or not path.is_file() else _known(path)
    if known is not None and not known[0] <= year <= known[1]:
        yield (
            f"price_year is {year}; verwacht een jaar van {known[0]} tot en met {known[1]}, waarvan de prijzen bekend zijn. "
            "Reken het bedrag om naar zo'n jaar"
        )


@lru_cache(maxsize=8)
def _known(path: Path) -> tuple[int, int] | None:
    """From the year before the first change of prices to the one after the last: that is the year of now."""
    with path.open(encoding="utf-8-sig") as file:
        years = [int(row["year"]) for row in csv.DictReader(file) if (row.get("year") or "").isdecimal()]
    return (min(years) - 1, max(years) + 1) if years else None
