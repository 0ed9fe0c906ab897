"""The sheets of the workbook that hold the figures, what they are compared with, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.report.appendix import lacking_entries
from stadspeil.report.document import Average, HistoryRow, Line, Report
from stadspeil.report.pages import finding_sentence
from stadspeil.report.standing import HALF_INTERVAL
from stadspeil.report.wording import Wording

NARROW, WIDE, WIDEST = 11, 34, 80
MARK, ERROR, SHARE = "0.00", "#,##0.0000", "0.0%"


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its title, width, number format (empty: text or whole number), meaning and unit."""

    title: str
    width: int = NARROW
    form: str = ""
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Number:
    """A number with a format of its own: values of different indicators have different decimals."""

    value: float
    form: str


@dataclass(frozen=True)
class Formula:
    """A cell that the program computes itself, with its value for who reads without computing."""

    text: str
    value: float | str
    form: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: id as Excel names it, name of the tab, what it holds, columns, rows, and which rows are neutral (gray)."""

    id: str
    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    neutral: Sequence[bool] = ()
    frozen: int = 0


def report_sheets(report: Report, words: Wording) -> list[Sheet]:
    """In reading order: figures, comparison, what stands out, definitions, what lacks, sources."""
    makers = (_figures, _comparison, _findings, _definitions, _planned, _sources)
    return [maker(report, words) for maker in makers]


def column(words: Wording, key: str, width: int = NARROW, form: str = "") -> Column:
    """A column with its texts; its note is 'what it says|unit'."""
    meaning, _, unit = words(f"column_notes.{key}").partition("|")
    return Column(words(f"columns.{key}"), width, form, meaning, unit)


def number(value: float | None, decimals: int) -> Number | None:
    """A number in the decimals of its indicator."""
    return None if value is None else Number(value, "#,##0" + ("." + "0" * decimals if decimals else ""))


def _sheet(key: str, columns: tuple[Column, ...], rows: Sequence[tuple[Any, ...]], report: Report, words: Wording,
           **options: Any) -> Sheet:  # fmt: skip
    about = words(f"workbook.sheet_{key}", town=report.town.name)
    return Sheet(f"tabel_{key}", words(f"workbook.{key}"), about, columns, rows, **options)


_FIGURES: tuple[tuple[str, int, str], ...] = (
    ("area", NARROW, ""), ("name", 20, ""), ("id", 30, ""), ("title", WIDE, ""), ("definition", 50, ""), ("theme", 26, ""),
    ("judgement", 12, ""), ("year", NARROW, ""), ("boundaries", NARROW, ""), ("reported", NARROW, ""),
    ("value", 13, ""), ("unit", 14, ""), ("margin", 13, ""), ("spread", 13, ERROR), ("n", 12, "#,##0"), ("status", 14, ""),
    ("mark", NARROW, MARK), ("mark_margin", NARROW, MARK), ("rank", NARROW, ""), ("tied", NARROW, ""), ("ranked", NARROW, ""),
    ("best_noise", NARROW, ""), ("worst_noise", NARROW, ""), ("best_noise_own", NARROW, ""), ("worst_noise_own", NARROW, ""),
    ("best_choices", NARROW, ""), ("worst_choices", NARROW, ""), ("lowest_tenth", NARROW, SHARE), ("hangs_on", 16, ""),
    ("group_value", 13, ""), ("group_mark", NARROW, MARK), ("group_rank", NARROW, ""), ("region_value", 13, ""),
    ("region_mark", NARROW, MARK), ("country_value", 13, ""), ("country_mark", NARROW, MARK), ("note", 20, ""),
    ("source", 40, ""), ("snapshot", 30, ""),
)  # fmt: skip
_RANGES = ("best_noise", "worst_noise", "best_noise_own", "worst_noise_own", "best_choices", "worst_choices",
           "lowest_tenth", "hangs_on")  # fmt: skip


def _figures(report: Report, words: Wording) -> Sheet:
    """Every figure of the town in every year, with all that is known of it: a row per figure, year and division."""
    columns = tuple(column(words, *each) for each in _FIGURES)
    table = report.tables.get("rank_ranges", pl.DataFrame())
    ranges = {(row["indicator"], row["year"], row["boundaries"]): row for row in table.to_dicts()}
    definitions = {each.id: each.definition for each in report.definitions}
    rows = [
        _figure(
            report, each, definitions.get(each.id, ""), ranges.get((each.id, each.year, each.boundaries), {}), words
        )
        for each in report.history
    ]
    neutral = [each.direction == "neutral" for each in report.history]
    return _sheet("figures", columns, rows, report, words, neutral=neutral, frozen=4)


def _figure(
    report: Report, each: HistoryRow, definition: str, ranges: dict[str, Any], words: Wording
) -> tuple[Any, ...]:
    decimals = each.decimals
    margin = None if each.spread is None else HALF_INTERVAL * each.spread
    mark_margin = None if each.mark_spread is None else HALF_INTERVAL * each.mark_spread
    found = [ranges.get(name) for name in _RANGES]
    hangs = found.pop()
    group, region, country = (_beside(report, each, kind) for kind in ("group", "region_net", "country"))
    return (
        report.town.code, report.town.name, each.id, each.title, definition, each.theme, _judgement(each.direction, words),
        each.year, each.boundaries, words("words.yes" if each.reported else "words.no"),
        number(each.value, decimals), words.unit(each.unit), number(margin, max(decimals, 1)), each.spread, each.n,
        words(f"status.{each.status}", year=each.year), each.mark, mark_margin, each.rank, each.tied, each.ranked,
        *found, words.said(hangs) if hangs else None,
        number(group.value, decimals), group.mark, group.rank, number(region.value, decimals), region.mark,
        number(country.value, decimals), country.mark, each.note, each.source_title, each.snapshots,
    )  # fmt: skip


def _beside(report: Report, each: HistoryRow, kind: str) -> Average:
    """The average of the own group (else the first), the net region or the country."""
    kinds = [comparison.kind for comparison in report.comparisons]
    if kind == "group" and report.own_group is not None:
        place: int | None = report.own_group
    else:
        place = kinds.index(kind) if kind in kinds else None
    return Average() if place is None or place >= len(each.averages) else each.averages[place]


def _judgement(direction: str, words: Wording) -> str:
    return words("workbook.neutral" if direction == "neutral" else "workbook.judgement")


def _comparison(report: Report, words: Wording) -> Sheet:
    """Long: a row per figure and per town, group, region or country; the sheet to pivot."""
    columns = tuple(
        column(words, *each)
        for each in (
            ("id", 30), ("title", WIDE), ("theme", 26), ("judgement", 12), ("year",), ("boundaries",), ("kind", 14), ("area", 16),
            ("name", WIDE), ("value", 13), ("unit", 14), ("mark", NARROW, MARK), ("rank",), ("tied",), ("ranked",), ("members",),
            ("present",),
        )
    )  # fmt: skip
    lines = (*report.themes, *report.composites, *report.lines)
    themes = {each.id: each.theme for each in report.definitions}
    found = [(line, row) for line in lines for row in _company_rows(report, line, words)]
    rows = [
        (line.id, line.title, themes.get(line.id, ""), _judgement(line.direction, words), line.year, line.boundaries, *head,
         number(value, line.decimals), words.unit(line.unit), *rest)
        for line, (head, value, rest) in found
    ]  # fmt: skip
    neutral = [not line.judged for line, _ in found]
    return _sheet("comparison", columns, rows, report, words, neutral=neutral, frozen=2)


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
    columns = tuple(
        column(words, *each)
        for each in (
            ("direction",), ("id", 30), ("title", WIDE), ("year",), ("value", 13), ("unit", 14), ("mark", NARROW, MARK),
            ("place", 26), ("sentence", WIDEST),
        )
    )  # fmt: skip
    rows = [
        (words(f"workbook.direction_{side}"), line.id, line.title, line.year, number(line.value, line.decimals),
         words.unit(line.unit), line.mark, words.place(line.place), finding_sentence(report, line, words))
        for side, lines in (("strong", report.strongest), ("weak", report.weakest))
        for line in lines
    ]  # fmt: skip
    return _sheet("findings", columns, rows, report, words)


def _definitions(report: Report, words: Wording) -> Sheet:
    """What every id means: indicators and composites, those without a number too."""
    columns = tuple(
        column(words, *each)
        for each in (
            ("id", 30), ("title", WIDE), ("definition", WIDEST), ("theme", 26), ("sort", 18), ("unit", 14), ("direction_of", 22),
            ("made_of", 60), ("levels", 24), ("source", 50), ("publisher", 30), ("state", 16), ("caveat", WIDEST),
        )
    )  # fmt: skip
    rows = [
        (each.id, each.title, each.definition, each.theme, words(f"workbook.sort_{each.sort}"), words.unit(each.unit),
         words(f"workbook.is_{each.direction}"), each.made_of, each.levels, each.source, each.publisher,
         words(f"workbook.state_{each.state}"), each.note)
        for each in report.definitions
    ]  # fmt: skip
    return _sheet("definitions", columns, rows, report, words, frozen=1)


def _planned(report: Report, words: Wording) -> Sheet:
    columns = tuple(
        column(words, *each)
        for each in (("theme", WIDE), ("id", WIDE), ("title", 50), ("state", 18), ("reason", WIDEST))
    )
    rows = [
        (section.title, each.id, each.title, words(f"workbook.state_{state}"), each.reason)
        for section in report.all_sections
        for state, each in lacking_entries(section)
    ]
    return _sheet("planned", columns, rows, report, words)


def _sources(report: Report, words: Wording) -> Sheet:
    columns = tuple(
        column(words, *each)
        for each in (
            ("number",), ("source", 50), ("publisher", 20), ("edition",), ("table_id", 12), ("boundaries",), ("file_name", WIDE),
            ("rows", NARROW, "#,##0"), ("licence", 16), ("checksum", 16), ("snapshot", WIDE), ("used",), ("homepage", WIDE),
        )
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (each.number, each.title, each.publisher, each.edition, each.table_id, each.boundaries, each.file_name, each.rows,
         each.licence, each.checksum, each.snapshot, words("words.yes" if each.used else "words.no"), each.homepage)
        for each in report.sources
    ]  # fmt: skip
    left = (None,) * (len(columns) - 2)
    rows += [(None, f"{words('workbook.remark')}: {remark}", *left) for remark in report.remarks]
    return _sheet("sources", columns, rows, report, words)
