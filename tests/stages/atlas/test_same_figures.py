"""One figure is told in one way: possible places, verdicts and counts agree over pages, slides, brief and report."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pptx import Presentation
from starlette.testclient import TestClient

from stadspeil.atlas.map_choice import choice_of as map_choice
from stadspeil.atlas.pages.below import below
from stadspeil.atlas.pages.compare import compare_page
from stadspeil.atlas.pages.development import development_page
from stadspeil.atlas.pages.profile import profile
from stadspeil.atlas.pages.town import town
from stadspeil.atlas.painting import painting_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View

TOWN = "GM9002"


@pytest.fixture(scope="module")
def standing(site: Site) -> View:
    return town(site, Asked("nl", f"/stad/{TOWN}", {"stad": TOWN}))


@pytest.fixture(scope="module")
def compared(site: Site) -> View:
    return compare_page(site, Asked("nl", "/vergelijken", {}, {"gebieden": f"{TOWN},GM9003", "licht": TOWN}))


def ranges_of(view: View) -> dict[Any, tuple[Any, Any]]:
    return {row["id"]: (row["mogelijk_van"], row["mogelijk_tot"]) for row in view.table("themas").rows}


def test_a_theme_has_the_same_possible_places_on_every_page(site: Site, standing: View, compared: View) -> None:
    beside = {row["id"]: (row["plaats_van"], row["plaats_tot"])
              for row in compared.table("vergelijking").rows if row["gebied"] == TOWN}  # fmt: skip
    page = profile(site, Asked("nl", f"/gebied/{TOWN}", {"gebied": TOWN}, {"thema": "alle"}))
    own = {section["composite"]["id"]: section["composite"]["range"] or (None, None)
           for section in page.more["sections"] if section["composite"]}  # fmt: skip
    expected = ranges_of(standing)
    assert expected["thema_veiligheid"] != (None, None)
    assert {id: beside[id] for id in expected} == expected
    assert {id: own[id] for id in expected} == expected


def test_town_and_comparison_count_the_same_sides(standing: View, compared: View) -> None:
    first, second = (re.findall(r"\d+", view.reading)[:4] for view in (standing, compared))
    assert (first[0], first[2], first[3]) == (second[0], second[2], second[3])
    assert sorted(first) == sorted(second)


def test_what_the_town_page_paints_is_what_its_sentence_counts(client: TestClient, standing: View) -> None:
    page = client.get(f"/stad/{TOWN}").text
    table = page[page.index('id="kop-themas"') : page.index('id="kop-mechanismen"')]
    marks = re.findall(r'class="band ([a-z_ ]+)"', table)
    told = [int(each) for each in re.findall(r"\d+", standing.reading)]
    assert [sum(each.endswith("_favourable") or each == "favourable" for each in marks),
            sum(each.endswith("unfavourable") for each in marks)] == [told[0], told[2]]  # fmt: skip
    # A theme whose margin nobody knows is pointed at and not painted.
    assert any(each.endswith(" unsure") for each in marks)
    assert table.count('class="up"') == told[0] and table.count('class="down"') == told[2]


def test_a_place_that_is_certain_is_not_called_unknown(standing: View) -> None:
    ranges = ranges_of(standing)
    assert ranges["thema_werk"] == (11, 11)
    assert {row["id"]: row["possible"] for row in standing.more["themes"]}["thema_werk"] == (11, 11)


def test_points_that_are_certain_come_before_those_without_a_margin(standing: View) -> None:
    for side in ("sterk", "zwak"):
        sure = [row["sure"] for row in standing.more["points"][side]]
        assert sure == sorted(sure, reverse=True)
    assert standing.more["points"]["zwak"][0]["sure"]


def test_slides_of_the_town_show_every_theme_once(client: TestClient, standing: View) -> None:
    deck = Presentation(io.BytesIO(client.get(f"/stad/{TOWN}?als=pptx").content))
    shown = [str(name) for slide in deck.slides for shape in slide.shapes if shape.has_chart
             for name in shape.chart.plots[0].categories]  # fmt: skip
    expected = []
    for row in standing.table("themas").rows:
        place = f"{row['plaats']}" if row["plaats"] == row["plaats_tot"] else f"{row['plaats']}–{row['plaats_tot']}"
        known = "?" if row["mogelijk_van"] is None else f"{row['mogelijk_van']}–{row['mogelijk_tot']}"
        expected.append(f"{row['thema']}: {place} ({known})")
    assert sorted(shown) == sorted(expected)


def test_slides_of_the_town_hold_every_row_and_both_ends_of_a_range(client: TestClient, standing: View) -> None:
    deck = Presentation(io.BytesIO(client.get(f"/stad/{TOWN}?als=pptx").content))
    rows = [[cell.text for cell in row.cells] for slide in deck.slides for shape in slide.shapes if shape.has_table
            for row in shape.table.rows]  # fmt: skip
    told: dict[str, list[str]] = {}
    for row in rows:
        # A theme heads the rows of what counts in it too, further on.
        told.setdefault(row[0], row)
    for row in standing.table("themas").rows:
        known = "–" if row["mogelijk_van"] is None else f"{row['mogelijk_van']}–{row['mogelijk_tot']}"
        assert known in told[row["thema"]], row["thema"]
    assert "9–10" in told["Weinig overlast"]


def test_a_sign_beside_others_says_who_is_better_and_names_the_own_figure(site: Site) -> None:
    page = profile(site, Asked("nl", f"/gebied/{TOWN}", {"gebied": TOWN}, {"thema": "alle"}))
    signs = {}
    for section in page.more["sections"]:
        for row in section["rows"]:
            signs[row["id"]] = [(sign, said) for _, sign, said in row["beside"] if sign]
    crimes = signs["misdrijven_totaal"]
    # More crime than elsewhere is worse: no mark that the legend calls favourable.
    assert crimes and all(sign == "\u25bc" and "hoger, dus ongunstiger" in said for sign, said in crimes)
    assert all(said.startswith("58,5 hier is") for _, said in crimes)


def test_the_margin_of_a_figure_is_the_same_on_its_profile_and_over_the_years(site: Site) -> None:
    page = profile(site, Asked("nl", f"/gebied/{TOWN}", {"gebied": TOWN}, {"thema": "alle"}))
    own = {(row["id"], row["jaar"]): row["marge"] for row in page.table("cijfers").rows if row["marge"] is not None}
    years = development_page(
        site, Asked("nl", f"/ontwikkeling/{TOWN}", {"stad": TOWN}, {"cijfer": "misdrijven_totaal"})
    )
    found = [row for row in years.tables[0].rows if row["marge"] is not None and (row["id"], row["jaar"]) in own]
    assert found and all(row["marge"] == pytest.approx(own[row["id"], row["jaar"]]) for row in found)


def test_profile_and_page_below_count_the_same_hidden_buurten(site: Site) -> None:
    listed = profile(site, Asked("nl", f"/gebied/{TOWN}", {"gebied": TOWN})).more["pockets"]
    told = below(site, Asked("nl", f"/beneden-de-wijk/{TOWN}", {"stad": TOWN})).reading
    assert listed and all(each.name in told for each in listed)
    assert f" {len(listed)} aantoonbaar" in told


def test_the_map_knows_the_margin_of_what_the_town_page_calls_certain(site: Site, standing: View) -> None:
    for row in standing.more["themes"]:
        choice = map_choice(site, Asked("nl", "/kaart", {}, {"cijfer": row["id"], "niveau": "gemeente"}))
        (own,) = painting_of(site, choice).table.filter(area=TOWN).iter_rows(named=True)
        assert (own["low"], own["high"]) == (row["possible"] or (None, None)), row["id"]
        assert not (row["sure"] and own["why"] in ("unsure", "margin")), row["id"]
        if not row["sure"] and row["possible"] is None:
            assert own["why"] in ("unsure", ""), row["id"]
