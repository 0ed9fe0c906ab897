"""Maps: nothing colored within its margin, hatched where nothing is known, borders that still fit after simplifying."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
import shapely

from stadspeil.analyses.tables import ANALYSES
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import AREAS, SCORES
from stadspeil.report import Material
from stadspeil.report.chapters import Shown
from stadspeil.report.chapters.maps import is_demonstrable, maps
from stadspeil.report.document import Chapter, Drawing
from stadspeil.report.drawing.ground import Frame, ground_of, wijk_of
from stadspeil.report.drawing.maps import Setting, ShadedMap, apart, maps_svg
from stadspeil.report.model import report_model
from stadspeil.report.provenance import ground_said, source_of_ground
from stadspeil.report.together import Country, country_maps, places_together
from stadspeil.report.wording import LANGUAGES, wording

NL = wording("nl")
TOWN = "GM0637"


@pytest.fixture(scope="module")
def ours() -> Catalogue:
    return load_catalogue()


def square(east: float, north: float, side: float = 0.01) -> bytes:
    corner = shapely.box(4.5 + east * side, 52.0 + north * side, 4.5 + (east + 1) * side, 52.0 + (north + 1) * side)
    return bytes(shapely.to_wkb(corner))


# Six buurten in two wijken, three by two.
CODES = [f"BU063701{number:02d}" for number in (1, 2, 3)] + [f"BU063702{number:02d}" for number in (1, 2, 3)]


def areas(geometry: bool = True) -> pl.DataFrame:
    rows = [
        (code, "buurt", f"Buurt {code[-4:]} <&>", f"WK{code[2:8]}", 2020,
         square(place % 3, place // 3) if geometry else None, "grenzen-2020-a")
        for place, code in enumerate(CODES)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(AREAS.columns), orient="row")


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    contract = ANALYSES[name]
    made = [{column: row.get(column) for column in contract.columns} for row in rows]
    return pl.DataFrame(made, schema=dict(contract.columns))


def estimate(code: str, value: float, half: float, shrunken: float | None = None, id: str = "ww") -> dict[str, Any]:
    return {
        "area": code, "year": 2020, "boundaries": 2020, "indicator": id, "value": value, "low": value - half,
        "high": value + half, "shrunken": value if shrunken is None else shrunken, "pull": 0.0,
    }  # fmt: skip


def chapter(
    ours: Catalogue, estimates: list[dict[str, Any]], ground: pl.DataFrame, **more: pl.DataFrame
) -> Chapter | None:
    series = pl.DataFrame(
        [(TOWN, "gemeente", 2020, 2020, "ww", 10.0, None, None, "waarde", *([None] * 5), 1.0, "")],
        schema=dict(SCORES.columns), orient="row",
    )  # fmt: skip
    analyses = {"estimates": table("estimates", estimates), **more}
    shown = Shown(TOWN, ours, analyses, areas(), {}, {}, series=series, ground=ground, ground_source="Kadaster")
    return maps(shown, NL)


def drawings(made: Chapter | None) -> list[Drawing]:
    assert made is not None
    return [part for part in made.parts if isinstance(part, Drawing)]


def shaded(svg: str) -> dict[str, int]:
    """How many areas have each shade."""
    found = {}
    for group in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        found[group.get("class", "")] = len(list(group))
    return found


FIVE = [estimate(CODES[0], 10.5, 2.0), estimate(CODES[1], 30.0, 2.0), estimate(CODES[2], 2.0, 1.0),
        estimate(CODES[3], 11.0, 0.9), estimate(CODES[4], 18.0, 2.0)]  # fmt: skip


def test_a_difference_within_its_margin_has_no_color_and_an_unknown_buurt_is_hatched(ours: Catalogue) -> None:
    (drawn,) = drawings(chapter(ours, FIVE, areas()))
    # ww: lower is better. 30 lies far out, 18 less so, 2 is favourable; 10.5 and 11 are within their margins.
    assert shaded(drawn.svg) == {"good1": 1, "same": 2, "bad1": 1, "bad2": 1, "unknown": 1}
    assert 'class="unknown" fill="url(#unknown)"' in drawn.svg
    assert "Geen aantoonbaar verschil: 2 buurten. Niet bekend: 1 buurten" in drawn.alt and "30" in drawn.alt


def test_the_margin_is_shared_over_all_buurten_of_the_map() -> None:
    # 1 above the town with a margin of 0.9: more than noise for one buurt, not for the one that stands out of sixty.
    row = estimate(CODES[0], 11.0, 0.9)
    assert is_demonstrable(row, 10.0, 1) and not is_demonstrable(row, 10.0, 60)


def test_a_figure_pulled_to_the_other_side_of_the_town_has_no_color() -> None:
    assert is_demonstrable(estimate(CODES[0], 20.0, 1.0, shrunken=12.0), 10.0, 1)
    assert not is_demonstrable(estimate(CODES[0], 20.0, 1.0, shrunken=9.0), 10.0, 1)
    assert not is_demonstrable({**estimate(CODES[0], 20.0, 1.0), "low": None}, 10.0, 1)


def test_without_boundaries_there_is_a_sentence_and_no_map(ours: Catalogue) -> None:
    made = chapter(ours, FIVE, areas(geometry=False))
    assert made is not None and made.parts == (NL("maps.no_ground"),)


def test_hidden_buurten_are_numbered_and_named(ours: Catalogue) -> None:
    pockets = table("pockets", [
        {"area": code, "year": 2020, "boundaries": 2020, "indicator": "ww", "value": 1.0, "found": number < 3,
         "unfavourable": number != 2, "wijk_hides": number == 0, "signals": 1, "p": 0.01}
        for number, code in enumerate(CODES[:5])
    ])  # fmt: skip
    clusters = table("clusters", [
        {"area": CODES[3], "year": 2020, "boundaries": 2020, "indicator": "ww", "quadrant": "hoog-laag"},
        {"area": CODES[4], "year": 2020, "boundaries": 2020, "indicator": "ww", "quadrant": "hoog-hoog"},
        {"area": CODES[5], "year": 2020, "boundaries": 2020, "indicator": "ww", "quadrant": "laag-laag"},
    ])  # fmt: skip
    (drawn,) = drawings(chapter(ours, [], areas(), pockets=pockets, clusters=clusters))
    assert shaded(drawn.svg) == {"bad2": 1, "bad1": 1, "same": 3, "unknown": 1}
    assert drawn.svg.count('class="number"') == 1 and drawn.svg.count('class="dot"') == 1
    assert drawn.svg.count('class="outlined"') == 1
    assert "Verborgen: Buurt 0101 <&>." in drawn.alt and "Wijkt af, wijk valt ook op: Buurt 0102 <&>." in drawn.alt
    assert "&lt;&amp;&gt;" in drawn.svg


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    ground = ground_of(areas())
    assert ground is not None
    svg = maps_svg(ground, [ShadedMap("x", {})], Setting(1, 300), NL)
    bar = next(each for each in ElementTree.fromstring(svg).iter() if each.get("class") == "scalebar")
    said = re.search(r">([\d,]+)\u00a0km<", svg)
    _west, south, _east, north = ground.bounds
    # Three squares of a hundredth of a degree: 0.01 degree is 1.1132 km to the north.
    assert north - south == pytest.approx(2 * 1.1132, rel=1e-4)
    assert said is not None
    frame = Frame(0, 0, 680, 300, ground.bounds)
    assert float(bar.attrib["x2"]) - float(bar.attrib["x1"]) == pytest.approx(
        float(said[1].replace(",", ".")) * frame.scale, abs=0.11
    )


def test_an_entry_of_the_key_that_is_too_long_for_half_the_sheet_gets_all_of_it() -> None:
    key = ["1 Architectenbuurt: huishoudens tot 120% van het sociaal minimum en nog 5", "2 Passage: WW"]
    ground = ground_of(areas())
    assert ground is not None
    svg = maps_svg(ground, [ShadedMap("x", {})], Setting(1, 300), NL, key)
    assert key[0] in svg and key[1] in svg


def test_north_is_up_and_east_is_right() -> None:
    frame = Frame(0, 0, 100, 100, (0, 0, 10, 10))
    assert frame.place(0, 10) == (0, 0) and frame.place(10, 0) == (100, 100)


def test_shared_borders_stay_shared_and_wijken_join() -> None:
    ground = ground_of(areas())
    assert ground is not None
    shapes = list(ground.shapes.values())
    assert shapely.union_all(shapes).area == pytest.approx(sum(each.area for each in shapes), rel=1e-9)
    joined = ground.outlines(wijk_of(ground.shapes))
    assert list(joined) == ["WK063701", "WK063702"]
    assert all(len(shapely.get_coordinates(each)) <= 9 for each in joined.values())


def test_numbers_on_the_same_spot_part() -> None:
    (x, y), (other_x, other_y) = apart([(5, 5), (5, 5)], 10)
    assert abs(x - other_x) == pytest.approx(10) and y == other_y == 5


def country_of(material: Material, country: Any, ranges: pl.DataFrame) -> Country:
    codes = material.areas["area"].to_list()
    ground = material.areas.with_columns(
        geometry=pl.Series([square(place % 6, place // 6) for place in range(len(codes))], dtype=pl.Binary)
    )
    return Country(material.scores, ranges, ground, "Kadaster")


def test_the_country_has_a_map_per_theme_with_a_known_range(material: Material, catalogue: Any, country: Any) -> None:
    report = report_model(material, catalogue, country.town)
    field = material.scores.filter(pl.col("indicator") == "thema_wonen")
    ranges = table("rank_ranges", [
        {"area": row["area"], "year": 2020, "boundaries": 2020, "indicator": "thema_wonen", "rank": row["rank"],
         "ranked": 30, "best_choices": max(1, row["rank"] - 3), "worst_choices": min(30, row["rank"] + 3)}
        for row in field.to_dicts()
    ])  # fmt: skip
    (intro, drawn) = country_maps([report], country_of(material, country, ranges), NL)
    assert isinstance(intro, str) and isinstance(drawn, Drawing)
    assert "12 van 30" in drawn.alt and drawn.svg.count('class="number"') == 1
    (empty,) = [country_maps([report], country_of(material, country, ranges.clear()), NL)]
    assert empty == []
    bare = Country(material.scores, ranges, material.areas, "")
    assert country_maps([report], bare, NL) == [NL("maps.country_none")]


def test_towns_together_have_a_panel_per_subject(material: Material, catalogue: Any, country: Any) -> None:
    reports = [report_model(material, catalogue, town) for town in (country.town, "GM0111")]
    (drawn,) = places_together(reports, NL)
    assert drawn.svg.count("Waterwijk aan de Vaart") == 1 and "Stad 11" in drawn.alt


def test_slides_get_the_same_maps_beside_each_other(ours: Catalogue) -> None:
    (drawn,) = drawings(chapter(ours, FIVE, areas()))
    assert shaded(drawn.landscape) == shaded(drawn.svg) and drawn.landscape != drawn.svg


def test_invented_borders_are_not_told_as_a_publishers() -> None:
    catalogue = load_catalogue()
    drawn = pl.DataFrame({"area": ["BU90020101"], "boundaries": [2024], "geometry": [b"x"], "snapshot": ["a"]})
    source = source_of_ground(drawn, (), catalogue)
    for lang in LANGUAGES:
        assert ground_said(source, 2024, wording(lang)) == wording(lang)("maps.invented", year=2024)
    real = source_of_ground(drawn.with_columns(area=pl.lit("BU06370101")), (), catalogue)
    assert real and ground_said(real, 2024, NL) == NL("maps.source", source=real, year=2024)
