"""`stadspeil funds` as a user meets it, on Nieuwland."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def here(demo: Path) -> list[str]:
    return ["--workspace", str(demo / "werkmap")]


def test_the_facts_are_listed_with_source_and_mark(stadspeil: Command, tmp_path: Path) -> None:
    done = stadspeil("funds", "list", "--facts", "--fund", "nplv", "--csv", "--workspace", str(tmp_path))
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0 and {row["fonds"] for row in rows} == {"nplv"}
    assert all(row["merk"] in "RSMJ" and row["bron"] and row["bekeken"] for row in rows)


def test_a_town_is_told_what_is_missing(stadspeil: Command, tmp_path: Path) -> None:
    done = stadspeil("funds", "check", "--town", "Zoetermeer", "--workspace", str(tmp_path))
    assert done.returncode == 0
    assert "Nationaal Programma Leefbaarheid en Veiligheid: nee, want niet op de lijst" in done.stderr
    assert "Woningbouwimpuls: niet te zeggen, want niet bekend is: " in done.stderr


def test_a_programme_with_euros_is_stacked_and_told_whether_it_goes_on(stadspeil: Command, tmp_path: Path) -> None:
    asked = ("funds", "check", "--programme", "zoetermeer_voorbeeld", "--deficit", "30e6", "--others", "16e6")
    done = stadspeil(*asked, "--room", "18e6", "--award", "2027", "--json", "--workspace", str(tmp_path))
    rows = json.loads(done.stdout)
    assert done.returncode == 0 and {row["fonds"] for row in rows} >= {"woningbouwimpuls", "realisatiestimulans"}
    assert "zonder dat een woning twee keer telt" in done.stderr
    assert "zonder enige toekenning minder dan 1%" in done.stderr


def test_one_thing_at_a_time_and_a_room_only_with_a_deficit(stadspeil: Command, tmp_path: Path) -> None:
    both = stadspeil("funds", "check", "--town", "Almere", "--programme", "x", "--workspace", str(tmp_path))
    room = stadspeil("funds", "check", "--town", "Almere", "--room", "1", "--workspace", str(tmp_path))
    assert both.returncode == 2 and "geef een van" in both.stderr
    assert room.returncode == 2 and "--deficit" in room.stderr


def test_what_if_without_scores_says_what_to_run(stadspeil: Command, tmp_path: Path) -> None:
    done = stadspeil("funds", "what-if", "--then", "lid:nta", "--workspace", str(tmp_path))
    assert done.returncode == 13 and "draai eerst 'stadspeil score'" in done.stderr


@pytest.mark.slow
def test_what_if_tells_shows_and_keeps(here: list[str], demo: Path, stadspeil: Command) -> None:
    asked = ("funds", "what-if", "--now", "thema_werk:slechtste:20:wijk", "--then", "thema_werk:slechtste:20:buurt")
    done = stadspeil(*asked, "--json", "--keep", "wijk-buurt", *here)
    assert done.returncode == 0, done.stderr
    towns = json.loads(done.stdout)
    assert towns and {"gemeente", "naam", "gebieden_nu", "gebieden_dan"} <= set(towns[0])
    assert "in plaats van 'thema_werk:slechtste:20:wijk'" in done.stderr and "585 euro per inwoner [J:" in done.stderr
    kept = json.loads((demo / "werkmap" / "out" / "funds" / "wijk-buurt" / "answer.json").read_text(encoding="utf-8"))
    assert kept["scale"] == "buurt" and kept["sentences"] and kept["reach_then"]["areas"] > 0
    areas = json.loads(stadspeil(*asked, "--json", "--show", "areas", *here).stdout)
    assert {row["zekerheid"] for row in areas} <= {"zeker", "niet te zeggen", "niet gemeten", "marge onbekend"}
    assert sum(row["dan"] for row in areas) == kept["reach_then"]["areas"]


@pytest.mark.slow
def test_all_that_is_wrong_in_a_question_is_said_at_once(here: list[str], stadspeil: Command) -> None:
    done = stadspeil(
        "funds", "what-if", "--now", "foo:slechtste:5:buurt", "--then", "bijstand:slechtst:500:straat", "--fund", "x",
        "--group", "ntaa", "--euro", "-1", *here,
    )  # fmt: skip
    assert done.returncode == 13 and done.stderr.startswith("6 problemen in de vraag")
    for part in (
        "'foo' bestaat niet",
        "bedoelde u 'slechtste'",
        "niveau 'straat'",
        "fonds 'x'",
        "groep 'ntaa'",
        "-1 euro",
    ):
        assert part in done.stderr


def test_an_empty_form_is_refused_as_it_is_when_weighed(stadspeil: Command, tmp_path: Path) -> None:
    done = stadspeil("funds", "check", "--package", "sjabloon_wijkaanpak", "--workspace", str(tmp_path))
    assert done.returncode == 13 and not done.stdout
    assert "pakket 'sjabloon_wijkaanpak'" in done.stderr and "is een leeg sjabloon" in done.stderr
    assert "haal template weg" in done.stderr


def test_a_year_on_the_screen_is_a_year_and_not_an_amount(stadspeil: Command, tmp_path: Path) -> None:
    done = stadspeil("funds", "check", "--programme", "zoetermeer_voorbeeld", "--workspace", str(tmp_path))
    (row,) = (
        line for line in done.stdout.splitlines() if line.startswith("realisatiestimulans") and "laatste_start" in line
    )
    assert " 2029 " in row and "2.029" not in done.stdout


def test_a_fund_without_a_list_asks_what_holds_now(here: list[str], stadspeil: Command) -> None:
    done = stadspeil("funds", "what-if", "--fund", "woningbouwimpuls", "--then", "bijstand:slechtste:5:buurt", *here)
    assert done.returncode != 0 and "lid:woningbouwimpuls" not in done.stderr
    assert "fonds 'woningbouwimpuls' heeft geen lijst" in done.stderr and "--now" in done.stderr


def test_a_folder_is_no_file_to_write_to(here: list[str], stadspeil: Command, tmp_path: Path) -> None:
    done = stadspeil("list", "funds", "--csv", "-o", str(tmp_path), *here)
    assert done.returncode != 0 and "is een map en geen bestand" in done.stderr
