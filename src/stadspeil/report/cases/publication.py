"""Files of business cases: out/afweging-<package>-<lang> and out/agenda-<id>-<lang>, as PDF, workbook and slides."""

from __future__ import annotations

from pathlib import Path

from stadspeil.catalogue import Catalogue
from stadspeil.report.cases.leaflet import case_leaflet
from stadspeil.report.cases.material import case_of
from stadspeil.report.cases.workbook import case_workbook
from stadspeil.report.leaflets import leaflet_pdf
from stadspeil.workspace import Workspace, publish_bytes


def write_case(workspace: Workspace, catalogue: Catalogue, package: str, lang: str = "nl", out: Path | None = None) -> list[Path]:
    """The files of a weighed package; their paths. Equal inputs, equal bytes.

    Raises:  QuestionError where the package was not weighed, or there is no such language.
    """
    case = case_of(workspace, catalogue, package, lang)
    stem = (out or workspace.out) / f"afweging-{package}-{lang}"
    made = {".pdf": leaflet_pdf(case_leaflet(case)), ".xlsx": case_workbook(case)}
    return [_published(content, stem.with_name(f"{stem.name}{ending}")) for ending, content in made.items()]


def _published(content: bytes, path: Path) -> Path:
    publish_bytes(content, path)
    return path
