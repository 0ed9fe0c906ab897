"""What comes due in which years: a row of bars per work over the same years, each bar with its range."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.paint import (
    GOOD_EDGE,
    GOOD_LIGHT,
    INK,
    RULE,
    SOFT,
    TINY,
    WIDE,
    block,
    line,
    rect,
    sheet,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD, _SAID = 170.0, 620.0, 62.0, 24.0, 44.0


@dataclass(frozen=True)
class WaveRow:
    """One work: cost per stretch of years, low, middle and high, in million euro."""

    title: str
    bars: tuple[tuple[float, float, float], ...]

    @property
    def highest(self) -> float:
        """The highest that a bar may be."""
        return max((high for _, _, high in self.bars), default=0.0)


def waves_svg(rows: list[WaveRow], stretches: list[tuple[int, int]], words: Wording) -> str:
    """A row of bars per work, all on one scale of cost; a thin line from low to high on each bar."""
    tallest = max((row.highest for row in rows), default=0.0) or 1.0
    step = (_RIGHT - _LEFT) / max(len(stretches), 1)
    parts = [
        text(_LEFT + (at + 0.5) * step, _HEAD - 10, f"{first}–{last % 100:02}", size=TINY, color=SOFT, anchor="middle")
        for at, (first, last) in enumerate(stretches)
    ]
    for number, row in enumerate(rows):
        floor = _HEAD + (number + 1) * _ROW - 8
        room = _ROW - 14
        parts.append(block(0, floor - room / 2, wrapped(row.title, _LEFT - 16, 10.5, 3), size=10.5))
        parts.append(line((_LEFT, floor), (_RIGHT, floor), color=RULE, width=0.8))
        for at, (low, middle, high) in enumerate(row.bars):
            left, tall = _LEFT + at * step, room * middle / tallest
            parts.append(rect(left + 3, floor - tall, step - 6, tall, fill=GOOD_LIGHT, edge=GOOD_EDGE, kind="bar"))
            center = left + step / 2
            ends = floor - room * low / tallest, floor - room * high / tallest
            parts.append(line((center, ends[0]), (center, ends[1]), color=INK, width=1.2))
        most = max(range(len(row.bars)), key=lambda at: row.bars[at][1]) if row.bars else 0
        told = words.number(row.bars[most][1], 1 if row.bars[most][1] < 10 else 0) if row.bars else "–"
        parts.append(text(WIDE - _SAID, floor - room / 2, told, size=10.5, weight=600))
        first, last = stretches[most] if stretches else (0, 0)
        parts.append(text(WIDE - _SAID, floor - room / 2 + 13, f"{first}–{last % 100:02}", size=TINY, color=SOFT))
    foot = _HEAD + len(rows) * _ROW + 8
    parts.append(text(WIDE - _SAID, _HEAD - 10, words("waves.most"), size=TINY, color=SOFT))
    parts.append(text(_LEFT, foot, words("waves.key"), size=TINY, color=SOFT))
    return sheet(foot + 12, "".join(parts))


def waves_alt(rows: list[WaveRow], stretches: list[tuple[int, int]], words: Wording) -> str:
    """All that the drawing shows of most, in words."""
    told = []
    for row in rows:
        most = max(range(len(row.bars)), key=lambda at: row.bars[at][1])
        low, middle, high = (words.number(each, 1) for each in row.bars[most])
        first, last = stretches[most]
        told.append(words("waves.row", title=row.title, first=first, last=last, low=low, middle=middle, high=high))
    return words("waves.alt", rows=words.listing(told))
