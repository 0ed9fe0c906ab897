"""Method: what a simulated programme may be said to do."""

from __future__ import annotations

import polars as pl

from stadspeil.simulation.summing import errors_needed, spread_over_pairs

title = "Effect van een bouwprogramma"
chapter = "Bouwen en verhuizen"
order = 12
says = """De microsimulatie draait een verzonnen bevolking twee keer met hetzelfde toeval: met en zonder het programma. Het
effect is het verschil, over veel paren. Getoond wordt alleen een effect dat verder van nul ligt dan zijn toeval."""
formula = """getoond als |gemiddelde| > k × s / √n over n paren; k is 2, of meer waar weinig paren de spreiding zelf onzeker
maken (97,5e percentiel van Student met n − 1)."""
source = "docs/explanation/moving-chains.md."

PAIRS = ("pair_1", "pair_2", "pair_3", "pair_4")


def effect(table: pl.DataFrame) -> pl.DataFrame:
    """Mean, standard error and whether it is shown, of four pairs."""
    made = spread_over_pairs(table.select(PAIRS).to_numpy().astype(float).T)
    return pl.DataFrame({"mean": made.mean, "error": made.error, "shown": ["ja" if each else "nee" for each in made.shown]})  # fmt: skip


def test_an_effect_within_its_chance_is_not_shown(spec):
    """Beide eerste effecten wijzen omhoog; het tweede loopt te ver uiteen om te tonen.

    Vier paren vragen 3,18 fouten. Rij 1: fout 1,15 / 2 = 0,58 en 3 > 1,84. Rij 2: fout 2,58 / 2 = 1,29 en 2 < 4,11.
    """
    spec("""
        row | pair_1 | pair_2 | pair_3 | pair_4 || mean | error | shown
        ----+--------+--------+--------+--------++------+-------+------
        1   |   2    |   4    |   2    |   4    ||  3   | 0.58  | ja
        2   |  -1    |   3    |   1    |   5    ||  2   | 1.29  | nee
        3   |   0    |   0    |   0    |   0    ||  0   | 0     | nee
    """, effect)  # fmt: skip


def needed(table: pl.DataFrame) -> list[float]:
    """How many standard errors so many pairs ask for."""
    return [errors_needed(int(each)) for each in table["pairs"]]


def test_few_pairs_ask_for_more(spec):
    """Hoe minder paren, hoe verder een effect van nul moet liggen om getoond te worden.

    Student: 12,71 bij een vrijheidsgraad, 4,30 bij twee, 2,26 bij negen; nooit minder dan twee.
    """
    spec("""
        row | pairs || needed
        ----+-------++-------
        1   |   2   || 12.71
        2   |   3   ||  4.30
        3   |  10   ||  2.26
        4   |  30   ||  2.05
        5   | 100   ||  2.00
    """, needed)  # fmt: skip
