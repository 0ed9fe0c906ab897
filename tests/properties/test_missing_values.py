"""No path turns a publisher's special code into a number, and no number into something else."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.contracts import SPECIAL_CODES, WITH_NUMBER
from stadspeil.sources.missing import parse_cells, parser


def parsed(*texts: str | None) -> list[tuple[float | None, str, bool]]:
    return parse_cells(pl.Series(texts, dtype=pl.String)).rows()


padding = st.sampled_from(["", " ", "      ", "\t"])


@given(padding, st.sampled_from(SPECIAL_CODES), st.sampled_from(["", ".0", ".00", ",0", ".000000"]), padding)
def test_a_special_code_never_becomes_a_number(before: str, code: float, tail: str, after: str) -> None:
    ((value, status, odd),) = parsed(f"{before}{int(code)}{tail}{after}")
    assert value is None
    assert status not in WITH_NUMBER
    assert not odd


@pytest.mark.parametrize("text", ["-9.9997E4", "-9.9999999e7", "-0099997", "-99997,000", "-99.995e3"])
def test_a_special_code_in_disguise_is_still_no_number(text: str) -> None:
    ((value, status, odd),) = parsed(text)
    assert value is None
    assert status not in WITH_NUMBER
    assert not odd


@pytest.mark.parametrize("code", [-99_990, -99_992, -99_996, -99_998, -99_999])
def test_an_unknown_code_among_the_special_ones_is_odd(code: int) -> None:
    assert parsed(str(code)) == [(None, "niet_gemeten", True)]


@given(padding, st.floats(-90_000, 1e12, allow_nan=False), padding)
def test_a_number_stays_that_number(before: str, number: float, after: str) -> None:
    assert parsed(f"{before}{number!r}{after}") == [(number, "waarde", False)]


@given(st.integers(-90_000, 10**9), st.integers(0, 999))
def test_a_decimal_comma_is_read_as_a_decimal_point(whole: int, part: int) -> None:
    (comma,), (point,) = parsed(f"{whole},{part:03d}"), parsed(f"{whole}.{part:03d}")
    assert comma == point


@given(st.text(max_size=12))
def test_any_text_is_a_number_a_known_mark_or_odd(text: str) -> None:
    ((value, status, odd),) = parsed(text)
    assert (value is not None) == (status in WITH_NUMBER)
    assert not (odd and value is not None)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, "niet_gemeten"), ("", "niet_gemeten"), ("   ", "niet_gemeten"), (".", "geheim"), ("       .", "geheim"),
        ("x", "geheim"), ("-99997", "geheim"), ("-99995", "later"), ("-99991", "vervallen"), ("-", "onmogelijk"),
    ],
)  # fmt: skip
def test_each_mark_has_its_own_status(text: str | None, status: str) -> None:
    assert parsed(text) == [(None, status, False)]


@pytest.mark.parametrize(
    "text", ["veel", "12 000", "1.234,5", "1,234.5", "Infinity", "NaN", "nan", "inf", "0x10", "--1", "1e999"]
)
def test_what_is_no_number_is_odd_and_not_guessed_at(text: str) -> None:
    ((value, _, odd),) = parsed(text)
    assert value is None
    assert odd


@pytest.mark.parametrize("at_once", [1, 7, 12, 200_000])
def test_columns_read_at_once_are_as_each_read_alone(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the column beside it: a comma, a code or a word there changes nothing here."""
    monkeypatch.setattr("stadspeil.sources.missing._AT_ONCE", at_once)
    columns = (
        ["1", "2", "3.5", None],
        ["1,5", ".", "x", ""],
        ["-99997", "-99995.0", "woord", "-"],
        ["7", "8", "9", "1e3"],
    )
    table = pl.DataFrame({f"c{place}": pl.Series(texts, dtype=pl.String) for place, texts in enumerate(columns)})
    other = table.reverse()
    parse = parser([table], [3, 0, 2, 0])
    for place in range(4):
        for each in (table, other):
            assert parse(each, place).equals(parse_cells(each[f"c{place}"]))
    assert parse(table, 2)["status"].to_list() == ["geheim", "later", "niet_gemeten", "onmogelijk"]
