"""What a page must know of a whole field to place one area in it: the average, and how far a mark moves with a value.

Made once, so that no page reads a country to show a town. The numbers equal those of the report's `Field`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from stadspeil.atlas.preparing import BY_INDICATOR, FOLDER
from stadspeil.report.standing import Edition, Field, Row
from stadspeil.shelf import Part, read_part, shelf_parts, write_shelf

FIELDS = "fields"
EDITION = ["indicator", "level", "year", "boundaries"]
SCHEMA = {
    "indicator": pl.String, "level": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "known": pl.UInt32,
    "mean": pl.Float64, "marks_per_unit": pl.Float64,
}  # fmt: skip
# So many rows are at hand at a time.
_TOGETHER = 100_000


def write_fields(out: Path) -> None:
    """Write out/atlas/fields: a row per figure, level, year and division."""
    write_shelf(
        out / FOLDER / FIELDS, [Part(FIELDS, pl.concat(list(_of_figures(out / FOLDER / BY_INDICATOR))).sort(EDITION))]
    )


def fields_of(scores: pl.DataFrame) -> pl.DataFrame:
    """The fields of SCORES. Marks that were cut off at an end of the scale do not tell how a mark moves."""
    numbered = scores.with_columns(pl.col("level").cast(pl.String))
    means = numbered.group_by(EDITION).agg(
        known=pl.col("value").count(), mean=pl.col("value").mean(), lowest=pl.col("mark").min(), highest=pl.col("mark").max()
    )  # fmt: skip
    free = (
        numbered.join(means, on=EDITION)
        .filter((pl.col("mark") > pl.col("lowest")) & (pl.col("mark") < pl.col("highest")))
        .sort("value", "mark")
        .group_by(EDITION, maintain_order=True)
        .agg(
            values=pl.col("value").last() - pl.col("value").first(),
            marks=pl.col("mark").last() - pl.col("mark").first(),
        )
        .filter(pl.col("values") > 0)
        .select(*EDITION, marks_per_unit=(pl.col("marks") / pl.col("values")).abs())
    )
    return means.join(free, on=EDITION, how="left").select(list(SCHEMA)).cast(SCHEMA).sort(EDITION)  # type: ignore[arg-type]


def _of_figures(folder: Path) -> Iterator[pl.DataFrame]:
    """Fields of many parts at a time: a part holds a figure and a year whole, and a small one costs as much as a large one."""
    yield pl.DataFrame(schema=SCHEMA)
    together: list[pl.DataFrame] = []
    for part in shelf_parts(folder):
        together.append(read_part(folder, part))
        if sum(each.height for each in together) >= _TOGETHER:
            yield fields_of(pl.concat(together))
            together = []
    if together:
        yield fields_of(pl.concat(together))


@dataclass(frozen=True)
class LoneField(Field):
    """A field of which only one area is at hand; what the others tell was counted before."""

    average: float | None = None
    per_unit: float | None = None

    @property
    def mean(self) -> float | None:
        """The average value."""
        return self.average

    @property
    def marks_per_unit(self) -> float | None:
        """How much a mark moves when the value moves by one."""
        return self.per_unit


def lone_field(area: str, row: Row, known: Row | None, ranges: Row | None) -> LoneField:
    """The field of one area's row: `known` is its row of out/atlas/fields, `ranges` its row of RANK_RANGES."""
    told = (None, None) if known is None else (known["mean"], known["marks_per_unit"])
    return LoneField({area: row}, {} if ranges is None else {area: ranges}, *told)


def edition_of(row: Row) -> Edition:
    """Year and division of a row."""
    return row["year"], row["boundaries"]
