"""Calibration by history matching: which coefficients give numbers that agree with what was published.

A design of points in the box of believed values is run; a quadratic emulator per moment says what the mean of many runs
would be elsewhere, and how sure; points of which some moment lies too far from its target are ruled out; later waves look
in what is left, and emulators are made anew there; at the end draws are taken in proportion to how well they agree. Not one
best value, but all that are not ruled out. The chance of a single run is no reason to let a point pass: it is taken off.

Sources: Craig, Goldstein, Seheult and Smith (1997) and Vernon, Goldstein and Bower (2010), history matching;
Pukelsheim (1994), three standard deviations hold 95 per cent of any unimodal distribution; Beaumont, Zhang and
Balding (2002), approximate Bayesian computation with regression; Del Moral, Doucet and Jasra (2006), sequential Monte Carlo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]

RULED_OUT = 3.0  # standard deviations; Pukelsheim's rule
_WHOLE = 16_384
_RIDGE = 1e-6
_PARTICLES, _TEMPERS, _WALKS = 2048, 12, 6
# Of the spread of what is left, the step of a walk that mixes best in many dimensions, times their root (Roberts et al. 1997).
_STEP = 2.38
# Later waves look around the draws, not only at them.
_WIDE = 0.3


@dataclass(frozen=True)
class Aim:
    """A moment to agree with: its value, the standard deviation that still agrees, and how much it counts."""

    name: str
    value: float
    error: float
    weight: float = 1.0


@dataclass(frozen=True)
class Box:
    """The believed values of some coefficients: names, lowest and highest, [k]."""

    names: tuple[str, ...]
    low: Floats
    high: Floats

    def scaled(self, points: Floats) -> Floats:
        """Points [n, k] as -1 to 1."""
        return 2 * (points - self.low) / (self.high - self.low) - 1

    def at(self, parts: Floats) -> Floats:
        """Parts of the box, 0 to 1, [n, k], as values."""
        return self.low + parts * (self.high - self.low)


def design(box: Box, count: int, seed: int) -> Floats:
    """Points that fill the box evenly, [count, k]: a scrambled Sobol sequence, the same for the same seed."""
    sobol = scipy.stats.qmc.Sobol(len(box.names), scramble=True, rng=np.random.default_rng(seed))
    return box.at(sobol.random(int(2 ** np.ceil(np.log2(max(count, 2)))))[:count])


@dataclass(frozen=True)
class Emulator:
    """What one moment would be at a point, in the mean of many runs: a quadratic surface with its misfit. Fit by `emulate`.

    noise  standard deviation of that mean around the surface
    """

    box: Box
    coefficients: Floats
    covariance: Floats
    noise: float

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the moment at points [n, k]: of what is not known of the surface, and of its misfit."""
        terms = _terms(self.box.scaled(points))
        return terms @ self.coefficients, ((terms @ self.covariance) * terms).sum(axis=1) + self.noise**2


def emulate(box: Box, points: Floats, values: Floats, chance: float = 0.0) -> Emulator:
    """A quadratic surface through values [n] at points [n, k], by least squares.

    chance  standard deviation of a value by the chance of its runs, which is no misfit of the surface
    Raises:  QuestionError where there are fewer runs than the surface has terms and two more.
    """
    terms = _terms(box.scaled(points))
    count, free = terms.shape
    if count < free + 2:
        raise QuestionError(
            "ijking", f"{count} proefruns bij {len(box.names)} coëfficiënten; er zijn er ten minste {free + 2} nodig",
            "vraag meer proefruns of ijk minder coëfficiënten",
        )  # fmt: skip
    squares = terms.T @ terms + _RIDGE * np.eye(free)
    inverse = np.linalg.inv(squares).astype(np.float64)
    coefficients: Floats = inverse @ terms.T @ values
    off = float(((values - terms @ coefficients) ** 2).sum() / (count - free))
    misfit = float(np.sqrt(max(off - chance**2, 0.0)))
    return Emulator(box, coefficients, np.asarray(inverse * off, dtype=np.float64), misfit)


