"""What a development says as tables: every year of every line, what changed, and whether that is other than elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import polars as pl

from stadspeil.atlas.comparing_tables import digits_of
from stadspeil.atlas.developing import Change, Developing, Development
from stadspeil.atlas.line_chart import pieces
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Column, Table, rows_of
from stadspeil.catalogue.entries import title_in
from stadspeil.report.wording import DASH, Wording


def numbers_table(site: Site, known: Developing, made: Iterable[Development], words: Wording) -> Table:
    """Every year of every line: the twin of the charts."""
    columns = (
        Column("onderwerp", words("development_page.figure")), Column("jaar", words("development_page.year"), "year"),
        Column("naam", words("development_page.who")),
        Column("waarde", words("development_page.value"), "number", 1),
        Column("marge", words("development_page.margin_own"), "number", 1, meaning=words("development_page.margin_meaning")),
        Column("eenheid", words("development_page.unit")),
        Column("breuk", words("development_page.break"), meaning=words("development_page.break_meaning")),
        Column("aantal", words("development_page.number"), "number"),
        Column("grenzen", words("development_page.boundaries"), "year"), Column("status", words("development_page.status")),
        Column("weergave", words("development_page.form")), Column("id", words("development_page.id")),
    )  # fmt: skip
    names = {each.kind: each.name for each in known.beside}
    rows: list[tuple[Any, ...]] = []
    for each in made:
        unit = words.unit(each.panel.unit) or (words("compare.mark_unit") if each.form in ("cijfer", "vast") else "")
        begun = {piece[0][0] for piece in pieces(each.panel.town, each.panel.breaks)[1:]}
        title = site.title(each.id, words.lang)
        for year, value, margin in each.panel.town.points:
            row = each.rows.get(year, {})
            rows.append((
                title, year, site.name(known.area), value, margin, unit, words("words.yes") if year in begun else "",
                row.get("n"), row.get("boundaries"), row.get("status", ""), words(f"development_page.forms.{each.form}"), each.id,
            ))  # fmt: skip
        for kind, course in each.panel.beside:
            rows += [(title, year, names[kind], value, margin, unit, "", None, None, "",
                      words(f"development_page.forms.{each.form}"), each.id) for year, value, margin in course.points]  # fmt: skip
    return Table("reeks", words("development_page.numbers_caption"), columns, rows_of([c.key for c in columns], *rows),
                 note=words("development_page.no_series"))  # fmt: skip


def changes_table(site: Site, known: Developing, ids: Sequence[str], words: Wording) -> Table:
    """From the first to the last comparable year: the change, its margin, and whether it is one. What changed for sure first."""
    columns = (
        Column("onderwerp", words("development_page.figure")), Column("van", words("development_page.from"), "year"),
        Column("tot", words("development_page.to"), "year"), Column("eerste", words("development_page.first"), "number", 1),
        Column("laatste", words("development_page.last"), "number", 1),
        Column("verandering", words("development_page.change"), "number", 1),
        Column("marge", words("development_page.margin"), "number", 1, meaning=words("development_page.least_meaning")),
        Column("oordeel", words("development_page.verdict")), Column("kant", words("development_page.side")),
        Column("land", words("development_page.country"), "number", 1),
        Column("helling", words("development_page.slope"), "number", 2, meaning=words("development_page.slope_meaning")),
        Column("helling_van", words("development_page.slope_from"), "number", 2),
        Column("helling_tot", words("development_page.slope_to"), "number", 2),
        Column("jaren", words("development_page.years"), "number"), Column("eenheid", words("development_page.unit")),
        Column("schaal", words("development_page.scale")), Column("oordeel_code", words("development_page.verdict_code")),
        Column("id", words("development_page.id")),
    )  # fmt: skip
    found = [(id, change) for id in ids if (change := known.change(id, max(1, len(ids)))) is not None]
    found.sort(key=lambda pair: (pair[1].margin is None, pair[1].verdict == "geen aantoonbare verandering"))
    rows = [_change(site, id, change, words) for id, change in found]
    return Table("verandering", words("development_page.changes_caption"), columns, rows_of([c.key for c in columns], *rows),
                 note=words("development_page.no_changes"))  # fmt: skip


def _change(site: Site, id: str, change: Change, words: Wording) -> tuple[Any, ...]:
    entry = site.catalogue.indicators.get(id)
    unit = words("compare.mark_unit") if entry is None or change.fixed else words.unit(entry.unit)
    slope = change.slope or (None, None, None)
    return (
        site.title(id, words.lang), change.first_year, change.last_year, change.first, change.last, change.change,
        change.margin, words.said(change.verdict), _side(site, id, change), change.country, *slope, change.years, unit,
        "vast cijfer" if change.fixed else "waarde", change.verdict, id,
    )  # fmt: skip


def decimals_of(site: Site, row: Mapping[str, Any]) -> int:
    """Decimals in which a change is told: two for a fixed mark, none where a figure runs in the thousands."""
    if row["schaal"] == "vast cijfer":
        return 2
    entry = site.catalogue.indicators.get(row["id"])
    large = max(abs(row["eerste"]), abs(row["laatste"])) >= 1000
    return 1 if entry is None else entry.decimals if large else max(entry.decimals, 1)


def gaps_beside(site: Site, known: Developing, table: Table, words: Wording) -> list[dict[str, Any]]:
    """A row per figure with a demonstrable difference, a cell per line beside; what is not demonstrable is a dash."""
    names = [each.name for each in known.beside if each.grouped]
    found: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        if row["oordeel"] not in (_said("hoger", words), _said("lager", words)):
            continue
        digits = digits_of(site, str(row["id"]))
        made = found.setdefault(str(row["id"]), {
            "id": row["id"], "title": row["onderwerp"], "years": f"{row['van']}\u2013{row['tot']}",
            "own": words.signed(cast(float, row["eigen"]), digits), "cells": [DASH] * len(names),
        })  # fmt: skip
        margin = words.number(cast(float, row["marge"]), digits)
        difference = words.signed(cast(float, row["verschil"]), digits)
        made["cells"][names.index(str(row["naast"]))] = f"{difference} ±\u00a0{margin}"
    return list(found.values())


def _side(site: Site, id: str, change: Change) -> str:
    """'gunstig' or 'ongunstig' of a demonstrable change of a figure that has a favourable side."""
    entry = site.catalogue.indicators.get(id)
    direction = "higher_is_better" if entry is None or change.fixed else entry.direction
    if direction == "neutral" or change.verdict not in ("gestegen", "gedaald"):
        return ""
    return "gunstig" if (direction == "higher_is_better") == (change.verdict == "gestegen") else "ongunstig"


def gaps_table(site: Site, known: Developing, ids: Sequence[str] | None, words: Wording) -> Table:
    """The change less that of the group, region and country: all of some figures, else those that can be told apart."""
    columns = (
        Column("onderwerp", words("development_page.figure")), Column("naast", words("compare.beside")),
        Column("van", words("development_page.from"), "year"), Column("tot", words("development_page.to"), "year"),
        Column("eigen", words("development_page.own_change"), "number", 1),
        Column("andere", words("development_page.other_change"), "number", 1),
        Column("verschil", words("compare.difference"), "number", 1),
        Column("marge", words("development_page.margin"), "number", 1), Column("oordeel", words("compare.verdict")),
        Column("leden", words("compare.members"), "number"), Column("id", words("development_page.id")),
    )  # fmt: skip
    table = site.results.analysis("trend_gaps")
    names = {each.id: each.name for each in known.beside if each.grouped}
    rows: list[tuple[Any, ...]] = []
    if table.height and known.area.startswith("GM"):
        mine = table.filter((pl.col("area") == known.area) & pl.col("group").is_in(list(names)))
        mine = mine.filter(
            pl.col("verdict").is_in(["hoger", "lager"]) if ids is None else pl.col("indicator").is_in(list(ids))
        )
        for row in mine.iter_rows(named=True):
            margin = None if row["low"] is None else (row["high"] - row["low"]) / 2
            rows.append((
                site.title(row["indicator"], words.lang), names[row["group"]], row["first_year"], row["last_year"],
                row["own_change"], row["group_change"], row["difference"], margin, _said(row["verdict"], words), row["present"],
                row["indicator"],
            ))  # fmt: skip
    return Table("naast", words("development_page.gaps_caption"), columns, rows_of([c.key for c in columns], *rows),
                 note=words("development_page.no_gaps"))  # fmt: skip


def _said(verdict: str, words: Wording) -> str:
    return words(f"development_page.beside.{verdict}")


def marks_table(site: Site, known: Developing, words: Wording) -> Table:
    """Composites in their first and last year: beside the others and on the fixed scale."""
    columns = (
        Column("onderwerp", words("development_page.figure")), Column("van", words("development_page.from"), "year"),
        Column("tot", words("development_page.to"), "year"), Column("basisjaar", words("development.base"), "year"),
        Column("eerste", words("development_page.relative_first"), "number", 1),
        Column("laatste", words("development_page.relative_last"), "number", 1),
        Column("vast_eerste", words("development_page.fixed_first"), "number", 2),
        Column("vast_laatste", words("development_page.fixed_last"), "number", 2), Column("id", words("development_page.id")),
    )  # fmt: skip
    rows = []
    wanted = known.fixed.filter(
        pl.col("indicator").is_in(list(site.catalogue.composites)) & pl.col("mark").is_not_null()
    )
    for (id,), series in wanted.sort("year", "boundaries").group_by("indicator", maintain_order=True):
        first, last = series.row(0, named=True), series.row(-1, named=True)
        if first["year"] < last["year"]:
            rows.append((site.title(str(id), words.lang), first["year"], last["year"], last["base_year"], first["mark"],
                         last["mark"], first["fixed_mark"], last["fixed_mark"], id))  # fmt: skip
    return Table("vaste_cijfers", words("development.real_caption"), columns, rows_of([c.key for c in columns], *rows))


def mechanisms_table(site: Site, area: str, words: Wording) -> Table:
    """The mechanisms: now, at the baseline, and in the goal year if it goes on like this, where that can be told."""
    columns = (
        Column("mechanisme", words("development_page.mechanism")), Column("oordeel", words("development_page.verdict")),
        Column("reden", words("development_page.reason")), Column("jaar", words("development_page.year"), "year"),
        Column("cijfer", words("development_page.mark"), "number", 2), Column("regio", words("development_page.region"), "number", 2),
        Column("verschil", words("development_page.gap"), "number", 2),
        Column("jaar_nulmeting", words("development_page.baseline_year"), "year"),
        Column("nulmeting", words("development_page.baseline"), "number", 2),
        Column("verschil_nulmeting", words("development_page.baseline_gap"), "number", 2),
        Column("doeljaar", words("development_page.goal_year"), "year"),
        Column("verwacht", words("development_page.projection"), "number", 2),
        Column("verwacht_van", words("development_page.low"), "number", 2),
        Column("verwacht_tot", words("development_page.high"), "number", 2), Column("id", words("development_page.id")),
    )  # fmt: skip
    table = site.results.analysis("mechanisms")
    rows = []
    for entry in sorted(site.catalogue.mechanisms.values(), key=lambda each: each.order):
        own = table.filter((pl.col("area") == area) & (pl.col("mechanism") == entry.id)) if table.height else table
        for row in own.iter_rows(named=True):
            title = title_in(entry, words.lang)
            measured = site.title(row["measured"], words.lang) if row["measured"] in site.catalogue.indicators else ""
            rows.append((
                f"{title}: {measured.lower()}" if measured else title, words.said(row["verdict"]),
                words(f"mechanisms.reason.{row['reason']}", years=row["years"], goal_year=row["goal_year"]), row["year"],
                row["value"], row["region"], row["gap"], row["baseline_year"], row["baseline"], row["baseline_gap"],
                row["goal_year"], row["projection"], row["low"], row["high"], row["measured"],
            ))  # fmt: skip
    return Table(
        "mechanismen", words("development_page.mechanisms_caption"), columns, rows_of([c.key for c in columns], *rows)
    )
