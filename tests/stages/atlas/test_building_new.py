"""The editor of building programmes: what it makes the catalogue reads back, what the catalogue refuses it refuses too."""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from stadspeil.atlas.pages.building_new import building_new, buurten_of
from stadspeil.atlas.programme_form import MOST_ROWS, Form, form_of, judged, toml_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.entries import BuildingProgramme
from stadspeil.errors import CatalogueError

TOWN = "GM9002"
ROW = {"naam": "flats", "wat": "bouwen", "buurt": "BU90020101", "van": "2027-01", "tot": "2027-12", "aantal": "40",
       "eigendom": "koop", "vorm": "meergezins", "prijs": "midden"}  # fmt: skip


def query(*rows: dict[str, str], **top: str) -> dict[str, str]:
    told = {"stad": TOWN, "titel": "Proef", "rijen": str(len(rows)), **top}
    return told | {f"{number}.{name}": value for number, row in enumerate(rows, start=1) for name, value in row.items()}


def page(site: Site, asked: dict[str, str], lang: str = "nl") -> View:
    return building_new(site, Asked(lang, "/bouwen/nieuw", {}, asked))


def as_rows(entry: BuildingProgramme) -> dict[str, str]:
    """An entry as a reader would fill it in."""
    rows = [
        {"naam": each.id, "wat": each.act, "buurt": each.buurt, "van": each.first, "tot": each.last, "aantal": str(each.homes),
         "eigendom": each.tenure, "vorm": each.form, "prijs": each.price, "m2": f"{each.floor:g}", "groepen": ",".join(each.groups),
         "terug": "ja" if each.return_right else "", "na": each.on}
        for each in entry.sites
    ]  # fmt: skip
    return query(*rows, titel=entry.title, naam=entry.id, stad=entry.town, status=entry.status, bron=entry.source)


