"""Places before and after a choice, with a line from the one to the other: how far a choice moves each gemeente."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale
from stadspeil.report.drawing.paint import (
    BAD,
    GOOD,
    INK,
    RULE,
    SMALL,
    SOFT,
    TINY,
    diamond,
    disc,
    line,
    sheet,
    spread_out,
    text,
)  # fmt: skip
from stadspeil.report.wording import Wording

_LEFT, _RIGHT = 230.0, 450.0
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


def place_changes_svg(changes: Sequence[PlaceChange], ranked: int, words: Wording) -> str:
    """A line per gemeente between two rulers of places, the best place on top."""
    scale = Scale(1, max(ranked, 2), _TOP + 12, _LOW_END - 12)
    parts = [
        text(_LEFT, 12, words("weights.place_before"), size=SMALL, weight=600, anchor="middle"),
        text(_RIGHT, 12, words("weights.place_after"), size=SMALL, weight=600, anchor="middle"),
        text(_LEFT, 28, words("weights.best_place"), size=TINY, color=SOFT, anchor="middle"),
        text(_RIGHT, 28, words("weights.best_place"), size=TINY, color=SOFT, anchor="middle"),
    ]
    parts += [line((x, _TOP), (x, _LOW_END), color=RULE, width=1.2) for x in (_LEFT, _RIGHT)]
    starts = spread_out([scale(each.before) for each in changes], _GAP, _TOP, _LOW_END)
    ends = spread_out([scale(each.after) for each in changes], _GAP, _TOP, _LOW_END)
    for each, start, end in zip(changes, starts, ends, strict=True):
        parts.append(_drawn(each, (scale(each.before), scale(each.after)), (start, end)))
    parts.append(_key(_LOW_END + 22, words))
    return sheet(_LOW_END + 50, "".join(parts))


def place_changes_alt(changes: Sequence[PlaceChange], words: Wording) -> str:
    """All that the drawing shows, in words."""
    rows = [
        words("weights.alt_row", name=each.name, before=each.before, after=each.after, said=words(f"weights.alt_{_said(each)}"))
        for each in changes
    ]  # fmt: skip
    return words("weights.alt", rows=" ".join(rows))


def _said(each: PlaceChange) -> str:
    return "unknown" if each.beyond is None else "beyond" if each.beyond else "within"


def _drawn(each: PlaceChange, heights: tuple[float, float], labels: tuple[float, float]) -> str:
    """The line, its marks and its names. Solid and coloured only where it is more than noise."""
    color = INK if each.own else SOFT
    if each.beyond:
        color = GOOD if each.after < each.before else BAD
    width, dash = (2.6 if each.own else 1.5), ("" if each.beyond else "4 3")
    mark = diamond if each.own else disc
    size, weight = (5.0 if each.own else 3.5), (600 if each.own else 400)
    parts = [line((_LEFT, heights[0]), (_RIGHT, heights[1]), color=color, width=width, dash=dash)]
    for x, height, label, side in ((_LEFT, heights[0], labels[0], -1), (_RIGHT, heights[1], labels[1], 1)):
        place = each.before if side < 0 else each.after
        parts.append(mark(x, height, size, fill=color))
        parts.append(line((x + side * 7, height), (x + side * 15, label), color=RULE, width=0.7))
        told = f"{each.name} {place}" if side < 0 else f"{place} {each.name}"
        parts.append(text(x + side * 18, label, told, anchor="end" if side < 0 else "start", weight=weight))
    return "".join(parts)


def _key(y: float, words: Wording) -> str:
    return "".join((
        line((_LEFT, y), (_LEFT + 30, y), color=GOOD, width=1.8),
        text(_LEFT + 36, y, words("weights.key_beyond"), size=TINY, color=SOFT),
        line((_LEFT, y + 14), (_LEFT + 30, y + 14), color=SOFT, width=1.8, dash="4 3"),
        text(_LEFT + 36, y + 14, words("weights.key_within"), size=TINY, color=SOFT),
    ))  # fmt: skip
