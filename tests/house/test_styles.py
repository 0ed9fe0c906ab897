"""Styles hold to what the tests of colors rely on: what is seen on a wide screen in Dutch is seen everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src" / "stadspeil" / "atlas" / "static"
STYLES = sorted(STATIC.glob("*.css"))
OF_A_LANGUAGE = re.compile(r":lang\(|\[(?:hreflang|lang)\b")
# But the softer gray of words beside a figure, which every page shows at every width.
OF_A_COLOR = re.compile(
    r"(?<![\w-])(?:color|background(?:-color)?|opacity|filter|text-decoration(?:-\w+)?)\s*:(?! var\(--sp-soft\))"
)


def for_some_widths(style: str) -> list[str]:
    """The blocks of a style that hold for some widths only."""
    found = []
    for start in re.finditer(r"@media[^{]*width[^{]*\{", style):
        depth, place = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(style[place], 0)
            place += 1
        found.append(style[start.end() : place])
    return found


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_depends_on_the_language(path: Path) -> None:
    assert OF_A_LANGUAGE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_color_depends_on_the_width(path: Path) -> None:
    blocks = for_some_widths(path.read_text(encoding="utf-8"))
    assert [each for block in blocks for each in OF_A_COLOR.findall(block)] == []


def test_the_search_finds_what_it_looks_for() -> None:
    style = "@media print { a { color: red; } } @media (max-width: 40rem) { a { border-color: red; } b { color: red; } } p:lang(en) {}"
    assert [OF_A_COLOR.findall(block) for block in for_some_widths(style)] == [["color:"]]
    assert len(OF_A_LANGUAGE.findall(style)) == 1
