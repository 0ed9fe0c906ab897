"""Sources, sections of the method, mechanisms, groups, assumptions and families of groups, told as pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadspeil.atlas.explaining import Fact, Telling, Told
from stadspeil.atlas.explaining_figures import edition_table
from stadspeil.atlas.views import Cell, Column, Table, rows_of
from stadspeil.catalogue.entries import Group, GroupFamily, Mechanism, Parameter, Source, Theme
from stadspeil.sources import SnapshotStore


def tell_source(entry: Source, telling: Telling) -> Told:
    """Who publishes what, under which licence, in which deliveries, and which files of it are here."""
    words, dutch = telling.words, telling.dutch
    title, lang = telling.text(entry, "title")
    facts = [
        telling.fact("publisher", entry.publisher, dutch), telling.fact("licence", entry.licence, dutch),
        *([telling.fact("homepage", entry.homepage, link=entry.homepage)] if entry.homepage else []),
        telling.fact("how", words(f"explained.how_{entry.fetch.protocol if entry.fetch else entry.status}")),
        *([telling.fact("address", entry.fetch.address)] if entry.fetch and entry.fetch.address else []),
        *([telling.fact("statline", entry.fetch.table)] if entry.fetch and entry.fetch.table else []),
        telling.fact("seen", words(f"explained.seen_{entry.shape}")),
        *telling.of_entry("update", entry, "update"), *telling.of_entry("mind", entry, "note"),
    ]  # fmt: skip
    tables = (_snapshots(entry, telling), edition_table(entry.editions, telling), _figures(entry, telling))
    snapshots = len(tables[0].rows)
    reading = words("explained.source_reading", publisher=entry.publisher, figures=len(tables[2].rows), files=snapshots)
    return Told(
        words("explained.kind_source"), title, reading, tuple(facts), tuple(each for each in tables if each.rows), lang
    )


def _snapshots(entry: Source, telling: Telling) -> Table:
    """The files of it in this workspace, each with the checksum by which it can be known again."""
    store = SnapshotStore(telling.site.workspace.raw)
    rows: list[Sequence[Cell]] = [
        (each.file_name, each.edition, each.rows, each.retrieved[:10], each.checksum)
        for each in store.active() if each.source == entry.id
    ]  # fmt: skip
    columns = telling.columns(
        ("bestand", "file"), ("editie", "edition"), ("rijen", "rows", 0), ("ingelezen", "retrieved"), ("sha256", "checksum")
    )  # fmt: skip
    return telling.table("momentopnamen", columns, rows)


def _figures(entry: Source, telling: Telling) -> Table:
    rows = [
        (telling.site.title(each.id, telling.lang), telling.words.unit(each.unit), each.id)
        for each in telling.site.catalogue.indicators.values() if each.source == entry.id
    ]  # fmt: skip
    return telling.table("cijfers_van", telling.columns(("cijfer", "figure"), ("eenheid", "unit"), ("id", "id")), rows)


def tell_method(section: Mapping[str, Any], telling: Telling) -> Told:
    """A section of the method with its worked examples. The chapter is in Dutch, as the tests that it is made from are."""
    words, dutch = telling.words, telling.dutch
    facts = [
        *([telling.fact("formula", section["formula"], dutch)] if section["formula"] else []),
        telling.fact("rests_on", section["source"].replace("docs/", ""), dutch),
        telling.fact("tested", words("explained.tests", number=section["tests"], spec=section["spec"])),
    ]
    examples = [_example(number, each) for number, each in enumerate(section["examples"], start=1)]
    return Told(
        words("explained.kind_method"), section["title"], section["says"], tuple(facts),
        tuple(table for _, tables in examples for table in tables), dutch,
        {"chapter": section["chapter"], "examples": [(each, tables) for each, tables in examples]},
    )  # fmt: skip


def _example(number: int, example: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Table]]:
    """An example and its tables; what must come out stands under heads that say so."""
    tables = []
    for place, drawn in enumerate(example["tables"], start=1):
        heads = [*drawn["given"], *drawn["expected"]]
        keys = [f"k{each}" for each in range(1, len(heads) + 1)]
        columns = tuple(
            Column(key, head, "text" if word else "number", meaning="uitkomst" if at >= len(drawn["given"]) else "")
            for at, (key, head, word) in enumerate(zip(keys, heads, drawn["words"], strict=True))
        )
        tables.append(Table(f"voorbeeld-{number}-{place}", example["says"], columns, rows_of(keys, *drawn["rows"])))
    return example, tables


def tell_mechanism(entry: Mechanism, telling: Telling) -> Told:
    """What a mechanism asks, its goal, what measures it and what cannot be measured yet."""
    words = telling.words
    title, lang = telling.text(entry, "title")
    reading, _ = telling.text(entry, "question")
    gaps = entry.gaps_en if telling.lang == "en" else entry.gaps
    facts = [
        *telling.of_entry("goal", entry, "goal_text"),
        telling.fact("baseline", words("explained.baseline_said", first=entry.baseline, goal=entry.goal_year)),
        *([telling.fact("gap", each) for each in gaps]), *_origin(entry, telling),
    ]  # fmt: skip
    measured = [each for each in (entry.composite, *entry.indicators) if each]
    return Told(words("explained.kind_mechanism"), title, reading, tuple(facts), (_measured(measured, telling),), lang)


def _measured(ids: Sequence[str], telling: Telling) -> Table:
    rows = [(telling.site.title(each, telling.lang), each) for each in ids]
    return telling.table("gemeten_met", telling.columns(("cijfer", "figure"), ("id", "id")), rows)


def _origin(entry: Mechanism | Group | Parameter, telling: Telling) -> list[Fact]:
    words = telling.words
    return [
        telling.fact("stands_in", entry.source, telling.dutch),
        telling.fact("evidence", words(f"evidence.{entry.evidence}")),
    ]


def tell_group(entry: Group, telling: Telling) -> Told:
    """Who belongs to a group, and where that comes from."""
    words = telling.words
    title, lang = telling.text(entry, "title")
    names = dict(telling.site.catalogue.gemeenten.select("code", "name").iter_rows())
    rows = [(names.get(code, code), code) for code in entry.members]
    table = telling.table(
        "leden", (Column("naam", words("town.figure")), Column("gebied", words("pockets.area"), "area")), rows
    )
    members = words.listing([name for name, _ in rows])
    reading = words("explained.group_reading", number=len(rows), members=members)
    return Told(words("explained.kind_group"), title, reading, tuple(_origin(entry, telling)), (table,), lang)


def tell_parameter(entry: Parameter, telling: Telling) -> Told:
    """An assumption: what it does, its value and where it comes from."""
    words = telling.words
    facts = [
        telling.fact("value", f"{words.number(entry.value, 4).rstrip('0').rstrip(',.')} {entry.unit}", telling.dutch),
        telling.fact("since", entry.date), *_origin(entry, telling),
    ]  # fmt: skip
    title = words("explained.parameter_title", id=entry.id)
    reading, lang = telling.text(entry, "definition")
    return Told(words("explained.kind_parameter"), title, reading, tuple(facts), (), lang)


def tell_family(entry: GroupFamily, telling: Telling) -> Told:
    """Groups that exclude each other, of which is asked how far they live apart."""
    words, fields = telling.words, telling.site.catalogue.fields
    title, lang = telling.text(entry, "title")
    named = [fields[each].title if each in fields else each for each in (*entry.groups,)]
    reading = words("explained.family_reading", groups=words.listing([*named, *([entry.rest] if entry.rest else [])]))
    facts = [
        telling.fact("base", fields[entry.base].title if entry.base in fields else entry.base, telling.dutch),
        *telling.of_entry("mind", entry, "note"),
        telling.fact("method", words("apart.title"), link="/uitleg/methode-living-apart"),
    ]
    return Told(words("explained.kind_family"), title, reading, tuple(facts), (), lang or telling.dutch)


def tell_theme(entry: Theme, telling: Telling) -> Told:
    """The figures of a theme, and the composite that stands for it."""
    words, catalogue = telling.words, telling.site.catalogue
    title, lang = telling.text(entry, "title")
    own = [each for each in catalogue.indicators.values() if each.theme == entry.id]
    rows = [
        (telling.site.title(each.id, telling.lang), words.unit(each.unit), words(f"workbook.is_{each.direction}"),
         words("explained.state_planned") if each.status == "planned" else "", each.id)
        for each in own
    ]  # fmt: skip
    columns = telling.columns(
        ("cijfer", "figure"), ("eenheid", "unit"), ("kant", "direction"), ("stand", "state"), ("id", "id")
    )
    composite = f"thema_{entry.id}"
    facts = [*telling.of_entry("mind", entry, "note")]
    if composite in catalogue.composites:
        facts.append(telling.fact("mark", telling.site.title(composite, telling.lang), link=f"/uitleg/{composite}"))
    planned = sum(each.status == "planned" for each in own)
    reading = words("explained.theme_reading", number=len(own), planned=planned)
    return Told(
        words("explained.kind_theme"), title, reading, tuple(facts), (telling.table("cijfers", columns, rows),), lang
    )
