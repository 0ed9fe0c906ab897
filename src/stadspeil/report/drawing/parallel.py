"""Options as lines over several scales side by side: higher is better on each. A handful has colors, intervals and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, step_of, ticks
from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD,
    INK,
    NARROW,
    SOFT,
    TINY,
    WIDE,
    block,
    disc,
    line,
    polygon,
    polyline,
    rect,
    sheet,
    spread_out,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

Span = tuple[float, float, float]
# Told apart by a reader who sees no red or green, and each with its name at the end of its line.
COLORS = (ACCENT, "#c96a0c", "#117755", "#7a1f5c", "#4f8fc9", "#5b6672")
_HEAD, _HIGH, _LEFT, _RIGHT = 64.0, 300.0, 44.0, 84.0
# Titles start so far before their scale, and are so wide; intervals stand so far apart.
_BEFORE, _TITLE, _APART = 40.0, 104.0, 5.0
# Lying: room for a title and numbers above a scale, and for what was asked below it.
_OVER, _UNDER = 54.0, 24.0
_FAINT, _PLAIN = "#d9dee4", "#aab3bd"


@dataclass(frozen=True)
class ParallelScale:
    """A scale: what it counts, in which unit, the least that was asked where something was, and decimals of its numbers."""

    title: str
    unit: str
    asked: float | None = None
    decimals: int = 0


@dataclass(frozen=True)
class ParallelLine:
    """An option: 10th, 50th and 90th percentile on each scale.

    `color` is the number of its color where it has a name in the drawing; `out` falls short of what was asked.
    """

    name: str
    spans: tuple[Span, ...]
    color: int | None = None
    out: bool = False


def parallel_svg(
    scales: Sequence[ParallelScale], lines: Sequence[ParallelLine], words: Wording, narrow: bool = False
) -> str:
    """Lines through the 50th percentiles; of what is named the interval too, unless it falls short.

    Narrow, for a phone, the scales lie below each other, higher to the right, and names stand below the last.
    """
    if narrow:
        return _lying(scales, lines, words)
    places = _places(len(scales))
    heights = [_scale(at, scale, lines) for at, scale in enumerate(scales)]
    # What falls short lies below, names lie above.
    order = sorted(lines, key=lambda each: (each.color is not None, not each.out))
    parts = [_line(each, places, heights) for each in order]
    named = [each for each in lines if each.color is not None]
    number_of = {each.name: number for number, each in enumerate(named)}
    parts += [_intervals(each, number_of[each.name], places, heights) for each in named if not each.out]
    parts += [_axis(x, y, scale, words) for x, y, scale in zip(places, heights, scales, strict=True)]
    ends = [heights[-1](each.spans[-1][1]) for each in named]
    past = places[-1] + _APART * (len(named) + 1)
    for end, each, height in zip(ends, named, spread_out(ends, 12, _HEAD, _HEAD + _HIGH), strict=True):
        color = SOFT if each.out else COLORS[(each.color or 0) % len(COLORS)]
        parts.append(line((places[-1], end), (past, height), color=color, dash="1 2"))
        parts.append(text(past + 3, height, each.name, size=10.5, color=color, weight=400 if each.out else 600))
    for x, y, scale in zip(places, heights, scales, strict=True):
        if scale.asked is not None:
            parts.append(_asked(x, y(scale.asked), words.number(scale.asked, digits_of(scale.asked)), words))
    return sheet(_HEAD + _HIGH + 14, "".join(parts))


def parallel_alt(scales: Sequence[ParallelScale], lines: Sequence[ParallelLine], words: Wording) -> str:
    """The handful in words, scale by scale, and how many others there are."""
    named = [each for each in lines if each.color is not None]
    told = []
    for at, scale in enumerate(scales):
        decimals = _decimals(_scale(at, scale, lines))
        said = "; ".join(
            f"{each.name} {span_words(each.spans[at], max(decimals, scale.decimals), words)}" for each in named
        )
        told.append(f"{scale.title} ({scale.unit}): {said}.")
    others = len(lines) - len(named)
    return " ".join([*told, words("weighed.others", number=words.number(others))] if others else told)


def span_words(span: Span, decimals: int, words: Wording) -> str:
    """Middle (low to high)."""
    low, middle, high = (words.number(each, decimals) for each in span)
    return words("weighed.span", middle=middle, low=low, high=high)


def _places(number: int) -> list[float]:
    wide = WIDE - _LEFT - _RIGHT
    return [_LEFT + wide * at / max(1, number - 1) for at in range(number)]


def _scale(at: int, scale: ParallelScale, lines: Sequence[ParallelLine]) -> Scale:
    """Over all middles and the intervals of what is named; upwards."""
    values = [each.spans[at][1] for each in lines]
    values += [end for each in lines if each.color is not None for end in each.spans[at]]
    if scale.asked is not None:
        values.append(scale.asked)
    low, high = bounds(values or [0.0], 1e-6)
    return Scale(low, high, _HEAD + _HIGH, _HEAD)


def _decimals(scale: Scale) -> int:
    return decimals_of(step_of(max(scale.high - scale.low, 1e-9) / 4))


def _axis(x: float, y: Scale, scale: ParallelScale, words: Wording) -> str:
    parts = [line((x, _HEAD), (x, _HEAD + _HIGH), color=INK, width=1)]
    parts.append(block(x - _BEFORE, 17, wrapped(scale.title, _TITLE, 10.5, 3), size=10.5, weight=600))
    parts.append(text(x - _BEFORE, 46, scale.unit, size=TINY, color=SOFT))
    decimals = _decimals(y)
    for tick in ticks(y.low, y.high, 5):
        said = words.number(tick, decimals)
        wide = width_of(said, TINY) * 1.15 + 3
        parts.append(rect(x - 5 - wide, y(tick) - 5.5, wide, 11, fill="white"))
        parts.append(line((x - 4, y(tick)), (x, y(tick)), color=INK))
        parts.append(text(x - 6, y(tick), said, size=TINY, color=SOFT, anchor="end"))
    return "".join(parts)


def _line(each: ParallelLine, places: Sequence[float], heights: Sequence[Scale]) -> str:
    return _way(each, [(x, y(span[1])) for x, y, span in zip(places, heights, each.spans, strict=True)])


def _way(each: ParallelLine, points: list[tuple[float, float]]) -> str:
    if each.color is None:
        return polyline(points, color=_FAINT if each.out else _PLAIN, width=0.9, dash="2 3" if each.out else "", kind="out" if each.out else "other")  # fmt: skip
    color = COLORS[each.color % len(COLORS)]
    if each.out:
        return polyline(points, color=color, width=1, dash="2 4", kind="named-out")
    return polyline(points, color=color, width=2, kind="named")


def _intervals(each: ParallelLine, number: int, places: Sequence[float], heights: Sequence[Scale]) -> str:
    """To the right of each scale, one after another, so that intervals do not cover each other."""
    color, parts = COLORS[(each.color or 0) % len(COLORS)], []
    for x, y, (low, middle, high) in zip(places, heights, each.spans, strict=True):
        at = x + _APART * (number + 1)
        parts.append(line((at, y(low)), (at, y(high)), color=color, width=2, kind="span"))
        parts.append(disc(at, y(middle), 2.8, fill=color, kind="middle"))
    return "".join(parts)


def _lying(scales: Sequence[ParallelScale], lines: Sequence[ParallelLine], words: Wording) -> str:
    """The same with its scales across: lines run from the top down, intervals lie below each scale."""
    axes = [_across(at, scale, lines) for at, scale in enumerate(scales)]
    named = [each for each in lines if each.color is not None]
    apart = _OVER + _UNDER + _APART * len(named)
    heights = [_OVER + apart * at for at in range(len(scales))]
    parts = []
    for each in sorted(lines, key=lambda line_: (line_.color is not None, not line_.out)):
        points = [(x(span[1]), y) for x, y, span in zip(axes, heights, each.spans, strict=True)]
        parts.append(_way(each, points))
    for x, y, at in zip(axes, heights, range(len(scales)), strict=True):
        parts.append(_lying_axis(x, y, scales[at], words))
        for number, each in enumerate(named):
            if not each.out:
                low, middle, high = (x(end) for end in each.spans[at])
                color, under = COLORS[(each.color or 0) % len(COLORS)], y + _APART * (number + 1)
                parts.append(line((low, under), (high, under), color=color, width=2, kind="span"))
                parts.append(disc(middle, under, 2.8, fill=color, kind="middle"))
    foot = heights[-1] + _APART * (len(named) + 1) + 12
    for each in named:
        color = SOFT if each.out else COLORS[(each.color or 0) % len(COLORS)]
        parts.append(line((0, foot), (18, foot), color=color, width=2, dash="2 4" if each.out else ""))
        parts.append(text(24, foot, each.name, size=10.5, color=color, weight=400 if each.out else 600))
        foot += 16
    return sheet(foot, "".join(parts), wide=NARROW)


def _across(at: int, scale: ParallelScale, lines: Sequence[ParallelLine]) -> Scale:
    upright = _scale(at, scale, lines)
    return Scale(upright.low, upright.high, 14, NARROW - 14)


def _lying_axis(x: Scale, y: float, scale: ParallelScale, words: Wording) -> str:
    title = wrapped(f"{scale.title} ({scale.unit})", NARROW - 10, 10.5, 2)
    across = 1.12 * max(width_of(each, 10.5, 600) for each in title) + 4
    parts = [rect(0, y - 24 - 13 * len(title), across, 13 * len(title), fill="white")]
    parts.append(block(0, y - 18 - 6.5 * len(title), title, size=10.5, weight=600))
    parts.append(line((x.start, y), (x.end, y), color=INK, width=1))
    decimals = _decimals(x)
    for tick in ticks(x.low, x.high, 5):
        said = words.number(tick, decimals)
        wide = width_of(said, TINY) * 1.15 + 3
        parts.append(rect(x(tick) - wide / 2, y - 16, wide, 11, fill="white"))
        parts.append(line((x(tick), y - 4), (x(tick), y), color=INK))
        parts.append(text(x(tick), y - 10.5, said, size=TINY, color=SOFT, anchor="middle"))
    if scale.asked is not None:
        told = words("weighed.at_least", value=words.number(scale.asked, digits_of(scale.asked)))
        at, wide = x(scale.asked), width_of(told, TINY, 600) * 1.15 + 6
        left = min(max(at - wide / 2, 0.0), NARROW - wide)
        parts.append(line((at, y - 5), (at, y + 12), color=BAD, width=1.6, kind="asked"))
        parts.append(rect(left, y + 12, wide, 14, fill="white", edge=BAD))
        parts.append(text(left + 3, y + 19, told, size=TINY, color=INK, weight=600))
    return "".join(parts)


def digits_of(number: float) -> int:
    """How many decimals a number that somebody typed needs, four at most."""
    return next((digits for digits in range(4) if round(number, digits) == number), 4)


def _asked(x: float, height: float, said: str, words: Wording) -> str:
    told = words("weighed.at_least", value=said)
    wide = width_of(told, TINY, 600) * 1.15 + 6
    return (
        polygon([(x - 10, height - 5), (x - 10, height + 5), (x - 1, height)], fill=BAD, kind="asked")
        + line((x - 10, height), (x + 38, height), color=BAD, width=1.6)
        + rect(x + 40, height - 7, wide, 14, fill="white", edge=BAD)
        + text(x + 43, height, told, size=TINY, color=INK, weight=600)
    )
