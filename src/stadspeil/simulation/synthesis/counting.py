"""From fitted fractions to whole households and homes per buurt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.synthesis.draws import uniform
from stadspeil.simulation.synthesis.figures import Values
from stadspeil.simulation.synthesis.integers import Counts, controlled, nearest, systematic
from stadspeil.simulation.synthesis.targets import HomeTargets, HouseholdTargets

_KEY_TYPES = ((0,), (1,), (2, 3))


@dataclass(frozen=True)
class Sizing:
    """Which part of the households and homes is made, and from which chance: keys are a number per buurt."""

    keys: NDArray[np.int64]
    seed: int
    scale: float

    def draw(self, purpose: str) -> Values:
        return uniform(self.keys, purpose, self.seed)

    def sized(self, totals: Values, purpose: str) -> Counts:
        """Whole numbers of a total: itself at full scale, else a part of it that is right on average."""
        if self.scale == 1.0:
            return np.round(totals).astype(np.int64)
        return np.floor(totals * self.scale + self.draw(purpose)).astype(np.int64)


def whole_households(targets: HouseholdTargets, sizing: Sizing) -> Counts:
    """Households per buurt by type, age band and income group (buurten x 4 x 5 x 3).

    Types and income groups of the key figures are met exactly where these are known; ages near their estimate.
    """
    totals = sizing.sized(targets.totals, "huishoudens")
    cells = targets.cells.reshape(-1, 4, 5, 3)
    types = _whole_types(targets, cells, totals, sizing)
    incomes = _known_or_fitted(targets.incomes.targets, cells.sum(axis=(1, 2)), totals, sizing, "inkomens")
    blocks = controlled(cells.sum(axis=2), types, incomes, sizing.draw("type en inkomen"))
    ages = systematic(cells.sum(axis=(1, 3)), totals, sizing.draw("leeftijden"))
    deep = cells.transpose(0, 1, 3, 2).reshape(len(cells), 12, 5)
    whole = controlled(deep, blocks.reshape(len(cells), 12), ages, sizing.draw("leeftijd per blok"))
    return whole.reshape(-1, 4, 3, 5).transpose(0, 1, 3, 2)


def whole_homes(targets: HomeTargets, sizing: Sizing) -> Counts:
    """Homes per buurt by tenure and form (buurten x 3 x 2), both margins met where known."""
    totals = sizing.sized(targets.totals, "woningen")
    cells = targets.cells.reshape(-1, 3, 2)
    tenure = _known_or_fitted(targets.tenure.targets, cells.sum(axis=2), totals, sizing, "eigendom")
    form = _known_or_fitted(targets.form.targets, cells.sum(axis=1), totals, sizing, "vorm")
    return controlled(cells, tenure, form, sizing.draw("eigendom en vorm"))


def _whole_types(targets: HouseholdTargets, cells: Values, totals: Counts, sizing: Sizing) -> Counts:
    fitted = cells.sum(axis=(2, 3))
    key_fitted = np.column_stack([fitted[:, list(kinds)].sum(axis=1) for kinds in _KEY_TYPES])
    of_key = _known_or_fitted(targets.types.targets, key_fitted, totals, sizing, "typen")
    families = systematic(fitted[:, 2:], of_key[:, 2], sizing.draw("eenouders"))
    # Where the fit gives neither, all are families.
    families[:, 0] = of_key[:, 2] - families[:, 1]
    return np.column_stack([of_key[:, :2], families])


def _known_or_fitted(targets: Values, fitted: Values, totals: Counts, sizing: Sizing, purpose: str) -> Counts:
    """Margins in whole numbers: the nearest to what is published, else rounded from the fit without leaning."""
    known = ~np.isnan(targets).any(axis=1) & (targets.sum(axis=1) > 0) & (sizing.scale == 1.0)
    from_fit = np.where(np.isnan(targets) | (targets.sum(axis=1) <= 0)[:, None], fitted, targets)
    # A buurt whose fit is empty while it has households would otherwise lose them.
    from_fit = np.where((from_fit.sum(axis=1) > 0)[:, None], from_fit, 1.0)
    return np.where(known[:, None], nearest(from_fit, totals), systematic(from_fit, totals, sizing.draw(purpose)))
