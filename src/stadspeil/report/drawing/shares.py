"""Shares of a whole as bars from nought to a hundred, each with a mark for what it is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale
from stadspeil.report.drawing.paint import (
    ACCENT,
    FAINT,
    INK,
    SOFT,
    TINY,
    block,
    diamond,
    line,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD = 220.0, 600.0, 20.0, 22.0


@dataclass(frozen=True)
class ShareRow:
    """A share between 0 and 1, and the same elsewhere where that is known."""

    title: str
    share: float
    elsewhere: float | None


def shares_svg(rows: list[ShareRow], share_name: str, elsewhere_name: str, words: Wording) -> str:
    """A bar per row."""
    x = Scale(0, 100, _LEFT, _RIGHT)
    foot = _HEAD + _ROW * len(rows)
    parts = []
    for tick in range(0, 101, 25):
        parts.append(text(x(tick), _HEAD - 10, f"{tick}%", size=TINY, color=SOFT, anchor="middle"))
    for number, row in enumerate(rows):
        top = _HEAD + number * _ROW
        height = top + _ROW / 2
        parts.append(block(0, height, wrapped(row.title, _LEFT - 14, 10.5, 1), size=10.5))
        parts.append(rect(_LEFT, height - 5.5, _RIGHT - _LEFT, 11, fill=FAINT))
        parts.append(rect(_LEFT, height - 5.5, x(100 * row.share) - _LEFT, 11, fill=ACCENT, kind="bar"))
        parts.append(text(_RIGHT + 10, height, f"{words.number(100 * row.share)}%", size=10.5, weight=600))
        if row.elsewhere is not None:
            parts.append(diamond(x(100 * row.elsewhere), height, 5, fill=INK))
    for tick in range(0, 101, 25):
        parts.append(line((x(tick), _HEAD - 3), (x(tick), foot)))
    top, left = foot + 14, 0.0
    for sign, said in ((rect(0, top - 5, 12, 10, fill=ACCENT), share_name), (None, elsewhere_name)):
        parts.append(sign or diamond(left + 6, top, 5, fill=INK))
        parts.append(text(left + 17, top, said, size=TINY, color=SOFT))
        left += width_of(said, TINY) + 40
    return sheet(top + 10, "".join(parts))