def implausibility(emulators: Sequence[Emulator], aims: Sequence[Aim], points: Floats) -> Floats:
    """How many standard deviations each moment lies from its aim at points [n, k], [n, moments]."""
    told = []
    for emulator, aim in zip(emulators, aims, strict=True):
        mean, variance = emulator.at(points)
        told.append(np.abs(mean - aim.value) / np.sqrt(variance + aim.error**2))
    return np.stack(told, axis=1)


@dataclass(frozen=True)
class Matched:
    """Outcome: draws [n, k] in proportion to agreement, the share of the box that was not ruled out, and the runs."""

    box: Box
    draws: Floats
    left: float
    points: Floats
    moments: Floats
    aims: tuple[Aim, ...]
    emulators: tuple[Emulator, ...]

    def middle(self) -> dict[str, float]:
        """The median of the draws, by name."""
        return dict(zip(self.box.names, np.median(self.draws, axis=0).tolist(), strict=True))


def match(
    run: Callable[[Floats], Floats], box: Box, aims: Sequence[Aim], *, counts: Sequence[int], draws: int, seed: int
) -> Matched:
    """Match in waves: each runs `counts[w]` points of what the waves before did not rule out.

    run  gives the moments of one point [k], in the order of the aims, of each of some runs: [runs, moments], NaN where a
         run could not tell one. How runs of one point differ says what is chance and no misfit; with one run all is misfit.

    Raises:  QuestionError where everything is ruled out: the model cannot agree with the aims inside the box.
    """
    rng = np.random.default_rng(seed)
    points, found = np.empty((0, len(box.names))), []
    particles, before = design(box, _PARTICLES, seed), _Agreement(box, tuple(aims), (), 0.0)
    left = 1.0
    for wave, count in enumerate(counts):
        chosen = _picked(particles, before, count) if wave else design(box, count, seed)
        inside = before.passes(points) if wave else np.zeros(0, bool)
        found += [np.atleast_2d(run(point)) for point in chosen]
        points = np.concatenate([points, chosen])
        # Once something is ruled out, the surface has to be right only in what is left.
        near = np.concatenate([inside, np.ones(len(chosen), bool)])
        made = _emulators(box, points[near], [each for each, keeps in zip(found, near, strict=True) if keeps])
        after = _Agreement(box, tuple(aims), (*before.waves, made), _WIDE)
        left = float(after.passes(design(box, _WHOLE, seed + 1)).mean()) if not wave else left
        particles, before = _moved(particles, before, after, rng), after
    final = _Agreement(box, tuple(aims), before.waves, 1.0)
    drawn = _picked(_moved(particles, before, final, rng), final, draws)
    moments = np.stack([_mean(each) for each in found])
    return Matched(box, drawn, left, points, moments, tuple(aims), before.waves[-1])


@dataclass(frozen=True)
class _Agreement:
    """How well points agree by the emulators of the last wave, to the power `heat`; earlier waves rule out."""

    box: Box
    aims: tuple[Aim, ...]
    waves: tuple[tuple[Emulator, ...], ...]
    heat: float

    def at(self, points: Floats) -> Floats:
        """Logarithm of agreement [n]; minus infinity outside the box and where an earlier wave ruled out."""
        inside = ((points >= self.box.low) & (points <= self.box.high)).all(axis=1)
        if not self.waves:
            return np.where(inside, 0.0, -np.inf)
        for emulators in self.waves[:-1]:
            inside &= implausibility(emulators, self.aims, points).max(axis=1) <= RULED_OUT
        weights = np.array([aim.weight for aim in self.aims])
        said = np.zeros(len(points))
        for emulator, aim, weight in zip(self.waves[-1], self.aims, weights / weights.mean(), strict=True):
            mean, variance = emulator.at(points)
            total = variance + aim.error**2
            said -= 0.5 * weight * ((mean - aim.value) ** 2 / total + np.log(total))
        return np.where(inside, self.heat * said, -np.inf)

    def passes(self, points: Floats) -> NDArray[np.bool_]:
        """Points that no wave rules out."""
        inside = np.ones(len(points), bool)
        for emulators in self.waves:
            inside &= implausibility(emulators, self.aims, points).max(axis=1, initial=0.0) <= RULED_OUT
        return inside


