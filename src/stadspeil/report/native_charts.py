"""The figures as native charts and tables of PowerPoint, to change with its own tools; only maps stay pictures."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stadspeil.report.drawing.axes import decimals_of, step_of
from stadspeil.report.drawing.content import Dials, Panel, Panels, PlaceRow, Places, Slope, Slopes, Waterfall
from stadspeil.report.wording import DASH, Wording

_INK, _SOFT, _FAINT = "1D2530", "5B6672", "C9D0D8"
_GOOD, _GOOD_LIGHT, _BAD, _BAD_LIGHT = "1F5F99", "CFE3F3", "A84F04", "FBDCB8"
_LINES = {"country": _SOFT, "group": "117755", "region_net": "7A1F5C"}
PANELS_ON_A_SLIDE, PLACES_ON_A_SLIDE = 4, 8
# A series that only holds the others up: an empty name would be filled in by the program that shows it.
_NO_NAME = " "
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Bars:
    """Categories with values per series; a series without a name holds up the next and has no color. `span`: the axis."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    colors: tuple[str, ...]
    lying: bool = True
    stacked: bool = False
    labelled: bool = True
    shape: str = "0.0"
    span: tuple[float, float] | None = None


def waterfall(slide: Any, content: Waterfall, box: Box, words: Wording) -> Any:
    """Stacked bars of which the lowest has no color, so that the others hang where they belong."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    runs = [content.mean]
    for step in content.steps:
        runs.append(runs[-1] + step.adds)
    titles = [words("drawing.mean_of_all"), *(each.title for each in content.steps), words("drawing.own_mark")]
    # A bar chart begins at its foot; the figure is read from the top.
    order = list(reversed(range(len(titles))))
    between = [0.0, *(min(pair) for pair in itertools.pairwise(runs)), 0.0]
    data = CategoryChartData(number_format="0.00")
    data.categories = [titles[each] for each in order]
    columns = (
        (_NO_NAME, between),
        (words("drawing.stands"), [content.mean, *[None] * len(content.steps), content.mark]),
        (words("drawing.lowers"), [None, *(-each.adds if each.adds < 0 else None for each in content.steps), None]),
        (words("drawing.lifts"), [None, *(each.adds if each.adds >= 0 else None for each in content.steps), None]),
    )
    for name, values in columns:
        data.add_series(name, [values[each] for each in order])
    frame = _chart(slide, XL_CHART_TYPE.BAR_STACKED, box, data)
    _hang(frame.chart, gap=40)
    looks = ((_FAINT, _SOFT, "0.0"), (_BAD_LIGHT, _BAD, "\u22120.00"), (_GOOD_LIGHT, _GOOD, "+0.00"))
    for series, (color, edge, shape) in zip(list(frame.chart.plots[0].series)[1:], looks, strict=True):
        _fill(series, color, edge)
        label(series, shape, beside=False)
    low, high = min(runs), max(runs)
    # Bars may not begin at nought: marks begin at three, and what counts is the difference.
    _scale(frame.chart.value_axis, low - 0.25 * max(high - low, 0.5), high + 0.25 * max(high - low, 0.5), "0.0")
    return frame


def places(slide: Any, content: Places, box: Box, words: Wording) -> Any:
    """A row per subject: a bar of the places that are possible, with a block on the place itself in the color of its side."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    rows = content.rows[::-1]
    last = max(row.ranked for row in rows)
    block = 0.015 * last
    data = CategoryChartData(number_format="0")
    data.categories = [f"{row.title}: {_shared(row)} ({_between(row.possible)})" for row in rows]
    ranges = [row.possible or (row.rank, row.rank) for row in rows]
    data.add_series(_NO_NAME, [low - block / 2 for low, _ in ranges])
    data.add_series(words("drawing.more"), [row.rank - low for row, (low, _) in zip(rows, ranges, strict=True)])
    looks = [_FAINT]
    for side, name, color in (
        ("favourable", "sure_good", _GOOD),
        ("unfavourable", "sure_bad", _BAD),
        ("", "unsure", _INK),
    ):
        if any(row.side == side for row in rows):
            data.add_series(words(f"drawing.{name}"), [block if row.side == side else None for row in rows])
            looks.append(color)
    data.add_series(words("drawing.less"), [high - row.rank for row, (_, high) in zip(rows, ranges, strict=True)])
    looks.append(_FAINT)
    frame = _chart(slide, XL_CHART_TYPE.BAR_STACKED, box, data)
    _hang(frame.chart, gap=60)
    for series, color in zip(list(frame.chart.plots[0].series)[1:], looks, strict=True):
        _fill(series, color, edge=_SOFT if color == _FAINT else color)
    _scale(frame.chart.value_axis, 0, last + 1, "0")
    return frame


def _shared(row: PlaceRow) -> str:
    """'9', and '9\u201310' where the place is shared."""
    return str(row.rank) if row.tied < 2 else f"{row.rank}\u2013{row.rank + row.tied - 1}"


def _between(found: tuple[int, int] | None) -> str:
    return "?" if found is None else f"{found[0]}\u2013{found[1]}"


