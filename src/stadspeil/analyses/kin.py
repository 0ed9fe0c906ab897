"""Kinds of buurten by structure, and the buurten most like one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from stadspeil.analyses.likeness import most_alike, standardised, typology
from stadspeil.analyses.tables import KINDS
from stadspeil.contracts import check, empty
from stadspeil.errors import QuestionError

# Structure: who lives there in which homes. Never an outcome, else one finds those that do as badly.
STRUCTURE = (
    "inwoners_0_15_aandeel", "inwoners_15_25_aandeel", "inwoners_25_45_aandeel", "inwoners_65_plus_aandeel",
    "huishoudens_eenpersoons_aandeel", "huishoudens_met_kinderen_aandeel", "huishoudensgrootte", "bevolkingsdichtheid",
    "omgevingsadressendichtheid", "koopwoningen_aandeel", "corporatiewoningen_aandeel", "eengezinswoningen_aandeel",
    "woningen_voor_2000_aandeel",
)  # fmt: skip
NUMBER_OF_KINDS = 6
_FEWEST = 60
_ENOUGH = 0.8


@dataclass(frozen=True)
class Structure:
    """What buurten are like. Shape: values (areas, figures), NaN where missing."""

    areas: tuple[str, ...]
    figures: tuple[str, ...]
    values: np.ndarray

    @cached_property
    def known(self) -> np.ndarray:
        """Where there is a value."""
        return ~np.isnan(self.values)

    @cached_property
    def standard(self) -> np.ndarray:
        """The values standardised per figure."""
        return standardised(self.values)

    @cached_property
    def at(self) -> dict[str, int]:
        """Where each buurt stands."""
        return {area: at for at, area in enumerate(self.areas)}

    @cached_property
    def towns(self) -> np.ndarray:
        """The number of each buurt's gemeente."""
        return np.array([code[2:6] for code in self.areas])


def structure_of(values: pl.DataFrame) -> Structure:
    """Figures of structure of all buurten, each in its newest widely known year. Shape: VALUES of buurten."""
    own = values.filter(
        (pl.col("level") == "buurt") & pl.col("indicator").is_in(list(STRUCTURE)) & pl.col("value").is_not_null()
    )
    sizes = own.group_by("indicator", "year", "boundaries").len()
    most = sizes["len"].max()
    wide = sizes.filter(pl.col("len") >= 0.5 * (most if isinstance(most, int) else 0))
    last = wide.sort("year", "boundaries").unique("indicator", keep="last").drop("len")
    chosen = own.join(last, on=["indicator", "year", "boundaries"])
    if chosen.is_empty():
        return Structure((), (), np.zeros((0, 0)))
    table = chosen.pivot("indicator", index="area", values="value", aggregate_function="first").sort("area")
    figures = tuple(name for name in STRUCTURE if name in table.columns)
    return Structure(tuple(table["area"]), figures, table.select(figures).cast(pl.Float64).fill_null(np.nan).to_numpy())


def kinds_of(structure: Structure, rng: np.random.Generator) -> pl.DataFrame:
    """KINDS of all buurten of which enough is known; none in too small a country."""
    if len(structure.areas) < _FEWEST or len(structure.figures) < 3:
        return empty(KINDS)
    made = typology(structure.values, NUMBER_OF_KINDS, rng)
    rows = [
        (area, int(kind), float(made.stability[kind]), made.agreement)
        for area, kind in zip(structure.areas, made.kind, strict=True)
        if kind >= 0
    ]
    return check(pl.DataFrame(rows, schema=dict(KINDS.columns), orient="row"), KINDS, "soorten buurten")


def alike(structure: Structure, area: str, number: int) -> pl.DataFrame:
    """The buurten of other gemeenten that are most like one in structure: area, distance, figures shared.

    Raises:  QuestionError if too little is known of the buurt.
    """
    own = structure.at.get(area)
    if own is None:
        raise QuestionError(
            f"buurt '{area}'", "daar is te weinig van bekend om mee te vergelijken", "zie 'stadspeil export values'"
        )
    known = structure.known
    if known[own].mean() < 0.5:
        raise QuestionError(
            f"buurt '{area}'", "de meeste cijfers over haar opbouw zijn geheim", "kies een grotere buurt"
        )
    elsewhere = structure.towns != area[2:6]
    nearest, distance = most_alike(structure.values, own, number, elsewhere, structure.standard)
    return pl.DataFrame(
        {
            "area": [structure.areas[each] for each in nearest],
            "distance": distance,
            "figures": [int((known[each] & known[own]).sum()) for each in nearest],
        }
    )
