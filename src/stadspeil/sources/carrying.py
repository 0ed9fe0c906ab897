"""A whole store as one file, for a town without internet: out of one workspace and into another.

The file is a zip of the objects in use, their manifests and the list of them. It is believed only when every object
is what its name says, and taken in whole or not at all.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import zipfile
import zlib
from pathlib import Path

from stadspeil.errors import SourceError
from stadspeil.sources.store import Snapshot, SnapshotStore, as_snapshot
from stadspeil.workspace import published_path

_HEAD = "HEAD.json"
_OBJECT = re.compile(r"objects/[0-9a-f]{64}")
_MANIFEST = re.compile(r"snapshots/[A-Za-z0-9_.\-]+\.json")
_TIME = (1980, 1, 1, 0, 0, 0)
MOST_UNPACKED = 50_000_000_000
MOST_ENTRIES = 100_000


def export_store(store: SnapshotStore, target: Path) -> int:
    """Write all that is in use to one file; how many snapshots that are. The same store gives the same bytes."""
    snapshots = store.active()
    with published_path(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, _HEAD, json.dumps([each.id for each in snapshots]).encode())
        for each in snapshots:
            _write(archive, f"snapshots/{each.id}.json", json.dumps(dataclasses.asdict(each), sort_keys=True).encode())
        for checksum in sorted({each.checksum for each in snapshots}):
            content = next(store.content_of(each) for each in snapshots if each.checksum == checksum)
            _write(archive, f"objects/{checksum}", content)
    return len(snapshots)


def import_store(store: SnapshotStore, source: Path) -> tuple[list[Snapshot], int]:
    """Take in what another store exported: the snapshots that are new here, and how many were here already.

    Raises: SourceError for a file that is damaged, holds what does not belong, or is not what it says; then nothing
    has changed.
    """
    try:
        content = source.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive, source)
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, NotImplementedError, RuntimeError) as fault:
        raise SourceError(
            str(source),
            f"dit is geen hele opslag ({fault})",
            "maak het bestand opnieuw met 'stadspeil snapshots export'",
        ) from fault
    have = {each.id for each in store.active()}
    fresh = [(each, bytes_) for each, bytes_ in entries if each.id not in have]
    # A parent may be in use here: then the newer one takes its place, as it did there.
    store.add(fresh)
    return [each for each, _ in fresh], len(entries) - len(fresh)


def _entries(archive: zipfile.ZipFile, source: Path) -> list[tuple[Snapshot, bytes]]:
    problems = [f"'{name[:80]}' hoort er niet in" for name in archive.namelist() if not _belongs(name)]
    size = sum(each.file_size for each in archive.infolist())
    if size > MOST_UNPACKED or len(archive.namelist()) > MOST_ENTRIES:
        problems.append(f"uitgepakt is het {size / 1e9:.0f} GB in {len(archive.namelist())} delen")
    if problems:
        raise SourceError(str(source), problems[:10], "maak het bestand opnieuw met 'stadspeil snapshots export'")
    entries = []
    for id in json.loads(archive.read(_HEAD)):
        snapshot = as_snapshot(json.loads(archive.read(f"snapshots/{id}.json")))
        content = archive.read(f"objects/{snapshot.checksum}")
        if snapshot.id != id or hashlib.sha256(content).hexdigest() != snapshot.checksum:
            problems.append(f"{id}: het controlegetal klopt niet")
        entries.append((snapshot, content))
    if problems:
        raise SourceError(str(source), problems[:10], "het bestand is beschadigd; maak het opnieuw")
    return entries


def _belongs(name: str) -> bool:
    return name == _HEAD or bool(_OBJECT.fullmatch(name) or _MANIFEST.fullmatch(name))


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED, 6)
