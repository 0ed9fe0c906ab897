"""What is wrong with a fund by itself: facts that are named and not there, words that nobody can measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stadspeil.catalogue.appraisal_entries import Condition, Fund
from stadspeil.catalogue.reader import is_day, near_match

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue

# What of a package or town a condition may be held against: word -> what it is, Dutch, and its unit.
WORDS: Mapping[str, tuple[str, str]] = {
    "homes": ("nieuwe woningen", "woningen"),
    "affordable_homes": ("betaalbare nieuwe woningen", "woningen"),
    "affordable_share": ("aandeel betaalbare woningen", "deel van de woningen"),
    "months_to_start": ("maanden van toekenning tot de eerste bouw", "maanden"),
    "works_years": ("jaren van toekenning tot de laatste bouw begint", "jaar"),
    "first_start_year": ("jaar waarin de eerste bouw begint", "jaar"),
    "last_start_year": ("jaar waarin de laatste bouw begint", "jaar"),
    "inhabitants": ("inwoners van de gemeente", "inwoners"),
    "applications": ("aanvragen van de gemeente in dit venster", "aanvragen"),
    "local_share": ("bijdrage van anderen dan het Rijk", "deel van het tekort"),
    "regional_share": ("bijdrage van de regio", "deel van de kosten"),
    "primary_share": ("deel voor herstructurering van woningen zelf", "deel van de vraag"),
    "ask": ("gevraagde bijdrage", "euro"),
}
WHEN = re.compile(r"(\w+) (above|at_most) (\w+)")
_CODE = re.compile(r"GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}")
_NAMED = ("share", "per_home", "per_inhabitant", "most", "least", "budget", "cofunding")


def fund_problems(catalogue: Catalogue, places: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """All problems of all funds, each with its place."""
    for entry in catalogue.funds.values():
        place = places["Fund", entry.id]
        yield from (f"{place}: {sentence}" for sentence in _fund(entry, catalogue))
        for each in entry.conditions:
            yield from (
                f"{place} [conditions.{each.id}]: {sentence}" for sentence in _condition(each, entry, catalogue)
            )


def _fund(entry: Fund, catalogue: Catalogue) -> Iterator[str]:
    facts = {each.id: each for each in entry.facts}
    for name in _NAMED:
        wanted = getattr(entry, name)
        if wanted and wanted not in facts:
            yield f"{name} noemt het feit '{wanted}', dat er niet staat{near_match(wanted, facts)}"
        elif wanted and facts[wanted].value is None:
            yield f"{name} noemt het feit '{wanted}', dat geen getal heeft; geef value en unit"
    if entry.chance and "chance" not in facts:
        yield "chance heeft geen feit 'chance' dat zegt waar de kans op rust; geef [facts.chance]"
    for name, odds in entry.chance.items():
        if name not in ("priority", "other") or not 0 <= odds <= 1:
            yield f"chance heeft '{name} = {odds:g}'; verwacht priority of other, van 0 tot en met 1"
    if entry.priority and entry.priority not in {each.id for each in entry.conditions}:
        yield f"priority noemt de voorwaarde '{entry.priority}', die er niet staat"
    for other in entry.excludes:
        if other not in catalogue.funds:
            yield f"excludes noemt het fonds '{other}', dat er niet is{near_match(other, catalogue.funds)}"
    for other in entry.only:
        if other not in catalogue.interventions:
            yield f"only noemt de ingreep '{other}', die er niet is{near_match(other, catalogue.interventions)}"
    for each in entry.facts:
        if not each.source.strip() or not is_day(each.checked):
            yield f"feit '{each.id}' moet een bron hebben en een dag waarop iemand keek (JJJJ-MM-DD)"
        if each.value is not None and not each.unit:
            yield f"feit '{each.id}' heeft een getal zonder eenheid"


def _condition(each: Condition, entry: Fund, catalogue: Catalogue) -> Iterator[str]:
    facts = {fact.id: fact for fact in entry.facts}
    fact = facts.get(each.fact)
    if fact is None:
        yield f"noemt het feit '{each.fact}', dat er niet staat{near_match(each.fact, facts)}"
    elif each.test != "in" and fact.value is None:
        yield f"noemt het feit '{each.fact}', dat geen getal heeft; geef value en unit"
    kind, _, id = each.measured.partition(":")
    known: Mapping[str, object] = {"indicator": {**catalogue.indicators, **catalogue.composites}, "mechanism": catalogue.mechanisms}.get(kind, {})  # fmt: skip
    if kind in ("indicator", "mechanism"):
        if id not in known:
            yield f"meet '{id}', dat er niet is{near_match(id, known)}"
        if each.test != "lowest_share":
            yield f"een {kind} wordt met 'lowest_share' getoetst, niet met '{each.test}'"
    elif kind == "member":
        if each.test != "in" or not each.areas:
            yield "een lijst wordt met 'in' getoetst en noemt haar gebieden in areas"
    elif each.measured not in WORDS:
        yield f"'{each.measured}' kan niemand meten{near_match(each.measured, WORDS)}; kies uit {', '.join(WORDS)}"
    for code in (*each.areas, *each.absent):
        if not _CODE.fullmatch(code):
            yield f"'{code}' is geen code van een gemeente, wijk of buurt"
    both = set(each.areas) & set(each.absent)
    if both:
        yield f"{', '.join(sorted(both))} staat op de lijst en ook als afwezig"
    if each.when:
        found = WHEN.fullmatch(each.when)
        if found is None or found[1] not in WORDS or found[3] not in facts:
            yield f"when '{each.when}' is niet te lezen; verwacht '<woord> above <feit>' of '<woord> at_most <feit>'"
