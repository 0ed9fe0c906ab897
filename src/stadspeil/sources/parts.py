"""Cells of a snapshot, kept once they are parsed, so that a build does not parse what the import just did.

Only a shortcut: a part is used when the file, the catalogue and our code are the same as when it was made, and the
file's own checksum is verified all the same.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.sources.reading import FileReading
from stadspeil.sources.store import Snapshot
from stadspeil.workspace import code_fingerprint, file_checksum, fingerprint, publish_json, publish_table

_TABLES = ("cells", "areas", "names", "flows", "squares")


def part_key(snapshot: Snapshot, catalogue: Catalogue) -> str:
    """What a part depends on."""
    return fingerprint([snapshot.checksum, snapshot.edition, catalogue.fingerprint, code_fingerprint()])


def keep_part(folder: Path, snapshot: Snapshot, reading: FileReading, catalogue: Catalogue) -> None:
    """Write what was read; the note that makes it valid comes last."""
    note = folder / f"{snapshot.id}.json"
    note.unlink(missing_ok=True)
    for name in _TABLES:
        publish_table(getattr(reading, name), folder / f"{snapshot.id}.{name}.parquet")
    told = {"key": part_key(snapshot, catalogue), "remarks": reading.remarks, "rows": reading.rows}
    sums = {name: file_checksum(folder / f"{snapshot.id}.{name}.parquet") for name in _TABLES}
    publish_json({**told, "columns": reading.columns, "checksums": sums}, note)


def find_part(folder: Path, snapshot: Snapshot, catalogue: Catalogue) -> FileReading | None:
    """What was read before, if it is still true; None is always a safe answer."""
    try:
        told = json.loads((folder / f"{snapshot.id}.json").read_text(encoding="utf-8"))
        if told["key"] != part_key(snapshot, catalogue):
            return None
        paths = {name: folder / f"{snapshot.id}.{name}.parquet" for name in _TABLES}
        if any(file_checksum(path) != told["checksums"][name] for name, path in paths.items()):
            return None
        tables = {name: pl.read_parquet(path) for name, path in paths.items()}
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None
    return FileReading(
        source=catalogue.source(snapshot.source),
        edition=snapshot.edition,
        cells=tables["cells"],
        areas=tables["areas"],
        names=tables["names"],
        rows=told["rows"],
        columns=told["columns"],
        remarks=told["remarks"],
        flows=tables["flows"],
        squares=tables["squares"],
    )
