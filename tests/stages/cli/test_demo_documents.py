"""Every document on Nieuwland in both languages: how many pages, tagged, titled, and with words for every picture."""

from __future__ import annotations

import functools
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pdf_words import words_by_page
from pypdf import PdfReader

Command = Callable[..., "subprocess.CompletedProcess[str]"]
TOWN, BUURT = "GM9002", "BU90020104"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["nl", "en"])
def made(
    request: pytest.FixtureRequest, demo: Path, stadspeil: Command, tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """The language, and the folder with its documents."""
    lang, out = str(request.param), tmp_path_factory.mktemp("documenten")
    asked = (
        ["--town", TOWN],
        ["--town", TOWN, "--brief"],
        ["--buurt", BUURT],
        ["--group", "nta"],
        ["--group", f"{TOWN},GM9005"],
    )
    for words in asked:
        done = stadspeil("report", *words, "--lang", lang, "--out", out, "--workspace", demo / "werkmap")
        assert done.returncode == 0, done.stderr
    return lang, out


def reader(made: Any, stem: str) -> PdfReader:
    lang, out = made
    return PdfReader(io.BytesIO((out / f"{stem}-{lang}.pdf").read_bytes()))


@pytest.fixture(scope="module")
def read(made: Any) -> Callable[[str], list[str]]:
    """The words of each page of a document; those of a report take seconds to find, and are found once."""

    @functools.cache
    def pages(stem: str) -> list[str]:
        lang, out = made
        return words_by_page((out / f"{stem}-{lang}.pdf").read_bytes())

    return pages


@pytest.mark.parametrize(("stem", "pages"), [(f"brief-{TOWN}", 2), (f"buurtblad-{BUURT}", 1)])
def test_a_leaflet_has_exactly_its_pages(made: Any, stem: str, pages: int) -> None:
    assert len(reader(made, stem).pages) == pages


def test_the_summary_is_one_page(made: Any, read: Callable[[str], list[str]]) -> None:
    first, second = (" ".join(page.split()) for page in read(f"rapport-{TOWN}")[:2])
    reading, standing = {
        "nl": ("Een paar plaatsen verschil zegt weinig", "Waar staat Vierlingstad?"),
        "en": ("A difference of a few places means little", "Where does Vierlingstad stand?"),
    }[made[0]]
    assert reading in first and reading not in second
    assert standing in second


@pytest.mark.parametrize(
    "stem", [f"rapport-{TOWN}", f"brief-{TOWN}", f"buurtblad-{BUURT}", "overzicht-nta", f"overzicht-{TOWN}-GM9005"]
)
def test_every_document_is_tagged_titled_and_in_its_language(
    made: Any, read: Callable[[str], list[str]], stem: str
) -> None:
    found = reader(made, stem)
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith(made[0])
    assert found.metadata is not None and found.metadata.title
    assert len(found.outline) >= 1
    banner = {"nl": "Verzonnen gegevens", "en": "Invented figures"}[made[0]]
    assert all(banner in page for page in read(stem))


def test_every_figure_of_the_report_has_words(made: Any) -> None:
    def figures(node: Any) -> list[Any]:
        node = node.get_object()
        if isinstance(node, list):
            return [each for kid in node for each in figures(kid)]
        if not hasattr(node, "get"):
            return []
        own = [node] if node.get("/S") == "/Figure" else []
        return own + (figures(node["/K"]) if "/K" in node else [])

    root: Any = reader(made, f"rapport-{TOWN}").trailer["/Root"]
    found = figures(root["/StructTreeRoot"])
    assert len(found) >= 5
    assert all(len(str(each.get("/Alt", ""))) > 20 for each in found)


def test_an_english_report_has_no_note_in_dutch(made: Any, read: Callable[[str], list[str]]) -> None:
    text = " ".join(read(f"rapport-{TOWN}"))
    assert "In Dutch" not in text
    assert ("gemeenten of Nieuwland" in text) == (made[0] == "en")


def test_the_workbook_says_on_every_sheet_that_it_is_invented(made: Any) -> None:
    lang, out = made
    for sheet in openpyxl.load_workbook(out / f"rapport-{TOWN}-{lang}.xlsx", read_only=True).worksheets:
        assert {"nl": "Verzonnen", "en": "Invented"}[lang] in str(sheet["A1"].value), sheet.title


def test_a_workspace_does_not_differ_from_itself_but_its_years_do(demo: Path, stadspeil: Command) -> None:
    own = demo / "werkmap"
    same = stadspeil("diff", own, own, "--town", TOWN, "--exit-code", "--csv")
    assert (same.returncode, same.stdout.strip().count("\n")) == (0, 0), same.stderr
    years = stadspeil(
        "diff", own, own, "--years", "2020,2022", "--town", TOWN, "--exit-code", "--csv", "--show", "causes"
    )
    assert years.returncode == 1 and "gegevens" in years.stdout
    wrong = stadspeil("diff", own, own, "--years", "2020")
    assert wrong.returncode == 13 and "geen twee jaren" in wrong.stderr
