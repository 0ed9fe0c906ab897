"""Fast draws against scipy's beta distribution, by name and not by order."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stadspeil.appraisal.drawing import Lines, drawn_worth, key_of, levels_of, quantiles, shape_of
from stadspeil.errors import ContractError

DRAWS = 20_000


def lines(**changes):
    given = {
        "low": np.array([[0.0, 2.0], [-5.0, 1.0]]), "likely": np.array([[1.0, 2.0], [0.0, 8.0]]),
        "high": np.array([[4.0, 2.0], [5.0, 9.0]]), "weights": np.array([[10.0, -1.0], [1.0, 2.0]]),
        "names": (("a", "b"), ("c", "d")),
    }  # fmt: skip
    return Lines(**(given | changes))


def exact(low, likely, high):
    width = high - low
    return stats.beta(1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, loc=low, scale=width)


@pytest.mark.parametrize("shape", [0.0, 0.007, 0.3, 0.5, 0.99, 1.0])
def test_quantiles_between_shapes_are_those_of_the_distribution(shape):
    levels = np.arange(1, 1024) / 1024
    table = quantiles(np.array(shape))
    assert table[1:-1] == pytest.approx(exact(0.0, shape, 1.0).ppf(levels), abs=2e-4)
    assert ((table[:-1] + table[1:]) / 2).mean() == pytest.approx(exact(0.0, shape, 1.0).mean(), abs=2e-5)
    assert table[0] >= -1e-3 and table[-1] <= 1 + 1e-3 and (np.diff(table) > 0).all()


def test_draws_have_the_distribution_they_are_asked_for():
    alone = Lines(*(np.array([[each]]) for each in (0.0, 1.0, 4.0, 1.0)), names=(("a",),))
    drawn = drawn_worth(alone, DRAWS, 7)[:, 0].astype(float)
    law = exact(0.0, 1.0, 4.0)
    assert stats.kstest(drawn, law.cdf).pvalue > 0.01
    assert drawn.mean() == pytest.approx(law.mean(), abs=4 * law.std() / DRAWS**0.5)


def test_a_project_is_the_weighed_sum_of_its_lines():
    """The second line of the first project is always 2, weight -1."""
    made = drawn_worth(lines(), DRAWS, 7)
    by_hand = 10 * exact(0, 1, 4).ppf(levels_of(np.uint64(key_of(7, "a")), DRAWS)) - 2
    assert made.shape == (DRAWS, 2) and made.dtype == np.float32
    off = np.abs(made[:, 0] - by_hand)
    assert (off < 0.01).mean() > 0.995 and off.max() < 1.5
    assert made[:, 0].mean(dtype=float) == pytest.approx(by_hand.mean(), abs=2e-3)


def test_the_order_of_projects_changes_nothing():
    turned = Lines(*(each[::-1] for each in (lines().low, lines().likely, lines().high, lines().weights)),
                   names=lines().names[::-1])  # fmt: skip
    assert np.array_equal(drawn_worth(turned, 100, 7), drawn_worth(lines(), 100, 7)[:, ::-1])


def test_lines_of_one_name_move_together_and_others_do_not():
    same = {
        each: np.full((2, 1), value) for each, value in (("low", 0.0), ("likely", 1.0), ("high", 2.0), ("weights", 1.0))
    }
    together, apart = (
        drawn_worth(Lines(**same, names=names), DRAWS, 7) for names in ((("x",), ("x",)), (("x",), ("y",)))
    )
    assert np.array_equal(together[:, 0], together[:, 1])
    assert abs(np.corrcoef(apart.T)[0, 1]) < 0.03


def test_another_seed_gives_other_draws():
    assert not np.array_equal(drawn_worth(lines(), 50, 1), drawn_worth(lines(), 50, 2))


def test_a_line_out_of_order_is_named():
    with pytest.raises(ContractError, match=r"1 lijnen.*de eerste is c"):
        lines(low=np.array([[0.0, 2.0], [3.0, 1.0]]))
    with pytest.raises(ContractError, match="verschillende maten"):
        lines(low=np.zeros((2, 3)))


def test_the_shape_is_the_place_of_the_mode():
    assert shape_of(np.array([0.0, 1.0]), np.array([1.0, 1.0]), np.array([4.0, 1.0])) == pytest.approx([0.25, 0.5])
