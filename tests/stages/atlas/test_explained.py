"""Every figure is explained in both languages, and every number leads to the text in the publisher's file."""

from __future__ import annotations

import csv
import json
import re

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.explaining import method_sections
from stadspeil.atlas.pages.explained import entry_page, explained
from stadspeil.atlas.pages.origin import origin
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, View
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.report.lineage import explain_score
from stadspeil.sources import SnapshotStore

ENTRIES = sorted((*load_catalogue().indicators, *load_catalogue().composites))
OTHERS = ("sources", "themes", "mechanisms", "groups", "parameters", "group_families")
BUURT, TOWN = "BU90020500", "GM9002"
POVERTY = "huishoudens_laag_inkomen_aandeel"


def entry(site: Site, id: str, lang: str = "nl", **query: str) -> View:
    return entry_page(site, Asked(lang, f"/uitleg/{id}", {"id": id}, query))


def facts(view: View) -> dict[str, str]:
    return {str(row["wat"]): str(row["zegt"]) for row in view.table("feiten").rows}


def way(site: Site, area: str, id: str, lang: str = "nl", **query: str) -> View:
    return origin(site, Asked(lang, f"/herkomst/{area}/{id}", {"gebied": area, "cijfer": id}, query))


def told(view: View, step: str) -> dict[str, str]:
    return {str(row["wat"]): str(row["zegt"]) for row in view.table("stappen").rows if row["stap"] == step}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_indicator_and_composite_has_a_page(client: TestClient, lang: str) -> None:
    root = "" if lang == "nl" else "/en"
    wrong = [id for id in ENTRIES if client.get(f"{root}/uitleg/{id}").status_code != 200]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_else_that_can_be_looked_up_has_a_page(client: TestClient, site: Site, lang: str) -> None:
    root = "" if lang == "nl" else "/en"
    ids = [id for kind in OTHERS for id in getattr(site.catalogue, kind)]
    ids += method_sections()
    wrong = [id for id in ids if client.get(f"{root}/uitleg/{id}").status_code != 200]
    assert wrong == []


def test_no_link_of_the_index_is_dead(client: TestClient) -> None:
    links = set(re.findall(r'href="(/uitleg/[^"#?]+)"', client.get("/uitleg").text))
    assert len(links) > len(ENTRIES)
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_the_index_says_which_figures_have_no_number_yet(site: Site) -> None:
    view = explained(site, Asked("nl", "/uitleg"))
    planned = {row["id"] for row in view.table("cijfers").rows if row["stand"]}
    assert planned == {id for id, each in site.catalogue.indicators.items() if each.status == "planned"}
    one = min(str(id) for id in planned)
    assert "geen" in " ".join(facts(entry(site, one)).values())


def test_an_unknown_word_is_refused_with_a_near_one(site: Site) -> None:
    with pytest.raises(QuestionError, match="bijstand"):
        entry(site, "bijstanden")


def test_a_figure_is_told_in_full(site: Site) -> None:
    view, catalogued = entry(site, "bijstand"), site.catalogue.indicators["bijstand"]
    known = facts(view)
    assert view.reading == catalogued.definition
    assert known["Precies"].startswith("1000 × bijstand_personen / inwoners")
    assert site.catalogue.fields["bijstand_personen"].title in known["Berekend als"]
    assert known["Eenheid"] == "per 1.000" and known["Wat gunstig is"].startswith("Lager")
    assert known["Uitgever"] == site.catalogue.sources[catalogued.source].publisher
    assert known["Let op"] == catalogued.note
    parts = {row["id"]: row["gewicht"] for row in view.table("telt_mee_in").rows}
    assert parts["thema_werk"] == pytest.approx(1 / len(site.catalogue.parts_of("thema_werk")))
    editions = {row["statline"] for row in view.table("edities").rows}
    assert editions == {each.statline for each in site.catalogue.sources[catalogued.source].editions}


def test_a_declared_error_is_told_with_its_status_and_source(site: Site) -> None:
    declared = [each for each in site.catalogue.indicators.values() if each.error]
    for each in declared:
        said = facts(entry(site, each.id))["Hoe zeker"]
        assert each.error_source in said and each.error_date in said
        assert ("een aanname" in said) == (each.error_status == "assumption")


def test_a_composite_shows_its_weights_and_what_its_places_hang_on(site: Site) -> None:
    view = entry(site, "thema_werk")
    rows = view.table("delen").rows
    assert [row["id"] for row in rows] == list(site.catalogue.parts_of("thema_werk"))
    assert sum(float(row["gewicht"] or 0) for row in rows) == pytest.approx(1)
    choices = view.table("gevoeligheid").rows
    field = site.results.analysis("sensitivity")
    largest = max(field.filter(area="NL", indicator="thema_werk")["total"])
    assert choices[0]["totaal"] == pytest.approx(100 * largest)
    of_town = entry(site, "thema_werk", gebied=TOWN).table("tienden").rows
    assert sum(float(row["kans"] or 0) for row in of_town) == pytest.approx(100)


def test_a_source_shows_its_files_with_their_whole_checksum(site: Site) -> None:
    snapshots = [
        each for each in SnapshotStore(site.workspace.raw).active() if each.source == "cbs_kerncijfers_wijken_buurten"
    ]
    rows = entry(site, "cbs_kerncijfers_wijken_buurten").table("momentopnamen").rows
    assert {(row["bestand"], row["sha256"]) for row in rows} == {(each.file_name, each.checksum) for each in snapshots}


