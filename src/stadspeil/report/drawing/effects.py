"""Effects with their range, a row each, around nought; what chance explains has words instead of a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.paint import (
    BAD,
    BAD_EDGE,
    GOOD,
    GOOD_EDGE,
    INK,
    SOFT,
    TINY,
    disc,
    line,
    rect,
    sheet,
    text,
)  # fmt: skip
from stadspeil.report.drawing.rows import over, row_plan
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD = 205.0, 480.0, 19.0, 24.0


@dataclass(frozen=True)
class EffectRow:
    """An effect: 10th, 50th and 90th percentile, how it is said, and on which side its mean lies;
    None where it may not be shown."""

    title: str
    said: str
    span: tuple[float, float, float] | None = None
    more: bool = True


def effects_svg(rows: Sequence[EffectRow], axis: str, words: Wording, narrow: bool = False) -> str:
    """A bar from the 10th to the 90th percentile with a disc at the 50th."""
    known = [value for row in rows if row.span for value in row.span]
    low, high = bounds([0.0, *known], 1e-3)
    plan = row_plan(_LEFT, _RIGHT, _ROW, narrow)
    x = Scale(low, high, plan.left, plan.right)
    foot = _HEAD + plan.row * len(rows)
    marks = ticks(low, high, 5) if known else [0.0]
    decimals = max((decimals_of(each) for each in marks), default=0)
    parts = []
    for tick in marks:
        parts.append(text(x(tick), _HEAD - 11, words.number(tick, decimals), size=TINY, color=SOFT, anchor="middle"))
        parts.append(line((x(tick), _HEAD - 4), (x(tick), foot)))
    parts.append(line((x(0), _HEAD - 4), (x(0), foot), color=INK, width=1.2, kind="nought"))
    for number, row in enumerate(rows):
        height = plan.middle(_HEAD, number)
        shown = row.span is not None
        parts.append(plan.title(height, row.title, inset=14, color=INK if shown else SOFT))
        if row.span is not None:
            start, middle, end = (x(value) for value in row.span)
            fill, edge = (GOOD, GOOD_EDGE) if row.more else (BAD, BAD_EDGE)
            parts.append(rect(start, height - 3, max(end - start, 1), 6, fill=fill, edge=edge, kind="effect"))
            parts.append(disc(middle, height, 4, fill=INK))
        at = (0.0, height - 17) if narrow else (_RIGHT + 10, height)
        drawn = over if narrow else text
        parts.append(drawn(*at, row.said, size=TINY, color=INK if shown else SOFT, weight=600 if shown else 400))
    parts.append(text(plan.left, foot + 13, axis, size=TINY, color=SOFT))
    return sheet(foot + 24, "".join(parts), wide=plan.wide)
