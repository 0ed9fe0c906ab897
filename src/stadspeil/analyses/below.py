"""Below the wijk, for all figures of a country at once: pockets, the split of differences, clusters, shrunken values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from stadspeil.analyses.clusters import QUADRANTS, hot_spots_tested, local_clusters, neighbours_of
from stadspeil.analyses.hidden_buurten import pocket_test, wijk_hides
from stadspeil.analyses.nested_split import nested_split, split_per_gemeente
from stadspeil.analyses.shrunken import shrink_shares
from stadspeil.analyses.tables import CLUSTERS, ESTIMATES, HOT_SPOTS, POCKETS, SPLITS
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator
from stadspeil.contracts import Contract, check, empty

COUNTRY = "NL"
PEOPLE = "inwoners"
# Of the most buurten that a figure was ever known of; and of the most that any figure is known of.
WIDE, COUNTRYWIDE = 0.5, 0.2
_FEWEST_BUURTEN = 30
_KEYS = ("area", "year", "boundaries", "indicator")


@dataclass(frozen=True)
class Below:
    """POCKETS, SPLITS, CLUSTERS, HOT_SPOTS and ESTIMATES."""

    pockets: pl.DataFrame
    splits: pl.DataFrame
    clusters: pl.DataFrame
    hot_spots: pl.DataFrame
    estimates: pl.DataFrame


@dataclass(frozen=True)
class Buurten:
    """One figure in one year on one division: its buurten, and what its wijken say.

    Shape:   arrays have an entry per buurt; NaN where unknown.
    """

    indicator: Indicator
    year: int
    boundaries: int
    areas: tuple[str, ...]
    values: np.ndarray
    spread: np.ndarray
    base: np.ndarray
    people: np.ndarray
    wijk_values: dict[str, float]

    @property
    def wijken(self) -> np.ndarray:
        """Code of the wijk of each buurt."""
        return np.array([f"WK{area[2:8]}" for area in self.areas])

    @property
    def gemeenten(self) -> np.ndarray:
        """Code of the gemeente of each buurt."""
        return np.array([f"GM{area[2:6]}" for area in self.areas])

    @property
    def sign(self) -> float:
        """1 where high is favourable, -1 where low is, 0 for a neutral figure."""
        return {"higher_is_better": 1.0, "lower_is_better": -1.0}.get(self.indicator.direction, 0.0)

    def keyed(self, **columns: Sequence[object] | np.ndarray) -> pl.DataFrame:
        """A table with a row per buurt, or per `area` where that is given."""
        table = pl.DataFrame({"area": columns.pop("area", self.areas), **columns}, strict=False)
        return table.with_columns(
            year=pl.lit(self.year, dtype=pl.Int16),
            boundaries=pl.lit(self.boundaries, dtype=pl.Int16),
            indicator=pl.lit(self.indicator.id),
        )


def below_the_wijk(values: pl.DataFrame, areas: pl.DataFrame, catalogue: Catalogue) -> Below:
    """All of it for the newest year in which a figure is known of buurten.

    Shape:   VALUES of wijken and buurten of all years; AREAS with geometries where a map was read.
    """
    found: dict[str, list[pl.DataFrame]] = {"pockets": [], "splits": [], "estimates": []}
    chosen = list(newest_buurten(values, catalogue))
    for each in chosen:
        found["pockets"].append(_pockets(each))
        found["splits"].append(_splits(each))
        found["estimates"].append(_estimates(each))
    clusters, spots = _on_the_map(chosen, areas)
    made = {name: [table for table in tables if table.height] for name, tables in found.items()}
    return Below(
        _whole(_with_signals(made["pockets"]), POCKETS),
        _whole(made["splits"], SPLITS),
        _whole(clusters, CLUSTERS),
        _whole(spots, HOT_SPOTS),
        _whole(made["estimates"], ESTIMATES),
    )


def newest_buurten(values: pl.DataFrame, catalogue: Catalogue) -> Iterator[Buurten]:
    """Each connected figure that is known of buurten, in the newest year in which it is widely known."""
    small = values.filter(pl.col("level").is_in(["wijk", "buurt"]))
    numbered = small.filter((pl.col("level") == "buurt") & pl.col("value").is_not_null())
    sizes = numbered.group_by("indicator", "year", "boundaries").len()
    # A newer file of one gemeente is no newer year of the country.
    wide = sizes.filter(
        pl.col("len") >= WIDE * pl.col("len").max().over("indicator"),
        pl.col("len") >= COUNTRYWIDE * pl.col("len").max(),
    )
    last = wide.sort("year", "boundaries").unique("indicator", keep="last")
    chosen = small.join(last.drop("len"), on=["indicator", "year", "boundaries"])
    tables = {str(id): table for (id,), table in chosen.partition_by("indicator", as_dict=True).items()}
    people = numbered.filter(pl.col("indicator") == PEOPLE)
    for id, table in tables.items():
        buurten = table.filter(pl.col("level") == "buurt").sort("area")
        if buurten.height >= _FEWEST_BUURTEN:
            yield _buurten(catalogue.indicators[id], buurten, table, people)


def _buurten(indicator: Indicator, buurten: pl.DataFrame, table: pl.DataFrame, people: pl.DataFrame) -> Buurten:
    year, boundaries = int(buurten["year"][0]), int(buurten["boundaries"][0])
    # Inhabitants of the year nearest to the figure's, of areas with the same code.
    near = people.sort((pl.col("year") - year).abs(), maintain_order=True).unique("area", keep="first")
    beside = buurten.join(near.select("area", people="value"), on="area", how="left", maintain_order="left")
    wijken = table.filter((pl.col("level") == "wijk") & pl.col("value").is_not_null())
    numbers = {
        name: beside[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("value", "spread", "n", "people")
    }
    return Buurten(
        indicator, year, boundaries, tuple(beside["area"]), numbers["value"], numbers["spread"], numbers["n"],
        numbers["people"], dict(wijken.select("area", "value").iter_rows()),
    )  # fmt: skip


def _pockets(each: Buurten) -> pl.DataFrame:
    """The pocket test of one figure; no rows where its noise is unknown."""
    weights = np.where(np.isnan(each.base), each.people, each.base)
    per = each.indicator.per if each.indicator.kind == "share" else 0.0
    if each.indicator.kind == "count" or np.isfinite(each.spread).sum() < _FEWEST_BUURTEN:
        return empty(POCKETS)
    test = pocket_test(each.values, each.spread, weights, each.wijken, per)
    of_wijk = np.array([each.wijk_values.get(wijk, np.nan) for wijk in each.wijken])
    hides = wijk_hides(np.array(list(each.wijk_values.values())), of_wijk, test.difference)
    table = each.keyed(
        value=each.values, rest=test.rest, wijk_value=of_wijk, difference=test.difference, error=test.error, p=test.p,
        found=test.found, wijk_hides=hides, base=weights, unfavourable=test.difference * each.sign < 0,
        ordinary=np.full(len(each.areas), test.ordinary),
    )  # fmt: skip
    return table.filter(pl.col("p").is_not_nan())


def _with_signals(pockets: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """With the number of judged figures that point to a hidden problem in the buurt."""
    if not pockets:
        return []
    table = pl.concat(pockets, how="diagonal_relaxed")
    signal = pl.col("found") & pl.col("unfavourable") & pl.col("wijk_hides")
    return [table.with_columns(signals=signal.sum().over("area").cast(pl.Int32))]


def _splits(each: Buurten) -> pl.DataFrame:
    """How the differences of the country, and of each gemeente, divide; Theil for amounts, else the variance."""
    weights = np.where(np.isnan(each.base), each.people, each.base)
    known = ~(np.isnan(each.values) | np.isnan(weights)) & (weights > 0)
    if each.indicator.kind == "count" or known.sum() < _FEWEST_BUURTEN:
        return empty(SPLITS)
    values, weights = each.values[known], weights[known]
    gemeenten, wijken = each.gemeenten[known], each.wijken[known]
    amount = each.indicator.kind in ("mean", "median") and bool((values > 0).all())
    noise = each.spread[known] ** 2
    country = nested_split(
        values, weights, gemeenten, wijken, "theil" if amount else "variance",
        None if amount or np.isnan(noise).any() else noise,
    )  # fmt: skip
    inside = split_per_gemeente(values, weights, gemeenten, wijken, "theil" if amount else "variance")
    return each.keyed(
        area=[COUNTRY, *inside.codes],
        measure=["theil" if amount else "variance"] * (len(inside.codes) + 1),
        total=[country.total, *inside.total],
        between_gemeenten=[country.between_gemeenten, *([None] * len(inside.codes))],
        between_wijken=[country.between_wijken, *inside.between_wijken],
        within_wijken=[country.within_wijken, *inside.within_wijken],
    )


def inequality_of(values: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """How far the buurten of each gemeente lie apart on one figure, per year: area, year, indicator, total.

    Differences are relative to the gemeente's mean (mean log deviation), so that a figure that rises everywhere does
    not count as growing differences; shares of nothing are half a person. Shape: VALUES of the figure and of inhabitants.
    """
    kinds = {"area": pl.String, "year": pl.Int16, "indicator": pl.String, "total": pl.Float64}
    small = values.filter((pl.col("level") == "buurt") & pl.col("value").is_not_null())
    people = small.filter(pl.col("indicator") == PEOPLE).select("area", "year", "boundaries", people="value")
    found = [pl.DataFrame(schema=kinds)]
    own = small.filter(pl.col("indicator") == indicator.id).sort("boundaries")
    for (year, _), table in own.group_by("year", "boundaries", maintain_order=True):
        beside = table.join(people, on=["area", "year", "boundaries"], how="left").sort("area")
        weights = beside.select(pl.coalesce("n", "people", pl.lit(1.0)))["n"].to_numpy()
        kept = weights > 0
        least = 0.5 * indicator.per / np.maximum(weights, 1)
        amounts = np.maximum(beside["value"].to_numpy(), least)[kept]
        codes = beside["area"].to_numpy()[kept].astype(str)
        gemeenten, wijken = (np.array([each[2:end] for each in codes]) for end in (6, 8))
        if not len(codes) or (amounts <= 0).any():
            continue
        inside = split_per_gemeente(amounts, weights[kept], gemeenten, wijken, "mld")
        made = {"area": [f"GM{code}" for code in inside.codes], "total": inside.total}
        keys = pl.lit(year, dtype=pl.Int16).alias("year"), pl.lit(indicator.id).alias("indicator")
        found.append(pl.DataFrame(made).with_columns(*keys).select(list(kinds)))
    # A year on two divisions counts once, on the newest.
    return pl.concat(found).unique(["area", "year", "indicator"], keep="last", maintain_order=True)


def _estimates(each: Buurten) -> pl.DataFrame:
    """Raw and shrunken shares with the chance of lying in the country's outer tenth."""
    if each.indicator.kind != "share" or np.isfinite(each.base).sum() < _FEWEST_BUURTEN:
        return empty(ESTIMATES)
    shares = each.values / each.indicator.per
    known = shares[~np.isnan(shares)]
    threshold = float(np.clip(np.quantile(known, 0.9 if each.sign < 0 else 0.1), 0.001, 0.999))
    made = shrink_shares(shares, each.base, each.gemeenten, threshold, rounding=4.0)
    per = each.indicator.per
    above = made.above if each.sign < 0 else 1 - made.above
    table = each.keyed(
        value=made.raw * per, low=made.low * per, high=made.high * per, shrunken=made.shrunken * per,
        pull=made.pull * per, far=made.far, threshold=np.full(len(shares), threshold * per), beyond=above,
        base=each.base,
    )  # fmt: skip
    return table.filter(pl.col("value").is_not_nan())


