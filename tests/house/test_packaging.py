"""What a stranger installs is what we tested: pinned, hashed, the same everywhere, from no address of ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
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


def built(checkout: Path, folder: Path) -> tuple[list[str], str]:
    """Build a wheel as packagers do: the names in it, or none and what the builder said."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index",
               "--no-build-isolation", "--wheel-dir", str(folder), str(checkout)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    names = [name for path in folder.glob("*.whl") for name in zipfile.ZipFile(path).namelist()]
    return names, done.stdout + done.stderr


def checkout_of(folder: Path) -> Path:
    """A copy of what a wheel is built from, so that a build leaves nothing in the checkout."""
    for name in ("src", "catalogue", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_wheel_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    checkout = checkout_of(tmp_path / "checkout")
    vendor = checkout / "src" / "stadspeil" / "atlas" / "static" / "vendor"
    if not (vendor / ".lock").is_file():
        pytest.skip("the front-end is not built here: python tools/build_frontend.py")
    names, said = built(checkout, tmp_path / "wheel")
    assert names, said
    wanted = names_in(checkout / "src") | {f"stadspeil/_catalogue/{name}" for name in names_in(checkout / "catalogue")}
    assert sorted(wanted - set(names)) == []
    for name in ("htmx.js", "maplibre-gl.mjs", "utrecht.css"):
        assert f"stadspeil/atlas/static/vendor/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "tools/", "frontend/"))]

    shutil.rmtree(vendor)
    names, said = built(checkout, tmp_path / "bare")
    assert names == [] and "python tools/build_frontend.py" in said
