"""Flows by year: a town by hand, nobody lost, and what made the change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.analyses.gravity import friction
from stadspeil.errors import QuestionError
from stadspeil.simulation.flows import FACTORS, TERMS, Land, Rates, run_history, shares_of_change


def small(**changes) -> tuple[Land, Rates]:
    """Two areas, one class: 100 and 200 households; 10 homes are built in the first; a tenth dissolves, a tenth moves."""
    land = Land(
        households=np.array([[100.0], [200]]), empty=np.zeros(2), built=np.array([[10.0, 0]]), withdrawn=np.zeros((1, 2)),
        friction=np.ones((1, 2, 2)), group=np.zeros(1, int), taste=np.ones((2, 1)),
    )  # fmt: skip
    rates = Rates(becomes=np.array([[0.9]]), forms=np.array([[0.2]]), moves=np.array([0.1]))
    return replace(land, **changes), rates


def test_a_year_by_hand():
    """10 and 20 dissolve, 9 and 18 move; room is 20 and 20, and 60 would form: 40 do. Vacant are 29 and 38, all filled."""
    history = run_history(*small())
    assert history.households[1][:, 0] == pytest.approx([110, 200])
    assert history.empty[1] == pytest.approx([0, 0], abs=1e-6)
    assert history.waiting[0].sum() == pytest.approx(20)
    change = history.change()
    assert change["opheffing"][:, 0] == pytest.approx([-10, -20])
    assert change["vertrek"][:, 0] == pytest.approx([-9, -18])
    # Of 67 seekers 40 are new, and distance does not matter: each area takes 40/67 of its vacancies from the new.
    assert change["vorming"][:, 0] == pytest.approx([29 * 40 / 67, 38 * 40 / 67])
    assert change["komst"][:, 0] == pytest.approx([29 * 27 / 67, 38 * 27 / 67])
    assert history.moved[0] == pytest.approx(27)
    assert history.within[0] == pytest.approx(9 * 29 / 67 + 18 * 38 / 67)


def test_room_that_nobody_wants_stays_empty():
    land, rates = small(empty=np.array([50.0, 50]))
    history = run_history(land, rates)
    assert history.waiting[0].sum() == 0
    assert history.empty[1].sum() == pytest.approx(50 + 50 + 10 + 30 - 60)


def test_near_areas_exchange_more():
    near = friction(np.array([[[0.0, 40], [40, 0]]]), 0.0, 0.1)
    assert run_history(*small(friction=near)).within[0] > 1.5 * run_history(*small()).within[0]


def test_a_class_goes_where_it_likes():
    land = Land(np.full((2, 2), 100.0), np.zeros(2), np.zeros((1, 2)), np.zeros((1, 2)), np.ones((1, 2, 2)), np.zeros(2, int),
                np.array([[3.0, 1], [1, 1]]))  # fmt: skip
    rates = Rates(np.eye(2), np.zeros((2, 2)), np.full(2, 0.2))
    last = run_history(land, rates).households[-1]
    assert last[0, 0] > 101
    assert last[0, 1] < 99
    assert last.sum(axis=1) == pytest.approx([200, 200])


@st.composite
def worlds(draw):
    areas, classes, years = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    stay = rng.dirichlet(np.ones(classes), classes) * rng.uniform(0.9, 1, (classes, 1))
    places = rng.random((areas, 2)) * 50
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    land = Land(
        rng.uniform(10, 500, (areas, classes)), rng.uniform(0, 20, areas), rng.uniform(0, 30, (years, areas)),
        rng.uniform(0, 1, (years, areas)), np.stack([friction(distance, 0.5, s) for s in (0.01, 0.05)]),
        rng.integers(0, 2, classes), rng.uniform(0.2, 3, (areas, classes)),
    )  # fmt: skip
    rates = Rates(stay, rng.uniform(0, 0.05, (classes, classes)), rng.uniform(0, 0.2, classes))
    return land, rates


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_no_household_is_lost_and_every_home_is_accounted_for(world):
    land, rates = world
    history = run_history(land, rates)
    stock = land.households.sum(axis=1) + land.empty + (land.built - land.withdrawn).cumsum(axis=0)
    assert history.households[1:].sum(axis=2) + history.empty[1:] == pytest.approx(stock, rel=1e-5)
    assert sum(history.change().values()) == pytest.approx(history.households[-1] - land.households, abs=1e-6)
    assert history.terms["komst"].sum() == pytest.approx(-history.terms["vertrek"].sum(), rel=1e-6)
    assert history.terms["veroudering"].sum(axis=2) == pytest.approx(0, abs=1e-8)
    assert history.last.sum() == pytest.approx(history.moved[-1], rel=1e-6)
    assert history.households.min() > -1e-9 and history.empty.min() > -1e-4
    assert set(history.terms) == set(TERMS)


def test_causes_add_up_to_the_change_and_stand_where_they_should():
    land, rates = small()
    found = shares_of_change(land, rates)
    change = run_history(land, rates).households[-1] - land.households
    assert sum(found.values()) == pytest.approx(change, abs=1e-6)
    assert set(found) == {"veroudering", *FACTORS}
    assert found["veroudering"] == pytest.approx(0)
    # The town grows by ten, which is what was built, and nobody else can fill it: formation shares in it.
    assert sum(each.sum() for each in found.values()) == pytest.approx(10)
    assert found["bouw"].sum() > 0
    assert found["opheffing"].sum() < 0


def test_a_factor_that_does_nothing_gets_nothing():
    land, rates = small(built=np.zeros((1, 2)))
    assert shares_of_change(land, rates)["bouw"] == pytest.approx(0, abs=1e-9)


def test_more_demolition_than_becomes_free_is_refused():
    with pytest.raises(QuestionError, match="onttrokken"):
        run_history(*small(withdrawn=np.array([[60.0, 0]])))


@pytest.mark.parametrize(
    ("change", "said"),
    [({"empty": np.zeros(3)}, "leegstand: vorm"), ({"households": np.array([[1.0], [-1]])}, "huishoudens: een getal is negatief"),
     ({"taste": np.zeros((2, 1))}, "groter dan nul"), ({"group": np.array([4])}, "groep van wrijving")],
)  # fmt: skip
def test_input_that_cannot_be_is_named(change, said):
    with pytest.raises(QuestionError, match=said):
        run_history(*small(**change))


def test_chances_above_one_are_refused():
    land, rates = small()
    with pytest.raises(QuestionError, match="meer dan een"):
        run_history(land, replace(rates, becomes=np.array([[1.1]])))
