"""One cell exactly as it stands in the publisher's file."""

from __future__ import annotations

import functools

from stadspeil.errors import QuestionError
from stadspeil.sources.headers import distinct_headers
from stadspeil.sources.raw_tables import raw_table
from stadspeil.sources.rows import RawTable
from stadspeil.sources.store import Snapshot, SnapshotStore
from stadspeil.sources.town_workbook import is_town_workbook, own_cell


def raw_cell(store: SnapshotStore, snapshot: Snapshot, field: str, row: int) -> str:
    """The text of a cell, blanks included. QuestionError when the file has no such column or row."""
    content = store.content(snapshot.id)
    own = is_town_workbook(content)
    text = own_cell(content, snapshot.file_name, field, row) if own else _cell(snapshot, content, field, row)
    if text is None:
        raise QuestionError(f"momentopname {snapshot.id}", f"daar is geen cel van '{field}' in rij {row}", None)
    return text


def _cell(snapshot: Snapshot, content: bytes, field: str, row: int) -> str | None:
    """The text in a publisher's table; an empty cell is an empty text, no cell is None."""
    header = snapshot.columns.get(field)
    raw = _rows(content, snapshot.file_name)
    index = row - raw.first_row
    headers = distinct_headers(raw.headers)
    if header is None or header not in headers or not 0 <= index < raw.rows.height:
        return None
    return raw.column(headers.index(header))[index] or ""


@functools.lru_cache(maxsize=2)
def _rows(content: bytes, file_name: str) -> RawTable:
    return raw_table(content, file_name)
