"""A view leaves as a file: CSV, workbook with an explanation, JSON, slides with native charts, a picture."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import xlsxwriter

from stadspeil import __version__
from stadspeil.atlas.views import Cell, Column, Table, View
from stadspeil.disclosure import safe_cell
from stadspeil.errors import QuestionError


@dataclass(frozen=True)
class About:
    """What every file tells of itself."""

    address: str
    lang: str
    invented: bool
    version: str
    words: Callable[..., str]


@dataclass(frozen=True)
class Leaving:
    """A file: its ending, its type and its content."""

    ending: str
    media_type: str
    content: bytes


def leave(view: View, form: str, about: About) -> Leaving:
    """The view in a form.

    Raises:  QuestionError for a form that there is not.
    """
    if form not in FORMS:
        raise QuestionError(f"vorm '{form}'", f"die is er niet; wel {', '.join(FORMS)}", "kies een van deze")
    return FORMS[form](view, about)


def as_csv(view: View, about: About) -> Leaving:
    """The first table: in Dutch with semicolons and decimal commas, as a Dutch spreadsheet opens it."""
    dutch = about.lang == "nl"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if dutch else ",")
    for table in view.tables[:1]:
        writer.writerow([each.key for each in table.columns])
        for row in table.rows:
            writer.writerow([_csv_cell(row.get(each.key), dutch) for each in table.columns])
    return Leaving("csv", "text/csv; charset=utf-8", text.getvalue().encode("utf-8-sig" if dutch else "utf-8"))


def as_json(view: View, about: About) -> Leaving:
    """Everything that the page says."""
    told = {
        "title": view.title, "reading": view.reading, "address": about.address, "invented": about.invented,
        "notes": list(view.notes), "sources": list(view.sources),
        "tables": [
            {
                "id": table.id, "caption": table.caption,
                "columns": [{"key": each.key, "title": each.head, "unit": each.unit, "meaning": each.meaning}
                            for each in table.columns],
                "rows": [{each.key: row.get(each.key) for each in table.columns} for row in table.rows],
            }
            for table in view.tables
        ],
    }  # fmt: skip
    return Leaving("json", "application/json", json.dumps(told, ensure_ascii=False, indent=1).encode())


def as_workbook(view: View, about: About) -> Leaving:
    """A sheet of explanation, then a sheet per table."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet(about.words("leaving.explanation"))
    first.set_column(0, 0, 24)
    first.set_column(1, 1, 96, wrap)
    for number, (name, text) in enumerate(_explained(view, about)):
        first.write_string(number, 0, name, head)
        first.write_string(number, 1, safe_cell(text), wrap)
    taken: set[str] = {first.get_name().lower()}
    for table in view.tables:
        _sheet(book, table, head, taken)
    book.close()
    return Leaving(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", packed.getvalue()
    )  # fmt: skip


def _explained(view: View, about: About) -> list[tuple[str, str]]:
    words = about.words
    told = [(words("leaving.title"), view.title), (words("leaving.reading"), view.reading)]
    if about.invented:
        told.append((words("leaving.mind"), words("page.invented")))
    told += [(words("leaving.note"), each) for each in view.notes]
    for table in view.tables:
        told += [(f"{table.id}: {each.head}", each.meaning) for each in table.columns if each.meaning]
    told += [(words("leaving.source"), each) for each in view.sources]
    told.append((words("leaving.address"), about.address))
    told.append((words("leaving.made"), f"Stadspeil {__version__} ({about.version})"))
    return told


def _sheet(book: xlsxwriter.Workbook, table: Table, head: object, taken: set[str]) -> None:
    name = "".join("_" if each in "[]:*?/\\" else each for each in table.id)[:28]
    while name.lower() in taken:
        name = f"{name[:26]}_{len(taken)}"
    taken.add(name.lower())
    sheet = book.add_worksheet(name)
    formats = [book.add_format({"num_format": _number_format(each)}) for each in table.columns]
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.head, head)
        sheet.set_column(place, place, 34 if column.kind == "text" and place == 0 else 16)
        for line, row in enumerate(table.rows, start=1):
            cell = row.get(column.key)
            if isinstance(cell, str):
                sheet.write_string(line, place, safe_cell(cell))
            elif cell is not None:
                sheet.write_number(line, place, cell, formats[place])
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _number_format(column: Column) -> str:
    if column.kind == "year":
        return "0"
    return "#,##0" + (f".{'0' * column.decimals}" if column.decimals else "")


def _csv_cell(cell: Cell, dutch: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_cell(cell)
    text = repr(cell) if isinstance(cell, float) else str(cell)
    return text.replace(".", ",") if dutch else text


FORMS: dict[str, Callable[[View, About], Leaving]] = {"csv": as_csv, "xlsx": as_workbook, "json": as_json}
