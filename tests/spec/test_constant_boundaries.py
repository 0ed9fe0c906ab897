"""Figures on constant boundaries, by small examples.

Gemeenten merge, split and shift their borders. A series over years compares the same ground only if every year is
recomputed to one division. The examples have Noord and Zuid, which merge into Stad in 2015, and Dorp, of which a
quarter went to Stad in 2018 without any code changing.
"""

from datetime import date

import polars as pl
import pytest

from stadspeil.areas import AreaRegister, rebase_cells
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS

title = "Gemeenten op dezelfde grenzen"
chapter = "Gebieden door de jaren"
order = 10
says = """Een reeks over jaren vergelijkt alleen dezelfde grond als elk jaar op één indeling wordt gezet. In de
voorbeelden gaan Noord en Zuid in 2015 op in Stad, en gaat in 2018 een kwart van Dorp naar Stad zonder dat een
code verandert."""
formula = """aantal op de nieuwe grenzen = Σ aantal op de oude grenzen × deel dat meegaat; een aandeel of mediaan wordt nooit
gemiddeld."""
source = "docs/explanation/areas-and-boundaries.md; de indelingen van CBS."

CODES = {"Noord": "GM0001", "Zuid": "GM0002", "Stad": "GM0003", "Dorp": "GM0004", "Land": "GM0005"}
NAMES = {code: name for name, code in CODES.items()}
LIVES = [("Noord", None, 2014), ("Zuid", None, 2014), ("Stad", 2015, None), ("Dorp", None, None), ("Land", None, None)]
CHANGES = [
    (date(2015, 1, 1), "Noord", "Stad", "merger", 1.0), (date(2015, 1, 1), "Zuid", "Stad", "merger", 1.0),
    (date(2018, 1, 1), "Dorp", "Stad", "border", 0.25),
]  # fmt: skip
FIELDS = {
    "woningen": Field("woningen", "Woningen", "woningen", "count", (0, 1e9)),
    "woningen_koop": Field("woningen_koop", "Koopwoningen", "woningen", "count", (0, 1e9)),
    "koop_pct": Field("koop_pct", "Aandeel koop", "%", "share", (0, 100)),
    "inkomen": Field("inkomen", "Doorsnee inkomen", "euro", "median", (0, 1e9)),
}


@pytest.fixture
def register():
    gemeenten = [(CODES[name], name, "P", first, last, "ours") for name, first, last in LIVES]
    changes = [(day, CODES[old], CODES[new], kind, weight, "ours", "x", "") for day, old, new, kind, weight in CHANGES]
    return AreaRegister(
        pl.DataFrame(gemeenten, schema=GEMEENTEN_SCHEMA, orient="row"),
        pl.DataFrame(changes, schema=CHANGES_SCHEMA, orient="row"),
    )


def lines(drawing):
    """The rows below the rule of a drawn table, without blanks."""
    rows = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    return rows[2:]


def check(register, before, after, boundaries, to_boundaries):
    """Recompute the cells drawn in `before` and hold the outcome against the drawing `after`."""
    records = [
        (CODES[area], "gemeente", boundaries, boundaries, field, None if value == "geheim" else float(value), None,
         None, "geheim" if value == "geheim" else "waarde", "snapshot", number)
        for number, (area, field, value) in enumerate(lines(before))
    ]  # fmt: skip
    given = pl.DataFrame(records, schema=dict(CELLS.columns), orient="row")
    moved = rebase_cells(given, FIELDS, register, to_boundaries)
    found = {
        (NAMES[area], field): (f"{value:g}" if value is not None else "-", status)
        for area, field, value, status in moved.select("area", "field", "value", "status").iter_rows()
    }
    assert found == {(area, field): (value, status) for area, field, value, status in lines(after)}


def test_counts_of_the_parts_are_added(register):
    """Aantallen van wat samengaat, worden opgeteld."""
    check(register, """
        area  | field    | value
        ------+----------+------
        Noord | woningen |   600
        Zuid  | woningen |   400
        Land  | woningen |   250
        """, """
        area  | field    | value | status
        ------+----------+-------+---------
        Stad  | woningen |  1000 | afgeleid
        Land  | woningen |   250 | waarde
        """, boundaries=2014, to_boundaries=2015)  # fmt: skip


def test_a_border_change_moves_a_share_of_every_count_though_no_code_changed(register):
    """Een grenswijziging neemt een deel van elk aantal mee, ook als geen code verandert.

    Een kwart van 200 gaat naar Stad.
    """
    check(register, """
        area  | field    | value
        ------+----------+------
        Stad  | woningen |  1000
        Dorp  | woningen |   200
        Land  | woningen |   250
        """, """
        area  | field    | value | status
        ------+----------+-------+---------
        Stad  | woningen |  1050 | afgeleid
        Dorp  | woningen |   150 | afgeleid
        Land  | woningen |   250 | waarde
        """, boundaries=2017, to_boundaries=2018)  # fmt: skip


def test_a_share_is_not_averaged_but_left_to_be_rebuilt_from_its_counts(register):
    """Een aandeel wordt niet gemiddeld, maar later opnieuw berekend uit zijn aantallen."""
    check(register, """
        area  | field         | value
        ------+---------------+------
        Noord | koop_pct      |    90
        Noord | woningen_koop |   540
        Noord | woningen      |   600
        Zuid  | koop_pct      |    15
        Zuid  | woningen_koop |    60
        Zuid  | woningen      |   400
        """, """
        area  | field         | value | status
        ------+---------------+-------+-----------
        Stad  | koop_pct      |     - | onmogelijk
        Stad  | woningen_koop |   600 | afgeleid
        Stad  | woningen      |  1000 | afgeleid
        """, boundaries=2014, to_boundaries=2015)  # fmt: skip


def test_a_median_of_a_merged_gemeente_does_not_exist(register):
    """Een mediaan van een samengevoegde gemeente bestaat niet."""
    check(register, """
        area  | field   | value
        ------+---------+------
        Noord | inkomen | 30000
        Zuid  | inkomen | 30000
        Land  | inkomen | 28000
        """, """
        area  | field   | value | status
        ------+---------+-------+-----------
        Stad  | inkomen |     - | onmogelijk
        Land  | inkomen | 28000 | waarde
        """, boundaries=2014, to_boundaries=2015)  # fmt: skip


def test_one_secret_part_makes_the_sum_secret(register):
    """Eén geheim deel maakt de som geheim."""
    check(register, """
        area  | field    | value
        ------+----------+-------
        Noord | woningen |    600
        Zuid  | woningen | geheim
        """, """
        area  | field    | value | status
        ------+----------+-------+-------
        Stad  | woningen |     - | geheim
        """, boundaries=2014, to_boundaries=2015)  # fmt: skip


def test_mergers_and_border_changes_of_several_years_are_multiplied(register):
    """Samenvoegingen en grenswijzigingen van meer jaren werken na elkaar.

    600 + 400 + een kwart van 200.
    """
    check(register, """
        area  | field    | value
        ------+----------+------
        Noord | woningen |   600
        Zuid  | woningen |   400
        Dorp  | woningen |   200
        """, """
        area  | field    | value | status
        ------+----------+-------+---------
        Stad  | woningen |  1050 | afgeleid
        Dorp  | woningen |   150 | afgeleid
        """, boundaries=2014, to_boundaries=2024)  # fmt: skip
