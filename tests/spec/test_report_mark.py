"""Method: the report mark."""

from __future__ import annotations

from stadspeil.scores import report_mark

title = "Rapportcijfer"
chapter = "Cijfers en plaatsen"
order = 10
says = """Per onderwerp en jaar krijgen alle gemeenten samen gemiddeld een 6,5, met een spreiding van 1,25. Het laagste
cijfer is een 3, het hoogste een 10. Wie door die grenzen minder krijgt, laat de schaal voor allen iets
schuiven, zodat het gemiddelde precies 6,5 blijft."""
formula = """cijfer = 6,5 + 1,25 × (waarde − gemiddelde) / standaardafwijking, tussen 3 en 10; waar lager gunstiger is met
een minteken."""
source = "Zorgen voor New Towns (2024), de schaal van het rapportcijfer; docs/decisions/0002-report-mark.md."


def test_the_average_gemeente_gets_the_mean_mark(spec):
    """Wie precies gemiddeld is, krijgt een 6,5."""
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   10  ||
        GM0002 |   20  || 6.5
        GM0003 |   30  ||
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_a_standard_deviation_more_is_one_and_a_quarter_mark_more(spec):
    """Een standaardafwijking gunstiger is een cijfer en een kwart hoger.

    Gemiddelde 30, standaardafwijking √(1000 / 5) = 14,14: tien meer is 0,71 standaardafwijking, en 1,25 × 0,71
    = 0,88 cijfer.
    """
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   10  || 4.73
        GM0002 |   20  || 5.62
        GM0003 |   30  || 6.50
        GM0004 |   40  || 7.38
        GM0005 |   50  || 8.27
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_where_lower_is_better_the_scale_is_turned_round(spec):
    """Waar lager gunstiger is, draait de schaal om."""
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   10  || 8.27
        GM0002 |   20  || 7.38
        GM0003 |   30  || 6.50
        GM0004 |   40  || 5.62
        GM0005 |   50  || 4.73
    """, report_mark, direction="lower_is_better")  # fmt: skip


def test_a_neutral_figure_gets_no_mark(spec):
    """Een neutraal cijfer krijgt geen rapportcijfer."""
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   10  ||  -
        GM0002 |   20  ||  -
        GM0003 |   30  ||  -
    """, report_mark, direction="neutral")  # fmt: skip


def test_a_gemeente_without_a_value_gets_no_mark_and_changes_nobodys(spec):
    """Een gemeente zonder waarde krijgt geen cijfer en verandert dat van niemand.

    Gemiddelde 20, standaardafwijking √(200 / 3) = 8,16: tien minder is 1,22 standaardafwijking, en 6,5 − 1,25 ×
    1,22 = 4,97.
    """
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   10  || 4.97
        GM0002 |   20  || 6.50
        GM0003 |    -  ||  -
        GM0004 |   30  || 8.03
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_where_all_are_equal_all_get_the_mean_mark(spec):
    """Zijn allen gelijk, dan krijgen allen een 6,5."""
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   7   || 6.5
        GM0002 |   7   || 6.5
        GM0003 |   7   || 6.5
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_an_extreme_gemeente_stops_at_the_limit_and_the_others_share_what_it_cannot_get(spec):
    """Een uitschieter stopt bij de grens; de andere delen samen wat hij niet krijgen kan.

    Zonder meer afgeknipt op 10 zouden de tien gemiddeld onder de 6,5 uitkomen. Nu is hun som precies 65,0 en
    hun spreiding 1,25.
    """
    spec("""
        area   | value || mark
        -------+-------++------
        GM0001 |    0  ||  5.38
        GM0002 |    1  ||  5.56
        GM0003 |    2  ||  5.74
        GM0004 |    3  ||  5.93
        GM0005 |    4  ||  6.11
        GM0006 |    5  ||  6.29
        GM0007 |    6  ||  6.48
        GM0008 |    7  ||  6.66
        GM0009 |    8  ||  6.84
        GM0010 |   99  || 10.00
    """, report_mark, direction="higher_is_better")  # fmt: skip
