"""Sentences that were computed in Dutch, in English: every kind is known, with its numbers and its names."""

from __future__ import annotations

import dataclasses
import string

import pytest

from stadspeil.appraisal.funds.checking import check_request
from stadspeil.appraisal.funds.requests import request_of_town
from stadspeil.appraisal.pooling_results import pool_rows
from stadspeil.appraisal.portfolio.efforts import Standing, judged
from stadspeil.atlas.words import words_of
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.report.retelling import Retelling, cited, known_how, pool_title, retelling, spoken
from stadspeil.report.wording import LANGUAGES, wording

FORMS = {
    "n": "1.234,5",
    "euro": "€ 1,20 mln",
    "chance": "84%",
    "points": "sociaaleconomische_kracht +0,02",
    "mixed": "1,5 miljoen euro",
    "rule": "lid:nplv",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def english(catalogue: Catalogue) -> Retelling:
    return retelling(catalogue, wording("en"))


def _parts(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


@pytest.mark.parametrize("key", sorted(wording("nl").texts["retold"]))
def test_each_sentence_is_known_again_whatever_its_parts(english: Retelling, key: str) -> None:
    dutch, other = wording("nl").texts["retold"][key], wording("en").texts["retold"][key]
    assert sorted(_parts(dutch)) == sorted(_parts(other))
    said = dutch.format(**{name: FORMS.get(name.partition("_")[0], "woningen") for name in _parts(dutch)})
    told = english.remark(said)
    assert told.lang == "" and told.said != said
    assert "1.234,5" not in told.said and "miljoen" not in told.said


def test_numbers_and_amounts_are_written_as_english_does(english: Retelling) -> None:
    assert (
        english.said("het plan wordt daardoor € 1,20 mln meer waard") == "it makes the plan worth € 1.20 million more"
    )
    assert english.said("begint 3 jaar later: geld of mensen doen eerder elders meer").startswith(
        "begins 3 years later"
    )
    told = english.said(
        "Hooguit 560.000 euro tot 2,8 miljoen euro (rust op bedrag per woning [R], deel dat het Rijk betaalt [J])."
    )
    assert (
        told == "At most 560,000 euros to 2.8 million euros (rests on sum per home [R], share that the state pays [J])."
    )


def test_a_study_that_was_taken_back_is_told_by_where_it_and_its_successor_stand(catalogue: Catalogue) -> None:
    said = "e19_bijles_2020 is ingetrokken en telt niet mee; wat nu geldt staat in e19_bijles_2024"
    one, other = (catalogue.studies[f"e19_bijles_{year}"] for year in (2020, 2024))
    dutch, english = (retelling(catalogue, wording(lang)).listed(said).said for lang in LANGUAGES)
    assert dutch == f"{cited(one, 'nl')} is ingetrokken en telt niet mee; wat nu geldt staat in {cited(other, 'nl')}"
    assert (
        english == f"{cited(one, 'en')} was withdrawn and does not count; what holds now stands in {cited(other, 'en')}"
    )


def test_how_each_study_is_known_is_told_in_words_of_the_language(catalogue: Catalogue) -> None:
    for lang in LANGUAGES:
        for study in catalogue.studies.values():
            said = known_how(study.provenance, wording(lang))
            assert said != study.provenance and "READ" not in said and "MEMORY" not in said, (study.id, lang)
    assert known_how("eigen onderzoek", wording("nl")) == "eigen onderzoek"


def test_the_powers_of_weighing_by_income_are_those_of_the_catalogue(catalogue: Catalogue) -> None:
    """At half the income a euro weighs two to the power: told in the line, and three lines that differ."""
    powers = {
        "een": 1.0,
        "standaard": catalogue.parameter("eta_standard"),
        "literatuur": catalogue.parameter("eta_literature"),
    }
    for lang in LANGUAGES:
        report, site = wording(lang), words_of(lang)
        for name, power in powers.items():
            said = report(f"case.rules.inkomen_{name}")
            assert said == site(f"appraise.rules.inkomen_{name}")
            assert (
                report.number(2**power, 1) in said
                and report.number(power, 0 if power == 1 else 1) in said.partition("(")[0]
            )


def test_titles_of_funds_within_a_sum_are_those_of_the_language(english: Retelling, catalogue: Catalogue) -> None:
    fund = catalogue.funds["volkshuisvestingsfonds"]
    told = english.said(
        f"Gestapeld, zonder dat een woning twee keer telt: {fund.title} € 1,20 mln voor 30 woningen; samen € 1,20 mln."
    )
    assert fund.title_en in told and fund.title not in told.replace(fund.title_en, "")


def test_rules_are_told_in_words_in_dutch_too(catalogue: Catalogue) -> None:
    dutch = retelling(catalogue, wording("nl"))
    told = dutch.said("Met 'bijstand:slechtste:5:buurt' in plaats van 'lid:nplv' komen er 3 buurten bij.")
    assert told == (
        "Met 'Bijstand bij de slechtste 5 % (buurt)' in plaats van 'op de lijst van "
        f"{catalogue.funds['nplv'].title}' komen er 3 buurten bij."
    )
    assert dutch.said("om 10:30 en 'gewoon'") == "om 10:30 en 'gewoon'"


def test_what_no_text_knows_stays_dutch_and_says_so(english: Retelling) -> None:
    told = english.remark("iets nieuws over 3 buurten")
    assert (told.said, told.lang) == ("iets nieuws over 3 buurten", "nl")


def test_dutch_is_left_alone_but_for_ids(catalogue: Catalogue) -> None:
    dutch = retelling(catalogue, wording("nl"))
    assert dutch.said("wat dan ook") == "wat dan ook"
    told = dutch.said("rapportcijfer: sociaaleconomische_kracht +0,02")
    assert told == f"rapportcijfer: {catalogue.mechanisms['sociaaleconomische_kracht'].title} +0,02"


def test_a_rule_that_holds_a_semicolon_stays_one_rule(english: Retelling, catalogue: Catalogue) -> None:
    rules = [fact for fact in catalogue.funds["woningbouwimpuls"].facts if "; " in fact.statement][:1]
    other = catalogue.funds["woningbouwimpuls"].facts[0]
    told = english.listed(f"{rules[0].statement}; {other.statement}")
    assert told.said == f"{rules[0].statement_en}; {other.statement_en}"


STANDINGS = [
    Standing("a", True, 2e6, 0.9, 0.8, 1e6, late=2, marks={"sociaaleconomische_kracht": 0.1}, must=True),
    Standing("a", True, -2e6, None, 0.2, -1e6), Standing("a", True, 0.0, None, 0.2, -1e6),
    Standing("a", False, -2e6, 0.1, 0.6, 1e6, frees=3e6), Standing("a", False, 0.0, 0.1, 0.6, 1e6),
    Standing("a", False, 0.0, 0.1, 0.1, -1e6, frees=1e6), Standing("a", False, 6e4, 0.1, 0.8, 1e6),
]  # fmt: skip


@pytest.mark.parametrize("standing", STANDINGS)
def test_every_reason_for_an_effort_is_told_in_english(english: Retelling, standing: Standing) -> None:
    assert [each for each in english.remarks(judged(standing).reasons) if each.lang] == []


def test_no_effort_is_said_to_be_worth_nothing_less() -> None:
    reasons = judged(Standing("a", False, 0.0, None, 0.6, 1e6)).reasons
    assert any("even veel waard" in each for each in reasons) and not any("€ 0,00" in each for each in reasons[:1])


def test_what_every_fund_says_of_a_town_is_told_in_english(english: Retelling, catalogue: Catalogue) -> None:
    checked = check_request(request_of_town("Zoetermeer", ("GM0637",), {"GM0637": 126_000.0}), catalogue)
    assert [each.said for each in english.remarks(checked.sentences()) if each.lang] == []
    for row in checked.table().to_dicts():
        for name in ("oordeel", "uitkomst", "telt", "eenheid", "regel"):
            assert not row[name] or english.remark(row[name]).lang == "", row
        assert english.listed(row["ontbreekt"] or "").lang == "", row["ontbreekt"]


def test_why_a_study_is_left_out_is_told_in_english(english: Retelling, catalogue: Catalogue) -> None:
    reasons = [row["left_out"] for row in pool_rows(catalogue) if row["left_out"]]
    assert reasons and [each for each in reasons if english.listed(each).lang] == []


def test_studies_and_pools_have_names_in_both_languages(catalogue: Catalogue) -> None:
    study = catalogue.studies["e18_bijles_rekenen"]
    assert cited(study, "nl").startswith("E18: De Ree en anderen") and cited(study, "en").startswith(
        "E18: De Ree and others"
    )
    assert pool_title(catalogue, "bijles_toetsscore", "nl") == f"{study.intervention}: {study.outcome}"
    assert study.outcome_en in pool_title(catalogue, "bijles_toetsscore", "en")


def test_an_entry_without_english_is_told_in_dutch_and_says_so(catalogue: Catalogue) -> None:
    entry = catalogue.interventions["bijles"]
    assert spoken(entry, "what", "en").lang == "" and spoken(entry, "what", "nl").said == entry.what
    bare = dataclasses.replace(entry, what_en="")
    assert (spoken(bare, "what", "en").said, spoken(bare, "what", "en").lang) == (entry.what, "nl")


def test_two_reasons_in_a_row_are_two_sentences(english: Retelling) -> None:
    told = english.listed(
        "g07_schoolgebouw is een gat in het bewijs: niemand mat het; n06_groen_garvin noemt alleen een richting, geen grootte"
    )
    assert told.said == "G07 is a gap in the evidence: nobody measured it; N06 tells only a direction, no size"
