"""Every draw behind an outcome has a unit that fits what the catalogue says of it."""

from __future__ import annotations

import dataclasses
import math

import pytest
from appraisal_packages import catalogue_with, cost, intervention, line, measure, study
from appraisal_packages import package as trial

from stadspeil.appraisal.input_units import InputUnit, most_of, told_times, unit_of
from stadspeil.appraisal.pooling import pool_unit
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.appraisal_entries import Measure, Package
from stadspeil.report.cases.telling import change_unit, unit_said
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


def test_evidence_is_told_as_its_studies_count_it(package):
    assert unit_of("pool:bijles_toetsscore", package, CATALOGUE).kind == "sd"
    assert unit_of("pool:straatverlichting_misdrijven", package, CATALOGUE).kind == "procent"
    assert unit_of("pool:begeleiding_naar_werk", package, CATALOGUE).kind == "deelnemer"
    assert unit_of("pool:etiket_woningprijs", package, CATALOGUE).kind == "waarde"


def test_a_pool_that_begins_with_a_gap_has_the_unit_of_its_studies_with_a_size(package):
    """The first study of these pools is a gap or a mere direction, of which the unit is 'sign'."""
    for pool, kind in (("schoolgebouw_toetsscore", "sd"), ("energiebesparing_gas", "procent")):
        first = next(each for each in CATALOGUE.studies.values() if each.pool == pool)
        assert first.unit == "sign" and pool_unit(pool, CATALOGUE) != "sign"
        assert unit_of(f"pool:{pool}", package, CATALOGUE).kind == kind
    assert pool_unit("bestaat_niet", CATALOGUE) == ""


def test_studies_that_count_in_the_figure_itself_have_its_unit():
    ours = catalogue_with(intervention(line(unit_value="woninginbraken")))
    assert unit_of("pool:proef", trial(measure()), ours) == InputUnit("cijfer", ("per 1.000",))


def test_deviations_of_pupils_are_not_told_as_steps_of_the_advice(package):
    for lang, said in (("nl", "standaardafwijkingen van leerlingen"), ("en", "standard deviations of pupils")):
        assert said in change_unit("schooladvies", package, CATALOGUE, wording(lang))
        assert said not in change_unit("woninginbraken", package, CATALOGUE, wording(lang))
    other = dataclasses.replace(package, measures=(LIGHT,))
    assert change_unit("schooladvies", other, CATALOGUE, wording("nl")) == wording("nl").unit("index")


def test_no_more_can_be_reached_than_all():
    ours = catalogue_with(
        intervention(line(unit_value="woninginbraken")),
        studies=(study(unit="percent", effect=20.0, low=15.0, high=25.0),),
    )
    one = trial(measure())
    assert most_of("bereik:proef", one, ours) == 1.0
    assert most_of("pool:proef", one, ours) == 100.0
    assert most_of("kosten:proef/eenmalig", one, ours) == most_of("pool:etiket_woningprijs", one, ours) == math.inf


def test_a_cost_is_as_large_as_the_package_has_it():
    """By dose where it is paid per unit, by measure where it is paid once; what is no cost stays as it is."""
    ours = catalogue_with(intervention(costs=(cost(), cost(id="vast", per="vast"))))
    one = trial(measure(cost_factor=0.15))
    two = trial(measure(id="een", cost_factor=0.5, dose=30.0), measure(id="twee", dose=10.0))
    assert told_times("kosten:proef/eenmalig", one, ours) == told_times("kosten:proef/vast", one, ours) == 0.15
    assert told_times("kosten:proef/eenmalig", two, ours) == pytest.approx(0.625)
    assert told_times("kosten:proef/vast", two, ours) == pytest.approx(0.75)
    assert told_times("optimisme:geen/proef", one, ours) == told_times("pool:proef", one, ours) == 1.0


@pytest.mark.parametrize(
    "name", ["optimisme:uitbesteding/bijles", "bereik:bijles", "kengetal:woz_waarde", "bij/leerling"]
)
def test_no_draw_is_without_a_unit(name, package):
    assert unit_of(name, package, CATALOGUE).words()


def test_what_is_worth_something_once_is_not_told_per_year(package):
    yearly = {id: unit_of(f"kengetal:{id}", package, CATALOGUE).yearly for id in CATALOGUE.unit_values}
    assert all(each != CATALOGUE.unit_values[id].once for id, each in yearly.items())
