"""Mechanisms on or off course: the interval is the needle, and gray is where it cannot be told.

No speedometer: on a straight scale an interval can be held against the goal, and rows against each other.
"""

from __future__ import annotations

import math

from stadspeil.report.drawing.axes import Scale
from stadspeil.report.drawing.content import Dial, Dials, Verdict
from stadspeil.report.drawing.paint import (
    BAD,
    BAD_LIGHT,
    FAINT,
    GOOD,
    GOOD_LIGHT,
    INK,
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
_LABEL, _LEFT, _RIGHT = 190.0, 200.0, 470.0
_LAMPS, _LAMP = 490.0, 62.0
_FURTHEST = 4.0
_ORDER: tuple[Verdict, ...] = ("off", "open", "on")
_FILLS: dict[Verdict, tuple[str, str]] = {"off": (BAD, "white"), "open": (SOFT, "white"), "on": (GOOD, "white")}


def dials_svg(content: Dials, words: Wording) -> str:
    """A row per measure: the scale of the gap with the region, and three zones of which one is lit."""
    foot = _TOP + _ROW * len(content.rows)
    x = Scale(-_reach(content), _reach(content), _LEFT, _RIGHT)
    parts = [_heads(content, x, foot, words)]
    for number, dial in enumerate(content.rows):
        parts.append(_row(dial, x, _TOP + _ROW * number, content.tolerance, words))
    parts.append(line((0, foot), (WIDE, foot)))
    parts.append(_legend(foot + 14, content, words))
    defs = hatch("low", back=BAD_LIGHT, ink="#e8b98a") + hatch("unknown")
    return sheet(foot + 26, "".join(parts), defs)


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


def _heads(content: Dials, x: Scale, foot: float, words: Wording) -> str:
    parts = [text((_LEFT + _RIGHT) / 2, 8, words("drawing.gap_with_region"), size=TINY, color=SOFT, weight=600,
                  anchor="middle")]  # fmt: skip
    for tick in (-x.high, -x.high / 2, 0.0, x.high / 2, x.high):
        parts.append(text(x(tick), 24, words.signed(tick, 2 if tick * 10 % 1 else 1), size=TINY, color=SOFT,
                          anchor="middle"))  # fmt: skip
    for number, verdict in enumerate(_ORDER):
        parts.append(block(_LAMPS + number * _LAMP + 3, 20, wrapped(words(f"drawing.verdict_{verdict}"), _LAMP - 8, TINY),
                           size=TINY, color=SOFT, weight=600))  # fmt: skip
    return "".join(parts)


def _row(dial: Dial, x: Scale, top: float, tolerance: float, words: Wording) -> str:
    height = top + _ROW / 2
    parts = [line((0, top), (WIDE, top)), block(0, height, wrapped(dial.title, _LABEL - 6, 10.5, 3), size=10.5)]
    parts.append(_zones(dial, x, top, tolerance))
    if dial.interval is not None and dial.projection is not None:
        parts.append(_needle(dial.interval, dial.projection, x, height))
    elif dial.now is None:
        said = wrapped(dial.reason, _RIGHT - _LEFT - 14, TINY)
        parts.append(block(_LEFT + 6, height, said, size=TINY, color=SOFT))
    if dial.now is not None:
        parts.append(diamond(x.held(dial.now), height, 5.5, fill="white", edge=INK, kind="now"))
    parts += [_lamp(verdict, verdict == dial.verdict, number, top) for number, verdict in enumerate(_ORDER)]
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


def _lamp(verdict: Verdict, lit: bool, number: int, top: float) -> str:
    """One of three cells; the verdict's is filled and ticked."""
    left = _LAMPS + number * _LAMP
    fill, ink = _FILLS[verdict] if lit else ("white", RULE)
    parts = [
        rect(left, top + 7, _LAMP - 3, _ROW - 14, fill=fill, edge=RULE, kind=f"lamp {verdict}{' lit' if lit else ''}")
    ]
    if lit:
        x, y = left + (_LAMP - 3) / 2, top + _ROW / 2
        sign = {"off": "M-4 -4 L4 4 M-4 4 L4 -4", "open": "M-5 0 L5 0", "on": "M-5 0 L-1 4 L5 -4"}[verdict]
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})"><path d="{sign}" fill="none" stroke="{ink}" '
                     f'stroke-width="2.2"/></g>')  # fmt: skip
    return "".join(parts)


def _legend(y: float, content: Dials, words: Wording) -> str:
    parts = [diamond(6, y, 5, fill="white", edge=INK)]
    x = 16.0
    said = words("drawing.legend_now")
    parts.append(text(x, y, said, size=TINY))
    x += width_of(said, TINY) + 24
    parts.append(rect(x, y - 3, 24, 6, fill=INK) + disc(x + 12, y, 3, fill="white", edge=INK))
    said = words("drawing.legend_needle", goal_year=content.goal_year)
    parts.append(text(x + 30, y, said, size=TINY))
    x += width_of(said, TINY) + 54
    parts.append(line((x, y - 7), (x, y + 7), color=INK, width=1.2, dash="3 2"))
    parts.append(text(x + 7, y, words("drawing.legend_goal"), size=TINY))
    return "".join(parts)
