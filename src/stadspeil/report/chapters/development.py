"""What changed over the years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from stadspeil.report.chapters.over_the_years import panels_of, slopes_of
from stadspeil.report.chapters.shown import Part, Shown, signed
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.wording import DASH, Wording


def development(shown: Shown, words: Wording) -> Chapter | None:
    """What changed beyond its margin, and marks on a fixed base."""
    rows = shown.table("trends")
    if rows.is_empty():
        return None
    told = rows.filter(pl.col("verdict") != "onbekende marge").to_dicts()
    parts: list[Part] = [words("development.intro")]
    if told:
        parts.append(_changes(told, shown, words))
        same = sum(row["verdict"] == "geen aantoonbare verandering" for row in told)
        parts.append(words("development.counted", number=len(told), same=same, unknown=rows.height - len(told)))
    else:
        parts.append(words("development.none", unknown=rows.height))
    if any(row["broken"] for row in told):
        parts.append(words("development.broken"))
    panels = panels_of(shown, words)
    if panels is not None:
        parts += [words("drawing.panels_intro"), panels]
    real, slopes = _real(shown, words), slopes_of(shown, words)
    if real is not None and slopes is not None:
        parts += [Heading(words("development.real_title")), words("development.real_intro"), slopes, real]
    return Chapter("development", words("development.title"), tuple(parts))


def _changes(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"development.{name}") for name in ("what", "years", "from_to", "change", "country", "verdict"))
    made = []
    for row in rows:
        id = row["indicator"]
        decimals = max(shown.decimals(id), 1) if id not in ("inwoners", "woningen") else 0
        margin = (row["high"] - row["low"]) / 2
        change = signed(row["change"], decimals, words)
        if margin > 0:
            change = f"{change} ±\u00a0{words.number(margin, decimals)}"
        made.append((
            shown.catalogue.title_of(id, words.lang), f"{row['first_year']}\u2013{row['last_year']}",
            f"{words.number(row['first'], decimals)} \u2192 {words.number(row['last'], decimals)}", change,
            DASH if row["country_change"] is None else signed(row["country_change"], decimals, words),
            words(f"development.said.{_CHANGES[row['verdict']]}"),
        ))  # fmt: skip
    return Grid(words("development.caption"), heads, tuple(made), ("1fr", "20mm", "30mm", "30mm", "18mm", "28mm"),
                (False, True, True, True, True, False))  # fmt: skip


_CHANGES = {"gestegen": "up", "gedaald": "down", "geen aantoonbare verandering": "same"}


def _real(shown: Shown, words: Wording) -> Grid | None:
    """Composites on the scale of their base year beside the relative mark, first and last year."""
    rows = shown.table("real_marks")
    if rows.is_empty():
        return None
    rows = rows.filter(pl.col("indicator").is_in(list(shown.catalogue.composites)), pl.col("mark").is_not_null())
    made = []
    for (id,), series in rows.sort("year", "boundaries").group_by("indicator", maintain_order=True):
        first, last = series.row(0, named=True), series.row(-1, named=True)
        if first["year"] == last["year"]:
            continue
        made.append((
            shown.catalogue.title_of(str(id), words.lang), f"{first['year']}\u2013{last['year']}", str(last["base_year"]),
            f"{words.mark(first['mark'])} \u2192 {words.mark(last['mark'])}",
            f"{words.mark(first['fixed_mark'])} \u2192 {words.mark(last['fixed_mark'])}",
        ))  # fmt: skip
    if not made:
        return None
    heads = tuple(words(f"development.{name}") for name in ("what", "years", "base", "relative", "fixed"))
    return Grid(words("development.real_caption"), heads, tuple(made), ("1fr", "22mm", "18mm", "30mm", "30mm"),
                (False, True, True, True, True))  # fmt: skip
