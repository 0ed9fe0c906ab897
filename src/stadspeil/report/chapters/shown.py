"""What chapters are made from, and the words that several of them use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Group
from stadspeil.report.document import Drawing, Grid, Heading, Line
from stadspeil.report.wording import DASH, Wording, join_unit

Part = str | Heading | Grid | Drawing


@dataclass(frozen=True)
class Shown:
    """What chapters are made from: the analyses of all areas, and the lines of the town."""

    town: str
    catalogue: Catalogue
    analyses: Mapping[str, pl.DataFrame]
    small_areas: pl.DataFrame
    lines: Mapping[str, Line]
    composites: Mapping[str, Line]

    def table(self, name: str) -> pl.DataFrame:
        """The rows of an analysis about the town."""
        table = self.analyses.get(name)
        return pl.DataFrame() if table is None or table.is_empty() else table.filter(pl.col("area") == self.town)

    def inside(self, name: str) -> pl.DataFrame:
        """The rows of an analysis about wijken and buurten of the town."""
        table = self.analyses.get(name)
        if table is None or table.is_empty():
            return pl.DataFrame()
        return table.filter(pl.col("area").str.slice(2, 4) == self.town[2:])

    def all_of(self, name: str) -> pl.DataFrame:
        """An analysis of the whole field."""
        return self.analyses.get(name, pl.DataFrame())

    def name(self, code: str) -> str:
        """The name of a gemeente."""
        return dict(self.catalogue.gemeenten.select("code", "name").iter_rows()).get(code, code)

    def own_group(self) -> Group | None:
        """The first group that the town is in."""
        groups = sorted(self.catalogue.groups.values(), key=lambda each: each.order)
        return next((each for each in groups if self.town in each.members), None)

    def decimals(self, id: str) -> int:
        """Decimals in print: two for marks of composites where one hides everything, else the entry's."""
        return self.catalogue.indicators[id].decimals if id in self.catalogue.indicators else 1

    def quantity(self, id: str, value: float | None, words: Wording) -> str:
        """A value of a figure with its unit."""
        if value is None:
            return DASH
        unit = self.catalogue.indicators[id].unit if id in self.catalogue.indicators else ""
        return join_unit(words.number(value, self.decimals(id)), words.unit(unit))


def signed(value: float, decimals: int, words: Wording) -> str:
    text = words.number(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text
