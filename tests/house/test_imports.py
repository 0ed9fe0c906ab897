"""Figures flow down the house and never up: a stage imports the ground floor and earlier stages only."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "stadspeil"
GROUND = ("amounts", "errors", "catalogue", "contracts", "areas", "workspace", "shelf", "disclosure")
STAGES = ("sources", "register", "tables", "indicators", "scores", "analyses", "simulation", "appraisal")
# The site shows what the report says (decision 35).
SHOWING = {"report": 90, "atlas": 95}
ORDER = {
    **dict.fromkeys(GROUND, 0),
    **{name: number for number, name in enumerate(STAGES, start=1)},
    **SHOWING,
    "cli": 99,
}


@functools.cache
def imported(path: Path) -> tuple[frozenset[str], tuple[int, ...]]:
    """What a module imports, wherever in the module, and the lines on which it does not name that in full."""
    found: set[str] = set()
    short: list[int] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            short += [node.lineno] if node.level else []
            found |= {f"{node.module}.{each.name}" for each in node.names} if node.module else set()
    return frozenset(found), tuple(short)


def imports(path: Path) -> set[str]:
    """Rooms of the house that a module imports."""
    return {name.split(".")[1] for name in imported(path)[0] if name.startswith("stadspeil.")}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_nothing_upstream(path: Path) -> None:
    here = room(path)
    assert here in ORDER, f"{here} is no room of the house; see docs and design"
    for other in imports(path) - {here, "__version__"}:
        assert other in ORDER, f"{path.name} imports unknown room {other}"
        assert ORDER[other] < ORDER[here] or (here in GROUND and other in GROUND), f"{here} may not import {other}"


def test_the_ground_floor_has_no_circles() -> None:
    edges = {name: set() for name in GROUND}
    for path in MODULES:
        if room(path) in GROUND:
            edges[room(path)] |= imports(path) & set(GROUND) - {room(path)}
    while edges:
        free = [name for name, needs in edges.items() if not needs & edges.keys()]
        assert free, f"circle among {sorted(edges)}"
        for name in free:
            del edges[name]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_names_what_it_imports_in_full(path: Path) -> None:
    assert imported(path)[1] == ()


def test_the_rule_sees_an_import_that_runs_upstream(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from stadspeil.scores import report_mark\n")
    assert imports(wrong) == {"scores"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_what_takes_half_a_second_to_load_is_loaded_when_it_is_asked_for(path: Path) -> None:
    """`import scipy` and then `scipy.stats.norm`: SciPy loads a part when its name is used."""
    assert not re.findall(
        r"^\s*(?:from scipy\.stats|import scipy\.stats|from scipy import .*\bstats\b).*",
        path.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
