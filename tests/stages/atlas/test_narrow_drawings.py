"""On a phone a drawing is narrow, keeps its letters and loses none of its rows: words stand above what is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from stadspeil.atlas.appraised.drawing import Lane, SpanRow, YearBars, spans_svg, timeline_svg, years_svg
from stadspeil.atlas.comparison_figure import Figure, FigureRow, figure_svg
from stadspeil.atlas.comparison_figure import Lane as Area
from stadspeil.atlas.drawing.ring import Segment, ring_svg
from stadspeil.atlas.drawing.studies import StudyRow, studies_svg
from stadspeil.atlas.drawing_places import PlaceChange, place_changes_svg
from stadspeil.atlas.views import Picture
from stadspeil.atlas.words import words_of
from stadspeil.report.drawing.content import Step, Waterfall
from stadspeil.report.drawing.effects import EffectRow, effects_svg
from stadspeil.report.drawing.income_steps import IncomeSteps, Part, income_steps_svg
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_svg
from stadspeil.report.drawing.paint import NARROW, width_of
from stadspeil.report.drawing.parallel import ParallelLine, ParallelScale, parallel_svg
from stadspeil.report.drawing.shares import ShareRow, shares_svg
from stadspeil.report.drawing.staircase import Staircase, staircase_svg
from stadspeil.report.drawing.strips import Spot, Strip, Strips, strips_svg
from stadspeil.report.drawing.waterfall import waterfall_svg
from stadspeil.report.drawing.waves import WaveRow, waves_svg

NL = words_of("nl")
NAMES = ("Samenhang van beroepsbevolking en werkgelegenheid", "Vierlingpolder")


def _spans(narrow: bool) -> str:
    rows = [
        SpanRow(NAMES[0], "van € −380.000 tot € 1,2 mln", (-4e5, 2e5, 1.2e6), 0),
        SpanRow(NAMES[1], "niets", None, 0),
    ]
    return spans_svg(rows, "miljoen euro", NL, 1e6, narrow=narrow)


def _years(narrow: bool) -> str:
    bars = (YearBars(NAMES[0], tuple(float(each) for each in range(20)), True), YearBars(NAMES[1], (1e6,) * 20, False))
    return years_svg(range(2026, 2046), bars, "miljoen euro per jaar", NL, narrow=narrow)


def _timeline(narrow: bool) -> str:
    lanes = [Lane(name, 2027 + at, 2031, False, "2027 · € 2 mln") for at, name in enumerate(NAMES)]
    return timeline_svg(lanes, (2026, 2045), NL, 2030, narrow=narrow)


def _effects(narrow: bool) -> str:
    rows = [EffectRow(name, "+4 (−2 tot 11)", (-2.0, 4.0, 11.0)) for name in NAMES]
    return effects_svg(rows, "huishoudens", NL, narrow=narrow)


def _intervals(narrow: bool) -> str:
    rows = tuple(IntervalRow("Leeftijd", name, -2.0, -9.0, 4.0, 3.0) for name in NAMES)
    return intervals_svg(Intervals(rows, "meer gingen", "meer kwamen", "New Towns"), NL, narrow=narrow)


def _shares(narrow: bool) -> str:
    return shares_svg([ShareRow(name, 0.81, 0.5) for name in NAMES], "binnen", "land", NL, narrow)


def _studies(narrow: bool) -> str:
    return studies_svg([StudyRow(name, (-0.1, 0.2, 0.4), 0.6) for name in NAMES], "punten", NL, narrow)


def _strips(narrow: bool) -> str:
    spots = tuple(Spot(f"Buurt {at}", float(at), 1.0, "hidden" if at == 11 else "none") for at in range(12))
    strips = tuple(Strip(name, 4.0, spots) for name in NAMES)
    return strips_svg(Strips("Armoede", "%", strips, 5.0, "de stad"), NL, narrow)


def _steps(narrow: bool) -> str:
    parts = (Part(NAMES[0], "−0,2", -0.2, -0.2, -0.2), Part(NAMES[1], "−1 tot 1", -1.0, 1.0, inside=True))
    return income_steps_svg(IncomeSteps(parts, Part("Verandering", "−0,2", -0.2, -0.2, -0.2)), NL, narrow)


def _waves(narrow: bool) -> str:
    rows = [WaveRow(name, ((1.0, 2.0, 3.0),) * 9) for name in NAMES]
    return waves_svg(rows, [(year, year + 4) for year in range(2025, 2070, 5)], NL, narrow)


def _staircase(narrow: bool) -> str:
    cells = ((NAMES[1], ("missing", "ample", "open", "all_fit")),)
    heads = ("18–29 jaar", "30–44 jaar", "45–64 jaar", "75 jaar of ouder")
    return staircase_svg(Staircase(heads, (("Laag inkomen", cells),)), NL, narrow)  # type: ignore[arg-type]


def _ring(narrow: bool) -> str:
    return ring_svg([Segment(name, 6.0, 0.2, "favourable", False) for name in NAMES * 7], 6.5, NL, narrow)


def _parallel(narrow: bool) -> str:
    scales = [ParallelScale(name, "per 1.000", 40.0) for name in NAMES]
    lines = [
        ParallelLine("A: veel sociale huur", ((10.0, 20.0, 30.0), (1e5, 2e5, 3e5)), 0),
        ParallelLine("B", ((1.0, 2.0, 3.0), (1e4, 2e4, 3e4)), 1, out=True),
        ParallelLine("x", ((15.0, 16.0, 17.0), (1.5e5, 1.6e5, 1.7e5))),
    ]
    return parallel_svg(scales, lines, NL, narrow)


def _comparison(narrow: bool) -> str:
    towns = (("GM1", NAMES[0], 9.9), ("GM2", NAMES[1], 3.1))
    lanes = tuple(
        Area(code, name, mark, 0.4, 342, 342, (201, 342), (190, 342), "unfavourable", words, "342 (190–342)")
        for code, name, mark in towns for words in (NL.mark(mark),)
    )  # fmt: skip
    rows = tuple(
        FigureRow(f"{name} en wat daarbij hoort (2024)", lanes, (("disc", "New Towns", 6.0),)) for name in NAMES
    )
    return figure_svg(
        Figure(rows, "GM2", "Rapportcijfer", (3, 10, 6.5), True, {"New Towns": "disc"}, NAMES), NL, narrow
    )


def _waterfall(narrow: bool) -> str:
    steps = (Step(NAMES[0], "4,6", -0.5, "8,1 (nu 7,4)"), Step(NAMES[1], "7,9", 0.3, ""))
    return waterfall_svg(Waterfall("Werk", 6.5, steps, "Eigen cijfer"), NL, narrow)


def _changes(narrow: bool) -> str:
    changes = [PlaceChange(name, 4 + at, 9 - at, at == 0, None) for at, name in enumerate(NAMES)]
    return place_changes_svg(changes, 12, NL, narrow)


DRAWINGS = (
    _spans, _years, _timeline, _effects, _intervals, _shares, _studies, _strips, _steps, _waves, _staircase, _ring,
    _parallel, _comparison, _waterfall, _changes,
)  # fmt: skip
_TEXT = re.compile(
    r'<text(?: class="\w+")? x="([-\d.]+)" y="[-\d.]+" font-size="([\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)<'
)


@pytest.mark.parametrize("draw", DRAWINGS)
def test_it_is_as_wide_as_a_phone_and_no_word_runs_off(draw: Callable[[bool], str]) -> None:
    svg = draw(True)
    assert f'viewBox="0 0 {NARROW:.0f} ' in svg
    found = _TEXT.findall(svg)
    assert found
    for x, size, anchor, said in found:
        assert float(size) >= 8.5, said
        wide = width_of(said, float(size))
        start = float(x) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        assert start >= -4 and start + wide <= NARROW + 4, said


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_wide_one_holds_as_many_marks(draw: Callable[[bool], str]) -> None:
    def marks(svg: str) -> list[int]:
        return [
            svg.count(f'class="{each}')
            for each in ("spot", 'span"', 'effect"', 'bar"', 'lane"', "dot", "place", "noise", "middle", "named")
        ]

    assert marks(draw(True)) == marks(draw(False)) and 'viewBox="0 0 680 ' in draw(False)


@pytest.mark.parametrize("draw", DRAWINGS)
def test_it_stands_on_a_page_as_an_image_of_its_own_size(draw: Callable[[bool], str]) -> None:
    picture = Picture("a", draw(False), "", "", "", narrow=draw(True))
    kind, _, drawn = picture.narrow_image.partition(",")
    assert kind == "data:image/svg+xml" and unquote(drawn) == draw(True)
    assert not {*drawn} & {*'"<>#&'} and drawn.isascii()
    assert picture.narrow_size[0] == NARROW and picture.narrow_size[1] > 60
