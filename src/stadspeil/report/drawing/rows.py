"""Rows of a drawing: a title, what is drawn, and words at its end; on a phone these stand one above the other."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.paint import INK, NARROW, SOFT, TINY, WIDE, block, rect, text, width_of, wrapped

_NARROW_ROW, _EDGE = 57.0, 8.0
# Titles are semibold, and a reader without our letter has a wider one.
_ROOM = NARROW / 1.18


@dataclass(frozen=True)
class RowPlan:
    """Where what is drawn begins and ends, and how high a row is."""

    left: float
    right: float
    row: float
    narrow: bool = False

    @property
    def wide(self) -> float:
        """How wide the whole drawing is."""
        return NARROW if self.narrow else WIDE

    def middle(self, head: float, number: int) -> float:
        """At what height a row is drawn, counted from 0 below a head."""
        return head + (number + 1) * self.row - 13 if self.narrow else head + (number + 0.5) * self.row

    def title(
        self, height: float, words: str, *, lines: int = 1, inset: float = 12, size: float = 10.5, color: str = INK
    ) -> str:
        """The title: beside what is drawn, or above it."""
        if self.narrow:
            return over(0, height - 32, wrapped(words, _ROOM, size, 1)[0], size=size, color=color, weight=600)
        return block(0, height, wrapped(words, self.left - inset, size, lines), size=size, color=color)

    def said(self, height: float, words: str, *, room: float, gap: float = 10, color: str = SOFT) -> str:
        """The words at its end: beside what is drawn, or between it and the title."""
        if self.narrow:
            return over(0, height - 17, wrapped(words, _ROOM, TINY, 1)[0], size=TINY, color=color)
        return block(self.right + gap, height, wrapped(words, room, TINY, 2), size=TINY, color=color)


def over(
    x: float, y: float, words: str, *, size: float = TINY, color: str = INK, weight: int = 400, anchor: str = "start"
) -> str:
    """A line of text on white, so that no line of the scale runs through it."""
    # Readers without our letter have a wider one.
    wide = 1.12 * width_of(words, size, weight) + 2
    ground = rect(x - wide if anchor == "end" else x, y - 0.62 * size, wide, 1.24 * size, fill="white")
    return ground + text(x, y, words, size=size, color=color, weight=weight, anchor=anchor)


def row_plan(left: float, right: float, row: float, narrow: bool) -> RowPlan:
    """The plan of a wide drawing, or what it becomes on a phone."""
    return RowPlan(_EDGE, NARROW - _EDGE, _NARROW_ROW, True) if narrow else RowPlan(left, right, row)
