"""Slides: native charts with the report's own numbers, readable by everybody, the same bytes each time."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.chart import XL_LABEL_POSITION

from stadspeil.report import native_charts
from stadspeil.report.deck import BOX, Deck, column_widths, rows_that_fit
from stadspeil.report.document import Chapter, Drawing, Grid, Report
from stadspeil.report.drawing import dials, panels, places, slopes, waterfall
from stadspeil.report.drawing.content import (
    Course,
    Dial,
    Dials,
    Panel,
    Panels,
    PlaceRow,
    Places,
    Slope,
    Slopes,
    Step,
    Waterfall,
)
from stadspeil.report.model import Material, report_model
from stadspeil.report.pdf import report_pdf, svg_png
from stadspeil.report.slides import report_slides
from stadspeil.report.wording import wording


@pytest.fixture
def report(material: Material, catalogue: Any, country: Any) -> Report:
    return report_model(material, catalogue, country.town)


def opened(report: Report) -> Any:
    return Presentation(io.BytesIO(report_slides(report)))


def test_every_slide_has_a_title_and_every_chart_an_alt_text(report: Report) -> None:
    for slide in opened(report).slides:
        assert slide.shapes.title.text.strip()
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert len(shape._element.nvGraphicFramePr.cNvPr.get("descr", "")) > 20


def test_charts_are_native_and_hold_the_marks_of_the_report(report: Report) -> None:
    charts = [shape.chart for slide in opened(report).slides for shape in slide.shapes if shape.has_chart]
    shown = {
        category.split(" (")[0]: value
        for chart in charts
        for category, value in zip(chart.plots[0].categories, chart.plots[0].series[-1].values, strict=True)
    }
    wanted = {line.title: line.mark for line in report.lines if line.judged and line.mark is not None}
    assert wanted and all(shown[title] == pytest.approx(mark) for title, mark in wanted.items())


def test_bars_of_marks_say_what_they_are_with_the_town_on_top_and_its_mark_beside_it(report: Report) -> None:
    """Bars begin at the foot: the last series stands on top."""
    slides = [slide for slide in opened(report).slides if any(shape.has_chart for shape in slide.shapes)]
    assert slides
    for slide in slides:
        (chart,) = (shape.chart for shape in slide.shapes if shape.has_chart)
        *_, town = chart.plots[0].series
        assert town.name == report.town.name and town.data_labels.position == XL_LABEL_POSITION.OUTSIDE_END
        assert any("rapportcijfers" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


@pytest.mark.parametrize(("values", "beside"), [(((1.0, None), (None, 2.0)), True), (((1.0, None), (1.0, 2.0)), False)])
def test_the_number_of_a_lone_bar_stands_beside_it_and_not_dark_on_dark(
    values: tuple[tuple[float | None, ...], ...], beside: bool
) -> None:
    deck = Deck(wording("nl"), False)
    shown = native_charts.Bars(
        ("a", "b"), tuple(zip(("legt in", "houdt over"), values, strict=True)), ("A84F04", "1F5F99"), stacked=True
    )
    chart = native_charts.bars(deck.slide("Titel", layout=5), shown, BOX, deck.words).chart
    assert chart.plots[0].overlap == 100
    assert all((each.data_labels.position == XL_LABEL_POSITION.OUTSIDE_END) == beside for each in chart.plots[0].series)


def test_the_longest_bar_leaves_room_for_its_number() -> None:
    deck = Deck(wording("nl"), False)
    shown = native_charts.Bars(
        ("a", "b"), (("legt in", (-129.4, None)), ("houdt over", (None, 4.1))), ("A84F04", "1F5F99")
    )
    chart = native_charts.bars(deck.slide("Titel", layout=5), shown, BOX, deck.words).chart
    assert chart.value_axis.minimum_scale < -140 and chart.value_axis.maximum_scale > 10


def test_equal_reports_give_equal_bytes_also_a_second_later(report: Report) -> None:
    first = report_slides(report)
    time.sleep(1.1)
    assert report_slides(report) == first


def test_an_invented_country_is_called_so_on_every_slide(report: Report) -> None:
    import dataclasses

    for invented in (True, False):
        made = dataclasses.replace(report, invented=invented)
        banners = [any(shape.name == "banner" for shape in slide.shapes) for slide in opened(made).slides]
        assert all(banners) if invented else not any(banners)


WORDS = wording("nl")
FALL = Waterfall(
    "Werk", 6.5, (Step("a", "4,0", -1.0, "-"), Step("b", "7,0", 0.25, "7,4"), Step("c", "6,6", 0.1, "7,4"))
)
PLACES = Places(
    (PlaceRow("Werk", 20, 30, (18, 25), (10, 28)), PlaceRow("Zorg", 2, 30, None, (1, 4)), PlaceRow("Rust", 28, 30))
)
SLOPE = Slopes((Slope("Werk", 2012, 2022, 5, 6, ""),), (Slope("Werk", 2012, 2022, 5, 6, "favourable"),), (2019,))
YEARS = Course(((2005, 10.0, 2.0), (2006, 20.0, 2.0), (2008, 30.0, 2.0)))
PANELS = Panels(
    "Stad", tuple(Panel(f"Figuur {n}", "%", 1, YEARS, (("country", YEARS),)) for n in range(5)), (("country", "Land"),)
)
DIALS = Dials(
    (Dial("Werk", "open", True, "", 2024, -0.5, -0.2, (-0.6, 0.2)), Dial("Zorg", "open", False, "Niets")), 0.25, 2040
)


@pytest.fixture
def drawn(report: Report) -> Report:
    import dataclasses

    made = [
        Drawing(waterfall.waterfall_svg(FALL, WORDS), "Opbouw", waterfall.waterfall_alt(FALL, WORDS), FALL),
        Drawing(places.places_svg(PLACES, WORDS), "Plaatsen", places.places_alt(PLACES, WORDS), PLACES),
        Drawing(slopes.slopes_svg(SLOPE, WORDS), "Twee jaren", slopes.slopes_alt(SLOPE, WORDS), SLOPE),
        Drawing(panels.panels_svg(PANELS, WORDS), "Jaren", panels.panels_alt(PANELS, WORDS), PANELS),
        Drawing(dials.dials_svg(DIALS, WORDS), "Koers", dials.dials_alt(DIALS, WORDS), DIALS),
        Drawing(places.places_svg(PLACES, WORDS), "Een kaart", "Een kaart van alle buurten van de stad."),
    ]
    return dataclasses.replace(report, chapters=(Chapter("x", "Figuren", tuple(made)),))


def shapes_of(report: Report, caption: str) -> list[list[Any]]:
    slides = [
        slide
        for slide in opened(report).slides
        if any(s.has_text_frame and s.text_frame.text == caption for s in slide.shapes)
    ]
    return [[s for s in slide.shapes if s.has_chart or s.has_table or s.shape_type == 13] for slide in slides]


def test_a_waterfall_is_a_native_chart_whose_bars_hang_where_they_belong(drawn: Report) -> None:
    ((frame,),) = shapes_of(drawn, "Opbouw")
    blank, stands, lowers, lifts = (list(series.values) for series in frame.chart.plots[0].series)
    assert list(frame.chart.plots[0].categories) == [
        "Cijfer van de stad",
        "c",
        "b",
        "a",
        "Gemiddelde van alle gemeenten",
    ]
    assert blank == pytest.approx([0, 5.75, 5.5, 5.5, 0])
    assert stands[0] == pytest.approx(5.85) and stands[-1] == 6.5
    assert lowers[3] == pytest.approx(1.0) and lifts[1:3] == pytest.approx([0.1, 0.25])
    # The top of each bar that lifts is where the next one stands.
    assert blank[1] + lifts[1] == pytest.approx(stands[0])


def test_a_place_is_one_native_bar_from_its_first_to_its_last_place_with_a_mark_on_itself(drawn: Report) -> None:
    ((frame,),) = shapes_of(drawn, "Plaatsen")
    series = {each.name: [value or 0 for value in each.values] for each in frame.chart.plots[0].series}
    assert list(frame.chart.plots[0].categories) == ["Rust: 28 (?)", "Zorg: 2 (1\u20134)", "Werk: 20 (10\u201328)"]
    block = 0.015 * 30
    assert list(series[" "]) == pytest.approx([28 - block / 2, 1 - block / 2, 10 - block / 2])
    assert list(series["ook mogelijk: gunstiger"]) == [0, 1, 10]
    assert list(series["aantoonbaar gunstig"]) == pytest.approx([0, block, 0])
    assert list(series["midden, niet te zeggen of geen marge bekend"]) == pytest.approx([block, 0, block])
    assert list(series["ook mogelijk: ongunstiger"]) == [0, 2, 8]


def test_years_are_native_lines_four_charts_a_slide_and_verdicts_a_native_table(drawn: Report) -> None:
    assert [len(each) for each in shapes_of(drawn, "Jaren")] == [4, 1]
    series = {each.name: list(each.values) for each in shapes_of(drawn, "Jaren")[0][0].chart.plots[0].series}
    assert series["Stad"] == [10, 20, 30] and series["bovenkant marge (95%)"] == [12, 22, 32]
    ((first, second),) = shapes_of(drawn, "Twee jaren")
    assert [list(each.chart.plots[0].series[0].values) for each in (first, second)] == [[6], [6]]
    ((grid,),) = shapes_of(drawn, "Koers")
    assert [cell.text for cell in grid.table.rows[1].cells][1:] == [
        "\u22120,50 (2024)",
        "\u22120,60 tot +0,20",
        "niet te zeggen",
    ]


def test_only_a_map_is_a_picture_and_it_has_an_alt_text(drawn: Report) -> None:
    ((picture,),) = shapes_of(drawn, "Een kaart")
    assert picture._element.nvPicPr.cNvPr.get("descr") == "Een kaart van alle buurten van de stad."
    pictures = [shape for slide in opened(drawn).slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 1
    deck = opened(drawn)
    assert picture.left >= 0 and picture.left + picture.width <= deck.slide_width
    assert picture.top + picture.height <= deck.slide_height


def test_pictures_and_pages_with_drawings_are_the_same_each_time(drawn: Report) -> None:
    svg = places.places_svg(PLACES, WORDS)
    assert svg_png(svg) == svg_png(svg) and svg_png(svg).startswith(b"\x89PNG")
    # Typst refuses a page that is not PDF/UA-1.
    assert report_pdf(drawn) == report_pdf(drawn)


def test_a_table_is_as_wide_as_on_the_page_and_stays_on_the_slide() -> None:
    row = ("Een lange zin die in een smalle kolom over veel regels loopt en zo de tabel hoog maakt.", "1,0", "ja")
    grid = Grid("x", ("Wat", "Waarde", "Hoe"), (row,) * 20, ("1fr", "20mm", "50mm"), (False, True, False))
    wide = column_widths(grid, 34.0)
    assert wide == pytest.approx([20.0, 4.0, 10.0])
    assert len(rows_that_fit(grid, wide, 13.8)) == 11 and len(rows_that_fit(grid, [3.0, 4.0, 10.0], 13.8)) < 6
    assert len(rows_that_fit(grid, wide, 0.1)) == 1
