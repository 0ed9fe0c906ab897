from pathlib import Path

import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue.area_files import read_changes, read_gemeenten

AREAS = Path(__file__).parents[3] / "catalogue" / "areas"


@pytest.fixture(scope="session")
def gemeenten():
    return read_gemeenten(AREAS / "gemeenten.csv")


@pytest.fixture(scope="session")
def changes():
    return read_changes(AREAS / "changes.csv")


@pytest.fixture(scope="session")
def register(gemeenten, changes):
    return AreaRegister(gemeenten, changes)
