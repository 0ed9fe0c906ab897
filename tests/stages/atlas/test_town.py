"""Waar staan we? says what the report of the same town says."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import polars as pl
import pytest
from pptx import Presentation
from starlette.testclient import TestClient

from stadspeil.atlas import reports
from stadspeil.atlas.fields import fields_of
from stadspeil.atlas.lines import lines_of
from stadspeil.atlas.pages.town import town
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.report.document import Report
from stadspeil.report.findings import FAVOURABLE, UNFAVOURABLE
from stadspeil.report.publication import report_of
from stadspeil.report.standing import Standings
from stadspeil.shelf import read_shelf

TOWN = "GM9002"


@pytest.fixture(scope="module", params=[TOWN, "GM9007"])
def report(site: Site, request: pytest.FixtureRequest) -> Report:
    """The report of a town: made by the command's own function, from the same workspace."""
    return report_of(site.workspace, site.catalogue, request.param)


def view_of(site: Site, code: str, lang: str = "nl") -> View:
    """What the page says."""
    return town(site, Asked(lang, f"/stad/{code}", {"stad": code}))


def test_site_and_report_name_the_same_strongest_and_weakest_points(site: Site, report: Report) -> None:
    view = view_of(site, report.town.code)
    assert [row["id"] for row in view.table("sterk").rows] == [line.id for line in report.strongest[:3]]
    assert [row["id"] for row in view.table("zwak").rows] == [line.id for line in report.weakest[:3]]
    assert report.weakest


def test_every_line_of_the_site_equals_that_of_the_report(site: Site, report: Report) -> None:
    known = lines_of(site, report.town.code, "nl")
    for line in (*report.lines, *report.themes, *report.composites):
        own = known.lines.get(line.id) or known.composites[line.id]
        assert (own.place, own.year, own.value, own.mark, own.averages) == (
            line.place,
            line.year,
            line.value,
            line.mark,
            line.averages,
        ), line.id
        assert (own.margin, own.mark_margin) == pytest.approx((line.margin, line.mark_margin)), line.id


def test_themes_stand_in_the_order_places_and_colours_of_the_report(site: Site, report: Report) -> None:
    rows = view_of(site, report.town.code).table("themas").rows
    assert [row["id"] for row in rows] == [line.id for line in report.themes]
    assert [(row["plaats"], row["van"], row["kleur"]) for row in rows] == [
        (line.place.rank, line.place.ranked, line.place.band) for line in report.themes
    ]
    assert [(row["mogelijk_van"], row["mogelijk_tot"]) for row in rows] == [
        line.possible or (None, None) for line in report.themes
    ]


def test_the_sentence_counts_only_themes_whose_range_is_known(site: Site, report: Report) -> None:
    sure = [line for line in report.themes if line.sure]
    good = sum(line.place.band in FAVOURABLE for line in sure)
    bad = sum(line.place.band in UNFAVOURABLE for line in sure)
    told = [int(each) for each in re.findall(r"\d+", view_of(site, report.town.code).reading)]
    assert told == [good, len(report.themes), bad, len(report.themes) - good - bad]
    # There is a theme in Nieuwland that has a colour while its range is not known.
    assert len(sure) < len(report.themes)


def test_fields_that_were_counted_before_equal_those_of_the_report(site: Site) -> None:
    scores = read_shelf(
        site.workspace.out / "scores", {"level": ["gemeente"], "indicator": ["bijstand", "thema_werk", "woz_waarde"]}
    )
    standings = Standings(scores)
    counted = {(row["indicator"], row["year"], row["boundaries"]): row for row in fields_of(scores).to_dicts()}
    assert len(counted) > 20
    for (id, year, boundaries), row in counted.items():
        field = standings.field(id, (year, boundaries))
        assert (row["mean"], row["marks_per_unit"]) == pytest.approx((field.mean, field.marks_per_unit)), (id, year)


def test_an_arrow_stands_only_where_the_change_exceeds_its_margin(site: Site) -> None:
    trends = site.results.analysis("trends").filter(area=TOWN)
    sure = dict(
        trends.filter(pl.col("verdict").is_in(["gestegen", "gedaald"])).select("indicator", "verdict").iter_rows()
    )
    rows = view_of(site, TOWN).table("themas").rows
    for row in rows:
        assert row["richting"] == sure.get(str(row["id"]), row["richting"])
        assert (row["richting"] in ("gestegen", "gedaald")) == (row["id"] in sure)
    assert {row["richting"] for row in rows} >= {"gestegen", "niet te zeggen"}


