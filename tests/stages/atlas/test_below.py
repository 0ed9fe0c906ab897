"""Below the wijk: what was planted in Nieuwland is what the page says, with the figures of the analysis."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from stadspeil.analyses.store import read_analysis
from stadspeil.atlas.below_tables import strip_table
from stadspeil.atlas.hidden import Chosen, Hidden
from stadspeil.atlas.pages.below import below
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.standing import HALF_INTERVAL

TOWN = "GM9002"
POVERTY = "huishoudens_laag_inkomen_aandeel"


def page(site: Site, town: str = TOWN, lang: str = "nl", **query: str) -> View:
    return below(site, Asked(lang, f"/beneden-de-wijk/{town}", {"stad": town}, query))


@pytest.fixture(scope="session")
def truth(demo: Path) -> dict[str, Any]:
    return json.loads((demo / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def pockets(site: Site) -> pl.DataFrame:
    return read_analysis(site.workspace, "pockets")


def test_the_hidden_buurten_on_poverty_are_the_planted_ones_in_every_town(site: Site, truth: dict[str, Any]) -> None:
    """Every planted poor buurt is listed, and what else is listed there was planted to slide into poverty."""
    planted = {each["buurt"] for each in truth["hidden_poor_buurten"]}
    sliding = {each["buurt"] for each in truth["sliding_buurten"]}
    towns = {f"GM{code[2:6]}" for code in planted | sliding}
    listed = {row["gebied"] for town in towns for row in page(site, town, cijfer=POVERTY).table("verborgen").rows}
    assert planted <= listed
    assert listed - planted <= sliding


def test_a_row_has_the_numbers_of_the_analysis_and_the_margin_of_the_score(site: Site, pockets: pl.DataFrame) -> None:
    (row,) = [
        each for each in page(site).table("verborgen").rows if each["gebied"] == "BU90020500" and each["id"] == POVERTY
    ]
    own = pockets.filter((pl.col("area") == "BU90020500") & (pl.col("indicator") == POVERTY)).row(0, named=True)
    score = site.results.of_area("BU90020500").filter(
        (pl.col("indicator") == POVERTY) & (pl.col("year") == own["year"])
    )
    assert (row["waarde"], row["rest"], row["hele_wijk"], row["p"]) == (
        own["value"],
        own["rest"],
        own["wijk_value"],
        own["p"],
    )
    assert row["verschil"] == own["difference"] == pytest.approx(own["value"] - own["rest"])
    assert row["marge_verschil"] == pytest.approx(1.645 * own["error"])
    assert row["marge"] == pytest.approx(HALF_INTERVAL * score["spread"][0])


def test_every_difference_that_is_listed_is_larger_than_its_margin(site: Site) -> None:
    view = page(site)
    rows = [*view.table("verborgen").rows, *view.table("ook_anders").rows]
    assert rows
    assert all(abs(float(row["verschil"])) > float(row["marge_verschil"]) for row in rows)


def test_hidden_is_found_unfavourable_and_in_a_wijk_that_does_not_stand_out(site: Site, pockets: pl.DataFrame) -> None:
    inside = pockets.filter((pl.col("area").str.slice(2, 4) == TOWN[2:]) & pl.col("found"))
    hidden = inside.filter(pl.col("unfavourable") & pl.col("wijk_hides")).select("area", "indicator")
    view = page(site)
    assert {(row["gebied"], row["id"]) for row in view.table("verborgen").rows} == set(hidden.iter_rows())
    assert len(view.table("verborgen").rows) + len(view.table("ook_anders").rows) == inside.height


def test_the_sentence_counts_and_names_the_hidden_buurten(site: Site) -> None:
    view = page(site)
    areas = {row["gebied"] for row in view.table("verborgen").rows}
    assert f"staan er {len(areas)} aantoonbaar" in view.reading
    named = [site.name(str(area)) for area in areas if site.name(str(area)) in view.reading]
    assert len(named) == min(len(areas), 4)


def test_where_nothing_is_found_the_page_says_so_and_what_that_means(site: Site) -> None:
    view = page(site, thema="winkels") if "winkels" in site.catalogue.themes else page(site)
    made = Hidden(site, TOWN, Chosen("winkels"))
    assert made.hidden.is_empty()
    assert view.table("verborgen").rows == ()
    told = " ".join((view.reading, *view.notes))
    assert "geen" in told and ("Niets gevonden betekent niet" in told or "zegt niets over de buurten" in told)


def test_a_theme_a_figure_and_a_year_narrow_the_list_and_stand_in_the_address(site: Site) -> None:
    theme = site.catalogue.indicators[POVERTY].theme
    of_theme = page(site, thema=theme).table("verborgen").rows
    assert of_theme and {site.catalogue.indicators[str(row["id"])].theme for row in of_theme} == {theme}
    of_figure = page(site, cijfer=POVERTY)
    assert {row["id"] for row in of_figure.table("verborgen").rows} == {POVERTY}
    assert of_figure.more["drawn"] == POVERTY
    assert {row["jaar"] for row in page(site, jaar="2018").table("verborgen").rows} <= {2018}
    # A figure of another theme gives way to the theme.
    assert {row["id"] for row in page(site, thema="veiligheid", cijfer=POVERTY).table("verborgen").rows}.isdisjoint(
        {POVERTY}
    )


def test_a_buurt_that_was_not_tested_stands_in_the_drawing_without_a_difference(
    site: Site, pockets: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen in use: a town of which one buurt was too small to test had no page at all."""
    tested = pockets.filter((pl.col("indicator") == POVERTY) & pl.col("area").str.starts_with(f"BU{TOWN[2:]}"))
    left_out = str(tested["area"][0])
    inside = type(site.results).inside

    def without(results: object, name: str, town: str) -> pl.DataFrame:
        return inside(results, name, town).filter(pl.col("area") != left_out)  # type: ignore[arg-type]

    monkeypatch.setattr(type(site.results), "inside", without)
    fresh = Hidden(site, TOWN, Chosen(figure=POVERTY))
    monkeypatch.setattr(type(site.results), "remembered", lambda results, key, make: make())
    row = next(each for each in strip_table(fresh, "", words_of("nl")).rows if each["gebied"] == left_out)
    assert row["waarde"] is not None
    assert (row["verschil"], row["marge_verschil"], row["p"]) == (None, None, None)


