"""The method chapter is made from the spec tests, and a spec file that would leave a hole in it is named."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
GOOD = '''
title = "Proef"
chapter = "Hoe zeker"
order = 1
says = "Zo gaat het."
formula = ""
source = "Ons."


def test_it(spec):
    """Twee maal twee is vier.

    2 + 2 = 4.
    """
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |   2   || 4.5
        GM0002 |   -   ||  -
    """, twice, direction="higher_is_better")


def test_another():
    assert True
'''


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/method_chapter.py, which is no part of the package."""
    sys.path.insert(0, str(ROOT / "tools"))
    import method_chapter

    sys.path.remove(str(ROOT / "tools"))
    return method_chapter


def test_every_spec_file_can_be_printed(tool: ModuleType) -> None:
    sections = tool.read_sections()
    assert {each.file for each in sections} == {path.stem for path in tool.SPECS.glob("test_*.py")}
    assert {each.declared["chapter"] for each in sections} == set(tool.CHAPTERS)


def test_a_drawn_test_becomes_a_sentence_a_table_and_its_arithmetic(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "test_proef.py").write_text(GOOD, encoding="utf-8")
    page = tool.method_page(tool.read_sections(tmp_path))
    assert "## Hoe zeker" in page and "### Proef" in page and "Zo gaat het." in page
    assert "**Twee maal twee is vier.** (hoger is gunstiger)" in page
    assert "| gebied | waarde | **cijfer** |" in page
    assert "| GM0001 | 2 | 4,5 |" in page and "| GM0002 | – | – |" in page
    assert "Berekening: 2 + 2 = 4." in page and "verder één toets zonder tekening" in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Proef"\n', "", "title is not declared"),
        ('says = "Zo gaat het."', 'says = ""', "says is empty"),
        ('chapter = "Hoe zeker"', 'chapter = "Elders"', "chapter 'Elders' is none of"),
        ('"""Twee maal twee is vier.\n\n    2 + 2 = 4.\n    """\n', "pass\n", "needs a docstring"),
        ("value || mark", "value || markt", "column 'markt' has no Dutch name"),
        ("||", "|", "nothing is expected"),
        ("order = 1", "order = 2", "two files have chapter and order"),
    ],
)
def test_a_spec_file_that_leaves_a_hole_is_named(
    tool: ModuleType, tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    (tmp_path / "test_proef.py").write_text(GOOD.replace(old, new), encoding="utf-8")
    (tmp_path / "test_other.py").write_text(GOOD.replace("order = 1", "order = 2"), encoding="utf-8")
    with pytest.raises(tool.SpecError, match=said.split(" ")[0]) as fault:
        tool.read_sections(tmp_path)
    assert said in str(fault.value)


def test_what_the_report_prints_is_what_the_spec_draws(tool: ModuleType) -> None:
    """The file in the package equals what the tests say now; and says the mark that a reader would check."""
    path = ROOT / "src" / "stadspeil" / "report" / "texts" / "examples.toml"
    written = path.read_text(encoding="utf-8")
    assert written == tool.printed_examples(tool.read_sections())
    examples = tomllib.loads(written)
    assert examples["mark"]["value"] and len(examples["mark"]["mark"]) == len(examples["mark"]["value"])
    assert examples["rank"]["rank"] and "" not in examples["rank"]["rank"]
