"""What chapters are made from, and the words that several of them use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Group
from stadspeil.contracts import AREAS, GROUP_SCORES, SCORES, empty
from stadspeil.report.document import Comparison, Drawing, Grid, Heading, Line
from stadspeil.report.wording import DASH, Wording, join_unit
from stadspeil.simulation.reading import Outcome
from stadspeil.simulation.weighed import Weighed

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
    # SCORES of the town of all years, GROUP_SCORES of what it is compared with, and AREAS with geometry of its buurten.
    series: pl.DataFrame = field(default_factory=lambda: empty(SCORES))
    group_series: pl.DataFrame = field(default_factory=lambda: empty(GROUP_SCORES))
    comparisons: tuple[Comparison, ...] = ()
    own_group: int | None = None
    ground: pl.DataFrame = field(default_factory=lambda: empty(AREAS))
    ground_source: str = ""
    town_name: str = ""
    outcomes: tuple[Outcome, ...] = ()
    weighed: Weighed | None = None

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

    def group_of_town(self) -> Group | None:
        """The first group that the town is in."""
        groups = sorted(self.catalogue.groups.values(), key=lambda each: each.order)
        return next((each for each in groups if self.town in each.members), None)

    def name_of(self, code: str) -> str:
        """The name of a wijk or buurt, else its code."""
        found = self.small_areas.filter(pl.col("area") == code).sort("boundaries")["name"]
        return str(found[-1]) if len(found) else code

    def decimals(self, id: str) -> int:
        """Decimals in print: two for marks of composites where one hides everything, else the entry's."""
        return self.catalogue.indicators[id].decimals if id in self.catalogue.indicators else 1

    def quantity(self, id: str, value: float | None, words: Wording) -> str:
        """A value of a figure with its unit."""
        if value is None:
            return DASH
        unit = self.catalogue.indicators[id].unit if id in self.catalogue.indicators else ""
        return join_unit(words.number(value, self.decimals(id)), words.unit(unit))
