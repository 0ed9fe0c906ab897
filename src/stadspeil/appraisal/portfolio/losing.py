"""What pairs of projects lose, as rows for a solver that knows sums only.

Whether a pair is done in years t and u is a product of two choices. In its place every pair gets an amount of its own,
lost >= 0, held from below by rows over the starts of both:

    lost >= L[t, u] + sum over v of a[v] x[one, v] + sum over w of b[w] x[other, w] - ...

one for each year t of the one, exact where it starts in t, and in no other case above what is lost. The whole-number
solution has the loss itself; the linear one less, which keeps its bound a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from stadspeil.appraisal.portfolio.problem import Floats, Ints, Loss, Problem

# A row that brings no pair of years more than this share nearer to what is lost is left out.
_NEAR = 1e-9


@dataclass(frozen=True)
class LossRows:
    """low <= matrix @ starts + lost of `pair`; amounts in the unit of the rows."""

    matrix: sparse.csr_matrix
    pair: Ints
    low: Floats


def loss_rows(problem: Problem, starts: Ints, unit: float) -> LossRows:
    """The rows of all losses of a problem.

    Shape:   starts n x 2, project and year of each column, as in `Rows`.
    """
    values, rows, columns, pairs, low = [], [], [], [], list[float]()
    for number, loss in enumerate(problem.losses):
        ours, theirs = (np.flatnonzero(starts[:, 0] == row) for row in (loss.one, loss.other))
        for own, other, most in cuts_of(loss, starts[ours, 1], starts[theirs, 1]):
            used = np.concatenate([ours, theirs])
            columns.append(used)
            values.append(-np.concatenate([own, other]) / unit)
            rows.append(np.full(len(used), len(low)))
            pairs.append(number)
            low.append(-most / unit)
    shape = (len(low), len(starts))
    if not low:
        return LossRows(sparse.csr_matrix(shape), np.zeros(0, dtype=np.int64), np.zeros(0))
    matrix = sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)
    return LossRows(matrix, np.array(pairs, dtype=np.int64), np.array(low))


def cuts_of(loss: Loss, ours: Ints, theirs: Ints) -> list[tuple[Floats, Floats, float]]:
    """Rows own, other, most: lost >= own[t] + other[u] - most where the two start in their years t and u, equal to what is
    lost for at least one row, more for none, and never above 0 where one of both is not done."""
    euro = loss.euro[np.ix_(ours, theirs)]
    reached, found = np.zeros_like(euro), list[tuple[Floats, Floats, float]]()
    slack = _NEAR * float(euro.max(initial=0.0))
    for row in np.argsort(-euro.sum(axis=1), kind="stable"):
        if (euro[row] - reached[row] <= slack).all():
            continue
        other = euro[row]
        most = float(other.max())
        own = most + np.minimum(0.0, (euro - other).min(axis=1))
        found.append((own, other, most))
        reached = np.maximum(reached, own[:, None] + other[None, :] - most)
    return found
