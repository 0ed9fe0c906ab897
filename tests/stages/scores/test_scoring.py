"""Scores of whole tables: fields, levels, country, composites, groups and regions."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue.entries import Composite, Group, Region
from stadspeil.contracts import VALUES
from stadspeil.errors import CatalogueError
from stadspeil.scores import score_values
from stadspeil.scores.composites import in_dependency_order
from stadspeil.scores.scoring import score_years

GEMEENTEN = tuple(f"GM{number:04}" for number in range(1, 11))


def value(area, number, indicator="x", year=2021, boundaries=2021, status=None):
    level = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}[area[:2]]
    status = status or ("waarde" if number is not None else "geheim")
    return (area, level, year, boundaries, indicator, number, None, None, None, None, status, "published", None)


def values(*rows):
    return pl.DataFrame(rows, schema=dict(VALUES.columns), orient="row")


def score(catalogue, *rows, areas=None):
    return score_values(values(*rows), catalogue, AreaRegister(catalogue.gemeenten, catalogue.changes), areas)


def row_of(scores, area, indicator="x", year=2021):
    (row,) = scores.filter(pl.col("area") == area, pl.col("indicator") == indicator, pl.col("year") == year).to_dicts()
    return row


def group_row(result, group, indicator="x"):
    (row,) = result.group_scores.filter(pl.col("group") == group, pl.col("indicator") == indicator).to_dicts()
    return row


@pytest.fixture
def catalogue(catalogue_of, indicator_of):
    return catalogue_of(indicators=(indicator_of("x"),), gemeenten=GEMEENTEN)


def ten(indicator="x", **options):
    return [value(area, float(number), indicator, **options) for number, area in enumerate(GEMEENTEN, start=1)]


def test_every_gemeente_with_a_value_gets_a_mark_and_a_place_of_how_many(catalogue):
    row = row_of(score(catalogue, *ten()).scores, "GM0010")
    assert (row["rank"], row["tied"], row["ranked"], row["coverage"], row["note"]) == (1, 1, 10, 1.0, "")
    assert row["mark"] > 6.5


def test_levels_are_ranked_each_apart(catalogue):
    buurten = [value(f"BU0001010{number}", float(number)) for number in range(5)]
    scores = score(catalogue, *ten(), *buurten).scores
    assert row_of(scores, "BU00010104")["ranked"] == 5
    assert row_of(scores, "GM0010")["ranked"] == 10


def test_the_country_keeps_its_value_and_stands_on_the_scale_of_the_gemeenten_without_a_place(catalogue):
    row = row_of(score(catalogue, *ten(), value("NL", 5.5)).scores, "NL")
    assert row["mark"] == pytest.approx(6.5)
    assert row["value"] == 5.5
    assert row["rank"] is None


def test_too_few_gemeenten_with_a_value_are_not_ranked_but_keep_their_value(catalogue):
    row = row_of(score(catalogue, *ten()[:8]).scores, "GM0001")
    assert (row["value"], row["mark"], row["rank"], row["note"]) == (1.0, None, None, "too_few_areas")
    assert row["coverage"] == pytest.approx(0.8)


def test_a_secret_value_has_neither_mark_nor_place_and_the_others_have(catalogue):
    scores = score(catalogue, value("GM0001", None), *ten()[1:]).scores
    assert row_of(scores, "GM0001")["mark"] is None
    assert row_of(scores, "GM0001")["rank"] is None
    assert row_of(scores, "GM0002")["ranked"] == 9


def test_buurten_that_only_the_areas_table_knows_count_in_the_field(catalogue):
    areas = pl.DataFrame({"area": [f"BU000101{number:02}" for number in range(10)]}).with_columns(
        level=pl.lit("buurt", dtype=VALUES.columns["level"]), boundaries=pl.lit(2021, dtype=pl.Int16)
    )
    row = row_of(score(catalogue, value("BU00010101", 3.0), value("BU00010102", 4.0), areas=areas).scores, "BU00010101")
    assert row["coverage"] == pytest.approx(0.2)
    assert row["note"] == "too_few_areas"


def test_a_neutral_indicator_has_places_from_high_to_low_and_no_mark(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("x", direction="neutral"),), gemeenten=GEMEENTEN)
    row = row_of(score(catalogue, *ten()).scores, "GM0010")
    assert (row["mark"], row["rank"], row["note"]) == (None, 1, "neutral")


def test_years_and_area_divisions_are_fields_of_their_own(catalogue):
    scores = score(catalogue, *ten(), *ten(year=2020, boundaries=2020)).scores
    assert row_of(scores, "GM0010", year=2020)["ranked"] == 10


def composites_of(catalogue_of, indicator_of, *composites, indicators=("x", "y")):
    return catalogue_of(
        indicators=tuple(indicator_of(id) for id in indicators),
        composites=tuple(Composite(id, id, id, "", "", parts=parts) for id, parts in composites),
        gemeenten=GEMEENTEN,
    )


def test_a_composite_stands_in_the_same_table_and_is_ranked_likewise(catalogue_of, indicator_of):
    catalogue = composites_of(catalogue_of, indicator_of, ("both", ("x", "y")))
    scores = score(catalogue, *ten("x"), *ten("y")).scores
    row, part = row_of(scores, "GM0010", "both"), row_of(scores, "GM0010", "x")
    assert row["mark"] == pytest.approx(part["mark"])
    assert (row["rank"], row["ranked"], row["status"], row["coverage"]) == (1, 10, "afgeleid", 1.0)


def test_the_distance_of_a_composite_is_the_sum_of_its_parts_distances(catalogue_of, indicator_of):
    catalogue = composites_of(catalogue_of, indicator_of, ("both", ("x", "y")))
    turned = [value(area, float(number**2 % 7), "y") for number, area in enumerate(GEMEENTEN)]
    scores = score(catalogue, *ten("x"), *turned).scores
    for area in GEMEENTEN:
        parts = [(row_of(scores, area, part)["mark"] - 6.5) / 2 for part in ("x", "y")]
        assert row_of(scores, area, "both")["mark"] - 6.5 == pytest.approx(sum(parts))


def test_a_composite_may_be_made_of_composites(catalogue_of, indicator_of):
    nested = composites_of(catalogue_of, indicator_of, ("outer", ("inner", "y")), ("inner", ("x",)))
    scores = score(nested, *ten("x"), *ten("y")).scores
    assert row_of(scores, "GM0003", "outer")["mark"] == pytest.approx(row_of(scores, "GM0003", "x")["mark"])


def test_a_circle_of_composites_is_refused(catalogue_of, indicator_of):
    circle = composites_of(catalogue_of, indicator_of, ("a", ("b",)), ("b", ("a",)))
    with pytest.raises(CatalogueError, match="a > b"):
        in_dependency_order(circle)


def test_a_composite_that_few_areas_have_keeps_its_mark_and_loses_its_place(catalogue_of, indicator_of):
    catalogue = composites_of(catalogue_of, indicator_of, ("both", ("x", "y")))
    secret = [value(area, None, "y") for area in GEMEENTEN[:2]]
    scores = score(catalogue, *ten("x"), *ten("y")[2:], *secret).scores
    assert row_of(scores, "GM0001", "both")["note"] == "too_few_parts;too_few_areas"


@pytest.fixture
def with_groups(catalogue_of, indicator_of):
    towns = Group("towns", "", "", ("GM0001", "GM0002", "GM0006"), "ours", "")
    region = Region("GM0001", "", "", "GM0010", ("GM0001", "GM0002", "GM0010"), "ours", "")
    return catalogue_of(
        indicators=(indicator_of("x"),), gemeenten=GEMEENTEN, groups=(towns,), regions=(region,),
        composites=(Composite("one", "", "", "", "", parts=("x",)),),
    )  # fmt: skip


def test_a_group_is_the_plain_average_of_its_members_and_takes_the_place_of_that_average(with_groups):
    row = group_row(score(with_groups, *ten()), "towns")
    assert (row["value"], row["rank"], row["ranked"], row["members"], row["present"]) == (3.0, 8, 10, 3, 3)


def test_the_mark_of_a_group_is_the_mean_of_the_marks_of_its_members(with_groups):
    result = score(with_groups, *ten())
    marks = [row_of(result.scores, area)["mark"] for area in ("GM0001", "GM0002", "GM0006")]
    assert group_row(result, "towns")["mark"] == pytest.approx(sum(marks) / 3)


def test_a_member_without_a_value_is_counted_as_absent(with_groups):
    row = group_row(score(with_groups, value("GM0001", None), *ten()[1:]), "towns")
    assert (row["members"], row["present"], row["value"]) == (3, 2, 4.0)


def test_the_net_region_leaves_the_dominant_gemeente_out(with_groups):
    result = score(with_groups, *ten())
    assert group_row(result, "GM0001:gross")["value"] == pytest.approx(13 / 3)
    assert group_row(result, "GM0001:net")["value"] == pytest.approx(1.5)


def test_the_country_as_a_group_is_the_average_gemeente(with_groups):
    row = group_row(score(with_groups, *ten()), "NL")
    assert (row["kind"], row["value"], row["members"]) == ("country", 5.5, 10)
    assert row["mark"] == pytest.approx(6.5)


def test_a_composite_goes_the_same_way_through_the_groups(with_groups):
    result = score(with_groups, *ten())
    row = group_row(result, "towns", "one")
    assert row["value"] == row["mark"] == pytest.approx(group_row(result, "towns")["mark"])
    assert row["rank"] == group_row(result, "towns")["rank"]


def test_a_group_of_which_nobody_has_a_value_has_no_row(with_groups):
    secret = [value(area, None) for area in ("GM0001", "GM0002", "GM0006")]
    keep = [row for row in ten() if row[0] not in ("GM0001", "GM0002", "GM0006")]
    assert score(with_groups, *secret, *keep).group_scores.filter(pl.col("group") == "towns").is_empty()


def test_the_same_values_in_another_order_give_the_same_tables(with_groups):
    one, other = score(with_groups, *ten()), score(with_groups, *ten()[::-1])
    assert one.scores.equals(other.scores)
    assert one.group_scores.equals(other.group_scores)


def test_invented_gemeenten_are_held_against_invented_ones(catalogue_of, indicator_of):
    invented = tuple(f"GM90{number:02}" for number in range(1, 5))
    catalogue = catalogue_of(indicators=(indicator_of("x"),), gemeenten=(*GEMEENTEN, *invented))
    row = row_of(score(catalogue, *[value(area, float(area[2:])) for area in invented]).scores, "GM9004")
    assert (row["rank"], row["ranked"], row["coverage"]) == (1, 4, 1.0)


def test_a_year_at_a_time_composites_of_composites_carry_what_all_years_at_once_carry(catalogue_of, indicator_of):
    """The inner mark of 2020 rests on 2019: the outer one may carry it in 2021, and no longer in 2022."""
    catalogue = composites_of(
        catalogue_of, indicator_of, ("outer", ("inner", "y")), ("inner", ("x", "w")), indicators=("w", "x", "y")
    )
    years = {"x": [2019], "w": [2019, 2020], "y": [2020, 2021, 2022]}
    rows = values(*(row for id in years for year in years[id] for row in ten(id, year=year)))
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    by_year = score_years(
        [2019, 2020, 2021, 2022], lambda year: rows.filter(pl.col("year") == year), catalogue, register
    )
    made = pl.concat([scores.scores for _, scores in by_year])
    order = ["indicator", "year", "area"]
    assert made.sort(order).equals(score_values(rows, catalogue, register).scores.sort(order))
    notes = {year: row_of(made, "GM0010", "outer", year)["note"] for year in (2020, 2021, 2022)}
    assert notes == {2020: "carried:2019", 2021: "carried:2019", 2022: "too_few_parts;too_few_areas"}