def test_a_section_of_the_method_is_what_the_reference_says(site: Site) -> None:
    section = method_sections()["methode-report-mark"]
    view = entry(site, "methode-report-mark")
    assert view.title == section["title"] and view.reading == section["says"]
    assert facts(view)["Formule"] == section["formula"]
    first = view.table("voorbeeld-1-1")
    assert [each.head for each in first.columns if each.meaning] == ["cijfer"]


def test_dutch_on_an_english_page_is_marked_as_dutch(client: TestClient) -> None:
    text = client.get("/en/uitleg/methode-report-mark").text
    assert re.search(r'<div lang="nl">\s*<h1[^>]*>Rapportcijfer</h1>', text)
    assert 'lang="nl"' not in client.get("/uitleg/methode-report-mark").text.partition("<main")[2]


def test_assumptions_are_told_in_english_where_they_have_english(site: Site) -> None:
    rows = {row["id"]: row for row in explained(site, Asked("en", "/uitleg", {}, {})).table("aannames").rows}
    for each in site.catalogue.parameters.values():
        assert rows[each.id]["aanname"] == (each.definition_en or each.definition)
    assert rows["rate_standaard"]["eenheid"] == "per year"


def test_the_last_steps_are_the_cell_in_the_file_and_the_file(site: Site) -> None:
    """Held against the file itself, read here without the program."""
    view = way(site, BUURT, POVERTY)
    cell, year = told(view, "Cel huishoudens_laag_inkomen_pct"), view.more["year"]
    column, row = re.fullmatch(r"kolom (\S+), rij (\d+)", cell["plaats"]).groups()  # type: ignore[union-attr]
    store = SnapshotStore(site.workspace.raw)
    (snapshot,) = [each for each in store.active() if each.file_name == cell["bestand"]]
    lines = list(csv.reader(store.content_of(snapshot).decode("utf-8-sig").splitlines(), delimiter=";"))
    # Rows are counted as an editor counts lines.
    line = lines[int(row) - 1]
    text = line[lines[0].index(column)]
    assert BUURT in line
    assert cell["in het bestand"] == f"'{text}'"
    value = site.results.of_area(BUURT).filter(indicator=POVERTY, year=year)["value"][0]
    assert float(text) == value
    file_step = told(view, f"Bestand {snapshot.file_name}")
    assert file_step["sha256"] == snapshot.checksum
    assert view.more["steps"][-1][0].kind == "file"


def test_the_way_is_that_of_the_command_in_both_languages(site: Site) -> None:
    for lang in LANGUAGES:
        view = way(site, BUURT, POVERTY, lang)
        chain = explain_score(site.workspace, site.catalogue, POVERTY, BUURT, view.more["year"], lang=lang)
        steps = [(step.title, name, said) for step in chain.steps for name, said in step.facts]
        assert [(row["stap"], row["wat"], row["zegt"]) for row in view.table("stappen").rows] == steps
    english = " ".join(f"{row['stap']} {row['wat']}" for row in way(site, BUURT, POVERTY, "en").table("stappen").rows)
    assert "Report mark" in english and "berekend" not in english and "plaats" not in english


def test_the_parts_of_a_composite_add_up_to_its_mark_and_lead_on(site: Site, client: TestClient) -> None:
    view = way(site, TOWN, "thema_werk")
    mark = site.results.of_area(TOWN).filter(indicator="thema_werk", year=view.more["year"])["mark"][0]
    adds = sum(float(row["bijdrage"] or 0) for row in view.table("delen").rows)
    assert site.catalogue.parameter("mark_mean") + adds == pytest.approx(mark)
    text = client.get(f"/herkomst/{TOWN}/thema_werk").text
    for part in site.catalogue.parts_of("thema_werk"):
        assert f'href="/herkomst/{TOWN}/{part}"' in text


def test_a_year_is_chosen_in_the_address_and_a_year_that_is_not_there_is_refused(site: Site) -> None:
    first = site.results.of_area(TOWN).filter(indicator="bijstand")["year"].min()
    assert way(site, TOWN, "bijstand", jaar=str(first)).more["year"] == first
    assert str(first) in way(site, TOWN, "bijstand", jaar=str(first)).title
    with pytest.raises(QuestionError, match="dat jaar is er niet"):
        way(site, TOWN, "bijstand", jaar="1990")
    with pytest.raises(QuestionError, match="geen uitkomst"):
        way(site, BUURT, next(id for id, each in site.catalogue.indicators.items() if each.status == "planned"))


def test_the_way_leaves_as_json(site: Site, client: TestClient) -> None:
    made = json.loads(client.get(f"/herkomst/{BUURT}/{POVERTY}?als=json").content)
    rows = next(each for each in made["tables"] if each["id"] == "stappen")["rows"]
    assert rows[-1]["zegt"].startswith("cbs_kerncijfers_wijken_buurten")


def test_words_have_an_explanation_in_both_languages() -> None:
    counts = {lang: len(words_of(lang).many("explained.terms")) for lang in LANGUAGES}
    assert len(set(counts.values())) == 1 and counts["nl"] >= 12
