"""The missing-value algebra at the door: a cell's text becomes a number with a status, or a status without a number.

A secret, absent or later value is never a number and never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import polars as pl

from stadspeil.contracts import Status

# Publishers' marks for 'no number here'. StatLine writes a point for secret and for absent alike; in the
# publisher's workbook of 2022 some points have become commas.
SPECIAL = {
    "": "niet_gemeten", ".": "geheim", ",": "geheim", "x": "geheim", "-": "onmogelijk",
}  # fmt: skip
SPECIAL_NUMBERS = {-99_997: "geheim", -99_999_999: "geheim", -99_995: "later", -99_991: "vervallen"}
_NUMBER = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"
# Codes that we do not know stand among those we do; none of them is a figure.
_CODES = (-99_999, -99_990)
# So many cells at a time: fewer are mostly steps, more are mostly memory.
_AT_ONCE = 200_000

# The cells of a column of a table, by its place.
Parse = Callable[[pl.DataFrame, int], pl.DataFrame]


def parse_cells(texts: pl.Series) -> pl.DataFrame:
    """Value, status and `odd`, which is no number and no known mark, of each text.

    A special code is known by its number, so that -99997, -99997.00 and -9.9997E4 are the same code.
    """
    # Step by step: in one expression polars works out each part as often as it is named, ten times the work.
    cells = pl.DataFrame({"plain": texts.str.strip_chars().fill_null("")})
    plain, number = pl.col("plain"), pl.col("number")
    if cells["plain"].str.contains(",", literal=True).any():
        decimal = plain.str.contains(r"^[+-]?\d+,\d+$")
        cells = cells.select(pl.when(decimal).then(plain.str.replace(",", ".")).otherwise(plain).alias("plain"))
    cells = cells.with_columns(
        number=pl.when(plain.str.contains(_NUMBER)).then(plain.cast(pl.Float64, strict=False)),
        marked=plain.str.to_lowercase().replace_strict(SPECIAL, default=None, return_dtype=pl.String),
    )
    coded = number.replace_strict(
        list(SPECIAL_NUMBERS), list(SPECIAL_NUMBERS.values()), default=None, return_dtype=pl.String
    )
    cells = cells.select("number", special=pl.col("marked").fill_null(coded))
    unknown_code = number.is_between(*_CODES) & (number == number.round())
    cells = cells.with_columns(
        numeric=(pl.col("special").is_null() & number.is_finite() & ~unknown_code).fill_null(False)
    )
    status = pl.when("numeric").then(pl.lit("waarde")).otherwise(pl.col("special").fill_null("niet_gemeten"))
    return cells.select(
        value=pl.when("numeric").then(number),
        status=status.cast(Status),
        odd=~pl.col("numeric") & pl.col("special").is_null(),
    )


def parser(tables: Iterable[pl.DataFrame], places: Collection[int]) -> Parse:
    """Gives parse_cells of the column c<place> of a table; for these tables and places it is done beforehand.

    Many columns in one step: of a table with a hundred columns of a few hundred rows the steps are most of the work.
    """
    known = {id(table): _parsed(table, sorted(set(places))) for table in tables}

    def parse(table: pl.DataFrame, place: int) -> pl.DataFrame:
        found = known.get(id(table), {}).get(place)
        return parse_cells(table[f"c{place}"]) if found is None else found

    return parse


def _parsed(table: pl.DataFrame, places: list[int]) -> dict[int, pl.DataFrame]:
    number = max(1, _AT_ONCE // max(1, table.height))
    found: dict[int, pl.DataFrame] = {}
    for first in range(0, len(places), number):
        here = places[first : first + number]
        cells = parse_cells(pl.concat([table[f"c{place}"].alias("") for place in here], rechunk=True))
        found |= {place: cells.slice(at * table.height, table.height) for at, place in enumerate(here)}
    return found


def scaled(cells: pl.DataFrame, factor: float) -> pl.DataFrame:
    """Cells with their values times a factor."""
    return cells if factor == 1.0 else cells.with_columns(pl.col("value") * factor)
