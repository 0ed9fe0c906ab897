"""Method: inside the buurten, by squares of 100 m."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.analyses.nested_split import chain_split, chain_split_per, nested_split
from stadspeil.analyses.square_pockets import grid_neighbours, square_pockets
from stadspeil.sources.squares import square_id

title = "Binnen de buurten, in vakken van 100 meter"
chapter = "Beneden de wijk"
order = 50
says = """Een buurt kan gemiddeld zijn en toch een plek hebben waar het slecht gaat. De Leefbaarometer geeft vakken van 100 bij
100 meter; die dienen alleen om binnen een buurt te kijken. Een plek telt pas vanaf drie vakken aaneen."""
formula = """verschillen tussen vakken = tussen gemeenten + tussen wijken + tussen buurten + binnen buurten, precies."""
source = "Shorrocks (1980); docs/decisions/0030 en 0031."


def test_a_square_is_named_by_its_lower_left_corner() -> None:
    assert square_id(951, 4_412) == "E0951N4412"


# --- the split of four levels


def test_eight_squares_in_four_parts_by_hand() -> None:
    """Mean 4. Gemeente A: wijk 1 with buurten (1, 3) and (2, 2). Gemeente B: wijken with one buurt (4, 6) and (6, 8)."""
    values = np.array([1.0, 3, 2, 2, 4, 6, 6, 8])
    gemeenten = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    wijken = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    buurten = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    parts = chain_split(values, np.ones(8), (gemeenten, wijken, buurten), "variance")
    # Gemeenten 2 and 6; wijken 2, 5 and 7; buurten 2, 2, 5 and 7.
    assert parts == pytest.approx([4.0, 4 * 1 / 8, 0.0, (1 + 1 + 0 + 0 + 4 * 1) / 8])
    codes, inside = chain_split_per(values, gemeenten, (wijken, buurten))
    assert codes.tolist() == [0, 1]
    assert inside == pytest.approx(np.array([[0, 0, 0.5], [1.0, 0, 1.0]]))


def drawn(seed: int, size: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    buurten = rng.integers(0, 12, size)
    return rng.normal(3, 2, size), rng.uniform(0.1, 9, size), [buurten // 6, buurten // 2, buurten]


@given(st.integers(0, 10_000), st.integers(2, 200))
def test_the_parts_add_up_to_the_whole_variance(seed: int, size: int) -> None:
    values, weights, units = drawn(seed, size)
    share = weights / weights.sum()
    parts = chain_split(values, weights, units, "variance")
    assert sum(parts) == pytest.approx(float(share @ (values - share @ values) ** 2))
    assert min(parts) >= 0


@given(st.integers(0, 10_000), st.integers(2, 200))
def test_squares_that_merge_into_their_buurt_keep_all_that_lies_above_it(seed: int, size: int) -> None:
    values, weights, units = drawn(seed, size)
    buurten, first, number = np.unique(units[2], return_index=True, return_inverse=True)
    people = np.bincount(number, weights)
    means = np.bincount(number, weights * values) / people
    merged = chain_split(means, people, [unit[first] for unit in units], "variance")
    whole = chain_split(values, weights, units, "variance")
    assert merged[:3] == pytest.approx(whole[:3]) and merged[3] == pytest.approx(0, abs=1e-12)
    assert len(buurten) == len(means)


@given(st.integers(0, 10_000), st.integers(2, 200))
def test_three_levels_are_the_nested_split(seed: int, size: int) -> None:
    values, weights, units = drawn(seed, size)
    three = nested_split(values, weights, units[0], units[1], "variance")
    parts = chain_split(values, weights, units[:2], "variance")
    assert parts == pytest.approx([three.between_gemeenten, three.between_wijken, three.within_wijken])


# --- neighbours on the grid


def test_a_square_touches_eight_and_a_corner_three() -> None:
    east, north = (each.ravel() for each in np.meshgrid([10, 11, 12], [500, 501, 502]))
    touching = grid_neighbours(east, north).toarray()
    assert touching.sum(axis=1).tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert (touching == touching.T).all() and touching.diagonal().sum() == 0


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40, unique=True))
def test_neighbours_are_those_one_step_of_a_king_away(places: list[tuple[int, int]]) -> None:
    east, north = np.array([each[0] for each in places], int), np.array([each[1] for each in places], int)
    touching = grid_neighbours(east, north).toarray()
    for one in range(len(places)):
        for other in range(len(places)):
            near = max(abs(east[one] - east[other]), abs(north[one] - north[other])) == 1
            assert touching[one, other] == near


# --- pockets


def town(rng: np.random.Generator, buurten: int = 12, side: int = 6) -> tuple[np.ndarray, ...]:
    """Buurten of six by six squares, side by side; ordinary squares differ by 0.05, buurten by 0.3."""
    east, north = (each.ravel() for each in np.meshgrid(np.arange(buurten * side), np.arange(side), indexing="ij"))
    buurt = east // side
    return east, north, buurt, rng.normal(0, 0.3, buurten)[buurt] + rng.normal(0, 0.05, len(east))


def test_three_together_are_one_pocket_and_two_are_none() -> None:
    east, north, buurt, values = town(np.random.default_rng(4))
    three = np.flatnonzero((buurt == 2) & (np.isin(east - 12, [1, 2, 3])) & (north == east - 12))
    two = np.flatnonzero((buurt == 7) & (east == 44) & (north < 2))
    values[three] -= 0.6
    values[two] -= 0.6
    test = square_pockets(values, buurt, grid_neighbours(east, north))
    assert test.found[three].all() and test.found[two].all()
    assert np.flatnonzero(test.pocket == 0).tolist() == three.tolist() and test.pocket.max() == 0
    assert test.ordinary == pytest.approx(0.05, rel=0.2)


def test_high_and_low_beside_each_other_are_two_pockets_and_a_border_of_buurten_cuts() -> None:
    east, north, buurt, values = town(np.random.default_rng(5))
    low, high = (np.flatnonzero((east == x) & (north < 3)) for x in (14, 15))
    over = np.flatnonzero(np.isin(east, [29, 30]) & (north == 4))
    values[low] -= 0.6
    values[high] += 0.6
    values[over] -= 0.6
    test = square_pockets(values, buurt, grid_neighbours(east, north))
    assert {test.pocket[each].tolist()[0] for each in (low, high)} == {0, 1}
    assert test.found[over].all() and (test.pocket[over] == -1).all()


def test_the_rest_of_a_buurt_is_not_pulled_along_by_a_large_pocket() -> None:
    east, north, buurt, values = town(np.random.default_rng(6))
    third = np.flatnonzero((buurt == 3) & (north < 2))
    before = float(np.median(values[(buurt == 3) & (north >= 2)]))
    values[third] -= 0.5
    test = square_pockets(values, buurt, grid_neighbours(east, north))
    assert (test.pocket[third] >= 0).all() and test.pocket.max() == 0
    assert test.rest[third[0]] == pytest.approx(before)


def test_a_buurt_that_differs_everywhere_has_no_pocket() -> None:
    rng = np.random.default_rng(7)
    east, north, buurt, values = town(rng)
    values[buurt == 5] = rng.normal(0, 0.4, 36)
    assert (square_pockets(values, buurt, grid_neighbours(east, north)).pocket[buurt == 5] == -1).all()


def test_a_buurt_of_seven_squares_is_not_tested_and_an_empty_grid_has_nothing() -> None:
    east, north, buurt, values = town(np.random.default_rng(8))
    kept = (buurt != 4) | ((north == 0) | ((north == 1) & (east == 24)))
    test = square_pockets(values[kept], buurt[kept], grid_neighbours(east[kept], north[kept]))
    assert np.isnan(test.p[buurt[kept] == 4]).all() and not np.isnan(test.p[buurt[kept] != 4]).any()
    nothing = np.array([], dtype=int)
    assert square_pockets(np.array([]), nothing, grid_neighbours(nothing, nothing)).pocket.size == 0


@pytest.mark.parametrize("seed", range(10))
def test_where_nothing_was_put_nothing_lies_together(seed: int) -> None:
    east, north, buurt, values = town(np.random.default_rng(seed), 60)
    assert square_pockets(values, buurt, grid_neighbours(east, north)).pocket.max() == -1
