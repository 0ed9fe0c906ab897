"""What changed between two workspaces in values, marks and places; causes.py says why.

Two years of one workspace are compared in the same way: each side then holds one year, and the year is no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.report.provenance import CellSnapshots

KEY = ("area", "indicator", "year")
# Closer than this, in proportion, is the rounding of the computer.
_SAME, _SAME_MARK = 1e-9, 1e-7
KEPT = ("value", "mark", "rank", "boundaries")
CAUSES = (
    "gegevens", "grenzen", "catalogus", "methode", "methode en veld", "veld", "onderdelen", "nieuw", "vervallen",
    "onbekend",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One workspace: SCORES of what is compared, what they were made from (out/run.json), and where cells came from."""

    scores: pl.DataFrame
    run: Mapping[str, Any]
    catalogue: Catalogue
    cells: CellSnapshots = field(default_factory=dict)
    year: int | None = None


@dataclass(frozen=True)
class Differences:
    """A row per changed figure of an area with its cause and why; the causes counted; and sentences that sum up."""

    table: pl.DataFrame
    causes: pl.DataFrame
    sentences: tuple[str, ...]


def joined(old: Side, new: Side) -> pl.DataFrame:
    """Every figure of either side, with what it was and what it is, and whether value, mark and place differ.

    Of a year on two divisions the newest is what a report shows.
    """
    sides = []
    for side, end in ((old, "old"), (new, "new")):
        scores = side.scores if side.year is None else _in_year(side.scores, side.year, new.year or side.year)
        one = scores.sort("boundaries").unique(list(KEY), keep="last", maintain_order=True)
        sides.append(one.select(*KEY, "level", *(pl.col(name).alias(f"{name}_{end}") for name in KEPT)))
    both = sides[0].join(sides[1], on=[*KEY, "level"], how="full", coalesce=True).sort(*KEY)
    return both.with_columns(
        value_differs=_differs("value", _SAME),
        place_differs=_differs("mark", _SAME_MARK) | _differs("rank", _SAME),
        came=pl.col("boundaries_old").is_null(),
        went=pl.col("boundaries_new").is_null(),
        moved=(pl.col("boundaries_old") != pl.col("boundaries_new")) & _ground_may_differ(old, new),
    )


def _ground_may_differ(old: Side, new: Side) -> pl.Expr:
    """Whether another division can mean another area.

    Between two years the division nearly always differs; a gemeente that no reorganization touched is the same area.
    """
    if old.year is None or new.year is None:
        return pl.lit(True)
    first, last = sorted((old.year, new.year))
    changes = new.catalogue.changes.filter(pl.col("date").dt.year().is_between(first, last))
    touched = {*changes["from_code"], *changes["to_code"]}
    return ~pl.col("level").cast(pl.String).is_in(["land", "gemeente"]) | pl.col("area").is_in(sorted(touched))


def _in_year(scores: pl.DataFrame, year: int, told: int) -> pl.DataFrame:
    return scores.filter(pl.col("year") == year).with_columns(year=pl.lit(told, dtype=scores.schema["year"]))


def _differs(name: str, tolerance: float) -> pl.Expr:
    one, other = pl.col(f"{name}_old"), pl.col(f"{name}_new")
    apart = (one - other).abs() > tolerance * pl.max_horizontal(one.abs(), other.abs(), 1e-12)
    return pl.when(one.is_null() != other.is_null()).then(True).otherwise(apart.fill_null(False))


def changed(both: pl.DataFrame) -> pl.DataFrame:
    """The rows in which something differs."""
    return both.filter(
        pl.any_horizontal("value_differs", "place_differs", "came", "went", pl.col("moved").fill_null(False))
    )
