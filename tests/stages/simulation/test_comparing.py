"""A programme's runs beside what was published and a town's own targets, and the first tier beside the third."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.simulation.chains_of_run import chain_from_run, first_tier, traced_chains
from stadspeil.simulation.comparing import held_against, moments_table, published_targets
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.moments import FREED, LINK_1, MOMENTS, MOVERS, WITHIN, moments_of
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.programme import Step
from stadspeil.simulation.rules import Rules
from stadspeil.simulation.run import NEW_HOME, Run
from stadspeil.simulation.targets import Target
from stadspeil.simulation.tiers import ALGEBRA, DONE, MONTHS, NATIONAL, TRACED, tiers_table
from stadspeil.simulation.tiers import FREED as FREED_HOMES
from stadspeil.simulation.vacancy_chain import MOMENTS as MONTHS_AFTER
from stadspeil.simulation.vacancy_chain import Chain, multiplier
from stadspeil.simulation.world import World


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def late(region: World, rules: Rules) -> Run:
    """Four years of the region, with 240 new homes in the second."""
    start = 12 * (region.year + 1)
    steps = [
        Step("bouwen", f"nieuw {at}", region.places.codes[at], start, start + 11, 24, at % 3, at % 2, 1, 80.0)
        for at in range(10)
    ]
    return simulate(region, rules, steps, months=48, seed=3)


def told(**values: float) -> np.ndarray:
    return np.array([values.get(name, np.nan) for name in MOMENTS])


def test_chains_are_those_of_the_first_year_with_new_homes(late: Run, region: World) -> None:
    """Second way: new homes of the second year counted one by one, and what follows them."""
    found = moments_of(region, late)
    vacancies, moves = late.vacancies, late.moves
    roots = {
        row for row in range(len(vacancies.home))
        if vacancies.cause[row] == NEW_HOME and vacancies.link[row] == 0 and 12 <= vacancies.opened[row] < 24
    }  # fmt: skip
    links = [int(link) for root, link in zip(moves.root, moves.link, strict=True) if int(root) in roots]
    assert len(roots) == 240
    assert found[LINK_1] == pytest.approx(links.count(1) / links.count(0))
    assert found[FREED] == pytest.approx(sum(link > 0 for link in links) / links.count(0))


def test_a_quantity_that_some_pair_cannot_tell_rests_on_the_others() -> None:
    table = moments_table([told(**{MOVERS: 0.05, FREED: 1.0}), told(**{MOVERS: 0.06}), told(**{MOVERS: 0.07})])
    rows = {row["quantity"]: row for row in table.to_dicts()}
    assert set(rows) == {MOVERS, FREED}
    assert (rows[MOVERS]["pairs"], rows[FREED]["pairs"]) == (3, 1)
    assert rows[MOVERS]["middle"] == pytest.approx(0.06) and rows[FREED]["middle"] is None


def test_runs_agree_touch_or_lie_outside() -> None:
    table = moments_table([told(**{MOVERS: value}) for value in (0.050, 0.060, 0.070)])
    aims = {"binnen de grenzen": (0.055, 0.065), "raakt de grenzen": (0.065, 0.08), "erbuiten": (0.08, 0.09)}
    for verdict, (low, high) in aims.items():
        found = held_against(table, [Target("x", MOVERS, low, low, high, "eigen")])
        assert found["oordeel"].to_list() == [verdict]
    unknown = held_against(table, [Target("x", WITHIN, 0.5, 0.4, 0.6, "eigen")]).row(0, named=True)
    assert unknown["oordeel"] == "hier niet te tellen" and unknown["run_50"] is None


def test_published_figures_come_once_per_quantity_and_none_was_taken_back(catalogue: Catalogue) -> None:
    found = published_targets(catalogue)
    assert len({each.quantity for each in found}) == len(found) >= 9
    assert all(catalogue.evidence[each.id].status != "withdrawn" for each in found)
    assert next(each.value for each in found if each.quantity == FREED) == 1.45


def test_within_the_gemeente_is_not_told_where_there_is_one(late: Run, region: World) -> None:
    assert 0 < moments_of(region, late)[WITHIN] < 1
    from dataclasses import replace

    place = replace(region.places, town=np.zeros_like(region.places.town), town_codes=("GM9000",), town_names=("Een",))
    alone = replace(late, end=replace(late.end, places=place))
    assert np.isnan(moments_of(region, alone)[WITHIN])


def test_the_first_tier_of_a_run_is_its_chain_by_algebra(late: Run) -> None:
    counted, algebra, months, *done = first_tier(late)
    traced, chain = traced_chains(late), chain_from_run(late)
    assert counted == pytest.approx(traced.multiplier())
    assert algebra == pytest.approx(multiplier(chain, traced.new_homes()))
    # Chains that are followed to their end reach at least about as far as those cut where the run stops.
    assert algebra > 0.9 * counted
    assert 1 <= months <= 8
    assert len(done) == len(MONTHS_AFTER) and (np.diff(done) > 0).all() and 0 < done[0] < done[-1] <= 1


def test_a_run_without_new_homes_has_no_first_tier(two_years: Run) -> None:
    assert np.isnan(first_tier(two_years)).all()


def test_one_link_that_takes_three_months_is_done_as_the_formula_says(catalogue: Catalogue) -> None:
    """Second way for the country's row: what `within` says, divided by all that comes free."""
    homes = np.ones(18)
    row = np.array([1.4, 1.5, 3.0, *np.linspace(0.2, 0.9, len(MONTHS_AFTER))])
    table = tiers_table([row, row + 0.1, np.full_like(row, np.nan)], homes, national_chain(catalogue))
    rows = {(each["method"], each["figure"]): each for each in table.to_dicts()}
    assert rows[TRACED, FREED_HOMES]["mean"] == pytest.approx(1.45) and rows[TRACED, FREED_HOMES]["pairs"] == 2
    assert rows[ALGEBRA, FREED_HOMES]["mean"] == pytest.approx(1.55)
    assert rows[ALGEBRA, MONTHS]["mean"] == pytest.approx(3.05)
    chain: Chain = national_chain(catalogue)
    assert rows[NATIONAL, FREED_HOMES]["mean"] == pytest.approx(multiplier(chain, homes))
    shares = [rows[NATIONAL, each]["mean"] for each in DONE]
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] <= 1
    assert table.filter(pl.col("figure").is_in(DONE)).height == 2 * len(DONE)


def test_a_programme_that_builds_nothing_has_no_tiers(catalogue: Catalogue) -> None:
    row = np.ones(3 + len(MONTHS_AFTER))
    assert tiers_table([row], np.zeros(18), national_chain(catalogue)).is_empty()
    assert tiers_table([row * np.nan], np.ones(18), national_chain(catalogue)).is_empty()
