"""Moving chains of a programme's new homes: followed link by link, and as the difference between two runs.

Followed, a chain counts each dwelling that is filled because another was left. It is no effect: without the new homes
part of those moves would have been made elsewhere. The difference between a run with and a run without the programme
is an effect. Both are told under their own name.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.classes import INCOME_GROUPS, TENURES
from stadspeil.simulation.classes import income_group as group_of
from stadspeil.simulation.run import ENDINGS, NEW_HOME, Run
from stadspeil.simulation.world import World

Tally = NDArray[np.float64]
# Links 0 (the new homes themselves) to 9; what comes after is counted with the last.
LINKS = 10
FOLLOWED, DIFFERENCE = "gevolgd", "verschil"
ALL_LINKS = -1


@dataclass(frozen=True)
class Chains:
    """Counts per link over all chains that begin in new homes of the programme.

    opened  vacancies      filled  those into which somebody moved      months  from the root's opening to those moves, sum
    income  movers by income group [link, 3]      tenure  of dwellings filled [link, 3]
    endings vacancies by how they ended [link, len(ENDINGS)]
    """

    opened: Tally
    filled: Tally
    months: Tally
    income: Tally
    tenure: Tally
    endings: Tally


def chains_of(run: Run, world: World) -> Chains:
    """The chains that begin in homes that stand in the run and not in the world it began with."""
    vacancies, moves, homes = run.vacancies, run.moves, run.end.dwellings
    own = np.arange(len(vacancies.home))
    added = ~np.isin(homes.number, world.dwellings.number)
    begins = (vacancies.cause == NEW_HOME) & (vacancies.root == own) & added[vacancies.home]
    inside = begins[vacancies.root]
    link = np.minimum(vacancies.link, LINKS - 1)
    endings = np.zeros((LINKS, len(ENDINGS)))
    np.add.at(endings, (link[inside], vacancies.ending[inside]), 1)
    moved = np.flatnonzero(begins[moves.root])
    at = np.minimum(moves.link[moved], LINKS - 1)
    income, tenure = np.zeros((LINKS, len(INCOME_GROUPS))), np.zeros((LINKS, len(TENURES)))
    np.add.at(income, (at, group_of(moves.decile[moved])), 1)
    np.add.at(tenure, (at, homes.tenure[moves.home[moved]]), 1)
    waited = moves.month[moved].astype(np.float64) - vacancies.opened[moves.root[moved]]
    return Chains(
        opened=np.bincount(link[inside], minlength=LINKS).astype(np.float64),
        filled=np.bincount(at, minlength=LINKS).astype(np.float64),
        months=np.bincount(at, weights=waited, minlength=LINKS).astype(np.float64),
        income=income, tenure=tenure, endings=endings,
    )  # fmt: skip


def moves_by_income(run: Run) -> Tally:
    """All moves into a dwelling, by income group of who moved."""
    return np.bincount(group_of(run.moves.decile), minlength=len(INCOME_GROUPS)).astype(np.float64)


def followed(chains: Chains) -> dict[tuple[int, str, str], float]:
    """The figures of followed chains, per new home that was occupied: (link, figure, group) -> value."""
    new = chains.filled[0]
    if not new:
        return {}
    told: dict[tuple[int, str, str], float] = {}
    for link in range(LINKS):
        told[link, "woningen", "alle"] = chains.filled[link] / new
        told |= {(link, "inkomensgroep", name): chains.income[link, at] / new for at, name in enumerate(INCOME_GROUPS)}
        told |= {(link, "eigendom", name): chains.tenure[link, at] / new for at, name in enumerate(TENURES)}
        told |= {(link, "einde", name): chains.endings[link, at] / new for at, name in enumerate(ENDINGS)}
        told[link, "maanden", "alle"] = chains.months[link] / chains.filled[link] if chains.filled[link] else np.nan
    told[ALL_LINKS, "vrijgekomen woningen", "alle"] = chains.filled[1:].sum() / new
    told[ALL_LINKS, "verhuizingen", "alle"] = chains.filled.sum() / new
    told |= {
        (ALL_LINKS, "inkomensgroep", name): chains.income[:, at].sum() / new for at, name in enumerate(INCOME_GROUPS)
    }
    return told


def difference(
    new: float, moves_with: Tally, moves_without: Tally, homeless_with: float, homeless_without: float
) -> dict[tuple[int, str, str], float]:
    """The figures of the difference between two runs, per new home that was occupied."""
    if not new:
        return {}
    more = (moves_with - moves_without) / new
    return {
        (ALL_LINKS, "verhuizingen", "alle"): float(more.sum()),
        **{(ALL_LINKS, "inkomensgroep", name): float(more[at]) for at, name in enumerate(INCOME_GROUPS)},
        (ALL_LINKS, "zonder eigen woning", "alle"): (homeless_with - homeless_without) / new,
    }