@pytest.mark.parametrize("id", ["vernieuwing_de_kaden", "uitleg_de_oevers"])
def test_a_file_of_the_editor_is_read_back_as_the_same_programme(
    site: Site, client: TestClient, tmp_path: Path, id: str
) -> None:
    entry = site.catalogue.programmes[id]
    answer = client.get(f"/bouwen/nieuw.toml?{urlencode(as_rows(entry))}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{id}.toml"'
    folder = tmp_path / "catalogue"
    (folder / "programmes").mkdir(parents=True)
    for name in ("areas/gemeenten.csv", "areas/changes.csv"):
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes((site.workspace.own_catalogue / name).read_bytes())
    (folder / "programmes" / f"{id}.toml").write_bytes(answer.content)
    read = load_catalogue(own=folder).programmes[id]
    assert read.sites == entry.sites
    assert (read.id, read.title, read.town, read.status, read.source) == (
        id,
        entry.title,
        entry.town,
        entry.status,
        entry.source,
    )


def test_all_that_is_wrong_stands_at_its_row_in_the_words_of_the_catalogue(site: Site, tmp_path: Path) -> None:
    bad = [
        {**ROW, "aantal": "-5", "van": "2027-13"},
        {**ROW, "naam": "ver weg", "buurt": "BU90030101"},
        {**ROW, "naam": "verkoop", "wat": "verkopen", "terug": "ja"},
        {**ROW, "naam": "na niets", "na": "sloop"},
    ]
    found = page(site, query(*bad)).more["found"]
    folder = tmp_path / "catalogue"
    (folder / "programmes").mkdir(parents=True)
    (folder / "areas").mkdir()
    for name in ("gemeenten.csv", "changes.csv"):
        (folder / "areas" / name).write_bytes((site.workspace.own_catalogue / "areas" / name).read_bytes())
    (folder / "programmes" / "proef.toml").write_text(found.toml, encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        load_catalogue(own=folder)
    assert len(found.problems) == len(refused.value.problems) >= 5
    for row, said in found.problems:
        assert any(said in each for each in refused.value.problems), said
        assert 1 <= row <= 4
    assert any("homes is -5" in each for each in found.of_row(1)) and any("first" in each for each in found.of_row(1))
    assert any("ligt niet in GM9002" in each for each in found.of_row(2))
    assert len(found.of_row(3)) == 2
    assert found.of_row(4)


def test_a_field_is_named_as_the_form_names_it(client: TestClient) -> None:
    told = client.get(f"/bouwen/nieuw?{urlencode(query({**ROW, 'van': '', 'aantal': 'veertig'}))}").text
    assert "Van (JJJJ-MM): nog niet ingevuld." in told
    assert "Woningen: &#39;veertig&#39; kan niet; verwacht een geheel getal." in told
    assert "veld &#39;" not in told


WRONG = (
    ({"buurt": "", "van": "", "tot": "", "aantal": ""}, "Buurt: not filled in yet."), ({"aantal": "veertig"}, "Homes: 'veertig' cannot be; expected a whole number."),
    ({"van": "2028-06", "tot": "2027-01"}, "the end lies before the beginning; swap the months"), ({"aantal": "-5"}, "Homes is \u22125; expected 0 or more. Demolishing is chosen at What"),
    ({"aantal": "60000"}, "more than 50000 on one site cannot be"), ({"m2": "5"}, "m² is 5; expected 12 to 500 m²"), ({"van": "juni"}, "From is 'juni'; expected a month like 2027-06"),
    ({"buurt": "BU90010101"}, "buurt BU90010101 does not lie in GM9002"), ({"buurt": "BU90020199"}, "does not exist in GM9002; nearest: "), ({"buurt": "zomaar"}, "'zomaar' is no code of a buurt"),
    ({"wat": "verkopen"}, "Tenure is 'owner-occupied', expected 'housing association'"), ({"terug": "ja"}, "a right to return goes with demolishing"),
    ({"na": "niets"}, "'After clearing' names site 'niets', which is not there"), ({"eigendom": "x"}, "Tenure: 'x' cannot be; choose from "),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), WRONG)
def test_what_is_wrong_is_told_in_english_on_the_english_page(
    client: TestClient, typed: dict[str, str], said: str
) -> None:
    row = {**ROW, **({"eigendom": "koop"} if typed.get("wat") == "verkopen" else {}), **typed}
    told = client.get(f"/en/bouwen/nieuw?{urlencode(query(row))}").text.partition("<main")[2].partition("</main>")[0]
    assert said in html.unescape(told) and 'lang="nl"' not in told


def test_a_number_that_is_none_and_a_buurt_that_is_not_there_are_refused(site: Site) -> None:
    found = page(site, query({**ROW, "aantal": "veertig"})).more["found"]
    assert found.entry is None or found.problems
    assert any("homes" in each for each in found.of_row(1))
    (said,) = page(site, query({**ROW, "buurt": "BU90020199"})).more["found"].of_row(1)
    assert "bestaat niet in GM9002" in said and "het dichtst bij" in said


def test_a_row_that_lacks_something_is_judged_on_the_rest_too(site: Site) -> None:
    found = (
        page(site, query({**ROW, "buurt": "", "aantal": "-5", "van": "2028-06", "tot": "2027-01"}))
        .more["found"]
        .of_row(1)
    )
    assert len(found) == 3
    assert (
        "buurt" in found[0]
        and any("homes is -5" in each for each in found)
        and any("wissel first en last om" in each for each in found)
    )
    assert not any("ZZ" in each for each in found)
    # Two rows without a buurt do not overlap.
    empty = {**ROW, "wat": "slopen", "buurt": ""}
    assert [row for row, _ in page(site, query(empty, {**empty, "naam": "ook"})).more["found"].problems] == [1, 2]


def test_rows_come_and_go_without_a_script(site: Site) -> None:
    two = query(ROW, {**ROW, "naam": "huizen"})
    assert len(page(site, {**two, "doe": "erbij"}).more["form"].rows) == 3
    left = page(site, {**two, "doe": "weg.1"}).more["form"].rows
    assert [row["naam"] for row in left] == ["huizen"]
    for odd in ("weg.9", "weg.-1", "weg.", "weg.²", "anders"):
        assert len(page(site, {**two, "doe": odd}).more["form"].rows) == 2
    assert len(page(site, {**query(ROW), "rijen": "9999"}).more["form"].rows) == MOST_ROWS
    assert len(page(site, {**query(*[ROW] * MOST_ROWS), "doe": "erbij"}).more["form"].rows) == MOST_ROWS


def test_the_estimate_comes_from_the_chain_of_the_country_and_grows_with_the_homes(site: Site) -> None:
    one = {row["wat"]: row for row in page(site, query(ROW)).table("eerste_schatting").rows}
    ten = {row["wat"]: row for row in page(site, query({**ROW, "aantal": "400"})).table("eerste_schatting").rows}
    whole = "Woningen die vrijkomen, de hele keten"
    assert 40 < float(one[whole]["midden"] or 0) < 120
    assert float(one[whole]["laag"] or 0) < float(one[whole]["midden"] or 0) < float(one[whole]["hoog"] or 0)
    assert float(ten[whole]["midden"] or 0) == pytest.approx(10 * float(one[whole]["midden"] or 0))
    assert page(site, query({**ROW, "wat": "slopen"})).table("eerste_schatting").rows == []


def test_the_map_leads_to_the_same_form_with_another_buurt(site: Site) -> None:
    view = page(site, query(ROW, {**ROW, "naam": "tweede", "buurt": ""}))
    assert view.more["hand"] == 2
    links = dict(re.findall(r'<a href="([^"]+)" data-buurt="([^"]+)"', view.more["map"]))
    assert set(links.values()) == set(buurten_of(site, TOWN))
    address = next(link for link, code in links.items() if code == "BU90020203").replace("&amp;", "&")
    assert "2.buurt=BU90020203" in address and "1.buurt=BU90020101" in address and address.endswith("#rij-2")


def test_what_is_filled_in_is_escaped_and_the_form_stays_as_it_was(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    answer = client.get(
        f"/bouwen/nieuw?{urlencode(query({**ROW, 'naam': evil, 'buurt': evil}, titel=evil, bron=evil))}"
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    again = client.get(f"/en/bouwen/nieuw?{urlencode(query(ROW, titel='Mijn plan'))}")
    assert 'value="Mijn plan"' in again.text and 'value="BU90020101" selected' in again.text
    assert client.get(f"/bouwen/nieuw.toml?{urlencode(query({**ROW, 'aantal': '-1'}))}").status_code == 404
    assert client.get(f"/bouwen/nieuw?{urlencode(query(ROW, stad='GM0000'))}").status_code == 200


TEXT = st.text(max_size=60)


@given(
    titel=TEXT,
    naam=TEXT,
    status=TEXT,
    row=st.fixed_dictionaries(dict.fromkeys((*ROW, "m2", "groepen", "terug", "na"), TEXT)),
)
def test_whatever_is_typed_makes_a_file_that_can_be_read(
    titel: str, naam: str, status: str, row: dict[str, str]
) -> None:
    asked = Asked("nl", "/bouwen/nieuw", {}, query(row, row, titel=titel, naam=naam, status=status))
    form = form_of(asked, TOWN)
    assert len(set(form.names)) == 2
    read = tomllib.loads(toml_of(form))
    assert set(read["sites"]) == set(form.names)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", form.id)
    # Nothing that is typed breaks the judging; a sentence belongs to a row that is there.
    found = judged(form, load_catalogue(), {"BU90020101": "Passage"})
    assert all(0 <= number <= 2 for number, _ in found.problems)


def test_the_address_holds_the_form() -> None:
    form = form_of(Asked("nl", "/bouwen/nieuw", {}, query(ROW, {**ROW, "naam": "b"})), TOWN)
    assert form_of(Asked("nl", "/bouwen/nieuw", {}, form.query()), TOWN) == form
    assert isinstance(form, Form)
