"""Iterative proportional fitting: worked by hand, held against a second method, and what it does where margins lack."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from stadspeil.simulation.synthesis.raking import Margin, rake, rake_persons

ROWS, COLUMNS = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])


def margins(rows, columns):
    return [Margin(ROWS, np.array([rows], dtype=float)), Margin(COLUMNS, np.array([columns], dtype=float))]


def test_an_even_seed_gives_the_product_of_the_margins():
    fitted = rake(np.ones((1, 4)), np.array([100.0]), margins([30, 70], [40, 60]))
    assert np.allclose(fitted, [[12, 18, 28, 42]])


def test_the_odds_ratio_of_the_seed_stays():
    seed = np.array([[4.0, 1.0, 1.0, 4.0]])
    fitted = rake(seed, np.array([100.0]), margins([50, 50], [50, 50]))[0]
    assert np.allclose(fitted, [40, 10, 10, 40])
    skew = rake(seed, np.array([100.0]), margins([30, 70], [40, 60]))[0]
    assert np.isclose(skew[0] * skew[3] / (skew[1] * skew[2]), 16, rtol=1e-4)


def test_a_margin_that_is_not_known_is_left_to_the_seed():
    seed = np.array([[1.0, 3.0, 2.0, 2.0]])
    fitted = rake(seed, np.array([80.0]), margins([20, 60], [np.nan, np.nan]))
    assert np.allclose(fitted, [[5, 15, 30, 30]])


def test_margins_of_another_total_are_scaled_and_an_empty_area_stays_empty():
    fitted = rake(np.ones((2, 4)), np.array([100.0, 0.0]), [Margin(ROWS, np.array([[3.0, 7.0], [4.0, 4.0]]))])
    assert np.allclose(fitted, [[15, 15, 35, 35], [0, 0, 0, 0]])


def test_a_margin_of_zeros_for_an_area_with_households_says_nothing():
    fitted = rake(np.ones((1, 4)), np.array([100.0]), [Margin(ROWS, np.array([[0.0, 0.0]]))])
    assert np.allclose(fitted, 25)


def test_a_cell_that_the_seed_lacks_is_filled_where_a_margin_needs_it():
    fitted = rake(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([10.0]), margins([4, 6], [5, 5]))
    assert np.allclose(fitted, [[2, 2, 3, 3]], atol=1e-4)


def test_it_is_the_table_of_least_divergence():
    rng = np.random.default_rng(5)
    seed = rng.uniform(0.2, 2.0, 12)
    groups = [np.repeat(np.arange(3), 4), np.tile(np.repeat(np.arange(2), 2), 3), np.tile(np.arange(2), 6)]
    aims = [np.array([20.0, 30.0, 50.0]), np.array([35.0, 65.0]), np.array([60.0, 40.0])]
    ours = rake(seed[None, :], np.array([100.0]), [Margin(g, a[None, :]) for g, a in zip(groups, aims, strict=True)])
    bounds = [
        {"type": "eq", "fun": lambda x, g=g, k=k, a=a: x[g == k].sum() - a[k]}
        for at, (g, a) in enumerate(zip(groups, aims, strict=True))
        # The last of each later margin follows from the total; said twice it stops the solver.
        for k in range(len(a) - (at > 0))
    ]
    other = minimize(
        lambda x: float((x * np.log(x / seed) - x + seed).sum()), np.full(12, 100 / 12), constraints=bounds,
        bounds=[(1e-6, None)] * 12, method="SLSQP", options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    assert other.success
    assert np.allclose(ours[0], other.x, atol=0.02)


@given(st.integers(0, 10_000))
def test_margins_hold_and_the_order_of_areas_does_not_matter(number):
    rng = np.random.default_rng(number)
    areas = int(rng.integers(1, 6))
    seed, totals = rng.uniform(0.05, 1, (areas, 12)), rng.integers(0, 500, areas).astype(float)
    first, second = np.repeat(np.arange(3), 4), np.tile(np.arange(4), 3)
    a, b = rng.uniform(0.1, 1, (areas, 3)), rng.uniform(0.1, 1, (areas, 4))
    fitted = rake(seed, totals, [Margin(first, a), Margin(second, b)], rounds=500, close=1e-10)
    for group, aim in ((first, a), (second, b)):
        found = np.stack([fitted[:, group == k].sum(axis=1) for k in range(aim.shape[1])], axis=1)
        assert np.allclose(
            found, totals[:, None] * aim / aim.sum(axis=1, keepdims=True), atol=1e-5 * max(totals.max(), 1)
        )
    order = rng.permutation(areas)
    again = rake(
        seed[order], totals[order], [Margin(first, a[order]), Margin(second, b[order])], rounds=500, close=1e-10
    )
    assert np.allclose(again, fitted[order], rtol=1e-6, atol=1e-6)


def test_persons_move_the_ages_of_heads_and_households_by_type_hold():
    # Two types (alone, couple) by two ages (young, old); persons live as 1 or 2 of their own age.
    shares = np.array([[1.0, 0], [0, 1], [2, 0], [0, 2]])
    types = [Margin(np.array([0, 0, 1, 1]), np.array([[40.0, 60.0]]))]
    fitted = rake_persons(np.ones((1, 4)), np.array([100.0]), types, shares, np.array([[40.0, 120.0]]))
    assert np.allclose([fitted[0, :2].sum(), fitted[0, 2:].sum()], [40, 60])
    assert np.allclose(fitted @ shares, [[40, 120]], rtol=0.01)
