"""From a publisher's bytes to an immutable snapshot, and from a snapshot to cells."""

from __future__ import annotations

from pathlib import Path

from stadspeil.catalogue import Catalogue
from stadspeil.sources.importing import ImportResult, import_files
from stadspeil.sources.parts import find_part, keep_part
from stadspeil.sources.rawcell import raw_cell
from stadspeil.sources.reading import FileReading, read_file
from stadspeil.sources.store import Snapshot, SnapshotStore
from stadspeil.sources.template import write_template

__all__ = [
    "FileReading",
    "ImportResult",
    "Snapshot",
    "SnapshotStore",
    "import_files",
    "raw_cell",
    "read_snapshot",
    "write_template",
]


def read_snapshot(
    store: SnapshotStore, snapshot: Snapshot, catalogue: Catalogue, parts: Path | None = None
) -> FileReading:
    """Everything in a snapshot, from its verified bytes; with `parts` from what was parsed before, where still true."""
    content = store.content(snapshot.id)
    found = find_part(parts, snapshot, catalogue) if parts is not None else None
    if found is not None:
        return found
    edition = snapshot.edition if not catalogue.source(snapshot.source).year_column else None
    reading = read_file(content, snapshot.file_name, catalogue, edition or None, snapshot.id)
    if parts is not None:
        keep_part(parts, snapshot, reading, catalogue)
    return reading
