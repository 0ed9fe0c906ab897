"""Whether the wijken and buurten in a town's own workbook exist, by the divisions that the workspace knows."""

from __future__ import annotations

import polars as pl

from stadspeil.areas import gemeente_of, level_of
from stadspeil.catalogue.reader import near_match
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.sources.town_workbook import named_areas
from stadspeil.workspace import Workspace

_SMALL = ("wijk", "buurt")


def unknown_areas(content: bytes, file_name: str, workspace: Workspace) -> tuple[list[str], list[str]]:
    """Problems by cell, and remarks: codes of wijken and buurten that stand in no division known here.

    A code is a problem where the division of its year is known. Where it is not, a newer code may be right: a remark.
    """
    named = [(cell, code, year) for cell, code, year in named_areas(content, file_name) if level_of(code) in _SMALL]
    known = _known(workspace) if named else pl.DataFrame()
    if known.is_empty():
        return [], []
    divided = set(known.select("level", "gemeente", "boundaries").unique().iter_rows())
    codes = set(known["area"])
    problems: list[str] = []
    remarks: dict[str, None] = {}
    for cell, code, year in named:
        level, gemeente = level_of(code), gemeente_of(code)
        if code in codes:
            continue
        if (level, gemeente, year) in divided:
            others = known.filter(level=level, gemeente=gemeente, boundaries=year)["area"].to_list()
            hint = near_match(code, others)
            problems.append(
                f"{cell}: {level} {code} was er niet in {year}{hint}; kies een code uit de indeling van dat jaar"
            )
        elif any(each[:2] == (level, gemeente) for each in divided):
            remarks[f"{level} {code} staat in geen enkele indeling die hier bekend is; kijk na of de code klopt"] = None
    return problems, list(remarks)


def _known(workspace: Workspace) -> pl.DataFrame:
    """Wijken and buurten of every boundary year: area, level, boundaries and gemeente. Without rows before a build."""
    folder = workspace.tables / "areas"
    if not has_shelf(folder):
        return pl.DataFrame()
    areas = read_shelf(folder, {}, ["area", "level", "boundaries"]).cast({"level": pl.String})
    return areas.filter(pl.col("level").is_in(_SMALL)).with_columns(
        gemeente=pl.lit("GM") + pl.col("area").str.slice(2, 4)
    )
