"""Ingrepen en bewijs: what can be done and whether it works, and the studies behind it, taken together per group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from stadspeil.amounts import decimals_for
from stadspeil.appraisal.pooling_results import pool_rows, study_rows
from stadspeil.atlas.appraised.reading import known_results, result_of
from stadspeil.atlas.appraised.sentences import title_of
from stadspeil.atlas.appraised.telling import retelling_of
from stadspeil.atlas.drawing.studies import StudyRow, studies_alt, studies_svg
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import AS_LARGE, Asked, Cell, Column, Page, Picture, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.appraisal_entries import Intervention, Study
from stadspeil.catalogue.entries import text_in, texts_in, title_in
from stadspeil.errors import QuestionError
from stadspeil.report.retelling import cited, known_how, pool_title, spoken, study_tag
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import Wording

STYLES = ("building.css", "appraisal.css")


def interventions_page(site: Site, asked: Asked) -> View:
    """All interventions, of one domain where that is asked."""
    words, domain = words_of(asked.lang), asked.get("soort")
    entries = site.catalogue.interventions
    domains = tuple(dict.fromkeys(each.domain for each in entries.values()))
    if domain and domain not in domains:
        raise QuestionError(f"soort '{domain[:40]}'", "die is er niet", f"kies uit {', '.join(domains)}")
    chosen = sorted(
        (each for each in entries.values() if not domain or each.domain == domain),
        key=lambda each: (domains.index(each.domain), each.title),
    )
    rows = [_row(site, each, words) for each in chosen]
    shown = sum(row["sterkte"] in ("A", "B") for row in rows)
    columns = (
        Column("titel", words("library.intervention")), Column("soort", words("library.domain")), Column("sterkte", words("library.strength")),
        Column("studies", words("library.studies"), "number"), Column("effecten", words("library.effects"), "number"),
        Column("bewijs", words("library.says")), Column("id", words("town.id")),
    )  # fmt: skip
    return View(
        "ingrepen", words("library.title"), words("library.reading", number=len(rows), shown=shown),
        (Table("ingrepen", words("library.caption"), columns, rows),), more={"domain": domain, "domains": domains},
    )  # fmt: skip


def _row(site: Site, entry: Intervention, words: Wording) -> dict[str, Cell]:
    pools = {line.pool for line in entry.effects if line.pool}
    studies = [each for each in site.catalogue.studies.values() if each.pool in pools or each.id in entry.studies]
    strengths = [each.strength for each in studies if each.pool in pools and each.status == "active"]
    return {
        "titel": title_in(entry, words.lang), "soort": words(f"library.domains.{entry.domain}"), "sterkte": min(strengths, default="") or words.number(None),
        "studies": len(studies), "effecten": len(entry.effects), "bewijs": text_in(entry, "evidence_note", words.lang), "id": entry.id,
    }  # fmt: skip


def intervention_page(site: Site, asked: Asked) -> View:
    """One intervention: its story, effects, costs, studies and where it was done."""
    words, id = words_of(asked.lang), asked.get("ingreep")
    entry = site.catalogue.interventions.get(id)
    if entry is None:
        raise QuestionError(f"ingreep '{id[:60]}'", "die kennen wij niet", "kies een ingreep op de bladzijde Ingrepen")
    title = title_in(entry, words.lang)
    studies = _studies_of(site, entry)
    shown = (_effect_table(site, entry, words), _cost_table(site, entry, words), study_list(studies, words))
    used = [(each, title_of(site, result_of(site, each), words.lang)) for each in known_results(site)
            if any(measure["intervention"] == id for measure in result_of(site, each).package["measures"])]  # fmt: skip
    effects = sum(bool(line.pool) for line in entry.effects)
    key = "one_reading" if effects > 1 else "one_reading_single" if effects else "one_reading_none"
    reading = words(f"library.{key}", title=title, number=effects, studies=len(studies))
    return View(
        "ingreep", title, reading, shown,
        notes=(words("library.note_costs"),),
        more={
            "entry": entry, "told": {name: spoken(entry, name, words.lang) for name in ("evidence_note", "for_whom", "dose_unit", "risk_of_nothing")},
            "cases": texts_in(entry, "cases", words.lang), "story": _story(site.catalogue.root, id, words.lang), "story_lang": _story_lang(site.catalogue.root, id, words.lang), "studies": studies, "used": used,
            "mechanisms": [title_in(site.catalogue.mechanisms[each], words.lang) for each in entry.mechanisms if each in site.catalogue.mechanisms],
            "reach": " – ".join(f"{words.number(100 * each)}%" for each in entry.reach), "pools": {line.pool: pool_title(site.catalogue, line.pool, words.lang) for line in entry.effects if line.pool},
        },
    )  # fmt: skip


def _studies_of(site: Site, entry: Intervention) -> list[Study]:
    pools = {line.pool for line in entry.effects if line.pool}
    found = [each for each in site.catalogue.studies.values() if each.pool in pools or each.id in entry.studies]
    return sorted(found, key=lambda each: (each.status != "active", each.strength, each.id))


def _effect_table(site: Site, entry: Intervention, words: Wording) -> Table:
    pooled = {row["id"]: row for row in _pools(site)}
    rows: list[dict[str, Cell]] = []
    for line in entry.effects:
        found: Mapping[str, Any] = pooled.get(line.pool, {})
        rows.append({
            "cijfer": site.title(line.indicator, words.lang) if line.indicator in site.catalogue.indicators else line.indicator, "groep": pool_title(site.catalogue, line.pool, words.lang) if line.pool else words.number(None),
            "gemiddeld": found.get("mean"), "laag": found.get("low"), "hoog": found.get("high"), "eenheid": words(f"library.units.{found['unit']}") if found.get("unit") else None, "sterkte": found.get("strength"),
            "jaren": line.ramp, "blijft": words(f"library.persistence.{line.persistence}"), "uitstraling": 100 * line.spill, "verplaatsing": 100 * line.displacement,
            "toch_al": 100 * line.deadweight, "elders": 100 * line.leakage, "in_euro": words("words.yes" if line.unit_value else "words.no"), "let_op": text_in(line, "note", words.lang),
            "id": line.indicator,
        })  # fmt: skip
    columns = (
        Column("cijfer", words("building.figure")), Column("groep", words("library.pool")), Column("gemiddeld", words("library.effect"), "number", AS_LARGE),
        Column("laag", words("library.low"), "number", AS_LARGE), Column("hoog", words("library.high"), "number", AS_LARGE), Column("eenheid", words("library.unit")),
        Column("sterkte", words("library.strength")), Column("jaren", words("library.ramp"), "number", 1), Column("blijft", words("library.stays")),
        Column("uitstraling", words("library.spill"), "number"), Column("verplaatsing", words("library.displaced"), "number"),
        Column("toch_al", words("library.deadweight"), "number"), Column("elders", words("library.leakage"), "number"),
        Column("in_euro", words("appraise.in_euro")), Column("let_op", words("library.mind")), Column("id", words("town.id")),
    )  # fmt: skip
    return Table("effecten", words("library.effects_caption"), columns, rows, words("library.no_effects"))


def _cost_table(site: Site, entry: Intervention, words: Wording) -> Table:
    rows: list[dict[str, Cell]] = []
    for line in entry.costs:
        actor = site.catalogue.actors.get(line.bearer)
        rows.append({
            "wat": text_in(line, "title", words.lang), "per": words(f"library.per.{line.per}", unit=text_in(entry, "dose_unit", words.lang)), "wanneer": words(f"library.timing.{line.timing}"),
            "laag": line.low, "midden": line.mode, "hoog": line.high, "prijzen": line.price_year, "wie": title_in(actor, words.lang) if actor else line.bearer,
            "merk": words(f"appraise.evidence.{line.evidence}"), "bron": text_in(line, "source", words.lang), "sinds": line.date,
        })  # fmt: skip
    columns = (
        Column("wat", words("appraise.what")), Column("per", words("library.per_what")), Column("wanneer", words("library.when")),
        Column("laag", words("library.lowest"), "number"), Column("midden", words("library.likely"), "number"), Column("hoog", words("library.highest"), "number"),
        Column("prijzen", words("library.prices"), "year"), Column("wie", words("library.bearer")), Column("merk", words("appraise.known_how")),
        Column("bron", words("appraise.source")), Column("sinds", words("appraise.since")),
    )  # fmt: skip
    return Table("kosten", words("library.costs_caption"), columns, rows)


def study_list(studies: list[Study], words: Wording) -> Table:
    """Studies with what they found, nulls and harms as plain as the others."""
    english = words.lang == "en"
    rows: list[dict[str, Cell]] = [
        {
            "studie": cited(each, words.lang), "wat": each.intervention_en if english else each.intervention, "uitkomst": each.outcome_en if english else each.outcome,
            "richting": words(f"library.signs.{_SIGNS[each.sign]}"), "effect": each.effect, "laag": each.low, "hoog": each.high, "eenheid": words(f"library.units.{each.unit}"),
            "sterkte": each.strength, "land": each.country, "status": words(f"library.status.{each.status}"), "reden": text_in(each, "reason", words.lang), "opzet": text_in(each, "design", words.lang),
            "overdracht": text_in(each, "transfer", words.lang), "herkomst": known_how(each.provenance, words), "id": each.id,
        }
        for each in studies
    ]  # fmt: skip
    columns = (
        Column("studie", words("library.study")), Column("wat", words("appraise.what")), Column("uitkomst", words("library.outcome")),
        Column("richting", words("library.sign")), Column("effect", words("library.effect"), "number", AS_LARGE), Column("laag", words("library.low"), "number", AS_LARGE),
        Column("hoog", words("library.high"), "number", AS_LARGE), Column("eenheid", words("library.unit")), Column("sterkte", words("library.strength")),
        Column("land", words("library.country")), Column("status", words("library.standing")), Column("reden", words("library.reason")),
        Column("opzet", words("library.design")), Column("overdracht", words("library.transfer")), Column("herkomst", words("library.provenance")),
        Column("id", words("town.id")),
    )  # fmt: skip
    return Table("studies", words("library.studies_caption"), columns, rows, words("library.no_studies"))


_SIGNS = {"+": "better", "-": "worse", "0": "nothing", "+-": "mixed", "?": "unknown"}


def _story_file(root: Path | None, id: str, lang: str) -> Path | None:
    """The story in the language, or else in Dutch."""
    if root is None:
        return None
    own = root / "interventions" / f"{id}.{lang}.md"
    return own if own.is_file() else root / "interventions" / f"{id}.md"


def _story_lang(root: Path | None, id: str, lang: str) -> str:
    """'nl' where the story stands in Dutch on a page in another language."""
    path = _story_file(root, id, lang)
    return "" if lang == "nl" or path is None or path.name.endswith(f".{lang}.md") else "nl"


@lru_cache(maxsize=128)
def _story(root: Path | None, id: str, lang: str) -> tuple[tuple[str, str], ...]:
    """The story as blocks: ('h2' or 'p' or 'li', text). The files hold heads, paragraphs and plain lists only."""
    path = _story_file(root, id, lang)
    if path is None or not path.is_file():
        return ()
    blocks: list[tuple[str, str]] = []
    for part in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        lines = part.strip().splitlines()
        if lines[0].startswith("# "):
            continue
        if lines[0].startswith("#"):
            blocks.append(("h2", lines[0].lstrip("# ")))
            lines = lines[1:]
        if lines and lines[0].startswith("- "):
            blocks += [("li", each[2:]) for each in " ".join(lines).replace(" - ", "\n- ").splitlines()]
        elif lines:
            blocks.append(("p", " ".join(lines)))
    return tuple(blocks)


def _pools(site: Site) -> list[dict[str, Any]]:
    return site.results.remembered("pools", lambda: list(pool_rows(site.catalogue)))


def evidence_page(site: Site, asked: Asked) -> View:
    """Groups of studies with what they say together; of one group its studies, what was left out, and why."""
    words, pool = words_of(asked.lang), asked.get("groep")
    rows = _pools(site)
    told = [row for row in rows if row["mean"] is not None]
    if pool and pool not in {row["id"] for row in rows}:
        raise QuestionError(f"groep '{pool[:60]}'", "die is er niet", "kies een groep in de lijst")
    table = Table(
        "groepen",
        words("library.pools_caption"),
        _pool_columns(words),
        [_pool_row(site, row, words) for row in rows],
    )
    studies = sorted(
        (each for each in site.catalogue.studies.values() if not pool or each.pool == pool),
        key=lambda each: (each.status != "active", each.strength, each.id),
    )
    one = next((row for row in rows if row["id"] == pool), None)
    weights = _weights(site, pool, words) if one and one["mean"] is not None else None
    return View(
        "bewijs", words("library.pool_title", pool=pool_title(site.catalogue, pool, words.lang)) if pool else words("library.evidence_title"), _evidence_reading(site, one, told, words),
        tuple(filter(None, (weights, study_list(studies, words), table if not pool else None))), tuple(_study_picture(one, weights, words)) if one and weights else (),
        notes=(words("library.note_pool"),),
        more={"pool": pool, "pools": sorted(((row["id"], pool_title(site.catalogue, row["id"], words.lang)) for row in rows), key=lambda each: each[1].lower()), "studies": studies, "one": one, "weights": weights is not None, "known": {each.id: known_how(each.provenance, words) for each in studies}, "told": {each.id: _study_said(each, words.lang) for each in studies},
              "cited": {each.id: cited(each, words.lang) for each in studies}, "bases": {each.id: spoken(each, "interval_basis", words.lang) for each in studies},
              "left_out": retelling_of(site, words).listed(one["left_out"]) if one else None, "users": _users(site, pool, words), "digits": decimals_for},
    )  # fmt: skip


def _study_said(study: Study, lang: str) -> list[Remark]:
    """Its design, what holds elsewhere, and why it does not count where it does not."""
    design = spoken(study, "design", lang)
    return [Remark(f"{design.said}.", design.lang), spoken(study, "transfer", lang), spoken(study, "reason", lang)]


def _studies_said(site: Site, ids: str, words: Wording) -> str:
    """Studies that count as one, each with where it stands."""
    known = site.catalogue.studies
    return "; ".join(cited(known[each], words.lang) if each in known else each for each in ids.split())


def _pool_row(site: Site, row: Mapping[str, Any], words: Wording) -> dict[str, Any]:
    reason = retelling_of(site, words).listed(row["left_out"]).said
    return {
        **row,
        "title": pool_title(site.catalogue, row["id"], words.lang),
        "studies": " ".join(study_tag(each) for each in (row["studies"] or "").split()),
        "left_out": reason,
    }


def _users(site: Site, pool: str, words: Wording) -> list[tuple[str, str]]:
    """Interventions that rest on a group."""
    return [
        (each.id, title_in(each, words.lang))
        for each in site.catalogue.interventions.values()
        if pool and any(line.pool == pool for line in each.effects)
    ]


def _evidence_reading(site: Site, one: Mapping[str, Any] | None, told: list[dict[str, Any]], words: Wording) -> str:
    if one is None:
        return words("library.evidence_reading", studies=len(site.catalogue.studies), pools=len(told))
    if one["mean"] is None:
        return words("library.pool_none", reason=retelling_of(site, words).listed(one["left_out"]).said)
    low, mean, high = (words.plain(one[name]) for name in ("low", "mean", "high"))
    key = "library.pool_reading" if one["low"] > 0 or one["high"] < 0 else "library.pool_reading_open"
    return words(
        key, mean=mean, low=low, high=high, unit=words(f"library.units.{one['unit']}"), strength=one["strength"]
    )


def _pool_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("title", words("library.pool")), Column("mean", words("library.effect"), "number", AS_LARGE), Column("low", words("library.low"), "number", AS_LARGE),
        Column("high", words("library.high"), "number", AS_LARGE), Column("unit", words("library.unit")), Column("strength", words("library.strength")),
        Column("studies", words("library.studies")), Column("left_out", words("library.left_out")), Column("id", words("town.id")),
    )  # fmt: skip


def _weights(site: Site, pool: str, words: Wording) -> Table:
    rows = site.results.remembered(("studies of pool", pool), lambda: study_rows(pool, site.catalogue))
    columns = (
        Column("study", words("library.study")), Column("effect", words("library.effect"), "number", AS_LARGE), Column("low", words("library.low"), "number", AS_LARGE),
        Column("high", words("library.high"), "number", AS_LARGE), Column("strength", words("library.strength")), Column("country", words("library.country")),
        Column("counts", words("library.counts"), "number", AS_LARGE), Column("weight", words("library.weight"), "number", 2),
        Column("mean_without", words("library.without"), "number", AS_LARGE), Column("left_out", words("library.left_out")),
    )  # fmt: skip
    telling = retelling_of(site, words)
    said = [
        {**row, "study": _studies_said(site, row["study"], words), "left_out": telling.said(row["left_out"])}
        for row in rows
    ]
    return Table("gewichten", words("library.weights_caption"), columns, said)


def _study_picture(one: Mapping[str, Any], weights: Table, words: Wording) -> list[Picture]:
    told: Sequence[Mapping[str, Any]] = weights.rows
    rows = [
        StudyRow(str(row["study"]), (row["low"], row["effect"], row["high"]), row["weight"])
        for row in told if row["effect"] is not None
    ]  # fmt: skip
    rows.append(StudyRow(words("library.together"), (one["low"], one["mean"], one["high"]), None))
    caption = words("library.pool_picture")
    unit = words(f"library.units.{one['unit']}")
    drawn, narrow = (studies_svg(rows, unit, words, each) for each in (False, True))
    return [Picture("studies", drawn, caption, studies_alt(caption, rows, words), "gewichten", narrow=narrow)]


INTERVENTIONS = Page(
    "ingrepen", "/afwegen/ingrepen", interventions_page, "interventions.html", under="afwegen", styles=STYLES
)
INTERVENTION = Page(
    "ingreep", "/afwegen/ingrepen/{ingreep}", intervention_page, "intervention.html", under="afwegen", styles=STYLES
)
EVIDENCE = Page("bewijs", "/afwegen/bewijs", evidence_page, "evidence.html", under="afwegen", styles=STYLES)
