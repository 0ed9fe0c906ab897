"""A table on disk in parts: written as a whole or not at all, and never read without its checksum being right.

    <name>/index.json            the parts that count: file, checksum, rows, what is in it
    <name>/<part>-<sha8>.parquet one part, never changed

A new version writes new files beside the old and swaps the index last, so that a run that is killed leaves the old
version whole. Files that no index names are swept by the next writer.

Polars writes no page checksums; the checksum of the whole file, taken at every read, covers more (its footer too) and
costs less than a library that does (docs/decisions/0008-shelves.md).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.errors import ContractError
from stadspeil.workspace import file_fingerprint, fingerprint, publish_bytes, publish_json

INDEX = "index.json"
_REMEDY = "verwijder tables/ en out/ in de werkmap en draai 'stadspeil build' en 'stadspeil score' opnieuw"
# What makes a folder of out/ anew; the name after it, where it has one, is that of the package, programme or agenda.
_MADE_BY = {
    "analyses": "analyse", "atlas": "serve", "appraisal": "appraise --package {name}",
    "simulation": "simulate --programme {name}", "agenda": "agenda {name}",
}  # fmt: skip
# Small groups of rows let a question for one indicator or area skip the rest of a part.
ROW_GROUP = 32_768


@dataclass(frozen=True)
class Part:
    """A part to be written. `holds` says which values some columns have in it, so that others are not opened.

    `rows_together` is how many rows are read at least: few where one area is asked of many, else ROW_GROUP.
    """

    name: str
    table: pl.DataFrame
    holds: Mapping[str, Collection[Any]] = field(default_factory=dict)
    rows_together: int = ROW_GROUP


@dataclass(frozen=True)
class Shelved:
    """A part as the index knows it."""

    name: str
    file: str
    checksum: str
    rows: int
    holds: Mapping[str, list[Any]]


def write_shelf(folder: Path, parts: Iterable[Part]) -> None:
    """Write a new version of a table; parts may come one by one. An equal version leaves everything as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    shelved = []
    for part in parts:
        packed = io.BytesIO()
        part.table.write_parquet(packed, compression="zstd", statistics=True, row_group_size=part.rows_together)
        content = packed.getvalue()
        checksum = hashlib.sha256(content).hexdigest()
        file = f"{part.name}-{checksum[:12]}.parquet"
        if not (folder / file).exists() or file_fingerprint(folder / file) != checksum:
            publish_bytes(content, folder / file)
        holds = {name: sorted(values) for name, values in part.holds.items()}
        shelved.append(
            {"name": part.name, "file": file, "checksum": checksum, "rows": part.table.height, "holds": holds}
        )
    told = {"parts": shelved}
    publish_json({**told, "sum": fingerprint(told)}, folder / INDEX)
    named = {str(each["file"]) for each in shelved} | {INDEX}
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink(missing_ok=True)


def has_shelf(folder: Path) -> bool:
    """Whether there is a table here."""
    return (folder / INDEX).is_file()


def shelf_sum(folder: Path) -> str:
    """A checksum of all that the table holds; empty when there is none."""
    return hashlib.sha256((folder / INDEX).read_bytes()).hexdigest() if has_shelf(folder) else ""


def shelf_parts(folder: Path) -> list[Shelved]:
    """The parts of a table. ContractError when its index is damaged."""
    try:
        told = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        if told.pop("sum") != fingerprint(told):
            raise ValueError("het controlegetal klopt niet")
        return [Shelved(**each) for each in told["parts"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ContractError(
            str(folder), f"de lijst van delen is weg of beschadigd ({fault})", _remedy(folder)
        ) from fault


def read_shelf(
    folder: Path, wanted: Mapping[str, Collection[Any]] | None = None, columns: Collection[str] | None = None
) -> pl.DataFrame:
    """The rows of which each column in `wanted` has one of the values; all rows without.

    Raises: ContractError when a part is damaged or gone.
    """
    asked = {name: list(values) for name, values in (wanted or {}).items()}
    parts = shelf_parts(folder)
    found = [_read(folder, part, asked, columns) for part in parts if _may_hold(part, asked)]
    if not found:
        return _read(folder, parts[0], asked, columns).clear() if parts else pl.DataFrame()
    return pl.concat(found)


def read_part(
    folder: Path, part: Shelved, wanted: Mapping[str, Collection[Any]] | None = None,
    columns: Collection[str] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """The rows of one part, all of them or as read_shelf. For who holds the list of parts already."""
    return _read(folder, part, {name: list(values) for name, values in (wanted or {}).items()}, columns)


def read_account(path: Path) -> dict[str, Any]:
    """What a result was made from, as it was written beside its tables.

    Raises:  ContractError when it is damaged.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ContractError(str(path), "dit bestand is niet te lezen of beschadigd", _remedy(path.parent)) from fault
    if not isinstance(told, dict):
        raise ContractError(str(path), "dit bestand is beschadigd", _remedy(path.parent))
    return told


def drop_shelf(folder: Path) -> None:
    """Take a table away: its index first."""
    (folder / INDEX).unlink(missing_ok=True)
    for path in folder.glob("*") if folder.is_dir() else ():
        path.unlink(missing_ok=True)
    if folder.is_dir():
        folder.rmdir()


def _remedy(folder: Path) -> str:
    """What makes the table of this folder anew: never more than needs to be made."""
    parts = folder.parts
    after = parts[parts.index("out") + 1 :] if "out" in parts else ()
    if not after or after[0] not in _MADE_BY:
        return _REMEDY
    made_by = "balance" if len(after) > 1 and after[1].startswith("balance-") else _MADE_BY[after[0]]
    name = after[1] if after[0] not in ("analyses", "atlas") and len(after) > 1 else ""
    where = "/".join(("out", after[0], name) if name else ("out", after[0]))
    return f"verwijder {where} in de werkmap en draai 'stadspeil {made_by.format(name=name)}' opnieuw"


def _may_hold(part: Shelved, wanted: Mapping[str, list[Any]]) -> bool:
    return all(name not in part.holds or set(part.holds[name]) & set(values) for name, values in wanted.items())


def _read(
    folder: Path, part: Shelved, wanted: Mapping[str, list[Any]], columns: Collection[str] | None
) -> pl.DataFrame:
    """One part, its bytes read once: what is parsed is what was summed."""
    try:
        content = (folder / part.file).read_bytes()
    except OSError as fault:
        raise ContractError(
            str(folder / part.file), f"dit deel is niet te lezen ({fault.strerror})", _remedy(folder)
        ) from fault
    if hashlib.sha256(content).hexdigest() != part.checksum:
        raise ContractError(
            str(folder / part.file), "het controlegetal klopt niet: het bestand is beschadigd", _remedy(folder)
        )
    table = pl.scan_parquet(io.BytesIO(content))
    for name, values in wanted.items():
        # A single value lets Polars skip groups of rows by their smallest and largest.
        table = table.filter(pl.col(name) == values[0] if len(values) == 1 else pl.col(name).is_in(values))
    return (table.select(list(columns)) if columns is not None else table).collect()
