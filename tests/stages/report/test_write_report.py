"""Writing a report into a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from spec_tables import shelve

from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.report import Material, write_report
from stadspeil.workspace import Workspace, publish_json


@pytest.fixture
def workspace(tmp_path: Path, material: Material) -> Workspace:
    workspace = Workspace(tmp_path / "werkmap")
    shelve(material.scores, workspace.out / "scores")
    shelve(material.group_scores, workspace.out / "group_scores")
    shelve(material.areas, workspace.tables / "areas")
    shelve(material.cells, workspace.tables / "tabel")
    publish_json(list(material.remarks), workspace.tables / "remarks.json")
    return workspace


def test_it_writes_a_pdf_and_a_workbook_under_the_code_and_language(
    workspace: Workspace, catalogue: Catalogue, country: Any
) -> None:
    paths = write_report(workspace, catalogue, country.town, lang="en")
    assert [path.name for path in paths] == [f"rapport-GM0110-en.{end}" for end in ("pdf", "xlsx", "pptx")]
    assert all(path.parent == workspace.out and path.stat().st_size > 1000 for path in paths)


def test_it_finds_a_town_by_name_and_writes_elsewhere_on_request(
    workspace: Workspace, catalogue: Catalogue, tmp_path: Path
) -> None:
    paths = write_report(workspace, catalogue, "waterwijk aan de vaart", out=tmp_path / "elders")
    assert all(path.parent == tmp_path / "elders" for path in paths)


def test_an_unknown_name_gets_near_names(workspace: Workspace, catalogue: Catalogue) -> None:
    with pytest.raises(QuestionError, match="Waterwijk aan de Vaart"):
        write_report(workspace, catalogue, "Waterwijk aan de Vaert")


def test_without_scores_the_message_says_what_to_run(tmp_path: Path, catalogue: Catalogue, country: Any) -> None:
    with pytest.raises(QuestionError, match="stadspeil score"):
        write_report(Workspace(tmp_path), catalogue, country.town)


def test_an_unknown_language_is_refused_before_anything_is_read(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(QuestionError, match="taal 'de'"):
        write_report(Workspace(tmp_path), catalogue, "GM0110", lang="de")


def test_analyses_of_another_program_get_a_message_and_no_traceback(
    workspace: Workspace, catalogue: Catalogue, country: Any
) -> None:
    old = pl.DataFrame({"area": [country.town], "verdict": ["gestegen"]})
    shelve(old, workspace.out / "analyses" / "trends")
    with pytest.raises(QuestionError, match="stadspeil analyse") as caught:
        write_report(workspace, catalogue, country.town)
    assert "trends" in str(caught.value)
