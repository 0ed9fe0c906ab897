"""The page of a trade-off: its numbers are those of the tables, a question sorts and hides nothing, no mix is the best."""

from __future__ import annotations

import dataclasses
import re

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.outcomes import known_weighed
from stadspeil.atlas.pages.building import building
from stadspeil.atlas.pages.weighing import weighing
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.weighed_words import Option, alike, confirmed_sentences, options_of
from stadspeil.simulation.balance import SIMULATED
from stadspeil.simulation.surrogate import CRITERIA
from stadspeil.simulation.weighed import Weighed

TOWN, OTHER = "GM9002", "GM9001"


def page(site: Site, town: str = TOWN, lang: str = "nl", **query: str) -> View:
    return weighing(site, Asked(lang, f"/bouwen/afweging/{town}", {"stad": town}, query))


@pytest.fixture(scope="module")
def weighed(site: Site) -> Weighed:
    found = known_weighed(site, TOWN)
    assert found is not None
    return found


def test_every_number_is_that_of_the_table(site: Site, weighed: Weighed) -> None:
    rows = {row["mix"]: row for row in page(site).table("afweging").rows}
    chains = weighed.trade_offs.filter(pl.col("tier") != SIMULATED)
    assert set(rows) == set(chains["option"])
    for told in chains.iter_rows(named=True):
        row = rows[told["option"]]
        assert [row[f"{told['criterion']}_{key}"] for key in ("laag", "midden", "hoog")] == [
            told["low"], told["middle"], told["high"],
        ]  # fmt: skip
    homes = weighed.options.group_by("option").agg(pl.col("homes").sum())
    for option, number in homes.iter_rows():
        assert (
            sum(int(rows[option][each] or 0) for each in ("koop", "corporatie", "particuliere huur")) == number == 120
        )


def test_the_handful_stands_in_drawing_and_table_in_one_order(site: Site, weighed: Weighed) -> None:
    view = page(site)
    handful = [each.id for each in options_of(weighed) if each.shown]
    assert [row["id"] for row in view.more["shortlist"]] == handful and 2 <= len(handful) <= 6
    picture = next(each for each in view.pictures if each.id == "afweging")
    assert picture.svg.count('class="named"') == len(handful)
    assert picture.svg.count('class="other"') == len(options_of(weighed)) - len(handful)
    assert all(each in picture.alt for each in handful)


@pytest.mark.parametrize(
    ("asked", "met"),
    [({"treden": 10}, "sure"), ({"treden": 20}, "likely"), ({"treden": 25}, "unlikely"), ({"treden": 31}, "out"),
     ({"treden": 5, "regio": 4}, "unlikely"), ({"treden": 31, "regio": 0}, "out"), ({}, "sure"), ({"blijvers": 9}, "sure")],
)  # fmt: skip
def test_a_question_is_met_as_surely_as_its_least_sure_point(asked: dict[str, float], met: str) -> None:
    assert Option("m001", True, False, {"treden": (10, 20, 30), "regio": (1, 2, 5)}).met(asked) == met


