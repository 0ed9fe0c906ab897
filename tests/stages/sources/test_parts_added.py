"""A field that is the sum of several keys of a dimension: whole or not at all."""

from __future__ import annotations

import json

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.sources.delivery import Delivery, pack
from stadspeil.sources.fetching.planning import wanted_keys
from stadspeil.sources.reading import FileReading, read_file

CATALOGUE = load_catalogue()
CHILDREN = ("70100", "70200", "70300")
ALL_AGES = ("10000", *(str(key) for key in range(70100, 72000, 100)), "22000")


def read(within: dict[str, object], area: str = "GM0637") -> FileReading:
    rows = [
        {
            "ID": number, "Geslacht": "T001038", "Leeftijd31December": key.ljust(8), "RegioS": area.ljust(6),
            "Perioden": "2022JJ00", "BinnenGemeentenVerhuisdePersonen_1": value, "GevestigdInDeGemeente_2": 1,
            "VertrokkenUitDeGemeente_3": 2,
        }
        for number, (key, value) in enumerate(within.items())
    ]  # fmt: skip
    page = json.dumps({"value": rows}).encode()
    content = pack(Delivery("statline_v3", "84547NED", "", pages=(page,), about={}))
    return read_file(content, "84547NED.levering.zip", CATALOGUE, None, "s")


def cell(reading: FileReading, field: str) -> tuple[float | None, str]:
    row = reading.cells.filter(reading.cells["field"] == field)
    assert row.height == 1
    return row["value"][0], row["status"][0]


def test_ages_of_five_years_become_one_band() -> None:
    reading = read(dict.fromkeys(ALL_AGES, 10) | dict(zip(CHILDREN, (3, 4, 5), strict=True)))
    assert reading.problems == []
    assert cell(reading, "verhuisd_binnen_0_15") == (12, "afgeleid")
    assert cell(reading, "gevestigd_0_15") == (3, "afgeleid")
    assert cell(reading, "verhuisd_binnen_gemeente") == (10, "waarde")


def test_one_age_without_a_number_leaves_the_band_without_one() -> None:
    reading = read(dict.fromkeys(ALL_AGES, 10) | {"70200": None})
    assert cell(reading, "verhuisd_binnen_0_15")[0] is None
    assert cell(reading, "verhuisd_binnen_15_30") == (30, "afgeleid")


def test_one_age_that_is_not_there_is_a_fault_and_not_a_smaller_band() -> None:
    reading = read({key: 10 for key in ALL_AGES if key != "70200"})
    assert any(
        "'verhuisd_binnen_0_15' is de som van 3 rijen per gebied; GM0637 heeft er in 2022 2" in each
        for each in reading.problems
    )


def test_each_age_is_fetched_by_its_own_key() -> None:
    keys = wanted_keys(CATALOGUE.sources["cbs_verhuizingen_leeftijd"])["Leeftijd31December"]
    assert keys == frozenset(ALL_AGES)


@pytest.mark.parametrize(
    "id", ["cbs_verhuizingen", "cbs_verhuizingen_leeftijd", "cbs_verhuizingen_matrix", "verhuizingen_groepen"]
)
def test_a_table_that_nobody_saw_says_so(id: str) -> None:
    assert CATALOGUE.sources[id].shape in ("unverified", "ours")
