"""A figure below the wijk: a row per wijk, a dot with its margin per buurt, those that stand out in color and shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, step_of, ticks
from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD,
    BAD_EDGE,
    BAD_LIGHT,
    GOOD,
    INK,
    NARROW,
    RULE,
    SOFT,
    TINY,
    WIDE,
    block,
    diamond,
    disc,
    line,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording, join_unit

# hidden: unfavourable, and the wijk does not stand out; seen: the wijk does too; better, other: favourable, neutral;
# few: too few people to say anything.
Finding = Literal["hidden", "seen", "better", "other", "none", "few", "untested"]
FINDINGS: tuple[Finding, ...] = ("hidden", "seen", "better", "other", "none", "few", "untested")
_FOUND: tuple[Finding, ...] = ("hidden", "seen", "better", "other")
# Of these the name stands beside the sign.
_NAMES: tuple[Finding, ...] = ("hidden", "seen")
_LEFT, _RIGHT, _GAP, _HEAD = 150.0, 560.0, 7.0, 22.0
# How high a buurt is, and one of which the name stands beside it.
_LINE, _NAMED = 7.0, 11.5
# On a phone the name of a wijk stands above its dots.
_ABOVE = 16.0
_GRAY = "#7b8590"


@dataclass(frozen=True)
class Spot:
    """A buurt on a figure; `margin` is None where it is not known."""

    name: str
    value: float
    margin: float | None
    finding: Finding


@dataclass(frozen=True)
class Strip:
    """A wijk: its own value, and its buurten."""

    name: str
    value: float | None
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Strips:
    """The wijken of a town on one figure; `middle` is the value of the town."""

    title: str
    unit: str
    strips: tuple[Strip, ...]
    middle: float | None
    middle_name: str

    def spots(self, *findings: str) -> list[Spot]:
        """The buurten with one of these findings."""
        return [spot for strip in self.strips for spot in strip.spots if spot.finding in findings]


def strips_svg(content: Strips, words: Wording, narrow: bool = False) -> str:
    """The rows, an axis above them, what the signs mean below."""
    wide, above = (NARROW, _ABOVE) if narrow else (WIDE, 0.0)
    x = Scale(*_bounds(content), *((8.0, NARROW - 10) if narrow else (_LEFT, _RIGHT)))
    heights = [max(20.0, sum(map(_high, each.spots)) + 2 * _GAP) + above for each in content.strips]
    foot = _HEAD + sum(heights)
    parts = [_axis(content, x, foot, words, narrow)]
    top = _HEAD
    for strip, high in zip(content.strips, heights, strict=True):
        name = [strip.name] if narrow else wrapped(strip.name, _LEFT - 12, 10.5)
        height = top + 9 if narrow else top + high / 2
        parts += [line((0, top), (wide, top)), block(0, height, name, size=10.5)]
        parts.append(_strip(strip, x, top + above, high - above, wide))
        top += high
    parts.append(line((0, foot), (wide, foot)))
    legend, below = _legend(content, foot + 14, wide, words)
    return sheet(below, "".join(parts) + legend, wide=wide)


def strips_alt(content: Strips, words: Wording) -> str:
    """What stands out, by name and number, and how many buurten lie where."""
    number = sum(len(each.spots) for each in content.strips)
    told = [
        words(f"strips.{finding}_told", names=words.listing([_told(each, content, words) for each in spots]))
        for finding in _FOUND
        if (spots := content.spots(finding))
    ]  # fmt: skip
    return words(
        "strips.alt", title=content.title, wijken=len(content.strips), buurten=number,
        found=" ".join(told) or words("strips.nothing"),
    )  # fmt: skip


def _told(spot: Spot, content: Strips, words: Wording) -> str:
    said = join_unit(words.number(spot.value, 1), content.unit)
    margin = "" if spot.margin is None else f" ± {words.number(spot.margin, 1)}"
    return f"{spot.name} ({said}{margin})"


def _bounds(content: Strips) -> tuple[float, float]:
    """Room for all values and for the margins of those that stand out; other margins may be cut off."""
    values = [spot.value for strip in content.strips for spot in strip.spots]
    values += [strip.value for strip in content.strips if strip.value is not None]
    for spot in content.spots(*_FOUND):
        values += [spot.value - (spot.margin or 0), spot.value + (spot.margin or 0)]
    low, high = bounds(values, least=1e-6)
    return (max(low, 0.0) if min(values) >= 0 else low), high


def _axis(content: Strips, x: Scale, foot: float, words: Wording, narrow: bool) -> str:
    found = ticks(x.low, x.high, 6)
    decimals = decimals_of(step_of(found[1] - found[0])) if len(found) > 1 else 1
    parts = []
    for tick in found:
        parts.append(line((x(tick), _HEAD - 3), (x(tick), foot)))
        said = words.number(tick, decimals)
        parts.append(text(x(tick), _HEAD - 10, said, size=TINY, color=SOFT, anchor="middle"))
    if content.unit:
        at, anchor = (NARROW, "end") if narrow else (_RIGHT + 10, "start")
        parts.append(text(at, 3 if narrow else _HEAD - 10, content.unit, size=TINY, color=SOFT, anchor=anchor))
    if content.middle is not None and x.low <= content.middle <= x.high:
        parts.append(line((x(content.middle), _HEAD - 3), (x(content.middle), foot), color=SOFT, width=1, dash="4 3"))
    return "".join(parts)


def _strip(strip: Strip, x: Scale, top: float, high: float, wide: float) -> str:
    parts = []
    if strip.value is not None:
        parts.append(rect(x(strip.value) - 1.5, top + 3, 3, high - 6, fill=RULE, kind="wijk"))
    ordered = sorted(strip.spots, key=lambda each: (-each.value, each.name))
    ends = list(accumulate(map(_high, ordered), initial=top + (high - sum(map(_high, ordered))) / 2))
    # What stands out is drawn last, over the others.
    placed = [(each, start + _high(each) / 2) for each, start in zip(ordered, ends, strict=False)]
    parts += [_spot(each, x, height, wide) for each, height in placed if each.finding not in _FOUND]
    parts += [_spot(each, x, height, wide) for each, height in placed if each.finding in _FOUND]
    return "".join(parts)


def _high(spot: Spot) -> float:
    return _NAMED if spot.finding in _NAMES else _LINE


def _spot(spot: Spot, x: Scale, height: float, wide: float) -> str:
    found = spot.finding in _FOUND
    parts = []
    left, right = x(spot.value) - 8, x(spot.value) + 5
    if spot.margin is not None:
        low, high = x.held(spot.value - spot.margin), x.held(spot.value + spot.margin)
        parts.append(
            line((low, height), (high, height), color=INK if found else "#9aa3ad", width=1.1 if found else 0.7)
        )
        left, right = min(left, low - 4), max(right, high + 4)
    parts.append(_sign(spot.finding, x(spot.value), height))
    if spot.finding in _NAMES:
        parts.append(_name(spot.name, left, right, height, wide - right))
    return "".join(parts)


def _name(name: str, left: float, right: float, height: float, room: float) -> str:
    """The name beside its dot and margin: to the right where there is room, else to the left of them."""
    if 1.08 * width_of(name, TINY, 600) <= room:
        return text(right, height, name, size=TINY, weight=600)
    return text(left, height, name, size=TINY, weight=600, anchor="end")


def _sign(finding: Finding, x: float, y: float) -> str:
    if finding == "hidden":
        return diamond(x, y, 5, fill=BAD, kind="spot hidden")
    if finding == "seen":
        return diamond(x, y, 4.4, fill=BAD_LIGHT, edge=BAD_EDGE, kind="spot seen")
    if finding == "better":
        return rect(x - 3, y - 3, 6, 6, fill=GOOD, edge="white", kind="spot better")
    if finding == "other":
        return rect(x - 3, y - 3, 6, 6, fill="white", edge=ACCENT, width=1.6, kind="spot other")
    if finding == "untested":
        cross = line((-2.5, -2.5), (2.5, 2.5), color=_GRAY, width=1.2) + line(
            (-2.5, 2.5), (2.5, -2.5), color=_GRAY, width=1.2
        )
        return f'<g class="spot untested" transform="translate({x:.1f} {y:.1f})">{cross}</g>'
    if finding == "few":
        return disc(x, y, 2.2, fill="white", edge=_GRAY, kind="spot few")
    return disc(x, y, 2.6, fill=_GRAY, kind="spot none")


def _legend(content: Strips, top: float, wide: float, words: Wording) -> tuple[str, float]:
    """The signs that are in the drawing, and the height below them."""
    used: Iterable[Finding] = [each for each in FINDINGS if content.spots(each)]
    entries = [(_sign(each, 0, 0), words(f"strips.{each}")) for each in used]
    entries.append((rect(-1.5, -6, 3, 12, fill=RULE), words("strips.wijk")))
    entries.append((line((-6, 0), (6, 0), color=_GRAY, width=1), words("strips.margin")))
    if content.middle is not None:
        entries.append((line((0, -6), (0, 6), color=SOFT, width=1, dash="4 3"), content.middle_name))
    parts, left = [], 8.0
    for sign, said in entries:
        # Readers without our letter have a wider one.
        long = 1.16 * width_of(said, TINY) + 32
        if left + long > wide and left > 8:
            left, top = 8.0, top + 15
        parts.append(f'<g transform="translate({left:.1f} {top:.1f})">{sign}</g>')
        parts.append(text(left + 11, top, said, size=TINY, color=SOFT))
        left += long
    return "".join(parts), top + 10
