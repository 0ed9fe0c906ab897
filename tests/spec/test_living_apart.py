"""Method: how far groups live apart, exactly nested and without what chance and rounding give."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from stadspeil.analyses.nested_split import (
    Rounding,
    chance_of_country,
    entropy_of_groups,
    information_per_gemeente,
    mutual_information,
)
from stadspeil.analyses.segregation import dissimilarity

title = "Gescheiden wonen"
chapter = "Beneden de wijk"
order = 40
says = """Wonen groepen gemengd of gescheiden? De index zegt hoeveel een buurt verraadt over de groep van wie er woont. Wat toeval en
afronding alleen al geven, gaat eraf."""
formula = """M = Σ p(b, g) ln (p(b, g) / (p(b) p(g))); toeval = (aantal buurten − aantal eenheden erboven) × (aantal groepen − 1) / (2N);
H = M gedeeld door de menging (entropie) van de groepen."""
source = "Theil en Finizza (1971); Elbers (2021); Miller (1955); docs/decisions/0026."


def test_four_buurten_of_one_gemeente_by_hand() -> None:
    """Two wijken; buurten of 100: 100/0 and 50/50 | 50/50 and 50/50. The gemeente is 250 against 150."""
    counts = np.array([[100.0, 0], [50, 50], [50, 50], [50, 50]])
    made = information_per_gemeente(counts, np.zeros(4), np.array([0, 0, 1, 1]))

    def entropy(p: float) -> float:
        return -(p * log(p) + (1 - p) * log(1 - p))

    whole, first = entropy(250 / 400), entropy(150 / 200)
    between = whole - (first + entropy(0.5)) / 2
    within = (first + entropy(0.5)) / 2 - 0.75 * entropy(0.5)
    # Two wijken in one gemeente, then four buurten in two wijken: half a person for each that is more.
    assert made.between_wijken[0] == pytest.approx(between - 1 / 800)
    assert made.within_wijken[0] == pytest.approx(within - 2 / 800)
    assert made.total[0] == pytest.approx(made.between_wijken[0] + made.within_wijken[0])
    assert made.chance[0] == pytest.approx(3 / 800)
    assert made.entropy[0] == pytest.approx(whole) and made.people[0] == 400


def test_the_country_is_its_gemeenten_weighed_by_people() -> None:
    rng = np.random.default_rng(2)
    counts = rng.integers(20, 400, (60, 3)).astype(float)
    wijken = np.arange(60) // 5
    gemeenten = wijken // 3
    rounding = Rounding(np.full((60, 3), 4.0), np.full(60, 12.0))
    country = mutual_information(counts, gemeenten, wijken, rounding)
    inside = information_per_gemeente(counts, gemeenten, wijken, rounding)
    share = inside.people / counts.sum()
    assert country.between_wijken == pytest.approx(float(share @ inside.between_wijken))
    assert country.within_wijken == pytest.approx(float(share @ inside.within_wijken))
    plain = sum(
        float(counts[b, g]) / counts.sum() * log(counts[b, g] * counts.sum() / counts[b].sum() / counts[:, g].sum())
        for b in range(60)
        for g in range(3)
    )
    chance = chance_of_country(counts, gemeenten, wijken, rounding)
    assert country.total + chance == pytest.approx(plain)


def test_a_gemeente_that_lacks_a_group_is_not_charged_for_it() -> None:
    """Of three groups the gemeente has two: chance is that of two groups."""
    counts = np.array([[60.0, 40, 0], [40, 60, 0]])
    made = information_per_gemeente(counts, np.zeros(2), np.array([0, 1]))
    assert made.chance[0] == pytest.approx(1 / 400)


def test_rounding_by_lot_gives_no_segregation() -> None:
    """Everyone lives everywhere alike; counts are rounded to fives by lot. What is left is next to nothing."""
    rng = np.random.default_rng(4)
    people, shares = rng.integers(50, 200, 4000), np.array([0.1, 0.2, 0.3, 0.4])
    exact = np.array([rng.multinomial(each, shares) for each in people]).astype(float)
    low = np.floor(exact / 5) * 5
    rounded = low + 5 * (rng.random(exact.shape) < (exact - low) / 5)
    gemeenten, wijken = np.zeros(4000, int), np.arange(4000) // 8
    rounding = Rounding(np.full(rounded.shape, 4.0), np.full(4000, 16.0))
    plain = mutual_information(rounded, gemeenten, wijken).total
    corrected = mutual_information(rounded, gemeenten, wijken, rounding).total
    chance = chance_of_country(rounded, gemeenten, wijken, rounding)
    assert plain > 0.03 * chance
    assert abs(corrected) < 0.4 * plain and abs(corrected) < 0.02 * chance


def test_d_of_three_buurten_by_hand() -> None:
    """Group 30, 10, 0 of 100 each: half the sum of |30/40 - 70/260|, |10/40 - 90/260| and |0 - 100/260|."""
    d, chance, share = dissimilarity(np.array([30.0, 10, 0]), np.full(3, 100.0), np.zeros(3, int))
    assert d[0] == pytest.approx(0.5 * (30 / 40 - 70 / 260 + 90 / 260 - 10 / 40 + 100 / 260))
    assert share[0] == pytest.approx(40 / 300) and 0 < chance[0] < d[0]


def test_d_of_people_by_lot_is_what_chance_is_said_to_give() -> None:
    rng = np.random.default_rng(5)
    total = rng.integers(100, 900, 300)
    drawn = [dissimilarity(rng.binomial(total, 0.2).astype(float), total.astype(float), np.zeros(300, int))
             for _ in range(20)]  # fmt: skip
    assert np.mean([each[0] for each in drawn]) == pytest.approx(np.mean([each[1] for each in drawn]), rel=0.03)


def test_a_group_that_is_everyone_has_no_d() -> None:
    assert np.isnan(dissimilarity(np.array([5.0, 6]), np.array([5.0, 6]), np.zeros(2, int))[0]).all()


def test_groups_that_share_no_buurt_are_wholly_apart() -> None:
    counts = np.array([[1e6, 0], [0, 1e6]])
    made = information_per_gemeente(counts, np.zeros(2), np.array([0, 1]))
    assert made.total[0] / entropy_of_groups(counts) == pytest.approx(1, abs=1e-5)
    assert dissimilarity(counts[:, 0], counts.sum(axis=1), np.zeros(2, int))[0][0] == pytest.approx(1)
