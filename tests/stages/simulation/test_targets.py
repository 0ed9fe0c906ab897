"""A number that was taken back is no target: refused by its id, recognized by its value, with the right one named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError, SourceError
from stadspeil.simulation.targets import read_targets, targets_from, withdrawn_like

FREED = "vrijgekomen_per_nieuwe_woning"


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


def test_the_targets_of_the_catalogue_hold_the_corrected_number_and_none_that_was_withdrawn(ours):
    targets = targets_from(ours)
    assert targets["v1_vrijgekomen"].value == 1.45
    assert {ours.evidence[id].status for id in targets} <= {"published", "derived"}


@pytest.mark.parametrize("id", ["w1_2021", "w1_schakel_1", "w2_2019", "w3_twee_tot_drie", "w3_amsterdam"])
def test_a_withdrawn_number_is_refused_with_the_correction_and_what_is_right(ours, id):
    with pytest.raises(QuestionError) as fault:
        targets_from(ours, [id])
    assert "23 mei 2025" in str(fault.value)
    assert "1,45" in str(fault.value) or "0,688" in str(fault.value)


def test_all_refusals_come_at_once_and_a_sign_is_no_target(ours):
    with pytest.raises(QuestionError) as fault:
        targets_from(ours, ["w1_2021", "i4_honolulu", "v1_vrijgekomen"])
    assert len(fault.value.problems) == 2


def test_a_withdrawn_number_is_given_to_who_says_why(ours):
    assert targets_from(ours, ["w2_2019"], withdrawn_because="de oude reeks nabouwen")["w2_2019"].value == 2.24
    with pytest.raises(QuestionError):
        targets_from(ours, ["w2_2019"], withdrawn_because="  ")


def test_an_unknown_finding_names_a_near_one(ours):
    with pytest.raises(QuestionError, match="v1_vrijgekomen"):
        targets_from(ours, ["v1_vrijgekome"])


@pytest.mark.parametrize(
    ("value", "gone"),
    [(2.24, "w2_2019"), (2.4, "w1_2021"), (2.5, "w3_twee_tot_drie"), (3.0, "w3_twee_tot_drie"), (2.7, "w3_twee_tot_drie"),
     (1.87, "w3_amsterdam"), (1.45, None), (1.5, None), (1.67, None), (3.4, None)],
)  # fmt: skip
def test_a_number_that_was_taken_back_is_recognized(ours, value, gone):
    found = withdrawn_like(FREED, value, ours)
    assert (found.id if found else None) == gone


def test_the_same_number_of_another_quantity_is_innocent(ours):
    assert withdrawn_like("mutatiegraad_corporatie_pct", 2.4, ours) is None


def test_a_file_of_a_user_warns_and_still_gives_its_targets(ours, tmp_path: Path):
    path = tmp_path / "doelen.csv"
    path.write_text(
        f"quantity;value;low;high;source\n{FREED};2,24;;;krant\n{FREED};1,45;1,3;1,6;CBS\n", encoding="utf-8"
    )
    own = read_targets(path, ours)
    assert [each.value for each in own.targets] == [2.24, 1.45]
    assert len(own.warnings) == 1
    assert "regel 2" in own.warnings[0] and "23 mei 2025" in own.warnings[0] and "1,45" in own.warnings[0]


def test_a_file_with_faults_names_all_of_them(ours, tmp_path: Path):
    path = tmp_path / "doelen.csv"
    path.write_text(f"quantity,value,low,high\nonzin,1,,\n{FREED},veel,,\n{FREED},1.4,1.5,1.6\n", encoding="utf-8")
    with pytest.raises(SourceError) as fault:
        read_targets(path, ours)
    assert [each[:8] for each in fault.value.problems] == ["regel 2:", "regel 3:", "regel 4:"]


def test_a_file_without_the_columns_says_which(ours, tmp_path: Path):
    path = tmp_path / "doelen.csv"
    path.write_text("grootheid;getal\nx;1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="quantity en value"):
        read_targets(path, ours)


def test_the_draft_evidence_that_goes_round_holds_the_withdrawn_number(ours, shared_data):
    """E30 of the collected effects still says 2.24: a real file on which the warning must go off."""
    with (shared_data / "evidence.csv").open(encoding="utf-8") as file:
        row = next(each for each in csv.DictReader(file) if each["id"] == "E30")
    found = withdrawn_like(FREED, float(row["effect"]), ours)
    assert found is not None
    assert found.id == "w2_2019"
