"""The workbook: the same numbers, unrounded, and nothing that runs."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from stadspeil.catalogue import Catalogue
from stadspeil.report import Material, report_model
from stadspeil.report.workbook import report_workbook


@pytest.fixture
def book(material: Material, catalogue: Catalogue, country: Any) -> Any:
    def make(**changes: Any) -> openpyxl.Workbook:
        chosen = replace(material, **changes)
        content = report_workbook(report_model(chosen, catalogue, country.town))
        return openpyxl.load_workbook(io.BytesIO(content))

    return make


def rows_of(sheet: Any, top: int = 1) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(min_row=top, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_it_has_the_seven_sheets(book: Any) -> None:
    names = ["Toelichting", "Thema's", "Indicatoren", "Vergelijking", "Opvallend", "Gepland", "Bronnen"]
    assert book().sheetnames == names


def test_every_value_equals_the_scores(book: Any, material: Material, country: Any) -> None:
    of_town = {row["indicator"]: row for row in material.scores.iter_rows(named=True) if row["area"] == country.town}
    rows = rows_of(book()["Indicatoren"])
    assert {row["id"] for row in rows} == set(of_town)
    for row in rows:
        found = of_town[row["id"]]
        assert (row["waarde"], row["rapportcijfer"], row["plaats"], row["van"]) == (
            found["value"], pytest.approx(found["mark"]) if found["mark"] is not None else None, found["rank"], found["ranked"],
        )  # fmt: skip


def test_a_figure_names_its_source_and_snapshot(book: Any) -> None:
    row = next(row for row in rows_of(book()["Indicatoren"]) if row["id"] == "tevreden")
    assert (row["bron"], row["momentopname"]) == ("bron", "bron-2020-abcdef")


def test_neutral_rows_are_marked_and_have_no_mark(book: Any) -> None:
    row = next(row for row in rows_of(book()["Indicatoren"]) if row["id"] == "eengezins")
    assert (row["oordeel of neutraal"], row["rapportcijfer"]) == ("neutraal", None)


def test_planned_rows_have_no_number(book: Any) -> None:
    rows = rows_of(book()["Gepland"])
    assert {row["id"]: row["stand"] for row in rows} == {
        "geheim": "geen waarde", "afwezig": "niet ingelezen", "gepland": "gepland", "leeg_gepland": "gepland",
    }  # fmt: skip
    assert not any(isinstance(value, (int, float)) for row in rows for value in row.values())


def test_the_comparison_has_town_group_regions_and_country(book: Any) -> None:
    kinds = [row["soort"] for row in rows_of(book()["Vergelijking"]) if row["id"] == "overlast"]
    assert kinds == ["gemeente", "gemeente", "gemeente", "groep", "regio, netto", "regio, bruto", "land"]


def test_tables_have_a_frozen_header_and_a_filter(book: Any) -> None:
    for sheet in book().worksheets[1:]:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref is not None, sheet.title


def test_a_text_that_looks_like_a_formula_stays_text(material: Material, catalogue: Catalogue, country: Any) -> None:
    evil = replace(catalogue.indicators["baan"], title='=HYPERLINK("http://x","klik")')
    changed = replace(catalogue, indicators={**catalogue.indicators, "baan": evil})
    content = report_workbook(report_model(material, changed, country.town))
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == evil.title and cell.data_type == "s" for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)


def test_an_invented_country_is_called_so_on_every_sheet(book: Any, country: Any) -> None:
    for sheet in book(snapshots=(country.snapshot(invented=True),)).worksheets:
        assert "Verzonnen gegevens" in sheet["A1"].value, sheet.title


def test_equal_inputs_give_equal_bytes(material: Material, catalogue: Catalogue, country: Any) -> None:
    first, second = (report_workbook(report_model(material, catalogue, country.town)) for _ in range(2))
    assert first == second
