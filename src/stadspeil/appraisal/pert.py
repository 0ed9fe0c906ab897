"""The PERT distribution: what somebody believes who gives a lowest, a likely and a highest value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_PEAK = 4.0  # how much the likely value weighs beside the ends: the usual choice (Malcolm et al. 1959)


def pert(source: np.random.Generator, low: float, likely: float, high: float, draws: int) -> NDArray[np.float64]:
    """Draws of a PERT distribution; the value itself where lowest and highest are the same.

    Raises:  ValueError where the three are not in order.
    """
    if not low <= likely <= high:
        raise ValueError(f"PERT asks for low <= likely <= high, not {low}, {likely}, {high}")
    if low == high:
        return np.full(draws, low)
    width = high - low
    return low + width * source.beta(1 + _PEAK * (likely - low) / width, 1 + _PEAK * (high - likely) / width, draws)
