"""The rows that tell where an area stands, so that no profile reads twenty years of three areas for it.

out/atlas/standing/   a part per gemeente: of each area and figure the rows of SCORES from the year that counts on, each
                      with the value of the wijk and of the gemeente around it in the same year
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from stadspeil.areas.other_ground import Ground, rows_here
from stadspeil.atlas.preparing import BY_AREA, FOLDER
from stadspeil.shelf import Part, read_part, shelf_parts, write_shelf

STANDING = "standing"
# The areas around, as the columns `wijk_value`, `wijk_spread`, `gemeente_value` and `gemeente_spread` name them.
AROUND = {"wijk": ("WK", 6), "gemeente": ("GM", 4)}
# Of one area there are some two hundred rows: a question for it skips the others.
_GROUP = 1_000


def write_standing(out: Path, elsewhere: Collection[Ground]) -> None:
    """Write out/atlas/standing from the scores by gemeente."""
    write_shelf(out / FOLDER / STANDING, _parts(out / FOLDER / BY_AREA, elsewhere))


def standing_rows(scores: pl.DataFrame, elsewhere: Collection[Ground] = ()) -> pl.DataFrame:
    """Rows from the newest year with a place on, else from the newest with a value, else the newest, with AROUND.

    Of a year on several divisions the value around is that of the newest. Rows of a wijk on a division in which its code
    meant another place (`elsewhere`) are left out. Shape: SCORES of one gemeente, in order of area and figure.
    """
    here = rows_here(scores, elsewhere)
    cell = ["area", "indicator"]
    last = pl.coalesce(
        *(pl.col("year").filter(pl.col(known).is_not_null()).max().over(cell) for known in ("rank", "value")),
        pl.col("year").max().over(cell),
    )
    found = here.filter(pl.col("year") >= last)
    for level, (head, length) in AROUND.items():
        found = _beside(
            found, here.filter(pl.col("level") == level), level, pl.lit(head) + pl.col("area").str.slice(2, length)
        )
    return found.sort(*cell, "year", "boundaries")


def _beside(rows: pl.DataFrame, around: pl.DataFrame, level: str, code: pl.Expr) -> pl.DataFrame:
    """The rows with value and spread of the area that lies around theirs; none for an area of that level itself."""
    newest = (
        around.filter(pl.col("value").is_not_null())
        .sort("boundaries")
        .unique(["area", "indicator", "year"], keep="last")
    )
    known = newest.select("indicator", "year", around=pl.col("area"),
                          **{f"{level}_value": pl.col("value"), f"{level}_spread": pl.col("spread")})  # fmt: skip
    coded = rows.with_columns(around=pl.when(code != pl.col("area")).then(code))
    return coded.join(known, on=["around", "indicator", "year"], how="left").drop("around")


def _parts(by_area: Path, elsewhere: Collection[Ground]) -> Iterator[Part]:
    for part in shelf_parts(by_area):
        yield Part(part.name, standing_rows(read_part(by_area, part), elsewhere), rows_together=_GROUP)
