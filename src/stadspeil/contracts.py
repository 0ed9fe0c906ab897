"""What every table between two stages promises: its columns, its key, its types and its ranges.

Between stages go plain Polars frames, long and tidy. A builder calls `check` once, on what it hands over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from stadspeil.amounts import counted
from stadspeil.errors import ContractError

LEVELS = ("land", "regio", "gemeente", "wijk", "buurt")

# Only `waarde` and `afgeleid` carry a number. `gecensureerd` carries an interval in `low` and `high`.
STATUSES = (
    "waarde", "geheim", "later", "vervallen", "onmogelijk", "niet_gemeten", "gecensureerd", "afgeleid",
)  # fmt: skip
WITH_NUMBER = ("waarde", "afgeleid")
# What publishers write where there is no number: secret, later, no longer published, absent.
SPECIAL_CODES = (-99_997.0, -99_995.0, -99_991.0, -99_999_999.0)

# Fields of cells beside a field: the number that it rests on, half the width of its interval, and the bounds of that.
BASE, MARGIN, LOWER, UPPER = "__n", "__marge", "__onder", "__boven"
MARGINS = (MARGIN, LOWER, UPPER)

Level = pl.Enum(LEVELS)
Status = pl.Enum(STATUSES)


@dataclass(frozen=True)
class Contract:
    """A table's promise. `columns` maps names to types in order; `required` may hold no empty cell."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: Mapping[str, pl.DataType | type[pl.DataType]]
    required: tuple[str, ...] = field(default=())


CELLS = Contract(
    name="cells",
    row="one published cell: an area, a year and a field, as the publisher gave it",
    key=("area", "year", "boundaries", "field"),
    columns={
        "area": pl.String, "level": Level, "year": pl.Int16, "boundaries": pl.Int16, "field": pl.String,
        "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "status": Status,
        "snapshot": pl.String, "row": pl.Int32,
    },
    required=("area", "level", "year", "boundaries", "field", "status", "snapshot", "row"),
)  # fmt: skip

FLOWS = Contract(
    name="flows",
    row="how many go from one area to another in a year: movers, commuters",
    key=("origin", "destination", "year", "boundaries", "field"),
    columns={
        "origin": pl.String, "destination": pl.String, "level": Level, "year": pl.Int16, "boundaries": pl.Int16,
        "field": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "status": Status,
        "snapshot": pl.String, "row": pl.Int32,
    },
    required=("origin", "destination", "level", "year", "boundaries", "field", "status", "snapshot", "row"),
)  # fmt: skip

SQUARES = Contract(
    name="squares",
    row="one figure of one square of 100 m, and the buurt that holds its middle",
    key=("square", "year", "field"),
    columns={
        "square": pl.String, "east": pl.Int32, "north": pl.Int32, "buurt": pl.String, "year": pl.Int16,
        "boundaries": pl.Int16, "field": pl.String, "value": pl.Float64, "status": Status, "snapshot": pl.String,
        "row": pl.Int32,
    },
    required=("square", "east", "north", "year", "field", "status", "snapshot", "row"),
)  # fmt: skip

AREAS = Contract(
    name="areas",
    row="one area as it existed in a boundary year",
    key=("area", "boundaries"),
    columns={
        "area": pl.String, "level": Level, "name": pl.String, "parent": pl.String, "boundaries": pl.Int16,
        "geometry": pl.Binary, "snapshot": pl.String,
    },
    required=("area", "level", "name", "boundaries", "snapshot"),
)  # fmt: skip

VALUES = Contract(
    name="values",
    row="one indicator of one area in one year",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        "area": pl.String, "level": Level, "year": pl.Int16, "boundaries": pl.Int16, "indicator": pl.String,
        "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "spread": pl.Float64, "n": pl.Float64,
        "status": Status, "method": pl.String, "spread_from": pl.String,
    },
    required=("area", "level", "year", "boundaries", "indicator", "status", "method"),
)  # fmt: skip

