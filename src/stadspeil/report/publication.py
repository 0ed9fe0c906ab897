"""A town's report on disk: reads a workspace, writes out/rapport-<code>-<lang>.pdf and .xlsx."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from stadspeil.analyses.store import read_analysis
from stadspeil.analyses.tables import ANALYSES
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, CELLS, empty
from stadspeil.errors import QuestionError
from stadspeil.report.model import Material, report_model
from stadspeil.report.pdf import report_pdf
from stadspeil.report.wording import wording
from stadspeil.report.workbook import report_workbook
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.sources import SnapshotStore
from stadspeil.workspace import Workspace, publish_bytes


def write_report(
    workspace: Workspace, catalogue: Catalogue, town: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The PDF and the workbook of a town, given by code or name; their paths. Equal inputs give equal bytes.

    Raises:  QuestionError if there are no scores, none of this gemeente (with near names), or no such language.
    """
    wording(lang)
    scores = _scores(workspace)
    code = _find_town(scores, catalogue, town)
    material = Material(
        scores=scores,
        group_scores=read_shelf(workspace.out / "group_scores"),
        areas=_areas(workspace),
        snapshots=SnapshotStore(workspace.raw).active(),
        remarks=_remarks(workspace),
        cells=_cells_of(workspace, catalogue, code),
        analyses={name: read_analysis(workspace, name) for name in ANALYSES},
        small_areas=_areas(workspace, ["wijk", "buurt"]),
    )
    report = report_model(material, catalogue, code, lang)
    stem = (out or workspace.out) / f"rapport-{code}-{lang}"
    paths = [stem.with_name(f"{stem.name}{ending}") for ending in (".pdf", ".xlsx")]
    for path, content in zip(paths, (report_pdf(report), report_workbook(report)), strict=True):
        publish_bytes(content, path)
    return paths


def _scores(workspace: Workspace) -> pl.DataFrame:
    if not all(has_shelf(workspace.out / name) for name in ("scores", "group_scores")):
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil build' en 'stadspeil score'"
        )
    return read_shelf(workspace.out / "scores", {"level": ["gemeente"]})


def _areas(workspace: Workspace, levels: Sequence[str] = ("gemeente",)) -> pl.DataFrame:
    folder = workspace.tables / "areas"
    if not has_shelf(folder):
        return empty(AREAS)
    return read_shelf(folder, {"level": list(levels)}, [name for name in AREAS.columns if name != "geometry"])


def _remarks(workspace: Workspace) -> tuple[str, ...]:
    """What was noticed while building the tables, then while computing the indicators."""
    found: list[str] = []
    for path in (workspace.tables / "remarks.json", workspace.out / "remarks.json"):
        if path.exists():
            found += json.loads(path.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(found))


def _cells_of(workspace: Workspace, catalogue: Catalogue, town: str) -> pl.DataFrame:
    names = [each.id for each in catalogue.tables.values() if each.kind == "cells"]
    folders = [workspace.tables / name for name in names if has_shelf(workspace.tables / name)]
    return pl.concat([empty(CELLS), *(read_shelf(folder, {"area": [town]}) for folder in folders)])


def _find_town(scores: pl.DataFrame, catalogue: Catalogue, town: str) -> str:
    codes = sorted(scores["area"].unique())
    if town in codes:
        return town
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    code = register.find(town)
    if code in codes:
        return code
    names = {register.name(each): each for each in codes if each in set(catalogue.gemeenten["code"])}
    known = register.name(code) if code in set(catalogue.gemeenten["code"]) else code
    near = difflib.get_close_matches(known, names, n=3, cutoff=0.6)
    hint = f"; wel van {', '.join(f'{names[each]} {each}' for each in near)}" if near else ""
    raise QuestionError(
        f"{code} {known}" if known != code else f"gebied '{town}'",
        f"in deze werkmap staan geen scores van deze gemeente{hint}",
        "zie 'stadspeil export scores --level gemeente' welke gemeenten er zijn",
    )
