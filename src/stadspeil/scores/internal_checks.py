"""Whether the parts of a composite belong together: what each really weighs, what counts twice, what pulls the other way.

A weight on paper is not a weight in effect: a part that hardly differs, or that goes along with others, decides less or
more than it is given.
Sources:  Paruolo, Saisana & Saltelli 2013 (effective importance); Cronbach 1951.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from scipy.optimize import minimize

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
    return _importance(_curves(marks), score)


def _importance(curves: np.ndarray, score: np.ndarray) -> np.ndarray:
    found = _foretold(curves, score) / score.var()
    return np.asarray(found / found.sum()) if found.sum() > 0 else found


def cronbach(marks: np.ndarray) -> float:
    """How much the parts measure one thing: 1 the same, 0 nothing in common, NaN for fewer than two parts."""
    k = marks.shape[1]
    whole = marks.sum(axis=1).var()
    return float(k / (k - 1) * (1 - marks.var(axis=0).sum() / whole)) if k > 1 and whole > 0 else float("nan")


def weights_for_importance(marks: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Weights at which the effective importances are nearest to the wanted shares. Shape: (n, k) and (k,) to (k,)."""
    share = wanted / wanted.sum()

    curves = _curves(marks)

    def miss(logs: np.ndarray) -> float:
        weights = np.exp(logs - logs.max())
        return float(((_importance(curves, marks @ (weights / weights.sum())) - share) ** 2).sum())

    start = np.log(np.maximum(share, 1e-3))
    found = minimize(miss, start, method="Nelder-Mead", options={"maxiter": 2000, "xatol": 1e-4, "fatol": 1e-9})
    weights = np.exp(found.x - found.x.max())
    return np.asarray(weights / weights.sum())


def _curves(marks: np.ndarray) -> np.ndarray:
    """Per part the curves of the third degree that it can draw, orthonormal. Shape: (n, k) to (k, n, 3); 0 if alike."""
    spread = marks.std(axis=0)
    z = (marks - marks.mean(axis=0)) / np.where(spread > 0, spread, 1)
    design = np.stack([np.ones_like(z), z, z**2, z**3], axis=2).transpose(1, 0, 2)
    curves, steps = np.linalg.qr(design)
    # Of a part with few different values a higher power adds nothing new, and its curve would be of rounding.
    new = np.abs(np.diagonal(steps, axis1=1, axis2=2)) > 1e-9 * np.sqrt(len(marks))
    return np.asarray(np.where(new[:, None, 1:], curves[:, :, 1:], 0.0))


def _foretold(curves: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Variance of the mean score given each part: by the share of its curve that is beyond chance. Shape: to (k,)."""
    centred = score - score.mean()
    fitted = ((centred @ curves) ** 2).sum(axis=1)
    rest = (float(centred @ centred) - fitted) / max(1, len(score) - 4)
    return np.asarray(np.clip(fitted - 3 * rest, 0, None) / len(score))


def _rank_correlations(columns: np.ndarray) -> np.ndarray:
    ranks = scipy.stats.rankdata(columns, axis=0)
    moving = ranks.std(axis=0) > 0
    found = np.zeros((ranks.shape[1], ranks.shape[1]))
    found[np.ix_(moving, moving)] = np.corrcoef(ranks[:, moving], rowvar=False)
    return found
