"""Homes that would not have come without a package, by hand."""

from __future__ import annotations

import dataclasses

import pytest

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.homes import net_homes
from stadspeil.catalogue import load_catalogue

CATALOGUE = load_catalogue()
FRAME = Frame(2026, 20, 20_000)
PROGRAMME = CATALOGUE.programmes["zoetermeer_voorbeeld"]


def package(programme: str):
    return dataclasses.replace(next(iter(CATALOGUE.packages.values())), programme=programme)


def with_sites(**homes: int):
    sites = tuple(
        dataclasses.replace(PROGRAMME.sites[0], id=f"{act}_{count}", act=act, homes=count)
        for act, count in homes.items()
    )
    changed = dataclasses.replace(PROGRAMME, sites=sites)
    return dataclasses.replace(CATALOGUE, programmes={PROGRAMME.id: changed})


def test_half_of_what_is_built_above_what_goes_is_additional():
    """PERT(0.3, 0.5, 0.8) has mean (0.3 + 2 + 0.8) / 6 = 0.5167: of 300 net 155, never under 90 or above 240."""
    found = net_homes(package(PROGRAMME.id), FRAME, with_sites(bouwen=400, slopen=100, renoveren=50, verkopen=30))
    assert (found.built, found.demolished) == (400, 100)
    assert found.additional.mean == pytest.approx(155, abs=1)
    assert 90 < found.additional.low < found.additional.middle < found.additional.high < 240
    told = found.sentence()
    assert "netto 300" in told and "niet in de euro's" in told and "155 (" in told


def test_a_programme_that_takes_more_than_it_builds_adds_nothing():
    found = net_homes(package(PROGRAMME.id), FRAME, with_sites(bouwen=40, slopen=100))
    assert found.additional.mean == found.additional.high == 0
    assert "netto \N{MINUS SIGN}60: het voegt geen woningen toe" in found.sentence()


def test_without_a_programme_or_homes_there_is_nothing_to_tell():
    assert net_homes(package(""), FRAME, CATALOGUE) is None
    assert net_homes(package(PROGRAMME.id), FRAME, with_sites(renoveren=50)) is None
