"""No sentence says more than its interval allows: numbers on both sides of the limit, through to the words.

Each test makes the verdict with the method itself and reads what the report prints. `GUARDS` lists every text
that states a difference, change, place or verdict under the test that guards it; a new one is refused until it is listed.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from stadspeil.analyses.clusters import QUADRANTS, local_clusters
from stadspeil.analyses.development import changes_of
from stadspeil.analyses.hidden_buurten import pocket_test
from stadspeil.analyses.income_identity import Bounds
from stadspeil.analyses.mechanisms import course_of_differences, course_to_level
from stadspeil.analyses.moves import moves_of
from stadspeil.analyses.selectivity import selectivity, selectivity_verdict
from stadspeil.analyses.tables import ANALYSES
from stadspeil.analyses.treads import Tread, tread_verdict
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import AREAS, VALUES, empty
from stadspeil.report.buurt_sheet import buurt_sheet
from stadspeil.report.chapters import Shown, build_chapters
from stadspeil.report.chapters.summary import summary
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.findings import FAVOURABLE, UNFAVOURABLE
from stadspeil.report.standing import HALF_INTERVAL, Field
from stadspeil.report.wording import LANGUAGES, MINUS, filled, lowered, wording
from stadspeil.scores.explaining import difference_words

TOWN = "GM0637"
YEARS = np.arange(2015, 2025)
# Words that claim something of a town or a buurt.
CLAIMING = {
    "nl": r"hoger|lager|gestegen|gedaald|aantoonba|op koers|van koers|groeien|kleiner|gunstig|duidelijk|\bsterk\b|\bzwak\b"
    r"|\bboven\b|onder de regio|wijk(?:t|en) .*\baf\b|afwijken|verbeter|verslechter",
    "en": r"higher|lower(?! end)|risen|fallen|demonstra|on course|off course|grow|smaller|favourabl|clearly|\bstrong\b|\bweak\b"
    r"|\babove\b(?! all)|below the region|stands? out|worse|better|improv",
}
# Tests that guard claims, and the texts that make them: tests of this module, or of the one beside it that is named.
GUARDS = {
    "test_business_case.test_a_party_wins_or_loses_only_with_its_whole_interval": ("case.actors.free",),
    # Only on which side of a bound that the method found.
    "test_business_case.test_the_box_of_the_worst_fifth_is_told_from_its_numbers": ("case.hanging.over",),
    "test_business_case.test_a_plan_for_the_worst_scenarios_is_not_proven_to_be_worth_the_most": ("case_agenda.bound_lam",),
    # Names of the two sides of nought; what has a color is guarded.
    "test_business_case.test_a_change_has_a_color_only_where_its_interval_leaves_out_nought": ("case.places.down", "case.places.up"),
    "test_weighed_words.test_runs_lie_over_or_under_the_chains_only_with_their_whole_interval": (
        "weighed.more_in_runs", "weighed.less_in_runs",
    ),
    "test_weighed_words.test_mixes_are_called_alike_only_where_no_more_are_apart_than_by_chance": (
        "weighed.unordered", "weighed.unordered_runs",
    ),
    "test_weighed_words.test_what_is_lacking_is_told_only_where_treads_show_it": (
        "weighed.treads_lack", "weighed.treads_none",
    ),
    # "Higher area" is where a figure comes from, not a verdict.
    "test_simulated_remarks.test_what_was_filled_in_is_named_in_english": ("simulated_remarks.population_filled",),
    "test_strips.test_only_what_was_found_is_named_and_on_its_own_side": (
        "strips.hidden", "strips.seen", "strips.better", "strips.other", "strips.none", "strips.hidden_told",
        "strips.seen_told", "strips.better_told", "strips.other_told", "strips.nothing",
    ),
    "test_chapters.test_a_change_beside_a_group_is_told_only_where_it_is_demonstrable": (
        "development.gaps_counted", "development.gaps_caption",
    ),
    "test_chapters.test_what_moves_first_is_told_without_a_word_of_cause": (
        "mechanisms.lead_found", "mechanisms.lead_found_none", "mechanisms.lead.none",
    ),
    "test_a_change_has_a_direction_only_where_its_interval_leaves_out_nothing": (
        "development.said.up", "development.said.down", "development.said.same", "development.counted",
    ),
    "test_a_difference_with_a_group_is_named_only_beyond_its_shared_margin": (
        "leaflet.said.hoger", "leaflet.said.lager", "beside.counted", "beside.caption",
    ),
    "test_a_sheet_names_a_difference_only_beyond_the_margin_shared_by_its_rows": (
        "leaflet.said.gelijk", "leaflet.sheet_said.hoger", "leaflet.sheet_said.lager", "leaflet.sheet_said.gelijk",
    ),
    "test_a_mechanism_is_on_or_off_course_only_with_its_whole_interval": (
        "mechanisms.verdict.on", "mechanisms.verdict.off", "mechanisms.reason.interval_below", "summary.on",
        "summary.off", "summary.open_all",
    ),
    "test_differences_grow_or_shrink_only_where_chance_does_not_explain_it": (
        "mechanisms.reason.grows", "mechanisms.reason.shrinks", "mechanisms.reason.no_trend",
    ),
    "test_a_buurt_is_told_apart_only_beyond_the_margin_that_is_printed_with_it": (
        "below.found", "below.found_none_hidden", "below.none", "below.caption", "below.hidden_title",
        "leaflet.hidden_caption", "leaflet.out", "summary.below", "summary.below_none",
    ),
    "test_a_sliding_buurt_is_told_only_when_it_was_found": (
        "below.sliding", "below.sliding_none", "below.sliding_caption",
    ),
    "test_clusters_are_counted_only_where_chance_does_not_make_them": (
        "below.clusters", "below.spots",
    ),
    "test_what_lies_within_its_margin_of_the_average_is_neither_strong_nor_weak": (
        "findings.strong", "findings.weak", "findings.strong_none", "findings.weak_none", "first.good",
        "first.bad", "first.good_none", "first.none_found", "first.bad_none", "workbook.direction_strong",
        "workbook.direction_weak",
    ),
    "test_report_model.test_a_theme_is_only_called_favourable_where_all_its_possible_places_are": (
        "first.good_unsure", "first.bad_unsure",
    ),
    "test_a_balance_of_moves_has_a_side_only_where_its_interval_leaves_out_nought": (
        "moving.open", "moving.more_came", "moving.more_left",
    ),
    "test_a_group_weighs_more_only_where_the_interval_of_its_index_leaves_out_nought": (
        "moving.no_group", "moving.both", "moving.one_goes", "moving.one_comes",
    ),
    "test_a_tread_is_missing_or_ample_only_where_its_bounds_lie_apart": (
        "moving.tread_missing", "moving.tread_ample", "moving.treads_counted",
    ),
    "test_chapters.test_without_a_spot_nothing_is_pointed_at_and_untested_is_not_fine": (
        "below.inside_none",
    ),
    "test_chapters.test_a_spot_inside_a_buurt_is_told_of_the_buurt_with_its_margin_and_no_square_is_named": (
        "below.inside_found", "below.inside_caption",
    ),
    "test_another_town_is_counted_as_behind_only_where_the_difference_is_demonstrable": (
        "ahead.noise_caption", "ahead.better", "ahead.worse", "ahead.same",
    ),
    "test_chapters.test_only_found_differences_of_the_group_are_told_the_largest_first": (
        "likes.group_counted", "likes.group_beside", "likes.group_caption",
    ),
    "test_chapters.test_beside_twins_nothing_is_called_a_difference_without_its_margin": (
        "likes.said.hoger", "likes.said.lager", "likes.said.gelijk",
    ),
    "test_drawings.test_only_a_place_that_surely_lies_on_one_side_has_its_color": (
        "drawing.sure_good", "drawing.sure_bad",
    ),
    "test_drawings.test_only_a_change_beyond_its_margin_has_a_color": (
        "drawing.change_up", "drawing.change_down", "drawing.change_same",
    ),
    "test_drawings.test_the_needle_is_the_interval_and_lies_on_the_side_that_the_verdict_says": (
        "drawing.verdict_on", "drawing.verdict_off",
    ),
    "test_maps_drawn.test_a_difference_within_its_margin_has_no_color_and_an_unknown_buurt_is_hatched": (
        "maps.differences", "maps.differences_caption", "maps.differences_alt", "maps.good2", "maps.good1",
        "maps.same", "maps.bad1", "maps.bad2",
    ),
    "test_simulated_words.test_chains_are_told_only_on_one_side_of_their_limit": (
        "simulated.freed", "simulated.freed_chance", "simulated.moves_more", "simulated.moves_fewer",
        "simulated.moves_chance", "simulated.homeless_more", "simulated.homeless_fewer", "simulated.homeless_chance",
        "simulated.reading_one_pair", "simulated.reading_none",
    ),
    "test_simulated_words.test_the_chapter_names_three_effects_that_may_be_shown_and_no_other": (
        "simulated.effect_up", "simulated.effect_down", "simulated.masked", "simulated.masked_each", "simulated.masked_one_pair",
        "simulated.strongest_none", "simulated.shift", "simulated.shift_nobody",
    ),
    "test_simulated_words.test_erosion_is_a_warning_only_where_the_fall_may_be_shown": (
        "simulated.erosion", "simulated.erosion_none", "simulated.erosion_left", "simulated.erosion_nowhere",
    ),
    "test_simulated_words.test_a_wave_is_told_only_where_its_low_end_stands_out": (
        "waves.reading", "waves.reading_even", "waves.reading_none",
    ),
    "test_maps_drawn.test_hidden_buurten_are_numbered_and_named": (
        "maps.hidden_title", "maps.hidden_caption", "maps.hidden", "maps.found", "maps.not_found",
        "maps.clustered", "maps.hidden_alt",
    ),
}  # fmt: skip
CLAIMS = {text: guard for guard, texts in GUARDS.items() for text in texts}
# Texts that explain how to read, head a column or name a colour, and claim nothing of this town.
EXPLAINING = re.compile(
    # What is said again in English stands under the guard of what was said first; ages grow older.
    r"^(words|retold\w*|case_agenda\.columns|legend|cautions|method|columns|column_notes|analysis_\w+|units|notes|status|slides)\."
    r"|\.(\w+_)?intro(_\w+)?$|^workbook\.(judged_rows|sheet_\w+)$|^leaflet\.(brief_ranges|sheet_care|verdicts_caption)$"
    r"|^(figure|standing|composition|development|below|certainty|mechanisms)\.(\w+_title|title|map\w*|loop\w*|split_\w+|share\w*"
    r"|hides|lowest|alt_\w+|shares_head|real_\w+|worst|best)$|^first\.(strongest|weakest|reading)$"
    r"|^(below\.untested|findings\.title|leaflet\.brief_subtitle|leaflet\.hidden|leaflet\.untested|below\.buurt_hides|likes\.twins_read)$"
    r"|^workbook\.is_\w+_is_better$|^lineage\.(field|lower|higher|why_neutral)$|^maps\.country_\w+$|^drawing\.(most_favourable|noise_\w+|choices_\w+|lowers|dials_caption)$|^development\.(fifth_\d|mobility_gemeente)$"
    r"|^case\.own_columns\.|^case\.(moved\.(more|less)|input_unit\.procent)$|^drawing\.(more|less)$|^household_history\.(age\w*|kind)$"
)


def own_texts(lang: str) -> Iterator[tuple[str, str]]:
    """Texts of the report itself, without those that only say again what stands elsewhere."""
    return ((key, text) for key, text in flat(wording(lang).texts) if not key.startswith("retold"))


def flat(texts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in texts.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}{key}.")
        else:
            yield from ((f"{path}{key}", str(each)) for each in (value if isinstance(value, list) else [value]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_that_claims_something_has_a_guard(lang: str) -> None:
    claiming = {key for key, text in flat(wording(lang).texts) if re.search(CLAIMING[lang], text, re.IGNORECASE)}
    loose = sorted(key for key in claiming - CLAIMS.keys() if not EXPLAINING.search(key))
    assert loose == [], "texts that claim something: list them in GUARDS, under a test on both sides of their limit"


def test_every_guard_exists_and_guards_a_text() -> None:
    known = {key for key, _ in flat(wording("nl").texts)}
    assert CLAIMS.keys() <= known
    for guard in GUARDS:
        module, _, name = guard.rpartition(".")
        text = Path(__file__).with_name(f"{module}.py" if module else Path(__file__).name).read_text("utf-8")
        assert f"def {name}(" in text, guard


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_has_the_verdicts_in_the_same_words_as_the_report(lang: str) -> None:
    """A verdict is made once; the words of the workbook may not turn it, nor soften or sharpen it."""
    words = wording(lang)
    told = words.texts["analysis_words"]
    for verdict in ("hoger", "lager", "gelijk"):
        assert told[verdict] == words(f"leaflet.said.{verdict}")
    for verdict, side in (("op koers", "on"), ("van koers", "off")):
        assert told[verdict] == words(f"mechanisms.verdict.{side}").rstrip(":").lower()
    for verdict, side in (("gestegen", "up"), ("gedaald", "down")):
        assert told[verdict] == words(f"development.said.{side}")


# --- what is printed


@pytest.fixture(scope="module")
def ours() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def without_map(ours: Catalogue) -> Catalogue:
    """Without the causal map, which takes most of the time and makes no claim of a town."""
    return dataclasses.replace(ours, arrows={})


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    contract = ANALYSES[name]
    made = [{column: row.get(column) for column in contract.columns} for row in rows]
    return pl.DataFrame(made, schema=dict(contract.columns))


def printed(chapter: Chapter) -> str:
    found = []
    for part in chapter.parts:
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, Heading):
            found.append(part.text)
        elif isinstance(part, Grid):
            found += [part.caption, " | ".join(part.heads), *(" | ".join(row) for row in part.rows)]
    return "\n".join(found)


def chapter_of(ours: Catalogue, id: str, lang: str, **analyses: pl.DataFrame) -> str:
    shown = Shown(TOWN, ours, analyses, empty(AREAS), {}, {})
    made = {each.id: each for each in build_chapters(shown, wording(lang))}
    return printed(made[id]) if id in made else ""


RANGE = {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 220, "ranked": 352,
         "best_choices": 200, "middle_choices": 220, "worst_choices": 230, "lowest_tenth": 0.2, "hangs_on": ""}  # fmt: skip


def summarised(ours: Catalogue, lang: str, **analyses: pl.DataFrame) -> str:
    """What the first page says of the chapters."""
    return " ".join(summary(Shown(TOWN, ours, analyses, empty(AREAS), {}, {}), wording(lang)))


# 1.645 x root 2 x 0.5 = 1.163 is the margin of a change.
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("change", [-9.0, -1.17, -1.16, -0.1, 0.0, 0.1, 1.16, 1.17, 9.0])
def test_a_change_has_a_direction_only_where_its_interval_leaves_out_nothing(
    ours: Catalogue, lang: str, change: float
) -> None:
    made = changes_of(np.array([[30.0, 30.0 + change]]), np.full((1, 2), 0.5))
    low, high = float(made.change[0] - made.margin[0]), float(made.change[0] + made.margin[0])
    row = {"area": TOWN, "indicator": "bijstand", "scale": "percentage", "boundaries": 2021, "first_year": 2016, "last_year": 2021,
           "years": 2, "first": 30.0, "last": 30.0 + change, "change": change, "low": low, "high": high, "verdict": made.verdict[0],
           "broken": False}  # fmt: skip
    told = chapter_of(ours, "development", lang, trends=table("trends", row))
    words = wording(lang)
    said = {side: words(f"development.said.{side}") for side in ("up", "down", "same")}
    line = next(line for line in told.splitlines() if line.startswith(ours.title_of("bijstand", lang)))
    wanted = "up" if low > 0 else "down" if high < 0 else "same"
    assert (wanted == "same") == (abs(change) < 1.163)
    assert line.endswith(said[wanted])
    assert words("development.counted", number=1, same=int(wanted == "same"), unknown=0) in told


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("gap", "error"), [(-2.9, 1.0), (-2.7, 1.0), (0.5, 1.0), (2.7, 1.0), (2.9, 1.0), (9.0, np.nan)]
)
def test_a_difference_with_a_group_is_named_only_beyond_its_shared_margin(
    ours: Catalogue, lang: str, gap: float, error: float
) -> None:
    """Twenty differences are read together: 2.807 times the error, also where the printed margin of one is 1.645."""
    verdict = difference_words(gap, error, 20)
    row = {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "bijstand", "group": "NL", "kind": "country",
           "value": 20 + gap, "group_value": 20.0, "gap": gap, "low": gap - 1.645 * error, "high": gap + 1.645 * error,
           "verdict": verdict}  # fmt: skip
    other = {**row, "indicator": "ww", "value": 20.1, "gap": 0.1, "low": -1.0, "high": 1.2, "verdict": "gelijk"}
    told = chapter_of(ours, "beside", lang, gaps=table("gaps", row, other))
    named = bool(np.isfinite(error)) and abs(gap) > 2.807
    words = wording(lang)
    lines = [each for each in told.splitlines() if each.startswith(ours.title_of("bijstand", lang))]
    assert bool(lines) == named
    if named:
        assert f"{'+' if gap > 0 else MINUS}{words.number(abs(gap), 1)} ±" in lines[0]
    assert not [each for each in told.splitlines() if each.startswith(ours.title_of("ww", lang))]
    counted = words(
        "beside.counted", known=1 + np.isfinite(error), told=int(named), unknown=1 - int(np.isfinite(error))
    )
    assert counted in told


@settings(max_examples=60, deadline=None)
@given(st.floats(-1.5, 1.0), st.floats(-0.12, 0.12), st.floats(0, 0.4), st.integers(0, 99))
def test_a_mechanism_is_on_or_off_course_only_with_its_whole_interval(
    without_map: Catalogue, level: float, slope: float, noise: float, seed: int
) -> None:
    tolerance = 0.25
    gaps = level + slope * (YEARS - 2015) + noise * np.random.default_rng(seed).normal(size=len(YEARS))
    course = course_to_level(YEARS, gaps, 2040, tolerance)
    row = {
        "area": TOWN, "mechanism": "sociaaleconomische_kracht", "measured": "mechanisme_sociaaleconomische_kracht",
        "baseline_year": 2019, "year": 2024, "years": 10, "value": 6.5 + gaps[-1], "baseline": 6.0, "region": 6.5,
        "gap": gaps[-1], "baseline_gap": -0.5, "goal_year": 2040, "projection": course.projection, "low": course.low,
        "high": course.high, "verdict": course.verdict, "reason": course.reason,
    }  # fmt: skip
    for lang in LANGUAGES:
        words, told = wording(lang), chapter_of(without_map, "mechanisms", lang, mechanisms=table("mechanisms", row))
        on, off = (words(f"mechanisms.verdict.{side}") for side in ("on", "off"))
        assert (on in told) == (course.low >= -tolerance)
        assert (off in told) == (course.high < -tolerance)
        assert (words("mechanisms.verdict.open") in told) == (course.low < -tolerance <= course.high)
        brief = summarised(without_map, lang, mechanisms=table("mechanisms", row))
        entry = without_map.mechanisms["sociaaleconomische_kracht"]
        name = lowered(entry.title_en if lang == "en" else entry.title)
        assert (words("summary.on", mechanisms=name) in brief) == (course.low >= -tolerance)
        assert (words("summary.off", mechanisms=name) in brief) == (course.high < -tolerance)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slope", [-0.02, -0.0005, 0.0, 0.0005, 0.02])
def test_differences_grow_or_shrink_only_where_chance_does_not_explain_it(
    ours: Catalogue, lang: str, slope: float
) -> None:
    swing = 0.01 * np.array([1, -1, 0.5, -0.6, 0.9, -0.8, 0.2, -0.3, 0.7, -0.9])
    course = course_of_differences(YEARS, 0.3 + slope * (YEARS - 2015) + swing)
    row = {"area": TOWN, "mechanism": "kansengelijkheid", "measured": "bijstand", "baseline_year": 2019, "year": 2024,
           "years": 10, "goal_year": 2040, "verdict": course.verdict, "reason": course.reason}  # fmt: skip
    unequal = next(each.id for each in ours.mechanisms.values() if each.measure == "inequality")
    told = chapter_of(ours, "mechanisms", lang, mechanisms=table("mechanisms", {**row, "mechanism": unequal}))
    words = wording(lang)
    assert (words("mechanisms.reason.grows") in told) == (slope == 0.02)
    assert (words("mechanisms.reason.shrinks") in told) == (slope == -0.02)
    assert (words("mechanisms.reason.no_trend") in told) == (abs(slope) < 0.01)


def pocket_row(difference: float) -> dict[str, Any]:
    """One buurt beside its wijk in a country where ordinary differences are one, as the analysis would write it."""
    rng = np.random.default_rng(3)
    values = 20 + rng.normal(size=600)
    values[0] = values[1:5].mean() + difference
    found = pocket_test(values, np.full(600, 0.3), np.full(600, 500.0), np.arange(600) // 5)
    return {
        "area": "BU06370101", "year": 2020, "boundaries": 2020, "indicator": "bijstand", "value": values[0],
        "rest": found.rest[0], "wijk_value": 20.0, "difference": found.difference[0], "error": found.error[0],
        "ordinary": found.ordinary, "p": found.p[0], "base": 500.0, "found": bool(found.found[0]),
        "unfavourable": bool(found.difference[0] > 0), "wijk_hides": True, "signals": 1,
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("difference", [-9.0, -2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0])
def test_a_buurt_is_told_apart_only_beyond_the_margin_that_is_printed_with_it(
    ours: Catalogue, lang: str, difference: float
) -> None:
    row = pocket_row(difference)
    told = chapter_of(ours, "below", lang, pockets=table("pockets", row))
    words = wording(lang)
    if row["found"] and row["unfavourable"]:
        assert abs(row["difference"]) > 1.645 * row["error"]
        assert "BU06370101" in told and words("below.found", number=1, hidden=1) in told
        assert words("below.none") not in told
    else:
        assert "BU06370101" not in told and words("below.none") in told
    named = row["found"] and row["unfavourable"]
    key = "summary.below" if named else "summary.below_none"
    assert summarised(ours, lang, pockets=table("pockets", row)) == words(key, number=1, tested=1, hidden=1)
    # Ten times the ordinary difference is told, and one time is not.
    assert (difference == 9.0) <= ("BU06370101" in told) <= (difference > 2.0)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("found", "unfavourable"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_sliding_buurt_is_told_only_when_it_was_found(
    ours: Catalogue, lang: str, found: bool, unfavourable: bool
) -> None:
    row = {"area": "BU06370101", "year": 2021, "boundaries": 2021, "indicator": "bijstand", "first_year": 2016, "change": 8.0,
           "rest": 1.0, "wijk_change": 2.0, "difference": 7.0, "error": 2.0, "found": found, "unfavourable": unfavourable,
           "wijk_hides": True}  # fmt: skip
    told = chapter_of(
        ours, "below", lang, pockets=table("pockets", pocket_row(0.0)), pocket_changes=table("pocket_changes", row)
    )
    words = wording(lang)
    assert (words("below.sliding", number=1) in told) == (found and unfavourable)
    assert (words("below.sliding_none", buurten=1) in told) != (found and unfavourable)
    assert ("BU06370101" in told) == (found and unfavourable)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("planted", [0.0, 9.0])
def test_clusters_are_counted_only_where_chance_does_not_make_them(ours: Catalogue, lang: str, planted: float) -> None:
    """Two hundred buurten, each beside the four before and after it; in the middle ten that are all far higher, or none."""
    values = np.random.default_rng(4).normal(size=(200, 1))
    values[95:105] += planted
    near = [step for step in range(-4, 5) if step]
    neighbours = sparse.csr_array(sparse.diags_array([np.ones(200 - abs(step)) for step in near], offsets=near))
    found = local_clusters(values, neighbours)
    places = np.flatnonzero(found.found[:, 0])
    rows = [
        {"area": f"BU063701{place:02}"[:10], "year": 2020, "boundaries": 2020, "indicator": "bijstand",
         "quadrant": QUADRANTS[found.quadrant[place, 0]], "z": found.z[place, 0], "p": found.p[place, 0], "value": values[place, 0]}
        for place in places
    ]  # fmt: skip
    told = chapter_of(ours, "below", lang, pockets=table("pockets", pocket_row(0.0)), clusters=table("clusters", *rows))
    assert (wording(lang)("below.clusters_title") in told) == (planted > 0)
    assert (len(places) > 0) == (planted > 0)


@pytest.mark.parametrize("spread", [0.0, 1.0, 3.0, 30.0, None])
def test_what_lies_within_its_margin_of_the_average_is_neither_strong_nor_weak(spread: float | None) -> None:
    """Thirty gemeenten, values 1 to 30: the outer thirds stand out, unless their margin reaches the average of 15.5."""
    rows = {
        f"GM{n:04}": {"value": float(n), "mark": 6.5, "spread": spread, "rank": 31 - n, "tied": 1, "ranked": 30, "note": "", "status": "waarde"}
        for n in range(1, 31)
    }  # fmt: skip
    field = Field(rows)
    for n in range(1, 31):
        band = field.place(f"GM{n:04}", judged=True).band
        told_apart = spread is None or abs(n - 15.5) > HALF_INTERVAL * spread
        assert (band in FAVOURABLE) == (told_apart and 31 - n < 11)
        assert (band in UNFAVOURABLE) == (told_apart and 31 - n > 20)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("value", "spread"), [(26.0, 1.0), (25.5, 1.0), (24.0, 1.0), (22.5, 1.0), (22.0, 1.0), (90.0, None)]
)
def test_a_sheet_names_a_difference_only_beyond_the_margin_shared_by_its_rows(
    ours: Catalogue, lang: str, value: float, spread: float | None
) -> None:
    """Two figures on the sheet: each must pass 1.96 times its noise. The gemeente stands at 24, without noise."""
    rows = []
    for indicator, number in (("bijstand", value), ("ww", 24.0)):
        for area, level, each, noise in (("BU06370101", "buurt", number, spread), ("GM0637", "gemeente", 24.0, 0.0)):
            rows.append({"area": area, "level": level, "year": 2020, "boundaries": 2020, "indicator": indicator, "value": each,
                         "spread": noise, "n": 900.0, "status": "waarde", "method": "published"})  # fmt: skip
    values = pl.DataFrame(
        [{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns)
    )
    (chapter,) = buurt_sheet("BU06370101", "Centrum", values, ours, lang, False).chapters
    (grid,) = (part for part in chapter.parts if isinstance(part, Grid))
    (line,) = (row for row in grid.rows if row[0].startswith(ours.title_of("bijstand", lang)))
    words = wording(lang)
    if spread is None:
        assert words("leaflet.differs") not in grid.heads
    else:
        side = "hoger" if value > 25.96 else "lager" if value < 22.04 else "gelijk"
        assert line[-1] == words(f"leaflet.sheet_said.{side}")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("difference", [-9.0, -2.0, 0.0, 1.0, 2.3, 2.4, 9.0])
def test_another_town_is_counted_as_behind_only_where_the_difference_is_demonstrable(
    ours: Catalogue, lang: str, difference: float
) -> None:
    """Five differences are read together: 2.326 times the error."""
    verdict = difference_words(difference, 1.0, 5)
    row = {"area": TOWN, "other": "GM0034", "kind": "group", "year": 2021, "boundaries": 2021, "indicator": "bijstand",
           "difference": difference, "error": 1.0, "verdict": verdict, "favourable": difference < 0}  # fmt: skip
    told = chapter_of(ours, "certainty", lang, pairs=table("pairs", row), rank_ranges=table("rank_ranges", RANGE))
    (line,) = (each for each in told.splitlines() if each.startswith(("GM0034", "Almere")))
    counted = [int(cell) for cell in line.split(" | ")[-3:]]
    assert counted == [int(difference < -2.326), int(difference > 2.326), int(abs(difference) < 2.326)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("widest", "hangs"), [(300, "gewichten"), (235, "gewichten"), (300, "")])
def test_a_place_is_called_hanging_only_when_one_choice_moves_it_over_a_tenth_of_the_field(
    ours: Catalogue, lang: str, widest: int, hangs: str
) -> None:
    row = {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 220, "ranked": 352,
           "best_choices": 200, "middle_choices": 220, "worst_choices": widest, "lowest_tenth": 0.2, "hangs_on": hangs}  # fmt: skip
    told = chapter_of(ours, "certainty", lang, rank_ranges=table("rank_ranges", row))
    words = wording(lang)
    warning = words(
        "certainty.hanging", figures=ours.title_of("thema_werk", lang), choice=words("certainty.choice.weights")
    )
    assert (warning in told) == (widest - 200 > 35.2 and hangs != "")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "minder dan 1%"), (0.004, "minder dan 1%"), (0.016, "2%"), (0.984, "98%"), (0.996, "meer dan 99%"), (1.0, "meer dan 99%")],
)  # fmt: skip
def test_a_chance_is_never_called_none_or_certain(ours: Catalogue, share: float, said: str) -> None:
    row = {"area": TOWN, "year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 220, "ranked": 352,
           "best_choices": 200, "middle_choices": 220, "worst_choices": 230, "lowest_tenth": share, "hangs_on": ""}  # fmt: skip
    told = chapter_of(ours, "certainty", "nl", rank_ranges=table("rank_ranges", row))
    for each in ("minder dan 1%", "2%", "98%", "meer dan 99%"):
        assert (each in told.replace("\N{NO-BREAK SPACE}", " ")) == (said == each)


# --- can be read


def sentences(text: str) -> list[list[str]]:
    """The sentences of a text, as words; heads of tables and single words are none."""
    parts = re.split(r"(?<=[.!?:;])\s+|\|", text)
    return [each.split() for each in parts if len(each.split()) > 3]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_short(lang: str) -> None:
    """B1: no text above twenty-five words a sentence on average, none above thirty, and twelve over all."""
    lengths = {}
    for key, text in own_texts(lang):
        found = [len(each) for each in sentences(text)]
        if found:
            lengths[key, text] = found
            assert np.mean(found) <= 25, f"{key}: {np.mean(found):.0f} words a sentence"
            assert max(found) <= 30, f"{key}: a sentence of {max(found)} words"
    every = [each for found in lengths.values() for each in found]
    assert np.mean(every) <= 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled_and_leaves_nothing_open(lang: str) -> None:
    for key, text in own_texts(lang):
        gaps = re.findall(r"{(\w*)[}:]", text)
        assert "" not in gaps, f"{key}: a gap without a name"
        for number in ("7", "1"):
            said = filled(text, dict.fromkeys(gaps, number))
            assert not re.search(r"[{}]|  |\s[.,;]|\.\.(?!\.)", said), f"{key}: {said}"
        assert text == text.strip(), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_that_is_missing_is_printed_as_code(ours: Catalogue, lang: str) -> None:
    """Rows with as little in them as their contract allows."""
    bare = {
        "mechanisms": {"mechanism": "sociaaleconomische_kracht", "measured": "mechanisme_sociaaleconomische_kracht", "years": 1, "year": 2024,
                       "baseline_year": 2019, "value": 5.0, "goal_year": 2040, "verdict": "niet te zeggen", "reason": "too_few_years"},
        "rank_ranges": {"year": 2021, "boundaries": 2021, "indicator": "thema_werk", "rank": 3, "ranked": 352, "best_choices": 2,
                        "middle_choices": 3, "worst_choices": 4, "hangs_on": ""},
        "trends": {"indicator": "bijstand", "boundaries": 2021, "first_year": 2016, "last_year": 2021, "first": 30.0, "last": 31.0,
                   "change": 1.0, "low": 0.5, "high": 1.5, "verdict": "gestegen", "years": 2, "broken": True},
    }  # fmt: skip
    shown = Shown(
        TOWN, ours, {name: table(name, {"area": TOWN, **row}) for name, row in bare.items()}, empty(AREAS), {}, {}
    )
    made = build_chapters(shown, wording(lang))
    assert {each.id for each in made} >= {"mechanisms", "certainty", "development"}
    for each in made:
        assert not re.search(r"\bNone\b|\bnan\b|[{}]", printed(each)), each.id


# --- moving


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("balance", [-400, -89, -88, 0, 88, 89, 400])
def test_a_balance_of_moves_has_a_side_only_where_its_interval_leaves_out_nought(
    ours: Catalogue, lang: str, balance: int
) -> None:
    """1,000 who come and go: 1.96 times the root of 2,000 is 87.7."""
    counts = {"vestiging_uit_andere_gemeente": 1000 + balance / 2, "vertrek_naar_andere_gemeente": 1000 - balance / 2}
    cells = pl.DataFrame(
        [{"area": TOWN, "level": "gemeente", "year": 2021, "boundaries": 2021, "field": name, "value": value}
         for name, value in counts.items()]
    )  # fmt: skip
    told = chapter_of(ours, "moving", lang, moves=moves_of(cells))
    words = wording(lang)
    starts = {side: words(f"moving.{side}", town=ours_name(ours), year=2021, **dict.fromkeys(
        ("arrived", "left", "number", "least", "most", "low", "high"), "#")).split("#")[0] for side in ("more_came", "more_left", "open")}  # fmt: skip
    wanted = "open" if abs(balance) < 87.7 else "more_came" if balance > 0 else "more_left"
    assert [side for side, start in starts.items() if start in told] == [wanted]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("shift", [0, 20, 30, 200])
def test_a_group_weighs_more_only_where_the_interval_of_its_index_leaves_out_nought(
    ours: Catalogue, lang: str, shift: int
) -> None:
    """Half of 1,000 who come against half less a shift of who leave, by the method itself."""
    words = wording(lang)
    groups = {"laag": (500, 500 - shift), "hoog": (500, 500 + shift)}
    rows = []
    for group, (came, went) in groups.items():
        made = selectivity(came, 1000, went, 1000)
        assert made is not None
        rows.append({"area": TOWN, "family": "inkomen", "group": group, "first_year": 2017, "last_year": 2021, "boundaries": 2021,
                     "arrived": came, "left": went, "index": made.value, "low": made.low, "high": made.high,
                     "verdict": selectivity_verdict(made)})  # fmt: skip
    told = chapter_of(ours, "moving", lang, selectivity=table("selectivity", *rows)).lower()
    sure = rows[0]["low"] > 0 and rows[1]["high"] < 0
    # The standard error of each index is about 0.045, so 44 of 500 are the limit.
    assert sure == (shift > 44)
    both = words("moving.both", comes=words("moving.groups.inkomen_laag"), goes=words("moving.groups.inkomen_hoog"))
    assert (both in told) == sure
    assert (words("moving.no_group") in told) == (not sure)
    only = chapter_of(ours, "moving", lang, selectivity=table("selectivity", rows[1])).lower()
    assert (words("moving.one_goes", group=words("moving.groups.inkomen_hoog")) in only) == sure


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stock", [700.0, 850.0, 1000.0, 1200.0, 1400.0])
def test_a_tread_is_missing_or_ample_only_where_its_bounds_lie_apart(ours: Catalogue, lang: str, stock: float) -> None:
    """One home per household in the group, between 0.95 and 1.05; nine tenths of it is short."""
    one = Bounds.of(1000.0)
    town = Tread(one, one, one, one, Bounds(stock, stock + 20), Bounds(900.0, 1100.0))
    group = Tread(one, one, one, one, Bounds(950.0, 1050.0), Bounds(900.0, 1100.0))
    verdict = tread_verdict(town, group, 0.9)
    row = {"area": TOWN, "year": 2021, "boundaries": 2021, "group": "nta", "household": "gezin", "age": "30-44", "income": "alle",
           "stock_ratio_low": stock / 1000, "stock_ratio_high": (stock + 20) / 1000, "group_stock_low": 0.95,
           "group_stock_high": 1.05, "flow_ratio_low": 0.9, "flow_ratio_high": 1.1, "group_flow_low": 0.9, "group_flow_high": 1.1,
           "verdict": verdict}  # fmt: skip
    told = chapter_of(ours, "moving", lang, treads=table("treads", row))
    words = wording(lang)
    heads = {said: words(f"moving.tread_{said}", **dict.fromkeys(
        ("who", "stock_ratio", "group", "group_stock", "flow_ratio", "group_flow"), "#")).split("#")[0] for said in ("missing", "ample")}  # fmt: skip
    missing, ample = stock + 20 < 0.9 * 950, 0.9 * stock > 1050
    assert ((heads["missing"] in told), (heads["ample"] in told)) == (missing, ample)
    assert (
        words(
            "moving.treads_counted",
            all=1,
            missing=int(missing),
            ample=int(ample),
            open=int(not missing and not ample),
            all_fit=0,
        )
        in told
    )


def ours_name(ours: Catalogue) -> str:
    return dict(ours.gemeenten.select("code", "name").iter_rows())[TOWN]
