"""Holds chains and flows against the microsimulation: python benchmarks/bench_surrogates.py WERKMAP [mixes] [pairs] [series]

Mixes of new homes of six towns of Nieuwland with what lies around them, and of one alone (a demo workspace): rank
correlation of each tier with the runs per count, and of one half of the pairs with the other (decision 43, `balans_rang_*` in
catalogue/parameters/balance.toml). Then what each tier is off by, and how many of the runs' means lie inside its interval of
80 % without and with that, each town by what the others say (decision 45, `balans_misfit_*`). About fifteen processor minutes.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

from stadspeil.cli.balancing import Running, Wishes, _confirmer, _known
from stadspeil.cli.sessions import Session, open_session
from stadspeil.simulation.flow_surrogate import FLOWS
from stadspeil.simulation.judging import Judges, panel_of
from stadspeil.simulation.misfit import Misfit, misfit_of
from stadspeil.simulation.mixes import BuildingSite, Limits, programme_of_mix, sampled
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.surrogate import CHAINS, CRITERIA, Town, surrogate_of
from stadspeil.simulation.synthesis import synthesize

Floats = NDArray[np.float64]
FOUR, THREE = (0.05, 0.35, 0.65, 0.95), (0.15, 0.5, 0.85)
# Town, who lives in the population beside it, homes, seed, and where sites lie among buurten by low incomes.
SERIES = (
    ("A", "GM9002", "GM9001 GM9003 GM9008 GM9009", 400, 1, FOUR),
    ("B", "GM9003", "GM9001 GM9002 GM9004 GM9006 GM9014", 300, 2, THREE),
    ("C", "GM9002", "", 300, 3, FOUR),
    ("D", "GM9004", "GM9003 GM9006 GM9014", 300, 11, FOUR),
    ("E", "GM9008", "GM9001 GM9002 GM9009", 350, 12, THREE),
    ("F", "GM9001", "GM9002 GM9003 GM9008", 400, 13, FOUR),
    ("G", "GM9009", "GM9001 GM9002 GM9008", 250, 14, THREE),
)
YEARS = 4


@dataclass(frozen=True)
class Held:
    """One series: scores per tier [mixes, draws, 5], runs [mixes, pairs, 5], and what a hundred homes weigh [5]."""

    judged: dict[str, Floats]
    runs: Floats
    scale: Floats


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


def series(session: Session, name: str, mixes: int, pairs: int) -> Held:
    """One series, printed."""
    _, town, beside, homes, seed, places = next(each for each in SERIES if each[0] == name)
    wishes = Wishes(town, homes, YEARS, Path(), (), seed)
    running = Running(confirm=pairs, region=bool(beside))
    world = synthesize(
        session.workspace, session.catalogue, [town, *beside.split()], seed=seed if seed > 10 else 1
    ).world
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
    of_one = misfit_of(session.catalogue, panel.judge.tiers, homes, float(known.income.sum()))
    hundred = misfit_of(session.catalogue, panel.judge.tiers, 100, 10_000)
    return Held(judged, told, of_one.level / hundred.level)


def off_by(held: Held, tier: str) -> tuple[Floats, Floats, int]:
    """Squares of what all mixes are off alike and of what each is off besides, less what the tier's own draws say, [5] each,
    and how many mixes."""
    scores, runs = held.judged[tier] / held.scale, held.runs / held.scale
    off = runs.mean(axis=1) - scores.mean(axis=1)
    alike, each = scores.mean(axis=0).var(axis=0), (scores - scores.mean(axis=0)).var(axis=1).mean(axis=0)
    return np.maximum(off.mean(axis=0) ** 2 - alike, 0), off.var(axis=0, ddof=1) - each, len(off)


def pooled(parts: list[tuple[Floats, Floats, int]]) -> Misfit:
    """Of some towns together, per hundred homes."""
    weights = np.array([count - 1 for *_, count in parts], dtype=float)
    own = np.average([each for _, each, _ in parts], axis=0, weights=weights)
    level = np.mean([alike for alike, *_ in parts], axis=0)
    return Misfit(np.sqrt(level), np.sqrt(np.maximum(own, 0)), np.zeros(len(CRITERIA)))


def inside(scores: Floats, runs: Floats) -> Floats:
    """Part of the runs' means between the 10th and 90th percentile, per criterion."""
    low, high = np.percentile(scores, (10, 90), axis=1)
    mean = runs.mean(axis=1)
    return np.asarray(((mean >= low) & (mean <= high)).mean(axis=0))


def told_of_misfit(held: list[Held]) -> None:
    """Per tier and criterion what it is off by, and the part inside before and after, each town by the others."""
    for tier in (CHAINS, FLOWS):
        parts = [off_by(each, tier) for each in held]
        whole, before, after = pooled(parts), [], []
        for at, each in enumerate(held):
            others = pooled(parts[:at] + parts[at + 1 :])
            wide = replace(others, level=others.level * each.scale, own=others.own * each.scale)
            before.append(inside(each.judged[tier], each.runs))
            after.append(inside(wide.laid_over(each.judged[tier], np.random.default_rng(at)), each.runs))
        for at, criterion in enumerate(CRITERIA):
            print(
                f"{tier:8} {criterion:13} level {whole.level[at]:7.3f} own {whole.own[at]:6.3f}  inside "
                f"{np.mean(before, axis=0)[at]:.2f} -> {np.mean(after, axis=0)[at]:.2f}"
            )


def rank(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation."""
    return float(scipy.stats.spearmanr(one, other).statistic)


def main() -> None:
    """All series."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    mixes, pairs = (int(sys.argv[at]) if len(sys.argv) > at else usual for at, usual in ((2, 16), (3, 8)))
    chosen = sys.argv[4] if len(sys.argv) > 4 else "".join(name for name, *_ in SERIES)
    session = open_session(Path(sys.argv[1]))
    held = {name: series(session, name, mixes, pairs) for name, *_ in SERIES if name in chosen}
    # A town alone keeps all chains within, which no surrogate says.
    if len(whole := [each for name, each in held.items() if name != "C"]) > 1:
        told_of_misfit(whole)


if __name__ == "__main__":
    main()
