"""out/values/: made once, made again when something changed, with own and rebased figures beside the rest."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from spec_tables import shelve

from stadspeil.catalogue.entries import Field, Source
from stadspeil.contracts import CELLS, Status
from stadspeil.errors import QuestionError
from stadspeil.indicators import write_values
from stadspeil.shelf import read_shelf
from stadspeil.workspace import Workspace


def cells(*rows):
    full = [
        (area, "gemeente", 2021, 2021, field, value, None, None, "waarde", snapshot, 1)
        for area, field, value, snapshot in rows
    ]
    return pl.DataFrame(full, schema=dict(CELLS.columns), orient="row")


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path)
    rows = [("GM0001", "koop", 300.0, "s"), ("GM0001", "woningen", 1000.0, "s")]
    rows += [("GM0002", "koop", 100.0, "s"), ("GM0002", "woningen", 1000.0, "s")]
    shelve(cells(*rows), workspace.tables / "kerncijfers")
    return workspace


@pytest.fixture
def catalogue(catalogue_of, indicator_of):
    fields = {id: Field(id, id, "", "count", (0, 1e9)) for id in ("koop", "woningen")}
    merger = (date(2022, 1, 1), "GM0002", "GM0001", "merger", 1.0, "ours", "", "")
    sources = {
        "cbs": Source(
            "cbs", "", "", "", "", "", "connected", "statline_rows", "ours", table="kerncijfers", precedence=1
        ),
        "eigen": Source("eigen", "", "", "", "", "", "connected", "town_workbook", "ours", table="eigen"),
    }
    return catalogue_of(
        indicators=(indicator_of("koopwoningen", numerator="koop", denominator="woningen", per=100),),
        fields=fields, sources=sources, gemeenten=("GM0001", ("GM0002", None, 2021)), changes=(merger,),
    )  # fmt: skip


def read(workspace):
    return read_shelf(workspace.out / "values")


def test_values_are_made_once_and_then_reused(workspace, catalogue):
    assert write_values(workspace, catalogue) is True
    assert write_values(workspace, catalogue) is False
    assert read(workspace).height == 2


def test_a_changed_table_makes_them_again(workspace, catalogue):
    write_values(workspace, catalogue)
    shelve(cells(("GM0001", "koop", 1.0, "s"), ("GM0001", "woningen", 4.0, "s")), workspace.tables / "kerncijfers")
    assert write_values(workspace, catalogue) is True
    assert read(workspace)["value"].to_list() == [25]


def test_on_constant_boundaries_a_share_is_rebuilt_from_the_counts_of_the_parts(workspace, catalogue):
    write_values(workspace, catalogue, boundaries=2022)
    rebased = read(workspace).filter(pl.col("boundaries") == 2022)
    assert rebased.select("area", "year", "value").rows() == [("GM0001", 2021, pytest.approx(20.0))]


def test_what_nobody_measured_stays_away_on_other_boundaries_too(workspace, catalogue):
    folder = workspace.tables / "kerncijfers"
    nothing = {"value": pl.lit(None, dtype=pl.Float64), "status": pl.lit("niet_gemeten", dtype=Status)}
    shelve(read_shelf(folder).with_columns(**nothing), folder)
    write_values(workspace, catalogue, boundaries=2022)
    assert read(workspace).is_empty()


def test_the_publishers_cell_counts_and_a_towns_own_fills_what_is_empty(workspace, catalogue):
    shelve(
        cells(("GM0001", "koop", 999.0, "mine"), ("GM0003", "koop", 5.0, "mine"), ("GM0003", "woningen", 10.0, "mine")),
        workspace.tables / "eigen",
    )
    write_values(workspace, catalogue)
    found = {
        area: (value, method) for area, value, method in read(workspace).select("area", "value", "method").iter_rows()
    }
    assert found["GM0001"] == (30, "rebuilt")
    assert found["GM0003"] == (50, "own")


def test_remarks_stand_beside_the_values(workspace, catalogue):
    write_values(workspace, catalogue)
    assert json.loads((workspace.out / "remarks.json").read_text()) == []


def test_a_workspace_without_tables_says_what_to_do(tmp_path, catalogue):
    with pytest.raises(QuestionError, match="stadspeil import"):
        write_values(Workspace(tmp_path), catalogue)
