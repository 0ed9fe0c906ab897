"""Chance that depends on what is drawn for, never on what was drawn before: the same household gets the same draw
whichever other buurten are made with it."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def uniform(numbers: NDArray[np.int64], purpose: str, seed: int) -> NDArray[np.float64]:
    """A number above 0 and below 1 for each of `numbers`, another for each purpose and seed.

    Source:  the mixing function of SplitMix64 (Steele, Lea and Flood 2014).
    """
    key = np.uint64((seed * 0x100000000 + zlib.crc32(purpose.encode())) & 0xFFFFFFFFFFFFFFFF)
    with np.errstate(over="ignore"):
        mixed = _mixed(numbers.astype(np.uint64) * _STEP + _mixed(np.array([key + _STEP]))[0])
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * (1.0 / (1 << 53))


def normal(numbers: NDArray[np.int64], purpose: str, seed: int) -> NDArray[np.float64]:
    """As `uniform`, from the standard normal distribution."""
    drawn: NDArray[np.float64] = ndtri(uniform(numbers, purpose, seed))
    return drawn


def order_within(group: NDArray[np.integer], score: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows in order of their group, and within it of their score. Groups are 0 or more."""
    # Below 1 whatever the score, so that one sort does for both keys.
    squashed = 0.5 + np.arctan(score) / 3.2
    return np.argsort(group + squashed, kind="stable")


def place_within(group_in_order: NDArray[np.integer], groups: int) -> NDArray[np.int64]:
    """Place (from 0) of each row within its group, for rows that stand in order of their group."""
    counts = np.bincount(group_in_order, minlength=groups)
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    return np.arange(len(group_in_order)) - first[group_in_order]


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * _FIRST
        x = (x ^ (x >> np.uint64(27))) * _SECOND
        return x ^ (x >> np.uint64(31))
