"""The empty form of an area programme: nothing of a town stands in it, and nothing that is left open passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.catalogue import catalogue_root, load_catalogue
from stadspeil.catalogue.appraisal_checks import OPEN
from stadspeil.errors import CatalogueError

NAME = "sjabloon_wijkaanpak"


def form() -> str:
    return (catalogue_root() / "packages" / f"{NAME}.toml").read_text(encoding="utf-8")


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "packages" / "meerzicht.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=folder)
    return list(caught.value.problems)


def filled(text: str) -> str:
    """As a town would fill it in."""
    for start in ("town", "status", "source", "goal", "areas", "first", "last", "dose"):
        given = {"town": '"GM0637"', "areas": '["BU06370003"]', "first": "2027", "last": "2030", "dose": "100"}
        text = "\n".join(
            f"{start} = {given.get(start, chr(34) + 'raadsbesluit' + chr(34))}"
            if line.startswith(f"{start} = ")
            else line
            for line in text.splitlines()
        )
    return text + "\n"


def test_no_local_number_stands_in_the_form() -> None:
    entry = load_catalogue().package(NAME)
    assert entry.template
    assert entry.town == OPEN
    assert all(OPEN in each for each in (entry.status, entry.source, entry.goal))
    assert not entry.funds
    assert not entry.programme
    for each in entry.measures:
        assert (each.areas, each.first, each.last, each.dose) == ((OPEN,), 0, 0, 0), each.id
        assert (each.reach, each.cost_factor, each.override) == (None, 1.0, {}), each.id


def test_without_the_word_template_every_open_place_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, form().replace("template = true\n", ""))
    measures = load_catalogue().package(NAME).measures
    assert len(found) == 4 + 4 * len(measures)
    for each in measures:
        told = [problem for problem in found if f"[measures.{each.id}]" in problem]
        assert [any(word in line for line in told) for word in (OPEN, "first is 0", "last is 0", "dose is 0")] == [
            True
        ] * 4
    assert any(f"goal staat nog op '{OPEN}'" in each for each in found)


def test_one_place_left_open_is_enough(tmp_path: Path) -> None:
    text = filled(form().replace("template = true\n", ""))
    left = text.replace("dose = 100", "dose = 0", 1)
    assert len(problems(tmp_path, left)) == 1


def test_filled_in_it_is_a_package_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "packages" / "meerzicht.toml"
    path.parent.mkdir()
    path.write_text(filled(form().replace("template = true\n", "")), encoding="utf-8")
    entry = load_catalogue(own=tmp_path).package("meerzicht")
    assert not entry.template
    assert len(entry.measures) == len(load_catalogue().package(NAME).measures)
