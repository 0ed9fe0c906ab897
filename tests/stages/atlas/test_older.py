"""An outcome that other code made says so, with the command that makes it anew; one of this code says nothing."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from starlette.testclient import TestClient

from stadspeil.appraisal import store as packages
from stadspeil.appraisal.portfolio import store as agendas
from stadspeil.appraisal.portfolio.agenda import Choices
from stadspeil.atlas.older import Stored, older
from stadspeil.atlas.pages.agenda import agenda_page, agendas_page
from stadspeil.atlas.pages.appraisal import appraisal
from stadspeil.atlas.pages.appraisal_compare import compare_packages
from stadspeil.atlas.pages.appraisal_package import package_page
from stadspeil.atlas.pages.building import building
from stadspeil.atlas.pages.building_result import building_result
from stadspeil.atlas.pages.moving import moving_page
from stadspeil.atlas.pages.weighing import weighing
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.simulation import history_store as histories
from stadspeil.simulation import store as simulations
from stadspeil.workspace import code_fingerprint

OURS = code_fingerprint()
CASE, TOWN = "wijkaanpak_de_kaden", "GM9002"


@pytest.mark.parametrize(
    ("told", "silent"),
    [
        ({"code": OURS}, True), ({"inputs": {"code": OURS}}, True), ({"code": "0" * 64}, False),
        ({"inputs": {"code": "0" * 64}}, False), ({}, False),
    ],
)  # fmt: skip
def test_only_an_outcome_of_this_code_stands_without_a_warning(told: dict[str, Any], silent: bool) -> None:
    for lang in LANGUAGES:
        found = older([Stored("Plan", told, "stadspeil plan")], words_of(lang))
        assert (found is None) == silent
        assert found is None or (found.commands == ("stadspeil plan",) and "Plan" in found.said)


def test_several_older_outcomes_are_told_in_one_sentence_with_each_command() -> None:
    kept = [Stored("A", {}, "doe a"), Stored("B", {"code": OURS}, "doe b"), Stored("C", {}, "doe c")]
    found = older(kept, words_of("nl"))
    assert found is not None and found.said.startswith("A en C:") and found.commands == ("doe a", "doe c")


def test_a_command_asks_what_was_asked_and_leaves_out_what_is_usual() -> None:
    package = packages.Asked("p", years=30, seed=7)
    assert (
        packages.command_of({"asked": dataclasses.asdict(package)})
        == "stadspeil appraise --package p --years 30 --seed 7"
    )
    old = {"package": {"id": "p"}, "draws": packages.DRAWS, "seed": packages.SEED, "first": 2027, "years": 40}
    assert packages.command_of(old) == "stadspeil appraise --package p"
    choices = dataclasses.asdict(Choices("a", gap=0.02, without=("rijk", "provincie"), front=False))
    assert (
        agendas.command_of({"inputs": {"choices": choices}})
        == "stadspeil agenda a --gap 2 --without-fund rijk --without-fund provincie --no-front"
    )
    assert histories.command_of({"draws": 8, "seed": histories.SEED}) == "stadspeil history --draws 8"
    asked = simulations.Asked(
        "b", ("GM0001", "GM0002", "GM0003"), ("GM0001", "GM0002"), pairs=4, realized=(0.6, 1.0), vary=False
    )
    told = {"inputs": {"asked": {**dataclasses.asdict(asked), "pairs": 0}, "pairs": asked.pairs}}
    assert simulations.command_of(told) == (
        "stadspeil simulate --programme b --with GM0002 --pairs 4 --years 10 --realized 60-100 --region --fixed"
    )  # fmt: skip


@pytest.mark.parametrize("seen", [True, False])
def test_list_page_comparison_and_download_tell_of_an_older_package(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch, seen: bool
) -> None:
    monkeypatch.setattr("stadspeil.atlas.older.made_by_other", lambda told: seen)
    for lang, root, said in (("nl", "", "een andere versie"), ("en", "/en", "another version")):
        beside = f"{CASE},fysiek_de_kaden"
        for make, path, query in (
            (appraisal, "/afwegen", {}),
            (package_page, f"/afwegen/{CASE}", {"pakket": CASE}),
            (compare_packages, "/afwegen/vergelijk", {"pakket": beside}),
        ):
            view = make(site, Asked(lang, path, {}, query))
            assert (view.older is not None and f"--package {CASE}" in " ".join(view.older.commands)) == seen
            assert (view.older is not None and said in view.older.said) == seen
        # Never asked for by other tests, so that no kept answer is given.
        address = f"{root}/afwegen/{CASE}?proef={seen}"
        assert (said in client.get(address).text.partition("<h1")[0]) == seen
        assert (said in str(client.get(f"{address}&als=json").json()["notes"])) == seen


@pytest.mark.parametrize("seen", [True, False])
def test_simulated_weighed_moving_and_agenda_pages_tell_it_too(
    site: Site, monkeypatch: pytest.MonkeyPatch, seen: bool
) -> None:
    monkeypatch.setattr("stadspeil.atlas.older.made_by_other", lambda told: seen)
    programme, agenda = "vernieuwing_de_kaden", "agenda_vierlingstad"
    for make, parts, command in (
        (building, {}, f"stadspeil simulate --programme {programme}"),
        (building_result, {"programma": programme}, f"stadspeil simulate --programme {programme}"),
        (weighing, {"stad": TOWN}, f"stadspeil balance --town {TOWN}"),
        (moving_page, {"stad": TOWN}, "stadspeil history"),
        (agendas_page, {}, f"stadspeil agenda {agenda}"),
        (agenda_page, {"agenda": agenda}, f"stadspeil agenda {agenda}"),
    ):
        view = make(site, Asked("nl", "/", parts, {}))
        assert (view.older is not None and command in " ".join(view.older.commands)) == seen, command
