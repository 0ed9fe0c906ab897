"""The ring of themes: a segment per theme, its length is the mark. What is not sure is hatched, what is unknown is grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.document import Band
from stadspeil.report.drawing.axes import Scale
from stadspeil.report.drawing.paint import (
    BAD,
    BAD_LIGHT,
    FAINT,
    GOOD,
    GOOD_LIGHT,
    INK,
    NARROW,
    SOFT,
    TINY,
    WIDE,
    block,
    hatch,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_LOWEST, _HIGHEST = 3.0, 10.0
_GREY, _APART = "#d4d4d0", 0.02
_FILLS: dict[Band, str] = {
    "very_favourable": GOOD, "favourable": GOOD_LIGHT, "middle": "white", "unfavourable": BAD_LIGHT, "very_unfavourable": BAD,
}  # fmt: skip


@dataclass(frozen=True)
class _Sheet:
    """How wide and high the drawing is, where its middle stands, how large the ring and how wide a label may be."""

    wide: float
    high: float
    y: float
    hole: float
    rim: float
    label: float
    lines: int

    def at(self, angle: float, radius: float) -> tuple[float, float]:
        """A point of the ring."""
        return self.wide / 2 + radius * math.cos(angle), self.y + radius * math.sin(angle)


_ON_PAGE = _Sheet(WIDE, 436.0, 196.0, 34.0, 150.0, 150.0, 2)
_ON_PHONE = _Sheet(NARROW, 420.0, 158.0, 22.0, 98.0, 82.0, 3)


@dataclass(frozen=True)
class Segment:
    """A theme. `mark` is None where it is not known; `unsure` where its place may as well lie in the middle;
    `known` where a margin or a range is known at all.
    """

    title: str
    mark: float | None
    margin: float | None
    band: Band
    unsure: bool
    known: bool = True
    id: str = ""
    year: int | None = None


def ring_svg(segments: Sequence[Segment], middle: float, words: Wording, narrow: bool = False) -> str:
    """The ring, clockwise from the top, with the average of all areas as a dashed circle."""
    on = _ON_PHONE if narrow else _ON_PAGE
    out = Scale(_LOWEST, _HIGHEST, on.hole, on.rim)
    step = 2 * math.pi / max(1, len(segments))
    parts = []
    for number, each in enumerate(segments):
        begin = -math.pi / 2 + number * step
        parts.append(_segment(each, begin + _APART, begin + step - _APART, out, on))
        parts.append(_label(each, begin + step / 2, on, words))
    parts.append(
        f'<circle cx="{on.wide / 2:g}" cy="{on.y:g}" r="{out(middle):.1f}" fill="none" stroke="{INK}" '
        f'stroke-width="1" stroke-dasharray="4 3" class="average"/>'
    )
    parts.append(_legend(middle, on, words))
    defs = hatch("unsure", ink="#8a949f") + hatch("unknown", back=_GREY, ink="#bdbdb8")
    return sheet(on.high, "".join(parts), defs, on.wide)


def ring_alt(segments: Sequence[Segment], words: Wording) -> str:
    """Every mark in words."""
    told = [f"{each.title}: {words('profile.unknown') if each.mark is None else words.mark(each.mark)}, {said_of(each, words)}"
            for each in segments]  # fmt: skip
    return words("profile.ring_alt", themes="; ".join(told))


def said_of(segment: Segment, words: Wording) -> str:
    """The colour of a segment in words."""
    if segment.mark is None:
        return words("profile.bands.none")
    said = words("profile.bands.unsure" if segment.unsure else f"profile.bands.{segment.band or 'none'}")
    return said if segment.known else f"{said} ({words('profile.margin_unknown')})"


def _segment(each: Segment, begin: float, end: float, out: Scale, on: _Sheet) -> str:
    if each.mark is None:
        return _wedge(on, begin, end, on.hole, on.rim, "url(#unknown)", _GREY, "unknown")
    fill = "url(#unsure)" if each.unsure else _FILLS.get(each.band, "white")
    kind = "unsure" if each.unsure else each.band or "middle"
    parts = [
        _wedge(on, begin, end, on.hole, on.rim, FAINT, FAINT, "track"),
        _wedge(
            on,
            begin,
            end,
            on.hole,
            max(out.held(each.mark), on.hole + 3),
            fill,
            SOFT,
            kind,
            "" if each.known else "3 3",
        ),
    ]
    if each.margin:
        angle = (begin + end) / 2
        low, high = (on.at(angle, out.held(each.mark + sign * each.margin)) for sign in (-1, 1))
        parts.append(
            f'<line class="margin" x1="{low[0]:.1f}" y1="{low[1]:.1f}" x2="{high[0]:.1f}" y2="{high[1]:.1f}" '
            f'stroke="{INK}" stroke-width="1.6"/>'
        )
    return "".join(parts)


def _wedge(
    on: _Sheet, begin: float, end: float, inner: float, outer: float, fill: str, edge: str, kind: str, dash: str = ""
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    a, b, c, d = on.at(begin, outer), on.at(end, outer), on.at(end, inner), on.at(begin, inner)
    far = 1 if end - begin > math.pi else 0
    return (
        f'<path class="{kind}" d="M{a[0]:.1f} {a[1]:.1f}A{outer:.1f} {outer:.1f} 0 {far} 1 {b[0]:.1f} {b[1]:.1f}'
        f'L{c[0]:.1f} {c[1]:.1f}A{inner:.1f} {inner:.1f} 0 {far} 0 {d[0]:.1f} {d[1]:.1f}Z" fill="{fill}" '
        f'stroke="{edge}" stroke-width="0.9"{dashes}/>'
    )


def _label(each: Segment, angle: float, on: _Sheet, words: Wording) -> str:
    x, y = on.at(angle, on.rim + 12)
    side = math.cos(angle)
    anchor = "middle" if abs(side) < 0.12 else "start" if side > 0 else "end"
    lines = wrapped(each.title, on.label, most=on.lines)
    y += math.sin(angle) * 6 * len(lines)
    mark = words("profile.unknown_short") if each.mark is None else words.mark(each.mark)
    top = y - 7 * len(lines)
    told = [text(x, top + 13 * number, line, anchor=anchor) for number, line in enumerate(lines)]
    return "".join(told) + text(x, top + 13 * len(lines), mark, anchor=anchor, weight=700)


def _legend(middle: float, on: _Sheet, words: Wording) -> str:
    entries = [
        *((fill, words(f"profile.bands.{band}")) for band, fill in _FILLS.items()),
        ("url(#unsure)", words("profile.bands.unsure")), ("url(#unknown)", words("profile.bands.none")),
        ("white", words("profile.margin_unknown")),
    ]  # fmt: skip
    parts, x, y = [], 0.0, on.high - (46 if on is _ON_PAGE else 108)
    for number, (fill, said) in enumerate(entries):
        wide = 20 + 1.15 * width_of(said, TINY) + 14
        if x and x + wide > on.wide:
            x, y = 0.0, y + 16
        dash = ' stroke-dasharray="3 3"' if number == len(entries) - 1 else ""
        parts.append(rect(x, y - 5, 14, 10, fill=fill, edge=SOFT).replace("/>", f"{dash}/>"))
        parts.append(text(x + 19, y, said, size=TINY))
        x += wide
    said = words("profile.ring_average", middle=words.mark(middle))
    return "".join(parts) + block(
        0, y + 22 if on is _ON_PHONE else y + 16, wrapped(said, 0.85 * on.wide, TINY), size=TINY, color=SOFT
    )
