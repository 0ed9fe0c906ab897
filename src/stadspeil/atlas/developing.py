"""A figure of an area over the years, beside its group, region and country: as value, index or mark, and what changed.

Nothing crosses a break: neither a line, nor an index, nor a change.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl

from stadspeil.analyses.development import changes_of
from stadspeil.atlas.site import Site
from stadspeil.report.chapters.over_the_years import one_a_year
from stadspeil.report.drawing.content import Course, Panel
from stadspeil.report.standing import margin_of
from stadspeil.report.wording import Wording
from stadspeil.scores.groups import COUNTRY
from stadspeil.shelf import has_shelf, read_shelf

# Half a 90 % interval, in standard errors: as the analyses of change have it.
_SAME_PARTS = 1e-4
Form = Literal["waarde", "index", "cijfer", "vast"]
Row = Mapping[str, Any]
_COLUMNS: Mapping[Form, tuple[str, str]] = {
    "waarde": ("value", "spread"), "index": ("value", "spread"), "cijfer": ("mark", "mark_spread"),
    "vast": ("fixed_mark", "fixed_spread"),
}  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """What an area is drawn beside: how its line looks, its id, its name, and whether it is a group or an area."""

    kind: str
    id: str
    name: str
    grouped: bool


@dataclass(frozen=True)
class Change:
    """From the first to the last year that may be held beside each other; margins are half a 90 % interval."""

    first_year: int
    last_year: int
    first: float
    last: float
    change: float
    margin: float | None
    verdict: str
    years: int
    fixed: bool = False
    slope: tuple[float, float, float] | None = None
    country: float | None = None


@dataclass(frozen=True)
class Development:
    """One figure over the years in one form. `base` is the year that an index holds at 100."""

    id: str
    form: Form
    panel: Panel
    rows: Mapping[int, Row]
    base: int | None = None
    change: Change | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds of the lines beside, in order."""
        return tuple(kind for kind, _ in self.panel.beside)


