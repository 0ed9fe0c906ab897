"""out/scores.parquet and out/group_scores.parquet: made once, made again when something changed."""

from __future__ import annotations

import json

import polars as pl
import pytest

from stadspeil.contracts import VALUES
from stadspeil.errors import QuestionError
from stadspeil.scores import write_scores
from stadspeil.workspace import Workspace, file_checksum, publish_table

GEMEENTEN = ("GM0001", "GM0002", "GM0003")


@pytest.fixture
def catalogue(catalogue_of, indicator_of):
    return catalogue_of(indicators=(indicator_of("x"),), gemeenten=GEMEENTEN)


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path)
    rows = [
        (area, "gemeente", 2021, 2021, "x", float(number), None, None, None, None, "waarde", "published")
        for number, area in enumerate(GEMEENTEN)
    ]
    publish_table(pl.DataFrame(rows, schema=dict(VALUES.columns), orient="row"), workspace.out / "values.parquet")
    return workspace


def test_scores_are_made_once_and_then_reused(workspace, catalogue):
    assert write_scores(workspace, catalogue) is True
    assert write_scores(workspace, catalogue) is False
    assert pl.read_parquet(workspace.out / "scores.parquet").height == 3


def test_scores_are_made_again_when_the_groups_are_lost(workspace, catalogue):
    write_scores(workspace, catalogue)
    (workspace.out / "group_scores.parquet").unlink()
    assert write_scores(workspace, catalogue) is True
    assert (workspace.out / "group_scores.parquet").exists()


def test_the_same_values_give_the_same_bytes(workspace, catalogue):
    write_scores(workspace, catalogue)
    first = (workspace.out / "scores.parquet").read_bytes()
    (workspace.out / "scores.parquet").unlink()
    write_scores(workspace, catalogue)
    assert (workspace.out / "scores.parquet").read_bytes() == first


def test_a_workspace_without_values_says_what_to_do(tmp_path, catalogue):
    with pytest.raises(QuestionError, match="stadspeil build"):
        write_scores(Workspace(tmp_path), catalogue)


def test_a_run_says_what_it_was_made_from(workspace, catalogue):
    write_scores(workspace, catalogue)
    told = json.loads((workspace.out / "run.json").read_text(encoding="utf-8"))
    assert told["catalogue"] == catalogue.fingerprint
    assert told["values"] == file_checksum(workspace.out / "values.parquet")
    assert told["snapshots"] == []
