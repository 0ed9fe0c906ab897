"""What is asked of whom: editions by year, areas by town, sizes that are never nothing."""

from __future__ import annotations

import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.sources.fetching.planning import Job, plan, scope_of, wanted_keys

SQUARES = "leefbaarometer_vakken"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def register(catalogue: Catalogue) -> AreaRegister:
    return AreaRegister(catalogue.gemeenten, catalogue.changes)


def jobs(catalogue: Catalogue, register: AreaRegister, **asked: object) -> list[Job]:
    return plan(catalogue, register, **asked)  # type: ignore[arg-type]


def test_every_fetchable_source_is_planned_and_nothing_else(catalogue: Catalogue, register: AreaRegister) -> None:
    able = {each.id for each in catalogue.sources.values() if each.fetch and each.status == "connected"}
    assert {each.source.id for each in jobs(catalogue, register)} == able - {SQUARES}
    assert {each.source.id for each in jobs(catalogue, register, town="GM0637")} == able
    assert {"cbs_kerncijfers_wijken_buurten", "cbs_regionale_kerncijfers"} <= able


def test_key_figures_are_one_job_per_year(catalogue: Catalogue, register: AreaRegister) -> None:
    found = jobs(catalogue, register, sources=["cbs_kerncijfers_wijken_buurten"], since=2019)
    assert [(each.edition.edition, each.table) for each in found if each.edition][:2] == [
        ("2019", "84583NED"), ("2020", "84799NED"),
    ]  # fmt: skip


def test_a_table_of_all_years_is_one_job(catalogue: Catalogue, register: AreaRegister) -> None:
    (found,) = jobs(catalogue, register, sources=["cbs_regionale_kerncijfers"], since=2015)
    assert (found.edition, found.since, found.table.lower()) == (None, 2015, "70072ned")


def test_a_town_needs_itself_its_groups_and_its_region(catalogue: Catalogue, register: AreaRegister) -> None:
    scope = scope_of(catalogue, register, "GM1930", 2024)
    members = {code for group in catalogue.groups.values() if "GM1930" in group.members for code in group.members}
    assert members | {"GM1930"} <= scope.gemeenten
    assert set(catalogue.regions["GM1930"].members) & register.codes(2024) <= scope.gemeenten


def test_a_town_before_its_merger_is_its_parts(catalogue: Catalogue, register: AreaRegister) -> None:
    """Nissewaard was Spijkenisse and Bernisse until 2015."""
    assert {"GM0612", "GM0568"} <= scope_of(catalogue, register, "GM1930", 2010).gemeenten
    assert "GM1930" not in scope_of(catalogue, register, "GM1930", 2010).gemeenten


def test_a_town_is_smaller_than_the_country(catalogue: Catalogue, register: AreaRegister) -> None:
    ids = ["cbs_kerncijfers_wijken_buurten"]
    town = sum(each.estimate for each in jobs(catalogue, register, town="GM0637", sources=ids))
    country = sum(each.estimate for each in jobs(catalogue, register, sources=ids))
    assert 0 < town < country / 2
    assert all(each.estimate > 0 for each in jobs(catalogue, register))


def test_keys_are_narrowed_only_where_every_column_names_them(catalogue: Catalogue) -> None:
    crime = wanted_keys(catalogue.sources["politie_misdrijven"])
    assert {"0.0.0", "1.1.1"} <= crime["SoortMisdrijf"]
    assert wanted_keys(catalogue.sources["cbs_kerncijfers_wijken_buurten"]) == {}


@pytest.mark.parametrize(
    ("asked", "said"),
    [("cbs_kerncijfers_wijken_burten", "bedoelde u 'cbs_kerncijfers_wijken_buurten'"), ("eigen_opgave", "niet zelf op te halen")],
)  # fmt: skip
def test_what_cannot_be_fetched_is_explained(
    catalogue: Catalogue, register: AreaRegister, asked: str, said: str
) -> None:
    with pytest.raises(QuestionError, match=said):
        jobs(catalogue, register, sources=[asked])


def test_squares_are_asked_for_last_for_one_town_alone_and_never_for_the_country(
    catalogue: Catalogue, register: AreaRegister
) -> None:
    found = jobs(catalogue, register, town="GM0637")
    assert found[-1].source.id == SQUARES
    assert found[-1].scope.gemeenten == {"GM0637"} and found[-1].estimate < 10_000_000
    with pytest.raises(QuestionError, match="--town"):
        jobs(catalogue, register, sources=[SQUARES])
