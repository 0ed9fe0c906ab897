"""What a chosen plan is worth together: exactly, with its interval, beside the plain sum and what pairs say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.portfolio import tables
from stadspeil.appraisal.portfolio.building import Built
from stadspeil.appraisal.portfolio.problem import Ints
from stadspeil.appraisal.portfolio.robust import tail_mean, values_of
from stadspeil.appraisal.portfolio.touching import lost_together, room_above_pairs


@dataclass(frozen=True)
class Joint:
    """A plan as one whole, expected euro unless told otherwise.

    apart   the plain sum of its projects      pairs  what its pairs lose by the sum that chose it
    lost    S draws of what all lose together, exactly: never more than pairs say
    worth   S draws of what it is worth together
    room    by how much no plan is worth more, exactly, than its pairs tell
    """

    apart: float
    pairs: float
    lost: Floats
    worth: Floats
    room: float

    @property
    def mean(self) -> float:
        """What the plan is worth together; the plain sum to the bit where nothing is lost."""
        return self.apart - float(self.lost.mean())


def joint_of(made: Built, starts: Ints, draws: int) -> Joint:
    """A plan weighed together, of draws as many as the agenda has."""
    problem = made.problem
    able = [each if can.any() else () for each, can in zip(made.gains, problem.allowed, strict=True)]
    lost = lost_together(made.gains, starts, made.rate, draws)
    alone = values_of(made.draws(draws), starts[None])[0]
    room = room_above_pairs(able) if problem.losses else 0.0
    return Joint(problem.sum_of(starts, problem.value), problem.lost(starts), lost, alone - lost, room)


def told_together(told: Mapping[str, Any], joint: Joint, ranked: Joint, tail: int) -> dict[str, Any]:
    """What a run tells otherwise, and beside, where projects touch: every worth of a plan is that of the whole.

    Of the plain question the certificate of the pairs becomes one of the whole: bounds are higher by the room, and the gap
    is that against what the plan is worth. `tail` draws as the worst scenarios are told of.
    """
    worth, by_rank = joint.mean, ranked.mean
    low, high = np.percentile(joint.worth, (5, 95))
    found = {
        "apart": joint.apart, "lost": float(joint.lost.mean()), "lost_pairs": joint.pairs, "room": joint.room,
        "together_low": float(low), "together_high": float(high), "worth": worth, "tail": tail_mean(joint.worth[:tail]),
        "ranked_worth": by_rank, "ranked_loss": (worth - by_rank) / worth if worth > 0 else None,
    }  # fmt: skip
    if told["lam"] != 0:
        return found
    bound = told["bound"] + joint.room
    above = max(0.0, bound - worth)
    gap = above / abs(worth) if abs(worth) > 1e-9 else (0.0 if above < 1e-6 else float("inf"))
    proof = told["proof"] if joint.room == 0 or told["proof"] == "tijd op" else f"{told['proof']}, per paar gerekend"
    return found | {
        "mean": worth, "bound": bound, "linear_bound": told["linear_bound"] + joint.room, "gap": gap, "proof": proof,
    }  # fmt: skip


def pairs_table(made: Built, starts: Ints) -> pl.DataFrame:
    """PAIRS of the plan that lose something, most first."""
    titles, names = [each.title for each in made.agenda.projects], made.problem.projects
    weighed = {(each.one, each.other) for each in made.problem.losses}
    rows = [
        (names[each.one], names[each.other], titles[each.one], titles[each.other], each.lost(starts),
         (each.one, each.other) in weighed, ", ".join(each.indicators), ", ".join(each.codes))
        for each in sorted(made.pairs, key=lambda each: (-each.lost(starts), each.one, each.other))
        if each.lost(starts) > 0
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(tables.PAIRS.columns), orient="row")
