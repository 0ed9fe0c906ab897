"""Uitleg: how figures are made, and what each figure, source, group and assumption is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stadspeil.atlas.explaining import Fact, Telling, Told, method_sections
from stadspeil.atlas.explaining_figures import tell_composite, tell_indicator
from stadspeil.atlas.explaining_others import (
    tell_family,
    tell_group,
    tell_mechanism,
    tell_method,
    tell_parameter,
    tell_source,
    tell_theme,
)  # fmt: skip
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Column, Page, Table, View, rows_of
from stadspeil.catalogue.entries import Parameter
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording


def explained(site: Site, asked: Asked) -> View:
    """All that can be looked up, by kind."""
    telling = Telling(site, asked.lang)
    words, catalogue = telling.words, site.catalogue
    connected = sum(each.status == "connected" for each in catalogue.indicators.values())
    tables = (
        _figures(telling), _composites(telling), _sources(telling), _sections(telling), _mechanisms(telling),
        _parameters(telling), _groups(telling),
    )  # fmt: skip
    reading = words(
        "explained.reading", figures=connected, sources=sum(e.status == "connected" for e in catalogue.sources.values())
    )
    return View(
        "uitleg", words("explained.title"), reading, tables,
        more={"themes": _themes(telling), "steps": _steps(telling), "chapters": _chapters(), "terms": _terms(words)},
    )  # fmt: skip


def entry_page(site: Site, asked: Asked) -> View:
    """One thing in full. QuestionError with a near one for an unknown id."""
    telling, id = Telling(site, asked.lang), asked.get("id")
    told = _told(id, telling, asked)
    words = telling.words
    facts = Table(
        "feiten", words("explained.facts"), (Column("wat", words("explained.what")), Column("zegt", words("explained.says"))),
        rows_of(("wat", "zegt"), *((each.name, each.said) for each in told.facts)),
    )  # fmt: skip
    return View(
        "uitleg", told.title, told.reading, (*(facts for _ in [0] if told.facts), *told.tables),
        more={
            **_blank(), **told.more, "told": told, "id": id, "facts": told.facts,
            "weighable": id in site.results.placed_composites,
        },
    )  # fmt: skip


def _blank() -> dict[str, Any]:
    """What only some kinds have."""
    return {"figure": "", "chapter": "", "examples": []}


def _told(id: str, telling: Telling, asked: Asked) -> Told:
    catalogue, sections = telling.site.catalogue, method_sections()
    area = asked.get("gebied")
    kinds: tuple[tuple[Mapping[str, Any], Callable[[Any], Told]], ...] = (
        (catalogue.indicators, lambda entry: tell_indicator(entry, telling)),
        (catalogue.composites, lambda entry: tell_composite(entry, telling, telling.site.area(area) if area else "")),
        (catalogue.sources, lambda entry: tell_source(entry, telling)),
        (sections, lambda entry: tell_method(entry, telling)),
        (catalogue.themes, lambda entry: tell_theme(entry, telling)),
        (catalogue.mechanisms, lambda entry: tell_mechanism(entry, telling)),
        (catalogue.groups, lambda entry: tell_group(entry, telling)),
        (catalogue.parameters, lambda entry: tell_parameter(entry, telling)),
        (catalogue.group_families, lambda entry: tell_family(entry, telling)),
    )
    for entries, tell in kinds:
        if id in entries:
            return tell(entries[id])
    known = {name: None for entries, _ in kinds for name in entries}
    raise QuestionError(f"uitleg over '{id}'", f"die is er niet{near_match(id, known)}", "zoek het op onder Uitleg")


def _themes(telling: Telling) -> list[dict[str, Any]]:
    """Themes with their figures, in the order of the report."""
    catalogue, found = telling.site.catalogue, []
    for theme in sorted(catalogue.themes.values(), key=lambda each: each.order):
        own = [each for each in catalogue.indicators.values() if each.theme == theme.id]
        title, lang = telling.text(theme, "title")
        rows = [
            {"id": each.id, "title": telling.site.title(each.id, telling.lang), "unit": telling.words.unit(each.unit),
             "planned": each.status == "planned", "direction": each.direction}
            for each in own
        ]  # fmt: skip
        found.append({"id": theme.id, "title": title, "lang": lang, "figures": rows})
    return found


def _steps(telling: Telling) -> list[Fact]:
    """How a figure comes about, as the report tells it."""
    catalogue, words = telling.site.catalogue, telling.words
    numbers = {name: words.number(catalogue.parameter(f"mark_{name}"), 1) for name in ("mean", "min", "max")}
    shares = {
        name: f"{words.number(100 * catalogue.parameter(id))}%"
        for name, id in (("coverage", "coverage_gemeente"), ("weight", "composite_minimum_weight"))
    }
    texts = words.many(
        "method.items", town=words("explained.the_town"), mean=numbers["mean"], low=numbers["min"], high=numbers["max"],
        sd=words.number(catalogue.parameter("mark_sd"), 2), carry=words.number(catalogue.parameter("carry_years")), **shares,
    )  # fmt: skip
    return [Fact(head.rstrip("."), said) for head, said in (each.split("|", 1) for each in texts)]


def _chapters() -> list[tuple[str, str, list[Mapping[str, Any]]]]:
    """The sections of the method by chapter."""
    found: dict[str, tuple[str, list[Mapping[str, Any]]]] = {}
    for section in method_sections().values():
        found.setdefault(section["chapter"], (section["intro"], []))[1].append(section)
    return [(chapter, intro, own) for chapter, (intro, own) in found.items()]


def _terms(words: Wording) -> list[tuple[str, str]]:
    """The words that a reader meets, each in a sentence."""
    pairs = (each.split("|", 1) for each in words.many("explained.terms"))
    return sorted(((term, said) for term, said in pairs), key=lambda each: each[0].lower())


def _figures(telling: Telling) -> Table:
    words, catalogue = telling.words, telling.site.catalogue
    rows = [
        (telling.site.title(each.id, telling.lang), telling.text(catalogue.themes[each.theme], "title")[0],
         words.unit(each.unit), words(f"workbook.is_{each.direction}"), each.source,
         words("explained.state_planned") if each.status == "planned" else "", telling.text(each, "definition")[0], each.id)
        for each in catalogue.indicators.values()
    ]  # fmt: skip
    columns = telling.columns(
        ("cijfer", "figure"), ("thema", "theme"), ("eenheid", "unit"), ("kant", "direction"), ("bron", "source"),
        ("stand", "state"), ("betekenis", "meaning"), ("id", "id"),
    )  # fmt: skip
    return telling.table("cijfers", columns, rows)


def _composites(telling: Telling) -> Table:
    catalogue = telling.site.catalogue
    rows = [
        (telling.text(each, "title")[0], telling.text(each, "definition")[0], len(catalogue.parts_of(each.id)), each.id)
        for each in catalogue.composites.values()
    ]
    columns = telling.columns(
        ("cijfer", "figure"), ("betekenis", "meaning"), ("delen", "number_of_parts", 0), ("id", "id")
    )
    return telling.table("samengesteld", columns, rows)


def _sources(telling: Telling) -> Table:
    sources = telling.site.catalogue.sources
    figures: dict[str, int] = dict.fromkeys(sources, 0)
    for each in telling.site.catalogue.indicators.values():
        figures[each.source] = figures.get(each.source, 0) + 1
    rows = [
        (telling.text(each, "title")[0], each.publisher, each.licence, figures[each.id],
         "" if each.status == "connected" else telling.words("explained.state_planned"), each.id)
        for each in sources.values()
    ]  # fmt: skip
    columns = telling.columns(
        ("bron", "source"), ("uitgever", "publisher"), ("licentie", "licence"), ("cijfers", "number_of_figures", 0),
        ("stand", "state"), ("id", "id"),
    )  # fmt: skip
    return telling.table("bronnen", columns, rows)


def _sections(telling: Telling) -> Table:
    rows = [(each["title"], each["chapter"], each["says"], each["id"]) for each in method_sections().values()]
    columns = telling.columns(("onderdeel", "section"), ("hoofdstuk", "chapter"), ("zegt", "says"), ("id", "id"))
    return telling.table("methode", columns, rows)


def _mechanisms(telling: Telling) -> Table:
    mechanisms = sorted(telling.site.catalogue.mechanisms.values(), key=lambda each: each.order)
    rows = [(telling.text(each, "title")[0], telling.text(each, "question")[0], each.id) for each in mechanisms]
    return telling.table(
        "mechanismen", telling.columns(("mechanisme", "mechanism"), ("vraag", "question"), ("id", "id")), rows
    )


def _parameters(telling: Telling) -> Table:
    rows = [
        (
            telling.text(each, "definition")[0],
            f"{each.value:.0f}" if _is_a_year(each) else each.value,
            telling.words.unit(each.unit),
            telling.words(f"evidence.{each.evidence}"),
            each.id,
        )
        for each in telling.site.catalogue.parameters.values()
    ]
    columns = telling.columns(
        ("aanname", "assumption"), ("waarde", "value", 4), ("eenheid", "unit"), ("herkomst", "evidence"), ("id", "id")
    )
    columns = tuple(replace(each, mixed=each.key == "waarde") for each in columns)
    return telling.table("aannames", columns, rows)


def _is_a_year(entry: Parameter) -> bool:
    """Whether its value is a year of the calendar, which is written without a sign for thousands."""
    return entry.unit == "jaar" and entry.value > 1000


def _groups(telling: Telling) -> Table:
    groups = sorted(telling.site.catalogue.groups.values(), key=lambda each: each.order)
    rows = [
        (telling.text(each, "title")[0], len(each.members), telling.words(f"evidence.{each.evidence}"), each.id)
        for each in groups
    ]
    columns = telling.columns(("groep", "group"), ("leden", "members", 0), ("herkomst", "evidence"), ("id", "id"))
    return telling.table("groepen", columns, rows)


EXPLAINED = Page("uitleg", "/uitleg", explained, "explained.html", "menu.explained", styles=("explained.css",))
ENTRY = Page("uitleg-over", "/uitleg/{id}", entry_page, "entry.html", under="uitleg", styles=("explained.css",))
