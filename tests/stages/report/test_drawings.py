"""Drawings say with lengths and places what the numbers say, and color only what exceeds its margin."""

from __future__ import annotations

from importlib import resources
from xml.etree import ElementTree

import pytest

from stadspeil.report.document import Place
from stadspeil.report.drawing import dials, paint, panels, places, slopes, waterfall
from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, step_of, ticks
from stadspeil.report.drawing.content import (
    Course,
    Dial,
    Dials,
    Panel,
    Panels,
    PlacePanels,
    PlaceRow,
    Places,
    Slope,
    Slopes,
    Step,
    Waterfall,
)
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_svg
from stadspeil.report.drawing.timeline import Bar, Timeline, timeline_svg
from stadspeil.report.wording import LANGUAGES, wording

NL = wording("nl")


def parts(svg: str, kind: str) -> list[dict[str, str]]:
    """Attributes of all elements that have a word in their class."""
    return [each.attrib for each in ElementTree.fromstring(svg).iter() if kind in each.get("class", "").split()]


def number(attributes: dict[str, str], name: str) -> float:
    return float(attributes[name])


def points(attributes: dict[str, str]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in attributes["points"].split())]


ROWS = Places((
    PlaceRow("Werk & <inkomen>", 20, 101, noise=(11, 31), choices=(5, 61)),
    PlaceRow("Zorg", 90, 101, choices=(81, 101)),
    PlaceRow("Rust", 30, 81),
    PlaceRow("Cohesie", 1, 101, noise=(1, 1)),
))  # fmt: skip


# ---- places


def test_a_place_and_its_ranges_stand_where_the_axis_has_them() -> None:
    svg = places.places_svg(ROWS, NL)
    field = parts(svg, "field")[0]
    axis = Scale(1, 101, number(field, "x1"), number(field, "x2"))
    dots = [number(each, "cx") for each in parts(svg, "place")]
    assert dots == pytest.approx([axis(each) for each in (20, 90, 30, 1)], abs=0.06)
    choices = [(number(each, "x1"), number(each, "x2")) for each in parts(svg, "choices")]
    assert choices == [pytest.approx((axis(low), axis(high)), abs=0.06) for low, high in ((5, 61), (81, 101))]
    noise = parts(svg, "noise")[0]
    # The thick line runs a little over its ends, so that a range of one place can be seen.
    assert (number(noise, "x1"), number(noise, "x2")) == pytest.approx((axis(11), axis(31)), abs=0.9)
    assert float(noise["stroke-width"]) > 3 * float(parts(svg, "choices")[0]["stroke-width"])


def test_each_field_ends_at_its_own_last_place() -> None:
    ends = [number(each, "x2") for each in parts(places.places_svg(ROWS, NL), "field")]
    start = number(parts(places.places_svg(ROWS, NL), "field")[0], "x1")
    assert (ends[2] - start) / (ends[0] - start) == pytest.approx(80 / 100, abs=0.001)


def test_only_a_place_that_surely_lies_on_one_side_has_its_color() -> None:
    classes = [each["class"] for each in parts(places.places_svg(ROWS, NL), "place")]
    assert classes == ["place", "place unfavourable", "place", "place favourable"]


@pytest.mark.parametrize(
    ("noise", "choices", "side"),
    [(None, None, ""), ((1, 50), None, "favourable"), ((1, 51), None, ""), (None, (52, 80), "unfavourable"),
     (None, (51, 80), ""), ((1, 20), (10, 60), "")],
)  # fmt: skip
def test_a_range_that_holds_the_middle_place_has_no_side(
    noise: tuple[int, int] | None, choices: tuple[int, int] | None, side: str
) -> None:
    rank = (noise or choices or (1, 1))[0] if side != "unfavourable" else 75
    assert PlaceRow("x", rank, 101, noise, choices).side == side


def test_a_place_in_the_middle_third_has_no_side_as_it_has_no_color() -> None:
    # Of 101 places the middle third is from 34.3 to 67.7; a shared place counts as its middle.
    assert [PlaceRow("x", rank, 101, (rank, rank)).side for rank in (34, 35, 67, 69)] == [
        "favourable", "", "", "unfavourable",
    ]  # fmt: skip
    assert PlaceRow("x", 34, 101, (34, 34), None, 5).side == ""


