"""From a programme in the catalogue to steps of the simulation, and what a population says against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import BuildingProgramme, Site
from stadspeil.catalogue.programme_checks import months_of
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import CatalogueError
from stadspeil.simulation.classes import FORMS, HOUSEHOLD_TYPES, OWNER, PRICES, SOCIAL, TENURES
from stadspeil.simulation.programme import Programme, Step
from stadspeil.simulation.world import NEVER, Places, World

_REMEDY = "verbeter de genoemde locaties en draai 'stadspeil check', of vraag eerst --dry-run"
_TAKES = {"slopen": "sloopt", "verkopen": "verkoopt", "renoveren": "renoveert"}


def programme_of(catalogue: Catalogue, id: str) -> Programme:
    """The programme of the catalogue or the town's own, as steps in order of month.

    Raises:  QuestionError where there is none of that name.
    """
    entry = catalogue.programme(id)
    steps = sorted((_step(site) for site in entry.sites), key=lambda step: (step.first, step.site))
    return Programme(
        entry.id, entry.title, entry.town, tuple(steps), entry.source, entry.status, entry.invented
    )  # fmt: skip


def check_programme(entry: BuildingProgramme, programme: Programme, world: World) -> None:
    """Hold a programme against the population that it is for.

    Raises:  CatalogueError naming all that cannot be: unknown buurten, more homes taken than stand there by then,
             months before the population's, a town without population.
    """
    place = f"programmes/{entry.id}.toml"
    problems = [f"{place}{sentence}" for sentence in _against(programme, world)]
    if problems:
        raise CatalogueError(f"programma '{entry.id}'", problems, _REMEDY)


def horizon_remarks(programme: Programme, world: World, months: int) -> list[str]:
    """Sentences on sites of which a part falls after the last month of the run."""
    end = world.year * 12 + months
    return [
        f"locatie '{step.site}' loopt tot {month_text(step.last)}; de simulatie eindigt voor {month_text(end)}, "
        "dus wat daarna komt telt niet mee (vraag meer jaren met --years)"
        for step in programme.steps
        if step.last >= end
    ]


def month_text(count: int) -> str:
    """A count of months since January of year 0 as YYYY-MM."""
    return f"{count // 12}-{count % 12 + 1:02d}"


def done_by(step: Step, month: int) -> int:
    """How many of a step's homes are done at the end of a month: spread evenly over first to last."""
    span = step.last - step.first + 1
    return round(step.homes * min(max(month - step.first + 1, 0), span) / span)


def _step(site: Site) -> Step:
    return Step(
        act=site.act, site=site.id, buurt=site.buurt, first=months_of(site.first), last=months_of(site.last),
        homes=site.homes, tenure=TENURES.index(site.tenure), form=FORMS.index(site.form),
        price=PRICES.index(site.price), floor=site.floor, cost=site.cost,
        groups=tuple(sorted(HOUSEHOLD_TYPES.index(each) for each in site.groups)), return_right=site.return_right,
    )  # fmt: skip


def _against(programme: Programme, world: World) -> Iterator[str]:
    places = world.places
    if programme.town not in places.town_codes:
        yield (
            f": van {programme.town} is geen bevolking gemaakt; de randtotalen (kerncijfers van buurten) ontbreken. "
            "Haal ze op met 'stadspeil fetch' of lees ze in met 'stadspeil import'"
        )
        return
    start, standing = world.year * 12, _Standing.of(world)
    known = {code: row for row, code in enumerate(places.codes)}
    for step in programme.steps:
        place = f" [sites.{step.site}]"
        if step.buurt not in known:
            yield f"{place}: buurt {step.buurt} bestaat niet in {programme.town}{_near(step.buurt, programme, places)}"
            continue
        if step.first < start:
            yield (
                f"{place}: begint in {month_text(step.first)}, maar de bevolking is die van 1 januari {world.year}; "
                "wat daarvoor gebeurde zit al in de cijfers. Laat first later komen of haal de locatie weg"
            )
        if step.act == "bouwen" and step.homes > standing.of_town(programme.town, places):
            yield (
                f"{place}: bouwt {step.homes} woningen; de hele gemeente heeft er nu "
                f"{standing.of_town(programme.town, places)}. Controleer het aantal"
            )
        if step.act != "bouwen":
            yield from (f"{place}: {sentence}" for sentence in _too_many(step, programme, standing, places, known))


def _near(buurt: str, programme: Programme, places: Places) -> str:
    """The buurten of the town that look most like what was written, with their names."""
    rows = np.flatnonzero(places.town == places.town_codes.index(programme.town))
    codes = [places.codes[row] for row in rows]
    if not codes:
        return f"; van {programme.town} zijn geen buurten bekend: de randtotalen ontbreken"
    alike = sorted(codes, key=lambda code: (abs(int(code[2:], 36) - int(buurt[2:], 36)), code))[:3]
    listed = ", ".join(f"{code} ({places.names[places.codes.index(code)]})" for code in alike)
    return f"{near_match(buurt, codes)}; het dichtst bij in nummer: {listed}"


@dataclass(frozen=True)
class _Standing:
    """Homes that stand at the start: per buurt (rows) and tenure (columns)."""

    homes: np.ndarray

    @classmethod
    def of(cls, world: World) -> _Standing:
        homes = world.dwellings
        there = (homes.from_month <= 0) & (homes.until_month == NEVER)
        counts = np.zeros((len(world.places.codes), len(TENURES)), dtype=np.int64)
        np.add.at(counts, (homes.buurt[there], homes.tenure[there]), 1)
        return cls(counts)

    def of_town(self, town: str, places: Places) -> int:
        """All homes of a gemeente."""
        return int(self.homes[places.town == places.town_codes.index(town)].sum())


def _too_many(
    step: Step, programme: Programme, standing: _Standing, places: Places, known: dict[str, int]
) -> Iterator[str]:
    """Whether a step takes more homes of a tenure than stand in its buurt by then, other steps counted in."""
    at_start = int(standing.homes[known[step.buurt], step.tenure])
    others = [each for each in programme.steps if each.site != step.site]
    months = sorted({step.first, step.last, *(each.first for each in others), *(each.last for each in others)})
    short = {
        month: at_start + sum(_change(each, step, month) for each in others) - done_by(step, month)
        for month in months
        if step.first <= month <= step.last
    }
    month, worst = min(short.items(), key=lambda each: (each[1], each[0]))
    if worst >= 0:
        return
    name, tenure = places.names[known[step.buurt]], TENURES[step.tenure]
    later = [each for each in others if _change(each, step, each.last) > 0 and each.last > month]
    remedy = (
        f"; de woningen van '{later[0].site}' zijn pas in {month_text(later[0].last)} klaar: laat first later komen"
        if later
        else "; verlaag homes, of noem een andere buurt of tenure"
    )
    yield (
        f"{_TAKES[step.act]} {step.homes} woningen ({tenure}) in {step.buurt} ({name}), maar daar staan er dan "
        f"{max(worst + done_by(step, month), 0)} (nu {at_start}); in {month_text(month)} zijn het er {-worst} te weinig{remedy}"
    )


def _change(other: Step, step: Step, month: int) -> int:
    """What another step does by a month to the homes of which a step takes some."""
    if other.buurt != step.buurt:
        return 0
    if other.act == "verkopen":
        sold = done_by(other, month)
        return sold * (step.tenure == OWNER) - sold * (step.tenure == SOCIAL)
    if other.tenure != step.tenure or other.act == "renoveren":
        return 0
    return done_by(other, month) * (1 if other.act == "bouwen" else -1)
