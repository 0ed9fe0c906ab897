"""Files of business cases: out/afweging-<package>-<lang> and out/agenda-<id>-<lang>, as PDF, workbook and slides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stadspeil.catalogue import Catalogue
from stadspeil.report.cases.agenda_files import agenda_slides, agenda_workbook
from stadspeil.report.cases.agenda_material import agenda_case
from stadspeil.report.cases.agenda_pages import agenda_leaflet
from stadspeil.report.cases.leaflet import case_leaflet
from stadspeil.report.cases.material import case_of
from stadspeil.report.cases.slides import case_slides
from stadspeil.report.cases.workbook import case_workbook
from stadspeil.report.leaflets import leaflet_pdf
from stadspeil.workspace import Workspace, publish_bytes


def write_case(
    workspace: Workspace, catalogue: Catalogue, package: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The files of a weighed package; their paths. Equal inputs, equal bytes.

    Raises:  QuestionError where the package was not weighed, or there is no such language.
    """
    case = case_of(workspace, catalogue, package, lang)
    made = {".pdf": leaflet_pdf(case_leaflet(case)), ".xlsx": case_workbook(case), ".pptx": case_slides(case)}
    return _published(made, (out or workspace.out) / f"afweging-{package}-{lang}")


def write_agenda_files(
    workspace: Workspace, catalogue: Catalogue, agenda: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The files of an agenda that was answered; `agenda` is its id or the name of its folder. Raises as write_case."""
    case = agenda_case(workspace, catalogue, agenda, lang)
    made = {".pdf": leaflet_pdf(agenda_leaflet(case)), ".xlsx": agenda_workbook(case), ".pptx": agenda_slides(case)}
    return _published(made, (out or workspace.out) / f"agenda-{agenda}-{lang}")


def _published(made: Mapping[str, bytes], stem: Path) -> list[Path]:
    paths = []
    for ending, content in made.items():
        path = stem.with_name(f"{stem.name}{ending}")
        publish_bytes(content, path)
        paths.append(path)
    return paths
