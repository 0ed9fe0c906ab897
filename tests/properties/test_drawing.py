"""What holds for every drawing: labels keep their order and do not cover each other, parts end at the mark."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.report.drawing.content import PlaceRow, Step, Waterfall
from stadspeil.report.drawing.maps import apart
from stadspeil.report.drawing.paint import spread_out

HEIGHTS = st.lists(st.floats(0, 300, allow_nan=False), min_size=1, max_size=20)


@given(HEIGHTS)
def test_labels_keep_their_order_a_gap_apart_and_on_the_sheet(wanted: list[float]) -> None:
    found = spread_out(wanted, 12, 0, 300)
    order = sorted(range(len(wanted)), key=lambda each: (wanted[each], each))
    heights = [found[each] for each in order]
    assert all(after - before >= 12 - 1e-6 for before, after in itertools.pairwise(heights))
    assert heights[0] >= -1e-6 and heights[-1] <= 300 + 1e-6


@given(HEIGHTS)
def test_labels_that_fit_stay_where_they_are(wanted: list[float]) -> None:
    spaced = [20.0 * number for number in range(min(15, len(wanted)))]
    assert spread_out(spaced, 12, 0, 300) == pytest.approx(spaced)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), max_size=7))
def test_numbers_on_a_map_do_not_cover_each_other(places: list[tuple[float, float]]) -> None:
    found = apart(places, 10, rounds=4000)
    assert all(math.dist(one, other) >= 10 - 1e-3 for n, one in enumerate(found) for other in found[n + 1 :])


@given(st.lists(st.floats(-2, 2), max_size=12))
def test_the_steps_of_a_waterfall_add_up_to_the_mark(adds: list[float]) -> None:
    content = Waterfall("x", 6.5, tuple(Step("", "", each, "") for each in adds))
    assert content.mark == pytest.approx(6.5 + sum(adds))


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_a_place_and_its_mirror_image_are_on_opposite_sides(rank: int, one: int, other: int) -> None:
    low, high = min(rank, one, other), max(rank, one, other)
    mirror = {"favourable": "unfavourable", "unfavourable": "favourable", "": ""}
    row = PlaceRow("", rank, 60, choices=(low, high))
    assert PlaceRow("", 61 - rank, 60, choices=(61 - high, 61 - low)).side == mirror[row.side]
