"""`stadspeil weigh` as a user meets it, on Nieuwland."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow


@pytest.fixture
def here(demo: Path) -> list[str]:
    return ["--workspace", str(demo / "werkmap")]


def test_a_table_holds_weights_and_places_of_all_gemeenten_beside_those_of_the_entry(
    here: list[str], stadspeil: Command, tmp_path: Path
) -> None:
    own = tmp_path / "eigen.toml"
    own.write_text("mishandelingen = 3\nwoninginbraken = 1\nvernielingen = 0\nverkeersongevallen = 0\n")
    done = stadspeil("weigh", "thema_veiligheid", "--own", own, "--year", "2020", "--csv", *here)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    weights = {row["id"]: (float(row["opgave"]), float(row["gevraagd"])) for row in rows if row["wat"] == "gewicht"}
    assert weights["mishandelingen"] == (0.25, 0.75) and weights["vernielingen"] == (0.25, 0.0)
    places = sorted(float(row["gevraagd"]) for row in rows if row["wat"] == "plaats")
    assert len(places) == 12 and places[0] == 1


def test_the_screen_shows_the_town_and_a_question_twice_has_one_answer(here: list[str], stadspeil: Command) -> None:
    asked = ("weigh", "thema_gezondheid", "--power", "-1", "--town", "GM9001", "--year", "2020", *here)
    first, second = stadspeil(*asked), stadspeil(*asked)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout and "GM9001" in first.stdout and "compensatie" in first.stdout


def test_what_cannot_be_weighed_gets_one_message_and_its_exit_code(
    here: list[str], stadspeil: Command, tmp_path: Path
) -> None:
    own = tmp_path / "eigen.toml"
    own.write_text("mishandelingen = -3\nwoninginbraak = 1\n")
    done = stadspeil("weigh", "thema_veiligheid", "--own", own, *here)
    assert done.returncode == 10 and done.stdout == ""
    for said in (
        "'mishandelingen' is -3",
        "'woninginbraak' is geen deel; bedoelde u 'woninginbraken'?",
        "deel 'vernielingen' heeft",
    ):
        assert said in done.stderr
    few = stadspeil("weigh", "thema_gezondheid", "--by", "pca", "--year", "2020", *here)
    assert few.returncode == 13 and "nodig zijn er 40" in few.stderr
    unknown = stadspeil("weigh", "thema_gezondhei", *here)
    assert unknown.returncode == 13 and "bedoelde u 'thema_gezondheid'?" in unknown.stderr
