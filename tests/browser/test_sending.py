"""A workbook that is sent by a browser: what was found is for every reader, and stays in this site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect
from site_addresses import TOWN
from wcag import against_wcag

from stadspeil.catalogue import load_catalogue
from stadspeil.sources import write_template

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A sound workbook and a faulty one."""
    folder, made = tmp_path_factory.mktemp("werkboeken"), {}
    for name, value in (("goed", 8.1), ("fout", "<script>alert(1)</script>")):
        made[name] = folder / f"{name}.xlsx"
        write_template(made[name], load_catalogue())
        book = openpyxl.load_workbook(made[name])
        book["Cijfers"].append([TOWN, 2023, "tevredenheid_woonomgeving", value, 1200, 0.2, "enquête"])
        book.save(made[name])
    return made


@pytest.mark.parametrize("root", ["", "/en"])
@pytest.mark.parametrize("name", ["goed", "fout"])
def test_what_was_found_in_a_workbook_is_for_every_reader(
    opened: Callable[..., Any], address: str, axe: str, workbooks: dict[str, Path],
    name: str, root: str,
) -> None:  # fmt: skip
    page = opened(java_script_enabled=True)
    page.goto(f"{address}{root}/eigen")
    page.set_input_files("#werkboek", workbooks[name])
    page.click("form.send button")
    page.wait_for_url(lambda url: url != f"{address}{root}/eigen")
    expect(page.locator("h1 + p.lead")).to_have_count(1)
    assert against_wcag(page, axe) == []
    found = page.request.get(f"{page.url}?als=frame")
    assert found.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in found.headers["content-security-policy"]
