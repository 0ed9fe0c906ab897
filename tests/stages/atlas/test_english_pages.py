"""English pages of weighing are in English: only names and quoted sources are Dutch, and those that are long say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dutch_words import dutch_on
from site_addresses import ADDRESSES
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.site import Site
from stadspeil.catalogue import load_catalogue
from stadspeil.sources.nieuwland.case_files import case_files

PAGES = (
    "afwegen", "pakket", "pakket_nieuw", "pakket_vergelijk", "ingrepen", "ingreep", "bewijs", "fondsen", "agendas", "agenda", "lopend", "bouwen", "bouwen_nieuw",
    "zoeken", "vergelijken", "ontwikkeling", "verhuizen",
)  # fmt: skip
WHERE = tuple(f"/en{address}" for page in PAGES for address in ADDRESSES[page])
QUOTED = ("Werk aan de wijk", "Atlas voor gemeenten")


@pytest.fixture(scope="module")
def told(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo with its case as it stands now: a demo that was made earlier has it as it was."""
    own = tmp_path_factory.mktemp("own") / "catalogue"
    shutil.copytree(site.workspace.own_catalogue, own)
    for name, text in case_files().items():
        (own / name).parent.mkdir(exist_ok=True)
        (own / name).write_text(text, encoding="utf-8")
    return Site(site.workspace, load_catalogue(own=own), site.settings)


@pytest.fixture(scope="module")
def caller(told: Site) -> Iterator[TestClient]:
    with TestClient(create_app(told), follow_redirects=False) as made:
        yield made


@pytest.mark.parametrize("address", WHERE)
def test_an_english_page_has_no_dutch_sentence(caller: TestClient, address: str) -> None:
    answer = caller.get(address)
    assert answer.status_code == 200
    assert [each for each in dutch_on(answer.text) if not any(name in each for name in QUOTED)] == []


@pytest.mark.parametrize("page", ["pakket", "agenda", "ingreep", "fondsen", "bewijs"])
def test_the_same_page_in_dutch_is_full_of_it(caller: TestClient, page: str) -> None:
    """A check that finds nothing anywhere would pass as well."""
    text = caller.get(ADDRESSES[page][0]).text.replace('lang="nl"', "")
    assert len(dutch_on(text)) > 5


def test_a_dutch_sentence_on_an_english_page_is_found_and_one_that_says_so_is_not() -> None:
    page = '<html lang="en"><p>Costs.</p><p{mark}>Er wordt geen effect gerekend.</p><code>kosten:bijles</code></html>'
    assert dutch_on(page.format(mark="")) == ["Er wordt geen effect gerekend."]
    assert dutch_on(page.format(mark=' lang="nl"')) == []
    assert dutch_on('<html lang="en"><svg aria-label="kosten van het plan"></svg></html>') == ["kosten van het plan"]


def test_what_a_workspace_adds_in_dutch_only_is_marked_as_dutch(told: Site, tmp_path: Path) -> None:
    own = tmp_path / "catalogue"
    shutil.copytree(told.workspace.own_catalogue, own)
    text = case_files()["packages/sociaal_de_kaden.toml"]
    (own / "packages" / "sociaal_de_kaden.toml").write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith(("goal_en", "status_en"))), encoding="utf-8"
    )
    site = Site(told.workspace, load_catalogue(own=own), told.settings)
    with TestClient(create_app(site)) as caller:
        page = caller.get("/en/afwegen/sociaal_de_kaden").text
    assert '<p lang="nl">Jongerenwerk, bijles, werk en schulden, zonder aan gebouwen te komen.</p>' in page
    assert dutch_on(page) == []


def test_who_chose_a_town_begins_with_it(caller: TestClient) -> None:
    caller.cookies.set("stad", "GM9003")
    try:
        answer = caller.get("/en/afwegen/nieuw?1.ingreep=bijles")
        assert answer.status_code == 302
        assert answer.headers["location"] == "/en/afwegen/nieuw?stad=GM9003&1.ingreep=bijles"
        assert caller.get("/afwegen/nieuw?stad=GM9002").status_code == 200
    finally:
        caller.cookies.clear()
    assert caller.get("/afwegen/nieuw").status_code == 200
