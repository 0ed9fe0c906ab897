"""Results that an older program made are refused in words, and nothing of them is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.analyses.store import made_by_another_version, refuse_older_results, write_analyses
from stadspeil.analyses.tables import ANALYSES
from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import SCORES, VALUES, Contract, empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, shelf_sum, write_shelf
from stadspeil.workspace import Workspace, code_fingerprint, publish_json


def made_by(workspace: Workspace, name: str, contract: Contract, without: str = "") -> None:
    table = empty(contract).drop([without] if without else [])
    write_shelf(workspace.out / name, [Part("2020", table, {"year": [2020]})])


@pytest.mark.parametrize(
    ("older", "column", "remedy"),
    [
        ("scores", "mark_spread", "draai eerst 'stadspeil score'"),
        ("values", "spread_from", "draai eerst 'stadspeil build' en 'stadspeil score'"),
    ],
)
def test_older_results_say_what_to_run(tmp_path: Path, older: str, column: str, remedy: str) -> None:
    """Seen in use: 'analyse' on scores of last year's program ended in a traceback."""
    workspace = Workspace(tmp_path)
    for name, contract in (("scores", SCORES), ("values", VALUES)):
        made_by(workspace, name, contract, column if name == older else "")
    before = shelf_sum(workspace.out / older)
    with pytest.raises(QuestionError) as caught:
        write_analyses(workspace, load_catalogue())
    assert column in caught.value.message() and remedy in caught.value.message()
    assert shelf_sum(workspace.out / older) == before
    assert not (workspace.out / "analyses").exists()


def test_the_site_refuses_all_older_tables_at_once(tmp_path: Path) -> None:
    """Seen in use: 'serve' began on pockets of before, and each page about them was a fault of ours."""
    workspace = Workspace(tmp_path)
    refuse_older_results(workspace)
    made_by(workspace, "scores", SCORES)
    for name, without in (("pockets", "found"), ("trends", ""), ("twins", "area")):
        made_by(workspace, f"analyses/{name}", ANALYSES[name], without)
    with pytest.raises(QuestionError) as caught:
        refuse_older_results(workspace)
    assert [each.split(":")[0] for each in caught.value.problems] == ["out/analyses/pockets", "out/analyses/twins"]
    assert "found" in caught.value.problems[0]
    assert caught.value.remedy == "draai 'stadspeil analyse'"
    made_by(workspace, "scores", SCORES, "mark_spread")
    with pytest.raises(QuestionError) as caught:
        refuse_older_results(workspace)
    assert caught.value.remedy == "draai 'stadspeil score' en 'stadspeil analyse'"
    made_by(workspace, "scores", SCORES)
    for name in ("pockets", "twins"):
        made_by(workspace, f"analyses/{name}", ANALYSES[name])
    refuse_older_results(workspace)


def test_results_of_another_version_are_told_apart(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert made_by_another_version(workspace) == []
    publish_json({"code": code_fingerprint()}, workspace.out / "run.json")
    publish_json({"code": "before"}, workspace.out / "analyses" / "run.json")
    assert made_by_another_version(workspace) == ["analyse"]
    publish_json({}, workspace.out / "run.json")
    assert made_by_another_version(workspace) == ["score", "analyse"]
