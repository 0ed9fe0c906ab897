"""A wijk or buurt that does not exist is named by its cell, as far as the workspace knows the division of that year."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import AREAS
from stadspeil.errors import SourceError
from stadspeil.shelf import Part, write_shelf
from stadspeil.sources import import_files, write_template
from stadspeil.sources.town_areas import unknown_areas
from stadspeil.workspace import Workspace

OWN = "tevredenheid_woonomgeving"
KNOWN = (("BU06370101", 2023), ("BU06370102", 2023), ("WK063701", 2023), ("BU06370109", 2022), ("BU00340101", 2023))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that knows some wijken and buurten of two years."""
    made = Workspace(tmp_path / "werkmap")
    rows = pl.DataFrame(
        {
            "area": [code for code, _ in KNOWN],
            "boundaries": [year for _, year in KNOWN],
            "level": ["wijk" if code.startswith("WK") else "buurt" for code, _ in KNOWN],
            "name": [code for code, _ in KNOWN],
        }
    )
    columns = [pl.col(each) if each in rows.columns else pl.lit(None).alias(each) for each in AREAS.columns]
    write_shelf(made.tables / "areas", [Part("areas", rows.select(columns).cast(dict(AREAS.columns)))])
    return made


@pytest.fixture
def workbook(catalogue: Catalogue, tmp_path: Path) -> Path:
    """A template to fill in; `filled` does."""
    write_template(tmp_path / "eigen.xlsx", catalogue)
    return tmp_path / "eigen.xlsx"


def filled(path: Path, *areas: tuple[object, int]) -> Path:
    book = openpyxl.load_workbook(path)
    for area, year in areas:
        book["Cijfers"].append([area, year, OWN, 7.4, None, None, None])
    book.save(path)
    return path


def test_a_code_that_the_division_of_its_year_lacks_is_a_problem_by_its_cell(
    workspace: Workspace, workbook: Path
) -> None:
    filled(workbook, ("BU06370101", 2023), ("BU06370103", 2023), ("wk063799", 2023), ("GM0637", 2023))
    problems, remarks = unknown_areas(workbook.read_bytes(), workbook.name, workspace)
    assert [each.split(":")[0] for each in problems] == ["Cijfers!A3", "Cijfers!A4"]
    assert "buurt BU06370103 was er niet in 2023" in problems[0] and "bedoelde u 'BU0637010" in problems[0]
    assert "wijk WK063799" in problems[1] and remarks == []


def test_where_the_division_of_the_year_is_not_known_it_is_a_remark(workspace: Workspace, workbook: Path) -> None:
    """A code of next year may be right, and one of an older division is known."""
    filled(workbook, ("BU06370177", 2025), ("BU06370109", 2023), ("BU06370109", 2025), ("WK003477", 2023))
    problems, remarks = unknown_areas(workbook.read_bytes(), workbook.name, workspace)
    assert problems == []
    assert remarks == ["buurt BU06370177 staat in geen enkele indeling die hier bekend is; kijk na of de code klopt"]


def test_before_a_build_nothing_is_known_and_nothing_said(tmp_path: Path, workbook: Path) -> None:
    filled(workbook, ("BU06370103", 2023))
    assert unknown_areas(workbook.read_bytes(), workbook.name, Workspace(tmp_path / "leeg")) == ([], [])


def test_an_import_refuses_it_and_keeps_nothing(workspace: Workspace, workbook: Path, catalogue: Catalogue) -> None:
    filled(workbook, ("BU06370101", 2023), ("BU06370103", 2023))
    with pytest.raises(SourceError, match=r"Cijfers!A3: buurt BU06370103 was er niet in 2023"):
        import_files([workbook], workspace, catalogue)
    assert not (workspace.raw / "HEAD.json").exists()


def test_an_import_takes_it_with_the_remark(workspace: Workspace, workbook: Path, catalogue: Catalogue) -> None:
    result = import_files([filled(workbook, ("BU06370177", 2025))], workspace, catalogue)
    assert len(result.added) == 1
    assert any("buurt BU06370177 staat in geen enkele indeling" in each for each in result.remarks)
