"""Properties of moves: the identity adds up, selectivity turns its sign with the flows, bounds hold the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.analyses.flow_matrix import FlowMatrix, on_boundaries
from stadspeil.analyses.income_identity import Bounds, Turnover, decompose, part_of
from stadspeil.analyses.selectivity import selectivity
from stadspeil.analyses.treads import (
    AGES,
    ALL,
    HOUSEHOLDS,
    INCOMES,
    Margins,
    Norms,
    frechet,
    tread_of,
)
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue

CATALOGUE = load_catalogue()
NORMS = Norms.of(CATALOGUE)
SEEDS = st.integers(0, 2**32 - 1)


def lives(seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Incomes before and after of invented persons, by what happened to them."""
    rng = np.random.default_rng(seed)
    sizes = {name: int(rng.integers(1, 40)) for name in ("stayed", "left", "dissolved", "arrived", "formed")}
    before = {name: rng.gamma(2, 15, sizes[name]) for name in ("stayed", "left", "dissolved")}
    after = {name: rng.gamma(2, 15, sizes[name]) for name in ("arrived", "formed")}
    after["stayed"] = before["stayed"] * rng.normal(1.02, 0.1, sizes["stayed"])
    return before, after


def turnover(before: dict[str, np.ndarray], after: dict[str, np.ndarray], **given_: Any) -> Turnover:
    told: dict[str, Any] = {
        "before": Bounds.of(float(np.concatenate(list(before.values())).mean())),
        "after": Bounds.of(float(np.concatenate(list(after.values())).mean())),
        "of_arrived": Bounds.of(float(after["arrived"].mean())), "of_left": Bounds.of(float(before["left"].mean())),
        "of_formed": Bounds.of(float(after["formed"].mean())),
        "of_dissolved": Bounds.of(float(before["dissolved"].mean())),
        "stayed_before": Bounds.of(float(before["stayed"].mean())),
        "stayed_after": Bounds.of(float(after["stayed"].mean())),
    }  # fmt: skip
    persons = sum(len(each) for each in before.values())
    return Turnover(
        persons, len(after["arrived"]), len(before["left"]), len(after["formed"]), len(before["dissolved"]),
        **(told | given_),
    )  # fmt: skip


@given(SEEDS)
def test_parts_that_are_all_published_add_up_to_the_change(seed: int) -> None:
    before, after = lives(seed)
    made = decompose(turnover(before, after))
    change = np.concatenate(list(after.values())).mean() - np.concatenate(list(before.values())).mean()
    assert sum(each.middle for each in made.parts.values()) == pytest.approx(change, abs=1e-9)
    assert all(each.width == pytest.approx(0, abs=1e-9) for each in made.parts.values())
    assert made.rest.middle == pytest.approx(0, abs=1e-9)


@given(SEEDS, st.floats(0, 2))
def test_bounds_of_parts_hold_the_truth(seed: int, rounding: float) -> None:
    before, after = lives(seed)
    whole = turnover(before, after)
    truth = decompose(whole)

    def rounded(value: Bounds) -> Bounds:
        shift = (np.random.default_rng(seed).random() - 0.5) * rounding
        return Bounds.of(value.middle + shift, rounding + 1e-9)

    highest = float(max(*after["formed"], *before["dissolved"]))
    known = turnover(
        before, after, of_formed=Bounds(0, highest), of_dissolved=Bounds(0, highest), stayed_before=None,
        stayed_after=None, of_arrived=rounded(whole.of_arrived), of_left=rounded(whole.of_left),
    )  # fmt: skip
    for name, part in decompose(known).parts.items():
        assert part.low - 1e-6 <= truth.parts[name].middle <= part.high + 1e-6


@given(*[st.integers(1, 5000)] * 4)
def test_swapping_in_and_out_turns_the_sign_and_nothing_else(came: int, others: int, went: int, rest: int) -> None:
    one, other = (
        selectivity(came, came + others, went, went + rest),
        selectivity(went, went + rest, came, came + others),
    )
    assert one is not None and other is not None
    assert one.value == pytest.approx(-other.value, abs=1e-12)
    assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))


@given(SEEDS)
def test_two_margins_bound_every_table_with_those_margins(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 50, (3, 4)).astype(float)
    whole = float(table.sum())
    for row in range(3):
        for column in range(4):
            found = frechet(Bounds.of(float(table[row].sum())), Bounds.of(float(table[:, column].sum())), whole)
            assert found.low <= table[row, column] <= found.high
            same = part_of(
                float(table[row].sum()), float(table[:, column].sum()), whole - float(table[:, column].sum())
            )
            assert (same.low, same.high) == (pytest.approx(found.low), pytest.approx(found.high))


