"""Method: the selectivity of moves, the exact identity of a change, and bounds where public figures fall short."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from stadspeil.analyses.income_identity import Bounds, Turnover, decompose, part_of
from stadspeil.analyses.selectivity import NORMAL_95, leaving, selectivity, selectivity_verdict

title = "Wie komt en wie gaat"
chapter = "Ontwikkeling"
order = 30
says = """Een stad verandert door wie er komt en wie er gaat, meer dan door hoeveel. De selectiviteit vergelijkt het aandeel van een
groep onder vestigers met dat onder vertrekkers. De verandering van een gemiddelde valt precies uiteen in komst, vertrek, geboorte
en vestiging van elders, overlijden en vertrek naar elders, en wie bleef; wat niet is gepubliceerd staat er als ondergrens en
bovengrens."""
formula = """S = ln[(I_c / I) / (O_c / O)]; ΔY = I/N1 (Y_I − Y0) − O/N1 (Y_O − Y0) + F/N1 (Y_F − Y0) − D/N1 (Y_D − Y0)
+ S/N1 (Y_S1 − Y_S0)."""
source = "docs/explanation/escalator.md."


def test_the_index_and_its_interval_by_hand() -> None:
    """30 of 100 who came and 50 of 100 who left: ln 0.6, and 1/30 - 1/100 + 1/50 - 1/100 as variance."""
    index = selectivity(30, 100, 50, 100)
    assert index is not None
    half = NORMAL_95 * sqrt(1 / 30 - 1 / 100 + 1 / 50 - 1 / 100)
    assert index.value == pytest.approx(log(0.6))
    assert (index.low, index.high) == (pytest.approx(log(0.6) - half), pytest.approx(log(0.6) + half))
    assert index.error == pytest.approx(half / NORMAL_95)
    assert selectivity_verdict(index) == "weegt zwaarder onder wie gaat"
    assert selectivity_verdict(selectivity(50, 100, 30, 100)) == "weegt zwaarder onder wie komt"
    assert selectivity_verdict(selectivity(5, 10, 6, 10)) == "geen verschil aantoonbaar"


def test_an_empty_group_has_an_index_and_an_empty_year_has_none() -> None:
    """Half a person is added to every cell: (0.5/11) / (5.5/11)."""
    index = selectivity(0, 10, 5, 10)
    assert index is not None and index.value == pytest.approx(log(0.5 / 5.5))
    assert index.low < -5 and selectivity_verdict(None) == "niet te berekenen"
    assert selectivity(0, 0, 5, 10) is None and selectivity(5, 10, 0, 0) is None


def test_the_interval_holds_the_truth_in_about_nineteen_of_twenty() -> None:
    rng = np.random.default_rng(4)
    truth = log(0.30 / 0.36)
    inside = 0
    for _ in range(2000):
        came, went = rng.binomial(800, 0.30), rng.binomial(900, 0.36)
        index = selectivity(came, 800, went, 900)
        inside += index is not None and index.low <= truth <= index.high
    assert 0.935 <= inside / 2000 <= 0.965


def test_who_leaves_sooner_stands_out_and_a_wide_field_hides_it() -> None:
    """Seven gemeenten where a tenth of each group leaves; in the first the last group leaves at 1.3 times that."""
    people = np.full((8, 3), 20_000.0)
    left = people * 0.1
    left[0, 2] *= 1.3
    found = leaving(left, people, reference=1)
    assert found is not None
    assert found.excess[0] == pytest.approx([0, 0, log(1.3)])
    assert found.verdict(0, 2) == "vertrekt eerder dan elders"
    assert {found.verdict(row, column) for row in range(1, 8) for column in (0, 2)} == {"als elders"}
    wide = left.copy()
    wide[1:, 2] *= np.array([0.7, 0.8, 0.9, 1.1, 1.2, 1.4, 1.5])
    hidden = leaving(wide, people, reference=1)
    assert hidden is not None and hidden.verdict(0, 2) == "als elders"
    assert leaving(left[:5], people[:5], reference=1) is None


def test_a_year_of_ten_persons_by_hand() -> None:
    """Ten persons with 30 on average: eight with 25, and two with 50 who leave.

    Before: (8 x 25 + 2 x 50) / 10 = 30. Two come with 20, one is born with 10, one of the eight dies who had 25, and the
    seven who stay go from 25 to 26. After: (7 x 26 + 2 x 20 + 10) / 10 = 23.2.
    """
    year = Turnover(
        persons=10, arrived=2, left=2, formed=1, dissolved=1, before=Bounds.of(30), after=Bounds.of(23.2),
        of_arrived=Bounds.of(20), of_left=Bounds.of(50), of_formed=Bounds.of(10), of_dissolved=Bounds.of(25),
        stayed_before=Bounds.of(25), stayed_after=Bounds.of(26),
    )  # fmt: skip
    made = decompose(year)
    assert (year.persons_after, year.stayed) == (10, 7)
    values = {name: (each.low, each.high) for name, each in made.parts.items()}
    assert values == {
        "instroom": (pytest.approx(-2.0), pytest.approx(-2.0)), "uitstroom": (pytest.approx(-4.0), pytest.approx(-4.0)),
        "vorming": (pytest.approx(-2.0), pytest.approx(-2.0)), "opheffing": (pytest.approx(0.5), pytest.approx(0.5)),
        "blijvers": (pytest.approx(0.7), pytest.approx(0.7)),
    }  # fmt: skip
    assert sum(each.middle for each in made.parts.values()) == pytest.approx(-6.8)
    assert made.rest.low == pytest.approx(0) and made.rest.high == pytest.approx(0)


def test_what_is_not_published_is_bounded_and_never_guessed() -> None:
    """The same year without births, deaths and stayers: moving is exact, the rest lies between its bounds."""
    year = Turnover(
        10, 2, 2, 1, 1, Bounds.of(30), Bounds.of(23.2), Bounds.of(20), Bounds.of(50), Bounds(5, 60), Bounds(5, 60)
    )
    made = decompose(year)
    assert made.parts["instroom"].middle == pytest.approx(-2.0) and made.parts["instroom"].width == pytest.approx(0)
    assert made.parts["vorming"].low <= -2.0 <= made.parts["vorming"].high
    assert made.parts["opheffing"].low <= 0.5 <= made.parts["opheffing"].high
    # -6.8 + 2 + 4 leaves -0.8 for the three: stayers between -0.8 - 3 - 2.5 and -0.8 + 2.5 + 3.
    assert (made.parts["blijvers"].low, made.parts["blijvers"].high) == (pytest.approx(-6.3), pytest.approx(4.7))


def test_how_many_of_those_who_died_were_poor_is_what_the_counts_allow() -> None:
    """Of ten who died among twelve poor and three others, at least seven were poor."""
    assert part_of(10, whole=12, others=3) == Bounds(7, 10)
    assert part_of(10, whole=4, others=30) == Bounds(0, 4)
