"""Holds chains and flows against the microsimulation: python benchmarks/bench_surrogates.py WERKMAP [mixes] [pairs]

Mixes of new homes of Vierlingstad with its region and alone, and of Veldermeer with its region (a demo workspace): rank
correlation of each tier with the runs per count, and of one half of the pairs with the other. Decision 43 has the outcome;
`balans_rang_*` in catalogue/parameters/balance.toml hold it. Takes about ten processor minutes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import scipy

from stadspeil.cli.balancing import Running, Wishes, _confirmer, _known, _towns
from stadspeil.cli.sessions import Session, open_session
from stadspeil.simulation.judging import Judges, panel_of
from stadspeil.simulation.mixes import BuildingSite, Limits, programme_of_mix, sampled
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.surrogate import CRITERIA, Town, surrogate_of
from stadspeil.simulation.synthesis import synthesize

# Town, whether its region lives in the population, homes, seed, and where sites lie among buurten by low incomes.
SERIES = (
    ("A", "GM9002", True, 400, 1, (0.05, 0.35, 0.65, 0.95)),
    ("B", "GM9003", True, 300, 2, (0.15, 0.5, 0.85)),
    ("C", "GM9002", False, 300, 3, (0.05, 0.35, 0.65, 0.95)),
)
YEARS = 4


def limits_for(known: Town, town: str, homes: int, start: int, places: tuple[float, ...]) -> Limits:
    """Sites in buurten from few to many low incomes, to be built in two years."""
    households = known.income.sum(axis=1)
    large = np.flatnonzero(households > 300)
    order = large[np.argsort((known.income[:, 0] / np.maximum(households, 1))[large])]
    chosen = [order[int(place * (len(order) - 1))] for place in places]
    sites = tuple(
        BuildingSite(f"s{at}", known.codes[row], homes, 12 * start, 12 * start + 23) for at, row in enumerate(chosen)
    )
    return Limits(town, homes, sites, (0.05, 0.05, 0.0), (0.9, 0.9, 0.6))


def series(session: Session, name: str, mixes: int, pairs: int) -> None:
    """One series, printed."""
    _, town, region, homes, seed, places = next(each for each in SERIES if each[0] == name)
    wishes = Wishes(town, homes, YEARS, Path(), (), seed)
    running = Running(confirm=pairs, region=region)
    world = synthesize(session.workspace, session.catalogue, _towns(session, wishes, running), seed=1).world
    known, _, _ = _known(session, world, town)
    limits = limits_for(known, town, homes, world.year, places)
    chosen = sampled(limits, mixes, np.random.default_rng(seed))
    rows = np.array([known.codes.index(site.buurt) for site in limits.sites])
    chains = surrogate_of(known, national_chain(session.catalogue), session.catalogue, np.random.default_rng([1, 6]))
    panel = panel_of(session.workspace, session.catalogue, world, limits, chains, np.random.default_rng([1, 7]))
    if not isinstance(panel.judge, Judges):
        sys.exit(panel.lacking)
    confirm = _confirmer(session, [world], known, wishes, running)
    begun = time.process_time()
    runs = [confirm(programme_of_mix(limits, chosen, row, f"m{row}")) for row in range(len(chosen.site))]
    told = np.stack([np.stack([each[criterion] for criterion in CRITERIA], axis=1) for each in runs])
    print(
        f"{name} {town}: {len(told)} mixes, {pairs} pairs, {time.process_time() - begun:.0f} processor seconds of runs"
    )
    judged = panel.judge.by_tier(chosen.homes(limits), rows)
    for at, criterion in enumerate(CRITERIA):
        mean = told.mean(axis=1)[:, at]
        if not np.ptp(mean):
            continue
        halves = rank(told[:, ::2, at].mean(axis=1), told[:, 1::2, at].mean(axis=1))
        said = "  ".join(
            f"{tier} {rank(scores.mean(axis=1)[:, at], mean):5.2f} (mean {scores[..., at].mean():8.2f})"
            for tier, scores in judged.items()
        )
        print(f"  {criterion:13} {said}  runs {mean.mean():8.2f}, halves {halves:.2f}")


def rank(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation."""
    return float(scipy.stats.spearmanr(one, other).statistic)


def main() -> None:
    """All series."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    mixes, pairs = (int(sys.argv[at]) if len(sys.argv) > at else usual for at, usual in ((2, 16), (3, 8)))
    for name, *_ in SERIES:
        series(open_session(Path(sys.argv[1])), name, mixes, pairs)


if __name__ == "__main__":
    main()
