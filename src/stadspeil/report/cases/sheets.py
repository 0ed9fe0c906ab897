"""The tables of a business case as sheets of a workbook, and where their cells stand for formulas to point at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stadspeil.report.wording import Wording
from stadspeil.report.workbook_sheets import Column, Sheet

EURO, SHARE, FACTOR, PLAIN = "#,##0", "0.0%", "0.000000", "General"


@dataclass(frozen=True)
class Written:
    """A sheet whose columns have names. kinds: name -> (width, number format)."""

    key: str
    kinds: Mapping[str, tuple[int, str]]
    rows: Sequence[tuple[Any, ...]]

    def sheet(self, words: Wording, section: str = "case") -> Sheet:
        """As the workbook writes it; the text of a column is 'title|meaning|unit'.

        A column that says something else in this sheet than in others has a text of its own ([case.own_columns]).
        """
        own = words.texts[section].get("own_columns", {}).get(self.key, {})
        columns = []
        for name, (width, form) in self.kinds.items():
            title, meaning, unit = str(own.get(name) or words(f"{section}.columns.{name}")).split("|")
            columns.append(Column(title, width, form, meaning, unit))
        name, _, about = words(f"{section}.sheets.{self.key}").partition("|")
        return Sheet(f"tabel_{self.key}", name, about, tuple(columns), self.rows, frozen=1)


@dataclass(frozen=True)
class Cells:
    """Where the cells of sheets stand. `banner`: a row with the word 'invented' stands above each table."""

    names: Mapping[str, str]
    banner: bool

    def row(self, number: int) -> int:
        """The row in Excel of a row of a table, counted from 0."""
        return number + (3 if self.banner else 2)

    def one(self, written: Written, column: str, number: int) -> str:
        """A single cell."""
        return f"'{self.names[written.key]}'!${self._letter(written, column)}${self.row(number)}"

    def all(self, written: Written, column: str) -> str:
        """All cells of a column."""
        letter, last = self._letter(written, column), max(len(written.rows), 1) - 1
        return f"'{self.names[written.key]}'!${letter}${self.row(0)}:${letter}${self.row(last)}"

    def beside(self, written: Written, column: str, number: int) -> str:
        """A cell of the sheet itself."""
        return f"{self._letter(written, column)}{self.row(number)}"

    @staticmethod
    def _letter(written: Written, column: str) -> str:
        return letter_of(list(written.kinds).index(column))


def letter_of(number: int) -> str:
    """The letters of a column, counted from 0: A, ..., Z, AA."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
