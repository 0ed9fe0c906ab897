"""`stadspeil export`: rows of a result that meet a selection, with names and units beside codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from stadspeil.areas import is_code, is_invented
from stadspeil.cli.sessions import Session
from stadspeil.errors import QuestionError

_MADE_BY = {
    "scores": "stadspeil score", "groups": "stadspeil score", "values": "stadspeil build", "cells": "stadspeil build",
    "areas": "stadspeil build",
}  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """Which rows are wanted; None or empty is all."""

    level: str | None = None
    indicator: str | None = None
    year: int | None = None
    areas: tuple[str, ...] = ()
    boundaries: int | None = None


def exported(session: Session, what: str, selection: Selection) -> pl.DataFrame:
    """The selected rows of one result, sorted. QuestionError when there are none, saying what there is."""
    table = _read(session, what)
    if selection.indicator and what in {"scores", "values", "groups"}:
        catalogue = session.catalogue
        if selection.indicator not in catalogue.composites:
            entry = catalogue.indicator(selection.indicator)
            if entry.status == "planned":
                raise QuestionError(
                    f"indicator '{entry.id}'", f"is gepland: bron '{entry.source}' is nog niet aangesloten",
                    "zie 'stadspeil list indicators --status connected'",
                )  # fmt: skip
    chosen = table
    for column, wanted in _conditions(session, selection):
        if column in table.columns:
            chosen = chosen.filter(pl.col(column).is_in(wanted))
    if chosen.is_empty():
        raise QuestionError(
            f"export {what}", f"geen rijen bij deze vraag; {_offered(table)}", "vraag een ander jaar, niveau of cijfer"
        )
    chosen = _with_names(session, chosen) if what in {"scores", "values", "cells"} else chosen
    return _with_units(session, chosen).drop("geometry", strict=False)


def has_invented(table: pl.DataFrame) -> bool:
    """Whether a table speaks of Nieuwland."""
    codes = table["area" if "area" in table.columns else "group"].unique().to_list()
    return any(is_code(code) and is_invented(code) for code in (each.split(":")[0] for each in codes))


def _read(session: Session, what: str) -> pl.DataFrame:
    workspace = session.workspace
    paths: list[Path] = {
        "scores": [workspace.out / "scores.parquet"],
        "values": [workspace.out / "values.parquet"],
        "groups": [workspace.out / "group_scores.parquet"],
        "areas": [workspace.tables / "areas.parquet"],
        "cells": [workspace.tables / f"{name}.parquet" for name in session.catalogue.tables],
    }[what]
    present = [path for path in paths if path.exists()]
    if not present:
        raise QuestionError(
            f"export {what}", f"er is nog niets gemaakt in {workspace.root}", f"draai eerst '{_MADE_BY[what]}'"
        )
    return pl.concat([pl.read_parquet(path) for path in present])


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
    path = session.workspace.tables / "areas.parquet"
    if not path.exists():
        return chosen
    names = pl.read_parquet(path, columns=["area", "boundaries", "name"])
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
