"""The second tier as surrogate: flows that balance, links by hand, and what the class of a household cannot tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.around import Surroundings, balance, with_chain
from stadspeil.simulation.flow_surrogate import FLOWS, LINKS, FlowSurrogate, flow_surrogate_of
from stadspeil.simulation.judging import Judges, agreed_with_runs
from stadspeil.simulation.national_chain import national_chain, national_mix
from stadspeil.simulation.surrogate import CHAINS, CRITERIA, Town, surrogate_of

AREAS, BUURTEN, KINDS, CLASSES = 4, 3, 18, 60


@pytest.fixture(scope="module")
def around() -> Surroundings:
    """Three buurten and one area around them, ten times as large."""
    rng = np.random.default_rng(4)
    households = rng.gamma(0.5, 20, (AREAS, KINDS, CLASSES)) * np.array([1, 1, 1, 10.0])[:, None, None]
    friction = np.exp(-0.3 * np.abs(np.arange(AREAS)[:, None] - np.arange(AREAS)[None]))
    return Surroundings(
        households, rng.gamma(1, 5, (AREAS, CLASSES)), households.sum(axis=2) * 0.015, np.full((KINDS, CLASSES), 0.05),
        rng.uniform(0.3, 3, (KINDS, 4 * CLASSES)), friction, np.array([0, 0, 0, 1]), np.array([0.6, np.nan]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def town(around: Surroundings) -> Town:
    ours = around.households[:BUURTEN]
    by_income = ours.reshape(BUURTEN, KINDS, -1, 3).sum(axis=2)
    enters = by_income.sum(axis=0) / by_income.sum(axis=(0, 2))[:, None]
    codes = tuple(f"BU0001000{row}" for row in range(BUURTEN))
    return Town(
        codes, ours.sum(axis=2), by_income.sum(axis=1), enters, np.full(KINDS, 40.0), np.zeros((BUURTEN, BUURTEN))
    )


@pytest.fixture(scope="module")
def flows(around: Surroundings, town: Town) -> FlowSurrogate:
    mix = national_mix(load_catalogue())
    return flow_surrogate_of(
        town, [around, around], np.array([0, 2]), np.full((2, KINDS), 1.0), np.array([1.45, 1.2, 1.7]), mix
    )


def test_everyone_arrives_every_home_is_filled_and_as_many_stay_as_is_known(around: Surroundings) -> None:
    added = np.zeros((AREAS, KINDS))
    added[0, 2] = 30
    made = balance(around, added)
    arrived = made.column * ((made.friction.T @ made.row) @ around.taste.T)
    free = (around.households * around.moving).sum(axis=2) + around.dissolved + added
    assert arrived == pytest.approx(free, rel=2e-3)
    sought = made.around.seekers
    assert made.row * (made.friction @ (made.column @ around.taste)) == pytest.approx(sought, rel=2e-3)
    inside = made.row[:3] * (made.friction[:3, :3] @ (made.column @ around.taste)[:3])
    assert inside.sum() / sought[:3].sum() == pytest.approx(0.6, abs=2e-3)


def test_who_fills_a_home_leaves_one_or_seeks_its_first(around: Surroundings) -> None:
    """Of a vacancy in the first link, all that come are told, and homes left are as many as those who leave."""
    made = balance(around, np.zeros((AREAS, KINDS)))
    vacant = np.zeros((1, AREAS, KINDS))
    vacant[0, 1, 5] = 100
    links = list(made.links(vacant, 3))
    for arrive, leave, homes in links:
        assert leave.sum() == pytest.approx(homes.sum(), rel=1e-4)
        assert homes.sum() < arrive.sum()
    assert links[0][0].sum() == pytest.approx(100, rel=1e-4)
    assert links[1][0].sum() == pytest.approx(links[0][2].sum(), rel=1e-4)
    # All that come to the buurt come into that one home.
    assert links[0][0][0, [0, 2, 3]].sum() == 0


def test_a_chain_says_which_tenure_is_left(around: Surroundings) -> None:
    """Without it class alone says; with it owners leave owned homes and tenants of corporaties theirs."""
    chain = national_chain(load_catalogue())
    plain, told = around, with_chain(around, chain)
    before, after = (balance(each, np.zeros((AREAS, KINDS))).left() for each in (plain, told))
    assert after.sum(axis=1) == pytest.approx(1)
    for tenure in range(2):
        assert after[tenure, tenure] > before[tenure, tenure] + 0.1


def test_the_country_frees_as_many_as_the_level_says(around: Surroundings, town: Town) -> None:
    """A site in each buurt, built as the country builds where homes stand: homes freed in all are the level."""
    mix = national_mix(load_catalogue())
    made = flow_surrogate_of(town, [around], np.arange(3), np.zeros((3, KINDS)), np.array([1.45, 1.2]), mix)
    stands = around.households[:3].sum(axis=2)
    homes = (mix * stands / stands.sum(axis=0)).reshape(-1)
    for draw, level in enumerate((1.45, 1.2)):
        freed = homes @ made.response.inside[draw].sum(axis=1) + homes @ made.response.outside[draw]
        assert freed == pytest.approx(level, rel=1e-3)


def test_households_of_the_town_add_up(flows: FlowSurrogate) -> None:
    """In homes that stood nobody is added: who came into freed homes of the town is who left them, but for the last link."""
    inside, change = flows.response.inside[0].sum(axis=1), flows.response.change[0].sum(axis=(1, 2))
    assert flows.response.moved_in[0].sum(axis=1) == pytest.approx(1, rel=1e-4)
    assert np.all(np.abs(change) < 0.02 * np.maximum(inside, 0.05)) and LINKS == 12


def test_scores_are_linear_where_they_should_be_and_nothing_for_nothing(flows: FlowSurrogate) -> None:
    rng = np.random.default_rng(2)
    one, two = rng.integers(0, 20, (2, 1, 2, KINDS)).astype(float)
    sites = np.array([0, 2])
    scores = {name: flows.scores(homes, sites)[0] for name, homes in (("one", one), ("two", two), ("both", one + two))}
    for name in ("blijvers", "sociaal_vrij", "regio"):
        at = CRITERIA.index(name)
        assert scores["both"][:, at] == pytest.approx(scores["one"][:, at] + scores["two"][:, at])
    assert flows.scores(np.zeros((1, 2, KINDS)), sites) == pytest.approx(0, abs=1e-9)
    # Treads: built and freed in the town, each kind once as far as it lacks.
    built = one.sum(axis=1)[0]
    freed = np.tensordot(one.reshape(-1), flows.response.inside[0], (0, 0))
    assert scores["one"][0, 0] == pytest.approx(np.minimum(40, built + freed).sum())


def test_other_sites_are_refused(flows: FlowSurrogate) -> None:
    with pytest.raises(QuestionError, match="locaties"):
        flows.scores(np.zeros((1, 2, KINDS)), np.array([0, 1]))


def test_each_criterion_is_that_of_its_tier(flows: FlowSurrogate, town: Town) -> None:
    ours = load_catalogue()
    chains = surrogate_of(town, national_chain(ours), ours, np.random.default_rng(1), draws=2)
    tiers = {name: FLOWS if name in ("treden", "regio") else CHAINS for name in CRITERIA}
    judges, sites = Judges(chains, flows, tiers), np.array([0, 2])
    homes = np.random.default_rng(3).integers(0, 9, (2, 2, KINDS)).astype(float)
    found, by = judges.scores(homes, sites), judges.by_tier(homes, sites)
    for at, name in enumerate(CRITERIA):
        assert np.array_equal(found[..., at], by[tiers[name]][..., at])
    assert not np.allclose(by[FLOWS], by[CHAINS])
    assert replace(judges, tiers=dict.fromkeys(CRITERIA, CHAINS)).scores(homes, sites) == pytest.approx(by[CHAINS])


def test_what_was_measured_stands_in_the_catalogue_for_every_criterion() -> None:
    agreed = agreed_with_runs(load_catalogue())
    assert set(agreed) == set(CRITERIA)
    assert all(-1 <= each <= 1 for tiers in agreed.values() for each in tiers.values())
