"""Nieuwland made once for all its tests: in memory and on disk."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from filelock import FileLock

from stadspeil.sources.nieuwland import Country, World, invent, write_country

Table = pl.DataFrame


@pytest.fixture(scope="session")
def world() -> World:
    """The country as it is, unrounded."""
    return invent()


@pytest.fixture(scope="session")
def country(made_once: Path) -> Country:
    """The country as it is published: written once for all workers, who only read it."""
    told = made_once / "nieuwland.pickle"
    with FileLock(made_once / "nieuwland.lock"):
        if not told.exists():
            told.write_bytes(pickle.dumps(write_country(made_once / "nieuwland-made")))
    return pickle.loads(told.read_bytes())


@pytest.fixture(scope="session")
def truth(country: Country) -> dict[str, Any]:
    return json.loads(country.truth.read_text())


@pytest.fixture(scope="session")
def published(country: Country) -> Callable[[str], Table]:
    """A published row file as texts, headers without their numbers at the end, blanks off."""

    def read(name: str) -> Table:
        path = country.folder / "bestanden" / name
        if path.suffix == ".json":
            rows = json.loads(path.read_text())["value"]
            table = pl.DataFrame(rows, infer_schema_length=None).cast(pl.String)
        else:
            table = pl.read_csv(path, separator=";", infer_schema=False)
        taken: set[str] = set()
        names = {}
        for header in table.columns:
            stem = header.rsplit("_", 1)[0] if header.rsplit("_", 1)[-1].isdigit() else header
            names[header] = stem if stem not in taken else header
            taken.add(stem)
        return table.rename(names).with_columns(pl.all().str.strip_chars())

    return read


@pytest.fixture(scope="session")
def number() -> Callable[[Table, str], pl.Series]:
    """A column as numbers; what is no number becomes empty."""

    def read(table: Table, name: str) -> pl.Series:
        return table[name].cast(pl.Float64, strict=False)

    return read
