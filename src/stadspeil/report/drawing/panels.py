"""Small multiples of figures over the years: the own line with its band, beside region, group and country."""

from __future__ import annotations

from collections.abc import Sequence

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.content import Course, Panel, Panels
from stadspeil.report.drawing.paint import (
    GOOD,
    GOOD_LIGHT,
    GROUP,
    REGION,
    SOFT,
    TINY,
    disc,
    line,
    polygon,
    polyline,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording, join_unit

ACROSS, MOST_PANELS = 3, 12
_PANEL, _GAP, _HIGH = 212.0, 22.0, 148.0
_LEFT, _TOP, _PLOT = 34.0, 34.0, 88.0
# Color, width and dashes by kind; the order in which they are drawn.
_LOOKS = {"country": (SOFT, 1.2, "5 3"), "group": (GROUP, 1.2, "1.5 2.5"), "region_net": (REGION, 1.2, "")}


def panels_svg(content: Panels, words: Wording) -> str:
    """All panels, three beside each other."""
    parts = [
        _panel(panel, (number % ACROSS) * (_PANEL + _GAP), (number // ACROSS) * _HIGH, words)
        for number, panel in enumerate(content.panels)
    ]
    foot = -(-len(content.panels) // ACROSS) * _HIGH
    parts.append(_legend(content, foot + 6, words))
    return sheet(foot + 30, "".join(parts))


def panels_alt(content: Panels, words: Wording) -> str:
    """First and last number of every line in words."""
    return words("drawing.panels_alt", rows=" ".join(panel_alt(panel, content, words) for panel in content.panels))


def panel_alt(panel: Panel, content: Panels, words: Wording) -> str:
    """First and last number of every line of one panel in words."""
    names = dict(content.names)
    lines = [(content.town, panel.town), *((names[kind], course) for kind, course in panel.beside)]
    rows = []
    for name, course in lines:
        ends = [
            f"{year}: {_number(value, panel, words)}{_margin(margin, panel, words)}"
            for year, value, margin in (course.points[0], course.points[-1])
        ]
        rows.append(f"{name} {ends[0]}, {ends[1]}")
    told = f"{panel.title}: {'; '.join(rows)}."
    return told if not panel.breaks else f"{told} {words('drawing.breaks_told', years=_years(panel.breaks, words))}"


def _years(years: Sequence[int], words: Wording) -> str:
    return words.listing([str(year) for year in years])


def _number(value: float, panel: Panel, words: Wording) -> str:
    return join_unit(words.number(value, panel.decimals), words.unit(panel.unit))


def _margin(margin: float | None, panel: Panel, words: Wording) -> str:
    if margin is None or round(margin, panel.decimals) == 0:
        return ""
    return f" ±\u00a0{words.number(margin, panel.decimals)}"


def _panel(panel: Panel, left: float, top: float, words: Wording) -> str:
    courses = (panel.town, *(course for _, course in panel.beside))
    years = [year for course in courses for year, *_ in course.points]
    reach = [
        value + sign * (margin or 0) for course in courses for _, value, margin in course.points for sign in (-1, 1)
    ]
    x = Scale(min(years), max(years), left + _LEFT + 6, left + _PANEL - 8)
    y = Scale(*bounds(reach, least=10.0**-panel.decimals * 4), top + _TOP + _PLOT, top + _TOP)
    parts = [_frame(panel, x, y, left, top, words)]
    parts += [_break(x(year - 0.5), y) for year in panel.breaks]
    parts.append(_band(panel.town, panel.breaks, x, y))
    parts += [_course(course, panel.breaks, x, y, kind) for kind, course in panel.beside]
    parts.append(_own(panel.town, panel.breaks, x, y))
    return "".join(parts)


def _frame(panel: Panel, x: Scale, y: Scale, left: float, top: float, words: Wording) -> str:
    unit = words.unit(panel.unit)
    titled = f"{panel.title} ({unit})" if unit else panel.title
    lines = wrapped(titled, 0.94 * _PANEL, 10.5)
    parts = [text(left, top + 8 + 12 * number, each, size=10.5, weight=600) for number, each in enumerate(lines)]
    found = ticks(y.low, y.high, 5)
    digits = decimals_of(found[1] - found[0]) if len(found) > 1 else panel.decimals
    for tick in found:
        parts.append(line((x.start - 6, y(tick)), (x.end + 8, y(tick))))
        parts.append(text(x.start - 10, y(tick), words.number(tick, digits), size=TINY, color=SOFT, anchor="end"))
    for year, anchor in ((x.low, "start"), (x.high, "end")):
        parts.append(text(x(year), y.start + 11, f"{year:.0f}", size=TINY, color=SOFT, anchor=anchor))
    return "".join(parts)


def _break(x: float, y: Scale) -> str:
    return line((x, y.start), (x, y.end), color=SOFT, width=1, dash="1 2", kind="break")


def _pieces(course: Course, breaks: Sequence[int]) -> list[list[tuple[int, float, float | None]]]:
    """The points of a line, cut at each break: no line runs over a break."""
    pieces: list[list[tuple[int, float, float | None]]] = [[]]
    for point in course.points:
        before = pieces[-1][-1][0] if pieces[-1] else point[0]
        if any(before < year <= point[0] for year in breaks):
            pieces.append([])
        pieces[-1].append(point)
    return pieces


def _band(course: Course, breaks: Sequence[int], x: Scale, y: Scale) -> str:
    """The noise around the own line, over years that lie beside each other and have a margin."""
    parts = []
    for piece in _pieces(course, breaks):
        known = [(year, value, margin) for year, value, margin in piece if margin is not None]
        if len(known) < len(piece) or len(known) < 2:
            # A band over some years only would seem to say that the others are sure: bars instead.
            parts += [line((x(year), y(value - margin)), (x(year), y(value + margin)), color=GOOD, width=1.2, kind="bar")
                      for year, value, margin in known]  # fmt: skip
            continue
        upper = [(x(year), y(value + margin)) for year, value, margin in known]
        lower = [(x(year), y(value - margin)) for year, value, margin in reversed(known)]
        parts.append(polygon([*upper, *lower], fill=GOOD_LIGHT, kind="band"))
    return "".join(parts)


def _course(course: Course, breaks: Sequence[int], x: Scale, y: Scale, kind: str) -> str:
    color, width, dash = _LOOKS[kind]
    return "".join(
        polyline([(x(year), y(value)) for year, value, _ in piece], color=color, width=width, dash=dash, kind=kind)
        for piece in _pieces(course, breaks)
    )


def _own(course: Course, breaks: Sequence[int], x: Scale, y: Scale) -> str:
    parts = []
    for piece in _pieces(course, breaks):
        points = [(x(year), y(value)) for year, value, _ in piece]
        parts.append(polyline(points, color=GOOD, width=2, kind="town"))
        parts += [disc(*point, 1.7, fill=GOOD, edge=GOOD) for point in points]
    return "".join(parts)


def _legend(content: Panels, y: float, words: Wording) -> str:
    found = dict(content.names)
    entries = [(GOOD, 2.0, "", content.town), *((*_LOOKS[kind], found[kind]) for kind in _LOOKS if kind in found)]
    parts, x = [], 0.0
    for color, width, dash, name in entries:
        parts.append(line((x, y), (x + 22, y), color=color, width=width, dash=dash))
        parts.append(text(x + 27, y, name, size=TINY))
        x += width_of(name, TINY) + 46
    x = 0.0
    margins = any(margin is not None for panel in content.panels for *_, margin in panel.town.points)
    if margins:
        parts.append(rect(x, y + 11, 22, 8, fill=GOOD_LIGHT))
        parts.append(text(x + 27, y + 15, words("drawing.band"), size=TINY))
        x += width_of(words("drawing.band"), TINY) + 46
    if any(panel.breaks for panel in content.panels):
        parts.append(line((x + 11, y + 9), (x + 11, y + 21), color=SOFT, width=1, dash="1 2"))
        parts.append(text(x + 27, y + 15, words("drawing.break"), size=TINY))
    return "".join(parts)
