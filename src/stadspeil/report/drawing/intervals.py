"""Numbers with their intervals around nought, a row each: filled where the interval leaves out nought, open where not."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, step_of, ticks
from stadspeil.report.drawing.paint import (
    ACCENT,
    GROUP,
    INK,
    SOFT,
    TINY,
    block,
    diamond,
    disc,
    line,
    sheet,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.drawing.rows import RowPlan, over, row_plan
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _HEAD, _FAMILY = 190.0, 500.0, 34.0, 24.0
# A row with one line of title, and with two.
_ROWS = (20.0, 27.0)


@dataclass(frozen=True)
class IntervalRow:
    """A number with its interval, and the same elsewhere where that is known; `family` heads the rows that share it."""

    family: str
    title: str
    value: float
    low: float
    high: float
    elsewhere: float | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out nought."""
        return self.low > 0 or self.high < 0

    def decimals(self, usual: int) -> int:
        """The usual number of decimals, more where an end that is not nought would be written as nought."""
        ends = [each for each in (self.low, self.high) if self.is_sure]
        return next((more for more in range(usual, usual + 3) if all(round(each, more) for each in ends)), usual + 3)


@dataclass(frozen=True)
class Intervals:
    """Rows on one scale, the names of both sides of nought, of the group, and how many decimals are written."""

    rows: tuple[IntervalRow, ...]
    below: str
    above: str
    elsewhere: str = ""
    decimals: int = 0


def intervals_svg(content: Intervals, words: Wording, narrow: bool = False) -> str:
    """A row per number on one scale."""
    shown = [each for row in content.rows for each in (row.low, row.high, row.elsewhere) if each is not None]
    low, high = bounds([0.0, *shown])
    lines = max((len(_title(each)) for each in content.rows), default=1)
    plan = row_plan(_LEFT, _RIGHT, _ROWS[lines > 1], narrow)
    x = Scale(low, high, plan.left, plan.right)
    families = list(dict.fromkeys(row.family for row in content.rows))
    foot = _HEAD + plan.row * len(content.rows) + _FAMILY * sum(1 for each in families if each)
    parts = [
        text(x(0) - 6, 8, f"\N{LEFTWARDS ARROW} {content.below}", size=TINY, color=SOFT, anchor="end"),
        text(x(0) + 6, 8, f"{content.above} \N{RIGHTWARDS ARROW}", size=TINY, color=SOFT),
    ]
    places = decimals_of(step_of(max(high - low, 1e-9) / 4))
    for tick in ticks(low, high, 5):
        parts.append(line((x(tick), _HEAD - 4), (x(tick), foot)))
        parts.append(text(x(tick), _HEAD - 11, words.number(tick, places), size=TINY, color=SOFT, anchor="middle"))
    parts.append(line((x(0), _HEAD - 4), (x(0), foot), color=INK, width=1.2))
    top = _HEAD
    for family in families:
        if family:
            parts.append(text(0, top + _FAMILY / 2 + 2, family, size=10.5, weight=600))
            top += _FAMILY
        for row in content.rows:
            if row.family == family:
                parts.append(_row(row, x, plan.middle(top, 0), plan, content.decimals, words))
                top += plan.row
    key, below = _key(content, foot + 14, words, narrow)
    return sheet(below + 10, "".join([*parts, *key]), wide=plan.wide)


def intervals_alt(content: Intervals, words: Wording) -> str:
    """Every row in words."""
    told = []
    for row in content.rows:
        said = (words.number(each, row.decimals(content.decimals)) for each in (row.value, row.low, row.high))
        key = "intervals.row_sure" if row.is_sure else "intervals.row_open"
        told.append(words(key, title=row.title, **dict(zip(("value", "low", "high"), said, strict=True))))
    return words("intervals.alt", rows=" ".join(told))


def _title(row: IntervalRow) -> list[str]:
    return wrapped(row.title, _LEFT - 24, 10.5)


def _row(row: IntervalRow, x: Scale, height: float, plan: RowPlan, decimals: int, words: Wording) -> str:
    said = [words.number(each, row.decimals(decimals)) for each in (row.value, row.low, row.high)]
    above, drawn = (17, over) if plan.narrow else (0, text)
    parts = [
        plan.title(height, row.title) if plan.narrow
        else block(12 if row.family else 0, height, _title(row), size=10.5),
        line((x(row.low), height), (x(row.high), height), color=ACCENT, width=2.2),
        disc(x(row.value), height, 4.2, fill=ACCENT if row.is_sure else "white", edge=ACCENT, kind="sure" if row.is_sure else "open"),
        drawn(0.0 if plan.narrow else _RIGHT + 14, height - above, said[0], size=10.5,
             weight=600 if row.is_sure else 400),
        drawn(plan.wide, height - above, words("intervals.span", low=said[1], high=said[2]), size=TINY,
             color=SOFT, anchor="end"),
    ]  # fmt: skip
    if row.elsewhere is not None:
        parts.append(diamond(x(row.elsewhere), height, 4.2, fill="white", edge=GROUP, kind="elsewhere"))
    return "".join(parts)


def _key(content: Intervals, height: float, words: Wording, narrow: bool) -> tuple[list[str], float]:
    """What the signs mean, beside each other or on a phone below each other, and how far down that runs."""
    signs = [("sure", words("intervals.sure"), 6.0), ("open", words("intervals.open"), 226.0)]
    if any(row.elsewhere is not None for row in content.rows):
        signs.append(("elsewhere", content.elsewhere, 456.0))
    parts, at = [], height
    for number, (kind, said, across) in enumerate(signs):
        left, at = (6.0, height + 15 * number) if narrow else (across, height)
        sign = (
            diamond(left, at, 4.2, fill="white", edge=GROUP) if kind == "elsewhere"
            else disc(left, at, 4.2, fill=ACCENT if kind == "sure" else "white", edge=ACCENT)
        )  # fmt: skip
        parts += [sign, text(left + 10, at, said, size=TINY, color=SOFT)]
    return parts, at
