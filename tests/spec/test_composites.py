"""Method: composites of marks, and what is done about missing parts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue.entries import Composite
from stadspeil.contracts import SCORES
from stadspeil.scores.composites import composite_values

title = "Samengesteld cijfer"
chapter = "Samengestelde cijfers"
order = 10
says = """Het cijfer van een thema is het gewone gemiddelde van de rapportcijfers van zijn delen. Het wordt niet opnieuw
uitgerekt, zodat de afstand tot 6,5 precies de som van de bijdragen is. Een deel zonder nieuw cijfer doet
hoogstens twee jaar mee met een ouder cijfer."""
formula = """cijfer = Σ wᵢ × cijferᵢ / Σ wᵢ over de delen die er zijn, als zij samen minstens twee derde van het gewicht
hebben."""
source = "docs/decisions/0004-theme-composites-and-missing-parts.md."
PARTS = ("first", "second", "third")


@pytest.fixture
def thema(catalogue_of, indicator_of):
    """Composite marks of 2021 from a table with a column of marks per part; `first_2020` is one of a year earlier."""
    composite = Composite("thema", "Thema", "Theme", "", "", parts=PARTS)

    def compose(table: pl.DataFrame, changes=(), gone=()) -> pl.DataFrame:
        catalogue = catalogue_of(
            indicators=tuple(indicator_of(part) for part in PARTS),
            composites=(composite,),
            gemeenten=(*table["area"], *gone),
            changes=changes,
        )
        rows = [
            (row["area"], int(column.partition("_")[2] or 2021), column.partition("_")[0], row[column])
            for row in table.iter_rows(named=True)
            for column in table.columns
            if column.startswith(PARTS)
        ]
        scores = _scores(rows)
        register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        made = composite_values(scores, catalogue, register).filter(pl.col("year") == 2021)
        return table.select("area").join(made, on="area", how="left", maintain_order="left")

    return compose


def _scores(rows):
    frame = pl.DataFrame(rows, schema=["area", "year", "indicator", "mark"], orient="row").with_columns(
        level=pl.lit("gemeente"), boundaries=pl.col("year"), status=pl.lit("waarde"), note=pl.lit("")
    )
    missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())


def test_a_composite_is_the_plain_mean_of_the_marks_of_its_parts(spec, thema):
    """Een samengesteld cijfer is het gewone gemiddelde van zijn delen."""
    spec("""
        area   | first | second | third || mark | coverage
        -------+-------+--------+-------++------+---------
        GM0001 |   5   |   6    |   7   || 6.0  |  1
        GM0002 |   8   |   8    |   8   || 8.0  |  1
    """, lambda table: thema(table))  # fmt: skip


def test_a_composite_is_shown_with_two_thirds_of_its_parts_and_not_with_fewer(spec, thema):
    """Met twee derde van de delen is er een cijfer, met minder niet."""
    spec("""
        area   | first | second | third || mark | coverage | note
        -------+-------+--------+-------++------+----------+--------------
        GM0001 |   5   |   6    |   -   || 5.5  |  0.67    |
        GM0002 |   5   |   -    |   -   ||  -   |  0.33    | too_few_parts
        GM0003 |   6   |   7    |   8   || 7.0  |  1       |
    """, lambda table: thema(table))  # fmt: skip


def test_a_part_that_was_not_measured_this_year_is_carried_forward_and_says_so(spec, thema):
    """Een deel dat dit jaar niet is gemeten, doet mee met een ouder cijfer, en dat staat erbij."""
    spec("""
        area   | first_2020 | second | third || mark | coverage | note
        -------+------------+--------+-------++------+----------+-------------
        GM0001 |     4      |   6    |   8   || 6.0  |  1       | carried:2020
        GM0002 |     -      |   6    |   8   || 7.0  |  0.67    |
    """, lambda table: thema(table))  # fmt: skip


def test_a_part_older_than_two_years_is_missing(spec, thema):
    """Een cijfer van meer dan twee jaar oud telt als ontbrekend."""
    spec("""
        area   | first_2018 | second | third || mark | coverage
        -------+------------+--------+-------++------+---------
        GM0001 |     4      |   6    |   8   || 7.0  |  0.67
    """, lambda table: thema(table))  # fmt: skip


def test_nothing_is_carried_over_a_change_of_territory(spec, thema):
    """Over een verandering van grond heen doet geen ouder cijfer mee.

    Bij GM0001 is in 2021 een andere gemeente gekomen; GM0003 bleef gelijk.
    """
    merger = (date(2021, 1, 1), "GM0002", "GM0001", "merger", 1.0, "ours", "", "")
    spec("""
        area   | first_2020 | second | third || mark | coverage
        -------+------------+--------+-------++------+---------
        GM0001 |     4      |   6    |   8   || 7.0  |  0.67
        GM0003 |     4      |   6    |   8   || 6.0  |  1
    """, lambda table: thema(table, changes=(merger,), gone=(("GM0002", None, 2020),)))  # fmt: skip
