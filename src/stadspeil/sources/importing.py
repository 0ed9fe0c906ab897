"""`stadspeil import`: all files are read and checked first; only when none has a fault is anything kept."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.errors import SourceError, StadspeilError
from stadspeil.sources.cells import area_problems, invented_among
from stadspeil.sources.corrections import corrected
from stadspeil.sources.guarded import LARGEST_FILE, MEGABYTE
from stadspeil.sources.judging import Library, judge
from stadspeil.sources.parts import keep_part
from stadspeil.sources.reading import FileReading, read_file
from stadspeil.sources.squares import are_invented
from stadspeil.sources.store import Held, Snapshot, SnapshotStore, require_reason
from stadspeil.sources.town_areas import unknown_areas
from stadspeil.workspace import Workspace, fingerprint

Progress = Callable[[str, int, int], None] | None
MOST_SHOWN = 40
# What is parsed waits in memory until all files are found to be sound; beyond this the build parses again.
_MOST_CELLS_HELD = 4_000_000
_TABLE_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt", ".json", ".geojson", ".parquet"}


@dataclass
class ImportResult:
    """What an import did with each file."""

    added: list[Snapshot] = field(default_factory=list)
    known: list[Snapshot] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def faults(self) -> list[SourceError]:
        """What was held, as errors that say why and how to accept it."""
        return [held_fault(each) for each in self.held]


@dataclass(frozen=True)
class Offered:
    """Bytes that may become a snapshot, with all that is known of where they come from."""

    content: bytes
    file_name: str
    edition: str = ""
    address: str = ""
    etag: str = ""
    modified: str = ""
    scope: str = ""
    source: str = ""
    retrieved: str = ""
    # Why somebody took it before, where it comes from another workspace.
    accepted: str = ""


@dataclass
class _Run:
    catalogue: Catalogue
    register: AreaRegister
    edition: str | None
    store: SnapshotStore
    workspace: Workspace
    before: list[Snapshot]
    accept: str = ""
    by_checksum: dict[str, Snapshot] = field(default_factory=dict)
    # Of files that a newer one took the place of: which.
    replaced_by: dict[str, Snapshot] = field(default_factory=dict)
    apart: list[tuple[Held, bytes]] = field(default_factory=list)
    result: ImportResult = field(default_factory=ImportResult)
    problems: list[str] = field(default_factory=list)
    entries: list[tuple[Snapshot, bytes]] = field(default_factory=list)
    readings: list[tuple[Snapshot, FileReading]] = field(default_factory=list)
    # Whether new files hold invented areas (True), real ones (False) or both.
    kinds: set[bool] = field(default_factory=set)


def import_files(
    paths: Iterable[Path],
    workspace: Workspace,
    catalogue: Catalogue,
    edition: str | None = None,
    progress: Progress = None,
    accept: str = "",
) -> ImportResult:
    """Keep files of publishers as snapshots. Folders stand for the files in them.

    What differs more from what we had than a revision does is held apart (`held` of the result), unless `accept` gives
    a reason to take it all the same.
    Raises: SourceError with every fault of every file; then nothing has changed.
    """
    run = _begin(workspace, catalogue, edition, accept)
    run.replaced_by = run.store.replaced_files()
    files = _files(paths, run)
    for number, path in enumerate(files):
        if progress is not None:
            progress(f"{path.name} lezen en controleren", number, len(files))
        _take(path, run)
    return _finish(run, workspace)


def take_in(offered: Iterable[Offered], workspace: Workspace, catalogue: Catalogue, accept: str = "") -> ImportResult:
    """The same for bytes that were fetched."""
    run = _begin(workspace, catalogue, None, accept)
    for each in offered:
        _take_bytes(each, run)
    return _finish(run, workspace)


@dataclass(frozen=True)
class Rehearsal:
    """What was read of a file, and what an import of it would do."""

    reading: FileReading
    result: ImportResult


def rehearse(offered: Offered, workspace: Workspace, catalogue: Catalogue) -> Rehearsal:
    """Read, check and judge a file as an import does, and keep nothing.

    Raises:  SourceError with every fault of the file.
    """
    run = _begin(workspace, catalogue, None, "")
    run.replaced_by = run.store.replaced_files()
    _take_bytes(offered, run)
    _refuse_mixture(run, run.before)
    if run.problems:
        raise SourceError(offered.file_name, run.problems, "er is niets ingelezen; herstel het bestand")
    read = [reading for _, reading in run.readings] or [
        read_file(offered.content, offered.file_name, catalogue, offered.edition or None, "")
    ]
    _judge_all(run)
    return Rehearsal(read[0], run.result)


def held_fault(held: Held) -> SourceError:
    """Why a delivery is held, as an error for its user."""
    return SourceError(
        f"{held.snapshot.file_name} ({held.id})",
        [f"vastgehouden: {each}" for each in held.reasons],
        f"kijk het na met 'stadspeil snapshots diff {held.id}'; klopt het toch, neem het dan aan met "
        f"'stadspeil snapshots accept {held.id} --reason \"...\"'",
    )


def all_held(held: list[Held]) -> SourceError:
    """Everything that is held, in one message."""
    if len(held) == 1:
        return held_fault(held[0])
    problems = [f"{each.snapshot.file_name} ({each.id}): {reason}" for each in held for reason in each.reasons]
    return SourceError(
        "vastgehouden",
        problems[:MOST_SHOWN],
        "kijk ze na met 'stadspeil snapshots diff ID' en neem ze aan met 'stadspeil snapshots accept ID --reason \"...\"'",
    )


def _begin(workspace: Workspace, catalogue: Catalogue, edition: str | None, accept: str) -> _Run:
    if accept:
        require_reason(accept)
    store = SnapshotStore(workspace.raw)
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    run = _Run(catalogue, register, edition, store, workspace, store.active(), accept.strip())
    run.by_checksum = {each.checksum: each for each in run.before}
    return run


def _finish(run: _Run, workspace: Workspace) -> ImportResult:
    """Keep what was found sound, all of it or nothing; hold apart what nobody may trust yet."""
    _refuse_mixture(run, run.before)
    if run.problems:
        shown = run.problems[:MOST_SHOWN]
        if len(run.problems) > MOST_SHOWN:
            shown.append(f"en nog {len(run.problems) - MOST_SHOWN} problemen")
        raise SourceError(
            "de aangeboden bestanden", shown, "er is niets ingelezen; herstel de bestanden of laat ze weg"
        )
    # Between looking at what is in use and adding to it nobody else may change it.
    with run.store.locked():
        run.before = run.store.active()
        _judge_all(run)
        run.store.add(run.entries)
        for held, content in run.apart:
            run.store.hold(held, content)
    for snapshot, reading in run.readings:
        # Only a shortcut for the build, which parses again where it is not there.
        with contextlib.suppress(OSError):
            keep_part(workspace.parts, snapshot, _named(reading, snapshot.id), run.catalogue)
    return run.result


def _files(paths: Iterable[Path], run: _Run) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files += _files_in(path, run)
        elif path.is_file():
            files.append(path)
        else:
            run.problems.append(f"{path}: bestaat niet; kijk de naam na")
    return files


def _files_in(folder: Path, run: _Run) -> list[Path]:
    """The files of a folder that may be tables; of the others it is told that they were passed over."""
    found = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith((".", "~$")))
    run.result.skipped += [
        (each, "geen tabel of kaart") for each in found if each.suffix.lower() not in _TABLE_SUFFIXES
    ]
    return [each for each in found if each.suffix.lower() in _TABLE_SUFFIXES]


def _take(path: Path, run: _Run) -> None:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            run.problems.append(f"{path.name}: is {size / MEGABYTE:.0f} MB; hooguit {LARGEST_FILE / MEGABYTE:.0f} MB")
            return
        content = path.read_bytes()
    except OSError as fault:
        run.problems.append(f"{path}: is niet te openen ({fault.strerror}); kijk de rechten na")
        return
    _take_bytes(Offered(content, path.name, run.edition or ""), run)


def _take_bytes(offered: Offered, run: _Run) -> None:
    checksum = hashlib.sha256(offered.content).hexdigest()
    if checksum in run.by_checksum:
        _take_known(offered, run.by_checksum[checksum], run)
    elif checksum in run.replaced_by:
        # Offered again with a folder of old and new files it must not undo what the new one changed.
        newer = run.replaced_by[checksum]
        run.result.remarks.append(
            f"{offered.file_name}: overgeslagen, want {newer.id} heeft dit bestand vervangen; wilt u terug, "
            f"gebruik dan 'stadspeil snapshots forget {newer.id} --back'"
        )
    else:
        _take_new(offered, checksum, run)


def _take_known(offered: Offered, snapshot: Snapshot, run: _Run) -> None:
    """A file that we have. It is offered to the store all the same, where the kept bytes may be damaged."""
    dated = run.catalogue.source(snapshot.source).year_column
    if offered.edition and snapshot.edition and offered.edition != snapshot.edition and not dated:
        run.problems.append(
            f"{offered.file_name}: is al ingelezen als editie {snapshot.edition}; was dat fout, "
            f"haal het dan eerst weg met 'stadspeil snapshots forget {snapshot.id}'"
        )
    if snapshot not in run.result.known and snapshot not in run.result.added:
        run.result.known.append(snapshot)
        run.entries.append((snapshot, offered.content))


def _take_new(offered: Offered, checksum: str, run: _Run) -> None:
    try:
        reading = read_file(offered.content, offered.file_name, run.catalogue, offered.edition or None, "")
        if not reading.problems and reading.source.format == "town_workbook":
            unknown, remarks = unknown_areas(offered.content, offered.file_name, run.workspace)
            reading.problems += unknown
            reading.remarks += remarks
        if not reading.problems:
            reading = corrected(reading, run.catalogue)
    except StadspeilError as fault:
        remedy = f"; {fault.remedy}" if fault.remedy else ""
        run.problems += [f"{fault.where}: {each}{remedy}" for each in fault.problems]
        return
    if offered.source and reading.source.id != offered.source:
        reading.problems.append(f"dit is '{reading.source.id}' en niet '{offered.source}', waar om is gevraagd")
    areas = [*_pairs(reading.cells), *_pairs(reading.areas), *_flow_pairs(reading.flows)]
    kinds = invented_among(code for code, _ in areas) | are_invented(reading.squares)
    found = [*reading.problems, *([] if reading.problems else area_problems(areas, run.register))]
    run.problems += [f"{offered.file_name}: {each}" for each in found]
    if not found:
        snapshot = _snapshot(offered, checksum, reading, [code for code, _ in areas])
        run.by_checksum[checksum] = snapshot
        run.kinds.update(kinds)
        run.result.added.append(snapshot)
        run.result.remarks += [f"{offered.file_name}: {each}" for each in reading.remarks]
        run.entries.append((snapshot, offered.content))
        held = sum(each.cells.height for _, each in run.readings)
        if held + reading.cells.height <= _MOST_CELLS_HELD or not run.readings:
            run.readings.append((snapshot, reading))


def _judge_all(run: _Run) -> None:
    """Each new snapshot against what was there: it replaces, stands beside it, or is held apart.

    Years in order, so that each is held against the one before it, which may have come along with it.
    """
    fresh = {each.id for each in run.result.added}
    contents = {snapshot.id: (snapshot, content) for snapshot, content in run.entries}
    run.entries = [(snapshot, content) for snapshot, content in run.entries if snapshot.id not in fresh]
    library = Library(run.store, run.catalogue, run.workspace.parts, _readings_of(run, contents))
    there, judged = list(run.before), {}
    for snapshot in sorted(run.result.added, key=lambda each: (each.source, each.years)):
        content = contents[snapshot.id][1]
        judgement = judge(snapshot, library.read(snapshot), there, library)
        made = dataclasses.replace(snapshot, parent=judgement.parent, others=judgement.others)
        reason = run.accept or snapshot.accepted
        if judgement.reasons and not reason:
            run.apart.append((Held(made, judgement.reasons, judgement.summary, judgement.report), content))
            continue
        made = dataclasses.replace(made, accepted=reason if judgement.reasons else "")
        if made.replaces:
            told = f"vervangt {', '.join(made.replaces)} ({judgement.summary or 'eigen opgave'})"
            run.result.remarks.append(f"{made.file_name}: {told}")
        there = [each for each in there if each.id not in made.replaces] + [made]
        judged[snapshot.id] = made
    run.result.held += [held for held, _ in run.apart]
    run.result.added = [judged[each.id] for each in run.result.added if each.id in judged]
    run.entries += [(each, contents[each.id][1]) for each in run.result.added]
    run.readings = [(judged[each.id], reading) for each, reading in run.readings if each.id in judged]


def _readings_of(run: _Run, contents: Mapping[str, tuple[Snapshot, bytes]]) -> Callable[[str], FileReading | None]:
    """Finds what was read of files that are not in the store yet; of the largest it is read again."""
    parsed = {snapshot.id: reading for snapshot, reading in run.readings}

    def find(id: str) -> FileReading | None:
        if id in parsed or id not in contents:
            return parsed.get(id)
        snapshot, content = contents[id]
        read = read_file(content, snapshot.file_name, run.catalogue, snapshot.edition or None, "")
        return corrected(read, run.catalogue)

    return find


def _named(reading: FileReading, id: str) -> FileReading:
    """The reading with the id that its snapshot only got after it was read."""
    known = pl.lit(id).alias("snapshot")
    return dataclasses.replace(
        reading,
        cells=reading.cells.with_columns(known),
        areas=reading.areas.with_columns(known),
        flows=reading.flows.with_columns(known),
        squares=reading.squares.with_columns(known),
    )


def _flow_pairs(flows: pl.DataFrame) -> list[tuple[str, int]]:
    ends = [flows.select("boundaries", area=name) for name in ("origin", "destination")]
    return _pairs(pl.concat(ends))


def _pairs(table: pl.DataFrame) -> list[tuple[str, int]]:
    return [(str(area), int(year)) for area, year in table.select("area", "boundaries").unique().iter_rows()]


def _snapshot(offered: Offered, checksum: str, reading: FileReading, codes: list[str]) -> Snapshot:
    figures = next((each for each in (reading.cells, reading.flows, reading.squares) if each.height), reading.cells)
    years = figures["year"] if figures.height else reading.areas["boundaries"]
    boundaries = figures["boundaries"] if figures.height else reading.areas["boundaries"]
    edition = f"-{reading.edition}" if reading.edition else ""
    return Snapshot(
        id=f"{reading.source.id}{edition}-{checksum[:8]}",
        source=reading.source.id,
        edition=reading.edition,
        file_name=offered.file_name,
        checksum=checksum,
        size=len(offered.content),
        rows=reading.rows,
        boundaries=max(boundaries.drop_nulls().to_list(), default=0),
        years=tuple(years.unique().sort().to_list()),
        columns=reading.columns,
        areas=len(set(codes)) + reading.squares["square"].n_unique(),
        invented=True in invented_among(codes) | are_invented(reading.squares),
        licence=reading.source.licence,
        retrieved=offered.retrieved or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        address=offered.address,
        etag=offered.etag,
        modified=offered.modified,
        schema=fingerprint(sorted(reading.columns.items()))[:16],
        scope=offered.scope,
        accepted=offered.accepted,
    )


def _refuse_mixture(run: _Run, before: list[Snapshot]) -> None:
    """No invented figure ever stands beside a real town's, in a file or in a workspace."""
    kinds = run.kinds | {each.invented for each in before if each.areas}
    if len(kinds) > 1 and run.kinds:
        offered = ", ".join(each.file_name for each in run.result.added[:3])
        run.problems.append(
            f"{offered}: verzonnen gebieden van Nieuwland en echte gebieden mogen niet in een werkmap; "
            "gebruik twee werkmappen"
        )
