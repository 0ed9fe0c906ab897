"""What the draws behind an outcome are counted in, so that a turning value can be told as an amount and not as a ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stadspeil.appraisal.effects import LABEL_POOL
from stadspeil.appraisal.input_subjects import subject_of
from stadspeil.appraisal.pooling import pool_unit
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import EffectUnit, Package

# raming: times the estimate; procent: better than it is now; waarde: percent of what homes are worth; sd: standard
# deviations; deelnemer: share of who takes part; cijfer: the unit of the figure itself; doelgroep: share of who is meant;
# bedrag: euro per something in prices of a year; euro: of the whole.
Kind = Literal["raming", "procent", "waarde", "sd", "deelnemer", "cijfer", "doelgroep", "bedrag", "euro"]
_DUTCH: dict[Kind, str] = {
    "raming": "keer de raming", "procent": "procent verbetering", "waarde": "procent van de woningwaarde",
    "sd": "standaardafwijking", "deelnemer": "deel van de deelnemers", "cijfer": "{per}",
    "doelgroep": "deel van de doelgroep", "bedrag": "euro per {per}, prijzen van {year}", "euro": "euro",
}  # fmt: skip
_OF_POOLS: dict[EffectUnit | Literal[""], Kind] = {"percent": "procent", "sd": "sd", "per_participant": "deelnemer"}


@dataclass(frozen=True)
class InputUnit:
    """A unit.

    per      what an amount is per, one after the other, or the unit of the figure; in Dutch
    yearly   whether it is per year too        year  of its prices, 0 where it has none
    english  the same as `per` in English, where the catalogue says it
    """

    kind: Kind
    per: tuple[str, ...] = ()
    year: int = 0
    yearly: bool = False
    english: tuple[str, ...] = ()

    def words(self) -> str:
        """The unit in Dutch: 'euro per woning, prijzen van 2025'."""
        return _DUTCH[self.kind].format(per=joined(self.per, "per jaar" if self.yearly else ""), year=self.year)


def joined(per: Sequence[str], yearly: str) -> str:
    """'leerling per jaar': what comes after 'per', and the year once."""
    text = " per ".join(per)
    return text if not yearly or text.endswith(yearly) else f"{text} {yearly}"


def unit_of(name: str, package: Package, catalogue: Catalogue) -> InputUnit:
    """The unit of a draw by its name ('kosten:bijles/leerling', 'pool:bijles_toetsscore', 'kengetal:woz_waarde')."""
    kind, _, rest = name.partition(":")
    head, _, tail = rest.partition("/")
    if kind == "optimisme":
        return InputUnit("raming")
    if kind == "bereik":
        return InputUnit("doelgroep")
    if kind == "kosten" and head in catalogue.interventions:
        return _cost(head, tail, catalogue)
    if kind == "kengetal" and rest in catalogue.unit_values:
        return _value(rest, catalogue)
    if kind == "effect":
        # Of an outcome by a version that told each line of an effect apart.
        return InputUnit("cijfer", ("",))
    return _pool(rest, package, catalogue) if kind == "pool" else InputUnit("euro")


def _cost(intervention: str, line: str, catalogue: Catalogue) -> InputUnit:
    entry = catalogue.interventions[intervention]
    cost = next((each for each in entry.costs if each.id == line), None)
    if cost is None:
        return InputUnit("euro")
    dutch, english = ("pakket", "") if cost.per == "vast" else (entry.dose_unit, entry.dose_unit_en)
    yearly = cost.timing == "jaarlijks"
    return InputUnit("bedrag", (dutch,), cost.price_year, yearly, (english,) if english else ())


def _value(id: str, catalogue: Catalogue) -> InputUnit:
    value = catalogue.unit_values[id]
    lines = [each for entry in catalogue.interventions.values() for each in entry.effects if each.unit_value == id]
    indicator = catalogue.indicator(value.indicator)
    of = "standaardafwijking" if any(each.spread == 1.0 for each in lines) else indicator.unit or "punt"
    # 'euro per 1 per 1.000': a unit that is a rate itself needs what it counts.
    of = f"1 {of}" if of.startswith("per ") else of
    return InputUnit("bedrag", (of, value.per), value.price_year, not value.once)


def _pool(pool: str, package: Package, catalogue: Catalogue) -> InputUnit:
    """What the studies of a pool count in, of which positive is better."""
    if pool == LABEL_POOL:
        return InputUnit("waarde")
    unit = pool_unit(pool, catalogue)
    if unit in _OF_POOLS:
        return InputUnit(_OF_POOLS[unit])
    indicator = next(iter(subject_of(pool, package, catalogue).indicators), "")
    return InputUnit("cijfer", (catalogue.indicators[indicator].unit or "punt",) if indicator else ("punt",))


def changes_in_pupils(indicator: str, package: Package, catalogue: Catalogue) -> bool:
    """Whether a package changes an indicator in standard deviations of pupils and not in its own unit."""
    lines = [line for each in package.measures for line in catalogue.intervention(each.intervention).effects]
    return any(line.indicator == indicator and line.spread == 1.0 for line in lines)


def most_of(name: str, package: Package, catalogue: Catalogue) -> float:
    """The largest size that a draw can have: all who are meant or take part, or all of what is to become less; else none."""
    kind = unit_of(name, package, catalogue).kind
    if kind in ("doelgroep", "deelnemer"):
        return 1.0
    falling = [
        catalogue.indicators[each].direction == "lower_is_better"
        for each in subject_of(name.partition(":")[2], package, catalogue).indicators
    ]
    return 100.0 if kind == "procent" and falling and all(falling) else math.inf


def told_times(name: str, package: Package, catalogue: Catalogue) -> float:
    """By how much a cost of the catalogue is multiplied to be that of the package, which may put it higher or lower; where
    measures do so differently, as their dose weighs them. 1 for what is no cost."""
    kind, _, rest = name.partition(":")
    head, _, tail = rest.partition("/")
    paid = [each for each in package.measures if each.intervention == head] if kind == "kosten" else []
    if not paid:
        return 1.0
    line = next((each for each in catalogue.intervention(head).costs if each.id == tail), None)
    doses = [each.dose if line is not None and line.per == "eenheid" else 1.0 for each in paid]
    return sum(each.cost_factor * dose for each, dose in zip(paid, doses, strict=True)) / sum(doses)
