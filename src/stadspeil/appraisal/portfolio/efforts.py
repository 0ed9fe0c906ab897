"""What to do with what already runs: keep, bend, slow, wind down or stop, and why.

The rule is ours and stands here in full, so that it can be disputed. It looks at what the whole plan gains by an effort
(value with it less value without it, money and staff given to others), not at the effort alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from stadspeil.amounts import chance, euros

Verdict = Literal["behouden", "ombuigen", "vertragen", "afbouwen", "stoppen"]
STEADY, LIKELY = 0.5, 0.5
# Less euro than this is nothing beside a plan of millions.
_TOLD = 5_000.0


@dataclass(frozen=True)
class Standing:
    """How an effort that already runs stands in the plan.

    gains   value of the best plan with it less that of the best without it, euro       late   years that it starts after its first
    index   core index, None where no scenarios were asked     chance  that it brings more than it takes
    worth   its own mean value after costs, euro               marks   points of mark per mechanism
    frees   euro that stopping it would leave for others
    """

    name: str
    chosen: bool
    gains: float
    index: float | None
    chance: float
    worth: float
    late: int = 0
    marks: Mapping[str, float] = field(default_factory=dict)
    frees: float = 0.0
    must: bool = False

    @property
    def is_missed(self) -> bool:
        """Whether a plan far from the best leaves out what the best plan would do."""
        return not self.chosen and self.gains >= _TOLD


@dataclass(frozen=True)
class Effort:
    """What to do with an effort, and the reasons in Dutch, weightiest first."""

    name: str
    verdict: Verdict
    reasons: tuple[str, ...]


def judged(standing: Standing) -> Effort:
    """The verdict on one effort.

    In the plan: later than it could be -> slow; in fewer than half of the plans, or more likely to lose than to gain, or
    of no gain to the plan -> bend; else keep. Not in the plan: the best plan would gain by it, and it is likelier to gain
    than to lose -> keep; it brings more than it costs, but others bring more -> wind down; it does not, but adds to a
    mechanism -> bend; else stop.
    """
    helps = sum(standing.marks.values()) > 0
    if standing.chosen:
        steady = standing.index is None or standing.index >= STEADY
        if standing.late > 0:
            verdict: Verdict = "vertragen"
        elif steady and standing.chance >= LIKELY and standing.gains > 0:
            verdict = "behouden"
        else:
            verdict = "ombuigen"
    elif standing.is_missed and standing.chance >= LIKELY:
        verdict = "behouden"
    elif standing.worth > 0:
        verdict = "afbouwen"
    else:
        verdict = "ombuigen" if helps else "stoppen"
    return Effort(standing.name, verdict, tuple(_reasons(standing)))


def _reasons(standing: Standing) -> list[str]:
    found = []
    if standing.must:
        found.append("ligt vast: de agenda zegt dat het moet")
    if standing.chosen:
        found.append(_gained(standing.gains))
        if standing.late:
            found.append(f"begint {standing.late} jaar later: geld of mensen doen eerder elders meer")
    elif standing.is_missed:
        found.append(
            f"dit plan doet het niet, maar met deze inzet is een plan {euros(standing.gains)} meer waard dan zonder: zoek met "
            "een kleinere marge"
        )
    else:
        if standing.worth > 0:
            less = max(0.0, -standing.gains)
            beside = f"{euros(less)} minder" if less >= _TOLD else "even veel"
            found.append(f"andere projecten doen meer met het geld; ermee is het plan {beside} waard")
        found.append(f"er komt {euros(standing.frees)} vrij")
        if standing.worth <= 0:
            found.append(f"kost naar verwachting {euros(-standing.worth)} meer dan het opbrengt")
    if standing.index is not None:
        found.append(f"in {round(100 * standing.index)}% van de plannen die geen ander verslaat")
    found.append(f"kans dat het meer brengt dan het kost: {chance(standing.chance)}")
    gains = {name: points for name, points in standing.marks.items() if points}
    if gains:
        told = ", ".join(f"{name} {points:+.2f}".replace(".", ",") for name, points in gains.items())
        found.append(f"rapportcijfer: {told}")
    else:
        found.append("voegt aan geen mechanisme iets toe dat bekend is")
    return found


def _gained(gains: float) -> str:
    if abs(gains) < _TOLD:
        return "het plan is zonder even veel waard"
    if gains > 0:
        return f"het plan wordt daardoor {euros(gains)} meer waard"
    return f"het plan zou zonder deze inzet {euros(-gains)} meer waard zijn"