def slopes(slide: Any, content: Slopes, box: Box, words: Wording) -> list[Any]:
    """Two bar charts beside each other: first and last year, the last in color only beyond its margin."""
    left, top, wide, high = box
    half = wide / 2 - 0.3
    base = words("drawing.slopes_fixed", years=words.listing([str(year) for year in content.base_years]))
    return [
        _pair(slide, content.relative, words("drawing.slopes_relative"), (left, top, half, high), words),
        _pair(slide, content.fixed, base, (left + half + 0.6, top, half, high), words),
    ]


def _pair(slide: Any, rows: Sequence[Slope], title: str, box: Box, words: Wording) -> Any:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    ordered = list(reversed(rows))
    data = CategoryChartData(number_format="0.0")
    data.categories = [f"{each.title} ({each.first_year}\u2013{each.last_year})" for each in ordered]
    data.add_series(words("drawing.last_year"), [each.last for each in ordered])
    data.add_series(words("drawing.first_year"), [each.first for each in ordered])
    frame = _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, size=10, title=title)
    plot = frame.chart.plots[0]
    plot.gap_width, plot.overlap = 50, 0
    _label_all(frame.chart)
    _fill(plot.series[0], _SOFT)
    _fill(plot.series[1], _FAINT)
    for number, each in enumerate(ordered):
        if each.beyond:
            _fill(plot.series[0].points[number], _GOOD if each.beyond == "favourable" else _BAD)
    for series in plot.series:
        label(series, "0.0")
    _scale(frame.chart.value_axis, 3, 10, "0")
    return frame


