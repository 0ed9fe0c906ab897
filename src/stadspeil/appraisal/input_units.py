"""What the draws behind an outcome are counted in, so that a turning value can be told as an amount and not as a ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stadspeil.appraisal.effects import LABEL_LINE
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import EffectLine, Package

# raming: times the estimate; niveau: share of what the figure is now; sd: standard deviations; cijfer: the unit of the
# figure itself; doelgroep: share of who is meant; bedrag: euro per something in prices of a year; euro: of the whole.
Kind = Literal["raming", "niveau", "sd", "cijfer", "doelgroep", "bedrag", "euro"]
_DUTCH: dict[Kind, str] = {
    "raming": "keer de raming", "niveau": "deel van het niveau nu", "sd": "standaardafwijking", "cijfer": "{per}",
    "doelgroep": "deel van de doelgroep", "bedrag": "euro per {per}, prijzen van {year}", "euro": "euro",
}  # fmt: skip


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
    """The unit of a draw by its name ('kosten:bijles/leerling', 'effect:m1/toetsscore', 'kengetal:woz_waarde')."""
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
    return _effect(head, tail, package, catalogue) if kind == "effect" else InputUnit("euro")


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


def _effect(measure: str, line: str, package: Package, catalogue: Catalogue) -> InputUnit:
    if line == LABEL_LINE:
        return InputUnit("niveau")
    found = next((each for each in package.measures if each.id == measure), None)
    lines = catalogue.intervention(found.intervention).effects if found is not None else ()
    entry: EffectLine | None = next((each for each in lines if each.id == line), None)
    if found is None or entry is None:
        return InputUnit("cijfer", (catalogue.indicators[line].unit if line in catalogue.indicators else "punt",))
    pool = next((each.unit for each in catalogue.studies.values() if each.pool == entry.pool and entry.pool), "")
    if pool == "percent" and line not in found.override:
        return InputUnit("niveau")
    if pool == "sd" and entry.spread == 1.0 and line not in found.override:
        return InputUnit("sd")
    return InputUnit("cijfer", (catalogue.indicator(entry.indicator).unit or "punt",))
