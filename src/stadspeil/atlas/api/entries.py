"""What the catalogue says: figures, themes, sources and groups, each with its definition and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stadspeil.atlas.api.asking import LIMIT, OFFSET, Parameter, known_ones
from stadspeil.atlas.api.problems import missing
from stadspeil.atlas.api.resources import Question, Reply, Resource, as_json, page_of_rows
from stadspeil.atlas.site import Site
from stadspeil.catalogue.entries import Composite, Group, Indicator, Region, Source, Theme
from stadspeil.catalogue.reader import near_match

INDICATOR, COMPOSITE = "indicator", "samengesteld"


def known_figure(site: Site, id: str) -> str:
    """The id of a figure of the catalogue. RefusalError (404) for another."""
    if id not in site.catalogue.indicators and id not in site.catalogue.composites:
        near = near_match(id, [*site.catalogue.indicators, *site.catalogue.composites])
        raise missing(f"cijfer '{id[:80]}' kennen wij niet{near}")
    return id


def figure_ids(site: Site) -> set[str]:
    """Ids of all figures."""
    return {*site.catalogue.indicators, *site.catalogue.composites}


def _figures(question: Question) -> Reply:
    site, given = question.site, question.given
    known_ones("thema", [given["thema"]] if given["thema"] else None, site.catalogue.themes)
    entries: Iterable[Indicator | Composite] = (
        *site.catalogue.composites.values(),
        *site.catalogue.indicators.values(),
    )
    rows = [_figure_row(site, each) for each in entries]
    for key in ("soort", "thema", "status"):
        if given[key]:
            rows = [row for row in rows if row[key] == given[key]]
    if given["metUitkomsten"] is not None:
        rows = [row for row in rows if row["heeftUitkomsten"] == given["metUitkomsten"]]
    return page_of_rows(question, "cijfers", rows)


def _figure_row(site: Site, entry: Indicator | Composite) -> dict[str, Any]:
    judged = isinstance(entry, Indicator)
    return {
        "id": entry.id, "titel": entry.title, "titelEn": entry.title_en, "definitie": entry.definition,
        "definitieEn": entry.definition_en, "soort": INDICATOR if judged else COMPOSITE, "thema": entry.theme or None,
        "eenheid": entry.unit if isinstance(entry, Indicator) else "rapportcijfer",
        "richting": entry.direction if isinstance(entry, Indicator) else "higher_is_better",
        "decimalen": entry.decimals if isinstance(entry, Indicator) else 1,
        "bron": entry.source if isinstance(entry, Indicator) else None,
        "status": entry.status if isinstance(entry, Indicator) else "connected",
        "heeftUitkomsten": entry.id in site.results.indicators,
    }  # fmt: skip


def _figure(question: Question) -> Reply:
    site = question.site
    id = known_figure(site, question.parts["cijfer"])
    entry = site.entry(id)
    told = _figure_row(site, entry)
    if isinstance(entry, Indicator):
        source = site.catalogue.sources.get(entry.source)
        told |= {
            "niveaus": list(entry.levels), "teller": entry.numerator or None, "noemer": entry.denominator or None,
            "per": entry.per, "opmerking": entry.note or None, "opmerkingEn": entry.note_en or None,
            "vervangenDoor": entry.replaced_by or None, "licentie": source.licence if source else None,
            "onderdelen": [],
        }  # fmt: skip
    else:
        told |= {
            "niveaus": [], "teller": None, "noemer": None, "per": 1.0, "opmerking": None, "opmerkingEn": None,
            "vervangenDoor": None, "licentie": None, "onderdelen": list(site.catalogue.parts_of(id)),
        }  # fmt: skip
    told["breuken"] = [{"jaar": year, "reden": why} for year, why in site.catalogue.breaks_of(id).items()]
    told["gebruikt"] = _used(site, id)
    told["links"] = [
        question.link("self", f"/cijfers/{id}"), question.link("waarden", f"/cijfers/{id}/waarden"),
        question.link("groepsgemiddelden", f"/cijfers/{id}/groepsgemiddelden"),
    ] + ([question.link("bron", f"/bronnen/{told['bron']}")] if told["bron"] else [])  # fmt: skip
    return as_json(told)


def _used(site: Site, id: str) -> list[dict[str, Any]]:
    """Years, levels and divisions of which there are results."""
    table = site.results.of_indicator(id)
    groups = table.group_by("year", "level", "boundaries").len("gebieden").sort("year", "boundaries", "level")
    names = {"year": "jaar", "level": "niveau", "boundaries": "grenzen", "gebieden": "gebieden"}
    return groups.rename(names).to_dicts() if table.height else []


def _themes(question: Question) -> Reply:
    themes = sorted(question.site.catalogue.themes.values(), key=lambda each: each.order)
    return page_of_rows(question, "themas", [_theme_row(question.site, each) for each in themes])


def _theme_row(site: Site, entry: Theme) -> dict[str, Any]:
    own = [each.id for each in site.catalogue.indicators.values() if each.theme == entry.id]
    return {
        "id": entry.id, "titel": entry.title, "titelEn": entry.title_en, "opmerking": entry.note or None, "cijfers": own,
    }  # fmt: skip


def _theme(question: Question) -> Reply:
    entry = _wanted("thema", question.parts["thema"], question.site.catalogue.themes)
    own = {"links": [question.link("cijfers", "/cijfers", query={"thema": entry.id})]}
    return as_json(_theme_row(question.site, entry) | own)


def _sources(question: Question) -> Reply:
    return page_of_rows(question, "bronnen", [_source_row(each) for each in question.site.catalogue.sources.values()])


def _source_row(entry: Source) -> dict[str, Any]:
    return {
        "id": entry.id, "titel": entry.title, "titelEn": entry.title_en, "uitgever": entry.publisher,
        "licentie": entry.licence, "website": entry.homepage, "status": entry.status,
    }  # fmt: skip


def _source(question: Question) -> Reply:
    entry = _wanted("bron", question.parts["bron"], question.site.catalogue.sources)
    own = [each.id for each in question.site.catalogue.indicators.values() if each.source == entry.id]
    editions = [
        {"editie": each.edition, "grenzen": each.boundaries, "statline": each.statline or None} for each in entry.editions
    ]  # fmt: skip
    links = [question.link("momentopnamen", "/momentopnamen", query={"bron": entry.id})]
    return as_json(
        {**_source_row(entry), "opmerking": entry.note or None, "edities": editions, "cijfers": own, "links": links}
    )


def _groups(question: Question) -> Reply:
    return page_of_rows(question, "groepen", list(all_groups(question.site).values()))


def all_groups(site: Site) -> dict[str, dict[str, Any]]:
    """Groups, and regions of towns gross and net, under the names that group averages have."""
    found = {each.id: _of_group(each) for each in sorted(site.catalogue.groups.values(), key=lambda each: each.order)}
    for region in site.catalogue.regions.values():
        for kind in ("gross", "net"):
            found[f"{region.id}:{kind}"] = _of_region(region, kind)
    return found


def _of_group(entry: Group) -> dict[str, Any]:
    return {
        "id": entry.id, "soort": "group", "titel": entry.title, "titelEn": entry.title_en, "leden": list(entry.members),
        "herkomst": entry.source,
    }  # fmt: skip


def _of_region(entry: Region, kind: str) -> dict[str, Any]:
    gross = kind == "gross"
    members = [each for each in entry.members if gross or each != entry.dominant]
    return {
        "id": f"{entry.id}:{kind}", "soort": f"region_{kind}", "titel": entry.title, "titelEn": entry.title_en,
        "leden": members, "herkomst": entry.source,
    }  # fmt: skip


def _group(question: Question) -> Reply:
    return as_json(_wanted("groep", question.parts["groep"], all_groups(question.site)))


def _wanted(kind: str, id: str, entries: Any) -> Any:
    if id not in entries:
        raise missing(f"{kind} '{id[:80]}' kennen wij niet{near_match(id, entries)}")
    return entries[id]


_KINDS = Parameter("soort", "Gemeten, of uit andere cijfers samengesteld.", example=INDICATOR,
                   choices=(INDICATOR, COMPOSITE))  # fmt: skip
_THEME = Parameter("thema", "Alleen cijfers van dit thema.", example="wonen", pattern=r"^[a-z][a-z0-9_]{0,79}$")
_STATUS = Parameter("status", "Aangesloten, of gepland: nog zonder bron.", example="connected",
                    choices=("connected", "planned"))  # fmt: skip
_RESULTS = Parameter("metUitkomsten", "Alleen cijfers met (true) of zonder (false) uitkomsten hier.", "flag", True)
_ROW = {
    "id": "koopwoningen_aandeel", "titel": "Koopwoningen", "titelEn": "Owner-occupied homes",
    "definitie": "Aandeel koopwoningen in de woningvoorraad.", "definitieEn": "Share of owner-occupied homes.",
    "soort": INDICATOR, "thema": "wonen", "eenheid": "%", "richting": "neutral", "decimalen": 1,
    "bron": "cbs_kerncijfers_wijken_buurten", "status": "connected", "heeftUitkomsten": True,
}  # fmt: skip
_SOURCE = {
    "id": "cbs_kerncijfers_wijken_buurten", "titel": "Kerncijfers wijken en buurten", "titelEn": "Key figures",
    "uitgever": "Centraal Bureau voor de Statistiek (CBS)", "licentie": "CC BY 4.0",
    "website": "https://www.cbs.nl/", "status": "connected",
}  # fmt: skip
_GROUP = {"id": "nta", "soort": "group", "titel": "New Towns", "titelEn": "New towns", "leden": ["GM9002"],
          "herkomst": "onze lijst"}  # fmt: skip
_THEME_ROW = {
    "id": "wonen",
    "titel": "Wonen",
    "titelEn": "Housing",
    "opmerking": None,
    "cijfers": ["koopwoningen_aandeel"],
}


def _listed(name: str, row: Any) -> dict[str, Any]:
    link = {
        "rel": "self",
        "href": f"https://stadspeil.example/v1/{name}?limit=100&offset=0",
        "type": "application/json",
    }
    return {"aantal": 1, "gegeven": 1, "links": [link], name: [row]}


_LINK = {"rel": "cijfers", "href": "https://stadspeil.example/v1/cijfers?thema=wonen", "type": "application/json"}

RESOURCES = (
    Resource(
        "/cijfers", "cijfers", "Catalogus", "Lijst van cijfers",
        "Alle cijfers van de catalogus, samengestelde eerst, met definitie, eenheid, richting en bron. De volgorde is "
        "die van de catalogus.",
        _figures, "Cijfers", _listed("cijfers", _ROW), (_KINDS, _THEME, _STATUS, _RESULTS, LIMIT, OFFSET),
    ),
    Resource(
        "/cijfers/{cijfer}", "cijfer", "Catalogus", "Een cijfer",
        "De hele beschrijving, en van welke jaren, niveaus en indelingen er uitkomsten zijn.",
        _figure, "Cijfer",
        {
            **_ROW, "niveaus": ["gemeente", "wijk", "buurt"], "teller": "woningen_koop", "noemer": "woningen", "per": 100.0,
            "opmerking": None, "opmerkingEn": None, "vervangenDoor": None, "licentie": "CC BY 4.0", "onderdelen": [],
            "breuken": [], "gebruikt": [{"jaar": 2024, "niveau": "gemeente", "grenzen": 2024, "gebieden": 12}],
            "links": [_LINK],
        },
    ),
    Resource("/themas", "themas", "Catalogus", "Lijst van thema's", "Thema's in de volgorde van het rapport.",
             _themes, "Themas", _listed("themas", _THEME_ROW), (LIMIT, OFFSET)),
    Resource("/themas/{thema}", "thema", "Catalogus", "Een thema", "Een thema met de cijfers die erbij horen.",
             _theme, "Thema", {**_THEME_ROW, "links": [_LINK]}),
    Resource("/bronnen", "bronnen", "Catalogus", "Lijst van bronnen", "Tabellen van uitgevers, met licentie.",
             _sources, "Bronnen", _listed("bronnen", _SOURCE), (LIMIT, OFFSET)),
    Resource("/bronnen/{bron}", "bron", "Catalogus", "Een bron", "Een bron met zijn edities en de cijfers die eruit komen.",
             _source, "Bron",
             {**_SOURCE, "opmerking": None, "edities": [{"editie": "2024", "grenzen": 2024, "statline": "85984NED"}],
              "cijfers": ["koopwoningen_aandeel"], "links": [_LINK]}),
    Resource("/groepen", "groepen", "Catalogus", "Lijst van groepen en regio's",
             "Groepen van gemeenten om mee te vergelijken. Van een regio is er ook de netto vorm, zonder de grootste gemeente.",
             _groups, "Groepen", _listed("groepen", _GROUP), (LIMIT, OFFSET)),
    Resource("/groepen/{groep}", "groep", "Catalogus", "Een groep", "Een groep met zijn leden.", _group, "Groep", _GROUP),
)  # fmt: skip
