import tomllib
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).parents[3] / "catalogue"
TOWNS = {"GM0034", "GM0502", "GM0794", "GM0356", "GM1930", "GM0439", "GM0637"}


@pytest.fixture(scope="module")
def groups():
    return tomllib.loads((CATALOGUE / "groups.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def regions():
    return tomllib.loads((CATALOGUE / "regions.toml").read_text(encoding="utf-8"))


def test_the_groups_have_the_names_that_the_study_prints(groups, register):
    names = {group: [register.name(code) for code in entry["members"]] for group, entry in groups.items()}
    assert names == {
        "nta": ["Almere", "Capelle aan den IJssel", "Helmond", "Nieuwegein", "Nissewaard", "Purmerend", "Zoetermeer"],
        "overige_new_towns": ["Houten", "Huizen", "Hoorn", "Dijk en Waard", "Haarlemmermeer", "Voorne aan Zee"],
        "oude_suburbs": ["Schiedam", "Vlaardingen", "Rijswijk", "Leidschendam-Voorburg", "Zaanstad", "Amstelveen",
                         "Zeist"],
        "old_towns": ["Dordrecht", "Delft", "Leiden", "Haarlem", "Alkmaar", "Hilversum", "Amersfoort"],
    }  # fmt: skip


def test_no_gemeente_is_in_two_groups(groups):
    members = [code for entry in groups.values() for code in entry["members"]]
    assert len(members) == len(set(members))


def test_the_parts_that_are_meant_before_a_merger_went_into_the_member(groups, register):
    for entry in groups.values():
        for member, part in entry.get("before", {}).items():
            assert register.members_in([part], 2024) == (member,)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_group_has_as_many_members_in_every_year(groups, register, year):
    sizes = {
        group: len(register.members_in(entry["members"], year, entry.get("before"))) for group, entry in groups.items()
    }
    assert sizes == {"nta": 7, "overige_new_towns": 6, "oude_suburbs": 7, "old_towns": 7}


def test_every_town_has_a_region_with_itself_and_its_dominant_gemeente(regions):
    assert set(regions) == TOWNS
    assert all({town, entry["dominant"]} <= set(entry["members"]) for town, entry in regions.items())


def test_regions_are_written_with_codes_of_2024(regions, register):
    assert {code for entry in regions.values() for code in entry["members"]} <= register.codes(2024)


def test_a_composition_that_the_study_does_not_print_is_called_ours(regions):
    assert {(entry["evidence"], entry["dominant_evidence"]) for entry in regions.values()} == {("ours", "inferred")}
