"""Remarks of a simulation in the reader's language: every sentence that it can write is known again, with its parts."""

from __future__ import annotations

import re
import string
from pathlib import Path

import numpy as np
import pytest

import stadspeil.simulation
from stadspeil.report.simulated_remarks import Remark, margin_words, remarks_in
from stadspeil.report.wording import wording
from stadspeil.simulation.draws import Draws
from stadspeil.simulation.store import NOT_ON_MICRODATA
from stadspeil.simulation.synthesis.places import HEIGHTS, _remarks

ENGLISH = wording("en")
SIMULATION = Path(stadspeil.simulation.__file__).parent


def english(*remarks: str) -> list[Remark]:
    return remarks_in(remarks, ENGLISH)


def test_dutch_stays_as_it_was_written() -> None:
    assert remarks_in(["wat dan ook"], wording("nl")) == [Remark("wat dan ook")]


def test_what_no_text_knows_stays_dutch_and_says_so() -> None:
    assert english("iets nieuws over 3 buurten") == [Remark("iets nieuws over 3 buurten", "nl")]


def test_every_remark_has_an_english_text_with_the_same_parts() -> None:
    dutch, other = wording("nl").texts["simulated_remarks"], ENGLISH.texts["simulated_remarks"]
    assert set(dutch) == set(other)
    for key in dutch:
        assert _parts(dutch[key]) == _parts(other[key]), key


def _parts(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_site_beyond_the_end_keeps_its_name_and_months() -> None:
    (told,) = english(
        "locatie 'haven' loopt tot 2030-12; de simulatie eindigt voor 2030-01, dus wat daarna komt telt niet mee (vraag meer "
        "jaren met --years)"
    )
    assert told == Remark("site 'haven' lasts until 2030-12; the simulation ends before 2030-01, so what comes later does not count (ask more years with --years)")  # fmt: skip


@pytest.mark.parametrize("method", ["posterior", "believed", "fixed"])
def test_how_coefficients_were_drawn_is_known(method: str) -> None:
    (told,) = english(Draws(method, ()).sentence)
    assert told.lang == "" and told.said.startswith("coefficients")
    assert english(NOT_ON_MICRODATA)[0].lang == ""


def test_where_buurten_lie_is_known() -> None:
    found = english(*_remarks(np.array([0, 1, 1, 2, len(HEIGHTS)])))
    assert [each.lang for each in found] == ["", ""]
    assert "2 around the middle of their wijk, 1 around the middle of their municipality" in found[0].said


def test_what_was_filled_in_is_named_in_english() -> None:
    (told,) = english(
        "10 verzonnen huishoudens en 12 woningen; in 99 procent van de buurten kloppen de typen op afronding na. Niet per "
        "buurt bekend en van een hoger gebied genomen: inkomen, waarde."
    )
    assert told.said.endswith("taken from a higher area: income, value.")


def test_sentences_of_the_population_are_those_of_the_source() -> None:
    """The other remarks are written where they arise: each Dutch text stands there, but for its parts."""
    written = "".join(path.read_text("utf-8") for path in SIMULATION.rglob("*.py"))
    written = re.sub(r'"\s*\n\s*f?"', "", written)
    for key, text in wording("nl").texts["simulated_remarks"].items():
        for part in re.split(r"\{\w+\}|(?<=na[.]) |: |; ", text):
            for piece in re.split(r" (?:wijk|gemeente)$", part.strip(" .:;,'()")):
                assert piece.strip(" ;:") in written, (key, piece)


def test_margins_of_the_fit_have_english_names() -> None:
    source = (SIMULATION / "synthesis" / "fit.py").read_text("utf-8")
    named = set(re.findall(r'_row\(\s*"([^"]+)"', source))
    assert len(named) > 5
    for name in named:
        assert name in ENGLISH.texts["margins_of_fit"], name
    assert margin_words("0-24", ENGLISH) == "0-24"
