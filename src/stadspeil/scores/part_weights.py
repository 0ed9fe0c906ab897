"""Weights of the parts of a composite that come from the data: main components, entropy, regression on a target.

A weight from data says how parts hang together, never how much they matter; the report shows it beside equal weights.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

# Components that explain less than one part on average are noise (Kaiser's rule).
_KAISER = 1.0
_FOLDS = 5
_PENALTIES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def pca_weights(marks: np.ndarray) -> np.ndarray:
    """Weights by the squared loadings of the components worth keeping, each by its share of the variance.

    Shape:   complete marks (n, k) to (k,), adding up to one. A part that never differs weighs nothing.
    Source:  OECD/JRC Handbook 2008, step 6 (without rotation: squared loadings are summed over components).
    """
    spread = marks.std(axis=0)
    moving = spread > 0
    weights = np.zeros(marks.shape[1])
    if not moving.any():
        return weights
    standard = (marks[:, moving] - marks[:, moving].mean(axis=0)) / spread[moving]
    values, vectors = np.linalg.eigh(standard.T @ standard / len(standard))
    kept = values >= min(_KAISER, values.max()) - 1e-9
    loadings = vectors[:, kept] ** 2 * values[kept]
    shares = loadings / loadings.sum(axis=0) * (values[kept] / values[kept].sum())
    weights[moving] = shares.sum(axis=1)
    return weights / weights.sum()


def entropy_weights(marks: np.ndarray) -> np.ndarray:
    """Weights by how unequally a part is spread over the areas: what is alike everywhere tells nobody apart.

    Shape:   complete marks (n, k), above zero, to (k,), adding up to one; zeros where nothing differs.
    Source:  Shannon's entropy as in Hwang & Yoon 1981, 'Multiple Attribute Decision Making'.
    """
    shares = marks / marks.sum(axis=0)
    entropy = -(shares * np.log(shares)).sum(axis=0) / np.log(len(marks))
    told = np.clip(1 - entropy, 0, None)
    told[told < 1e-12] = 0
    return told / told.sum() if told.sum() > 0 else told


def regression_weights(marks: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Weights with which the parts foretell a target best, none below zero; the penalty by five-fold prediction.

    Shape:   complete marks (n, k) and target marks (n,) to (k,), adding up to one; zeros where nothing foretells.
    Source:  ridge regression with the sign constraint of a judgement, as the Leefbaarometer weighs by a target.
    """
    centred, goal = marks - marks.mean(axis=0), target - target.mean()
    errors = [_prediction_error(marks, target, penalty) for penalty in _PENALTIES]
    found = _ridge(centred, goal, _PENALTIES[int(np.argmin(errors))])
    return found / found.sum() if found.sum() > 0 else found


def _ridge(centred: np.ndarray, goal: np.ndarray, penalty: float) -> np.ndarray:
    parts = centred.shape[1]
    rows = np.vstack([centred, np.sqrt(penalty * len(goal) / parts) * np.eye(parts)])
    return np.asarray(nnls(rows, np.concatenate([goal, np.zeros(parts)]))[0])


def _prediction_error(marks: np.ndarray, target: np.ndarray, penalty: float) -> float:
    """Squared error over areas that were left out, every fifth at a time."""
    fold = np.arange(len(target)) % _FOLDS
    total = 0.0
    for each in range(_FOLDS):
        seen, left = fold != each, fold == each
        if not left.any() or not seen.any():
            continue
        middle, level = marks[seen].mean(axis=0), target[seen].mean()
        weights = _ridge(marks[seen] - middle, target[seen] - level, penalty)
        total += float(((target[left] - level - (marks[left] - middle) @ weights) ** 2).sum())
    return total


def outranking(marks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Copeland scores: per area the share of others that it beats, less the share that beat it, -1 to 1.

    One area beats another where it is ahead in more than half of the weight of the parts that both have; no part
    makes up for another. Shape: marks (n, k), NaN where missing, to (n,); NaN for an area without any part.
    Source:  Copeland 1951, as the OECD/JRC Handbook's non-compensatory rule.
    """
    ahead = np.zeros((len(marks), len(marks)))
    for column, weight in zip(marks.T, weights, strict=True):
        difference = np.nan_to_num(column[:, None] - column[None, :])
        ahead += weight * np.sign(np.where(np.abs(difference) < 1e-9, 0, difference))
    scores = np.sign(np.where(np.abs(ahead) < 1e-9, 0, ahead)).sum(axis=1) / max(1, len(marks) - 1)
    return np.where(np.isnan(marks).all(axis=1), np.nan, scores)
