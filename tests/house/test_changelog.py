"""A change says what it changes: one fragment per change in changelog.d/."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed|removed|data)\.md")


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"git {' '.join(words)} does not answer here: {done.stderr.strip()}")
    return done.stdout


def fragments() -> list[Path]:
    return [path for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]


def test_a_fragment_is_named_after_its_change_and_kind() -> None:
    assert [path.name for path in fragments() if not NAME.fullmatch(path.name)] == []


def test_a_fragment_says_something() -> None:
    assert [path.name for path in fragments() if len(path.read_text(encoding="utf-8").split()) < 4] == []


def test_a_data_fragment_says_which_numbers_moved() -> None:
    wanted = ("Indicators:", "Years:", "Effect:")
    for path in fragments():
        if path.name.endswith(".data.md"):
            text = path.read_text(encoding="utf-8")
            assert all(each in text for each in wanted), f"{path.name} needs {', '.join(wanted)}"


def test_a_change_since_the_last_release_has_a_fragment() -> None:
    if git("rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip("a shallow clone does not know the last release")
    released = git("log", "-1", "--format=%H", "--grep=^Release ").strip()
    changed = git("diff", "--name-only", released, "HEAD") if released else git("ls-files")
    if any(name.startswith(("src/", "catalogue/")) for name in changed.splitlines()):
        assert fragments(), "src/ or catalogue/ changed since the last release, but changelog.d/ is empty"
