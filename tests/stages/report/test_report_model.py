"""What a report says of a town."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from stadspeil.analyses.tables import RANK_RANGES
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.report import Material, Report, report_model
from stadspeil.report.document import Line
from stadspeil.report.pages import finding_sentence, pages
from stadspeil.report.wording import wording


@pytest.fixture
def report(material: Material, catalogue: Catalogue, country: Any) -> Report:
    return report_model(material, catalogue, country.town)


def line_of(report: Report, id: str) -> Line:
    return next(line for line in report.lines if line.id == id)


def test_the_strongest_line_is_the_one_with_the_highest_mark(report: Report) -> None:
    assert [line.id for line in report.strongest] == ["tevreden", "uitkering"]


def test_the_weakest_line_is_the_one_with_the_lowest_mark(report: Report) -> None:
    assert [line.id for line in report.weakest] == ["overlast"]


def test_a_place_in_the_middle_third_has_no_color(report: Report) -> None:
    assert line_of(report, "baan").place.band == "middle"


def test_a_difference_within_the_margin_is_neither_colored_nor_a_finding(report: Report) -> None:
    assert line_of(report, "ruis").place.band == "middle"
    assert "ruis" not in {line.id for line in report.strongest}


def test_the_outer_tenth_has_the_strong_color(report: Report) -> None:
    assert line_of(report, "tevreden").place.band == "very_favourable"
    assert line_of(report, "overlast").place.band == "very_unfavourable"


def test_a_neutral_line_stands_apart_without_mark_and_without_judgement(report: Report) -> None:
    section = report.sections[0]
    assert [line.id for line in section.neutral] == ["eengezins"]
    assert section.neutral[0].mark is None
    assert section.neutral[0].place.band == "high"
    assert "eengezins" not in {line.id for line in (*report.strongest, *report.weakest)}


def test_a_tie_keeps_its_first_and_last_place(report: Report) -> None:
    place = line_of(report, "uitkering").place
    assert (place.rank, place.last, place.ranked) == (4, 6, 30)


def test_a_planned_indicator_never_has_a_number_even_if_the_scores_hold_one(
    catalogue: Catalogue, make_material: Any, country: Any
) -> None:
    report = report_model(make_material([*country.fields, country.field("gepland", 1)]), catalogue, country.town)
    assert "gepland" not in {line.id for line in report.lines}
    assert "gepland" not in {row.id for row in report.history}
    assert [each.id for each in report.sections[0].planned] == ["gepland"]


def test_a_secret_value_is_named_with_its_reason(report: Report) -> None:
    (lacking,) = report.sections[0].lacking
    assert lacking.id == "geheim"
    assert "geheim" in lacking.reason
    assert "2020" in lacking.reason


def test_a_connected_indicator_without_rows_is_listed_as_not_imported(report: Report) -> None:
    assert [each.id for each in report.sections[0].not_imported] == ["afwezig"]


def test_a_theme_without_any_number_is_silent(report: Report) -> None:
    assert [section.id for section in report.silent] == ["leeg"]


def test_the_newest_year_with_a_place_is_shown_and_a_newer_number_is_mentioned(
    catalogue: Catalogue, make_material: Any, country: Any
) -> None:
    fields = [
        country.field("baan", 9, year=2018, boundaries=2018),
        country.field("baan", 2, year=2019, boundaries=2019),
    ]
    report = report_model(make_material(fields, (country.unranked("baan", 2023),)), catalogue, country.town)
    line = line_of(report, "baan")
    assert (line.year, line.place.rank) == (2019, 2)
    assert any("2023" in note for note in line.notes)


def test_of_two_divisions_of_one_year_the_published_one_is_shown(
    catalogue: Catalogue, make_material: Any, country: Any
) -> None:
    fields = [country.field("baan", 9, boundaries=2024), country.field("baan", 2, boundaries=2020)]
    assert line_of(report_model(make_material(fields), catalogue, country.town), "baan").boundaries == 2020


def test_a_carried_part_is_said_plainly(catalogue: Catalogue, make_material: Any, country: Any) -> None:
    fields = [country.field("tevreden", 3), country.field("thema_wonen", 3, note="carried:2018")]
    composite = report_model(make_material(fields), catalogue, country.town).sections[0].composite
    assert composite is not None
    assert any("2018" in note for note in composite.notes)


def test_the_town_comes_first_and_then_the_others_of_its_group(report: Report, country: Any) -> None:
    assert [town.code for town in report.towns] == [country.town, "GM0111", "GM0112"]
    assert report.own_group == 0


def test_a_town_outside_all_groups_is_held_against_the_first_one(material: Material, catalogue: Catalogue) -> None:
    report = report_model(material, catalogue, "GM0120")
    assert report.own_group is None
    assert len(report.towns) == 4
    assert not any(each.kind == "region_net" for each in report.comparisons)


def test_a_comparable_town_stands_under_its_code_of_then(
    catalogue: Catalogue, make_material: Any, country: Any
) -> None:
    merged = pl.DataFrame(
        [("GM0199", "Nieuwstad", "Provincie", 2022, None, "ours")], schema=catalogue.gemeenten.schema, orient="row"
    )
    group = replace(catalogue.groups["groep"], members=(country.town, "GM0199"), before={"GM0199": "GM0101"})
    later = replace(catalogue, gemeenten=pl.concat([catalogue.gemeenten, merged]), groups={"groep": group})
    line = line_of(report_model(make_material(), later, country.town), "overlast")
    assert line.places[1].rank == 1


def test_the_margin_is_half_a_95_percent_interval_also_in_marks(report: Report) -> None:
    line = line_of(report, "tevreden")
    assert line.margin == pytest.approx(0.98)
    assert line.mark_margin == pytest.approx(0.98 * 7 / 29)


def test_a_line_names_the_snapshot_that_its_cells_came_from(report: Report) -> None:
    (number,) = line_of(report, "tevreden").sources
    assert report.sources[number - 1].snapshot == "bron-2020-abcdef"
    assert [each.used for each in report.sources] == [True, False]


def test_a_source_line_has_table_and_short_checksum(report: Report) -> None:
    assert report.sources[0].table_id == "99999NED"
    assert report.sources[0].checksum == "0123456789ab"


def test_sources_have_the_same_number_in_every_language_and_their_own_title(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    dutch, english = (report_model(material, catalogue, country.town, lang).sources for lang in ("nl", "en"))
    assert [each.snapshot for each in dutch] == [each.snapshot for each in english]
    for one, other in zip(dutch, english, strict=True):
        assert (one.title, other.title) == tuple(
            getattr(catalogue.sources[one.source], name) for name in ("title", "title_en")
        )


def test_one_invented_snapshot_makes_the_report_invented(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    assert not report_model(material, catalogue, country.town).invented
    invented = replace(material, snapshots=(country.snapshot(invented=True),))
    assert report_model(invented, catalogue, country.town).invented


def test_a_gemeente_without_scores_is_a_question_error(material: Material, catalogue: Catalogue) -> None:
    with pytest.raises(QuestionError, match="geen scores"):
        report_model(material, catalogue, "GM0999")


def test_an_unknown_language_is_a_question_error(material: Material, catalogue: Catalogue, country: Any) -> None:
    with pytest.raises(QuestionError, match="taal 'fr'"):
        report_model(material, catalogue, country.town, "fr")


def test_english_takes_the_english_titles(material: Material, catalogue: Catalogue, country: Any) -> None:
    report = report_model(material, catalogue, country.town, "en")
    assert line_of(report, "tevreden").title == "Title of tevreden"
    assert report.comparisons[0].short == "Group"


def ranged(country: Any, **rows: tuple[int, int]) -> dict[str, pl.DataFrame]:
    """RANK_RANGES of the town by other choices."""
    made = [
        {**dict.fromkeys(RANK_RANGES.columns), "area": country.town, "year": 2020, "boundaries": 2020, "indicator": id,
         "rank": (low + high) // 2, "ranked": 30, "best_choices": low, "worst_choices": high}
        for id, (low, high) in rows.items()
    ]  # fmt: skip
    return {"rank_ranges": pl.DataFrame(made, schema=dict(RANK_RANGES.columns))}


def answer(catalogue: Catalogue, make_material: Any, country: Any, rank: int, **rows: tuple[int, int]) -> str:
    fields = [each for each in country.fields if each.id != "thema_wonen"] + [country.field("thema_wonen", rank)]
    material = make_material(fields, analyses=ranged(country, **rows))
    return " ".join(pages(report_model(material, catalogue, country.town))["first"]["sentences"])


def test_a_theme_is_only_called_favourable_where_all_its_possible_places_are(
    catalogue: Catalogue, make_material: Any, country: Any
) -> None:
    sure = answer(catalogue, make_material, country, 4, thema_wonen=(2, 9))
    assert "In het gunstigste derde deel van de gemeenten staat" in sure and "wonen" in sure
    assert "Niet zeker" not in sure and "niet bekend" not in sure
    open_ = answer(catalogue, make_material, country, 4, thema_wonen=(2, 14))
    assert "In het gunstigste derde deel van de gemeenten staat" not in open_
    assert "Bij geen enkel thema staat Waterwijk aan de Vaart zeker in het gunstigste" in open_
    assert "Niet zeker is dat bij: wonen." in open_


def test_a_theme_without_a_known_range_says_so(catalogue: Catalogue, make_material: Any, country: Any) -> None:
    told = answer(catalogue, make_material, country, 28)
    assert "In het ongunstigste derde deel staat" not in told
    assert "Van deze thema's is de marge niet bekend, dus van hun plaats is niets zeker: wonen." in told


def test_a_place_is_printed_with_what_is_possible(catalogue: Catalogue, make_material: Any, country: Any) -> None:
    made = report_model(
        make_material(analyses=ranged(country, tevreden=(1, 4), thema_wonen=(9, 17))), catalogue, country.town
    )
    printed = pages(made)["first"]
    assert printed["themes"][0]["place"].endswith("van 30 (9\u2060–\u206017)")
    assert printed["strongest"]["items"][0]["place"] == "1 van 30 (1\u2060–\u20604)"
    assert "(mogelijk 1\u2060–\u20604)" in finding_sentence(made, made.strongest[0], wording("nl"))


def test_a_finding_whose_place_may_lie_in_the_middle_is_none(
    catalogue: Catalogue, make_material: Any, country: Any
) -> None:
    made = report_model(make_material(analyses=ranged(country, tevreden=(1, 15))), catalogue, country.town)
    assert "tevreden" not in [line.id for line in made.strongest]


def test_a_finding_says_its_margin_or_that_it_is_unknown(report: Report) -> None:
    told = {line.id: finding_sentence(report, line, wording("nl")) for line in (*report.strongest, *report.weakest)}
    assert "De marge is ±\u00a01,0 (95%)." in told["tevreden"]
    assert "De marge is niet bekend." in told["overlast"]
    short = pages(report)["first"]
    assert "marge onbekend" in short["weakest"]["items"][0]["text"]
    assert "±\u00a01,0" in short["strongest"]["items"][0]["text"]
