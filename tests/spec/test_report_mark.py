"""Method: the report mark."""

from __future__ import annotations

from stadspeil.scores import report_mark

title = "Rapportcijfer"


def test_the_average_gemeente_gets_the_mean_mark(spec):
    spec("""
        area   | value | mark
        -------+-------+-----
        GM0001 |   10  |
        GM0002 |   20  | 6.5
        GM0003 |   30  |
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_a_standard_deviation_more_is_one_and_a_quarter_mark_more(spec):
    # Mean 30, standard deviation 14.14: ten more is 0.71 standard deviation, and 0.88 mark.
    spec("""
        area   | value | mark
        -------+-------+-----
        GM0001 |   10  | 4.73
        GM0002 |   20  | 5.62
        GM0003 |   30  | 6.50
        GM0004 |   40  | 7.38
        GM0005 |   50  | 8.27
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_where_lower_is_better_the_scale_is_turned_round(spec):
    spec("""
        area   | value | mark
        -------+-------+-----
        GM0001 |   10  | 8.27
        GM0002 |   20  | 7.38
        GM0003 |   30  | 6.50
        GM0004 |   40  | 5.62
        GM0005 |   50  | 4.73
    """, report_mark, direction="lower_is_better")  # fmt: skip


def test_a_neutral_figure_gets_no_mark(spec):
    spec("""
        area   | value | mark
        -------+-------+-----
        GM0001 |   10  |  -
        GM0002 |   20  |  -
        GM0003 |   30  |  -
    """, report_mark, direction="neutral")  # fmt: skip


def test_a_gemeente_without_a_value_gets_no_mark_and_changes_nobodys(spec):
    spec("""
        area   | value | mark
        -------+-------+-----
        GM0001 |   10  | 4.97
        GM0002 |   20  | 6.50
        GM0003 |    -  |  -
        GM0004 |   30  | 8.03
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_where_all_are_equal_all_get_the_mean_mark(spec):
    spec("""
        area   | value | mark
        -------+-------+-----
        GM0001 |   7   | 6.5
        GM0002 |   7   | 6.5
        GM0003 |   7   | 6.5
    """, report_mark, direction="higher_is_better")  # fmt: skip


def test_an_extreme_gemeente_stops_at_the_limit_and_the_others_share_what_it_cannot_get(spec):
    # Cut off at 10 without more, the ten would average below 6.5 and lie closer together than 1.25.
    spec("""
        area   | value | mark
        -------+-------+------
        GM0001 |    0  |  5.38
        GM0002 |    1  |  5.56
        GM0003 |    2  |  5.74
        GM0004 |    3  |  5.93
        GM0005 |    4  |  6.11
        GM0006 |    5  |  6.29
        GM0007 |    6  |  6.48
        GM0008 |    7  |  6.66
        GM0009 |    8  |  6.84
        GM0010 |   99  | 10.00
    """, report_mark, direction="higher_is_better")  # fmt: skip
