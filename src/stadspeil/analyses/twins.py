"""Twins: the gemeenten most like one in structure, and its marks beside theirs.

Structure is size, density, how old the homes are and of what kind, and who lives in them: what a town cannot change
in a council's term. Never an outcome, else one finds those that do as badly. Each dimension counts once, however many
figures measure it; figures are standardised by middle and quartiles, so that the largest cities do not set the scale.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.likeness import SHARED, standardised
from stadspeil.analyses.tables import TWIN_GAPS, TWINS
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty
from stadspeil.scores.explaining import difference_words

DIMENSIONS = {
    "size": ("inwoners",),
    "density": ("bevolkingsdichtheid", "omgevingsadressendichtheid"),
    "building_period": (
        "woningen_1965_1975_aandeel", "woningen_1975_1985_aandeel", "woningen_1985_1995_aandeel",
        "woningen_1995_2005_aandeel", "woningen_voor_2000_aandeel",
    ),
    "homes": ("eengezinswoningen_aandeel", "koopwoningen_aandeel", "corporatiewoningen_aandeel"),
    "households": (
        "huishoudens_eenpersoons_aandeel", "huishoudens_met_kinderen_aandeel", "huishoudensgrootte",
    ),
    "ages": ("inwoners_0_15_aandeel", "inwoners_15_25_aandeel", "inwoners_65_plus_aandeel"),
}  # fmt: skip
# These grow by a factor and not by a sum: a town of 120,000 is as far from 60,000 as from 240,000.
_BY_FACTOR = ("inwoners", "bevolkingsdichtheid", "omgevingsadressendichtheid")
NUMBER = 5
_FEWEST_DIMENSIONS = 3
_FEWEST_GEMEENTEN = 20


def twins_of(newest: pl.DataFrame) -> pl.DataFrame:
    """TWINS of every gemeente of which enough is known. Shape: SCORES of gemeenten in the newest year of each figure."""
    figures = [figure for each in DIMENSIONS.values() for figure in each]
    own = newest.filter(pl.col("indicator").is_in(figures) & pl.col("value").is_not_null())
    if own.is_empty():
        return empty(TWINS)
    # Of one division, so that a merged gemeente is no twin of its own part.
    boundaries = own.group_by("boundaries").agg(pl.col("indicator").n_unique()).sort("indicator", "boundaries")[-1, 0]
    here = own.filter(pl.col("boundaries") == boundaries)["area"].unique()
    table = own.filter(pl.col("area").is_in(here.to_list())).pivot("indicator", index="area", values="value")
    table = table.sort("area")
    if table.height < _FEWEST_GEMEENTEN:
        return empty(TWINS)
    distance, shared = distances(table)
    rows: list[tuple[object, ...]] = []
    for number, area in enumerate(table["area"]):
        known = shared[number]
        fit = np.flatnonzero(
            (known >= max(_FEWEST_DIMENSIONS, SHARED * known[number])) & (np.arange(len(known)) != number)
        )
        nearest = fit[np.argsort(distance[number, fit], kind="stable")][:NUMBER]
        rows += [
            (area, table["area"][int(each)], boundaries, place, float(distance[number, each]), int(known[each]))
            for place, each in enumerate(nearest, start=1)
        ]
    return check(pl.DataFrame(rows, schema=dict(TWINS.columns), orient="row"), TWINS, "tweelingen")


def distances(table: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """How far gemeenten lie apart, and over how many dimensions that is known of both: both (gemeenten, gemeenten).

    The root of the mean over dimensions of the mean squared difference of their figures. Shape: a column per figure.
    """
    total = np.zeros((table.height, table.height))
    shared = np.zeros((table.height, table.height), int)
    for figures in DIMENSIONS.values():
        names = [name for name in figures if name in table.columns]
        if not names:
            continue
        columns = [_column(table[name], name) for name in names]
        standard = standardised(np.column_stack(columns))
        squares = (standard[:, None, :] - standard[None, :, :]) ** 2
        known = ~np.isnan(squares)
        number = known.sum(axis=2)
        total += np.divide(
            np.where(known, squares, 0.0).sum(axis=2), number, out=np.zeros_like(total), where=number > 0
        )
        shared += number > 0
    with np.errstate(invalid="ignore"):
        return np.sqrt(total / np.where(shared > 0, shared, np.nan)), shared


def twin_gaps(newest: pl.DataFrame, twins: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """TWIN_GAPS of each town with a region, on marked figures and composites. Shape: as twins_of.

    The error is that of the mark and of the mean of the twins; how alike the twins are is told by their lowest and
    highest mark. All gaps of a town are read together, so the level is shared among those of which the noise is known.
    """
    marked = newest.filter(pl.col("mark").is_not_null()).select(
        "area", "year", "boundaries", "indicator", "mark", "mark_spread"
    )
    towns = twins.filter(pl.col("area").is_in(list(catalogue.regions))).select("area", "twin")
    beside = towns.join(marked.rename({"area": "twin"}), on="twin").group_by("area", "indicator").agg(
        twins_mark=pl.col("mark").mean(), lowest=pl.col("mark").min(), highest=pl.col("mark").max(),
        present=pl.len().cast(pl.Int32), noise=pl.col("mark_spread").pow(2).sum().sqrt() / pl.len(),
        noisy=pl.col("mark_spread").is_not_null().all(),
    )  # fmt: skip
    found = marked.join(beside.filter(pl.col("present") > NUMBER // 2), on=["area", "indicator"]).with_columns(
        difference=pl.col("mark") - pl.col("twins_mark"),
        error=pl.when("noisy").then((pl.col("mark_spread") ** 2 + pl.col("noise") ** 2).sqrt()),
    )
    known = dict(found.filter(pl.col("error").is_not_null()).group_by("area").len().iter_rows())
    verdicts = [
        difference_words(gap, float("nan") if error is None else error, known.get(area, 1))
        for area, gap, error in found.select("area", "difference", "error").iter_rows()
    ]
    made = found.with_columns(pl.Series("verdict", verdicts, dtype=pl.String)).sort("indicator", "area")
    return check(made.select(list(TWIN_GAPS.columns)), TWIN_GAPS, "tweelingen")


def _column(values: pl.Series, name: str) -> np.ndarray:
    numbers = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    return np.log(np.maximum(numbers, 1.0)) if name in _BY_FACTOR else numbers
