"""Two ranges of a place, named apart: what noise allows, and what other choices would make of it."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.errors import QuestionError
from stadspeil.scores.choices import Parts, pulled_in, scores_under
from stadspeil.scores.draws import draw_ranks, tenth_ends
from stadspeil.scores.explaining import short_of, to_reach
from stadspeil.scores.marks import MarkRules, MarkScale, report_mark
from stadspeil.scores.rank_sets import _marginal_limits, marginal_rank_sets, simultaneous_rank_sets, told_apart
from stadspeil.scores.sensitivity import rank_sensitivity

title = "Twee bandbreedten van een plaats"
chapter = "Hoe zeker"
order = 20
says = """Een plaats heeft twee soorten onzekerheid, die apart worden genoemd. De bandbreedte bij andere keuzes zegt waar
een gemeente zou staan bij andere gewichten en schalen. Statistisch onderscheidbaar zegt welke plaatsen mogelijk
zijn door toeval in de cijfers."""
formula = ""
source = "docs/decisions/0011-two-ranges-of-a-place.md; docs/explanation/certainty.md."

NAN = float("nan")


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- statistisch onderscheidbaar


def test_two_values_are_told_apart_at_the_quantile_of_one_difference() -> None:
    """One pair: the limit is 1.645 times the noise of the difference, root 2."""
    for difference, apart in ((2.2, 0), (2.5, 1)):
        found = told_apart(np.array([difference, 0.0]), np.ones(2), "higher_is_better", rng())
        assert found.tolist() == [[0, apart], [-apart, 0]]


def test_low_is_good_turns_the_places_round_and_nothing_else() -> None:
    values, spread = rng().normal(size=40), rng(2).uniform(0.05, 0.2, 40)
    up = simultaneous_rank_sets(values, spread, "higher_is_better", rng())
    down = simultaneous_rank_sets(-values, spread, "lower_is_better", rng())
    assert (up.best == down.best).all() and (up.worst == down.worst).all()


def test_unknown_noise_has_no_place_and_takes_nobodys() -> None:
    sets = simultaneous_rank_sets(
        np.array([10.0, NAN, 30, 40]), np.array([0.1, 0.1, NAN, 0.1]), "higher_is_better", rng()
    )
    assert sets.best.tolist() == [2, 0, 0, 1] and sets.ranked == 2


def test_values_without_any_noise_are_exact() -> None:
    sets = simultaneous_rank_sets(np.array([1.0, 2, 2, 3]), np.zeros(4), "higher_is_better", rng())
    assert list(zip(sets.best, sets.worst, strict=True)) == [(4, 4), (2, 3), (2, 3), (1, 1)]


def test_all_true_places_are_covered_in_nine_of_ten_worlds() -> None:
    truth = np.linspace(0, 3, 25)
    places = np.arange(25, 0, -1)
    spread = np.full(25, 0.3)
    covered = 0
    for seed in range(120):
        drawn = truth + rng(seed).normal(0, spread)
        sets = simultaneous_rank_sets(drawn, spread, "higher_is_better", rng(seed + 1000))
        covered += bool(((sets.best <= places) & (places <= sets.worst)).all())
    assert covered >= 0.86 * 120


def test_a_set_for_one_area_is_no_wider_than_one_for_all_together() -> None:
    values, spread = rng().normal(size=60), np.full(60, 0.4)
    one, all_ = (
        each(values, spread, "higher_is_better", rng(3)) for each in (marginal_rank_sets, simultaneous_rank_sets)
    )
    widths = [(each.worst - each.best).sum() for each in (one, all_)]
    assert widths[0] < widths[1]


# --- bandbreedte bij andere keuzes


def parts(marks: list[list[float]], weights: list[float] | None = None) -> Parts:
    matrix = np.array(marks)
    return Parts(matrix, np.array(weights or [1 / matrix.shape[1]] * matrix.shape[1]), 2 / 3)


def test_an_area_that_is_best_in_all_parts_is_first_in_every_draw() -> None:
    drawn = draw_ranks(parts([[9.0, 8, 9], [6, 7, 5], [5, 5, 6], [4, 6, 5]]), rng(), 500)
    assert drawn.ranges()[:, 0].tolist() == [1, 1, 1]
    assert drawn.acceptability()[0].tolist() == [1, 0, 0, 0]
    assert drawn.share_ahead(0, 1) == 1


def test_an_outcome_that_hangs_on_the_weights_says_so() -> None:
    """The first area lives by its first part, the second by its second: only the weights can decide."""
    made = parts([[9.0, 4], [4, 9], *[[5.0 + i / 10, 5.0 - i / 10] for i in range(8)]])
    found = rank_sensitivity(made, rng(), power=9)
    drawn = draw_ranks(made, rng(), 2000)
    assert found.hangs_on(2) == "gewichten" and found.first[4, 2] > 0.8
    assert found.hangs_on(0) == "" and int(np.argmax(found.first[:, 0])) == 4
    low, middle, high = drawn.ranges()[:, 0]
    assert low == 1 and high > middle
    assert drawn.share_ahead(0, 1) == pytest.approx(0.5, abs=0.05)


def test_shares_of_places_add_up_to_one_for_each_area() -> None:
    drawn = draw_ranks(parts(rng().normal(6.5, 1, (30, 5)).tolist()), rng(), 400)
    assert drawn.acceptability().sum(axis=1) == pytest.approx(np.ones(30))
    assert drawn.share_in_lowest().sum() == pytest.approx(3, abs=0.3)


def test_areas_with_too_little_of_the_weight_are_not_drawn() -> None:
    drawn = draw_ranks(parts([[9.0, 8, 7], [6, NAN, 5], [5, NAN, NAN]]), rng(), 50)
    assert drawn.shown.tolist() == [True, True, False]
    with pytest.raises(QuestionError):
        draw_ranks(parts([[NAN, NAN]]), rng(), 5)


def test_three_ways_of_adding_up_by_hand() -> None:
    """4 and 9 with equal weights: 6.5, 6, and 2 / (1/4 + 1/9) = 72/13."""
    matrix, weights = np.array([[4.0, 9.0], [4.0, NAN]]), np.array([[0.5, 0.5]])
    made = [scores_under(matrix, weights, each)[0] for each in range(3)]
    assert [each[0] for each in made] == pytest.approx([6.5, 6.0, 72 / 13])
    assert [each[1] for each in made] == pytest.approx([4, 4, 4])


def test_pulling_in_moves_only_the_ends() -> None:
    values = np.arange(201.0)
    values[200] = 9000
    moved = pulled_in(values)
    assert moved.max() == 195 and moved.min() == 5
    assert (moved[5:196] == values[5:196]).all()


def test_indices_of_a_place_that_never_moves_are_unknown_and_it_hangs_on_nothing() -> None:
    found = rank_sensitivity(parts([[9.0, 9], [6, 6], [4, 4]]), rng(), power=6)
    assert np.isnan(found.first[:, 0]).all() and found.hangs_on(0) == ""


def test_the_total_index_is_never_far_below_the_first() -> None:
    found = rank_sensitivity(parts(rng().normal(6.5, 1.2, (60, 6)).clip(3, 10).tolist()), rng(), power=10)
    moving = found.spread > 1
    assert (found.total[:, moving] > found.first[:, moving] - 0.15).all()
    assert (found.field_total[:, 0] >= -1e-9).all()


# --- why, and what it would take


def test_to_reach_a_place_by_one_part_needs_the_gap_divided_by_its_weight() -> None:
    """Marks 7, 6 and 5: from 5 to the second place is one point; at half the weight two points of the part."""
    scale = MarkScale(centre=10.0, width=2.0, shift=6.5, stretch=-1.25, rules=MarkRules())
    found = to_reach(2, np.array([7.0, 6.0, 5.0]), 2, ["a", "b"], np.array([4.0, 6.0]), np.full(2, 0.5), [scale, None])
    assert [(each.part, each.mark_wanted) for each in found] == [("a", 6.0), ("b", 8.0)]
    assert found[0].value_wanted == pytest.approx(10 + 2 * (6 - 6.5) / -1.25)


def test_a_place_that_one_part_cannot_bring_is_said_to_be_out_of_reach() -> None:
    found = to_reach(1, np.array([9.0, 4.0]), 1, ["a"], np.array([4.0]), np.array([0.1]), [None])
    assert found[0].possible
    found = to_reach(1, np.array([9.0, 4.0]), 1, ["a", "b"], np.array([4.0, 4.0]), np.array([0.1, 0.9]), [None, None])
    assert [each.possible for each in found] == [True, False]


def test_marks_stay_as_they_are_under_the_declared_choices() -> None:
    marks = report_mark(rng().normal(size=30), "higher_is_better")
    assert parts(marks[:, None].tolist()).normalised(0, 0, 0)[:, 0] == pytest.approx(marks, abs=1e-5)


# --- tenths of the field, and what it takes to reach a place


def test_tenths_of_a_field_add_up_and_the_lowest_is_that_of_the_chance_of_the_lowest() -> None:
    for number in (37, 12, 7):
        drawn = draw_ranks(parts(rng().normal(6.5, 1, (number, 4)).tolist()), rng(), 300)
        tenths = drawn.tenths()
        assert tenths.shape == (number, 10)
        assert tenths.sum(axis=1) == pytest.approx(np.ones(number))
        assert tenths[:, 9] == pytest.approx(drawn.share_in_lowest())


def test_the_tenths_of_twenty_places_are_two_places_each() -> None:
    assert tenth_ends(20) == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]
    assert tenth_ends(10) == list(range(1, 11))


def test_what_a_mark_lacks_for_a_place() -> None:
    """Marks 8, 7, 6, 5, own 6: second place asks 1 more, the third nothing, a sixth place there is not."""
    field = np.array([8.0, 7, 6, 5])
    assert short_of(1, field, 2) == 2 and short_of(2, field, 2) == 1
    assert short_of(3, field, 2) == 0 and short_of(4, field, 2) == 0
    assert np.isnan(short_of(5, field, 2))


def test_the_limit_of_an_area_is_that_of_the_pairs_that_are_open_for_it() -> None:
    """A pair may be closed for the one and open for the other; an area of which nothing changed keeps its limit."""
    columns = rng().standard_normal((6, 200)).astype(np.float32)
    every = np.full((6, 6), 0.7, np.float32)
    np.fill_diagonal(every, 0.0)
    some = np.where(rng(2).random((6, 6)) < 0.5, 0.0, every).astype(np.float32)
    some[3] = 0.0
    first = _marginal_limits(columns, every, 0.9, None, np.ones(6, bool))
    changed = np.array([True, True, False, True, True, True])
    second = _marginal_limits(columns, some, 0.9, first, changed)
    for limits, inverse, areas in ((first, every, range(6)), (second, some, (0, 1, 4, 5))):
        for area in areas:
            pairs = np.flatnonzero(inverse[area])
            largest = (np.abs(columns[pairs] - columns[area]) * inverse[area, pairs][:, None]).max(axis=0)
            assert limits[area, 0] == pytest.approx(np.quantile(largest, 0.9), rel=1e-5)
    assert second[2, 0] == first[2, 0] and second[3, 0] == np.inf
