"""Method: shares and rates, rebuilt from counts."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS
from stadspeil.indicators import build_values

title = "Aandelen en verhoudingen"
chapter = "Van aantal naar waarde"
order = 10
says = """Een aandeel wordt berekend uit aantallen als de uitgever die geeft; anders geldt het aandeel dat de uitgever
zelf drukt. Een geheime, latere of ontbrekende waarde wordt nooit een getal, en nooit nul."""
formula = """aandeel = 100 × teller / noemer; ruis van een aandeel √(p (1 − p) / n + afronding), met p en n een halve persoon
ruimer."""
source = "docs/explanation/missing-values.md en docs/explanation/scores.md."


@pytest.fixture
def share(catalogue_of, indicator_of):
    """Values of a percentage from a table with counts above and below the line; a word is a status."""

    def build(table: pl.DataFrame, level: str = "gemeente", rounding: float = 0) -> pl.DataFrame:
        indicator = indicator_of(
            "koop", numerator="above", denominator="below", per=100, column="published", levels=(level,)
        )
        kinds = {"above": "count", "below": "count", "published": "share"}
        fields = {
            id: Field(id, id, "", kind, (0, 1e9), rounding if kind == "count" else 0) for id, kind in kinds.items()
        }
        catalogue = catalogue_of(indicators=(indicator,), fields=fields)
        made = build_values(_cells(table, level, [name for name in kinds if name in table.columns]), catalogue)
        return table.select("area").join(made, on="area", how="left", maintain_order="left")

    return build


def _cells(table, level, names):
    rows = []
    for row in table.iter_rows(named=True):
        for name in names:
            cell = row[name]
            number = isinstance(cell, (int, float)) or str(cell).replace(".", "", 1).isdigit()
            low, _, high = str(cell).partition("..")
            rows.append({
                "area": row["area"], "level": level, "year": 2021, "boundaries": 2021, "field": name,
                "value": float(cell) if number else None,
                "low": float(low) if high else None, "high": float(high) if high else None,
                "status": "waarde" if number else "gecensureerd" if high else cell, "snapshot": "s", "row": 1,
            })  # fmt: skip
    return pl.DataFrame(rows, schema=dict(CELLS.columns))


def test_a_share_is_rebuilt_from_its_counts(spec, share):
    """Een aandeel wordt opnieuw berekend uit zijn aantallen."""
    spec("""
        area   | above | below || value | n
        -------+-------+-------++-------+-----
        GM0001 |  300  | 1000  ||  30   | 1000
        GM0002 |    0  |   50  ||   0   |   50
    """, lambda table: share(table))  # fmt: skip


def test_nothing_below_the_line_makes_the_share_impossible_and_never_zero(spec, share):
    """Met niets in de noemer is er geen aandeel; het wordt nooit nul."""
    spec("""
        area   | above | below || value | status
        -------+-------+-------++-------+-----------
        GM0001 |   0   |   0   ||   -   | onmogelijk
        GM0002 |  25   |  50   ||  50   | afgeleid
    """, lambda table: share(table))  # fmt: skip


def test_a_secret_stays_secret_and_outranks_every_other_reason(spec, share):
    """Geheim blijft geheim, en gaat voor elke andere reden."""
    spec("""
        area   | above        | below  || value | status
        -------+--------------+--------++-------+-------------
        GM0001 | geheim       | 100    ||   -   | geheim
        GM0002 | geheim       | later  ||   -   | geheim
        GM0003 | geheim       | 0      ||   -   | geheim
        GM0004 | 5            | later  ||   -   | later
        GM0005 | niet_gemeten | later  ||   -   | later
        GM0006 | vervallen    | later  ||   -   | vervallen
        GM0007 | 50           | 100    ||  50   | afgeleid
    """, lambda table: share(table))  # fmt: skip


def test_an_interval_stays_an_interval(spec, share):
    """Een waarde waarvan alleen grenzen bekend zijn, blijft een paar grenzen."""
    spec("""
        area   | above | below  || value | low | high | status
        -------+-------+--------++-------+-----+------+-------------
        GM0001 | 0..7  | 100    ||   -   |  0  |   7  | gecensureerd
        GM0002 | 10    | 50..80 ||   -   | 12.5|  20  | gecensureerd
        GM0003 | 10    | 100    ||  10   |  -  |   -  | afgeleid
    """, lambda table: share(table))  # fmt: skip


def test_where_an_edition_lacks_the_counts_the_published_share_is_taken(spec, share):
    """Geeft een editie geen aantallen, dan geldt het aandeel van de uitgever."""
    spec("""
        area   | below | published || value | method
        -------+-------+-----------++-------+----------
        GM0001 | 1000  |    31     ||  31   | published
        GM0002 |   50  |    12     ||  12   | published
    """, lambda table: share(table))  # fmt: skip


def test_where_an_edition_has_the_counts_no_area_falls_back_on_the_published_share(spec, share):
    """Geeft een editie wel aantallen, dan valt geen gebied terug op het gedrukte aandeel."""
    spec("""
        area   | above        | below | published || value | status       | method
        -------+--------------+-------+-----------++-------+--------------+--------
        GM0001 | 300          | 1000  |    31     ||  30   | afgeleid     | rebuilt
        GM0002 | niet_gemeten |   50  |    12     ||   -   | niet_gemeten | rebuilt
    """, lambda table: share(table))  # fmt: skip


def test_a_share_is_more_certain_with_more_people_below_the_line(spec, share):
    """Een aandeel is zekerder naarmate het over meer mensen gaat.

    Bij 10 van 100: p = 10,5 / 101 = 0,104; √(0,104 × 0,896 / 100) = 3,05 procentpunt.
    """
    spec("""
        area   | above | below || value | spread
        -------+-------+-------++-------+-------
        GM0001 |   10  |   100 ||  10   |  3.05
        GM0002 |  100  |  1000 ||  10   |  0.95
        GM0003 | 1000  | 10000 ||  10   |  0.30
    """, lambda table: share(table))  # fmt: skip


def test_the_rounding_of_counts_to_five_adds_noise_in_a_small_buurt(spec, share):
    """Afronding van aantallen op vijftallen geeft in een kleine buurt extra ruis.

    Variantie 4 in teller en noemer: √(4 + 0,1² × 4) / 100 = 2,01 procentpunt, naast 3,05 van het toeval: samen
    3,65.
    """
    spec("""
        area       | above | below || value | spread
        -----------+-------+-------++-------+-------
        BU00010101 |   10  |   100 ||  10   |  3.65
        BU00010102 | 1000  | 10000 ||  10   |  0.30
    """, lambda table: share(table, level="buurt", rounding=5))  # fmt: skip
