"""The own group beside other groups, and the town beside its twins."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Grid, Heading
from stadspeil.report.wording import DASH, Wording

_LARGEST = 10
_NORMAL_90 = 1.645


def group_beside_others(shown: Shown, words: Wording) -> list[Part]:
    """How many figures of the own group differ demonstrably, and the largest; nothing without a group or tests."""
    own = shown.group_of_town()
    tests = shown.analyses.get("group_tests")
    if own is None or tests is None or tests.is_empty():
        return []
    rows = tests.filter(pl.col("group") == own.id)
    rest = rows.filter(pl.col("other") == "rest")
    if rest.is_empty():
        return []
    title = title_in(own, words.lang)
    found = rest.filter("found")
    parts: list[Part] = [Heading(words("likes.group_title", group=title)), words("likes.group_intro", group=title)]
    parts.append(words("likes.group_counted", found=found.height, tested=rest.height, group=title))
    for (other,), beside in rows.filter(pl.col("other") != "rest").group_by("other", maintain_order=True):
        entry = shown.catalogue.groups.get(str(other))
        if entry is not None:
            counted = {"found": int(beside["found"].sum()), "tested": beside.height, "group": title}
            parts.append(words("likes.group_beside", other=title_in(entry, words.lang), **counted))
    sized = found.filter(pl.col("g").is_not_null()).sort(pl.col("g").abs(), "indicator", descending=[True, False])
    if not sized.is_empty():
        parts.append(_largest(sized.head(_LARGEST).to_dicts(), title, shown, words))
    return parts


def _largest(rows: list[dict[str, Any]], group: str, shown: Shown, words: Wording) -> Grid:
    made = []
    for row in rows:
        decimals = max(shown.decimals(row["indicator"]), 1)
        margin = (row["g_high"] - row["g_low"]) / 2
        made.append((
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})",
            words.number(row["mean"], decimals), words.number(row["other_mean"], decimals),
            f"{words.signed(row['g'], 1)} ±\u00a0{words.number(margin, 1)}",
            words(f"leaflet.said.{'hoger' if row['difference'] > 0 else 'lager'}"),
        ))  # fmt: skip
    heads = tuple(words(f"likes.{name}") for name in ("what", "group", "rest", "size", "verdict"))
    return Grid(words("likes.group_caption", group=group), heads, tuple(made), ("1fr", "22mm", "26mm", "26mm", "30mm"),
                (False, True, True, True, False))  # fmt: skip


def beside_twins(shown: Shown, words: Wording) -> list[Part]:
    """The composite marks of the town beside the mean of its twins; nothing without twins."""
    twins, gaps = shown.table("twins"), shown.table("twin_gaps")
    if twins.is_empty() or gaps.is_empty():
        return []
    rows = gaps.filter(pl.col("indicator").is_in(list(shown.catalogue.composites)))
    if rows.is_empty():
        return []
    names = [shown.name(code) for code in twins.sort("nearness")["twin"]]
    intro = words("likes.twins_intro", town=shown.name(shown.town), twins=words.listing(names))
    return [
        Heading(words("likes.twins_title")),
        intro,
        words("likes.twins_read"),
        _twins(rows.to_dicts(), shown, words),
    ]


def _twins(rows: list[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    order = {id: number for number, id in enumerate(shown.catalogue.composites)}
    made = []
    for row in sorted(rows, key=lambda each: order[each["indicator"]]):
        margin = DASH if row["error"] is None else f"±\u00a0{words.number(_NORMAL_90 * row['error'], 1)}"
        # The spread of the twins tells what likeness leaves open; within it a difference is no finding.
        inside = row["lowest"] <= row["mark"] <= row["highest"]
        verdict = row["verdict"] if row["verdict"] != "onbekend" else "inside" if inside else "outside"
        made.append((
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})", words.mark(row["mark"]),
            words.mark(row["twins_mark"]),
            words("certainty.between", low=words.mark(row["lowest"]), high=words.mark(row["highest"])),
            margin, words(f"likes.said.{verdict}"),
        ))  # fmt: skip
    heads = tuple(words(f"likes.{name}") for name in ("what", "mark", "twins_mark", "spread", "margin", "verdict"))
    return Grid(words("likes.twins_caption"), heads, tuple(made), ("1fr", "14mm", "22mm", "26mm", "18mm", "42mm"),
                (False, True, True, True, True, False))  # fmt: skip
