"""Hook of the build: no wheel leaves without what a browser needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("src") / "stadspeil" / "atlas" / "static" / "vendor"


class CheckVendor(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Looks for the mark that tools/build_frontend.py writes when all its files are there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install may come first: it reads the folder later."""
        if version != "editable" and not (Path(self.root) / VENDOR / ".lock").is_file():
            raise RuntimeError(f"{VENDOR} is missing: run 'python tools/build_frontend.py' before building")
