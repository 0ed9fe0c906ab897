"""How a mean or share changed: steps of which the size is known, and inside the last one parts that are only bounded."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, step_of, ticks
from stadspeil.report.drawing.paint import (
    ACCENT,
    INK,
    SOFT,
    TINY,
    block,
    diamond,
    hatch,
    line,
    rect,
    sheet,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.drawing.rows import RowPlan, over, row_plan
from stadspeil.report.wording import Wording

_LEFT, _RIGHT, _ROW, _HEAD, _BAR = 190.0, 520.0, 24.0, 28.0, 12.0


@dataclass(frozen=True)
class Part:
    """A part of a change: its bounds, and its number where it is exact; `inside` for a part of the step before it."""

    title: str
    said: str
    low: float
    high: float
    value: float | None = None
    inside: bool = False

    @property
    def middle(self) -> float:
        """The number, or the middle of the bounds."""
        return (self.low + self.high) / 2 if self.value is None else self.value


@dataclass(frozen=True)
class IncomeSteps:
    """Parts in order; those that are not `inside` another add up to the change."""

    parts: tuple[Part, ...]
    change: Part


def income_steps_svg(content: IncomeSteps, words: Wording, narrow: bool = False) -> str:
    """A row per part, each from where the one before it ended."""
    placed: list[tuple[Part, float]] = []
    start = 0.0
    for each in content.parts:
        # A part inside begins where the step that it is a part of began.
        begins = placed[-1][1] if each.inside and placed else start
        placed.append((each, begins))
        if not each.inside:
            start += each.middle
    ends = [begins + each for part, begins in placed for each in (0.0, part.low, part.high)]
    low, high = bounds([0.0, content.change.middle, *ends])
    plan = row_plan(_LEFT, _RIGHT, _ROW, narrow)
    x = Scale(low, high, plan.left, plan.right)
    foot = _HEAD + plan.row * (len(placed) + 1)
    places = decimals_of(step_of(max(high - low, 1e-9) / 4))
    parts = []
    for tick in ticks(low, high, 5):
        parts.append(line((x(tick), _HEAD - 4), (x(tick), foot)))
        parts.append(text(x(tick), _HEAD - 12, words.number(tick, places), size=TINY, color=SOFT, anchor="middle"))
    parts.append(line((x(0), _HEAD - 4), (x(0), foot), color=INK, width=1.0))
    for number, (part, begins) in enumerate(placed):
        parts.append(_row(part, begins, x, plan.middle(_HEAD, number), plan))
    height = plan.middle(_HEAD, len(placed))
    # Readers without our letter have a wider one.
    key = wrapped(words("income_steps.key"), 0.85 * (plan.wide - plan.left), TINY, 3)
    parts += [
        line((0, foot - plan.row), (plan.wide, foot - plan.row), color=INK, width=0.8),
        _name(content.change, height, plan, INK, 600), diamond(x(content.change.middle), height, 5, kind="end"),
        *(text(plan.left, foot + 12 + 11 * at, said, size=TINY, color=SOFT) for at, said in enumerate(key)),
    ]  # fmt: skip
    return sheet(foot + 11 + 11 * len(key), "".join(parts), hatch("bounds", ink=ACCENT), plan.wide)


def income_steps_alt(content: IncomeSteps, words: Wording) -> str:
    """Every part in words."""
    told = [f"{each.title}: {each.said}" for each in (*content.parts, content.change)]
    return words("income_steps.alt", rows="; ".join(told))


def _row(part: Part, begins: float, x: Scale, height: float, plan: RowPlan) -> str:
    parts = [_name(part, height, plan, SOFT if part.inside else INK, 400)]
    if part.value is None:
        left, right = x(begins + part.low), x(begins + part.high)
        parts.append(
            rect(left, height - _BAR / 2, right - left, _BAR, fill="url(#bounds)", edge=ACCENT, kind="bounded")
        )
    else:
        left, right = sorted((x(begins), x(begins + part.value)))
        parts.append(rect(left, height - _BAR / 2, max(right - left, 1.0), _BAR, fill=ACCENT, kind="exact"))
    return "".join(parts)


def _name(part: Part, height: float, plan: RowPlan, color: str, weight: int) -> str:
    """What a part is and how much, beside its bar or on a phone above it."""
    if plan.narrow:
        return plan.title(height, part.title, color=color) + over(0, height - 17, part.said, size=10.5, weight=weight)
    title = block(
        14 if part.inside else 0,
        height,
        wrapped(part.title, _LEFT - 24, 10.5, 1),
        size=10.5,
        color=color,
        weight=weight,
    )
    size = 10.5 if part.value is not None or weight > 400 else TINY
    return title + text(_RIGHT + 14, height, part.said, size=size, weight=weight)
