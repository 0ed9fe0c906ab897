"""Vergelijken says what the scores and analyses hold, and never more than their intervals allow."""

from __future__ import annotations

import math
import re
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.analyses.store import read_analysis
from stadspeil.atlas.choosing import MOST_AREAS, choice_of, find_area
from stadspeil.atlas.pages.compare import compare_page
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.report.drawing.content import PlacePanels
from stadspeil.shelf import read_shelf

TOWN, OTHER = "GM9002", "GM9003"


def asked(**query: str) -> Asked:
    return Asked("nl", "/vergelijken", {}, query)


@pytest.fixture(scope="module")
def scores(site: Site) -> pl.DataFrame:
    return read_shelf(site.workspace.out / "scores").filter(pl.col("level") == "gemeente")


@pytest.fixture(scope="module")
def ranges(site: Site) -> dict[tuple[str, str], dict[str, Any]]:
    table = read_analysis(site.workspace, "rank_ranges")
    return {(row["indicator"], row["area"]): row for row in table.iter_rows(named=True)}


def numbers(view: View, **wanted: str) -> list[Any]:
    return [row for row in view.table("vergelijking").rows if all(row[name] == value for name, value in wanted.items())]


def test_without_a_question_the_first_group_is_compared(site: Site) -> None:
    choice = choice_of(site, asked())
    assert (choice.areas, choice.groups, choice.lit) == (("GM9002", "GM9003"), ("nta",), "GM9002")


def test_numbers_are_those_of_the_scores(site: Site, scores: pl.DataFrame) -> None:
    view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}", thema="veiligheid"))
    rows = [row for row in view.table("vergelijking").rows if row["soort"] == "gemeente"]
    assert len(rows) > 10
    for row in rows:
        own = scores.filter(area=row["gebied"], indicator=row["id"], year=row["jaar"], boundaries=row["grenzen"]).row(
            0, named=True
        )
        assert (row["waarde"], row["rapportcijfer"], row["plaats"]) == (own["value"], own["mark"], own["rank"])
        assert row["marge"] == (None if own["spread"] is None else pytest.approx(1.96 * own["spread"]))


def test_no_place_stands_without_its_range_or_a_question_mark(site: Site, ranges: dict[Any, Any]) -> None:
    view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}"))
    for row in view.table("vergelijking").rows:
        if row["plaats"] is None:
            continue
        known = ranges[row["id"], row["gebied"]]
        ends = [known[f"{end}_{kind}"] for kind in ("noise", "choices") for end in ("best", "worst")]
        told = [each for each in ends if each is not None]
        widest = (min(*told, row["plaats"]), max(*told, row["plaats"])) if told else (None, None)
        assert (row["plaats_van"], row["plaats_tot"]) == widest
    for line in view.more["matrix"]:
        for cell in line["cells"]:
            assert not cell["place"] or re.fullmatch(r"\d+ \((\d+–\d+|\?)\)", cell["place"])


def test_the_sentence_counts_only_what_is_on_one_side_with_every_known_range(
    site: Site, ranges: dict[Any, Any]
) -> None:
    view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}"))
    good = bad = 0
    rows = [row for row in numbers(view, gebied=TOWN) if row["rapportcijfer"] is not None]
    for row in rows:
        known = ranges[row["id"], TOWN]
        ends = [known[f"{end}_{kind}"] for kind in ("noise", "choices") for end in ("best", "worst")
                if known[f"{end}_{kind}"] is not None]  # fmt: skip
        middle = (row["van"] + 1) / 2
        third = (row["plaats"] - 1) / (row["van"] - 1)
        good += bool(ends) and max(*ends, row["plaats"]) < middle and third < 1 / 3
        bad += bool(ends) and min(*ends, row["plaats"]) > middle and third > 2 / 3
    said = f"bij {good} van de {len(rows)} onderwerpen aantoonbaar aan de gunstige kant van het land en bij {bad} aan"
    assert good + bad > 0
    assert said in view.reading
    assert f"bij {len(rows) - good - bad} is het midden, het verschil te klein" in view.reading


