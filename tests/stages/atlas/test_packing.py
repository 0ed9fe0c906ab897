"""Lists of numbers as JSON: the same text as Python's own writer, and unpacked again the same."""

from __future__ import annotations

import gzip
import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.atlas.packing import joined, pack, short

NUMBERS = st.lists(st.none() | st.floats(-1e9, 1e9, allow_nan=False), max_size=40)


@given(NUMBERS, st.integers(0, 3))
def test_numbers_are_written_as_the_library_of_json_writes_them(numbers: list[float | None], decimals: int) -> None:
    told = short(pl.Series(numbers, dtype=pl.Float64), decimals)
    expected = {"values": [None if each is None else round(each, decimals) for each in told.to_list()]}
    made = pack({"values": told})
    assert json.loads(made.plain) == expected
    assert made.plain.decode() == json.dumps(expected, separators=(",", ":"))
    assert gzip.decompress(made.small) == made.plain


def test_whole_numbers_have_no_point_and_one_that_is_not_gives_all_of_them_one() -> None:
    assert pack({"n": short(pl.Series([1.0, None, 30.04]), 1)}).plain == b'{"n":[1,null,30]}'
    assert pack({"n": short(pl.Series([1.0, None, 30.0]), 1)}).plain == b'{"n":[1,null,30]}'
    assert pack({"n": short(pl.Series([1.0, None, 30.5]), 1)}).plain == b'{"n":[1.0,null,30.5]}'


def test_words_beside_lists_and_lists_without_any_number() -> None:
    told = {"title": "Wijk «één»", "empty": pl.Series([], dtype=pl.Float64), "unknown": pl.Series([None, None]),
            "names": pl.Series(["a", 'b"c'])}  # fmt: skip
    assert json.loads(pack(told).plain) == {
        "title": "Wijk «één»", "empty": [], "unknown": [None, None], "names": ["a", 'b"c']
    }  # fmt: skip


def test_short_texts_after_each_other() -> None:
    assert joined(pl.Series(["2", "-", "w"])) == "2-w"
    assert joined(pl.Series([], dtype=pl.String)) == ""


def test_another_number_gives_another_mark() -> None:
    one, other = (pack({"n": pl.Series([each])}) for each in (1, 2))
    assert one.mark != other.mark
    assert one.mark == pack({"n": pl.Series([1])}).mark
