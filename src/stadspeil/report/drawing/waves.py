"""What comes due in which years: a row of bars per work over the same years, each bar with its range."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.paint import (
    GOOD_EDGE,
    GOOD_LIGHT,
    INK,
    NARROW,
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


def waves_svg(rows: list[WaveRow], stretches: list[tuple[int, int]], words: Wording, narrow: bool = False) -> str:
    """A row of bars per work, all on one scale of cost; a thin line from low to high on each bar."""
    tallest = max((row.highest for row in rows), default=0.0) or 1.0
    wide, left_end, right, above = (NARROW, 4.0, 330.0, 16.0) if narrow else (WIDE, _LEFT, _RIGHT, 0.0)
    step, row_high = (right - left_end) / max(len(stretches), 1), _ROW + above
    parts = [
        text(
            left_end + (at + 0.5) * step, _HEAD - 10, f"{first}–{last % 100:02}", size=TINY, color=SOFT, anchor="middle"
        )
        for at, (first, last) in enumerate(stretches)
        if not narrow or at % 2 == 0
    ]
    for number, row in enumerate(rows):
        floor = _HEAD + (number + 1) * row_high - 8
        room = _ROW - 14
        name = wrapped(row.title, NARROW, 10.5, 1) if narrow else wrapped(row.title, _LEFT - 16, 10.5, 3)
        parts.append(block(0, floor - room - 10 if narrow else floor - room / 2, name, size=10.5))
        parts.append(line((left_end, floor), (right, floor), color=RULE, width=0.8))
        for at, (low, middle, high) in enumerate(row.bars):
            left, tall = left_end + at * step, room * middle / tallest
            parts.append(rect(left + 3, floor - tall, step - 6, tall, fill=GOOD_LIGHT, edge=GOOD_EDGE, kind="bar"))
            center = left + step / 2
            ends = floor - room * low / tallest, floor - room * high / tallest
            parts.append(line((center, ends[0]), (center, ends[1]), color=INK, width=1.2))
        most = max(range(len(row.bars)), key=lambda at: row.bars[at][1]) if row.bars else 0
        told = words.number(row.bars[most][1], 1 if row.bars[most][1] < 10 else 0) if row.bars else "–"
        parts.append(text(wide - _SAID, floor - room / 2, told, size=10.5, weight=600))
        first, last = stretches[most] if stretches else (0, 0)
        parts.append(text(wide - _SAID, floor - room / 2 + 13, f"{first}–{last % 100:02}", size=TINY, color=SOFT))
    foot = _HEAD + len(rows) * row_high + 8
    parts.append(text(wide - _SAID, _HEAD - 10, words("waves.most"), size=TINY, color=SOFT))
    key = wrapped(words("waves.key"), wide - left_end, TINY, 3)
    parts.append(block(left_end, foot + 5 * (len(key) - 1), key, size=TINY, color=SOFT))
    return sheet(foot + 12 + 11 * (len(key) - 1), "".join(parts), wide=wide)


def waves_alt(rows: list[WaveRow], stretches: list[tuple[int, int]], words: Wording) -> str:
    """All that the drawing shows of most, in words."""
    told = []
    for row in rows:
        most = max(range(len(row.bars)), key=lambda at: row.bars[at][1])
        low, middle, high = (words.number(each, 1) for each in row.bars[most])
        first, last = stretches[most]
        told.append(words("waves.row", title=row.title, first=first, last=last, low=low, middle=middle, high=high))
    return words("waves.alt", rows=words.listing(told))
