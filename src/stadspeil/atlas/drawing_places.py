"""Places before and after a choice, with a line from the one to the other: how far a choice moves each gemeente."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale
from stadspeil.report.drawing.paint import (
    BAD,
    GOOD,
    INK,
    NARROW,
    RULE,
    SMALL,
    SOFT,
    TINY,
    WIDE,
    diamond,
    disc,
    line,
    sheet,
    spread_out,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_TOP, _LOW_END = 40.0, 320.0
_GAP = 15.0


@dataclass(frozen=True)
class PlaceChange:
    """A place as it is and as it becomes; `beyond` whether that is more than noise allows, None where not known."""

    name: str
    before: int
    after: int
    own: bool = False
    beyond: bool | None = None


@dataclass(frozen=True)
class _Rulers:
    """Where both rulers stand; on a phone a name stands at the first only."""

    left: float
    right: float
    key: float
    wide: float

    @property
    def narrow(self) -> bool:
        return self.wide == NARROW


_DESK, _PHONE = _Rulers(230.0, 450.0, 230.0, WIDE), _Rulers(190.0, 330.0, 0.0, NARROW)


def place_changes_svg(changes: Sequence[PlaceChange], ranked: int, words: Wording, narrow: bool = False) -> str:
    """A line per gemeente between two rulers of places, the best place on top; narrow for a phone."""
    on = _PHONE if narrow else _DESK
    scale = Scale(1, max(ranked, 2), _TOP + 12, _LOW_END - 12)
    parts = [
        text(on.left, 12, words("weights.place_before"), size=SMALL, weight=600, anchor="middle"),
        text(on.right, 12, words("weights.place_after"), size=SMALL, weight=600, anchor="middle"),
        text(on.left, 28, words("weights.best_place"), size=TINY, color=SOFT, anchor="middle"),
        text(on.right, 28, words("weights.best_place"), size=TINY, color=SOFT, anchor="middle"),
    ]
    parts += [line((x, _TOP), (x, _LOW_END), color=RULE, width=1.2) for x in (on.left, on.right)]
    starts = spread_out([scale(each.before) for each in changes], _GAP, _TOP, _LOW_END)
    ends = spread_out([scale(each.after) for each in changes], _GAP, _TOP, _LOW_END)
    for each, start, end in zip(changes, starts, ends, strict=True):
        parts.append(_drawn(each, (scale(each.before), scale(each.after)), (start, end), on))
    parts.append(_key(on.key, _LOW_END + 22, words))
    return sheet(_LOW_END + 50, "".join(parts), wide=on.wide)


def place_changes_alt(changes: Sequence[PlaceChange], words: Wording) -> str:
    """All that the drawing shows, in words."""
    rows = [
        words("weights.alt_row", name=each.name, before=each.before, after=each.after, said=words(f"weights.alt_{_said(each)}"))
        for each in changes
    ]  # fmt: skip
    return words("weights.alt", rows=" ".join(rows))


def _said(each: PlaceChange) -> str:
    return "unknown" if each.beyond is None else "beyond" if each.beyond else "within"


def _drawn(each: PlaceChange, heights: tuple[float, float], labels: tuple[float, float], on: _Rulers) -> str:
    """The line, its marks and its names. Solid and coloured only where it is more than noise."""
    color = INK if each.own else SOFT
    if each.beyond:
        color = GOOD if each.after < each.before else BAD
    width, dash = (2.6 if each.own else 1.5), ("" if each.beyond else "4 3")
    mark = diamond if each.own else disc
    size, weight = (5.0 if each.own else 3.5), (600 if each.own else 400)
    parts = [line((on.left, heights[0]), (on.right, heights[1]), color=color, width=width, dash=dash)]
    for x, height, label, side in ((on.left, heights[0], labels[0], -1), (on.right, heights[1], labels[1], 1)):
        place = each.before if side < 0 else each.after
        parts.append(mark(x, height, size, fill=color))
        parts.append(line((x + side * 7, height), (x + side * 15, label), color=RULE, width=0.7))
        name = wrapped(each.name, 0.72 * (on.left - 18), SMALL, 1)[0] if on.narrow else each.name
        told = f"{name} {place}" if side < 0 else str(place) if on.narrow else f"{place} {name}"
        parts.append(text(x + side * 18, label, told, anchor="end" if side < 0 else "start", weight=weight))
    return "".join(parts)


def _key(x: float, y: float, words: Wording) -> str:
    return "".join((
        line((x, y), (x + 30, y), color=GOOD, width=1.8),
        text(x + 36, y, words("weights.key_beyond"), size=TINY, color=SOFT),
        line((x, y + 14), (x + 30, y + 14), color=SOFT, width=1.8, dash="4 3"),
        text(x + 36, y + 14, words("weights.key_within"), size=TINY, color=SOFT),
    ))  # fmt: skip
