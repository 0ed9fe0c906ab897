"""Files of the site: from their own folder only, compressed once, asked for once."""

from __future__ import annotations

import gzip
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.files import Files
from stadspeil.atlas.site import Site
from stadspeil.workspace import Workspace

PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "static"
    inside.mkdir()
    (inside / "a.css").write_text("p { color: red; }\n" * 200, encoding="utf-8")
    (inside / ".lock").write_text("slot", encoding="utf-8")
    (tmp_path / "geheim.css").write_text("geheim", encoding="utf-8")
    (tmp_path / "static-geheim").mkdir()
    (tmp_path / "static-geheim" / "b.css").write_text("geheim", encoding="utf-8")
    return inside


@pytest.mark.parametrize(
    "name",
    [
        "../geheim.css",
        "../static-geheim/b.css",
        "a.css/../../geheim.css",
        "/etc/passwd",
        "",
        ".",
        "..",
        ".lock",
        "a\x00.css",
        "b" * 5000,
    ],
)
def test_nothing_outside_the_folder_is_a_file(folder: Path, name: str) -> None:
    assert Files(folder).file(name) is None


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder / "link.css").symlink_to(folder.parent / "geheim.css")
    assert Files(folder).file("link.css") is None


def test_a_changed_file_is_another_version(folder: Path) -> None:
    files = Files(folder)
    first = files.address("/static", "a.css")
    assert re.fullmatch(r"/static/a\.css\?v=[0-9a-f]{16}", first)
    assert files.file("a.css") is files.file("x/../a.css")
    (folder / "a.css").write_text("anders", encoding="utf-8")
    os.utime(folder / "a.css", ns=(1, 1))
    assert files.address("/static", "a.css") != first
    assert files.address("/static", "weg.css") == "/static/weg.css"


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/%2fetc%2fpasswd",
             "/static/vendor/.lock", "/static/", "/static", "/tiles/../ready.json", "/tiles/%2e%2e/ready.json",
             "/tiles/..%2fready.json", "/tiles/%2fetc%2fpasswd", "/theme.css/../stadspeil.toml", "/theme.css"],
)  # fmt: skip
def test_no_spelling_of_an_address_leads_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {404, 307}
    assert "create_app" not in answer.text and "root:" not in answer.text and "inputs" not in answer.text


def test_a_file_goes_packed_and_is_kept_for_a_year_by_its_version(client: TestClient, site: Site) -> None:
    page = client.get("/?kies").text
    named = re.search(r'href="(/static/stadspeil\.css\?v=[0-9a-f]+)"', page)
    assert named, "pages name their files with a version"
    content = (site.static / "stadspeil.css").read_bytes()
    packed = client.get(named[1], headers={"accept-encoding": "gzip"})
    assert packed.content == content
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(content, 9, mtime=0)) < len(content) / 2
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["vary"] == "Accept-Encoding"
    plain = client.get("/static/stadspeil.css?v=anders", headers=PLAIN)
    assert plain.content == content and "content-encoding" not in plain.headers
    assert plain.headers["cache-control"] == "public, no-cache"
    assert plain.headers["content-type"] == "text/css; charset=utf-8"


def test_a_file_that_is_still_the_same_is_not_sent_again(client: TestClient) -> None:
    mark = client.get("/static/stadspeil.js").headers["etag"]
    again = client.get("/static/stadspeil.js", headers={"if-none-match": mark})
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "public, no-cache")
    assert client.get("/static/stadspeil.js", headers={"if-none-match": '"anders"'}).status_code == 200


def test_all_that_pages_load_is_there(client: TestClient, site: Site) -> None:
    for path in sorted(site.static.rglob("*.*")):
        name = path.relative_to(site.static).as_posix()
        if not path.name.startswith("."):
            answer = client.get(f"/static/{name}")
            assert answer.status_code == 200 and answer.content == path.read_bytes(), name


def test_tiles_are_sent_in_parts_and_unpacked(client: TestClient, site: Site) -> None:
    folder = site.workspace.out / "atlas" / "tiles"
    tiles = sorted(folder.glob("*.pmtiles"))
    if not tiles:
        from stadspeil.atlas.tiles import prepare_maps

        prepare_maps(site.workspace)
        tiles = sorted(folder.glob("*.pmtiles"))
    part = client.get(f"/tiles/{tiles[0].name}", headers={"range": "bytes=0-6", "accept-encoding": "gzip"})
    assert (part.status_code, part.content) == (206, b"PMTiles")
    whole = client.get(f"/tiles/{tiles[0].name}", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in whole.headers


def test_a_town_has_its_own_colors_by_one_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "eigen.css").write_text(":root { --sp-accent: #7a0019; }", encoding="utf-8")
    (tmp_path / "geheim.toml").write_text("geheim", encoding="utf-8")

    def themed(name: str) -> TestClient:
        other = replace(site, workspace=Workspace(tmp_path), settings=replace(site.settings, theme=name))
        return TestClient(create_app(other), raise_server_exceptions=False)

    answer = themed("eigen.css").get("/theme.css")
    assert answer.text == ":root { --sp-accent: #7a0019; }"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    for name in ("", "weg.css", "geheim.toml", "../geheim.css"):
        assert themed(name).get("/theme.css").status_code == 404
    (tmp_path / "groot.css").write_bytes(b" " * 200_001)
    assert themed("groot.css").get("/theme.css").status_code == 404


def test_a_theme_is_the_last_style_of_a_page(site: Site, tmp_path: Path) -> None:
    page = TestClient(create_app(replace(site, settings=replace(site.settings, theme="eigen.css")))).get("/?kies").text
    assert re.findall(r'rel="stylesheet" href="([^"?]+)', page)[-1] == "/theme.css"
    assert "/theme.css" not in TestClient(create_app(site)).get("/?kies").text
