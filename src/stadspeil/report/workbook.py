"""The report as workbook: the same figures unrounded, to count on with. Texts are written as text, never as formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from stadspeil.report.appendix import lacking_entries
from stadspeil.report.document import Line, Report
from stadspeil.report.pages import finding_sentence, pages
from stadspeil.report.wording import Wording, wording

# A fixed moment instead of the clock: equal reports give equal bytes.
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
INK, SOFT, FAINT, WARNING = "#1d2530", "#5b6672", "#f0f0f0", "#ffe08a"
NARROW, WIDE, WIDEST = 11, 34, 80


@dataclass(frozen=True)
class Column:
    """A column of a sheet: key of its title, width, and the number format (empty: text or whole number)."""

    key: str
    width: int = NARROW
    form: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet with a header row: rows of cells, and for each row whether it is neutral (gray)."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    neutral: Sequence[bool] = ()


def report_workbook(report: Report) -> bytes:
    """The workbook as bytes."""
    import xlsxwriter

    words = wording(report.lang)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    title = words("document.full_title", town=report.town.name)
    book.set_properties({"title": title, "author": "Stadspeil", "created": MADE})
    writer = _Writer(book, words("document.banner") if report.invented else "")
    writer.write_about(words("workbook.about"), _about(report, words))
    for sheet in (_themes, _indicators, _comparison, _findings, _planned, _sources):
        writer.write_sheet(sheet(report, words), words)
    for name, table in report.tables.items():
        if table.height:
            writer.write_table(words(f"analysis_sheets.{name}"), table, words)
    book.close()
    return target.getvalue()


class _Writer:
    """Writes sheets in one look; an invented country's banner stands above each."""

    def __init__(self, book: Any, banner: str) -> None:
        self._book = book
        self._banner = banner
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write_about(self, name: str, rows: Iterable[tuple[str, str]]) -> None:
        """Running text: the style of a row and the text, one per line."""
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 110)
        looks = {
            "title": {"bold": True, "font_size": 18, "font_color": "#17466e"},
            "head": {"bold": True, "font_size": 12, "font_color": "#17466e", "top": 0},
            "text": {"text_wrap": True, "valign": "top"},
        }
        first = self._write_banner(sheet, 0)
        for number, (look, text) in enumerate(rows, start=first):
            sheet.write_string(number, 0, text, self._format(**looks[look]))

    def write_sheet(self, content: Sheet, words: Wording) -> None:
        """A table with a frozen header, a filter and a format per column."""
        sheet = self._book.add_worksheet(content.name)
        last = len(content.columns) - 1
        top = self._write_banner(sheet, last)
        head = self._format(bold=True, font_color=INK, bottom=2, text_wrap=True, valign="bottom")
        for number, column in enumerate(content.columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(top, number, words(f"columns.{column.key}"), head)
        for row_number, row in enumerate(content.rows):
            gray = bool(content.neutral) and content.neutral[row_number]
            for number, (column, value) in enumerate(zip(content.columns, row, strict=True)):
                self._write_cell(sheet, top + 1 + row_number, number, value, column, gray)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + max(1, len(content.rows)), last)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)

    def write_table(self, name: str, table: pl.DataFrame, words: Wording) -> None:
        """The table of an analysis as it is: a row per case, for pivot tables."""
        sheet = self._book.add_worksheet(name)
        last = table.width - 1
        top = self._write_banner(sheet, last)
        head = self._format(bold=True, font_color=INK, bottom=2, text_wrap=True, valign="bottom")
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, WIDE if table.schema[column] == pl.String else NARROW)
            sheet.write_string(top, number, words(f"analysis_columns.{column}"), head)
        for row_number, row in enumerate(table.iter_rows(), start=top + 1):
            for number, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_string(row_number, number, words("words.yes" if value else "words.no"))
                elif isinstance(value, str):
                    sheet.write_string(row_number, number, value)
                elif value is not None:
                    sheet.write_number(row_number, number, value)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, top + max(1, table.height), last)

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
        look: dict[str, Any] = {"valign": "top", **({"bg_color": FAINT} if gray else {})}
        if column.width >= WIDE:
            look["text_wrap"] = True
        if isinstance(value, _Number):
            sheet.write_number(row, number, value.value, self._format(num_format=value.form, **look))
        elif value is None or value == "":
            sheet.write_blank(row, number, None, self._format(**look))
        elif isinstance(value, (int, float)):
            form = column.form or "0"
            sheet.write_number(row, number, value, self._format(num_format=form, **look))
        else:
            sheet.write_string(row, number, str(value), self._format(**look))

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


