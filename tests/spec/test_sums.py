"""Method: fields added up, where the publisher gives parts and no total."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.contracts import Status
from stadspeil.indicators.algebra import sum_of_fields

title = "Aantallen opgeteld"

TYPES = {
    "area": pl.String, "level": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "value": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "status": Status, "own": pl.Boolean,
}  # fmt: skip


def field(*cells: object) -> pl.DataFrame:
    """A field of GM0001, GM0002, ...: a number, a status, or an interval as a pair; None is no row at all."""
    rows = []
    for number, cell in enumerate(cells, start=1):
        if cell is None:
            continue
        value = float(cell) if isinstance(cell, int) else None
        low, high = cell if isinstance(cell, tuple) else (None, None)
        status = "waarde" if value is not None else "gecensureerd" if low is not None else str(cell)
        rows.append((f"GM000{number}", "gemeente", 2020, 2020, value, low, high, status, False))
    return pl.DataFrame(rows, schema=TYPES, orient="row")


@pytest.mark.parametrize(
    ("one", "two", "value", "low", "high", "status"),
    [
        (1, 2, 3.0, None, None, "afgeleid"),
        (0, 0, 0.0, None, None, "afgeleid"),
        (1, "geheim", None, None, None, "geheim"),
        ("later", "geheim", None, None, None, "geheim"),
        (1, None, None, None, None, "niet_gemeten"),
        ("geheim", None, None, None, None, "geheim"),
        (5, (0.0, 7.0), None, 5.0, 12.0, "gecensureerd"),
        ((0.0, 7.0), None, None, None, None, "niet_gemeten"),
    ],
)
def test_a_sum_has_a_number_only_when_every_part_has_one(one, two, value, low, high, status) -> None:
    row = sum_of_fields([field(one), field(two)]).row(0, named=True)
    assert (row["value"], row["low"], row["high"], row["status"]) == (value, low, high, status)


def test_areas_are_added_apart() -> None:
    added = sum_of_fields([field(1, 10), field(2, 20), field(3, 30)]).sort("area")
    assert added["value"].to_list() == [6.0, 60.0]
