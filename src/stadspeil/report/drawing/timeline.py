"""Projects over the years: a row each, a bar from start to end, its place in other plans in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.paint import ACCENT, INK, RULE, SOFT, TINY, WIDE, block, line, rect, sheet, text, wrapped
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _HEAD = 210.0, 560.0, 22.0
# A row with one line of title, and with two.
_ROWS = (21.0, 27.0)
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
    titles = [wrapped(each.title, _LEFT - 12, 10.5) for each in content.bars]
    row = _ROWS[max((len(each) for each in titles), default=1) > 1]
    foot = _HEAD + row * len(content.bars)
    parts = []
    for year in range(content.first, content.last + 1):
        if (year - content.first) % _TICK == 0:
            at = _LEFT + (year - content.first) * step
            parts += [
                line((at, _HEAD - 4), (at, foot), color=RULE, width=0.7),
                text(at + 2, _HEAD - 11, str(year), size=TINY, color=SOFT),
            ]
    for number, (bar, title) in enumerate(zip(content.bars, titles, strict=True)):
        height = _HEAD + (number + 0.5) * row
        done = bar.start is not None
        parts.append(block(0, height, title, size=10.5, color=INK if done else SOFT))
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