@pytest.mark.parametrize(
    ("noise", "choices", "possible"),
    [((8, 12), (10, 11), (8, 12)), (None, (11, 11), (11, 11)), ((6, 8), (4, 10), (4, 11)), (None, None, None)],
)
def test_a_place_and_its_row_have_one_range_the_widest_with_the_place_in_it(
    noise: tuple[int, int] | None, choices: tuple[int, int] | None, possible: tuple[int, int] | None
) -> None:
    assert PlaceRow("x", 11, 12, noise, choices).possible == possible
    assert Place(11, 1, 12, noise=noise, choices=choices).possible == possible


def test_towns_have_a_row_in_each_panel() -> None:
    content = PlacePanels((("Werk", ROWS), ("Zorg", ROWS), ("Rust", ROWS)))
    svg = places.panels_svg(content, NL)
    assert len(parts(svg, "place")) == 12
    assert len({(each["cx"], each["cy"]) for each in parts(svg, "place")}) == 12


# ---- slopes


def slope(beyond: str | None, first: float = 5.0, last: float = 7.0) -> Slope:
    return Slope("Werk", 2012, 2022, first, last, beyond)  # type: ignore[arg-type]


def test_only_a_change_beyond_its_margin_has_a_color() -> None:
    row = tuple(slope(each) for each in ("favourable", "unfavourable", "", None))
    svg = slopes.slopes_svg(Slopes(row, row, (2019,)), NL)
    lines = parts(svg, "slope")
    assert [each["class"] for each in lines] == ["slope favourable", "slope unfavourable", "slope", "slope"] * 2
    within, unknown = lines[2], lines[3]
    assert within["stroke"] == unknown["stroke"] == paint.SOFT
    assert "stroke-dasharray" in unknown and "stroke-dasharray" not in within


def test_a_slope_is_as_steep_as_its_marks() -> None:
    row = (slope("favourable", 5, 7), slope("unfavourable", 6, 5), slope("", 4, 4))
    drawn = parts(slopes.slopes_svg(Slopes(row, row, (2019,)), NL), "slope")[:3]
    rises = [number(each, "y1") - number(each, "y2") for each in drawn]
    assert rises[0] == pytest.approx(-2 * rises[1], abs=0.2) and rises[2] == 0 and rises[0] > 0


# ---- panels

PANEL = Panel(
    "Bijstand", "per 1.000", 1,
    Course(((2005, 10.0, 2.0), (2006, 20.0, 2.0), (2008, 30.0, 2.0), (2009, 25.0, 2.0))),
    (("country", Course(((2005, 15.0, None), (2006, 15.0, None), (2008, 15.0, None)))),), (2008,),
)  # fmt: skip
PANELS = Panels("Waterwijk", (PANEL,), (("country", "Alle gemeenten"),))


def test_no_line_and_no_band_runs_over_a_break() -> None:
    svg = panels.panels_svg(PANELS, NL)
    town = [points(each) for each in parts(svg, "town")]
    assert [len(each) for each in town] == [2, 2]
    gap = number(parts(svg, "break")[0], "x1")
    assert town[0][-1][0] < gap < town[1][0][0]
    assert all(x < gap or min(x for x, _ in points(each)) > gap for each in parts(svg, "band") for x, _ in points(each))
    assert [len(points(each)) for each in parts(svg, "country")] == [2, 1]


def test_years_stand_on_a_true_scale_and_the_band_is_as_wide_as_the_margin() -> None:
    svg = panels.panels_svg(PANELS, NL)
    (first, second), (third, fourth) = (points(each) for each in parts(svg, "town"))
    year = second[0] - first[0]
    assert third[0] - second[0] == pytest.approx(2 * year, abs=0.2) and fourth[0] - third[0] == pytest.approx(
        year, abs=0.2
    )
    unit = (first[1] - second[1]) / 10
    band = points(parts(svg, "band")[0])
    assert band[-1][1] - band[0][1] == pytest.approx(4 * unit, abs=0.2)


def test_without_a_margin_there_is_no_band_and_with_a_few_there_are_bars() -> None:
    bare = Course(((2005, 1.0, None), (2006, 2.0, None), (2007, 3.0, None)))
    some = Course(((2005, 1.0, 0.1), (2006, 2.0, None), (2007, 3.0, 0.1)))
    drawn = [panels.panels_svg(Panels("W", (Panel("x", "%", 1, each, ()),), ()), NL) for each in (bare, some)]
    assert [len(parts(each, "band")) for each in drawn] == [0, 0]
    assert [len(parts(each, "bar")) for each in drawn] == [0, 2]


