"""The map says what the results say: colours, margins, places and changes are compared with the tables themselves."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import polars as pl
import pytest
import shapely
from PIL import Image
from starlette.testclient import TestClient

from stadspeil.atlas.classes import CHANGE_MARGIN
from stadspeil.atlas.keeping import Kept
from stadspeil.atlas.lines import lines_of
from stadspeil.atlas.map_choice import shows_of
from stadspeil.atlas.map_words import notes_of
from stadspeil.atlas.outlines import places_of
from stadspeil.atlas.pages.map import _ordered, map_page
from stadspeil.atlas.pages.profile import profile
from stadspeil.atlas.painting import NONE, painting_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.standing_rows import standing_rows
from stadspeil.atlas.tiles import maps_of, prepare_maps, simplified
from stadspeil.atlas.views import Asked
from stadspeil.atlas.words import words_of
from stadspeil.shelf import Part, read_shelf, write_shelf
from stadspeil.workspace import Workspace

TOWN = "GM9002"


def page(site: Site, lang: str = "nl", **query: str) -> Any:
    """The view of a map."""
    return map_page(site, Asked(lang, "/kaart", {}, query))


def values(client: TestClient, query: str, prefix: str = "") -> dict[str, Any]:
    """What the browser paints with."""
    answer = client.get(f"{prefix}/kaart/waarden?{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_what_is_painted_is_what_the_table_and_the_results_say(site: Site, client: TestClient) -> None:
    told = values(client, "cijfer=koopwoningen_aandeel&niveau=buurt&jaar=2024")
    areas = client.get(told["areas"]).json()["areas"]
    rows = {
        row["gebied"]: row
        for row in page(site, cijfer="koopwoningen_aandeel", niveau="buurt", jaar="2024").tables[0].rows
    }
    scores = dict(site.results.edition("koopwoningen_aandeel", 2024, "buurt").select("area", "value").iter_rows())
    assert len(areas) == len(told["codes"]) == len(told["values"]) == 475
    for area, code, value in zip(areas, told["codes"], told["values"], strict=True):
        assert rows[area]["waarde"] == scores[area]
        assert rows[area]["code"] == code
        assert value == (None if scores[area] is None else pytest.approx(scores[area], abs=0.05))


def test_the_legend_counts_every_area_once(site: Site) -> None:
    for show in ("waarde", "verandering", "verborgen", "geschat", "soorten"):
        view = page(site, cijfer="koopwoningen_aandeel", toon=show)
        assert sum(row["gebieden"] for row in view.table("klassen").rows) == len(view.tables[0].rows), show


def test_a_change_is_the_difference_of_two_years_with_the_margin_of_both(site: Site) -> None:
    view = page(site, cijfer="koopwoningen_aandeel", toon="verandering", jaar="2024", sinds="2010", niveau="gemeente")
    first, last = (
        {
            row["area"]: row
            for row in site.results.edition("koopwoningen_aandeel", year, "gemeente").iter_rows(named=True)
        }
        for year in (2010, 2024)
    )
    seen = 0
    for row in view.tables[0].rows:
        if row["waarde"] is None:
            continue
        early, late = first[row["gebied"]], last[row["gebied"]]
        assert row["waarde"] == pytest.approx(late["value"] - early["value"])
        assert row["marge"] == pytest.approx(CHANGE_MARGIN * np.hypot(early["spread"], late["spread"]))
        assert (row["code"] in "0134") == (abs(row["waarde"]) > row["marge"])
        seen += 1
    assert seen > 8
    # A gemeente on other ground than in the first year is gray, however much its figure seems to have changed.
    gone = {row["gebied"] for row in view.tables[0].rows if row["waarde"] is None}
    assert gone == {code for code in last if site.results.register.touched(code, 2010, 2024)}


def test_a_change_agrees_with_the_analysis_of_trends(site: Site) -> None:
    trends = site.results.analysis("trends").filter(
        (pl.col("indicator") == "koopwoningen_aandeel") & pl.col("area").str.starts_with("GM") & ~pl.col("broken")
    )
    checked = 0
    for trend in trends.iter_rows(named=True):
        years = {"jaar": str(trend["last_year"]), "sinds": str(trend["first_year"])}
        view = page(site, cijfer="koopwoningen_aandeel", toon="verandering", niveau="gemeente", **years)
        row = view.tables[0].rows.of(trend["area"])
        if row is None or row["waarde"] is None or view.more["choice"].since != trend["first_year"]:
            continue
        assert row["waarde"] == pytest.approx(trend["change"])
        assert (row["code"] in "0134") == (trend["verdict"] in ("gestegen", "gedaald"))
        checked += 1
    assert checked > 5


@pytest.mark.parametrize(("level", "open_ones"), [("gemeente", {"few"}), ("buurt", {"few", "margin"})])
def test_what_chance_may_have_put_in_front_is_not_read_first(site: Site, level: str, open_ones: set[str]) -> None:
    seen = 0
    for figure in ("eenzaam", "bijstand", "inkomen_per_inwoner"):
        choice = page(site, cijfer=figure, niveau=level).more["choice"]
        table = _ordered(site, choice, painting_of(site, choice))
        placed = table.filter(pl.col("rank").is_not_null())
        aside = placed["why"].is_in(list(open_ones))
        assert aside.is_sorted(), "first those of which the place says something"
        for own in (placed.filter(~aside), placed.filter(aside)):
            assert own["rank"].is_sorted()
        assert table["rank"].is_null().is_sorted()
        seen += int(aside.any()) and int(not aside.all())
    assert seen or level == "gemeente"


def test_a_gemeente_whose_range_of_places_holds_the_middle_is_white(site: Site) -> None:
    ranges = site.results.analysis("rank_ranges")
    seen = 0
    for (id, year), own in ranges.group_by("indicator", "year", maintain_order=True):
        view = page(site, cijfer=str(id), jaar=str(year), niveau="gemeente")
        codes = {row["gebied"]: row["code"] for row in view.tables[0].rows}
        on = site.results.edition(str(id), int(str(year)), "gemeente")["boundaries"].max()
        for row in own.filter(pl.col("boundaries") == on).iter_rows(named=True):
            middle = (row["ranked"] + 1) / 2
            held = any(row[f"best_{kind}"] is not None and row[f"best_{kind}"] <= middle <= row[f"worst_{kind}"]
                       for kind in ("noise", "choices"))  # fmt: skip
            if held and row["area"] in codes:
                assert codes[row["area"]] in "2w-", (id, year, row["area"])
                seen += 1
        if seen > 200:
            break
    assert seen > 50


def test_hidden_buurten_are_those_of_the_analysis(site: Site) -> None:
    view = page(site, cijfer="bijstand", toon="verborgen")
    table = site.results.analysis("pockets").filter(pl.col("indicator") == "bijstand")
    newest = table.filter(pl.col("year") == view.more["choice"].year).filter(
        pl.col("boundaries") == pl.col("boundaries").max()
    )
    hidden = set(newest.filter(pl.col("found") & pl.col("unfavourable") & pl.col("wijk_hides"))["area"])
    assert {row["gebied"] for row in view.tables[0].rows if row["code"] == "0"} == hidden


def test_what_cannot_be_had_is_said_and_something_near_is_shown(site: Site) -> None:
    view = page(site, cijfer="koopwoningen_aandeel", jaar="1999")
    assert "1999" in view.notes[0]
    composite = next(id for id in site.catalogue.composites if id in site.results.indicators)
    assert page(site, cijfer=composite, toon="plekken").more["choice"].show == "waarde"
    assert "geschat" not in shows_of(site, composite)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_show_reads_as_a_sentence_without_gaps(site: Site, lang: str) -> None:
    figures = [
        id for id in ("koopwoningen_aandeel", "bijstand", "afstand_basisschool") if id in site.results.indicators
    ]
    for figure in figures:
        for show in shows_of(site, figure):
            view = page(site, lang, cijfer=figure, toon=show)
            assert view.reading.endswith(".")
            assert "{" not in view.title + view.reading + "".join(view.notes)
            assert ET.fromstring(view.pictures[0].svg).tag.endswith("svg")


def test_one_gemeente_is_a_table_a_drawing_and_a_reading_of_its_own(site: Site) -> None:
    view = page(site, cijfer="koopwoningen_aandeel", niveau="buurt", binnen=TOWN)
    assert all(row["gebied"].startswith("BU9002") for row in view.tables[0].rows)
    country = page(site, cijfer="koopwoningen_aandeel", niveau="buurt")
    assert 0 < len(view.tables[0].rows) < len(country.tables[0].rows)
    west, south, east, north = view.more["box"]
    assert west > country.more["box"][0]
    assert (east - west, north - south) < (country.more["box"][2] - country.more["box"][0], 99)


def test_the_drawing_has_every_area_in_the_colour_of_its_code(site: Site, client: TestClient) -> None:
    answer = client.get("/kaart/tekening.svg?cijfer=koopwoningen_aandeel&niveau=buurt")
    assert answer.headers["content-type"].startswith("image/svg")
    assert len(answer.content) < 300_000
    view = page(site, cijfer="koopwoningen_aandeel", niveau="buurt")
    drawn = dict(re.findall(r'class="code-(.)" fill="([^"]+)"', answer.text))
    for key in view.more["legend"]:
        if key.count:
            assert drawn[key.code] in (key.color, "url(#within)", "url(#none)")


def test_the_sketch_has_every_area_in_the_color_of_the_map_and_ends_where_they_end(
    site: Site, client: TestClient
) -> None:
    asked = "cijfer=koopwoningen_aandeel&niveau=buurt"
    answer = client.get(f"/kaart/schets.png?{asked}")
    assert answer.headers["content-type"] == "image/png"
    assert len(answer.content) < 100_000
    picture = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    view = page(site, cijfer="koopwoningen_aandeel", niveau="buurt")
    west, south, east, north = view.more["box"]
    high, wide, _ = picture.shape
    bottom, top = _mercator(south), _mercator(north)
    assert high / wide == pytest.approx((top - bottom) / math.radians(east - west), rel=0.002)
    colors = {key.code: key.color for key in view.more["legend"]}
    codes = {row["gebied"]: row["code"] for row in view.tables[0].rows}
    places = places_of(site.workspace, view.more["map"].boundaries, "buurt")
    wrong = []
    for area, x, y in places.select("area", "x", "y").iter_rows():
        column, row = (x - west) / (east - west) * wide, (top - _mercator(y)) / (top - bottom) * high
        red, green, blue, seen = picture[min(int(row), high - 1), min(int(column), wide - 1)]
        if (f"#{red:02x}{green:02x}{blue:02x}", seen) != (colors[codes[area]], 255):
            wrong.append(area)
    assert len(places) == len(codes)
    assert len(wrong) <= 0.01 * len(codes), "only a middle that lies on the edge of a pixel may fall beside its area"
    assert (picture[..., 3] == 0).any(), "clear where no area is"
    town = client.get(f"/kaart/schets.png?{asked}&binnen={TOWN}")
    assert town.content != answer.content
    assert Image.open(io.BytesIO(town.content)).width == wide
    assert client.get("/kaart/schets.png?cijfer=geen").status_code == 404


def _mercator(degrees: float) -> float:
    return math.asinh(math.tan(math.radians(degrees)))


def test_a_second_map_stands_in_the_table_too(site: Site) -> None:
    view = page(site, cijfer="koopwoningen_aandeel", niveau="gemeente", naast="2015")
    scores = dict(site.results.edition("koopwoningen_aandeel", 2015, "gemeente").select("area", "value").iter_rows())
    assert [row["naast"] for row in view.tables[0].rows] == [scores.get(row["gebied"]) for row in view.tables[0].rows]


def test_all_areas_leave_as_a_file(client: TestClient) -> None:
    answer = client.get("/kaart?cijfer=koopwoningen_aandeel&niveau=buurt&als=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 475
    told = json.loads(client.get("/kaart?cijfer=koopwoningen_aandeel&niveau=buurt&als=json").text)
    assert [each["id"] for each in told["tables"]] == ["gebieden", "klassen"]


def test_years_with_the_same_borders_share_a_tile_file_and_nothing_else_lies_there(site: Site) -> None:
    folder, drawn = site.workspace.out / "atlas" / "tiles", maps_of(site.workspace)
    kept = {each.name: each.read_bytes() for each in folder.glob("20*.pmtiles")}
    assert kept.keys() == {each.file for each in drawn}
    assert len(set(kept.values())) == len(kept), "two files hold the same"
    borders = read_shelf(site.workspace.tables / "areas").filter(pl.col("geometry").is_not_null())
    sums = borders.sort("level", "area").group_by("boundaries", maintain_order=True).agg("level", "geometry")
    told = {year: (tuple(levels), tuple(shapes)) for year, levels, shapes in sums.iter_rows()}
    for one in drawn:
        assert {each.file for each in drawn if told[each.boundaries] == told[one.boundaries]} == {one.file}


def test_lists_and_tiles_may_be_kept_for_good(client: TestClient) -> None:
    told = values(client, "cijfer=koopwoningen_aandeel&niveau=wijk", "/en")
    assert told["title"].startswith("Owner")
    areas = client.get(told["areas"])
    assert "immutable" in areas.headers["cache-control"]
    assert client.get(told["areas"], headers={"If-None-Match": areas.headers["etag"]}).status_code == 304
    part = client.get(told["tiles"], headers={"Range": "bytes=0-126"})
    assert (part.status_code, part.content[:7]) == (206, b"PMTiles")
    assert "immutable" in part.headers["cache-control"]
    shape = client.get(f"/kaart/vorm/{re.search('[0-9]{4}', told['areas'])[0]}-WK900201.json").json()
    assert shapely.from_geojson(json.dumps(shape)).is_valid


@pytest.mark.parametrize(
    "address", ["/kaart/gebieden/1850-buurt.json", "/kaart/gebieden/2024-straat.json", "/kaart/vorm/2024-BU00000000.json",
                "/kaart/vorm/2024-XX.json", "/kaart/waarden?cijfer=geen", "/kaart?cijfer=koopwoningen_aandeel&binnen=GM0000"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_shared_borders_stay_shared_when_they_are_simplified(site: Site) -> None:
    table = read_shelf(site.workspace.tables / "areas", {"boundaries": [2024], "level": ["buurt"]})
    shapes = simplified("buurt", shapely.from_wkb(table.sort("area")["geometry"].to_list()))
    assert shapely.coverage_is_valid(shapes)
    # One that is simplified by itself leaves gaps: the check can fail.
    alone = np.array([shapely.simplify(each, 5e-4) for each in shapes])
    assert not shapely.coverage_is_valid(alone)


@pytest.mark.parametrize("zoom", [6, 8, 13])
def test_tiles_of_every_band_hold_every_area_where_it_lies(site: Site, zoom: int) -> None:
    drawn = maps_of(site.workspace)[-1]
    path = site.workspace.out / "atlas" / "tiles" / drawn.file
    found = geopandas.read_file(path, layer="buurt", ZOOM_LEVEL=str(zoom)).dissolve("row").sort_index()
    table = read_shelf(site.workspace.tables / "areas", {"boundaries": [drawn.boundaries], "level": ["buurt"]})
    shapes = simplified("buurt", shapely.from_wkb(table.sort("area")["geometry"].to_list()))
    assert found.index.to_list() == list(range(len(shapes)))
    pixel = 2 * np.pi * 6378137 / 512 / 2 ** (zoom + 1)
    flat = geopandas.GeoSeries(list(shapes), crs=4326).to_crs(3857).to_numpy()
    seen = found.geometry.to_numpy()
    # How far a border moved, on average along it, in pixels of the largest zoom at which the tile is shown.
    moved = shapely.area(shapely.symmetric_difference(seen, flat)) / shapely.length(flat) / pixel
    assert moved.max() < 0.5
    assert np.median(shapely.area(shapely.symmetric_difference(np.roll(seen, 1), flat)) / shapely.length(flat)) > pixel
    # What is shared stays shared: nothing lies under two areas, and no gap opens between them.
    assert shapely.area(seen).sum() == pytest.approx(shapely.union_all(seen).area, rel=1e-5)
    assert shapely.union_all(seen).area == pytest.approx(shapely.union_all(flat).area, rel=5e-3)
    corners = [shapely.get_num_coordinates(each).sum() for each in (seen, shapes)]
    assert corners[0] < {6: 0.4, 8: 0.8, 13: 1.3}[zoom] * corners[1]


def test_every_area_has_a_middle_inside_its_box(site: Site) -> None:
    for each in maps_of(site.workspace):
        for level in each.levels:
            table = places_of(site.workspace, each.boundaries, level)
            assert table["area"].is_sorted()
            inside = table.filter(pl.col("x").is_between("west", "east") & pl.col("y").is_between("south", "north"))
            assert inside.height == table.height


def test_a_painting_is_made_once_until_results_change() -> None:
    kept, made = Kept(2), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept("a", "key", make), kept("a", "key", make), kept("b", "key", make)] == [1, 1, 2]
    kept("b", "second", make)
    kept("b", "third", make)
    assert kept("b", "key", make) == 5


def test_gray_is_told_with_its_reason(site: Site) -> None:
    view = page(site, cijfer="afstand_basisschool", niveau="buurt")
    gray = [row for row in view.tables[0].rows if row["code"] == NONE]
    assert gray
    assert all(row["reden"] for row in gray)
    assert painting_of(site, view.more["choice"]).why("margin") == sum(
        row["code"] == "w" for row in view.tables[0].rows
    )


def test_areas_that_were_cut_since_are_counted_as_gray(site: Site) -> None:
    choice = page(site, cijfer="bijstand", niveau="wijk").more["choice"]
    painting = painting_of(site, choice)
    drawn = maps_of(site.workspace)[-1]
    number = places_of(site.workspace, drawn.boundaries, "wijk").height
    older = replace(painting, boundaries=drawn.boundaries - 1, table=painting.table.head(number - 7))
    told = " ".join(notes_of(site, choice, older, drawn, words_of("nl")))
    assert f"7 gebieden op de kaart zijn grijs: op de grenzen van {drawn.boundaries - 1} hebben zij geen cijfer" in told
    same = replace(painting, boundaries=drawn.boundaries)
    assert "op de kaart" not in " ".join(notes_of(site, choice, same, drawn, words_of("nl")))


def test_a_year_without_a_moved_border_makes_no_second_tile_file(site: Site, tmp_path: Path) -> None:
    areas = read_shelf(site.workspace.tables / "areas").filter(
        (pl.col("boundaries") == pl.col("boundaries").max()) & (pl.col("level") == "gemeente")
    )
    workspace, newest = Workspace(tmp_path / "werkmap"), areas["boundaries"][0]
    moved = areas.filter(pl.col("area") != areas["area"].max()).with_columns(boundaries=pl.lit(newest + 2))
    years = [areas, areas.with_columns(boundaries=pl.lit(newest + 1)), moved]
    write_shelf(
        workspace.tables / "areas",
        [Part(str(number), table.cast(areas.schema)) for number, table in enumerate(years)],
    )
    drawn = prepare_maps(workspace)
    assert [each.boundaries for each in drawn] == [newest, newest + 1, newest + 2]
    assert drawn[0].file == drawn[1].file != drawn[2].file
    tiles = {each.name for each in (workspace.out / "atlas" / "tiles").glob("*.pmtiles")}
    assert tiles == {drawn[0].file, drawn[2].file}


def test_a_wijk_whose_code_meant_another_place_then_is_neither_painted_nor_told(site: Site) -> None:
    fresh = Site(site.workspace, site.catalogue, site.settings)
    choice = page(site, cijfer="bijstand", niveau="wijk").more["choice"]
    before = painting_of(site, choice)
    code = before.table.filter(pl.col("value").is_not_null())["area"][0]
    rows = site.results.of_area(code).filter(pl.col("value").is_not_null())
    assert lines_of(site, code, "nl").lines["bijstand"].boundaries == before.boundaries
    others = rows["boundaries"].unique().sort().to_list()
    assert len(others) > 1
    assert fresh.results.version
    gone = frozenset({(code, before.boundaries)})
    fresh.results.__dict__["elsewhere"] = gone
    # As it is prepared where the tables say this.
    fresh.results.__dict__["standing"] = lambda area: standing_rows(site.results.around(area), gone).filter(area=area)
    view = page(fresh, cijfer="bijstand", niveau="wijk")
    own = painting_of(fresh, view.more["choice"]).table.filter(area=code).row(0, named=True)
    assert (own["value"], own["rank"], own["code"], own["why"]) == (None, None, NONE, "elsewhere")
    assert any("wees toen een ander gebied aan" in each for each in view.notes)
    known = lines_of(fresh, code, "nl")
    assert all(before.boundaries != each.boundaries for each in known.lines.values())
    told = profile(fresh, Asked("nl", f"/gebied/{code}", {"gebied": code}, {}))
    assert any(str(before.boundaries) in each and "een ander gebied" in each for each in told.notes)
    assert told.more["inside"] == ()


def test_without_a_map_nothing_is_said_of_keys_for_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Pijltjes" in client.get("/kaart?cijfer=bijstand&niveau=wijk").text
    monkeypatch.setattr("stadspeil.atlas.pages.map.nearest_map", lambda *_: None)
    told = client.get("/kaart?cijfer=bijstand&niveau=wijk&zonder").text
    assert "Van dit niveau is geen kaart ingelezen" in told and "Open een gebied in de tabel" in told
    assert "pijltjes" not in told.lower()
