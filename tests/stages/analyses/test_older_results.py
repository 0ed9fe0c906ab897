"""Results that an older program made are refused in words, and nothing of them is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.analyses.store import write_analyses
from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import SCORES, VALUES, Contract, empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, shelf_sum, write_shelf
from stadspeil.workspace import Workspace


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
