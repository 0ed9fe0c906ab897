"""Cells waiting to be sorted by table and year, on disk where they are too many for memory."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from stadspeil.sources import Snapshot

# Cells of one snapshot of the whole country are about two million.
MOST_IN_MEMORY = 6_000_000


@dataclass
class Piles:
    """Frames per table and year, each with its snapshot, in the order in which they came."""

    folder: Path
    found: dict[tuple[str, int], list[tuple[Snapshot, pl.DataFrame | Path]]] = field(default_factory=dict)
    waiting: int = 0
    written: int = 0

    def add(self, table: str, snapshot: Snapshot, cells: pl.DataFrame) -> None:
        """Put a snapshot's cells on the piles of their years."""
        years = cells.partition_by("year", as_dict=True, maintain_order=True)
        for (year,), part in years.items():
            self.found.setdefault((table, int(year)), []).append((snapshot, part))
            self.waiting += part.height
        if self.waiting > MOST_IN_MEMORY:
            self._spill()

    def years(self, table: str) -> list[int]:
        """The years of a table, in order."""
        return sorted(year for name, year in self.found if name == table)

    def tables(self) -> list[str]:
        """The tables, in the order in which they were met."""
        return list(dict.fromkeys(name for name, _ in self.found))

    def take(self, table: str, year: int) -> list[tuple[Snapshot, pl.DataFrame]]:
        """One pile; it is gone after."""
        pile = self.found.pop((table, year))
        return [(snapshot, pl.read_parquet(part) if isinstance(part, Path) else part) for snapshot, part in pile]

    def clear(self) -> None:
        """Remove what was put on disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spill(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for pile in self.found.values():
            for place, (snapshot, part) in enumerate(pile):
                if isinstance(part, pl.DataFrame):
                    path = self.folder / f"{self.written}.parquet"
                    part.write_parquet(path, compression="lz4")
                    pile[place] = (snapshot, path)
                    self.written += 1
        self.waiting = 0
