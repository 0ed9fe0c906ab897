"""Strict readers of the two area files: which gemeenten there are, and which became which.

    areas/gemeenten.csv   code, name, province, first, last, evidence
    areas/changes.csv     date, from_code, to_code, kind, weight, evidence, source, note

A town's own workspace may hold files of the same shape. Every problem of a file is reported at once, by line.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, get_args

import polars as pl

from stadspeil.catalogue.entries import Evidence
from stadspeil.errors import CatalogueError

KINDS = ("merger", "rename", "split", "border")

GEMEENTEN_SCHEMA: dict[str, Any] = {
    "code": pl.String, "name": pl.String, "province": pl.String, "first": pl.Int16, "last": pl.Int16,
    "evidence": pl.String,
}  # fmt: skip
CHANGES_SCHEMA: dict[str, Any] = {
    "date": pl.Date, "from_code": pl.String, "to_code": pl.String, "kind": pl.String, "weight": pl.Float64,
    "evidence": pl.String, "source": pl.String, "note": pl.String,
}  # fmt: skip

_REMEDY = "Verbeter de genoemde regels; catalogue/areas/README.md zegt wat in elke kolom hoort."
_WEIGHT_TOLERANCE = 1e-6

Row = dict[str, Any]


def read_gemeenten(path: Path) -> pl.DataFrame:
    """The gemeenten of one file, in file order, or a CatalogueError with everything that is wrong."""
    parsers: dict[str, Callable[[str], Any]] = {
        "code": _code, "name": _text, "province": _text, "first": _year, "last": _year, "evidence": _evidence,
    }  # fmt: skip
    lines, problems = _read_rows(path, parsers)
    problems += _doubled(lines, ("code",))
    problems += [
        f"regel {number}: {row['code']} eindigt in {row['last']} en begint pas in {row['first']}"
        for number, row in lines
        if row["first"] and row["last"] and row["last"] < row["first"]
    ]
    return _frame(path, lines, problems, GEMEENTEN_SCHEMA)


def read_changes(path: Path) -> pl.DataFrame:
    """The changes of one file, in file order, or a CatalogueError with everything that is wrong."""
    parsers: dict[str, Callable[[str], Any]] = {
        "date": _date, "from_code": _code, "to_code": _code, "kind": _kind, "weight": _weight,
        "evidence": _evidence, "source": _text, "note": str,
    }  # fmt: skip
    lines, problems = _read_rows(path, parsers)
    problems += _doubled(lines, ("date", "from_code", "to_code"))
    problems += [
        f"regel {number}: {row['from_code']} kan niet in zichzelf overgaan"
        for number, row in lines
        if row["from_code"] == row["to_code"]
    ]
    if not problems:
        problems += weight_problems((f"regel {number}", row) for number, row in lines)
    return _frame(path, lines, problems, CHANGES_SCHEMA)


def weight_problems(rows: Iterable[tuple[str, Row]]) -> list[str]:
    """What is wrong with the weights: whole moves that are not whole, parts that do not add up."""
    problems: list[str] = []
    leaving: dict[tuple[date, str], list[Row]] = defaultdict(list)
    for where, row in rows:
        leaving[row["date"], row["from_code"]].append(row)
        if row["kind"] in ("merger", "rename") and row["weight"] != 1:
            problems.append(f"{where}: een {row['kind']} gaat in zijn geheel over, dus weight is 1")
    for (day, code), parts in leaving.items():
        problems += [f"{code} op {day}: {sentence}" for sentence in _parts_problems(parts)]
    return problems


def _parts_problems(parts: list[Row]) -> list[str]:
    kinds = {part["kind"] for part in parts}
    known = [part["weight"] for part in parts if part["weight"] is not None]
    total = math.fsum(known)
    if kinds & {"merger", "rename"} and len(parts) > 1:
        return ["gaat in zijn geheel over en kan daarnaast niet ook delen afstaan"]
    if len(kinds) > 1:
        return ["'split' (de gemeente verdwijnt) en 'border' (de gemeente blijft) gaan niet samen"]
    if kinds == {"split"} and len(parts) == 1:
        return ["een 'split' heeft minstens twee delen"]
    if kinds == {"split"} and len(known) == len(parts) and abs(total - 1) > _WEIGHT_TOLERANCE:
        return [f"de delen tellen op tot {total:.6f}, verwacht 1"]
    if kinds == {"split"} and known and len(known) < len(parts):
        return ["geef het gewicht van alle delen of van geen enkel deel"]
    if kinds == {"border"} and total >= 1:
        return [f"staat {total:.6f} af en blijft toch bestaan"]
    return []


def _read_rows(path: Path, parsers: dict[str, Callable[[str], Any]]) -> tuple[list[tuple[int, Row]], list[str]]:
    """Every readable row with its line number, and a sentence for every cell that cannot be read."""
    reader = csv.reader(io.StringIO(_content(path), newline=""), strict=True)
    lines: list[tuple[int, Row]] = []
    problems: list[str] = []
    try:
        header = next(reader, [])
        if header != list(parsers):
            raise CatalogueError(
                str(path), f"regel 1: kolommen zijn {', '.join(header)}; verwacht {', '.join(parsers)}", _REMEDY
            )
        for cells in reader:
            row, found = _read_row(cells, parsers)
            problems += [f"regel {reader.line_num}: {sentence}" for sentence in found]
            if row is not None:
                lines.append((reader.line_num, row))
    except csv.Error as error:
        problems.append(f"regel {reader.line_num}: geen geldige csv ({error})")
    return lines, problems


def _read_row(cells: list[str], parsers: dict[str, Callable[[str], Any]]) -> tuple[Row | None, list[str]]:
    if len(cells) != len(parsers):
        return None, [f"{len(cells)} kolommen gevonden, verwacht {len(parsers)}"]
    row: Row = {}
    problems = []
    for (name, parse), cell in zip(parsers.items(), cells, strict=True):
        try:
            row[name] = parse(cell.strip())
        except ValueError as error:
            problems.append(f"{name} is '{cell}', verwacht {error}")
    return (row if not problems else None), problems


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CatalogueError(str(path), "het bestand ontbreekt", "Zet het terug uit de broncode.") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(str(path), "het bestand is geen UTF-8", "Sla het op als csv in UTF-8.") from error


def _frame(path: Path, lines: list[tuple[int, Row]], problems: list[str], schema: dict[str, Any]) -> pl.DataFrame:
    if problems:
        raise CatalogueError(str(path), problems, _REMEDY)
    return pl.DataFrame([row for _, row in lines], schema=schema)


def _doubled(lines: list[tuple[int, Row]], key: tuple[str, ...]) -> list[str]:
    seen: dict[tuple[Any, ...], int] = {}
    problems = []
    for number, row in lines:
        found = tuple(row[name] for name in key)
        if found in seen:
            problems.append(f"regel {number}: {', '.join(map(str, found))} staat ook op regel {seen[found]}")
        seen.setdefault(found, number)
    return problems


def _code(text: str) -> str:
    if not re.fullmatch(r"GM\d{4}", text, flags=re.ASCII):
        raise ValueError("een code als GM0637")
    return text


def _text(text: str) -> str:
    if not text:
        raise ValueError("een tekst")
    return text


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"(19|20)\d\d", text, flags=re.ASCII):
        raise ValueError("een jaar als 2024, of niets")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("een datum als 2022-01-01") from error


def _weight(text: str) -> float | None:
    if not text:
        return None
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight <= 1:
        raise ValueError("een getal boven 0 en hoogstens 1, of niets als het niet bekend is")
    return weight


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(" of ".join(KINDS))
    return text


def _evidence(text: str) -> str:
    if text not in get_args(Evidence):
        raise ValueError(" of ".join(get_args(Evidence)))
    return text
