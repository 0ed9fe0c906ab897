"""What changed over the years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from stadspeil.report.chapters.moves import moves
from stadspeil.report.chapters.over_the_years import panels_of, slopes_of
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.wording import DASH, Wording, lowered


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
    if not rows.filter(pl.col("scale") == "vast cijfer").is_empty():
        parts.append(words("development.fixed_marks"))
    if any(row["broken_by"] == "grenzen" for row in told):
        parts.append(words("development.broken"))
    panels = panels_of(shown, words)
    if panels is not None:
        parts += [words("drawing.panels_intro"), panels]
    parts += [*_redefined(rows, shown, words), *_beside(shown, words), *moves(shown, words)]
    real, slopes = _real(shown, words), slopes_of(shown, words)
    if real is not None and slopes is not None:
        parts += [Heading(words("development.real_title")), words("development.real_intro"), slopes, real]
    return Chapter("development", words("development.title"), tuple(parts))


def _changes(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"development.{name}") for name in ("what", "years", "from_to", "change", "country", "verdict"))
    made = []
    for row in rows:
        id = row["indicator"]
        decimals = _decimals(row, shown) if id not in ("inwoners", "woningen") else 0
        margin = (row["high"] - row["low"]) / 2
        change = words.signed(row["change"], decimals)
        if margin > 0:
            change = f"{change} ±\u00a0{words.number(margin, decimals)}"
        made.append((
            _title(row, shown, words), f"{row['first_year']}\u2013{row['last_year']}",
            f"{words.number(row['first'], decimals)} \u2192 {words.number(row['last'], decimals)}", change,
            DASH if row["country_change"] is None else words.signed(row["country_change"], decimals),
            words(f"development.said.{_CHANGES[row['verdict']]}"),
        ))  # fmt: skip
    return Grid(words("development.caption"), heads, tuple(made), ("1fr", "20mm", "30mm", "30mm", "18mm", "28mm"),
                (False, True, True, True, True, False))  # fmt: skip


_CHANGES = {"gestegen": "up", "gedaald": "down", "geen aantoonbare verandering": "same"}


def _title(row: dict[str, Any], shown: Shown, words: Wording) -> str:
    title = shown.catalogue.title_of(row["indicator"], words.lang)
    return words("development.fixed_named", figure=title) if row["scale"] == "vast cijfer" else title


def _decimals(row: dict[str, Any], shown: Shown) -> int:
    """Two for a fixed mark: its margin is often less than a tenth."""
    return 2 if row["scale"] == "vast cijfer" else max(shown.decimals(row["indicator"]), 1)


def _redefined(rows: pl.DataFrame, shown: Shown, words: Wording) -> list[Part]:
    """Which figures were measured otherwise, and since when."""
    broken = rows.filter(pl.col("broken_by") == "definitie").to_dicts()
    named = [
        words("development.redefined_one", figure=lowered(shown.catalogue.title_of(row["indicator"], words.lang)),
              year=row["break_year"])
        for row in broken
    ]  # fmt: skip
    return [words("development.redefined", figures=words.listing(named))] if named else []


def _beside(shown: Shown, words: Wording) -> list[Part]:
    """Changes that are demonstrably other than those of groups, net region and country; of the others their number."""
    rows = shown.table("trend_gaps")
    if rows.is_empty():
        return []
    own = shown.group_of_town()
    rows = rows.filter(pl.col("kind").is_in(list(_KINDS)))
    rows = rows.filter((pl.col("kind") != "group") | (pl.col("group") == (own.id if own is not None else "")))
    known = rows.filter(pl.col("verdict") != "onbekend")
    told = known.filter(pl.col("verdict").is_in(["hoger", "lager"]))
    parts: list[Part] = [
        Heading(words("development.gaps_title")), words("development.gaps_intro"),
        words("development.gaps_counted", known=known.height, told=told.height, unknown=rows.height - known.height),
    ]  # fmt: skip
    return [*parts, _gaps(told.to_dicts(), shown, words)] if told.height else parts


def _gaps(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    """A row per figure with a demonstrable difference; what is not demonstrable is a dash."""
    by_figure: dict[tuple[str, int, int], dict[str, dict[str, Any]]] = {}
    for row in rows:
        key = row["indicator"], row["first_year"], row["last_year"]
        by_figure.setdefault(key, {}).setdefault(row["kind"], row)
    made = []
    for (_, first, last), found in by_figure.items():
        row = next(iter(found.values()))
        made.append((
            f"{_title(row, shown, words)} ({first}\u2013{last})",
            words.signed(row["own_change"], _decimals(row, shown)),
            *(_difference(found.get(kind), shown, words) for kind in _KINDS),
        ))  # fmt: skip
    heads = (words("development.what"), words("development.own_change"), *(words(f"beside.{kind}") for kind in _KINDS))
    return Grid(words("development.gaps_caption"), heads, tuple(made), ("1fr", "18mm", "30mm", "30mm", "30mm"),
                (False, True, True, True, True))  # fmt: skip


def _difference(row: dict[str, Any] | None, shown: Shown, words: Wording) -> str:
    if row is None:
        return DASH
    decimals = _decimals(row, shown)
    margin = (row["high"] - row["low"]) / 2
    return f"{words.signed(row['difference'], decimals)} ±\u00a0{words.number(margin, decimals)}"


_KINDS = ("group", "region_net", "country")


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
