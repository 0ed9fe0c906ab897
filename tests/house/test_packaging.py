"""What a stranger installs is what we tested: pinned, hashed, the same everywhere, from no address of ours."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import stadspeil

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("run.lock", "dev.lock")
PINNED = re.compile(r"^([a-z0-9.-]+)==(\S+)(.*?)((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})*)$", re.MULTILINE)


def lock(name: str) -> str:
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def asked(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~ \[;]", each, maxsplit=1)[0].lower() for each in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_there_is_nothing_else_in_a_lock(name: str) -> None:
    pins = PINNED.findall(lock(name))
    assert [pin[0] for pin in pins if not pin[3]] == []
    rest = PINNED.sub("", lock(name))
    assert [line for line in rest.splitlines() if line.strip() and not line.startswith("#")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    assert re.findall(r"https?:|file:|--index|--find-links|(?<!sha256:)/", lock(name)) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_python_gets_the_same_versions(name: str) -> None:
    names = [pin[0] for pin in PINNED.findall(lock(name))]
    assert sorted(names) == sorted(set(names))


def test_the_locks_hold_all_that_the_project_asks_for() -> None:
    run, dev = ({pin[0]: pin[1] for pin in PINNED.findall(lock(name))} for name in LOCKS)
    groups = PROJECT["dependency-groups"]
    assert asked(PROJECT["project"]["dependencies"]) <= run.keys()
    assert asked([*groups["dev"], *groups["build"]]) <= dev.keys()
    assert run.items() <= dev.items(), "run 'make lock'"


def test_the_version_is_the_same_wherever_it_stands() -> None:
    described = re.search(
        r'^softwareVersion: "(.+)"$', (ROOT / "publiccode.yml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert described
    assert {PROJECT["project"]["version"], described[1]} == {stadspeil.__version__}
