"""Flows: each row a pair of areas, in the publisher's own shape (CBS 85481NED)."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import FLOWS, check
from stadspeil.errors import SourceError
from stadspeil.sources import SnapshotStore, import_files, read_snapshot
from stadspeil.sources.delivery import Delivery, pack
from stadspeil.sources.reading import FileReading, read_file

CATALOGUE = load_catalogue()


def row(home: str, work: str, jobs: object, period: str = "2022MM12", **more: object) -> dict[str, object]:
    """A row of the table: jobs in thousands, codes padded."""
    return {
        "ID": 0, "Geslacht": "T001038", "Leeftijd": "10000   ", "WoonregioS": home.ljust(6), "WerkregioS": work.ljust(6),
        "Perioden": period, "BanenVanWerknemers_1": jobs, **more,
    }  # fmt: skip


def read(*rows: dict[str, object], unit: str = "x 1 000") -> FileReading:
    about = {"DataProperties": json.dumps({"value": [{"Key": "BanenVanWerknemers_1", "Unit": unit}]}).encode()}
    page = json.dumps({"value": list(rows)}).encode()
    content = pack(Delivery("statline_v3", "85481NED", "", pages=(page,), about=about))
    return read_file(content, "85481NED.levering.zip", CATALOGUE, None, "s")


def test_thousands_become_jobs_and_a_direction_stays_one() -> None:
    reading = read(row("GM0637", "GM0518", 12.3), row("GM0518", "GM0637", 1.5), row("GM0637", "GM0637", 20))
    assert reading.problems == []
    check(reading.flows, FLOWS, "test")
    found = reading.flows.select("origin", "destination", "year", "value").rows()
    assert found == [
        ("GM0637", "GM0518", 2022, pytest.approx(12_300)),
        ("GM0518", "GM0637", 2022, pytest.approx(1_500)),
        ("GM0637", "GM0637", 2022, pytest.approx(20_000)),
    ]
    assert reading.cells.is_empty() and reading.edition == "2022"


def test_totals_provinces_and_abroad_are_passed_over_and_counted() -> None:
    reading = read(
        row("GM0637", "GM0518", 1), row("GM0637", "NL01", 9), row("PV28", "GM0518", 9), row("GM0637", "XX", 9)
    )
    assert (reading.problems, reading.flows.height) == ([], 1)
    assert "2 rijen beginnen of eindigen niet in een gemeente en zijn overgeslagen" in reading.remarks
    assert "1 rijen van provincies en andere indelingen zijn overgeslagen" in reading.remarks


def test_other_ages_and_sexes_are_not_added() -> None:
    reading = read(row("GM0637", "GM0518", 1), row("GM0637", "GM0518", 0.6, Geslacht="3000"))
    assert (reading.problems, reading.flows["value"].to_list()) == ([], [pytest.approx(1000)])


@pytest.mark.parametrize("jobs", [None, ".", "-", -99997, "-99997.0"])
def test_a_flow_without_a_number_is_not_there(jobs: object) -> None:
    reading = read(row("GM0637", "GM0518", jobs), row("GM0637", "GM0637", 2))
    assert (reading.problems, reading.flows["destination"].to_list()) == ([], ["GM0637"])


def test_a_pair_that_comes_twice_is_a_problem() -> None:
    (problem,) = read(row("GM0637", "GM0518", 1), row("GM0637", "GM0518", 2)).problems
    assert "van GM0637 naar GM0518 staat voor 2022 dubbel" in problem


def test_a_gemeente_that_did_not_exist_is_a_problem_at_either_end() -> None:
    for home, work in (("GM0637", "GM9999"), ("GM9999", "GM0637")):
        (problem,) = read(row(home, work, 1), row("GM0637", "GM0637", 1)).problems
        assert "GM9999 in 2022" in problem


def test_another_unit_is_a_problem() -> None:
    (problem,) = read(row("GM0637", "GM0518", 12_300), unit="aantal").problems
    assert "is in 'aantal'; verwacht 'x 1 000'" in problem


def test_without_the_other_end_it_is_another_table() -> None:
    with pytest.raises(SourceError, match="WerkregioS"):
        read({key: value for key, value in row("GM0637", "GM0518", 1).items() if key != "WerkregioS"})


def test_nothing_between_two_gemeenten_is_a_problem() -> None:
    assert "geen enkele stroom" in read(row("GM0637", "NL01", 1)).problems[0]


def test_flows_are_kept_and_read_again(workspace, write) -> None:
    content = pack(
        Delivery("statline_v3", "85481NED", pages=(json.dumps({"value": [row("GM0637", "GM0518", 1)]}).encode(),))
    )
    import_files([write("stromen.levering.zip", content)], workspace, CATALOGUE)
    store = SnapshotStore(workspace.raw)
    (held,) = store.active()
    first = read_snapshot(store, held, CATALOGUE)
    parts = workspace.root / "delen"
    for _ in range(2):
        again = read_snapshot(store, held, CATALOGUE, parts)
        assert again.flows.equals(first.flows) and again.flows.height == 1


REAL = ("GM0637", "GM0518", "GM0034", "GM0363")


@given(st.dictionaries(st.tuples(st.sampled_from(REAL), st.sampled_from(REAL)), st.integers(0, 10**6), min_size=1))
def test_every_pair_comes_out_once_with_its_number(pairs: dict[tuple[str, str], int]) -> None:
    reading = read(*(row(home, work, jobs / 1000) for (home, work), jobs in pairs.items()))
    assert reading.problems == []
    found = {
        (home, work): jobs for home, work, jobs in reading.flows.select("origin", "destination", "value").iter_rows()
    }
    assert found == {pair: pytest.approx(jobs) for pair, jobs in pairs.items()}
    assert dataclasses.asdict(reading)["edition"] == "2022"
