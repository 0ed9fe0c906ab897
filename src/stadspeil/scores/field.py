"""The field: the areas that an area is held against, and when enough of them have a value to be ranked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from stadspeil.areas import FIRST_BOUNDARIES, AreaRegister, is_invented
from stadspeil.catalogue import Catalogue

# Country and regions have no field of their own: they are shown on the scale of the gemeenten.
RANKED_LEVELS = ("gemeente", "wijk", "buurt")


@dataclass(frozen=True)
class Field:
    """How many areas of each level exist in a boundary year, and how large a share of them must have a value."""

    sizes: Mapping[tuple[str, int], int]
    minimum: Mapping[str, float]

    def coverage(self, level: str, boundaries: int, present: int) -> float:
        """Share of the areas that exist which have a value."""
        return min(1.0, present / max(1, self.sizes.get((level, boundaries), present)))

    def suffices(self, level: str, coverage: float) -> bool:
        """Whether so many have a value that a place among them means something."""
        return coverage >= self.minimum[level] - 1e-9


def field_of(
    values: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, areas: pl.DataFrame | None = None
) -> Field:
    """The field of a table of values.

    Gemeenten are counted by the register. Of wijken and buurten no list is complete: those in the areas table
    count, or else those that any figure mentions.
    """
    listed = [table.select("area", "level", "boundaries") for table in (areas, values) if table is not None]
    sizes: dict[tuple[str, int], int] = {}
    for table in reversed(listed):
        counted = table.unique().group_by("level", "boundaries").len()
        sizes.update({(level, boundaries): size for level, boundaries, size in counted.iter_rows()})
    for boundaries in values["boundaries"].unique():
        codes = existing_gemeenten(values, register, boundaries)
        if codes:
            sizes["gemeente", boundaries] = len(codes)
    minimum = {level: catalogue.parameter(f"coverage_{level}") for level in RANKED_LEVELS}
    return Field(sizes, minimum)


def existing_gemeenten(values: pl.DataFrame, register: AreaRegister, boundaries: int) -> tuple[str, ...]:
    """Codes of the gemeenten of a boundary year: the real ones, or the invented ones where the values are invented.

    None for years of which no list is known.
    """
    if boundaries < FIRST_BOUNDARIES:
        return ()
    first = values.filter(pl.col("level") == "gemeente")["area"].head(1)
    invented = first.len() > 0 and is_invented(first[0])
    return tuple(sorted(code for code in register.codes(boundaries) if is_invented(code) == invented))
