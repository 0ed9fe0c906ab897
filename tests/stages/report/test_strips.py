"""The drawing of buurten per wijk says what was found, of whom, and nothing of those of whom nothing was found."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import get_args
from xml.etree import ElementTree

import pytest

from stadspeil.report.drawing.paint import TINY
from stadspeil.report.drawing.strips import Finding, Spot, Strip, Strips, strips_alt, strips_svg
from stadspeil.report.wording import LANGUAGES, wording

FINDINGS = get_args(Finding)


def drawn(*spots: Spot, middle: float | None = 6.0) -> Strips:
    return Strips("Laag inkomen (2023)", "%", (Strip("Oost", 7.0, spots), Strip("West", None, ())), middle, "Stad")


def signs(content: Strips, lang: str = "nl") -> dict[str, int]:
    """How often each sign is drawn, the one of the legend included."""
    svg = strips_svg(content, wording(lang))
    ElementTree.fromstring(svg)
    return {each: len(re.findall(f'class="spot {each}"', svg)) for each in FINDINGS}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_what_was_found_is_named_and_on_its_own_side(lang: str) -> None:
    words = wording(lang)
    spots = [Spot(f"Buurt {each}", 5.0 + number, 1.0, each) for number, each in enumerate(FINDINGS)]
    said = strips_alt(drawn(*spots), words)
    for each in ("hidden", "seen", "better", "other"):
        assert words(f"strips.{each}_told", names="#").split("#")[0] in said
        assert f"Buurt {each}" in said
    assert not any(f"Buurt {each}" in said for each in ("none", "few", "untested"))
    nothing = strips_alt(drawn(*(each for each in spots if each.finding in ("none", "few", "untested"))), words)
    assert words("strips.nothing") in nothing and "Buurt" not in nothing.replace(words("strips.nothing"), "")


def test_each_finding_has_its_own_sign_and_only_those_in_it_stand_in_the_legend() -> None:
    found = signs(drawn(Spot("A", 16.9, 2.6, "hidden"), Spot("B", 4.0, 1.0, "none"), Spot("C", 4.4, None, "none")))
    assert found == {"hidden": 2, "seen": 0, "better": 0, "other": 0, "none": 3, "few": 0, "untested": 0}


def test_the_place_of_a_dot_follows_its_value() -> None:
    svg = strips_svg(
        drawn(Spot("A", 20.0, 0.5, "none"), Spot("B", 10.0, 0.5, "none"), Spot("C", 0.0, 0.5, "none")), wording("nl")
    )
    high, middle, low = (float(x) for x in re.findall(r'class="spot none" cx="([\d.]+)"', svg)[:3])
    assert high - middle == pytest.approx(middle - low, abs=0.2)
    assert high > middle > low


def test_a_buurt_without_a_margin_gets_none() -> None:
    def lines(margin: float | None) -> int:
        return strips_svg(drawn(Spot("A", 8.0, margin, "hidden")), wording("nl")).count('stroke-width="1.1"')

    assert lines(1.0) == 1
    assert lines(None) == 0


def test_no_name_becomes_markup() -> None:
    svg = strips_svg(drawn(Spot("<b>A</b> & B", 8.0, 1.0, "hidden")), wording("nl"))
    assert "<b>" not in svg


def test_no_margin_runs_through_a_name() -> None:
    # No room to the right: the name stands to the left of the whole margin.
    svg = strips_svg(
        drawn(Spot("Wierden aan de oever", 20.0, 6.0, "hidden"), Spot("B", 0.0, 1.0, "none")), wording("nl"), True
    )
    (start,) = re.findall(r'<line x1="([\d.]+)"[^>]* stroke="#1d2530" stroke-width="1.1"', svg)
    (name,) = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>Wierden aan de oever<', svg)
    assert float(name) < float(start)


@pytest.mark.parametrize("narrow", [False, True])
def test_names_of_buurten_beneath_each_other_do_not_touch(narrow: bool) -> None:
    spots = [Spot(f"Buurt {number}", 10.0 + number / 4, 1.0, "hidden") for number in range(6)]
    quiet = [Spot(f"Stil {number}", 5.0 + number / 9, 1.0, "none") for number in range(9)]
    svg = strips_svg(drawn(*spots, *quiet), wording("nl"), narrow)
    names = sorted(float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*>Buurt \d<', svg))
    assert len(names) == 6
    assert min(below - above for above, below in pairwise(names)) >= 1.1 * TINY
    # All stand inside the row of their wijk, above the line of the next.
    rows = sorted({float(y) for y in re.findall(r'<line x1="0(?:\.0)?" y1="([\d.]+)"', svg)})
    dots = [float(y) for y in re.findall(r'class="spot none" cx="[\d.]+" cy="([\d.]+)"', svg)][:9]
    assert rows[0] < min(names) and max(dots) < rows[1]
