"""Studies of one group under each other with their intervals, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.paint import GOOD, INK, SOFT, TINY, block, diamond, disc, line, rect, sheet, text, wrapped
from stadspeil.report.drawing.rows import row_plan
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD = 210.0, 560.0, 24.0, 26.0


@dataclass(frozen=True)
class StudyRow:
    """What one study found: low, effect, high; its weight, None for what all say together."""

    title: str
    span: tuple[float, float, float]
    weight: float | None


def studies_svg(rows: Sequence[StudyRow], axis: str, words: Wording, narrow: bool = False) -> str:
    """A line with a disc per study, larger with its weight, and a diamond for all together."""
    low, high = bounds([0.0, *(value for row in rows for value in row.span)], 1e-4)
    plan = row_plan(_LEFT, _RIGHT, _ROW, narrow)
    x = Scale(low, high, plan.left, plan.right)
    foot = _HEAD + plan.row * len(rows)
    marks = ticks(low, high, 6)
    decimals = max(decimals_of(each) for each in marks)
    parts = []
    for tick in marks:
        parts.append(text(x(tick), _HEAD - 12, words.number(tick, decimals), size=TINY, color=SOFT, anchor="middle"))
        parts.append(line((x(tick), _HEAD - 4), (x(tick), foot)))
    parts.append(line((x(0), _HEAD - 4), (x(0), foot), color=INK, width=1.2, kind="nought"))
    for number, row in enumerate(rows):
        height = plan.middle(_HEAD, number)
        start, middle, end = (x(value) for value in row.span)
        whole = row.weight is None
        name = wrapped(row.title, _LEFT - 12, 10, 2)
        parts.append(
            plan.title(height, row.title) if narrow else block(0, height, name, size=10, weight=600 if whole else 400)
        )
        if row.weight is None:
            parts.append(rect(start, height - 3.5, max(end - start, 1), 7, fill="#cfe3f3", edge=GOOD))
            parts.append(diamond(middle, height, 6, fill=GOOD))
        else:
            parts.append(line((start, height), (end, height), color=SOFT, width=1.4))
            parts.append(disc(middle, height, 2.5 + 4 * row.weight, fill=INK))
            parts.append(plan.said(height, f"{words.number(100 * row.weight)}%", room=80, gap=12))
    parts.append(text(plan.left, foot + 13, axis, size=TINY, color=SOFT))
    return sheet(foot + 24, "".join(parts), wide=plan.wide)


def studies_alt(caption: str, rows: Sequence[StudyRow], words: Wording) -> str:
    """All that the drawing shows, in words."""
    told = (
        f"{row.title}: {words.plain(row.span[1])} ({words.plain(row.span[0])} – {words.plain(row.span[2])})"
        for row in rows
    )
    return f"{caption}: " + "; ".join(told)
