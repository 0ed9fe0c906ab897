"""Snapshots: what a publisher said, kept byte for byte.

raw/objects/sha256/ab/<sha256>   the bytes, never changed
raw/snapshots/<id>.json          who, when, which edition, which columns
raw/HEAD.json                    ids in use, in order of import
raw/quarantine/<id>.json         deliveries that are held apart, with the reasons

Manifests that are no longer in use stay: they are the history of an edition. Each names its parent (the one that it
was held against and replaced) and the others of which it took the place: pieces that it holds all of.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from stadspeil.errors import QuestionError, SourceError
from stadspeil.workspace import file_checksum, fingerprint, publish_bytes, publish_json

SHORTEST_REASON = 10


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
    etag: str = ""
    modified: str = ""
    schema: str = ""
    parent: str = ""
    scope: str = ""
    accepted: str = ""
    others: tuple[str, ...] = ()

    @property
    def replaces(self) -> tuple[str, ...]:
        """Ids of all that are no longer used once this one is."""
        return tuple(each for each in (self.parent, *self.others) if each not in ("", self.id))


@dataclass(frozen=True)
class Held:
    """A delivery that is kept apart: not in use until somebody accepts it with a reason.

    `report` has what changed per field, the largest moves and the columns that went or came, for a person to judge by.
    """

    snapshot: Snapshot
    reasons: tuple[str, ...]
    summary: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.snapshot.id


class SnapshotStore:
    """Content-addressed objects with a manifest each, and one list of those in use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / ".lock")

    def add(self, entries: Iterable[tuple[Snapshot, bytes]]) -> None:
        """Put snapshots in use, all or none: the list is swapped last, in one rename.

        What is in use already stays as it is, unless its bytes are damaged or gone: then these take their place.
        A snapshot ends the use of those that it replaces.
        """
        entries = list(entries)
        if not entries:
            return
        with self.locked():
            self._refuse_mixture(self._ids(), [snapshot for snapshot, _ in entries])
            for snapshot, content in entries:
                self.keep_object(content, snapshot.checksum)
            self.use(snapshot for snapshot, _ in entries)

    def use(self, snapshots: Iterable[Snapshot]) -> None:
        """Put snapshots in use of which the bytes are kept already."""
        snapshots = list(snapshots)
        with self.locked():
            before = ids = self._ids()
            self._refuse_mixture(before, snapshots)
            for snapshot in snapshots:
                if snapshot.id not in before:
                    self._write_manifest(snapshot)
                    ids = [*(id for id in ids if id not in snapshot.replaces), snapshot.id]
            ids = list(dict.fromkeys(ids))
            if ids != before:
                self._swap(ids)
            for snapshot in snapshots:
                self._quarantined(snapshot.id).unlink(missing_ok=True)

    def keep_object(self, content: bytes, checksum: str) -> None:
        """Write bytes under their checksum, unless they are there and whole. Nothing names them yet."""
        target = self._object(checksum)
        if not _holds(target, checksum):
            publish_bytes(content, target)

    def remember(self, snapshot: Snapshot) -> None:
        """Write the manifest of a snapshot that is history, unless there is one."""
        with self.locked():
            if not self._manifest(snapshot.id).exists():
                self._write_manifest(snapshot)

    def hold(self, held: Held, content: bytes) -> None:
        """Keep a delivery apart, with why. What is in use does not change."""
        with self.locked():
            self.keep_object(content, held.snapshot.checksum)
            told = dataclasses.asdict(held)
            publish_json({**told, "sum": fingerprint(told)}, self._quarantined(held.id))

    def held(self) -> list[Held]:
        """What is kept apart, by id."""
        return [self._read_held(path) for path in sorted((self._folder / "quarantine").glob("*.json"))]

    def accept(self, id: str, reason: str) -> Snapshot:
        """Put a delivery that was held into use. The reason stays in its manifest."""
        require_reason(reason)
        with self.locked():
            path = self._quarantined(id)
            if not path.exists():
                raise QuestionError(
                    f"momentopname {id}", "wordt niet vastgehouden", "zie 'stadspeil snapshots list --held'"
                )
            snapshot = dataclasses.replace(self._read_held(path).snapshot, accepted=reason.strip())
            if not _holds(self._object(snapshot.checksum), snapshot.checksum):
                raise SourceError(f"momentopname {id}", "het bestand is weg of beschadigd", "haal het opnieuw op")
            # What it was held against may have been replaced in the meantime; it takes the place of what did.
            present = [self.successor(each) for each in snapshot.replaces]
            replaced = list(dict.fromkeys(each.id for each in present if each is not None and each.id != id))
            snapshot = dataclasses.replace(snapshot, parent=replaced[0] if replaced else "", others=tuple(replaced[1:]))
            self.use([snapshot])
        return snapshot

    def successor(self, id: str) -> Snapshot | None:
        """The snapshot in use that is this one, or that took its place, at once or in steps; None when none did."""
        active = self.active()
        return next((each for each in active if each.id == id), None) or next(
            (each for each in active if id in self._ancestors(each)), None
        )

    def replaced_files(self) -> dict[str, Snapshot]:
        """Checksums of files that are no longer used because of a snapshot that is, with that snapshot."""
        found = {}
        for each in self.active():
            for id in self._ancestors(each):
                with contextlib.suppress(SourceError):
                    found[self.get(id).checksum] = each
        return found

    def _ancestors(self, snapshot: Snapshot) -> set[str]:
        """Ids of all that it replaced. A publisher who goes back to an older file makes a circle of them."""
        found: set[str] = set()
        waiting = list(snapshot.replaces)
        while waiting:
            id = waiting.pop()
            if id in found:
                continue
            found.add(id)
            # History that is gone or damaged ends the line; what is in use does not depend on it.
            with contextlib.suppress(SourceError):
                waiting += self.get(id).replaces
        return found - {snapshot.id}

    def forget(self, id: str, back: bool = False) -> list[Snapshot]:
        """Take a snapshot out of use, or throw away one that is held. Its bytes stay until they are swept.

        With `back` what it replaced comes into use again; those are returned.
        """
        with self.locked():
            ids = self._ids()
            if id not in ids and not self._quarantined(id).exists():
                raise QuestionError(f"momentopname {id}", "is niet in gebruik", "zie 'stadspeil snapshots list'")
            earlier = [self.get(each) for each in self.get(id).replaces] if back and id in ids else []
            if back and not earlier:
                raise QuestionError(f"momentopname {id}", "verving geen andere", "laat --back weg")
            for each in earlier:
                self.content_of(each)
            self._quarantined(id).unlink(missing_ok=True)
            if id in ids:
                kept = [each for each in ids if each != id]
                self._swap(list(dict.fromkeys([*kept, *(each.id for each in earlier)])))
            return earlier

    def history(self) -> list[Snapshot]:
        """Every manifest there is that is not in use, by id."""
        ids = set(self._ids())
        paths = sorted((self._folder / "snapshots").glob("*.json"))
        return [self.get(path.stem) for path in paths if path.stem not in ids]

    def sweep(self, history: bool = False, dry_run: bool = False) -> list[Path]:
        """Remove objects that no manifest names; with `history` first the manifests of what is long replaced.

        What something in use or held replaced itself stays: it is what `diff` and going back need. Returns what was
        (or would be) removed.
        """
        with self.locked():
            past, held = self.history(), [each.snapshot for each in self.held()]
            near = {id for each in (*self.active(), *held) for id in each.replaces}
            old = [each for each in past if each.id not in near] if history else []
            kept = [*self.active(), *held, *(each for each in past if each not in old)]
            named = {each.checksum for each in kept}
            objects = sorted((self._folder / "objects").rglob("*"))
            gone = [self._manifest(each.id) for each in old]
            gone += [path for path in objects if path.is_file() and path.name not in named]
            for path in [] if dry_run else gone:
                path.unlink(missing_ok=True)
            return gone

    def _write_manifest(self, snapshot: Snapshot) -> None:
        """With a checksum of its own: an edition or year that changed by itself is no longer believed."""
        told = dataclasses.asdict(snapshot)
        publish_json({**told, "sum": fingerprint(told)}, self._manifest(snapshot.id))

    def _swap(self, ids: list[str]) -> None:
        publish_json(ids, self._folder / "HEAD.json")

    def _quarantined(self, id: str) -> Path:
        return self._folder / "quarantine" / f"{id}.json"

    def _read_held(self, path: Path) -> Held:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            if raw.pop("sum", None) not in (None, fingerprint(raw)):
                raise ValueError("het controlegetal klopt niet")
            return Held(
                as_snapshot(raw["snapshot"]), tuple(raw["reasons"]), raw.get("summary", ""), raw.get("report", {})
            )
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise SourceError(
                str(path),
                f"het verslag van wat is vastgehouden is beschadigd ({fault})",
                "verwijder het en haal opnieuw op",
            ) from fault

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
            return _told_by(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise SourceError(
                f"momentopname {id}", f"het manifest is niet te lezen ({fault})", "lees het bestand opnieuw in"
            ) from fault

    def find(self, id: str) -> Snapshot:
        """A snapshot in use, of before or held, by its id or the start of it. QuestionError when there is not one."""
        known = {each.id: each for each in (*self.history(), *(held.snapshot for held in self.held()), *self.active())}
        fitting = [known[each] for each in sorted(known) if each.startswith(id)]
        if id in known or len(fitting) == 1:
            return known.get(id) or fitting[0]
        told = f"kan op {len(fitting)} momentopnamen slaan: {', '.join(each.id for each in fitting[:5])}"
        raise QuestionError(
            f"momentopname '{id}'", told if fitting else "is er niet", "zie 'stadspeil snapshots list --history'"
        )

    def content(self, id: str) -> bytes:
        """The bytes, after their checksum was found to be right."""
        return self.content_of(self.get(id))

    def content_of(self, snapshot: Snapshot) -> bytes:
        """The same for a snapshot of which the manifest is known, in use or held."""
        id = snapshot.id
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
        with self._lock:
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


def require_reason(reason: str) -> None:
    """QuestionError when a reason says too little to be one."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise QuestionError(
            "--reason",
            f"een reden heeft minstens {SHORTEST_REASON} tekens",
            "schrijf op waarom de cijfers toch kloppen",
        )


def as_snapshot(raw: dict[str, Any]) -> Snapshot:
    """A manifest as it was read from JSON."""
    told = dict(raw)
    # Manifests of before have no checksum.
    if told.pop("sum", None) not in (None, fingerprint(told)):
        raise ValueError("het controlegetal klopt niet")
    made = Snapshot(**{**told, "years": tuple(told["years"]), "others": tuple(told.get("others", ()))})
    wrong = [each.name for each in dataclasses.fields(made) if not _is(getattr(made, each.name), str(each.type))]
    if wrong:
        raise ValueError(f"van een ander soort dan verwacht: {', '.join(wrong)}")
    return made


@functools.lru_cache(maxsize=4_096)
def _told_by(manifest: str) -> Snapshot:
    """The snapshot that the text of a manifest tells of. An import asks for every one in use at every file that it takes."""
    return as_snapshot(json.loads(manifest))


def _is(value: Any, kind: str) -> bool:
    if kind.startswith("tuple"):
        inner = int if "int" in kind else str
        return all(type(each) is inner for each in value)
    if kind.startswith("dict"):
        return isinstance(value, dict)
    return type(value) is {"str": str, "int": int, "bool": bool}[kind]


def _holds(path: Path, checksum: str) -> bool:
    """Whether the file is there and whole."""
    try:
        return file_checksum(path) == checksum
    except OSError:
        return False
