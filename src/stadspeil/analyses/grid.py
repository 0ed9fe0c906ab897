"""Inside the buurten, by the squares of 100 m: how much even an average of a buurt hides, and where.

Every square weighs the same: the publisher draws squares where people live but does not say how many live there, so
the split is of places and not of people. A square is never held against anything but the squares of its own buurt and
those around it; what is told of it is told of its buurt. See decision 30.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse
from scipy.special import ndtr

from stadspeil.analyses.clusters import QUADRANTS, LocalClusters, hot_spots, local_clusters
from stadspeil.analyses.hidden_buurten import OUTER, benjamini_hochberg
from stadspeil.analyses.nested_split import chain_split, chain_split_per
from stadspeil.analyses.square_pockets import FEWEST_SQUARES, SquarePockets, grid_neighbours, square_pockets
from stadspeil.analyses.tables import GRID_BUURTEN, GRID_POCKETS, GRID_SPLITS, GRID_SQUARES
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import Contract, check, empty

COUNTRY = "NL"
# The whole, of which the other figures are parts; a class from one to nine is no figure to count with.
WHOLE = "leefbaarheid_afwijking"
_CLASSES = "klasse"
_HOT = 0.05


@dataclass(frozen=True)
class InsideBuurten:
    """GRID_SPLITS, GRID_BUURTEN, GRID_POCKETS and GRID_SQUARES."""

    splits: pl.DataFrame
    buurten: pl.DataFrame
    pockets: pl.DataFrame
    squares: pl.DataFrame


@dataclass(frozen=True)
class Field:
    """One figure of the squares that have it, with the tests of it. Shapes: an entry per square."""

    name: str
    sign: float
    places: np.ndarray
    values: np.ndarray
    buurten: np.ndarray
    test: SquarePockets
    quadrant: np.ndarray
    gi: np.ndarray


@dataclass(frozen=True)
class Grid:
    """The squares of one year that lie in a buurt: corner and buurt of each, and a column per figure (NaN: none)."""

    year: int
    boundaries: int
    squares: np.ndarray
    buurten: np.ndarray
    figures: Mapping[str, np.ndarray]
    neighbours: sparse.csr_array


def inside_buurten(squares: pl.DataFrame, catalogue: Catalogue) -> InsideBuurten:
    """All of it for the newest year of the squares. Shape: SQUARES, placed in buurten."""
    grid = _newest(squares, catalogue)
    if grid is None:
        return InsideBuurten(*(empty(each) for each in (GRID_SPLITS, GRID_BUURTEN, GRID_POCKETS, GRID_SQUARES)))
    fields = _fields(grid, catalogue)
    whole = [_buurten(each, grid) for each in fields]
    pockets = [_pockets(each, grid, fields) for each in fields]
    return InsideBuurten(
        _kept([_splits(each, grid) for each in fields], GRID_SPLITS, grid),
        _kept(whole, GRID_BUURTEN, grid),
        _kept(pockets, GRID_POCKETS, grid),
        _kept([_squares(each, grid) for each in fields], GRID_SQUARES, grid),
    )


def _newest(squares: pl.DataFrame, catalogue: Catalogue) -> Grid | None:
    known = squares.filter(pl.col("buurt").is_not_null() & pl.col("value").is_not_null())
    counted = [name for name in known["field"].unique() if catalogue.fields[name].unit != _CLASSES]
    known = known.filter(pl.col("field").is_in(counted))
    if known.is_empty():
        return None
    known = known.filter(pl.col("year") == pl.col("year").max())
    wide = known.pivot("field", index=["square", "east", "north", "buurt"], values="value").sort("east", "north")
    names = [each for each in catalogue.fields if each in counted]
    figures = {name: wide[name].fill_null(np.nan).to_numpy() for name in names}
    neighbours = grid_neighbours(wide["east"].to_numpy(), wide["north"].to_numpy())
    return Grid(
        int(known["year"][0]), max(known["boundaries"].to_list()), wide["square"].to_numpy().astype(str),
        wide["buurt"].to_numpy().astype(str), figures, neighbours,
    )  # fmt: skip


def _fields(grid: Grid, catalogue: Catalogue) -> list[Field]:
    """Every figure with its pockets and clusters; the clusters in one batch."""
    matrix = np.stack(list(grid.figures.values()), axis=1)
    clusters = local_clusters(matrix, grid.neighbours)
    spots = hot_spots(matrix, grid.neighbours)
    lower = {each.column for each in catalogue.indicators.values() if each.direction == "lower_is_better"}
    found = []
    for column, (name, values) in enumerate(grid.figures.items()):
        places = np.flatnonzero(~np.isnan(values))
        buurten = np.unique(grid.buurten[places], return_inverse=True)[1]
        test = square_pockets(values[places], buurten, grid.neighbours[places][:, places])
        sign = -1.0 if name in lower else 1.0
        quadrant = _quadrants(clusters, column)[places]
        found.append(Field(name, sign, places, values[places], buurten, test, quadrant, spots[places, column]))
    return found


def _quadrants(clusters: LocalClusters, column: int) -> np.ndarray:
    """The quadrant of each square that is a discovery, -1 for others."""
    return np.where(clusters.found[:, column], clusters.quadrant[:, column], -1)


def _splits(field: Field, grid: Grid) -> pl.DataFrame:
    buurten = grid.buurten[field.places]
    gemeenten, wijken = (np.array([code[2:end] for code in buurten.tolist()]) for end in (6, 8))
    ones = np.ones(len(buurten))
    parts = chain_split(field.values, ones, (gemeenten, wijken, field.buurten), "variance")
    codes, inside = chain_split_per(field.values, gemeenten, (wijken, field.buurten))
    counts = np.unique(gemeenten, return_counts=True)[1]
    return pl.DataFrame(
        {
            "area": [COUNTRY, *(f"GM{code}" for code in codes)], "field": field.name,
            "squares": [len(buurten), *counts.tolist()], "total": [sum(parts), *inside.sum(axis=1).tolist()],
            "between_gemeenten": [parts[0], *([None] * len(codes))],
            "between_wijken": [parts[1], *inside[:, 0]], "between_buurten": [parts[2], *inside[:, 1]],
            "within_buurten": [parts[3], *inside[:, 2]],
        }, strict=False,
    ).with_columns(within_buurten_pct=100 * pl.col("within_buurten") / pl.col("total"))  # fmt: skip


def _of_buurten(field: Field, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Code, number of squares and mean of each buurt that has the figure."""
    counts = np.bincount(field.buurten)
    return np.unique(grid.buurten[field.places]), counts, np.bincount(field.buurten, field.values) / counts


