"""Requests against the rules of funds: what fails and by how much, what is missing, and what it may bring."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from stadspeil.appraisal.funds.checking import check_request
from stadspeil.appraisal.funds.country import Country, Measured, Places
from stadspeil.appraisal.funds.eligibility import PURPOSE, YEARS, eligibility
from stadspeil.appraisal.funds.requests import (
    Bounds,
    Money,
    Paid,
    Request,
    given_money,
    request_of_package,
    request_of_programme,
    request_of_town,
)
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.appraisal_entries import Condition, Fact, Fund, Measure, Package
from stadspeil.catalogue.entries import BuildingProgramme, Site
from stadspeil.errors import CatalogueError, QuestionError

TOWN, SMALL = "GM0637", "GM0344"
BUILDING = load_catalogue().intervention("nieuwbouw_doorstroming")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def exactly(**words: float) -> dict[str, Bounds]:
    return {word: Bounds(value, value, "proef") for word, value in words.items()}


def asked(towns: tuple[str, ...] = (TOWN,), money: Money | None = None, **words: float) -> Request:
    return Request("proef", towns, (), exactly(**words), (BUILDING,), money=money)


GOOD = {
    "homes": 600, "affordable_share": 0.6, "local_share": 0.5, "months_to_start": 20, "works_years": 6, "applications": 1,
    "inhabitants": 126_000,
}  # fmt: skip


def test_a_plan_that_meets_every_condition_of_the_woningbouwimpuls_is_told_what_it_may_bring(catalogue) -> None:
    found = eligibility(
        catalogue.fund("woningbouwimpuls"), asked(money=Money({2027: 40e6}, (-12e6, -10e6)), **GOOD), catalogue
    )
    assert found.verdict == "ja" and found.failed == () and found.missing == ()
    assert (found.sum.low, found.sum.high, found.sum.cofunding) == (5e6, 6e6, (5e6, 6e6))
    assert found.sum.rests_on == ("rijksaandeel [J]", "medefinanciering [R]")


@pytest.mark.parametrize(
    ("word", "value", "condition", "short"),
    [
        ("homes", 420, "woningen_groot", 80), ("affordable_share", 0.4, "betaalbaar", 0.1),
        ("local_share", 0.3, "medefinanciering", 0.2), ("months_to_start", 40, "start", 4),
        ("works_years", 11, "alle_werken", 1), ("applications", 4, "aanvragen", 1),
    ],
)  # fmt: skip
def test_each_condition_fails_by_its_own_distance(catalogue, word, value, condition, short) -> None:
    found = eligibility(catalogue.fund("woningbouwimpuls"), asked(**{**GOOD, word: value}), catalogue)
    assert found.verdict == "nee"
    assert [(each.condition, round(each.short, 9)) for each in found.failed] == [(condition, short)]


@pytest.mark.parametrize("word", ["homes", "affordable_share", "local_share", "months_to_start", "works_years"])
def test_what_is_missing_is_named_and_is_no_refusal(catalogue, word) -> None:
    words = {name: value for name, value in GOOD.items() if name != word}
    found = eligibility(catalogue.fund("woningbouwimpuls"), asked(**words), catalogue)
    assert found.verdict == "niet te zeggen"
    assert [each.condition for each in found.tested if each.answer == "niet te zeggen"] and found.failed == ()


def test_the_threshold_of_homes_follows_the_size_of_the_town(catalogue) -> None:
    small = eligibility(
        catalogue.fund("woningbouwimpuls"), asked(**{**GOOD, "homes": 250, "inhabitants": 50_000}), catalogue
    )
    assert small.verdict == "ja"
    assert {each.condition: each.answer for each in small.tested}["woningen_groot"] == "geldt niet"
    unknown = {name: value for name, value in GOOD.items() if name != "inhabitants"}
    large = eligibility(catalogue.fund("woningbouwimpuls"), asked(**unknown), catalogue)
    assert large.verdict == "ja", "600 homes pass both thresholds, whoever lives there"
    between = eligibility(catalogue.fund("woningbouwimpuls"), asked(**{**unknown, "homes": 250}), catalogue)
    assert between.verdict == "niet te zeggen" and "inwoners van de gemeente" in between.missing


@pytest.mark.parametrize(
    ("town", "verdict"),
    [("GM0356", "ja"), ("GM0995", "ja")] + [(code, "nee") for code in ("GM0034", "GM0502", "GM0794", "GM1930", "GM0439", "GM0637")],
)  # fmt: skip
def test_of_the_new_towns_only_nieuwegein_is_in_the_nplv(catalogue, town, verdict) -> None:
    request = request_of_town(town, (town,), {})
    assert eligibility(catalogue.fund("nplv"), request, catalogue).verdict == verdict
    assert eligibility(catalogue.fund("kansrijke_wijk"), request, catalogue).verdict == verdict


def test_priority_raises_the_chance_and_is_no_condition(catalogue) -> None:
    fund = catalogue.fund("volkshuisvestingsfonds")
    inside, outside = (eligibility(fund, request_of_town(each, (each,), {}), catalogue) for each in ("GM0356", TOWN))
    assert (inside.chance, inside.priority, outside.chance, outside.priority) == (0.65, True, 0.1, False)
    assert outside.failed == () and outside.chance_mark == "J"


def test_a_fund_pays_of_its_own_part_only(catalogue) -> None:
    part = Paid((4e6, 8e6), (20e6, 30e6))
    money = Money({2027: 90e6}, (-60e6, -50e6), by_fund={"woningbouwimpuls": part, "regio_deals": part})
    built = eligibility(catalogue.fund("woningbouwimpuls"), asked(money=money, **GOOD), catalogue)
    assert (built.sum.low, built.sum.high, built.sum.cofunding) == (2e6, 4e6, (2e6, 4e6))
    matched = eligibility(catalogue.fund("regio_deals"), asked(money=money), catalogue)
    assert (matched.sum.low, matched.sum.high) == (10e6, 15e6)


def test_a_fund_for_building_refuses_what_only_renovates(catalogue) -> None:
    renovated = dataclasses.replace(asked(**GOOD), interventions=(catalogue.intervention("renovatie_energie"),))
    (failed,) = eligibility(catalogue.fund("woningbouwimpuls"), renovated, catalogue).failed
    assert failed.condition == PURPOSE and "Sloop en gemengde nieuwbouw" in failed.statement


@pytest.mark.parametrize(("year", "refused"), [(2021, True), (2022, False), (2028, False), (2029, True), (None, False)])
def test_an_award_lies_in_the_years_in_which_the_fund_pays(catalogue, year: int | None, refused: bool) -> None:
    fund = catalogue.fund("kansrijke_wijk")
    assert (fund.first, fund.last) == (2023, 2028)
    found = eligibility(fund, request_of_town("proef", (TOWN,), {TOWN: 126_000}, award=year), catalogue)
    assert (YEARS in {each.condition for each in found.failed}) == refused


def test_a_fund_never_brings_more_than_its_most(catalogue) -> None:
    found = eligibility(catalogue.fund("volkshuisvestingsfonds"), asked(money=Money({0: 1e9}, (-5e8, -5e8))), catalogue)
    assert found.sum.high == 11_399_600.0 and found.sum.cofunding == (5e8 - 11_399_600.0,) * 2


def test_where_the_costs_have_a_margin_so_has_what_others_add(catalogue) -> None:
    """Half of costs of 100 to 150 million, but never more than 40 million from the state: others add 60 to 110 million."""
    told = {}
    for name, between in (("margin", (100e6, 150e6)), ("sure", None)):
        money = Money({2027: 70e6, 2028: 50e6}, (-50e6, -20e6), between=between)
        found = check_request(asked(money=money), catalogue, funds=("regio_deals",))
        told[name] = (found.found[0].sum, found.sentences()[0])
    assert told["margin"][0].cofunding == (60e6, 110e6) and told["sure"][0].cofunding == (80e6, 80e6)
    assert (
        "anderen leggen €\N{NO-BREAK SPACE}60,0\N{NO-BREAK SPACE}mln tot €\N{NO-BREAK SPACE}110\N{NO-BREAK SPACE}mln bij"
        in told["margin"][1]
    )
    assert "anderen leggen €\N{NO-BREAK SPACE}80,0\N{NO-BREAK SPACE}mln bij" in told["sure"][1]


def test_what_a_sum_rests_on_is_told_in_words_with_its_mark(catalogue) -> None:
    said = check_request(
        asked(money=Money({2027: 100e6}, (-9e6, -9e6))), catalogue, funds=("regio_deals",)
    ).sentences()[0]
    assert "(rust op deel dat het Rijk betaalt [" in said and "_" not in said
    rests = [fact for fund in catalogue.funds.values() for name in (fund.share, fund.most, fund.cofunding, fund.per_home) if name
             for fact in fund.facts if fact.id == name]  # fmt: skip
    assert rests and all(each.title and each.title_en and "," not in each.title for each in rests)


def test_a_closed_fund_is_no_and_the_general_grant_is_not_asked_for(catalogue) -> None:
    assert eligibility(catalogue.fund("startbouwimpuls"), asked(**GOOD), catalogue).verdict == "nee"
    assert eligibility(catalogue.fund("gemeentefonds"), asked(**GOOD), catalogue).verdict == "geen aanvraag"


def test_a_programme_leaves_open_whether_the_middle_class_is_affordable(catalogue) -> None:
    site = Site("a", "bouwen", "BU06370101", "2028-06", "2029-01", 300, "koop", "eengezins", "midden")
    dear = Site("b", "bouwen", "BU06370101", "2028-01", "2029-01", 300, "koop", "eengezins", "hoog")
    social = Site("c", "bouwen", "BU06370101", "2028-01", "2029-01", 100, "corporatie", "meergezins", "laag")
    gone = Site("d", "slopen", "BU06370101", "2027-01", "2027-02", 50, "corporatie", "meergezins", "laag")
    programme = BuildingProgramme("p", "P", "P", TOWN, "proef", "proef", sites=(site, dear, social, gone))
    request = request_of_programme(programme, catalogue, {TOWN: 126_000.0}, award=2026)
    assert request.measured["homes"].low == 700
    share = request.measured["affordable_share"]
    assert (round(share.low, 4), round(share.high, 4)) == (round(100 / 700, 4), round(400 / 700, 4))
    # From January 2026 to the first homes of January 2028 are 24 months; building began at most 30 months earlier.
    assert (request.measured["months_to_start"].low, request.measured["months_to_start"].high) == (0, 24)
    found = eligibility(catalogue.fund("woningbouwimpuls"), request, catalogue)
    told = {each.condition: each.answer for each in found.tested}
    # Deliveries run to January 2029, so that the last building begins between July 2026 and January 2029.
    assert (request.measured["works_years"].low, request.measured["works_years"].high) == (0.5, 3.0)
    assert told["betaalbaar"] == "niet te zeggen" and told["start"] == "voldoet" and told["woningen_groot"] == "voldoet"


def test_a_fixed_sum_counts_only_homes_that_begin_in_the_years_of_the_fund(catalogue) -> None:
    """100 social homes surely in time, 100 that may begin too late (2030), 100 that began too early (2023)."""
    sites = [
        Site(name, "bouwen", "BU06370101", first, last, 100, "corporatie", "meergezins", "laag")
        for name, first, last in (("a", "2028-01", "2028-06"), ("b", "2029-01", "2030-06"), ("c", "2023-01", "2023-06"))
    ]
    programme = BuildingProgramme("p", "P", "P", TOWN, "proef", "proef", sites=tuple(sites))
    request = request_of_programme(programme, catalogue, {}, award=2026)
    found = eligibility(catalogue.fund("realisatiestimulans"), request, catalogue)
    assert (found.sum.low, found.sum.high) == (700_000.0, 1_400_000.0)
    checked = check_request(request, catalogue, None, ("realisatiestimulans",))
    assert checked.stacked is not None and checked.stacked.euro == {"realisatiestimulans": 700_000.0}


def test_a_package_without_programme_or_euros_names_what_is_missing(catalogue) -> None:
    package = Package("p", "P", "P", TOWN, "plan", "proef", "proef", "proef", measures=(Measure("m", "x", ("BU06370101",), 2027, 2029, 1.0),))  # fmt: skip
    checked = check_request(request_of_package(package, catalogue, {}), catalogue)
    wbi = next(each for each in checked.found if each.fund.id == "woningbouwimpuls")
    assert "nieuwe woningen" in wbi.missing and "bijdrage van anderen dan het Rijk" in wbi.missing
    assert checked.stacked is None and checked.asks(2026) == ()
    assert len(checked.table()) >= len(catalogue.funds)
    assert any("niet te zeggen, want niet bekend is" in each for each in checked.sentences())


def test_euros_that_cannot_be_are_refused_all_at_once() -> None:
    with pytest.raises(QuestionError) as fault:
        given_money(-1.0, -2.0, float("nan"), 1.5)
    text = fault.value.message()
    assert text.startswith("4 problemen") and "het tekort is -1 euro" in text and "1.5" in text


def test_an_unknown_fund_is_named_with_a_near_one(catalogue) -> None:
    with pytest.raises(QuestionError, match="bedoelde u 'woningbouwimpuls'"):
        check_request(asked(), catalogue, None, ("woningbouwimpul",))


def test_every_fact_has_source_day_and_mark_and_every_shipped_number_a_unit(catalogue) -> None:
    facts = [fact for fund in catalogue.funds.values() for fact in fund.facts]
    assert len(catalogue.funds) == 8 and len(facts) >= 70
    assert all(each.source and each.checked and each.mark in "RSMJ" for each in facts)
    by_name = {(fund.id, each.id): each for fund in catalogue.funds.values() for each in fund.facts}
    assert by_name["volkshuisvestingsfonds", "rijksaandeel"].mark == "S"
    assert by_name["realisatiestimulans", "nplv_extra"].value is None
    assert all(np.isfinite(each.value) for each in facts if each.value is not None)


WRONG = """
title = "Fout"
title_en = "Wrong"
giver = "Rijk"
about = "Proef."
status = "open"
first = 2026
last = 0
basis = "deficit"
share = "aandel"
most = "tekst"
chance = { prioriteit = 2 }
priority = "nergens"
excludes = ["woningbouwimpul"]

