"""What all tests share: the folder of real files, where there is one, and quiet, repeatable Hypothesis."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

# Machines differ in speed and CI must not depend on luck.
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("home", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "home")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with publishers' files beside the checkout. They are not ours to commit."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real files are not here: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def real_data(shared_data: Path) -> Path:
    """The four real files (and a column list) of the issue's real-input block."""
    folder = shared_data / "real"
    if not folder.is_dir():
        pytest.skip(f"real files are not here: {folder} does not exist")
    return folder
