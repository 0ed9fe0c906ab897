"""Every form that every page offers opens in the program it is for, and holds the numbers of the page's JSON."""

from __future__ import annotations

import csv
import io
import math
import re
from bisect import bisect_left
from functools import lru_cache
from html import unescape
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pptx
import pytest
from pdf_words import words_by_page
from PIL import Image
from site_addresses import plain
from starlette.testclient import TestClient

from stadspeil.disclosure import safe_cell

TYPES = {
    "csv": "text/csv; charset=utf-8", "json": "application/json", "pdf": "application/pdf", "png": "image/png",
    "svg": "image/svg+xml", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
EACH = [each for lang in ("nl", "en") for each in plain(lang)]


def offered(page: str) -> list[tuple[str, str]]:
    """Form and address of all that a page offers to take along."""
    found = [unescape(each) for each in re.findall(r'<a[^>]* href="([^"]*[?&;]als=[a-z]+[^"]*)"', page)]
    return sorted({(re.findall("als=([a-z]+)", each)[0], each) for each in found})


def same(read: Any, told: Any) -> bool:
    """Whether a cell of a file says what the JSON says: texts as they may stand in a cell, numbers to sixteen digits."""
    if told is None or told == "":
        return read in (None, "")
    if isinstance(told, str):
        return str(read) == safe_cell(told)
    return read not in (None, "") and math.isclose(float(read), told, rel_tol=1e-14, abs_tol=1e-300)


def rows_differ(read: list[list[Any]], table: dict[str, Any]) -> list[str]:
    keys = [each["key"] for each in table["columns"]]
    if len(read) != len(table["rows"]):
        return [f"{table['id']}: {len(read)} rows for {len(table['rows'])}"]
    return [
        f"{table['id']} {number} {key}: {cell!r} for {row[key]!r}"
        for number, (cells, row) in enumerate(zip(read, table["rows"], strict=True))
        for key, cell in zip(keys, [*cells, *[None] * (len(keys) - len(cells))], strict=True)
        if not same(cell, row[key])
    ][:5]


def csv_differs(content: bytes, told: dict[str, Any], dutch: bool) -> list[str]:
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";" if dutch else ","))
    found = [each for each in told["tables"] if [column["key"] for column in each["columns"]] == lines[0]]
    if not found:
        return [f"no table has the columns {lines[0]}"]
    return min((rows_differ(_undutch(lines[1:], table, dutch), table) for table in found), key=len)


def _undutch(lines: list[list[str]], table: dict[str, Any], dutch: bool) -> list[list[Any]]:
    if not dutch:
        return lines
    numbers = [any(isinstance(row[column["key"]], int | float) for row in table["rows"]) for column in table["columns"]]
    return [[cell.replace(",", ".") if number else cell for cell, number in zip(line, numbers, strict=True)] for line in lines]  # fmt: skip


