"""`stadspeil check` holds the wijken and buurten of a workspace's own plans against those that it knows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from agendas import AGENDA, PACKAGE
from typed_command import answer_of

from stadspeil.contracts import AREAS
from stadspeil.shelf import Part, write_shelf

KNOWN = [
    ("GM0637", "gemeente", "Zoetermeer"), ("WK063701", "wijk", "Meerzicht"), ("BU06370101", "buurt", "Meerzicht-West"),
    ("BU06370102", "buurt", "Meerzicht-Oost"),
]  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace that knows one wijk and two buurten, with a package and an agenda of its own."""
    rows = [
        {"area": code, "level": level, "name": name, "parent": None, "boundaries": 2024, "geometry": None, "snapshot": "x"}
        for code, level, name in KNOWN
    ]  # fmt: skip
    table = pl.DataFrame(rows, schema=AREAS.columns)
    write_shelf(tmp_path / "tables" / "areas", [Part("2024", table, {"boundaries": [2024]})])
    for name, text in (("packages", PACKAGE), ("agendas", AGENDA)):
        (tmp_path / "catalogue" / name).mkdir(parents=True)
        (tmp_path / "catalogue" / name / "proef.toml").write_text(text, encoding="utf-8")
    return tmp_path


def change(workspace: Path, name: str, old: str, new: str) -> None:
    path = workspace / "catalogue" / name / "proef.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_areas_that_are_there_pass(workspace: Path) -> None:
    change(workspace, "agendas", "floors = {", 'floors = { "buurt:BU06370102" = 0.1,')
    done = answer_of("check", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    assert "0 programma's, 1 pakketten en 1 agenda's; alle wijken en buurten bestaan" in done.stdout + done.stderr


def test_areas_that_are_not_there_are_all_told_with_the_nearest(workspace: Path) -> None:
    change(workspace, "packages", '"WK063701", "BU06370101"', '"WK063799", "BU06370199"')
    change(workspace, "agendas", "floors = {", 'floors = { "buurt:BU06370198" = 0.1,')
    done = answer_of("check", "--workspace", workspace)
    assert done.returncode == 10
    assert "alle wijken en buurten bestaan" not in done.stdout + done.stderr
    for told in (
        "packages/proef.toml [measures.een]: wijk WK063799 bestaat niet in GM0637; het dichtst bij: WK063701 (Meerzicht)",
        "packages/proef.toml [measures.een]: buurt BU06370199 bestaat niet in GM0637; het dichtst bij: BU06370102 (Meerzicht-Oost), BU06370101",
        "agendas/proef.toml: floors: buurt BU06370198 bestaat niet in GM0637; het dichtst bij: BU06370102",
    ):  # fmt: skip
        assert told in done.stderr


def test_of_a_town_without_known_areas_nothing_is_said(workspace: Path) -> None:
    change(workspace, "packages", 'town = "GM0637"', 'town = "GM0363"')
    change(workspace, "packages", '"WK063701", "BU06370101"', '"WK036399", "BU03639999"')
    assert answer_of("check", "--workspace", workspace).returncode == 0


def test_a_floor_in_another_town_is_refused(workspace: Path) -> None:
    change(workspace, "agendas", "floors = {", 'floors = { "buurt:BU99999999" = 0.1,')
    done = answer_of("check", "--workspace", workspace)
    assert done.returncode == 10
    assert "floors noemt buurt BU99999999, die niet in GM0637 ligt" in done.stderr
