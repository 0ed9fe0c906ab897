"""Main components of marks, and the turn (varimax) after which each part loads on as few of them as can be.

Sources:  Kaiser 1958; OECD/JRC Handbook 2008, step 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Components that explain less than one part on average are noise (Kaiser's rule).
_KAISER = 1.0
_SWEEPS = 200
_STILL = 1e-10


@dataclass(frozen=True)
class Components:
    """Loadings (k parts, components kept), the variance of all components, and the share that the kept ones explain."""

    loadings: np.ndarray
    variances: np.ndarray
    explained: float


def principal_loadings(marks: np.ndarray, components: int | None = None) -> Components:
    """Correlations of parts with the main components. Shape: complete marks (n, k), every part differing somewhere."""
    standard = (marks - marks.mean(axis=0)) / marks.std(axis=0)
    values, vectors = np.linalg.eigh(standard.T @ standard / len(standard))
    values, vectors = np.clip(values[::-1], 0, None), vectors[:, ::-1]
    # Half of a rounding error must not lose a component of exactly one.
    kept = components or max(1, int((values >= _KAISER - 1e-9).sum()))
    return Components(vectors[:, :kept] * np.sqrt(values[:kept]), values, float(values[:kept].sum() / values.sum()))


def varimax(loadings: np.ndarray) -> np.ndarray:
    """Loadings turned so that the squares within a component differ as much as can be; sums of squares per part stay.

    Turned two components at a time by the angle that is best for that pair; parts count alike (Kaiser's normalisation).
    """
    size = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned = np.divide(loadings, size, out=np.zeros_like(loadings), where=size > 0)
    for _ in range(_SWEEPS):
        largest = 0.0
        for one in range(turned.shape[1]):
            for other in range(one + 1, turned.shape[1]):
                angle = _best_angle(turned[:, one], turned[:, other])
                along, across = np.cos(angle), np.sin(angle)
                pair = turned[:, [one, other]]
                turned[:, [one, other]] = pair @ np.array([[along, -across], [across, along]])
                largest = max(largest, abs(angle))
        if largest < _STILL:
            break
    return turned * size


def _best_angle(first: np.ndarray, second: np.ndarray) -> float:
    """Kaiser's angle: where the fourth powers of the pair are largest beside their squares."""
    difference, product = first**2 - second**2, 2 * first * second
    parts = len(first)
    across = 2 * (difference @ product - difference.sum() * product.sum() / parts)
    along = difference @ difference - product @ product - (difference.sum() ** 2 - product.sum() ** 2) / parts
    # Where nothing is gained by turning the angle is undefined, and stays nought.
    return float(np.arctan2(across, along) / 4) if np.hypot(across, along) > _STILL else 0.0
