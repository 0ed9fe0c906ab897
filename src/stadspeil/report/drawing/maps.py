"""Maps: areas shaded by class, hatched where nothing is known, with north, a scale bar and the source of the borders."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import shapely

from stadspeil.report.drawing.axes import decimals_of, step_of
from stadspeil.report.drawing.ground import Frame, Ground
from stadspeil.report.drawing.paint import (
    BAD,
    BAD_EDGE,
    BAD_LIGHT,
    GOOD,
    GOOD_LIGHT,
    INK,
    NARROW,
    REGION,
    SOFT,
    TINY,
    WIDE,
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

_NUMBER = 5.6
# How much of its column an entry of the key may take: a reader without our letter has a wider one.
_KEY_ROOM = 0.82
# Of most to least favourable; 'same' is no demonstrable difference and stays white, 'chance' what may not be shown.
Shade = Literal["good2", "good1", "same", "bad1", "bad2", "chance", "unknown"]
# Unfavourable is hatched as well as orange, so that gray print tells it from favourable.
FILLS: dict[Shade, str] = {
    "good2": GOOD, "good1": GOOD_LIGHT, "same": "white", "bad1": "url(#bad1)", "bad2": "url(#bad2)",
    "chance": "#e1e5ea", "unknown": "url(#unknown)",
}  # fmt: skip
_DEFS = (
    hatch("unknown", gap=4.5) + hatch("bad1", back=BAD_LIGHT, ink=BAD_EDGE, rising=True, gap=4)
    + hatch("bad2", back=BAD, ink=BAD_LIGHT, rising=True, gap=4)
)  # fmt: skip


@dataclass(frozen=True)
class ShadedMap:
    """One map: a shade per area ('unknown' where none is given), and what the shades mean."""

    title: str
    shades: Mapping[str, Shade]
    legend: tuple[tuple[Shade, str], ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    outlined: frozenset[str] = frozenset()
    dots: Mapping[str, float] = field(default_factory=dict)
    # What an outline and a dot mean: ("outlined" or "dot", words).
    signs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Setting:
    """How maps stand on the sheet: so many beside each other, so high, on a sheet so wide, with these borders heavier.

    `merged` joins areas of one shade, for small maps of many areas; `legend` is of all maps together.
    """

    across: int
    high: float
    groups: Mapping[str, str] = field(default_factory=dict)
    hairline: float = 0.4
    source: str = ""
    merged: bool = False
    legend: tuple[tuple[Shade, str], ...] = ()
    wide: float = WIDE


def on_phone(setting: Setting) -> Setting:
    """One map on a sheet as wide as a phone."""
    return replace(setting, wide=NARROW, high=0.8 * NARROW)


def maps_svg(
    ground: Ground, maps: Sequence[ShadedMap], setting: Setting, words: Wording, key: Sequence[str] = ()
) -> str:
    """Maps of one ground beside each other, with the source line and a key of numbers below them."""
    gap = 16.0
    wide = (setting.wide - gap * (setting.across - 1)) / setting.across
    head = 30.0 if setting.across > 1 else 18.0
    lines = max((sum(len(said) for _, said in _signs(each, wide)) for each in maps), default=0)
    high = head + setting.high + 13.0 * lines + 12
    parts, frame = [], None
    for number, each in enumerate(maps):
        left, top = (number % setting.across) * (wide + gap), (number // setting.across) * high
        frame = Frame(left, top + head, wide, setting.high, ground.bounds)
        parts.append(_title(each.title, left, top, wide, setting.across))
        parts.append(_map(ground, each, setting, frame))
        parts.append(_legend(each, left, top + head + setting.high + 10, wide))
    foot = -(-len(maps) // setting.across) * high
    if frame is not None:
        parts.append(_compass(frame, foot + 4, words))
    source = wrapped(setting.source, 0.87 * (setting.wide - 120), TINY, 3)
    parts += [text(120, foot + 8 + 11 * at, each, size=TINY, color=SOFT) for at, each in enumerate(source)]
    foot += 11 * (len(source) - 1)
    parts.append(_row_legend(setting.legend, foot + 28, setting.wide))
    below = foot + (57 if setting.legend else 26)
    room = _KEY_ROOM * setting.wide / 2
    columns = 2 if setting.wide == WIDE and all(width_of(each, TINY) <= room for each in key) else 1
    parts.append(_key(key, below, columns, setting.wide))
    rows = -(-len(key) // columns)
    return sheet(below - 2 + 12 * rows, "".join(parts), _DEFS, setting.wide)


def _title(title: str, left: float, top: float, wide: float, across: int) -> str:
    lines = wrapped(title, 0.93 * wide, 10.5)
    return "".join(text(left, top + 8 + 12 * number, each, size=10.5, weight=600) for number, each in enumerate(lines))


def _map(ground: Ground, each: ShadedMap, setting: Setting, frame: Frame) -> str:
    parts = []
    for shade, found in _by_shade(ground, each).items():
        shapes = [shapely.union_all(found)] if setting.merged else found
        ways = "".join(f'<path d="{frame.path(shape)}"/>' for shape in shapes)
        parts.append(f'<g class="{shade}" fill="{FILLS[shade]}" stroke="{SOFT}" stroke-width="{setting.hairline:g}" '
                     f'stroke-linejoin="round">{ways}</g>')  # fmt: skip
    if setting.groups:
        joined = "".join(frame.path(shape) for shape in ground.outlines(setting.groups).values())
        parts.append(f'<path d="{joined}" fill="none" stroke="{INK}" stroke-width="1.1" stroke-linejoin="round"/>')
    if each.outlined:
        ways = "".join(frame.path(ground.shapes[code]) for code in sorted(each.outlined) if code in ground.shapes)
        parts.append(f'<path class="outlined" d="{ways}" fill="none" stroke="{REGION}" stroke-width="2.4" '
                     'stroke-linejoin="round"/>')  # fmt: skip
    parts += [disc(*_middle(ground, code, frame), radius, fill=INK, edge="white", kind="dot")
              for code, radius in sorted(each.dots.items()) if code in ground.shapes]  # fmt: skip
    parts.append(_numbers(ground, each, frame))
    return "".join(parts)


def _numbers(ground: Ground, each: ShadedMap, frame: Frame) -> str:
    """Numbered discs at the middle of their areas, beside it where they would cover each other."""
    codes = [code for code in each.numbers if code in ground.shapes]
    middles = [_middle(ground, code, frame) for code in codes]
    parts = []
    for code, middle, (x, y) in zip(codes, middles, apart(middles, 2.2 * _NUMBER), strict=True):
        if math.dist(middle, (x, y)) > _NUMBER:
            parts.append(line(middle, (x, y), color=INK, width=0.8))
        parts.append(disc(x, y, _NUMBER, fill="white", edge=INK, kind="number"))
        parts.append(text(x, y, each.numbers[code], size=8.5, weight=600, anchor="middle"))
    return "".join(parts)


def apart(places: Sequence[tuple[float, float]], gap: float, rounds: int = 60) -> list[tuple[float, float]]:
    """Places near the given ones that are a gap apart: pairs that are too near push each other away."""
    found = [list(place) for place in places]
    for _ in range(rounds):
        moved = False
        for one, other in itertools.combinations(range(len(found)), 2):
            across, down = found[other][0] - found[one][0], found[other][1] - found[one][1]
            near = math.hypot(across, down)
            if near >= gap - 1e-6:
                continue
            moved = True
            # Two on one spot part sideways.
            x, y = (across / near, down / near) if near > 1e-9 else (1.0, 0.0)
            push = (gap - near) / 2
            found[one] = [found[one][0] - push * x, found[one][1] - push * y]
            found[other] = [found[other][0] + push * x, found[other][1] + push * y]
        if not moved:
            break
    return [(x, y) for x, y in found]


def _by_shade(ground: Ground, each: ShadedMap) -> dict[Shade, list[shapely.Geometry]]:
    found: dict[Shade, list[shapely.Geometry]] = {}
    for code, shape in ground.shapes.items():
        found.setdefault(each.shades.get(code, "unknown"), []).append(shape)
    return {shade: found[shade] for shade in FILLS if shade in found}


def _middle(ground: Ground, code: str, frame: Frame) -> tuple[float, float]:
    point = shapely.point_on_surface(ground.shapes[code])
    return frame.place(point.x, point.y)


def _signs(each: ShadedMap, wide: float) -> list[tuple[str, list[str]]]:
    """What shades and signs mean, on two lines where a sheet is too narrow for one."""
    room = 0.85 * (wide - 21) if wide <= NARROW else WIDE
    return [(name, wrapped(said, room, TINY)) for name, said in (*each.legend, *each.signs)]


def _legend(each: ShadedMap, left: float, top: float, wide: float) -> str:
    parts, y = [], top
    for number, (name, lines) in enumerate(_signs(each, wide)):
        if number < len(each.legend):
            parts.append(rect(left, y - 4.5, 16, 9, fill=FILLS[each.legend[number][0]], edge=SOFT))
        elif name == "outlined":
            parts.append(rect(left + 1, y - 3.5, 14, 7, fill="none", edge=REGION, width=2.4))
        else:
            parts.append(disc(left + 8, y, 3.5, fill=INK, edge="white"))
        for said in lines:
            parts.append(text(left + 21, y, said, size=TINY))
            y += 13
    return "".join(parts)


def _row_legend(entries: Sequence[tuple[Shade, str]], y: float, wide: float) -> str:
    parts, x = [], 0.0
    for shade, said in entries:
        if x + 20 + width_of(said, TINY) > wide:
            x, y = 0.0, y + 13
        parts.append(rect(x, y - 4.5, 16, 9, fill=FILLS[shade], edge=SOFT))
        parts.append(text(x + 20, y, said, size=TINY))
        x += width_of(said, TINY) + 30
    return "".join(parts)


def _compass(frame: Frame, y: float, words: Wording) -> str:
    """North, and a bar of a round number of kilometers."""
    km = step_of(28 / frame.scale)
    wide = km * frame.scale
    return (
        f'<path d="M6 {y + 9:.1f} l0 -14 m-4 5 l4 -5 l4 5" fill="none" stroke="{INK}" stroke-width="1.2"/>'
        + text(12, y + 4, words("drawing.north"), size=TINY)
        + line((26, y + 8), (26 + wide, y + 8), color=INK, width=1.4, kind="scalebar")
        + line((26, y + 5), (26, y + 11), color=INK, width=1)
        + line((26 + wide, y + 5), (26 + wide, y + 11), color=INK, width=1)
        + text(26 + wide / 2, y - 1, f"{words.number(km, decimals_of(km))}\u00a0km", size=TINY, anchor="middle")
    )


def _key(entries: Sequence[str], top: float, columns: int, wide: float) -> str:
    rows = -(-len(entries) // columns)
    return "".join(
        text(
            0 if number < rows else wide / 2,
            top + 12 * (number % rows),
            wrapped(each, (_KEY_ROOM if columns > 1 else 0.9) * wide / columns, TINY, 1)[0],
            size=TINY,
        )
        for number, each in enumerate(entries)
    )
