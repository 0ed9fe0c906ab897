"""What is assumed of the country where no buurt tells it: which households have which age and income, how many
persons of which age live in them, and which homes are let by whom. From catalogue/parameters/synthesis*.

No joint table of type, age and income is published for buurten. The joint here is made from the published numbers of
households by type and decile, and from assumed ages and an assumed lean of each age to lower or higher deciles.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue, catalogue_root
from stadspeil.errors import CatalogueError
from stadspeil.simulation.classes import AGE_BANDS, FORMS, HIGHEST_20, HOUSEHOLD_TYPES, LOWEST_40, TENURES
from stadspeil.simulation.synthesis.raking import Margin, rake

HOUSEHOLDS, DECILES, HOMES = "synthesis_households.csv", "synthesis_deciles.csv", "synthesis_homes.csv"
_KINDS, _AGES = len(HOUSEHOLD_TYPES), len(AGE_BANDS)
_PERSONS = ("persons_0_15", "persons_15_25", "persons_25_45", "persons_45_65", "persons_65_plus")
GROUP_OF_DECILE = np.searchsorted(np.array((LOWEST_40, HIGHEST_20)), np.arange(10), side="right")


@dataclass(frozen=True)
class Seeds:
    """Distributions over the country.

    households  thousands, by type, age band and decile (4 x 5 x 10)
    persons     persons of each of five age bands (to 15, 25, 45, 65, and over) in a household (20 x 5)
    income      mean standardized income of a decile, as a share of the mean of all
    homes       shares by tenure and form (3 x 2)
    """

    households: NDArray[np.float64]
    persons: NDArray[np.float64]
    income: NDArray[np.float64]
    homes: NDArray[np.float64]

    @property
    def cells(self) -> NDArray[np.float64]:
        """Shares of households by type, age band and income group, flat (60), in the order of `household_class`."""
        groups = np.stack([self.households[:, :, g == GROUP_OF_DECILE].sum(axis=2) for g in range(3)], axis=2)
        shares: NDArray[np.float64] = groups.reshape(-1) / groups.sum()
        return shares


def read_seeds(catalogue: Catalogue) -> Seeds:
    """Read the national distributions. CatalogueError where a file has not the rows that it should."""
    folder = (catalogue.root or catalogue_root()) / "parameters"
    people, deciles, homes = (_table(folder / name) for name in (HOUSEHOLDS, DECILES, HOMES))
    problems = [
        f"{name}: {table.height} regels gevonden, {wanted} verwacht"
        for name, table, wanted in (
            (HOUSEHOLDS, people, _KINDS * _AGES), (DECILES, deciles, 10), (HOMES, homes, len(TENURES) * len(FORMS)),
        )
        if table.height != wanted
    ]  # fmt: skip
    if problems:
        raise CatalogueError(str(folder), problems, "zet de bestanden terug zoals zij in de catalogus staan")
    numbers = people["households_1000"].to_numpy().astype(float).reshape(_KINDS, _AGES)
    per_decile = np.column_stack([deciles[kind].to_numpy() for kind in HOUSEHOLD_TYPES])
    # Other households of several persons count as without children in the key figures.
    per_decile[:, HOUSEHOLD_TYPES.index("paar")] += deciles["overig"].to_numpy()
    return Seeds(
        _joint(numbers, people["tilt"].to_numpy().reshape(_KINDS, _AGES), per_decile),
        people.select(_PERSONS).to_numpy().astype(float),
        deciles["income_ratio"].to_numpy() / deciles["income_ratio"].mean(),
        homes["share"].to_numpy().reshape(len(TENURES), len(FORMS)),
    )


def _joint(
    numbers: NDArray[np.float64], tilt: NDArray[np.float64], per_decile: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Type x age x decile that meets both published margins and leans as assumed."""
    lean = np.exp(tilt[:, :, None] * np.arange(10)[None, None, :])
    seed = (numbers[:, :, None] * per_decile.T[:, None, :] * lean).reshape(_KINDS, -1)
    of_age, of_decile = np.repeat(np.arange(_AGES), 10), np.tile(np.arange(10), _AGES)
    fitted = rake(seed, numbers.sum(axis=1), [Margin(of_age, numbers), Margin(of_decile, per_decile.T)], rounds=200)
    # The two sources differ by a year; deciles are tenths of all households by definition.
    tenths = np.full((1, 10), numbers.sum() / 10)
    cells = np.repeat(np.arange(_KINDS * _AGES), 10)
    margins = [Margin(cells, numbers.reshape(1, -1)), Margin(np.tile(np.arange(10), _KINDS * _AGES), tenths)]
    whole = rake(fitted.reshape(1, -1), numbers.sum().reshape(1), margins, rounds=200)
    return whole.reshape(_KINDS, _AGES, 10)


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise CatalogueError(str(path), f"niet te lezen ({fault})", "zet het bestand terug in de catalogus") from fault