def _hides(field: Field, means: np.ndarray) -> np.ndarray:
    """Whether a buurt by its own mean gives nobody a reason to look: not among the least favourable fifth."""
    return np.asarray(field.sign * means >= np.quantile(field.sign * means, OUTER))


def _buurten(field: Field, grid: Grid) -> pl.DataFrame:
    codes, counts, means = _of_buurten(field, grid)
    spread = np.sqrt(np.bincount(field.buurten, (field.values - means[field.buurten]) ** 2) / counts)
    bad = (field.test.difference * field.sign < 0) & (field.test.pocket >= 0)
    low, high = np.quantile(means, [OUTER, 1 - OUTER])
    cold = benjamini_hochberg(2 * ndtr(-np.abs(field.gi)), _HOT) & (field.gi * field.sign < 0)
    # The quadrant in which an unfavourable square stands among favourable ones.
    among = field.quadrant == (QUADRANTS.index("laag-hoog") if field.sign > 0 else QUADRANTS.index("hoog-laag"))

    def counted(which: np.ndarray) -> np.ndarray:
        return np.bincount(field.buurten[which], minlength=len(codes))

    def pockets(which: np.ndarray) -> np.ndarray:
        first = np.unique(np.where(which, field.test.pocket, -1), return_index=True)
        return counted(first[1][first[0] >= 0])

    unfavourable = pockets(bad)
    return pl.DataFrame(
        {
            "area": codes, "field": field.name, "squares": counts, "value": means, "spread": spread,
            "tested": (counts >= FEWEST_SQUARES) & ~np.isnan(field.test.ordinary),
            "pockets": pockets(field.test.pocket >= 0), "pockets_unfavourable": unfavourable,
            "pocket_squares": counted(bad), "cold": counted(cold), "low_among_high": counted(among),
            "looks_average": (means >= low) & (means <= high),
            "buurt_hides": _hides(field, means) & (unfavourable > 0),
        }
    )  # fmt: skip


