"""The marks that a composite of one level and year is made from: its parts' own, or the latest that may be carried."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue

# `oldest` is the oldest year that a mark rests on.
MARKS = ("indicator", "level", "year", "boundaries", "area", "mark", "mark_spread", "oldest", "note")
CELL = ("area", "indicator")


@dataclass(frozen=True)
class CarryRules:
    """How much of a composite must be there, how old a part may be, and what mark stands in the middle."""

    minimum_weight: float
    years: int
    middle: float = 6.5


@dataclass(frozen=True)
class Edition:
    """What is composed at a time: one level in one year on one area division."""

    level: str
    year: int
    boundaries: int

    def of_gemeenten(self) -> Edition:
        """The same year and division at the level that weights and regressions come from."""
        return Edition("gemeente", self.year, self.boundaries)


def carry_rules(catalogue: Catalogue) -> CarryRules:
    """The rules as the catalogue's parameters give them."""
    return CarryRules(
        catalogue.parameter("composite_minimum_weight"),
        int(catalogue.parameter("carry_years")),
        catalogue.parameter("mark_mean"),
    )


def present_marks(parts: pl.DataFrame, edition: Edition, rules: CarryRules, register: AreaRegister) -> pl.DataFrame:
    """Marks of the parts in an edition: their own, or else the latest that may be carried forward."""
    marked = parts.filter((pl.col("level") == edition.level) & pl.col("mark").is_not_null())
    here = (pl.col("year") == edition.year) & (pl.col("boundaries") == edition.boundaries)
    own = marked.filter(here)
    # A mark published on two divisions for one year is no older for it: the year itself may be carried too.
    recent = pl.col("year").is_between(edition.year - rules.years, edition.year)
    earlier = marked.filter(~here & recent & (pl.col("oldest") >= edition.year - rules.years))
    earlier = earlier.join(own, on=CELL, how="anti", maintain_order="left")
    if earlier.is_empty():
        return own
    kept = [
        _untouched(table, edition, int(boundaries), register)
        for (boundaries,), table in earlier.partition_by("boundaries", as_dict=True).items()
    ]
    same_division = pl.col("boundaries") == edition.boundaries
    carried = pl.concat(kept).sort("year", same_division, "boundaries", descending=True, maintain_order=True)
    return pl.concat([own, carried.unique(subset=CELL, keep="first", maintain_order=True)])


def _untouched(marks: pl.DataFrame, edition: Edition, boundaries: int, register: AreaRegister) -> pl.DataFrame:
    """Marks of areas whose territory is the same in both boundary years.

    Of wijken and buurten nobody records what was redrawn, so their marks stay within one division.
    """
    if boundaries == edition.boundaries or edition.level == "land":
        return marks
    if edition.level != "gemeente":
        return marks.clear()
    first, last = sorted((boundaries, edition.boundaries))
    codes = marks["area"].unique().sort()
    same = [code for code in codes if not register.touched(code, first, last)]
    return marks.filter(pl.col("area").is_in(same))
