"""The regions are made again from the commuting figures, by the rule at the head of regions.toml."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

REGIONS = Path(__file__).parents[3] / "catalogue" / "regions.toml"
THRESHOLD = 0.15
DOMINANT_CITIES = ("GM0363", "GM0599", "GM0518", "GM0344", "GM0772")


@pytest.fixture(scope="module")
def regions():
    return tomllib.loads(REGIONS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def commuters(shared_data, register):
    """Commuters from home to work on the division of 2024; the file follows that of 2016."""
    flows = pl.read_csv(shared_data / "more" / "nl_commuting_gemeente_2016_2017.csv")
    shares = register.weights(2016, 2024)
    return (
        flows.group_by("muni_from", "muni_to").agg(pl.col("value").sum())
        .join(shares.select(muni_from="from_code", home="to_code", home_share="weight"), on="muni_from")
        .join(shares.select(muni_to="from_code", work="to_code", work_share="weight"), on="muni_to")
        .group_by("home", "work")
        .agg(people=(pl.col("value") * pl.col("home_share") * pl.col("work_share")).sum())
    )  # fmt: skip


def test_the_members_are_those_with_fifteen_percent_commuting_to_the_dominant_gemeente_or_the_town(regions, commuters):
    made = {}
    for town, entry in regions.items():
        there = pl.col("people").filter(pl.col("work").is_in([town, entry["dominant"]])).sum()
        ties = commuters.group_by("home").agg(share=there / pl.col("people").sum())
        made[town] = sorted(ties.filter(pl.col("share") >= THRESHOLD)["home"])
    assert made == {town: sorted(entry["members"]) for town, entry in regions.items()}


def test_the_dominant_gemeente_takes_most_commuters_of_the_town(regions, commuters):
    for town, entry in regions.items():
        out = commuters.filter((pl.col("home") == town) & (pl.col("work") != town)).sort("people", descending=True)
        assert (out["work"][0], out["work"][0] in DOMINANT_CITIES) == (entry["dominant"], True)
