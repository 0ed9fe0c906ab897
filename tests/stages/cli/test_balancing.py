"""`stadspeil balance`: sites and shares as typed, and an answer in sentences that names no winner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.cli.balancing import Wishes, limits_of, told
from stadspeil.errors import QuestionError, SourceError
from stadspeil.simulation.balance import Effort, balanced
from stadspeil.simulation.classes import OWNER
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.site_files import read_sites, tenure_limits
from stadspeil.simulation.surrogate import CRITERIA, CRITERIA_TITLES, Town, surrogate_of

GOOD = "locatie;buurt;hoogstens;van;tot;soorten\nHaven;BU00010001;300;2027-01;2029-12;\nVeld;BU00010002;200;;;koop eengezins, corporatie\n"


def sites(folder: Path, text: str = GOOD) -> Path:
    path = folder / "locaties.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_sites(tmp_path: Path):
    haven, veld = read_sites(sites(tmp_path), 12 * 2025, 12 * 2035 - 1)
    assert (haven.id, haven.buurt, haven.most) == ("Haven", "BU00010001", 300)
    assert (haven.first, haven.last) == (12 * 2027, 12 * 2029 + 11)
    assert (veld.first, veld.last) == (12 * 2025, 12 * 2035 - 1)
    assert veld.segments == (0, 1, 2, 6, 7, 8, 9, 10, 11)


@pytest.mark.parametrize(
    ("text", "said"),
    [("locatie;buurt\nx;y\n", "kolom 'hoogstens' ontbreekt"),
     ("locatie;buurt;hoogstens;sorten\nx;y;1;\n", "bedoelde u 'soorten'"),
     ("locatie;buurt;hoogstens\nx;y;veel\n", "regel 2: hoogstens is 'veel'"),
     ("locatie;buurt;hoogstens;van;tot\nx;y;5;2030-01;2029-01\n", "regel 2: tot ligt voor van"),
     ("locatie;buurt;hoogstens;van\nx;y;5;januari\n", "verwacht JJJJ-MM"),
     ("locatie;buurt;hoogstens;soorten\nx;y;5;villa\n", "soort 'villa' bestaat niet"),
     ("locatie;buurt;hoogstens\n;y;5\n", "'locatie' is leeg"), ("locatie;buurt;hoogstens\n", "geen enkele locatie")],
)  # fmt: skip
def test_a_file_with_faults_says_where(tmp_path: Path, text: str, said: str):
    with pytest.raises(SourceError) as fault:
        read_sites(sites(tmp_path, text), 0, 11)
    assert said in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match="niet te lezen"):
        read_sites(tmp_path / "weg.csv", 0, 11)


def test_shares_as_typed():
    assert tenure_limits(("koop=30-60", "corporatie=30", "particulier=0-40%")) == ((0.3, 0.3, 0.0), (0.6, 0.3, 0.4))
    assert tenure_limits(()) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_shares_that_are_none_come_all_at_once():
    with pytest.raises(QuestionError) as fault:
        tenure_limits(("kop=30", "koop=60-30", "corporatie=veel"))
    assert len(fault.value.problems) == 3
    assert "bedoelde u 'koop'" in str(fault.value)


def test_the_years_begin_with_the_population(tmp_path: Path):
    limits = limits_of(Wishes("GM0001", 400, 10, sites(tmp_path), ("koop=40-50",)), 2026)
    assert limits.sites[1].first == 12 * 2026 and limits.sites[1].last == 12 * 2036 - 1
    assert limits.least[OWNER] == 0.4


def test_an_answer_names_all_counts_and_no_winner(tmp_path: Path):
    stock = np.full((2, 18), 30.0)
    enters = np.random.default_rng(1).dirichlet([1, 1, 1], 18)
    town = Town(
        ("BU00010001", "BU00010002"), stock, stock @ enters, enters, np.full(18, 20.0), np.array([[0.0, 1], [1, 0]])
    )
    ours, rng = load_catalogue(), np.random.default_rng(6)
    limits = limits_of(Wishes("GM0001", 400, 10, sites(tmp_path)), 2026)
    found = balanced(limits, surrogate_of(town, national_chain(ours), ours, rng), rng, effort=Effort(40, 1, 20, 10, 3))
    said = list(told(found))
    assert "geen advies" in said[0]
    for criterion in CRITERIA:
        assert any(line.startswith(CRITERIA_TITLES[criterion]) for line in said)
    assert sum(line.startswith("m0") for line in said) == 3
    assert not [line for line in said if "beste" in line]
