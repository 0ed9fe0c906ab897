"""Waar staan we? The answer of a town at once: mechanisms, themes, and what stands out beyond its margin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from stadspeil.atlas.site import Site
from stadspeil.atlas.standing import Standing, standings
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.findings import FAVOURABLE, UNFAVOURABLE
from stadspeil.report.wording import Wording

_SHOWN = 3
_VERDICTS = {"op koers": "on", "van koers": "off", "niet te zeggen": "open"}


def town(site: Site, asked: Asked) -> View:
    """The answer of one gemeente. QuestionError for another kind of area."""
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if not code.startswith("GM"):
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente", "kies een gemeente in de lijst")
    themes = [id for id in site.catalogue.composites if id.startswith("thema_")]
    judged = [id for id, each in site.catalogue.indicators.items()
              if each.direction != "neutral" and each.status == "connected" and not each.replaced_by]  # fmt: skip
    found = standings(site, code, [*themes, *judged])
    marked = [found[id] for id in themes if id in found and found[id].mark is not None]
    points = _points([found[id] for id in judged if id in found], site)
    best = [each for each in points if each.place.band in FAVOURABLE]
    worst = [each for each in reversed(points) if each.place.band in UNFAVOURABLE]
    changed = _changed(site, code)
    return View(
        "stad",
        words("town.title", town=site.name(code)),
        _reading(site.name(code), marked, words),
        (
            _mechanisms(site, code, asked.lang, words),
            _themes(marked, changed, site, asked.lang, words),
            _standing_out("sterk", best[:_SHOWN], site, asked.lang, words),
            _standing_out("zwak", worst[:_SHOWN], site, asked.lang, words),
        ),
        notes=tuple(_notes(marked, words)),
        more={"code": code, "name": site.name(code), "marked": marked, "known": bool(found)},
    )


def _reading(name: str, marked: list[Standing], words: Wording) -> str:
    """One sentence: themes whose whole range lies at one side, and no others."""
    told = [each for each in marked if each.told_apart]
    good = sum(each.place.band in FAVOURABLE for each in told)
    bad = sum(each.place.band in UNFAVOURABLE for each in told)
    if not marked:
        return words("town.reading_none", town=name)
    return words("town.reading", town=name, good=good, bad=bad, open=len(marked) - good - bad, number=len(marked))


def _points(found: Iterable[Standing], site: Site) -> list[Standing]:
    """What stands out beyond its margin, the best first. What has no known margin is not told as standing out."""
    parts = {part for id in site.catalogue.composites for part in site.catalogue.parts_of(id)}
    told = [each for each in found if each.id in parts and each.told_apart and each.mark is not None]
    return sorted(told, key=lambda each: -(each.mark or 0))


def _changed(site: Site, code: str) -> dict[str, tuple[int, int, float]]:
    """By composite: first and last year on the fixed scale, and how the mark moved between them."""
    table = site.results.analysis("real_marks")
    if table.is_empty():
        return {}
    own = table.filter((pl.col("area") == code) & pl.col("fixed_mark").is_not_null()).sort("year", "boundaries")
    found = {}
    for (id,), rows in own.group_by("indicator", maintain_order=True):
        first, last = rows.row(0, named=True), rows.row(-1, named=True)
        if first["year"] < last["year"]:
            found[str(id)] = (first["year"], last["year"], last["fixed_mark"] - first["fixed_mark"])
    return found


def _mechanisms(site: Site, code: str, lang: str, words: Wording) -> Table:
    columns = (
        Column("mechanisme", words("town.mechanism")), Column("cijfer", words("town.mark"), "number", 1),
        Column("regio", words("town.region"), "number", 1), Column("oordeel", words("town.verdict")),
        Column("reden", words("town.reason")), Column("jaar", words("town.year"), "year"),
    )  # fmt: skip
    table = site.results.analysis("mechanisms")
    rows: list[tuple[Cell, ...]] = []
    for entry in sorted(site.catalogue.mechanisms.values(), key=lambda each: each.order):
        own = table.filter((pl.col("area") == code) & (pl.col("mechanism") == entry.id)) if table.height else table
        title = entry.title_en if lang == "en" else entry.title
        for row in own.iter_rows(named=True):
            if row["years"] or not row["measured"]:
                rows.append(_mechanism(row, title, site, lang, words))
    return Table(
        "mechanismen", words("town.mechanisms_caption"), columns, rows_of([each.key for each in columns], *rows),
        note="" if rows else words("town.no_mechanisms"),
    )  # fmt: skip


def _mechanism(row: Mapping[str, Any], title: str, site: Site, lang: str, words: Wording) -> tuple[Cell, ...]:
    composite = row["measured"] in site.catalogue.composites
    measured = site.title(row["measured"], lang) if row["measured"] and not composite else ""
    verdict = words(f"mechanisms.verdict.{_VERDICTS[row['verdict']]}")
    reason = words(f"mechanisms.reason.{row['reason']}", years=row["years"], goal_year=row["goal_year"])
    return (
        f"{title}: {measured.lower()}" if measured else title,
        row["value"],
        row["region"],
        verdict,
        reason,
        row["year"],
    )


def _themes(
    marked: Iterable[Standing], changed: Mapping[str, tuple[int, int, float]], site: Site, lang: str, words: Wording
) -> Table:
    columns = (
        Column("thema", words("town.theme")), Column("cijfer", words("town.mark"), "number", 1),
        Column("plaats", words("town.place"), "number"), Column("van", words("town.of"), "number"),
        Column("plaats_van", words("town.from"), "number", meaning=words("town.range_meaning")),
        Column("plaats_tot", words("town.to"), "number", meaning=words("town.range_meaning")),
        Column("verandering", words("town.change"), "number", 1, meaning=words("town.change_meaning")),
        Column("jaar", words("town.year"), "year"), Column("id", words("town.id")), Column("band", words("town.band")),
    )  # fmt: skip
    rows = []
    for each in marked:
        moved = changed.get(each.id)
        rows.append((
            site.title(each.id, lang), each.mark, each.place.rank, each.place.ranked or None, each.low, each.high,
            moved[2] if moved else None, each.year, each.id, each.place.band if each.told_apart else "middle",
        ))  # fmt: skip
    return Table("themas", words("town.themes_caption"), columns, rows_of([each.key for each in columns], *rows))


def _standing_out(id: str, points: Iterable[Standing], site: Site, lang: str, words: Wording) -> Table:
    columns = (
        Column("cijfer", words("town.figure")), Column("waarde", words("town.value"), "number", 1),
        Column("marge", words("town.margin"), "number", 1), Column("eenheid", words("town.unit")),
        Column("rapportcijfer", words("town.mark"), "number", 1), Column("plaats", words("town.place"), "number"),
        Column("van", words("town.of"), "number"), Column("jaar", words("town.year"), "year"), Column("id", words("town.id")),
    )  # fmt: skip
    rows = [
        (site.title(each.id, lang), each.value, each.margin, words.unit(site.catalogue.indicators[each.id].unit),
         each.mark, each.place.rank, each.place.ranked, each.year, each.id)
        for each in points
    ]  # fmt: skip
    caption = words(f"town.{id}_caption")
    return Table(
        id, caption, columns, rows_of([each.key for each in columns], *rows), note=words("town.none_stands_out")
    )


def _notes(marked: Iterable[Standing], words: Wording) -> list[str]:
    kinds = {each.range_by for each in marked}
    return [words(f"town.range_{kind}") for kind in ("noise", "choices") if kind in kinds]


TOWN = Page("stad", "/stad/{stad}", town, "town.html", "menu.town")
