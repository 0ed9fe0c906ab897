"""What a profile tells of the buurten inside an area, so that no page reads twenty years of a gemeente for it.

out/atlas/inner/   two parts per gemeente: `GM....-editions`, which edition of a figure counts inside the gemeente and
                   inside each of its wijken, and `GM....`, the rows of SCORES in those editions with ESTIMATED
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from stadspeil.atlas.preparing import BY_AREA, FOLDER
from stadspeil.shelf import Part, read_part, shelf_parts, write_shelf

INNER = "inner"
_EDITION = ["indicator", "year", "boundaries"]
# What the analysis of buurten says of a row, where it judged it: the ends of its interval of 90 %, and the value that leans
# on the gemeente.
ESTIMATED = ("low", "high", "shrunken")
# Of one figure there are tens to hundreds of rows: a question for it skips the others.
_GROUP = 1_000
_COLUMNS = {
    "around": pl.String, "indicator": pl.String, "areas": pl.UInt32, "year": pl.Int16, "boundaries": pl.Int16,
}  # fmt: skip


def editions_part(town: str) -> str:
    """The name of the part with the editions inside a gemeente."""
    return f"{town}-editions"


def write_inner(out: Path) -> None:
    """Write out/atlas/inner from the scores and the estimates by gemeente."""
    write_shelf(out / FOLDER / INNER, _parts(out / FOLDER / BY_AREA, out / FOLDER / "estimates"))


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


def _parts(by_area: Path, estimates: Path) -> Iterator[Part]:
    estimated = {part.name: part for part in shelf_parts(estimates)}
    for part in shelf_parts(by_area):
        scores = read_part(by_area, part)
        editions = editions_inside(scores)
        yield Part(editions_part(part.name), editions)
        rows = scores.join(editions.select(_EDITION).unique(), on=_EDITION, how="semi")
        own = estimated.get(part.name)
        told = _with_estimates(rows, None if own is None else read_part(estimates, own))
        yield Part(part.name, told.sort("indicator", "year", "boundaries", "area"), rows_together=_GROUP)


def _with_estimates(rows: pl.DataFrame, estimates: pl.DataFrame | None) -> pl.DataFrame:
    if estimates is None:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ESTIMATED)
    key = ["area", *_EDITION]
    return rows.join(estimates.select(*key, *ESTIMATED).unique(key, keep="last"), on=key, how="left")
