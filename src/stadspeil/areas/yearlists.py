"""Does a publisher's list of gemeenten per year agree with our register?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from stadspeil.areas.changes import AreaChange
from stadspeil.areas.codes import is_code, is_invented
from stadspeil.areas.register import FIRST_BOUNDARIES, AreaRegister
from stadspeil.errors import QuestionError


@dataclass(frozen=True)
class ListDifference:
    """A code that only one of the two has in a year, and what we know about it."""

    boundaries: int
    code: str
    only_in_register: bool
    sentence: str


def list_differences(published: Mapping[int, Collection[str]], register: AreaRegister) -> list[ListDifference]:
    """Everything in which published lists (boundary year -> codes) differ from the register, oldest first.

    Invented gemeenten in the register are left out: no publisher has them.
    """
    return [each for year in sorted(published) for each in _differences_of(year, frozenset(published[year]), register)]


def _differences_of(year: int, published: frozenset[str], register: AreaRegister) -> Iterator[ListDifference]:
    if year < FIRST_BOUNDARIES:
        # A register that knows nothing of a year cannot judge it.
        return
    ours = frozenset(code for code in register.codes(year) if not is_invented(code))
    for code in sorted(ours - published):
        told = f"indeling {year}: {code} {register.name(code)} staat niet in de lijst van de uitgever"
        yield ListDifference(year, code, True, told + _about(code, year, register))
    for code in sorted(published - ours):
        yield ListDifference(year, code, False, f"indeling {year}: {_stranger(code, year, register)}")


def _stranger(code: str, year: int, register: AreaRegister) -> str:
    if not (is_code(code) and code.startswith("GM")):
        return f"'{code}' is geen code van een gemeente"
    try:
        name = register.name(code)
    except QuestionError:
        return f"{code} staat in de lijst van de uitgever en is bij ons geheel onbekend"
    told = f"{code} {name} staat in de lijst van de uitgever en bestond bij ons in dat jaar niet"
    return told + _about(code, year, register)


def _about(code: str, year: int, register: AreaRegister) -> str:
    """The change nearest to that year, which is where a difference comes from as a rule."""
    history = register.history(code)
    if not history:
        return "; wij kennen geen wijziging van deze gemeente"
    return f" ({_told(min(history, key=lambda each: (abs(each.boundaries - year), each.date)), register)})"


def _told(change: AreaChange, register: AreaRegister) -> str:
    day = f"{change.date.day}-{change.date.month}-{change.date.year}"
    parts = (
        f"{change.from_code} {register.name(change.from_code)} naar {change.to_code} {register.name(change.to_code)}"
    )
    return f"op {day} ging {parts}" if change.leaves else f"op {day} ging een deel van {parts}"
