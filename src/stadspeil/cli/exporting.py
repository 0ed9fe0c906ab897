"""`stadspeil export`: rows of a result that meet a selection, with names and units beside codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from stadspeil.analyses.flows import MISSING
from stadspeil.analyses.tables import ANALYSES
from stadspeil.areas import is_code, is_invented
from stadspeil.areas.small_series import BREAKS
from stadspeil.cli.sessions import Session
from stadspeil.contracts import AREAS, CELLS, GROUP_SCORES, SCORES, VALUES
from stadspeil.errors import QuestionError
from stadspeil.indicators.by_area import VALUES_BY_AREA, read_areas
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.simulation.history_store import FOLDER as HISTORY
from stadspeil.simulation.history_store import TABLES as HISTORIES
from stadspeil.simulation.history_store import read_history_run

_MADE_BY = {
    "scores": "stadspeil score", "groups": "stadspeil score", "values": "stadspeil build", "cells": "stadspeil build",
    "areas": "stadspeil build", "breaks": "stadspeil build --boundaries JAAR",
}  # fmt: skip
# The name of a result on the command line, and of the analysis that holds it.
_ANALYSES = {
    "mechanisms": "mechanisms", "ranges": "rank_ranges", "sensitivity": "sensitivity", "steps": "steps", "checks": "checks", "kinds": "kinds", "mobility": "mobility", "gaps": "gaps", "changes": "pocket_changes",
    "fixed": "real_marks", "trends": "trends", "pockets": "pockets", "splits": "splits", "clusters": "clusters",
    "estimates": "estimates", "trend_gaps": "trend_gaps", "transitions": "transitions", "lead_lag": "lead_lag",
    **{
        name: name
        for name in (
            "acceptability", "pairs", "group_tests", "twins", "twin_gaps", "segregation", "dissimilarity", "hot_spots",
            "moves", "selectivity", "income_parts", "ties", "commuting", "friction", "pull", "treads",
            "renewal_stock", "renewal_wave", "renewal_peaks", "purse",
        )
    },
    "grid_splits": "grid_splits", "grid_buurten": "grid_buurten", "grid_pockets": "grid_pockets", "grid_squares": "grid_squares",
}  # fmt: skip
_MADE_BY |= {**dict.fromkeys(_ANALYSES, "stadspeil analyse"), **dict.fromkeys(HISTORIES, "stadspeil history")}
_COLUMNS = {
    "scores": SCORES.columns, "groups": GROUP_SCORES.columns, "values": VALUES.columns, "cells": CELLS.columns,
    "areas": AREAS.columns, "breaks": BREAKS.columns,
    **{name: ANALYSES[table].columns for name, table in _ANALYSES.items()},
    **{name: each.columns for name, each in HISTORIES.items()},
}  # fmt: skip


_NAMED = {
    "scores",
    "values",
    "cells",
    "breaks",
    "ranges",
    "acceptability",
    "pairs",
    "twins",
    "twin_gaps",
    "segregation",
    "dissimilarity",
    "hot_spots",
    "steps",
    "fixed",
    "pockets",
    "splits",
    "clusters",
    "estimates",
    "grid_buurten",
    "grid_pockets",
    "moves",
    "selectivity",
    "income_parts",
    "ties",
    "commuting",
    "pull",
    "treads",
    "renewal_stock",
    "renewal_wave",
    "renewal_peaks",
    "purse",
    "household_change",
}
# Only of a place that somebody names: nobody needs the squares of the country.
_OF_A_PLACE = "grid_squares"


@dataclass(frozen=True)
class Selection:
    """Which rows are wanted; None or empty is all."""

    level: str | None = None
    indicator: str | None = None
    year: int | None = None
    areas: tuple[str, ...] = ()
    boundaries: int | None = None
    within: str | None = None


def exported(session: Session, what: str, selection: Selection) -> pl.DataFrame:
    """The selected rows of one result, sorted. QuestionError when there are none, saying what there is."""
    if selection.indicator and what in {"scores", "values", "groups"}:
        catalogue = session.catalogue
        if selection.indicator not in catalogue.composites:
            entry = catalogue.indicator(selection.indicator)
            if entry.status == "planned":
                raise QuestionError(
                    f"indicator '{entry.id}'", f"is gepland: bron '{entry.source}' is nog niet aangesloten",
                    "zie 'stadspeil list indicators --status connected'",
                )  # fmt: skip
    if selection.within and "area" not in _COLUMNS[what]:
        raise QuestionError(f"export {what}", "heeft geen rijen per gebied", "laat --within weg")
    if what == _OF_A_PLACE:
        chosen = _squares_of(session, selection)
    else:
        chosen = _read(session, what, dict(_conditions(session, selection)))
    if selection.within:
        chosen = chosen.filter(_is_inside(session.area(selection.within)))
    if chosen.is_empty() and what in MISSING and _read(session, what, {}).is_empty():
        raise _lacking(session, what)
    if chosen.is_empty():
        told = _offered(chosen if what == _OF_A_PLACE else _read(session, what, {}))
        raise QuestionError(
            f"export {what}", f"geen rijen bij deze vraag; {told}", "vraag een ander jaar, niveau of cijfer"
        )
    chosen = _with_names(session, chosen) if what in _NAMED else chosen
    return _with_units(session, chosen).drop("geometry", strict=False)


def _lacking(session: Session, what: str) -> QuestionError:
    """What to fetch or hand in for an analysis that has no rows at all."""
    sources = [session.catalogue.sources[id] for id in MISSING[what] if id in session.catalogue.sources]
    fetched = " ".join(f"--source {each.id}" for each in sources if each.fetch is not None)
    handed = ", ".join(each.id for each in sources if each.fetch is None)
    ways = [f"haal ze op met 'stadspeil fetch {fetched}'"] if fetched else []
    ways += [f"lees zelf in: {handed}"] if handed else []
    return QuestionError(
        f"export {what}",
        [f"nodig is '{each.title}' ({each.id})" for each in sources],
        f"{' en '.join(ways)}; draai daarna 'stadspeil build', 'stadspeil score' en 'stadspeil analyse'",
    )


def _squares_of(session: Session, selection: Selection) -> pl.DataFrame:
    """The squares of the gemeenten, wijken or buurten that were asked for, and of no others."""
    if not selection.areas:
        raise QuestionError(
            f"export {_OF_A_PLACE}", "vakken geven wij alleen van een plaats die u noemt", "noem een gemeente, wijk of buurt met --area"
        )  # fmt: skip
    parts = {name: value for name, value in _conditions(session, selection) if name != "area"}
    inside = pl.any_horizontal(_is_inside(session.area(each)) for each in selection.areas)
    return _read(session, _OF_A_PLACE, parts).filter(inside)


def _is_inside(code: str) -> pl.Expr:
    """Whether a row is of an area or of one within it: a gemeente's digits begin those of its wijken and buurten."""
    return pl.col("area").cast(pl.String).str.slice(2).str.starts_with(code[2:])


