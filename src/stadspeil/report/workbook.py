"""The report as workbook: the same figures unrounded, to count on with. Texts are written as text, never as formula."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from stadspeil.report.document import Report
from stadspeil.report.pages import pages
from stadspeil.report.wording import Wording, wording
from stadspeil.report.workbook_analyses import analysis_sheets
from stadspeil.report.workbook_sheets import WIDE, Column, Formula, Number, Sheet, report_sheets

# A fixed moment instead of the clock: equal reports give equal bytes.
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# Points of a line, and signs that fit in the wide column of running text.
_LINE_HEIGHT, _SIGNS = 15, 115
INK, FAINT, WARNING, ACCENT = "#1d2530", "#f0f0f0", "#ffe08a", "#17466e"


def report_workbook(report: Report) -> bytes:
    """The workbook as bytes: 'Lees mij', a sheet that explains every column, and a table per sheet."""
    import xlsxwriter

    words = wording(report.lang)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    title = words("document.full_title", town=report.town.name)
    book.set_properties({"title": title, "author": "Stadspeil", "created": MADE})
    writer = Writer(book, words("document.banner") if report.invented else "")
    sheets = [*report_sheets(report, words), *analysis_sheets(report, words)]
    writer.write_about(words("workbook.about"), _about(report, sheets, words))
    for sheet in (columns_sheet(sheets, words), *sheets):
        writer.write_sheet(sheet)
    book.close()
    return target.getvalue()


class Writer:
    """Writes sheets in one look; an invented country's banner stands above each."""

    def __init__(self, book: Any, banner: str) -> None:
        self._book = book
        self._banner = banner
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._looks: dict[tuple[str, bool, bool], Any] = {}

    def write_about(self, name: str, rows: Iterable[tuple[str, str]]) -> None:
        """Running text: the style of a row and the text, one per line."""
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 110)
        looks = {
            "title": {"bold": True, "font_size": 18, "font_color": ACCENT},
            "head": {"bold": True, "font_size": 12, "font_color": ACCENT, "top": 0},
            "text": {"text_wrap": True, "valign": "top"},
        }
        first = self._write_banner(sheet, 0)
        for number, (look, text) in enumerate(rows, start=first):
            sheet.write_string(number, 0, text, self._format(**looks[look]))
            if look == "text":
                # Not every program makes a row as high as its wrapped text.
                sheet.set_row(number, _LINE_HEIGHT * max(1, math.ceil(len(text) / _SIGNS)))
        sheet.fit_to_pages(1, 0)

    def write_sheet(self, content: Sheet) -> None:
        """An Excel table: one header row, frozen, with a filter and a format per column; no merged cells."""
        sheet = self._book.add_worksheet(content.name)
        last = len(content.columns) - 1
        top = self._write_banner(sheet, last)
        head = self._format(bold=True, font_color=INK, bottom=2, text_wrap=True, valign="bottom")
        for number, column in enumerate(content.columns):
            sheet.set_column(number, number, column.width)
        sheet.add_table(top, 0, top + max(1, len(content.rows)), last, {
            "name": content.id,
            "style": "Table Style Light 1",
            "banded_rows": False,
            "columns": [{"header": column.title, "header_format": head} for column in content.columns],
        })  # fmt: skip
        for row_number, row in enumerate(content.rows):
            gray = bool(content.neutral) and content.neutral[row_number]
            for number, (column, value) in enumerate(zip(content.columns, row, strict=True)):
                self._write_cell(sheet, top + 1 + row_number, number, value, column, gray)
        sheet.freeze_panes(top + 1, content.frozen)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)

    def _write_banner(self, sheet: Any, last: int) -> int:
        if not self._banner:
            return 0
        look = self._format(bold=True, bg_color=WARNING, font_color=INK)
        sheet.write_string(0, 0, self._banner, look)
        for number in range(1, last + 1):
            sheet.write_blank(0, number, None, look)
        sheet.set_header(f"&L{self._banner}")
        return 1

    def _write_cell(self, sheet: Any, row: int, number: int, value: Any, column: Column, gray: bool) -> None:
        wide = column.width >= WIDE
        if isinstance(value, Number):
            sheet.write_number(row, number, value.value, self._look(value.form, wide, gray))
        elif isinstance(value, Formula):
            form = self._look(value.form or column.form or "0", wide, gray)
            sheet.write_formula(row, number, value.text, form, value.value)
        elif value is None or value == "":
            sheet.write_blank(row, number, None, self._look("", wide, gray))
        elif isinstance(value, (int, float)):
            sheet.write_number(row, number, value, self._look(column.form or "0", wide, gray))
        else:
            sheet.write_string(row, number, str(value), self._look("", wide, gray))

    def _look(self, form: str, wide: bool, gray: bool) -> Any:
        """How a cell is shown; a workbook has hundreds of thousands of cells and a handful of looks."""
        found = self._looks.get((form, wide, gray))
        if found is None:
            asked: dict[str, Any] = {"num_format": form} if form else {}
            asked |= {"valign": "top", **({"bg_color": FAINT} if gray else {}), **({"text_wrap": True} if wide else {})}
            found = self._looks[form, wide, gray] = self._format(**asked)
        return found

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _about(report: Report, sheets: list[Sheet], words: Wording) -> list[tuple[str, str]]:
    printed = pages(report)
    rows = [("title", printed["title"]), ("text", words("workbook.subtitle")), ("text", printed["first"]["intro"])]
    rows += [("text", " ".join([*printed["first"]["sentences"], *printed["first"]["summary"]]))]
    rows += [("text", words("workbook.pivot")), ("text", words("workbook.judged_rows"))]
    rows += [("text", ""), ("head", words("workbook.sheets"))]
    rows.append(("text", f"{words('workbook.columns')}: {words('workbook.sheet_columns')}"))
    rows += [("text", f"{sheet.name}: {sheet.about}") for sheet in sheets]
    for part in (*printed["texts"], printed["groups"]):
        rows += [("text", ""), ("head", part["title"])]
        rows += [("text", f"{item['head']} {item['text']}") for item in part["items"]]
    years = report.years
    period = words.listing(list(dict.fromkeys(map(str, years)))) if years else ""
    rows += [("text", ""), ("head", words("workbook.cite_head"))]
    rows.append(("text", words("workbook.cite", town=report.town.name, years=period)))
    return rows


def columns_sheet(sheets: Iterable[Sheet], words: Wording) -> Sheet:
    """What every column of every sheet says, and in what unit."""
    columns = [
        Column(words(f"columns.{key}"), width)
        for key, width in (("sheet", 24), ("column", WIDE), ("meaning", 90), ("column_unit", 24))
    ]
    rows = [(sheet.name, each.title, each.meaning, each.unit) for sheet in sheets for each in sheet.columns]
    return Sheet("kolommen", words("workbook.columns"), "", tuple(columns), rows)
