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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_package_raises_its_own_errors_and_prints_only_in_the_command(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asserts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert not asserts, f"assert on lines {asserts}; raise an error of errors.py"
    if path.relative_to(PACKAGE).parts[0] != "cli":
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        assert not [node.lineno for node in calls if node.func.id == "print"]


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
