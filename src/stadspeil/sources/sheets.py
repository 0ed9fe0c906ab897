"""A sheet of a workbook as texts, each where a person sees it.

The reader leaves out empty columns at the left and gives nothing for #DEEL/0! and its kind. Both are put back here:
an address in a message must be the one in Excel, and a cell that went wrong is not a cell that was left empty.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

import fastexcel
import polars as pl

from stadspeil.sources.guarded import column_number, pieces

_FILLED = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr\s*=\s*["']([A-Za-z]+)\d+["'][^>/]*>\s*<""")
_FAULTY = re.compile(rb"""<(?:\w+:)?c\b([^>]*?\st\s*=\s*["']e["'][^>]*)>(.*?)</(?:\w+:)?c>""", re.DOTALL)
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_TEXT = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")


def sheet_texts(book: fastexcel.ExcelReader, content: bytes, name: str) -> pl.DataFrame:
    """The cells of a sheet from A1 on. The workbook must have passed `workbook_problems`."""
    # Without skip_rows the reader drops empty rows at the top, and row numbers would not be those of the sheet.
    texts = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    left, faults = _edge_and_faults(content, name)
    empty = [pl.lit(None, dtype=pl.String).alias(f"leeg {number}") for number in range(left)]
    texts = texts.select(*empty, pl.all()) if texts.width else texts
    for place in sorted({place for _, place in faults if place < texts.width}):
        column = texts.to_series(place).to_list()
        for (row, there), fault in faults.items():
            if there == place and row < len(column) and column[row] is None:
                column[row] = fault
        texts.replace_column(place, pl.Series(texts.columns[place], column, dtype=pl.String))
    return texts


def _edge_and_faults(content: bytes, name: str) -> tuple[int, dict[tuple[int, int], str]]:
    """How many columns at the left are empty, and Excel's error texts by row and column, both from 0."""
    left: int | None = None
    faults: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = _entry(archive, name)
        for piece in pieces(archive, entry) if entry else ():
            if left != 0:
                found = [column_number(each) - 1 for each in set(_FILLED.findall(piece))]
                left = min(found, default=left) if left is None else min([left, *found])
            if b'"e"' in piece or b"'e'" in piece:
                faults.update(_faults(piece))
    return left or 0, faults


def _faults(piece: bytes) -> dict[tuple[int, int], str]:
    found = {}
    for attributes, inside in _FAULTY.findall(piece):
        address, text = _ADDRESS.search(b" " + attributes), _TEXT.search(inside)
        if address:
            place = (int(address[2]) - 1, column_number(address[1]) - 1)
            found[place] = text[1].decode("utf-8", "replace") if text else "#FOUT"
    return found


def _entry(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """The part that holds a sheet; nothing when the workbook does not say it in the usual way."""
    try:
        # Entities were refused before, so the plain parser of the standard library cannot be made to swell.
        sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter()
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id"): each.get("Target", "") for each in links}
        (sheet,) = (each for each in sheets if each.tag.endswith("}sheet") and each.get("name") == name)
        target = next(targets[value] for key, value in sheet.items() if key.endswith("}id"))
        return archive.getinfo(target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}")
    except (ElementTree.ParseError, KeyError, ValueError, StopIteration):
        return None