@lru_cache(maxsize=1)
def sheets_of(content: bytes) -> list[list[list[Any]]]:
    """The cells of each sheet, by row."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def explanation_in(content: bytes) -> str:
    return " ".join(str(cell) for row in sheets_of(content)[0] for cell in row)


def workbook_differs(content: bytes, told: dict[str, Any], dutch: bool) -> list[str]:
    explained = explanation_in(content)
    found = [
        f"not explained: {each}" for each in (told["title"], told["reading"], *told["sources"]) if each not in explained
    ]
    for rows, table in zip(sheets_of(content)[1:], told["tables"], strict=True):
        found += rows_differ(rows[1:], table)
    return found


@lru_cache(maxsize=1)
def deck_of(content: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(content))


def is_among(number: float, known: list[float]) -> bool:
    """Whether a number is one of these, which stand in order, to six decimals and nine digits."""
    place = bisect_left(known, number)
    return any(math.isclose(number, each, abs_tol=1e-6) for each in known[max(place - 1, 0) : place + 1])


def slides_differ(content: bytes, told: dict[str, Any], dutch: bool) -> list[str]:
    deck = deck_of(content)
    found = [] if any(told["title"] in text for text in texts_of(deck)) else ["no slide has the title"]
    cells = [each for table in told["tables"] for row in table["rows"] for each in row.values()]
    known = sorted({each for each in cells if isinstance(each, int | float)})
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                shown = [each for series in shape.chart.plots[0].series for each in series.values if each is not None]
                if not shown:
                    found.append("an empty chart")
                # Bars of a range begin at its low end, a band ends at a sum: a chart may show two cells taken together.
                # Lines over the years hold six decimals.
                strange = [each for each in shown if not is_among(each, known)]
                if known and len(strange) > len(shown) * 0.75:
                    found.append(f"a chart with numbers that no table has: {strange[:4]}")
    return found


def texts_of(deck: Any) -> list[str]:
    return [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]


def pdf_differs(content: bytes, told: dict[str, Any], dutch: bool) -> list[str]:
    wanted = [told["title"], told["reading"], *(each["caption"] for each in told["tables"] if each["rows"])]
    flat = ""
    for page in words_by_page(content):
        flat += re.sub(r"\W+", "", page)
        wanted = [each for each in wanted if re.sub(r"\W+", "", each) not in flat]
        if not wanted:
            break
    return [f"the PDF does not say: {each}" for each in wanted]


def svg_differs(content: bytes, told: dict[str, Any], dutch: bool) -> list[str]:
    root = ElementTree.fromstring(content)
    names = {each.tag.rpartition("}")[2] for each in root.iter()}
    bad = [f"<{each}>" for each in names & {"script", "foreignObject", "iframe"}]
    bad += [name for each in root.iter() for name in each.attrib if name.startswith("on")]
    outside = [each for each in re.findall(rb'(?:href|src)="([^"#]+)"', content) if not each.startswith(b"data:")]
    return [*bad, *(each.decode() for each in outside), *([] if "text" in names else ["no text"])]


def png_differs(content: bytes, told: dict[str, Any], dutch: bool) -> list[str]:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        # Every fourth dot of every fourth line: to count those of a whole poster takes half a second.
        dots = picture.convert("RGB").resize((picture.width // 4, picture.height // 4), Image.Resampling.NEAREST)
        few = dots.getcolors(4)
        return (
            [] if few is None and min(picture.size) > 100 else [f"a picture of {picture.size}, colors: {few or 'many'}"]
        )


READERS = {"csv": csv_differs, "xlsx": workbook_differs, "pptx": slides_differ, "pdf": pdf_differs, "svg": svg_differs, "png": png_differs}  # fmt: skip


@pytest.mark.parametrize(("name", "address"), EACH)
def test_all_that_a_page_offers_opens_and_says_the_same(client: TestClient, name: str, address: str) -> None:
    page = client.get(address).text
    told = client.get(f"{address}{'&' if '?' in address else '?'}als=json").json()
    assert told["title"] and told["reading"], told
    forms = offered(page)
    if any(table["rows"] for table in told["tables"]) and 'class="leaving"' in page:
        assert {"csv", "xlsx", "json", "pdf", "pptx"} <= {form for form, _ in forms}
    found = []
    if address.startswith("/en") and name != "stad":
        # Made by the same code from the same view: of English, pages to print and pictures of one page are enough.
        forms = [(form, way) for form, way in forms if form in ("csv", "xlsx", "json", "frame")]
    for form, way in forms:
        answer = client.get(way)
        if form == "frame":
            assert answer.status_code == 200 and "frame-ancestors *" in answer.headers["content-security-policy"]
            continue
        assert answer.status_code == 200, (way, answer.text[:300])
        assert answer.headers["content-type"] == TYPES[form], way
        assert re.fullmatch(rf'attachment; filename="stadspeil-[\w.-]+\.{form}"', answer.headers["content-disposition"])
        if form in READERS:
            dutch = not address.startswith("/en")
            found += [f"{way}: {each}" for each in READERS[form](answer.content, told, dutch)]
        assert not told["invented"] or form in ("csv", "json", "png") or marked(form, answer.content), way
    assert found == []


def marked(form: str, content: bytes) -> bool:
    """Whether a file says that its figures are invented: it travels without its page."""
    said = {
        "xlsx": lambda: explanation_in(content),
        "pdf": lambda: words_by_page(content)[0],
        "pptx": lambda: " ".join(texts_of(deck_of(content))),
        "svg": lambda: content.decode(),
    }  # fmt: skip
    return bool(re.search("verzonnen|invented", said[form](), re.IGNORECASE))


def test_the_comparing_finds_a_difference(client: TestClient) -> None:
    """Each reader is shown a file of another answer, or another number."""
    told = client.get("/stad/GM9002?als=json").json()
    read = {form: client.get(f"/stad/GM9002?als={form}").content for form in ("csv", "xlsx", "pdf", "pptx")}
    assert [form for form in read if READERS[form](read[form], told, True)] == []
    other = client.get("/stad/GM9003?als=json").json()
    assert [form for form in read if not READERS[form](read[form], other, True)] == []
    row = next(each for table in told["tables"] for each in table["rows"] if isinstance(each.get("cijfer"), float))
    row["cijfer"] += 1e-9
    assert workbook_differs(read["xlsx"], told, True), "a difference in the ninth decimal is one"
    assert svg_differs(b'<svg onload="x"><script/></svg>', told, True)
    assert not marked("svg", b"<svg/>")