def is_invented_result(session: Session, what: str, table: pl.DataFrame) -> bool:
    """Whether a result speaks of Nieuwland; a table without areas is asked what it was made from."""
    return bool(read_history_run(session.workspace)["invented"]) if what in HISTORIES else has_invented(table)


def has_invented(table: pl.DataFrame) -> bool:
    """Whether a table speaks of Nieuwland."""
    named = next((name for name in ("area", "group") if name in table.columns), None)
    if named is None:
        return False
    codes = table[named].unique().to_list()
    return any(is_code(code) and is_invented(code) for code in (each.split(":")[0] for each in codes))


def _read(session: Session, what: str, wanted: dict[str, list[object]]) -> pl.DataFrame:
    """The rows of a result that meet the conditions on columns which it has."""
    workspace = session.workspace
    folders: list[Path] = {
        "scores": [workspace.out / "scores"],
        "values": [workspace.out / "values"],
        "groups": [workspace.out / "group_scores"],
        "areas": [workspace.tables / "areas"],
        "breaks": [workspace.out / "breaks"],
        **{name: [workspace.out / "analyses" / table] for name, table in _ANALYSES.items()},
        **{name: [workspace.out / HISTORY / name] for name in HISTORIES},
        "cells": [workspace.tables / each.id for each in session.catalogue.tables.values() if each.kind == "cells"],
    }[what]
    present = [folder for folder in folders if has_shelf(folder)]
    if not present:
        raise QuestionError(
            f"export {what}", f"er is nog niets gemaakt in {workspace.root}", f"draai eerst '{_MADE_BY[what]}'"
        )
    held = {name: values for name, values in wanted.items() if name in _COLUMNS[what]}
    if what == "values" and "area" in held and has_shelf(workspace.out / VALUES_BY_AREA):
        found = read_areas(workspace.out, [str(each) for each in held["area"]])
        for name, values in held.items():
            found = found.filter(pl.col(name).is_in(values))
        return found.select(list(VALUES.columns))
    return pl.concat([read_shelf(folder, held) for folder in present])


def _conditions(session: Session, selection: Selection) -> list[tuple[str, list[object]]]:
    conditions: list[tuple[str, list[object]]] = []
    if selection.level:
        conditions.append(("level", [selection.level]))
    if selection.indicator:
        conditions += [("indicator", [selection.indicator]), ("field", [selection.indicator])]
    if selection.year is not None:
        conditions.append(("year", [selection.year]))
    if selection.boundaries is not None:
        conditions.append(("boundaries", [selection.boundaries]))
    if selection.areas:
        conditions.append(("area", [session.area(each) for each in selection.areas]))
    return conditions


def _with_names(session: Session, chosen: pl.DataFrame) -> pl.DataFrame:
    folder = session.workspace.tables / "areas"
    if not has_shelf(folder):
        return chosen
    names = read_shelf(folder, columns=["area", "boundaries", "name"])
    joined = chosen.join(names, on=["area", "boundaries"], how="left", maintain_order="left")
    return joined.select("area", "name", pl.exclude("area", "name"))


def _with_units(session: Session, chosen: pl.DataFrame) -> pl.DataFrame:
    if "indicator" not in chosen.columns:
        return chosen
    units = {each.id: each.unit for each in session.catalogue.indicators.values()}
    unit = pl.col("indicator").replace_strict(units, default="rapportcijfer", return_dtype=pl.String)
    return chosen.with_columns(unit.alias("unit"))


def _offered(table: pl.DataFrame) -> str:
    parts = []
    for column, word in (("level", "niveaus"), ("year", "jaren"), ("boundaries", "grenzen van")):
        if column in table.columns and table.height:
            parts.append(f"{word}: {', '.join(str(each) for each in table[column].unique().sort())}")
    return "er zijn " + "; ".join(parts) if parts else "de tabel is leeg"
