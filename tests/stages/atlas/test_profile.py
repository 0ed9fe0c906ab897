"""The profile says of an area what SCORES and the analyses say, and greys what is too small or missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest
import shapely
from starlette.testclient import TestClient

from stadspeil.analyses.store import like, read_analysis
from stadspeil.atlas.drawing.ring import Segment, ring_alt, ring_svg
from stadspeil.atlas.drawing.small import place_bar, sparkline
from stadspeil.atlas.drawing.strip import strip_alt, strip_svg
from stadspeil.atlas.lines import lines_of
from stadspeil.atlas.neighbours import neighbours_of
from stadspeil.atlas.pages.profile import profile
from stadspeil.atlas.profiles.figures import Figure, figures_of
from stadspeil.atlas.profiles.inside import Buurt, spread_inside
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, View
from stadspeil.atlas.words import words_of
from stadspeil.report.document import Place
from stadspeil.shelf import read_shelf

TOWN, WIJK, BUURT = "GM9002", "WK900201", "BU90020100"
NL = words_of("nl")


def view_of(site: Site, code: str, **query: str) -> View:
    """What the page says."""
    return profile(site, Asked("nl", f"/gebied/{code}", {"gebied": code}, query))


def row_of(view: View, table: str, key: str, value: Cell) -> Mapping[str, Cell]:
    """The row of a table with this cell."""
    return next(row for row in view.table(table).rows if row[key] == value)


@pytest.mark.parametrize("code", [TOWN, WIJK, BUURT])
def test_a_figure_of_an_area_is_that_of_scores(site: Site, code: str) -> None:
    scores = read_shelf(site.workspace.out / "scores", {"area": [code], "indicator": ["ww"]})
    newest = scores.filter(pl.col("rank").is_not_null()).sort("year", "boundaries").row(-1, named=True)
    row = row_of(view_of(site, code), "cijfers", "id", "ww")
    assert (row["waarde"], row["n"], row["jaar"], row["rapportcijfer"], row["plaats"], row["van"]) == tuple(
        newest[name] for name in ("value", "n", "year", "mark", "rank", "ranked")
    )
    assert row["marge"] == pytest.approx(1.96 * newest["spread"])
    assert "CBS" in str(row["bron"])


def test_a_buurt_stands_beside_its_wijk_and_gemeente(site: Site) -> None:
    row = row_of(view_of(site, BUURT), "cijfers", "id", "ww")
    scores = read_shelf(
        site.workspace.out / "scores", {"area": [WIJK, TOWN], "indicator": ["ww"], "year": [row["jaar"]]}
    )
    values = dict(scores.sort("boundaries").select("area", "value").iter_rows())
    assert (row["naast_wijk"], row["naast_gemeente"]) == (values[WIJK], values[TOWN])
    assert row["verschil_gemeente"] == "geen aantoonbaar verschil"


def test_a_mark_of_a_buurt_is_never_held_beside_that_of_its_gemeente(site: Site) -> None:
    row = row_of(view_of(site, BUURT), "cijfers", "id", "thema_werk")
    assert row["rapportcijfer"] is not None
    assert (row["naast_wijk"], row["naast_gemeente"]) == (None, None)


def test_a_gemeente_stands_beside_its_groups_and_region(site: Site) -> None:
    row = row_of(view_of(site, TOWN), "cijfers", "id", "bijstand")
    groups = read_shelf(site.workspace.out / "group_scores")
    own = groups.filter(
        pl.col("indicator") == "bijstand", pl.col("year") == row["jaar"], pl.col("boundaries") == row["grenzen"]
    )
    expected = dict(own.select("group", "value").iter_rows())
    assert (row["naast_nl"], row["naast_nta"]) == (expected["NL"], expected["nta"])


def test_a_figure_without_a_value_has_its_reason_in_words(site: Site, client: TestClient) -> None:
    scores = site.results.around(TOWN).filter(pl.col("level") == "buurt", pl.col("status") == "geheim")
    area, id = next(
        (area, id) for area, id in scores.select("area", "indicator").unique(maintain_order=True).iter_rows()
        if id in lines_of(site, area, "nl").lines and not lines_of(site, area, "nl").lines[id].shown
    )  # fmt: skip
    row = row_of(view_of(site, area), "cijfers", "id", id)
    assert row["waarde"] is None
    assert "geheim" in str(row["status"])
    assert "geheim of ontbrekend" in client.get(f"/gebied/{area}?thema=alle").text


def test_fewer_than_thirty_people_have_no_colour(site: Site) -> None:
    _, figures = figures_of(site, lines_of(site, BUURT, "nl"), NL)
    known = figures["ww"]
    assert not known.few
    assert replace(known, line=replace(known.line, n=29.0)).few
    assert not replace(known, line=replace(known.line, n=30.0)).few


def test_a_place_without_colour_because_of_noise_is_told_apart_from_the_middle(site: Site) -> None:
    _, figures = figures_of(site, lines_of(site, TOWN, "nl"), NL)
    unsure = [each for each in figures.values() if each.unsure]
    middle = [each for each in figures.values() if each.line.place.band == "middle" and not each.unsure]
    assert unsure
    assert middle
    assert all(each.line.place.share is not None and not 1 / 3 <= each.line.place.share <= 2 / 3 for each in unsure)


def test_every_buurt_is_in_the_spread_with_its_raw_and_its_shrunken_value(site: Site) -> None:
    rows = view_of(site, TOWN, cijfer="personen_in_armoede_aandeel").table("binnen").rows
    year = rows[0]["jaar"]
    scores = read_shelf(
        site.workspace.out / "scores",
        {"indicator": ["personen_in_armoede_aandeel"], "year": [year], "level": ["buurt"]},
    )
    own = scores.filter(pl.col("area").str.starts_with("BU9002"))
    assert {row["gebied"]: row["waarde"] for row in rows} == dict(own.select("area", "value").iter_rows())
    estimates = read_analysis(site.workspace, "estimates").filter(
        pl.col("indicator") == "personen_in_armoede_aandeel",
        pl.col("year") == year,
        pl.col("area").str.starts_with("BU9002"),
    )
    assert estimates.height > 20
    for each in estimates.to_dicts():
        row = next(row for row in rows if row["gebied"] == each["area"])
        assert (row["van"], row["tot"], row["gestabiliseerd"]) == (each["low"], each["high"], each["shrunken"])


def test_the_strip_shows_every_buurt_and_colours_none_within_its_margin(site: Site) -> None:
    spread = spread_inside(site, lines_of(site, TOWN, "nl"), "personen_in_armoede_aandeel", "nl")
    assert spread is not None
    drawn = strip_svg(spread, NL)
    names = [each.name for each in spread.buurten]
    assert drawn.count("<title>") == len(names) + sum(wijk.value is not None for wijk in spread.wijken)
    assert all(each.side == "" for each in spread.buurten if each.verdict in ("gelijk", "onbekend", ""))
    assert drawn.count('class="unfavourable"') == sum(each.side == "unfavourable" for each in spread.buurten) + 1
    assert {each.side for each in spread.buurten} == {"", "favourable", "unfavourable"}
    unknown = replace(spread, wijken=tuple(
        replace(wijk, buurten=tuple(replace(each, side="") for each in wijk.buurten)) for wijk in spread.wijken
    ))  # fmt: skip
    assert "favourable" not in strip_svg(unknown, NL)


def test_a_mark_is_spread_without_wijk_and_gemeente_whose_marks_are_of_another_scale(site: Site) -> None:
    spread = spread_inside(site, lines_of(site, TOWN, "nl"), "thema_werk", "nl")
    assert spread is not None
    assert spread.gemeente is None
    assert {wijk.value for wijk in spread.wijken} == {None}
    assert "wijk 5" not in strip_alt(spread, NL)


def test_small_buurten_are_grey_dots_with_the_reason(site: Site) -> None:
    spread = spread_inside(site, lines_of(site, WIJK, "nl"), "ww", "nl")
    assert spread is not None
    few = Buurt("BU90020199", "Kleinbuurt", 4.0, None, None, None, 12.0, "hoger", "", "waarde")
    wijk = replace(spread.wijken[0], buurten=(few, *spread.wijken[0].buurten))
    drawn = strip_svg(replace(spread, wijken=(wijk,)), NL)
    assert "Kleinbuurt: 4,00%, minder dan 30 mensen" in drawn
    assert drawn.count('class="few"') == 1


def test_neighbours_share_a_border_and_not_a_corner() -> None:
    squares = {"GM0001": (0, 0), "GM0002": (1, 0), "GM0003": (0, 1), "GM0004": (1, 1), "GM0005": (5, 5)}
    step = 0.1
    table = pl.DataFrame({
        "area": list(squares),
        "geometry": [shapely.to_wkb(shapely.box(5 + x * step, 52 + y * step, 5 + (x + 1) * step, 52 + (y + 1) * step))
                     for x, y in squares.values()],
    })  # fmt: skip
    found = neighbours_of(table, "gemeente", 2024)
    pairs = set(found.select("area", "neighbour").iter_rows())
    assert pairs == {(a, b) for a, b in (("GM0001", "GM0002"), ("GM0002", "GM0001"), ("GM0001", "GM0003"), ("GM0003", "GM0001"),
                                         ("GM0002", "GM0004"), ("GM0004", "GM0002"), ("GM0003", "GM0004"), ("GM0004", "GM0003"))}  # fmt: skip
    north = found.filter(area="GM0001", neighbour="GM0003")["shared_km"][0]
    east = found.filter(area="GM0001", neighbour="GM0002")["shared_km"][0]
    # A tenth of a degree: 11.1 km north to south; along the parallel of about 52.1 degrees 0.614 of that.
    assert (north, east) == pytest.approx((6.8, 11.1), abs=0.15)


def test_neighbours_of_nieuwland_are_told_from_both_sides(site: Site) -> None:
    for row in view_of(site, BUURT).table("buren").rows:
        assert BUURT in [other["gebied"] for other in view_of(site, str(row["gebied"])).table("buren").rows]


def test_buurten_elsewhere_are_those_of_the_command(site: Site) -> None:
    expected = like(site.workspace, BUURT, 6)
    rows = view_of(site, BUURT).table("lijkt_op").rows
    assert [row["gebied"] for row in rows] == expected["area"].to_list()
    assert [row["afstand"] for row in rows] == pytest.approx(expected["distance"].to_list())
    assert all(str(row["gebied"])[2:6] != "9002" for row in rows)


def test_hidden_buurten_are_those_of_the_analysis(site: Site) -> None:
    found = read_analysis(site.workspace, "pockets").filter(pl.col("found") & pl.col("area").str.starts_with("BU9002"))
    rows = view_of(site, TOWN).table("verborgen").rows
    assert {(row["gebied"], row["id"]) for row in rows} == set(found.select("area", "indicator").iter_rows())
    shown = view_of(site, TOWN).more["pockets"]
    # A buurt whose wijk stands out itself is not hidden: it stays in the download.
    hidden = found.filter("unfavourable", "wijk_hides")
    assert len(shown) == hidden["area"].n_unique() > 0
    assert sum(each.others + 1 for each in shown) == hidden.height
    assert hidden.height < found.filter("unfavourable").height


def test_the_way_down_has_a_link_at_every_step(client: TestClient) -> None:
    page = client.get(f"/gebied/{BUURT}").text
    crumbs = page[page.index('class="crumbs"') : page.index("<h1")]
    assert re.findall(r'href="([^"]+)"', crumbs) == ["/kaart", f"/gebied/{TOWN}", "/gebied/WK900201"]
    assert 'aria-current="page"' in crumbs


def test_a_theme_in_the_address_opens_it_and_no_other(client: TestClient) -> None:
    page = client.get(f"/gebied/{TOWN}?thema=werk").text
    assert re.findall(r'<details class="theme" id="thema-(\w+)" open>', page) == ["werk"]
    assert client.get(f"/gebied/{TOWN}?thema=alle").text.count('<details class="theme"') > 10


@pytest.mark.parametrize("code", ["NL", "GM0000", "BU00000000"])
def test_an_area_without_a_profile_is_refused_in_words(client: TestClient, code: str) -> None:
    assert client.get(f"/gebied/{code}").status_code == 404


def test_the_ring_greys_what_is_unknown_and_hatches_what_is_unsure() -> None:
    segments = [Segment("Werk", 5.0, None, "very_unfavourable", False), Segment("Zorg", None, None, "", False),
                Segment("Wonen", 7.9, 0.3, "middle", True), Segment("Rust", 7.2, None, "favourable", False, known=False)]  # fmt: skip
    drawn = ring_svg(segments, 6.5, NL)
    for kind in ("very_unfavourable", "unknown", "unsure", "favourable"):
        assert drawn.count(f'<path class="{kind}"') == 1, kind
    assert drawn.count('class="margin"') == 1
    assert drawn.count('stroke-dasharray="3 3"') == 2
    told = ring_alt(segments, NL)
    assert "Zorg: onbekend, onbekend" in told
    assert "Wonen: 7,9, niet te zeggen" in told
    assert "Rust: 7,2, gunstigste derde (marge onbekend)" in told


def test_the_longer_segment_is_the_higher_mark() -> None:
    def radius(mark: float) -> float:
        drawn = ring_svg([Segment("A", mark, None, "middle", False)], 6.5, NL)
        found = re.search(r'class="middle" d="M[\d. ]+A([\d.]+)', drawn)
        assert found is not None
        return float(found.group(1))

    # From 34 at a 3 to 150 at a 10.
    assert (radius(10.0), radius(6.5)) == pytest.approx((150.0, 92.0))


def test_a_line_over_the_years_stops_where_the_way_of_measuring_changed() -> None:
    points = ((2018, 1.0, 0.1), (2019, 2.0, 0.1), (2020, 7.0, 0.1), (2021, 8.0, 0.1))
    assert sparkline(points).count("<polyline") == 1
    assert sparkline(points, (2020,)).count("<polyline") == 2
    assert sparkline(points).count('class="noise"') == 1
    assert 'class="noise"' not in sparkline(tuple((year, value, None) for year, value, _ in points))


def test_a_place_bar_has_a_shape_of_its_own_for_each_side() -> None:
    kinds = {"favourable": "up", "very_unfavourable": "down", "middle": "open"}
    for band, kind in kinds.items():
        assert f'class="{kind}"' in place_bar(Place(5, 1, 20, band))  # type: ignore[arg-type]
    assert 'class="range"' in place_bar(Place(5, 1, 20, "middle", choices=(3, 9)))
    assert place_bar(Place(reason="geheim")) == ""


def test_every_figure_keeps_the_value_of_its_own_year_in_its_history(site: Site) -> None:
    _, figures = figures_of(site, lines_of(site, TOWN, "nl"), NL)

    def last(figure: Figure) -> tuple[float, float]:
        return next((year, value) for year, value, _ in figure.points if year == figure.line.year)

    assert all(last(each) == (each.line.year, each.line.value) for each in figures.values())
