"""Sentences and numbers in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from stadspeil.atlas.words import words_of
from stadspeil.contracts import STATUSES
from stadspeil.report.document import Place
from stadspeil.report.wording import LANGUAGES, filled, wording


def flat(texts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in texts.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value if isinstance(value, list) else [value]


def texts(lang: str) -> dict[str, list[str]]:
    return {key: value for key, value in flat(wording(lang).texts) if not key.startswith("units.")}


def test_every_sentence_exists_in_both_languages() -> None:
    assert texts("nl").keys() == texts("en").keys()


def test_both_languages_have_the_same_gaps() -> None:
    gaps = [
        {key: [set(re.findall(r"{(\w+)[}:]", each)) for each in value] for key, value in texts(lang).items()}
        for lang in ("nl", "en")
    ]
    # Units of inputs are told in Dutch by the catalogue; English has words of its own for them.
    for each in gaps:
        assert [each.pop(key) for key in [*each] if key.startswith("case.input_unit.")]
    assert gaps[0] == gaps[1]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_status_has_words(lang: str) -> None:
    assert set(STATUSES) <= set(wording(lang).texts["status"])


@pytest.mark.parametrize(
    ("lang", "place", "text"),
    [
        ("nl", Place(12, 4, 352), "gedeeld 12–15 van 352"),
        ("nl", Place(118, 1, 352), "118 van 352"),
        ("en", Place(12, 4, 352), "shared 12–15 of 352"),
        ("nl", Place(), "–"),
    ],
)
def test_a_place_always_comes_with_its_field(lang: str, place: Place, text: str) -> None:
    assert wording(lang).place(place) == text


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "text"),
    [
        ("nl", 1234567.891, 1, "1.234.567,9"),
        ("en", 1234567.891, 1, "1,234,567.9"),
        ("nl", -0.04, 1, "0,0"),
        ("nl", -3.5, 1, "\N{MINUS SIGN}3,5"),
        ("nl", None, 1, "–"),
    ],
)
def test_numbers_follow_the_language(lang: str, value: float | None, decimals: int, text: str) -> None:
    assert wording(lang).number(value, decimals) == text


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 buurten wijken af"), (1, "1 buurt wijkt af"), ("1", "1 buurt wijkt af"), ("1,0", "1,0 buurten wijken af"), (12, "12 buurten wijken af")],
)  # fmt: skip
def test_words_go_with_their_number(number: object, said: str) -> None:
    text = "{number:~buurt|buurten} {number:?wijkt|wijken} af"
    assert filled(text, {"number": number}) == said
    assert filled("Kop|{number} af", {"number": number}) == f"Kop|{number} af"


def test_one_package_and_one_remark_read_as_one() -> None:
    assert words_of("nl")("appraise.list_reading", packages="1", number="1", interventions=35).startswith(
        "Van 1 pakket dat hier bekend is, is er 1 afgewogen;"
    )
    assert (
        words_of("en")("building.reading", programmes="1", number="1")
        == "Of 1 building programme that is known here, 1 has a result."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_that_counts_is_one_thing_or_more_and_keeps_no_marks(lang: str) -> None:
    counting = [
        text
        for texts in dict(flat(words_of(lang).texts)).values()
        for text in texts
        if re.search(r"{\w+:[~?]", str(text))
    ]
    assert len(counting) > 50
    for text in counting:
        gaps = dict.fromkeys(re.findall(r"{(\w+)[}:]", text), "7")
        one, more = filled(text, gaps | dict.fromkeys(re.findall(r"{(\w+):[~?]", text), "1")), filled(text, gaps)
        assert one != more.replace("7", "1") and not re.search("[{}|~]", one + more), text
