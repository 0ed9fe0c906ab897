"""The makers of small files of the sources' tests serve here too."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_path = Path(__file__).parents[1] / "stages" / "sources" / "conftest.py"
_loading = importlib.util.spec_from_file_location("source_files", _path)
_files = importlib.util.module_from_spec(_loading)
_loading.loader.exec_module(_files)

catalogue, workspace, write = _files.catalogue, _files.workspace, _files.write
