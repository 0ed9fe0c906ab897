"""Figures flow down the house and never up: a stage imports the ground floor and earlier stages only."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

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


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__")


def upstream(path: Path, here: str) -> list[str]:
    """What is wrong with the imports of a module of a room."""
    if here not in ORDER:
        return [f"{here} is no room of the house; see docs and design"]
    others = imports(path) - {here, "__version__"}
    wrong = [f"imports unknown room {other}" for other in sorted(others - ORDER.keys())]
    return wrong + [
        f"{here} may not import {other}"
        for other in sorted(others & ORDER.keys())
        if ORDER[other] >= ORDER[here] and not (here in GROUND and other in GROUND)
    ]


# One test for all modules: a test for each of six hundred takes longer to be called than to look.
def test_a_module_imports_nothing_upstream() -> None:
    found = {name(path): upstream(path, room(path)) for path in MODULES}
    assert len(found) > 500
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


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


def test_a_module_names_what_it_imports_in_full() -> None:
    assert {name(path): imported(path)[1] for path in MODULES if imported(path)[1]} == {}


def test_the_rule_sees_an_import_that_runs_upstream(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from stadspeil.scores import report_mark\n")
    assert imports(wrong) == {"scores"}
    assert upstream(wrong, "analyses") == []
    assert upstream(wrong, "tables") == ["tables may not import scores"]
    assert upstream(wrong, "kelder") == ["kelder is no room of the house; see docs and design"]
    wrong.write_text("from stadspeil.kelder import x\nfrom . import y\n")
    imported.cache_clear()
    assert upstream(wrong, "scores") == ["imports unknown room kelder"]
    assert imported(wrong)[1] == (2,)


_STATS = re.compile(r"^\s*(?:from scipy\.stats|import scipy\.stats|from scipy import .*\bstats\b).*", re.MULTILINE)


def test_what_takes_half_a_second_to_load_is_loaded_when_it_is_asked_for() -> None:
    """`import scipy` and then `scipy.stats.norm`: SciPy loads a part when its name is used."""
    found = {name(path): _STATS.findall(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert _STATS.findall("    from scipy.stats import norm") and not _STATS.findall("import scipy")