@dataclass(frozen=True)
class _Number:
    """A number with a format of its own: values of different indicators have different decimals."""

    value: float
    form: str


def _value(value: float | None, decimals: int) -> _Number | None:
    return None if value is None else _Number(value, "#,##0" + ("." + "0" * decimals if decimals else ""))


MARK, ERROR = "0.00", "#,##0.0000"


def _about(report: Report, words: Wording) -> list[tuple[str, str]]:
    printed = pages(report)
    rows = [("title", printed["title"]), ("text", words("workbook.subtitle")), ("text", printed["first"]["intro"])]
    rows += [("text", " ".join(printed["first"]["sentences"])), ("text", words("workbook.judged_rows"))]
    rows += [("text", ""), ("head", words("workbook.sheets"))]
    for name in ("themes", "indicators", "comparison", "findings", "planned", "sources"):
        sentence = words(f"workbook.sheet_{name}", town=report.town.name)
        rows.append(("text", f"{words(f'workbook.{name}')}: {sentence}"))
    for part in (*printed["texts"], printed["groups"]):
        rows += [("text", ""), ("head", part["title"])]
        rows += [("text", f"{item['head']} {item['text']}") for item in part["items"]]
    years = report.years
    period = words.listing(list(dict.fromkeys(map(str, years)))) if years else ""
    rows += [("text", ""), ("head", words("workbook.cite_head"))]
    rows.append(("text", words("workbook.cite", town=report.town.name, years=period)))
    return rows


