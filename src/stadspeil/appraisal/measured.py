"""A study as arithmetic needs it, and a library of them as it is kept with a run so that a later run can say what moved."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stadspeil.catalogue.appraisal_entries import EffectUnit, Strength, Study, StudyStatus
from stadspeil.errors import ContractError


@dataclass(frozen=True)
class Measured:
    """What one study found, in the unit of its pool; `also` are ids of the same program that are counted in it."""

    id: str
    pool: str
    unit: EffectUnit
    effect: float | None
    low: float | None
    high: float | None
    strength: Strength
    country: str
    status: StudyStatus
    family: str = ""
    replaced_by: str = ""
    also: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Its own id and those that are counted in it."""
        return (self.id, *self.also)

    @property
    def size(self) -> tuple[float, float, float]:
        """Effect, low and high; a ContractError where one is not known."""
        if self.effect is None or self.low is None or self.high is None:
            raise ContractError(f"studie {self.id}", "heeft geen grootte met bereik", "laat haar weg uit de groep")
        return self.effect, self.low, self.high

    @property
    def why_not(self) -> str:
        """Why it cannot be taken together with others, as the end of a Dutch sentence; empty where it can."""
        if self.status == "withdrawn":
            return f"is ingetrokken en telt niet mee; wat nu geldt staat in {self.replaced_by}"
        if self.status == "gap":
            return "is een gat in het bewijs: niemand mat het"
        if self.unit == "sign" or (self.effect is None and (self.low is None or self.high is None)):
            return "noemt alleen een richting, geen grootte"
        if self.effect is None:
            return "toont niets aan: er is een bereik, geen grootte"
        if self.low is None or self.high is None:
            return "noemt een grootte zonder bereik"
        return ""


def measured_of(study: Study) -> Measured:
    """The arithmetic of a study."""
    return Measured(
        study.id, study.pool, study.unit, study.effect, study.low, study.high, study.strength, study.country,
        study.status, study.same_family, study.replaced_by,
    )  # fmt: skip


def library_of(studies: Mapping[str, Study]) -> dict[str, Measured]:
    """All studies by id."""
    return {id: measured_of(each) for id, each in studies.items()}


def library_record(library: Mapping[str, Measured]) -> dict[str, dict[str, Any]]:
    """The library as plain values, to be kept in the run.json of an appraisal."""
    return {
        id: {name: value for name, value in dataclasses.asdict(each).items() if value not in (None, "", ())}
        for id, each in sorted(library.items())
    }


def read_library(record: Mapping[str, Mapping[str, Any]]) -> dict[str, Measured]:
    """The library of a record.

    Raises:  ContractError where the record has other keys than ours.
    """
    known = {each.name for each in dataclasses.fields(Measured)}
    wrong = [f"{id}: onbekende sleutel '{name}'" for id, row in record.items() for name in row if name not in known]
    absent = [f"{id}: {name} ontbreekt" for id, row in record.items() for name in _NEEDED if name not in row]
    if wrong or absent:
        raise ContractError("bewijs van een eerdere afweging", [*wrong, *absent], "reken die afweging opnieuw")
    return {
        id: Measured(**{"effect": None, "low": None, "high": None, **row, "also": ()}) for id, row in record.items()
    }


_NEEDED = ("id", "pool", "unit", "strength", "country", "status")
