"""By how much a surrogate misses the third tier, laid over what it says of mixes of new homes.

A surrogate is a simpler model, and no draw of its own chances says what it leaves out. How far it lay from the
microsimulation was measured on invented towns (benchmarks/bench_surrogates.py) in two parts: what all mixes of a town are
off alike, and what each mix is off besides. The first widens intervals; the second decides which mixes can be told apart.
Runs of the town's own mixes, where there are some, say more of both (decision 45).

Source: Kennedy and O'Hagan (2001), Bayesian calibration of computer models: model discrepancy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.surrogate import CRITERIA

Floats = NDArray[np.float64]
# Confirmed mixes from which on they say something of their town.
LEAST_MIXES = 4
# Towns that it was measured on: what is known of the level has so many degrees of freedom, less one, and of single mixes
# it is worth so many mixes of the town itself.
_TOWNS = 6
_PER = 100.0
_SHARES = "gelijkheid"


@dataclass(frozen=True)
class Misfit:
    """Standard deviations per criterion [5], in its own unit: `level` of all mixes alike, `own` of each besides; `shift` is
    what runs of the town say to add to all; `mixes` how many said so."""

    level: Floats
    own: Floats
    shift: Floats
    mixes: int = 0

    def laid_over(self, scores: Floats, rng: np.random.Generator) -> Floats:
        """Scores [n, draws, 5] with what is not known of the surrogate itself; means move by `shift` alone."""
        count, draws, width = scores.shape
        places = (np.arange(draws) + 0.5) / draws
        even = scipy.special.ndtri(places)
        level = even if self.mixes else scipy.special.stdtrit(_TOWNS - 1, places)
        alike = rng.permuted(np.tile(level, (width, 1)), axis=1).T
        each = rng.permuted(np.tile(even, (count, width, 1)), axis=2).swapaxes(1, 2)
        return np.asarray(scores + self.shift + self.level * alike + self.own * each)

    def learned(self, judged: Floats, runs: Floats) -> Misfit:
        """What is left of it once runs [n, pairs, 5] of mixes are known that the surrogate scored [n, draws, 5].

        Normal with a known prior; the spread of single mixes counts beside what was measured elsewhere as that of _TOWNS.
        """
        count, pairs, _ = runs.shape
        if count < LEAST_MIXES or pairs < 2:
            return self
        off = runs.mean(axis=1) - judged.mean(axis=1)
        mean = off.mean(axis=0)
        single = (runs - runs.mean(axis=0)).var(axis=1, ddof=1).mean(axis=0) / pairs
        apart = np.maximum(((off - mean) ** 2).sum(axis=0) - (count - 1) * single, 0.0)
        own = np.sqrt((_TOWNS * self.own**2 + apart) / (_TOWNS + count - 1))
        doubt = own**2 / count + runs.mean(axis=0).var(axis=0, ddof=1) / pairs
        total = np.maximum(self.level**2 + doubt, 1e-30)
        return Misfit(np.sqrt(self.level**2 * doubt / total), own, mean * self.level**2 / total, count)

    def facts(self) -> dict[str, object]:
        """For the account of an outcome."""
        named = {
            name: {"level": float(self.level[at]), "own": float(self.own[at]), "shift": float(self.shift[at])}
            for at, name in enumerate(CRITERIA)
        }
        return {"misfit": named, "misfit_mixes": self.mixes}


def misfit_of(catalogue: Catalogue, tiers: Mapping[str, str], homes: float, households: float) -> Misfit:
    """What was measured, for a town of so many households where so many homes are built; a tier per criterion.

    Counts are off by so much per hundred new homes, the difference between buurten by so much per new home in a hundred
    households.
    """
    scale = np.array([homes / households * _PER if name == _SHARES else homes / _PER for name in CRITERIA])
    level, own = (
        scale * np.array([catalogue.parameter(f"balans_misfit_{part}_{name}_{tiers[name]}") for name in CRITERIA])
        for part in ("hoogte", "mix")
    )
    return Misfit(level, own, np.zeros(len(CRITERIA)))
