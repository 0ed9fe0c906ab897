"""The whole road on a wide Nieuwland through its fake publishers, with the command as a user types it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from typed_command import answer_of as stadspeil

from stadspeil.catalogue import load_catalogue
from stadspeil.sources.nieuwland.serving import Publishers, serve
from stadspeil.sources.nieuwland.wide import SIZES, make_country, write_warehouse

pytestmark = pytest.mark.slow
FIRST = 2011


@pytest.fixture(scope="module")
def publishers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishers]:
    """As many gemeenten as a midden Nieuwland, on fewer buurten and years: more of those only repeat.

    From the last two years that share a table; the twenty years of the small Nieuwland are those of test_demo_run.
    """
    folder = tmp_path_factory.mktemp("midden")
    with patch.dict(SIZES, {"midden": (60, 32, 30, FIRST, 2024)}):
        write_warehouse(make_country("midden"), load_catalogue(), folder)
    with serve(folder) as running:
        yield running


@pytest.fixture(scope="module")
def here(publishers: Publishers, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A workspace with everything fetched, built, scored and reported."""
    words = ["--workspace", str(tmp_path_factory.mktemp("werk") / "map")]
    steps = [
        ("fetch", "--all", "--publishers", publishers.address),
        ("build",),
        ("score",),
        ("report", "--town", "GM9002"),
    ]
    for step in steps:
        done = stadspeil(*step, *words)
        assert done.returncode == 0, done.stderr[-3000:]
    return words


def test_everything_is_there(here: list[str]) -> None:
    folder = Path(here[1])
    assert (folder / "out" / "rapport-GM9002-nl.pdf").read_bytes().startswith(b"%PDF-")
    told = stadspeil("check", *here)
    assert told.returncode == 0
    assert "elk controlegetal klopt" in told.stderr
    listed = stadspeil("snapshots", "list", "--csv", *here).stdout
    states = {row["staat"] for row in csv.DictReader(io.StringIO(listed))}
    assert states == {"in gebruik"}


def test_every_gemeente_of_each_year_has_its_inhabitants(here: list[str]) -> None:
    words = ("export", "cells", "--level", "gemeente", "--indicator", "inwoners", "--csv")
    rows = list(csv.DictReader(io.StringIO(stadspeil(*words, *here).stdout)))
    years = {row["year"] for row in rows}
    assert years == {str(year) for year in range(FIRST, 2025)}
    by_year = {year: {row["area"] for row in rows if row["year"] == year and row["value"]} for year in years}
    assert len(by_year["2024"]) == 60
    assert len(by_year[str(FIRST)]) > 60


def test_a_second_fetch_brings_nothing_new(publishers: Publishers, here: list[str]) -> None:
    again = stadspeil("fetch", "--all", "--publishers", publishers.address, *here)
    assert again.returncode == 0
    assert "0 nieuw" in again.stderr


def test_a_town_needs_less_than_the_country(publishers: Publishers, tmp_path: Path) -> None:
    words = ("--publishers", publishers.address, "--workspace", str(tmp_path / "map"))
    town = ("--town", "GM9002", "--source", "cbs_kerncijfers_wijken_buurten", "--since", "2023")
    planned = stadspeil("fetch", *town, "--dry-run", *words)
    assert planned.returncode == 0
    assert "GM9002" in planned.stdout and "MB" in planned.stderr
    assert stadspeil("fetch", *town, *words).returncode == 0
    assert stadspeil("build", *words[2:]).returncode == 0
    rows = list(
        csv.DictReader(
            io.StringIO(
                stadspeil("export", "cells", "--indicator", "inwoners", "--year", "2024", "--csv", *words[2:]).stdout
            )
        )
    )
    towns = {row["area"] for row in rows if row["level"] == "gemeente"}
    small = {row["area"][2:6] for row in rows if row["level"] == "buurt"}
    assert len(towns) == 60
    assert "9002" in small and len(small) < 40


def test_what_cannot_be_placed_on_another_year_is_told_with_its_reason(here: list[str]) -> None:
    told = stadspeil("check", "--coverage", "--boundaries", "2024", *here)
    assert told.returncode == 0
    assert "hernummerd" in told.stdout + told.stderr
    assert "niet te plaatsen" in told.stdout + told.stderr


def test_without_the_network_it_says_what_is_there(here: list[str]) -> None:
    told = stadspeil("fetch", "--source", "cbs_regionale_kerncijfers", "--offline", *here)
    assert told.returncode == 0
    lacking = stadspeil("fetch", "--source", "cbs_kerncijfers_wijken_buurten", "--offline", *here)
    assert lacking.returncode == 12
    assert "is nog niet opgehaald" in lacking.stderr


def test_publishers_elsewhere_are_refused(tmp_path: Path) -> None:
    told = stadspeil("fetch", "--all", "--publishers", "http://10.0.0.1", "--workspace", str(tmp_path))
    assert told.returncode == 13
    assert "deze computer" in told.stderr
