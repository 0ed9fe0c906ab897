"""Differences with groups, region and country that are more than noise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from stadspeil.report.chapters.likes import beside_twins, group_beside_others
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Grid
from stadspeil.report.wording import DASH, Wording


def beside_groups(shown: Shown, words: Wording) -> Chapter | None:
    """Demonstrable differences of the town, of its group, and beside its twins; of the others only their number."""
    parts = [*_of_town(shown, words), *beside_twins(shown, words), *group_beside_others(shown, words)]
    return Chapter("beside", words("beside.title"), tuple(parts)) if parts else None


def _of_town(shown: Shown, words: Wording) -> list[Part]:
    """Differences with the own group, the net region and the country."""
    rows = shown.table("gaps")
    if rows.is_empty():
        return []
    rows = rows.filter(pl.col("kind").is_in(list(_KINDS)))
    known = rows.filter(pl.col("verdict") != "onbekend")
    if known.is_empty():
        return []
    told = known.filter(pl.col("verdict").is_in(["hoger", "lager"]))
    parts: list[Part] = [
        words("beside.intro"),
        words("beside.counted", known=known.height, told=told.height, unknown=rows.height - known.height),
    ]
    if not told.is_empty():
        parts.append(_gaps(told.to_dicts(), shown, words))
    return parts


def _gaps(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    """A row per figure with a demonstrable difference; what is not demonstrable is a dash."""
    by_figure: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
    for row in rows:
        # A town has one own group; in the groups of others it is compared in the workbook.
        by_figure.setdefault((row["indicator"], row["year"]), {}).setdefault(row["kind"], row)
    made = []
    for (id, year), found in by_figure.items():
        own = next(iter(found.values()))["value"]
        decimals = max(shown.decimals(id), 1)
        made.append((
            f"{shown.catalogue.title_of(id, words.lang)} ({year})", words.number(own, decimals),
            *(_gap(found.get(kind), decimals, words) for kind in _KINDS),
        ))  # fmt: skip
    heads = tuple(words(f"beside.{name}") for name in ("what", "own", *_KINDS))
    return Grid(words("beside.caption"), heads, tuple(made), ("1fr", "18mm", "30mm", "30mm", "30mm"),
                (False, True, True, True, True))  # fmt: skip


def _gap(row: dict[str, Any] | None, decimals: int, words: Wording) -> str:
    if row is None:
        return DASH
    margin = (row["high"] - row["low"]) / 2
    return f"{words.signed(row['gap'], decimals)} ±\u00a0{words.number(margin, decimals)}"


_KINDS = ("group", "region_net", "country")