def panels(slide: Any, content: Panels, shown: Sequence[Panel], box: Box, words: Wording) -> list[Any]:
    """Up to four line charts, two beside each other."""
    left, top, wide, high = box
    half, low = wide / 2 - 0.3, high / 2 - 0.2
    return [
        _lines(
            slide,
            panel,
            content,
            (left + (number % 2) * (half + 0.6), top + (number // 2) * (low + 0.4), half, low),
            words,
        )
        for number, panel in enumerate(shown)
    ]


def _lines(slide: Any, panel: Panel, content: Panels, box: Box, words: Wording) -> Any:
    """Years on a true scale; the edges of the noise as thin lines; nothing over a break."""
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    names = dict(content.names)
    lines: list[tuple[str, str, float, list[tuple[int, float]]]] = []
    for kind, course in panel.beside:
        lines.append((names[kind], _LINES[kind], 1.25, [(year, value) for year, value, _ in course.points]))
    for sign, name in ((-1, "band_low"), (1, "band_high")):
        edge = [(year, value + sign * margin) for year, value, margin in panel.town.points if margin is not None]
        if len(edge) == len(panel.town.points):
            lines.append((words(f"drawing.{name}"), _GOOD_LIGHT, 1.0, edge))
    lines.append((content.town, _GOOD, 2.5, [(year, value) for year, value, _ in panel.town.points]))
    last_break = max(panel.breaks, default=0)
    data = XyChartData(number_format="General")
    for name, _, _, points in lines:
        series = data.add_series(name)
        for year, value in points:
            if year >= last_break:
                series.add_data_point(year, round(value, 6))
    unit = f" ({words.unit(panel.unit)})" if panel.unit else ""
    frame = _chart(slide, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, box, data, size=10, title=f"{panel.title}{unit}")
    for series, (_, color, width, _) in zip(frame.chart.plots[0].series, lines, strict=True):
        _stroke(series, color, width)
    years = [year for *_, points in lines for year, _ in points if year >= last_break]
    values = [value for *_, points in lines for year, value in points if year >= last_break]
    _scale(frame.chart.category_axis, min(years), max(years), "0", unit=max(1.0, round((max(years) - min(years)) / 5)))
    _around(frame.chart.value_axis, values)
    return frame


def bars(slide: Any, content: Bars, box: Box, words: Wording) -> Any:
    """Bars by category, one color per series; `stacked`: on top of each other. Long names stand beside lying bars."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

    kinds = {(True, True): XL_CHART_TYPE.BAR_STACKED, (True, False): XL_CHART_TYPE.BAR_CLUSTERED,
             (False, True): XL_CHART_TYPE.COLUMN_STACKED, (False, False): XL_CHART_TYPE.COLUMN_CLUSTERED}  # fmt: skip
    order = list(range(len(content.categories)))
    # A bar chart begins at its foot; it is read from the top.
    order = order[::-1] if content.lying else order
    data = CategoryChartData(number_format=content.shape)
    data.categories = [content.categories[each] for each in order]
    for name, values in content.series:
        data.add_series(name or _NO_NAME, [values[each] for each in order])
    # Where a category has one bar, whatever its color, its number stands beside it: dark on dark nobody reads.
    alone = all(sum(values[each] is not None for _, values in content.series) < 2 for each in order)
    frame = _chart(slide, kinds[content.lying, content.stacked and not alone], box, data)
    plot = frame.chart.plots[0]
    plot.gap_width = 50
    if content.stacked:
        plot.overlap = 100
    if content.lying:
        _label_all(frame.chart)
        # Beside the axis, not over bars that run to the left.
        frame.chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    for series, (name, _), color in zip(plot.series, content.series, content.colors, strict=True):
        if not name:
            series.format.fill.background()
            continue
        _fill(series, color)
        if content.labelled:
            label(series, content.shape, beside=alone or not content.stacked)
    frame.chart.has_legend = len(content.series) > 1
    span = content.span or (_roomy(content) if alone and content.lying and content.labelled else None)
    if span is not None:
        _scale(frame.chart.value_axis, *span, content.shape)
    return frame


def _roomy(content: Bars) -> tuple[float, float]:
    """An axis with room for the numbers beside the longest bars, from nought or through it."""
    known = [value for _, values in content.series for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    step = step_of(max(high - low, 1e-6) / 5)
    return (step * (low // step - 1) if low < 0 else 0.0, step * (high // step + 2) if high > 0 else 0.0)


def dials(slide: Any, content: Dials, box: Box, words: Wording) -> Any:
    """The verdicts as a native table, each with its margin or the reason that there is none."""
    from pptx.util import Cm, Pt

    heads = (words("leaflet.measure"), words("drawing.gap_now"), words("drawing.in_goal_year", year=content.goal_year),
             words("development.verdict"))  # fmt: skip
    rows = []
    for dial in content.rows:
        margin = dial.reason
        if dial.interval is not None:
            margin = words(
                "certainty.between", low=words.signed(dial.interval[0], 2), high=words.signed(dial.interval[1], 2)
            )
        gap = DASH if dial.now is None else f"{words.signed(dial.now, 2)} ({dial.year})"
        rows.append((dial.title, gap, margin, words(f"drawing.verdict_{dial.verdict}")))
    left, top, wide, _ = box
    frame = slide.shapes.add_table(len(rows) + 1, 4, Cm(left), Cm(top), Cm(wide), Cm(1.0))
    for column, share in zip(frame.table.columns, (0.34, 0.16, 0.34, 0.16), strict=True):
        column.width = Cm(wide * share)
    for place, row in enumerate((heads, *rows)):
        for number, said in enumerate(row):
            cell = frame.table.cell(place, number)
            cell.text = said
            cell.text_frame.paragraphs[0].font.size = Pt(12)
            # Ten verdicts with a reason of two lines stay on the slide.
            cell.margin_top = cell.margin_bottom = Cm(0.06)
    return frame


def _chart(slide: Any, kind: Any, box: Box, data: Any, size: int = 12, title: str = "") -> Any:
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Cm, Pt

    frame = slide.shapes.add_chart(kind, *(Cm(each) for each in box), data)
    chart = frame.chart
    chart.font.size = Pt(size)
    chart.has_title = bool(title)
    if title:
        chart.chart_title.text_frame.text = title
        chart.chart_title.text_frame.paragraphs[0].font.size = Pt(size + 2)
        chart.chart_title.text_frame.paragraphs[0].font.bold = True
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    return frame


def _hang(chart: Any, gap: int) -> None:
    """Bars on top of each other, the first without color; a label at every bar."""
    plot = chart.plots[0]
    plot.overlap, plot.gap_width = 100, gap
    plot.series[0].format.fill.background()
    _label_all(chart)


def _label_all(chart: Any) -> None:
    """Every category has its label: none is left out for want of room."""
    from pptx.oxml.ns import qn

    axis = chart.category_axis._element
    skip = axis.makeelement(qn("c:tickLblSkip"), {"val": "1"})
    axis.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _around(axis: Any, values: Sequence[float]) -> None:
    """An axis around the values, with round numbers."""
    low, high = min(values), max(values)
    step = step_of(max(high - low, 1e-6) / 4)
    _scale(axis, step * (low // step), step * (high // step + 1), f"0.{'0' * decimals_of(step)}".rstrip("."), unit=step)


def _scale(axis: Any, low: float, high: float, shape: str, unit: float | None = None) -> None:
    from pptx.dml.color import RGBColor

    axis.minimum_scale, axis.maximum_scale = round(low, 6), round(high, 6)
    if unit is not None:
        axis.major_unit = unit
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = shape, False
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(_FAINT)


def label(series: Any, shape: str, beside: bool = True) -> None:
    """The number at every bar: beside its end, or on the bar where others may follow it."""
    from pptx.enum.chart import XL_LABEL_POSITION

    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, shape, False
    if beside:
        labels.position = XL_LABEL_POSITION.OUTSIDE_END


def _fill(part: Any, color: str, edge: str = "") -> None:
    from pptx.dml.color import RGBColor

    part.format.fill.solid()
    part.format.fill.fore_color.rgb = RGBColor.from_string(color)
    if edge:
        part.format.line.color.rgb = RGBColor.from_string(edge)


def _stroke(series: Any, color: str, width: float) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    series.smooth = False
    series.format.line.color.rgb = RGBColor.from_string(color)
    series.format.line.width = Pt(width)
