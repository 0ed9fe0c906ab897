"""The history of households: chances that meet the country, doors and causes that add up, and Nieuwland's own moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.gravity import friction
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.cli.household_history import summary
from stadspeil.cli.sessions import open_session
from stadspeil.errors import QuestionError
from stadspeil.simulation import history_store as store
from stadspeil.simulation.household_figures import (
    BY_AGE,
    BY_KIND,
    EVERYONE,
    HouseholdFigures,
    read_household_figures,
)
from stadspeil.simulation.household_history import UNEXPLAINED, told_history
from stadspeil.simulation.rules import Rules, rules_from
from stadspeil.simulation.transitions import BANDS, CLASSES, chances_by_area, fitted_chances, prior_chances

MOVING = np.array([0.22, 0.13, 0.05, 0.036, 0.036])


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> Rules:
    return rules_from(catalogue)


def figures(areas: int = 5, years: int = 6, seed: int = 3) -> HouseholdFigures:
    """A country that grows a little, in which one town grows faster and one shrinks; its mix is one that lasts."""
    rng = np.random.default_rng(seed)
    becomes, forms = prior_chances(rules_from(load_catalogue()))
    mix = np.full(CLASSES, 1.0)
    for _ in range(80):
        mix = mix @ becomes + mix @ forms
        mix /= mix.sum()
    first = rng.uniform(8000, 30000, (areas, 1)) * mix * rng.uniform(0.85, 1.15, (areas, CLASSES))
    growth = np.linspace(-0.004, 0.02, areas)[:, None]
    drift = rng.normal(0, 0.004, (areas, CLASSES))
    households = np.stack([first * np.exp(year * (growth + drift)) for year in range(years)])
    spots = rng.random((areas, 2)) * 40
    apart = np.sqrt(((spots[:, None] - spots[None]) ** 2).sum(axis=2))
    unknown = {EVERYONE: 1, BY_AGE: BANDS, BY_KIND: CLASSES // BANDS}
    return HouseholdFigures(
        tuple(f"GM{9000 + each}" for each in range(areas)), tuple(range(2015, 2015 + years)), 2020, households,
        households.sum(axis=2) / 0.96, friction(apart, 1.2, 0.02), np.full(areas, 0.6),
        {name: np.full((areas, width), np.nan) for name, width in unknown.items()}, (),
        np.full((areas, BANDS - 1), np.nan),
    )  # fmt: skip


def test_chances_are_chances_and_leave_nobody_twice(rules: Rules):
    becomes, forms = prior_chances(rules)
    assert becomes.min() >= 0 and becomes.sum(axis=1).max() <= 1 + 1e-12
    assert forms.min() >= 0
    # Who is 18 to 29 never goes back, and who is 75 or older stays that.
    older = becomes.reshape(4, BANDS, 4, BANDS).sum(axis=2)
    assert np.all(older[:, 2, :2] == 0) and np.all(older[:, 4, :4] == 0)


def test_the_fitted_country_ends_as_it_did(rules: Rules):
    households = figures().households.sum(axis=1)
    becomes, forms = fitted_chances(prior_chances(rules), households)
    made = households[0]
    for _ in range(len(households) - 1):
        made = made @ becomes + made @ forms
    assert made / made.sum() == pytest.approx(households[-1] / households[-1].sum(), rel=2e-3)
    assert becomes.sum(axis=1).max() <= 1 + 1e-9


def test_who_is_in_the_last_years_of_a_band_leaves_it_sooner_and_nothing_else_changes(rules: Rules):
    becomes, _ = prior_chances(rules)
    older = np.array([[1.5, 0.6, np.nan, 1.0], [np.nan] * 4, [1e9, 1.0, 1.0, 1.0]])
    found = chances_by_area(becomes, older)
    assert found.min() >= 0 and found.sum(axis=2) == pytest.approx(np.tile(becomes.sum(axis=1), (3, 1)))
    assert np.array_equal(found[1], becomes)
    by_kind = becomes.reshape(4, BANDS, 4, BANDS)
    first = found[0].reshape(4, BANDS, 4, BANDS)
    for band, factor in ((0, 1.5), (1, 0.6), (2, 1.0)):
        assert first[:, band, :, band + 1] == pytest.approx(factor * by_kind[:, band, :, band + 1])
    # What kind a household becomes does not hang on how old its head is within the band.
    assert first.sum(axis=3) == pytest.approx(by_kind.sum(axis=3))
    assert found[2].reshape(4, BANDS, 4, BANDS)[:, 0, :, 0] == pytest.approx(0)


def test_heads_who_grow_out_of_a_band_are_not_told_as_gone(rules: Rules):
    """Two histories with the same counts; in one nearly all of a town's heads of 30 to 44 are over 40. There more grow
    older and fewer are told to have moved away; together as many."""
    known, middle = figures(), np.arange(CLASSES) % BANDS == 1
    older = known.older.copy()
    older[0, 1] = 2.0
    before, after = (
        told_history(each, rules, MOVING, causes=False).doors for each in (known, replace(known, older=older))
    )
    aged = (after["veroudering"] - before["veroudering"])[0, middle].sum()
    moved = sum(after[door] - before[door] for door in ("komst", "vertrek"))[0, middle].sum()
    at_start = known.households[0, 0, middle].sum()
    assert aged < -0.15 * at_start and moved > 0.15 * at_start
    assert moved == pytest.approx(-aged, rel=0.35)


def test_doors_and_causes_add_up_to_what_was_counted(rules: Rules):
    known = figures()
    told = told_history(known, rules, MOVING)
    change = known.households[-1] - known.households[0]
    assert sum(told.doors.values()) == pytest.approx(change, abs=1e-6)
    assert sum(told.causes.values()) == pytest.approx(change, abs=1e-6)
    # Households that move between towns are nobody's gain in all.
    assert told.doors["komst"].sum() == pytest.approx(-told.doors["vertrek"].sum(), rel=1e-4)
    assert told.doors["veroudering"].sum(axis=1) == pytest.approx(0, abs=1e-6)
    assert np.abs(told.doors[UNEXPLAINED]).sum() < 0.05 * known.households[-1].sum()
    stayed = told.history.inside.sum() / (told.history.formed.sum() - told.history.terms["vertrek"].sum())
    assert stayed == pytest.approx(0.6, abs=0.03)


def test_what_was_built_is_told_as_building(rules: Rules):
    """All growth of homes in one town: without building it would have had so many fewer, and the others about as many."""
    known = figures()
    homes = np.repeat(known.homes[:1], len(known.homes), axis=0)
    homes[:, 2] += np.arange(len(homes)) * 40.0
    households = known.households[:1] * (homes / homes[0])[:, :, None]
    told = told_history(replace(known, homes=homes, households=households), rules, MOVING)
    bouw, bezetting = (told.causes[name].sum(axis=1) for name in ("bouw", "bezetting"))
    assert bouw[2] > 0.3 * 200 * 0.96 and np.argmax(bouw) == 2
    assert bezetting == pytest.approx(0, abs=1e-6)


def test_a_class_that_is_drawn_to_a_town_is_told_as_allocation(rules: Rules):
    """Where each class goes by homes alone, allocation is nothing; where families choose one town, it is theirs."""
    known = figures()
    households = known.households.copy()
    families = slice(2 * BANDS, 3 * BANDS)
    moved = 0.10 * np.linspace(0, 1, len(households))[:, None] * households[:, 0, families]
    alone = moved.sum(axis=1, keepdims=True) / BANDS
    households[:, 0, families] += moved
    households[:, 0, :BANDS] -= alone
    households[:, 4, families] -= moved
    households[:, 4, :BANDS] += alone
    before = told_history(known, rules, MOVING).causes["toedeling"][0, families].sum()
    after = told_history(replace(known, households=households), rules, MOVING).causes["toedeling"][0, families].sum()
    assert after > before + 0.3 * moved[-1].sum()


def test_the_nearest_moves_agree_only_where_order_is_the_same(rules: Rules):
    known = figures(areas=9)
    told = told_history(known, rules, MOVING, causes=False)
    made = (told.doors["komst"] + told.doors["vertrek"]).reshape(-1, 4, BANDS)
    same = {EVERYONE: made.sum(axis=(1, 2))[:, None], BY_AGE: -made.sum(axis=1), BY_KIND: np.full((9, 4), np.nan)}
    fit = store.fit_table(replace(known, balances=same), [told])
    assert fit.filter(family=EVERYONE)["agrees"].to_list() == [True]
    assert fit.filter(family=BY_AGE)["agrees"].to_list() == [False] * BANDS
    assert fit.filter(family=BY_KIND)["correlation"].null_count() == 4


def test_a_history_is_made_once_and_the_same_again(demo):
    session = open_session(demo / "werkmap")
    made = store.write_history(session.workspace, session.catalogue, draws=2, seed=11)
    change = store.read_history(session.workspace, "household_change")
    assert made.new and made.run["gemeenten"] == 12 and made.run["invented"]
    assert not store.write_history(session.workspace, session.catalogue, draws=2, seed=11).new
    parts = change.filter(household="alle", age="alle").group_by("area", "told").agg(
        pl.col("value").sum(), (pl.col("after") - pl.col("before")).first().alias("counted")
    )  # fmt: skip
    assert parts["value"].to_list() == pytest.approx(parts["counted"].to_list(), abs=1e-6)
    unknown = replace(made, run={**made.run, "ages_known": 9})
    assert any(line.startswith("Van 3 gemeenten is niet bekend") for line in summary(session, unknown, ""))
    assert not any(line.startswith("Van 3") for line in summary(session, made, ""))
    # Planted: in Nieuwland the young move to the city and New Towns grow old by themselves.
    fit = {
        (row["family"], row["group"]): row for row in store.read_history(session.workspace, "household_fit").to_dicts()
    }
    assert fit["leeftijd", "18-29"]["correlation"] > 0.8
    # With one chance to grow older for all it was -0.5: in the city they grow into it, in a New Town out of it.
    assert fit["leeftijd", "30-44"]["correlation"] > 0.7 and made.run["ages_known"] == 12
    new_town = change.filter(area="GM9002", household="alle", told="deur")
    by_age = {
        (row["age"], row["part"]): row["value"] for row in new_town.select("age", "part", "value").iter_rows(named=True)
    }
    assert by_age["75+", "veroudering"] > 2 * abs(by_age["75+", "komst"] + by_age["75+", "vertrek"])
    assert by_age["18-29", "komst"] + by_age["18-29", "vertrek"] < 0


def test_without_tables_all_that_is_missing_is_named_at_once(tmp_path, demo):
    session = open_session(demo / "werkmap")
    empty = replace(session.workspace, root=tmp_path)
    with pytest.raises(QuestionError) as refused:
        read_household_figures(empty, session.catalogue)
    said = refused.value.message()
    for each in (
        "huishoudens naar type",
        "woningen per gemeente",
        "verhuizingen tussen gemeenten",
        "grenzen van gemeenten",
    ):
        assert each in said
    with pytest.raises(QuestionError, match="--draws"):
        store.write_history(session.workspace, session.catalogue, draws=1)
