"""From a publisher's bytes to an immutable snapshot, and from a snapshot to cells."""

from __future__ import annotations

from stadspeil.catalogue import Catalogue
from stadspeil.sources.importing import ImportResult, import_files
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


def read_snapshot(store: SnapshotStore, snapshot: Snapshot, catalogue: Catalogue) -> FileReading:
    """Everything in a snapshot, read anew from its verified bytes."""
    edition = snapshot.edition if not catalogue.source(snapshot.source).year_column else None
    return read_file(store.content(snapshot.id), snapshot.file_name, catalogue, edition or None, snapshot.id)
