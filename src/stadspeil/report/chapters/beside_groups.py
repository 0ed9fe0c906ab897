"""Differences with groups, region and country that are more than noise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from stadspeil.report.chapters.shown import Part, Shown, signed
from stadspeil.report.document import Chapter, Grid
from stadspeil.report.wording import Wording


def beside_groups(shown: Shown, words: Wording) -> Chapter | None:
    """Demonstrable differences with the own group, the net region and the country; nothing of the others but their number."""
    rows = shown.table("gaps")
    if rows.is_empty():
        return None
    rows = rows.filter(pl.col("kind").is_in(["group", "region_net", "country"]))
    known = rows.filter(pl.col("verdict") != "onbekend")
    if known.is_empty():
        return None
    told = known.filter(pl.col("verdict").is_in(["hoger", "lager"]))
    parts: list[Part] = [
        words("beside.intro"),
        words("beside.counted", known=known.height, told=told.height, unknown=rows.height - known.height),
    ]
    if not told.is_empty():
        parts.append(_gaps(told.to_dicts(), shown, words))
    return Chapter("beside", words("beside.title"), tuple(parts))


def _gaps(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    made = []
    for row in rows:
        decimals = max(shown.decimals(row["indicator"]), 1)
        margin = (row["high"] - row["low"]) / 2
        title = shown.group_title(row["group"], row["kind"], words)
        made.append((
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})", title,
            words.number(row["value"], decimals), words.number(row["group_value"], decimals),
            f"{signed(row['gap'], decimals, words)} ±\u00a0{words.number(margin, decimals)}",
            words(f"leaflet.said.{row['verdict']}"),
        ))  # fmt: skip
    heads = tuple(words(f"beside.{name}") for name in ("what", "group", "own", "theirs", "gap", "verdict"))
    return Grid(words("beside.caption"), heads, tuple(made), ("1fr", "36mm", "17mm", "17mm", "28mm", "28mm"),
                (False, False, True, True, True, False))  # fmt: skip
