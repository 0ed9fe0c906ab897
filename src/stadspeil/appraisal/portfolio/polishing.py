"""A plan improved a part at a time: some projects are free, the others stay as they are, and HiGHS finds the best of that.

A question about forty projects is answered in a second where that about two hundred is not in minutes. Which projects are
free goes by turns: by lot, or those around one year, for these compete for the same money.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from stadspeil.appraisal.portfolio.highs import SEED, Run, run_highs
from stadspeil.appraisal.portfolio.problem import Bools, Ints
from stadspeil.appraisal.portfolio.rows import Rows

_FREE = 40
# A part that asks more than this is left with the plan that it has.
_NODES = 6
_GAP = 5e-4
# Years by which a project may lie off and still be taken as near.
_LOOSE = 4.0
# After so many parts in a row without a better plan the rest of the time is of more use elsewhere.
_IN_VAIN = 8


def improved(
    rows: Rows, best: Run, useful: Callable[[], Bools], work: float, until: float, turns: int = 0
) -> Iterator[Run]:
    """What each part gave: a better plan, or none that is better. Each part begins from the best plan so far.

    useful  the start columns that a plan better than the best so far can use
    work    steps of the simplex at most     until  as time.monotonic() tells     turns  rounds before this one
    """
    source = np.random.default_rng([SEED, turns])
    projects = rows.starts[:, 0]
    names = np.unique(projects)
    turn, in_vain, done = 0, 0, 0
    while len(names) > 1 and in_vain < _IN_VAIN and done < work and time.monotonic() < until:
        chosen = best.columns[: len(projects)] > 0.5
        drawn = source.permutation(names) if turn % 2 else _around(source, rows, chosen, names)
        kept = chosen | (np.isin(projects, drawn[:_FREE]) & useful())
        seconds = max(0.0, until - time.monotonic())
        run = run_highs(rows, whole=True, kept=kept, gap=_GAP, seconds=seconds, start=best.columns, nodes=_NODES)
        turn, in_vain, done = turn + 1, in_vain + 1, done + run.steps
        if run.found and run.value < best.value - abs(best.value) * 1e-9:
            best, in_vain = run, 0
        yield run


def _around(source: np.random.Generator, rows: Rows, chosen: Bools, names: Ints) -> Ints:
    """Projects by how near to some year they start; who is not in the plan lies anywhere."""
    projects, years = rows.starts.T
    middle = source.integers(years.min(), years.max() + 1)
    start = dict(zip(projects[chosen].tolist(), years[chosen].tolist(), strict=True))
    far = 3 * _LOOSE
    apart = np.array([
        abs(start[name] - middle) + source.uniform(0, _LOOSE) if name in start else source.uniform(0, far)
        for name in names.tolist()
    ])  # fmt: skip
    return names[np.argsort(apart, kind="stable")]