def test_what_is_not_there_is_refused(site: Site) -> None:
    for query in ({"thema": "kaas"}, {"cijfer": "kaas"}):
        with pytest.raises(QuestionError, match="kaas"):
            page(site, **query)
    with pytest.raises(QuestionError, match="geen gemeente"):
        page(site, "BU90020500")


def test_the_twin_of_the_drawing_has_every_buurt_with_a_value(site: Site) -> None:
    view = page(site, cijfer=POVERTY)
    rows = view.table("strook").rows
    year = site.results.inside("pockets", TOWN).filter(pl.col("indicator") == POVERTY)["year"][0]
    edition = site.results.edition(POVERTY, year, "buurt").filter(pl.col("value").is_not_null())
    own = edition.filter(pl.col("area").str.slice(2, 4) == TOWN[2:])
    assert {(row["gebied"], row["waarde"]) for row in rows} == set(own.select("area", "value").iter_rows())
    (picture,) = [each for each in view.pictures if each.id == "strook"]
    hidden = [row["naam"] for row in rows if str(row["uitslag"]).startswith("verborgen")]
    assert hidden and all(str(name) in picture.alt and str(name) in picture.svg for name in hidden)


def test_shares_within_wijken_come_from_the_split(site: Site) -> None:
    splits = site.results.inside("splits", TOWN)
    rows = page(site).table("verdeling").rows
    assert rows
    for row in rows:
        own = splits.filter(pl.col("indicator") == row["id"]).row(0, named=True)
        within = own["within_wijken"] / (own["between_wijken"] + own["within_wijken"])
        assert row["binnen_wijken"] == pytest.approx(100 * within)
        assert row["tussen_wijken"] == pytest.approx(100 - 100 * within)
    assert [row["binnen_wijken"] for row in rows] == sorted((row["binnen_wijken"] for row in rows), reverse=True)


def test_squares_are_told_of_buurten_and_none_is_named(site: Site, truth: dict[str, Any], client: TestClient) -> None:
    view = page(site)
    told = {row["gebied"] for row in view.table("in_buurten").rows}
    assert told and told <= {each["buurt"] for each in truth["square_pockets"]}
    squares = {square for each in truth["square_pockets"] for square in each["squares"]}
    text = client.get(f"/beneden-de-wijk/{TOWN}").text + client.get(f"/beneden-de-wijk/{TOWN}?als=json").text
    assert not any(square in text for square in squares)


def test_dissimilarity_never_stands_without_what_chance_gives(site: Site) -> None:
    rows = page(site).table("groepen").rows
    assert rows and all(row["d_toeval"] is not None for row in rows)


def test_the_page_links_each_buurt_to_its_profile_its_map_and_the_way_to_its_figure(client: TestClient) -> None:
    text = client.get(f"/en/beneden-de-wijk/{TOWN}").text
    assert 'href="/en/gebied/BU90020500"' in text
    assert "/en/kaart?cijfer=" in text and "niveau=buurt&amp;binnen=GM9002&amp;gebied=BU90020500" in text
    assert 'href="/en/herkomst/BU90020500/' in text
    links = {html.unescape(each) for each in re.findall(r'href="(/en/(?:gebied|kaart|herkomst|uitleg)[^"#]*)"', text)}
    assert len(links) > 20
    assert [link for link in sorted(links) if client.get(link).status_code != 200] == []


def test_all_rows_of_a_buurt_are_one_step_away(client: TestClient) -> None:
    short, whole = (client.get(f"/beneden-de-wijk/{TOWN}{query}").text for query in ("", "?alles=ja"))
    assert "alles=ja" in short
    assert whole.count('class="origin"') > short.count('class="origin"')


def test_the_list_leaves_as_a_table_with_the_same_rows(site: Site, client: TestClient) -> None:
    lines = client.get(f"/beneden-de-wijk/{TOWN}?als=csv").text.lstrip("\ufeff").splitlines()
    assert len(lines) == 1 + len(page(site).table("verborgen").rows)
