"""Projects over the years: a row each, a bar from start to end, its place in other plans in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.paint import ACCENT, INK, RULE, SOFT, TINY, WIDE, block, line, rect, sheet, text, wrapped
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD = 210.0, 560.0, 21.0, 22.0
_TICK = 5


@dataclass(frozen=True)
class Bar:
    """A project: its title, first and last year (None: not in the plan), and what is said beside it."""

    title: str
    start: int | None
    end: int | None
    said: str


@dataclass(frozen=True)
class Timeline:
    """Bars over the same years."""

    bars: tuple[Bar, ...]
    first: int
    last: int


def timeline_svg(content: Timeline, words: Wording) -> str:
    """A row per project, in the order given."""
    years = content.last - content.first + 1
    step = (_RIGHT - _LEFT) / years
    foot = _HEAD + _ROW * len(content.bars)
    parts = []
    for year in range(content.first, content.last + 1):
        if (year - content.first) % _TICK == 0:
            at = _LEFT + (year - content.first) * step
            parts += [
                line((at, _HEAD - 4), (at, foot), color=RULE, width=0.7),
                text(at + 2, _HEAD - 11, str(year), size=TINY, color=SOFT),
            ]
    for number, bar in enumerate(content.bars):
        height = _HEAD + (number + 0.5) * _ROW
        done = bar.start is not None
        parts.append(block(0, height, wrapped(bar.title, _LEFT - 12, 10.5, 1), size=10.5, color=INK if done else SOFT))
        if bar.start is not None and bar.end is not None:
            left = _LEFT + (bar.start - content.first) * step
            wide = (min(bar.end, content.last) - bar.start + 1) * step
            parts.append(rect(left, height - 6, wide, 12, fill=ACCENT, edge=ACCENT, kind="bar"))
        parts.append(block(_RIGHT + 10, height, wrapped(bar.said, WIDE - _RIGHT - 12, TINY, 2), size=TINY, color=SOFT))
    return sheet(foot + 6, "".join(parts))


def timeline_alt(content: Timeline, words: Wording) -> str:
    """Every row in words."""
    rows: Sequence[str] = [
        words("case_agenda.bar_in", title=bar.title, start=bar.start, end=bar.end)
        if bar.start is not None
        else words("case_agenda.bar_out", title=bar.title)
        for bar in content.bars
    ]
    return " ".join(rows)
