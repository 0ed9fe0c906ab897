"""What chapters are made from, and the words that several of them use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from stadspeil.catalogue import Catalogue
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

    def group_title(self, id: str, kind: str, words: Wording) -> str:
        """The name of a group, region or the country that a town is held beside."""
        group = self.catalogue.groups.get(id)
        if group is None:
            return words(f"beside.{kind}")
        return group.title_en if words.lang == "en" else group.title

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
