"""Afwegen: packages of measures that are known here, what came out of those that were weighed, and how to weigh the others."""

from __future__ import annotations

from typing import Any

from stadspeil.atlas.appraised.reading import Result, kept_result, known_results, result_of
from stadspeil.atlas.appraised.saying import between
from stadspeil.atlas.older import older
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.wording import Wording


def appraisal(site: Site, asked: Asked) -> View:
    """All packages of the catalogue, the workspace and the results; those of the town first."""
    words, town = words_of(asked.lang), asked.get("stad").upper()
    found = {id: result_of(site, id) for id in known_results(site)}
    rows = [
        _row(site, entry, found.get(entry.id), words)
        for entry in site.catalogue.packages.values()
        if not entry.template
    ]
    rows += [_forgotten(site, each, words) for id, each in found.items() if id not in site.catalogue.packages]
    known = {code for code, _ in site.towns()}
    rows.sort(
        key=lambda row: (row["gebied"] != town, row["gebied"] not in known, row["staat"] != "afgewogen", row["titel"])
    )
    number = sum(row["staat"] == "afgewogen" for row in rows)
    key = "appraise.list_reading" if rows else "appraise.list_empty"
    table = Table("pakketten", words("appraise.list_caption"), _columns(words), rows, words("appraise.list_empty"))
    told = {id: _told(each, words) for id, each in found.items()}
    return View(
        "afwegen", words("appraise.title"), words(key, packages=words.number(len(rows)), number=words.number(number), interventions=len(site.catalogue.interventions)),
        (table,), notes=(words("appraise.note_short"), words("appraise.note_euro"), words("appraise.note_interval")),
        more={
            "told": told, "compare": [row["id"] for row in rows if row["staat"] == "afgewogen"], "agendas": list(site.catalogue.agendas.values()),
            "counts": {"interventions": len(site.catalogue.interventions), "studies": len(site.catalogue.studies), "funds": len(site.catalogue.funds)},
        },
        older=older((kept_result(site, id, words) for id in found), words),
    )  # fmt: skip


def _columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("titel", words("appraise.package")), Column("stad", words("building.town")), Column("staat", words("appraise.state")),
        Column("status", words("building.status")), Column("verzonnen", words("building.invented")), Column("maatregelen", words("appraise.measures"), "number"),
        Column("netto", words("appraise.figures.netto"), "number"), Column("netto_laag", words("appraise.net_low"), "number"),
        Column("netto_hoog", words("appraise.net_high"), "number"), Column("kans", words("appraise.figures.kans_netto_boven_nul"), "number", 2),
        Column("vraag", words("appraise.asked_euro"), "number"), Column("id", words("town.id")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip


def _row(site: Site, entry: Package, result: Result | None, words: Wording) -> dict[str, Any]:
    state = "afgewogen" if result else "niet_afgewogen"
    return {
        "titel": title_in(entry, words.lang), "stad": site.name(entry.town), "staat": state, "status": text_in(entry, "status", words.lang),
        "verzonnen": words("words.yes" if entry.invented else "words.no"), "maatregelen": len(entry.measures), **_numbers(result), "id": entry.id,
        "gebied": entry.town,
    }  # fmt: skip


def _forgotten(site: Site, result: Result, words: Wording) -> dict[str, Any]:
    """A package that was weighed and whose file is gone, or came after this site began."""
    told = result.package
    return {
        "titel": told["title_en" if words.lang == "en" else "title"], "stad": site.name(told["town"]), "staat": "afgewogen", "status": (told.get("status_en") if words.lang == "en" else "") or told["status"],
        "verzonnen": words("words.yes" if told["invented"] else "words.no"), "maatregelen": len(told["measures"]), **_numbers(result),
        "id": result.id, "gebied": told["town"],
    }  # fmt: skip


def _numbers(result: Result | None) -> dict[str, Cell]:
    if result is None:
        return dict.fromkeys(("netto", "netto_laag", "netto_hoog", "kans", "vraag"))
    net = result.figures["netto"]
    return {
        "netto": net["mean"], "netto_laag": net["low"], "netto_hoog": net["high"], "kans": result.figures["kans_netto_boven_nul"]["mean"],
        "vraag": result.run["ask"]["euro"],
    }  # fmt: skip


def _told(result: Result, words: Wording) -> dict[str, str]:
    return {
        "costs": between(result.figures["kosten"], words), "net": between(result.figures["netto"], words),
        "chance": words.chance(result.figures["kans_netto_boven_nul"]["mean"]), "ask": words.euros(result.run["ask"]["euro"]),
    }  # fmt: skip


APPRAISAL = Page(
    "afwegen",
    "/afwegen",
    appraisal,
    "appraisal.html",
    "menu.appraisal",
    "stad={stad}",
    styles=("building.css", "appraisal.css"),
)