# ---- waterfall

FALL = Waterfall("Werk", 6.5, (Step("a", "4,0", -1.0, "–"), Step("b", "6,5", 0.0, "–"), Step("c", "7,0", 0.5, "7,4")))


def test_bars_are_as_long_as_what_they_add_and_end_at_the_mark() -> None:
    svg = waterfall.waterfall_svg(FALL, NL)
    bars, ends = parts(svg, "bar"), parts(svg, "end")
    wide = [number(each, "width") for each in bars]
    assert wide[0] == pytest.approx(2 * wide[2], abs=0.02) and wide[1] == 0
    assert [each["class"] for each in bars] == ["bar unfavourable", "bar", "bar favourable"]
    start, mark = (float(each["d"][1:].split()[0]) for each in ends)
    first, last = bars[0], bars[-1]
    # The first bar hangs from the mean; the last ends at the mark, and both diamonds stand there.
    assert number(first, "x") + wide[0] == pytest.approx(start, abs=0.06)
    assert number(last, "x") + wide[2] == pytest.approx(mark, abs=0.06)
    assert start - mark == pytest.approx(wide[2], abs=0.12)
    assert FALL.mark == pytest.approx(6.0)


def test_each_bar_begins_where_the_one_before_ends() -> None:
    steps = tuple(Step(str(adds), "", adds, "") for adds in (-0.5, -0.25, 0.125, 1.0))
    bars = parts(waterfall.waterfall_svg(Waterfall("x", 6.5, steps), NL), "bar")
    reach = [(number(each, "x"), number(each, "x") + number(each, "width")) for each in bars]
    ends = [edges[1] if step.adds > 0 else edges[0] for step, edges in zip(steps, reach, strict=True)]
    begins = [edges[0] if step.adds > 0 else edges[1] for step, edges in zip(steps, reach, strict=True)]
    assert begins[1:] == pytest.approx(ends[:-1], abs=0.02)


# ---- dials

DIALS = Dials((
    Dial("Beide", "open", True, "", 2024, -0.5, -0.2, (-0.6, 0.2)),
    Dial("Onder", "off", True, "", 2024, -0.5, -0.8, (-1.0, -0.5)),
    Dial("Boven", "on", True, "", 2024, 0.1, 0.4, (0.0, 0.9)),
    Dial("Weinig jaren", "open", True, "Te weinig jaren", 2024, -0.4),
    Dial("Niets", "open", False, "Nog niet gemeten"),
    Dial("Ver", "off", True, "", 2024, -2.0, -9.0, (-14.0, -6.0)),
), tolerance=0.25, goal_year=2040)  # fmt: skip


def test_the_needle_is_the_interval_and_lies_on_the_side_that_the_verdict_says() -> None:
    svg = dials.dials_svg(DIALS, NL)
    goals = [number(each, "x1") for each in parts(svg, "goal")]
    needles = [(number(each, "x"), number(each, "x") + number(each, "width")) for each in parts(svg, "needle")]
    below, level = parts(svg, "below")[0], parts(svg, "level")[0]
    start, end = number(below, "x"), number(level, "x") + number(level, "width")
    # Two on both sides of nought: the scale runs as far as the farthest, and no farther than four points.
    axis = Scale(-4, 4, start, end)
    assert goals[0] == pytest.approx(axis(-0.25), abs=0.06)
    assert needles[:3] == [
        pytest.approx((axis(low), axis(high)), abs=0.06) for low, high in ((-0.6, 0.2), (-1, -0.5), (0, 0.9))
    ]
    assert needles[0][0] < goals[0] < needles[0][1] and needles[1][1] < goals[0] < needles[2][0]


def test_one_lamp_of_three_is_lit_and_gray_says_what_cannot_be_told() -> None:
    svg = dials.dials_svg(DIALS, NL)
    lit = [each["class"].split()[1] for each in parts(svg, "lit")]
    assert lit == ["open", "off", "on", "open", "open", "off"] and len(parts(svg, "lamp")) == 18
    assert len(parts(svg, "needle")) == 4 and len(parts(svg, "unknown")) == 2
    assert len(parts(svg, "now")) == 5
    assert len(parts(svg, "beyond")) == 1


# ---- all of them


