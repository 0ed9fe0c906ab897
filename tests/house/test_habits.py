"""Habits that a reader relies on: no vague names, no assert in the package, no machine's own paths, no strangers' files."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "stadspeil"
MODULES = sorted(PACKAGE.rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "data", "manager", "info", "tools"}
MACHINE_PATH = re.compile(r"(?<![\w.])(/work/|/tmp/|/root/|/home/\w)|\.\./shared")
FOREIGN = {".ttf", ".otf", ".woff", ".woff2", ".min.js", ".map", ".xlsx", ".parquet", ".pdf"}


def tracked() -> list[Path]:
    """Files that git keeps; all files where this is no checkout."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no git checkout, so there is no list of tracked files")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_module_has_a_vague_name() -> None:
    names = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert not names & VAGUE


def bad_habits(name: str, text: str) -> list[str]:
    """Lines of a module of the package that end it in another way than by an error of errors.py, or that print."""
    nodes = list(ast.walk(ast.parse(text)))
    found = [
        f"{name}:{node.lineno} assert; raise an error of errors.py" for node in nodes if isinstance(node, ast.Assert)
    ]
    if not name.startswith("cli/"):
        calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        found += [f"{name}:{node.lineno} print" for node in calls if node.func.id == "print"]
    return found


def test_the_package_raises_its_own_errors_and_prints_only_in_the_command() -> None:
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in MODULES}
    assert len(texts) > 500
    assert [each for name, text in texts.items() for each in bad_habits(name, text)] == []
    wrong = "def f():\n    assert 1\n    print(2)\n"
    assert [each.split()[:2] for each in bad_habits("a/b.py", wrong)] == [
        ["a/b.py:2", "assert;"],
        ["a/b.py:3", "print"],
    ]
    assert len(bad_habits("cli/b.py", wrong)) == 1


def test_no_path_of_one_machine_is_in_what_users_get() -> None:
    found = []
    for path in tracked():
        top = path.relative_to(ROOT).parts[0]
        if top in {"src", "catalogue", "docs", "README.md", "README.nl.md", "Makefile"} and path.suffix not in {".png"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if MACHINE_PATH.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_no_third_party_or_large_file_is_tracked() -> None:
    files = tracked()
    foreign = [path.name for path in files if any(path.name.endswith(each) for each in FOREIGN)]
    large = [path.name for path in files if path.stat().st_size > 800_000]
    assert (foreign, large) == ([], [])


def test_every_stage_package_says_what_it_is() -> None:
    silent = [
        path.parent.name
        for path in MODULES
        if path.stem == "__init__" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
