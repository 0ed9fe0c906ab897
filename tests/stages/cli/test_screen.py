"""Tables on the screen: whatever a cell holds stands there as it is, and a long table is the same as a short one."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.cli.screen import show_table

ROWS = pl.DataFrame(
    {
        "area": ["BU00010001", "BU00010002", "BU00010003"],
        "name": ["Hoek [oud]", "Plein :house: [/b]", None],
        "value": [1234.5, None, -0.25],
        "n": [7, 12_000, None],
    }
)


def lines_of(table: pl.DataFrame, capsys: pytest.CaptureFixture[str]) -> list[str]:
    show_table(table, "screen")
    return [each.rstrip() for each in capsys.readouterr().out.splitlines()]


def test_brackets_and_colons_of_a_name_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines_of(ROWS, capsys) == [
        "area        name                   value      n",
        "BU00010001  Hoek [oud]          1.234,50      7",
        "BU00010002  Plein :house: [/b]         -  12000",
        "BU00010003  -                      -0,25      -",
    ]


def test_a_table_too_long_to_lay_out_is_the_same_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    short = lines_of(ROWS, capsys)
    long = lines_of(pl.concat(1000 * [ROWS]), capsys)
    assert long == [short[0], *(1000 * short[1:])]


def test_a_long_table_folds_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    long = lines_of(pl.DataFrame({"name": 1001 * [300 * "a"], "n": 1001 * [1]}), capsys)
    assert len(long) == 1002 and long[1] == f"{300 * 'a'}  1"
