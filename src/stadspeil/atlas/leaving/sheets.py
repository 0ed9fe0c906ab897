"""A view as figures for a program: CSV, JSON, and a workbook with an explanation."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from stadspeil.atlas.leaving.about import About, Leaving, head_of, plain, table_of
from stadspeil.atlas.views import AS_LARGE, Cell, Column, Table, View
from stadspeil.disclosure import safe_cell

# Equal views give equal bytes: no clock in a file.
_MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_A_NAME = frozenset("[]:*?/\\'")
_NARROWEST, _WIDEST, _MEASURED_ROWS = 10, 44, 200
# What a sheet of Excel holds, less the head.
_MOST_ROWS = 1_048_575


def as_csv(view: View, about: About, part: str = "") -> Leaving:
    """One table: in Dutch with semicolons and decimal commas, as a Dutch spreadsheet opens it.

    Raises:  QuestionError for a table that the view does not have.
    """
    table, dutch = table_of(view, part), about.lang == "nl"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if dutch else ",")
    writer.writerow([each.key for each in table.columns])
    writer.writerows([_csv_cell(plain(row.get(each.key)), dutch) for each in table.columns] for row in table.rows)
    return Leaving("csv", "text/csv; charset=utf-8", text.getvalue().encode("utf-8-sig" if dutch else "utf-8"))


def as_json(view: View, about: About, part: str = "") -> Leaving:
    """Everything that the page says; of one table where that was asked for."""
    tables = (table_of(view, part),) if part else view.tables
    told = {
        "title": view.title, "reading": view.reading, "address": about.address, "invented": about.invented,
        "made": about.made, "notes": list(view.notes), "sources": list(view.sources),
        "tables": [
            {
                "id": table.id, "caption": table.caption,
                "columns": [{"key": each.key, "title": each.head, "unit": each.unit, "meaning": each.meaning}
                            for each in table.columns],
                "rows": [{each.key: plain(row.get(each.key)) for each in table.columns} for row in table.rows],
            }
            for table in tables
        ],
    }  # fmt: skip
    return Leaving("json", "application/json", json.dumps(told, ensure_ascii=False, indent=1).encode())


def as_workbook(view: View, about: About, part: str = "") -> Leaving:
    """A sheet of explanation, then a sheet per table."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": view.title[:250], "author": "Stadspeil", "created": _MADE})
    writer = _Sheets(book, about)
    writer.explanation(view)
    for table in view.tables:
        writer.table(table)
    book.close()
    return Leaving("xlsx", _WORKBOOK, packed.getvalue())


class _Sheets:
    """Writes sheets with one look."""

    def __init__(self, book: Any, about: About) -> None:
        self.book, self.about, self.taken = book, about, {"history"}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.name = book.add_format({"bold": True, "valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def explanation(self, view: View) -> None:
        """What the figures are, of what they were made, and where the page stands."""
        sheet = self.book.add_worksheet(self._free_name(self.about.words("leaving.explanation")))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 100)
        for line, (name, told) in enumerate(_explained(view, self.about)):
            sheet.write_string(line, 0, safe_cell(name), self.name)
            sheet.write_string(line, 1, safe_cell(told), self.wrap)

    def table(self, table: Table) -> None:
        """One table, its head in view while it scrolls."""
        sheet = self.book.add_worksheet(self._free_name(table.id))
        for place, column in enumerate(table.columns):
            self._column(sheet, place, column, table)
        sheet.freeze_panes(1, 1)
        if table.rows:
            sheet.autofilter(0, 0, min(len(table.rows), _MOST_ROWS), len(table.columns) - 1)

    def _column(self, sheet: Any, place: int, column: Column, table: Table) -> None:
        head = head_of(column, self.about.words)
        shape = self.book.add_format({"num_format": number_format(column)})
        sheet.write_string(0, place, safe_cell(head), self.head)
        widest = max((len(word) for word in head.split()), default=0) + 2
        for line, row in enumerate(table.rows[:_MOST_ROWS], start=1):
            cell = plain(row.get(column.key))
            if isinstance(cell, str):
                sheet.write_string(line, place, safe_cell(cell))
            elif cell is not None:
                sheet.write_number(line, place, cell, shape)
            if line <= _MEASURED_ROWS and cell is not None:
                widest = max(
                    widest, len(cell) + 2 if isinstance(cell, str) else len(f"{cell:,.{max(column.decimals, 0)}f}") + 1
                )
        sheet.set_column(place, place, min(max(widest, _NARROWEST), _WIDEST))

    def _free_name(self, wanted: str) -> str:
        """A name that Excel allows and that no other sheet has."""
        name = "".join("_" if each in _NOT_IN_A_NAME else each for each in wanted)[:28] or "tabel"
        free, number = name, 1
        while free.lower() in self.taken:
            number += 1
            free = f"{name[:26]}_{number}"
        self.taken.add(free.lower())
        return free


def number_format(column: Column) -> str:
    """How Excel writes the numbers of a column."""
    if column.kind == "year":
        return "0"
    if column.decimals == AS_LARGE:
        return "General"
    return "#,##0" + (f".{'0' * column.decimals}" if column.decimals else "")


def _explained(view: View, about: About) -> list[tuple[str, str]]:
    words = about.words
    told = [(words("leaving.title"), view.title), (words("leaving.reading"), view.reading)]
    if about.invented:
        told.append((words("leaving.mind"), words("page.invented")))
    told += [(words("leaving.note"), each) for each in view.notes]
    told += [(words("leaving.sheet", table=table.id), table.caption) for table in view.tables]
    for table in view.tables:
        told += [(f"{table.id}: {each.head}", each.meaning) for each in table.columns if each.meaning]
    told += [(words("leaving.source"), each) for each in view.sources]
    told += [(words("leaving.address"), about.address), (words("leaving.made"), about.made)]
    return told


def _csv_cell(cell: Cell, dutch: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_cell(cell)
    text = repr(cell) if isinstance(cell, float) else str(cell)
    return text.replace(".", ",") if dutch else text
