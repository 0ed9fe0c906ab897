"""Projects that act on the same buurt and indicator: what they lose together, by hand, by counting orders, and as a package."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from appraisal_grounds import CODES, ground
from appraisal_packages import FRAME, catalogue_with, intervention, line, measure, package, study
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.appraisal.appraising import appraise
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.portfolio.gains import Gain, gains_of
from stadspeil.appraisal.portfolio.packages import weighed_package
from stadspeil.appraisal.portfolio.touching import Pair, lost_together, pairs_of, weighed_pairs

CEILING, EURO = 10.0, 100.0


def gain(
    size: float | Floats, profile: tuple[float, ...] = (1.0,), codes: tuple[str, ...] = ("BU1",), euro: float = EURO
) -> Gain:
    """A line that is as strong in each of its buurten, worth `euro` per unit and year."""
    sizes, years = np.atleast_1d(np.asarray(size, dtype=float)), np.array(profile)
    many = len(codes)
    return Gain(
        "bijstand", codes, sizes, np.ones(many), years, 0.0, np.full(many, CEILING), np.full(many, 1 / many),
        ((sizes * euro, years),),
    )  # fmt: skip


def at_once(*gains: Gain) -> float:
    """What projects of one gain each lose that all start in the first year."""
    return float(lost_together([(each,) for each in gains], np.zeros(len(gains), dtype=int), 0.0, 1)[0])


def test_two_projects_lose_what_the_rule_of_packages_says() -> None:
    """3 and 4 under a ceiling of 10: 1 - 0.7 * 0.6 = 0.58 of it in place of 0.7; 1.2 units are lost."""
    (pair,) = pairs_of([(gain(3.0),), (gain(4.0),)], 1, 0.0)
    assert pair.euro == pytest.approx(np.array([[120.0]]))
    assert at_once(gain(3.0), gain(4.0)) == pytest.approx(120.0)
    assert (pair.indicators, pair.codes) == (("bijstand",), ("BU1",))


def test_of_two_projects_each_bears_half_in_units() -> None:
    """Of the 1.2 units that are lost one is worth 100 and the other nothing: 0.6 units cost money."""
    assert at_once(gain(3.0), gain(4.0, euro=0.0)) == pytest.approx(60.0)


def test_three_projects_lose_less_than_their_pairs() -> None:
    """0.3, 0.4 and 0.5: together 1 - 0.7 * 0.6 * 0.5 = 0.79 in place of 1.2; pairs say 0.12 + 0.15 + 0.2."""
    three = (gain(3.0), gain(4.0), gain(5.0))
    assert at_once(*three) == pytest.approx(410.0)
    pairs = pairs_of([(each,) for each in three], 1, 0.0)
    assert sum(each.euro[0, 0] for each in pairs) == pytest.approx(470.0)


@pytest.mark.parametrize("shares", [(0.3, 0.4, 0.5), (0.9, 0.1, 0.6, 0.2), (1.0, 0.5, 1.0), (0.2, 0.3, 0.1, 0.5, 0.8)])
def test_who_bears_what_is_the_mean_over_all_orders(shares: tuple[float, ...]) -> None:
    """What each adds, averaged over all orders in which they can come; each is worth something else."""
    euros = [100.0 * 3**number for number in range(len(shares))]
    kept = dict.fromkeys(range(len(shares)), 0.0)
    orders = list(itertools.permutations(range(len(shares))))
    for order in orders:
        room = 1.0
        for row in order:
            kept[row] += room * shares[row] / len(orders)
            room *= 1 - shares[row]
    lost = sum(euro * CEILING * (shares[row] - kept[row]) for row, euro in enumerate(euros))
    assert at_once(*(gain(CEILING * e, euro=euro) for e, euro in zip(shares, euros, strict=True))) == pytest.approx(
        lost
    )


@given(st.lists(st.tuples(st.floats(0.01, 14.0), st.floats(0.0, 500.0), st.sets(st.sampled_from("abc"), min_size=1)),
                min_size=2, max_size=6))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_what_is_lost_lies_between_the_worst_pair_and_all_pairs(made: list[tuple[float, float, set[str]]]) -> None:
    gains = [gain(size, codes=tuple(sorted(codes)), euro=euro) for size, euro, codes in made]
    exact, back = at_once(*gains), at_once(*reversed(gains))
    pairs = [float(each.euro[0, 0]) for each in pairs_of([(each,) for each in gains], 1, 0.0)]
    assert exact == pytest.approx(back, abs=1e-6)
    assert -1e-6 <= exact <= sum(pairs) + 1e-6
    whole = sum(float(each.size[0]) * euro for each, (_, euro, _) in zip(gains, made, strict=True))
    assert exact <= whole + 1e-6


def test_for_two_projects_pairs_and_the_exact_sum_agree_in_all_years() -> None:
    """Two ways to the same: a table by years apart, and a year at a time through a plan; with a rate and fading."""
    rng = np.random.default_rng(5)
    one = (
        gain(rng.uniform(1, 8, 50), (0.2, 0.6, 1.0, 0.5), ("a", "b")),
        gain(rng.uniform(0, 3, 50), (1.0, 1.0), ("b",)),
    )
    other = (gain(rng.uniform(1, 12, 50), (1.0, 0.7, 0.3), ("b", "c"), euro=40.0),)
    (pair,) = pairs_of([one, other], 6, 0.03)
    for starts in itertools.product(range(6), repeat=2):
        plan = np.array(starts)
        exact = float(lost_together([one, other], plan, 0.03, 50).mean())
        assert pair.lost(plan) == pytest.approx(exact, rel=1e-9, abs=1e-9), starts
    assert pair.euro[0, 5] == 0.0 and pair.euro[0, 1] > 0


def test_other_years_buurten_or_indicators_do_not_touch() -> None:
    there = gain(4.0, codes=("BU2",))
    elsewhere = dataclasses.replace(gain(4.0), indicator="woninginbraken")
    free = dataclasses.replace(gain(4.0), ceiling=np.zeros(1))
    assert pairs_of([(gain(3.0),), (there,), (elsewhere,), (dataclasses.replace(free, codes=("BU3",)),)], 2, 0.0) == []
    (later,) = pairs_of([(gain(3.0),), (gain(4.0),)], 2, 0.0)
    assert later.euro == pytest.approx(np.array([[120.0, 0.0], [0.0, 120.0]]))


def test_a_ceiling_that_an_intervention_gives_holds_for_all() -> None:
    (pair,) = pairs_of([(dataclasses.replace(gain(3.0), given=20.0),), (gain(4.0),)], 1, 0.0)
    assert pair.euro[0, 0] == pytest.approx(EURO * 3 * 4 / 20)


def test_the_smallest_pairs_are_left_out_up_to_a_thousandth_of_the_whole() -> None:
    pairs = [
        Pair(0, other, np.array([[euro]]), (), ()) for other, euro in enumerate((40.0, 500.0, 50.0, 11.0), start=1)
    ]
    assert [each.other for each in weighed_pairs(pairs, 1e5)] == [2, 3]
    assert weighed_pairs(pairs[:1], 1e5) == []


def test_two_projects_are_worth_what_one_package_of_both_is() -> None:
    """Second method: the appraisal of a package with both measures, which shrinks them by the same rule. What they do lasts
    at one strength in the same years, so that the package, which takes its years together, must agree."""
    lines = line(persistence="regel", unit_value="woninginbraken", indicator="woninginbraken")
    catalogue = catalogue_with(
        intervention(lines, making=0),
        intervention(dataclasses.replace(lines), id="ander", making=0),
        studies=(study(),),
    )
    assert lines.unit_value in catalogue.unit_values
    one, other = measure(dose=80.0), measure(id="tweede", intervention="ander", dose=60.0)
    place = ground(gaps={"woninginbraken": np.array([4.0, 0.0, 2.0, 0.0])}, levels={**ground().levels})
    both, apart = (
        [appraise(package(*some), place, FRAME, catalogue) for some in chosen]
        for chosen in ([(one, other)], [(one,), (other,)])
    )
    gains = [gains_of(each, catalogue) for each in apart]
    assert gains[0][0].codes == (CODES[0],) and gains[0][0].ceiling.tolist() == [4.0]
    lost = lost_together(gains, np.array([0, 0]), 0.0225, FRAME.draws)
    alone = sum(each.outcome.benefits for each in apart)
    assert lost.mean() > 0.1 * alone.mean()
    assert alone - lost == pytest.approx(both[0].outcome.benefits, rel=1e-9)
    assert weighed_package(apart[0], catalogue, 20, 0.0225).gains[0].euros


def test_harm_and_labels_are_no_gains() -> None:
    harm = intervention(line(factor=1.0))
    found = appraise(package(measure(), labelled=True), ground(), FRAME, catalogue_with(harm))
    assert any(each.part == "etiket" for each in found.effects)
    sizes = [each.size for each in gains_of(found, catalogue_with(harm))]
    assert all(((each == 0) | (each > 0)).all() and (each > 0).mean() < 0.2 for each in sizes)