def _mean(told: Floats) -> Floats:
    """Mean over runs [runs, moments] of those that told a moment; NaN where none did."""
    known = np.isfinite(told)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, told, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _emulators(box: Box, points: Floats, found: Sequence[Floats]) -> tuple[Emulator, ...]:
    """One per moment, from the runs that told it."""
    means = np.stack([_mean(each) for each in found])
    made = []
    for at, column in enumerate(means.T):
        told = np.isfinite(column)
        apart = [each[np.isfinite(each[:, at]), at] for each in found]
        chances = [float(each.var(ddof=1)) / len(each) for each in apart if len(each) > 1]
        chance = float(np.sqrt(np.mean(chances))) if chances else 0.0
        made.append(emulate(box, points[told], column[told], chance))
    return tuple(made)


def _moved(points: Floats, before: _Agreement, after: _Agreement, rng: np.random.Generator) -> Floats:
    """Points drawn by one agreement, [_PARTICLES, k], made into points drawn by another: weigh, resample, walk."""
    told, wanted = before.at(points), after.at(points)
    earlier = 0.0
    for power in np.linspace(0, 1, _TEMPERS + 1)[1:] ** 2:
        gain = np.where(np.isfinite(wanted), (power - earlier) * (wanted - told), -np.inf)
        if not np.isfinite(gain).any():
            _refuse(after, points)
        weights = np.exp(gain - gain.max())
        steps = (np.arange(_PARTICLES) + rng.random()) / _PARTICLES
        kept = np.searchsorted(np.cumsum(weights) / weights.sum(), steps).clip(0, _PARTICLES - 1)
        points, told, wanted, earlier = points[kept], told[kept], wanted[kept], float(power)
        spread = np.atleast_2d(np.cov(points.T)) + 1e-12 * np.diag((after.box.high - after.box.low) ** 2)
        reach = _STEP / np.sqrt(points.shape[1]) * np.linalg.cholesky(spread)
        for _ in range(_WALKS):
            tried = points + rng.standard_normal(points.shape) @ reach.T
            there, new = before.at(tried), after.at(tried)
            possible = np.isfinite(there) & np.isfinite(new)
            there, new = np.where(possible, there, 0.0), np.where(possible, new, 0.0)
            better = power * (new - wanted) + (1 - power) * (there - told)
            taken = possible & (np.log(rng.random(_PARTICLES)) < better)
            points = np.where(taken[:, None], tried, points)
            told, wanted = np.where(taken, there, told), np.where(taken, new, wanted)
    return points


def _picked(points: Floats, agreement: _Agreement, count: int) -> Floats:
    """So many of the points that are not ruled out, over their whole length."""
    left = np.flatnonzero(agreement.passes(points))
    if not len(left):
        _refuse(agreement, design(agreement.box, _WHOLE, 1))
    return points[left[np.linspace(0, len(left) - 1, count).round().astype(int)]]


def _refuse(agreement: _Agreement, points: Floats) -> None:
    """Says which moments nothing comes near."""
    far = implausibility(agreement.waves[-1], agreement.aims, points).min(axis=0)
    worst = sorted(zip([aim.name for aim in agreement.aims], far.tolist(), strict=True), key=lambda pair: -pair[1])
    raise QuestionError(
        "ijking", "geen enkel punt past bij alle doelen; het verst weg, in standaardafwijkingen: "
        + ", ".join(f"{name} {each:.1f}" for name, each in worst[:3]),
        "verruim de grenzen van de coëfficiënten, of de marge van het doel dat niet te halen is",
    )  # fmt: skip


def _terms(scaled: Floats) -> Floats:
    """One, the coordinates, and all products of two, [n, 1 + k + k (k + 1) / 2]."""
    count = scaled.shape[1]
    rows, columns = np.triu_indices(count)
    return np.column_stack([np.ones(len(scaled)), scaled, scaled[:, rows] * scaled[:, columns]])
