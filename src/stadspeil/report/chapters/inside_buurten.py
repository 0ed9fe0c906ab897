"""Inside the buurten: what squares of 100 m say about a buurt as a whole. No square is ever named or drawn."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.analyses.grid import WHOLE
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Grid, Heading
from stadspeil.report.wording import Wording

_BUURTEN_SHOWN = 10
_DECIMALS = 2


def inside_buurten(shown: Shown, words: Wording) -> list[Part]:
    """How much lies within buurten, and which buurten hide a pocket; nothing where no squares were read."""
    buurten, splits = (_of_whole(each) for each in (shown.inside("grid_buurten"), shown.table("grid_splits")))
    if buurten.is_empty() or splits.is_empty():
        return []
    parts: list[Part] = [Heading(words("below.inside_title")), words("below.inside_intro")]
    split = splits.row(0, named=True)
    if split["total"] > 0:
        share = words.number(split["within_buurten_pct"])
        parts.append(words("below.inside_share", squares=words.number(split["squares"]), share=share))
    tested = int(buurten["tested"].sum())
    odd = buurten.filter(pl.col("pockets_unfavourable") > 0)
    if not tested:
        return [*parts, words("below.inside_untested")]
    if odd.is_empty():
        return [*parts, words("below.inside_none", tested=tested)]
    hidden = int(odd["buurt_hides"].sum())
    parts.append(words("below.inside_found", tested=tested, number=odd.height, hidden=hidden))
    return [*parts, _table(odd, _of_whole(shown.inside("grid_pockets")), shown, words)]


def _of_whole(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("field") == WHOLE) if not table.is_empty() else table


def _table(odd: pl.DataFrame, pockets: pl.DataFrame, shown: Shown, words: Wording) -> Grid:
    """Buurten with a pocket, those that look average first, each with its furthest pocket."""
    furthest = pockets.filter("unfavourable").sort(pl.col("difference").abs(), descending=True, maintain_order=True)
    furthest = furthest.unique("area", keep="first", maintain_order=True).select("area", "difference", "error", "most")
    rows = odd.join(furthest, on="area", how="left", maintain_order="left")
    rows = rows.sort("buurt_hides", pl.col("difference").abs(), descending=True, maintain_order=True)
    names = dict(shown.small_areas.sort("boundaries").select("area", "name").iter_rows())
    heads = tuple(
        words(f"below.{name}") for name in ("inside_buurt", "squares", "pockets", "difference", "most", "buurt_hides")
    )
    made = tuple(_row(each, names, words) for each in rows.head(_BUURTEN_SHOWN).to_dicts())
    return Grid(words("below.inside_caption"), heads, made, ("1fr", "16mm", "16mm", "30mm", "36mm", "22mm"),
                (False, True, True, True, False, False))  # fmt: skip


def _row(row: dict[str, Any], names: dict[str, str], words: Wording) -> tuple[str, ...]:
    margin = words.number(1.645 * row["error"], _DECIMALS)
    return (
        names.get(row["area"], row["area"]), words.number(row["squares"]), words.number(row["pockets_unfavourable"]),
        f"{words.signed(row['difference'], _DECIMALS)} ±\u00a0{margin}",
        words(f"below.part_{row['most']}") if row["most"] else words("below.part_none"),
        words("words.yes" if row["buurt_hides"] else "words.no"),
    )  # fmt: skip
