"""A file is one idea and a function fits on a screen."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "stadspeil"
MOST_LINES = 600
MOST_LINES_OF_A_FUNCTION = 60
# May only shrink: '<module>' or '<module>:<function>'.
ALLOWED: frozenset[str] = frozenset()
MODULES = sorted(PACKAGE.rglob("*.py"))


def too_long(name: str, text: str) -> list[str]:
    """The module, and those of its functions, that do not fit."""
    found = [] if text.count("\n") <= MOST_LINES else [name]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > MOST_LINES_OF_A_FUNCTION:
                found.append(f"{name}:{node.name}")
    return found


def test_modules_and_functions_stay_small() -> None:
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in MODULES}
    assert len(texts) > 500
    assert {each for name, text in texts.items() for each in too_long(name, text)} <= ALLOWED


def test_what_is_too_long_is_seen() -> None:
    lines = "    1\n" * (MOST_LINES_OF_A_FUNCTION - 1)
    assert too_long("a.py", f"def f():\n{lines}") == []
    assert too_long("a.py", f"class C:\n  async def f():\n{lines}    1\n") == ["a.py:f"]
    assert too_long("a.py", "1\n" * MOST_LINES) == [] and too_long("a.py", "1\n" * (MOST_LINES + 1)) == ["a.py"]


def test_nothing_is_allowed_that_no_longer_exists() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in MODULES}
    assert {each.split(":")[0] for each in ALLOWED} <= names
