"""Method: fields added up, where the publisher gives parts and no total."""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import Status
from stadspeil.indicators.algebra import sum_of_fields

title = "Aantallen opgeteld"
chapter = "Van aantal naar waarde"
order = 20
says = """Geeft de uitgever delen en geen totaal, dan wordt er opgeteld. De som heeft alleen een getal als elk deel er een heeft: een som
waar iets aan ontbreekt zou te laag zijn."""
formula = "som = Σ delen; met grenzen: laagste = Σ laagste, hoogste = Σ hoogste."
source = "docs/explanation/missing-values.md."

TYPES = {
    "area": pl.String, "level": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "value": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "status": Status, "own": pl.Boolean,
}  # fmt: skip


def summed(table: pl.DataFrame) -> pl.DataFrame:
    """The sum of two fields. A word is a status, `0..7` an interval, a dash no row at all."""
    added = sum_of_fields([_field(table, name) for name in ("one", "two")])
    return table.select("area").join(added, on="area", how="left", maintain_order="left")


def _field(table: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = []
    for area, cell in table.select("area", name).iter_rows():
        if cell is None:
            continue
        low, _, high = str(cell).partition("..")
        value = float(cell) if not high and str(cell).replace(".", "").isdigit() else None
        status = "waarde" if value is not None else "gecensureerd" if high else cell
        limits = (float(low), float(high)) if high else (None, None)
        rows.append((area, "gemeente", 2020, 2020, value, *limits, status, False))
    return pl.DataFrame(rows, schema=TYPES, orient="row")


def test_a_sum_has_a_number_only_when_every_part_has_one(spec) -> None:
    """Een som heeft alleen een getal als elk deel er een heeft; geheim gaat voor later en voor niet gemeten.

    Van 5 en iets tussen 0 en 7 is bekend dat het tussen 5 en 12 ligt.
    """
    spec("""
        area   | one    | two    || value | low | high | status
        -------+--------+--------++-------+-----+------+-------------
        GM0001 | 1      | 2      ||   3   |  -  |  -   | afgeleid
        GM0002 | 0      | 0      ||   0   |  -  |  -   | afgeleid
        GM0003 | 1      | geheim ||   -   |  -  |  -   | geheim
        GM0004 | later  | geheim ||   -   |  -  |  -   | geheim
        GM0005 | 1      | -      ||   -   |  -  |  -   | niet_gemeten
        GM0006 | geheim | -      ||   -   |  -  |  -   | geheim
        GM0007 | 5      | 0..7   ||   -   |  5  |  12  | gecensureerd
        GM0008 | 0..7   | -      ||   -   |  -  |  -   | niet_gemeten
    """, summed)  # fmt: skip
