"""A figure over the years as one chart, large or small, that a script can read off by year.

The same content as the small multiples of the report; here each year is a strip with its numbers in words.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.content import Course, Panel
from stadspeil.report.drawing.paint import (
    FONT,
    GOOD,
    GOOD_LIGHT,
    GROUP,
    INK,
    REGION,
    SOFT,
    disc,
    line,
    polygon,
    polyline,
    rect,
    text,
)
from stadspeil.report.wording import Wording, join_unit

# Color, width and dashes by kind: as in report/drawing/panels.py, and the order of the legend.
LOOKS: Mapping[str, tuple[str, float, str]] = {
    "town": (GOOD, 2.4, ""), "group": (GROUP, 1.6, "2 3"), "region_net": (REGION, 1.6, ""), "country": (SOFT, 1.6, "6 3"),
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """Of a chart: its sheet, the room at its sides, the size of its letters, and how many ticks it has."""

    wide: float
    high: float
    left: float
    foot: float
    letter: float
    ticks: int


LARGE, SMALL = Size(680, 300, 46, 30, 11, 6), Size(330, 190, 40, 24, 11.5, 5)


def chart_svg(panel: Panel, town: str, names: Mapping[str, str], size: Size, words: Wording) -> str:
    """The lines with the own margin, breaks as dotted lines, and a strip per year."""
    x, y = _scales(panel, size)
    parts = [_ground(panel, x, y, size, words)]
    parts += [line((x(year - 0.5), y.start), (x(year - 0.5), y.end), color=INK, width=1, dash="1 3", kind="break")
              for year in panel.breaks]  # fmt: skip
    parts += _band(panel, x, y)
    for kind, course in panel.beside:
        parts += _line(course, panel.breaks, x, y, kind)
    parts += _line(panel.town, panel.breaks, x, y, "town")
    parts += [
        disc(x(year), y(value), 2.6 if size is LARGE else 2.2, fill=GOOD, edge="white")
        for year, value, _ in panel.town.points
    ]
    parts += _strips(panel, town, names, x, y, words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.wide:.0f} {size.high:.0f}" font-family="{FONT}">'
        f"{''.join(parts)}</svg>"
    )


def told(panel: Panel, year: int, town: str, names: Mapping[str, str], words: Wording) -> str:
    """What is known of a year: the own number with its margin, and those beside it."""
    said = []
    for name, course in ((town, panel.town), *((names[kind], course) for kind, course in panel.beside)):
        point = next((each for each in course.points if each[0] == year), None)
        if point is not None:
            said.append(f"{name} {quantity(point[1], point[2], panel, words)}")
    return f"{year}: {'; '.join(said)}"


def pivot_of(panel: Panel, town: str, names: Mapping[str, str], words: Wording) -> dict[str, Any]:
    """The chart as a small table: a row per year, a column per line, written as it is read off."""
    courses = [(town, panel.town), *((names[kind], course) for kind, course in panel.beside)]
    years = sorted({year for _, course in courses for year, *_ in course.points})
    begun = {piece[0][0] for piece in pieces(panel.town, panel.breaks)[1:]}
    rows = []
    for year in years:
        cells = []
        for _, course in courses:
            point = next((each for each in course.points if each[0] == year), None)
            margin = point[2] if point is not None else None
            said = words.number(point[1] if point is not None else None, panel.decimals)
            cells.append(said if margin is None or round(margin, panel.decimals) == 0 else
                         f"{said} ±\u00a0{words.number(margin, panel.decimals)}")  # fmt: skip
        rows.append({"year": year, "cells": cells, "begun": year in begun})
    return {"heads": [name for name, _ in courses], "rows": rows}


def quantity(value: float, margin: float | None, panel: Panel, words: Wording) -> str:
    """A number with its margin and unit."""
    number = words.number(value, panel.decimals)
    if margin is not None and round(margin, panel.decimals) > 0:
        number += f" ±\u00a0{words.number(margin, panel.decimals)}"
    return join_unit(number, words.unit(panel.unit)) if panel.unit not in ("", "index") else number


def pieces(course: Course, breaks: Sequence[int]) -> list[list[tuple[int, float, float | None]]]:
    """The points of a line, cut at each break."""
    found: list[list[tuple[int, float, float | None]]] = [[]]
    for point in course.points:
        if found[-1] and any(found[-1][-1][0] < year <= point[0] for year in breaks):
            found.append([])
        found[-1].append(point)
    return [each for each in found if each]


def _scales(panel: Panel, size: Size) -> tuple[Scale, Scale]:
    courses = (panel.town, *(course for _, course in panel.beside))
    years = [year for course in courses for year, *_ in course.points]
    reach = [
        value + sign * (margin or 0) for course in courses for _, value, margin in course.points for sign in (-1, 1)
    ]
    low, high = min(years), max(years)
    pad = 0.5 if low == high else 0.0
    x = Scale(low - pad, high + pad, size.left + 12, size.wide - 14)
    return x, Scale(*bounds(reach, least=10.0**-panel.decimals * 4), size.high - size.foot, 14)


def _ground(panel: Panel, x: Scale, y: Scale, size: Size, words: Wording) -> str:
    found = ticks(y.low, y.high, size.ticks)
    digits = decimals_of(found[1] - found[0]) if len(found) > 1 else panel.decimals
    parts = []
    for tick in found:
        parts.append(
            line(
                (x.start - 8, y(tick)),
                (x.end + 8, y(tick)),
                color=INK if panel.unit == "index" and tick == 100 else "#dde2e7",
            )
        )
        parts.append(
            text(x.start - 14, y(tick), words.number(tick, digits), size=size.letter, color=SOFT, anchor="end")
        )
    years = sorted({year for course in (panel.town, *(each for _, each in panel.beside)) for year, *_ in course.points})
    room = size.letter * 2.9
    shown: list[int] = []
    for year in reversed(years):
        if not shown or x(shown[-1]) - x(year) >= room:
            shown.append(year)
    for year in shown:
        parts.append(text(x(year), y.start + 12, str(year), size=size.letter, color=SOFT, anchor="middle"))
    return "".join(parts)


def _band(panel: Panel, x: Scale, y: Scale) -> list[str]:
    """The margin around the own line; bars where only some years have one, so that the others do not look sure."""
    parts = []
    for piece in pieces(panel.town, panel.breaks):
        known = [(year, value, margin) for year, value, margin in piece if margin is not None]
        if len(known) < len(piece) or len(known) < 2:
            parts += [line((x(year), y(value - margin)), (x(year), y(value + margin)), color=GOOD, width=1.6, kind="bar")
                      for year, value, margin in known]  # fmt: skip
            continue
        upper = [(x(year), y(value + margin)) for year, value, margin in known]
        lower = [(x(year), y(value - margin)) for year, value, margin in reversed(known)]
        parts.append(polygon([*upper, *lower], fill=GOOD_LIGHT, kind="band"))
    return parts


def _line(course: Course, breaks: Sequence[int], x: Scale, y: Scale, kind: str) -> list[str]:
    color, width, dash = LOOKS[kind]
    made = []
    for piece in pieces(course, breaks):
        points = [(x(year), y(value)) for year, value, _ in piece]
        # A single year is a point and no line.
        made.append(disc(*points[0], 2.4, fill=color, kind=kind) if len(points) == 1 else
                    polyline(points, color=color, width=width, dash=dash, kind=kind))  # fmt: skip
    return made


def _strips(panel: Panel, town: str, names: Mapping[str, str], x: Scale, y: Scale, words: Wording) -> list[str]:
    """A strip per year that catches the pointer, with a guide and rings that a script shows."""
    years = sorted({year for course in (panel.town, *(each for _, each in panel.beside)) for year, *_ in course.points})
    edges = [x.start - 12, *((x(one) + x(other)) / 2 for one, other in itertools.pairwise(years)), x.end + 12]
    made = []
    for number, year in enumerate(years):
        marks = [line((x(year), y.start), (x(year), y.end), color=INK, width=0.8, kind="guide")]
        for kind, course in (("town", panel.town), *panel.beside):
            marks += [disc(x(year), y(value), 4, fill="white", edge=LOOKS[kind][0], kind="ring")
                      for each, value, _ in course.points if each == year]  # fmt: skip
        catch = rect(edges[number], y.end, edges[number + 1] - edges[number], y.start - y.end, fill="transparent")
        said = escape(told(panel, year, town, names, words))
        made.append(f'<g class="year" data-year="{year}" data-said="{said}"><title>{said}</title>{catch}'
                    f'<g class="read-off" visibility="hidden">{"".join(marks)}</g></g>')  # fmt: skip
    return made
