"""Method: ranks and ties."""

from __future__ import annotations

from stadspeil.scores import rank_areas

title = "Plaats"
chapter = "Cijfers en plaatsen"
order = 30
says = """Plaats 1 is de gunstigste waarde; bij een neutraal onderwerp de hoogste. Gelijke waarden delen de beste plaats,
en de plaatsen daarna worden overgeslagen."""
formula = "plaats = 1 + het aantal gemeenten dat strikt gunstiger is."
source = "docs/decisions/0003-ranks-and-ties.md."


def test_the_most_favourable_gemeente_is_first(spec):
    """De gunstigste gemeente staat vooraan."""
    spec("""
        area   | value || rank | tied
        -------+-------++------+-----
        GM0001 |   10  ||  3   |  1
        GM0002 |   20  ||  2   |  1
        GM0003 |   30  ||  1   |  1
    """, rank_areas, direction="higher_is_better")  # fmt: skip


def test_where_lower_is_better_the_lowest_is_first(spec):
    """Waar lager gunstiger is, staat de laagste vooraan."""
    spec("""
        area   | value || rank
        -------+-------++-----
        GM0001 |   10  ||  1
        GM0002 |   20  ||  2
        GM0003 |   30  ||  3
    """, rank_areas, direction="lower_is_better")  # fmt: skip


def test_equals_share_the_best_place_and_the_next_places_are_skipped(spec):
    """Gelijke waarden delen de beste plaats, en de volgende plaatsen vervallen."""
    spec("""
        area   | value || rank | tied
        -------+-------++------+-----
        GM0001 |   40  ||  1   |  1
        GM0002 |   30  ||  2   |  2
        GM0003 |   30  ||  2   |  2
        GM0004 |   20  ||  4   |  1
    """, rank_areas, direction="higher_is_better")  # fmt: skip


def test_a_gemeente_without_a_value_has_no_place_and_takes_none(spec):
    """Een gemeente zonder waarde heeft geen plaats en neemt er geen in."""
    spec("""
        area   | value || rank | tied
        -------+-------++------+-----
        GM0001 |   40  ||  1   |  1
        GM0002 |    -  ||  -   |  -
        GM0003 |   30  ||  2   |  1
    """, rank_areas, direction="higher_is_better")  # fmt: skip


def test_a_neutral_figure_is_ranked_from_high_to_low(spec):
    """Een neutraal cijfer wordt van hoog naar laag geordend."""
    spec("""
        area   | value || rank
        -------+-------++-----
        GM0001 |   10  ||  3
        GM0002 |   20  ||  2
        GM0003 |   30  ||  1
    """, rank_areas, direction="neutral")  # fmt: skip


def test_unrounded_values_decide_but_not_the_rounding_of_the_computer(spec):
    """Niet-afgeronde waarden beslissen, maar de afronding van de computer niet."""
    spec("""
        area   | value              || rank
        -------+--------------------++-----
        GM0001 |  7.0               ||  2
        GM0002 |  7.0000000000000009 || 2
        GM0003 |  7.01              ||  1
        GM0004 |  1.0               ||  4
    """, rank_areas, direction="higher_is_better")  # fmt: skip