def _on_the_map(chosen: Sequence[Buurten], areas: pl.DataFrame) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
    """Local Moran and Getis-Ord of all judged figures, batched per map; only discoveries have a row."""
    if areas.is_empty() or "geometry" not in areas.columns:
        return [], []
    maps = areas.filter((pl.col("level") == "buurt") & pl.col("geometry").is_not_null()).sort("boundaries", "area")
    clusters: list[pl.DataFrame] = []
    spots: list[pl.DataFrame] = []
    for (boundaries,), drawn in maps.group_by("boundaries", maintain_order=True):
        fitting = [each for each in chosen if each.sign != 0 and _fits(each, drawn["area"], int(str(boundaries)), maps)]
        if fitting:
            codes = drawn["area"].to_list()
            matrix = _matrix(fitting, codes)
            neighbours = neighbours_of(drawn["geometry"].to_list())
            clusters += _clusters(fitting, codes, matrix, neighbours)
            spots += _spots(fitting, codes, matrix, neighbours)
    return clusters, spots


def _fits(each: Buurten, drawn: pl.Series, boundaries: int, maps: pl.DataFrame) -> bool:
    """Whether a map is the one for a figure: that of its division, or else the nearest that knows nearly all codes."""
    own = maps["boundaries"].unique().to_list()
    nearest = min(own, key=lambda year: (abs(year - each.boundaries), year))
    return nearest == boundaries and len(set(each.areas) & set(drawn)) >= 0.8 * len(each.areas)


