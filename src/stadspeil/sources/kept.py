"""What is in a kept snapshot: its cells, areas and names, with known errors of the publisher put right."""

from __future__ import annotations

from pathlib import Path

from stadspeil.catalogue import Catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.corrections import corrected
from stadspeil.sources.parts import find_part, keep_part
from stadspeil.sources.reading import FileReading, read_file
from stadspeil.sources.store import Snapshot, SnapshotStore


def read_snapshot(
    store: SnapshotStore, snapshot: Snapshot, catalogue: Catalogue, parts: Path | None = None
) -> FileReading:
    """Everything in a snapshot, from its verified bytes; with `parts` from what was parsed before, where still true.

    Raises: SourceError when the bytes are damaged, or no longer what the catalogue says they must be; CatalogueError
    when a correction no longer fits, because the publisher has repaired what it corrects.
    """
    content = store.content_of(snapshot)
    found = find_part(parts, snapshot, catalogue) if parts is not None else None
    if found is not None:
        return found
    reading = read_file(content, snapshot.file_name, catalogue, snapshot.edition or None, snapshot.id)
    if not reading.problems:
        reading = corrected(reading, catalogue)
    if reading.problems:
        # It was sound when it was imported, so what it is held against has changed.
        raise SourceError(
            f"momentopname {snapshot.id} ({snapshot.file_name})",
            reading.problems,
            "de catalogus is veranderd sinds het inlezen; herstel die, of lees een nieuwer bestand in",
        )
    if parts is not None:
        keep_part(parts, snapshot, reading, catalogue)
    return reading
