"""A table in any of the shapes of publishers: which sheet, which row number, which separator."""

from __future__ import annotations

import polars as pl
import pytest
from source_files import sheets_of, workbook

from stadspeil.errors import SourceError
from stadspeil.sources import rows
from stadspeil.sources.rows import read_rows

TABLE = [("code", "naam", "aantal"), ("GM0637", "Zoetermeer", 1), ("GM0034", "Almere", 2)]


def test_the_table_is_found_behind_a_sheet_with_notes_and_a_remark_names_what_was_left() -> None:
    content = sheets_of({"Toelichting": [("Lees dit",), ("eerst",)], "Cijfers 2023": TABLE, "Leeg": []})
    raw = read_rows(content, "a.xlsx")
    assert raw.headers == ("code", "naam", "aantal")
    assert raw.remarks == ("alleen blad 'Cijfers 2023' is gelezen, niet: Toelichting",)


@pytest.mark.parametrize("above", [0, 1, 3])
def test_row_numbers_are_those_of_the_sheet_also_under_empty_rows(above: int) -> None:
    raw = read_rows(workbook(TABLE, above=above), "a.xlsx")
    assert raw.headers == ("code", "naam", "aantal")
    assert raw.first_row == above + 2


def test_a_title_above_the_headers_is_no_header() -> None:
    raw = read_rows(workbook([("Kerncijfers 2023",), (), *TABLE]), "a.xlsx")
    assert raw.headers == ("code", "naam", "aantal")
    assert (raw.first_row, raw.column(0).to_list()) == (4, ["GM0637", "GM0034"])


def test_empty_lines_in_a_csv_keep_their_number() -> None:
    raw = read_rows(b"a;b\n1;2\n\n3;4\n\n", "a.csv")
    assert raw.column(0).to_list() == ["1", None, "3"]


@pytest.mark.parametrize("closing", ["Bron: CBS", '"\u00a9 CBS, Den Haag 2024"', ";", ""])
def test_the_closing_line_of_an_export_is_no_row(closing: str) -> None:
    raw = read_rows(f"a;b\n1;2\n{closing}\n".encode(), "a.csv")
    assert raw.column(0).to_list() == ["1"]


def test_a_cut_last_line_is_not_taken_for_a_closing_line() -> None:
    with pytest.raises(SourceError, match="rij 3"):
        read_rows(b"a;b\n1;2\nGM06", "a.csv")


def test_commas_inside_quoted_headers_do_not_count_as_separators() -> None:
    raw = read_rows(b'"soort (a, b, c, d)";"n"\n"x, y";"1"\n', "a.csv")
    assert raw.headers == ("soort (a, b, c, d)", "n")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_common_separator_is_found(separator: str) -> None:
    raw = read_rows(separator.join("abc").encode() + b"\r\n" + separator.join("123").encode() + b"\r\n", "a.csv")
    assert raw.headers == ("a", "b", "c")
    assert raw.column(2).to_list() == ["3"]


def test_numbers_in_json_keep_their_value_as_text() -> None:
    raw = read_rows(b'{"value": [{"a": 93750.0, "b": null, "c": 7}, {"a": 1e-7, "d": true}]}', "a.json")
    assert raw.headers == ("a", "b", "c", "d")
    assert [float(each) for each in raw.column(0)] == [93750.0, 1e-7]
    assert raw.column(1).to_list() == [None, None]


def test_exactly_five_thousand_rows_are_remarked_upon() -> None:
    records = ", ".join('{"a": 1, "b": 2}' for _ in range(5000))
    (remark,) = read_rows(f'{{"value": [{records}]}}'.encode(), "a.json").remarks
    assert "afgekapt" in remark


def test_a_table_that_is_too_long_is_refused_before_it_is_unpacked(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 100)
    pl.DataFrame({"a": [1] * 101}).write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(pl, "read_parquet", None)
    with pytest.raises(SourceError, match="101 rijen in; hooguit 100"):
        read_rows((tmp_path / "a.parquet").read_bytes(), "a.parquet")
