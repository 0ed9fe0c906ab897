"""Method: when what was built together comes due, and what spreading and bundling do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from stadspeil.analyses.renewal_stock import FLAT, HOUSE, before_turn, spread_over_buurten
from stadspeil.analyses.renewal_wave import (
    best_bundles,
    drawn,
    due_shares,
    lowest_peak,
    needs,
    overlap,
    percentiles,
    unit_shares,
)
from stadspeil.catalogue.entries import RenewalAsset

title = "Vernieuwingsgolf"
chapter = "Ontwikkeling"
order = 60
says = """Wat samen is gebouwd, is samen versleten. Uit bouwperiode, levensduur en hoeveelheid per woning volgt wanneer iets
opnieuw moet; alle drie zijn ze als bandbreedte bekend, en zo staan ze in de uitkomst."""
formula = "deel dat t jaar na de bouw voor de n-de keer is vernieuwd = Φ((t − n·L) / (s·L·√n))"
source = "Cox, Renewal Theory (1962); docs/explanation/renewal-wave.md."

NAN = float("nan")


def asset(**changed: object) -> RenewalAsset:
    entry: dict[str, object] = {
        "id": "riool", "title": "Riool", "title_en": "Sewer", "owner": "gemeente", "unit": "m", "per_house": (10.0, 10.0, 10.0),
        "per_flat": (4.0, 4.0, 4.0), "life": (60.0, 60.0, 60.0), "spread": 0.1, "cost": (1000.0, 1000.0, 1000.0),
        "price_level": 2024, "source": "proef", "date": "2026-11-26", "evidence": "ours",
    }  # fmt: skip
    return RenewalAsset(**{**entry, **changed})  # type: ignore[arg-type]


def test_pieces_without_spread_come_due_exactly_when_their_life_is_over() -> None:
    """Built in 1970 (a period of one year: 1970.5), 60 years: due in 2030, again in 2090, never between."""
    years = np.arange(2020, 2101, dtype=float)
    found = due_shares([(1970, 1970)], years, np.array([60.0]), 1e-4)[0, 0]
    due = {int(year): share for year, share in zip(years[:-1], found, strict=True) if share > 1e-6}
    assert set(due) == {2030, 2090}
    assert list(due.values()) == pytest.approx([1, 1], abs=1e-6)


def test_half_of_the_pieces_is_due_before_the_mean_life() -> None:
    years = np.array([1900.0, 2030.5, 2200.0])
    found = due_shares([(1970, 1970)], years, np.array([60.0]), 0.1)[0, 0]
    # Built at 1970.5 on average; up to 2030.5 half of the first turn and hardly any of the second.
    assert found[0] == pytest.approx(0.5, abs=0.01)


def test_in_the_long_run_a_piece_is_renewed_once_per_life() -> None:
    years = np.array([2100.0, 2400.0])
    found = due_shares([(1960, 1964)], years, np.array([40.0]), 0.2)[0, 0]
    # Twelve turns are counted: within the horizon of 50 years that is all of them; here 300 years hold fewer.
    assert found[0] < 300 / 40
    horizon = due_shares([(1960, 1964)], np.array([2120.0, 2160.0]), np.array([40.0]), 0.2)[0, 0]
    assert horizon[0] == pytest.approx(1.0, abs=0.06)


def test_units_and_cost_by_hand() -> None:
    """5 houses of 10 m and 2 flats of 4 m: 58 m; at 1,000 euro 0.058 million."""
    homes = np.zeros((1, 2, 1))
    homes[0, HOUSE, 0], homes[0, FLAT, 0] = 5, 2
    chance = drawn(asset(), np.random.default_rng(1), 3)
    units = needs(homes, unit_shares(chance, np.ones((3, 1, 1))))
    assert units[0, 0].tolist() == pytest.approx([58, 58, 58])
    assert (units * chance.cost / 1e6)[0, 0].tolist() == pytest.approx([0.058] * 3)


def test_what_comes_due_is_added_up_over_forms_and_periods() -> None:
    """Second way: one sum of products per area, draw and slot, as the formula has it."""
    rng = np.random.default_rng(5)
    chance = drawn(asset(per_house=(5.0, 10.0, 15.0)), rng, 7)
    homes, shares = rng.random((4, 2, 3)) * 100, rng.random((7, 3, 6))
    found = needs(homes, unit_shares(chance, shares))
    per_home = np.stack([chance.per_house, chance.per_flat])
    assert found == pytest.approx(np.einsum("afp,fd,dpt->atd", homes, per_home, shares), rel=1e-12)


@pytest.mark.parametrize("draws", [1, 2, 11, 120])
def test_percentiles_are_those_of_numpy(draws: int) -> None:
    values = np.random.default_rng(draws).lognormal(size=(5, 3, draws))
    wanted = [np.percentile(values, cut, axis=-1) for cut in (10, 50, 90, 0, 100)]
    for found, each in zip(percentiles(values.copy(), (10, 50, 90, 0, 100)), wanted, strict=True):
        assert found == pytest.approx(each, rel=1e-12)


def test_draws_follow_the_triangle_of_low_middle_and_high() -> None:
    chance = drawn(asset(life=(40.0, 60.0, 80.0)), np.random.default_rng(3), 40_000)
    assert chance.life.min() >= 40 and chance.life.max() <= 80
    assert chance.life.mean() == pytest.approx(60, abs=0.2)
    # A symmetric triangle of half-width 20 has a standard deviation of 20 / sqrt(6).
    assert chance.life.std() == pytest.approx(20 / 6**0.5, abs=0.1)


def test_the_lowest_peak_by_hand() -> None:
    """12 in the third of four years: one year earlier allowed gives 6 and 6; one earlier and one later gives 4, 4, 4."""
    due = np.array([[0.0, 0, 12, 0]])
    assert lowest_peak(due, 0, 0).tolist() == [12]
    assert lowest_peak(due, 1, 0).tolist() == [6]
    assert lowest_peak(due, 1, 1).tolist() == [4]
    assert lowest_peak(due, 9, 9).tolist() == [3]


@given(
    st.lists(st.floats(0, 10), min_size=3, max_size=7), st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip
def test_the_lowest_peak_is_that_of_a_linear_programme(due: list[float], earlier: int, later: int) -> None:
    """Second method: minimise the level over all ways to move work."""
    years = len(due)
    moves = [(d, t) for d in range(years) for t in range(years) if -earlier <= t - d <= later]
    goal = np.zeros(len(moves) + 1)
    goal[-1] = 1
    within = np.zeros((years, len(moves) + 1))
    whole = np.zeros((years, len(moves) + 1))
    for at, (d, t) in enumerate(moves):
        within[t, at], whole[d, at] = 1, 1
    within[:, -1] = -1
    solved = linprog(goal, A_ub=within, b_ub=np.zeros(years), A_eq=whole, b_eq=due)
    assert float(lowest_peak(np.array([due]), earlier, later)[0]) == pytest.approx(solved.fun, abs=1e-6)


def test_overlap_by_hand() -> None:
    """Half of one lies in the year that holds a quarter of the other: a quarter is shared."""
    one, two = np.array([[5.0, 5, 0]]), np.array([[0.0, 1, 3]])
    assert overlap(one, two).tolist() == [0.25]
    assert overlap(one, one).tolist() == [1.0]
    assert overlap(one, 0 * two).tolist() == [0.0]


def test_going_together_pays_only_while_what_is_lost_is_less_than_what_is_saved() -> None:
    """Sewer due in 2040 (life 60), paving in 2036 (life 40), 100 each, saving 15 %.

    In 2036 the sewer goes 4 years early and loses 4/60 = 6.7 %: 15 + 15 - 6.7 = 23.3. Waiting 5 years is allowed:
    the paving can wait until 2040, and nothing is lost: 30.
    """
    due, costs, lives = np.array([2040.0, 2036]), np.array([[100.0, 100], [0, 100]]), np.array([60.0, 40])
    at_once = best_bundles(due, costs, lives, 0.15, later=0)
    assert (at_once.year[0], at_once.joins[0].tolist()) == (2036, [True, True])
    assert at_once.saved[0] == pytest.approx(30 - 100 * 4 / 60)
    waiting = best_bundles(due, costs, lives, 0.15, later=5)
    assert waiting.saved[0] == pytest.approx(30)
    assert 2040 <= waiting.year[0] <= 2041
    # Nothing goes together where one work is all there is, or where they lie too far apart.
    assert np.isnan(waiting.year[1]) and waiting.saved[1] == 0
    assert not best_bundles(np.array([2040.0, 2020]), costs, lives, 0.15, later=0).joins.any()


def test_a_table_whose_margins_leave_no_choice_is_found_exactly() -> None:
    """Two buurten, one all flats from before 2000, one all houses from after it."""
    whole = np.array([[0.0, 30.0], [70.0, 0.0]])
    turn = before_turn(((1965, 1984), (2005, 2024)))
    middle, low, high = spread_over_buurten(
        whole, np.array([70.0, 30.0]), np.array([0.0, 1.0]), np.array([1.0, 0.0]), turn
    )
    assert middle[0].tolist() == [pytest.approx([0, 0]), pytest.approx([70, 0])]
    assert middle[1].tolist() == [pytest.approx([0, 30]), pytest.approx([0, 0])]
    assert low == pytest.approx(middle, abs=1e-9)
    assert high == pytest.approx(middle, abs=1e-9)


def test_the_turn_of_the_century_splits_a_period_by_its_years() -> None:
    """1995 to 2004: five of ten years; 1985 to 2004: fifteen of twenty."""
    assert before_turn(((1995, 2004), (1985, 2004), (1900, 1944), (2005, 2024))).tolist() == [0.5, 0.75, 1, 0]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_truth_lies_within_the_bounds_and_the_margins_are_kept(seed: int, count: int) -> None:
    """Any true table, seen through its margins only: the estimate keeps homes, and the bounds hold the truth."""
    rng = np.random.default_rng(seed)
    periods = ((1900, 1964), (1965, 1999), (2000, 2024))
    truth = rng.integers(0, 50, (count, 2, 3)).astype(float) * rng.integers(0, 2, (count, 2, 3))
    truth[:, 0, 0] += 1
    homes = truth.sum(axis=(1, 2))
    houses = truth[:, HOUSE].sum(axis=1) / homes
    old = truth[:, :, :2].sum(axis=(1, 2)) / homes
    middle, low, high = spread_over_buurten(truth.sum(axis=0), homes, houses, old, before_turn(periods))
    assert middle.sum(axis=(1, 2)) == pytest.approx(homes)
    assert (low <= truth + 1e-6).all()
    assert (truth <= high + 1e-6).all()
    assert (low <= middle + 1e-9).all() and (middle <= high + 1e-9).all()


def test_a_buurt_of_which_nothing_is_known_is_like_its_gemeente() -> None:
    whole = np.array([[60.0, 20.0], [10.0, 10.0]])
    turn = before_turn(((1965, 1984), (2005, 2024)))
    middle, _, _ = spread_over_buurten(whole, np.array([50.0, 50.0]), np.array([NAN, NAN]), np.array([NAN, NAN]), turn)
    assert middle[0] == pytest.approx(whole / 2)
