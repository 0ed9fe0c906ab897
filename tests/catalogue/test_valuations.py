"""Entries by which effects become euros: ours are honest, wrong ones are named with their place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from stadspeil.appraisal.discounting import price_level
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.valuation_checks import EXCLUSIVE, holds_same_good
from stadspeil.errors import CatalogueError

WORDS = {
    "title": '"Proef"', "title_en": '"Trial"', "indicator": '"woninginbraken"', "family": '"direct"', "per": '"inwoner"',
    "value": "[1, 2, 3]", "price_year": "2024", "shares": "{ bewoners = 1 }", "grade": "3", "source": '"proef"',
    "date": '"2026-11-26"', "evidence": '"ours"',
}  # fmt: skip


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


def problems(folder: Path, name: str, text: str) -> list[str]:
    (folder / "valuations").mkdir()
    (folder / "valuations" / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=folder)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"indicator": '"woninginbraak"'}, "cijfer 'woninginbraak' bestaat niet"),
        ({"value": "[3, 2, 1]"}, "value is 3, 2, 1; verwacht laag, waarschijnlijk en hoog, oplopend"),
        ({"shares": "{ bewoners = 0.5 }"}, "de aandelen tellen op tot 0.5; verwacht 1"),
        ({"shares": "{ bewoner = 1 }"}, "partij 'bewoner' staat niet in actors.toml"),
        ({"per": '"delict"'}, "per is 'delict', maar dat wordt niet per buurt geteld"),
        ({"grade": "7"}, "graad 7 bestaat niet"),
        ({"source": '""'}, "veld 'source' is 'leeg'"),
        ({"overlaps": '["woninginbraak"]'}, "overlaps noemt 'woninginbraak'"),
        ({"by_tenure": "true"}, "by_tenure verdeelt over eigenaren en corporaties, maar shares noemt bewoners"),
        ({"price_year": "2030"}, "price_year is 2030; verwacht een jaar van 2005 tot en met 2026"),
        ({"family": '"gevoel"'}, "veld 'family' is 'gevoel'"),
    ],
)
def test_a_wrong_unit_value_is_named_with_its_place(tmp_path, changes, sentence):
    text = "[proef]\n" + "\n".join(f"{key} = {value}" for key, value in (WORDS | changes).items())
    found = problems(tmp_path, "unit_values.toml", text)
    assert any(sentence in each and "unit_values.toml" in each for each in found), found


def test_a_claw_back_before_its_time_and_a_negative_bias_are_named(tmp_path):
    text = """[proef]
title = "Proef"\nindicator = "bijstand"\nper = "inwoner"\neuro = [2, 1, 3]\nlag = -1\nsource = "proef"
date = "2026-11-26"\nevidence = "ours"\n"""
    found = problems(tmp_path, "claws.toml", text)
    assert any("lag is -1" in each for each in found) and any("euro is 2, 1, 3" in each for each in found)


def test_an_intervention_that_counts_a_benefit_twice_is_named(tmp_path, ours):
    path = ours.root / "interventions" / "straatverlichting.toml"
    twice = path.read_text(encoding="utf-8") + (
        '\n[effects.prijs]\nindicator = "woz_waarde"\npool = "straatverlichting_misdrijven"\nunit_value = "woz_waarde"\n'
        '\n[effects.anders]\nindicator = "bijstand"\npool = "straatverlichting_misdrijven"\nunit_value = "aardgas"\n'
    )
    (tmp_path / "interventions").mkdir()
    (tmp_path / "interventions" / "straatverlichting.toml").write_text(twice, encoding="utf-8")
    (tmp_path / "interventions" / "straatverlichting.md").write_text("# Proef\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=tmp_path)
    found = list(caught.value.problems)
    assert any(
        "'woninginbraken' (woninginbraken, direct) en 'prijs' (woz_waarde, gekapitaliseerd)" in each for each in found
    )
    assert any(
        "effect 'anders' is op 'bijstand', maar kengetal 'aardgas' waardeert 'aardgas'" in each for each in found
    )


def test_every_unit_value_says_where_it_is_from_and_weak_ones_have_a_weak_grade(ours):
    for each in ours.unit_values.values():
        assert len(each.source) > 20, each.id
        assert each.evidence not in ("memory", "ours") or each.grade >= 4, each.id


def test_overlaps_go_both_ways_and_not_to_oneself(ours):
    for each in ours.unit_values.values():
        assert each.id not in each.overlaps
    assert holds_same_good(ours.unit_values["eenzaam"], ours.unit_values["eenzaam_ernstig"])
    assert not holds_same_good(ours.unit_values["bijstand"], ours.unit_values["woninginbraken"])
    assert ("gekapitaliseerd", "direct") in EXCLUSIVE


def test_optional_wellbeing_is_used_by_no_intervention_beside_prices_or_health(ours):
    for intervention in ours.interventions.values():
        families = {ours.unit_values[line.unit_value].family for line in intervention.effects if line.unit_value}
        assert "welzijn" not in families or families == {"welzijn"}, intervention.id


def test_a_price_series_that_is_no_series_is_named(tmp_path, ours):
    (tmp_path / "valuations").mkdir()
    (tmp_path / "valuations" / "prices.csv").write_text("year,change_pct\n2020,veel\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="geen jaar met een getal"):
        price_level(dataclasses.replace(ours, root=tmp_path), 2019, 2021)


def test_gas_saved_stands_beside_the_price_of_homes_nearby_and_not_beside_that_of_the_home_itself(ours):
    """Who buys a saving home pays for the saving: its price holds the lower bill."""
    gas, own, nearby = (ours.unit_value(id) for id in ("aardgas", "woz_waarde", "woz_omgeving"))
    assert holds_same_good(gas, own)
    assert not holds_same_good(gas, nearby)
    renovation = {line.unit_value for line in ours.intervention("renovatie_energie").effects}
    assert renovation >= {"aardgas", "woz_omgeving", "gezondheid_goed"} and "woz_waarde" not in renovation


def test_the_tax_on_gas_is_a_transfer_between_the_resident_and_the_state(ours):
    """January 2025 (answer to parliament 2025D11791): 0.52 supply + 0.58 tax + 0.23 VAT is 1.33 saved by the resident, of which
    0.81 is tax; beside it 1.79 kg CO2 at 160 euros a ton is 0.28."""
    gas = ours.unit_value("aardgas")
    euros = {actor: share * -gas.value[1] for actor, share in gas.shares.items()}
    assert euros == pytest.approx({"bewoners": 1.33, "rijk": -0.81, "overig": 0.28}, abs=0.005)


def test_no_benefit_of_ours_takes_the_rate_that_is_only_for_bottlenecks_in_travel(ours):
    """rwseconomie.nl: 2.9 % only for travel time and reliability at bottlenecks in capacity; 2.25 % for all other benefits."""
    assert ours.parameter("rate_conjunctuurgevoelig") == 0.029
    assert {each.id for each in ours.unit_values.values() if each.rate == "conjunctuurgevoelig"} == set()
