"""`stadspeil import`: all files are read and checked first; only when none has a fault is anything kept."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.errors import SourceError
from stadspeil.sources.cells import area_problems, invented_among
from stadspeil.sources.guarded import LARGEST_FILE, MEGABYTE
from stadspeil.sources.parts import keep_part
from stadspeil.sources.reading import FileReading, read_file
from stadspeil.sources.store import Snapshot, SnapshotStore
from stadspeil.workspace import Workspace

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


@dataclass
class _Run:
    catalogue: Catalogue
    register: AreaRegister
    edition: str | None
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
) -> ImportResult:
    """Keep files of publishers as snapshots. Folders stand for the files in them.

    Raises: SourceError with every fault of every file; then nothing has changed.
    """
    store = SnapshotStore(workspace.raw)
    before = store.active()
    by_checksum = {each.checksum: each for each in before}
    run = _Run(catalogue, AreaRegister(catalogue.gemeenten, catalogue.changes), edition)
    files = _files(paths, run)
    for number, path in enumerate(files):
        if progress is not None:
            progress(f"{path.name} lezen en controleren", number, len(files))
        _take(path, run, by_checksum)
    _refuse_mixture(run, before)
    if run.problems:
        shown = run.problems[:MOST_SHOWN]
        if len(run.problems) > MOST_SHOWN:
            shown.append(f"en nog {len(run.problems) - MOST_SHOWN} problemen")
        raise SourceError(
            "de aangeboden bestanden", shown, "er is niets ingelezen; herstel de bestanden of laat ze weg"
        )
    store.add(run.entries)
    for snapshot, reading in run.readings:
        # Only a shortcut for the build, which parses again where it is not there.
        with contextlib.suppress(OSError):
            keep_part(workspace.parts, snapshot, _named(reading, snapshot.id), catalogue)
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


def _take(path: Path, run: _Run, by_checksum: dict[str, Snapshot]) -> None:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            run.problems.append(f"{path.name}: is {size / MEGABYTE:.0f} MB; hooguit {LARGEST_FILE / MEGABYTE:.0f} MB")
            return
        content = path.read_bytes()
    except OSError as fault:
        run.problems.append(f"{path}: is niet te openen ({fault.strerror}); kijk de rechten na")
        return
    checksum = hashlib.sha256(content).hexdigest()
    if checksum in by_checksum:
        _take_known(path, content, by_checksum[checksum], run)
    else:
        _take_new(path, content, checksum, run, by_checksum)


def _take_known(path: Path, content: bytes, snapshot: Snapshot, run: _Run) -> None:
    """A file that we have. It is offered to the store all the same, where the kept bytes may be damaged."""
    dated = run.catalogue.source(snapshot.source).year_column
    if run.edition and snapshot.edition and run.edition != snapshot.edition and not dated:
        run.problems.append(
            f"{path.name}: is al ingelezen als editie {snapshot.edition}; begin een nieuwe werkmap als dat fout was"
        )
    if snapshot not in run.result.known and snapshot not in run.result.added:
        run.result.known.append(snapshot)
        run.entries.append((snapshot, content))


def _take_new(path: Path, content: bytes, checksum: str, run: _Run, by_checksum: dict[str, Snapshot]) -> None:
    try:
        reading = read_file(content, path.name, run.catalogue, run.edition, "")
    except SourceError as fault:
        remedy = f"; {fault.remedy}" if fault.remedy else ""
        run.problems += [f"{fault.where}: {each}{remedy}" for each in fault.problems]
        return
    areas = [*_pairs(reading.cells), *_pairs(reading.areas)]
    found = [*reading.problems, *([] if reading.problems else area_problems(areas, run.register))]
    run.problems += [f"{path.name}: {each}" for each in found]
    if not found:
        snapshot = _snapshot(path, content, checksum, reading, [code for code, _ in areas])
        by_checksum[checksum] = snapshot
        run.kinds.update(invented_among(code for code, _ in areas))
        run.result.added.append(snapshot)
        run.result.remarks += [f"{path.name}: {each}" for each in reading.remarks]
        run.entries.append((snapshot, content))
        held = sum(each.cells.height for _, each in run.readings)
        if held + reading.cells.height <= _MOST_CELLS_HELD:
            run.readings.append((snapshot, reading))


def _named(reading: FileReading, id: str) -> FileReading:
    """The reading with the id that its snapshot only got after it was read."""
    known = pl.lit(id).alias("snapshot")
    return dataclasses.replace(
        reading, cells=reading.cells.with_columns(known), areas=reading.areas.with_columns(known)
    )


def _pairs(table: pl.DataFrame) -> list[tuple[str, int]]:
    return [(str(area), int(year)) for area, year in table.select("area", "boundaries").unique().iter_rows()]


def _snapshot(path: Path, content: bytes, checksum: str, reading: FileReading, codes: list[str]) -> Snapshot:
    years = reading.cells["year"] if reading.cells.height else reading.areas["boundaries"]
    boundaries = reading.cells["boundaries"] if reading.cells.height else reading.areas["boundaries"]
    edition = f"-{reading.edition}" if reading.edition else ""
    return Snapshot(
        id=f"{reading.source.id}{edition}-{checksum[:8]}",
        source=reading.source.id,
        edition=reading.edition,
        file_name=path.name,
        checksum=checksum,
        size=len(content),
        rows=reading.rows,
        boundaries=max(boundaries.to_list(), default=0),
        years=tuple(years.unique().sort().to_list()),
        columns=reading.columns,
        areas=len(set(codes)),
        invented=True in invented_among(codes),
        licence=reading.source.licence,
        retrieved=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
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
