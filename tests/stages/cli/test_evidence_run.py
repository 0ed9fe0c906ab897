"""`stadspeil evidence` and the lists of what an appraisal is made from, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typed_command import answer_of

from stadspeil.appraisal.pooling_results import expectation, kept_evidence
from stadspeil.catalogue import load_catalogue


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_all_pools_are_shown_those_that_say_nothing_with_the_reason(tmp_path: Path):
    done = answer_of("evidence", "--csv", "--workspace", tmp_path)
    pools = {each["id"]: each for each in rows(done.stdout)}
    assert done.returncode == 0
    assert pools["bijles_toetsscore"]["studies"] == "e18_bijles_rekenen e19_bijles_2024"
    assert pools["verhuisketens"]["mean"] == "" and "v1_vrijgekomen" in pools["verhuisketens"]["left_out"]
    assert pools.keys() == {each.pool for each in load_catalogue().studies.values()}


def test_one_pool_shows_its_studies_and_says_what_a_new_place_may_expect(tmp_path: Path):
    done = answer_of("evidence", "bijles_toetsscore", "--csv", "--workspace", tmp_path)
    shown = {each["study"]: each for each in rows(done.stdout)}
    assert "een nieuwe plaats: gemiddeld 0,274 standaardafwijking, negen van de tien tussen" in done.stderr
    assert float(shown["e18_bijles_rekenen"]["weight"]) < float(shown["e19_bijles_2024"]["weight"])
    assert shown["e19_bijles_2020"]["left_out"].startswith("is ingetrokken")


def test_what_a_new_place_may_expect_is_said_in_dutch():
    """No unit of the library ('percent') and no hyphen for a minus stands in the sentence."""
    said = expectation("etiket_woningprijs", load_catalogue())
    assert "\u2212" in said and " procent, negen van de tien" in said
    assert "percent" not in said and "-" not in said


def test_a_pool_that_is_not_there_is_refused_with_a_near_one(tmp_path: Path):
    done = answer_of("evidence", "bijles_toetscore", "--workspace", tmp_path)
    assert done.returncode == 13
    assert "bedoelde u 'bijles_toetsscore'?" in done.stderr


def test_against_an_earlier_run_it_names_the_study_that_moved_a_result(tmp_path: Path):
    kept = kept_evidence(load_catalogue())
    kept["library"]["e22_functiemix"]["effect"] = 0.5
    run = tmp_path / "run.json"
    run.write_text(json.dumps(kept), encoding="utf-8")
    done = answer_of("evidence", "--against", run, "--csv", "--workspace", tmp_path)
    (moved,) = rows(done.stdout)
    assert "1 groep kreeg een andere uitkomst" in done.stderr
    assert (moved["pool"], moved["study"], moved["what"]) == ("lerarentoelage_uitstroom", "e22_functiemix", "gewijzigd")
    assert float(moved["change"]) < 0


@pytest.mark.parametrize("what", ["studies", "pools", "interventions"])
def test_what_an_appraisal_is_made_from_can_be_listed(what, tmp_path: Path):
    done = answer_of("list", what, "--csv", "--workspace", tmp_path)
    assert done.returncode == 0
    assert len(rows(done.stdout)) >= 30


def test_check_counts_studies_and_interventions(tmp_path: Path):
    done = answer_of("check", "--workspace", tmp_path / "geen")
    assert "afweging in orde: 104 studies (2 ingetrokken, 11 gaten)" in done.stdout + done.stderr
