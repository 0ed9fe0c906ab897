"""The coefficients with which each pair of runs is made: drawn anew for every pair, so that what is not known shows.

Calibration leaves draws that agree with what was published; a pair takes a whole draw, and the coefficients that were
not matched keep their values, for moved apart from the others they would undo the agreement. A workspace may hold draws
of its own; else those of the catalogue count. Without either each coefficient is drawn, evenly and apart from the
others, from the range in which it is believed. Which was done is told with the results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.catalogue import catalogue_root
from stadspeil.contracts import Contract
from stadspeil.errors import CatalogueError
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace

POSTERIOR = Contract(
    name="posterior",
    row="one coefficient in one draw of the posterior of the calibration",
    key=("draw", "parameter"),
    columns={"draw": pl.Int32, "parameter": pl.String, "value": pl.Float64},
    required=("draw", "parameter", "value"),
)
# Of the catalogue: made by tools/calibrate_simulation.py.
SHIPPED = Path("calibration") / "posterior.csv"
Method = Literal["posterior", "believed", "fixed"]
# Coefficients of a run are parameters that begin so; others belong to the population.
COEFFICIENT = "sim_"
# Apart from every other use of the same seed.
_COEFFICIENTS, _POSTERIOR, _REALIZED, _POPULATION = 11, 12, 13, 14


@dataclass(frozen=True)
class Draws:
    """Values of coefficients, a mapping per pair, and how they were drawn."""

    method: Method
    values: tuple[Mapping[str, float], ...]

    @property
    def sentence(self) -> str:
        """How the coefficients were drawn, for the reader."""
        return {
            "posterior": "coefficienten: per paar getrokken uit de uitkomst van de kalibratie",
            "believed": "coefficienten: per paar getrokken binnen het bereik dat geloofd wordt (nog niet gekalibreerd)",
            "fixed": "coefficienten: in elk paar dezelfde; de onzekerheid daarvan zit niet in de uitkomst",
        }[self.method]


def draws_of(catalogue: Catalogue, posterior: pl.DataFrame | None, pairs: int, seed: int, vary: bool = True) -> Draws:
    """A draw per pair. The draw of a pair depends on the seed and its number alone, not on how many pairs there are."""
    if not vary:
        return Draws("fixed", ({},) * pairs)
    believed = {
        each.id: each.believed
        for each in sorted(catalogue.parameters.values(), key=lambda each: each.id)
        if each.id.startswith(COEFFICIENT) and each.provenance and len(each.believed) == 2
    }
    if posterior is None or posterior.is_empty():
        return Draws("believed", tuple(_drawn(believed, _chance(seed, pair, _COEFFICIENTS)) for pair in range(pairs)))
    rows = posterior.pivot(on="parameter", index="draw", values="value").sort("draw").drop("draw")
    rows = rows.select(sorted(set(rows.columns) & catalogue.parameters.keys()))
    picked = [int(_chance(seed, pair, _POSTERIOR).integers(rows.height)) for pair in range(pairs)]
    return Draws("posterior", tuple(rows.row(row, named=True) for row in picked))


def posterior_of(workspace: Workspace, catalogue: Catalogue) -> pl.DataFrame | None:
    """The draws that calibration left in a workspace, else those that came with the catalogue; None without either."""
    folder = workspace.out / "calibration" / POSTERIOR.name
    if has_shelf(folder):
        return read_shelf(folder)
    shipped = (catalogue.root or catalogue_root()) / SHIPPED
    return read_draws(shipped) if shipped.exists() else None


def read_draws(path: Path) -> pl.DataFrame:
    """POSTERIOR from a CSV file with a column per coefficient and a row per draw.

    Raises:  CatalogueError where a cell is no number.
    """
    try:
        wide = pl.read_csv(path, schema_overrides=None).cast(pl.Float64).with_row_index("draw")
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise CatalogueError(
            str(path), f"kan niet worden gelezen: {fault}", "draai tools/calibrate_simulation.py opnieuw"
        ) from fault
    long = wide.unpivot(index="draw", variable_name="parameter", value_name="value").sort("draw", "parameter")
    return long.select(pl.col(name).cast(kind) for name, kind in POSTERIOR.columns.items())


def with_coefficients(catalogue: Catalogue, values: Mapping[str, float]) -> Catalogue:
    """The catalogue with other values of some parameters."""
    changed = {id: replace(catalogue.parameters[id], value=value) for id, value in values.items()}
    return replace(catalogue, parameters={**catalogue.parameters, **changed})


def realized_shares(low: float, high: float, pairs: int, seed: int) -> tuple[float, ...]:
    """The share of the programme's new homes that gets built, per pair: drawn evenly from low to high."""
    return tuple(low + (high - low) * float(_chance(seed, pair, _REALIZED).random()) for pair in range(pairs))


def pair_seed(seed: int, pair: int) -> int:
    """The seed of both runs of a pair, 31 bits: pairs differ in all their chance, the two runs of a pair in none."""
    return int(np.random.SeedSequence([seed, pair]).generate_state(1)[0] >> 1)


def population_seed(seed: int, number: int) -> int:
    """The seed of an invented population; the first has that of the simulation."""
    return seed if number == 0 else int(np.random.SeedSequence([seed, number, _POPULATION]).generate_state(1)[0] >> 1)


def _drawn(believed: Mapping[str, tuple[float, ...]], rng: np.random.Generator) -> dict[str, float]:
    return {id: float(rng.uniform(low, high)) for id, (low, high) in believed.items()}


def _chance(seed: int, pair: int, use: int) -> np.random.Generator:
    return np.random.default_rng([seed, pair, use])