[facts.aandeel]
statement = "Een aandeel."
source = "proef"
checked = "gisteren"
mark = "M"
value = 0.5

[facts.tekst]
statement = "Zonder getal."
source = "proef"
checked = "2026-11-26"
mark = "R"

[conditions.een]
measured = "homs"
test = "at_least"
fact = "tekst"
level = "pakket"
hard = true
when = "inwoners boven 5"

[conditions.twee]
measured = "indicator:bijstant"
test = "at_least"
fact = "niets"
level = "buurt"
hard = true

[conditions.drie]
measured = "member:lijst"
test = "in"
fact = "tekst"
level = "gemeente"
hard = true
areas = ["GM0637", "Zoetermeer"]
absent = ["GM0637"]
"""


def test_a_wrong_fund_of_ones_own_is_told_all_that_is_wrong(tmp_path) -> None:
    (tmp_path / "funds").mkdir()
    (tmp_path / "funds" / "fout.toml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(CatalogueError) as fault:
        load_catalogue(own=tmp_path)
    text = fault.value.message()
    for part in (
        "share noemt het feit 'aandel', dat er niet staat; bedoelde u 'aandeel'", "most noemt het feit 'tekst', dat geen getal heeft",
        "chance heeft geen feit 'chance'", "'prioriteit = 2'", "voorwaarde 'nergens'", "bedoelde u 'woningbouwimpuls'",
        "feit 'aandeel' moet een bron hebben", "een getal zonder eenheid", "'homs' kan niemand meten; bedoelde u 'homes'",
        "when 'inwoners boven 5' is niet te lezen", "meet 'bijstant', dat er niet is; bedoelde u 'bijstand'",
        "wordt met 'lowest_share' getoetst", "noemt het feit 'niets'", "'Zoetermeer' is geen code", "staat op de lijst en ook als afwezig",
    ):  # fmt: skip
        assert part in text, part


def test_a_fund_of_ones_own_may_ask_for_the_worst_areas(catalogue) -> None:
    """A rule that measures per buurt: surely in, surely not, and without figures not to be told."""
    fund = Fund(
        "eigen", "Eigen", "Own", "Rijk", "proef", "open", 2026, 0, "allotted",
        facts=(Fact("deel", "Het slechtste kwart.", "proef", "2026-11-26", "J", 0.25, "deel"),),
        conditions=(Condition("c", "indicator:bijstand", "lowest_share", "deel", "buurt", True),),
    )  # fmt: skip
    codes = np.array([f"BU0637010{each}" for each in range(4)])
    places = Places(codes, codes, np.full(4, 1000.0), np.full(4, 500.0), 2024, 2024)
    figure = Measured(np.array([2.0, 9.0, 1.0, 3.0]), np.full(4, 0.01), 1, 2024)
    country = Country({"buurt": places}, {("bijstand", "buurt"): figure}, {}, {}, 0.9)
    answers = [
        eligibility(fund, request_of_town("x", (TOWN,), {}, (area,)), catalogue, country).verdict
        for area in ("BU06370101", "BU06370102")
    ]
    assert answers == ["ja", "nee"]
    assert eligibility(fund, request_of_town("x", (TOWN,), {}), catalogue, country).verdict == "niet te zeggen"
    assert eligibility(fund, request_of_town("x", (TOWN,), {}), catalogue).verdict == "niet te zeggen"
