"""A town's report on disk: reads a workspace, writes out/rapport-<code>-<lang>.pdf, .xlsx and .pptx."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from stadspeil.analyses.store import read_analysis
from stadspeil.analyses.tables import ANALYSES, NEVER_SHOWN
from stadspeil.areas import AreaRegister, is_invented
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import title_in
from stadspeil.contracts import AREAS, CELLS, empty
from stadspeil.errors import QuestionError
from stadspeil.indicators.by_area import read_areas
from stadspeil.report.buurt_sheet import buurt_sheet
from stadspeil.report.document import Report
from stadspeil.report.leaflets import brief, leaflet_pdf, overview
from stadspeil.report.model import Material, report_model
from stadspeil.report.pdf import report_pdf
from stadspeil.report.provenance import source_of_ground
from stadspeil.report.slides import report_slides
from stadspeil.report.together import Country
from stadspeil.report.wording import wording
from stadspeil.report.workbook import report_workbook
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.simulation.history_store import TABLES as HISTORY
from stadspeil.simulation.history_store import read_history
from stadspeil.simulation.reading import outcomes_of
from stadspeil.simulation.weighed import read_weighed, weighed_towns
from stadspeil.sources import SnapshotStore
from stadspeil.workspace import Workspace, publish_bytes


def write_report(
    workspace: Workspace, catalogue: Catalogue, town: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The PDF, the workbook and the slides of a town, given by code or name; their paths. Equal inputs, equal bytes.

    Raises:  QuestionError if there are no scores, none of this gemeente (with near names), or no such language.
    """
    report = report_of(workspace, catalogue, town, lang)
    made = {".pdf": report_pdf, ".xlsx": report_workbook, ".pptx": report_slides}
    stem = (out or workspace.out) / f"rapport-{report.town.code}-{lang}"
    return [_published(make(report), stem.with_name(f"{stem.name}{ending}")) for ending, make in made.items()]


def write_brief(
    workspace: Workspace, catalogue: Catalogue, town: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The two-page brief of a town. Raises as write_report."""
    report = report_of(workspace, catalogue, town, lang)
    content = leaflet_pdf(brief(report, catalogue))
    return [_published(content, (out or workspace.out) / f"brief-{report.town.code}-{lang}.pdf")]


def write_overview(
    workspace: Workspace, catalogue: Catalogue, group: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The overview of a group: its id, or codes and names of gemeenten with commas between. Raises as write_report."""
    if group in catalogue.groups:
        entry = catalogue.group(group)
        title, name = title_in(entry, lang), group
        scored = set(_scores(workspace)["area"].unique())
        towns = [code for code in entry.members if code in scored] or list(entry.members)
    else:
        towns = [each.strip() for each in group.split(",") if each.strip()]
        title, name = "", ""
    reports = [report_of(workspace, catalogue, town, lang) for town in towns]
    if not name:
        # A choice of towns is named after them, so that two choices do not overwrite each other.
        title = wording(lang).listing([each.town.name for each in reports])
        name = "-".join(each.town.code for each in reports)
    content = leaflet_pdf(overview(reports, title, catalogue, _country(workspace, catalogue)))
    return [_published(content, (out or workspace.out) / f"overzicht-{name}-{lang}.pdf")]


def write_buurt_sheet(
    workspace: Workspace, catalogue: Catalogue, area: str, lang: str = "nl", out: Path | None = None
) -> list[Path]:
    """The sheet of one buurt, by code. QuestionError if nothing is known of it."""
    folder = workspace.out / "values"
    wanted = [area, f"WK{area[2:8]}", f"GM{area[2:6]}"]
    if not area.startswith("BU") or not has_shelf(folder):
        raise QuestionError(
            f"buurt '{area}'", "dit is geen code van een buurt in deze werkmap", "geef een code als BU06370101"
        )
    found = read_areas(workspace.out, wanted)
    if found.filter(pl.col("area") == area).is_empty():
        raise QuestionError(
            f"buurt '{area}'", "daar zijn geen cijfers van", "zie 'stadspeil export values --level buurt'"
        )
    names = dict(_areas(workspace, ["wijk", "buurt"]).sort("boundaries").select("area", "name").iter_rows())
    sheet = buurt_sheet(area, names.get(area, area), found, catalogue, lang, is_invented(area))
    return [_published(leaflet_pdf(sheet), (out or workspace.out) / f"buurtblad-{area}-{lang}.pdf")]


def report_of(workspace: Workspace, catalogue: Catalogue, town: str, lang: str = "nl") -> Report:
    """What the report of a town says, before it is drawn. Raises as write_report."""
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
        analyses=_analyses(workspace),
        small_areas=_areas(workspace, ["wijk", "buurt"]),
        ground=_ground(workspace, code),
        outcomes=outcomes_of(workspace, code),
        weighed=read_weighed(workspace, code) if code in weighed_towns(workspace) else None,
    )
    return report_model(material, catalogue, code, lang)


def _country(workspace: Workspace, catalogue: Catalogue) -> Country:
    folder = workspace.tables / "areas"
    areas = read_shelf(folder, {"level": ["gemeente"]}) if has_shelf(folder) else empty(AREAS)
    source = source_of_ground(areas, SnapshotStore(workspace.raw).active(), catalogue)
    return Country(_scores(workspace), read_analysis(workspace, "rank_ranges"), areas, source)


def _ground(workspace: Workspace, town: str) -> pl.DataFrame:
    """The buurten of a town with their boundaries."""
    buurten = _areas(workspace, ["buurt"]).filter(pl.col("area").str.slice(2, 4) == town[2:])["area"].unique().sort()
    if buurten.is_empty():
        return empty(AREAS)
    return read_shelf(workspace.tables / "areas", {"area": buurten.to_list()})


def _analyses(workspace: Workspace) -> dict[str, pl.DataFrame]:
    """The analyses that a report tells of. QuestionError where an older program made them otherwise."""
    found = {name: read_analysis(workspace, name) for name in ANALYSES if name not in NEVER_SHOWN}
    stale = [
        name for name, table in found.items() if table.width and not set(ANALYSES[name].columns) <= set(table.columns)
    ]
    if stale:
        raise QuestionError(
            f"werkmap {workspace.root}",
            f"de analyses zijn gemaakt door een ander programma; daarin staan {', '.join(stale)} er anders in",
            "draai daar eerst 'stadspeil analyse'",
        )
    return found | {name: read_history(workspace, name) for name in HISTORY}


def _published(content: bytes, path: Path) -> Path:
    publish_bytes(content, path)
    return path


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
