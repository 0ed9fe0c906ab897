"""out/scores/ and out/group_scores/: made once, made again when something changed."""

from __future__ import annotations

import json

import polars as pl
import pytest
from spec_tables import shelve

from stadspeil.contracts import VALUES
from stadspeil.errors import QuestionError
from stadspeil.scores import write_scores
from stadspeil.shelf import drop_shelf, has_shelf, read_shelf, shelf_sum
from stadspeil.workspace import Workspace

GEMEENTEN = ("GM0001", "GM0002", "GM0003")


@pytest.fixture
def catalogue(catalogue_of, indicator_of):
    return catalogue_of(indicators=(indicator_of("x"),), gemeenten=GEMEENTEN)


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path)
    rows = [
        (area, "gemeente", 2021, 2021, "x", float(number), None, None, None, None, "waarde", "published", None)
        for number, area in enumerate(GEMEENTEN)
    ]
    shelve(pl.DataFrame(rows, schema=dict(VALUES.columns), orient="row"), workspace.out / "values")
    return workspace


def test_scores_are_made_once_and_then_reused(workspace, catalogue):
    assert write_scores(workspace, catalogue) is True
    assert write_scores(workspace, catalogue) is False
    assert read_shelf(workspace.out / "scores").height == 3


def test_scores_are_made_again_when_the_groups_are_lost(workspace, catalogue):
    write_scores(workspace, catalogue)
    drop_shelf(workspace.out / "group_scores")
    assert write_scores(workspace, catalogue) is True
    assert has_shelf(workspace.out / "group_scores")


def test_the_same_values_give_the_same_bytes(workspace, catalogue):
    write_scores(workspace, catalogue)
    first = shelf_sum(workspace.out / "scores")
    drop_shelf(workspace.out / "scores")
    write_scores(workspace, catalogue)
    assert shelf_sum(workspace.out / "scores") == first


def test_a_workspace_without_values_says_what_to_do(tmp_path, catalogue):
    with pytest.raises(QuestionError, match="stadspeil build"):
        write_scores(Workspace(tmp_path), catalogue)


def test_a_run_says_what_it_was_made_from(workspace, catalogue):
    write_scores(workspace, catalogue)
    told = json.loads((workspace.out / "run.json").read_text(encoding="utf-8"))
    assert told["catalogue"] == catalogue.fingerprint
    assert told["values"] == shelf_sum(workspace.out / "values")
    assert told["snapshots"] == []
