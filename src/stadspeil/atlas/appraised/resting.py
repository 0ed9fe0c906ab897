"""What a figure rests on, as links: studies, interventions, unit values, parameters, own sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stadspeil.atlas.appraised.telling import retelling_of
from stadspeil.atlas.site import Site
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.retelling import known_how, spoken
from stadspeil.report.wording import Wording, lowered


@dataclass(frozen=True)
class Rest:
    """One thing that figures rest on. `mark` says how we know it, `address` leads to it ('' where there is no page); `tongue` is
    the language of its source where that is not that of the page."""

    id: str
    kind: str
    title: str
    size: str
    source: str
    mark: str
    date: str
    address: str
    tongue: str = ""


def rests_of(site: Site, ids: Iterable[str], words: Wording) -> list[Rest]:
    """Each id once, in order of kind and name."""
    return [rest_of(site, id, words) for id in sorted(set(ids))]


def ids_in(trace: str, between: str) -> list[str]:
    """The ids of a trace as tables keep it; a text of one's own may hold what stands between them."""
    found: list[str] = []
    for piece in trace.split(between):
        if piece.partition(":")[0] in _KINDS or not found:
            found.append(piece)
        else:
            found[-1] += between + piece
    return [each for each in found if each]


def rest_of(site: Site, id: str, words: Wording) -> Rest:
    """One id of a trace ('studie:e18', 'kosten:bijles/leerling')."""
    kind, _, name = id.partition(":")
    told = _FOUND.get(kind, _own)(site, name, words)
    return Rest(
        id, str(words.texts["appraise"]["rest"].get(kind, kind)), told.get("title", name),
        told.get("size", ""), told.get("source", ""), told.get("mark", ""), told.get("date", ""), told.get("address", ""),
        "" if words.lang == "nl" else told.get("tongue", "nl"),
    )  # fmt: skip


def _study(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    entry = site.catalogue.studies.get(name)
    if entry is None:
        return {}
    said = entry.intervention_en if words.lang == "en" else entry.intervention
    size = "" if entry.effect is None else f"{words.plain(entry.effect)} {words(f'library.units.{entry.unit}')}"
    return {
        "title": said, "size": size, "source": entry.source, "mark": f"{entry.strength} · {known_how(entry.provenance, words)}", "date": str(entry.year),
        "address": f"/afwegen/bewijs?groep={entry.pool}",
    }  # fmt: skip


def _intervention(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    entry = site.catalogue.interventions.get(name)
    if entry is None:
        return {}
    return {"title": title_in(entry, words.lang), "source": words("appraise.in_catalogue"), "tongue": "", "date": entry.date, "address": f"/afwegen/ingrepen/{name}"}  # fmt: skip


def _cost(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    which, _, line = name.partition("/")
    entry = site.catalogue.interventions.get(which)
    found = next((each for each in entry.costs if each.id == line), None) if entry else None
    if found is None:
        return {"address": f"/afwegen/ingrepen/{which}" if entry else ""}
    size = words("appraise.low_to_high", low=words.number(found.low), mode=words.number(found.mode), high=words.number(found.high), year=found.price_year)  # fmt: skip
    return {
        "title": text_in(found, "title", words.lang), "size": size, "source": text_in(found, "source", words.lang), "tongue": spoken(found, "source", words.lang).lang, "mark": words(f"appraise.evidence.{found.evidence}"), "date": found.date,
        "address": f"/afwegen/ingrepen/{which}",
    }  # fmt: skip


def _unit_value(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    entry = site.catalogue.unit_values.get(name)
    if entry is None:
        return {}
    low, mode, high = entry.value
    return {
        "title": title_in(entry, words.lang), "source": entry.source, "date": entry.date,
        "size": words("appraise.low_to_high", low=words.number(low), mode=words.number(mode), high=words.number(high), year=entry.price_year),
        "mark": words("appraise.graded", grade=entry.grade, evidence=words(f"appraise.evidence.{entry.evidence}")),
        "address": f"/uitleg/{entry.indicator}",
    }  # fmt: skip


def _claw(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    entry = site.catalogue.claws.get(name)
    if entry is None:
        return {}
    return {"title": text_in(entry, "title", words.lang), "source": entry.source, "date": entry.date, "mark": words(f"appraise.evidence.{entry.evidence}")}  # fmt: skip


def _optimism(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    """A class of work; of a draw ('class/intervention') the surcharge of that intervention."""
    kind, _, on = name.partition("/")
    entry, drawn = site.catalogue.optimism.get(kind), site.catalogue.interventions.get(on)
    if entry is None:
        return {}
    title = text_in(entry, "title", words.lang)
    return {
        "title": title if drawn is None else f"{title_in(drawn, words.lang)}, {lowered(title)}", "size": f"{words.number(100 * entry.cost)}%", "source": entry.source, "date": entry.date,
        "mark": words(f"appraise.evidence.{entry.evidence}"),
    }  # fmt: skip


def _parameter(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    entry = site.catalogue.parameters.get(name)
    if entry is None:
        return {}
    said = entry.definition_en if words.lang == "en" and entry.definition_en else entry.definition
    return {
        "title": said, "size": f"{entry.value:g} {words.unit(entry.unit)}".replace(".", "," if words.lang == "nl" else "."), "source": entry.source,
        "mark": words(f"appraise.evidence.{entry.evidence}"), "date": entry.date, "address": f"/uitleg/{name}",
    }  # fmt: skip


def _programme(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    return {"title": name, "address": f"/bouwen/{name}"}


def _own(site: Site, name: str, words: Wording) -> Mapping[str, str]:
    telling = retelling_of(site, words).remark(name)
    return {"title": telling.said}


_FOUND = {
    "studie": _study, "interventie": _intervention, "kosten": _cost, "kengetal": _unit_value, "korting": _claw, "optimisme": _optimism,
    "parameter": _parameter, "simulatie": _programme, "bereik": _intervention,
}  # fmt: skip
_KINDS = frozenset(_FOUND) | {"eigen", "pakket", "bron"}