def _themes(report: Report, words: Wording) -> Sheet:
    columns = (
        Column("theme", WIDE), Column("id", WIDE), Column("kind", 18), Column("name", WIDE), Column("year"), Column("boundaries"),
        Column("mark", form=MARK), Column("rank"), Column("tied"), Column("ranked"), Column("note", WIDEST),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for line in (*report.themes, *report.composites):
        place = line.place
        rows.append(
            (line.title, line.id, words("workbook.kind_town"), report.town.name, line.year, line.boundaries, line.mark,
             place.rank, place.tied if place.rank else None, place.ranked or None, " ".join(line.notes))
        )  # fmt: skip
        for comparison, average in zip(report.comparisons, line.averages, strict=True):
            if average.present:
                rows.append(
                    (line.title, line.id, words(f"workbook.kind_{comparison.kind}"), comparison.title, line.year,
                     line.boundaries, average.mark, average.rank, None, average.ranked, "")
                )  # fmt: skip
    return Sheet(words("workbook.themes"), columns, rows)


def _indicators(report: Report, words: Wording) -> Sheet:
    columns = (
        Column("area"), Column("id", 30), Column("title", WIDE), Column("theme", 26), Column("judgement", 12), Column("year"),
        Column("boundaries"), Column("value", 13), Column("unit", 14), Column("n", 12, "#,##0"), Column("spread", 13, ERROR),
        Column("mark", form=MARK), Column("rank"), Column("tied"), Column("ranked"), Column("status", 14), Column("note", 20),
        Column("source", 30), Column("snapshot", 30), Column("reported"),
    )  # fmt: skip
    rows = [
        (report.town.code, each.id, each.title, each.theme, _judgement(each.direction, words), each.year, each.boundaries,
         _value(each.value, each.decimals), words.unit(each.unit), each.n, each.spread, each.mark, each.rank, each.tied,
         each.ranked, words(f"status.{each.status}", year=each.year), each.note, each.source, each.snapshots,
         words("words.yes" if each.reported else "words.no"))
        for each in report.history
    ]  # fmt: skip
    return Sheet(words("workbook.indicators"), columns, rows, [each.direction == "neutral" for each in report.history])


def _judgement(direction: str, words: Wording) -> str:
    return words("workbook.neutral" if direction == "neutral" else "workbook.judgement")


def _comparison(report: Report, words: Wording) -> Sheet:
    columns = (
        Column("id", 30), Column("title", WIDE), Column("judgement", 12), Column("year"), Column("kind", 14),
        Column("area", 16), Column("name", WIDE), Column("value", 13), Column("unit", 14), Column("mark", form=MARK),
        Column("rank"), Column("tied"), Column("ranked"), Column("members"), Column("present"),
    )  # fmt: skip
    lines = (*report.themes, *report.composites, *report.lines)
    found = [(line, row) for line in lines for row in _company_rows(report, line, words)]
    rows = [
        (line.id, line.title, _judgement(line.direction, words), line.year, *head, _value(value, line.decimals),
         words.unit(line.unit), *rest)
        for line, (head, value, rest) in found
    ]  # fmt: skip
    return Sheet(words("workbook.comparison"), columns, rows, [not line.judged for line, _ in found])


def _company_rows(
    report: Report, line: Line, words: Wording
) -> Iterable[tuple[tuple[Any, ...], float | None, tuple[Any, ...]]]:
    for town, place, (value, mark) in zip(report.towns, line.places, line.company, strict=True):
        rank = (place.rank, place.tied if place.rank else None, place.ranked or None)
        yield (words("workbook.kind_town"), town.code, town.name), value, (mark, *rank, None, None)
    for each, average in zip(report.comparisons, line.averages, strict=True):
        numbers = (average.mark, average.rank, None, average.ranked, average.members, average.present)
        yield (words(f"workbook.kind_{each.kind}"), each.id, each.title), average.value, numbers


def _findings(report: Report, words: Wording) -> Sheet:
    columns = (
        Column("direction"), Column("id", 30), Column("title", WIDE), Column("year"), Column("value", 13), Column("unit", 14),
        Column("mark", form=MARK), Column("place", 26), Column("sentence", WIDEST),
    )  # fmt: skip
    rows = [
        (words(f"workbook.direction_{side}"), line.id, line.title, line.year, _value(line.value, line.decimals),
         words.unit(line.unit), line.mark, words.place(line.place), finding_sentence(report, line, words))
        for side, lines in (("strong", report.strongest), ("weak", report.weakest))
        for line in lines
    ]  # fmt: skip
    return Sheet(words("workbook.findings"), columns, rows)


def _planned(report: Report, words: Wording) -> Sheet:
    columns = (
        Column("theme", WIDE),
        Column("id", WIDE),
        Column("title", 50),
        Column("state", 18),
        Column("reason", WIDEST),
    )
    rows = [
        (section.title, each.id, each.title, words(f"workbook.state_{state}"), each.reason)
        for section in report.all_sections
        for state, each in lacking_entries(section)
    ]
    return Sheet(words("workbook.planned"), columns, rows)


def _sources(report: Report, words: Wording) -> Sheet:
    columns = (
        Column("number"), Column("title", 50), Column("publisher", 20), Column("edition"), Column("table_id", 12),
        Column("boundaries"), Column("file_name", WIDE), Column("rows", form="#,##0"), Column("licence", 16),
        Column("checksum", 16), Column("snapshot", WIDE), Column("used"), Column("homepage", WIDE),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (each.number, each.title, each.publisher, each.edition, each.table_id, each.boundaries, each.file_name, each.rows,
         each.licence, each.checksum, each.snapshot, words("words.yes" if each.used else "words.no"), each.homepage)
        for each in report.sources
    ]  # fmt: skip
    left = (None,) * (len(columns) - 2)
    rows += [(None, f"{words('workbook.remark')}: {remark}", *left) for remark in report.remarks]
    return Sheet(words("workbook.sources"), columns, rows)
