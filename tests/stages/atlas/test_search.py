"""What a reader types finds what is meant: with slips, without accents, by code, by an old name, by everyday words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from stadspeil.atlas.finding.gathering import index_of
from stadspeil.atlas.finding.index import Entry, Index, words_in
from stadspeil.atlas.finding.telling import figure_within, shortened
from stadspeil.atlas.pages import PAGES
from stadspeil.atlas.pages.find import find, found_in
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.catalogue import load_catalogue
from stadspeil.workspace import Workspace

TOWN = "GM9002"

# As people type them, and what they mean.
SPELLINGS = {
    "zoetermer": "GM0637", "Soetermeer": "GM0637", "ZOETERMEER": "GM0637", "zotermeer": "GM0637", "zoet": "GM0637",
    "almeere": "GM0034", "allmere": "GM0034", "capele aan de ijsel": "GM0502", "Capelle a/d IJssel": "GM0502",
    "capelle": "GM0502", "helmont": "GM0794", "nieuwegijn": "GM0356", "nieuwe gein": "GM0356", "nisewaard": "GM1930",
    "purmerent": "GM0439", "lelistad": "GM0995", "den haag": "GM0518", "sgravenhage": "GM0518", "'s gravenhage": "GM0518",
    "gravenhage": "GM0518", "den bosch": "GM0796", "hertogenbosch": "GM0796", "sudwest fryslan": "GM1900",
    "Sudwest-Fryslân": "GM1900", "edam volendam": "GM0385", "alphen aan de rijn": "GM0484", "alphen rijn": "GM0484",
    "krimpen ijssel": "GM0542", "amersfort": "GM0307", "appeldoorn": "GM0200", "hilversem": "GM0402", "eintoven": "GM0772",
    "gemeente utrecht": "GM0344", "haarlemmermer": "GM0394", "leewarden": "GM0080", "groninge": "GM0014",
    "bergen op zom": "GM0748", "noordoost polder": "GM0171", "debilt": "GM0310",
}  # fmt: skip
CODES = {"GM0637": "GM0637", "gm637": "GM0637", "637": "GM0637", "0637": "GM0637", " GM0637 ": "GM0637"}
EVERYDAY = {
    "woz": "woz_waarde", "WOZ-waarde": "woz_waarde", "huizenprijs": "woz_waarde", "bijstand": "bijstand", "bijstant": "bijstand",
    "WW": "ww", "uitkering": "bijstand", "criminaliteit": "thema_veiligheid", "veiligheit": "thema_veiligheid",
    "eenzaamhijd": "eenzaam", "huisarts": "afstand_huisarts", "social assistance": "bijstand", "loneliness": "eenzaam",
    "winkels": "thema_winkels", "thema winkels": "thema_winkels", "sociale huur": "corporatiewoningen_aandeel",
    "new towns": "nta", "zonnepanelen": "zonnestroom_aandeel",
}  # fmt: skip


# Words of people who mean a page of the site, and its name.
OF_PAGES = {
    "verborgen buurt": "beneden", "verborgen buurten": "beneden", "hidden buurten": "beneden", "beneden de wijk": "beneden",
    "hidden neighbourhoods": "beneden", "roltrap": "verhuizen", "escalator": "verhuizen", "verhuizen": "verhuizen",
    "verhuisstromen": "verhuizen", "vernieuwing": "vernieuwing", "vernieuwingsgolf": "vernieuwing", "renewal": "vernieuwing",
    "bouwen": "bouwen", "bouwprogramma": "bouwen", "nieuwbouw": "bouwen", "building programme": "bouwen", "roltrp": "verhuizen",
    "verhuisketen": "bouwen", "own groups": "eigen_gebieden", "eigen gebieden": "eigen_gebieden", "api": "api",
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """All real gemeenten and the catalogue, without any result."""
    workspace = Workspace(tmp_path_factory.mktemp("leeg") / "werkmap")
    return index_of(Site(workspace, load_catalogue(), Settings()), PAGES)


@pytest.mark.parametrize(("typed", "meant"), SPELLINGS.items())
def test_a_gemeente_is_found_first_however_it_is_typed(index: Index, typed: str, meant: str) -> None:
    assert index.find(typed, 3)[0].id == meant


@pytest.mark.parametrize(("typed", "meant"), CODES.items())
def test_a_code_finds_what_it_is_of(index: Index, typed: str, meant: str) -> None:
    assert index.find(typed, 3)[0].id == meant


@pytest.mark.parametrize(("typed", "meant"), EVERYDAY.items())
def test_everyday_words_find_figures_themes_and_groups(index: Index, typed: str, meant: str) -> None:
    assert meant in [each.id for each in index.find(typed, 3)][:3]


@pytest.mark.parametrize(("typed", "meant"), OF_PAGES.items())
def test_everyday_words_find_pages_of_the_site(index: Index, typed: str, meant: str) -> None:
    assert f"bladzijde:{meant}" in [each.id for each in index.find(typed, 3)]


def test_pages_of_the_method_are_found_by_title_and_chapter(index: Index) -> None:
    assert index.find("verhuisketens", 4, frozenset({"method"}))[0].id == "methode-vacancy-chains"
    assert "methode-ranks" in [each.id for each in index.find("cijfers en plaatsen", 8)]


def test_every_page_that_can_be_found_has_its_words_in_both_languages() -> None:
    told = [words_of(lang).texts["search"]["pages"] for lang in LANGUAGES]
    assert told[0].keys() == told[1].keys() <= {page.name for page in PAGES}
    assert {page.name for page in PAGES if page.menu} <= told[0].keys()


@pytest.mark.parametrize(
    ("typed", "gone", "heirs"),
    [
        ("Spijkenisse", "GM0612", ("GM1930",)), ("Bernisse", "GM0568", ("GM1930",)), ("spijkenise", "GM0612", ("GM1930",)),
        ("Hellevoetsluis", "GM0530", ("GM1992",)),
    ],
)  # fmt: skip
def test_a_gemeente_that_is_gone_leads_to_what_it_became(
    index: Index, typed: str, gone: str, heirs: tuple[str, ...]
) -> None:  # fmt: skip
    found = index.find(typed, 1)[0]
    assert (found.kind, found.id, found.heirs) == ("vroeger", gone, heirs)


def test_without_words_there_is_nothing_and_nonsense_finds_nothing(index: Index) -> None:
    assert index.find("", 5) == index.find("  -/- ", 5) == index.find("xqzwvk", 5) == []


def test_order_is_exact_then_begins_then_words_then_alike() -> None:
    made = Index([
        Entry("buurt", "BU00000101", ("Havenkwartier",), "Almere"), Entry("buurt", "BU00000102", ("Oude haven",), "Almere"),
        Entry("buurt", "BU00000103", ("Haven",), "Almere"), Entry("buurt", "BU00000104", ("Hazen",), "Almere"),
        Entry("wijk", "WK000001", ("Haven",), "Almere"), Entry("gemeente", "GM0000", ("Havendam",)),
    ])  # fmt: skip
    assert [each.id for each in made.find("haven", 6)] == [
        "WK000001", "BU00000103", "GM0000", "BU00000101", "BU00000102",
    ]  # fmt: skip
    assert [each.id for each in made.find("havn", 6)][:2] == ["WK000001", "BU00000103"]
    assert made.find("haven almere", 6)[0].id == "WK000001"
    assert made.find("haven", 6, frozenset({"gemeente"})) == [made.entry("GM0000")]


def test_equals_come_in_one_order_own_town_then_population_then_code() -> None:
    sizes = {"BU00010101": 500.0, "BU00010201": 500.0, "BU00020101": 900.0, "BU00030101": 20.0}
    entries = [
        Entry("buurt", code, ("Buurt 01",), where="Ergens", owner=f"GM{code[2:6]}", size=size)
        for code, size in sizes.items()
    ]
    wanted = ["BU00020101", "BU00010101", "BU00010201", "BU00030101"]
    for given in (entries, entries[::-1]):
        made = Index(given)
        assert [each.id for each in made.find("buurt 01", 4)] == wanted
        assert [each.id for each in made.find("buurt 01", 2)] == wanted[:2]
        assert [each.id for each in made.find("buurt 01", 4, town="GM0003")] == ["BU00030101", *wanted[:3]]
    # A better hit elsewhere stays before an own one.
    better = Index([*entries, Entry("buurt", "BU00040101", ("Buurt 0",), owner="GM0004")])
    assert better.find("buurt 0", 1, town="GM0003")[0].id == "BU00040101"


def test_many_equals_are_cut_at_the_same_place_however_they_came() -> None:
    entries = [Entry("buurt", f"BU{number:08d}", ("Buurt 01",), size=float(number % 7)) for number in range(900)]
    found = [[each.id for each in Index(given).find("buurt 01", 40)] for given in (entries, entries[::-1])]
    assert found[0] == found[1] == [f"BU{number:08d}" for number in range(900) if number % 7 == 6][:40]


def test_a_page_found_leads_to_the_town_of_the_reader(client: TestClient) -> None:
    for root, typed in (("", "verborgen buurt"), ("/en", "hidden buurt")):
        for asked, wanted in (
            ("zoeken", f'href="{root}/beneden-de-wijk/{TOWN}"'),
            ("zoeken/suggesties", f'href="{root}/beneden-de-wijk/{TOWN}"'),
        ):
            answer = client.get(f"{root}/{asked}", params={"q": typed}, headers={"Cookie": f"stad={TOWN}"})
            assert wanted in answer.text
    unknown = client.get("/zoeken", params={"q": "verborgen buurt"}).text
    assert 'href="/?kies"' in unknown and "{stad}" not in unknown


def test_a_wijk_is_found_with_the_gemeente_that_it_lies_in() -> None:
    made = Index(
        [Entry("wijk", f"WK000{n}01", ("Centrum",), where) for n, where in enumerate(("Almere", "Zoetermeer", "Ede"))]
    )
    assert [each.where for each in made.find("centrum zoetermeer", 3)] == ["Zoetermeer"]


def test_a_figure_within_a_gemeente_is_both(index: Index) -> None:
    for typed in ("bijstand zoetermeer", "Zoetermeer bijstand", "bijstand in zoetermeer", "bijstand zoetermer"):
        figure, area = figure_within(index, typed) or (None, None)
        assert figure is not None and area is not None, typed
        assert (figure.id, area.id) == ("bijstand", "GM0637")
    assert figure_within(index, "zoetermeer") is None


def test_words_lose_case_accents_and_signs() -> None:
    assert words_in("Súdwest-Fryslân / 's-Gravenhage") == ["sudwest", "fryslan", "s", "gravenhage"]
    assert words_in("Ĳsselstein") == ["ijsselstein"]


def test_a_meaning_is_cut_at_a_word() -> None:
    assert shortened("kort") == "kort"
    cut = shortened("woord " * 60)
    assert cut.endswith("woord …") and len(cut) < 160


def test_the_page_says_what_it_found_and_links_to_pages_that_answer(client: TestClient, site: Site) -> None:
    name = site.name(TOWN)
    for root in ("", "/en"):
        answer = client.get(f"{root}/zoeken", params={"q": name})
        assert name in answer.text.split('class="lead"')[1].split("</p>")[0]
        links = set(re.findall(r'href="(/(?:en/)?(?:stad|gebied|kaart|uitleg|ontwikkeling)[^"]*)"', answer.text))
        assert links
        for link in links:
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_figure_found_leads_to_the_map_of_it(site: Site) -> None:
    found = found_in(site, f"bijstand {site.name(TOWN)}", "nl", 3)[0]
    assert found.name == f"Bijstand in {site.name(TOWN)}"
    assert f"/kaart?cijfer=bijstand&gebied={TOWN}" in {each.address for each in found.links}


def test_every_kind_of_thing_can_be_told_in_both_languages(site: Site) -> None:
    seen = set()
    for typed in (
        "thema",
        "bijstand",
        "groep",
        "regio",
        "kerncijfers",
        "kaart",
        site.name(TOWN),
        "wijk",
        "marge",
        "bron",
    ):
        for lang in ("nl", "en"):
            for each in found_in(site, typed, lang, 40):
                assert each.name
                seen.add(each.kind)
    assert {"gemeente", "indicator", "composite", "group", "source", "page"} <= seen


@pytest.mark.parametrize("asked", ["", "   "])
def test_an_empty_question_says_how_to_ask(client: TestClient, asked: str) -> None:
    answer = client.get("/zoeken", params={"q": asked})
    assert "Typ een naam" in answer.text


def test_nothing_found_says_what_to_do_and_repeats_the_question_harmlessly(client: TestClient) -> None:
    answer = client.get("/zoeken", params={"q": "<script>xqzwv</script>"})
    assert "<script>xqzwv" not in answer.text
    assert "vonden wij niets" in answer.text and "Typ een code" in answer.text


def test_suggestions_are_options_with_an_address(client: TestClient, site: Site) -> None:
    name = site.name(TOWN)
    part = client.get("/zoeken/suggesties", params={"q": name[:6]}).text
    assert 'role="listbox"' in part and f">{name}</span>" in part and "<html" not in part
    assert all(each.startswith("/") for each in re.findall(r'href="([^"]*)"', part))
    assert client.get("/zoeken/suggesties", params={"q": "x"}).text.strip() == ""
    assert 'href="/en/' in client.get("/en/zoeken/suggesties", params={"q": name}).text


def test_what_is_weighed_is_told_in_english_on_the_english_page(client: TestClient, site: Site) -> None:
    guidance = site.catalogue.interventions["begeleiding_naar_werk"]
    told = client.get("/en/zoeken", params={"q": guidance.title_en}).text
    assert shortened(guidance.evidence_note_en) in told and guidance.evidence_note[:30] not in told


def test_what_was_found_leaves_as_csv(client: TestClient) -> None:
    lines = client.get("/zoeken", params={"q": "bijstand", "als": "csv"}).text.splitlines()
    assert lines[0].lstrip("\ufeff") == "naam;soort;waar;betekenis;id;adres"
    assert lines[1].startswith("Bijstand;cijfer;")


def test_a_very_long_question_is_cut(index: Index) -> None:
    assert index.find("zoetermeer " + "x" * 10_000, 3) is not None


def test_the_register_knows_what_a_gemeente_became_through_later_mergers() -> None:
    catalogue = load_catalogue()
    from stadspeil.areas import AreaRegister

    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    assert register.heirs("GM0612") == ("GM1930",)
    assert register.heirs("GM0637") == ()
    for code in catalogue.gemeenten.filter(catalogue.gemeenten["last"].is_not_null())["code"]:
        heirs = register.heirs(code)
        assert heirs, code
        assert all(register.heirs(each) == () for each in heirs)


def test_the_everyday_words_point_to_figures_that_exist() -> None:
    import tomllib

    root = Path(__file__).parents[3] / "src" / "stadspeil" / "atlas" / "finding" / "everyday.toml"
    catalogue = load_catalogue()
    known = {*catalogue.indicators, *catalogue.composites}
    told = tomllib.loads(root.read_text(encoding="utf-8"))
    assert {id for ids in told.values() for id in ids} <= known


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_examples_of_how_to_ask_are_found_here(site: Site, lang: str) -> None:
    names, codes, _, with_town, *_ = find(site, Asked(lang, "/zoeken", {}, {})).more["tips"]
    assert "Zoetermeer" not in names + with_town and "{" not in names + codes + with_town
    for code in codes.split(": ")[1].rstrip(".").split(", "):
        assert found_in(site, code, lang, 1)[0].id == code
    for name in names.split(": ")[1].split(". ")[0].split(", "):
        assert found_in(site, name, lang, 1)[0].name == name
    first = found_in(site, with_town.split(": ")[1].rstrip("."), lang, 1)[0]
    assert first.kind == "indicator" and first.name.endswith(names.split(": ")[1].split(",")[0])
