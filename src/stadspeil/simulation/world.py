"""The households and dwellings of a region as arrays: what is synthesized, what moves, and what must always hold.

A row is a household or a dwelling that could exist; nobody in it is real. Rows never leave the memory of a run:
only statistics of areas are written. `number` is a lasting number of a row, from which all its chance is drawn, so
that the same household makes the same choice in two runs that differ elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import ContractError
from stadspeil.simulation.classes import FORMS, HOUSEHOLD_TYPES, PRICES, TENURES

NOBODY = -1  # no household in a dwelling
NOWHERE = -1  # a household without a dwelling of its own
NEVER = 32_000  # a month that does not come

Bytes = NDArray[np.uint8]
Shorts = NDArray[np.int16]
Ints = NDArray[np.int32]
Numbers = NDArray[np.int64]
Reals = NDArray[np.float32]


@dataclass
class Households:
    """Households of n rows.

    number   lasting number, > 0, unique
    kind     HOUSEHOLD_TYPES      age  of the head, years      persons  in it, 1 to 12
    decile   of standardized income in the country, 0 to 9     income   disposable, 1,000 euro a year
    dwelling row of the dwelling, or NOWHERE                   since    month it came there (negative: before the start)
    town     row of the gemeente in which it lives, or seeks   searching  month in which it began to search, or NEVER
    alive    whether it exists
    """

    number: Numbers
    kind: Bytes
    age: Bytes
    persons: Bytes
    decile: Bytes
    income: Reals
    dwelling: Ints
    since: Shorts
    town: Ints
    searching: Shorts
    alive: NDArray[np.bool_]


@dataclass
class Dwellings:
    """Dwellings of m rows.

    number   lasting number, > 0, unique      buurt  row in Places
    tenure   TENURES   form  FORMS   price  PRICES (class of value or rent within the country)
    cost     housing costs, euro a month      floor  m2 of use      quality  beside the mean of its buurt, sd's
    household  row of who lives there, or NOBODY
    from_month first month it can be let or sold (0 or less: stands at the start; NEVER with nobody in it: kept off the
               market, as a second home is)                                          until_month  month it is withdrawn, or NEVER
    """

    number: Numbers
    buurt: Ints
    tenure: Bytes
    form: Bytes
    price: Bytes
    cost: Reals
    floor: Reals
    quality: Reals
    household: Ints
    from_month: Shorts
    until_month: Shorts


@dataclass
class Places:
    """Buurten (b rows) and the gemeenten and regions that hold them.

    codes, names  of buurten      town  row of the gemeente of each buurt      town_codes, town_names  of gemeenten
    region  row of the housing-market region of each gemeente      region_names
    east, north  middle of each buurt, km      quality  appeal beside income, sd's (0 where unknown)
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    town: Ints
    town_codes: tuple[str, ...]
    town_names: tuple[str, ...]
    region: Ints
    region_names: tuple[str, ...]
    east: Reals
    north: Reals
    quality: Reals


Rows = TypeVar("Rows", Households, Dwellings)


@dataclass
class World:
    """All of a region at one moment. `year` is the calendar year of month 0; `sources` are snapshot ids behind it."""

    households: Households
    dwellings: Dwellings
    places: Places
    year: int
    sources: tuple[str, ...] = ()
    invented: bool = False

    def copy(self) -> World:
        """The same world in arrays of its own; places are shared, for nothing changes them."""
        return World(
            _copied(self.households), _copied(self.dwellings), self.places, self.year, self.sources, self.invented
        )


def check_world(world: World) -> None:
    """Refuse a world that breaks what must hold in every month.

    Raises:  ContractError naming all breaches: two households in one dwelling, pointers that disagree, codes out of
             range, numbers that come twice.
    """
    problems = [*_ranges(world), *_numbers(world), *_pointers(world)]
    if problems:
        raise ContractError(
            "gesimuleerde huishoudens en woningen", problems, "dit is een fout in het programma; meld het"
        )


def _copied(rows: Rows) -> Rows:
    return type(rows)(**{each.name: getattr(rows, each.name).copy() for each in fields(rows)})


def _ranges(world: World) -> list[str]:
    homes, people, places = world.dwellings, world.households, world.places
    limits = (
        ("type van een huishouden", people.kind, len(HOUSEHOLD_TYPES)), ("inkomensdeciel", people.decile, 10),
        ("eigendom van een woning", homes.tenure, len(TENURES)), ("woningvorm", homes.form, len(FORMS)),
        ("prijsklasse", homes.price, len(PRICES)), ("buurt van een woning", homes.buurt, len(places.codes)),
        ("gemeente van een huishouden", people.town, len(places.town_codes)),
        ("gemeente van een buurt", places.town, len(places.town_codes)),
        ("regio van een gemeente", places.region, len(places.region_names)),
    )  # fmt: skip
    return [
        f"{name}: {int(np.count_nonzero((codes < 0) | (codes >= top)))} rijen buiten 0 tot {top - 1}"
        for name, codes, top in limits
        if len(codes) and (int(codes.min()) < 0 or int(codes.max()) >= top)
    ]


def _numbers(world: World) -> list[str]:
    problems = []
    for name, numbers in (("huishoudens", world.households.number), ("woningen", world.dwellings.number)):
        ordered = np.sort(numbers)
        if len(ordered) and (int(ordered[0]) <= 0 or bool((ordered[1:] == ordered[:-1]).any())):
            problems.append(f"nummers van {name} zijn niet uniek en groter dan nul")
    return problems


def _pointers(world: World) -> list[str]:
    """Who lives where, told from both sides."""
    people, homes = world.households, world.dwellings
    housed = np.flatnonzero(people.alive & (people.dwelling != NOWHERE))
    lived_in = np.flatnonzero(homes.household != NOBODY)
    problems = []
    if len(housed) and (people.dwelling[housed].min() < 0 or people.dwelling[housed].max() >= len(homes.number)):
        return ["een huishouden wijst naar een woning die er niet is"]
    if len(lived_in) and (homes.household[lived_in].min() < 0 or homes.household[lived_in].max() >= len(people.number)):
        return ["een woning wijst naar een huishouden dat er niet is"]
    if len(housed) and int(np.bincount(people.dwelling[housed]).max()) > 1:
        problems.append("twee huishoudens wonen in dezelfde woning")
    astray = np.count_nonzero(homes.household[people.dwelling[housed]] != housed)
    if astray:
        problems.append(f"{astray} huishoudens wonen in een woning die een ander huishouden noemt")
    if len(lived_in) != len(housed):
        problems.append(f"{len(lived_in)} woningen noemen een bewoner, {len(housed)} huishoudens noemen een woning")
    return problems
