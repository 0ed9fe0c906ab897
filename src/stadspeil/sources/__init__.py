"""From a publisher's bytes to an immutable snapshot, and from a snapshot to cells."""

from __future__ import annotations

from stadspeil.sources.importing import ImportResult, Offered, all_held, import_files, take_in
from stadspeil.sources.kept import read_snapshot
from stadspeil.sources.rawcell import raw_cell
from stadspeil.sources.reading import FileReading
from stadspeil.sources.store import Snapshot, SnapshotStore
from stadspeil.sources.template import write_template

__all__ = [
    "FileReading",
    "ImportResult",
    "Offered",
    "Snapshot",
    "SnapshotStore",
    "all_held",
    "import_files",
    "raw_cell",
    "read_snapshot",
    "take_in",
    "write_template",
]
