"""Pages of building programmes: numbers are those of the tables, and what may not be shown stays grey and has no number."""

from __future__ import annotations

import dataclasses
import itertools
import re

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.outcomes import known_outcome
from stadspeil.atlas.pages.building import building, command
from stadspeil.atlas.pages.building_result import building_result
from stadspeil.atlas.programme_pictures import Choice, pictures_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.chains import chains_svg
from stadspeil.report.drawing.maps import FILLS
from stadspeil.simulation.reading import Link, Outcome
from stadspeil.simulation.store import read_simulation

PROGRAMME = "vernieuwing_de_kaden"
CHANCE = "niet te onderscheiden van toeval"


def page(site: Site, lang: str = "nl", **query: str) -> View:
    return building_result(site, Asked(lang, f"/bouwen/{PROGRAMME}", {"programma": PROGRAMME}, query))


@pytest.fixture(scope="module")
def outcome(site: Site) -> Outcome:
    return known_outcome(site, PROGRAMME)


def test_the_list_tells_of_every_programme_and_how_each_result_was_made(site: Site, outcome: Outcome) -> None:
    rows = {row["id"]: row for row in building(site, Asked("nl", "/bouwen")).table("programmas").rows}
    assert set(site.catalogue.programmes) <= set(rows)
    made = rows[PROGRAMME]
    assert (made["bouwen"], made["slopen"], made["verkopen"], made["renoveren"]) == (400, 120, 60, 90)
    assert (made["paren"], made["begingetal"]) == (outcome.pairs, outcome.run["inputs"]["asked"]["seed"])
    assert rows["zoetermeer_voorbeeld"]["paren"] is None
    assert command(PROGRAMME) == f"stadspeil simulate --programme {PROGRAMME} --pairs 30 --years 10"


def test_every_number_of_the_areas_is_that_of_the_table_and_a_masked_one_has_none(site: Site) -> None:
    effects = read_simulation(site.workspace, PROGRAMME, "effects")
    last = effects["years"].max()
    rows = page(site, cijfer="inkomensgroep_pct:hoog").table("gebieden").rows
    table = effects.filter(figure="inkomensgroep_pct", group="hoog", years=last)
    assert len(rows) == table.height
    assert 0 < table["shown"].sum() < table.height
    by_area = {row["area"]: row for row in table.iter_rows(named=True)}
    for row in rows:
        told = by_area[row["gebied"]]
        if told["shown"]:
            assert (row["laag"], row["midden"], row["hoog"]) == (told["low"], told["middle"], told["high"])
            assert row["oordeel"] == "ja"
        else:
            assert (row["laag"], row["midden"], row["hoog"], row["oordeel"]) == (None, None, None, CHANCE)


def test_the_map_colors_what_may_be_shown_and_nothing_else(site: Site) -> None:
    view = page(site)
    choice = view.more["choice"]
    effects = read_simulation(site.workspace, PROGRAMME, "effects").filter(
        figure=choice.figure, group=choice.group, years=choice.years, level="buurt"
    )
    ground = set(site.results.areas_inside("GM9002").filter(level="buurt")["area"])
    drawn = effects.filter(pl.col("area").is_in(ground))
    (picture,) = [each for each in view.pictures if each.id == "kaart"]
    groups = dict(re.findall(r'<g class="(\w+)" fill="[^"]+"[^>]*>(.*?)</g>', picture.svg))
    colored = sum(groups.get(shade, "").count("<path") for shade in ("good1", "good2", "bad1", "bad2"))
    assert colored == drawn["shown"].sum()
    assert groups["chance"].count("<path") == (~drawn["shown"]).sum()
    assert FILLS["chance"] not in (FILLS[shade] for shade in FILLS if shade != "chance")
    assert f"{(~drawn['shown']).sum()} buurten" in picture.alt


def test_all_masked_is_all_grey_and_the_sentence_claims_nothing(site: Site, outcome: Outcome) -> None:
    words = words_of("nl")
    hidden = dataclasses.replace(
        outcome,
        effects=outcome.effects.with_columns(shown=pl.lit(False)),
        chains=outcome.chains.with_columns(shown=pl.lit(False)),
    )
    pictures = {each.id: each for each in pictures_of(site, hidden, Choice("huishoudens", "alle", 1), words)}
    assert 'class="chance"' in pictures["kaart"].svg
    assert not re.search(r'class="(good|bad)', pictures["kaart"].svg)
    assert 'class="effect"' not in pictures["balken"].svg
    assert pictures["balken"].svg.count(CHANCE) == 3