@pytest.mark.parametrize("lang", LANGUAGES)
def test_alt_texts_hold_every_number_in_both_languages(lang: str) -> None:
    words = wording(lang)
    told = places.places_alt(ROWS, words)
    assert all(
        str(each) in told
        for row in ROWS.rows
        for each in (row.rank, row.ranked, *(row.noise or ()), *(row.choices or ()))
    )
    told = slopes.slopes_alt(Slopes((slope("favourable", 5.1, 7.2),), (slope(None, 4.3, 6.4),), (2019,)), words)
    assert all(words.mark(each) in told for each in (5.1, 7.2, 4.3, 6.4)) and words("drawing.change_unknown") in told
    told = panels.panels_alt(PANELS, words)
    assert all(words.number(each, 1) in told for each in (10.0, 25.0, 2.0, 15.0)) and "2008" in told
    told = waterfall.waterfall_alt(FALL, words)
    assert all(words.number(each, 2) in told for each in (-1.0, 0.5)) and words.mark(6.0) in told
    told = dials.dials_alt(DIALS, words)
    numbers = [
        each for dial in DIALS.rows for each in (dial.now, dial.projection, *(dial.interval or ())) if each is not None
    ]
    assert all(words.number(each, 2) in told for each in numbers)


def test_drawings_are_the_same_each_time_and_hold_text_as_text() -> None:
    for draw in (
        lambda: places.places_svg(ROWS, NL),
        lambda: panels.panels_svg(PANELS, NL),
        lambda: dials.dials_svg(DIALS, NL),
    ):
        assert draw() == draw()
    texts = [
        each.text
        for each in ElementTree.fromstring(places.places_svg(ROWS, NL)).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert "Werk & <inkomen>" in texts


def test_the_colors_are_those_of_the_pages() -> None:
    templates = resources.files("stadspeil.report").joinpath("templates")
    look, figure = (templates.joinpath(name).read_text("utf-8") for name in ("look.typ", "figure.typ"))
    names = (
        "INK",
        "SOFT",
        "RULE",
        "FAINT",
        "ACCENT",
        "GOOD",
        "GOOD_LIGHT",
        "GOOD_EDGE",
        "BAD",
        "BAD_LIGHT",
        "BAD_EDGE",
    )
    assert all(getattr(paint, name) in look for name in names)
    assert paint.GROUP in figure and paint.REGION in figure


def test_scales_ticks_and_steps() -> None:
    assert ticks(3, 10, 5) == [4, 6, 8, 10] and ticks(0.1, 0.42, 4) == [0.2, 0.4]
    assert [step_of(each) for each in (0.9, 1.1, 2.1, 26, 0.003)] == [1, 2, 2.5, 50, 0.005]
    assert [decimals_of(each) for each in (5.0, 2.5, 0.05)] == [0, 1, 2]
    low, high = bounds([5.0, 5.0], least=2.0)
    assert low < 4.0 + 1e-9 and high > 6.0 - 1e-9
    assert Scale(0, 10, 100, 0)(2.5) == 75 and Scale(0, 10, 0, 100).held(11) == 100


def test_long_titles_are_wrapped_and_cut_to_fit() -> None:
    lines = paint.wrapped("Samenhang beroepsbevolking en werkgelegenheid in de regio van de stad", 120, 11)
    assert len(lines) == 2 and lines[1].endswith("\u2026") and all(paint.width_of(each, 11) <= 121 for each in lines)
    assert paint.wrapped("Zorg", 120) == ["Zorg"]


def test_a_long_name_of_a_row_takes_two_lines_and_the_rows_are_as_high() -> None:
    party = "Overige partijen (schuldeisers, wie elders van een beter klimaat heeft)"

    def ledger(title: str) -> str:
        return intervals_svg(Intervals((IntervalRow("", title, 0.0, -0.1, 0.1),) * 9, "legt in", "houdt over"), NL)

    def years(title: str) -> str:
        return timeline_svg(Timeline((Bar(title, 2026, 2030, ""),) * 9, 2026, 2045), NL)

    for drawn, name in ((ledger, party), (years, "Verkoop van zestig huurwoningen in de Toneelbuurt")):
        svg = drawn(name)
        texts = [each.text or "" for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("text")]
        assert "\u2026" not in svg and all(any(word in text for text in texts) for word in name.split())
        high = [float(each.split('viewBox="0 0 680 ')[1].split('"')[0]) for each in (drawn("Rijk"), svg)]
        assert high[1] > high[0]
