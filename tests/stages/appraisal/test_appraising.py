"""A package as a whole: what tables tell is what its streams and effects are."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import polars as pl
import pytest
from appraisal_grounds import CODES, benchmark, ground
from appraisal_packages import FRAME, TOWN, catalogue_with, cost, intervention, line, measure, package

from stadspeil.appraisal.appraising import Appraisal, appraise, incomes_of, outcomes_table, tables_of
from stadspeil.appraisal.discounting import present_value
from stadspeil.appraisal.ground import INCOME
from stadspeil.appraisal.portfolio.packages import started, weighed_package
from stadspeil.appraisal.store import Asked, frame_of
from stadspeil.appraisal.uncertain import drawn_inputs, input_title, inputs_table, told_worst
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    lines = line(unit_value="woninginbraken", displacement=0.2, spill=0.3, composition=0.1)
    costs = (cost(), cost(id="jaarlijks", timing="jaarlijks", low=10.0, mode=10.0, high=10.0, bearer="rijk"))
    return catalogue_with(intervention(lines, costs=costs))


@pytest.fixture(scope="module")
def found(catalogue: Catalogue) -> Appraisal:
    both = package(measure(id="een", dose=40.0), measure(id="twee", areas=(CODES[1],), dose=30.0))
    return appraise(both, ground(), FRAME, catalogue)


@pytest.fixture(scope="module")
def tables(found: Appraisal, catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    return tables_of(found, catalogue)


def test_the_ledger_adds_up_to_society(tables: dict[str, pl.DataFrame]) -> None:
    ledger = tables["ledger"]
    for entry in ("kosten", "baten", "saldo"):
        rows = ledger.filter(entry=entry)
        society = rows.filter(actor="samenleving")["mean"][0]
        assert rows.filter(pl.col("actor") != "samenleving")["mean"].sum() == pytest.approx(society, rel=1e-9)


def test_lines_add_up_to_the_outcome(tables: dict[str, pl.DataFrame]) -> None:
    lines, outcomes = tables["lines"], tables["outcomes"].filter(rules="nl")
    for side in ("kosten", "baten"):
        told = outcomes.filter(figure=side)["mean"][0]
        assert lines.filter(side=side)["mean"].sum() == pytest.approx(told, rel=1e-9)


def test_a_cost_by_hand(catalogue: Catalogue) -> None:
    single = catalogue_with(intervention(costs=(cost(),)))
    made = appraise(package(measure(dose=7.0, first=2027, last=2027)), ground(), FRAME, single)
    # 100 euro a unit, once, in the first year, which is not discounted.
    assert made.outcome.costs == pytest.approx(np.full(FRAME.draws, 700.0))
    assert made.outcome.chance == 0.0


def test_yearly_euros_add_up_to_present_values(
    found: Appraisal, tables: dict[str, pl.DataFrame], catalogue: Catalogue
) -> None:
    state = tables["flows"].filter(actor="rijk")
    rate = catalogue.parameter("rate_standaard")
    years = state["year"].to_numpy() - FRAME.first
    discounted = float((state["costs"].to_numpy() / (1 + rate) ** years).sum())
    paid = tables["ledger"].filter(actor="rijk", entry="kosten")["mean"][0]
    assert discounted == pytest.approx(paid, rel=1e-6)


def test_what_is_displaced_is_worth_nothing_to_society(found: Appraisal, catalogue: Catalogue) -> None:
    """Of one effect that only moves, what is gained here is lost elsewhere."""
    moved = [each for each in found.effects if each.part == "verplaatsing"]
    assert moved
    from stadspeil.appraisal.valuing import benefits_of

    streams = benefits_of(moved, found.ground, found.frame, catalogue)
    total = sum(present_value(each, found.frame, catalogue).mean() for each in streams if each.side == "baten")
    size = max(abs(present_value(each, found.frame, catalogue).mean()) for each in streams if each.side == "baten")
    assert abs(total) < 1e-9 * size


def test_every_row_says_what_it_rests_on(tables: dict[str, pl.DataFrame]) -> None:
    for name in ("changes", "lines"):
        assert tables[name].height
        assert tables[name]["rests_on"].str.len_chars().min() > 0


def test_nothing_is_shown_of_which_the_interval_holds_nothing(tables: dict[str, pl.DataFrame]) -> None:
    for name in ("changes", "ledger", "lines"):
        rows = tables[name]
        outside = (rows["low"] > 0) | (rows["high"] < 0)
        assert rows["shown"].to_list() == outside.to_list()


def test_parts_add_up_to_the_whole(tables: dict[str, pl.DataFrame]) -> None:
    changes = tables["changes"].filter(area=CODES[0], year=FRAME.first + 5)
    whole = changes.filter(part="alles")["mean"][0]
    parts = changes.filter(pl.col("part") != "alles")["mean"].sum()
    assert parts == pytest.approx(whole, rel=1e-9)


def test_a_mark_moves_the_favorable_way(tables: dict[str, pl.DataFrame]) -> None:
    town = tables["changes"].filter(area=TOWN, part="alles", year=FRAME.first + 5).row(0, named=True)
    assert town["mean"] < 0 < town["mark"]


def test_the_order_of_measures_changes_no_figure(found: Appraisal, catalogue: Catalogue) -> None:
    turned = dataclasses.replace(found.package, measures=found.package.measures[::-1])
    again = appraise(turned, ground(), FRAME, catalogue)
    assert np.array_equal(again.outcome.npv, found.outcome.npv)


def test_income_is_that_of_who_lives_where_the_package_acts(catalogue: Catalogue) -> None:
    """Buurten of 20 and 30 (thousand euro) with people as they are, among gemeenten of 30 on average; none known: no weights."""
    plain = ground()
    people = plain.counted["inwoner"]
    levels = np.full(len(CODES), 25.0)
    levels[:2] = 20.0, 30.0
    towns = benchmark("higher_is_better", np.array([25.0, 35.0, 20.0, 40.0, 30.0]), np.array([20.0, 25.0, 30.0]))
    told = ground(levels={**plain.levels, INCOME: levels}, fields={**plain.fields, INCOME: towns})
    two = package(measure(id="een", areas=CODES[:2]))
    mean = (20 * people[0] + 30 * people[1]) / (people[0] + people[1])
    assert incomes_of(two, told, catalogue) == {"bewoners": pytest.approx(mean / 30)}
    assert incomes_of(two, plain, catalogue) == {}
    rules = outcomes_table(appraise(two, told, FRAME, catalogue)).filter(figure="netto")["rules"].to_list()
    assert rules == ["nl", "nl_2026", "nl_2015", "uk", "inkomen_een", "inkomen_standaard", "inkomen_literatuur"]


def test_the_rate_at_which_it_breaks_even_is_told_where_there_is_one(catalogue: Catalogue) -> None:
    single = catalogue_with(intervention(costs=(cost(),)))
    only_costs = appraise(package(measure(dose=7.0)), ground(), FRAME, single)
    assert only_costs.turning is None
    assert "omslagrente" not in outcomes_table(only_costs)["figure"].to_list()
    paid = dataclasses.replace(only_costs, turning=0.034)
    told = outcomes_table(paid).filter(figure="omslagrente")
    assert (told["mean"][0], told["unit"][0]) == (pytest.approx(3.4), "procent")


def test_measures_outside_the_years_are_all_named(catalogue: Catalogue) -> None:
    late = package(measure(id="een", last=2090), measure(id="twee", first=2027, last=2028))
    with pytest.raises(QuestionError) as caught:
        frame_of(late, Asked("proef", first=2028, years=20), catalogue)
    told = str(caught.value)
    assert "'een' loopt van 2027 tot en met 2090; er wordt gerekend van 2028 tot en met 2047" in told
    assert "'twee' loopt van 2027 tot en met 2028" in told
    fits = package(measure(id="een", first=2028, last=2047))
    assert frame_of(fits, Asked("proef", first=2028, years=20), catalogue).years == 20


@pytest.mark.parametrize("first", [2065, 2066, 2070])
def test_a_package_that_begins_beyond_what_prices_tell_is_refused(first: int) -> None:
    """Prices of 2025, and 40 years is how far is looked."""
    known = catalogue_with(intervention(costs=(cost(price_year=2025),)))
    late = package(measure(id="licht", first=first, last=first + 1))
    if first == 2065:
        assert frame_of(late, Asked("proef"), known).first == first
        return
    with pytest.raises(QuestionError) as caught:
        frame_of(late, Asked("proef"), known)
    told = str(caught.value)
    assert f"'licht' begint in {first}" in told and "prijzen van ten hoogste 2025" in told and "tot en met 2065" in told


def test_a_template_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(QuestionError, match="sjabloon"):
        appraise(package(measure(), template=True), ground(), FRAME, catalogue)


def test_an_own_size_and_a_missing_effect_are_remarked_upon() -> None:
    bare = intervention(id="kaal", evidence_note="Een gat: nooit gemeten.")
    ours = catalogue_with(intervention(line()), bare)
    own = measure(override={"inbraak": -1.0}, source="evaluatie 2025")
    told = "\n".join(appraise(package(own, measure(id="leeg", intervention="kaal")), ground(), FRAME, ours).remarks)
    assert "eigen grootte" in told and "evaluatie 2025" in told
    assert "'leeg'" in told and "nooit gemeten" in told


def test_what_the_outcome_hangs_on_is_named(found: Appraisal, catalogue: Catalogue) -> None:
    table = inputs_table(found, catalogue)
    assert set(table["input"]) == set(drawn_inputs(found))
    assert table["total"][0] == table["total"].max()
    for name in table["input"]:
        assert input_title(name, found, catalogue) != name
    assert "slechtste" in str(told_worst(found, catalogue)["worst"])


def test_a_switching_value_brings_the_expected_worth_to_nothing(found: Appraisal, catalogue: Catalogue) -> None:
    row = next(each for each in inputs_table(found, catalogue).to_dicts() if each["switching"] is not None)
    times = row["switching"] / row["used"]
    turned = [
        dataclasses.replace(each, amount=each.amount * times) if row["input"] in each.drawn else each
        for each in found.streams
    ]
    net = sum(
        (1.0 if each.side == "baten" else -1.0) * present_value(each, FRAME, catalogue).mean()
        for each in turned
        if each.side != "overdracht"
    )
    assert net == pytest.approx(0.0, abs=1e-6 * abs(found.outcome.npv.mean()))


def test_a_package_on_an_agenda_costs_what_it_costs(found: Appraisal, catalogue: Catalogue) -> None:
    project = weighed_package(found, catalogue, 10, catalogue.parameter("rate_standaard"))
    assert project.strain.mean() == pytest.approx(1.0)
    assert project.worth.shape == (FRAME.draws, 10)
    assert (np.diff(np.abs(project.worth[0])) < 0).all()
    spent = sum(each.sum() for each in project.costs.values())
    flows = sum(
        float(each.amount.mean()) * each.profile[: len(project.costs["rijk"])].sum()
        for each in found.streams
        if each.side == "kosten"
    )
    assert spent == pytest.approx(flows)
    assert any(name.startswith("buurt:") for name in project.marks)


def test_building_that_ends_later_than_planned_is_still_paid_from_the_purses() -> None:
    slow = catalogue_with(intervention(costs=(cost(optimism="gebouwen_bijzonder"),), running=0))
    idea = package(measure(first=2027, last=2030), stage="idee")
    found = appraise(idea, ground(), FRAME, slow)
    (building,) = found.streams
    assert building.profile[4:].sum() > 0.05, "all is paid by the planned end: this tries nothing"
    project = weighed_package(found, slow, 10, slow.parameter("rate_standaard"))
    whole = float(building.amount.mean()) * building.profile.sum()
    assert project.costs["gemeente"].sum() == pytest.approx(whole)
    assert project.worth == pytest.approx(np.zeros_like(project.worth)), "no part of it is taken off as upkeep"


def test_a_package_that_starts_later_keeps_its_rhythm(found: Appraisal) -> None:
    moved: Any = started(found.package, 2031)
    assert [(each.first, each.last) for each in moved.measures] == [(2031, 2035), (2031, 2035)]


def test_what_a_package_asks_of_funds_comes_off_the_municipality(found: Appraisal, catalogue: Catalogue) -> None:
    rate = catalogue.parameter("rate_standaard")
    plain = weighed_package(found, catalogue, 10, rate).costs
    asking = dataclasses.replace(found, package=dataclasses.replace(found.package, funds={"regio_deals": 1000.0}))
    asked = weighed_package(asking, catalogue, 10, rate).costs
    assert asked["regio_deals"].sum() == pytest.approx(1000.0)
    assert asked["gemeente"].sum() == pytest.approx(plain["gemeente"].sum() - 1000.0)
    assert asked["rijk"] == pytest.approx(plain["rijk"])
