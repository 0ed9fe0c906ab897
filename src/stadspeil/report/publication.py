"""A town's report on disk: reads a workspace, writes out/rapport-<code>-<lang>.pdf and .xlsx."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import AREAS, CELLS, empty
from stadspeil.errors import QuestionError
from stadspeil.report.model import Material, report_model
from stadspeil.report.pdf import report_pdf
from stadspeil.report.wording import wording
from stadspeil.report.workbook import report_workbook
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
        group_scores=pl.read_parquet(workspace.out / "group_scores.parquet"),
        areas=_areas(workspace),
        snapshots=SnapshotStore(workspace.raw).active(),
        remarks=_remarks(workspace),
        cells=_cells_of(workspace, catalogue, code),
    )
    report = report_model(material, catalogue, code, lang)
    stem = (out or workspace.out) / f"rapport-{code}-{lang}"
    paths = [stem.with_name(f"{stem.name}{ending}") for ending in (".pdf", ".xlsx")]
    for path, content in zip(paths, (report_pdf(report), report_workbook(report)), strict=True):
        publish_bytes(content, path)
    return paths


def _scores(workspace: Workspace) -> pl.DataFrame:
    paths = [workspace.out / f"{name}.parquet" for name in ("scores", "group_scores")]
    if not all(path.exists() for path in paths):
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil build' en 'stadspeil score'"
        )
    return pl.scan_parquet(paths[0]).filter(pl.col("level") == "gemeente").collect()


def _areas(workspace: Workspace) -> pl.DataFrame:
    path = workspace.tables / "areas.parquet"
    if not path.exists():
        return empty(AREAS)
    return pl.scan_parquet(path).filter(pl.col("level") == "gemeente").drop("geometry").collect()


def _remarks(workspace: Workspace) -> tuple[str, ...]:
    """What was noticed while building the tables, then while computing the indicators."""
    found: list[str] = []
    for path in (workspace.tables / "remarks.json", workspace.out / "remarks.json"):
        if path.exists():
            found += json.loads(path.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(found))


def _cells_of(workspace: Workspace, catalogue: Catalogue, town: str) -> pl.DataFrame:
    paths = [workspace.tables / f"{name}.parquet" for name in catalogue.tables]
    parts = [pl.scan_parquet(path).filter(pl.col("area") == town).collect() for path in paths if path.exists()]
    return pl.concat([empty(CELLS), *parts])


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
