"""A damaged result costs the pages that show it and no others; the log says where it is and what makes it anew."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.logs import JsonLines
from stadspeil.atlas.site import Site
from stadspeil.workspace import Workspace

PACKAGE, OTHER, PROGRAMME, AGENDA = (
    "wijkaanpak_de_kaden",
    "sociaal_de_kaden",
    "vernieuwing_de_kaden",
    "agenda_vierlingstad",
)


def damage(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        content = bytearray(path.read_bytes())
        content[60:64] = b"xxxx"
        path.write_bytes(bytes(content))


@pytest.fixture
def damaged(site: Site, tmp_path: Path) -> Site:
    """The demo with results that are links, but for those that a test damages."""
    root = tmp_path / "werkmap"
    root.mkdir()
    for path in site.workspace.root.iterdir():
        if path.name != "out":
            (root / path.name).symlink_to(path)
    (root / "out").mkdir()
    kept_whole = {"appraisal": PACKAGE, "simulation": PROGRAMME, "agenda": AGENDA}
    for path in site.workspace.out.iterdir():
        if path.name not in kept_whole:
            (root / "out" / path.name).symlink_to(path)
    for kind, name in kept_whole.items():
        (root / "out" / kind).mkdir()
        for path in (site.workspace.out / kind).iterdir():
            if path.name != name:
                (root / "out" / kind / path.name).symlink_to(path)
        shutil.copytree(site.workspace.out / kind / name, root / "out" / kind / name)
        damage(root / "out" / kind / name)
    return replace(site, workspace=Workspace(root))


@pytest.fixture
def caller(damaged: Site) -> Iterator[TestClient]:
    with TestClient(create_app(damaged), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def test_a_damaged_package_says_so_and_the_others_stand(caller: TestClient) -> None:
    listed = caller.get("/afwegen")
    assert listed.status_code == 200 and f"/afwegen/{OTHER}" in listed.text
    assert f"stadspeil appraise --package {PACKAGE}" in listed.text
    assert caller.get(f"/afwegen/{OTHER}").status_code == 200
    own = caller.get(f"/afwegen/{PACKAGE}")
    assert own.status_code == 404
    assert "is beschadigd" in own.text and f"stadspeil appraise --package {PACKAGE}" in own.text


def test_a_damaged_programme_says_so_and_the_list_stands(caller: TestClient) -> None:
    assert caller.get("/bouwen").status_code == 200
    own = caller.get(f"/bouwen/{PROGRAMME}")
    assert own.status_code == 404
    assert "is beschadigd" in own.text and f"stadspeil simulate --programme {PROGRAMME}" in own.text


def test_a_damaged_agenda_is_told_without_our_places_and_named_in_the_log(
    caller: TestClient, damaged: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "stadspeil.atlas"):
        answer = caller.get(f"/agenda/{AGENDA}")
    assert answer.status_code == 500
    assert "beschadigd" in answer.text and "logboek" in answer.text
    assert str(damaged.workspace.root) not in answer.text and ".parquet" not in answer.text
    said = [json.loads(JsonLines().format(each)).get("message", "") for each in caplog.records]
    (line,) = [each for each in said if "beschadigd" in each]
    assert f"agenda/{AGENDA}/" in line and f"stadspeil agenda {AGENDA}" in line
    assert "damaged" in caller.get(f"/en/agenda/{AGENDA}").text


def test_a_site_begins_with_a_damaged_analysis(site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is read ahead may be damaged: the other pages are worth serving, and the log says what to do."""
    root = tmp_path / "werkmap"
    shutil.copytree(site.workspace.out / "analyses", root / "out" / "analyses")
    damage(root / "out" / "analyses")
    for path in site.workspace.root.iterdir():
        if path.name != "out":
            (root / path.name).symlink_to(path)
    for path in site.workspace.out.iterdir():
        if path.name != "analyses":
            (root / "out" / path.name).symlink_to(path)
    with (
        caplog.at_level(logging.INFO, "stadspeil.atlas"),
        TestClient(create_app(replace(site, workspace=Workspace(root))), raise_server_exceptions=False) as caller,
    ):
        assert caller.get("/gereed").text == "ok"
        assert caller.get("/uitleg").status_code == 200
    said = [json.loads(JsonLines().format(each)).get("message", "") for each in caplog.records]
    assert any("beschadigd" in each and "stadspeil analyse" in each for each in said)
