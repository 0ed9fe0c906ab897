"""Who comes, who goes and who moves within a gemeente, by age, income and kind of household, as far as published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.analyses.selectivity import NORMAL_95, Floats, Leaving, leaving, selectivity, selectivity_verdict
from stadspeil.analyses.tables import MOVES, SELECTIVITY
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty

_AGES = ("0_15", "15_30", "30_45", "45_65", "65_75", "75_plus")
_INCOMES = ("laag", "midden", "hoog")
_HOUSEHOLDS = ("alleenstaand", "paar", "gezin", "eenouder")
TOWNS = "nta"


@dataclass(frozen=True)
class Counted:
    """The fields that count a group: who arrived, left, moved within, and how many there are; empty where none."""

    arrived: str
    left: str
    within: str = ""
    people: str = ""


ALL = "allen"
FAMILIES: Mapping[str, Mapping[str, Counted]] = {
    ALL: {
        ALL: Counted(
            "vestiging_uit_andere_gemeente", "vertrek_naar_andere_gemeente", "verhuisd_binnen_gemeente", "inwoners"
        )
    },
    "leeftijd": {
        each: Counted(f"gevestigd_{each}", f"vertrokken_{each}", f"verhuisd_binnen_{each}") for each in _AGES
    },
    "inkomen": {
        each: Counted(
            f"gevestigd_inkomen_{each}", f"vertrokken_inkomen_{each}", f"verhuisd_binnen_inkomen_{each}",
            f"inwoners_inkomen_{each}",
        )
        for each in _INCOMES
    },
    "huishouden": {
        each: Counted(f"gevestigd_huishouden_{each}", f"vertrokken_huishouden_{each}") for each in _HOUSEHOLDS
    },
}  # fmt: skip
# The group beside which the chance to leave of the others is held.
_REFERENCE = {"inkomen": "midden"}
FIELDS = tuple(
    field
    for groups in FAMILIES.values()
    for each in groups.values()
    for field in (each.arrived, each.left, each.within, each.people)
    if field
)


def moves_of(cells: pl.DataFrame) -> pl.DataFrame:
    """MOVES of every gemeente, year and group of which both who came and who left is published.

    Shape:   CELLS of gemeenten, one per key. The interval of a balance is the chance in both counts, 95 %.
    """
    wide = _wide(cells)
    made = [empty(MOVES)]
    for family, groups in FAMILIES.items():
        made += [
            _of_group(wide, family, group, each)
            for group, each in groups.items()
            if {each.arrived, each.left} <= set(wide.columns)
        ]
    return check(pl.concat(made), MOVES, "verhuizingen")


def _wide(cells: pl.DataFrame) -> pl.DataFrame:
    own = cells.filter(
        (pl.col("level") == "gemeente") & pl.col("field").is_in(list(FIELDS)) & pl.col("value").is_not_null()
    )
    return own.pivot("field", index=["area", "year", "boundaries"], values="value", aggregate_function="first")


def _of_group(wide: pl.DataFrame, family: str, group: str, fields: Counted) -> pl.DataFrame:
    def column(name: str) -> pl.Expr:
        return pl.col(name) if name in wide.columns else pl.lit(None, dtype=pl.Float64)

    rows = wide.filter(pl.col(fields.arrived).is_not_null() & pl.col(fields.left).is_not_null()).select(
        "area", "year", "boundaries", arrived=pl.col(fields.arrived), left=pl.col(fields.left),
        within=column(fields.within), people=column(fields.people),
    )  # fmt: skip
    balance = pl.col("arrived") - pl.col("left")
    noise = NORMAL_95 * (pl.col("arrived") + pl.col("left")).sqrt()
    moved = pl.col("within") + pl.col("left")
    some = pl.when(pl.col("people") > 0).then(pl.col("people"))
    return (
        rows.with_columns(
            family=pl.lit(family), group=pl.lit(group), balance=balance, balance_low=balance - noise,
            balance_high=balance + noise, within_pct=pl.when(moved > 0).then(100 * pl.col("within") / moved),
            arrived_per_1000=1000 * pl.col("arrived") / some, left_per_1000=1000 * pl.col("left") / some,
            balance_per_1000=1000 * balance / some,
        )
        .sort("area", "year")
        .select(pl.col(name).cast(kind) for name, kind in MOVES.columns.items())
    )  # fmt: skip


def selectivity_of(moves: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """SELECTIVITY of every gemeente over its last years on the same ground, beside the mean of the towns.

    Shape:   MOVES. Years before a gemeente merged or lost ground are left out: they are of other people.
    """
    made = [empty(SELECTIVITY)]
    for family in FAMILIES:
        rows = moves.filter(pl.col("family") == family)
        if rows.height and family != ALL:
            made.append(_of_family(family, rows, catalogue, register))
    return check(pl.concat(made), SELECTIVITY, "selectiviteit van verhuizingen")


@dataclass(frozen=True)
class _Pool:
    """Movers of a family over some years. Shape: counts (areas, groups), people NaN where unknown."""

    areas: list[str]
    groups: list[str]
    first_years: list[int]
    last_year: int
    division: int
    arrived: Floats
    left: Floats
    people: Floats


def _of_family(family: str, rows: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    pool = _pooled(family, rows, int(catalogue.parameter("selectivity_years")), register)
    members = catalogue.groups[TOWNS].members if TOWNS in catalogue.groups else ()
    towns = set(register.members_in(members, pool.division))
    asked = family in _REFERENCE and not np.isnan(pool.people).any()
    sooner = leaving(pool.left, pool.people, pool.groups.index(_REFERENCE[family])) if asked else None
    found: list[tuple[object, ...]] = []
    for column, group in enumerate(pool.groups):
        indices = [
            selectivity(came[column], came.sum(), went[column], went.sum())
            for came, went in zip(pool.arrived, pool.left, strict=True)
        ]
        of_towns = [each.value for area, each in zip(pool.areas, indices, strict=True) if area in towns and each]
        for row, (area, index) in enumerate(zip(pool.areas, indices, strict=True)):
            found.append((
                area, family, group, pool.first_years[row], pool.last_year, pool.division, pool.arrived[row, column],
                pool.left[row, column], *((index.value, index.low, index.high) if index else (None,) * 3),
                selectivity_verdict(index), float(np.mean(of_towns)) if of_towns else None,
                *(_held(sooner, row, column) if sooner is not None else (None,) * 4),
            ))  # fmt: skip
    return pl.DataFrame(found, schema=dict(SELECTIVITY.columns), orient="row")


def _pooled(family: str, rows: pl.DataFrame, years: int, register: AreaRegister) -> _Pool:
    """The sums over the last years on the same ground, of gemeenten of which every group is known in the last."""
    last = int(rows["year"].max())  # type: ignore[arg-type]
    division = int(rows.filter(pl.col("year") == last)["boundaries"].max())  # type: ignore[arg-type]
    groups = list(FAMILIES[family])
    recent = _on_same_ground(rows.filter(pl.col("year") > last - years), register, division)
    whole = recent.filter(pl.len().over("area", "year") == len(groups))
    whole = whole.filter(pl.col("year").max().over("area") == last)
    sums = whole.group_by("area", "group").agg(
        pl.col("arrived").sum(), pl.col("left").sum(), pl.col("year").min(),
        people=pl.when(pl.col("people").is_not_null().all()).then(pl.col("people").sum()).fill_null(np.nan),
    ).sort("area", pl.col("group").replace_strict({each: place for place, each in enumerate(groups)}))  # fmt: skip
    areas = sums["area"].unique().sort().to_list()
    came, went, people, first = (
        sums[name].to_numpy().reshape(len(areas), len(groups)) for name in ("arrived", "left", "people", "year")
    )
    return _Pool(areas, groups, first[:, 0].tolist(), last, division, came, went, people)


def _held(sooner: Leaving, row: int, column: int) -> tuple[object, ...]:
    numbers = (float(each[row, column]) for each in (sooner.excess, sooner.low, sooner.high))
    return (*(each if np.isfinite(each) else None for each in numbers), sooner.verdict(row, column))


def _on_same_ground(rows: pl.DataFrame, register: AreaRegister, division: int) -> pl.DataFrame:
    """Rows of gemeenten whose ground is still theirs in a later year."""
    pairs = rows.select("area", "boundaries").unique()
    same = [not register.touched(area, boundaries, division) for area, boundaries in pairs.iter_rows()]
    return rows.join(pairs.filter(pl.Series(same, dtype=pl.Boolean)), on=["area", "boundaries"], how="semi")
