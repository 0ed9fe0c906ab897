"""Slides: native charts with the report's own numbers, readable by everybody, the same bytes each time."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from pptx import Presentation

from stadspeil.report.document import Report
from stadspeil.report.model import Material, report_model
from stadspeil.report.slides import report_slides


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
        for category, value in zip(chart.plots[0].categories, chart.plots[0].series[0].values, strict=True)
    }
    wanted = {line.title: line.mark for line in report.lines if line.judged and line.mark is not None}
    assert wanted and all(shown[title] == pytest.approx(mark) for title, mark in wanted.items())


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
