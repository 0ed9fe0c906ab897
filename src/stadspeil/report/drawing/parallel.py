"""Options as lines over several scales side by side: higher is better on each. A handful has colors, intervals and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, step_of, ticks
from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD,
    INK,
    RULE,
    SOFT,
    TINY,
    WIDE,
    block,
    disc,
    line,
    polygon,
    polyline,
    sheet,
    spread_out,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

Span = tuple[float, float, float]
# Told apart by a reader who sees no red or green, and each with its name at the end of its line.
COLORS = (ACCENT, "#c96a0c", "#117755", "#7a1f5c", "#4f8fc9", "#5b6672")
_HEAD, _HIGH, _LEFT, _RIGHT, _NAMES = 64.0, 300.0, 62.0, 62.0, 44.0
_FAINT = "#d9dee4"


@dataclass(frozen=True)
class ParallelScale:
    """A scale: what it counts, in which unit, and the least that was asked, where something was."""

    title: str
    unit: str
    asked: float | None = None


@dataclass(frozen=True)
class ParallelLine:
    """An option: 10th, 50th and 90th percentile on each scale. `named` has a color; `out` falls short of what was asked."""

    name: str
    spans: tuple[Span, ...]
    kind: Literal["named", "other", "out"] = "other"


def parallel_svg(scales: Sequence[ParallelScale], lines: Sequence[ParallelLine], words: Wording) -> str:
    """Lines through the 50th percentiles; of what is named the interval too."""
    places = _places(len(scales))
    heights = [_scale(at, scale, lines) for at, scale in enumerate(scales)]
    parts = [_axis(x, y, scale, words) for x, y, scale in zip(places, heights, scales, strict=True)]
    named = [each for each in lines if each.kind == "named"]
    for each in lines:
        if each.kind == "out":
            parts.append(polyline(_points(each, places, heights), color=_FAINT, width=0.8, dash="2 3", kind="out"))
    for each in lines:
        if each.kind == "other":
            parts.append(polyline(_points(each, places, heights), color="#aab3bd", width=0.9, kind="other"))
    for number, each in enumerate(named):
        parts.append(_named(each, COLORS[number % len(COLORS)], number - (len(named) - 1) / 2, places, heights))
    ends = [heights[-1](each.spans[-1][1]) for each in named]
    for number, (each, height) in enumerate(zip(named, spread_out(ends, 12, _HEAD, _HEAD + _HIGH), strict=True)):
        color = COLORS[number % len(COLORS)]
        parts.append(line((places[-1] + 18, ends[number]), (places[-1] + 26, height), color=color))
        parts.append(text(places[-1] + 29, height, each.name, size=10.5, color=color, weight=600))
    for x, y, scale in zip(places, heights, scales, strict=True):
        if scale.asked is not None:
            parts.append(_asked(x, y(scale.asked), words.number(scale.asked, _decimals(y)), words))
    return sheet(_HEAD + _HIGH + 26, "".join(parts))


def parallel_alt(scales: Sequence[ParallelScale], lines: Sequence[ParallelLine], words: Wording) -> str:
    """The handful in words, scale by scale, and how many others there are."""
    named = [each for each in lines if each.kind == "named"]
    told = []
    for at, scale in enumerate(scales):
        decimals = _decimals(_scale(at, scale, lines))
        said = "; ".join(f"{each.name} {span_words(each.spans[at], decimals, words)}" for each in named)
        told.append(f"{scale.title} ({scale.unit}): {said}.")
    others = len(lines) - len(named)
    return " ".join([*told, words("weighed.others", number=words.number(others))] if others else told)


def span_words(span: Span, decimals: int, words: Wording) -> str:
    """Middle (low to high)."""
    low, middle, high = (words.number(each, decimals) for each in span)
    return words("weighed.span", middle=middle, low=low, high=high)


def _places(number: int) -> list[float]:
    wide = WIDE - _LEFT - _RIGHT - _NAMES
    return [_LEFT + wide * at / max(1, number - 1) for at in range(number)]


def _scale(at: int, scale: ParallelScale, lines: Sequence[ParallelLine]) -> Scale:
    """Over all middles and the intervals of what is named; upwards."""
    values = [each.spans[at][1] for each in lines]
    values += [end for each in lines if each.kind == "named" for end in each.spans[at]]
    if scale.asked is not None:
        values.append(scale.asked)
    low, high = bounds(values or [0.0], 1e-6)
    return Scale(low, high, _HEAD + _HIGH, _HEAD)


def _decimals(scale: Scale) -> int:
    return decimals_of(step_of(max(scale.high - scale.low, 1e-9) / 4))


def _axis(x: float, y: Scale, scale: ParallelScale, words: Wording) -> str:
    parts = [line((x, _HEAD), (x, _HEAD + _HIGH), color=RULE, width=1)]
    lines = [*wrapped(scale.title, 118, 10.5, 3)]
    start = max(0.0, min(x - 52, WIDE - 118))
    parts.append(block(start, 20, lines, size=10.5, weight=600))
    parts.append(text(start, 20 + len(lines) * 6 + 9, scale.unit, size=TINY, color=SOFT))
    decimals = _decimals(y)
    for tick in ticks(y.low, y.high, 5):
        parts.append(line((x - 3, y(tick)), (x + 3, y(tick)), color=SOFT))
        parts.append(text(x - 20, y(tick), words.number(tick, decimals), size=TINY, color=SOFT, anchor="end"))
    return "".join(parts)


def _points(each: ParallelLine, places: Sequence[float], heights: Sequence[Scale]) -> list[tuple[float, float]]:
    return [(x, y(span[1])) for x, y, span in zip(places, heights, each.spans, strict=True)]


def _named(each: ParallelLine, color: str, shift: float, places: Sequence[float], heights: Sequence[Scale]) -> str:
    """The line, and beside each scale its interval, so that intervals of several do not cover each other."""
    parts = [polyline(_points(each, places, heights), color=color, width=2, kind="named")]
    for x, y, (low, middle, high) in zip(places, heights, each.spans, strict=True):
        at = x + 5 * shift
        parts.append(line((at, y(low)), (at, y(high)), color=color, width=2.2, kind="span"))
        parts.append(disc(at, y(middle), 3.2, fill=color, kind="middle"))
    return "".join(parts)


def _asked(x: float, height: float, said: str, words: Wording) -> str:
    return (
        polygon([(x - 11, height - 5), (x - 11, height + 5), (x - 2, height)], fill=BAD, kind="asked")
        + line((x - 16, height), (x + 24, height), color=BAD, width=1.6)
        + text(x + 27, height, words("weighed.at_least", value=said), size=TINY, color=INK, weight=600)
    )
