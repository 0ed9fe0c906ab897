"""What a run says about the quantities that were published: how far chains reach, who moves, what comes free.

Names are those of the evidence (`quantity` of a finding), so that a run can be held against each of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stadspeil.simulation.classes import OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.run import MOVED_ON, NEW_HOME, STARTER, Run
from stadspeil.simulation.world import NEVER, NOWHERE, World

LINK_1 = "schakel_1_per_nieuwe_woning"
LINK_2 = "schakel_2_op_schakel_1"
FREED = "vrijgekomen_per_nieuwe_woning"
MOVERS = "verhuisde_huishoudens_per_jaar"
WITHIN = "aandeel_binnen_gemeente"
SOCIAL_TURNOVER = "mutatiegraad_corporatie_pct"
OWNER_TURNOVER = "koopwoningen_vrijgekomen_per_jaar"
PRIVATE_TURNOVER = "particuliere_huur_vrijgekomen_per_jaar"
STARTERS = "aandeel_starters"
SOCIAL_ON = "doorgaan_corporatie"
_YEAR, _FOLLOWED = 12, 48
MOMENTS = (
    LINK_1, LINK_2, FREED, MOVERS, WITHIN, SOCIAL_TURNOVER, OWNER_TURNOVER, PRIVATE_TURNOVER, STARTERS, SOCIAL_ON,
)  # fmt: skip


def moments_of(world: World, run: Run) -> dict[str, float]:
    """The moments of a run that began in `world`; NaN where the run cannot tell one. MOMENTS says which.

    Chains are those of the homes that were new in the first year with new homes, as CBS counts them up to three years
    later: dwellings freed and occupied again, per new dwelling that was occupied. Rates are per year over the whole run,
    of households or of homes at its start.
    """
    moves = run.moves
    told = run.vacancies
    new = told.opened[told.cause == NEW_HOME]
    first = int(new.min(initial=NEVER)) // _YEAR * _YEAR
    opened = told.opened[moves.root]
    chain = (told.cause[moves.root] == NEW_HOME) & (opened >= first) & (opened < first + _YEAR)
    chain &= moves.month < first + _FOLLOWED
    links = np.bincount(moves.link[chain], minlength=3)
    years = run.months / 12
    left = moves.left != NOWHERE
    turnover = [_turnover(world, run, code) / years for code in (SOCIAL, OWNER, PRIVATE)]
    return {
        LINK_1: _share(float(links[1]), float(links[0])),
        LINK_2: _share(float(links[2]), float(links[1])),
        FREED: _share(float(links[1:].sum()), float(links[0])),
        MOVERS: _share(len(moves.month), float(world.households.alive.sum())) / years,
        WITHIN: _within(run, left),
        SOCIAL_TURNOVER: 100 * turnover[0],
        OWNER_TURNOVER: turnover[1],
        PRIVATE_TURNOVER: turnover[2],
        SOCIAL_ON: _going_on(run),
        STARTERS: _share(int(np.count_nonzero(moves.ending == STARTER)), len(moves.month)),
    }


def counted(moments: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of moments of several runs, each moment over the runs that told it; NaN where none did."""
    known = {name: [each[name] for each in moments if np.isfinite(each[name])] for name in MOMENTS}
    return {name: float(np.mean(values)) if values else float("nan") for name, values in known.items()}


def _turnover(world: World, run: Run, tenure: int) -> float:
    """Moves into homes of a tenure that somebody lived in at the start, per such home."""
    homes = world.dwellings
    lived_in = np.flatnonzero((homes.tenure == tenure) & (homes.household >= 0))
    if not len(lived_in):
        return float("nan")
    known = np.zeros(len(run.end.dwellings.number), dtype=bool)
    known[lived_in] = True
    return float(np.count_nonzero(known[run.moves.home]) / len(lived_in))


def _going_on(run: Run) -> float:
    """Share of the moves into corporation homes that free a home in their turn."""
    social = run.end.dwellings.tenure[run.moves.home] == SOCIAL
    return _share(int(np.count_nonzero(run.moves.ending[social] == MOVED_ON)), int(social.sum()))


def _within(run: Run, left: np.ndarray) -> float:
    """Share of moves from dwelling to dwelling that stay within the gemeente; NaN where nobody lives in another."""
    if len(run.end.places.town_codes) == 1:
        return float("nan")
    buurt, town = run.end.dwellings.buurt, run.end.places.town
    here, there = town[buurt[run.moves.home[left]]], town[buurt[run.moves.left[left]]]
    return _share(int(np.count_nonzero(here == there)), len(here))


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")
