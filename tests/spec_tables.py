"""The `spec` fixture: a method shown by a table of a few rows, drawn as text.

    spec(\"\"\"
        area   | value || mark
        -------+-------++-----
        GM0001 |   10  ||
        GM0002 |   20  || 6.5
    \"\"\", report_mark, direction="higher_is_better")

The function is called with the given columns that its parameters name (`value` or `values`), as numpy arrays; one with a
parameter `table` gets all given columns. Every column on the right must be in the answer: by name, or as the answer
itself where it is the only one. Where the answer has other rows than the question it is drawn apart, as `answer`.
Numbers are compared to half of the last decimal that is drawn, and never to less than half a hundredth.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from drawings import Drawing, read_drawing

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.catalogue.entries import Composite, Group, Indicator, Parameter, Region
from stadspeil.shelf import Part, write_shelf

# Columns that only name a row.
LABELS = ("area", "part", "row")
PLACES = ("rank", "tied")


@pytest.fixture
def spec() -> Callable[..., None]:
    return check_table


def check_table(drawing: str, function: Callable[..., Any], *, answer: str = "", **options: Any) -> None:
    """Call the function on the drawn table and compare its answer with what is drawn on the right, or as `answer`."""
    asked = read_drawing(drawing)
    wanted = read_drawing(answer) if answer else asked
    names = wanted.names if answer else wanted.expected
    assert names, "nothing is expected: draw || before the columns of the answer, or an answer"
    found = function(**_arguments(asked, function), **options)
    rows = wanted.rows
    for name in names:
        if name in LABELS and not _has(found, name):
            continue
        cells = _column_of(found, name, alone=len(names) == 1)
        assert len(cells) == len(rows), f"{name}: {len(rows)} rows are drawn, {len(cells)} were made"
        for row, text, cell in zip(rows, wanted.column(name), cells, strict=True):
            # A ranking writes 'no place' as 0; anywhere else a zero is a number and not a missing value.
            missing = cell is None or cell != cell or (name in PLACES and cell == 0)
            _compare(text, None if missing else cell, f"{name} of {row[0]}")


def _arguments(asked: Drawing, function: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters
    columns = {name: [_given(cell) for cell in asked.column(name)] for name in asked.given}
    if "table" in parameters:
        return {"table": pl.DataFrame(columns, strict=False)}
    made = {}
    for name, cells in columns.items():
        parameter = name if name in parameters else f"{name}s"
        if parameter in parameters:
            words = any(isinstance(cell, str) for cell in cells)
            made[parameter] = np.array(cells if words else [math.nan if cell is None else cell for cell in cells])
        else:
            assert name in LABELS, f"{name} is drawn as given, and the function does not ask for it"
    return made


def _given(text: str) -> float | str | None:
    if text in {"", "-"}:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def _has(answer: Any, name: str) -> bool:
    if isinstance(answer, pl.DataFrame):
        return name in answer.columns
    return name in answer if isinstance(answer, Mapping) else hasattr(answer, name)


def _column_of(answer: Any, name: str, alone: bool) -> list[Any]:
    if _has(answer, name):
        found = answer[name] if isinstance(answer, pl.DataFrame | Mapping) else getattr(answer, name)
    else:
        assert alone, f"the answer has no {name}"
        found = answer
    return list(found) if isinstance(found, list | tuple | np.ndarray | pl.Series) else [found]


def _compare(text: str, found: Any, where: str) -> None:
    expected = _given(text)
    if text == "":
        return
    if text == "-":
        assert found is None, f"{where}: expected nothing, found {found}"
    elif ".." in text:
        low, high = map(float, text.split(".."))
        assert found is not None and low <= found <= high, f"{where}: {found} lies outside {text}"
    elif isinstance(expected, str):
        assert str(found or "") == expected, f"{where}: expected {expected}, found {found}"
    else:
        decimals = len(text.partition(".")[2])
        within = min(0.005, 0.5 * 10**-decimals) + 1e-9
        assert found is not None and found == pytest.approx(expected, abs=within), f"{where}: {text} != {found}"


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
