"""What is wrong with the entries by which effects become euros: actors, unit values, optimism, claw-back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stadspeil.catalogue.appraisal_entries import Claw, Family, Intervention, UnitValue
from stadspeil.catalogue.price_years import price_year_problems
from stadspeil.catalogue.reader import near_match

if TYPE_CHECKING:
    from stadspeil.catalogue.catalogue import Catalogue

Places = Mapping[tuple[str, str], str]
# What the ground of an appraisal counts; of the rest there is no number per buurt.
COUNTED = ("inwoner", "huishouden", "woning", "leerling", "jongere")

# Families that count the same good: of these a measure may hold one.
EXCLUSIVE: tuple[tuple[Family, Family], ...] = (
    ("gekapitaliseerd", "direct"), ("gekapitaliseerd", "welzijn"), ("direct", "welzijn"), ("gezondheid", "welzijn"),
)  # fmt: skip


def holds_same_good(a: UnitValue, b: UnitValue) -> bool:
    """Whether two unit values would count one good twice in one measure: by their families, or as one holds the other."""
    return (
        not {(a.family, b.family), (b.family, a.family)}.isdisjoint(EXCLUSIVE)
        or b.id in a.overlaps
        or a.id in b.overlaps
    )


def valuation_problems(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """All problems of the valuations, each with its place."""
    for value in catalogue.unit_values.values():
        place = places["UnitValue", value.id]
        yield from (f"{place}: {sentence}" for sentence in _unit_value(value, catalogue))
    for intervention in catalogue.interventions.values():
        place = places["Intervention", intervention.id]
        yield from (f"{place}: {sentence}" for sentence in _twice(intervention, catalogue))
    for claw in catalogue.claws.values():
        place = places["Claw", claw.id]
        yield from (f"{place}: {sentence}" for sentence in _claw(claw, catalogue))
    for entry in catalogue.optimism.values():
        if entry.cost < 0 or entry.duration < 0:
            yield f"{places['OptimismClass', entry.id]}: cost {entry.cost:g} en duration {entry.duration:g}; verwacht 0 of meer"
    orders = [actor.order for actor in catalogue.actors.values()]
    for actor in catalogue.actors.values():
        if orders.count(actor.order) > 1:
            yield f"{places['Actor', actor.id]}: order {actor.order} is al van een ander; geef elke partij een eigen plaats"


def _unit_value(value: UnitValue, catalogue: Catalogue) -> Iterator[str]:
    yield from _indicator(value.indicator, catalogue)
    yield from _in_order("value", value.value)
    yield from price_year_problems(value.price_year, catalogue)
    if value.per not in COUNTED:
        yield f"per is '{value.per}', maar dat wordt niet per buurt geteld; kies uit {', '.join(COUNTED)} en reken om"
    if abs(sum(value.shares.values()) - 1) > 1e-9:
        yield f"de aandelen tellen op tot {sum(value.shares.values()):g}; verwacht 1"
    for actor in value.shares:
        if actor not in catalogue.actors:
            yield f"partij '{actor}' staat niet in actors.toml{near_match(actor, catalogue.actors)}"
    if value.by_tenure and not set(value.shares) <= {"eigenaren", "corporaties"}:
        yield f"by_tenure verdeelt over eigenaren en corporaties, maar shares noemt {', '.join(value.shares)}"
    for other in value.overlaps:
        if other not in catalogue.unit_values:
            yield f"overlaps noemt '{other}', maar dat kengetal bestaat niet{near_match(other, catalogue.unit_values)}"
    if not 1 <= value.grade <= 6:
        yield f"graad {value.grade} bestaat niet; verwacht 1 (officieel) tot 6 (gok)"


def _twice(intervention: Intervention, catalogue: Catalogue) -> Iterator[str]:
    """Effects of one intervention that would be counted twice, or are priced by what is of another indicator."""
    priced = [
        (line, catalogue.unit_values[line.unit_value])
        for line in intervention.effects
        if line.unit_value in catalogue.unit_values
    ]
    for line, value in priced:
        if value.indicator != line.indicator:
            yield f"effect '{line.id}' is op '{line.indicator}', maar kengetal '{value.id}' waardeert '{value.indicator}'"
    for (one, a), (other, b) in itertools.combinations(priced, 2):
        if holds_same_good(a, b) or (a.indicator == b.indicator and a.id != b.id):
            yield (
                f"effecten '{one.id}' ({a.id}, {a.family}) en '{other.id}' ({b.id}, {b.family}) tellen dezelfde baat twee "
                "keer; haal van een van beide unit_value weg"
            )


def _claw(claw: Claw, catalogue: Catalogue) -> Iterator[str]:
    yield from _indicator(claw.indicator, catalogue)
    yield from _in_order("euro", claw.euro)
    if claw.lag < 0:
        yield f"lag is {claw.lag}; verwacht 0 jaar of meer"


def _indicator(id: str, catalogue: Catalogue) -> Iterator[str]:
    if id not in catalogue.indicators:
        yield f"cijfer '{id}' bestaat niet{near_match(id, catalogue.indicators)}"


def _in_order(name: str, three: tuple[float, float, float]) -> Iterator[str]:
    if not three[0] <= three[1] <= three[2]:
        yield f"{name} is {', '.join(f'{each:g}' for each in three)}; verwacht laag, waarschijnlijk en hoog, oplopend"
