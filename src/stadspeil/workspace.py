"""The folder in which a town works: raw snapshots, tables, results, own settings and own catalogue entries.

    werkmap/
      stadspeil.toml        own town, language
      catalogue/            own groups, regions, indicators: read on top of ours
      raw/                  snapshots as the publisher gave them; never changed
      tables/               tidy tables made from them
      out/                  values, scores, reports

Everything that is written goes through `publish_bytes` or `publish_table`: a temporary file in the same folder,
flushed to disk, then renamed. A killed run leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

ENVIRONMENT_NAME = "STADSPEIL_WORKSPACE"
DEFAULT_FOLDER = "werkmap"


@dataclass(frozen=True)
class Workspace:
    """Paths of a workspace. Making one touches no disk."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def tables(self) -> Path:
        return self.root / "tables"

    @property
    def parts(self) -> Path:
        """What was parsed of each snapshot, to be used again; may be thrown away."""
        return self.tables / "parts"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def own_catalogue(self) -> Path:
        return self.root / "catalogue"

    @property
    def settings_file(self) -> Path:
        return self.root / "stadspeil.toml"


def find_workspace(given: Path | str | None = None) -> Workspace:
    """The workspace that was asked for: the option, else STADSPEIL_WORKSPACE, else ./werkmap."""
    chosen = given or os.environ.get(ENVIRONMENT_NAME) or DEFAULT_FOLDER
    return Workspace(Path(chosen).expanduser().resolve())


@contextlib.contextmanager
def published_path(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that takes its place when the block ends well, and vanishes when not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        # mkstemp makes private files; a workspace is shared within a town hall as its folder says.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def publish_bytes(content: bytes, target: Path) -> None:
    """Write `content` to `target`, whole or not at all."""
    with published_path(target) as temporary:
        temporary.write_bytes(content)


def publish_json(content: Any, target: Path) -> None:
    """Write JSON with sorted keys, so that the same content gives the same bytes."""
    publish_bytes((json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(), target)


def publish_table(table: pl.DataFrame, target: Path) -> None:
    """Write a Parquet file, whole or not at all."""
    with published_path(target) as temporary:
        table.write_parquet(temporary, compression="zstd", statistics=True)


def file_checksum(path: Path) -> str:
    """sha256 of a file, as hexadecimal text."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def fingerprint(content: Any) -> str:
    """sha256 of anything JSON can hold: the key under which a stage's result is reused."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@functools.cache
def code_fingerprint() -> str:
    """sha256 over our own source files: a changed line of code makes every result be made again."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def made_by_other(told: Mapping[str, Any]) -> bool:
    """Whether an outcome was made by other code than runs now, by what its JSON says (`code`, there or among `inputs`).

    One that does not say by which it was made counts as older.
    """
    return (told.get("code") or told.get("inputs", {}).get("code")) != code_fingerprint()


def typed(verb: str, *options: tuple[str, object, object]) -> str:
    """A command as it is typed: each option as name, value and what it is when left out."""
    return " ".join(
        [f"stadspeil {verb}", *(f"{name} {value}" for name, value, left_out in options if value != left_out)]
    )


def file_fingerprint(path: Path) -> str:
    """sha256 of one file: of a part of a table, or of the only source that makes a result."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def reuse_or_make(target: Path, inputs: Any, make: Callable[[], None]) -> bool:
    """Run `make` unless `target` was already made from the same inputs; whether it was run.

    The inputs' fingerprint stands beside the result in `<target>.key`, written after it, so that a run that is
    killed in between is done again.
    """
    mark = target.with_name(target.name + ".key")
    wanted = fingerprint(inputs)
    if target.exists() and mark.exists() and mark.read_text() == wanted:
        return False
    mark.unlink(missing_ok=True)
    make()
    publish_bytes(wanted.encode(), mark)
    return True


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        # Windows cannot open a folder to flush it; there the rename itself is as much as one can ask.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
