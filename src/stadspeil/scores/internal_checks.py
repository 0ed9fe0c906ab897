"""Whether the parts of a composite belong together: what each really weighs, what counts twice, what pulls the other way.

A weight on paper is not a weight in effect: a part that hardly differs, or that goes along with others, decides less or
more than it is given.
Sources:  Paruolo, Saisana & Saltelli 2013 (effective importance); Cronbach 1951.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

TWICE = 0.9


@dataclass(frozen=True)
class CompositeChecks:
    """Findings about a composite; `importance` and `correlation` by part, adding up to one and with the composite."""

    importance: dict[str, float]
    correlation: dict[str, float]
    alpha: float
    twice: tuple[tuple[str, str, float], ...]
    against: tuple[str, ...]
    areas: int


def check_composite(marks: np.ndarray, weights: np.ndarray, parts: Sequence[str]) -> CompositeChecks:
    """Checks on areas that have all parts. Shape: marks (n, k), weights (k,)."""
    known = ~np.isnan(marks).any(axis=1)
    complete = marks[known]
    score = complete @ (weights / weights.sum())
    importance = effective_importance(complete, score)
    between = _rank_correlations(np.column_stack([complete, score]))
    own, others = between[:-1, -1], between[:-1, :-1]
    twice = [
        (parts[one], parts[other], float(others[one, other]))
        for one in range(len(parts))
        for other in range(one + 1, len(parts))
        if abs(others[one, other]) > TWICE
    ]
    return CompositeChecks(
        dict(zip(parts, importance.tolist(), strict=True)), dict(zip(parts, own.tolist(), strict=True)),
        cronbach(complete), tuple(twice), tuple(part for part, r in zip(parts, own, strict=True) if r < 0), int(known.sum()),
    )  # fmt: skip


def effective_importance(marks: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Share of the differences in the composite that each part foretells by itself, made to add up to one."""
    whole = score.var()
    if whole == 0:
        return np.full(marks.shape[1], np.nan)
    found = np.array([_foretold(column, score) / whole for column in marks.T])
    return np.asarray(found / found.sum()) if found.sum() > 0 else found


def cronbach(marks: np.ndarray) -> float:
    """How much the parts measure one thing: 1 the same, 0 nothing in common, NaN for fewer than two parts."""
    k = marks.shape[1]
    whole = marks.sum(axis=1).var()
    return float(k / (k - 1) * (1 - marks.var(axis=0).sum() / whole)) if k > 1 and whole > 0 else float("nan")


def weights_for_importance(marks: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Weights at which the effective importances are nearest to the wanted shares. Shape: (n, k) and (k,) to (k,)."""
    share = wanted / wanted.sum()

    def miss(logs: np.ndarray) -> float:
        weights = np.exp(logs - logs.max())
        return float(((effective_importance(marks, marks @ (weights / weights.sum())) - share) ** 2).sum())

    start = np.log(np.maximum(share, 1e-3))
    found = minimize(miss, start, method="Nelder-Mead", options={"maxiter": 2000, "xatol": 1e-4, "fatol": 1e-9})
    weights = np.exp(found.x - found.x.max())
    return np.asarray(weights / weights.sum())


def _foretold(part: np.ndarray, score: np.ndarray) -> float:
    """Variance of the mean score given the part: by the share of a curve of the third degree that is beyond chance."""
    if part.std() == 0:
        return 0.0
    z = (part - part.mean()) / part.std()
    design = np.column_stack([np.ones_like(z), z, z**2, z**3])
    fitted = design @ np.linalg.lstsq(design, score, rcond=None)[0]
    rest = float(((score - fitted) ** 2).sum()) / max(1, len(score) - 4)
    return max(0.0, float(fitted.var()) - 3 * rest / len(score))


def _rank_correlations(columns: np.ndarray) -> np.ndarray:
    ranks = rankdata(columns, axis=0)
    moving = ranks.std(axis=0) > 0
    found = np.zeros((ranks.shape[1], ranks.shape[1]))
    found[np.ix_(moving, moving)] = np.corrcoef(ranks[:, moving], rowvar=False)
    return found
