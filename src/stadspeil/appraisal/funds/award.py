"""Whether funds award a request, draw by draw, and whether the package can still be paid when they do not.

Every award is a lottery ticket with its own chance, but one cabinet decides on all of them: what one fund turns down,
another sooner turns down as well (a common normal factor per cabinet, parameter toekenning_samenhang).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from stadspeil.appraisal.frame import Frame
from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# A cabinet as it sits by law; who asks in the same one meets the same luck.
CABINET_YEARS, CABINET_FROM = 4, 2024


@dataclass(frozen=True)
class Ask:
    """What is asked of one fund: euro, the chance that it is awarded, and the year in which it decides."""

    fund: str
    euro: float
    chance: float
    year: int


@dataclass(frozen=True)
class FundingStack:
    """How a package is paid for, in draws.

    awarded   fund -> S draws, whether it awards          gap   S draws, euro that nobody pays yet
    feasible  chance that what is left fits in what the town can carry itself
    without   the same where no fund awards anything      expected  mean euro of all awards
    """

    awarded: Mapping[str, Flags]
    gap: Floats
    feasible: float
    without: float
    expected: float


def draw_awards(asks: tuple[Ask, ...], frame: Frame, together: float) -> dict[str, Flags]:
    """Draws of awards. The same fund meets the same luck under the same cabinet, whoever asks and whatever else is asked:
    packages held side by side differ by what they ask, never by what they are called.

    `together`: correlation of the common factor, 0 (apart) to 1 (one lottery). Raises: QuestionError for a chance or
    correlation outside 0 to 1, or a fund that is asked twice.
    """
    problems = [
        f"de kans bij '{each.fund}' is {each.chance:g}; verwacht 0 tot en met 1"
        for each in asks
        if not 0 <= each.chance <= 1
    ]
    if not 0 <= together <= 1:
        problems.append(f"de samenhang is {together:g}; verwacht 0 tot en met 1")
    if len({each.fund for each in asks}) < len(asks):
        problems.append("een fonds wordt twee keer gevraagd")
    if problems:
        raise QuestionError("de kans op toekenning", problems, "verbeter de kansen in catalogue/funds of parameters/funds.toml")  # fmt: skip
    made = {}
    for each in asks:
        cabinet = (each.year - CABINET_FROM) // CABINET_YEARS
        shared = frame.source(f"kabinet:{cabinet}").standard_normal(frame.draws)
        own = frame.source(f"toekenning:{each.fund}:{cabinet}").standard_normal(frame.draws)
        luck = np.sqrt(together) * shared + np.sqrt(1 - together) * own
        made[each.fund] = luck < _limit(each.chance)
    return made


def funding_stack(
    asks: tuple[Ask, ...], deficit: Floats, room: Floats | float, frame: Frame, together: float
) -> FundingStack:
    """What is left to pay after awards, and the chance that the package goes on.

    `deficit`: S draws or one number, euro to be found;  `room`: euro that the town can carry itself (its fallback without
    an award). Awards are never more than the deficit. Raises: QuestionError as `draw_awards`.
    """
    awarded = draw_awards(asks, frame, together)
    short = np.broadcast_to(np.maximum(np.asarray(deficit, float), 0.0), (frame.draws,))
    paid = sum((awarded[each.fund] * each.euro for each in asks), np.zeros(frame.draws))
    paid = np.minimum(paid, short)
    gap = short - paid
    return FundingStack(
        awarded, gap, float((gap <= room).mean()), float((short <= room).mean()), float(paid.mean())
    )  # fmt: skip


def _limit(chance: float) -> float:
    if chance <= 0.0:
        return -np.inf
    return np.inf if chance >= 1.0 else NormalDist().inv_cdf(chance)
