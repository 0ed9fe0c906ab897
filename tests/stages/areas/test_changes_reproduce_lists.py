"""The changes lead from every published list of codes to the next, and the figures agree."""

import csv

import polars as pl
import pytest

from stadspeil.areas import register_problems

# As Statistics Netherlands reported them, 1 January of each year.
PUBLISHED_COUNTS = {
    2004: 483, 2005: 467, 2006: 458, 2007: 443, 2008: 443, 2009: 441, 2010: 431, 2011: 418, 2012: 415, 2013: 408,
    2014: 403, 2015: 393, 2016: 390, 2017: 388, 2018: 380, 2019: 355, 2020: 355, 2021: 352, 2022: 345, 2023: 342,
    2024: 342, 2025: 342, 2026: 342,
}  # fmt: skip


@pytest.fixture(scope="module")
def published_lists(shared_data):
    lists = {}
    with (shared_data / "more" / "gemeenten_per_jaar_2010_2026.csv").open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            lists.setdefault(int(row["jaar"]), set()).add(row["gm_code"].strip())
    return lists


@pytest.fixture(scope="module")
def inhabitants(shared_data):
    table = pl.read_csv(shared_data / "more" / "inwoners_gemeente_2017_2026.csv")
    return {
        year: dict(block.select("gemeente", "aantal_inwoners").iter_rows())
        for (year,), block in table.partition_by("jaar", as_dict=True).items()
    }


@pytest.mark.parametrize(("year", "count"), PUBLISHED_COUNTS.items())
def test_the_number_of_gemeenten_is_the_published_one(register, year, count):
    assert len(register.codes(year)) == count


def test_the_two_lists_tell_the_same_story(gemeenten, changes):
    assert register_problems(gemeenten, changes) == []


def test_the_register_has_exactly_the_published_codes_of_every_year(register, published_lists):
    assert {year: register.codes(year) for year in published_lists} == published_lists


def test_walking_the_changes_from_2010_reaches_every_later_list(register, published_lists):
    walked = {year: set(register.weights(2010, year)["to_code"]) for year in published_lists}
    assert walked == published_lists


def test_the_map_of_2022_has_weesp_like_our_list(register, shared_data):
    codes = (shared_data / "real" / "gemeenten_2022.geojson").read_text(encoding="utf-8")
    assert "GM0457" in codes and "GM0457" in register.codes(2022)


def test_inhabitants_of_changed_gemeenten_recomputed_from_the_year_before_are_within_four_percent(
    register, inhabitants
):
    far = {}
    for year in range(2018, 2027):
        shares = register.weights(year - 1, year)
        for to_code in {code for code in shares["to_code"] if register.touched(code, year - 1, year)}:
            parts = shares.filter(pl.col("to_code") == to_code).select("from_code", "weight").iter_rows()
            expected = sum(weight * inhabitants[year - 1][code] for code, weight in parts)
            if abs(inhabitants[year][to_code] / expected - 1) > 0.04:
                far[year, to_code] = round(inhabitants[year][to_code] / expected, 3)
    assert far == {}


def test_untouched_gemeenten_do_not_jump_as_if_a_border_had_moved(register, inhabitants):
    # Reception of refugees moves small gemeenten by up to 9 %; a forgotten merger would move one by more.
    jumps = [
        (year, code)
        for year in range(2018, 2027)
        for code in register.codes(year)
        if not register.touched(code, year - 1, year)
        and abs(inhabitants[year][code] / inhabitants[year - 1][code] - 1) > 0.09
    ]
    assert jumps == []


def test_every_inhabitant_of_2017_is_somewhere_in_2024(register, inhabitants):
    shares = register.weights(2017, 2024)
    moved = sum(weight * inhabitants[2017][code] for code, weight in shares.select("from_code", "weight").iter_rows())
    assert moved == pytest.approx(sum(inhabitants[2017].values()))
