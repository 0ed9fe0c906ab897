"""Drawings of an appraised package: intervals around nought, and money over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.paint import (
    BAD,
    FAINT,
    GOOD,
    INK,
    NARROW,
    RULE,
    SOFT,
    TINY,
    WIDE,
    disc,
    hatch,
    line,
    rect,
    sheet,
    text,
)  # fmt: skip
from stadspeil.report.drawing.rows import row_plan
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD = 190.0, 500.0, 22.0, 26.0
_GRAY = "#9aa3ad"
_YEARS_LEFT, _YEARS_RIGHT, _YEARS_HIGH = 62.0, 670.0, 190.0


@dataclass(frozen=True)
class SpanRow:
    """An interval: low, middle, high; its side where it may be told (1 favourable, -1 not), 0 where chance explains it.

    `said` is its words. Without a span the words stand alone.
    """

    title: str
    said: str
    span: tuple[float, float, float] | None
    side: int


def spans_svg(
    rows: Sequence[SpanRow], axis: str, words: Wording, divided: float = 1.0, name: str = "spans", narrow: bool = False
) -> str:
    """Intervals with a disc at the middle; gray where nought lies within. Numbers on the axis are over `divided`;
    `name` keeps patterns of drawings on one page apart."""
    known = [value / divided for row in rows if row.span for value in row.span]
    low, high = bounds([0.0, *known], 1e-4)
    plan = row_plan(_LEFT, _RIGHT, _ROW, narrow)
    x = Scale(low, high, plan.left, plan.right)
    foot = _HEAD + plan.row * len(rows)
    marks = ticks(low, high, 5) if known else [0.0]
    decimals = max(decimals_of(each) for each in marks)
    parts = []
    for tick in marks:
        parts.append(text(x(tick), _HEAD - 12, words.number(tick, decimals), size=TINY, color=SOFT, anchor="middle"))
        parts.append(line((x(tick), _HEAD - 4), (x(tick), foot)))
    parts.append(line((x(0), _HEAD - 4), (x(0), foot), color=INK, width=1.2, kind="nought"))
    for number, row in enumerate(rows):
        height = plan.middle(_HEAD, number)
        told = row.side != 0
        parts.append(plan.title(height, row.title, lines=2, color=INK if row.span else SOFT))
        if row.span is not None:
            start, middle, end = (x(value / divided) for value in row.span)
            fill = GOOD if row.side > 0 else f"url(#{name}-bad)" if row.side < 0 else _GRAY
            edge = GOOD if row.side > 0 else BAD if row.side < 0 else _GRAY
            parts.append(rect(start, height - 3.5, max(end - start, 1), 7, fill=fill, edge=edge, kind="span"))
            parts.append(disc(middle, height, 4, fill=INK if told else SOFT))
        parts.append(plan.said(height, row.said, room=150, color=INK if told else SOFT))
    parts.append(text(plan.left, foot + 13, axis, size=TINY, color=SOFT))
    return sheet(
        foot + 24, "".join(parts), hatch(f"{name}-bad", back=BAD, ink="#fbdcb8", rising=True, gap=4), plan.wide
    )


@dataclass(frozen=True)
class YearBars:
    """One row of numbers over the years, all at least 0: above the line where `up`, else below."""

    title: str
    numbers: tuple[float, ...]
    up: bool


def years_svg(
    years: Sequence[int], bars: Sequence[YearBars], axis: str, words: Wording, name: str = "years", narrow: bool = False
) -> str:
    """Bars per year above and below a line, in millions of euro."""
    top = max((value for each in bars if each.up for value in each.numbers), default=0.0) / 1e6
    deep = max((value for each in bars if not each.up for value in each.numbers), default=0.0) / 1e6
    low, high = bounds([-deep, 0.0, top], 1e-3)
    y = Scale(low, high, _HEAD + _YEARS_HIGH, _HEAD)
    sheet_wide, right = (NARROW, NARROW - 6) if narrow else (WIDE, _YEARS_RIGHT)
    left = 40.0 if narrow else _YEARS_LEFT
    wide = (right - left) / max(len(years), 1)
    marks = ticks(low, high, 6)
    decimals = max(decimals_of(each) for each in marks)
    parts = [text(0, 8, axis, size=TINY, color=SOFT)]
    for tick in marks:
        parts.append(line((left, y(tick)), (right, y(tick))))
        parts.append(text(left - 6, y(tick), words.number(tick, decimals), size=TINY, color=SOFT, anchor="end"))
    for each in bars:
        fill = GOOD if each.up else f"url(#{name}-bad)"
        for place, value in enumerate(each.numbers):
            end = y(value / 1e6 if each.up else -value / 1e6)
            start, high_end = min(end, y(0)), abs(end - y(0))
            parts.append(rect(left + place * wide + 0.12 * wide, start, 0.76 * wide, high_end, fill=fill))
    parts.append(line((left, y(0)), (right, y(0)), color=INK, width=1.0))
    step = max(1, -(-len(years) // (5 if narrow else 10)))
    foot = _HEAD + _YEARS_HIGH + 14
    for place, year in enumerate(years):
        if place % step == 0:
            parts.append(text(left + (place + 0.5) * wide, foot, str(year), size=TINY, color=SOFT, anchor="middle"))
    for number, each in enumerate(bars):
        across, down = (0.0, 15.0 * number) if narrow else (_YEARS_LEFT + 240 * number, 0.0)
        parts.append(rect(across, foot + 14 + down, 10, 10, fill=GOOD if each.up else f"url(#{name}-bad)"))
        parts.append(text(across + 15, foot + 19 + down, each.title, size=TINY, color=INK))
    high = foot + 32 + (15 * (len(bars) - 1) if narrow else 0)
    return sheet(high, "".join(parts), hatch(f"{name}-bad", back=BAD, ink="#fbdcb8", rising=True, gap=4), sheet_wide)


@dataclass(frozen=True)
class Lane:
    """A project on the timeline: first and last year (None: not done), its kind, and the words at the end."""

    title: str
    first: int | None
    last: int | None
    existing: bool
    said: str


def timeline_svg(lanes: Sequence[Lane], years: tuple[int, int], words: Wording, at: int, narrow: bool = False) -> str:
    """Projects as bars over the years; `at` is the year at which a reader stands."""
    plan = row_plan(212.0, 560.0, _ROW, narrow)
    left, right = plan.left, plan.right
    wide = (right - left) / (years[1] - years[0] + 1)
    foot = _HEAD + plan.row * len(lanes)
    parts = []
    for year in range(years[0], years[1] + 1):
        if (year - years[0]) % 5 == 0:
            parts.append(
                text(
                    left + (year - years[0] + 0.5) * wide, _HEAD - 12, str(year), size=TINY, color=SOFT, anchor="middle"
                )
            )
            parts.append(line((left + (year - years[0]) * wide, _HEAD - 4), (left + (year - years[0]) * wide, foot)))
    here = left + (at - years[0]) * wide
    box = rect(here, _HEAD - 6, wide, foot - _HEAD + 6, fill="none", edge=INK, kind="here")
    # On a phone words stand over it, beside it nothing stands.
    parts += [box] if narrow else []
    for number, lane in enumerate(lanes):
        height = plan.middle(_HEAD, number)
        done = lane.first is not None and lane.last is not None
        parts.append(rect(left, height - 6, right - left, 12, fill=FAINT))
        # A reader without our letter has a wider one: a long title may not run into the bars.
        parts.append(plan.title(height, lane.title, lines=2, inset=34, size=10, color=INK if done else SOFT))
        if lane.first is not None and lane.last is not None:
            start = left + (max(lane.first, years[0]) - years[0]) * wide
            long = (min(lane.last, years[1]) - max(lane.first, years[0]) + 1) * wide
            parts.append(
                rect(start, height - 6, long, 12, fill="url(#runs)" if lane.existing else GOOD, edge=GOOD, kind="lane")
            )
        parts.append(plan.said(height, lane.said, room=112, gap=8, color=INK if done else SOFT))
    parts += [] if narrow else [box]
    parts.append(text(here + wide / 2, foot + 8, str(at), size=TINY, color=INK, anchor="middle"))
    parts.append(line((left, foot), (right, foot), color=RULE))
    return sheet(foot + 16, "".join(parts), hatch("runs", back="#cfe3f3", ink=GOOD, gap=4), plan.wide)
