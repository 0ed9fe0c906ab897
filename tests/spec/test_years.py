"""Method: change between years, trends, projections and moving between fifths, on a few years by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.development import changes_of, trend
from stadspeil.analyses.mobility import mobility
from stadspeil.analyses.projecting import project

title = "Verandering en trend"
chapter = "Ontwikkeling"
order = 10
says = """Twee jaren worden vergeleken met hun eigen ruis. Over zes jaren of meer telt de middelste van alle hellingen: een enkel vreemd
jaar trekt die niet mee. Een trend heet pas een trend als toeval, en de gelijkenis tussen opeenvolgende jaren, hem niet verklaart."""
formula = """verandering = laatste − eerste, marge 1,645 × √(s₁² + s₂²); helling = mediaan van alle (yⱼ − yᵢ) / (xⱼ − xᵢ);
S = aantal stijgende min dalende paren; z = (S − teken van S) / √var(S), var(S) = n (n − 1) (2n + 5) / 18 als jaren los van elkaar
zijn; projectie = rechte lijn met de marge van een nieuw jaar (Student t), zo breed als de sterkste gelijkenis tussen jaren (AR(1)) die
de reeks niet uitsluit."""
source = (
    "Sen (1968); Mann (1945) en Kendall (1975); Yue en Wang (2004) voor jaren die op elkaar lijken; Kendall (1954); "
    "docs/decisions/0023-projections-of-drifting-series.md."
)


def changed(table: pl.DataFrame) -> pl.DataFrame:
    """The change of each area between two years."""
    values = table.select("first", "last").to_numpy().astype(float)
    spread = table.select(
        pl.col("spread").cast(pl.Float64).fill_null(np.nan), twice=pl.col("spread").cast(pl.Float64).fill_null(np.nan)
    ).to_numpy()
    made = changes_of(values, spread)
    columns = {"change": made.change, "low": made.change - made.margin, "high": made.change + made.margin}
    return pl.DataFrame({**columns, "verdict": made.verdict.tolist()}).with_columns(pl.col(pl.Float64).fill_nan(None))


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


def to_2039(year: np.ndarray, value: np.ndarray, noise: np.ndarray) -> object:
    """A line drawn on to 2039."""
    return project(year, value, 2039, noise)


def test_a_line_drawn_on_widens_fast(spec):
    """Een lijn doortrekken maakt de marge snel groter, ook als de jaren precies op de lijn liggen.

    Helling 0,1: in 2039 is dat 2,9. Elk jaar heeft ruis 0,5; fout 0,5 × √(1 + 1/10 + 24,5² / 82,5) = 1,447; Student t bij 8 vrijheidsgraden
    1,860; marge 2,69.
    """
    spec("""
        year | value | noise
        -----+-------+------
        2010 |  0.0  |  0.5
        2011 |  0.1  |  0.5
        2012 |  0.2  |  0.5
        2013 |  0.3  |  0.5
        2014 |  0.4  |  0.5
        2015 |  0.5  |  0.5
        2016 |  0.6  |  0.5
        2017 |  0.7  |  0.5
        2018 |  0.8  |  0.5
        2019 |  0.9  |  0.5
    """, to_2039, answer="""
        value | low  | high
        ------+------+-----
         2.9  | 0.21 | 5.59
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
