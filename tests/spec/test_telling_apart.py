"""Method: what noise allows to be said of differences and places, and which choice moves an outcome."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.development import smallest_detectable
from stadspeil.scores.draws import ranks_per_draw
from stadspeil.scores.explaining import difference_words
from stadspeil.scores.rank_sets import marginal_rank_sets, simultaneous_rank_sets
from stadspeil.scores.sensitivity import _indices

title = "Onderscheid en toeval"
chapter = "Hoe zeker"
order = 10
says = """Een verschil wordt alleen genoemd als het groter is dan zijn marge. Worden meer verschillen tegelijk gelezen, dan is de marge
ruimer, zodat een hele lijst hoogstens één op de tien keer een onterecht verschil bevat."""
formula = """verschil > 1,645 × √(s₁² + s₂²) voor één verschil (90 %, tweezijdig); voor k verschillen samen het kwantiel bij 0,1 / 2k.
Plaatsen: beste = 1 + het aantal dat aantoonbaar beter is; slechtste = aantal − het aantal dat aantoonbaar slechter is."""
source = """Bonferroni voor lijsten; Mogstad, Romano, Shaikh en Wilhelm, Inference for Ranks (2024), voor plaatsen; Saltelli e.a. (2010) en
Jansen (1999) voor de Sobol-indices."""


def said(difference: np.ndarray, spread: np.ndarray, comparisons: int = 1) -> list[str]:
    """What may be said of each difference."""
    return [
        difference_words(float(one), float(noise), comparisons) for one, noise in zip(difference, spread, strict=True)
    ]


def test_a_difference_is_named_beyond_its_margin_only(spec):
    """Een verschil heet pas hoger of lager als het de marge te boven gaat; zonder marge blijft het onbekend.

    1,645 × 0,5 = 0,822.
    """
    spec("""
        difference | spread || said
        -----------+--------++---------
          0.83     |  0.5   || hoger
          0.82     |  0.5   || gelijk
         -0.82     |  0.5   || gelijk
         -0.83     |  0.5   || lager
          5.00     |   -    || onbekend
          0.00     |  0.0   || gelijk
          0.10     |  0.0   || hoger
    """, said)  # fmt: skip


def test_more_differences_at_once_ask_for_more(spec):
    """Bij twintig verschillen tegelijk moet elk verschil groter zijn.

    Kwantiel bij 0,1 / 40 is 2,807; keer 0,5 is 1,404.
    """
    spec("""
        difference | spread || said
        -----------+--------++-------
          1.41     |  0.5   || hoger
          1.40     |  0.5   || gelijk
          0.83     |  0.5   || gelijk
         -1.41     |  0.5   || lager
    """, said, comparisons=20)  # fmt: skip


def least(spread: np.ndarray, other: np.ndarray) -> list[float]:
    """The smallest difference of two values that is told apart."""
    return [smallest_detectable(float(one), float(two)) for one, two in zip(spread, other, strict=True)]


def test_the_smallest_change_that_can_be_seen(spec):
    """De kleinste verandering die te zien is, volgt uit de ruis van beide jaren.

    1,645 × √(0,3² + 0,4²) = 1,645 × 0,5 = 0,822.
    """
    spec("""
        spread | other || detectable
        -------+-------++-----------
         0.0   |  0.0  ||  0.000
         0.3   |  0.4  ||  0.822
         0.5   |  0.0  ||  0.822
         0.5   |  0.5  ||  1.163
         1.0   |  1.0  ||  2.326
    """, least)  # fmt: skip


def places(value: np.ndarray, spread: np.ndarray) -> object:
    """The places that noise allows, of all areas together."""
    return simultaneous_rank_sets(value, spread, "higher_is_better", np.random.default_rng(1))


def test_places_that_noise_allows(spec):
    """Wie niet van elkaar te onderscheiden is, kan elkaars plaats hebben; wie ver weg ligt niet.

    20 en 20,5 verschillen 0,5 bij een ruis van 0,71: niet te onderscheiden. De andere verschillen zijn minstens 9,5, dertien keer de ruis.
    """
    spec("""
        area   | value | spread || best | worst
        -------+-------+--------++------+------
        GM0001 |  10   |  0.5   ||  5   |  5
        GM0002 |  20   |  0.5   ||  3   |  4
        GM0003 |  20.5 |  0.5   ||  3   |  4
        GM0004 |  30   |  0.5   ||  2   |  2
        GM0005 |  40   |  0.5   ||  1   |  1
    """, places)  # fmt: skip


def test_with_much_noise_every_place_is_possible(spec):
    """Is de ruis veel groter dan de verschillen, dan kan iedereen overal staan.

    Het grootste verschil is 4, de ruis van een verschil 10 × √2 = 14,1.
    """
    spec("""
        area   | value | spread || best | worst
        -------+-------+--------++------+------
        GM0001 |  10   |  10    ||  1   |  5
        GM0002 |  11   |  10    ||  1   |  5
        GM0003 |  12   |  10    ||  1   |  5
        GM0004 |  13   |  10    ||  1   |  5
        GM0005 |  14   |  10    ||  1   |  5
    """, places)  # fmt: skip


def own_places(table: pl.DataFrame) -> pl.DataFrame:
    """The places of pairs of areas, each read alone."""
    rows = []
    for _, pair in table.group_by("row", maintain_order=True):
        value, spread = (pair[name].to_numpy().astype(float) for name in ("value", "spread"))
        sets = marginal_rank_sets(value, spread, "higher_is_better", np.random.default_rng(1))
        rows += list(zip(sets.best.tolist(), sets.worst.tolist(), strict=True))
    return pl.DataFrame(rows, schema=["best", "worst"], orient="row")


def test_places_of_one_area_read_alone(spec):
    """Van twee gebieden die alleen met elkaar worden vergeleken, ligt de grens bij 1,645 keer de ruis van hun verschil.

    1,645 × √2 = 2,33: een verschil van 2,2 is te klein, 2,5 is genoeg.
    """
    spec("""
        row | value | spread || best | worst
        ----+-------+--------++------+------
        a   |  0    |  1     ||  1   |  2
        a   |  2.2  |  1     ||  1   |  2
        b   |  0    |  1     ||  2   |  2
        b   |  2.5  |  1     ||  1   |  1
    """, own_places)  # fmt: skip


def in_a_draw(value: np.ndarray) -> np.ndarray:
    """Places in one draw of other choices."""
    return ranks_per_draw(value[None, :].astype(np.float32))[0]


def test_places_in_a_draw(spec):
    """In elke trekking van andere keuzes worden de gebieden opnieuw geordend; wie gelijk is, deelt de beste plaats."""
    spec("""
        area   | value || rank
        -------+-------++-----
        GM0001 |  7.0  ||  1
        GM0002 |  5.0  ||  3
        GM0003 |  7.0  ||  1
        GM0004 |  4.0  ||  4
        GM0005 |  3.0  ||  5
    """, in_a_draw)  # fmt: skip


def of_a_line(weight: np.ndarray) -> dict[str, np.ndarray]:
    """Sobol indices of 1,000 and a weighted sum of uniform draws, from 32,768 points drawn by chance."""
    points = np.random.default_rng(1).random((2**15, 2 * len(weight)))
    base, other = points[:, : len(weight)], points[:, len(weight) :]
    mixed = []
    for number in range(len(weight)):
        each = base.copy()
        each[:, number] = other[:, number]
        mixed.append(1000 + (each @ weight)[:, None])
    first, total = _indices(1000 + (base @ weight)[:, None], 1000 + (other @ weight)[:, None], mixed, None)
    return {"first": first[:, 0], "total": total[:, 0]}


def test_sobol_indices_of_a_sum(spec):
    """Van een som van losse keuzes is het aandeel van elke keuze haar gewicht in het kwadraat; alleen en samen is dan gelijk.

    De uitkomst is 1000 + a + 2b + 3c; dat zij ver van nul ligt, mag niet uitmaken. 1² + 2² + 3² = 14: aandelen 1/14 = 0,071, 4/14 = 0,286 en 9/14 = 0,643.
    """
    spec("""
        row | weight || first        | total
        ----+--------++--------------+-------------
        a   |   1    || 0.051..0.091 | 0.061..0.081
        b   |   2    || 0.266..0.306 | 0.276..0.296
        c   |   3    || 0.623..0.663 | 0.633..0.653
    """, of_a_line)  # fmt: skip
