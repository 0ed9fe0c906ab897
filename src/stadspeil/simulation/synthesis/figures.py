"""Published figures of buurten and of the areas above them, each of the year nearest to the one asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.errors import QuestionError
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace

Values = NDArray[np.float64]
Height = Literal["land", "gemeente", "wijk", "buurt"]
HEIGHTS: tuple[Height, ...] = ("buurt", "wijk", "gemeente", "land")

TYPES = ("huishoudens_eenpersoons", "huishoudens_zonder_kinderen", "huishoudens_met_kinderen")
AGES = ("inwoners_0_15", "inwoners_15_25", "inwoners_25_45", "inwoners_45_65", "inwoners_65_plus")
INCOMES = ("huishoudens_laagste_40_inkomen_pct", "huishoudens_hoogste_20_inkomen_pct")
INCOMES_OF_PERSONS = ("personen_laagste_40_inkomen_pct", "personen_hoogste_20_inkomen_pct")
TENURE = ("koopwoningen_pct", "corporatiewoningen_pct", "overige_verhuurders_pct")
FORM = ("eengezinswoningen_pct", "meergezinswoningen_pct")
LOW_INCOME, MEAN_INCOME = "huishoudens_laag_inkomen_pct", "gestandaardiseerd_inkomen_1000_eur"
VALUE, VACANT, OCCUPIED, FLOOR = "woz_waarde_1000_eur", "onbewoond_pct", "bewoond_pct", "woning_oppervlakte_m2"
_FIELDS = (
    "inwoners", "huishoudens", "huishoudensgrootte", "woningen", "huurwoningen_pct", "oppervlakte_land_ha",
    *TYPES, *(f"{each}_pct" for each in TYPES), *AGES, *(f"{each}_pct" for each in AGES), *INCOMES,
    *INCOMES_OF_PERSONS, *TENURE, *FORM, LOW_INCOME, MEAN_INCOME, VALUE, VACANT, OCCUPIED, FLOOR,
)  # fmt: skip
_TABLES = ("kerncijfers", "woningvoorraad")
# A figure of longer ago describes another buurt.
_YEARS_APART = 6
# With so many more or fewer inhabitants than in the year asked for, a code stands for another area; and where it does so
# for more than a third of the wijken of a gemeente, that gemeente was divided anew.
_SAME_AREA = (0.75, 1.35)
_DIVIDED_ANEW = 1 / 3
_COLUMNS = ["area", "level", "year", "field", "value", "low", "high", "snapshot"]


@dataclass(frozen=True)
class Areas:
    """Buurten in order of their code, with the row of the wijk and gemeente of each."""

    buurten: tuple[str, ...]
    wijken: tuple[str, ...]
    towns: tuple[str, ...]
    wijk: NDArray[np.intp]
    town: NDArray[np.intp]

    def codes(self, height: Height) -> tuple[str, ...]:
        """Codes of the areas of a height; the country has one, without a code of its own."""
        return {"buurt": self.buurten, "wijk": self.wijken, "gemeente": self.towns, "land": ("",)}[height]

    def row(self, height: Height) -> NDArray[np.intp]:
        """Row among the areas of a height in which each buurt lies."""
        if height == "buurt":
            return np.arange(len(self.buurten))
        return {"wijk": self.wijk, "gemeente": self.town, "land": np.zeros(len(self.buurten), dtype=np.intp)}[height]

    def parent(self, height: Height) -> NDArray[np.intp]:
        """Row in the height above of each area of a height."""
        if height in ("gemeente", "land"):
            return np.zeros(len(self.codes(height)), dtype=np.intp)
        if height == "buurt":
            return self.wijk
        above = np.zeros(len(self.wijken), dtype=np.intp)
        above[self.wijk] = self.town
        return above

    def total(self, height: Height, of_buurten: Values) -> Values:
        """Sum over the buurten of each area of a height."""
        return np.bincount(self.row(height), weights=of_buurten, minlength=len(self.codes(height))).astype(float)


@dataclass
class KeyFigures:
    """Figures by field and area, and where and when each was found (for the report on the fit)."""

    areas: Areas
    year: int
    cells: pl.DataFrame
    latest: dict[tuple[str, str], tuple[float, float, float, int]]
    sources: tuple[str, ...]
    changed: pl.DataFrame
    _country: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    _columns: dict[tuple[str, Height], Values] = field(default_factory=dict)

    def at(self, name: str, height: Height) -> Values:
        """A field of the areas of a height; NaN where it is not known. Of an interval the middle."""
        if height == "land":
            return np.array([self.country(name)[0]])
        key = (name, height)
        if key not in self._columns:
            found = [self.latest.get((code, name), _UNKNOWN)[0] for code in self.areas.codes(height)]
            self._columns[key] = np.array(found)
        return self._columns[key].copy()

    def interval(self, name: str, height: Height) -> tuple[Values, Values]:
        """Bounds of a field that is known as an interval only; NaN elsewhere."""
        found = [self.latest.get((code, name), _UNKNOWN) for code in self.areas.codes(height)]
        return np.array([each[1] for each in found]), np.array([each[2] for each in found])

    def years(self, name: str, height: Height) -> NDArray[np.int64]:
        """Year of the figure of each area of a height; 0 where it is not known."""
        if height == "land":
            return np.array([self.country(name)[1]])
        return np.array([self.latest.get((code, name), _UNKNOWN)[3] for code in self.areas.codes(height)])

    def nearest(self, name: str) -> tuple[Values, NDArray[np.intp]]:
        """A field of each buurt from the lowest area where it is known, and the place of that height in HEIGHTS."""
        value = np.full(len(self.areas.buurten), np.nan)
        found = np.full(len(value), len(HEIGHTS), dtype=np.intp)
        for place, height in enumerate(HEIGHTS):
            here = self.at(name, height)[self.areas.row(height)]
            take = np.isnan(value) & ~np.isnan(here)
            value[take], found[take] = here[take], place
        return value, found

    def country(self, name: str, weight: str = "huishoudens", year: int | None = None) -> tuple[float, int]:
        """A figure of the country and its year: as published, else the mean over gemeenten or wijken where at least
        half of these have it. NaN and 0 where there is neither."""
        key = (name, f"{weight} {year or self.year}")
        if key not in self._country:
            self._country[key] = _country(self.cells, name, weight, year or self.year)
        return self._country[key]


_UNKNOWN = (np.nan, np.nan, np.nan, 0)


def read_figures(workspace: Workspace, towns: Sequence[str], year: int | None) -> KeyFigures:
    """Figures of the buurten of these gemeenten.

    Without a year: the last in which each of them has households of buurten.
    Raises:  QuestionError where a gemeente is unknown or has no buurten with households.
    """
    cells = _cells(workspace)
    chosen = _chosen_year(cells, towns, year)
    codes = _buurten(cells, towns, chosen)
    areas = _areas(codes)
    around = {*codes, *areas.wijken, *areas.towns}
    own = cells.filter(pl.col("area").is_in(list(around)))
    changed = _changed(own, areas, chosen)
    near = (
        own.join(changed, on=["area", "year"], how="anti")
        .with_columns(apart=(pl.col("year") - chosen).abs())
        .filter(pl.col("apart") <= _YEARS_APART)
        # Of two years as near, the one before: what is to come is not known to a town.
        .sort("area", "field", "apart", "year")
        .unique(["area", "field"], keep="first", maintain_order=True)
    )
    latest = {
        (area, name): (value if value is not None else (low + high) / 2, low if value is None else np.nan,
                       high if value is None else np.nan, at)
        for area, name, value, low, high, at in near.select("area", "field", "value", "low", "high", "year").iter_rows()
    }  # fmt: skip
    return KeyFigures(areas, chosen, cells, latest, tuple(near["snapshot"].unique().sort()), changed)


def _changed(own: pl.DataFrame, areas: Areas, chosen: int) -> pl.DataFrame:
    """Wijken and buurten (area, year) of which the code stood for another area in that year."""
    people = own.filter((pl.col("field") == "inwoners") & pl.col("level").is_in(["wijk", "buurt"]))
    now = people.filter(pl.col("year") == chosen).select("area", now="value")
    pairs = now.join(people.select("area", "year", "level", then="value"), on="area").with_columns(
        town=pl.col("area").str.slice(2, 4), ratio=(pl.col("then") + 20) / (pl.col("now") + 20)
    )
    pairs = pairs.with_columns(other=~pl.col("ratio").is_between(*_SAME_AREA))
    anew = (
        pairs.group_by("town", "level", "year")
        .agg(share=pl.col("other").mean())
        .filter(pl.col("share") > _DIVIDED_ANEW)
    )
    codes = pl.DataFrame({"area": [*areas.buurten, *areas.wijken]}, schema={"area": pl.String})
    level = pl.when(pl.col("area").str.starts_with("WK")).then(pl.lit("wijk")).otherwise(pl.lit("buurt"))
    every = codes.with_columns(town=pl.col("area").str.slice(2, 4), level=level).join(
        anew.with_columns(pl.col("level").cast(pl.String)), on=["town", "level"]
    )
    one = pairs.filter(pl.col("other")).select("area", "year")
    return pl.concat([one, every.select("area", "year")]).unique()


def _cells(workspace: Workspace) -> pl.DataFrame:
    folders = [workspace.tables / name for name in _TABLES if has_shelf(workspace.tables / name)]
    if not folders:
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn geen kerncijfers om huishoudens van te maken",
            "haal of importeer kerncijfers van wijken en buurten en draai 'stadspeil build'",
        )  # fmt: skip
    found = pl.concat([read_shelf(each, {"field": _FIELDS}, _COLUMNS) for each in folders])
    censored = pl.col("value").is_null() & pl.col("low").is_not_null() & pl.col("high").is_not_null()
    return found.filter(pl.col("value").is_not_null() | censored).with_columns(pl.col("year").cast(pl.Int64))


def _chosen_year(cells: pl.DataFrame, towns: Sequence[str], year: int | None) -> int:
    per_town = cells.filter((pl.col("level") == "buurt") & (pl.col("field") == "huishoudens")).select(
        "year", town="GM" + pl.col("area").str.slice(2, 4)
    )
    known = set(cells.filter(pl.col("level") == "gemeente")["area"]) | set(per_town["town"])
    problems = [f"gemeente {town} komt in de kerncijfers niet voor" for town in towns if town not in known]
    if not towns:
        problems.append("er is geen gemeente genoemd")
    years = [set(per_town.filter(pl.col("town") == town)["year"]) for town in towns if town in known]
    shared = set.intersection(*years) if years else set()
    for town, having in zip([each for each in towns if each in known], years, strict=True):
        if not having or (year is not None and year not in having):
            told = f"wel in {', '.join(map(str, sorted(having)))}" if having else "in geen enkel jaar"
            problems.append(f"gemeente {town} heeft geen huishoudens per buurt in {year or 'de werkmap'} ({told})")
    if not problems and not shared:
        problems.append("de gevraagde gemeenten hebben geen jaar gemeen waarin huishoudens per buurt bekend zijn")
    if problems:
        raise QuestionError(
            "synthetische bevolking", problems,
            "noem gemeenten en een jaar uit de werkmap, of importeer de kerncijfers van buurten van dat jaar",
        )  # fmt: skip
    return year if year is not None else max(shared)


def _buurten(cells: pl.DataFrame, towns: Sequence[str], year: int) -> list[str]:
    there = cells.filter((pl.col("level") == "buurt") & (pl.col("year") == year))
    wanted = there.filter(("GM" + pl.col("area").str.slice(2, 4)).is_in(list(towns)))
    return sorted(wanted["area"].unique())


def _areas(buurten: Sequence[str]) -> Areas:
    wijk_of = ["WK" + code[2:8] for code in buurten]
    town_of = ["GM" + code[2:6] for code in buurten]
    wijken, wijk = np.unique(wijk_of, return_inverse=True)
    towns, town = np.unique(town_of, return_inverse=True)
    return Areas(tuple(buurten), tuple(map(str, wijken)), tuple(map(str, towns)), wijk, town)


def _country(cells: pl.DataFrame, name: str, weight: str, year: int) -> tuple[float, int]:
    of_field = cells.filter(pl.col("field") == name)
    printed = of_field.filter((pl.col("level") == "land") & pl.col("value").is_not_null())
    if printed.height:
        row = printed.with_columns(apart=(pl.col("year") - year).abs()).sort("apart", "year").row(0, named=True)
        if row["apart"] <= _YEARS_APART:
            return row["value"], row["year"]
    for level in ("gemeente", "wijk"):
        here = of_field.filter(pl.col("level") == level)
        weights = cells.filter((pl.col("field") == weight) & (pl.col("level") == level))
        # Another year's weight will do: sizes change slowly, and the mean is of one year all the same.
        sizes = weights.sort("year").unique("area", keep="last").select("area", size="value")
        per_year = cells.filter(pl.col("level") == level).group_by("year").agg(pl.col("area").n_unique())
        whole = max(per_year["area"].to_list(), default=0)
        years = here.join(sizes, on="area").group_by("year").agg(
            number=pl.len(), mean=(pl.col("value") * pl.col("size")).sum() / pl.col("size").sum(),
            sum=pl.col("value").sum(),
        )  # fmt: skip
        full = years.filter(pl.col("number") >= whole / 2)
        if full.height:
            row = full.with_columns(apart=(pl.col("year") - year).abs()).sort("apart", "year").row(0, named=True)
            extensive = not name.endswith(("_pct", "_eur", "grootte", "_m2"))
            return (row["sum"] if extensive else row["mean"]), row["year"]
    return np.nan, 0
