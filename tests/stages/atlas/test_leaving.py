"""What leaves: every file opens in what reads it, and says the same figures as the page."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import time
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pypdf
import pytest
from pdf_words import words_by_page
from PIL import Image
from pptx import Presentation
from starlette.testclient import TestClient

from stadspeil.atlas.leaving import FORMS, About, leave, offered
from stadspeil.atlas.leaving.about import file_name, plain, read_columns
from stadspeil.atlas.leaving.pictures import size_of
from stadspeil.atlas.leaving.slides import _series_chart
from stadspeil.atlas.views import Asked, Column, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.drawing import dials, panels, places, slopes, waterfall
from stadspeil.report.drawing.content import (
    Course,
    Dial,
    Dials,
    Panel,
    Panels,
    PlaceRow,
    Places,
    Slope,
    Slopes,
    Step,
    Waterfall,
)
from stadspeil.report.drawing.paint import width_of

TOWN = "GM9002"
WORDS = words_of("nl")
ABOUT = About("http://127.0.0.1:8040/stad/GM9002", "nl", True, "abc123", WORDS)
HOSTILE = '=HYPERLINK("http://x";"klik")'

PLACES = Places(
    tuple(PlaceRow(f"Thema {n}", 3 + n, 30, (1 + n, 6 + n), (1, 12 + n) if n % 2 else None) for n in range(10))
)
YEARS = Course(((2005, 10.0, 2.0), (2006, 20.0, 2.0), (2008, 30.0, 2.0)))
PANELS = Panels("Stad", tuple(Panel(f"Cijfer {n}", "%", 1, YEARS, (("country", YEARS),)) for n in range(5)),
                (("country", "Land"),))  # fmt: skip
SLOPES = Slopes((Slope("Werk", 2012, 2022, 5, 6, ""),), (Slope("Werk", 2012, 2022, 5, 6, "favourable"),), (2019,))
FALL = Waterfall("Werk", 6.5, (Step("a", "4,0", -1.0, "-"), Step("b", "7,0", 0.25, "7,4")))
DIALS = Dials(
    (Dial("Werk", "open", True, "", 2024, -0.5, -0.2, (-0.6, 0.2)), Dial("Zorg", "open", False, "Niets")), 0.25, 2040
)
PICTURES = (
    Picture("plaatsen", places.places_svg(PLACES, WORDS), "Plaatsen", places.places_alt(PLACES, WORDS), "cijfers", PLACES),
    Picture("jaren", panels.panels_svg(PANELS, WORDS), "Jaren", panels.panels_alt(PANELS, WORDS), "cijfers", PANELS),
    Picture("helling", slopes.slopes_svg(SLOPES, WORDS), "Twee jaren", slopes.slopes_alt(SLOPES, WORDS), "cijfers", SLOPES),
    Picture("opbouw", waterfall.waterfall_svg(FALL, WORDS), "Opbouw", waterfall.waterfall_alt(FALL, WORDS), "cijfers", FALL),
    Picture("koers", dials.dials_svg(DIALS, WORDS), "Koers", dials.dials_alt(DIALS, WORDS), "cijfers", DIALS),
    Picture("kaartje", places.places_svg(PLACES, WORDS), "Een kaart", "Een kaart van alle buurten.", "cijfers"),
)  # fmt: skip
COLUMNS = (
    Column("gebied", "Code", "area"), Column("naam", "Naam"),
    Column("waarde", "Waarde", "number", 1, "%", "deel van alle woningen"), Column("marge", "Marge", "number", 1),
    Column("jaar", "Jaar", "year"),
)  # fmt: skip


def rows(number: int) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"gebied": f"BU{n:08}", "naam": HOSTILE if n == 1 else f"Buurt {n}", "waarde": n / 7,
         "marge": None if n % 3 else 0.25, "jaar": 2023}
        for n in range(number)
    )  # fmt: skip


def view(number: int = 75, pictures: tuple[Picture, ...] = PICTURES) -> View:
    return View(
        "profiel", "Waar staat Vierlingstad?", "Vierlingstad staat op 5 van 30 (3–8).",
        (Table("cijfers", "Cijfers van de buurten", COLUMNS, rows(number)),
         Table("tweede: [a/b]*?", "Nog een tabel", COLUMNS[1:3], rows(3)),
         Table("tweede: [a/b]/:", "Een derde", COLUMNS[1:3], (), note="Hier is niets over bekend.")),
        pictures, (Series("reeks", "bar", "Een reeks", ("a", "b"), {"Stad": (1.5, None), "Land": (2.0, 3.0)}),),
        ("Let op de marges.",), ("CBS, Kerncijfers, 2023 (CC BY 4.0)",), {"code": TOWN, "year": 2023},
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_equal_views_give_equal_bytes_also_a_second_later(form: str) -> None:
    first = leave(view(), form, ABOUT).content
    time.sleep(0.3)
    assert leave(view(), form, ABOUT).content == first


def test_csv_holds_every_row_unrounded_as_a_dutch_spreadsheet_reads_it() -> None:
    told = leave(view(), "csv", ABOUT).content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(told), delimiter=";"))
    assert len(found) == 75
    assert found[5]["waarde"] == "0,7142857142857143"
    assert found[5]["marge"] == "" and found[6]["marge"] == "0,25"
    assert found[1]["naam"] == f"'{HOSTILE}"


def test_an_english_csv_has_commas_and_points() -> None:
    about = dataclasses.replace(ABOUT, lang="en", words=words_of("en"))
    found = list(csv.DictReader(io.StringIO(leave(view(), "csv", about).content.decode())))
    assert float(found[5]["waarde"]) == 5 / 7


def test_another_table_of_the_page_leaves_by_its_name() -> None:
    told = leave(view(), "csv", ABOUT, "tweede: [a/b]*?").content.decode("utf-8-sig")
    assert told.splitlines()[0] == "naam;waarde" and len(told.splitlines()) == 4
    assert [each["id"] for each in json.loads(leave(view(), "json", ABOUT, "cijfers").content)["tables"]] == ["cijfers"]
    with pytest.raises(QuestionError, match="tabel 'weg'") as fault:
        leave(view(), "csv", ABOUT, "weg")
    assert "cijfers" in str(fault.value)


def test_json_says_all_and_is_json_also_where_a_figure_is_no_number() -> None:
    odd = dataclasses.replace(
        view(), tables=(Table("t", "T", COLUMNS[2:4], ({"waarde": float("nan"), "marge": float("inf")},)),)
    )
    told = json.loads(leave(odd, "json", ABOUT).content, parse_constant=lambda each: pytest.fail(each))
    assert told["tables"][0]["rows"] == [{"waarde": None, "marge": None}]
    assert told["invented"] and told["reading"].startswith("Vierlingstad")
    assert leave(odd, "csv", ABOUT).content.decode("utf-8-sig").splitlines()[1] == ";"
    openpyxl.load_workbook(io.BytesIO(leave(odd, "xlsx", ABOUT).content))


def test_the_workbook_explains_itself_and_holds_the_figures() -> None:
    book = openpyxl.load_workbook(io.BytesIO(leave(view(), "xlsx", ABOUT).content))
    first, own = book.worksheets[0], book.worksheets[1]
    told = {(row[0].value, row[1].value) for row in first.iter_rows()}
    assert ("Let op", "Verzonnen gegevens: Nieuwland bestaat niet.") in told
    assert ("cijfers: Waarde", "deel van alle woningen") in told
    assert ("Bron", "CBS, Kerncijfers, 2023 (CC BY 4.0)") in told
    assert ("Adres", ABOUT.address) in told
    assert [cell.value for cell in own[1]] == ["Code", "Naam", "Waarde (%)", "Marge", "Jaar"]
    assert own["C7"].value == 5 / 7 and own["C7"].number_format == "#,##0.0"
    assert own["E7"].value == 2023 and own["E7"].number_format == "0"
    assert own["D7"].value is None and own["D8"].value == 0.25
    assert own.freeze_panes == "B2" and own.auto_filter.ref == "A1:E76"
    assert own.column_dimensions["B"].width > own.column_dimensions["E"].width


def test_sheets_have_names_that_excel_allows_each_its_own() -> None:
    book = openpyxl.load_workbook(io.BytesIO(leave(view(), "xlsx", ABOUT).content))
    names = book.sheetnames
    assert len({each.lower() for each in names}) == 4
    assert all(0 < len(each) <= 31 and not set(each) & set("[]:*?/\\'") for each in names)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(leave(view(), "xlsx", ABOUT).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert f"'{HOSTILE}" in [cell.value for cell in cells]


def test_a_table_of_the_country_leaves_whole() -> None:
    large = dataclasses.replace(view(), tables=(Table("cijfers", "Alle buurten", COLUMNS, rows(14_500)),))
    book = openpyxl.load_workbook(io.BytesIO(leave(large, "xlsx", ABOUT).content), read_only=True)
    assert book.worksheets[1].max_row == 14_501
    assert len(leave(large, "csv", ABOUT).content.splitlines()) == 14_501
    told = " ".join(" ".join(words_by_page(leave(large, "pdf", ABOUT).content)).split())
    assert "De eerste 60 van 14.500 regels" in told


def test_the_pdf_is_tagged_and_says_all_that_the_page_says() -> None:
    content = leave(view(), "pdf", ABOUT).content
    read = pypdf.PdfReader(io.BytesIO(content))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert read.metadata is not None and read.metadata.title == "Waar staat Vierlingstad?"
    assert read.trailer["/Root"]["/Lang"] == "nl"
    told = " ".join(" ".join(words_by_page(content)).split())
    letters = "".join(" ".join(words_by_page(content, None)).split())
    assert "".join(told.split()) == letters, "two programs read other words"
    for wanted in ("Vierlingstad staat op 5 van 30 (3–8).", "De eerste 60 van 75 regels", "Hier is niets over bekend.",
                   "Verzonnen gegevens", "Let op de marges.", "CBS, Kerncijfers, 2023", ABOUT.address, "abc123",
                   "Waarde (%)", "0,7", "Waarde: deel van alle woningen"):  # fmt: skip
        assert wanted in told, wanted
    assert "BU00000005" not in told


def slides(told: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(told)).slides)


def test_slides_hold_native_charts_with_the_figures_and_a_table() -> None:
    found = slides(leave(view(), "pptx", ABOUT).content)
    assert found[0].shapes.title.text == "Waar staat Vierlingstad?"
    assert "Vierlingstad staat op 5 van 30 (3–8)." in [s.text_frame.text for s in found[0].shapes if s.has_text_frame]
    charts = [shape.chart for slide in found for shape in slide.shapes if shape.has_chart]
    # Places on two slides, five panels, a pair of slopes, a waterfall, and the series that no picture shows.
    assert len(charts) == 2 + 5 + 2 + 1 + 1
    assert list(charts[-1].plots[0].categories) == ["b", "a"]
    assert [tuple(each.values) for each in charts[-1].plots[0].series] == [(None, 1.5), (3.0, 2.0)]
    tables = [shape.table for slide in found for shape in slide.shapes if shape.has_table]
    assert [cell.text for cell in tables[1].rows[0].cells] == ["Naam", "Waarde (%)", "Marge", "Jaar"]
    assert [cell.text for cell in tables[1].rows[6].cells] == ["Buurt 5", "0,7", "–", "2023"]
    pictures = [shape for slide in found for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 1


def test_a_table_of_many_columns_stays_on_its_slide_and_cuts_no_word() -> None:
    many = tuple(Column(f"k{n}", "Gezondheidsvoorzieningen", "number", 1) for n in range(20))
    wide = dataclasses.replace(
        view(),
        pictures=(),
        series=(),
        tables=(Table("t", "T", (COLUMNS[1], *many), ({"naam": "a"} | {each.key: 1.0 for each in many},)),),
    )
    (table,) = [s for slide in slides(leave(wide, "pptx", ABOUT).content) for s in slide.shapes if s.has_table]
    assert 3 < len(table.table.columns) < 10
    assert min(each.width for each in list(table.table.columns)[1:]) > 4.5 * 360_000
    assert sum(each.width for each in table.table.columns) <= 30.9 * 360_000


@pytest.mark.parametrize(
    "caption",
    [
        "Mechanismen: cijfer naast de regio, en of de stad op koers ligt (vervolg)",
        "Costs and benefits per year, all parties together, not discounted",
        "Buurten die afwijken: de wijk valt ook op, of het is gunstig of neutraal",
    ],
)
def test_a_long_title_has_the_room_that_its_lines_take_in_a_wider_letter_too(caption: str) -> None:
    shown = dataclasses.replace(view(), pictures=(), series=(), tables=(Table("t", caption, COLUMNS, rows(20)),))
    for slide in slides(leave(shown, "pptx", ABOUT).content)[1:-1]:
        title = slide.shapes.title
        size = title.text_frame.paragraphs[0].font.size.pt
        lines = -(-1.15 * width_of(title.text, size, 600) // (title.width.pt - 15))
        assert title.height.pt >= lines * 1.17 * size
        below = [each.top for each in slide.shapes if each.has_table]
        assert below and min(below) >= title.top + title.height


def test_every_slide_has_a_title_a_note_and_nothing_without_words() -> None:
    deck = Presentation(io.BytesIO(leave(view(), "pptx", ABOUT).content))
    for slide in deck.slides:
        assert slide.shapes.title.text
        assert slide.notes_slide.notes_text_frame.text == "Vierlingstad staat op 5 van 30 (3–8)."
        assert any(shape.name == "banner" for shape in slide.shapes)
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width + 1
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height + 1
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr")
    last = " ".join(shape.text_frame.text for shape in deck.slides[-1].shapes if shape.has_text_frame)
    assert "Let op de marges." in last and "CBS, Kerncijfers" in last and ABOUT.address in last


def test_a_picture_stands_alone_with_title_description_and_notice() -> None:
    told = leave(view(), "svg", ABOUT, "jaren").content
    outer = ElementTree.fromstring(told)
    name = "{http://www.w3.org/2000/svg}"
    assert outer.find(f"{name}title").text == "Waar staat Vierlingstad?"
    assert outer.find(f"{name}desc").text == panels.panels_alt(PANELS, WORDS)
    assert outer.get("lang") == "nl" and outer.get("width") and outer.find(f"{name}svg") is not None
    words = " ".join(each.text or "" for each in outer.iter(f"{name}text"))
    assert "Nieuwland bestaat niet" in words and ABOUT.address in words
    assert "Cijfer 3" in words


def test_a_png_shows_the_drawing_in_colour_on_white() -> None:
    image = Image.open(io.BytesIO(leave(view(), "png", ABOUT).content)).convert("RGB")
    assert image.width == pytest.approx(1700, abs=10)
    colours = {colour for _, colour in image.getcolors(1_000_000)}
    assert (255, 255, 255) in colours and (0x1F, 0x5F, 0x99) in colours and (0xFF, 0xE0, 0x8A) in colours


def test_a_page_offers_only_what_it_has() -> None:
    bare = view(pictures=())
    offer = offered(bare, "/profiel/GM9002", {"jaar": "2023", "als": "frame"}, "http://h", "nl")
    assert [each.form for each in offer.ways] == ["csv", "xlsx", "pdf", "pptx", "json"]
    assert offer.ways[0].address == "/profiel/GM9002?jaar=2023&als=csv"
    assert [caption for caption, _ in offer.tables] == ["Cijfers van de buurten", "Nog een tabel", "Een derde"]
    full = offered(view(), "/p", {}, "http://h", "nl")
    assert {"png", "svg"} <= {each.form for each in full.ways}
    assert [caption for caption, _ in full.pictures] == [each.caption for each in PICTURES]
    assert 'src="http://h/p?als=frame"' in full.snippet and 'title="Waar staat Vierlingstad?"' in full.snippet
    with pytest.raises(QuestionError, match="beeld"):
        leave(bare, "png", ABOUT)


def test_a_hostile_title_does_not_break_out_of_the_frame_code() -> None:
    odd = dataclasses.replace(view(), title='"><script>alert(1)</script>')
    snippet = offered(odd, "/p", {"cijfer": '"onload="x'}, "http://h", "nl").snippet
    assert "<script" not in snippet and '"onload' not in snippet
    assert b"<script" not in leave(odd, "svg", ABOUT).content


def test_file_names_tell_page_place_and_year() -> None:
    assert file_name(view(), Asked("nl", "/p", {"gebied": TOWN}), "", "csv") == "stadspeil-profiel-GM9002-2023.csv"
    asked = Asked("nl", "/p", {}, {"cijfer": "woz_waarde", "jaar": "2020", "niveau": "../wijk"})
    assert file_name(view(), asked, "één tabel", "png") == "stadspeil-profiel-GM9002-woz_waarde-wijk-2020-een-tabel.png"


def test_plain_cells_and_columns() -> None:
    import numpy as np

    assert [plain(each) for each in (np.float32(0.5), np.int64(3), True, None, float("nan"), "x")] == [
        0.5, 3, 1, None, None, "x",
    ]  # fmt: skip
    assert [each.key for each in read_columns(view().tables[0])] == ["naam", "waarde", "marge", "jaar"]
    coded = ({"naam": "very_favourable", "waarde": 1.0}, {"naam": "middle", "waarde": 1.0})
    assert [each.key for each in read_columns(Table("t", "T", COLUMNS[1:3], coded))] == ["waarde"]
    assert size_of('<svg viewBox="0 0 10,20"/>') == (10, 20)


@pytest.mark.parametrize("address", [f"/stad/{TOWN}", "/kaart", f"/en/stad/{TOWN}"])
def test_every_form_of_a_page_says_what_its_json_says(client: TestClient, address: str) -> None:
    page = client.get(address).text
    told = client.get(f"{address}?als=json").json()
    table = told["tables"][0]
    for form in ("csv", "xlsx", "pdf", "pptx"):
        assert f"{address}?als={form}" in page
    read = csv.reader(io.StringIO(client.get(f"{address}?als=csv").content.decode("utf-8-sig")),
                      delimiter="," if address.startswith("/en") else ";")  # fmt: skip
    assert len(list(read)) == len(table["rows"]) + 1
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}?als=xlsx").content))
    for place, column in enumerate(table["columns"], start=1):
        cells = [book.worksheets[1].cell(line, place).value for line in range(2, len(table["rows"]) + 2)]
        # A workbook keeps sixteen digits.
        for cell, wanted in zip(cells, [row[column["key"]] for row in table["rows"]], strict=True):
            assert cell == (pytest.approx(wanted, rel=1e-14) if isinstance(wanted, float) else wanted)
    answer = client.get(f"{address}?als=pdf")
    assert told["title"] in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().replace("\n", " ")
    assert answer.headers["content-disposition"].startswith('attachment; filename="stadspeil-')
    assert answer.headers["etag"]
    found = slides(client.get(f"{address}?als=pptx").content)
    assert found[0].shapes.title.text == told["title"]


def test_a_form_that_is_not_there_is_said_in_words(client: TestClient) -> None:
    for query, named in (("als=docx", "docx"), ("als=csv&tabel=weg", "weg"), ("als=png&beeld=x", "beeld")):
        answer = client.get(f"/stad/{TOWN}?{query}")
        assert answer.status_code == 404 and named in answer.text and "Traceback" not in answer.text


def test_a_frame_has_no_menu_and_leads_back(client: TestClient) -> None:
    page = client.get(f"/stad/{TOWN}?als=frame").text
    assert "<nav aria-label" not in page and f'href="/stad/{TOWN}" target="_blank"' in page


def test_whole_euros_on_slides_have_no_decimals(client: TestClient) -> None:
    told = [
        cell.text
        for slide in slides(client.get("/agenda/agenda_vierlingstad?als=pptx").content)
        for shape in slide.shapes if shape.has_table
        for row in shape.table.rows for cell in row.cells
    ]  # fmt: skip
    assert any(re.fullmatch(r"\d{1,3}(\.\d{3})+", each) for each in told)
    assert not [each for each in told if re.search(r"\d\.\d{3},\d", each)]


@pytest.mark.parametrize(("largest", "shape"), [(2_000_000.0, "#,##0"), (8.5, "General")])
def test_the_axis_of_a_chart_with_thousands_has_no_decimals(largest: float, shape: str) -> None:
    chart = _series_chart(
        Presentation().slides.add_slide(Presentation().slide_layouts[6]),
        Series("x", "line", "x", ("2026", "2027"), {"a": (1.0, largest), "b": (None, None)}), (1.0, 1.0, 9.0, 9.0),
    ).chart  # fmt: skip
    assert chart.value_axis.tick_labels.number_format == shape
