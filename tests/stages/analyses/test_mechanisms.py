"""Mechanisms: a verdict only where the interval carries it; and the causal map with its loops."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.causal_map import HYPOTHESIS, hypotheses, loops, title_of
from stadspeil.analyses.mechanisms import baseline_of, course_of_differences, course_to_level, mechanisms_of
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.entries import Arrow
from stadspeil.contracts import GROUP_SCORES, SCORES

YEARS = np.arange(2015, 2025)
NAN = float("nan")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("gaps", "verdict", "reason"),
    [
        (-1 + 0.06 * (YEARS - 2015), "op koers", "interval_above"),
        (-1 - 0.06 * (YEARS - 2015), "van koers", "interval_below"),
        (-0.5 + 0.3 * np.cos(YEARS * 2.0), "niet te zeggen", "interval_both"),
        (np.where(YEARS > 2021, -1.0, NAN), "niet te zeggen", "too_few_years"),
        (np.full(10, NAN), "niet te zeggen", "not_measured"),
    ],
)
def test_a_town_is_on_course_only_with_its_whole_interval(gaps: np.ndarray, verdict: str, reason: str) -> None:
    found = course_to_level(YEARS, gaps, 2040, 0.25)
    assert (found.verdict, found.reason) == (verdict, reason)


def test_level_is_within_the_tolerance_below_the_region() -> None:
    level = np.full(10, -0.2)
    assert course_to_level(YEARS, level, 2040, 0.25).verdict == "op koers"
    assert course_to_level(YEARS, level, 2040, 0.1).verdict == "van koers"


def test_trendless_gaps_are_seldom_called_off_course() -> None:
    rng = np.random.default_rng(1)
    said = [course_to_level(YEARS, -0.1 + 0.3 * rng.normal(size=10), 2040, 0.25).verdict for _ in range(200)]
    assert said.count("niet te zeggen") > 180


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [(0.1 + 0.01 * (YEARS - 2015), "van koers"), (0.3 - 0.01 * (YEARS - 2015), "op koers"),
     (0.2 + 0.02 * np.cos(YEARS * 2.0), "niet te zeggen"), (np.where(YEARS > 2020, 0.1, NAN), "niet te zeggen")],
)  # fmt: skip
def test_growing_differences_are_off_course(differences: np.ndarray, verdict: str) -> None:
    assert course_of_differences(YEARS, differences).verdict == verdict


def test_the_nearest_measured_year_stands_in_for_the_baseline() -> None:
    assert baseline_of([2015, 2019, 2021], 2019) == 2019
    assert baseline_of([2016, 2018, 2020], 2019) == 2018
    assert baseline_of([2021], 2019) == 2021


def series(marks: dict[str, list[float]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A town's marks and those of its net region, 2018 on."""
    rows = [
        {"area": "GM0637", "level": "gemeente", "year": 2018 + n, "boundaries": 2018 + n, "indicator": COMPOSITE,
         "value": mark, "mark": mark, "status": "afgeleid", "note": ""}
        for n, mark in enumerate(marks["town"])
    ]  # fmt: skip
    groups = [
        {"group": "GM0637:net", "kind": "region_net", "year": 2018 + n, "boundaries": 2018 + n, "indicator": COMPOSITE,
         "value": mark, "mark": mark, "members": 5, "present": 5}
        for n, mark in enumerate(marks["region"])
    ]  # fmt: skip
    frames = []
    for made, contract in ((rows, SCORES), (groups, GROUP_SCORES)):
        filled = [{name: each.get(name) for name in contract.columns} for each in made]
        frames.append(pl.DataFrame(filled, schema=dict(contract.columns)))
    return frames[0], frames[1]


COMPOSITE = "mechanisme_sociaaleconomische_kracht"
NONE = pl.DataFrame(schema={"area": pl.String, "year": pl.Int16, "indicator": pl.String, "total": pl.Float64})


def test_a_town_beside_its_region_by_hand(catalogue: Catalogue) -> None:
    scores, groups = series({"town": [6.0, 5.9, 5.8, 5.7, 5.6, 5.5], "region": [6.5] * 6})
    table = mechanisms_of(scores, groups, NONE, catalogue)
    (row,) = table.filter(pl.col("area") == "GM0637", pl.col("measured") == COMPOSITE).to_dicts()
    assert (row["baseline_year"], row["baseline"], row["year"], row["value"]) == (2019, 5.9, 2023, 5.5)
    assert row["gap"] == pytest.approx(-1.0) and row["baseline_gap"] == pytest.approx(-0.6)
    assert row["projection"] == pytest.approx(-0.5 - 0.1 * 22) and row["verdict"] == "van koers"


def test_every_mechanism_has_a_row_also_where_nothing_is_measured(catalogue: Catalogue) -> None:
    scores, groups = series({"town": [6.0], "region": [6.5]})
    table = mechanisms_of(scores, groups, NONE, catalogue).filter(pl.col("area") == "GM0637")
    assert set(table["mechanism"]) == set(catalogue.mechanisms)
    assert set(table["verdict"]) == {"niet te zeggen"}


# --- the catalogue and its map


def test_there_are_five_mechanisms_with_baseline_2019_and_goal_2040(catalogue: Catalogue) -> None:
    assert len(catalogue.mechanisms) == 5 and len(catalogue.key_indicators) == 6
    for entry in catalogue.mechanisms.values():
        assert (entry.baseline, entry.goal_year) == (2019, 2040)
        assert entry.composite or (entry.indicators and entry.gaps)


def test_every_arrow_has_a_source_or_is_called_a_hypothesis(catalogue: Catalogue) -> None:
    assert len(catalogue.arrows) >= 25
    for arrow in catalogue.arrows.values():
        known = arrow.source.startswith(("Visie Zoetermeer 2040 (2022)", "Zorgen voor New Towns (2024)"))
        assert known or arrow.source == HYPOTHESIS, arrow.id
        assert title_of(catalogue, arrow.cause) and title_of(catalogue, arrow.effect, "en")
    assert 0 < len(hypotheses(catalogue.arrows)) < len(catalogue.arrows) / 2


def arrows(*pairs: str) -> dict[str, Arrow]:
    made = {}
    for pair in pairs:
        cause, sign, effect = pair
        made[pair] = Arrow(pair, cause, effect, "+" if sign == "+" else "-", "unknown", "ergens", "")
    return made


def test_planted_loops_are_found_once_and_named_by_their_signs() -> None:
    found = loops(arrows("a+b", "b+c", "c-a", "b-a", "c+d"))
    assert [each.nodes for each in found] == [("a", "b"), ("a", "b", "c")]
    assert [each.feeds_itself for each in found] == [False, False]
    (loop,) = loops(arrows("a-b", "b-a"))
    assert loop.feeds_itself


def test_a_loop_that_rests_on_a_guess_says_so_and_long_ones_are_left() -> None:
    made = arrows("a+b", "b+a")
    made["b+a"] = Arrow("b+a", "b", "a", "+", "unknown", HYPOTHESIS, "")
    assert loops(made)[0].rests_on_hypothesis
    ring = arrows(*[f"{one}+{other}" for one, other in zip("abcdefghij", "bcdefghija", strict=True)])
    assert loops(ring) == () and len(loops(ring, longest=10)) == 1
