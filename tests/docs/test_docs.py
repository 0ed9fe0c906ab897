"""The docs are true: links lead somewhere, generated pages are fresh, commands and error kinds are described."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from stadspeil import errors
from stadspeil.cli.verbs import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "catalogue").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"^\s*(?:\$ )?stadspeil ([a-z]+)((?: +\S+)*)", re.MULTILINE)


@functools.cache
def commands() -> Any:
    """All verbs with their options."""
    return typer.main.get_command(app)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [each.split("#")[0] for each in LINK.findall(text) if not re.match(r"[a-z]+:", each)]
    assert [each for each in targets if each and not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_on_a_page_exists_with_its_options(page: Path) -> None:
    group = commands()
    for fence in re.findall(r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        for verb, rest in COMMAND.findall(fence):
            assert verb in group.commands, f"stadspeil {verb}"
            command = group.commands[verb]
            below = re.match(r" +([a-z-]+)", rest)
            if below and hasattr(command, "commands"):
                assert below[1] in command.commands, f"stadspeil {verb} {below[1]}"
                command = command.commands[below[1]]
            known = {each for option in command.params for each in option.opts}
            asked = set(re.findall(r"(?<!\S)--[a-z-]+", rest))
            assert asked <= known | {"--help"}, f"stadspeil {verb} {asked - known}"


def test_the_reference_pages_are_fresh() -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_error_kind_is_described() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    kinds = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.StadspeilError)
    ]
    assert len(kinds) == 5
    assert all(f"`{each.__name__}` | {each.exit_code} |" in page for each in kinds)


def test_the_glossary_knows_the_dutch_terms_of_the_code() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").lower()
    assert all(term in glossary for term in ("gemeente", "wijk", "buurt", "rapportcijfer"))