def test_an_effect_has_the_color_of_its_mean_also_where_its_middle_is_nought(site: Site, outcome: Outcome) -> None:
    odd = dataclasses.replace(
        outcome,
        effects=outcome.effects.with_columns(
            shown=pl.lit(True), mean=pl.lit(0.4), low=pl.lit(0.0), middle=pl.lit(0.0), high=pl.lit(1.0)
        ),
    )
    (kaart,) = [
        each for each in pictures_of(site, odd, Choice("ouderen", "alle", 1), words_of("nl")) if each.id == "kaart"
    ]
    assert set(re.findall(r'<g class="(\w+)"', kaart.svg)) <= {"good1", "unknown"}


def test_a_page_of_one_pair_draws_no_chain(site: Site, outcome: Outcome) -> None:
    one = dataclasses.replace(outcome, run={**outcome.run, "seeds": outcome.run["seeds"][:1]})
    assert "ketens" not in {each.id for each in pictures_of(site, one, Choice("personen", "alle", 1), words_of("nl"))}


def test_a_chain_is_as_wide_as_its_numbers() -> None:
    filled = {"middle": 1.0, "low": 1.0, "high": 1.0, "mean": 1.0, "shown": True, "pairs": 4}
    links = [Link(0, (0.6, 0.4, 0, 0, 0, 0, 0), filled), Link(1, (0.0, 0.6, 0, 0, 0, 0, 0), filled)]
    svg = chains_svg(links, words_of("nl"))
    heights = {
        kind: [float(each) for each in re.findall(rf'class="{kind}"[^>]*? height="([\d.]+)"', svg)]
        for kind in ("on", "ending")
    }
    assert heights["on"] == [pytest.approx(102)]
    assert heights["ending"] == [pytest.approx(68), pytest.approx(102)]
    (stream,) = re.findall(r'<polygon class="stream" points="([^"]+)"', svg)
    ys = [float(point.split(",")[1]) for point in stream.split()]
    assert ys[3] - ys[0] == pytest.approx(102) == ys[2] - ys[1]


def test_chains_stand_there_under_both_names(site: Site) -> None:
    chains = read_simulation(site.workspace, PROGRAMME, "chains")
    rows = page(site).table("ketens_samen").rows
    assert {row["wijze"] for row in rows} == {"gevolgd", "verschil"}
    freed = chains.filter(method="gevolgd", link=-1, figure="vrijgekomen woningen").row(0, named=True)
    (told,) = [row for row in rows if row["wat"] == "Andere woningen vrij en weer bewoond"]
    assert told["midden"] == (freed["middle"] if freed["shown"] else None)
    links = page(site).table("ketens").rows
    for one, other in itertools.pairwise(links):
        # What goes on comes free at the next link, but for what is still open at the end of the run.
        opened = sum(float(other[f"einde_{code}"] or 0) for code in range(7))
        if int(str(other["schakel"])) < 9:
            assert opened == pytest.approx(one["einde_0"], abs=1e-9)


def test_schuifruimte_tells_each_site_reach_and_year(site: Site) -> None:
    shift = read_simulation(site.workspace, PROGRAMME, "shift_room")
    view = page(site)
    assert len(view.table("schuifruimte").rows) == shift.height
    assert shift.height
    assert {row["site"] for row in view.more["shift_rows"]} == {"dansbuurt sloop", "muziekbuurt renovatie"}
    assert any("moeten weg" in each for each in view.more["shift"])


def test_what_comes_due_is_near_the_sites_in_place_and_time(site: Site) -> None:
    rows = page(site).table("komt_terug").rows
    assert rows
    assert {row["gebied"] for row in rows} <= {"BU90020200", "BU90020201", "BU90020203", "BU90020101"}
    passage = [row for row in rows if row["gebied"] == "BU90020101"]
    assert all(int(str(row["van"])) <= 2027 + 5 and int(str(row["tot"])) >= 2026 - 5 for row in passage)


@pytest.mark.parametrize(("query", "said"), [({"cijfer": "geluk"}, "cijfer"), ({"cijfer": "inkomensgroep:arm"}, "cijfer"), ({"jaar": "99"}, "jaar")])  # fmt: skip
def test_what_there_is_not_is_refused(site: Site, query: dict[str, str], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        page(site, **query)


def test_a_programme_without_a_result_says_how_to_make_one(client: TestClient) -> None:
    answer = client.get("/bouwen/zoetermeer_voorbeeld")
    assert answer.status_code == 404
    assert "stadspeil simulate --programme zoetermeer_voorbeeld" in answer.text


def test_a_masked_cell_is_grey_on_the_page_in_both_languages(client: TestClient) -> None:
    for root, said in (("", CHANCE), ("/en", "not to be told from chance")):
        answer = client.get(f"{root}/bouwen/{PROGRAMME}?cijfer=ouderen")
        assert answer.status_code == 200
        assert f'class="masked">{said}</td>' in answer.text
        assert f"/bouwen/{PROGRAMME}?" in answer.text
