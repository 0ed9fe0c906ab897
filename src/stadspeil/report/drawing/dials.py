"""Mechanisms on or off course: the interval is the needle, and gray is where it cannot be told.

No speedometer: on a straight scale an interval can be held against the goal, and rows against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale
from stadspeil.report.drawing.content import Dial, Dials, Verdict
from stadspeil.report.drawing.paint import (
    BAD,
    BAD_LIGHT,
    FAINT,
    GOOD,
    GOOD_LIGHT,
    INK,
    NARROW,
    RULE,
    SOFT,
    TINY,
    WIDE,
    block,
    diamond,
    disc,
    hatch,
    line,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_ROW, _TOP = 34.0, 44.0
_TITLE = 190.0
_FURTHEST = 4.0
_ORDER: tuple[Verdict, ...] = ("off", "open", "on")
_FILLS: dict[Verdict, tuple[str, str]] = {"off": (BAD, "white"), "open": (SOFT, "white"), "on": (GOOD, "white")}


@dataclass(frozen=True)
class _Sheet:
    """Where the scale and the lamps stand, and how much room a title has above them (0: it stands beside them)."""

    wide: float
    left: float
    right: float
    lamps: float
    lamp: float
    above: float = 0.0


_ON_PAGE = _Sheet(WIDE, 200.0, 470.0, 490.0, 62.0)
_ON_PHONE = _Sheet(NARROW, 12.0, 222.0, 236.0, 48.0, 16.0)


def dials_svg(content: Dials, words: Wording, narrow: bool = False) -> str:
    """A row per measure: the scale of the gap with the region, and three zones of which one is lit."""
    on = _ON_PHONE if narrow else _ON_PAGE
    high = _ROW + on.above
    foot = _TOP + high * len(content.rows)
    x = Scale(-_reach(content), _reach(content), on.left, on.right)
    parts = [_heads(x, on, words)]
    for number, dial in enumerate(content.rows):
        top = _TOP + high * number
        title = wrapped(dial.title, on.wide if narrow else _TITLE - 6, 10.5, 1 if narrow else 3)
        parts.append(line((0, top), (on.wide, top)))
        parts.append(block(0, top + 10 if narrow else top + high / 2, title, size=10.5))
        parts.append(_row(dial, x, top + on.above, content.tolerance, on))
    parts.append(line((0, foot), (on.wide, foot)))
    legend, below = _legend(foot + 14, content, on, words)
    parts.append(legend)
    defs = hatch("low", back=BAD_LIGHT, ink="#e8b98a") + hatch("unknown")
    return sheet(below + 12, "".join(parts), defs, on.wide)


def dials_alt(content: Dials, words: Wording) -> str:
    """Every gap, projection and verdict in words."""
    rows = []
    for dial in content.rows:
        told = [words(f"drawing.verdict_{dial.verdict}")]
        if dial.now is not None:
            told.append(words("drawing.dial_now", year=dial.year, gap=words.signed(dial.now, 2)))
        if dial.projection is not None and dial.interval is not None:
            low, high = (words.signed(each, 2) for each in dial.interval)
            told.append(words("drawing.dial_projection", goal_year=content.goal_year, low=low, high=high,
                              projection=words.signed(dial.projection, 2)))  # fmt: skip
        elif dial.reason:
            told.append(dial.reason)
        rows.append(f"{dial.title}: {'; '.join(told)}.")
    return words("drawing.dials_alt", rows=" ".join(rows))


def _reach(content: Dials) -> float:
    """How far the scale runs to both sides: all gaps and intervals, but no further than helps."""
    found = [1.0]
    for dial in content.rows:
        found += [abs(each) for each in (dial.now, dial.projection, *(dial.interval or ())) if each is not None]
    return min(_FURTHEST, math.ceil(2 * max(found) * 1.05) / 2)


def _heads(x: Scale, on: _Sheet, words: Wording) -> str:
    parts = [text((on.left + on.right) / 2, 8, words("drawing.gap_with_region"), size=TINY, color=SOFT, weight=600,
                  anchor="middle")]  # fmt: skip
    for tick in (-x.high, -x.high / 2, 0.0, x.high / 2, x.high):
        parts.append(text(x(tick), 24, words.signed(tick, 2 if tick * 10 % 1 else 1), size=TINY, color=SOFT,
                          anchor="middle"))  # fmt: skip
    for number, verdict in enumerate(_ORDER):
        parts.append(block(on.lamps + number * on.lamp + 3, 20, wrapped(words(f"drawing.verdict_{verdict}"), on.lamp - 8, TINY, 3 if on.above else 2),
                           size=TINY, color=SOFT, weight=600))  # fmt: skip
    return "".join(parts)


def _row(dial: Dial, x: Scale, top: float, tolerance: float, on: _Sheet) -> str:
    height = top + _ROW / 2
    parts = [_zones(dial, x, top, tolerance)]
    if dial.interval is not None and dial.projection is not None:
        parts.append(_needle(dial.interval, dial.projection, x, height))
    elif dial.now is None:
        said = wrapped(dial.reason, 0.88 * (x.end - x.start - 14), TINY)
        parts.append(block(x.start + 6, height, said, size=TINY, color=SOFT))
    if dial.now is not None:
        parts.append(diamond(x.held(dial.now), height, 5.5, fill="white", edge=INK, kind="now"))
    parts += [_lamp(verdict, verdict == dial.verdict, number, top, on) for number, verdict in enumerate(_ORDER)]
    return "".join(parts)


def _zones(dial: Dial, x: Scale, top: float, tolerance: float) -> str:
    """Below the region, and level or better; gray all over where no line can be drawn to the goal year."""
    high = _ROW - 8
    if dial.interval is None:
        fill = FAINT if dial.now is None else "url(#unknown)"
        empty = rect(x.start, top + 4, x.end - x.start, high, fill=fill, edge=RULE, kind="unknown")
        if dial.now is None:
            return empty
        goal = x(-tolerance)
        return empty + line((goal, top + 4), (goal, top + 4 + high), color=SOFT, width=1, dash="3 2", kind="goal")
    goal = x(-tolerance)
    return (
        rect(x.start, top + 4, goal - x.start, high, fill="url(#low)", edge=RULE, kind="zone below")
        + rect(goal, top + 4, x.end - goal, high, fill=GOOD_LIGHT, edge=RULE, kind="zone level")
        + line((goal, top + 1), (goal, top + _ROW - 1), color=INK, width=1.2, dash="3 2", kind="goal")
    )


def _needle(interval: tuple[float, float], projection: float, x: Scale, height: float) -> str:
    """The interval in the goal year as a bar; an arrowhead where it runs off the scale."""
    low, high = (x.held(each) for each in interval)
    parts = [rect(low, height - 3.5, max(high - low, 1.0), 7, fill=INK, kind="needle")]
    if x.low <= projection <= x.high:
        parts.append(disc(x(projection), height, 3.4, fill="white", edge=INK, kind="projection"))
    for beyond, end, sign in ((interval[0] < x.low, low, 1), (interval[1] > x.high, high, -1)):
        if beyond:
            parts.append(f'<path class="beyond" d="M{end:.1f} {height:.1f} l{8 * sign} -6 v12 Z" fill="{INK}"/>')
    return "".join(parts)


def _lamp(verdict: Verdict, lit: bool, number: int, top: float, on: _Sheet) -> str:
    """One of three cells; the verdict's is filled and ticked."""
    left = on.lamps + number * on.lamp
    fill, ink = _FILLS[verdict] if lit else ("white", RULE)
    parts = [
        rect(left, top + 7, on.lamp - 3, _ROW - 14, fill=fill, edge=RULE, kind=f"lamp {verdict}{' lit' if lit else ''}")
    ]
    if lit:
        x, y = left + (on.lamp - 3) / 2, top + _ROW / 2
        sign = {"off": "M-4 -4 L4 4 M-4 4 L4 -4", "open": "M-5 0 L5 0", "on": "M-5 0 L-1 4 L5 -4"}[verdict]
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})"><path d="{sign}" fill="none" stroke="{ink}" '
                     f'stroke-width="2.2"/></g>')  # fmt: skip
    return "".join(parts)


def _legend(y: float, content: Dials, on: _Sheet, words: Wording) -> tuple[str, float]:
    """What the signs mean, and how far down that runs."""
    signs = (
        (diamond(6, 0, 5, fill="white", edge=INK), 16.0, words("drawing.legend_now")),
        (rect(0, -3, 24, 6, fill=INK) + disc(12, 0, 3, fill="white", edge=INK), 30.0,
         words("drawing.legend_needle", goal_year=content.goal_year)),
        (line((0, -7), (0, 7), color=INK, width=1.2, dash="3 2"), 7.0, words("drawing.legend_goal")),
    )  # fmt: skip
    parts, x = [], 0.0
    for sign, room, said in signs:
        if on.above and x:
            x, y = 0.0, y + 16
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{sign}</g>')
        parts.append(text(x + room, y, said, size=TINY))
        x += room + width_of(said, TINY) + 24
    return "".join(parts), y
