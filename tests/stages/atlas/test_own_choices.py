"""Own weights are those of `stadspeil weigh`; the average of an own group is that of a group of the catalogue."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.drawing_places import PlaceChange, place_changes_alt, place_changes_svg
from stadspeil.atlas.pages.own_groups import snippet
from stadspeil.atlas.pages.own_weights import read_weights
from stadspeil.atlas.site import Site
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import Group
from stadspeil.cli.weighing import weighed
from stadspeil.scores.weighing import Otherwise

TOWN = "GM9002"
COMPOSITE = "thema_zorg"
GIVEN = {"afstand_huisarts": 3.0, "afstand_huisartsenpost": 1.0, "afstand_apotheek": 0.5, "afstand_ziekenhuis": 0.0}


def told(client: TestClient, address: str, **query: Any) -> dict[str, Any]:
    answer = client.get(address, params={**query, "als": "json"})
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.text))


def table(view: dict[str, Any], id: str) -> list[dict[str, Any]]:
    return next(each["rows"] for each in view["tables"] if each["id"] == id)


def weights(**more: Any) -> dict[str, Any]:
    return {**{f"w.{part}": value for part, value in GIVEN.items()}, **more}


def test_own_weights_give_what_the_command_gives(client: TestClient, site: Site, tmp_path: Path) -> None:
    own = tmp_path / "gewichten.toml"
    own.write_text("\n".join(f"{part} = {value}" for part, value in GIVEN.items()))
    by_command = weighed(site.workspace.root, COMPOSITE, Otherwise(), own, TOWN, None).long
    view = told(client, f"/eigen/gewichten/{COMPOSITE}", **weights(stad=TOWN))
    for what, before, after in (("cijfer", "cijfer_opgave", "cijfer"), ("plaats", "plaats_opgave", "plaats")):
        wanted = {id: (entry, asked) for id, entry, asked in
                  by_command.filter(wat=what, soort="gebied").select("id", "opgave", "gevraagd").iter_rows()}  # fmt: skip
        shown = {row["gemeente"]: (row[before], row[after]) for row in table(view, "plaatsen")}
        assert shown.keys() == wanted.keys() and len(shown) >= 10
        for area, pair in shown.items():
            assert pair == pytest.approx(wanted[area], abs=1e-9)
    parts = {row["id"]: row["gewicht"] for row in table(view, "delen")}
    assert parts == pytest.approx({part: value / 4.5 for part, value in GIVEN.items()})


def test_the_town_and_those_that_move_most_are_told_beside_their_noise(client: TestClient, site: Site) -> None:
    view = told(client, f"/eigen/gewichten/{COMPOSITE}", **weights(stad=TOWN))
    places = {row["gemeente"]: row for row in table(view, "plaatsen")}
    own = places[TOWN]
    assert site.name(TOWN) in view["reading"]
    moved = sorted((abs(row["omhoog"]) for row in places.values() if row["omhoog"]), reverse=True)
    shown = [abs(row["omhoog"]) for row in table(view, "verschuivers") if row["naam"] != site.name(TOWN)]
    assert shown == sorted(shown, reverse=True) and set(shown) <= set(moved)
    if own["plaats"] != own["plaats_opgave"] and own["ruis_van"] is not None:
        within = own["ruis_van"] <= own["plaats"] <= own["ruis_tot"]
        assert ("niet verder dan de ruis" in view["reading"]) is within


def test_noise_is_counted_as_the_ranges_say(client: TestClient) -> None:
    view = told(client, "/eigen/gewichten/thema_gezondheid", **{f"w.{part}": number % 3 for number, part in enumerate((
        "gezondheid_goed", "beweegrichtlijn", "overgewicht", "rokers", "drinkers_zwaar", "langdurig_ziek_en_beperkt",
        "hoog_risico_angst_depressie", "regie_eigen_leven"))})  # fmt: skip
    known = [row for row in table(view, "plaatsen") if row["omhoog"] and row["ruis_van"] is not None]
    beyond = [row for row in known if not row["ruis_van"] <= row["plaats"] <= row["ruis_tot"]]
    if known:
        assert any(
            f"Van de {len(known)} gemeenten die verschuiven, komen er {len(beyond)} buiten" in each
            for each in view["notes"]
        )


def test_the_usual_weights_change_nothing(client: TestClient) -> None:
    view = told(client, f"/eigen/gewichten/{COMPOSITE}")
    assert {row["omhoog"] for row in table(view, "plaatsen")} == {0}
    assert table(view, "verschuivers") == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"w.afstand_huisarts": "veel"}, "is geen getal"), ({"w.afstand_huisarts": "-1"}, "verwacht 0 of hoger"),
        ({"w.afstand_huisarts": "1"}, "heeft geen gewicht"), ({f"w.{part}": 0 for part in GIVEN}, "samen 0"),
        ({**{f"w.{part}": 1 for part in GIVEN}, "w.onzin": 1}, "is geen deel"), ({"w.afstand_huisarts": "nan"}, "is geen getal"),
        ({"w.afstand_huisarts": "1e9"}, "is geen getal van 0 tot 100"),
    ],
)  # fmt: skip
def test_wrong_weights_are_told_and_the_usual_ones_shown(
    client: TestClient, wrong: dict[str, Any], sentence: str
) -> None:
    answer = client.get(f"/eigen/gewichten/{COMPOSITE}", params=wrong)
    assert answer.status_code == 200 and 'role="alert"' in answer.text
    assert sentence in answer.text.replace("&#39;", "'")


def test_weights_with_a_comma_are_read_as_a_person_writes_them() -> None:
    assert read_weights({"w.a": "1,5", "w.b": " 2 ", "stad": "GM0637"}, ("a", "b")) == ({"a": 1.5, "b": 2.0}, [])
    assert read_weights({"stad": "GM0637"}, ("a", "b")) == ({}, [])


def test_an_unknown_composite_or_town_is_told(client: TestClient) -> None:
    assert client.get("/eigen/gewichten/thema_zor").status_code == 404
    assert client.get(f"/eigen/gewichten/{COMPOSITE}", params={"stad": "GM0000"}).status_code == 200


def test_a_line_is_solid_only_beyond_the_noise() -> None:
    words = words_of("nl")
    drawn = [place_changes_svg([PlaceChange("Almere", 10, 20, beyond=each)], 100, words).count('stroke-dasharray="4 3"')
             for each in (True, False, None)]  # fmt: skip
    # One dashed line is the key.
    assert drawn == [1, 2, 2]
    said = place_changes_alt([PlaceChange("Almere", 10, 20, beyond=True)], words)
    assert "Almere: van 10 naar 20 (verder dan de ruis)" in said


def test_an_own_group_of_the_members_of_a_group_is_that_group(client: TestClient, site: Site) -> None:
    groups = site.results.groups()
    compared = 0
    for id in groups.filter(kind="group")["group"].unique():
        members = site.catalogue.groups[id].members
        view = told(client, "/eigen/gebieden", naam="proef", gebieden=",".join(members))
        for row in table(view, "gemiddelden"):
            known = groups.filter(group=id, indicator=row["id"], year=row["jaar"]).rows(named=True)
            fit = [each for each in known if each["mark"] == pytest.approx(row["cijfer"])]
            assert fit, (id, row)
            assert (row["plaats"], row["bekend"], row["leden"]) == (
                fit[0]["rank"],
                fit[0]["present"],
                fit[0]["members"],
            )
            compared += 1
    assert compared > 5


def test_names_are_added_with_slips_and_what_does_not_fit_is_said(client: TestClient, site: Site) -> None:
    first, second = (name for _, name in site.towns()[:2])
    code = {name: code for code, name in site.towns()}
    page = client.get("/eigen/gebieden", params={"gebieden": f"{code[first]},GM0000,<b>", "erbij": f"{second}, xqzwvv"})
    assert f'value="{code[first]},{code[second]}"' in page.text
    assert (
        "‘GM0000’ is geen gebied" in page.text
        and "Bij ‘xqzwvv’ vonden wij geen gebied" in page.text
        and "<b>" not in page.text
    )


def test_wijken_and_buurten_of_a_group_lie_in_one_gemeente(client: TestClient, site: Site) -> None:
    page = client.get("/eigen/gebieden", params={"stad": TOWN, "niveau": "wijk"})
    codes = sorted(site.results.areas.filter(level="wijk").filter(site.results.areas.filter(level="wijk")["area"].str.starts_with(f"WK{TOWN[2:]}"))["area"].unique())  # fmt: skip
    assert page.text.count('type="checkbox"') == len(codes) > 1
    other = site.results.areas.filter(level="wijk").filter(~site.results.areas.filter(level="wijk")["area"].str.starts_with(f"WK{TOWN[2:]}"))["area"][0]  # fmt: skip
    chosen = client.get(
        "/eigen/gebieden", params=[("gebied", codes[0]), ("gebied", codes[1]), ("gebied", other), ("gebied", TOWN)]
    )
    assert f'value="{codes[0]},{codes[1]}"' in chosen.text
    assert "liggen in één gemeente" in chosen.text and "in deze groep staan wijken" in chosen.text


def test_the_lines_for_the_catalogue_are_an_entry_of_it() -> None:
    read = tomllib.loads(snippet('Mijn "steden": 1', ["GM0637", "GM0034"]))
    ((id, entry),) = read.items()
    assert Group(id=id, **entry).members == ["GM0637", "GM0034"]
    assert entry["title"] == 'Mijn "steden": 1' and id == "mijn_steden_1"


@pytest.mark.parametrize(
    "address", ["/eigen", "/en/eigen", "/eigen/gebieden", "/en/eigen/gebieden", f"/en/eigen/gewichten/{COMPOSITE}"]
)
def test_the_pages_leave_in_every_form(client: TestClient, address: str) -> None:
    for form in ("csv", "xlsx", "json", "pdf", "pptx"):
        assert client.get(address, params={"als": form}).status_code == 200, form
