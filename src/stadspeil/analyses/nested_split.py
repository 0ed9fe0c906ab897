"""How much of an inequality lies between gemeenten, between the wijken of a gemeente, and within wijken.

Three measures that split exactly: Theil's T (by amounts), the mean log deviation (by people) and the variance (for
scores that can be negative); and mutual information, which does the same for groups of people (segregation).
Sources:  Theil 1967; Shorrocks 1980 (decomposition); Theil & Finizza 1971 and Elbers 2021 (M and H);
Miller 1955 (bias of entropy: (U - 1)(G - 1) / 2N).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Measure = Literal["theil", "mld", "variance"]


@dataclass(frozen=True)
class NestedSplit:
    """An inequality and its three parts, which add up to it."""

    total: float
    between_gemeenten: float
    between_wijken: float
    within_wijken: float

    @property
    def share_below(self) -> float:
        """Of the differences inside gemeenten: the share that lies within wijken, where no wijk average shows it."""
        inside = self.between_wijken + self.within_wijken
        return self.within_wijken / inside if inside > 0 else float("nan")


def nested_split(
    values: np.ndarray,
    weights: np.ndarray,
    gemeenten: np.ndarray,
    wijken: np.ndarray,
    measure: Measure = "theil",
    noise: np.ndarray | None = None,
) -> NestedSplit:
    """The split of the whole country.

    Shape:   value, weight (people) and codes per buurt; no gaps. Wijk codes are unique in the country. Values above
             zero for theil and mld. `noise` is the variance of each value: its mean leaves the lowest part, so that
             chance does not count as inequality (variance only).
    """
    wijk = _numbered(wijken)
    share = weights / weights.sum()
    parts = chain_split(values, weights, (gemeenten, wijk), measure)
    if noise is not None and measure == "variance":
        parts[2] -= float(share @ noise) - float(_within_noise(share, noise, wijk))
    return NestedSplit(sum(parts), *parts)


def chain_split(
    values: np.ndarray, weights: np.ndarray, units: Sequence[np.ndarray], measure: Measure = "theil"
) -> list[float]:
    """The same over any number of levels, from the top: what lies between the units of each within those of the level
    above, and last what lies within the lowest. The parts add up to the inequality of the values.

    Shape:   value and weight per case; per level the unit of each case, each unit inside one of the level above.
    """
    share = weights / weights.sum()
    mean = float(share @ values)
    distance = _DISTANCES[measure]
    above, parts = np.full_like(values, mean), []
    for level in units:
        own = _means(values, share, _numbered(level))
        parts.append(float(share @ distance(own, above, mean)))
        above = own
    return [*parts, float(share @ distance(values, above, mean))]


def chain_split_per(values: np.ndarray, top: np.ndarray, units: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The variance inside each unit of the top, in one pass; every case weighs the same.

    Shape:   (units of the top), and per unit of the top a row with the parts of chain_split.
    """
    codes, number = np.unique(top, return_inverse=True)
    ones = np.ones(len(values))
    cases = np.bincount(number)
    above, parts = _means(values, ones, number), []
    for level in (*units, np.arange(len(values))):
        own = _means(values, ones, _numbered(level))
        parts.append(np.bincount(number, (own - above) ** 2) / cases)
        above = own
    return codes, np.stack(parts, axis=1)


@dataclass(frozen=True)
class Gemeenten:
    """The split inside each gemeente. Shape: an entry per code; parts add up to total."""

    codes: np.ndarray
    total: np.ndarray
    between_wijken: np.ndarray
    within_wijken: np.ndarray


def split_per_gemeente(
    values: np.ndarray, weights: np.ndarray, gemeenten: np.ndarray, wijken: np.ndarray, measure: Measure = "theil"
) -> Gemeenten:
    """The split inside each gemeente apart, by its own mean. Shapes as in nested_split."""
    codes, gemeente = np.unique(gemeenten, return_inverse=True)
    wijk = _numbered(wijken)
    of_wijk, of_gemeente = _means(values, weights, wijk), _means(values, weights, gemeente)
    distance = _DISTANCES[measure]
    people = np.bincount(gemeente, weights)

    def summed(numbers: np.ndarray) -> np.ndarray:
        return np.asarray(np.bincount(gemeente, weights * numbers) / people)

    between = summed(distance(of_wijk, of_gemeente, of_gemeente))
    within = summed(distance(values, of_wijk, of_gemeente))
    return Gemeenten(codes, between + within, between, within)


@dataclass(frozen=True)
class Rounding:
    """How far counts may be off by rounding, as variances. Shape: cells (buurten, groups), totals (buurten,)."""

    cells: np.ndarray
    totals: np.ndarray


@dataclass(frozen=True)
class Apart:
    """Segregation of groups inside gemeenten, less what chance gives. Shape: an entry per code; parts add up to total.

    Units:   nats; `chance` is what was taken off the total, `entropy` that of the groups in the gemeente.
    """

    codes: np.ndarray
    total: np.ndarray
    between_wijken: np.ndarray
    within_wijken: np.ndarray
    chance: np.ndarray
    entropy: np.ndarray
    people: np.ndarray


def mutual_information(
    counts: np.ndarray, gemeenten: np.ndarray, wijken: np.ndarray, rounding: Rounding | None = None
) -> NestedSplit:
    """Segregation of groups over buurten, less what chance alone gives; H is this divided by the entropy of groups.

    Shape:   counts (buurten, groups) of people, no buurt without any. Units: nats.
    """
    own, chance = _levels_of_country(counts, gemeenten, wijken, rounding)
    parts = -np.diff(own + chance) / counts.sum()
    return NestedSplit(float(parts.sum()), *map(float, parts))


