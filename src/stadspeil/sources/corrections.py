"""Known errors of publishers, put right as long as they are there.

A correction names a cell, what the publisher gives (`expect`) and what is right. When the publisher gives something
else the error was repaired, or became another one: then the run fails until somebody looks at the correction. One with
area '*' names no cell: it means every cell of the field that holds what is expected, be it none.
"""

from __future__ import annotations

import dataclasses

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Correction
from stadspeil.contracts import Status
from stadspeil.errors import CatalogueError
from stadspeil.sources.cells import invented_among
from stadspeil.sources.missing import parse_cells
from stadspeil.sources.reading import FileReading

EVERY = "*"


def corrected(reading: FileReading, catalogue: Catalogue) -> FileReading:
    """The reading with its corrections made, each with a remark.

    Raises: CatalogueError for corrections that no longer fit. Numbers that cannot be, and that the reader only let
    through because a correction of their field might take them, are `problems` of the result.
    """
    wanted = [each for each in catalogue.corrections.values() if each.source == reading.source.id]
    # The invented country repeats no mistakes of real publishers.
    if not wanted or True in invented_among(reading.cells["area"].unique()):
        return _held_to_range(reading, catalogue)
    cells, remarks, problems = reading.cells, list(reading.remarks), []
    for each in wanted:
        place = _cells_of(each, reading)
        held = cells.filter(place)
        fits = _as_expected(each, reading)
        hits = held.filter(fits).height
        if each.area != EVERY and hits < held.height:
            problems.append(_no_longer(each, held, reading))
        elif hits:
            cells = _made_right(cells, place & fits, each)
            remarks.append(f"{hits} keer is '{each.field}' verbeterd ({each.id}): {each.reason}")
    if problems:
        raise CatalogueError("corrections.toml", problems, "haal de correctie weg, of pas haar aan op wat er nu staat")
    return _held_to_range(dataclasses.replace(reading, cells=cells, remarks=remarks), catalogue)


def _cells_of(correction: Correction, reading: FileReading) -> pl.Expr:
    """The cells that it is about. In a file of several years an edition is the year."""
    place = pl.col("field") == correction.field
    if correction.edition not in (EVERY, reading.edition):
        dated = bool(reading.source.year_column) and correction.edition.isdecimal()
        place &= (pl.col("year") == int(correction.edition)) if dated else pl.lit(False)
    if correction.year:
        place &= pl.col("year") == correction.year
    return place if correction.area == EVERY else place & (pl.col("area") == correction.area)


def _as_expected(correction: Correction, reading: FileReading) -> pl.Expr:
    """Whether a cell is what the publisher's error makes of it: the same number, or the same mark."""
    number, mark, _ = parse_cells(pl.Series([correction.expect])).row(0)
    if number is None:
        return pl.col("status") == pl.lit(mark, dtype=Status)
    factor = next((each.factor for each in reading.source.columns if each.field == correction.field), 1.0)
    return (pl.col("value") == number * factor).fill_null(False)


def _made_right(cells: pl.DataFrame, where: pl.Expr, correction: Correction) -> pl.DataFrame:
    right = float(correction.value) if correction.becomes == "afgeleid" else None
    return cells.with_columns(
        value=pl.when(where).then(pl.lit(right, dtype=pl.Float64)).otherwise("value"),
        status=pl.when(where).then(pl.lit(correction.becomes, dtype=Status)).otherwise("status"),
    )


def _no_longer(correction: Correction, held: pl.DataFrame, reading: FileReading) -> str:
    found = sorted({_told(value, status) for value, status in held.select("value", "status").iter_rows()})
    return (
        f"correctie '{correction.id}' verwacht '{correction.expect}' bij '{correction.field}' van {correction.area}, "
        f"maar in {reading.source.id} {reading.edition} staat {', '.join(found[:3])}: heeft de uitgever dit hersteld?"
    )


def _held_to_range(reading: FileReading, catalogue: Catalogue) -> FileReading:
    """With a problem for each number that cannot be, in the fields of which the reader let some through."""
    problems = list(reading.problems)
    for name in sorted({each.field for each in catalogue.corrections.values()} & catalogue.fields.keys()):
        low, high = catalogue.fields[name].possible
        cells = reading.cells.filter(pl.col("field") == name)
        outside = cells.filter((pl.col("value") < low) | (pl.col("value") > high))
        if outside.height:
            first = outside.row(0, named=True)
            problems.append(
                f"kolom '{reading.columns.get(name, name)}', rij {first['row']}: {first['value']:g} kan niet; "
                f"mogelijk is {low:g} tot {high:g} ({outside.height} keer)"
            )
    return dataclasses.replace(reading, problems=problems)


def _told(value: float | None, status: str) -> str:
    return f"{value:g}" if value is not None else str(status)
