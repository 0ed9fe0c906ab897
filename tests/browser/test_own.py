"""Own figures, groups and weights in a browser: sent, looked at, kept or thrown away; with and without a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect
from site_addresses import TOWN

from stadspeil.catalogue import load_catalogue
from stadspeil.sources import write_template

RUN = """async () => (await axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] } }))
  .violations.map((each) => each.id)"""
OWN = "tevredenheid_woonomgeving"
WEIGHTS = "/eigen/gewichten/thema_winkels"


@pytest.fixture(scope="module")
def book(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Writes a filled-in template of the demo."""
    catalogue = load_catalogue(own=demo / "werkmap" / "catalogue")
    folder = tmp_path_factory.mktemp("boeken")

    def make(name: str, *rows: tuple[object, ...]) -> Path:
        path = folder / name
        write_template(path, catalogue)
        workbook = openpyxl.load_workbook(path)
        for row in rows:
            workbook["Cijfers"].append(list(row))
        workbook.save(path)
        return path

    return make


def drafts(demo: Path) -> list[str]:
    folder = demo / "werkmap" / "out" / "atlas" / "drafts"
    return [each.name for each in folder.iterdir()] if folder.is_dir() else []


@pytest.mark.parametrize("script", [True, False])
def test_a_workbook_is_sent_looked_at_and_thrown_away(
    opened: Any, address: str, demo: Path, book: Any, axe: str, script: bool
) -> None:
    page = opened(java_script_enabled=script)
    page.goto(f"{address}/eigen")
    page.set_input_files("#werkboek", book("goed.xlsx", (TOWN, 2023, OWN, 8.1, 900, 0.2, None)))
    page.click("form.send button")
    page.wait_for_url("**/eigen/*")
    expect(page.locator("h1")).to_have_text("Klaar om te bewaren: goed.xlsx")
    expect(page.locator("p.lead")).to_contain_text("1 gemeente")
    assert len(drafts(demo)) == 1
    if script:
        page.evaluate(axe)
        assert page.evaluate(RUN) == []
    draft = page.url
    page.click("text=Weggooien")
    page.wait_for_url("**/eigen?weg=1")
    expect(page.locator("main")).to_contain_text("Weggegooid")
    assert drafts(demo) == []
    assert page.request.get(draft).status == 404


def test_every_fault_stands_in_a_table_by_its_cell(opened: Any, address: str, book: Any, axe: str) -> None:
    page = opened()
    page.goto(f"{address}/eigen")
    page.set_input_files(
        "#werkboek", book("fout.xlsx", ("Ergens", 2023, OWN, "veel", None, None, "bel jan@voorbeeld.nl"))
    )
    page.click("form.send button")
    page.wait_for_url("**/eigen/*")
    cells = page.locator("#problemen tbody tr td:nth-of-type(1)")
    expect(cells).to_have_count(3)
    assert sorted(cells.all_inner_texts()) == ["A2", "D2", "G2"]
    assert "jan@" not in page.content()
    expect(page.locator("text=Bewaren")).to_have_count(0)
    page.evaluate(axe)
    assert page.evaluate(RUN) == []
    page.click("text=Gooi deze lijst weg")
    page.wait_for_url("**/eigen?weg=1")


def test_a_file_that_is_too_large_is_said_before_it_is_sent(opened: Any, address: str, tmp_path: Path) -> None:
    large = tmp_path / "groot.xlsx"
    large.write_bytes(b"0" * 10_500_000)
    page = opened()
    page.goto(f"{address}/eigen")
    page.set_input_files("#werkboek", large)
    page.wait_for_function("() => document.querySelector('[data-said]').textContent.includes('groter dan 10 MB')")
    page.click("form.send button")
    assert page.url == f"{address}/eigen"


def test_other_weights_show_their_effect_at_once(watched: Any, address: str) -> None:
    watched.goto(f"{address}{WEIGHTS}?stad={TOWN}")
    expect(watched.locator("figure svg")).to_have_count(0)
    watched.fill("[name='w.afstand_warenhuis']", "0")
    watched.keyboard.press("Tab")
    watched.wait_for_selector("figure svg")
    watched.wait_for_url(lambda url: "w.afstand_warenhuis=0" in url and f"stad={TOWN}" in url)
    expect(watched.locator(".share")).to_have_text(["50%", "50%", "0%"], use_inner_text=True)
    here = watched.locator("p.lead").inner_text()
    watched.reload()
    expect(watched.locator("p.lead")).to_have_text(here, use_inner_text=True)


def test_a_group_is_made_by_name_and_without_a_script(opened: Any, address: str) -> None:
    page = opened(java_script_enabled=False)
    page.goto(f"{address}/eigen/gebieden?stad={TOWN}&niveau=wijk")
    boxes = page.locator("input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.click("text=Maak hier de groep van")
    expect(page.locator(".members li")).to_have_count(2)
    expect(page.locator("input[type=checkbox]:checked")).to_have_count(2)
    page.locator(".members a").first.click()
    expect(page.locator(".members li")).to_have_count(1)
    expect(page.locator("#gemiddelden tbody tr").nth(3)).to_be_attached()
