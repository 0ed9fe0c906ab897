"""Drawings that fit in a cell of a table. What they show stands in words beside them, so that readers may skip them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from stadspeil.report.document import Band, Place
from stadspeil.report.drawing.axes import Scale, bounds
from stadspeil.report.drawing.paint import BAD, GOOD, INK, RULE, SOFT, disc, line, polygon, polyline, rect
from stadspeil.report.findings import FAVOURABLE, UNFAVOURABLE

Point = tuple[float, float, float | None]
_WIDE, _HIGH, _AIR = 132.0, 18.0, 8.0
_SPARK_WIDE, _SPARK_HIGH = 104.0, 26.0
_RANGE = "#9fb0c0"


def place_bar(place: Place, sure: bool = True) -> str:
    """The field from its first place (left) to its last, the places that are possible, and the place itself."""
    if place.rank is None or place.ranked < 2:
        return ""
    axis, middle = Scale(1, place.ranked, _AIR, _WIDE - _AIR), _HIGH / 2
    centre = axis((1 + place.ranked) / 2)
    parts = [
        line((axis.start, middle), (axis.end, middle), color=RULE, width=1.2),
        *(line((end, middle - 4), (end, middle + 4), color=RULE, width=1.2) for end in (axis.start, axis.end)),
        line((centre, middle - 7), (centre, middle + 7), color=SOFT, width=0.8, dash="2 2"),
    ]
    if place.possible is not None:
        low, high = (axis(each) for each in place.possible)
        parts.append(rect(low - 1, middle - 3, high - low + 2, 6, fill=_RANGE, kind="range"))
    parts.append(shape_of(place.band, axis(place.rank + (place.tied - 1) / 2), middle, sure=sure))
    return _svg(_WIDE, _HIGH, "place-bar", "".join(parts))


def shape_of(band: Band, x: float, y: float, half: float = 5.5, sure: bool = True) -> str:
    """Up and blue for favourable, down and orange for unfavourable, an open dot for what stands on no side.

    Where nothing is known of a margin the shape is not filled: it points, and claims nothing.
    """
    if band in FAVOURABLE:
        return polygon(
            [(x, y - half), (x + half, y + half * 0.8), (x - half, y + half * 0.8)],
            fill=GOOD if sure else "white",
            edge=GOOD,
            kind="up" if sure else "up unsure",
        )
    if band in UNFAVOURABLE:
        return polygon(
            [(x, y + half), (x + half, y - half * 0.8), (x - half, y - half * 0.8)],
            fill=BAD if sure else "white",
            edge=BAD,
            kind="down" if sure else "down unsure",
        )
    return disc(x, y, half * 0.75, fill="white", edge=INK, kind="open")


def sparkline(points: Sequence[Point], breaks: Sequence[int] = ()) -> str:
    """Values over the years with half a 95 % interval around them where it is known. Shape: (year, value, margin).

    The line stops before a year that was the first to be measured in another way.
    """
    if len(points) < 2:
        return ""
    years = [year for year, _, _ in points]
    edges = [value + sign * (margin or 0) for _, value, margin in points for sign in (-1, 1)]
    across = Scale(min(years), max(years), 4, _SPARK_WIDE - 5)
    up = Scale(*bounds(edges, 1e-9), _SPARK_HIGH - 2, 2)
    parts = []
    for piece in _pieces(points, breaks):
        known = [(across(year), up(value - margin), up(value + margin))
                 for year, value, margin in piece if margin is not None]  # fmt: skip
        if len(known) > 1:
            upper, lower = [(x, high) for x, _, high in known], [(x, low) for x, low, _ in reversed(known)]
            parts.append(polygon([*upper, *lower], fill="#d9e2ea", kind="noise"))
        elif known:
            parts.append(
                line((known[0][0], known[0][1]), (known[0][0], known[0][2]), color=_RANGE, width=3, kind="noise")
            )
        drawn = [(across(year), up(value)) for year, value, _ in piece]
        parts.append(polyline(drawn, color=SOFT, width=1.4) if len(drawn) > 1 else disc(*drawn[0], 1.6, fill=SOFT))
    parts.append(disc(across(points[-1][0]), up(points[-1][1]), 3, fill=INK, edge="white"))
    return _svg(_SPARK_WIDE, _SPARK_HIGH, "spark", "".join(parts))


def _pieces(points: Sequence[Point], breaks: Sequence[int]) -> list[list[Point]]:
    edges = sorted(breaks)
    return [list(piece) for _, piece in groupby(points, lambda point: sum(edge <= point[0] for edge in edges))]


def _svg(wide: float, high: float, kind: str, body: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )
