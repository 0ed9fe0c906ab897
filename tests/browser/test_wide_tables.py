"""Tables with many numbers fit a common screen: their heads wrap, their numbers do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SCROLLED = """() => [...document.querySelectorAll('main .scroll')]
    .filter(each => each.offsetParent && !each.closest('details:not([open])') && each.scrollWidth > each.clientWidth + 1)
    .map(each => `${each.querySelector('[id]')?.id}: ${each.scrollWidth} in ${each.clientWidth}`)"""


@pytest.mark.parametrize("path", ["/en/agenda/agenda_vierlingstad", "/agenda/agenda_vierlingstad", "/en/vergelijken"])
def test_no_table_is_cut_off_at_1280_pixels(opened: Callable[..., Any], address: str, path: str) -> None:
    page = opened(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}{path}")
    assert page.locator("main table").count() > 1
    assert page.evaluate(SCROLLED) == []
    assert page.locator("td.number").first.evaluate("each => getComputedStyle(each).whiteSpace") == "nowrap"
