"""Which programmes are told apart: by hand, against the front, and with too few runs to say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stadspeil.simulation.balance import SIMULATED
from stadspeil.simulation.distinguishing import distinctions
from stadspeil.simulation.dominance import beats
from stadspeil.simulation.surrogate import CHAINS, CRITERIA


def scores(*options: list[float]) -> np.ndarray:
    """Options that differ on the first criterion only."""
    made = np.zeros((len(options), len(options[0]), len(CRITERIA)))
    made[:, :, 0] = options
    return made


def test_what_both_share_by_draw_is_no_doubt_between_them() -> None:
    """Each runs from 0 to 100, and the first has ten more in every draw: told apart, though their intervals overlap."""
    shared = np.linspace(0, 100, 41)
    rows = list(distinctions(["a", "b"], scores(list(shared + 10), list(shared)), [CHAINS] * 5, few_runs=False))
    assert rows[0] == ("a", "b", "treden", CHAINS, 10, 10, 10, True)
    assert [row[-1] for row in rows[1:]] == [False] * 4


def test_a_difference_on_both_sides_of_nought_tells_nothing_apart() -> None:
    ((*_, low, middle, high, apart), *_) = distinctions(
        ["a", "b"], scores([0, 1, 2, 3, 4], [2, 2, 2, 2, 2]), [CHAINS] * 5, False
    )
    # -2 to 2 in steps of one: the tenth percentile lies four tenths of a step from the lowest.
    assert (low, middle, high, apart) == (pytest.approx(-1.6), 0, pytest.approx(1.6), False)


def test_two_runs_on_the_same_side_are_not_enough() -> None:
    """Differences 2 and 4: their mean 3 is three errors of 1, and of two pairs 12.7 are needed."""
    pair = scores([2, 4], [0, 0])
    assert next(distinctions(["a", "b"], pair, [CHAINS] * 5, few_runs=False))[-1]
    assert not next(distinctions(["a", "b"], pair, [SIMULATED] * 5, few_runs=True))[-1]
    many = scores([2, 4] * 10, [0, 0] * 10)
    assert next(distinctions(["a", "b"], many, [SIMULATED] * 5, few_runs=True))[-1]


@settings(max_examples=60, deadline=None)
@given(arrays(float, (3, 9, len(CRITERIA)), elements=st.integers(-20, 20).map(float)))
def test_who_beats_another_is_told_apart_from_it(made: np.ndarray) -> None:
    names = ["a", "b", "c"]
    apart: dict[tuple[str, str], bool] = {}
    for one, other, *_, told in distinctions(names, made, [CHAINS] * 5, few_runs=False):
        apart[one, other] = apart.get((one, other), False) or told
    for one in range(3):
        for other in range(3):
            if one != other and beats(made, np.array([one]), np.array([other]))[0]:
                assert apart[names[min(one, other)], names[max(one, other)]]
