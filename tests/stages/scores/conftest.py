"""The tiny catalogues of the spec tests, for the tests of this stage too."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_path = Path(__file__).parents[2] / "spec" / "conftest.py"
_loading = importlib.util.spec_from_file_location("spec_tables", _path)
_tables = importlib.util.module_from_spec(_loading)
_loading.loader.exec_module(_tables)


@pytest.fixture
def catalogue_of():
    return _tables.make_catalogue


@pytest.fixture
def indicator_of():
    return _tables.make_indicator
