"""The gemeenten of an invented country, for who must name them beside those of the real one."""

from __future__ import annotations

import polars as pl

from stadspeil.areas import is_invented
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace


def invented_gemeenten(workspace: Workspace) -> list[tuple[str, str]]:
    """Code and name, by code, of the gemeenten on the newest division of an invented country; none of the real one.

    Raises:  ContractError when the table of areas is damaged.
    """
    folder = workspace.tables / "areas"
    if not has_shelf(folder):
        return []
    areas = read_shelf(folder, {"level": ["gemeente"]}, ["area", "name", "boundaries"])
    newest = areas.filter(pl.col("boundaries") == pl.col("boundaries").max())
    return sorted((code, name) for code, name in newest.select("area", "name").iter_rows() if is_invented(code))
