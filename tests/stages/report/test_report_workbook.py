"""The workbook: the same numbers, unrounded, and nothing that runs."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace
from importlib import resources
from typing import Any

import openpyxl
import polars as pl
import pytest

from stadspeil.analyses.tables import ANALYSES
from stadspeil.catalogue import Catalogue
from stadspeil.report import Material, report_model
from stadspeil.report.chapters.making import IN_WORKBOOK
from stadspeil.report.wording import LANGUAGES, wording
from stadspeil.report.workbook import report_workbook
from stadspeil.report.workbook_analyses import analysis_sheets
from stadspeil.report.workbook_sheets import report_sheets
from stadspeil.simulation.history_store import TABLES as HISTORIES


@pytest.fixture
def book(material: Material, catalogue: Catalogue, country: Any) -> Any:
    def make(lang: str = "nl", **changes: Any) -> openpyxl.Workbook:
        chosen = replace(material, **changes)
        content = report_workbook(report_model(chosen, catalogue, country.town, lang))
        return openpyxl.load_workbook(io.BytesIO(content))

    return make


def ranges_of(town: str) -> pl.DataFrame:
    contract = ANALYSES["rank_ranges"]
    row = {
        "area": town, "year": 2020, "boundaries": 2020, "indicator": "thema_wonen", "rank": 4, "ranked": 30, "best_noise": 2,
        "worst_noise": 9, "best_noise_own": 3, "worst_noise_own": 8, "best_choices": 1, "middle_choices": 4, "worst_choices": 12,
        "lowest_tenth": 0.25, "hangs_on": "gewichten",
    }  # fmt: skip
    return pl.DataFrame([row], schema=dict(contract.columns))


def rows_of(sheet: Any, top: int = 1) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(min_row=top, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_it_opens_with_what_to_read_first_and_what_each_column_says(book: Any) -> None:
    names = ["Lees mij", "Kolommen", "Cijfers", "Vergelijking", "Opvallend", "Definities", "Gepland", "Bronnen"]
    assert book().sheetnames == names
    assert book("en").sheetnames == [
        "Read me", "Columns", "Figures", "Comparison", "Standing out", "Definitions", "Planned", "Sources",
    ]  # fmt: skip


def test_every_value_equals_the_scores(book: Any, material: Material, country: Any) -> None:
    of_town = {row["indicator"]: row for row in material.scores.iter_rows(named=True) if row["area"] == country.town}
    rows = rows_of(book()["Cijfers"])
    assert {row["id"] for row in rows} == set(of_town)
    for row in rows:
        found = of_town[row["id"]]
        assert (row["waarde"], row["rapportcijfer"], row["plaats"], row["van"]) == (
            found["value"], pytest.approx(found["mark"]) if found["mark"] is not None else None, found["rank"], found["ranked"],
        )  # fmt: skip


def test_every_number_that_is_printed_stands_in_the_workbook(
    book: Any, material: Material, catalogue: Catalogue, country: Any
) -> None:
    report, words = report_model(material, catalogue, country.town), wording("nl")
    reported = {row["id"]: row for row in rows_of(book()["Cijfers"]) if row["in rapport"] == "ja"}
    for line in (*report.themes, *report.composites, *report.lines):
        row = reported[line.id]
        assert words.quantity(row["waarde"], line) == words.quantity(line.value, line), line.id
        assert words.mark(row["rapportcijfer"]) == words.mark(line.mark), line.id
        assert (row["plaats"], row["van"]) == (line.place.rank, line.place.ranked or None), line.id
        assert (row["marge"] is None) == (line.margin is None), line.id
        assert row["marge"] is None or row["marge"] == pytest.approx(line.margin)


def test_a_pivot_of_the_comparison_gives_the_marks_of_the_report(
    book: Any, material: Material, catalogue: Catalogue, country: Any
) -> None:
    report = report_model(material, catalogue, country.town)
    long = pl.DataFrame(rows_of(book()["Vergelijking"]), infer_schema_length=None)
    pivot = long.pivot(on="naam", index="id", values="rapportcijfer", aggregate_function="mean")
    marks = {row["id"]: row for row in pivot.to_dicts()}
    for line in (*report.themes, *report.composites, *report.lines):
        for town, (_, mark) in zip(report.towns, line.company, strict=True):
            assert marks[line.id][town.name] == (None if mark is None else pytest.approx(mark)), line.id
        for group, average in zip(report.comparisons, line.averages, strict=True):
            if average.mark is not None:
                assert marks[line.id][group.title] == pytest.approx(average.mark), line.id


def test_a_figure_has_its_definition_margin_both_ranges_group_and_source(
    book: Any, material: Material, country: Any
) -> None:
    rows = rows_of(book(analyses={"rank_ranges": ranges_of(country.town)})["Cijfers"])
    row = next(row for row in rows if row["id"] == "tevreden")
    assert (row["momentopname"], row["omschrijving"]) == ("bron-2020-abcdef", "Wat tevreden meet.")
    assert row["bron"].endswith("(Het bureau)") and row["waarde groep"] is not None and row["n"] == 5000
    theme = next(row for row in rows if row["id"] == "thema_wonen")
    names = ("beste plaats door toeval, alle samen", "slechtste plaats door toeval, deze alleen", "beste plaats bij andere keuzes",
             "slechtste plaats bij andere keuzes", "kans op laagste tiende", "hangt vooral af van")  # fmt: skip
    assert [theme[name] for name in names] == [2, 8, 1, 12, 0.25, "de gewichten"]


def test_neutral_rows_are_marked_and_have_no_mark(book: Any) -> None:
    row = next(row for row in rows_of(book()["Cijfers"]) if row["id"] == "eengezins")
    assert (row["oordeel of neutraal"], row["rapportcijfer"]) == ("neutraal", None)


def test_planned_rows_have_no_number(book: Any) -> None:
    rows = rows_of(book()["Gepland"])
    assert {row["id"]: row["stand"] for row in rows} == {
        "geheim": "geen waarde", "afwezig": "niet ingelezen", "gepland": "gepland", "leeg_gepland": "gepland",
    }  # fmt: skip
    assert not any(isinstance(value, (int, float)) for row in rows for value in row.values())


def test_every_id_is_defined_once(book: Any, catalogue: Catalogue) -> None:
    made = book()
    ids = [row["id"] for row in rows_of(made["Definities"])]
    assert len(ids) == len(set(ids)) and set(ids) == {*catalogue.indicators, *catalogue.composites}
    used = {row["id"] for name in ("Cijfers", "Vergelijking", "Gepland") for row in rows_of(made[name])}
    assert used <= set(ids)


def test_the_comparison_has_town_group_regions_and_country(book: Any) -> None:
    kinds = [row["soort"] for row in rows_of(book()["Vergelijking"]) if row["id"] == "overlast"]
    assert kinds == ["gemeente", "gemeente", "gemeente", "groep", "regio, netto", "regio, bruto", "land"]


def test_every_sheet_is_a_table_with_a_frozen_header_and_no_merged_cells(book: Any, country: Any) -> None:
    for sheet in book(analyses={"rank_ranges": ranges_of(country.town)}).worksheets[1:]:
        assert str(sheet.freeze_panes).endswith("2"), sheet.title
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None and table.ref.startswith("A1:"), sheet.title
        assert not sheet.merged_cells.ranges, sheet.title
        heads = [cell.value for cell in sheet[1]]
        assert len(set(heads)) == len(heads) and all(heads), sheet.title


def test_a_value_is_shown_in_the_decimals_of_its_figure(book: Any, catalogue: Catalogue) -> None:
    sheet = book()["Cijfers"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        by_name = dict(zip(heads, row, strict=True))
        entry = catalogue.indicators.get(by_name["id"].value)
        if entry is not None and by_name["waarde"].value is not None:
            assert by_name["waarde"].number_format == "#,##0." + "0" * entry.decimals
            assert isinstance(by_name["jaar"].value, int) and by_name["jaar"].number_format == "0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_every_sheet_is_explained(
    material: Material, catalogue: Catalogue, country: Any, lang: str
) -> None:
    held = {**ANALYSES, **HISTORIES}
    tables = {
        name: pl.DataFrame([dict.fromkeys(held[name].columns)], schema=dict(held[name].columns))
        for name in (*IN_WORKBOOK, *HISTORIES)
    }
    report = replace(report_model(material, catalogue, country.town, lang), tables=tables)
    sheets = [*report_sheets(report, wording(lang)), *analysis_sheets(report, wording(lang))]
    unexplained = [
        (sheet.name, each.title) for sheet in sheets for each in sheet.columns if not each.meaning or not each.unit
    ]
    assert unexplained == []


def test_parts_of_the_history_of_households_have_their_own_words(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    """`vorming` is a birth elsewhere in the workbook, and a household here; its margin is of draws."""
    row = {"area": country.town, "first_year": 2011, "year": 2024, "boundaries": 2024, "household": "alle", "age": "alle", "told": "oorzaak",
           "part": "vorming", "before": 100.0, "after": 140.0, "value": 40.4, "low": 30.0, "high": 50.0, "draws": 6}  # fmt: skip
    change = pl.DataFrame([row], schema=dict(HISTORIES["household_change"].columns))
    report = replace(report_model(material, catalogue, country.town, "en"), tables={"household_change": change})
    (sheet,) = analysis_sheets(report, wording("en"))
    told = dict(zip((each.title for each in sheet.columns), sheet.rows[0], strict=True))
    assert (told["Part of the change"], told["Door or cause"], told["Age"]) == ("new households", "cause", "all")
    assert told["Difference made"] == 40.4 and told["10%"] == 30.0


def test_the_explanations_of_both_languages_have_the_same_keys() -> None:
    texts = [
        tomllib.loads(resources.files("stadspeil.report").joinpath("texts", f"{lang}.toml").read_text("utf-8"))
        for lang in LANGUAGES
    ]
    for section in ("column_notes", "analysis_notes", "analysis_words", "analysis_about"):
        assert texts[0][section].keys() == texts[1][section].keys(), section


def test_an_english_workbook_has_no_dutch_verdicts(book: Any, country: Any) -> None:
    gaps = pl.DataFrame(
        [{"area": country.town, "year": 2020, "boundaries": 2020, "indicator": "baan", "group": "groep", "kind": "group",
          "value": 5.0, "group_value": 6.0, "gap": -1.0, "low": -1.5, "high": -0.5, "verdict": "lager"}],
        schema=dict(ANALYSES["gaps"].columns),
    )  # fmt: skip
    (row,) = rows_of(book("en", analyses={"gaps": gaps})["Beside groups"])
    assert (row["Verdict"], row["Group"], row["Subject"]) == ("demonstrably lower", "The group", "Title of baan")


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
