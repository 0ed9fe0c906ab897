"""The drawing of a trade-off: every number of the handful stands in it, and colors stay with their option."""

from __future__ import annotations

import re

import pytest

from stadspeil.atlas.words import words_of
from stadspeil.report.drawing.parallel import COLORS, ParallelLine, ParallelScale, digits_of, parallel_alt, parallel_svg

WORDS = words_of("nl")
SCALES = (ParallelScale("Treden", "woningen"), ParallelScale("Verschil", "punt", asked=0.5, decimals=3))
LINES = (
    ParallelLine("m001", ((10, 20, 30), (0.1, 0.2, 0.3)), color=0),
    ParallelLine("m002", ((40, 50, 60), (0.6, 0.7, 0.8)), color=1),
    ParallelLine("m003", ((0, 5, 9), (0.0, 0.1, 0.2))),
)


def test_a_line_runs_through_its_middles_and_higher_is_higher() -> None:
    svg = parallel_svg(SCALES, LINES, WORDS)
    named = re.findall(r'<polyline class="named" points="([^"]+)" fill="none" stroke="([^"]+)"', svg)
    assert [color for _, color in named] == list(COLORS[:2])
    (first, second) = ([float(point.split(",")[1]) for point in points.split()] for points, _ in named)
    assert all(one > other for one, other in zip(first, second, strict=True)), "a lower number stands lower"
    assert svg.count('class="span"') == 4 and svg.count('class="other"') == 1
    assert "≥ 0,5" in svg and "m003" not in svg


def test_an_interval_is_as_long_as_its_numbers() -> None:
    svg = parallel_svg(SCALES, LINES, WORDS)
    spans = [
        float(one) - float(other) for one, other in re.findall(r'class="span".*?y1="([\d.]+)".*?y2="([\d.]+)"', svg)
    ]
    # Both reach over 20 on the first scale and 0.2 on the second: equal lengths per scale.
    assert spans[0] == pytest.approx(spans[2], abs=0.2) and spans[1] == pytest.approx(spans[3], abs=0.2)


def test_what_falls_short_keeps_its_color_and_loses_its_interval() -> None:
    out = (ParallelLine("m001", LINES[0].spans, color=0, out=True), *LINES[1:])
    svg = parallel_svg(SCALES, out, WORDS)
    assert re.search(rf'class="named-out"[^>]*stroke="{COLORS[0]}"', svg)
    assert svg.count('class="span"') == 2
    assert COLORS[1] in svg


def test_the_words_say_every_number_of_the_handful_and_count_the_rest() -> None:
    said = parallel_alt(SCALES, LINES, WORDS)
    assert "m001 20 (10 tot 30)" in said and "m002 0,700 (0,600 tot 0,800)" in said
    assert said.endswith("Er is 1 andere mix zonder naam.")


@pytest.mark.parametrize(("number", "digits"), [(3, 0), (0.5, 1), (-0.05, 2), (1 / 3, 4)])
def test_a_typed_number_keeps_its_decimals(number: float, digits: int) -> None:
    assert digits_of(number) == digits
