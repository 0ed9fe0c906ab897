"""The margins that a publisher gives with its figures: half the width of an interval, or its two bounds.

They become cells beside the figure's own (`<field>__marge`, `<field>__onder`, `<field>__boven`), as published; what
they say of the noise is reckoned where values are made. A cell without a number is left out: no margin is no news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from stadspeil.catalogue.entries import Column, Source
from stadspeil.contracts import LOWER, MARGIN, UPPER
from stadspeil.sources.headers import index_of
from stadspeil.sources.missing import Parse, scaled
from stadspeil.sources.rows import RawTable

# Bounds are rounded as the figure is, so that a figure may seem to lie a rounding step outside of them.
_STEP = 0.11
_KEY = ["area", "year", "boundaries"]


def value_rows(rows: pl.DataFrame, raw: RawTable, source: Source) -> dict[str, pl.DataFrame]:
    """Rows by what stands in them: '' the values themselves, and where the source has a margins dimension its bounds."""
    place = None if source.margins is None else index_of(raw.headers, source.margins.dimension)
    if source.margins is None or place is None:
        return {"": rows}
    kind = pl.col(f"c{place}").str.strip_chars()
    keys = {"": source.margins.value, LOWER: source.margins.lower, UPPER: source.margins.upper}
    return {name: rows.filter(kind == key) for name, key in keys.items()}


def margin_columns(column: Column, place: int, raw: RawTable, bounds: bool) -> dict[str, int]:
    """Where the margins of a field stand: in the same column of other rows (`bounds`), or in columns of their own."""
    if bounds:
        return {LOWER: place, UPPER: place}
    named = {MARGIN: column.margin, LOWER: column.lower, UPPER: column.upper}
    found = {suffix: index_of(raw.headers, header) for suffix, header in named.items() if header}
    return {suffix: place for suffix, place in found.items() if place is not None}


def read_margins(
    rows: Mapping[str, pl.DataFrame],
    column: Column,
    places: Mapping[str, int],
    raw: RawTable,
    problems: list[str],
    parse: Parse,
) -> Iterator[pl.DataFrame]:
    """Cells of the margins of one field, without those that are empty. Shape: rows as value_rows gives them."""
    for suffix, place in places.items():
        here = rows.get(suffix, rows[""])
        texts = here[f"c{place}"]
        keys = here.select("area", "level", "year", "boundaries", "row", field=pl.lit(f"{column.field}{suffix}"))
        cells = keys.hstack(scaled(parse(here, place), column.factor)).with_columns(text=texts)
        wrong = cells.filter("odd" if suffix != MARGIN else pl.col("odd") | (pl.col("value") < 0))
        if wrong.height:
            first = wrong.row(0, named=True)
            problems.append(
                f"kolom '{raw.headers[place]}', rij {first['row']}: marge '{first['text']}' is geen getal van 0 of hoger "
                f"({wrong.height} keer zo'n cel)"
            )
        yield cells.filter(pl.col("value").is_not_null()).drop("odd", "text")


def bounds_around(cells: pl.DataFrame, field: str, header: str) -> list[str]:
    """Problems of intervals that have no other end, or that do not hold their figure. Shape: cells of one field."""
    parts = {
        suffix: cells.filter(pl.col("field") == f"{field}{suffix}").select(*_KEY, pl.col("value").alias(name), "row")
        for suffix, name in ((LOWER, "lower"), (UPPER, "upper"))
    }
    both = parts[LOWER].join(parts[UPPER], on=_KEY, how="full", coalesce=True)
    own = cells.filter(pl.col("field") == field).select(*_KEY, "value")
    both = both.join(own, on=_KEY, how="left", maintain_order="left").with_columns(row=pl.coalesce("row", "row_right"))
    lonely = pl.col("lower").is_null() | pl.col("upper").is_null()
    outside = (pl.col("lower") > pl.col("value") + _STEP) | (pl.col("upper") < pl.col("value") - _STEP)
    wrong = both.filter(lonely | (pl.col("lower") > pl.col("upper")) | outside.fill_null(False)).sort("row")
    if wrong.is_empty():
        return []
    first = wrong.row(0, named=True)
    shown = " tot ".join("niets" if first[name] is None else f"{first[name]:g}" for name in ("lower", "upper"))
    value = "geen waarde" if first["value"] is None else f"{first['value']:g}"
    return [
        f"kolom '{header}', rij {first['row']}: het interval is {shown} bij {value} ({wrong.height} keer zo'n interval); "
        "verwacht twee grenzen met de waarde ertussen"
    ]
