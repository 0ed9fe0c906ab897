"""Names and codes: nothing of it can be taken for a real place."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from stadspeil.areas import is_invented, level_of, parent_of
from stadspeil.catalogue import load_catalogue
from stadspeil.sources.nieuwland import World, plan
from stadspeil.sources.nieuwland.publishing.areas import gemeente_names

GEMEENTEN = Path(__file__).parents[3] / "catalogue" / "areas" / "gemeenten.csv"


def test_no_gemeente_bears_the_name_or_code_of_a_real_one() -> None:
    with GEMEENTEN.open(encoding="utf-8", newline="") as opened:
        real = list(csv.DictReader(opened))
    ours = {**gemeente_names(merged=True), **gemeente_names(merged=False)}
    assert not {name.casefold() for name in ours.values()} & {row["name"].casefold() for row in real}
    assert not {f"GM{number}" for number in ours} & {row["code"] for row in real}


@pytest.mark.parametrize("year", [2014, 2015, 2024])
def test_every_code_is_one_of_an_invented_area_and_hangs_below_another(world: World, year: int) -> None:
    codes = world.gazetteer.division(year).codes
    assert len(set(codes)) == len(codes)
    assert all(is_invented(code) for code in codes[1:])
    assert {parent_of(code) for code in codes[1:]} <= set(codes)


@pytest.mark.parametrize("year", [2014, 2024])
def test_no_two_buurten_of_a_gemeente_share_a_name(world: World, year: int) -> None:
    areas = world.gazetteer.division(year).only("buurt").areas
    doubled = [key for key, times in Counter((area.gemeente_name, area.name) for area in areas).items() if times > 1]
    assert doubled == []


def test_two_gemeenten_become_one_under_a_new_code_in_2015(world: World) -> None:
    before = {code for code in world.gazetteer.division(2014).codes if level_of(code) == "gemeente"}
    after = {code for code in world.gazetteer.division(2015).codes if level_of(code) == "gemeente"}
    assert before - after == {f"GM{number}" for number, _ in plan.PARTS}
    assert after - before == {f"GM{plan.PARTED}"}
    assert (len(before), len(after)) == (13, 12)


def test_the_overlay_is_a_catalogue_in_which_every_group_says_that_it_is_invented(country, tmp_path: Path) -> None:
    catalogue = load_catalogue(own=country.catalogue)
    for id in ("nta", "overige_new_towns", "oude_suburbs", "old_towns"):
        group = catalogue.group(id)
        assert "verzonnen" in group.title
        assert all(is_invented(code) for code in group.members)
    for number in plan.NEW_TOWNS:
        region = catalogue.regions[f"GM{number}"]
        assert region.dominant in region.members
        assert region.id in region.members
