"""Beside a changed package stands what it was before: the same numbers as the page of the form before tells itself."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.appraised.before import ToldRow, query_before, side_by_side
from stadspeil.atlas.pages.appraisal_new import appraisal_new
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.report.simulated_remarks import Remark

FORM = {
    "titel": "Proef", "stad": "GM9002", "rijen": "1", "1.ingreep": "bijles", "1.gebieden": "WK900202", "1.van": "2027",
    "1.tot": "2030", "1.aantal": "100",
}  # fmt: skip


def composed(site: Site, lang: str = "nl", **changed: str) -> View:
    """The page of the form with some fields changed."""
    return appraisal_new(site, Asked(lang, "/afwegen/nieuw", {}, {**FORM, **changed}))


def test_the_outcome_before_is_what_its_own_page_told(site: Site) -> None:
    first, alone = composed(site), composed(site, **{"1.aantal": "250"})
    view = composed(site, **{"1.aantal": "250", "vorig": first.more["held"]})
    assert view.more["changed"] == ["Maatregel 1, hoeveel: van 100 naar 250"]
    rows = {row["wat"]: row for row in view.table("vorige").rows}
    for what, mean, interval in first.more["told"]:
        assert str(rows[what]["vorige"]).startswith(mean) and interval in str(rows[what]["vorige"])
    for what, mean, interval in alone.more["told"]:
        assert str(rows[what]["nu"]).startswith(mean) and interval in str(rows[what]["nu"])
    assert rows["Kosten"]["anders"] == "ja" and rows["Kosten"]["vorige"] != rows["Kosten"]["nu"]
    assert any("2037" in what for what in rows) and "Regio Deals" in rows and "Startbouwimpuls" not in rows


@pytest.mark.parametrize("told", ["", "onzin", "x" * 9000, "&" * 300, urlencode(FORM)])
def test_without_another_form_before_nothing_stands_beside(site: Site, told: str) -> None:
    view = composed(site, vorig=told)
    assert view.more["weighed"] and not view.more["before"] and all(each.id != "vorige" for each in view.tables)


def test_another_name_is_no_change_of_the_outcome(site: Site) -> None:
    view = composed(site, titel="Anders genoemd", vorig=urlencode(FORM))
    assert not view.more["before"] and not view.more["changed"]


def test_a_faulty_form_keeps_the_last_outcome_for_when_it_is_mended(site: Site) -> None:
    held = composed(site).more["held"]
    faulty = composed(site, **{"1.aantal": "veel", "vorig": held})
    assert not faulty.more["weighed"] and faulty.more["held"] == held and query_before(held)["1.aantal"] == "100"


def test_it_works_without_a_script_and_in_english(client: TestClient) -> None:
    page = client.get("/en/afwegen/nieuw?" + urlencode({**FORM, "1.aantal": "250", "vorig": urlencode(FORM)})).text
    assert "Measure 1, how much: from 100 to 250" in page and "Previous outcome" in page
    assert '<input type="hidden" name="vorig"' in page


def test_rows_that_only_one_side_has_get_a_dash_and_equal_funds_are_left_out() -> None:
    def row(what: str, said: str, always: bool = True) -> ToldRow:
        return ToldRow(what, Remark(said), always)

    found = side_by_side([row("a", "1"), row("weg", "2"), row("fonds", "nee", False)], [row("a", "1"), row("b", "3"), row("fonds", "nee", False)])  # fmt: skip
    assert [(each.what, each.before.said, each.now.said, each.changed) for each in found] == [
        ("a", "1", "1", False), ("b", "–", "3", True), ("weg", "2", "–", True)
    ]  # fmt: skip
