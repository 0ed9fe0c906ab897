"""Method: which projects fit best in a budget."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.appraisal.portfolio.problem import Problem, problem_of
from stadspeil.appraisal.portfolio.ranking import greedy
from stadspeil.appraisal.portfolio.solving import solve

title = "Kiezen binnen een budget"
chapter = "Ex ante afwegen"
order = 80
says = """Een agenda kiest de projecten die samen het meest waard zijn binnen geld en mensen. Wie rangschikt op waarde per euro en van
boven af kiest, houdt vaak geld over waar een groter project net niet meer in past."""
formula = "maximaliseer Σ v(p,t)·x(p,t) met Σ kosten ≤ budget en x 0 of 1; het plan is hoogstens (grens − waarde) / waarde van het beste af"
source = "Kellerer, Pferschy & Pisinger (2004) over het rugzakprobleem; docs/explanation/agenda.md."


def _problem(table: pl.DataFrame) -> Problem:
    """One year, one purse of 10 million."""
    cost = table["cost"].to_numpy().astype(float)
    worth = table["worth"].to_numpy().astype(float)[:, None]
    return problem_of(
        [str(each) for each in table["row"]], 1e6 * worth, 1e6 * cost.reshape(-1, 1, 1, 1), np.array([[10e6]])
    )


def chosen(table: pl.DataFrame) -> list[str]:
    """Which rows the plan holds."""
    return ["ja" if each >= 0 else "nee" for each in solve(_problem(table)).starts]


def ranked(table: pl.DataFrame) -> list[str]:
    """Which rows ranking by worth per euro holds."""
    return ["ja" if each >= 0 else "nee" for each in greedy(_problem(table))]


def test_two_that_fit_together_are_worth_more_than_the_best_bargain(spec):
    """In een budget van 10 miljoen zijn de tweede en derde samen 14 waard; wie de eerste kiest, heeft voor geen van beide geld.

    7 + 7 = 14 tegen 9 voor de eerste alleen.
    """
    spec("""
        row | cost | worth || chosen
        ----+------+-------++-------
        1   |  6   |   9   || nee
        2   |  5   |   7   || ja
        3   |  5   |   7   || ja
    """, chosen)  # fmt: skip


def test_ranking_takes_the_best_bargain_and_stops(spec):
    """Rangschikken kiest de eerste: 1,5 per euro tegen 1,4. Daarna past er niets meer; dat kost 5 van de 14.

    9 / 6 = 1,5 en 7 / 5 = 1,4; over is 4, te weinig voor 5.
    """
    spec("""
        row | cost | worth || chosen
        ----+------+-------++-------
        1   |  6   |   9   || ja
        2   |  5   |   7   || nee
        3   |  5   |   7   || nee
    """, ranked)  # fmt: skip
