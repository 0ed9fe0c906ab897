"""What a profile tells of the buurten inside an area, so that no page reads twenty years of a gemeente for it.

out/atlas/inner/   two parts per gemeente: `GM....-editions`, which edition of a figure counts inside the gemeente and
                   inside each of its wijken, and `GM....`, the rows of SCORES in those editions
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from stadspeil.atlas.preparing import BY_AREA, FOLDER
from stadspeil.shelf import Part, read_part, shelf_parts, write_shelf

INNER = "inner"
_EDITION = ["indicator", "year", "boundaries"]
_COLUMNS = {
    "around": pl.String, "indicator": pl.String, "areas": pl.UInt32, "year": pl.Int16, "boundaries": pl.Int16,
}  # fmt: skip


def editions_part(town: str) -> str:
    """The name of the part with the editions inside a gemeente."""
    return f"{town}-editions"


def write_inner(out: Path) -> None:
    """Write out/atlas/inner from the scores by gemeente."""
    write_shelf(out / FOLDER / INNER, _parts(out / FOLDER / BY_AREA))


def editions_inside(scores: pl.DataFrame) -> pl.DataFrame:
    """Per gemeente or wijk (`around`) and figure: of how many buurten it is known, and the edition that counts there.

    That is the newest year and division with at least half as many buurten as any has. Shape: SCORES of one gemeente.
    """
    code = pl.col("area")
    known = scores.filter((pl.col("level") == "buurt") & pl.col("value").is_not_null())
    found = [_editions(known.with_columns(around=around))
             for around in (pl.lit("GM") + code.str.slice(2, 4), pl.lit("WK") + code.str.slice(2, 6))]  # fmt: skip
    return pl.concat(found).sort("around", "indicator")


def _editions(known: pl.DataFrame) -> pl.DataFrame:
    sizes = known.group_by("around", *_EDITION).agg(number=pl.col("area").n_unique())
    most = pl.col("number").max().over("around", "indicator")
    wide = sizes.filter(2 * pl.col("number") >= most).sort("year", "boundaries")
    last = wide.unique(["around", "indicator"], keep="last", maintain_order=True)
    areas = known.group_by("around", "indicator").agg(areas=pl.col("area").n_unique())
    return areas.join(last, on=["around", "indicator"]).select(list(_COLUMNS)).cast(_COLUMNS)  # type: ignore[arg-type]


def _parts(by_area: Path) -> Iterator[Part]:
    for part in shelf_parts(by_area):
        scores = read_part(by_area, part)
        editions = editions_inside(scores)
        yield Part(editions_part(part.name), editions)
        rows = scores.join(editions.select(_EDITION).unique(), on=_EDITION, how="semi")
        yield Part(part.name, rows.sort("indicator", "year", "boundaries", "area"))
