"""Our own catalogue: enough of it, every printed row answered for, nothing doubled, nothing promised without a source."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.catalogue import is_judged
from stadspeil.catalogue.entries import summed

PRINTED_ROWS = 55
OWN = "eigen_opgave"
PARAMETERS = {
    "mark_mean", "mark_sd", "mark_min", "mark_max", "coverage_gemeente", "coverage_wijk", "coverage_buurt",
    "composite_minimum_weight", "carry_years",
}  # fmt: skip
FIGURE_2_1 = 11


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


def published(ours):
    return [each.published for each in (*ours.indicators.values(), *ours.composites.values()) if each.published]


def connected(ours):
    return [each for each in ours.indicators.values() if each.status == "connected"]


def offered(source):
    return set(source.fields)


def test_there_are_at_least_120_indicators_spread_over_all_themes(ours):
    per_theme = Counter(each.theme for each in ours.indicators.values())
    assert sum(per_theme.values()) >= 120
    assert set(per_theme) == set(ours.themes)
    assert min(per_theme.values()) >= 4


def test_there_are_17_themes_of_which_eleven_are_of_figure_2_1(ours):
    assert len(ours.themes) == 17
    assert sum(each.study for each in ours.themes.values()) == FIGURE_2_1
    assert [each.order for each in ours.themes.values()] == list(range(1, 18))


def test_no_printed_row_has_two_entries(ours):
    assert [row for row, count in Counter(published(ours)).items() if count > 1] == []
    assert len(published(ours)) == PRINTED_ROWS


def test_every_printed_row_has_an_entry(ours, shared_data):
    with (shared_data / "published_ranks.csv").open(encoding="utf-8") as file:
        printed = {f"{row['figure']}|{row['indicator']}" for row in csv.DictReader(file)}
    assert printed == set(published(ours))


def test_a_row_that_is_printed_the_other_way_round_is_mirrored(ours):
    for entry in ours.indicators.values():
        label = entry.published.partition("|")[2]
        turned = label.startswith(("Weinig ", "Lage ", "Laag "))
        assert entry.mirrored == turned, entry.id
        assert not turned or entry.direction == "lower_is_better", entry.id


def test_a_planned_indicator_names_columns_and_computes_nothing(ours):
    for entry in ours.indicators.values():
        if entry.status == "planned":
            assert entry.publisher_columns, entry.id
            assert not (entry.column or entry.numerator or entry.denominator or entry.base), entry.id


def test_the_source_of_a_connected_indicator_offers_what_the_value_is_made_of(ours):
    everywhere = set().union(*(offered(source) for source in ours.sources.values()))
    for entry in connected(ours):
        if entry.source == OWN:
            continue
        here = offered(ours.sources[entry.source])
        assert here & {entry.column, entry.numerator}, entry.id
        named = (entry.column, entry.numerator, entry.denominator, entry.base)
        assert {part for name in named for part in summed(name)} <= everywhere, entry.id


def test_every_field_comes_from_a_source_and_every_column_is_a_field(ours):
    everywhere = set().union(*(offered(source) for source in ours.sources.values()))
    assert everywhere == set(ours.fields)


def test_ranges_nest_and_leave_room_for_doubt(ours):
    for entry in ours.indicators.values():
        (low, high), (expected_low, expected_high) = entry.possible, entry.expected
        assert low <= expected_low < expected_high <= high, entry.id


def test_a_theme_with_a_connected_judgement_that_all_towns_have_has_a_composite(ours):
    judged = {each.theme for each in ours.indicators.values() if is_judged(each) and each.source != OWN}
    assert {f"thema_{theme}" for theme in judged} == {id for id in ours.composites if id.startswith("thema_")}


def test_the_parts_of_a_theme_are_its_own_judged_indicators_and_never_a_towns_own_survey(ours):
    for id in ours.composites:
        for part in ours.parts_of(id) if id.startswith("thema_") else ():
            entry = ours.indicator(part)
            assert is_judged(entry), part
            assert f"thema_{entry.theme}" == id, part
            assert entry.source != OWN, part


def test_who_lives_somewhere_is_never_judged(ours):
    for entry in ours.indicators.values():
        if entry.theme == "kenmerken_bevolking" or entry.id.startswith(("herkomst_", "inwoners_", "huishoudens_met")):
            assert entry.direction == "neutral", entry.id


def test_tenure_building_period_and_business_mix_are_never_judged(ours):
    mix = ("koopwoningen", "huurwoningen", "corporatie", "woningen_", "eengezins", "meergezins", "vestigingen_")
    assert [
        each.id for each in ours.indicators.values() if each.id.startswith(mix) and each.direction != "neutral"
    ] == []


def test_a_share_or_rate_in_percent_or_per_1000_says_so_to_the_noise(ours):
    expected = {"%": 100, "per 1.000": 1000}
    for entry in connected(ours):
        if entry.kind in ("share", "rate") and entry.unit in expected:
            assert entry.per == expected[entry.unit], entry.id


def test_every_estimate_of_the_health_model_says_that_it_is_one(ours):
    for entry in connected(ours):
        if entry.source == "rivm_gezondheid_wijk_buurt":
            assert entry.kind == "model" and "model" in entry.note, entry.id


def test_texts_are_there_in_two_languages_and_end_as_sentences(ours):
    for entry in (*ours.indicators.values(), *ours.composites.values()):
        assert entry.definition.endswith(".") and entry.definition_en.endswith("."), entry.id
        assert entry.title != entry.definition, entry.id


def test_titles_are_unique_so_that_a_reader_can_tell_them_apart(ours):
    for lang in ("title", "title_en"):
        counts = Counter(getattr(each, lang) for each in ours.indicators.values())
        assert [title for title, count in counts.items() if count > 1] == []


def test_the_assumptions_behind_the_scores_are_there(ours):
    assert set(ours.parameters) >= PARAMETERS


def test_two_of_three_parts_are_enough_for_a_composite(ours):
    assert 0.6 < ours.parameter("composite_minimum_weight") <= 2 / 3


def test_ids_that_commands_and_manuals_name_stay(ours):
    for id in ("ernstige_geluidhinder_buren", "moeite_met_rondkomen", "koopwoningen_aandeel"):
        assert ours.indicator(id).status == "connected"
