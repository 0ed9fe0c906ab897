"""What a workspace knows for a history of households: who lives where by kind and age, homes, distances and moves.

Everything is brought to the gemeenten of the last year: those that merged are added up, those that were divided in parts
that nobody published are left out, and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.analyses.flow_matrix import matrix_of, on_boundaries
from stadspeil.analyses.flows import MOVED, flows_of
from stadspeil.analyses.gravity import fit_friction
from stadspeil.analyses.pull import middles_of
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, CELLS, empty
from stadspeil.errors import QuestionError
from stadspeil.indicators.store import in_order, one_per_key
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.simulation.classes import HOUSEHOLD_TYPES
from stadspeil.workspace import Workspace

Floats = NDArray[np.float64]
_AGES = ("15_30", "30_45", "45_65", "65_75", "75_plus")
# In the order of classes: kind first. Families as published hold lone parents; they are taken out.
_KINDS = ("eenpersoons", "zonder_kinderen", "met_kinderen", "eenouder")
_HOUSEHOLDS = tuple(f"huishoudens_{kind}_{age}" for kind in _KINDS for age in _AGES)
# Heads in the last five years of each band but the oldest: they are of the next within five years.
_OLDER = tuple(f"huishoudens_{ages}" for ages in ("25_30", "40_45", "60_65", "70_75"))
_HOMES = "woningen"
_WITHIN, _LEFT, _ARRIVED = "verhuisd_binnen_gemeente", "vertrek_naar_andere_gemeente", "vestiging_uit_andere_gemeente"
# Published balances of moves, which the history is not made with: of all, by age (persons) and by kind (households).
EVERYONE, BY_AGE, BY_KIND = "allen", "leeftijd", "huishouden"
_BALANCES = {
    EVERYONE: ((_ARRIVED,), (_LEFT,)),
    BY_AGE: tuple(tuple(f"{way}_{age}" for age in _AGES) for way in ("gevestigd", "vertrokken")),
    BY_KIND: tuple(tuple(f"{way}_huishouden_{kind}" for kind in HOUSEHOLD_TYPES) for way in ("gevestigd", "vertrokken")),
}  # fmt: skip
FIELDS = tuple(
    dict.fromkeys(
        (*_HOUSEHOLDS, *_OLDER, _HOMES, _WITHIN, *(name for ways in _BALANCES.values() for way in ways for name in way))
    )
)
_LEAST_YEARS, _LEAST_AREAS = 3, 4
# What must be there: the sources by which it comes, for who asks without.
NEEDED: Mapping[str, str] = {
    "huishoudens naar type en leeftijd per gemeente, van drie jaren of meer": "cbs_huishoudens",
    "woningen per gemeente in dezelfde jaren": "cbs_woningvoorraad of cbs_kerncijfers_wijken_buurten",
    "verhuizingen tussen gemeenten": "cbs_verhuizingen_matrix",
    "grenzen van gemeenten": "pdok_gebiedsindelingen",
}


@dataclass(frozen=True)
class HouseholdFigures:
    """Published figures of m gemeenten in y + 1 years on the division of the last.

    households [y + 1, m, c]   by class       homes [y + 1, m]
    friction [m, m]   of distance between gemeenten, 1 within
    within [m]        part of those who left their home that stayed, over the years; NaN where not known
    balances          who came less who went over the years, NaN where not known: of all [m, 1], by age [m, 5], by kind [m, 4]
    left_out          gemeenten of the last year of which something lacks
    older [m, bands - 1]  of the heads in a band, the part in its last five years against that part in the country, over the
                      years; NaN where not known
    """

    codes: tuple[str, ...]
    years: tuple[int, ...]
    boundaries: int
    households: Floats
    homes: Floats
    friction: Floats
    within: Floats
    balances: Mapping[str, Floats]
    left_out: tuple[str, ...]
    older: Floats


def read_household_figures(workspace: Workspace, catalogue: Catalogue) -> HouseholdFigures:
    """What the tables of a workspace hold.

    Raises:  QuestionError naming all that is missing, and how to get it.
    """
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    cells = _cells(workspace, catalogue)
    moved = flows_of(workspace, MOVED)
    folder = workspace.tables / "areas"
    areas = read_shelf(folder, {"level": ["gemeente"]}) if has_shelf(folder) else empty(AREAS)
    spots = middles_of(areas)
    years = _years(cells)
    homes = _known_years(cells, (_HOMES,))
    missing = [
        name for name, lacks in zip(NEEDED, (not years, not homes, moved.is_empty(), not spots), strict=True) if lacks
    ]  # fmt: skip
    if missing:
        raise QuestionError(
            f"geschiedenis van huishoudens in {workspace.root}", [f"{each} ontbreken" for each in missing],
            f"haal op of lees in: {', '.join(NEEDED[each] for each in missing)}; draai daarna 'stadspeil build'",
        )  # fmt: skip
    return _figures(cells, _together(years, homes), moved, spots, register)


def _figures(
    cells: pl.DataFrame, years: tuple[int, ...], moved: pl.DataFrame, spots: Mapping[int, Mapping[str, tuple[float, float]]],
    register: AreaRegister,
) -> HouseholdFigures:  # fmt: skip
    last = cells.filter((pl.col("year") == years[-1]) & (pl.col("field") == _HOUSEHOLDS[0]))
    boundaries = int(last["boundaries"].max())  # type: ignore[arg-type]
    tables = {year: _on_last(cells.filter(pl.col("year") == year), register, boundaries) for year in years}
    needed = [*_HOUSEHOLDS, _HOMES]
    whole = [set(table.drop_nulls(needed)["area"]) for table in tables.values()]
    placed = {
        code: spots[each][code]
        for each in sorted(spots, key=lambda each: -abs(each - boundaries))
        for code in spots[each]
    }
    matrix = on_boundaries(
        matrix_of(moved.filter(pl.col("boundaries") <= boundaries), _last_year(moved, boundaries)), register, boundaries
    )
    every = set(tables[years[-1]]["area"])
    codes = tuple(sorted(set.intersection(*whole) & placed.keys() & set(matrix.codes)))
    if len(codes) < _LEAST_AREAS:
        raise QuestionError(
            "geschiedenis van huishoudens", f"van {len(codes)} gemeenten is alles bekend in {years[0]}-{years[-1]}",
            "haal huishoudens, woningen, verhuizingen en grenzen van het hele land op",
        )  # fmt: skip
    ordered = [
        pl.DataFrame({"area": codes}).join(tables[year], on="area", how="left", maintain_order="left") for year in years
    ]
    points = np.array([placed[code] for code in codes])
    distance = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    place = [matrix.codes.index(code) for code in codes]
    found = fit_friction(matrix.counts[np.ix_(place, place)], distance)

    def summed(names: tuple[str, ...]) -> Floats:
        # A move of the last year is not in its households, which are of the first of January.
        return np.asarray(np.stack([_column(table, names) for table in ordered[:-1]]).sum(axis=0))

    within, left = (summed((name,))[:, 0] for name in (_WITHIN, _LEFT))
    with np.errstate(invalid="ignore", divide="ignore"):
        stayed = within / (within + left)
    return HouseholdFigures(
        codes, years, boundaries, np.stack([_classes(table) for table in ordered]),
        np.stack([_column(table, (_HOMES,))[:, 0] for table in ordered]), np.asarray(found.at(distance), dtype=np.float64),
        stayed, {name: summed(came) - summed(went) for name, (came, went) in _BALANCES.items()}, tuple(sorted(every - set(codes))),
        _older(summed(_HOUSEHOLDS), summed(_OLDER)),
    )  # fmt: skip


def _older(households: Floats, last_years: Floats) -> Floats:
    """The part of heads who are in the last five years of a band, against the country; years added up [m, .]."""
    by_age = households.reshape(len(households), len(_KINDS), len(_AGES))
    # Families as published hold lone parents.
    in_band = by_age[:, :-1].sum(axis=1)[:, :-1]
    known = np.isfinite(last_years) & (in_band > 0)
    share = np.where(known, last_years, 0.0).sum(axis=0) / np.maximum(np.where(known, in_band, 0.0).sum(axis=0), 1e-9)
    wanted = in_band * share
    return np.divide(last_years, wanted, out=np.full_like(in_band, np.nan), where=known & (wanted > 0))


def _cells(workspace: Workspace, catalogue: Catalogue) -> pl.DataFrame:
    folders = [workspace.tables / each.id for each in catalogue.tables.values() if each.kind == "cells"]
    names = in_order([folder.name for folder in folders if has_shelf(folder)], catalogue)
    wanted: dict[str, list[object]] = {"level": ["gemeente"], "field": list(FIELDS)}
    found = [read_shelf(workspace.tables / name, wanted).select(list(CELLS.columns)) for name in names]
    cells = one_per_key(found) if found else empty(CELLS)
    return cells.filter(pl.col("value").is_not_null())


def _known_years(cells: pl.DataFrame, fields: tuple[str, ...]) -> set[int]:
    counted = cells.filter(pl.col("field").is_in(list(fields))).group_by("year").agg(pl.col("field").n_unique())
    return set(counted.filter(pl.col("field") == len(fields))["year"].to_list())


def _years(cells: pl.DataFrame) -> list[int]:
    known = _known_years(cells, _HOUSEHOLDS)
    return sorted(known) if len(known) >= _LEAST_YEARS else []


def _together(years: list[int], homes: set[int]) -> tuple[int, ...]:
    """The last years without a gap of which both are known."""
    both = sorted(set(years) & homes)
    first = len(both) - 1
    while first > 0 and both[first - 1] == both[first] - 1:
        first -= 1
    found = tuple(both[first:])
    if len(found) < _LEAST_YEARS:
        raise QuestionError(
            "geschiedenis van huishoudens", f"huishoudens en woningen zijn samen bekend in {', '.join(map(str, both)) or 'geen jaar'}",
            f"er zijn {_LEAST_YEARS} jaren na elkaar nodig: haal meer jaren op met 'stadspeil fetch'",
        )  # fmt: skip
    return found


def _last_year(moved: pl.DataFrame, boundaries: int) -> int:
    own = moved.filter(pl.col("boundaries") <= boundaries)
    if own.is_empty():
        raise QuestionError(
            "verhuizingen tussen gemeenten", f"die zijn er alleen op een indeling na {boundaries}",
            "haal huishoudens van een later jaar op",
        )  # fmt: skip
    return int(own["year"].max())  # type: ignore[arg-type]


def _on_last(cells: pl.DataFrame, register: AreaRegister, boundaries: int) -> pl.DataFrame:
    """Counts of one year by gemeente of the last division, a column per field; empty where a part is not known."""
    division = int(cells["boundaries"].max())  # type: ignore[arg-type]
    own = cells.filter(pl.col("boundaries") == division)
    wide = own.pivot("field", index="area", values="value", aggregate_function="first")
    wide = wide.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in FIELDS if name not in wide.columns)
    if division == boundaries:
        return wide.select("area", *FIELDS)
    shares = register.weights(division, boundaries).rename({"from_code": "area"})
    joined = shares.join(wide, on="area", how="left")
    parts = [pl.col(name) * pl.col("weight") for name in FIELDS]
    return (
        joined.with_columns(parts)
        .group_by("to_code")
        .agg(pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in FIELDS)
        .rename({"to_code": "area"})
    )


def _column(table: pl.DataFrame, names: tuple[str, ...]) -> Floats:
    return np.asarray(table.select(pl.col(name).fill_null(np.nan) for name in names).to_numpy(), dtype=np.float64)


def _classes(table: pl.DataFrame) -> Floats:
    """Households by class [m, c]."""
    alone, pair, children, lone = np.split(_column(table, _HOUSEHOLDS), len(_KINDS), axis=1)
    return np.concatenate([alone, pair, np.maximum(children - lone, 0.0), lone], axis=1)
