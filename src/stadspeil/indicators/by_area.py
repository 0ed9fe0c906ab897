"""A second copy of all values, ordered by area: everything of one area without opening every year.

A part holds one gemeente with its wijken and buurten; the country and regions share one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from stadspeil.shelf import Part, read_shelf, write_shelf

VALUES_BY_AREA = "values_by_area"
_BUNDLES = 12
_ABOVE = "NL"


def write_by_area(out: Path, years: list[int]) -> None:
    """Make out/values_by_area/ from out/values/, a bundle of gemeenten at a time."""
    heap = out / ".by_area"
    shutil.rmtree(heap, ignore_errors=True)
    heap.mkdir(parents=True)
    try:
        for year in years:
            values = read_shelf(out / "values", {"year": [year]}).with_columns(owner=owner_of(pl.col("area")))
            number = pl.col("owner").str.slice(2).cast(pl.Int32, strict=False).fill_null(0)
            bundles = values.with_columns(bundle=number % _BUNDLES)
            for (bundle,), rows in bundles.partition_by("bundle", as_dict=True, include_key=False).items():
                rows.write_parquet(heap / f"{bundle}-{year}.parquet", compression="lz4")
        write_shelf(out / VALUES_BY_AREA, _parts(heap))
    finally:
        shutil.rmtree(heap, ignore_errors=True)


def read_areas(out: Path, areas: list[str], columns: list[str] | None = None) -> pl.DataFrame:
    """Everything of these areas in all years."""
    owners = pl.select(owner_of(pl.Series("area", areas))).to_series().unique().to_list()
    return read_shelf(out / VALUES_BY_AREA, {"owner": owners, "area": areas}, columns).drop("owner", strict=False)


def owner_of(area: pl.Expr | pl.Series) -> pl.Expr:
    """The gemeente that an area belongs to: GM0637 for WK063701; NL for what is above gemeenten."""
    code = pl.lit(area) if isinstance(area, pl.Series) else area
    inside = code.str.contains(r"^(GM|WK|BU)")
    return pl.when(inside).then(pl.lit("GM") + code.str.slice(2, 4)).otherwise(pl.lit(_ABOVE)).alias("owner")


def owner_code(area: str) -> str:
    """As owner_of, of one area."""
    return f"GM{area[2:6]}" if area[:2] in ("GM", "WK", "BU") else _ABOVE


def _parts(heap: Path) -> Iterator[Part]:
    for bundle in range(_BUNDLES):
        paths = sorted(heap.glob(f"{bundle}-*.parquet"))
        if not paths:
            continue
        rows = pl.concat([pl.read_parquet(path) for path in paths])
        for (owner,), own in sorted(rows.partition_by("owner", as_dict=True).items()):
            ordered = own.sort("area", "indicator", "year", "boundaries")
            yield Part(str(owner), ordered, {"owner": [str(owner)]})
