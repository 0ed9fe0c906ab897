"""All analyses of flows of a workspace: moves, selectivity, the income identity, ties, commuting and the treads.

What is not there is left out: a workspace without a table has no rows of what needs it, and MISSING says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from stadspeil.analyses import income_parts, moves, treads
from stadspeil.analyses.commuting import commuting_of
from stadspeil.analyses.income_parts import income_parts_of
from stadspeil.analyses.moves import moves_of, selectivity_of
from stadspeil.analyses.ties import ties_of
from stadspeil.analyses.treads import treads_of
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import CELLS, FLOWS, empty
from stadspeil.indicators.store import in_order, one_per_key
from stadspeil.shelf import has_shelf, read_shelf, shelf_sum
from stadspeil.workspace import Workspace

MOVED, COMMUTED = "verhuisstromen", "woonwerkstromen"
# The sources that an analysis needs, for who asks for one that has no rows.
MISSING: Mapping[str, tuple[str, ...]] = {
    "moves": ("cbs_regionale_kerncijfers", "cbs_verhuizingen_leeftijd", "verhuizingen_groepen"),
    "selectivity": ("cbs_verhuizingen_leeftijd", "verhuizingen_groepen"),
    "income_parts": ("verhuizingen_groepen", "cbs_kerncijfers_wijken_buurten"),
    "ties": ("cbs_verhuizingen_matrix",),
    "commuting": ("cbs_woon_werk",),
    "treads": ("cbs_huishoudens", "cbs_kerncijfers_wijken_buurten"),
}


def flow_sums(workspace: Workspace) -> list[str]:
    """Checksums of the tables of flows, for what is made from them."""
    folders = [workspace.tables / name for name in (MOVED, COMMUTED)]
    return [shelf_sum(folder) if has_shelf(folder) else "" for folder in folders]


def flow_analyses(workspace: Workspace, catalogue: Catalogue, register: AreaRegister) -> dict[str, pl.DataFrame]:
    """Every analysis of flows, by its name; without rows where its tables are not there."""
    cells = _cells(workspace, catalogue, {*moves.FIELDS, *income_parts.FIELDS, *treads.FIELDS})
    moved = moves_of(cells)
    return {
        "moves": moved,
        "selectivity": selectivity_of(moved, catalogue, register),
        "income_parts": income_parts_of(cells, catalogue, register),
        "ties": ties_of(_flows(workspace, MOVED), catalogue, register),
        "commuting": commuting_of(_flows(workspace, COMMUTED)),
        "treads": treads_of(cells, catalogue, register),
    }


def _flows(workspace: Workspace, name: str) -> pl.DataFrame:
    folder = workspace.tables / name
    return read_shelf(folder).select(list(FLOWS.columns)) if has_shelf(folder) else empty(FLOWS)


def _cells(workspace: Workspace, catalogue: Catalogue, fields: Iterable[str]) -> pl.DataFrame:
    """Cells of country and gemeenten with these fields, one per key."""
    wanted: dict[str, list[object]] = {"level": ["land", "gemeente"], "field": [*sorted(fields)]}
    tables = [each.id for each in catalogue.tables.values() if each.kind == "cells"]
    present = [name for name in tables if has_shelf(workspace.tables / name)]
    found = [read_shelf(workspace.tables / name, wanted) for name in in_order(present, catalogue)]
    return one_per_key([each.select(list(CELLS.columns)) for each in found]) if found else empty(CELLS)
