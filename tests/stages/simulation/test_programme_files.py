"""A programme against the population that it is for: all that cannot be, in one message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from simulation_places import asked, place
from standin_engine import ENGINE

from stadspeil.catalogue.entries import BuildingProgramme
from stadspeil.errors import CatalogueError
from stadspeil.simulation.programme_files import check_programme, horizon_remarks, month_text, programme_of
from stadspeil.simulation.store import simulate_programme
from stadspeil.simulation.works import plan_of

Text = Callable[[str], str]


def refused(folder: Path, change: Text) -> list[str]:
    """The problems of the trial programme after a change of its text, from the whole way through."""
    (folder / "first").mkdir()
    workspace, _ = place(folder / "first")
    text = change((workspace.own_catalogue / "programmes" / "proef.toml").read_text(encoding="utf-8"))
    workspace, catalogue = place(folder, text)
    with pytest.raises(CatalogueError) as caught:
        simulate_programme(workspace, catalogue, asked(), parts=ENGINE)
    assert not workspace.out.exists()
    assert caught.value.remedy
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("BU90020103", "BU90020199", ("[sites.nieuw]", "bestaat niet in GM9002", "BU90020107 (Buurt 07)")),
        ("homes = 3", "homes = 300", ("[sites.sloop]", "sloopt 300 woningen (corporatie, meergezins, prijs laag)",
                                      "BU90020102 (Buurt 02)", "verlaag homes")),
        ("homes = 20", "homes = 9000", ("[sites.nieuw]", "bouwt 9000 woningen; de hele gemeente heeft er nu 480")),
        ("2024-06", "2019-06", ("begint in 2019-06, maar de bevolking is die van 1 januari 2024",)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_place_and_remedy(
    old: str, new: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    found = refused(tmp_path, lambda text: text.replace(old, new))
    assert all("programmes/proef.toml" in each for each in found)
    assert any(all(word in each for word in said) for each in found), found


def test_all_is_told_at_once(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        lambda text: (
            text.replace("BU90020103", "BU90020199").replace("homes = 3", "homes = 300").replace("2024", "2019")
        ),
    )
    assert len(found) == 4


def test_two_sites_together_take_no_more_than_there_are(tmp_path: Path) -> None:
    second = "\n[sites.later]" + "{0}"

    def twice(text: str) -> str:
        body = text.split("[sites.sloop]")[1].replace("2024-06", "2025-06").replace("2024-12", "2025-12")
        return text + second.format(body)

    _, catalogue = place(tmp_path / "few", None)
    programme = programme_of(catalogue, "proef")
    world = ENGINE.synthesize().world
    standing = (world.dwellings.buurt == 2) & (world.dwellings.tenure == 1) & (world.dwellings.form == 1)
    assert 3 <= (standing & (world.dwellings.price == 0)).sum() < 6, "the stand-in has a few of this kind"
    check_programme(catalogue.programme("proef"), programme, world)
    found = refused(tmp_path, twice)
    assert len(found) == 1 and "[sites.later]" in found[0] and "die geen andere locatie al neemt" in found[0]


def test_homes_that_the_programme_builds_are_not_there_to_be_taken(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        lambda text: (
            text.replace("BU90020103", "BU90020102")
            .replace('tenure = "koop"', 'tenure = "corporatie"')
            .replace("homes = 3", "homes = 15")
        ),
    )
    assert len(found) == 1
    assert "wat 'nieuw' bouwt is pas in 2025-05 klaar" in found[0]


def test_a_town_without_population_lacks_its_margins(tmp_path: Path) -> None:
    _, catalogue = place(tmp_path)
    entry = catalogue.programme("proef")
    other = BuildingProgramme(**{**entry.__dict__, "town": "GM0637"})
    programme = programme_of(catalogue, "proef")
    elsewhere = type(programme)(**{**programme.__dict__, "town": "GM0637"})
    with pytest.raises(CatalogueError, match="kerncijfers van buurten") as caught:
        check_programme(other, elsewhere, ENGINE.synthesize().world)
    assert len(caught.value.problems) == 1


def test_what_the_check_lets_through_the_engine_can_do(tmp_path: Path) -> None:
    _, catalogue = place(tmp_path)
    programme, world = programme_of(catalogue, "proef"), ENGINE.synthesize().world
    check_programme(catalogue.programme("proef"), programme, world)
    plan = plan_of(world, programme.steps)
    assert len(plan.built.number) == 20 and len(plan.demolished[0][1]) == 3


def test_what_falls_after_the_last_month_is_remarked_upon(tmp_path: Path) -> None:
    _, catalogue = place(tmp_path)
    programme, world = programme_of(catalogue, "proef"), ENGINE.synthesize().world
    assert horizon_remarks(programme, world, 24) == []
    found = horizon_remarks(programme, world, 12)
    assert len(found) == 1 and "'nieuw' loopt tot 2025-05" in found[0] and "2025-01" in found[0]


def test_months_are_written_as_they_are_read() -> None:
    assert month_text(2024 * 12) == "2024-01"
    assert month_text(2024 * 12 + 11) == "2024-12"
