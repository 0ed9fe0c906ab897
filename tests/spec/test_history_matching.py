"""Method: which coefficients give numbers that agree with what was published."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from stadspeil.errors import QuestionError
from stadspeil.simulation.matching import Aim, Box, design, emulate, implausibility, match

title = "IJken op wat bekend is"
chapter = "Bouwen en verhuizen"
order = 50
says = """Coëfficiënten die niemand heeft gemeten worden zo gekozen dat de uitkomsten passen bij wat is gepubliceerd. Niet het
ene beste punt telt, maar alle punten die niet zijn uit te sluiten."""
formula = "ver = |voorspeld − doel| / √(fout van de voorspelling² + marge van het doel²); boven 3 uitgesloten"
source = "Vernon, Goldstein en Bower (2010); Pukelsheim (1994); docs/explanation/calibration.md."

BOX = Box(("a", "b"), np.array([0.0, -1.0]), np.array([2.0, 1.0]))


def test_the_design_fills_the_box_and_is_the_same_for_the_same_seed() -> None:
    points = design(BOX, 64, 7)
    assert points.shape == (64, 2)
    assert (points >= BOX.low).all() and (points <= BOX.high).all()
    # Every quarter of the box holds sixteen of the sixty-four.
    quarters = (points[:, 0] > 1).astype(int) * 2 + (points[:, 1] > 0)
    assert np.bincount(quarters).tolist() == [16] * 4
    assert np.array_equal(points, design(BOX, 64, 7))
    assert not np.array_equal(points, design(BOX, 64, 8))


def test_a_quadratic_truth_is_found_exactly_and_without_noise() -> None:
    points = design(BOX, 20, 1)
    truth = 3 + points[:, 0] - 2 * points[:, 1] + 0.5 * points[:, 0] * points[:, 1] + points[:, 1] ** 2
    emulator = emulate(BOX, points, truth)
    mean, variance = emulator.at(np.array([[1.0, 0.5]]))
    assert mean[0] == pytest.approx(3 + 1 - 1 + 0.25 + 0.25, abs=1e-4)
    assert variance[0] < 1e-6


def test_noise_of_runs_is_told() -> None:
    points = design(BOX, 256, 2)
    values = points[:, 0] + np.random.default_rng(5).normal(0, 0.3, 256)
    assert emulate(BOX, points, values).noise == pytest.approx(0.3, rel=0.15)


def test_the_chance_of_runs_is_no_misfit_of_the_surface() -> None:
    """A straight truth with chance of 0.3, and one that lies 0.4 beside its surface as well: 0.5 together, less 0.3 is 0.4."""
    points, rng = design(BOX, 1024, 2), np.random.default_rng(5)
    plain = points[:, 0] + rng.normal(0, 0.3, 1024)
    assert emulate(BOX, points, plain, chance=0.3).noise < 0.1
    missed = plain + rng.normal(0, 0.4, 1024)
    assert emulate(BOX, points, missed, chance=0.3).noise == pytest.approx(0.4, rel=0.15)


def test_noisy_runs_do_not_let_a_point_pass_that_is_off() -> None:
    """Runs with a chance of 0.3 beside a margin of 0.03, two per point: draws agree with the aim within that margin, where
    chance counted as tolerance would leave them half of the box."""

    def noisy(point: np.ndarray) -> np.ndarray:
        rng = np.random.default_rng(zlib.crc32(point.tobytes()))
        return np.array([[point[0], point[0] - point[1]]] * 4) + rng.normal(0, 0.3, (4, 2))

    found = match(noisy, BOX, [Aim("one", 1.3, 0.03), Aim("two", 0.9, 0.03)], counts=(150, 150), draws=200, seed=3)
    assert np.abs(found.draws[:, 0].mean() - 1.3) < 0.08
    assert found.draws[:, 0].std() < 0.15


def test_implausibility_by_hand() -> None:
    """A surface without noise, value 2 at a = 2, aim 1 with error 0.25: four deviations."""
    points = design(BOX, 20, 1)
    emulator = emulate(BOX, points, points[:, 0])
    far = implausibility([emulator], [Aim("a", 1.0, 0.25)], np.array([[2.0, 0.0], [1.0, 0.0]]))
    assert far[:, 0].tolist() == pytest.approx([4, 0], abs=1e-3)


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(QuestionError, match="ten minste 8"):
        emulate(BOX, design(BOX, 7, 1), np.zeros(7))


def runs(point: np.ndarray) -> np.ndarray:
    """A model of two moments with a little chance of its own, drawn from the point."""
    rng = np.random.default_rng(zlib.crc32(point.tobytes()))
    return np.array([point[0] * (1 + 0.2 * point[1]), point[0] - point[1]]) + rng.normal(0, 0.01, 2)


def test_planted_coefficients_are_recovered_within_their_draws() -> None:
    planted = np.array([1.3, 0.4])
    aims = [Aim("one", 1.3 * 1.08, 0.03), Aim("two", 0.9, 0.03)]
    found = match(runs, BOX, aims, counts=(40, 30), draws=200, seed=3)
    low, high = np.percentile(found.draws, [2.5, 97.5], axis=0)
    assert (low <= planted).all() and (planted <= high).all()
    assert ((high - low) < 0.4 * (BOX.high - BOX.low)).all()
    assert 0 < found.left < 0.5
    assert found.middle()["a"] == pytest.approx(1.3, abs=0.08)


def test_a_moment_that_the_model_cannot_give_is_named() -> None:
    with pytest.raises(QuestionError, match=r"geen enkel punt.*two"):
        match(runs, BOX, [Aim("one", 1.0, 0.05), Aim("two", 9.0, 0.05)], counts=(30, 10), draws=10, seed=3)


def test_runs_that_cannot_tell_a_moment_are_left_out_of_it_alone() -> None:
    def torn(point: np.ndarray) -> np.ndarray:
        made = runs(point)
        return np.where([False, point[0] > 1.9], np.nan, made)

    found = match(torn, BOX, [Aim("one", 1.3, 0.05), Aim("two", 0.9, 0.05)], counts=(40,), draws=50, seed=3)
    assert np.isfinite(found.draws).all()
