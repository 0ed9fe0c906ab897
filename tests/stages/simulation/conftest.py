"""One small invented region and the rules of the catalogue, for all tests of the simulation."""

from __future__ import annotations

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.rules import Rules, rules_from
from stadspeil.simulation.run import Run
from stadspeil.simulation.world import World


@pytest.fixture(scope="session")
def rules() -> Rules:
    return rules_from(load_catalogue())


@pytest.fixture(scope="session")
def region() -> World:
    """12,000 households in 80 buurten, 2 gemeenten and one region. Tests must not change it."""
    return invented_world(12_000, 80, seed=3)


@pytest.fixture(scope="session")
def two_years(region: World, rules: Rules) -> Run:
    """Two years of the region without a programme."""
    return simulate(region, rules, months=24, seed=7)
