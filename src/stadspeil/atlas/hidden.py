"""Buurten of a town beside the rest of their wijk: what was found, of what kind, and with what margins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from stadspeil.atlas.classes import FEWEST
from stadspeil.atlas.site import Site
from stadspeil.report.drawing.strips import Spot, Strip, Strips
from stadspeil.report.standing import margin_of
from stadspeil.report.wording import Wording

_KEY = ["area", "year", "boundaries", "indicator"]


@dataclass(frozen=True)
class Chosen:
    """What a reader asked to see: of one theme, of one figure, of one year; empty or None for all."""

    theme: str = ""
    figure: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Hidden:
    """The tested buurten of a town, within what was chosen."""

    site: Site
    town: str
    chosen: Chosen

    @cached_property
    def all_tested(self) -> pl.DataFrame:
        """POCKETS of the town with `spread`, `wijk`, `theme` and `finding`, whatever was chosen."""
        return self.site.results.remembered(("hidden", self.town), self._all_tested)

    def _all_tested(self) -> pl.DataFrame:
        pockets = self.site.results.inside("pockets", self.town)
        years = pockets["year"].unique().sort().to_list()
        spreads = self.site.results.columns_around(self.town, (*_KEY, "spread"), {"level": ["buurt"], "year": years})
        entries = self.site.catalogue.indicators
        known = pockets.filter(pl.col("indicator").is_in(list(entries)))
        themes = {id: entries[id].theme for id in known["indicator"].unique()}
        neutral = [id for id in themes if entries[id].direction == "neutral"]
        is_neutral = pl.col("indicator").is_in(neutral)
        found = pl.col("found").fill_null(False)
        return known.join(spreads, on=_KEY, how="left").with_columns(
            wijk=pl.lit("WK") + pl.col("area").str.slice(2, 6),
            theme=pl.col("indicator").replace_strict(themes, default="", return_dtype=pl.String),
            finding=pl.when(pl.col("p").is_null() | pl.col("p").is_nan()).then(pl.lit("untested"))
            .when(~found & (pl.col("base") < FEWEST)).then(pl.lit("few"))
            .when(~found).then(pl.lit("none"))
            .when(is_neutral).then(pl.lit("other"))
            .when(~pl.col("unfavourable")).then(pl.lit("better"))
            .when(pl.col("wijk_hides")).then(pl.lit("hidden")).otherwise(pl.lit("seen")),
        )  # fmt: skip

    @cached_property
    def tested(self) -> pl.DataFrame:
        """The same within what was chosen."""
        table, chosen = self.all_tested, self.chosen
        if chosen.theme:
            table = table.filter(pl.col("theme") == chosen.theme)
        if chosen.figure:
            table = table.filter(pl.col("indicator") == chosen.figure)
        if chosen.year is not None:
            table = table.filter(pl.col("year") == chosen.year)
        return table

    @cached_property
    def hidden(self) -> pl.DataFrame:
        """Hidden buurten, those with most figures first and numbered in that order; the surest figure of each first."""
        rows = self.tested.filter(pl.col("finding") == "hidden")
        order = rows.group_by("area").agg(figures=pl.len(), surest=pl.col("p").min())
        order = order.sort("figures", "surest", "area", descending=[True, False, False]).with_row_index("number", 1)
        return rows.join(order, on="area").sort("number", "p", "indicator")

    @property
    def order(self) -> list[str]:
        """Codes of the hidden buurten by their number."""
        return self.hidden["area"].unique(maintain_order=True).to_list()

    @cached_property
    def also(self) -> pl.DataFrame:
        """What was found and is not hidden: the wijk stands out too, or it is favourable, or neutral."""
        rank = {"seen": 0, "better": 1, "other": 2}
        rows = self.tested.filter(pl.col("finding").is_in(list(rank)))
        return rows.sort(pl.col("finding").replace_strict(rank, return_dtype=pl.Int8), "p", "area", "indicator")

    @cached_property
    def drawn(self) -> str:
        """The figure to draw: the chosen one, else that with most hidden buurten, else the one nearest to having one."""
        if self.chosen.figure or self.tested.is_empty():
            return self.chosen.figure
        judged = [id for id, each in self.site.catalogue.indicators.items() if each.direction != "neutral"]
        rows = self.tested.with_columns(judged=pl.col("indicator").is_in(judged))
        best = rows.group_by("indicator").agg(
            hidden=(pl.col("finding") == "hidden").sum(), judged=pl.col("judged").any(), p=pl.col("p").min()
        )
        best = best.sort("hidden", "judged", "p", "indicator", descending=[True, True, False, False], nulls_last=True)
        return str(best["indicator"][0])

    @cached_property
    def of_drawn(self) -> pl.DataFrame:
        """Every buurt with a value of the drawn figure, tested or not, by wijk and value."""
        rows = self.all_tested.filter(pl.col("indicator") == self.drawn)
        if rows.is_empty():
            return rows
        edition = {"indicator": self.drawn, "year": rows["year"][0], "boundaries": rows["boundaries"][0]}
        others = self._edition(edition).filter(
            (pl.col("level") == "buurt") & ~pl.col("area").is_in(rows["area"].to_list())
        )
        untested = others.select("area", "year", "boundaries", "indicator", "value", "spread", base="n").with_columns(
            wijk=pl.lit("WK") + pl.col("area").str.slice(2, 6), finding=pl.lit("untested")
        )
        return pl.concat([rows, untested], how="diagonal_relaxed").sort("wijk", "value", descending=[False, True])

    def strips(self, title: str, words: Wording) -> Strips | None:
        """The drawn figure as rows of wijken; None where there is nothing to draw."""
        rows = self.of_drawn
        if rows.is_empty():
            return None
        edition = {"indicator": self.drawn, "year": rows["year"][0], "boundaries": rows["boundaries"][0]}
        whole = dict(self._edition(edition).select("area", "value").iter_rows())
        strips = [
            Strip(self.site.name_then(str(wijk), edition["boundaries"]), whole.get(wijk), tuple(self._spot(row) for row in own.iter_rows(named=True)))
            for (wijk,), own in rows.group_by("wijk", maintain_order=True)
        ]  # fmt: skip
        unit = words.unit(self.site.catalogue.indicators[self.drawn].unit)
        return Strips(title, unit, tuple(strips), whole.get(self.town), self.site.name(self.town))

    def _edition(self, edition: Mapping[str, Any]) -> pl.DataFrame:
        rows = self.site.results.edition_around(self.town, **edition)
        return rows.filter(pl.col("value").is_not_null())

    def _spot(self, row: Mapping[str, Any]) -> Spot:
        return Spot(self.site.name(row["area"]), row["value"], margin_of(row["spread"]), row["finding"])
