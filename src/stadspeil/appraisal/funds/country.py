"""The areas of a whole country with what criteria may ask of them, read once so that many criteria can be tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.analyses.ranges import direction_of
from stadspeil.analyses.store import read_analysis
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.shelf import has_shelf, read_shelf, shelf_parts
from stadspeil.workspace import Workspace

Floats = NDArray[np.float64]
Scale = Literal["gemeente", "wijk", "buurt"]
SCALES: tuple[Scale, ...] = ("gemeente", "wijk", "buurt")
INHABITANTS, HOMES = "inwoners", "woningen"
# A year counts as one of the whole country when so many of its areas have the figure.
_WHOLE = 0.8
_COLUMNS = ("area", "year", "boundaries", "value", "spread")


@dataclass(frozen=True)
class Places:
    """The areas of one level, in order of code. inhabitants, homes: NaN where not published."""

    codes: NDArray[np.str_]
    names: NDArray[np.str_]
    inhabitants: Floats
    homes: Floats
    year: int
    boundaries: int

    def parents(self, scale: Scale) -> NDArray[np.str_]:
        """The code of the wijk or gemeente of each area (or its own)."""
        return parent_codes(self.codes, scale)


@dataclass(frozen=True)
class Measured:
    """One figure of the areas of one level, in their order. `sign` is 1 where more is worse, -1 where more is better, 0
    where it has no favourable side; low, high: bounds where it is known only between them."""

    values: Floats
    errors: Floats
    sign: int
    year: int
    low: Floats | None = None
    high: Floats | None = None

    @property
    def count(self) -> int:
        """How many areas have a value."""
        return int(np.isfinite(self.values).sum())


@dataclass(frozen=True)
class Country:
    """Places by level, figures by (id, level), and who belongs to which list: (list, level) -> codes of gemeenten on the
    division of that level's places."""

    places: Mapping[Scale, Places]
    figures: Mapping[tuple[str, Scale], Measured]
    members: Mapping[tuple[str, Scale], frozenset[str]]
    towns: Mapping[str, str]
    coverage: float

    def measured(self, id: str, scale: Scale) -> Measured:
        """A figure of a level. QuestionError where it was not read or nothing is measured at that level."""
        found = self.figures.get((id, scale))
        if found is None or not found.count:
            raise QuestionError(
                f"cijfer '{id}'", f"is niet gemeten per {scale}", "kies een ander niveau of een ander cijfer"
            )
        return found


def parent_codes(codes: NDArray[np.str_], scale: Scale) -> NDArray[np.str_]:
    """Codes of wijk or gemeente that areas lie in: the code of an area begins with that of its parent."""
    if scale == "buurt" or not len(codes):
        return codes
    prefix, length = ("WK", 8) if scale == "wijk" else ("GM", 6)
    return np.array([prefix + str(code)[2:length] for code in codes])


def years_of_building(first: int, last: int) -> str:
    """The id under which the share of homes built in some years is kept."""
    return f"bouwjaren {first}-{last}"


def load_country(
    workspace: Workspace, catalogue: Catalogue, asked: Iterable[tuple[str, Scale]],
    periods: Iterable[tuple[int, int, Scale]] = (), year: int | None = None,
) -> Country:  # fmt: skip
    """The places of all levels that are asked, with these figures, each in the newest year that covers the country.

    Raises:  QuestionError where there are no scores.
    """
    folder = workspace.out / "scores"
    if not has_shelf(folder):
        raise QuestionError(f"werkmap {workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil score'")
    reading = _Reading(workspace, catalogue, year)
    asked, periods = sorted(set(asked)), sorted(set(periods))
    scales: set[Scale] = {"gemeente", *(scale for _, scale in asked), *(scale for _, _, scale in periods)}
    places: dict[Scale, Places] = {}
    for scale in sorted(scales, key=SCALES.index, reverse=True):
        # What is coarser is rather taken on the division of what is finer, so that codes fit.
        finer = next(reversed(places.values()), None)
        places[scale] = reading.places(scale, finer.boundaries if finer else None)
    figures = {(id, scale): reading.figure(id, scale, places[scale]) for id, scale in asked}
    for first, last, scale in periods:
        figures[years_of_building(first, last), scale] = reading.built(first, last, scale, places[scale])
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    towns = dict(catalogue.gemeenten.select("code", "name").iter_rows())
    members = {
        (id, scale): frozenset(register.members_in(codes, each.boundaries, before))
        for scale, each in places.items()
        for id, codes, before in _lists(catalogue)
    }
    return Country(places, figures, members, towns, catalogue.parameter("rank_coverage"))


def _lists(catalogue: Catalogue) -> Iterable[tuple[str, tuple[str, ...], Mapping[str, str]]]:
    """Groups of gemeenten, and the lists of gemeenten that funds hold."""
    yield from ((each.id, each.members, each.before) for each in catalogue.groups.values())
    for fund in catalogue.funds.values():
        for condition in fund.conditions:
            if condition.test == "in" and condition.level == "gemeente":
                yield fund.id, condition.areas, {}


