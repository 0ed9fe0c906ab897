"""The workbook in which a town hands in its own figures."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator
from stadspeil.sources.town_columns import (
    AREA_SHEET,
    INDICATOR_SHEET,
    LONG_HEADERS,
    LONG_SHEET,
    MAP_HEADERS,
    MAP_SHEET,
    README_SHEET,
    WIDE_KEYS,
    WIDE_SHEET,
)
from stadspeil.workspace import published_path

_LAST_ROW = 5_000
_EXPLANATION = (
    "Eigen cijfers voor Stadspeil",
    "",
    "Vul óf het blad 'Cijfers' in (een rij per gebied, jaar en cijfer), óf het blad 'Breed' (een rij per gebied en jaar, een kolom per cijfer).",
    "gebied: een code als GM0637, WK063701 of BU06370101. De cel is tekst, dus een nul vooraan blijft staan.",
    "jaar: het jaar waar het cijfer over gaat, vier cijfers.",
    "indicator: een id uit het blad 'Indicatoren'. Staat het uwe er niet bij, maak het dan in catalogue/indicators/ van uw werkmap.",
    "waarde: een getal in de eenheid van het cijfer. Leeg laten mag: dan is er niet gemeten. Vul nooit 0 in voor 'onbekend'.",
    "n: het aantal ondervraagden waar de waarde op berust, als u dat weet. Zonder marge rekenen wij die bij een aandeel uit n uit.",
    "marge: hoeveel het er naast kan zitten bij 95 % zekerheid, in de eenheid van het cijfer, als uw onderzoek dat geeft. Bij 7,8 ± 0,2 is de marge 0,2.",
    "Bij 'Breed': zet in het blad 'Kolommen' welke kolom welk cijfer is.",
    "Zet hier geen gegevens van personen, adressen of huishoudens in. Alleen cijfers over gebieden.",
    "Inlezen: stadspeil import <dit bestand>. Fouten worden per cel genoemd; er verandert niets zolang er een fout is.",
)  # fmt: skip


def own_indicators(catalogue: Catalogue) -> list[Indicator]:
    """Indicators for which a town may hand in figures."""
    formats = {each.id: each.format for each in catalogue.sources.values()}
    return [each for each in catalogue.indicators.values() if formats.get(each.source) == "town_workbook"]


def write_template(path: Path, catalogue: Catalogue, gemeenten: Sequence[tuple[str, str]] = ()) -> None:
    """Write an empty workbook to `path`. The same catalogue gives the same bytes.

    `gemeenten` are code and name of those to list; without, those that are there now.
    """
    with published_path(path) as temporary, xlsxwriter.Workbook(str(temporary), {"in_memory": True}) as book:
        book.set_properties({"title": "Eigen cijfers voor Stadspeil", "created": datetime.datetime(2026, 1, 1)})
        bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        wrapped, plain = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({})
        indicators = own_indicators(catalogue)
        _readme(book, bold, wrapped)
        _entry_sheet(book, LONG_SHEET, LONG_HEADERS, bold, text)
        _entry_sheet(book, WIDE_SHEET, WIDE_KEYS, bold, text)
        _validate(book, len(indicators))
        _list_sheet(book, MAP_SHEET, [MAP_HEADERS], bold)
        entries: list[tuple[str, ...]] = [("indicator", "titel", "eenheid", "mogelijk van", "tot", "betekenis")]
        entries += [(each.id, each.title, each.unit, *map(str, each.possible), each.definition) for each in indicators]
        _list_sheet(book, INDICATOR_SHEET, entries, bold)
        living = catalogue.gemeenten.filter(catalogue.gemeenten["last"].is_null()).sort("code")
        _list_sheet(
            book, AREA_SHEET, [("code", "naam"), *(gemeenten or living.select("code", "name").iter_rows())], bold
        )
        book.get_worksheet_by_name(LONG_SHEET).activate()
        plain.set_locked(False)


def _readme(book: xlsxwriter.Workbook, bold: object, wrapped: object) -> None:
    sheet = book.add_worksheet(README_SHEET)
    sheet.set_column(0, 0, 110)
    for number, line in enumerate(_EXPLANATION):
        sheet.write_string(number, 0, line, wrapped if number else bold)


def _entry_sheet(book: xlsxwriter.Workbook, name: str, headers: tuple[str, ...], bold: object, text: object) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for number, header in enumerate(headers):
        sheet.write_string(0, number, header, bold)
        sheet.set_column(
            number,
            number,
            34 if header in {"indicator", "opmerking"} else 14,
            text if header in {"gebied", "indicator"} else None,
        )


def _validate(book: xlsxwriter.Workbook, indicators: int) -> None:
    sheet = book.get_worksheet_by_name(LONG_SHEET)
    year = {
        "validate": "integer", "criteria": "between", "minimum": 1990, "maximum": 2100,
        "error_title": "Jaar", "error_message": "Geef een jaar van vier cijfers.",
    }  # fmt: skip
    sheet.data_validation(1, 1, _LAST_ROW, 1, year)
    book.get_worksheet_by_name(WIDE_SHEET).data_validation(1, 1, _LAST_ROW, 1, year)
    if indicators:
        source = f"='{INDICATOR_SHEET}'!$A$2:$A${indicators + 1}"
        sheet.data_validation(1, 2, _LAST_ROW, 2, {"validate": "list", "source": source, "error_type": "warning"})


def _list_sheet(book: xlsxwriter.Workbook, name: str, rows: Sequence[tuple[str, ...]], bold: object) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, str(cell), None if number else bold)
    sheet.set_column(0, 1, 38)
    sheet.set_column(2, 5, 16)