def test_a_color_is_given_only_to_what_is_surely_on_a_side(site: Site, ranges: dict[Any, Any]) -> None:
    view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}", thema="veiligheid"))
    colored = 0
    for line in view.more["matrix"]:
        for cell, area in zip(line["cells"], (TOWN, OTHER), strict=True):
            known = ranges.get((line["id"], area))
            if not cell["side"] or known is None:
                continue
            colored += 1
            middle = (known["ranked"] + 1) / 2
            for kind in ("noise", "choices"):
                low, high = known[f"best_{kind}"], known[f"worst_{kind}"]
                assert low is None or high < middle or low > middle
    assert colored
    svg = view.pictures[0].svg
    assert len(re.findall(r'class="place (?:favourable|unfavourable)"', svg)) == colored


def test_one_figure_is_told_with_its_range_and_with_whom_it_is_ahead_of(site: Site, ranges: dict[Any, Any]) -> None:
    view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}", cijfer="bijstand"))
    known = ranges["bijstand", TOWN]
    assert (
        f"plaats {known['rank']} van {known['ranked']} ({known['best_noise']}–{known['worst_noise']})" in view.reading
    )
    pairs = (
        read_analysis(site.workspace, "pairs").filter(area=TOWN, other=OTHER, indicator="bijstand").row(0, named=True)
    )
    assert abs(pairs["difference"]) > 1.645 * pairs["error"]
    word = "gunstiger" if pairs["favourable"] else "ongunstiger"
    assert f"aantoonbaar {word} dan {site.name(OTHER)}" in view.reading


def test_a_pair_that_noise_does_not_tell_apart_is_not_told_apart(site: Site) -> None:
    pairs = read_analysis(site.workspace, "pairs").filter(area=TOWN, other=OTHER)
    same = pairs.filter(pl.col("verdict").is_in(["gelijk", "onbekend"]))["indicator"].to_list()
    assert same
    for id in same[:8]:
        view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}", cijfer=id))
        assert "gunstiger dan" not in view.reading, id


def test_differences_with_groups_are_those_of_the_analysis(site: Site) -> None:
    view = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}", groep="nta", thema="werk"))
    table = read_analysis(site.workspace, "gaps").filter(area=TOWN, group="nta")
    known = {row["indicator"]: row for row in table.iter_rows(named=True)}
    rows = [row for row in view.table("verschillen").rows if row["naast"] == "New Towns" and row["id"] in known]
    assert rows
    for row in rows:
        gap = known[row["id"]]
        assert row["verschil"] == gap["gap"]
        assert ("aantoonbaar hoger" in str(row["oordeel"])) == (gap["verdict"] == "hoger")
        if "aantoonbaar" in str(row["oordeel"]) and "geen" not in str(row["oordeel"]):
            assert abs(row["verschil"]) > row["marge"]


def test_an_own_set_is_the_plain_mean_of_its_members_and_carries_their_noise(site: Site, scores: pl.DataFrame) -> None:
    members = ["GM9008", "GM9009"]
    view = compare_page(site, asked(gebieden=TOWN, set="De kust:GM9008,GM9009", cijfer="misdrijven_totaal"))
    own = numbers(view, gebied=TOWN)[0]
    edition = scores.filter(indicator="misdrijven_totaal", year=own["jaar"], boundaries=own["grenzen"])
    rows = {row["area"]: row for row in edition.iter_rows(named=True)}
    mean = (rows["GM9008"]["value"] + rows["GM9009"]["value"]) / 2
    found = next(row for row in view.table("vergelijking").rows if row["soort"] == "eigen groep")
    assert (found["naam"], found["waarde"]) == ("De kust", pytest.approx(mean))
    gap = next(row for row in view.table("verschillen").rows if row["naast"] == "De kust")
    error = math.sqrt(rows[TOWN]["spread"] ** 2 + sum((rows[each]["spread"] / 2) ** 2 for each in members))
    assert gap["verschil"] == pytest.approx(rows[TOWN]["value"] - mean)
    assert gap["marge"] == pytest.approx(1.645 * error)


def test_a_named_choice_becomes_a_set_that_stays_in_the_address(client: TestClient) -> None:
    answer = client.get("/vergelijken", params=[("gebieden", TOWN), ("gebieden", "GM9005"), ("naam", "Twee <b>steden")])
    assert answer.status_code == 200
    assert "<b>steden" not in answer.text
    assert 'name="set" value="Twee  b steden:GM9002,GM9005"' in answer.text
    again = client.get("/vergelijken", params={"gebieden": TOWN, "set": "Twee steden:GM9002,GM9005"})
    assert "Eigen groep Twee steden" in again.text


