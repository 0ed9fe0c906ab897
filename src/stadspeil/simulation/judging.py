"""Which tier judges a mix on which criterion, before the third confirms: the one that went with the third tier best.

How well each went with it was measured on Nieuwland and stands in `catalogue/parameters/balance.toml` (decision 43).
Where a workspace lacks what flows need, chains judge all, and that is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.around import Beliefs, Surroundings, believed_otherwise, surroundings_of, with_chain
from stadspeil.simulation.classes import INCOME_GROUPS, SEGMENTS
from stadspeil.simulation.flow_surrogate import FLOWS, FlowSurrogate, flow_surrogate_of
from stadspeil.simulation.household_figures import HouseholdFigures, read_household_figures
from stadspeil.simulation.mixes import Limits, sampled
from stadspeil.simulation.national_chain import national_mix
from stadspeil.simulation.rules import rules_from
from stadspeil.simulation.surrogate import CHAINS, CRITERIA, Surrogate, Town
from stadspeil.simulation.world import World
from stadspeil.workspace import Workspace

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
# Balances under other beliefs than the first; draws take them in turn, each with a length of chains of its own.
BELIEFS = 6
_BANDS = ("15_30", "30_45", "45_65", "65_75", "75_plus")
_STREWN = 60
_MISFIT = ". Hoe ver schattingen van verzonnen steden naast de microsimulatie lagen, zit in de bandbreedte"


class Judge(Protocol):
    """Whoever scores mixes: `Surrogate`, `FlowSurrogate` or both as `Judges`."""

    @property
    def town(self) -> Town:
        """The town of the mixes."""

    @property
    def tiers(self) -> dict[str, str]:
        """Which tier judges each criterion."""

    def scores(self, homes: Floats, sites: Rows) -> Floats:
        """CRITERIA of mixes [n, draws, criteria]."""

    def by_tier(self, homes: Floats, sites: Rows) -> dict[str, Floats]:
        """The same as each tier sees it."""


@dataclass(frozen=True)
class Judges:
    """Both, and which of them judges each criterion."""

    chains: Surrogate
    flows: FlowSurrogate
    tiers: dict[str, str]

    @property
    def town(self) -> Town:
        """The town of both."""
        return self.chains.town

    def scores(self, homes: Floats, sites: Rows) -> Floats:
        """CRITERIA of mixes, each by its own tier [n, draws, criteria]."""
        found = self.by_tier(homes, sites)
        return np.stack([found[self.tiers[name]][..., at] for at, name in enumerate(CRITERIA)], axis=2)

    def by_tier(self, homes: Floats, sites: Rows) -> dict[str, Floats]:
        """Scores by chains and by flows."""
        return {CHAINS: self.chains.scores(homes, sites), FLOWS: self.flows.scores(homes, sites)}


@dataclass(frozen=True)
class Panel:
    """Who judges; what flows lack, '' where they take part; and how well each tier went with the third, by criterion."""

    judge: Judge
    lacking: str
    agreed: Mapping[str, Mapping[str, float]]

    def facts(self) -> dict[str, object]:
        """For the account of an outcome: pages tell it in any language."""
        return {"judged_by": dict(self.judge.tiers), "flows_lack": self.lacking, "agreed": {name: dict(each) for name, each in self.agreed.items()}}  # fmt: skip

    def sentence(self) -> str:
        """Which tier judged what, and how well both went with the third."""
        told = ", ".join(
            f"{name} {_dutch(self.agreed[name][tier])} (ketens {_dutch(self.agreed[name][CHAINS])})" if tier == FLOWS
            else f"{name} {_dutch(self.agreed[name][tier])} (stromen {_dutch(self.agreed[name][FLOWS])})"
            for name, tier in self.judge.tiers.items()
        )  # fmt: skip
        if self.lacking:
            told = ", ".join(f"{name} {_dutch(self.agreed[name][CHAINS])}" for name in CRITERIA)
            return f"alle punten komen van ketens, want stromen kunnen hier niet: {self.lacking}. Rangcorrelatie van ketens met de microsimulatie in Nieuwland: {told}{_MISFIT}"
        by = {tier: [name for name, each in self.judge.tiers.items() if each == tier] for tier in (FLOWS, CHAINS)}
        said = " en ".join(f"{', '.join(names)} van {tier}" for tier, names in by.items() if names)
        return f"per punt rekent wat in Nieuwland het best met de microsimulatie meeging: {said}. Rangcorrelatie daar: {told}{_MISFIT}"


def agreed_with_runs(catalogue: Catalogue) -> dict[str, dict[str, float]]:
    """Rank correlation of each tier with the third tier by criterion, as measured."""
    return {
        name: {tier: catalogue.parameter(f"balans_rang_{name}_{tier}") for tier in (CHAINS, FLOWS)} for name in CRITERIA
    }


def panel_of(
    workspace: Workspace,
    catalogue: Catalogue,
    world: World,
    limits: Limits,
    chains: Surrogate,
    rng: np.random.Generator,
) -> Panel:
    """Chains, and flows where the workspace knows what they need: per criterion the one that went with runs best."""
    agreed = agreed_with_runs(catalogue)
    try:
        flows = _flows(read_household_figures(workspace, catalogue), catalogue, world, limits, chains, rng)
    except QuestionError as fault:
        return Panel(chains, "; ".join(fault.problems), agreed)
    better = {name: FLOWS if each[FLOWS] > each[CHAINS] else CHAINS for name, each in agreed.items()}
    return Panel(Judges(chains, flows, better), "", agreed)


def _flows(
    figures: HouseholdFigures, catalogue: Catalogue, world: World, limits: Limits, chains: Surrogate, rng: np.random.Generator
) -> FlowSurrogate:  # fmt: skip
    town, mix = chains.town, national_mix(catalogue)
    around = surroundings_of(
        world, limits.town, town.distance, figures, rules_from(catalogue), _beliefs(catalogue, None)
    )
    around = with_chain(around, chains.prepared.chain)
    first, last = min(site.first for site in limits.sites), max(site.last for site in limits.sites)
    yearly = sampled(limits, _STREWN, rng).homes(limits).mean(axis=0) / max((last - first + 1) / 12, 1.0)
    rows = np.array([town.codes.index(site.buurt) for site in limits.sites], dtype=np.intp)
    believed = [around, *(_otherwise(around, town, catalogue, rng) for _ in range(BELIEFS))]
    levels = np.einsum("s,dsk->d", mix, chains.prepared.freed)
    return flow_surrogate_of(town, believed, rows, yearly, levels, mix)


def _otherwise(around: Surroundings, town: Town, catalogue: Catalogue, rng: np.random.Generator) -> Surroundings:
    """Other beliefs of moving, and tastes as uncertain as the chances of the chain."""
    sure = catalogue.parameter("keten_rust_op")
    doubt = rng.gamma(sure, 1 / sure, (SEGMENTS, len(INCOME_GROUPS)))
    return believed_otherwise(around, town.distance, _beliefs(catalogue, rng), doubt)


def _beliefs(catalogue: Catalogue, rng: np.random.Generator | None) -> Beliefs:
    """As the catalogue has them, or drawn over the ranges in which they are believed."""

    def value(id: str) -> float:
        entry = catalogue.parameters[id]
        return float(entry.value) if rng is None else float(rng.uniform(entry.believed[0], entry.believed[1]))

    moving = np.array([value(f"moving_{band}") for band in _BANDS])
    return Beliefs(moving, value("sim_search_owner"), value("sim_search_private"), value("balans_helling"))


def _dutch(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")
