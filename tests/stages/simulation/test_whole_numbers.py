"""Whole numbers out of fractions: totals exact, margins exact, rare cells not lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.simulation.synthesis.draws import normal, order_within, place_within, uniform
from stadspeil.simulation.synthesis.integers import controlled, nearest, systematic

NUMBERS = st.integers(0, 100_000)


def test_largest_remainders_by_hand():
    assert nearest(np.array([[1.4, 2.35, 0.25]]), np.array([4])).tolist() == [[2, 2, 0]]
    assert nearest(np.array([[1.0, 1.0, 1.0]]), np.array([2])).tolist() == [[1, 1, 0]]


def test_systematic_rounding_by_hand():
    # Up to 0.5, 1.0, 2.0: a start of 0.6 passes 1 in the first cell, 2 is passed in the last.
    assert systematic(np.array([[0.5, 0.5, 1.0]]), np.array([2]), np.array([0.6])).tolist() == [[1, 0, 1]]
    assert systematic(np.array([[0.5, 0.5, 1.0]]), np.array([2]), np.array([0.2])).tolist() == [[0, 1, 1]]


@given(NUMBERS)
def test_systematic_rounding_keeps_totals_and_is_less_than_one_off(number):
    rng = np.random.default_rng(number)
    fractions = rng.gamma(0.3, 3, (4, 9))
    totals = rng.integers(0, 60, 4)
    whole = systematic(fractions, totals, rng.random(4))
    aim = fractions * (totals / fractions.sum(axis=1))[:, None]
    assert (whole.sum(axis=1) == totals).all()
    assert (whole >= 0).all()
    assert (np.abs(whole - aim) < 1 + 1e-6).all()


def test_a_rare_cell_keeps_its_share_over_many_buurten():
    fractions = np.tile([9.9, 0.1], (20_000, 1))
    start = uniform(np.arange(1, 20_001), "proef", 1)
    whole = systematic(fractions, np.full(20_000, 10), start)
    assert abs(whole[:, 1].mean() - 0.1) < 0.01
    assert nearest(fractions, np.full(20_000, 10))[:, 1].sum() == 0


@given(NUMBERS)
def test_controlled_rounding_meets_rows_and_columns(number):
    rng = np.random.default_rng(number)
    tables = rng.gamma(0.4, 4, (3, 4, 5)) * (rng.random((3, 4, 5)) < 0.8)
    truth = rng.integers(0, 9, (3, 4, 5))
    whole = controlled(tables, truth.sum(axis=2), truth.sum(axis=1), rng.random(3))
    assert (whole >= 0).all()
    assert (whole.sum(axis=2) == truth.sum(axis=2)).all()
    assert (whole.sum(axis=1) == truth.sum(axis=1)).all()


def test_controlled_rounding_stays_near_a_table_whose_margins_are_whole():
    rng = np.random.default_rng(3)
    whole_table = rng.integers(0, 40, (50, 4, 3)).astype(float)
    moved = whole_table.copy()
    moved[:, 0, 0] += 0.5
    moved[:, 0, 1] -= 0.5
    moved[:, 1, 0] -= 0.5
    moved[:, 1, 1] += 0.5
    moved = np.maximum(moved, 0)
    rows, columns = whole_table.sum(axis=2).astype(int), whole_table.sum(axis=1).astype(int)
    whole = controlled(moved, rows, columns, rng.random(50))
    assert np.abs(whole - moved).max() <= 2


def test_draws_depend_on_the_number_and_the_purpose_alone():
    numbers = np.array([7, 900, 12_345_678_901], dtype=np.int64)
    whole, part = uniform(numbers, "deciel", 1), uniform(numbers[1:2], "deciel", 1)
    assert whole[1] == part[0]
    assert not np.isclose(whole, uniform(numbers, "leeftijd", 1)).any()
    assert not np.isclose(whole, uniform(numbers, "deciel", 2)).any()


def test_draws_are_even_and_normal():
    numbers = np.arange(1, 100_001, dtype=np.int64)
    drawn = uniform(numbers, "proef", 3)
    assert 0 < drawn.min() < drawn.max() < 1
    assert np.abs(np.histogram(drawn, 20, (0, 1))[0] - 5000).max() < 350
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.02
    assert abs(normal(numbers, "proef", 3).std() - 1) < 0.01


def test_rows_stand_in_order_of_group_then_score():
    group, score = np.array([1, 0, 1, 0]), np.array([5.0, -2.0, -900.0, 3.0])
    order = order_within(group, score)
    assert order.tolist() == [1, 3, 2, 0]
    assert place_within(group[order], 3).tolist() == [0, 1, 0, 1]
