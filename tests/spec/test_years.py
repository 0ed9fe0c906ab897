"""Method: change between years, trends, projections and moving between fifths, on a few years by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.development import change_between, mobility, project, trend

title = "Verandering en trend"
chapter = "Ontwikkeling"
order = 10
says = """Twee jaren worden vergeleken met hun eigen ruis. Over zes jaren of meer telt de middelste van alle hellingen: een enkel vreemd
jaar trekt die niet mee. Een trend heet pas een trend als toeval, en de gelijkenis tussen opeenvolgende jaren, hem niet verklaart."""
formula = """verandering = laatste − eerste, marge 1,645 × √(s₁² + s₂²); helling = mediaan van alle (yⱼ − yᵢ) / (xⱼ − xᵢ);
S = aantal stijgende min dalende paren; z = (S − teken van S) / √var(S), var(S) = n (n − 1) (2n + 5) / 18 als jaren los van elkaar
zijn; projectie = kleinste kwadraten met de marge van een nieuw jaar (Student t)."""
source = (
    "Sen (1968); Mann (1945) en Kendall (1975); Yue en Wang (2004) voor jaren die op elkaar lijken; Kendall (1954)."
)


def changed(table: pl.DataFrame) -> pl.DataFrame:
    """The change of each area between two years."""
    rows = []
    for row in table.iter_rows(named=True):
        values = np.array([row["first"], row["last"]], float)
        spread = np.array([np.nan if each is None else each for each in (row["spread"], row["spread"])])
        made = change_between(np.array([2019, 2022]), values, spread)
        assert made is not None
        rows.append((made.change, made.low, made.high, made.verdict))
    return pl.DataFrame(rows, schema=["change", "low", "high", "verdict"], orient="row")


def test_a_change_is_told_only_beyond_its_margin(spec):
    """Een verandering heet pas gestegen of gedaald als nul buiten haar interval valt.

    Marge 1,645 × √(0,5² + 0,5²) = 1,163. Bij 1,1 loopt het interval van −0,06 tot 2,26: nul hoort erbij.
    """
    spec("""
        area   | first | last | spread || change | low   | high  | verdict
        -------+-------+------+--------++--------+-------+-------+-----------------------------
        GM0001 |  10   | 11.1 |  0.5   ||  1.1   | -0.06 |  2.26 | geen aantoonbare verandering
        GM0002 |  10   | 11.2 |  0.5   ||  1.2   |  0.04 |  2.36 | gestegen
        GM0003 |  10   |  8.9 |  0.5   || -1.1   | -2.26 |  0.06 | geen aantoonbare verandering
        GM0004 |  10   |  8.8 |  0.5   || -1.2   | -2.36 | -0.04 | gedaald
        GM0005 |  10   | 20   |   -    || 10.0   |   -   |   -   | onbekende marge
    """, changed)  # fmt: skip


def of_years(year: np.ndarray, value: np.ndarray) -> object:
    """The trend of a series."""
    return trend(year, value)


def test_the_middle_slope_and_its_test(spec):
    """Een reeks die elk jaar één stijgt, heeft helling 1, en toeval verklaart dat niet.

    S = 21 (alle paren stijgen); var = 7 × 6 × 19 / 18 = 44,33; z = 20 / 6,658 = 3,004; p = 0,0027.
    """
    spec("""
        year | value
        -----+------
        2015 |   1
        2016 |   2
        2017 |   3
        2018 |   4
        2019 |   5
        2020 |   6
        2021 |   7
    """, of_years, answer="""
        slope | low | high | p      | years
        ------+-----+------+--------+------
         1    |  1  |  1   | 0.0027 |  7
    """)  # fmt: skip


def test_one_wild_year_does_not_move_the_slope(spec):
    """Eén vreemd jaar verandert de middelste helling niet.

    Van de 21 hellingen gaan er 6 over het jaar 2018; de andere 15 zijn alle 1, en dus ook de middelste.
    """
    spec("""
        year | value
        -----+------
        2015 |   1
        2016 |   2
        2017 |   3
        2018 |  40
        2019 |   5
        2020 |   6
        2021 |   7
    """, of_years, answer="""
        slope | years
        ------+------
         1    |  7
    """)  # fmt: skip


def to_2025(year: np.ndarray, value: np.ndarray) -> object:
    """A line drawn on to 2025."""
    return project(year, value, 2025)


def test_a_line_drawn_on_widens_fast(spec):
    """Een lijn doortrekken maakt de marge snel groter.

    Helling 0,6 en midden (2020,5; 2): in 2025 2 + 0,6 × 4,5 = 4,7. Restvariantie 0,2 / 2 = 0,1; fout √(0,1 × (1 + 1/4 + 4,5² / 5)) = 0,728;
    Student t bij 2 vrijheidsgraden 2,920; marge 2,13.
    """
    spec("""
        year | value
        -----+------
        2019 |   1
        2020 |   2
        2021 |   2
        2022 |   3
    """, to_2025, answer="""
        value | low  | high
        ------+------+-----
         4.7  | 2.57 | 6.83
    """)  # fmt: skip


def between_fifths(first: np.ndarray, last: np.ndarray) -> dict[str, np.ndarray]:
    """Where the areas of each fifth of the first year are in the last: a column per fifth."""
    table = mobility(first, last)
    return {"row": np.arange(1, 6), **{f"to_{number + 1}": table[:, number] for number in range(5)}}


def test_who_moves_to_another_fifth(spec):
    """De tabel van verhuizingen zegt per vijfde deel waar zijn gebieden later staan.

    De twee laagste wisselen van plaats, de andere blijven.
    """
    spec("""
        area   | first | last
        -------+-------+-----
        GM0001 |   1   |  20
        GM0002 |   2   |  10
        GM0003 |   3   |  30
        GM0004 |   4   |  40
        GM0005 |   5   |  50
    """, between_fifths, answer="""
        row | to_1 | to_2 | to_3 | to_4 | to_5
        ----+------+------+------+------+-----
        1   |  0   |  1   |  0   |  0   |  0
        2   |  1   |  0   |  0   |  0   |  0
        3   |  0   |  0   |  1   |  0   |  0
        4   |  0   |  0   |  0   |  1   |  0
        5   |  0   |  0   |  0   |  0   |  1
    """)  # fmt: skip
