"""What a workspace keeps of an appraisal is used again only where all that it rests on is the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from appraisal_packages import measure, package

from stadspeil.appraisal.store import Asked, appraise_package, read_run
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow
MINE = package(
    measure(intervention="straatverlichting", areas=("BU90020203",), first=2026, last=2027, dose=2600.0),
    id="bewaard", town="GM9002",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Catalogue]:
    """Results of its own on the figures of the demo."""
    theirs = Workspace(demo / "werkmap")
    mine = Workspace(tmp_path_factory.mktemp("bewaard") / "werkmap")
    mine.out.mkdir(parents=True)
    mine.tables.symlink_to(theirs.tables)
    for name in ("scores", "group_scores", "values"):
        (mine.out / name).symlink_to(theirs.out / name)
    ours = load_catalogue(own=theirs.own_catalogue)
    return mine, dataclasses.replace(ours, packages={MINE.id: MINE})


def test_the_same_again_is_kept_and_another_discount_rate_is_not(place: tuple[Workspace, Catalogue]) -> None:
    workspace, catalogue = place
    asked = Asked(MINE.id, draws=200)
    assert appraise_package(workspace, catalogue, asked).new
    before = read_run(workspace, MINE.id)["ask"]["euro"]
    assert not appraise_package(workspace, catalogue, asked).new
    rate = dataclasses.replace(catalogue.parameters["rate_standaard"], value=0.10)
    dearer = dataclasses.replace(catalogue, parameters={**catalogue.parameters, "rate_standaard": rate})
    assert appraise_package(workspace, dearer, asked).new
    assert read_run(workspace, MINE.id)["ask"]["euro"] < before
    assert appraise_package(workspace, catalogue, asked).new
    assert read_run(workspace, MINE.id)["ask"]["euro"] == before


def test_a_change_of_what_plans_are_weighed_by_is_seen_in_the_catalogue(tmp_path: Path) -> None:
    ours = load_catalogue()
    own = tmp_path / "catalogue" / "parameters"
    own.mkdir(parents=True)
    (own / "appraisal.toml").write_text(
        '[rate_standaard]\nvalue = 0.10\nunit = "per jaar"\ndefinition = "d"\ndefinition_en = "d"\nsource = "s"\n'
        'date = "2026-11-27"\nevidence = "ours"\n',
        encoding="utf-8",
    )
    changed = load_catalogue(own=tmp_path / "catalogue")
    assert changed.parameter("rate_standaard") == 0.10
    assert changed.fingerprint == ours.fingerprint and changed.plans != ours.plans