def _matrix(fitting: Sequence[Buurten], drawn: list[str]) -> np.ndarray:
    """Values (areas drawn, figures); NaN where a figure has none."""
    place = {area: number for number, area in enumerate(drawn)}
    matrix = np.full((len(drawn), len(fitting)), np.nan)
    for column, each in enumerate(fitting):
        for area, value in zip(each.areas, each.values, strict=True):
            if area in place:
                matrix[place[area], column] = value
    return matrix


def _clusters(
    fitting: Sequence[Buurten], drawn: list[str], matrix: np.ndarray, neighbours: sparse.csr_array
) -> list[pl.DataFrame]:
    made = local_clusters(matrix, neighbours)
    tables = []
    for column, each in enumerate(fitting):
        rows = np.flatnonzero(made.found[:, column])
        tables.append(
            each.keyed(
                area=[drawn[row] for row in rows],
                quadrant=[QUADRANTS[made.quadrant[row, column]] for row in rows],
                z=made.z[rows, column],
                p=made.p[rows, column],
                value=matrix[rows, column],
            )
        )
    return [table for table in tables if table.height]


def _spots(
    fitting: Sequence[Buurten], drawn: list[str], matrix: np.ndarray, neighbours: sparse.csr_array
) -> list[pl.DataFrame]:
    made = hot_spots_tested(matrix, neighbours)
    tables = []
    for column, each in enumerate(fitting):
        rows = np.flatnonzero(made.found[:, column])
        z = made.z[rows, column]
        tables.append(
            each.keyed(
                area=[drawn[row] for row in rows],
                side=["hoog" if each > 0 else "laag" for each in z],
                z=z,
                p=made.p[rows, column],
                value=matrix[rows, column],
            )
        )
    return [table for table in tables if table.height]


def _whole(tables: list[pl.DataFrame], contract: Contract) -> pl.DataFrame:
    if not tables:
        return empty(contract)
    table = pl.concat(tables, how="diagonal_relaxed")
    floats = [name for name, kind in contract.columns.items() if kind == pl.Float64]
    made = table.with_columns(pl.col(floats).cast(pl.Float64).fill_nan(None))
    made = made.select(pl.col(name).cast(kind) for name, kind in contract.columns.items())
    return check(made.sort("indicator", "area"), contract, "beneden de wijk")
