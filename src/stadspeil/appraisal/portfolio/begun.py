"""The same question asked otherwise: not in which year a project starts, but whether it has begun by the end of a year.

Of twenty starts one is chosen, so that a solver which forbids one of them learns next to nothing: the project starts a
year later. Begun by a year, or not yet, halves what is left; HiGHS then finds better plans and nearer bounds in a part of
the time (benchmarks/README.md). Costs of the years inside a project cancel, so that the rows are shorter too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from stadspeil.appraisal.portfolio.problem import Bools, Floats, Ints
from stadspeil.appraisal.portfolio.rows import Rows

# What is left of equal costs that cancel; rows are scaled to about 100.
_NOTHING = 1e-10


@dataclass(frozen=True)
class Begun:
    """low <= matrix @ columns <= high; the first columns are 1 where a project has begun by a year, the rest amounts.

    kept   m: numbers of the start columns that may be used, by project and year      opens  m: first of its project
    """

    kept: Ints
    opens: Bools
    cost: Floats
    lower: Floats
    upper: Floats
    matrix: sparse.csc_matrix
    low: Floats
    high: Floats

    def of_starts(self, columns: Floats, starts: int) -> Floats:
        """Columns of a plan, told as those of the starts and amounts, the first so many being starts."""
        summed = np.cumsum(columns[:starts][self.kept])
        before = np.concatenate([[0.0], summed])[np.flatnonzero(self.opens)]
        begun = summed - np.repeat(before, np.diff(np.append(np.flatnonzero(self.opens), len(self.kept))))
        return np.concatenate([begun, columns[starts:]])

    def to_starts(self, columns: Floats, starts: int) -> Floats:
        """The other way round: a start is where a project has begun and had not a year before."""
        begun = np.round(columns[: len(self.kept)])
        before = np.concatenate([[0.0], begun[:-1]]) if len(begun) else begun
        told = np.zeros(starts)
        told[self.kept] = np.where(self.opens, begun, begun - before)
        return np.concatenate([told, columns[len(self.kept) :]])


def begun_of(rows: Rows, kept: Bools | None) -> Begun:
    """Rows over what has begun; start columns that are not kept stay 0 and are left out."""
    n = len(rows.starts)
    numbers = np.arange(n) if kept is None else np.flatnonzero(kept)
    projects = rows.starts[numbers, 0]
    goes_on = projects[1:] == projects[:-1]
    opens = np.concatenate([np.ones(min(1, len(numbers)), dtype=bool), ~goes_on])
    later = np.flatnonzero(~opens)
    # A start is the step from not begun to begun.
    step = sparse.identity(len(numbers), format="csr") - sparse.csr_matrix(
        (np.ones(len(later)), (later, later - 1)), shape=(len(numbers), len(numbers))
    )
    amounts = rows.matrix.shape[1] - n
    told = rows.matrix[:, numbers] @ step
    told.data[np.abs(told.data) < _NOTHING] = 0.0
    told.eliminate_zeros()
    never_back = sparse.hstack([step[later], sparse.csr_matrix((len(later), amounts))])
    return Begun(
        numbers,
        opens,
        np.concatenate([step.T @ rows.cost[numbers], rows.cost[n:]]),
        np.concatenate([np.zeros(len(numbers)), rows.lower[n:]]),
        np.concatenate([np.ones(len(numbers)), rows.upper[n:]]),
        sparse.vstack([sparse.hstack([told, rows.matrix[:, n:]]), never_back]).tocsc(),
        np.concatenate([rows.low, np.zeros(len(later))]),
        np.concatenate([rows.high, np.full(len(later), np.inf)]),
    )
