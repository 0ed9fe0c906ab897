"""Moves between areas as a doubly constrained gravity model: balanced, and estimated from a matrix of moves.

    F[m, n] = A[m] O[m] B[n] D[n] f(d[m, n]),  f(d) = exp(-b ln(1 + d) - g d)

A and B make every area send O and receive D. Given b and g the A and B that balance to the observed sums are also
those of greatest likelihood, so that a Poisson regression needs a search over b and g alone. NumPy alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.floating]

# Relative miss of the sums at which balancing stops, and the most rounds of it.
_CLOSE, _ROUNDS = 1e-6, 500


@dataclass(frozen=True)
class Balanced:
    """Factors that balance: flows are `row[:, None] * friction * column[None, :]`.

    rounds  that it took      miss  largest relative miss of a sum of a row when it stopped
    """

    row: AnyFloats
    column: AnyFloats
    rounds: int
    miss: float

    def flows(self, friction: AnyFloats) -> AnyFloats:
        """The balanced matrix."""
        return self.row[:, None] * friction * self.column[None, :]


@dataclass(frozen=True)
class Friction:
    """What distance does to moves: f = exp(-bend ln(1 + km) - slope km).

    bend, slope              estimates
    bend_error, slope_error  standard errors, widened by `scatter` where that is above 1
    scatter                  Pearson chi-square per degree of freedom: 1 if moves were Poisson, more if areas differ otherwise
    pairs                    pairs of areas in the estimate       rounds  of Newton's method
    """

    bend: float
    slope: float
    bend_error: float
    slope_error: float
    scatter: float
    pairs: int
    rounds: int

    def at(self, distance: AnyFloats) -> AnyFloats:
        """Friction at distances in km."""
        return friction(distance, self.bend, self.slope)


def friction(distance: AnyFloats, bend: float, slope: float) -> AnyFloats:
    """exp(-bend ln(1 + km) - slope km), in the precision of the distances."""
    return np.exp(-bend * np.log1p(distance) - slope * distance)


def furness(
    origins: AnyFloats, destinations: AnyFloats, weights: AnyFloats, *, close: float = _CLOSE, rounds: int = _ROUNDS
) -> Balanced:
    """Factors that give a matrix of weights these sums of rows and columns (Furness 1965, IPF).

    Works in the precision of `weights`: single halves the time of thousands of areas.
    Raises:  QuestionError when sums are negative, do not add up to the same, or an area cannot reach or be reached.
    """
    _refuse_sums(origins, destinations, weights)
    kind = weights.dtype
    origins, destinations = origins.astype(kind), destinations.astype(kind)
    column = (destinations > 0).astype(kind)
    row = np.zeros_like(origins)
    miss = np.inf
    done = 0
    for done in range(1, rounds + 1):
        reach = weights @ column
        sums = row * reach
        miss = float(np.max(np.abs(sums - origins) / np.maximum(origins, 1e-30), where=origins > 0, initial=0.0))
        if done > 1 and miss < close:
            break
        row = np.divide(origins, reach, out=np.zeros_like(origins), where=reach > 0)
        reach = row @ weights
        column = np.divide(destinations, reach, out=np.zeros_like(destinations), where=reach > 0)
    return Balanced(row, column, done, miss)


def fit_friction(
    flows: Floats, distance: Floats, *, used: NDArray[np.bool_] | None = None, shape: tuple[bool, bool] = (True, True)
) -> Friction:
    """Friction from a matrix of moves by doubly constrained Poisson regression.

    Shape:   flows[m, n] from m to n, distance in km; `used` says which pairs count (without it: all but the diagonal).
             `shape` says whether the bend and the slope are estimated; one that is not is zero.
    Raises:  QuestionError when flows are negative or too few to tell.
    Source:  Flowerdew and Aitkin 1982; the balancing factors are profiled out, which gives the same estimates and errors
             as a regression with a dummy per origin and per destination.
    """
    used = ~np.eye(len(flows), dtype=bool) if used is None else used
    counted = np.where(used, flows, 0.0)
    if (
        not np.all(np.isfinite(counted))
        or counted.min() < 0
        or np.count_nonzero(counted) < sum(shape) + 3
        or not any(shape)
    ):
        raise QuestionError(
            "wrijving van afstand",
            "verplaatsingen zijn negatief of te weinig om iets te zeggen",
            "geef een volle matrix",
        )
    rows, columns = counted.sum(axis=1), counted.sum(axis=0)
    measures = np.stack([np.log1p(distance), distance])[list(shape)]
    x = np.zeros(len(measures))
    # A start that is near: distance falls off over the mean observed one.
    x[-1] = 1.0 / max(float((counted * measures[-1]).sum() / counted.sum()), 1e-9)

    def expected(at: Floats) -> Floats:
        weights = np.where(used, np.exp(-np.tensordot(at, measures, 1)), 0.0)
        return np.asarray(furness(rows, columns, weights, close=1e-10, rounds=5000).flows(weights), dtype=np.float64)

    information = np.eye(len(x))
    done = 0
    mean = expected(x)
    while done < 50:
        done += 1
        score = -((counted - mean) * measures).sum(axis=(1, 2))
        information = _information(mean, measures)
        change: Floats = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
        x, mean = _shortened(x, change, expected, counted)
        if np.abs(change).max() < 1e-8 * (1 + np.abs(x).max()):
            break
    return _friction(x, information, (counted, mean, used), shape, done)


def destination_constants(
    simulate: Callable[[Floats], Floats], observed: Floats, *, rounds: int = 20, close: float = 1e-3, step: float = 1.0
) -> tuple[Floats, float]:
    """Constants per destination under which a model sends there what was observed, by contraction: d += step ln(observed / simulated).

    `simulate` gives arrivals per destination under constants. Gives the constants, with mean zero over destinations that
    received anybody, and the largest relative miss. Destinations without arrivals keep minus infinity.
    Source:  Berry, Levinsohn and Pakes 1995.
    """
    some = observed > 0
    constants = np.where(some, 0.0, -np.inf)
    miss = np.inf
    for turn in range(rounds + 1):
        made = simulate(constants)
        miss = float(np.abs(made[some] / observed[some] - 1).max())
        if miss < close or turn == rounds:
            break
        constants[some] += step * np.log(observed[some] / np.maximum(made[some], 1e-12))
        constants[some] -= constants[some].mean()
    return constants, miss


def _shortened(
    x: Floats, change: Floats, expected: Callable[[Floats], Floats], counted: Floats
) -> tuple[Floats, Floats]:
    """A Newton step, halved until the likelihood does not fall."""
    before = _likelihood(expected(x), counted)
    for _ in range(30):
        mean = expected(x + change)
        if _likelihood(mean, counted) >= before - 1e-9 * abs(before):
            break
        change = change / 2
    return x + change, mean


def _likelihood(mean: Floats, counted: Floats) -> float:
    some = counted > 0
    return float((counted[some] * np.log(np.maximum(mean[some], 1e-300))).sum() - mean.sum())


def _information(mean: Floats, measures: Floats) -> Floats:
    """Information on the measures after what origins and destinations explain of them: weighted residuals of both."""
    rows, columns = mean.sum(axis=1), mean.sum(axis=0)
    share = mean / np.maximum(rows, 1e-300)[:, None]
    left = np.diag(columns) - mean.T @ share
    residuals = []
    for measure in measures:
        weighted = mean * measure
        right = weighted.sum(axis=0) - share.T @ weighted.sum(axis=1)
        of_columns = np.linalg.lstsq(left, right, rcond=1e-12)[0]
        of_rows = (weighted.sum(axis=1) - mean @ of_columns) / np.maximum(rows, 1e-300)
        residuals.append(measure - of_rows[:, None] - of_columns[None, :])
    return np.array([[(mean * one * two).sum() for two in residuals] for one in residuals])


def _friction(
    x: Floats, information: Floats, fit: tuple[Floats, Floats, NDArray[np.bool_]], shape: tuple[bool, bool], done: int
) -> Friction:
    counted, mean, used = fit
    possible = used & (mean > 0)
    areas = int(np.count_nonzero(mean.sum(axis=1))) + int(np.count_nonzero(mean.sum(axis=0)))
    free = int(np.count_nonzero(possible)) - areas + 1
    pearson = float(((counted - mean)[possible] ** 2 / mean[possible]).sum())
    scatter = pearson / max(free - len(x), 1)
    errors = np.sqrt(np.diag(np.linalg.inv(information)) * max(scatter, 1.0))
    told, wide = np.zeros(2), np.zeros(2)
    told[list(shape)], wide[list(shape)] = x, errors
    return Friction(
        float(told[0]), float(told[1]), float(wide[0]), float(wide[1]), scatter, int(np.count_nonzero(possible)), done
    )


def _refuse_sums(origins: AnyFloats, destinations: AnyFloats, weights: AnyFloats) -> None:
    problems = []
    for name, sums in (("vertrek", origins), ("komst", destinations)):
        if not np.all(np.isfinite(sums)) or np.any(sums < 0):
            problems.append(f"{name} is ergens negatief of geen getal")
    sent, received = float(origins.sum()), float(destinations.sum())
    if not problems and abs(sent - received) > 1e-6 * max(sent, received, 1e-30):
        problems.append(f"er vertrekken {sent:g} en er komen {received:g}; verwacht evenveel")
    if weights.shape != (len(origins), len(destinations)):
        problems.append(f"wrijving is {weights.shape}, verwacht {(len(origins), len(destinations))}")
    elif not problems:
        lost = int(np.count_nonzero((weights @ (destinations > 0) <= 0) & (origins > 0)))
        lost += int(np.count_nonzero(((origins > 0) @ weights <= 0) & (destinations > 0)))
        if lost:
            problems.append(f"{lost} gebieden kunnen niets bereiken of niet bereikt worden")
    if problems:
        raise QuestionError("verhuisstromen", problems, "maak de sommen gelijk en de wrijving groter dan nul")
