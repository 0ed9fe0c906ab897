"""The PDF: accessible, complete, the same every time."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdf
import pytest
from pdf_words import words_by_page

from stadspeil.catalogue import Catalogue
from stadspeil.report import Material, report_model
from stadspeil.report.document import Chapter, Drawing, Heading
from stadspeil.report.figures import figures
from stadspeil.report.pages import chapter_page, pages
from stadspeil.report.pdf import report_pdf
from stadspeil.report.wording import wording


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, bool], bytes]:
    return {}


@pytest.fixture
def pdf(made: dict[tuple[str, bool], bytes], material: Material, catalogue: Catalogue, country: Any) -> Any:
    """The PDF in a language, made once for the module."""

    def make(lang: str = "nl", invented: bool = False) -> pypdf.PdfReader:
        if (lang, invented) not in made:
            chosen = replace(material, snapshots=(country.snapshot(invented=invented),))
            made[lang, invented] = report_pdf(report_model(chosen, catalogue, country.town, lang))
        return pypdf.PdfReader(io.BytesIO(made[lang, invented]))

    return make


def text_of(reader: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def elements(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from elements(each)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


@pytest.mark.parametrize(("lang", "title"), [("nl", "Staat van de stad"), ("en", "State of the town")])
def test_it_is_tagged_and_has_language_and_title(pdf: Any, lang: str, title: str) -> None:
    reader = pdf(lang)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == lang
    assert reader.metadata.title == f"{title}: Waterwijk aan de Vaart"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_it_carries_no_date(pdf: Any) -> None:
    assert pdf().metadata.creation_date is None


def test_every_figure_has_a_text_for_who_cannot_see_it(pdf: Any) -> None:
    found = [each for each in elements(pdf().trailer["/Root"]["/StructTreeRoot"]["/K"]) if each["/S"] == "/Figure"]
    assert len(found) == 4
    assert all("plaats" in str(each["/Alt"]) for each in found)


def test_headings_go_down_one_step_at_a_time(pdf: Any) -> None:
    kinds = [str(each["/S"]) for each in elements(pdf().trailer["/Root"]["/StructTreeRoot"]["/K"])]
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_it_has_a_sane_number_of_pages_none_of_them_empty(pdf: Any) -> None:
    reader = pdf()
    assert 5 <= len(reader.pages) <= 12
    assert all(len(page.extract_text()) > 100 for page in reader.pages)


def test_all_titles_of_the_town_are_in_the_text(pdf: Any) -> None:
    text = text_of(pdf())
    for id in ("tevreden", "overlast", "eengezins", "baan", "uitkering", "ruis", "geheim", "afwezig", "gepland"):
        assert f"Titel van {id}" in text, id


def test_the_tie_is_written_out(pdf: Any) -> None:
    assert "gedeeld 4–6 van 30" in text_of(pdf())


def test_the_cautions_of_the_study_are_in_it(pdf: Any) -> None:
    text = text_of(pdf())
    for word in ("betrekkelijk", "buurgemeente telt mee", "vlakt af", "geen oorzaak", "niet één theorie"):
        assert word in text, word


def test_an_invented_country_is_called_so_on_every_page(pdf: Any) -> None:
    for lang, banner in (("nl", "Verzonnen gegevens"), ("en", "Invented figures")):
        assert all(banner in page.extract_text() for page in pdf(lang, True).pages)


def test_a_real_country_has_no_banner(pdf: Any) -> None:
    assert "Verzonnen" not in text_of(pdf())


def test_equal_inputs_give_equal_bytes(material: Material, catalogue: Catalogue, country: Any) -> None:
    first, second = (report_pdf(report_model(material, catalogue, country.town)) for _ in range(2))
    assert first == second


def test_remarks_on_other_areas_are_counted_and_not_shown(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    remarks = pages(report_model(material, catalogue, country.town))["remarks"]
    assert remarks["items"] == ["Tabel 99999NED: een kolom ontbrak."]
    assert "1" in remarks["more"]


def test_a_note_for_many_lines_is_said_once(material: Material, catalogue: Catalogue, country: Any) -> None:
    chosen = {id: replace(each, note="Voor allemaal.") for id, each in catalogue.indicators.items()}
    report = report_model(material, replace(catalogue, indicators=chosen), country.town)
    table = pages(report)["sections"][0]["judged_table"]
    assert [row["letters"] for row in table["rows"]] == ["a", "a"]
    assert [note["text"] for note in table["notes"]] == ["Voor allemaal."]


def test_a_long_figure_goes_on_overleaf_under_the_same_head(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    report = report_model(material, catalogue, country.town)
    lines = (replace(report.lines[0], title="Een onderwerp met een titel van twee regels"),) * 40
    words = wording("nl")
    (figure,) = figures(report, lines, "Titel", words)
    assert len(figure["rows"]) == 40 and figure["caption"] == "Titel"
    section = next(each for each in report.sections if each.judged)
    told = words_by_page(report_pdf(replace(report, sections=(replace(section, judged=lines), *report.sections))))
    caption = words("theme.judged_caption", theme=section.title)
    (start,) = (number for number, page in enumerate(told) if caption in page and words("heads.value") not in page)
    assert words("figure.marks_head") in told[start] and words("figure.marks_head") in told[start + 1]


def filled(page: pypdf.PageObject) -> float:
    """How far down a page its words go, the line at its foot left out: 0 at the top, 1 at the foot."""
    heights: list[float] = []

    def seen(said: str, outer: Any, inner: Any, *_: Any) -> None:
        if said.strip():
            heights.append(inner[4] * outer[1] + inner[5] * outer[3] + outer[5])

    page.extract_text(visitor_text=seen)
    whole = float(page.mediabox.height)
    return max((1 - each / whole for each in heights if each > 0.08 * whole), default=0.0)


def test_no_page_but_the_last_is_left_half_empty(material: Material, catalogue: Catalogue, country: Any) -> None:
    report = report_model(material, catalogue, country.town)
    section = next(each for each in report.sections if each.judged)
    sections = [replace(section, id=f"s{size}", judged=(report.lines[0],) * size) for size in (12, 9, 20, 14)]
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(replace(report, sections=tuple(sections)))))
    assert [number for number, page in enumerate(reader.pages[1:-1], 2) if filled(page) < 0.6] == []


SMALL, TALL = '<svg viewBox="0 0 680 100"></svg>', '<svg viewBox="0 0 680 600"></svg>'


@pytest.mark.parametrize(
    ("parts", "floats"),
    [
        (("Inleiding.", Drawing(TALL, "", ""), "Een zin. " * 300), True),
        (("Inleiding.", Drawing(SMALL, "", ""), "Een zin. " * 300), False),
        (("Inleiding.", Drawing(TALL, "", ""), "Een zin."), False),
        (("Inleiding.", Drawing(TALL, "", ""), Drawing(SMALL, "", ""), "Een zin. " * 300), False),
        (("Inleiding.", Heading("Kop"), Drawing(TALL, "", ""), "Een zin. " * 300), False),
    ],
)
def test_a_tall_drawing_goes_to_the_foot_of_a_page_only_where_enough_of_its_chapter_follows(
    parts: tuple[str | Heading | Drawing, ...], floats: bool
) -> None:
    page = chapter_page(Chapter("x", "X", parts))
    assert next(part["floats"] for part in page["parts"] if part["kind"] == "drawing") == floats


def test_findings_speak_of_values_and_places_and_not_of_causes(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    sides = pages(report_model(material, catalogue, country.town))["findings"]["sides"]
    texts = [item["text"] for side in sides for item in side["items"]]
    assert texts
    assert all("Plaats" in text and "cijfer" in text for text in texts)
    assert not any(re.search(r"\b(door|omdat|doordat|oorzaak|dankzij)\b", text) for text in texts)