@dataclass
class Developing:
    """All that is known of one area over the years, and what it is drawn beside."""

    site: Site
    area: str
    words: Wording
    beside: tuple[Beside, ...]
    _breaks: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """SCORES of the area."""
        return self.site.results.here(self.site.results.of_area(self.area))

    @cached_property
    def trends(self) -> dict[str, Row]:
        """TRENDS of the area by figure; empty for a wijk or buurt, of which none are made."""
        return self._of_area("trends")

    @cached_property
    def fixed(self) -> pl.DataFrame:
        """REAL_MARKS of the area."""
        table = self.site.results.analysis("real_marks")
        return table.filter(pl.col("area") == self.area) if table.height else table

    @cached_property
    def measured(self) -> dict[str, int]:
        """Figures with a number, and in how many years; of a wijk or buurt on the one division that has most of them."""
        known = self.rows.filter(pl.col("value").is_not_null())
        keys = ["indicator"] if self.area.startswith("GM") else ["indicator", "boundaries"]
        counted = known.group_by(keys).agg(years=pl.col("year").n_unique())
        return dict(counted.group_by("indicator").agg(pl.col("years").max()).iter_rows())

    @cached_property
    def ground_known(self) -> bool:
        """Whether figures stand on one ground: of a gemeente always, of small areas where divisions were linked."""
        return self.area.startswith("GM") or has_shelf(self._ground)

    @cached_property
    def ground_breaks(self) -> tuple[int, ...]:
        """First years after which the ground of a wijk or buurt was another."""
        if self.area.startswith("GM") or not has_shelf(self._ground):
            return ()
        return tuple(sorted(set(read_shelf(self._ground).filter(pl.col("area") == self.area)["first_year_after"])))

    def develop(self, id: str, form: Form) -> Development | None:
        """The figure in a form; None where it has no numbers in that form."""
        rows = self._series(id, form)
        if rows.is_empty():
            return None
        value, spread = _COLUMNS[form]
        own = _course(rows, value, spread)
        years = [year for year, *_ in own.points]
        known = {*self.breaks(id), *(_other_parts(rows) if form == "cijfer" else ())}
        breaks = tuple(year for year in sorted(known) if years[0] < year <= years[-1])
        beside = [(each.kind, course) for each in self.beside
                  if (course := self._beside(each, id, form, years, int(rows["boundaries"][-1]))) is not None]  # fmt: skip
        entry = self.site.catalogue.indicators.get(id)
        marked = form in ("cijfer", "vast") or entry is None
        unit, decimals = ("", 2 if form == "vast" else 1) if marked or entry is None else (entry.unit, entry.decimals)
        panel = Panel(self.site.title(id, self.words.lang), unit, decimals, own, tuple(beside), breaks)
        by_year = {row["year"]: row for row in rows.iter_rows(named=True)}
        made = Development(id, form, panel, by_year, change=self.change(id))
        return self._indexed(made) if form == "index" else made

    def breaks(self, id: str) -> tuple[int, ...]:
        """First years that cannot be held beside those before: measured otherwise, or other ground."""
        if id not in self._breaks:
            found = {*self.site.catalogue.breaks_of(id), *self.ground_breaks}
            trend = self.trends.get(id)
            if trend is not None and trend["broken_by"]:
                found.add(trend["break_year"])
            self._breaks[id] = tuple(sorted(found))
        return self._breaks[id]

    def change(self, id: str, comparisons: int = 1) -> Change | None:
        """As the analysis tells it; of a wijk or buurt worked out with the same function, after the last break."""
        row = self.trends.get(id)
        if row is not None:
            margin = None if row["low"] is None else (row["high"] - row["low"]) / 2
            slope = None if row["slope"] is None else (row["slope"], row["slope_low"], row["slope_high"])
            return Change(
                row["first_year"], row["last_year"], row["first"], row["last"], row["change"], margin, row["verdict"],
                row["years"], row["scale"] == "vast cijfer", slope, row["country_change"],
            )  # fmt: skip
        if self.area.startswith("GM") or id in self.site.catalogue.composites:
            return None
        rows = self._series(id, "waarde").filter(pl.col("year") >= max(self.breaks(id), default=0))
        if rows.height < 2:
            return None
        values, spread = (rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("value", "spread"))
        made = changes_of(values[None, :], spread[None, :], comparisons)
        margin = float(made.margin[0])
        return Change(
            int(rows["year"][0]), int(rows["year"][-1]), float(values[0]), float(values[-1]), float(made.change[0]),
            margin if np.isfinite(margin) else None, str(made.verdict[0]), rows.height,
        )  # fmt: skip

    @property
    def _ground(self) -> Any:
        return self.site.workspace.out / "breaks"

    def _of_area(self, name: str) -> dict[str, Row]:
        table = self.site.results.analysis(name)
        rows = table.filter(pl.col("area") == self.area).iter_rows(named=True) if table.height else ()
        return {row["indicator"]: row for row in rows}

    def _series(self, id: str, form: Form) -> pl.DataFrame:
        """One row a year, on the division of the series where a year has several.

        Of a wijk or buurt the years of one division only: the same code may be other ground on another.
        """
        table = self.fixed if form == "vast" else self.rows
        if table.is_empty():
            return table
        own = table.filter((pl.col("indicator") == id) & pl.col(_COLUMNS[form][0]).is_not_null())
        if own.is_empty():
            return own
        if not self.area.startswith("GM"):
            sizes = own.group_by("boundaries").agg(pl.col("year").n_unique()).sort("year", "boundaries")
            own = own.filter(pl.col("boundaries") == sizes["boundaries"][-1])
        trend = self.trends.get(id)
        return one_a_year(own, trend["boundaries"] if trend is not None else int(own["boundaries"].max()))  # type: ignore[arg-type]

    def _beside(self, each: Beside, id: str, form: Form, years: Sequence[int], boundaries: int) -> Course | None:
        value = _COLUMNS[form][0]
        if form == "vast":
            table = self.site.results.analysis("real_marks")
            rows = (
                table.filter((pl.col("area") == each.id) & (pl.col("indicator") == id)) if each.id == COUNTRY else None
            )
        elif each.grouped:
            table = self.site.results.groups()
            rows = table.filter((pl.col("group") == each.id) & (pl.col("indicator") == id))
        else:
            rows = self.site.results.of_area(each.id).filter(pl.col("indicator") == id)
        if rows is None or rows.is_empty():
            return None
        rows = one_a_year(rows.filter(pl.col(value).is_not_null() & pl.col("year").is_in(list(years))), boundaries)
        return _course(rows, value, "") if rows.height else None

    def _indexed(self, made: Development) -> Development | None:
        """Every line at 100 in the base year, from the last break on; None where the base is nought or alone."""
        panel = made.panel
        since = max(panel.breaks, default=0)
        years = [year for year, *_ in panel.town.points if year >= since]
        wanted = int(self.site.catalogue.parameter("mark_base_year"))
        base = wanted if wanted in years else years[0]
        own = _index(panel.town, base, since)
        if own is None or len(own.points) < 2:
            return None
        beside = [(kind, course) for kind, each in panel.beside if (course := _index(each, base, since)) is not None]
        panel = replace(panel, town=own, beside=tuple(beside), breaks=(), unit="index", decimals=0)
        return replace(made, panel=panel, base=base)


def _other_parts(rows: pl.DataFrame) -> list[int]:
    """Years in which a composite has another share of its weight than the year before: other parts, another measure."""
    covered = list(zip(rows["year"], rows["coverage"], strict=True))
    return [year for (_, before), (year, now) in itertools.pairwise(covered)
            if before is not None and now is not None and abs(now - before) > _SAME_PARTS]  # fmt: skip


def _course(rows: pl.DataFrame, value: str, spread: str) -> Course:
    noise = rows[spread].to_list() if spread else [None] * rows.height
    return Course(tuple(
        (int(year), float(number), margin_of(each))
        for year, number, each in zip(rows["year"], rows[value], noise, strict=True)
    ))  # fmt: skip


def _index(course: Course, base: int, since: int) -> Course | None:
    """The course as a share of its base year, in hundredths; its margin holds the noise of the base year too."""
    found = {year: (value, margin) for year, value, margin in course.points if year >= since}
    if base not in found or found[base][0] <= 0:
        return None
    start, start_margin = found[base]
    points = []
    for year, (value, margin) in found.items():
        wide = None
        if margin is not None and start_margin is not None:
            wide = 0.0 if year == base else 100 * float(np.hypot(margin / start, value * start_margin / start**2))
        points.append((year, 100 * value / start, wide))
    return Course(tuple(points))
