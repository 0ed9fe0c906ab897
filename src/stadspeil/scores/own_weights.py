"""Weights that a user brings along in a file: TOML (deel = getal) or CSV with the columns deel and gewicht."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from stadspeil.errors import CatalogueError
from stadspeil.scores.part_weights import weight_problems

_HEADS = ("deel", "gewicht")
_REMEDY = "geef elk deel één gewicht van 0 of hoger, als 'deel = getal' (TOML) of met kolommen deel en gewicht (CSV)"


def read_own_weights(path: Path, parts: Sequence[str]) -> dict[str, float]:
    """The weight of each part. CatalogueError with everything that is wrong with the file, all at once."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise CatalogueError(str(path), f"kan niet worden gelezen: {fault.strerror}", _REMEDY) from fault
    except UnicodeDecodeError as fault:
        raise CatalogueError(str(path), f"geen geldige UTF-8 (byte {fault.start})", "bewaar het als UTF-8") from fault
    problems: list[str] = []
    given = _from_csv(text, problems) if path.suffix.lower() == ".csv" else _from_toml(text, problems)
    # What cannot be read as a number would be told a second time as a part without a weight.
    told = {name for name, value in given.items() if value is None}
    numbers = {name: value for name, value in given.items() if value is not None}
    if numbers or not problems:
        problems += weight_problems([part for part in parts if part not in told], numbers)
    if problems:
        raise CatalogueError(str(path), problems, _REMEDY)
    return numbers


def _from_toml(text: str, problems: list[str]) -> dict[str, float | None]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        problems.append(f"geen geldige TOML: {fault}")
        return {}
    found: dict[str, float | None] = {}
    for name, value in content.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        found[name] = float(value) if number else None
        if not number:
            problems.append(f"gewicht van '{name}' is {value!r}; verwacht een getal")
    return found


def _from_csv(text: str, problems: list[str]) -> dict[str, float | None]:
    mark = ";" if ";" in text.partition("\n")[0] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    heads = [each.strip().lower() for each in rows[0]] if rows else []
    missing = [name for name in _HEADS if name not in heads]
    if missing:
        problems.append(f"kolom {' en '.join(missing)} ontbreekt; gevonden: {', '.join(heads) or 'niets'}")
        return {}
    found: dict[str, float | None] = {}
    for line, row in enumerate(rows[1:], start=2):
        cells = dict(zip(heads, (each.strip() for each in row), strict=False))
        name, weight = (cells.get(head, "") for head in _HEADS)
        if not name and not weight:
            continue
        if name in found:
            problems.append(f"rij {line}: deel '{name}' staat er dubbel in")
        plain = weight.replace(",", ".")
        number = bool(re.fullmatch(r"-?\d+(\.\d+)?", plain))
        if not number:
            problems.append(f"rij {line}: gewicht '{weight}' van '{name}' is geen getal")
        found[name] = float(plain) if number else None
    return found
