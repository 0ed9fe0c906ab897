"""Known errors of publishers, put right as long as they are there.

A correction names the cell, what the publisher gives (`expect`) and what is right. When the publisher gives something
else the error was repaired, or became another one: then the run fails until somebody looks at the correction.
"""

from __future__ import annotations

import dataclasses

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Correction
from stadspeil.contracts import Status
from stadspeil.errors import CatalogueError
from stadspeil.sources.missing import parse_cells
from stadspeil.sources.reading import FileReading


def corrected(reading: FileReading, catalogue: Catalogue) -> FileReading:
    """The reading with its corrections made, each with a remark. CatalogueError for those that no longer fit."""
    wanted = [each for each in catalogue.corrections.values() if _applies(each, reading)]
    cells, remarks, problems = reading.cells, list(reading.remarks), []
    for each in wanted:
        place = _cells_of(each)
        held = cells.filter(place)
        if held.is_empty():
            continue
        fits = _as_expected(each)
        hits = held.filter(fits).height
        if hits == 0 or (each.area != "*" and hits < held.height):
            found = sorted({_told(value, status) for value, status in held.select("value", "status").iter_rows()})
            problems.append(
                f"correctie '{each.id}' verwacht '{each.expect}' bij '{each.field}', "
                f"maar in {reading.source.id} {reading.edition} staat {', '.join(found[:3])}: heeft de uitgever dit hersteld?"
            )
            continue
        cells = _made_right(cells, place & fits, each)
        remarks.append(f"{hits} cellen van '{each.field}' zijn verbeterd ({each.id}): {each.reason}")
    if problems:
        raise CatalogueError("corrections.toml", problems, "haal de correctie weg, of pas haar aan op wat er nu staat")
    return dataclasses.replace(reading, cells=cells, remarks=remarks)


def _applies(correction: Correction, reading: FileReading) -> bool:
    return correction.source == reading.source.id and correction.edition in ("*", reading.edition)


def _cells_of(correction: Correction) -> pl.Expr:
    place = pl.col("field") == correction.field
    if correction.year:
        place &= pl.col("year") == correction.year
    return place if correction.area == "*" else place & (pl.col("area") == correction.area)


def _as_expected(correction: Correction) -> pl.Expr:
    """Whether a cell is what the publisher's error makes of it: the same number, or the same mark."""
    value, status, _ = parse_cells(pl.lit(correction.expect))
    number, mark = pl.select(value.alias("value"), status.alias("status")).row(0)
    return pl.col("value") == number if number is not None else pl.col("status") == pl.lit(mark, dtype=Status)


def _made_right(cells: pl.DataFrame, where: pl.Expr, correction: Correction) -> pl.DataFrame:
    right = float(correction.value) if correction.becomes == "afgeleid" else None
    return cells.with_columns(
        value=pl.when(where).then(pl.lit(right, dtype=pl.Float64)).otherwise("value"),
        status=pl.when(where).then(pl.lit(correction.becomes, dtype=Status)).otherwise("status"),
    )


def _told(value: float | None, status: str) -> str:
    return f"{value:g}" if value is not None else str(status)
