"""Where no plan keeps all limits: the smallest set of limits that conflict, so that a reader knows which to ease.

QuickXplain (Junker 2004): halves of the limits are dropped together as long as what stays is still impossible. What comes
out conflicts, and loses its conflict when any one of it is dropped.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stadspeil.appraisal.portfolio.highs import run_highs
from stadspeil.appraisal.portfolio.rows import Limit, Rows
from stadspeil.errors import QuestionError

SECONDS = 20.0


def refuse_impossible(rows: Rows) -> None:
    """Nothing where some plan keeps all limits.

    Raises:  QuestionError with the smallest set of limits that conflict, and what to do about each.
    """
    found = conflict(rows)
    if not found:
        return
    raise QuestionError(
        "de agenda, met grenzen die niet samengaan",
        [f"{each.title}" for each in found],
        "met een van deze grenzen minder kan het weer: " + "; of ".join(each.remedy for each in found),
    )


def conflict(rows: Rows) -> tuple[Limit, ...]:
    """The smallest set of limits that no plan keeps together; empty where some plan keeps all."""
    everything = list(range(len(rows.limits)))
    if _possible(rows, everything):
        return ()
    # What asks for something comes first: limits on money and staff bind only where something must be done.
    order = sorted(everything, key=lambda each: not rows.limits[each].demands)
    return tuple(rows.limits[each] for each in sorted(_smallest(rows, [], False, order)))


def _smallest(rows: Rows, held: list[int], grown: bool, doubted: list[int]) -> list[int]:
    """The part of `doubted` that conflicts beside `held`; `grown`: whether `held` has more than the caller knew."""
    if grown and not _possible(rows, held):
        return []
    if len(doubted) == 1:
        return doubted
    half = len(doubted) // 2
    one, other = doubted[:half], doubted[half:]
    of_other = _smallest(rows, held + one, bool(one), other)
    of_one = _smallest(rows, held + of_other, bool(of_other), one)
    return of_one + of_other


def _possible(rows: Rows, held: list[int]) -> bool:
    """Whether some plan keeps these limits. What cannot be decided in time counts as possible."""
    asked = rows.without(set(range(len(rows.limits))) - set(held))
    asked = replace(asked, cost=np.zeros_like(asked.cost))
    if run_highs(asked, whole=False, seconds=SECONDS).ended == "onmogelijk":
        return False
    return run_highs(asked, whole=True, seconds=SECONDS).ended != "onmogelijk"
