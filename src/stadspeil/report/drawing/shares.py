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
    diamond,
    line,
    rect,
    sheet,
    text,
    width_of,
)  # fmt: skip
from stadspeil.report.drawing.rows import over, row_plan
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD = 220.0, 600.0, 20.0, 22.0


@dataclass(frozen=True)
class ShareRow:
    """A share between 0 and 1, and the same elsewhere where that is known."""

    title: str
    share: float
    elsewhere: float | None


def shares_svg(rows: list[ShareRow], share_name: str, elsewhere_name: str, words: Wording, narrow: bool = False) -> str:
    """A bar per row."""
    plan = row_plan(_LEFT, _RIGHT, _ROW, narrow)
    x = Scale(0, 100, plan.left, plan.right)
    foot = _HEAD + plan.row * len(rows)
    parts = []
    for tick in range(0, 101, 25):
        parts.append(
            text(
                x(tick),
                _HEAD - 10,
                f"{tick}%",
                size=TINY,
                color=SOFT,
                anchor="end" if narrow and tick == 100 else "middle",
            )
        )
    for number, row in enumerate(rows):
        height = plan.middle(_HEAD, number)
        parts.append(plan.title(height, row.title, inset=14))
        parts.append(rect(plan.left, height - 5.5, plan.right - plan.left, 11, fill=FAINT))
        parts.append(rect(plan.left, height - 5.5, x(100 * row.share) - plan.left, 11, fill=ACCENT, kind="bar"))
        at = (0.0, height - 17) if narrow else (_RIGHT + 10, height)
        parts.append((over if narrow else text)(*at, f"{words.number(100 * row.share)}%", size=10.5, weight=600))
        if row.elsewhere is not None:
            parts.append(diamond(x(100 * row.elsewhere), height, 5, fill=INK))
    for tick in range(0, 101, 25):
        parts.append(line((x(tick), _HEAD - 3), (x(tick), foot)))
    top, left = foot + 14, 0.0
    for sign, said in ((rect(0, foot + 9, 12, 10, fill=ACCENT), share_name), (None, elsewhere_name)):
        parts.append(sign or diamond(left + 6, top, 5, fill=INK))
        parts.append(text(left + 17, top, said, size=TINY, color=SOFT))
        left, top = (0.0, top + 15) if narrow else (left + width_of(said, TINY) + 40, top)
    return sheet(top + 10, "".join(parts), wide=plan.wide)
