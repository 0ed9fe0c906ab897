"""Chance without a sequence: every draw is a hash of the seed, a lasting number, the month and what it is for.

So a household draws the same in any order, on any number of threads, and in two runs that differ elsewhere.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from stadspeil.simulation.world import Numbers

_ALL = 0xFFFFFFFFFFFFFFFF
_FIRST, _SECOND, _STEP = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15
FIRST, SECOND, STEP = np.uint64(_FIRST), np.uint64(_SECOND), np.uint64(_STEP)
_SHIFT_30, _SHIFT_27, _SHIFT_31, _SHIFT_11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
GUMBELS = 65_536


class Purpose(IntEnum):
    """What a draw is for; each has a stream of its own."""

    TASTE = 1
    SLOTS = 2
    STAY = 3
    TIE = 4
    SEARCH = 5
    SEARCH_MONTH = 6
    BACKLOG = 7
    TURNAROUND = 8
    STAY_BEHIND = 9
    BIRTH = 10
    DEATH = 11
    INSTITUTION = 12
    EMIGRATION = 13
    SEPARATION = 14
    LEAVING_HOME = 15
    UNION = 16
    EVENT_MONTH = 17
    RANK = 18
    CHILD_AGE = 19
    RETURN_HOME = 20
    NEW_NUMBER = 21
    ARRIVAL = 22
    ARRIVAL_TOWN = 23
    ARRIVAL_KIND = 24
    ARRIVAL_AGE = 25
    ARRIVAL_RANK = 26
    URGENT = 27
    SLOT_OF_HOME = 28
    LOCAL = 29
    CHOSEN_HOMES = 30
    RETURN_RIGHT = 31
    REGISTERED = 32
    BIRTH_SEARCH = 33
    BACKLOG_MONTH = 34


@njit(cache=True, inline="always")
def mix(x: np.uint64) -> np.uint64:
    """One 64-bit number made from another, so that near ones come far apart (the finalizer of SplitMix64)."""
    x = (x ^ (x >> _SHIFT_30)) * FIRST
    x = (x ^ (x >> _SHIFT_27)) * SECOND
    return x ^ (x >> _SHIFT_31)


def _mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * _FIRST) & _ALL
    x = ((x ^ (x >> 27)) * _SECOND) & _ALL
    return x ^ (x >> 31)


def stream(seed: int, purpose: Purpose, month: int = 0) -> np.uint64:
    """Key of the draws of one purpose in one month of one run."""
    key = _mix((seed * _STEP + 1) & _ALL)
    key = _mix((key + int(purpose) * _STEP) & _ALL)
    return np.uint64(_mix((key + (month + 40_000) * _STEP) & _ALL))


@njit(cache=True, nogil=True)
def draws(numbers: Numbers, key: np.uint64) -> NDArray[np.float64]:
    """A number between 0 and 1 for each lasting number, from the stream of the key."""
    drawn = np.empty(len(numbers))
    for row in range(len(numbers)):
        drawn[row] = (float(mix(mix(np.uint64(numbers[row])) ^ key) >> _SHIFT_11) + 0.5) * 2.0**-53
    return drawn


@njit(cache=True, nogil=True)
def mixed_numbers(numbers: Numbers) -> NDArray[np.uint64]:
    """Lasting numbers, mixed: what pairs of a household and a dwelling are hashed from."""
    mixed = np.empty(len(numbers), np.uint64)
    for row in range(len(numbers)):
        mixed[row] = mix(np.uint64(numbers[row]))
    return mixed


@njit(cache=True, nogil=True)
def new_numbers(numbers: Numbers, key: np.uint64) -> Numbers:
    """Lasting numbers (62 bits, odd, so never zero) that follow from others."""
    made = np.empty(len(numbers), np.int64)
    for row in range(len(numbers)):
        made[row] = np.int64(mix(mix(np.uint64(numbers[row])) ^ key) >> np.uint64(2)) | 1
    return made


@cache
def gumbel_table() -> NDArray[np.float32]:
    """Quantiles of the Gumbel distribution in the middle of equal steps: a look-up is cheaper than two logarithms."""
    middles = (np.arange(GUMBELS) + 0.5) / GUMBELS
    return (-np.log(-np.log(middles))).astype(np.float32)
