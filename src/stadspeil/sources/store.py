"""Snapshots: what a publisher said, kept byte for byte.

raw/objects/sha256/ab/<sha256>   the bytes, never changed
raw/snapshots/<id>.json          who, when, which edition, which columns
raw/HEAD.json                    ids in use, in order of import
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from stadspeil.errors import SourceError
from stadspeil.workspace import file_checksum, publish_bytes, publish_json


@dataclass(frozen=True)
class Snapshot:
    """One file of a publisher as it came. `retrieved` is the only clock in a workspace."""

    id: str
    source: str
    edition: str
    file_name: str
    checksum: str
    size: int
    rows: int
    boundaries: int
    years: tuple[int, ...]
    columns: dict[str, str]
    areas: int
    invented: bool
    licence: str
    retrieved: str
    address: str = ""


class SnapshotStore:
    """Content-addressed objects with a manifest each, and one list of those in use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, entries: Iterable[tuple[Snapshot, bytes]]) -> None:
        """Put snapshots in use, all or none: the list is swapped last, in one rename.

        What is in use already stays as it is, unless its bytes are damaged or gone: then these take their place.
        """
        entries = list(entries)
        if not entries:
            return
        with self.locked():
            before = self._ids()
            self._refuse_mixture(before, [snapshot for snapshot, _ in entries])
            for snapshot, content in entries:
                target = self._object(snapshot.checksum)
                if not _holds(target, snapshot.checksum):
                    publish_bytes(content, target)
                if snapshot.id not in before:
                    publish_json(dataclasses.asdict(snapshot), self._manifest(snapshot.id))
            ids = list(dict.fromkeys([*before, *(snapshot.id for snapshot, _ in entries)]))
            if ids != before:
                publish_json(ids, self._folder / "HEAD.json")

    def _refuse_mixture(self, before: list[str], offered: list[Snapshot]) -> None:
        """Two imports may start together in an empty workspace, so what is in it is asked once more behind the lock."""
        kinds = {each.invented for each in (*map(self.get, before), *offered) if each.areas}
        if len(kinds) > 1:
            raise SourceError(
                ", ".join(each.file_name for each in offered[:3]),
                "verzonnen gebieden van Nieuwland en echte gebieden mogen niet in een werkmap",
                "gebruik twee werkmappen",
            )

    def active(self) -> list[Snapshot]:
        """Snapshots in use, oldest import first."""
        return [self.get(id) for id in self._ids()]

    def get(self, id: str) -> Snapshot:
        """The manifest of a snapshot."""
        path = self._manifest(id)
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return Snapshot(**{**raw, "years": tuple(raw["years"])})
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise SourceError(
                f"momentopname {id}", f"het manifest is niet te lezen ({fault})", "lees het bestand opnieuw in"
            ) from fault

    def content(self, id: str) -> bytes:
        """The bytes, after their checksum was found to be right."""
        snapshot = self.get(id)
        try:
            content = self._object(snapshot.checksum).read_bytes()
        except OSError as fault:
            raise SourceError(
                f"momentopname {id}", f"het bestand is weg ({fault.strerror})", "lees het opnieuw in"
            ) from fault
        if hashlib.sha256(content).hexdigest() != snapshot.checksum:
            raise SourceError(
                f"momentopname {id}",
                "het controlegetal klopt niet meer: het bestand is beschadigd",
                "lees het opnieuw in",
            )
        return content

    def verify(self) -> list[str]:
        """A sentence for every snapshot in use that is damaged or gone."""
        problems = []
        for id in self._ids():
            try:
                self.content(id)
            except SourceError as fault:
                problems += [f"{fault.where}: {each}" for each in fault.problems]
        return problems

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Only one import at a time: a second waits its turn, so that neither loses the other's work."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            yield

    def _ids(self) -> list[str]:
        head = self._folder / "HEAD.json"
        try:
            return [str(id) for id in json.loads(head.read_text(encoding="utf-8"))] if head.exists() else []
        except (OSError, ValueError, TypeError) as fault:
            raise SourceError(
                str(head), f"de lijst van ingelezen bestanden is beschadigd ({fault})", "zet een reservekopie terug"
            ) from fault

    def _object(self, checksum: str) -> Path:
        return self._folder / "objects" / "sha256" / checksum[:2] / checksum

    def _manifest(self, id: str) -> Path:
        return self._folder / "snapshots" / f"{id}.json"


def _holds(path: Path, checksum: str) -> bool:
    """Whether the file is there and whole."""
    try:
        return file_checksum(path) == checksum
    except OSError:
        return False
