"""A programme that cannot be is refused in one message, with file, site and remedy for each thing that is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.catalogue import fingerprint_of, plans_print
from stadspeil.catalogue.entries import Site
from stadspeil.catalogue.programme_checks import months_of
from stadspeil.errors import CatalogueError, QuestionError
from stadspeil.simulation.classes import FORMS, HOUSEHOLD_TYPES, PRICES, TENURES
from stadspeil.simulation.programme import Act

HEAD = """
title = "Proef"
title_en = "Trial"
town = "GM0637"
status = "voorbeeld, geen plan van de gemeente"
source = "test"
"""
SITE = {
    "act": '"bouwen"', "buurt": '"BU06370003"', "first": '"2027-01"', "last": '"2028-12"', "homes": "50",
    "tenure": '"koop"', "form": '"meergezins"', "price": '"midden"',
}  # fmt: skip


def site(name: str = "proef", **changes: str) -> str:
    return f"[sites.{name}]\n" + "\n".join(f"{key} = {value}" for key, value in (SITE | changes).items()) + "\n"


def problems(folder: Path, *sites: str, head: str = HEAD) -> list[str]:
    (folder / "programmes").mkdir()
    (folder / "programmes" / "mijn.toml").write_text(head + "\n".join(sites), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=folder)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"homes": "-40"}, "homes is -40; verwacht 0 of meer"),
        ({"homes": "2000000"}, "meer dan 50000 op een locatie kan niet"),
        ({"homes": "12.5"}, "veld 'homes' is 12.5; verwacht een geheel getal"),
        ({"buurt": '"Palenstein"'}, "'Palenstein' is geen buurtcode"),
        ({"buurt": '"BU03630000"'}, "buurt BU03630000 ligt niet in GM0637"),
        ({"first": '"2029-01"'}, "loopt van 2029-01 tot 2028-12: het eind ligt voor het begin"),
        ({"first": '"januari 2027"'}, "first is 'januari 2027'; verwacht een maand als 2027-06"),
        ({"last": '"2028-13"'}, "last is '2028-13'; verwacht een maand"),
        ({"act": '"bouw"'}, "veld 'act' is 'bouw'; kies uit bouwen, slopen, verkopen, renoveren; bedoelde u 'bouwen'?"),
        ({"tenure": '"huur"'}, "veld 'tenure' is 'huur'; kies uit koop, corporatie, particuliere huur"),
        ({"groups": '["gezinnen"]'}, "kies uit alleenstaand, paar, gezin, eenouder; bedoelde u 'gezin'?"),
        ({"huizen": "3"}, "onbekend veld 'huizen'"),
        ({"floor": "5000"}, "floor is 5000; verwacht 12 tot 500 m2"),
        ({"cost": "-1"}, "cost is -1; verwacht 0 tot 10000 euro per maand"),
        ({"return_right": "true"}, "return_right hoort bij slopen en renoveren, niet bij bouwen"),
        ({"act": '"verkopen"'}, "verkopen gaat van corporatie naar koop; tenure is 'koop'"),
        ({"on": '"anders"'}, "on noemt locatie 'anders', maar die is er niet"),
    ],
)  # fmt: skip
def test_a_wrong_site_is_named_with_file_and_site(changes: dict[str, str], sentence: str, tmp_path: Path) -> None:
    found = problems(tmp_path, site(**changes))
    assert len(found) == 1, found
    assert found[0].startswith("programmes/mijn.toml") and "[sites.proef]" in found[0]
    assert sentence in found[0]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, site(homes="-1", buurt='"x"', first='"nu"'), site("tweede", homes="99999999"))
    assert len(found) == 4


def test_homes_do_not_come_before_their_ground_is_clear(tmp_path: Path) -> None:
    demolition = site("sloop", act='"slopen"', first='"2027-01"', last='"2027-12"')
    found = problems(tmp_path, demolition, site("nieuw", on='"sloop"', first='"2027-10"'))
    assert len(found) == 1
    assert "de eerste woningen komen in 2027-10, maar de sloop van 'sloop' duurt tot en met 2027-12" in found[0]


def test_two_sites_do_not_take_the_same_homes_at_once(tmp_path: Path) -> None:
    one = site("een", act='"slopen"', first='"2027-01"', last='"2027-12"')
    other = site("twee", act='"renoveren"', first='"2027-12"', last='"2028-12"')
    found = problems(tmp_path, one, other)
    assert len(found) == 1
    assert "[sites.twee]: renoveren overlapt met slopen op 'een'" in found[0]


def test_sites_one_after_the_other_are_no_overlap(tmp_path: Path) -> None:
    (tmp_path / "programmes").mkdir()
    one = site("een", act='"slopen"', first='"2027-01"', last='"2027-12"')
    other = site("twee", act='"slopen"', first='"2028-01"', last='"2028-12"')
    (tmp_path / "programmes" / "mijn.toml").write_text(HEAD + one + other, encoding="utf-8")
    assert len(load_catalogue(own=tmp_path).programme("mijn").sites) == 2


def test_a_site_that_is_named_twice_is_no_toml(tmp_path: Path) -> None:
    found = problems(tmp_path, site(), site())
    assert len(found) == 1 and "geen geldige TOML" in found[0]


def test_a_programme_needs_a_town_and_sites(tmp_path: Path) -> None:
    found = problems(tmp_path, head=HEAD.replace("GM0637", "GM9876"))
    assert any("gemeente 'GM9876' staat niet in areas/gemeenten.csv" in each for each in found)
    assert any("het programma heeft geen locaties" in each for each in found)


def test_a_programme_that_is_not_there_is_asked_for_in_vain() -> None:
    with pytest.raises(QuestionError, match="bedoelde u 'zoetermeer_voorbeeld'"):
        load_catalogue().programme("zoetermeer_voorbeld")


def test_what_we_ship_beside_a_real_name_says_that_it_is_no_plan() -> None:
    for entry in load_catalogue().programmes.values():
        assert entry.invented and entry.status == "voorbeeld, geen plan van de gemeente", entry.id
        assert "bedacht" in entry.source


def test_the_words_of_a_site_are_those_of_the_simulation() -> None:
    hints = get_type_hints(Site)
    assert get_args(hints["act"]) == get_args(Act)
    assert get_args(hints["tenure"]) == TENURES
    assert get_args(hints["form"]) == FORMS
    assert get_args(hints["price"]) == PRICES
    assert get_args(get_args(hints["groups"])[0]) == HOUSEHOLD_TYPES


def test_a_plan_moves_no_figure_of_what_is(tmp_path: Path) -> None:
    (tmp_path / "programmes").mkdir()
    before = fingerprint_of([tmp_path]), plans_print([tmp_path])
    (tmp_path / "programmes" / "mijn.toml").write_text(HEAD + site(), encoding="utf-8")
    after = fingerprint_of([tmp_path]), plans_print([tmp_path])
    assert before[0] == after[0] and before[1] != after[1]


@pytest.mark.parametrize(
    "name",
    ["valuations/prices.csv", "parameters/appraisal.toml", "parameters/pooling.toml", "evidence/effects/bijles.toml"],
)
def test_what_a_plan_is_weighed_by_moves_no_figure_of_what_is(tmp_path: Path, name: str) -> None:
    before = fingerprint_of([tmp_path]), plans_print([tmp_path])
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("proef", encoding="utf-8")
    after = fingerprint_of([tmp_path]), plans_print([tmp_path])
    assert before[0] == after[0] and before[1] != after[1]


def test_a_parameter_of_figures_moves_them(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    before = fingerprint_of([tmp_path])
    (tmp_path / "parameters" / "scores.toml").write_text("proef", encoding="utf-8")
    assert fingerprint_of([tmp_path]) != before


def test_a_month_is_a_count_from_the_year_nought() -> None:
    assert months_of("2027-01") == 2027 * 12
    assert months_of("2027-12") + 1 == months_of("2028-01")


def test_nieuwlands_programmes_say_that_they_are_made_up() -> None:
    from stadspeil.sources.nieuwland.programmes import programme_files

    for text in programme_files().values():
        assert "invented = true" in text and "verzonnen" in text
        assert set(re.findall(r'buurt = "BU(\d{4})', text)) == {"9002"}
