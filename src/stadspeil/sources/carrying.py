"""A whole store as one file, for a town without internet: out of one workspace and into another.

The file is a zip of the objects in use, their manifests and the list of them, and where asked for their history. It is
believed only when every object is what its name says, and taken in whole or not at all. What is here already in another
version is compared as if it were fetched. Nothing is ever held in memory whole but one object at a time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadspeil.catalogue import Catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.guarded import LARGEST_FILE
from stadspeil.sources.importing import Offered, take_in
from stadspeil.sources.store import Held, Snapshot, SnapshotStore, as_snapshot
from stadspeil.workspace import Workspace, published_path

_HEAD = "HEAD.json"
_OBJECT = re.compile(r"objects/[0-9a-f]{64}")
_MANIFEST = re.compile(r"snapshots/[A-Za-z0-9_][A-Za-z0-9_.\-]*\.json")
_TIME = (1980, 1, 1, 0, 0, 0)
# The country with all its years is some gigabytes.
MOST_UNPACKED = 50_000_000_000
MOST_ENTRIES = 100_000
# Text compresses well, but none of a publisher's a thousand times.
LARGEST_RATIO = 400
_LARGEST_MANIFEST = 1_000_000
_PIECE = 1 << 20
_AGAIN = "maak het bestand opnieuw met 'stadspeil snapshots export'"
_ZIP_FAULTS = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
)


@dataclass
class Carried:
    """What came of a store that was taken in."""

    added: list[Snapshot] = field(default_factory=list)
    known: int = 0
    held: list[Held] = field(default_factory=list)
    history: int = 0
    remarks: list[str] = field(default_factory=list)


def export_store(store: SnapshotStore, target: Path, history: bool = False) -> int:
    """Write all that is in use to one file, with `history` what was in use before too; how many snapshots that are.

    The same store gives the same bytes. Raises: SourceError when something in it is damaged; then there is no file.
    """
    active = store.active()
    told = [*active, *(store.history() if history else [])]
    with published_path(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, _HEAD, json.dumps([each.id for each in active]).encode())
        for each in sorted(told, key=lambda each: each.id):
            _write(archive, f"snapshots/{each.id}.json", json.dumps(dataclasses.asdict(each), sort_keys=True).encode())
        for checksum, each in sorted({each.checksum: each for each in told}.items()):
            _write(archive, f"objects/{checksum}", store.content_of(each))
    return len(told)


def import_store(source: Path, workspace: Workspace, catalogue: Catalogue) -> Carried:
    """Take in what another store exported.

    Raises: SourceError for a file that is damaged, holds what does not belong, or is not what it says; then nothing
    has changed.
    """
    store = SnapshotStore(workspace.raw)
    try:
        with zipfile.ZipFile(source) as archive:
            problems = _problems(archive) or _content_problems(archive)
            if problems:
                raise SourceError(str(source), problems[:10], f"het bestand is beschadigd of van iets anders; {_AGAIN}")
            return _taken(archive, store, workspace, catalogue)
    except _ZIP_FAULTS as fault:
        raise SourceError(str(source), f"dit is geen hele opslag ({fault})", _AGAIN) from fault


def _taken(archive: zipfile.ZipFile, store: SnapshotStore, workspace: Workspace, catalogue: Catalogue) -> Carried:
    result, head = Carried(), _head(archive)
    manifests = {each.id: each for each in _manifests(archive)}
    have = {each.id: each for each in store.active()}
    fresh = [manifests[id] for id in head if id not in have]
    result.known = len(head) - len(fresh)
    plain = [each for each in fresh if not _other_version(each, have)]
    # First what may still be refused; it is kept all of it or nothing.
    others = [_offered(each, archive) for each in fresh if each not in plain]
    taken = take_in(others, workspace, catalogue)
    result.added, result.held, result.remarks = taken.added, taken.held, taken.remarks
    for each in [*plain, *manifests.values()]:
        # Bytes that nothing names yet do no harm if it ends halfway.
        store.keep_object(archive.read(f"objects/{each.checksum}"), each.checksum)
    store.use(plain)
    result.added += plain
    for id in sorted(set(manifests) - set(head)):
        store.remember(manifests[id])
        result.history += 1
    return result


def _other_version(snapshot: Snapshot, have: dict[str, Snapshot]) -> bool:
    """Whether there is another file of this source and edition here, which this one did not replace where it is from."""
    return any(
        (each.source, each.edition) == (snapshot.source, snapshot.edition) and each.id not in snapshot.replaces
        for each in have.values()
    )


def _offered(snapshot: Snapshot, archive: zipfile.ZipFile) -> Offered:
    names = ("file_name", "edition", "address", "etag", "modified", "scope", "source", "retrieved", "accepted")
    return Offered(archive.read(f"objects/{snapshot.checksum}"), **{name: getattr(snapshot, name) for name in names})


def _problems(archive: zipfile.ZipFile) -> list[str]:
    """What makes it no store of ours, before any of it is unpacked."""
    entries = archive.infolist()
    names = [each.filename for each in entries]
    problems = [f"'{name[:80]}' hoort er niet in" for name in names if not _belongs(name)]
    problems += [f"'{name[:80]}' staat er dubbel in" for name in sorted(set(names)) if names.count(name) > 1][:5]
    size, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if size > MOST_UNPACKED or len(entries) > MOST_ENTRIES or size > LARGEST_RATIO * max(packed, 1):
        problems.append(f"uitgepakt is het {size / 1e9:.1f} GB in {len(entries)} delen; dat kan niet kloppen")
    for each in entries:
        most = LARGEST_FILE if _OBJECT.fullmatch(each.filename) else _LARGEST_MANIFEST
        if each.file_size > most:
            problems.append(f"'{each.filename[:80]}' is uitgepakt {each.file_size / 1e6:.0f} MB")
    return problems


def _content_problems(archive: zipfile.ZipFile) -> list[str]:
    """What does not agree with itself: checksums, ids, manifests without bytes."""
    names, problems = set(archive.namelist()), []
    manifests = {each.id: each for each in _manifests(archive)}
    for name in sorted(names):
        if _OBJECT.fullmatch(name):
            if _checksum(archive, name) != name.removeprefix("objects/"):
                problems.append(f"{name}: het controlegetal klopt niet")
        elif name != _HEAD and name.removeprefix("snapshots/").removesuffix(".json") not in manifests:
            problems.append(f"{name}: het manifest is van iets anders")
    for each in manifests.values():
        if not each.id.endswith(f"-{each.checksum[:8]}") or not each.id.startswith(each.source):
            problems.append(f"{each.id}: het manifest noemt een ander bestand")
        if f"objects/{each.checksum}" not in names:
            problems.append(f"{each.id}: het bestand zelf ontbreekt")
    return problems + [f"{id}: het manifest ontbreekt" for id in _head(archive) if id not in manifests]


def _checksum(archive: zipfile.ZipFile, name: str) -> str:
    """Of one entry, read in pieces: an object may be larger than memory likes."""
    found = hashlib.sha256()
    with archive.open(name) as opened:
        while piece := opened.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def _head(archive: zipfile.ZipFile) -> list[str]:
    head = json.loads(archive.read(_HEAD))
    if not isinstance(head, list) or not all(isinstance(each, str) for each in head):
        raise ValueError("de lijst van momentopnamen klopt niet")
    return head


def _manifests(archive: zipfile.ZipFile) -> Iterator[Snapshot]:
    for name in sorted(archive.namelist()):
        if _MANIFEST.fullmatch(name):
            raw: Any = json.loads(archive.read(name))
            yield as_snapshot(raw)


def _belongs(name: str) -> bool:
    return name == _HEAD or bool(_OBJECT.fullmatch(name) or _MANIFEST.fullmatch(name))


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED, 6)