def test_a_question_counts_every_mix_and_leaves_all_in_the_table(site: Site, weighed: Weighed) -> None:
    middles = weighed.trade_offs.filter(pl.col("tier") != SIMULATED, criterion="sociaal_vrij")["middle"].sort()
    least = float(middles[len(middles) // 2])
    view = page(site, sociaal_vrij=f"{least:.2f}".replace(".", ","))
    numbers = [int(each) for each in re.findall(r"(?<![\d,.])\d+(?= (?:vrijwel|eerder|nauwelijks))", view.reading)]
    assert sum(numbers) == middles.len() == len(view.table("afweging").rows)
    likely = int((middles >= round(least, 2)).sum())
    assert numbers[0] + numbers[1] == likely
    said = [row["vraag"] for row in view.table("afweging").rows]
    order = ["vrijwel zeker", "eerder wel", "eerder niet", "nauwelijks of niet"]
    assert said == sorted(said, key=order.index)
    picture = next(each for each in view.pictures if each.id == "afweging")
    assert len(re.findall(r'class="(?:named-)?out"', picture.svg)) == middles.len() - likely


def test_a_question_means_the_same_in_both_languages_and_stays_filled_in(client: TestClient) -> None:
    dutch = client.get(f"/bouwen/afweging/{TOWN}?gelijkheid=0,01&sociaal_vrij=35").text
    english = client.get(f"/en/bouwen/afweging/{TOWN}?gelijkheid=0,01&sociaal_vrij=35").text
    assert 'name="gelijkheid" class="utrecht-textbox"' in dutch
    assert 'value="0,01"' in dutch and 'value="0.01"' in english and 'value="35"' in english
    counts = [re.findall(r'class="masked">', each) for each in (dutch, english)]
    assert len(counts[0]) == len(counts[1])


@pytest.mark.parametrize("said", ["abc", "1e9", "nan", "--3", "1,2,3", "9" * 13])
def test_what_is_no_number_is_told_by_name(site: Site, said: str) -> None:
    with pytest.raises(QuestionError, match="gelijkheid"):
        page(site, gelijkheid=said)


def test_a_thousand_in_dutch_is_not_one(site: Site) -> None:
    assert page(site, sociaal_vrij="1.500").more["wanted"] == {"sociaal_vrij": 1500}
    assert page(site, gelijkheid="0.015").more["wanted"] == {"gelijkheid": 0.015}


def test_what_cannot_be_told_apart_is_counted_from_the_pairs(site: Site, weighed: Weighed) -> None:
    nothing = dataclasses.replace(weighed, distinctions=weighed.distinctions.with_columns(apart=pl.lit(False)))
    found = alike(nothing)
    assert all(len(each) == len(found) - 1 for each in found.values())
    everything = dataclasses.replace(weighed, distinctions=weighed.distinctions.with_columns(apart=pl.lit(True)))
    assert not any(alike(everything).values())
    for row in page(site).table("onderscheid").rows:
        assert 0 <= int(row["onderscheiden"] or 0) <= int(row["paren"] or 0)


def test_runs_that_say_otherwise_than_the_chains_are_named(weighed: Weighed) -> None:
    words = words_of("nl")
    chains, runs = (
        weighed.trade_offs.filter(runs) for runs in (pl.col("tier") != SIMULATED, pl.col("tier") == SIMULATED)
    )
    apart = runs.with_columns(pl.col("low", "middle", "high") + 10_000)
    (_, otherwise, *_) = confirmed_sentences(dataclasses.replace(weighed, trade_offs=pl.concat([chains, apart])), words)
    assert otherwise.count("geheel boven") == runs["criterion"].n_unique() == 4
    same = runs.drop("low", "middle", "high").join(
        chains.select("option", "criterion", "low", "middle", "high"), on=["option", "criterion"]
    )
    equal = dataclasses.replace(weighed, trade_offs=pl.concat([chains, same.select(chains.columns)]))
    assert not any("sluit de microsimulatie niet" in each for each in confirmed_sentences(equal, words))
    bare = dataclasses.replace(weighed, trade_offs=chains)
    assert confirmed_sentences(bare, words) == [words("weighed.not_confirmed")]


def test_no_page_names_a_best_mix(client: TestClient) -> None:
    for lang, forbidden in (("", r"\bbeste?\b|optima"), ("/en", r"\bbest\b|optim")):
        text = client.get(f"{lang}/bouwen/afweging/{TOWN}").text.partition("<main")[2]
        assert not re.search(forbidden, text, re.IGNORECASE)


def test_without_an_outcome_the_page_says_what_to_type(site: Site, client: TestClient) -> None:
    view = page(site, OTHER)
    assert not view.more["found"] and view.more["command"].startswith(f"stadspeil balance --town {OTHER} ")
    assert "--sites" in client.get(f"/bouwen/afweging/{OTHER}").text
    assert client.get("/bouwen/afweging/BU90020200").status_code == 404


def test_an_outcome_of_an_older_release_is_shown_with_what_it_knows(
    site: Site, weighed: Weighed, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = {name: weighed.account[name] for name in ("asked", "tried", "unbeaten", "sentences")}
    old = dataclasses.replace(weighed, account=account, distinctions=weighed.distinctions.clear())
    monkeypatch.setattr("stadspeil.atlas.pages.weighing.known_weighed", lambda *_: old)
    view = page(site)
    assert view.more["apart"] == "" and "oudere uitgave" in view.table("locaties").note
    assert len(view.table("afweging").rows) == len(options_of(weighed))


def test_bouwen_leads_to_it(site: Site, client: TestClient) -> None:
    assert building(site, Asked("nl", "/bouwen")).more["weighed"] == [(TOWN, "Vierlingstad")]
    assert f'href="/bouwen/afweging/{TOWN}"' in client.get("/bouwen").text


def test_every_criterion_has_words_in_both_languages() -> None:
    for lang in ("nl", "en"):
        words = words_of(lang)
        assert all(words(f"weighed.{kind}.{each}") for kind in ("criterion", "unit") for each in CRITERIA)
