"""What the fake publishers have: the folder that `write_warehouse` made.

nieuwland.json                       size, seed, counts
overlay/                             gemeenten, changes, groups and regions for a workspace
statline/<ID>/rows.parquet meta.json a table's rows in publishing order, and what is said of it
features/<layer>.geojson             a layer of a map; its name without what a file name may not hold
files/<host>/<path>                  files as they are downloaded
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Table:
    """A StatLine table."""

    id: str
    rows: pl.DataFrame
    meta: dict[str, Any]

    @property
    def properties(self) -> list[dict[str, Any]]:
        return list(self.meta["DataProperties"])

    @property
    def dimensions(self) -> dict[str, list[dict[str, Any]]]:
        return dict(self.meta["dimensions"])

    @property
    def topics(self) -> list[dict[str, Any]]:
        return [each for each in self.properties if each.get("Type") == "Topic"]


class Warehouse:
    """The folder, read when something is asked for; the last tables are remembered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.table = functools.lru_cache(maxsize=4)(self._table)
        self.layer = functools.lru_cache(maxsize=8)(self._layer)

    def tables(self) -> list[str]:
        """Ids of all tables."""
        return sorted(path.name for path in (self.folder / "statline").glob("*"))

    def overlay(self) -> dict[str, Any]:
        """The invented country's own catalogue files, with what it is."""
        root = self.folder / "overlay"
        files = {
            path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()
        }
        told = json.loads((self.folder / "nieuwland.json").read_text())
        return {**told, "invented": True, "files": files}

    def file(self, host: str, path: str) -> bytes | None:
        """A file for download, or None. Nothing outside the folder is ever given."""
        root = (self.folder / "files" / host).resolve()
        target = (root / path.lstrip("/")).resolve()
        return target.read_bytes() if target.is_file() and target.is_relative_to(root) else None

    def _table(self, id: str) -> Table | None:
        found = next((name for name in self.tables() if name.casefold() == id.casefold()), None)
        if found is None:
            return None
        folder = self.folder / "statline" / found
        return Table(found, pl.read_parquet(folder / "rows.parquet"), json.loads((folder / "meta.json").read_text()))

    def _layer(self, name: str) -> list[dict[str, Any]] | None:
        path = self.folder / "features" / f"{layer_file(name)}.geojson"
        return list(json.loads(path.read_bytes())["features"]) if path.is_file() else None


def layer_file(name: str) -> str:
    """A layer's name as a file name."""
    return "".join(letter if letter.isalnum() or letter in "_.-" else "-" for letter in name)


def etag(content: bytes) -> str:
    """A sign of the content, as servers give it."""
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'
