"""Every draw behind an outcome has a unit that fits what the catalogue says of it."""

from __future__ import annotations

import dataclasses

import pytest

from stadspeil.appraisal.input_units import InputUnit, unit_of
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.appraisal_entries import Measure, Package
from stadspeil.report.cases.telling import unit_said
from stadspeil.report.wording import wording

CATALOGUE = load_catalogue()
TUTORING = Measure("bij", "bijles", ("BU06370200",), 2026, 2028, 200.0)
LIGHT = Measure("licht", "straatverlichting", ("BU06370200",), 2026, 2026, 100.0)


@pytest.fixture
def package() -> Package:
    known = next(iter(CATALOGUE.packages.values()))
    return dataclasses.replace(known, measures=(TUTORING, LIGHT))


def test_a_cost_is_told_per_unit_of_dose_and_its_own_price_year(package):
    assert (
        unit_of("kosten:bijles/leerling", package, CATALOGUE).words() == "euro per leerling per jaar, prijzen van 2025"
    )
    fixed = unit_of("kosten:bijles/regie", package, CATALOGUE)
    assert (fixed.words(), fixed.year) == ("euro per pakket per jaar, prijzen van 2025", 2025)


def test_no_unit_says_per_twice():
    values = [CATALOGUE.unit_values[id] for id in CATALOGUE.unit_values]
    rates = [each for each in values if CATALOGUE.indicator(each.indicator).unit.startswith("per ")]
    assert rates
    for each in values:
        said = unit_of(f"kengetal:{each.id}", next(iter(CATALOGUE.packages.values())), CATALOGUE)
        for lang in ("nl", "en"):
            assert "per per" not in unit_said(said, wording(lang)) and "per per" not in said.words()


def test_an_effect_is_told_as_its_pool_counts_it_unless_the_package_has_its_own(package):
    assert unit_of("effect:bij/toetsscore", package, CATALOGUE).kind == "sd"
    light = CATALOGUE.interventions["straatverlichting"].effects[0]
    assert unit_of(f"effect:licht/{light.id}", package, CATALOGUE).kind == "niveau"
    own = dataclasses.replace(LIGHT, override={light.id: -3.0})
    told = unit_of(f"effect:licht/{light.id}", dataclasses.replace(package, measures=(own,)), CATALOGUE)
    assert told == InputUnit("cijfer", (CATALOGUE.indicator(light.indicator).unit,))


@pytest.mark.parametrize(
    "name", ["optimisme:uitbesteding/bijles", "bereik:bijles", "kengetal:woz_waarde", "bij/leerling"]
)
def test_no_draw_is_without_a_unit(name, package):
    assert unit_of(name, package, CATALOGUE).words()


def test_what_is_worth_something_once_is_not_told_per_year(package):
    yearly = {id: unit_of(f"kengetal:{id}", package, CATALOGUE).yearly for id in CATALOGUE.unit_values}
    assert all(each != CATALOGUE.unit_values[id].once for id, each in yearly.items())
