"""Who is surely among the worst: against trying all pairs, and how often it errs when the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.appraisal.funds.sureness import limit_of, surely_among_worst, worst_of


def by_pairs(badness: np.ndarray, errors: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """All pairs, one by one."""
    known = np.isfinite(badness) & np.isfinite(errors)
    among, apart = np.zeros(len(badness), bool), np.zeros(len(badness), bool)
    for row in np.flatnonzero(known):
        reach = limit_of(0.9) * np.hypot(errors[row], errors)
        better = sum(badness[row] - badness[other] > reach[other] for other in np.flatnonzero(known))
        worse = sum(badness[other] - badness[row] > reach[other] for other in np.flatnonzero(known))
        among[row], apart[row] = better >= np.isfinite(badness).sum() - number, worse >= number
    return among, apart


@pytest.mark.parametrize("seed", range(6))
def test_counting_by_class_is_what_all_pairs_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    badness, errors = rng.normal(size=60), rng.gamma(2.0, 0.2, 60)
    errors[rng.integers(0, 60, 3)] = np.nan
    badness[rng.integers(0, 60, 2)] = np.nan
    found = surely_among_worst(badness, errors, 6, 0.9)
    among, apart = by_pairs(badness, errors, 6)
    assert (found.among == among).all() and (found.apart == apart).all()


def test_classes_of_like_noise_are_never_more_sure_than_all_pairs() -> None:
    rng = np.random.default_rng(1)
    badness, errors = rng.normal(size=900), rng.gamma(1.0, 0.3, 900)
    found = surely_among_worst(badness, errors, 90, 0.9)
    among, apart = by_pairs(badness, errors, 90)
    assert not (found.among & ~among).any() and not (found.apart & ~apart).any()
    assert found.among.sum() >= 0.85 * among.sum() and found.apart.sum() >= 0.97 * apart.sum()


def test_without_noise_everything_is_sure() -> None:
    badness = np.arange(20.0)
    found = surely_among_worst(badness, np.zeros(20), 3, 0.9)
    assert found.among.tolist() == [False] * 17 + [True] * 3
    assert found.apart.tolist() == [True] * 17 + [False] * 3


def test_with_huge_noise_nothing_is_sure() -> None:
    found = surely_among_worst(np.arange(20.0), np.full(20, 1e6), 3, 0.9)
    assert not found.among.any() and not found.apart.any()


@pytest.mark.parametrize(("areas", "number", "noise"), [(12, 2, 0.5), (200, 10, 0.4), (1500, 150, 0.6)])
def test_what_is_called_sure_is_rarely_wrong(areas: int, number: int, noise: float) -> None:
    """Of the areas, fewer are called wrongly than the 5 % on either side that the margin allows."""
    rng = np.random.default_rng(7)
    wrong = called = 0
    for _ in range(60 if areas < 1000 else 8):
        truth = rng.normal(size=areas)
        errors = noise * rng.uniform(0.5, 1.5, areas)
        found = surely_among_worst(truth + rng.normal(size=areas) * errors, errors, number, 0.9)
        really = truth >= np.sort(truth)[-number]
        wrong += int((found.among & ~really).sum() + (found.apart & really).sum())
        called += int(found.among.sum() + found.apart.sum())
    assert called > 0 and wrong <= 0.05 * called


def test_a_share_is_rounded_up_and_equals_at_the_threshold_all_count() -> None:
    chosen, number = worst_of(np.array([1.0, 2.0, 2.0, 2.0, 0.0, np.nan]), 0.25)
    assert number == 2 and chosen.tolist() == [False, True, True, True, False, False]