def test_mechanisms_have_the_verdicts_of_the_analysis(site: Site) -> None:
    table = site.results.analysis("mechanisms").filter(area=TOWN)
    expected = [row["verdict"] for row in table.to_dicts() if row["years"] or not row["measured"]]
    rows = view_of(site, TOWN).table("mechanismen").rows
    assert sorted(str(row["oordeel"]) for row in rows) == sorted(expected)
    assert "van koers" in expected


def test_every_theme_leads_to_profile_explanation_map_and_development(client: TestClient) -> None:
    page = client.get(f"/stad/{TOWN}").text
    for address in (f"/gebied/{TOWN}?thema=veiligheid#thema-veiligheid", f"/uitleg/thema_veiligheid?gebied={TOWN}",
                    "/kaart?cijfer=thema_veiligheid", f"/ontwikkeling/{TOWN}?cijfer=thema_veiligheid"):  # fmt: skip
        assert f'href="{address}"' in page


@pytest.mark.parametrize(
    "address", [f"/stad/{TOWN}", f"/gebied/{TOWN}", "/gebied/BU90020100", "/ontwikkeling/WK900201?cijfer=bijstand"]
)
def test_the_menu_leads_to_other_pages_of_the_town_that_is_shown(client: TestClient, address: str) -> None:
    own = ("/stad/{}", "/gebied/{}", "/ontwikkeling/{}", "/beneden-de-wijk/{}")
    menu = client.get(address).text.split("<nav aria-label")[1].split("</nav>")[0]
    assert all(f'href="{each.format(TOWN)}"' in menu for each in own), menu
    # A town that the reader chose stays theirs, also while they look at another.
    chosen = client.get(address, headers={"cookie": "stad=GM9003"}).text.split("<nav aria-label")[1].split("</nav>")[0]
    assert all(f'href="{each.format("GM9003")}"' in chosen for each in own) and f"/{TOWN}" not in chosen
    nowhere = client.get("/kaart").text.split("<nav aria-label")[1].split("</nav>")[0]
    assert "/beneden-de-wijk/" not in nowhere


def test_a_town_leads_to_its_hidden_buurten(client: TestClient) -> None:
    main = client.get(f"/en/stad/{TOWN}").text.split("<main")[1]
    assert re.search(rf'<a href="/en/beneden-de-wijk/{TOWN}">Hidden buurten in Vierlingstad', main)


def test_a_wijk_is_no_town(client: TestClient) -> None:
    answer = client.get("/stad/WK900201")
    assert answer.status_code == 404
    assert "geen gemeente" in answer.text


def test_the_report_of_the_command_is_served_as_it_is(client: TestClient, site: Site) -> None:
    path = site.workspace.out / f"rapport-{TOWN}-nl.pdf"
    path.touch()
    answer = client.get(f"/rapport/{path.name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == path.read_bytes()


@pytest.mark.parametrize("name", ["run.json", "..%2Fstadspeil.toml", "rapport-GM9002-nl.json", "rapport-GM9002-nl.pdf.key",
                                  "brief-GM9002-nl.xlsx", "rapport-GM9002-de.pdf"])  # fmt: skip
def test_no_other_file_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/rapport/{name}").status_code == 404


def test_a_report_of_a_town_that_is_not_there_is_not_made(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_writer", lambda kind: pytest.fail("made a report"))
    assert client.get("/rapport/rapport-GM0001-nl.pdf").status_code == 404


def test_a_report_that_is_older_than_the_results_is_made_anew(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.workspace.out / f"brief-{TOWN}-nl.pdf"
    path.write_bytes(b"old")
    os.utime(path, (1, 1))
    asked: list[tuple[str, str, str]] = []

    def writer(kind: str) -> object:
        def write(workspace: object, catalogue: object, code: str, lang: str) -> list[Path]:
            asked.append((kind, code, lang))
            path.write_bytes(b"%PDF new")
            return [path]

        return write

    monkeypatch.setattr(reports, "_writer", writer)
    assert client.get(f"/rapport/{path.name}").content == b"%PDF new"
    assert client.get(f"/rapport/{path.name}").content == b"%PDF new"
    assert asked == [("brief", TOWN, "nl")]
    path.unlink()


def test_the_slide_of_a_town_shows_the_places_as_a_chart_that_can_be_changed(client: TestClient, site: Site) -> None:
    deck = Presentation(io.BytesIO(client.get(f"/stad/{TOWN}?als=pptx").content))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    shown = {str(name).split(" (")[0] for chart in charts for plot in chart.plots for name in plot.categories}
    rows = view_of(site, TOWN).table("themas").rows
    assert shown == {
        f"{row['thema']}: {row['plaats']}" + (f"–{row['plaats_tot']}" if row["plaats_tot"] != row["plaats"] else "")
        for row in rows
    }
    assert any(row["mogelijk_van"] is None for row in rows)
