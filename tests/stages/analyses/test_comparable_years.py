"""A line of marks runs over years that are made alike: the same parts, the same region, nothing repeated."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.analyses.mechanisms import comparable_years, mechanisms_of
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import GROUP_SCORES, SCORES

TOWN = "GM0637"
WORK = "mechanisme_beroepsbevolking"
STRENGTH = "mechanisme_sociaaleconomische_kracht"
NONE = pl.DataFrame(schema={"area": pl.String, "year": pl.Int16, "indicator": pl.String, "total": pl.Float64})


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def score(year: int, mark: float, coverage: float = 1.0, note: str = "", indicator: str = WORK) -> dict[str, object]:
    return {"area": TOWN, "level": "gemeente", "year": year, "boundaries": year, "indicator": indicator, "mark": mark,
            "status": "afgeleid", "coverage": coverage, "note": note}  # fmt: skip


def region(year: int, mark: float, present: int = 5, indicator: str = WORK) -> dict[str, object]:
    return {"group": f"{TOWN}:net", "kind": "region_net", "year": year, "boundaries": year, "indicator": indicator,
            "mark": mark, "members": 5, "present": present}  # fmt: skip


def row_of(scores: list[dict[str, object]], groups: list[dict[str, object]], catalogue: Catalogue) -> dict[str, object]:
    frames = [
        pl.DataFrame([{name: each.get(name) for name in contract.columns} for each in made], schema=contract.columns)
        for made, contract in ((scores, SCORES), (groups, GROUP_SCORES))
    ]
    table = mechanisms_of(frames[0], frames[1], NONE, catalogue)
    (row,) = table.filter(pl.col("area") == TOWN, pl.col("measured") == scores[0]["indicator"]).to_dicts()
    return row


def test_a_part_that_begins_to_count_is_no_progress(catalogue: Catalogue) -> None:
    """As seen in Nieuwland: flat at 1.25 below on three parts, flat at 0.6 below on four."""
    early = [score(year, 5.25, coverage=0.75) for year in range(2013, 2017)]
    late = [score(year, 5.9) for year in range(2017, 2023)]
    row = row_of(early + late, [region(year, 6.5) for year in range(2013, 2023)], catalogue)
    assert row["years"] == 6
    assert row["projection"] == pytest.approx(-0.6)
    assert row["verdict"] == "van koers"
    assert (row["baseline_year"], row["baseline"]) == (2019, 5.9)


def test_a_region_that_lacks_a_member_is_another_region(catalogue: Catalogue) -> None:
    scores = [score(year, 6.0) for year in range(2013, 2023)]
    groups = [region(year, 5.4, present=4) if year < 2017 else region(year, 6.5) for year in range(2013, 2023)]
    row = row_of(scores, groups, catalogue)
    assert (row["years"], row["verdict"]) == (6, "van koers")
    assert row["projection"] == pytest.approx(-0.5)


def test_a_year_that_repeats_an_older_figure_is_not_counted_but_shown(catalogue: Catalogue) -> None:
    scores = [score(2019, 5.5), score(2020, 5.6, note="carried:2019"), score(2021, 5.7, note="carried:2019")]
    row = row_of(scores, [region(year, 6.5) for year in (2019, 2020, 2021)], catalogue)
    assert (row["year"], row["value"]) == (2021, 5.7)
    assert (row["baseline_year"], row["years"], row["reason"]) == (2019, 1, "too_few_years")


def test_where_every_year_repeats_the_newest_still_counts_as_measured(catalogue: Catalogue) -> None:
    scores = [score(year, 5.5, note="carried:2018") for year in (2019, 2020)]
    row = row_of(scores, [region(year, 6.5) for year in (2019, 2020)], catalogue)
    assert (row["years"], row["baseline_year"], row["reason"]) == (1, 2020, "too_few_years")


def test_a_part_of_a_part_that_begins_to_count_is_seen_as_well(catalogue: Catalogue) -> None:
    theme = "thema_materiele_welvaart"
    scores = [score(year, 5.0 if year < 2017 else 6.0, indicator=STRENGTH) for year in range(2013, 2023)]
    scores += [score(year, 5.0, 0.75 if year < 2017 else 1.0, indicator=theme) for year in range(2013, 2023)]
    row = row_of(scores, [region(year, 6.5, indicator=STRENGTH) for year in range(2013, 2023)], catalogue)
    assert (row["years"], row["verdict"]) == (6, "van koers")


def test_a_theme_without_figures_of_its_own_in_a_year_is_as_it_was_before(catalogue: Catalogue) -> None:
    """A survey of every four years is carried along; its absence makes no other composite of the year."""
    theme = "thema_materiele_welvaart"
    scores = [score(2019, 5.5, indicator=STRENGTH), score(2020, 5.5, note="carried:2019", indicator=STRENGTH)]
    scores.append(score(2019, 5.0, 0.75, indicator=theme))
    row = row_of(scores, [region(year, 6.5, indicator=STRENGTH) for year in (2019, 2020)], catalogue)
    assert (row["year"], row["baseline_year"]) == (2020, 2019)


def test_years_are_comparable_by_hand() -> None:
    series = pl.DataFrame(
        {
            "made_of": ["a", "b", "b", "b", "b"],
            "present": [5, 4, 5, 5, 5],
            "members": [5, 5, 5, 5, 5],
            "note": ["", "", "", "carried:2019", None],
        }
    )
    assert comparable_years(series).tolist() == [False, False, True, False, True]
    assert comparable_years(series.head(4)).tolist() == [False, False, True, False]
    assert comparable_years(series[3:4]).tolist() == [True]


def test_differences_between_buurten_have_no_projection(catalogue: Catalogue) -> None:
    """The columns of the projection hold a gap in the goal year, and must not hold a slope."""
    years = list(range(2014, 2022))
    table = pl.DataFrame(
        {"area": TOWN, "year": years, "indicator": "bijstand", "total": [0.1 + 0.01 * n for n in range(8)]},
        schema_overrides={"year": pl.Int16},
    )
    empty_frames = [pl.DataFrame(schema=contract.columns) for contract in (SCORES, GROUP_SCORES)]
    made = mechanisms_of(empty_frames[0], empty_frames[1], table, catalogue)
    (row,) = made.filter(pl.col("area") == TOWN, pl.col("measured") == "bijstand").to_dicts()
    assert (row["verdict"], row["reason"]) == ("van koers", "grows")
    assert (row["projection"], row["low"], row["high"]) == (None, None, None)
