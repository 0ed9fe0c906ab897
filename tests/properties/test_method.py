"""What must hold of composites, ranges, splits, tests and shrunken values, whatever the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.analyses.hidden_buurten import benjamini_hochberg, pocket_test
from stadspeil.analyses.nested_split import mutual_information, nested_split, split_per_gemeente
from stadspeil.analyses.shrunken import shrink_shares
from stadspeil.scores import fit_scale, rank_areas, report_mark
from stadspeil.scores.choices import Parts
from stadspeil.scores.draws import draw_ranks
from stadspeil.scores.explaining import waterfall
from stadspeil.scores.rank_sets import marginal_rank_sets
from stadspeil.scores.recipes import Recipe, added_up

MARKS = st.floats(3, 10).map(lambda mark: round(mark, 2))
MEASURES = st.sampled_from(["theil", "mld", "variance"])
MEANS = st.sampled_from(["arithmetic", "geometric", "harmonic"])


# --- marks beside the country


@given(
    st.lists(st.integers(0, 1000), min_size=3, max_size=40, unique=True).map(np.array),
    st.integers(-500, 500),
    st.sampled_from(["higher_is_better", "lower_is_better"]),
)
def test_national_change_moves_no_rank_and_no_relative_mark_and_all_fixed_marks_alike(
    values: np.ndarray, change: int, direction: Any
) -> None:
    moved = values + change
    assert (rank_areas(moved, direction).rank == rank_areas(values, direction).rank).all()
    assert report_mark(moved, direction) == pytest.approx(report_mark(values, direction), abs=1e-9)
    scale = fit_scale(values.astype(float), direction)
    assert scale is not None
    fixed, before = scale.marks(moved), scale.marks(values)
    free = (fixed > 3) & (fixed < 10) & (before > 3) & (before < 10)
    assert (fixed - before)[free] == pytest.approx(scale.stretch * change / scale.width)


# --- composites


def composed(marks: np.ndarray, weights: np.ndarray, **recipe: Any) -> tuple[float, float]:
    """Mark and coverage of one area."""
    parts = tuple(f"p{number}" for number in range(len(marks)))
    known = ~np.isnan(marks)
    present = pl.DataFrame(
        {"area": "GM0001", "indicator": np.array(parts)[known], "mark": marks[known], "weight": (weights / weights.sum())[known]}
    ).with_columns(mark_spread=pl.lit(None, pl.Float64), oldest=pl.lit(2020, pl.Int16), imputed=pl.lit(False))  # fmt: skip
    ((mark, coverage),) = added_up(Recipe("c", parts, **recipe), present, 6.5).select("mark", "coverage").rows()
    return mark, coverage


weighed = st.lists(st.tuples(MARKS, st.integers(1, 9)), min_size=1, max_size=8)


@given(weighed, MEANS)
def test_a_mean_lies_between_its_lowest_and_its_highest_part(parts: list[tuple[float, int]], way: str) -> None:
    marks, weights = np.array(parts).T
    mark, coverage = composed(marks, weights, aggregation=way)
    assert marks.min() - 1e-9 <= mark <= marks.max() + 1e-9
    assert coverage == pytest.approx(1)


@given(weighed)
def test_what_allows_less_making_up_never_gives_a_higher_mark(parts: list[tuple[float, int]]) -> None:
    marks, weights = np.array(parts).T
    found = [composed(marks, weights, aggregation=way)[0] for way in ("arithmetic", "geometric", "harmonic")]
    assert found[0] >= found[1] - 1e-9 >= found[2] - 2e-9
    assert composed(marks, weights, aggregation="mazziotta_pareto")[0] <= found[0] + 1e-9


@given(st.lists(st.tuples(MARKS | st.just(np.nan), st.integers(1, 9)), min_size=1, max_size=8))
def test_steps_add_up_to_the_mark_less_the_middle(parts: list[tuple[float, int]]) -> None:
    marks, weights = np.array(parts).T
    if np.isnan(marks).all():
        return
    for way in ("arithmetic", "harmonic", "mazziotta_pareto"):
        mark, _ = composed(marks, weights, aggregation=way)
        steps = waterfall([f"p{n}" for n in range(len(marks))], marks, weights, mark, 6.5)
        assert sum(each.adds for each in steps) == pytest.approx(mark - 6.5, abs=1e-9)
        if way == "arithmetic":
            assert "samenspel" not in {each.part for each in steps}


# --- ranges of places


@settings(max_examples=25)
@given(st.lists(st.lists(MARKS, min_size=3, max_size=3), min_size=2, max_size=12), st.integers(0, 99))
def test_each_area_has_some_place_in_every_draw_and_who_leads_in_all_parts_stays_ahead(
    marks: list[list[float]], seed: int
) -> None:
    drawn = draw_ranks(Parts(np.array(marks), np.full(3, 1 / 3), 2 / 3), np.random.default_rng(seed), 60)
    assert drawn.acceptability().sum(axis=1) == pytest.approx(np.ones(len(marks)))
    low, middle, high = drawn.ranges()
    assert (low <= middle).all() and (middle <= high).all() and (low >= 1).all() and (high <= len(marks)).all()
    for one, first in enumerate(marks):
        for other, second in enumerate(marks):
            if all(a > b + 0.01 for a, b in zip(first, second, strict=True)):
                assert (drawn.ranks[:, one] <= drawn.ranks[:, other]).all()


def test_the_true_place_of_one_area_is_covered_in_nine_of_ten_worlds() -> None:
    """Read one area at a time: the set of each holds with the promised 90 %, over areas close together and apart."""
    truth = np.concatenate([np.linspace(0, 1, 12), [3.0, 5.0, 5.2]])
    places = np.arange(len(truth), 0, -1)
    covered = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        spread = rng.uniform(0.1, 0.5, len(truth))
        sets = marginal_rank_sets(truth + rng.normal(0, spread), spread, "higher_is_better", rng)
        covered.append((sets.best <= places) & (places <= sets.worst))
    assert np.mean(covered, axis=0).min() >= 0.86
    # And they are sets: not all places for everybody.
    assert np.mean(covered) > 0.9 and (sets.worst - sets.best).mean() < 0.8 * len(truth)


# --- splits


countries = st.integers(3, 30).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(1, 100), min_size=n, max_size=n),
        st.lists(st.integers(1, 5000), min_size=n, max_size=n),
        st.lists(st.integers(0, 8), min_size=n, max_size=n),
    )
)


@given(countries, MEASURES)
def test_a_wijk_made_one_buurt_keeps_what_lies_between_and_loses_what_lies_within(country: Any, measure: Any) -> None:
    values, weights, wijken = (np.array(each, float) for each in country)
    wijken = wijken.astype(int)
    split = nested_split(values, weights, wijken // 3, wijken, measure)
    codes = np.unique(wijken)
    people = np.array([weights[wijken == code].sum() for code in codes])
    means = np.array([np.average(values[wijken == code], weights=weights[wijken == code]) for code in codes])
    merged = nested_split(means, people, codes // 3, codes, measure)
    assert merged.between_gemeenten == pytest.approx(split.between_gemeenten, abs=1e-9)
    assert merged.between_wijken == pytest.approx(split.between_wijken, abs=1e-9)
    assert merged.within_wijken == pytest.approx(0, abs=1e-9)


@given(countries, st.sampled_from(["theil", "mld"]), st.sampled_from([0.01, 3.0, 1000.0]))
def test_inequality_does_not_depend_on_the_unit(country: Any, measure: Any, factor: float) -> None:
    values, weights, wijken = (np.array(each, float) for each in country)
    wijken = wijken.astype(int)
    one, other = (nested_split(each, weights, wijken // 3, wijken, measure) for each in (values, values * factor))
    assert other.total == pytest.approx(one.total, abs=1e-9)
    assert other.within_wijken == pytest.approx(one.within_wijken, abs=1e-9)


@given(countries, MEASURES)
def test_the_parts_of_each_gemeente_add_up_and_none_is_negative(country: Any, measure: Any) -> None:
    values, weights, wijken = (np.array(each, float) for each in country)
    found = split_per_gemeente(values, weights, wijken.astype(int) // 3, wijken.astype(int), measure)
    assert found.between_wijken + found.within_wijken == pytest.approx(found.total)
    assert min(found.between_wijken.min(), found.within_wijken.min()) > -1e-9


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500), st.integers(0, 5)), min_size=2, max_size=20),
)
def test_halving_a_buurt_changes_segregation_by_the_correction_for_chance_alone(
    rows: list[tuple[int, int, int]],
) -> None:
    """One unit more, so a further (groups - 1) / 2N leaves the lowest level; what is measured stays."""
    table = np.array(rows)
    counts, wijken = table[:, :2].astype(float), table[:, 2]
    split = mutual_information(counts, wijken // 2, wijken)
    half = counts.copy()
    half[0] /= 2
    more = np.append(wijken, wijken[0])
    halved = mutual_information(np.vstack([half, half[0]]), more // 2, more)
    assert halved.between_gemeenten == pytest.approx(split.between_gemeenten, abs=1e-9)
    assert halved.between_wijken == pytest.approx(split.between_wijken, abs=1e-9)
    assert halved.within_wijken == pytest.approx(split.within_wijken - 1 / (2 * counts.sum()), abs=1e-9)
    assert halved.total == pytest.approx(
        halved.between_gemeenten + halved.between_wijken + halved.within_wijken, abs=1e-9
    )


# --- many tests at once


probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


@given(probabilities, st.data())
def test_a_smaller_p_or_a_milder_level_never_loses_a_discovery(p: np.ndarray, data: Any) -> None:
    found = benjamini_hochberg(p, 0.1)
    assert (found <= benjamini_hochberg(p, 0.2)).all()
    smaller = p.copy()
    place = data.draw(st.integers(0, len(p) - 1))
    smaller[place] *= data.draw(st.floats(0, 1))
    assert (found <= benjamini_hochberg(smaller, 0.1)).all()


@given(probabilities)
def test_discoveries_are_the_smallest_and_no_fewer_than_bonferroni_finds(p: np.ndarray) -> None:
    found = benjamini_hochberg(p, 0.1)
    if found.any() and not found.all():
        assert p[found].max() < p[~found].min() + 1e-15
    assert (found >= (p <= 0.1 / len(p))).all()
    assert (p[found] <= 0.1).all()


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 10.0]), st.integers(-100, 100))
def test_the_pocket_test_ignores_units_and_the_order_of_buurten(seed: int, factor: float, shift: int) -> None:
    rng = np.random.default_rng(seed)
    wijk, people = np.repeat(np.arange(20), 4), rng.integers(100, 900, 80).astype(float)
    values, spread = rng.normal(20, 3, 80), rng.uniform(0.5, 2, 80)
    values[::17] += 15
    found = pocket_test(values, spread, people, wijk)
    moved = pocket_test(values * factor + shift, spread * factor, people, wijk)
    assert moved.difference == pytest.approx(found.difference * factor, abs=1e-8)
    assert (moved.found == found.found).all()
    order = rng.permutation(80)
    shuffled = pocket_test(values[order], spread[order], people[order], wijk[order])
    assert shuffled.p == pytest.approx(found.p[order], abs=1e-9)


# --- shrunken values


@settings(max_examples=50)
@given(
    st.lists(st.integers(20, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=5, max_size=40)
)
def test_a_shrunken_share_lies_between_the_raw_one_and_that_of_its_gemeente(rows: list[tuple[int, int]]) -> None:
    """In one gemeente all are pulled to one level: who is pulled down ends above it, who is pulled up below."""
    count, base = np.array(rows, float).T
    found = shrink_shares(count / base, base, np.full(len(base), "GM0001"), 0.2)
    smoothed = (count + 0.5) / (base + 1)
    down, up = found.shrunken < smoothed - 1e-12, found.shrunken > smoothed + 1e-12
    if down.any() and up.any():
        assert found.shrunken[down].min() >= found.shrunken[up].max() - 1e-9
    assert found.pull == pytest.approx(found.shrunken - count / base)
    assert ((found.low < smoothed) & (smoothed < found.high)).all()
    assert ((found.above >= 0) & (found.above <= 1) & (found.far >= 0) & (found.far <= 1)).all()