def needing(kind: str, age: str) -> np.ndarray:
    """Which kinds of households need the homes of this one: families houses, the old flats, all others anything."""
    families = np.repeat(np.array([[False], [False], [True], [True]]), len(AGES), axis=1)
    old = np.zeros_like(families)
    old[:2, list(AGES).index("75+")] = True
    return families if kind in ("gezin", "eenouder") else old if age == "75+" else np.ones_like(families)


@given(SEEDS)
def test_every_tread_holds_the_truth_of_an_invented_town(seed: int) -> None:
    """Households by kind, age and income and homes by tenure, form and price are drawn; only their margins are told."""
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 60, (len(HOUSEHOLDS), len(AGES), len(INCOMES))).astype(float) + 1
    sigma = float(rng.uniform(*NORMS.spread))
    count = 4000
    prices = np.exp(rng.normal(5.7, sigma, count))
    owned, rented = rng.random(count) < rng.uniform(0.3, 0.8), rng.random(count) < 0.6
    houses = rng.random(count) < np.clip(rng.uniform(0.2, 0.8) + 0.2 * owned, 0, 1)
    tenures = {"koop": owned, "corporatie": ~owned & rented, "particulier": ~owned & ~rented}
    # The mean of the form that is assumed, not of the draw: the form is the assumption, the rest must follow.
    woz = float(np.exp(5.7 + sigma**2 / 2))
    margins = Margins(
        {(kind, age): float(people[i, j].sum()) for i, kind in enumerate(HOUSEHOLDS) for j, age in enumerate(AGES)},
        Bounds.of(float(100 * people[..., 0].sum() / people.sum())), Bounds.of(float(100 * people[..., 2].sum() / people.sum())),
        count, Bounds.of(100 * float(owned.mean())), Bounds.of(100 * float(tenures["corporatie"].mean())),
        Bounds.of(100 * float(houses.mean())), woz, 300.0,
    )  # fmt: skip
    slack = 4 * np.sqrt(count) / 2
    for i, kind in enumerate(HOUSEHOLDS):
        for j, age in enumerate(AGES):
            form = houses if kind in ("gezin", "eenouder") else ~houses if age == "75+" else np.ones(count, bool)
            for k, income in enumerate((ALL, *INCOMES)):
                found = tread_of(margins, NORMS, kind, age, income)
                own = people[i, j].sum() if income == ALL else people[i, j, k - 1]
                fits = {
                    ALL: np.ones(count, bool), "laag": tenures["corporatie"] | (owned & (prices <= 240)),
                    "midden": owned & (prices <= 375), "hoog": owned & (prices > 240),
                }[income] & form  # fmt: skip
                flow = sum(NORMS.turnover[name] * (fits & each).sum() for name, each in tenures.items())
                assert found.households.low - 1e-6 <= own <= found.households.high + 1e-6
                assert found.stock.low - slack <= fits.sum() <= found.stock.high + slack
                few = slack * max(NORMS.turnover.values())
                assert found.flow.low - few <= flow <= found.flow.high + few
                rivals = needing(kind, age) * (people.sum(axis=2) if income == ALL else people[..., k - 1])
                seeking = float((rivals * np.array(list(NORMS.moving.values()))[None, :]).sum())
                assert found.rivals.low - 1e-6 <= rivals.sum() <= found.rivals.high + 1e-6
                assert found.rivals_seeking.low - 1e-6 <= seeking <= found.rivals_seeking.high + 1e-6


@given(SEEDS)
def test_a_merger_keeps_the_total_and_makes_flows_within(seed: int) -> None:
    register = AreaRegister(CATALOGUE.gemeenten, CATALOGUE.changes)
    codes = ("GM0637", "GM0568", "GM0612", "GM0599")
    counts = np.random.default_rng(seed).integers(0, 900, (4, 4)).astype(float)
    np.fill_diagonal(counts, 0)
    made = on_boundaries(FlowMatrix(codes, counts, 2014, 2014), register, 2015)
    assert made.counts.sum() == pytest.approx(counts.sum())
    assert made.codes == ("GM0599", "GM0637", "GM1930")
    both = made.place("GM1930")
    assert made.counts[both, both] == counts[1, 2] + counts[2, 1]
    assert made.counts[made.place("GM0637"), both] == counts[0, 1] + counts[0, 2]