def _pockets(field: Field, grid: Grid, fields: list[Field]) -> pl.DataFrame:
    """One row per pocket; of the whole with the part in which it differs most."""
    codes, _, means = _of_buurten(field, grid)
    hides = _hides(field, means)
    rows = []
    for number in range(int(field.test.pocket.max(initial=-1)) + 1):
        own = np.flatnonzero(field.test.pocket == number)
        difference = float(field.test.difference[own].mean())
        unfavourable = difference * field.sign < 0
        buurt = int(field.buurten[own[0]])
        rows.append(
            {
                "area": str(codes[buurt]), "field": field.name, "squares": len(own),
                "value": float(field.values[own].mean()), "rest": float(field.test.rest[own].mean()),
                "difference": difference, "error": float(field.test.error[own].mean()), "unfavourable": unfavourable,
                "buurt_hides": bool(unfavourable and hides[buurt]),
                "most": _most(field.places[own], unfavourable, fields) if field.name == WHOLE else None,
            }
        )  # fmt: skip
    if not rows:
        return empty(GRID_POCKETS).drop("year", "boundaries")
    table = pl.DataFrame(rows).sort("area", pl.col("difference").abs(), descending=[False, True], maintain_order=True)
    return table.with_columns(pocket=pl.int_range(1, pl.len() + 1).over("area"))


def _most(places: np.ndarray, unfavourable: bool, fields: list[Field]) -> str | None:
    """The part in which these squares lie furthest to that side, in ordinary differences."""
    far = {}
    for part in fields:
        own = np.isin(part.places, places)
        if part.name != WHOLE and own.any() and not np.isnan(part.test.ordinary):
            distance = part.test.difference[own] / part.test.error[own]
            far[part.name] = float(distance.mean()) * part.sign * (-1 if unfavourable else 1)
    name = max(far, key=lambda each: far[each], default=None)
    return name if name is not None and far[name] > 0 else None


def _squares(field: Field, grid: Grid) -> pl.DataFrame:
    """The squares that were found in one of the ways; a pocket has the number that it has in its buurt."""
    rows = np.flatnonzero(field.test.found | (field.quadrant >= 0))
    names = np.array([*QUADRANTS, ""])
    table = pl.DataFrame(
        {
            "square": grid.squares[field.places[rows]], "area": grid.buurten[field.places[rows]],
            "value": field.values[rows], "rest": field.test.rest[rows], "difference": field.test.difference[rows],
            "error": field.test.error[rows], "p": field.test.p[rows], "found": field.test.found[rows],
            "piece": field.test.pocket[rows], "quadrant": names[field.quadrant[rows]], "gi": field.gi[rows],
        }
    ).with_columns(field=pl.lit(field.name))  # fmt: skip
    pieces = table.filter(pl.col("piece") >= 0).group_by("area", "piece").agg(pl.col("difference").mean().abs())
    pieces = pieces.sort("area", "difference", "piece", descending=[False, True, False])
    numbered = pieces.with_columns(pocket=pl.int_range(1, pl.len() + 1).over("area")).select("piece", "pocket")
    table = table.join(numbered, on="piece", how="left", maintain_order="left").drop("piece")
    return table.with_columns(quadrant=pl.when(pl.col("quadrant") != "").then("quadrant"))


def _kept(tables: list[pl.DataFrame], contract: Contract, grid: Grid) -> pl.DataFrame:
    table = pl.concat(tables, how="diagonal_relaxed").with_columns(
        year=pl.lit(grid.year), boundaries=pl.lit(grid.boundaries)
    )
    floats = [name for name, kind in contract.columns.items() if kind == pl.Float64]
    made = table.with_columns(pl.col(floats).cast(pl.Float64).fill_nan(None))
    made = made.select(pl.col(name).cast(kind) for name, kind in contract.columns.items())
    return check(made.sort("field", *contract.key[:1], *contract.key[4:]), contract, "binnen de buurten")
