"""Which result moved because which study was added, changed or withdrawn."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from stadspeil.appraisal.measured import Measured, library_of, library_record, read_library
from stadspeil.appraisal.moved import leave_one_out, moved_pools
from stadspeil.appraisal.pooling import beliefs_of, pooled
from stadspeil.appraisal.pooling_results import kept_evidence, moved_rows, moved_since
from stadspeil.catalogue import catalogue_root, load_catalogue
from stadspeil.errors import ContractError, QuestionError


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


@pytest.fixture(scope="module")
def beliefs(ours):
    return beliefs_of(ours)


def study(name: str, effect: float, **more) -> Measured:
    given = {"status": "active", "pool": "proef"} | more
    return Measured(
        id=name, unit="sd", effect=effect, low=effect - 0.2, high=effect + 0.2, strength="A", country="NL", **given
    )


ONE, TWO = study("a", 0.4), study("b", 0.0)
APART = study("z", 0.3, pool="anders")


def test_the_same_library_moves_nothing(ours, beliefs):
    assert moved_pools(library_of(ours.studies), library_of(ours.studies), beliefs, beliefs) == []


def test_an_added_null_is_named_with_how_far_it_moved_its_pool_and_no_other(beliefs):
    before, now = {"a": ONE, "z": APART}, {"a": ONE, "b": TWO, "z": APART}
    (moved,) = moved_pools(before, now, beliefs, beliefs)
    (cause,) = moved.causes
    assert (moved.pool, cause.study, cause.kind) == ("proef", "b", "added")
    assert moved.change == pytest.approx(cause.effect)
    assert moved.change < 0


def test_with_two_changes_each_is_undone_alone(beliefs):
    before, now = {"a": ONE}, {"a": replace(ONE, effect=0.2, low=0.0), "b": TWO}
    (moved,) = moved_pools(before, now, beliefs, beliefs)
    kinds = {each.study: each.kind for each in moved.causes}
    assert kinds == {"a": "changed", "b": "added"}
    without_b = pooled("proef", {"a": now["a"]}, beliefs).posterior.mean
    effect = {each.study: each.effect for each in moved.causes}
    assert effect["b"] == pytest.approx(moved.now[0] - without_b)
    old_a = pooled("proef", {"a": ONE, "b": TWO}, beliefs).posterior.mean
    assert effect["a"] == pytest.approx(moved.now[0] - old_a)


def test_a_pool_whose_last_study_is_withdrawn_has_no_result_any_more(beliefs):
    now = {"a": replace(ONE, status="withdrawn", replaced_by="b")}
    (moved,) = moved_pools({"a": ONE}, now, beliefs, beliefs)
    assert moved.now is None and moved.change is None
    assert [(each.kind, each.effect) for each in moved.causes] == [("withdrawn", None)]


def test_other_beliefs_are_a_cause_of_their_own(beliefs):
    former = replace(beliefs, mean=1.0)
    (moved,) = moved_pools({"a": ONE}, {"a": ONE}, beliefs, former)
    assert [(each.study, each.kind) for each in moved.causes] == [("", "beliefs")]
    assert moved.change == pytest.approx(moved.causes[0].effect)


def test_leaving_one_out_is_the_pool_without_it(ours, beliefs):
    library = library_of(ours.studies)
    left = leave_one_out("begeleiding_naar_werk", library, beliefs)
    alone = pooled("begeleiding_naar_werk", {"e": library["e23_bijstandsexperimenten"]}, beliefs).posterior.mean
    assert left["n01_wij_jongeren"] == pytest.approx(alone)
    assert leave_one_out("vve_toetsscore", library, beliefs) == {"e17_vve": None}


def test_a_library_comes_back_from_its_record_as_it_was(ours):
    library = library_of(ours.studies)
    assert read_library(json.loads(json.dumps(library_record(library)))) == library


def test_a_record_with_other_keys_is_refused_by_name():
    with pytest.raises(ContractError) as caught:
        read_library({"a": {"id": "a", "pool": "p", "grootte": 3}})
    assert "a: onbekende sleutel 'grootte'" in caught.value.message() and "a: unit ontbreekt" in caught.value.message()


def test_against_an_earlier_catalogue_the_withdrawn_working_paper_is_the_cause(ours, tmp_path: Path):
    """In 2023 the library held 0.37 of the working paper and no 0.288 yet."""
    former = tmp_path / "catalogus"
    shutil.copytree(catalogue_root(), former)
    path = former / "evidence" / "effects" / "onderwijs.toml"
    text = path.read_text(encoding="utf-8")
    head, rest = text.split("[e19_bijles_2020]")
    old, tail = rest.split("\n\n", 1)
    kept = [line for line in old.splitlines() if not line.startswith(("replaced_by", "reason"))]
    old = (
        "\n".join(kept)
        .replace('status = "withdrawn"', 'status = "active"')
        .replace("effect = 0.37", "effect = 0.37\nlow = 0.3\nhigh = 0.44")
    )
    head = head.split("[e19_bijles_2024]")[0]
    path.write_text(f"{head}[e19_bijles_2020]{old}\n\n{tail}", encoding="utf-8")
    moved = moved_since(former, ours)
    rows = moved_rows(moved)
    assert {row["pool"] for row in rows} == {"bijles_toetsscore"}
    assert {(row["study"], row["what"]) for row in rows} == {
        ("e19_bijles_2020", "ingetrokken"), ("e19_bijles_2024", "toegevoegd"),
    }  # fmt: skip
    assert rows[0]["change"] < 0


def test_against_the_run_of_an_earlier_appraisal(ours, tmp_path: Path):
    run = tmp_path / "run.json"
    kept = kept_evidence(ours)
    del kept["library"]["n05_lichtmasten_new_york"]
    run.write_text(json.dumps(kept), encoding="utf-8")
    (moved,) = moved_since(run, ours)
    assert moved.pool == "straatverlichting_misdrijven" and moved.change < -1
    assert [(each.study, each.kind) for each in moved.causes] == [("n05_lichtmasten_new_york", "added")]


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"library": 3}'])
def test_a_run_without_evidence_is_refused(content, ours, tmp_path: Path):
    run = tmp_path / "run.json"
    run.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionError, match=r"run\.json"):
        moved_since(run, ours)
