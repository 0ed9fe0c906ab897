"""The `spec` fixture: a method shown by a table of a few rows, drawn as text.

    spec(\"\"\"
        area   | value | mark
        -------+-------+-----
        GM0001 |   10  |
        GM0002 |   20  | 6.5
    \"\"\", report_mark, direction="higher_is_better")

The function is called with the columns that its parameters name (`value` or `values`), as numpy arrays; the other
columns but `area` are what it must answer. A function with a parameter `table` gets the whole table instead. An empty
cell says that the answer is not looked at; a `-` is a missing value.
Numbers are compared to half a hundredth.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.catalogue.entries import Composite, Group, Indicator, Parameter, Region
from stadspeil.shelf import Part, write_shelf

Cell = float | str | None
LABELS = ("area",)
PLACES = ("rank", "tied")


@pytest.fixture
def spec() -> Callable[..., None]:
    return check_table


def check_table(drawing: str, function: Callable[..., Any], **options: Any) -> None:
    """Call the function on the drawn table and compare its answer with the drawn answer."""
    names, rows = read_table(drawing)
    asked = inspect.signature(function).parameters
    columns = {name: [row[name] for row in rows] for name in names}
    if "table" in asked:
        given = {"table": pl.DataFrame({name: _plain(cells) for name, cells in columns.items()}, strict=False)}
        inputs: set[str] = set()
    else:
        inputs = {name for name in names if name in asked or f"{name}s" in asked}
        given = {
            name if name in asked else f"{name}s": np.array(
                [math.nan if cell is None else cell for cell in columns[name]]
            )
            for name in inputs
        }
    answer = function(**given, **options)
    for name in (name for name in names if name not in inputs and name not in LABELS):
        if isinstance(answer, pl.DataFrame) and name not in answer.columns:
            continue
        found = _column_of(answer, name)
        for row, cell in zip(rows, found, strict=True):
            # A ranking writes 'no place' as 0; anywhere else a zero is a number and not a missing value.
            missing = cell is None or cell != cell or (name in PLACES and cell == 0)
            _compare(row[name], None if missing else cell, f"{name} of {row.get('area', row)}")


def read_table(drawing: str) -> tuple[list[str], list[dict[str, Cell | Any]]]:
    """Column names and rows of a table drawn with | and a line of dashes under the header."""
    lines = [line.strip() for line in drawing.strip().splitlines()]
    header, body = lines[0], [line for line in lines[1:] if line and not set(line) <= set("-+| ")]
    names = [name.strip() for name in header.split("|")]
    return names, [dict(zip(names, map(_read_cell, line.split("|")), strict=True)) for line in body]


UNLOOKED = object()


def _read_cell(text: str) -> Any:
    stripped = text.strip()
    if stripped in {"", "-"}:
        return None if stripped == "-" else UNLOOKED
    try:
        return float(stripped)
    except ValueError:
        return stripped


def _plain(cells: list[Any]) -> list[Any]:
    return [None if cell is UNLOOKED else cell for cell in cells]


def _column_of(answer: Any, name: str) -> list[Any]:
    if isinstance(answer, pl.DataFrame):
        return answer[name].to_list()
    return list(getattr(answer, name)) if hasattr(answer, name) else list(answer)


def _compare(expected: Any, found: Any, where: str) -> None:
    if expected is UNLOOKED:
        return
    if expected is None:
        assert found is None, f"{where}: expected nothing, found {found}"
    elif isinstance(expected, str):
        assert str(found or "") == expected, f"{where}: expected {expected}, found {found}"
    else:
        assert found is not None and found == pytest.approx(expected, abs=0.005), f"{where}: {expected} != {found}"


PARAMETERS = {
    "mark_mean": 6.5,
    "mark_sd": 1.25,
    "mark_min": 3.0,
    "mark_max": 10.0,
    "coverage_gemeente": 0.9,
    "coverage_wijk": 0.5,
    "coverage_buurt": 0.5,
    "composite_minimum_weight": 0.6667,
    "carry_years": 2,
}


@pytest.fixture
def indicator_of() -> Callable[..., Indicator]:
    return make_indicator


def make_indicator(id: str, **options: Any) -> Indicator:
    defaults: dict[str, Any] = {
        "theme": "wonen", "title": id, "title_en": id, "definition": id, "definition_en": id, "unit": "%",
        "direction": "higher_is_better", "kind": "share", "levels": ("gemeente",), "source": "bron",
        "possible": (-1e9, 1e9), "expected": (-1e9, 1e9), "status": "connected",
    }  # fmt: skip
    if not options.get("numerator"):
        defaults["column"] = id
    return Indicator(id=id, **{**defaults, **options})


@pytest.fixture
def catalogue_of() -> Callable[..., Catalogue]:
    return make_catalogue


def make_catalogue(
    indicators: tuple[Indicator, ...] = (),
    composites: tuple[Composite, ...] = (),
    groups: tuple[Group, ...] = (),
    regions: tuple[Region, ...] = (),
    gemeenten: tuple[str | tuple[str, int | None, int | None], ...] = (),
    changes: tuple[tuple[Any, ...], ...] = (),
    **more: Any,
) -> Catalogue:
    """A catalogue of a few entries. A gemeente has existed always, unless it is given as (code, first, last)."""
    lives = [(each, None, None) if isinstance(each, str) else each for each in gemeenten]
    parameters = {
        id: Parameter(id=id, value=value, unit="", definition="", source="", date="2025-01-01", evidence="ours")
        for id, value in {**PARAMETERS, **more.pop("parameters", {})}.items()
    }
    return Catalogue(
        themes={}, sources=more.pop("sources", {}), fields=more.pop("fields", {}), tables={},
        fingerprint="x", root=None,
        indicators={each.id: each for each in indicators},
        composites={each.id: each for each in composites},
        groups={each.id: each for each in groups},
        regions={each.id: each for each in regions},
        parameters=parameters,
        gemeenten=pl.DataFrame(
            [(code, code, "Nergens", first, last, "ours") for code, first, last in lives],
            schema=GEMEENTEN_SCHEMA,
            orient="row",
        ),
        changes=pl.DataFrame(list(changes), schema=CHANGES_SCHEMA, orient="row"),
    )  # fmt: skip


def shelve(table: pl.DataFrame, folder: Path) -> None:
    """Put a table on disk as a stage would: a part per year, where it has years."""
    if "year" not in table.columns:
        write_shelf(folder, [Part("alles", table)])
        return
    years = table.partition_by("year", as_dict=True, maintain_order=True)
    write_shelf(folder, [Part(str(year), part, {"year": [year]}) for (year,), part in years.items()])
