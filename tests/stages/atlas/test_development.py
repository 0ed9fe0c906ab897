"""Ontwikkeling: lines that cross no break, and changes that are told only beyond their margin."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from stadspeil.analyses.store import read_analysis
from stadspeil.atlas.line_chart import LARGE, chart_svg, pieces, told
from stadspeil.atlas.pages.development import development_page
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import words_of
from stadspeil.report.drawing.content import Course, Panel, Panels
from stadspeil.shelf import read_shelf

TOWN = "GM9002"


def page(site: Site, area: str = TOWN, lang: str = "nl", **query: str) -> View:
    return development_page(site, Asked(lang, f"/ontwikkeling/{area}", {"stad": area}, query))


@pytest.fixture(scope="module")
def scores(site: Site) -> pl.DataFrame:
    return read_shelf(site.workspace.out / "scores")


def own_rows(view: View, name: str) -> dict[int, Any]:
    return {int(str(row["jaar"])): row for row in view.table("reeks").rows if row["naam"] == name}


def test_every_year_of_the_line_is_in_the_table_with_its_margin(site: Site, scores: pl.DataFrame) -> None:
    rows = own_rows(page(site, cijfer="bijstand"), site.name(TOWN))
    wanted = scores.filter(pl.col("area") == TOWN, pl.col("indicator") == "bijstand", pl.col("value").is_not_null())
    assert sorted(rows) == sorted(set(wanted["year"]))
    assert len(rows) == 20
    for row in wanted.filter(pl.col("year") == pl.col("boundaries")).iter_rows(named=True):
        found = rows[row["year"]]
        assert (found["waarde"], found["marge"]) == (row["value"], pytest.approx(1.96 * row["spread"]))


def test_lines_beside_are_those_of_the_groups(site: Site) -> None:
    view = page(site, cijfer="bijstand")
    groups = read_shelf(site.workspace.out / "group_scores").filter(indicator="bijstand", year=2024)
    values = dict(groups.select("group", "value").iter_rows())
    said = {row["naam"]: row["waarde"] for row in view.table("reeks").rows if row["jaar"] == 2024}
    assert said["New Towns"] == values["nta"]
    assert said["Regio, netto"] == values[f"{TOWN}:net"]
    assert said["Alle gemeenten"] == values["NL"]


def test_a_change_is_told_only_beyond_its_margin(site: Site) -> None:
    trends = read_analysis(site.workspace, "trends").filter(area=TOWN, scale="waarde")
    seen = set()
    for row in trends.sample(40, seed=1).iter_rows(named=True):
        reading = page(site, cijfer=row["indicator"]).reading
        moved = "gestegen" in reading or "gedaald" in reading
        if row["smallest_detectable"] is None:
            assert not moved and "de marge is niet bekend" in reading
        else:
            assert moved == (abs(row["change"]) > row["smallest_detectable"]), row
            assert not moved or ("gestegen" in reading) == (row["change"] > 0)
        seen.add((moved, row["smallest_detectable"] is None))
    assert seen == {(True, False), (False, False), (False, True)}


def test_the_sentence_gives_the_numbers_of_the_analysis(site: Site) -> None:
    row = (
        read_analysis(site.workspace, "trends").filter(area=TOWN, indicator="arbeidsongeschiktheid").row(0, named=True)
    )
    first, last, change, margin = (
        f"{number:.1f}".replace(".", ",")
        for number in (row["first"], row["last"], row["change"], row["smallest_detectable"])
    )
    reading = page(site, cijfer="arbeidsongeschiktheid").reading
    assert f"gestegen van {first} in {row['first_year']} naar {last}" in reading
    assert f"{change} meer met een marge van {margin} (90%)" in reading


def test_the_overview_counts_the_verdicts_by_their_side(site: Site) -> None:
    trends = read_analysis(site.workspace, "trends").filter(pl.col("area") == TOWN, pl.col("low").is_not_null())
    good = bad = 0
    for row in trends.iter_rows(named=True):
        entry = site.catalogue.indicators.get(row["indicator"])
        direction = "higher_is_better" if entry is None else entry.direction
        if direction != "neutral" and row["verdict"] in ("gestegen", "gedaald"):
            up = row["verdict"] == "gestegen"
            good += up == (direction == "higher_is_better")
            bad += up != (direction == "higher_is_better")
    reading = page(site).reading
    assert f"Van de {trends.height} cijfers" in reading
    assert f"{good} aantoonbaar gunstig en {bad} ongunstig" in reading


def test_an_index_is_a_hundred_in_the_base_year_and_carries_both_noises(site: Site, scores: pl.DataFrame) -> None:
    rows = own_rows(page(site, cijfer="bijstand", weergave="index"), site.name(TOWN))
    year = {row["year"]: row for row in scores.filter(area=TOWN, indicator="bijstand").iter_rows(named=True)
            if row["year"] == row["boundaries"]}  # fmt: skip
    assert rows[2019]["waarde"] == 100
    assert rows[2019]["marge"] == 0
    now, base = year[2024], year[2019]
    assert rows[2024]["waarde"] == pytest.approx(100 * now["value"] / base["value"])
    noise = math.hypot(now["spread"] / base["value"], now["value"] * base["spread"] / base["value"] ** 2)
    assert rows[2024]["marge"] == pytest.approx(100 * 1.96 * noise)


def broken(site: Site, id: str, year: int) -> Site:
    """The site with a figure that was measured otherwise from a year on."""
    entry = replace(site.catalogue.indicators[id], breaks={str(year): "andere vraag"})
    catalogue = replace(site.catalogue, indicators={**site.catalogue.indicators, id: entry})
    return Site(site.workspace, catalogue, site.settings)


def test_nothing_crosses_a_break(site: Site) -> None:
    view = page(broken(site, "bijstand", 2015), cijfer="bijstand")
    content = view.pictures[0].content
    assert isinstance(content, Panels)
    panel = content.panels[0]
    assert panel.breaks == (2015,)
    for course in (panel.town, *(course for _, course in panel.beside)):
        for piece in pieces(course, panel.breaks):
            assert not min(year for year, *_ in piece) < 2015 <= max(year for year, *_ in piece)
    # Each line is drawn in two parts, the band of the town too.
    assert len(re.findall(r'<polyline class="town"', view.pictures[0].svg)) == 2
    assert len(re.findall(r'<polygon class="band"', view.pictures[0].svg)) == 2
    assert any("breuk in 2015 (andere vraag)" in note for note in view.notes)
    assert [row["jaar"] for row in view.table("reeks").rows if row["breuk"]] == [2015]


def test_an_index_begins_after_the_last_break(site: Site) -> None:
    rows = own_rows(page(broken(site, "bijstand", 2021), cijfer="bijstand", weergave="index"), site.name(TOWN))
    assert min(rows) == 2021
    assert rows[2021]["waarde"] == 100


def test_an_unbroken_line_is_one_line(site: Site) -> None:
    svg = page(site, cijfer="bijstand").pictures[0].svg
    assert len(re.findall(r'<polyline class="town"', svg)) == 1
    assert 'class="break"' not in svg


def test_a_composite_stands_as_a_mark_beside_others_and_on_a_fixed_scale(site: Site) -> None:
    view = page(site, cijfer="thema_veiligheid")
    forms = {row["weergave"] for row in view.table("reeks").rows}
    assert forms == {"rapportcijfer", "vast cijfer"}
    real = read_analysis(site.workspace, "real_marks").filter(area=TOWN, indicator="thema_veiligheid").sort("year")
    fixed = [row["waarde"] for row in view.table("reeks").rows
             if row["weergave"] == "vast cijfer" and row["naam"] == site.name(TOWN)]  # fmt: skip
    assert fixed == real["fixed_mark"].to_list()


def test_a_composite_with_other_parts_is_another_measure(site: Site, scores: pl.DataFrame) -> None:
    """The mark of 2015 rests on more parts than that of 2014: the jump between them is no change of the town."""
    id = "mechanisme_sociaaleconomische_kracht"
    own = scores.filter(pl.col("area") == TOWN, pl.col("indicator") == id, pl.col("mark").is_not_null()).sort("year")
    share = dict(own.select("year", "coverage").iter_rows())
    jumps = [year for year in sorted(share)[1:] if abs(share[year] - share[year - 1]) > 0.01]
    assert jumps
    view = page(site, cijfer=id)
    content = view.pictures[0].content
    assert isinstance(content, Panels)
    assert list(content.panels[0].breaks) == jumps
    assert any(f"breuk in {jumps[0]} (andere delen tellen mee)" in note for note in view.notes)


def test_differences_of_change_are_those_of_the_analysis(site: Site) -> None:
    view = page(site, cijfer="opleiding_hoog_aandeel")
    table = read_analysis(site.workspace, "trend_gaps").filter(
        area=TOWN, indicator="opleiding_hoog_aandeel", group="nta"
    )
    known = table.row(0, named=True)
    row = next(row for row in view.table("naast").rows if row["naast"] == "New Towns")
    assert (row["verschil"], row["eigen"], row["andere"]) == (
        known["difference"],
        known["own_change"],
        known["group_change"],
    )
    assert row["marge"] == pytest.approx((known["high"] - known["low"]) / 2)
    assert (row["oordeel"] == "aantoonbaar meer gestegen of minder gedaald") == (known["verdict"] == "hoger")


def test_the_overview_shows_no_difference_that_is_not_demonstrable(site: Site) -> None:
    view = page(site)
    told = {(row["indicator"], row["group"]) for row in read_analysis(site.workspace, "trend_gaps").filter(
        pl.col("area") == TOWN, pl.col("verdict").is_in(["hoger", "lager"]), pl.col("kind") != "region_gross",
    ).iter_rows(named=True)}  # fmt: skip
    shown = sum(cell != "–" for row in view.more["gaps"] for cell in row["cells"])
    names = {"nta", f"{TOWN}:net", "NL"}
    assert shown == sum(group in names for _, group in told) > 0


def test_a_projection_stands_only_where_the_analysis_has_one(site: Site) -> None:
    table = read_analysis(site.workspace, "mechanisms").filter(area=TOWN)
    known = {row["measured"]: row for row in table.iter_rows(named=True)}
    rows = page(site).table("mechanismen").rows
    assert len(rows) == table.height
    for row in rows:
        own = known[str(row["id"])]
        assert (row["verwacht"], row["verwacht_van"], row["verwacht_tot"]) == (
            own["projection"],
            own["low"],
            own["high"],
        )
    assert sum(row["verwacht"] is not None for row in rows) == 1


def test_a_wijk_keeps_to_one_division(site: Site, scores: pl.DataFrame) -> None:
    wijk = "WK900201"
    rows = [
        row for row in page(site, wijk, cijfer="gezondheid_goed").table("reeks").rows if row["naam"] == site.name(wijk)
    ]
    own = scores.filter(pl.col("area") == wijk, pl.col("indicator") == "gezondheid_goed", pl.col("value").is_not_null())
    assert own["boundaries"].n_unique() > 1
    assert {row["grenzen"] for row in rows} == {2020}
    assert [row["jaar"] for row in rows] == sorted(own.filter(pl.col("boundaries") == 2020)["year"])


def test_one_year_is_no_development(site: Site) -> None:
    view = page(site, "WK900201", cijfer="bijstand")
    assert "nog niet te zeggen" in view.reading
    assert view.table("verandering").rows == ()


PANEL = Panel(
    "Iets", "%", 1, Course(((2010, 10.0, 1.0), (2011, 12.0, 1.0), (2012, 20.0, None), (2013, 21.0, None))),
    (("country", Course(((2010, 9.0, None), (2013, 9.5, None)))),), (2012,),
)  # fmt: skip


def test_a_year_is_read_off_with_margin_and_company() -> None:
    words = words_of("nl")
    assert told(PANEL, 2010, "Stad", {"country": "Land"}, words) == "2010: Stad 10,0 ±\u00a01,0%; Land 9,0%"
    assert told(PANEL, 2011, "Stad", {"country": "Land"}, words) == "2011: Stad 12,0 ±\u00a01,0%"


def test_a_chart_has_a_strip_per_year_and_no_band_where_no_margin_is() -> None:
    svg = chart_svg(PANEL, "Stad", {"country": "Land"}, LARGE, words_of("nl"))
    assert re.findall(r'data-year="(\d+)"', svg) == ["2010", "2011", "2012", "2013"]
    assert svg.count('class="band"') == 1
    # The country has a year on each side of the break: two points and no line.
    assert 'polyline class="country"' not in svg
    assert svg.count('class="country"') == 2
