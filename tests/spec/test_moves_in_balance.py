"""Method: flows between areas in balance, and a year of households."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.gravity import furness
from stadspeil.simulation.flows import Land, Rates, run_history

title = "Stromen in balans"
chapter = "Bouwen en verhuizen"
order = 20
says = """Verhuizingen tussen gebieden volgen uit wie vertrekt, waar plaats is en hoe ver dat is. Twee rijen factoren maken dat
iedereen aankomt en elk gebied ontvangt waar het plaats voor heeft."""
formula = (
    "F(m, n) = A(m) V(m) B(n) K(n) f(d), f(d) = exp(−b ln(1 + d) − g d); A en B zo dat rijen V en kolommen K optellen."
)
source = "Furness (1965); Wilson (1971); wrijving met Poissonregressie, Flowerdew en Aitkin (1982); docs/explanation/three-tiers.md."


def balanced(table: pl.DataFrame) -> pl.DataFrame:
    """Flows between two areas of which staying is twice as easy as moving over."""
    weights = np.array([[2.0, 1.0], [1.0, 2.0]])
    made = furness(table["leave"].to_numpy().astype(float), table["arrive"].to_numpy().astype(float), weights).flows(
        weights
    )
    return pl.DataFrame({"from_1": made[0], "from_2": made[1]})


def test_rows_and_columns_add_up_and_nearness_keeps_its_weight(spec):
    """Uit beide gebieden vertrekken er vijftig en in beide is plaats voor vijftig; twee derde blijft dichtbij.

    Met een kansverhouding van 4 (2 × 2 tegen 1 × 1): x² = 4 (50 − x)², dus x = 33,33.
    """
    spec("""
        area | leave | arrive || from_1 | from_2
        -----+-------+--------++--------+-------
        1    |  50   |  50    || 33.33  | 16.67
        2    |  50   |  50    || 16.67  | 33.33
    """, balanced)  # fmt: skip


def a_year(table: pl.DataFrame) -> pl.DataFrame:
    """A year in which a tenth dissolves, a tenth of the rest moves, and a fifth would form anew."""
    count = table.height
    land = Land(
        table.select("households").to_numpy().astype(float), np.zeros(count), table["built"].to_numpy()[None].astype(float),
        np.zeros((1, count)), np.ones((1, count, count)), np.zeros(1, int), np.ones((count, 1)),
    )  # fmt: skip
    made = run_history(land, Rates(np.array([[0.9]]), np.array([[0.2]]), np.array([0.1])))
    change = made.change()
    return pl.DataFrame(
        {"after": made.households[-1][:, 0], "dissolved": -change["opheffing"][:, 0], "moved": -change["vertrek"][:, 0]}
    )


def test_households_fill_what_is_built_and_what_comes_free(spec):
    """Een gebied groeit met wat er gebouwd wordt, want wat vrijkomt wordt weer betrokken.

    Van 100 huishoudens houden er 10 op; van de 90 verhuizen er 9. Er is plaats voor 10 + 10 + 20 = 40 nieuwe huishoudens; er willen er 60.
    """
    spec("""
        area | households | built || after | dissolved | moved
        -----+------------+-------++-------+-----------+------
        1    |   100      |  10   ||  110  |   10      |   9
        2    |   200      |   0   ||  200  |   20      |  18
    """, a_year)  # fmt: skip
