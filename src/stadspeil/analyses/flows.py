"""All analyses of flows of a workspace: moves, selectivity, the income identity, ties, commuting and the treads.

What is not there is left out: a workspace without a table has no rows of what needs it, and MISSING says which.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from stadspeil.analyses import income_parts, moves, treads
from stadspeil.analyses.commuting import commuting_of
from stadspeil.analyses.income_parts import income_parts_of
from stadspeil.analyses.moves import moves_of, selectivity_of
from stadspeil.analyses.pull import pull_of
from stadspeil.analyses.ties import ties_of
from stadspeil.analyses.treads import treads_of
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import FLOWS, empty
from stadspeil.shelf import has_shelf, read_shelf, shelf_sum
from stadspeil.workspace import Workspace

FIELDS = tuple(sorted({*moves.FIELDS, *income_parts.FIELDS, *treads.FIELDS}))
MOVED, COMMUTED = "verhuisstromen", "woonwerkstromen"
# The sources that an analysis needs, for who asks for one that has no rows.
MISSING: Mapping[str, tuple[str, ...]] = {
    "moves": ("cbs_regionale_kerncijfers", "cbs_verhuizingen_leeftijd", "verhuizingen_groepen"),
    "selectivity": ("cbs_verhuizingen_leeftijd", "verhuizingen_groepen"),
    "income_parts": ("verhuizingen_groepen", "cbs_kerncijfers_wijken_buurten"),
    "ties": ("cbs_verhuizingen_matrix",),
    "commuting": ("cbs_woon_werk",),
    "friction": ("cbs_verhuizingen_matrix", "cbs_woon_werk"),
    "pull": ("cbs_verhuizingen_matrix", "cbs_woon_werk"),
    "treads": ("cbs_huishoudens", "cbs_kerncijfers_wijken_buurten"),
}


def flow_sums(workspace: Workspace) -> list[str]:
    """Checksums of the tables of flows, for what is made from them."""
    folders = [workspace.tables / name for name in (MOVED, COMMUTED)]
    return [shelf_sum(folder) if has_shelf(folder) else "" for folder in folders]


def flows_of(workspace: Workspace, name: str) -> pl.DataFrame:
    """FLOWS of a table of a workspace; without rows where it is not there."""
    folder = workspace.tables / name
    return read_shelf(folder).select(list(FLOWS.columns)) if has_shelf(folder) else empty(FLOWS)


def flow_analyses(
    cells: pl.DataFrame,
    moved: pl.DataFrame,
    commuted: pl.DataFrame,
    areas: pl.DataFrame,
    catalogue: Catalogue,
    register: AreaRegister,
) -> dict[str, pl.DataFrame]:
    """Every analysis of flows, by its name; without rows where what it needs is not there.

    Shape:   CELLS of country and gemeenten with FIELDS, one per key; FLOWS of movers and of commuters; AREAS of gemeenten.
    """
    persons = moves_of(cells)
    return {
        "moves": persons,
        "selectivity": selectivity_of(persons, catalogue, register),
        "income_parts": income_parts_of(cells, catalogue, register),
        "ties": ties_of(moved, catalogue, register),
        "commuting": commuting_of(commuted),
        **pull_of(moved, commuted, areas, register),
        "treads": treads_of(cells, catalogue, register),
    }