def chance_of_country(
    counts: np.ndarray, gemeenten: np.ndarray, wijken: np.ndarray, rounding: Rounding | None = None
) -> float:
    """What chance and rounding alone give as segregation in the country: taken off by mutual_information. Nats."""
    chance = _levels_of_country(counts, gemeenten, wijken, rounding)[1]
    return float((chance[-1] - chance[0]) / counts.sum())


def information_per_gemeente(
    counts: np.ndarray, gemeenten: np.ndarray, wijken: np.ndarray, rounding: Rounding | None = None
) -> Apart:
    """Segregation inside each gemeente apart, among the groups that it has. Shape as in mutual_information."""
    codes, gemeente = np.unique(gemeenten, return_inverse=True)
    people = np.bincount(gemeente, counts.sum(axis=1))
    groups = (_summed(counts, gemeente) > 0).sum(axis=1)
    own, chance = [], []
    for units in (gemeente, np.unique(wijken, return_inverse=True)[1], np.arange(len(counts))):
        mixed, rounded = _mixed(counts, rounding, units)
        owner = np.zeros(len(mixed), int)
        owner[units] = gemeente
        own.append(np.bincount(owner, mixed))
        chance.append(np.bincount(owner, rounded + (groups[owner] - 1) / 2))
    between, within = ((own[n] + chance[n] - own[n + 1] - chance[n + 1]) / people for n in (0, 1))
    return Apart(codes, between + within, between, within, (chance[2] - chance[0]) / people, own[0] / people, people)


def entropy_of_groups(counts: np.ndarray) -> float:
    """Entropy of the groups in the country, in nats."""
    shares = counts.sum(axis=0) / counts.sum()
    return float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())


def _levels_of_country(
    counts: np.ndarray, gemeenten: np.ndarray, wijken: np.ndarray, rounding: Rounding | None
) -> tuple[np.ndarray, np.ndarray]:
    """How mixed the country, its gemeenten, wijken and buurten are inside, and by how much chance hides that."""
    levels = [np.zeros(len(counts), int), *(np.unique(each, return_inverse=True)[1] for each in (gemeenten, wijken))]
    own, chance = [], []
    for units in (*levels, np.arange(len(counts))):
        mixed, rounded = _mixed(counts, rounding, units)
        own.append(mixed.sum())
        # Each unit looks less mixed than it is by half a person per group above one (Miller 1955).
        chance.append(rounded.sum() + len(mixed) * (counts.shape[1] - 1) / 2)
    return np.array(own), np.array(chance)


def _mixed(counts: np.ndarray, rounding: Rounding | None, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per unit its people times the entropy of their groups, and by how much rounding made that too small.

    Rounding adds variance v to a count n, which raises n log n by v / 2n (second order): good from fifty people up.
    """
    cells = _summed(counts, units)
    totals = cells.sum(axis=1)
    mixed = _xlogx(totals) - _xlogx(cells).sum(axis=1)
    if rounding is None:
        return mixed, np.zeros(len(mixed))
    noise, whole = _summed(rounding.cells, units), np.bincount(units, rounding.totals)
    # A count smaller than its own noise says no more than that it is small.
    of_cells = np.where(cells > 0, noise / np.maximum(np.maximum(cells, np.sqrt(noise)), 1e-9), 0.0).sum(axis=1)
    return mixed, (of_cells - whole / np.maximum(totals, 1e-9)) / 2


def _summed(counts: np.ndarray, units: np.ndarray) -> np.ndarray:
    return np.stack([np.bincount(units, column) for column in counts.T], axis=1)


def _xlogx(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(numbers * np.log(numbers, out=np.zeros_like(numbers, dtype=float), where=numbers > 0))


def _theil(values: np.ndarray, reference: np.ndarray, mean: float | np.ndarray) -> np.ndarray:
    return np.asarray(values / mean * np.log(values / reference))


def _mld(values: np.ndarray, reference: np.ndarray, mean: float | np.ndarray) -> np.ndarray:
    return np.asarray(np.log(reference / values))


def _variance(values: np.ndarray, reference: np.ndarray, mean: float | np.ndarray) -> np.ndarray:
    return np.asarray((values - reference) ** 2)


_DISTANCES = {"theil": _theil, "mld": _mld, "variance": _variance}


def _numbered(codes: np.ndarray) -> np.ndarray:
    # Codes that are numbers from 0 already need no sorting; that is most of the time of a split.
    if codes.dtype.kind in "iu" and codes.size and codes.min() >= 0 and codes.max() < 4 * codes.size:
        return codes
    return np.asarray(np.unique(codes, return_inverse=True)[1])


def _means(values: np.ndarray, weights: np.ndarray, units: np.ndarray) -> np.ndarray:
    people = np.bincount(units, weights)
    totals = np.bincount(units, weights * values)
    return np.asarray(np.divide(totals, people, out=np.zeros_like(totals), where=people > 0)[units])


def _within_noise(share: np.ndarray, noise: np.ndarray, wijk: np.ndarray) -> float:
    """The noise that the means of wijken keep, which is not within them."""
    people = np.bincount(wijk, share)
    kept = np.bincount(wijk, share**2 * noise)
    return float(np.divide(kept, people, out=np.zeros_like(kept), where=people > 0).sum())
