"""What flows out of a package, line by line: changes of indicators, and euros. Everything else is a sum over these.

A line is kept as factors (draws x areas x years), never as their product: ten thousand draws of two hundred projects
over forty years do not fit in memory, their factors do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue.appraisal_entries import Family, Rate, Strength
from stadspeil.errors import ContractError

Floats = NDArray[np.float64]
# zittend: residents are better off; samenstelling: other people live there; uitstraling: reaches next door; verplaatsing:
# came from elsewhere in the region (negative there); etiket: loss by being named a problem area.
Part = Literal["zittend", "samenstelling", "uitstraling", "verplaatsing", "etiket"]
PARTS: tuple[Part, ...] = ("zittend", "samenstelling", "uitstraling", "verplaatsing", "etiket")
# Where what is displaced lands when no buurt of the ground takes it: one row for the rest of the region.
REST = "rest van de regio"
Side = Literal["kosten", "baten", "overdracht"]


@dataclass(frozen=True)
class Effect:
    """One part of what one line of one measure does to one indicator: change[s, n, t] = size[s] * at[n] * profile[t].

    size     S draws, units of the indicator at full strength
    at       N + 1 shares: the buurten of the ground, then the rest of the region, which is counted as many inhabitants,
             households or homes as the buurten of `home` together
    home     rows of the ground where the measure is done
    profile  T years, share of full strength
    trace    ids on which it rests ('studie:e18_bijles', 'parameter:fade_onderwijs', 'eigen:...'); never empty
    unit_value  id of the unit value of its line; none: it counts in marks, not in euros
    strength    of the evidence of its pool; none: that of the best study in the trace, or no study at all
    drawn       name of the draw ('pool:...', 'bereik:...') -> S draws: the factors that the size is the product of, but for
                a constant and for what a ceiling takes off
    """

    measure: str
    line: str
    indicator: str
    part: Part
    size: Floats
    at: Floats
    profile: Floats
    home: NDArray[np.int64]
    trace: tuple[str, ...]
    unit_value: str = ""
    strength: Strength | Literal[""] = ""
    drawn: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_untraced(f"effect {self.measure}/{self.line}", self.trace)


@dataclass(frozen=True)
class Stream:
    """Euros of one line: amount[s] * profile[t] in year t of draw s, divided over actors.

    side     kosten and baten: shares add up to 1 (amounts of costs are positive); overdracht: they add up to 0, who
             gives has a negative share
    amount   S draws, euro at full strength in prices of the first year     profile  T years
    family   by which benefits are valued: of one indicator only one may be in a sum
    rate     which discount rate holds      growth  relative price change a year
    area     code of the buurt, '' for the whole package      areas  code (or REST) -> share of the amount that lands there
    drawn    name of the draw -> S draws: the factors that the amount is the product of, but for a constant and for what a
             ceiling takes off; one name is one draw, in whatever line or measure it stands
    trace    ids on which it rests; never empty: a euro without provenance cannot be made
    """

    measure: str
    line: str
    side: Side
    amount: Floats
    profile: Floats
    shares: Mapping[str, float]
    trace: tuple[str, ...]
    family: Family = "geen"
    rate: Rate = "standaard"
    growth: float = 0.0
    area: str = ""
    indicator: str = ""
    areas: Mapping[str, float] = field(default_factory=dict)
    drawn: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse_untraced(f"geldstroom {self.measure}/{self.line}", self.trace)
        wanted = 0.0 if self.side == "overdracht" else 1.0
        if abs(sum(self.shares.values()) - wanted) > 1e-9:
            raise ContractError(
                f"geldstroom {self.measure}/{self.line}",
                f"de aandelen van partijen tellen op tot {sum(self.shares.values()):g}; verwacht {wanted:g}",
                "verbeter de aandelen in valuations/unit_values.toml of de drager van de kosten",
            )


def refuse_untraced(where: str, trace: tuple[str, ...]) -> None:
    """No figure without what it rests on.

    Raises:  ContractError where the trace is empty.
    """
    if not trace:
        raise ContractError(where, "er staat niet bij waar dit op rust", "noem studie, kengetal, regel of eigen bron")
