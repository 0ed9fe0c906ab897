"""What a surrogate leaves out, laid over what it says: means kept, spreads by hand, and what runs of the town say of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.distinguishing import distinctions, orders
from stadspeil.simulation.flow_surrogate import FLOWS
from stadspeil.simulation.misfit import LEAST_MIXES, Misfit, misfit_of
from stadspeil.simulation.surrogate import CHAINS, CRITERIA

WIDTH = len(CRITERIA)


def misfit(level: float, own: float) -> Misfit:
    return Misfit(np.full(WIDTH, level), np.full(WIDTH, own), np.zeros(WIDTH))


def test_a_misfit_widens_and_moves_nothing() -> None:
    """With 3 of a level known from runs and 4 of each the spread is 5, and wider where six other towns say it (Student's t of
    five degrees: 9 x 5 / 3 + 16 = 31); means stay, and the level is the same for all mixes."""
    scores = np.zeros((6, 400, WIDTH))
    both = misfit(3, 4).laid_over(scores, np.random.default_rng(1))
    assert both.mean(axis=1) == pytest.approx(0, abs=1e-9)
    assert both.std(axis=1).mean() == pytest.approx(31**0.5, rel=0.05)
    known = replace(misfit(3, 4), mixes=6).laid_over(scores, np.random.default_rng(1))
    assert known.std(axis=1).mean() == pytest.approx(5, rel=0.05)
    alike = misfit(3, 0).laid_over(scores, np.random.default_rng(1))
    assert np.ptp(alike, axis=0).max() == 0
    assert np.array_equal(both, misfit(3, 4).laid_over(scores, np.random.default_rng(1)))


def test_what_all_are_off_alike_tells_no_two_apart_and_hides_no_difference() -> None:
    """Ten apart: sure with any level, not with an own misfit of ten each (14 together, 18 to either side)."""
    scores = np.zeros((2, 200, WIDTH))
    scores[0] += 10
    for of, apart in ((misfit(100, 0), True), (misfit(0, 10), False)):
        laid = of.laid_over(scores, np.random.default_rng(2))
        assert {row[-1] for row in distinctions(["a", "b"], laid, [CHAINS] * WIDTH, few_runs=False)} == {apart}


def test_mixes_are_in_an_order_only_where_chance_sets_fewer_apart() -> None:
    """Of a hundred pairs 20 come apart by chance, with a deviation of 4; of runs of 15 pairs 0.75, with one of 0.84."""
    assert [orders(apart, 100, False) for apart in (28, 29)] == [False, True]
    assert [orders(apart, 15, True) for apart in (2, 3)] == [False, True]
    assert not orders(0, 0, False)


def test_runs_of_the_town_say_how_far_off_its_level_is() -> None:
    """By hand: five mixes of which runs without chance have 30 more each. Own 4 falls to sqrt(6 x 16 / 10) = 3.1, so that
    the mean of five is known to 1.4; beside a level of 20 the shift is 30 x 400 / (400 + 1.92)."""
    judged = np.random.default_rng(3).normal(size=(5, 30, WIDTH))
    runs = np.repeat(judged.mean(axis=1)[:, None] + 30, 4, axis=1)
    learned = misfit(20, 4).learned(judged, runs)
    assert learned.own == pytest.approx(9.6**0.5)
    assert learned.shift == pytest.approx(30 * 400 / 401.92)
    assert learned.level == pytest.approx((400 * 1.92 / 401.92) ** 0.5)
    assert learned.mixes == 5
    few = misfit(20, 4)
    assert few.learned(judged[: LEAST_MIXES - 1], runs[: LEAST_MIXES - 1]) is few


def test_runs_that_disagree_among_themselves_say_less() -> None:
    judged = np.zeros((6, 30, WIDTH))
    chance = np.random.default_rng(4).normal(size=(1, 8, WIDTH)) * 40
    sure, unsure = (misfit(20, 4).learned(judged, 30 + noise * np.ones((6, 1, 1))) for noise in (chance * 0, chance))
    assert (unsure.level > 2 * sure.level).all()
    assert unsure.own == pytest.approx(sure.own), "what all mixes share by seed is no misfit of one of them"


@pytest.mark.parametrize("tier", [CHAINS, FLOWS])
def test_the_measured_misfit_grows_with_what_is_built(tier: str) -> None:
    catalogue, tiers = load_catalogue(), dict.fromkeys(CRITERIA, tier)
    one, two = (misfit_of(catalogue, tiers, homes, 50_000) for homes in (200, 400))
    assert (one.level > 0).all() and (one.own >= 0).all()
    assert two.level == pytest.approx(2 * one.level)
    larger = misfit_of(catalogue, tiers, 200, 100_000)
    assert larger.level[CRITERIA.index("gelijkheid")] == pytest.approx(one.level[CRITERIA.index("gelijkheid")] / 2)
    assert larger.level[0] == one.level[0]
