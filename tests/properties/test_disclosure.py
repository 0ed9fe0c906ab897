"""No text that leaves us runs as a formula in a spreadsheet, and plain text is left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.disclosure import safe_cell

STARTS = "=+-@\t\r\n\0＝＋－＠"


@given(st.sampled_from(STARTS), st.text(max_size=20), st.sampled_from(["", " ", "\ufeff", "\u200b "]))
def test_a_text_that_would_run_gets_an_apostrophe(start: str, rest: str, before: str) -> None:
    assert safe_cell(before + start + rest) == "'" + before + start + rest


@given(st.text(max_size=30))
def test_what_comes_out_never_begins_a_formula(text: str) -> None:
    seen = unicodedata.normalize("NFKC", safe_cell(text)).lstrip(" \ufeff\u200b\u200c\u200d\u2060")
    assert not seen.startswith(tuple("=+-@"))


@pytest.mark.parametrize("text", ["Zoetermeer", "%", "per 1.000", "'s-Gravenhage", "", "5-15 jaar", "a=b"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
