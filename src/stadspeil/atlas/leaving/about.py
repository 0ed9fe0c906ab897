"""What every file that leaves has in common: what it tells of itself, what of the view it holds, how a cell is read."""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from stadspeil import __version__
from stadspeil.atlas.views import AS_LARGE, Asked, Cell, Column, Picture, Table, View
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording

Part = TypeVar("Part", Table, Picture)
# Columns that only a program reads: codes beside a name, and words that a page shows as a colour or a link.
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_FOR_PROGRAMS = frozenset({"id", "band", "code"})


@dataclass(frozen=True)
class About:
    """What every file tells of itself."""

    address: str
    lang: str
    invented: bool
    version: str
    words: Wording

    @property
    def made(self) -> str:
        """By what and from which results."""
        return f"Stadspeil {__version__} ({self.version})"


@dataclass(frozen=True)
class Leaving:
    """A file: its ending, its type and its content."""

    ending: str
    media_type: str
    content: bytes


def plain(cell: object) -> Cell:
    """A cell as text or as an ordinary number; None for what is no number at all."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, numbers.Integral):
        return int(cell)
    if isinstance(cell, numbers.Real):
        return float(cell) if math.isfinite(cell) else None
    return str(cell)


def said(row: Mapping[str, Cell], column: Column, words: Wording) -> str:
    """A cell of a row as the page writes it."""
    known = plain(row.get(column.key))
    if known is None or known == "":
        return words.number(None)
    if isinstance(known, str):
        return known
    if column.kind == "number":
        large = column.decimals == AS_LARGE
        return words.plain(known) if large else words.number(known, column.digits(known, row))
    return str(known)


def head_of(column: Column, words: Wording) -> str:
    """The head with its unit."""
    unit = words.unit(column.unit) if column.unit else ""
    return f"{column.head} ({unit})" if unit and unit not in column.head else column.head


def read_columns(table: Table) -> tuple[Column, ...]:
    """The columns that a reader needs; codes stay only where there is nothing else."""
    kept = tuple(
        each
        for each in table.columns
        if each.key not in _FOR_PROGRAMS and each.kind not in ("area", "figure") and not _holds_codes(table, each)
    )
    return kept or table.columns


def _holds_codes(table: Table, column: Column) -> bool:
    """Whether all texts of a column are words of ours, as very_favourable, and no language."""
    told = {cell for row in table.rows if isinstance(cell := row.get(column.key), str) and cell}
    return any("_" in each for each in told) and all(_CODE.fullmatch(each) for each in told)


def table_of(view: View, id: str) -> Table:
    """The table that was asked for, or the first. QuestionError where there is none."""
    return _chosen(view.tables, id, "tabel")


def picture_of(view: View, id: str) -> Picture:
    """The picture that was asked for, or the first. QuestionError where there is none."""
    return _chosen(view.pictures, id, "beeld")


def _chosen(parts: Sequence[Part], id: str, kind: str) -> Part:
    for each in parts:
        if not id or each.id == id:
            return each
    known = ", ".join(each.id for each in parts)
    raise QuestionError(
        f"{kind} '{id}'" if id else kind,
        f"dit heeft deze bladzijde niet; wel {known}" if known else "die heeft deze bladzijde niet",
        "kies een vorm onderaan de bladzijde",
    )


def file_name(view: View, asked: Asked, part: str, ending: str) -> str:
    """A name that tells page, place, figure and year: stadspeil-kaart-woz_waarde-2023.csv."""
    found = [view.page]
    for name, shown in (("stad", "code"), ("gebied", "code"), ("cijfer", "id"), ("niveau", "level"), ("jaar", "year")):
        told = asked.get(name) or view.more.get(shown) or ""
        if isinstance(told, str | int) and str(told) not in (*found, ""):
            found.append(str(told))
    words = [_slug(each) for each in (*found, part)]
    return f"{'-'.join(['stadspeil', *(each for each in words if each)])[:120]}.{ending}"


def _slug(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "-", flat).strip("-")[:48]