def test_what_is_ticked_twice_is_one_list(client: TestClient) -> None:
    ticked = client.get(f"/vergelijken?gebieden={TOWN}&gebieden={OTHER}&als=csv").content
    listed = client.get(f"/vergelijken?gebieden={TOWN},{OTHER}&als=csv").content
    assert ticked == listed
    assert client.get(f"/vergelijken?gebieden={TOWN}&als=csv").content != listed


def test_an_area_is_found_by_name_and_what_is_unknown_is_said(site: Site) -> None:
    assert find_area(site, " haverdam ") == "GM9005"
    assert find_area(site, "Haverdam (GM9005)") == "GM9005"
    assert find_area(site, "Nergenshuizen") == ""
    view = compare_page(site, asked(gebieden=TOWN, erbij="haverdam, Nergenshuizen"))
    assert [code for code, *_ in view.more["legend"]] == [TOWN, "GM9005"]
    assert any("‘Nergenshuizen’" in note for note in view.notes)


def test_wijken_have_marks_with_margins_and_no_places(site: Site) -> None:
    view = compare_page(site, Asked("nl", "/vergelijken", {}, {"in": TOWN, "niveau": "wijk"}))
    rows = [row for row in view.table("vergelijking").rows if row["soort"] == "wijk"]
    assert rows and all(row["plaats"] is None for row in rows)
    assert any(row["marge_rapportcijfer"] is not None for row in rows)
    assert 'class="place' not in view.pictures[0].svg
    assert "plaats" not in view.reading


def test_a_mark_with_a_margin_wider_than_half_the_scale_is_not_shown(site: Site) -> None:
    view = compare_page(site, Asked("nl", "/vergelijken", {}, {"in": TOWN, "niveau": "wijk"}))
    vague = {
        (row["id"], row["gebied"]) for row in view.table("vergelijking").rows if (row["marge_rapportcijfer"] or 0) > 3.5
    }
    assert vague
    areas = [code for code, *_ in view.more["legend"]]
    for line in view.more["matrix"]:
        for code, cell in zip(areas, line["cells"], strict=True):
            assert cell["value"] == "–" or (line["id"], code) not in vague


def test_other_levels_and_too_many_areas_are_left_out_and_named(site: Site) -> None:
    towns = [code for code, _ in site.towns()] * 2
    choice = choice_of(site, asked(gebieden=",".join([*towns, "WK900201"])))
    assert len(choice.areas) <= MOST_AREAS
    assert "WK900201" in choice.left_out


def test_slides_get_the_places_that_the_figure_shows(site: Site, ranges: dict[Any, Any]) -> None:
    content = compare_page(site, asked(gebieden=f"{TOWN},{OTHER}")).pictures[0].content
    assert isinstance(content, PlacePanels)
    title, places = next(each for each in content.panels if each[0].startswith("Veiligheid"))
    known = ranges["thema_veiligheid", TOWN]
    assert title.endswith(f"({known['year']})")
    assert (places.rows[0].rank, places.rows[0].noise) == (known["rank"], (known["best_noise"], known["worst_noise"]))


@pytest.mark.parametrize("query", ["cijfer=bestaat_niet", "thema=bestaat_niet"])
def test_a_subject_that_is_not_there_is_said_in_words(client: TestClient, query: str) -> None:
    answer = client.get(f"/vergelijken?{query}")
    assert (answer.status_code, "bestaat_niet" in answer.text) == (404, True)


def test_the_menu_compares_the_reader_s_own_town_with_its_own_group_or_the_first(site: Site) -> None:
    group = min(site.catalogue.groups.values(), key=lambda each: each.order)
    member = group.members[1]
    outsider = next(
        code for code, _ in site.towns() if not any(code in each.members for each in site.catalogue.groups.values())
    )
    mine = choice_of(site, Asked("nl", "/vergelijken", {}, {"licht": member}))
    assert (mine.lit, mine.areas) == (member, tuple(code for code in group.members if code in site.results.names))
    alone = choice_of(site, Asked("nl", "/vergelijken", {}, {"licht": outsider}))
    assert alone.lit == outsider
    assert alone.areas == (outsider, *mine.areas)
