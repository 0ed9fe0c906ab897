"""One cell exactly as it stands in the publisher's file."""

from __future__ import annotations

import functools

from stadspeil.errors import QuestionError
from stadspeil.sources.rows import RawTable, read_rows
from stadspeil.sources.store import Snapshot, SnapshotStore


def raw_cell(store: SnapshotStore, snapshot: Snapshot, field: str, row: int) -> str:
    """The text of a cell, blanks included. QuestionError when the file has no such column or row."""
    header = snapshot.columns.get(field)
    raw = _rows(store, snapshot)
    index = row - raw.first_row
    if header is None or header not in raw.headers or not 0 <= index < raw.rows.height:
        raise QuestionError(f"momentopname {snapshot.id}", f"daar is geen cel van '{field}' in rij {row}", None)
    text = raw.column(raw.headers.index(header))[index]
    return "" if text is None else str(text)


@functools.lru_cache(maxsize=2)
def _cached(id: str, content: bytes, file_name: str) -> RawTable:
    return read_rows(content, file_name)


def _rows(store: SnapshotStore, snapshot: Snapshot) -> RawTable:
    return _cached(snapshot.id, store.content(snapshot.id), snapshot.file_name)