SCORES = Contract(
    name="scores",
    row="one indicator or composite of one area in one year, held against all areas of its level",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        "area": pl.String, "level": Level, "year": pl.Int16, "boundaries": pl.Int16, "indicator": pl.String,
        "value": pl.Float64, "spread": pl.Float64, "n": pl.Float64, "status": Status,
        "mark": pl.Float64, "mark_spread": pl.Float64, "rank": pl.Int32, "tied": pl.Int32, "ranked": pl.Int32,
        "coverage": pl.Float64, "note": pl.String,
    },
    required=("area", "level", "year", "boundaries", "indicator", "status"),
)  # fmt: skip

GROUP_SCORES = Contract(
    name="group_scores",
    row="the average of a group, region or the country, and the place it would take among the gemeenten",
    key=("group", "year", "boundaries", "indicator"),
    columns={
        "group": pl.String, "kind": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "indicator": pl.String,
        "value": pl.Float64, "mark": pl.Float64, "rank": pl.Int32, "ranked": pl.Int32,
        "members": pl.Int32, "present": pl.Int32,
    },
    required=("group", "kind", "year", "boundaries", "indicator", "members", "present"),
)  # fmt: skip


def empty(contract: Contract) -> pl.DataFrame:
    """A table without rows that keeps the contract."""
    return pl.DataFrame(schema=dict(contract.columns))


def check(table: pl.DataFrame, contract: Contract, where: str) -> pl.DataFrame:
    """The same table with its columns in the promised order, or a ContractError with everything that is wrong.

    Beyond columns and keys it guards the missing-value algebra: a number stands exactly where the status
    allows one, and no number is infinite or one of the publishers' special codes.
    """
    problems = _shape_problems(table, contract)
    if not problems:
        problems = [*_key_problems(table, contract), *_empty_problems(table, contract), *_algebra_problems(table)]
    if problems:
        raise ContractError(f"tabel '{contract.name}' uit {where}", problems)
    return table.select(list(contract.columns))


def _shape_problems(table: pl.DataFrame, contract: Contract) -> list[str]:
    missing = [name for name in contract.columns if name not in table.columns]
    unknown = [name for name in table.columns if name not in contract.columns]
    problems = [f"kolom '{name}' ontbreekt" for name in missing]
    problems += [f"kolom '{name}' hoort hier niet" for name in unknown]
    for name, expected in contract.columns.items():
        if name in table.columns and table.schema[name] != expected:
            problems.append(f"kolom '{name}' is {table.schema[name]}, verwacht {expected}")
    return problems


def _key_problems(table: pl.DataFrame, contract: Contract) -> list[str]:
    doubled = table.filter(pl.struct(contract.key).is_duplicated()) if table.height else table
    if doubled.is_empty():
        return []
    first = ", ".join(str(doubled[name][0]) for name in contract.key)
    return [f"{doubled.height} rijen delen een sleutel ({', '.join(contract.key)}), eerste: {first}"]


def _empty_problems(table: pl.DataFrame, contract: Contract) -> list[str]:
    counts = table.select(pl.col(list(contract.required)).null_count())
    return [
        f"kolom '{name}' is leeg in {counted(counts[name][0], 'rij', 'rijen')}"
        for name in contract.required
        if counts.height and counts[name][0]
    ]


def _algebra_problems(table: pl.DataFrame) -> list[str]:
    if not {"status", "value"} <= set(table.columns) or table.is_empty():
        return []
    numbered = pl.col("status").is_in(WITH_NUMBER)
    counts = table.select(
        empty=(numbered & pl.col("value").is_null()).sum(),
        smuggled=(~numbered & pl.col("value").is_not_null()).sum(),
        odd=(pl.col("value").is_infinite() | pl.col("value").is_nan()).sum(),
        special=pl.col("value").is_in(SPECIAL_CODES).sum(),
    ).row(0, named=True)
    sentences = {
        "empty": "een status met getal maar geen getal",
        "smuggled": "een getal terwijl de status er geen toelaat",
        "odd": "een oneindig of onbepaald getal",
        "special": "een bijzondere code van de uitgever als getal",
    }
    return [
        f"{counted(counts[name], 'rij heeft', 'rijen hebben')} {sentence}"
        for name, sentence in sentences.items()
        if counts[name]
    ]
