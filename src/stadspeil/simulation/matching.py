"""Calibration by history matching: which coefficients give numbers that agree with what was published.

A design of points in the box of believed values is run; a quadratic emulator per moment says what a run would give
elsewhere, and how sure; points of which some moment lies too far from its target are ruled out; of what is left draws
are taken in proportion to how well they agree. Not one best value, but all that are not ruled out.

Sources: Craig, Goldstein, Seheult and Smith (1997) and Vernon, Goldstein and Bower (2010), history matching;
Pukelsheim (1994), three standard deviations hold 95 per cent of any unimodal distribution; Beaumont, Zhang and
Balding (2002), approximate Bayesian computation with regression.
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
_RIDGE = 1e-6
_PARTICLES, _TEMPERS, _WALKS, _REACH = 2048, 12, 6, 0.5
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
    """What one moment would be at a point: a quadratic surface with its noise. Fit by `emulate`."""

    box: Box
    coefficients: Floats
    covariance: Floats
    noise: float

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the moment at points [n, k]: that of the surface and of a single run's own chance."""
        terms = _terms(self.box.scaled(points))
        mean = terms @ self.coefficients
        return mean, np.einsum("ij,jk,ik->i", terms, self.covariance, terms) + self.noise**2


def emulate(box: Box, points: Floats, values: Floats) -> Emulator:
    """A quadratic surface through the values of runs [n] at points [n, k], by least squares.

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
    noise = float(np.sqrt(((values - terms @ coefficients) ** 2).sum() / (count - free)))
    return Emulator(box, coefficients, np.asarray(inverse * noise**2, dtype=np.float64), noise)


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

    run  gives the moments [moments] of one point [k], in the order of the aims; NaN where a run could not tell one.

    Raises:  QuestionError where everything is ruled out: the model cannot agree with the aims inside the box.
    """
    points, moments = np.empty((0, len(box.names))), np.empty((0, len(aims)))
    emulators: tuple[Emulator, ...] = ()
    left = 1.0
    for wave, count in enumerate(counts):
        chosen = design(box, count, seed)
        if wave:
            chosen, left = _still_in(box, emulators, aims, count, seed + wave)
        found = np.stack([run(point) for point in chosen])
        points, moments = np.concatenate([points, chosen]), np.concatenate([moments, found])
        emulators = tuple(_emulators(box, points, moments))
    return Matched(
        box, _drawn(box, emulators, aims, draws, seed + len(counts)), left, points, moments, tuple(aims), emulators
    )


def _emulators(box: Box, points: Floats, moments: Floats) -> list[Emulator]:
    """One per moment, from the runs that told it."""
    found = []
    for column in moments.T:
        told = np.isfinite(column)
        found.append(emulate(box, points[told], column[told]))
    return found


def _agreement(emulators: Sequence[Emulator], aims: Sequence[Aim], points: Floats) -> tuple[Floats, Floats]:
    """How well points agree, as a logarithm [n], and how far the farthest moment lies from its aim [n]."""
    far = implausibility(emulators, aims, points)
    weights = np.array([aim.weight for aim in aims])
    return -0.5 * (far**2 * weights).sum(axis=1) / weights.mean(), far.max(axis=1)


def _particles(box: Box, emulators: Sequence[Emulator], aims: Sequence[Aim], seed: int, heat: float = 1.0) -> Floats:
    """Points in proportion to agreement to the power `heat`, [_PARTICLES, k], by tempering from the whole box.

    Source: Del Moral, Doucet and Jasra (2006), sequential Monte Carlo: weigh, resample, and move by random walks.
    """
    rng = np.random.default_rng(seed)
    points = design(box, _PARTICLES, seed)
    said, _ = _agreement(emulators, aims, points)
    before = 0.0
    for power in heat * np.linspace(0, 1, _TEMPERS + 1)[1:] ** 2:
        weights = np.exp((power - before) * (said - said.max()))
        steps = (np.arange(_PARTICLES) + rng.random()) / _PARTICLES
        kept = np.searchsorted(np.cumsum(weights) / weights.sum(), steps).clip(0, _PARTICLES - 1)
        points, said, before = points[kept], said[kept], float(power)
        reach = _REACH * points.std(axis=0) + 1e-12
        for _ in range(_WALKS):
            tried = points + reach * rng.standard_normal(points.shape)
            inside = ((tried >= box.low) & (tried <= box.high)).all(axis=1)
            told, _ = _agreement(emulators, aims, tried)
            taken = inside & (np.log(rng.random(_PARTICLES)) < power * (told - said))
            points, said = np.where(taken[:, None], tried, points), np.where(taken, told, said)
    return points


def _still_in(
    box: Box, emulators: Sequence[Emulator], aims: Sequence[Aim], count: int, seed: int
) -> tuple[Floats, float]:
    """Points that are not ruled out, and the share of the box that they are of."""
    whole = design(box, 16_384, seed)
    far = implausibility(emulators, aims, whole)
    share = float((far.max(axis=1) <= RULED_OUT).mean())
    points = _particles(box, emulators, aims, seed, _WIDE)
    left = np.flatnonzero(_agreement(emulators, aims, points)[1] <= RULED_OUT)
    if not len(left):
        worst = {aim.name: float(each) for aim, each in zip(aims, far.min(axis=0), strict=True)}
        far_off = ", ".join(f"{name} {each:.1f}" for name, each in sorted(worst.items(), key=lambda pair: -pair[1])[:3])
        raise QuestionError(
            "ijking", f"geen enkel punt past bij alle doelen; het verst weg, in standaardafwijkingen: {far_off}",
            "verruim de grenzen van de coëfficiënten, of de marge van het doel dat niet te halen is",
        )  # fmt: skip
    picked = left[np.linspace(0, len(left) - 1, min(count, len(left))).round().astype(int)]
    return np.unique(points[picked], axis=0), share


def _drawn(box: Box, emulators: Sequence[Emulator], aims: Sequence[Aim], draws: int, seed: int) -> Floats:
    """Draws in proportion to agreement, of points that are not ruled out."""
    points = _particles(box, emulators, aims, seed)
    left = np.flatnonzero(_agreement(emulators, aims, points)[1] <= RULED_OUT)
    if not len(left):
        raise QuestionError("ijking", "geen enkel punt past bij alle doelen", "verruim grenzen of marges")
    return points[left[np.linspace(0, len(left) - 1, draws).round().astype(int)]]


def _terms(scaled: Floats) -> Floats:
    """One, the coordinates, and all products of two, [n, 1 + k + k (k + 1) / 2]."""
    count = scaled.shape[1]
    rows, columns = np.triu_indices(count)
    return np.column_stack([np.ones(len(scaled)), scaled, scaled[:, rows] * scaled[:, columns]])
