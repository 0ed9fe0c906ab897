"""Properties of the money of a package: order is nothing, rows are society, what is moved is nothing, doses scale, and
what nobody has shown to work does not pay."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_grounds import CODES, ground
from appraisal_money import FRAME, cost_line, effect, intervention, measure, stream
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.ledger import ledger_of
from stadspeil.appraisal.optimism import costs_of
from stadspeil.appraisal.outcome import outcome_of
from stadspeil.appraisal.valuing import benefits_of
from stadspeil.catalogue import load_catalogue

CATALOGUE = load_catalogue()
SEEDS = st.integers(0, 2**32 - 1)


def invented(seed):
    """A handful of streams of all sides, over invented actors."""
    source = np.random.default_rng(seed)
    actors = list(CATALOGUE.actors)
    made = []
    for number in range(int(source.integers(1, 9))):
        side = ("kosten", "baten", "overdracht")[int(source.integers(3))]
        one, other = source.choice(actors, 2, replace=False).tolist()
        share = float(source.uniform(-0.5, 1.5))
        shares = {one: 1.0, other: -1.0} if side == "overdracht" else {one: share, other: 1.0 - share}
        made.append(
            stream(line=f"lijn {number}", side=side, shares=shares, amount=source.normal(100, 300, FRAME.draws),
                   profile=source.uniform(-1, 1, FRAME.years), growth=float(source.uniform(-0.02, 0.04)))
        )  # fmt: skip
    return made


@given(seed=SEEDS)
def test_the_order_of_streams_changes_nothing(seed):
    streams = invented(seed)
    turned = [streams[each] for each in np.random.default_rng(seed).permutation(len(streams))]
    one, other = (outcome_of(each, FRAME, CATALOGUE) for each in (streams, turned))
    assert np.array_equal(one.npv, other.npv) and one.trace == other.trace and one.payback == other.payback
    rows, again = (ledger_of(each, FRAME, CATALOGUE).rows for each in (streams, turned))
    assert all(np.array_equal(a.npv, b.npv) for a, b in zip(rows, again, strict=True))


@given(seed=SEEDS)
def test_rows_add_up_to_society_in_every_draw(seed):
    streams = invented(seed)
    ledger, outcome = ledger_of(streams, FRAME, CATALOGUE), outcome_of(streams, FRAME, CATALOGUE)
    assert sum(row.npv for row in ledger.rows) == pytest.approx(outcome.npv, abs=1e-6)
    assert sum(row.transfers for row in ledger.rows) == pytest.approx(np.zeros(FRAME.draws), abs=1e-6)
    assert ledger.society.npv == pytest.approx(outcome.npv, abs=1e-6)


@given(share=st.floats(0, 1), near=st.floats(0, 1), strength=st.sampled_from(["A", "B", "C", "D", ""]))
def test_what_moves_between_areas_of_equal_worth_adds_up_to_nothing(share, near, strength):
    """What leaves the third buurt comes to the fourth, as large, and to the rest, which counts as much as home."""
    leaves = effect(at=np.array([0, 0, share, 0, 0]), home=np.array([2]), strength=strength)
    comes = effect(
        part="verplaatsing",
        at=np.array([0, 0, 0, -share * near, -share * (1 - near)]),
        home=np.array([2]),
        strength=strength,
    )
    made = benefits_of([leaves, comes], ground(), FRAME, CATALOGUE)
    total = sum((each.amount for each in made), np.zeros(FRAME.draws))
    assert total == pytest.approx(np.zeros(FRAME.draws), abs=1e-6)


@given(dose=st.floats(1, 1000), times=st.floats(0.1, 10))
def test_costs_grow_with_the_dose_and_fixed_costs_do_not(dose, times):
    lines = (
        cost_line(per="eenheid", low=50, high=200, optimism="werken_gewoon"),
        cost_line(id="vast", low=50, high=200),
    )
    once, more = (
        costs_of(measure(dose=each), intervention(*lines), "plan", FRAME, CATALOGUE) for each in (dose, dose * times)
    )
    assert more[0].amount == pytest.approx(once[0].amount * times)
    assert np.array_equal(more[1].amount, once[1].amount)


@given(seed=SEEDS, times=st.floats(0.1, 10))
def test_benefits_grow_with_the_effect(seed, times):
    size = np.random.default_rng(seed).normal(-1, 2, FRAME.draws)
    once, more = (benefits_of([effect(size=each)], ground(), FRAME, CATALOGUE) for each in (size, size * times))
    assert sum(each.amount for each in more) == pytest.approx(times * sum(each.amount for each in once))


@given(seed=SEEDS)
def test_every_euro_says_what_it_rests_on(seed):
    parts = ("zittend", "samenstelling", "uitstraling", "verplaatsing", "etiket")
    source = np.random.default_rng(seed)
    effects = [
        effect(
            part=part, at=source.uniform(-1, 1, 5), indicator=each, unit_value=each, line=f"{part} {each}", measure=each
        )
        for part in parts
        for each in ("woninginbraken", "bijstand", "woz_waarde")
    ]
    streams = [*benefits_of(effects, ground(), FRAME, CATALOGUE),
               *costs_of(measure(), intervention(cost_line(optimism="uitrusting")), "idee", FRAME, CATALOGUE)]  # fmt: skip
    known = {
        *(f"kengetal:{each}" for each in CATALOGUE.unit_values), *(f"korting:{each}" for each in CATALOGUE.claws),
        *(f"parameter:{each}" for each in CATALOGUE.parameters), *(f"optimisme:{each}" for each in CATALOGUE.optimism),
        "kosten:proef/bouw", "eigen:proef",
    }  # fmt: skip
    assert all(each.trace and set(each.trace) <= known for each in streams)
    assert set(outcome_of(streams, FRAME, CATALOGUE).trace) <= known


@pytest.mark.parametrize("strength", ["A", "B", "C", "D", ""])
def test_social_measures_that_nobody_has_shown_to_work_do_not_pay(strength):
    """Effects around nothing, in four indicators, against costs that are sure: more often a loss than a gain."""
    frame = Frame(2026, 20, draws=4000)
    spreads = {"leefbaarheid_sociale_samenhang": 0.002, "leefbaarheid_overlast_onveiligheid": 0.002,
               "moeite_met_rondkomen": 1.0, "eenzaam": 1.0}  # fmt: skip
    effects = [
        effect(frame=frame, measure=f"m{number}", line=id, indicator=id, unit_value=id, strength=strength,
               size=frame.source(id).normal(0, spread, frame.draws), at=np.array([1.0, 1, 1, 1, 0]), home=np.arange(4))
        for number, (id, spread) in enumerate(spreads.items())
    ]  # fmt: skip
    line = cost_line(per="vast", timing="jaarlijks", low=150_000, mode=200_000, high=300_000)
    programme = intervention(line, running=4, domain="sociaal")
    costs = costs_of(measure(areas=CODES, last=2029), programme, "plan", frame, CATALOGUE)
    assert outcome_of([*benefits_of(effects, ground(), frame, CATALOGUE), *costs], frame, CATALOGUE).chance < 0.5


def test_a_measure_that_does_something_can_pay():
    """The same road, with an effect that is there: or the property above would say nothing."""
    here = effect(size=FRAME.source("x").normal(-10, 2, FRAME.draws))
    costs = costs_of(measure(), intervention(), "plan", FRAME, CATALOGUE)
    assert outcome_of([*benefits_of([here], ground(), FRAME, CATALOGUE), *costs], FRAME, CATALOGUE).chance > 0.9


@given(seed=SEEDS)
def test_more_people_in_a_buurt_never_turn_a_gain_into_a_loss(seed):
    source = np.random.default_rng(seed)
    people = source.uniform(0, 5000, 4)
    more = people + source.uniform(0, 5000, 4)
    few, many = (
        benefits_of(
            [effect(at=np.array([1.0, 1, 1, 1, 0]))],
            dataclasses.replace(ground(), counted={"inwoner": each}),
            FRAME,
            CATALOGUE,
        )
        for each in (people, more)
    )
    assert sum(each.amount.mean() for each in many) >= sum(each.amount.mean() for each in few)
