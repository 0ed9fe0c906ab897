"""What goes wrong on an English page is told in English; what only the program below knows stays Dutch and says so."""

from __future__ import annotations

import html
import re
import time
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.site import Site
from stadspeil.errors import QuestionError

TOWN, CASE = "GM9002", "wijkaanpak_de_kaden"
FAULTS = (
    ("/stad/GM9999", "area 'GM9999': we do not know it"), ("/stad/BU90020201", "area 'BU90020201': that is no municipality"),
    ("/verhuizen/WK900202", "that is no municipality"), ("/vernieuwing/WK900202", "that is no municipality"), ("/beneden-de-wijk/WK900202", "that is no municipality"),
    ("/bouwen/nergens", "programme 'nergens': we do not know it"), ("/afwegen/nergens", "package 'nergens': we do not know it"), ("/agenda/nergens", "the agenda 'nergens': we do not know it"),
    (f"/afwegen/{CASE}?jaar=1900", "year 1900: told are 20"), (f"/afwegen/{CASE}?cijfer=nergens", "figure 'nergens': this package does not change it"),
    ("/afwegen/ingrepen/nergens", "intervention 'nergens': we do not know it"), ("/afwegen/bewijs?groep=nergens", "group 'nergens': that is not there"),
    ("/afwegen/vergelijk?pakket=nergens,elders", "we do not know package 'nergens', or it is an empty form"), ("/fondsen?stad=GM1", "municipality 'GM1': we do not know it"),
    ("/uitleg/nergens_te_vinden", "explanation of 'nergens_te_vinden': that is not there"), ("/kaart?cijfer=nergens", "figure 'nergens': there are no outcomes of it"),
    (f"/stad/{TOWN}?als=pptq", "form 'pptq': that is not there"), (f"/bouwen/afweging/{TOWN}?treden=veel", "'veel'; expected a number"),
)  # fmt: skip


def _said(text: str) -> str:
    inside = text.partition("<main")[2].partition("</main>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", inside)))


@pytest.mark.parametrize(("path", "said"), FAULTS)
def test_a_fault_of_a_question_is_told_in_english(client: TestClient, path: str, said: str) -> None:
    answer = client.get(f"/en{path}")
    assert answer.status_code == 404 and said in _said(answer.text), _said(answer.text)
    assert 'lang="nl"' not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert "is in Dutch" not in answer.text and "What to do:" in answer.text
    dutch = client.get(path)
    assert dutch.status_code == 404 and "Wat te doen:" in dutch.text and said not in _said(dutch.text)


def test_what_no_text_knows_stays_dutch_and_says_so(site: Site) -> None:
    app = create_app(site)

    def broken() -> None:
        raise QuestionError("de kelder", "daar staat water", "haal de pomp")

    app.add_api_route("/en/kelder", broken)
    app.router.routes.insert(0, app.router.routes.pop())
    answer = TestClient(app, raise_server_exceptions=False).get("/en/kelder")
    assert "is in Dutch:" in answer.text and '<span lang="nl">daar staat water</span>' in answer.text


def test_a_long_question_does_not_keep_the_site_busy(client: TestClient) -> None:
    """Sentences are known by patterns: held against a crafted text of a thousand characters that would take long."""
    crafted = " ligt niet in ; kies een gebied van " * 40
    begun = time.process_time()
    answer = client.get(f"/en/afwegen/{quote(crafted, safe='')}")
    assert answer.status_code == 404 and "is in Dutch:" in answer.text
    assert time.process_time() - begun < 2.0
