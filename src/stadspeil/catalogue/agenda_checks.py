"""What is wrong with an agenda by itself, before anything is weighed."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from stadspeil.catalogue.appraisal_entries import Agenda, Budget, Fund, Project
from stadspeil.catalogue.reader import near_match

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue

MOST_YEARS = 40
FIRSTS = (1990, 2100)
# More than any town has: a slip of the pen in zeros.
MOST_EURO = 1e12
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BUURT = re.compile(r"BU\d{4}[0-9A-Z]{4}")
_TRIGGER = re.compile(r"\s*([a-z][a-z0-9_]*)\s*([<>])\s*(-?\d+(?:\.\d+)?)\s*")


def agenda_problems(catalogue: Catalogue, places: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """All problems of all agendas, each with file and heading."""
    towns = dict(catalogue.gemeenten.select("code", "name").iter_rows())
    for entry in catalogue.agendas.values():
        place = places["Agenda", entry.id]
        if entry.town not in towns:
            yield f"{place}: gemeente '{entry.town}' staat niet in areas/gemeenten.csv{near_match(entry.town, towns)}"
        if not 1 <= entry.years <= MOST_YEARS:
            yield f"{place}: years is {entry.years}; verwacht 1 tot {MOST_YEARS} jaar"
        if not FIRSTS[0] <= entry.first <= FIRSTS[1]:
            yield f"{place}: first is {entry.first}; verwacht een jaar van {FIRSTS[0]} tot {FIRSTS[1]}"
        if not entry.projects:
            yield f"{place}: de agenda heeft geen projecten; geef ten minste een kop [projects.naam]"
        if entry.staff < 0:
            yield f"{place}: staff is {entry.staff:g}; verwacht 0 (geen grens) of meer"
        yield from (f"{place}: {each}" for each in _floors(entry, catalogue))
        for budget in entry.budgets:
            yield from (f"{place} [budgets.{budget.id}]: {each}" for each in _budget(budget, entry, catalogue))
        for project in entry.projects:
            yield from (f"{place} [projects.{project.id}]: {each}" for each in _project(project, entry, catalogue))
        circle = circle_in({each.id: each.after for each in entry.projects})
        if circle:
            yield f"{place}: {circle_sentence(circle)}"


def trigger_of(text: str) -> tuple[str, str, float] | None:
    """Indicator, '<' or '>', and bound of a trigger; None for what is no trigger."""
    found = _TRIGGER.fullmatch(text)
    return (found[1], found[2], float(found[3])) if found else None


def circle_in(before: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """A circle in 'comes after', first name repeated at the end; empty where there is none."""
    left = {name: [each for each in others if each in before] for name, others in before.items()}
    while left:
        free = [name for name, others in left.items() if not any(each in left for each in others)]
        if not free:
            break
        for name in free:
            del left[name]
    if not left:
        return ()
    walked = [next(iter(left))]
    while True:
        step = next(each for each in left[walked[-1]] if each in left)
        if step in walked:
            return (*walked[walked.index(step) :], step)
        walked.append(step)


def circle_sentence(circle: tuple[str, ...]) -> str:
    """What is wrong with a circle, and what to do."""
    return (
        f"projecten wachten in een kring op elkaar: {' wacht op '.join(circle)}; geen van deze kan beginnen. "
        "Haal bij een ervan 'after' weg"
    )


def _floors(entry: Agenda, catalogue: Catalogue) -> Iterator[str]:
    packages = [catalogue.packages[each.package] for each in entry.projects if each.package in catalogue.packages]
    towns = {entry.town, *(town for each in packages for town in (each.town, *each.towns))}
    for name, points in entry.floors.items():
        kind, _, id = name.partition(":")
        if kind == "mechanism":
            if id not in catalogue.mechanisms:
                yield f"floors noemt mechanisme '{id}'; dat bestaat niet{near_match(id, catalogue.mechanisms)}"
        elif kind == "buurt":
            if not _BUURT.fullmatch(id):
                yield f"floors noemt buurt '{id}'; verwacht een code als BU06370003"
            elif f"GM{id[2:6]}" not in towns:
                yield f"floors noemt buurt {id}, die niet in {entry.town} ligt; kies een buurt van {entry.town}"
        else:
            yield f"floors noemt '{name}'; verwacht 'mechanism:<id>' of 'buurt:<code>'"
        if points < 0:
            yield f"floors van '{name}' is {points:g}; verwacht 0 of meer punten"


def _budget(budget: Budget, entry: Agenda, catalogue: Catalogue) -> Iterator[str]:
    known = (*catalogue.funds, *catalogue.actors)
    if catalogue.funds and budget.id not in known:
        yield f"'{budget.id}' is geen fonds en geen partij{near_match(budget.id, known)}"
    if budget.id in catalogue.funds:
        yield from _fund_rules(budget, catalogue.funds[budget.id])
    if not 0 <= budget.chance <= 1:
        yield f"chance is {budget.chance:g}; verwacht een kans van 0 tot 1"
    for year, euro in budget.yearly.items():
        if not re.fullmatch(r"\d{4}", year) or not entry.first <= int(year) < entry.first + entry.years:
            yield (
                f"jaar '{year}' valt buiten de agenda ({entry.first}-{entry.first + entry.years - 1}); "
                "verander het jaar, of first en years van de agenda"
            )
        if euro < 0:
            yield f"in {year} is {euro:g} euro; verwacht 0 of meer"
        elif euro >= MOST_EURO:
            yield f"in {year} is {euro:g} euro; verwacht minder dan {MOST_EURO:g}, kijk de nullen na"


def _fund_rules(budget: Budget, fund: Fund) -> Iterator[str]:
    """Years in which a fund pays, and the smallest and largest sum that it grants."""
    coming = {int(year): euro for year, euro in budget.yearly.items() if year.isdecimal() and euro > 0}
    facts = {each.id: each for each in fund.facts}
    least, most = facts.get(fund.least), facts.get(fund.most)
    for year, euro in coming.items():
        if year < fund.first or (fund.last and year > fund.last):
            yield (
                f"in {year} komt er geld van '{fund.id}', dat betaalt van {fund.first} tot en met {fund.last or 'nu'}; "
                "haal dat jaar weg, of pas het fonds aan in uw werkmap"
            )
        if most is not None and most.value is not None and euro > most.value:
            yield (
                f"in {year} komt er {euro:g} euro van '{fund.id}'; per aanvraag is dat hoogstens {most.value:g} "
                f"({most.source}, nagekeken {most.checked}). Verlaag het, of verdeel het over jaren met een eigen aanvraag"
            )
    whole = sum(coming.values())
    if least is not None and least.value is not None and 0 < whole < least.value:
        yield (
            f"van '{fund.id}' komt samen {whole:g} euro; een aanvraag is er ten minste {least.value:g} "
            f"({least.source}, nagekeken {least.checked}). Vraag meer, of haal het budget weg"
        )


def _project(project: Project, entry: Agenda, catalogue: Catalogue) -> Iterator[str]:
    if not _NAME.fullmatch(project.id):
        yield f"naam '{project.id}' moet kleine letters, cijfers en _ zijn"
    if project.package:
        if project.package not in catalogue.packages:
            yield f"pakket '{project.package}' bestaat niet{near_match(project.package, catalogue.packages)}"
        elif catalogue.packages[project.package].template:
            yield f"pakket '{project.package}' is een leeg formulier; vul het eerst in"
        if project.costs or project.worth or project.marks:
            yield "costs, worth en marks komen uit het pakket; haal ze weg, of haal package weg"
    else:
        yield from _own_numbers(project, entry, catalogue)
    yield from _schemes(project, catalogue)
    yield from _years(project, entry)
    yield from _bonds(project, entry, catalogue)


def _schemes(project: Project, catalogue: Catalogue) -> Iterator[str]:
    """Funds that a project asks and that may not pay for the same."""
    package = catalogue.packages.get(project.package)
    asked = {**project.costs, **(package.funds if package is not None else {})}
    funds = [catalogue.funds[id] for id in asked if id in catalogue.funds]
    # The homes of a package are divided over funds when it is weighed; of a project of own numbers none are known apart.
    for one, other in itertools.combinations(funds if package is None else (), 2):
        if other.id in one.excludes or one.id in other.excludes:
            yield (
                f"vraagt geld aan '{one.id}' en aan '{other.id}'; die mogen niet dezelfde woning of hetzelfde tekort betalen. "
                "Kies er een, of maak er twee projecten van als het om andere woningen gaat"
            )


def _own_numbers(project: Project, entry: Agenda, catalogue: Catalogue) -> Iterator[str]:
    if not project.costs or not project.worth:
        yield "geef package, of anders costs en worth met source"
    if not project.source:
        yield "eigen getallen zonder source; schrijf waar ze vandaan komen, of wie ze bedacht"
    purses = [each.id for each in entry.budgets]
    for purse, euro in project.costs.items():
        if purse not in purses:
            yield f"costs noemt '{purse}', maar daarvan is geen budget{near_match(purse, purses)}; zet [budgets.{purse}] erbij"
        if euro < 0:
            yield f"costs van '{purse}' is {euro:g} euro; verwacht 0 of meer"
        elif euro >= MOST_EURO:
            yield f"costs van '{purse}' is {euro:g} euro; verwacht minder dan {MOST_EURO:g}, kijk de nullen na"
    if project.worth and max(map(abs, project.worth)) >= MOST_EURO:
        yield f"worth is {list(project.worth)}; verwacht minder dan {MOST_EURO:g} euro, kijk de nullen na"
    if project.worth and (len(project.worth) != 3 or list(project.worth) != sorted(project.worth)):
        yield f"worth is {list(project.worth)}; verwacht drie getallen van laag naar hoog: laag, waarschijnlijk, hoog"
    elif project.worth and project.worth[0] == project.worth[2]:
        yield f"worth is {list(project.worth)}; niemand weet een opbrengst zo zeker, geef laag en hoog een bereik"
    if not 1 <= project.years <= MOST_YEARS:
        yield f"years is {project.years}; verwacht 1 tot {MOST_YEARS} jaar"
    for name in project.marks:
        if name not in catalogue.mechanisms:
            yield f"marks noemt mechanisme '{name}'; dat bestaat niet{near_match(name, catalogue.mechanisms)}"


def _years(project: Project, entry: Agenda) -> Iterator[str]:
    last = entry.first + entry.years - 1
    for name in ("earliest", "latest", "sell_by"):
        year = getattr(project, name)
        if year and not entry.first <= year <= last:
            yield f"{name} is {year}; de agenda loopt van {entry.first} tot en met {last}"
    if project.earliest and project.latest and project.latest < project.earliest:
        yield f"earliest {project.earliest} ligt na latest {project.latest}; wissel ze om"
    if not 0 <= project.lead <= MOST_YEARS:
        yield f"lead is {project.lead}; verwacht 0 tot {MOST_YEARS} jaar"


def _bonds(project: Project, entry: Agenda, catalogue: Catalogue) -> Iterator[str]:
    names = [each.id for each in entry.projects]
    waiting = {each.id for each in entry.projects if each.trigger}
    for other, years in project.after.items():
        if other in waiting and not project.trigger:
            yield (
                f"begint na '{other}', dat op een cijfer wacht en daarom in geen plan staat: zo kan het er zelf ook niet in; "
                "haal after weg, of geef ook dit project een trigger"
            )
        if other not in names:
            yield f"after noemt project '{other}'; dat staat niet op de agenda{near_match(other, names)}"
        if not 0 <= years <= MOST_YEARS or years != int(years):
            yield f"after '{other}' is {years:g}; verwacht een geheel aantal jaren, 0 tot {MOST_YEARS}"
    if project.staff < 0:
        yield f"staff is {project.staff:g}; verwacht 0 of meer voltijdbanen"
    elif entry.staff and project.staff > entry.staff:
        yield f"vraagt {project.staff:g} voltijdbanen, de agenda heeft er {entry.staff:g}; verklein het, of verhoog staff"
    if not project.trigger:
        return
    if project.must:
        yield "must en trigger gaan niet samen: wat moet, wacht niet op een cijfer; haal een van beide weg"
    read = trigger_of(project.trigger)
    if read is None or not math.isfinite(read[2]):
        yield f"trigger is '{project.trigger}'; verwacht 'indicator < getal' of 'indicator > getal'"
    elif read[0] not in catalogue.indicators and read[0] not in catalogue.composites:
        known = (*catalogue.indicators, *catalogue.composites)
        yield f"trigger noemt indicator '{read[0]}'; die bestaat niet{near_match(read[0], known)}"
