"""Running efforts on the site: typed in, judged within the plan, kept in the agenda's own file and taken out of it again."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.site import Site
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import CatalogueError
from stadspeil.workspace import Workspace

# A person wrote this, with a remark at the end and an effort of their own.
FILE = """# Van ons.
title = "Proefagenda"
title_en = "Trial agenda"
town = "GM0637"
first = 2026
years = 4
status = "proef"
source = "wij"
staff = 3.0

[budgets.gemeente]
title = "Kas"
yearly = { 2026 = 1_000_000, 2027 = 1_000_000 }
carries_over = true
source = "wij"

[projects.plein]
title = "Plein"
costs = { gemeente = 500_000 }
worth = [600_000, 900_000, 1_200_000]
source = "wij"

[projects.folders]
title = "Folders"   # al jaren
existing = true
costs = { gemeente = 400_000 }
worth = [0, 1_000, 2_000]
source = "wij"
# einde
"""
GOOD = {
    "titel": 'Buurt"sport\\', "bron": "raming", "kosten.gemeente": "300.000", "jaren": "2", "laag": "400.000", "midden": "600.000,5", "hoog": "€ 900.000",
    "fte": "0,5", "punten.sociaaleconomische_kracht": "0,02",
}  # fmt: skip
PAGE = "/agenda/proef/lopend"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalogue" / "agendas").mkdir(parents=True)
    (tmp_path / "catalogue" / "agendas" / "proef.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def caller_of(folder: Path, **settings: object) -> TestClient:
    workspace = Workspace(folder)
    site = Site(
        workspace, load_catalogue(own=workspace.own_catalogue), Settings(requests_per_minute=100_000, **settings)
    )
    return TestClient(create_app(site), base_url="http://127.0.0.1:8000", follow_redirects=False)


@pytest.fixture
def caller(folder: Path) -> Iterator[TestClient]:
    with caller_of(folder) as asked:
        yield asked


def text(folder: Path) -> str:
    return (folder / "catalogue" / "agendas" / "proef.toml").read_text(encoding="utf-8")


def test_an_effort_is_kept_judged_changed_and_taken_away_and_the_rest_stays_to_the_letter(
    caller: TestClient, folder: Path
) -> None:
    seen = caller.get(PAGE, params=GOOD).text
    assert text(folder) == FILE, "looking keeps nothing"
    assert "Buurt&#34;sport\\: behouden" in seen and "Folders: stoppen" in seen and "nog niet bewaard" in seen
    assert caller.post(PAGE, data=GOOD).headers["location"] == f"{PAGE}?gedaan=bewaard"
    assert text(folder).startswith(FILE)
    made = load_catalogue(own=folder / "catalogue").agenda("proef").projects[-1]
    assert (made.id, made.title, made.existing, made.costs, made.worth) == (
        "buurt_sport", 'Buurt"sport\\', True, {"gemeente": 300_000.0}, (400_000.0, 600_000.5, 900_000.0)
    )  # fmt: skip
    assert (made.years, made.staff, made.marks) == (2, 0.5, {"sociaaleconomische_kracht": 0.02})
    form = caller.get(PAGE, params={"wijzig": "buurt_sport"}).text
    assert 'value="600.000,5"' in form and 'value="300.000"' in form
    caller.post(PAGE, data={**GOOD, "wijzig": "buurt_sport", "laag": "500.000"})
    assert load_catalogue(own=folder / "catalogue").agenda("proef").projects[-1].worth[0] == 500_000
    assert text(folder).count("[projects.") == 3
    assert caller.post(f"{PAGE}/buurt_sport/weg").headers["location"] == f"{PAGE}?gedaan=weg"
    assert text(folder).rstrip() == FILE.rstrip()


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(caller: TestClient, folder: Path) -> None:
    sent = caller.post(f"/en{PAGE}", data={**GOOD, "laag": "veel", "uiterlijk": "2099", "bron": "", "fte": "9"})
    query = parse_qs(urlsplit(sent.headers["location"]).query)
    assert sent.status_code == 303 and query["laag"] == ["veel"] and query["titel"] == [GOOD["titel"]]
    page = caller.get(sent.headers["location"]).text
    for field in ("laag", "bron"):
        assert f'aria-describedby="fout-{field}-1"' in page and f'id="fout-{field}-1"' in page
    later = caller.get(PAGE, params={**GOOD, "uiterlijk": "2099", "fte": "9"}).text
    assert "uiterlijk begin is 2099; de agenda loopt van 2026 tot en met 2029" in later and 'id="fout-fte-1"' in later
    assert "lopen niet op" in caller.get(PAGE, params={**GOOD, "hoog": "1"}).text
    assert text(folder) == FILE


def test_what_a_person_wrote_is_not_touched_and_an_unknown_agenda_is_no_file(caller: TestClient, folder: Path) -> None:
    assert caller.post(f"{PAGE}/folders/weg").status_code == 404
    caller.post(PAGE, data={**GOOD, "wijzig": "folders"})
    assert text(folder) == FILE
    for other in ("niets", "..%2F..%2Fproef", "proef.toml"):
        assert caller.post(f"/agenda/{other}/lopend", data=GOOD).status_code == 404


def test_a_form_of_another_site_one_too_large_and_a_site_for_others_are_refused(
    caller: TestClient, folder: Path
) -> None:
    assert caller.post(PAGE, data=GOOD, headers={"origin": "https://elders.example"}).status_code == 403
    assert caller.post(PAGE, data={**GOOD, "bron": "x" * 30_000}).status_code == 413
    with caller_of(folder, uploads="never") as closed:
        assert closed.post(PAGE, data=GOOD).status_code == 403
        assert "formmethod" not in closed.get(PAGE).text
    assert text(folder) == FILE


def test_a_file_that_was_broken_meanwhile_is_told_and_left(caller: TestClient, folder: Path) -> None:
    broken = FILE.replace("years = 4", "years = 0")
    (folder / "catalogue" / "agendas" / "proef.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(CatalogueError):
        load_catalogue(own=folder / "catalogue")
    assert caller.post(PAGE, data=GOOD).status_code >= 400 and text(folder) == broken


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"bron": "raming"}, "fill in a name"),
        ({"titel": "Proef"}, "fill in what it still costs, at one purse at least"),
        ({"titel": "Proef"}, "fill in what it brings if it falls short, in euros"),
        ({**GOOD, "laag": "veel"}, "'veel' is no number; write it as 1.200.000 or 0,5"),
        ({**GOOD, "jaren": "0,5"}, "'0,5' is no whole number; expected for example 5"),
        ({**GOOD, "laag": "9.000.000"}, "the three amounts do not rise"),
        ({**GOOD, "kosten.gemeente": "-5"}, "is \u22125 euros; expected 0 or more"),
        ({**GOOD, "uiterlijk": "1999"}, "latest start is 1999; the agenda runs from 2026 up to and including 2029"),
        ({**GOOD, "fte": "50"}, "asks 50 full-time jobs, the agenda has 3"),
        (
            {**GOOD, "laag": "5", "midden": "5", "hoog": "5"},
            "nobody knows a gain that surely, give low and high a range",
        ),
        ({**GOOD, "jaren": "60"}, "the number of years is 60; expected 1 to 40 years"),
        ({"titel": "Proef", "pakket": "nergens"}, "package 'nergens' does not exist"),
    ],
)
def test_what_is_wrong_is_told_in_english_on_the_english_page(
    caller: TestClient, typed: dict[str, str], said: str
) -> None:
    answer = caller.get(f"/en{PAGE}", params={"doe": "kijk", **typed}).text
    told = answer.partition("<main")[2].partition("</main>")[0]
    wrong = html.unescape(" ".join(re.findall(r'<p class="row-problems".*?</p>', told)))
    assert said in wrong and 'lang="nl"' not in wrong


def test_a_file_with_a_mark_before_its_first_letter_takes_an_effort(folder: Path, caller: TestClient) -> None:
    path = folder / "catalogue" / "agendas" / "proef.toml"
    path.write_text(FILE, encoding="utf-8-sig")
    assert caller.post(PAGE, data=GOOD).headers["location"] == f"{PAGE}?gedaan=bewaard"
    assert load_catalogue(own=folder / "catalogue").agenda("proef").projects[-1].id == "buurt_sport"
