"""Why a composite mark is what it is, and what it would take to stand elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stadspeil.scores.marks import MarkRules, MarkScale


@dataclass(frozen=True)
class Step:
    """What one part adds to the distance of a composite mark from the middle."""

    part: str
    mark: float
    weight: float
    adds: float


@dataclass(frozen=True)
class Reach:
    """What one part would have to be, all else equal, to reach a place: its mark, and its value where it has one."""

    part: str
    mark: float
    mark_wanted: float
    value_wanted: float | None

    @property
    def possible(self) -> bool:
        """Whether the mark that is needed exists."""
        return bool(np.isfinite(self.mark_wanted))


def waterfall(parts: Sequence[str], marks: np.ndarray, weights: np.ndarray, mark: float, middle: float) -> list[Step]:
    """Steps that add up to mark - middle exactly. Parts without a mark have no step.

    What a way of adding up other than the arithmetic makes of the parts together is the last step, 'samenspel'.
    """
    known = ~np.isnan(marks)
    share = weights[known] / weights[known].sum()
    names = [name for name, there in zip(parts, known, strict=True) if there]
    steps = [
        Step(name, float(each), float(weight), float(weight * (each - middle)))
        for name, each, weight in zip(names, marks[known], share, strict=True)
    ]
    rest = (mark - middle) - sum(each.adds for each in steps)
    if abs(rest) > 1e-9:
        steps.append(Step("samenspel", float("nan"), 0.0, float(rest)))
    return steps


def to_reach(
    place: int,
    field: np.ndarray,
    own: int,
    parts: Sequence[str],
    marks: np.ndarray,
    weights: np.ndarray,
    scales: Sequence[MarkScale | None],
    rules: MarkRules = MarkRules(),
) -> list[Reach]:
    """Per part the mark and value at which an area would take a place, all else equal. Arithmetic composites.

    Shape:   field holds the composite marks of all areas, `own` is the place of the area in it; scales are those of
             the parts, None for composites. A value at the end of the scale is the nearest that gives the mark.
    """
    short = short_of(place, field, own)
    if np.isnan(short):
        return []
    known = ~np.isnan(marks)
    total = float(weights[known].sum())
    found = []
    for name, mark, weight, scale in zip(parts, marks, weights, scales, strict=True):
        if np.isnan(mark) or weight <= 0:
            continue
        needed = float(mark) + short * total / float(weight)
        needed = needed if needed <= rules.highest + 1e-9 else float("inf")
        found.append(Reach(name, float(mark), needed, _value_at(needed, scale)))
    return sorted(found, key=lambda each: each.mark_wanted - each.mark)


def short_of(place: int, field: np.ndarray, own: int) -> float:
    """How much higher a mark must be for a place, the others standing still; NaN where there is no such place."""
    others = np.delete(field, own)
    others = np.sort(others[~np.isnan(others)])[::-1]
    if not 1 <= place <= len(others) + 1:
        return float("nan")
    # To stand at a place is to be no lower than who stands there now; the last place needs nothing.
    wanted = float(others[place - 1]) if place <= len(others) else float("-inf")
    return max(0.0, wanted - float(field[own]))


def _value_at(mark: float, scale: MarkScale | None) -> float | None:
    if scale is None or scale.stretch == 0 or not np.isfinite(mark):
        return None
    return float(scale.centre + scale.width * (mark - scale.shift) / scale.stretch)


def difference_words(difference: float, spread: float, comparisons: int = 1, level: float = 0.1) -> str:
    """'hoger', 'lager', 'gelijk' (no demonstrable difference) or 'onbekend' (no margin), two-sided.

    With several comparisons in one list each must pass the level divided by their number (Bonferroni), so that the
    whole list has a false statement in at most one of ten such lists.
    """
    if not np.isfinite(difference) or not np.isfinite(spread):
        return "onbekend"
    limit = -float(ndtri(level / 2 / max(1, comparisons))) * spread
    if abs(difference) <= limit or difference == 0:
        return "gelijk"
    return "hoger" if difference > 0 else "lager"
