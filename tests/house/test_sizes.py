"""A file is one idea and a function fits on a screen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "stadspeil"
MOST_LINES = 600
MOST_LINES_OF_A_FUNCTION = 60
# May only shrink: '<module>' or '<module>:<function>'.
ALLOWED: frozenset[str] = frozenset()
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    text = path.read_text(encoding="utf-8")
    too_long = [] if text.count("\n") <= MOST_LINES else [name]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > MOST_LINES_OF_A_FUNCTION:
                too_long.append(f"{name}:{node.name}")
    assert set(too_long) <= ALLOWED


def test_nothing_is_allowed_that_no_longer_exists() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in MODULES}
    assert {each.split(":")[0] for each in ALLOWED} <= names
