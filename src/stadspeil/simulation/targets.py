"""What a calibration aims at: numbers of the evidence, or a user's own; never unseen one that was taken back."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Finding
from stadspeil.errors import QuestionError, SourceError

# Half a unit of the last digit in which the withdrawn numbers were printed.
_ROUNDING = 0.005
_COLUMNS = ("quantity", "value")


@dataclass(frozen=True)
class Target:
    """A number to aim at: `low` and `high` are what still agrees with it."""

    id: str
    quantity: str
    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class OwnTargets:
    """Targets of a user's file, and a sentence per target that looks like a number that was taken back."""

    targets: tuple[Target, ...]
    warnings: tuple[str, ...]


def targets_from(catalogue: Catalogue, ids: Iterable[str] = (), *, withdrawn_because: str = "") -> dict[str, Target]:
    """The findings of the evidence as targets, by id; without ids all that are in use as target.

    Raises:  QuestionError naming every withdrawn, numberless or unknown finding that was asked for. A withdrawn one is
             given only with a reason in `withdrawn_because`.
    """
    wanted = tuple(ids) or tuple(each.id for each in catalogue.evidence.values() if each.use == "target")
    found = {id: catalogue.finding(id) for id in wanted}
    problems = []
    for entry in found.values():
        if entry.value is None:
            problems.append(f"bevinding '{entry.id}' is een teken of volgorde en geen getal")
        elif entry.status == "withdrawn" and not withdrawn_because.strip():
            problems.append(_refusal(entry, catalogue))
    if problems:
        raise QuestionError(
            "doelen van de ijking", problems, "neem het juiste cijfer, of geef een reden om het ingetrokken te nemen"
        )
    return {id: _target(entry) for id, entry in found.items()}


def withdrawn_like(quantity: str, value: float, catalogue: Catalogue) -> Finding | None:
    """The withdrawn finding that a number of a quantity repeats; the most exact one, or none.

    A withdrawn range ("2 to 3") takes in every number inside it, unless a finding that stands agrees with the number.
    """
    same = [each for each in catalogue.evidence.values() if each.quantity == quantity and each.value is not None]
    gone = [each for each in same if each.status == "withdrawn"]
    for each in gone:
        if each.value is not None and abs(each.value - value) <= _ROUNDING + 1e-12:
            return each
    standing = any(
        each.low is not None and each.high is not None and each.low <= value <= each.high
        for each in same
        if each.status != "withdrawn"
    )
    ranges = (
        each for each in gone if each.low is not None and each.high is not None and each.low <= value <= each.high
    )
    return None if standing else next(ranges, None)


def read_targets(path: Path, catalogue: Catalogue) -> OwnTargets:
    """A user's own targets: a CSV file with columns quantity and value, and perhaps low, high and source.

    Raises:  SourceError naming every row that cannot be read. What repeats a withdrawn number is read, with a warning.
    """
    rows = _rows(path)
    known = {each.quantity for each in catalogue.evidence.values()}
    targets, warnings, problems = [], [], []
    for line, row in enumerate(rows, start=2):
        quantity = (row.get("quantity") or "").strip()
        numbers = {name: _number(row.get(name)) for name in ("value", "low", "high")}
        wrong = [name for name, each in numbers.items() if each is not None and not math.isfinite(each)]
        value = numbers["value"]
        if quantity not in known:
            problems.append(f"regel {line}: grootheid '{quantity}' staat niet in het bewijs")
        if wrong or value is None:
            problems.append(f"regel {line}: {', '.join(wrong) or 'value'} is geen getal")
        if quantity not in known or wrong or value is None:
            continue
        low, high = (value if numbers[name] is None else numbers[name] or 0.0 for name in ("low", "high"))
        if not low <= value <= high:
            problems.append(f"regel {line}: {value:g} ligt niet tussen low {low:g} en high {high:g}")
        targets.append(Target(f"regel_{line}", quantity, value, low, high, (row.get("source") or path.name).strip()))
        gone = withdrawn_like(quantity, value, catalogue)
        if gone is not None:
            warnings.append(
                f"{path.name}, regel {line}: {value:g} is een ingetrokken cijfer. {_refusal(gone, catalogue)}"
            )
    if problems:
        raise SourceError(f"bestand {path}", problems, "zie 'stadspeil list evidence' voor grootheden en hun getallen")
    return OwnTargets(tuple(targets), tuple(warnings))


def _rows(path: Path) -> list[Mapping[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise SourceError(f"bestand {path}", f"is niet te lezen ({fault})", "geef een CSV-bestand in UTF-8") from fault
    first = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in first else ",")
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise SourceError(
            f"bestand {path}", f"kolom {' en '.join(missing)} ontbreekt", "geef ten minste quantity en value"
        )
    return list(reader)


def _number(text: str | None) -> float | None:
    """The number in a cell, with a comma or a point; none where it is empty, NaN where it holds something else."""
    if text is None or not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan


def _target(entry: Finding) -> Target:
    value = entry.value or 0.0
    low, high = (value if each is None else each for each in (entry.low, entry.high))
    return Target(entry.id, entry.quantity, value, low, high, f"{entry.source} ({entry.date})")


def _refusal(entry: Finding, catalogue: Catalogue) -> str:
    right = catalogue.evidence.get(entry.replaced_by)
    instead = (
        "" if right is None or right.value is None else f"; juist is {_dutch(right.value)} ({right.id}, {right.source})"
    )
    said = "" if entry.value is None else f" ({_dutch(entry.value)} {entry.unit})"
    return f"'{entry.id}'{said} is ingetrokken: {entry.reason}{instead}"


def _dutch(number: float) -> str:
    return f"{number:g}".replace(".", ",")