class _Reading:
    """Scores of a workspace, figure by figure, newest year first."""

    def __init__(self, workspace: Workspace, catalogue: Catalogue, year: int | None) -> None:
        self.workspace, self.catalogue, self.year = workspace, catalogue, year
        self.folder = workspace.out / "scores"
        years = {int(each) for part in shelf_parts(self.folder) for each in part.holds["year"]}
        self.years = sorted((each for each in years if year is None or each <= year), reverse=True)
        folder = workspace.tables / "areas"
        self.names = read_shelf(folder, columns=["area", "level", "name", "boundaries"]) if has_shelf(folder) else None

    def places(self, scale: Scale, near: int | None = None) -> Places:
        """The areas of a level with their inhabitants, rather on the division `near`."""
        rows = self._newest(INHABITANTS, scale, near)
        if not rows.height:
            raise QuestionError(
                f"werkmap {self.workspace.root}", f"van geen enkele {scale} is het aantal inwoners bekend",
                "lees kerncijfers in en draai 'stadspeil build' en 'stadspeil score'",
            )  # fmt: skip
        rows = rows.sort("area")
        codes = rows["area"].to_numpy().astype(str)
        year, boundaries = int(rows["year"][0]), int(rows["boundaries"][0])
        homes = self._newest(HOMES, scale, boundaries)
        return Places(codes, self._names_of(codes, boundaries), _column(rows, "value"), _aligned(homes, codes, "value"), year, boundaries)  # fmt: skip

    def figure(self, id: str, scale: Scale, places: Places) -> Measured:
        """A figure in the order of the places; without values where it is not measured there."""
        rows = self._newest(id, scale, places.boundaries)
        direction = direction_of(self.catalogue, id)
        sign = {"higher_is_better": -1, "lower_is_better": 1}.get(direction, 0)
        year = int(rows["year"][0]) if rows.height else 0
        return Measured(_aligned(rows, places.codes, "value"), _aligned(rows, places.codes, "spread"), sign, year)

    def built(self, first: int, last: int, scale: Scale, places: Places) -> Measured:
        """Share (%) of homes built in the years first to last, with bounds: classes of building years overlap them."""
        stock = read_analysis(self.workspace, "renewal_stock", {"level": [scale]})
        years = pl.col("last") - pl.col("first") + 1
        overlap = (
            pl.min_horizontal(pl.col("last"), pl.lit(last)) - pl.max_horizontal(pl.col("first"), pl.lit(first)) + 1
        )
        part = (overlap / years).clip(0.0, 1.0)
        made = stock.group_by("area").agg(
            homes=pl.col("homes").sum(),
            built=(pl.col("homes") * part).sum(),
            low=(pl.col("low") * (part >= 1)).sum(),
            high=(pl.col("high") * (part > 0)).sum(),
        )
        made = made.filter(pl.col("homes") > 0).with_columns(
            (pl.col(name) / pl.col("homes") * 100).clip(0, 100).alias(name) for name in ("built", "low", "high")
        )
        empty = np.full(len(places.codes), np.nan)
        year = int(stock["year"].max() or 0) if stock.height else 0  # type: ignore[arg-type]
        columns = [_aligned(made, places.codes, name) for name in ("built", "low", "high")]
        return Measured(columns[0], empty, 0, year, columns[1], columns[2])

    def _newest(self, id: str, scale: Scale, boundaries: int | None = None) -> pl.DataFrame:
        """The figure in the newest year that covers the country, rather on these boundaries; else its fullest year."""
        best: pl.DataFrame | None = None
        whole: pl.DataFrame | None = None
        for year in self.years:
            rows = self._rows(id, scale, year, boundaries)
            if rows.height >= _WHOLE * self._most(scale):
                if boundaries is None or rows["boundaries"][0] == boundaries:
                    return rows
                whole = rows if whole is None else whole
                if year < boundaries:
                    break
            if best is None or rows.height > best.height:
                best = rows
        found = whole if whole is not None else best
        return found if found is not None else pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.Float64))

    def _rows(self, id: str, scale: Scale, year: int, boundaries: int | None) -> pl.DataFrame:
        wanted: dict[str, list[object]] = {"year": [year], "level": [scale], "indicator": [id]}
        rows = read_shelf(self.folder, wanted, [*_COLUMNS, "level", "indicator"]).select(_COLUMNS)
        rows = rows.filter(pl.col("value").is_not_null())
        divisions = rows["boundaries"].unique().to_list()
        if len(divisions) > 1:
            chosen = boundaries if boundaries in divisions else max(divisions)
            rows = rows.filter(pl.col("boundaries") == chosen)
        return rows

    def _most(self, scale: Scale) -> int:
        """How many areas of a level the country has, in its fullest division."""
        if self.names is None:
            return 1
        return int(self.names.filter(pl.col("level") == scale).group_by("boundaries").len()["len"].max() or 1)  # type: ignore[arg-type]

    def _names_of(self, codes: NDArray[np.str_], boundaries: int) -> NDArray[np.str_]:
        known: dict[str, str] = dict(self.catalogue.gemeenten.select("code", "name").iter_rows())
        if self.names is not None:
            near = self.names.sort((pl.col("boundaries").cast(pl.Int32) - boundaries).abs(), descending=True)
            known |= dict(near.select("area", "name").iter_rows())
        return np.array([known.get(str(code), str(code)) for code in codes])


def _column(rows: pl.DataFrame, name: str) -> Floats:
    return rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()


def _aligned(rows: pl.DataFrame, codes: NDArray[np.str_], name: str) -> Floats:
    """A column in the order of the codes, NaN where a code has no row."""
    if not rows.height:
        return np.full(len(codes), np.nan)
    joined = pl.DataFrame({"area": codes}).join(rows.select("area", name), on="area", how="left", maintain_order="left")
    return _column(joined, name)
