"""A place with its range: beside the place in the figure of the study, and without a color where it holds the middle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from stadspeil.analyses.tables import ANALYSES
from stadspeil.report import Material, Report, report_model
from stadspeil.report.document import Place
from stadspeil.report.figures import figures
from stadspeil.report.wording import LANGUAGES, wording


def ranges(*rows: dict[str, Any]) -> pl.DataFrame:
    contract = ANALYSES["rank_ranges"]
    plain = {"area": "GM0110", "year": 2020, "boundaries": 2020, "ranked": 30}
    made = [{column: {**plain, **row}.get(column) for column in contract.columns} for row in rows]
    return pl.DataFrame(made, schema=dict(contract.columns))


def report(material: Material, catalogue: Any, *rows: dict[str, Any], lang: str = "nl") -> Report:
    analyses = {"rank_ranges": ranges(*rows)} if rows else {}
    return report_model(replace(material, analyses=analyses), catalogue, "GM0110", lang)


def line(made: Report, id: str) -> Any:
    return next(each for each in made.lines if each.id == id)


def test_without_ranges_nothing_changes(material: Material, catalogue: Any) -> None:
    made = report(material, catalogue)
    assert line(made, "tevreden").place.band == "very_favourable"
    (figure,) = figures(made, made.sections[0].judged, "x", wording("nl"))
    assert figure["range_head"] == "" and all(row["range"] is None for row in figure["rows"])


@pytest.mark.parametrize(
    ("low", "high", "band"), [(1, 15, "very_favourable"), (1, 16, "middle"), (1, 30, "middle")]
)  # fmt: skip
def test_a_place_whose_range_holds_the_middle_has_no_color(
    material: Material, catalogue: Any, low: int, high: int, band: str
) -> None:
    for kind in ("noise", "choices"):
        row = {"indicator": "tevreden", "rank": 1, f"best_{kind}": low, f"worst_{kind}": high}
        assert line(report(material, catalogue, row), "tevreden").place.band == band


def test_a_place_without_a_color_is_no_strong_or_weak_point(material: Material, catalogue: Any) -> None:
    row = {"indicator": "tevreden", "rank": 1, "best_noise": 1, "worst_noise": 20}
    assert "tevreden" in [each.id for each in report(material, catalogue).strongest]
    assert "tevreden" not in [each.id for each in report(material, catalogue, row).strongest]


def test_the_figure_shows_the_widest_range_and_says_where_noise_is_in_it(material: Material, catalogue: Any) -> None:
    made = report(
        material, catalogue,
        {"indicator": "tevreden", "rank": 1, "best_noise": 1, "worst_noise": 4, "best_choices": 1, "worst_choices": 9},
        {"indicator": "overlast", "rank": 29, "best_choices": 20, "worst_choices": 30},
    )  # fmt: skip
    (figure,) = figures(made, made.sections[0].judged, "x", wording("nl"))
    found = {row["label"]: row["range"] for row in figure["rows"]}
    assert found["Titel van tevreden"] == {
        "text": "1\u20139", "kind": "noise", "low": 0, "high": pytest.approx(8 / 29), "place": 0,
    }  # fmt: skip
    assert found["Titel van overlast"]["kind"] == "choices" and found["Titel van overlast"]["high"] == 1
    texts = [each["text"] for each in figure["legend"]["markers"]]
    assert any("door toeval en bij andere keuzes" in each for each in texts)
    assert any(each.startswith("mogelijke plaatsen bij andere keuzes") for each in texts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_alt_text_holds_both_ranges(material: Material, catalogue: Any, lang: str) -> None:
    row = {"indicator": "tevreden", "rank": 1, "best_noise": 1, "worst_noise": 4, "best_choices": 1, "worst_choices": 9}
    made = report(material, catalogue, row, lang=lang)
    (figure,) = figures(made, made.sections[0].judged, "x", wording(lang))
    words = wording(lang)
    assert words("drawing.noise_told", low=1, high=4) in figure["alt"]
    assert words("drawing.choices_told", low=1, high=9) in figure["alt"]


def test_a_range_of_another_year_is_not_that_of_the_place(material: Material, catalogue: Any) -> None:
    row = {"indicator": "tevreden", "rank": 1, "best_noise": 1, "worst_noise": 20, "year": 2019}
    assert line(report(material, catalogue, row), "tevreden").place.noise is None


def test_the_middle_lies_between_two_places_of_an_even_field() -> None:
    assert not Place(5, 1, 30, noise=(1, 15)).unsure and Place(5, 1, 30, noise=(1, 16)).unsure
    assert not Place(5, 1, 31, noise=(1, 15)).unsure and Place(5, 1, 31, noise=(16, 16)).unsure


@pytest.mark.parametrize(("ranged", "shade"), [(False, "very_favourable unsure"), (True, "very_favourable")])
def test_without_margin_and_range_a_place_has_an_edge_and_no_color(
    material: Material, catalogue: Any, ranged: bool, shade: str
) -> None:
    """Nothing is colored as a difference that may be smaller than its noise, in the report as on the site."""
    bare = replace(material, scores=material.scores.with_columns(spread=pl.lit(None, dtype=pl.Float64)))
    row = {"indicator": "tevreden", "rank": 1, "best_noise": 1, "worst_noise": 2}
    made = report(bare, catalogue, *([row] if ranged else []))
    found = line(made, "tevreden")
    assert found.place.shade == shade and found.sure == ranged
    (figure,) = figures(made, [found], "x", wording("nl"))
    assert figure["rows"][0]["cells"][0]["band"] == shade
    assert (figure["legend"]["bands"][-1]["text"] == wording("nl")("legend.unsure")) != ranged
