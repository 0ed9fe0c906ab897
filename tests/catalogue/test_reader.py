"""The strict reader: what is wrong is said all at once, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import CatalogueError, QuestionError

THEMES = '[wonen]\ntitle = "Wonen"\ntitle_en = "Housing"\norder = 1\n'
SOURCE = """
title = "Kerncijfers"
title_en = "Key figures"
publisher = "CBS"
licence = "CC BY 4.0"
homepage = "https://example.org"
status = "connected"
format = "statline_rows"
shape = "ours"
table = "kerncijfers"
[columns]
koop = "Koopwoningen"
woningen = ["Woningvoorraad", "Woningen"]
[editions.2020]
boundaries = 2020
"""
FIELDS = """
[koop]
title = "koop"
unit = "woningen"
type = "count"
possible = [0, 1000]
[woningen]
title = "woningen"
unit = "woningen"
type = "count"
possible = [0, 1000]
"""
INDICATOR = """
[koopwoningen_aandeel]
title = "Koopwoningen"
title_en = "Owner-occupied homes"
definition = "Aandeel koop."
definition_en = "Share owned."
unit = "%"
direction = "neutral"
kind = "share"
levels = ["gemeente"]
source = "kerncijfers"
possible = [0, 100]
expected = [5, 95]
status = "connected"
numerator = "koop"
denominator = "woningen"
per = 100
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The smallest catalogue that is in order."""
    files = {
        "themes.toml": THEMES,
        "sources/kerncijfers.toml": SOURCE,
        "fields.toml": FIELDS,
        "tables.toml": '[kerncijfers]\ntitle = "t"\nrow = "r"\n',
        "indicators/wonen.toml": INDICATOR,
    }
    for name, content in files.items():
        path = tmp_path / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "catalogue"


def problems_of(root: Path, own: Path | None = None) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root, own)
    return list(caught.value.problems)


def test_the_smallest_catalogue_is_read(root: Path) -> None:
    catalogue = load_catalogue(root)
    entry = catalogue.indicator("koopwoningen_aandeel")
    assert (entry.theme, entry.per, entry.possible) == ("wonen", 100.0, (0.0, 100.0))
    assert catalogue.sources["kerncijfers"].columns[1].column == ("Woningvoorraad", "Woningen")
    assert catalogue.sources["kerncijfers"].editions[0].boundaries == 2020


def test_every_problem_is_reported_at_once_with_file_and_line(root: Path) -> None:
    wrong = INDICATOR.replace('direction = "neutral"', 'dirction = "neutral"').replace('"gemeente"', '"straat"')
    (root / "indicators/wonen.toml").write_text(wrong + 'bse = "koop"\n', encoding="utf-8")
    found = problems_of(root)
    assert "indicators/wonen.toml:8 [koopwoningen_aandeel]: onbekend veld 'dirction'; bedoelde u 'direction'?" in found
    assert any("veld 'direction' ontbreekt" in each for each in found)
    assert any("'straat'; kies uit land, regio, gemeente, wijk, buurt" in each for each in found)
    assert any("onbekend veld 'bse'; bedoelde u 'base'?" in each for each in found)
    assert len(found) == 4


def test_a_file_is_read_anew_when_it_changed_and_its_faults_are_told_each_time(root: Path, tmp_path: Path) -> None:
    path, own = root / "indicators/wonen.toml", tmp_path / "eigen"
    path.write_text(INDICATOR.replace("per = 100", "per = true"), encoding="utf-8")
    first = problems_of(root)
    own.mkdir()
    assert len(first) == 1 and problems_of(root) == problems_of(root, own) == first
    path.write_text(INDICATOR.replace("per = 100", "per = 1"), encoding="utf-8")
    assert load_catalogue(root).indicator("koopwoningen_aandeel").per == 1
    # The same words under another theme are another entry: a file's place decides that.
    (root / "themes.toml").write_text(THEMES + THEMES.replace("wonen", "werk").replace("= 1", "= 2"), encoding="utf-8")
    path.rename(root / "indicators/werk.toml")
    assert load_catalogue(root).indicator("koopwoningen_aandeel").theme == "werk"


PARAMETER = """[rente]
value = 2.5
unit = "%"
definition = "Rente."
definition_en = "Rate."
source = "test"
date = "2026-11-27"
evidence = "ours"
"""


def parameter(root: Path, text: str, encoding: str = "utf-8") -> Path:
    path = root / "parameters" / "eigen.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding=encoding)
    return path


def test_a_file_with_a_mark_before_its_first_letter_is_read(root: Path) -> None:
    assert parameter(root, PARAMETER, "utf-8-sig").read_bytes().startswith(b"\xef\xbb\xbf")
    assert load_catalogue(root).parameter("rente") == 2.5


def test_a_day_without_quotes_is_the_same_day(root: Path) -> None:
    parameter(root, PARAMETER.replace('"2026-11-27"', "2026-11-27"))
    assert load_catalogue(root).parameters["rente"].date == "2026-11-27"


@pytest.mark.parametrize("day", ["2026-02-31", "2026-13-01", "27-11-2026", "1926-11-27", "2026-11-27 "])
def test_a_date_that_is_no_day_is_refused(root: Path, day: str) -> None:
    parameter(root, PARAMETER.replace("2026-11-27", day))
    assert problems_of(root) == [f"parameters/eigen.toml:1 [rente]: date '{day}' is geen dag; verwacht JJJJ-MM-DD"]


def test_broken_toml_does_not_hide_problems_in_another_file(root: Path) -> None:
    (root / "themes.toml").write_text("[wonen\n", encoding="utf-8")
    (root / "fields.toml").write_text(FIELDS.replace('unit = "woningen"', "unit = 3", 1), encoding="utf-8")
    found = problems_of(root)
    assert any(each.startswith("themes.toml: geen geldige TOML") for each in found)
    assert any("fields.toml:4 [koop]: veld 'unit' is 3; verwacht een tekst" in each for each in found)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("denominator", "#"), "numerator en denominator horen bij elkaar"),
        (('numerator = "koop"', 'numerator = "kop"'), "numerator 'kop' staat niet in fields.toml; bedoelde u 'koop'?"),
        (('source = "kerncijfers"', 'source = "kerncijfer"'), "bron 'kerncijfer' bestaat niet; bedoelde u 'kerncijfers'?"),
        (("expected = [5, 95]", "expected = [5, 120]"), "expected [5.0, 120.0] moet binnen possible [0.0, 100.0] liggen"),
        (('status = "connected"', 'status = "planned"'), "noemt de kolommen van de uitgever in publisher_columns"),
        (("per = 100", "per = true"), "veld 'per' is True; verwacht een getal"),
        (("per = 100", "per = nan"), "veld 'per' is nan; verwacht een gewoon getal van hoogstens 15 cijfers"),
        (("per = 100", "per = -inf"), "veld 'per' is -inf; verwacht een gewoon getal"),
        (("per = 100", f"per = {'9' * 400}"), "veld 'per' is een getal van meer dan 15 cijfers; verwacht een gewoon getal"),
        (("per = 100", f"per = {'9' * 5000}"), "wonen.toml: geen geldige TOML: een getal met te veel cijfers"),
        (("per = 100", f"per = {'[' * 5000}{']' * 5000}"), "wonen.toml: geen geldige TOML"),
        (("[0, 100]", "[0, inf]"), "veld 'possible' is inf; verwacht een gewoon getal"),
        (("per = 100", "per = 100\nerror = { gemeente = nan, wijk = inf }"), "veld 'error', 'gemeente', is nan; verwacht een gewoon getal"),
        (("per = 100", "per = 100\nerror = { gemeente = nan, wijk = inf }"), "veld 'error', 'wijk', is inf; verwacht een gewoon getal"),
        (("per = 100", "per = 100\nnote = 2026-11-27T10:00:00"), "veld 'note' is 2026-11-27T10:00:00; verwacht een tekst"),
        (("per = 100", f"per = '{'x' * 500}'"), "xxx...; verwacht een getal"),
        (("per = 100", "per = 100\ntheme = 'wonen'"), "veld 'theme' volgt uit de kop of de bestandsnaam"),
    ],
)  # fmt: skip
def test_a_fault_in_an_entry_gets_its_own_sentence(root: Path, change: tuple[str, str], sentence: str) -> None:
    path = root / "indicators/wonen.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    assert any(sentence in each for each in problems_of(root))


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [('{ nieuw = "andere telling" }', "breaks noemt 'nieuw'; verwacht het eerste jaar na de breuk"),
     ('{ 2016 = " " }', "de breuk van '2016' heeft geen reden"),
     ("[2016]", "veld 'breaks' is [2016]; verwacht een tabel met teksten")],
)  # fmt: skip
def test_a_break_has_a_year_and_a_reason(root: Path, breaks: str, sentence: str) -> None:
    path = root / "indicators/wonen.toml"
    path.write_text(INDICATOR + f"breaks = {breaks}\n", encoding="utf-8")
    (problem,) = problems_of(root)
    assert sentence in problem and "indicators/wonen.toml" in problem


def test_a_break_is_read_with_its_reason(root: Path) -> None:
    path = root / "indicators/wonen.toml"
    path.write_text(INDICATOR + 'breaks = { 2016 = "andere telling" }\n', encoding="utf-8")
    assert load_catalogue(root).breaks_of("koopwoningen_aandeel") == {2016: "andere telling"}


def test_every_fault_of_a_declared_error_is_named_at_once(root: Path) -> None:
    path = root / "indicators/wonen.toml"
    path.write_text(INDICATOR + "error = { gemeente = -1, buurt = 2.0 }\nerror_date = 'gisteren'\n", encoding="utf-8")
    found = problems_of(root)
    for sentence in (
        "error van 'gemeente' is -1; verwacht een standaardfout boven 0, in %",
        "error van niveau 'buurt', maar het cijfer bestaat voor gemeente",
        "error zonder error_status",
        "error zonder error_source",
        "error_date 'gisteren'; verwacht JJJJ-MM-DD",
    ):
        assert any(each.startswith("indicators/wonen.toml:2 [koopwoningen_aandeel]: " + sentence) for each in found)
    assert len(found) == 5


def test_every_fault_of_published_margins_is_named_at_once(root: Path) -> None:
    wrong = SOURCE.replace(
        'koop = "Koopwoningen"', 'koop = { column = "K", margin = "M", lower = "L", confidence = 9.5 }'
    )
    wrong += "[margins]\ndimension = 'Marges'\nvalue = 'W'\nlower = 'O'\nupper = 'O'\n[where]\nMarges = 'W'\n"
    (root / "sources/kerncijfers.toml").write_text(wrong, encoding="utf-8")
    found = problems_of(root)
    for sentence in (
        "[margins]: value, lower en upper zijn W, O, O",
        "[margins]: dimensie 'Marges' staat ook in [where]",
        "kolom van 'koop': lower en upper horen bij elkaar",
        "kolom van 'koop': geef margin, of lower met upper",
        "kolom van 'koop': de bron heeft al [margins]",
        "kolom van 'koop': confidence is 9.5",
    ):
        assert any(sentence in each for each in found), sentence


def test_two_sources_of_a_field_agree_on_the_confidence_of_its_margins(root: Path) -> None:
    for name, confidence in (("kerncijfers", 95), ("andere", 90)):
        columns = f'koop = {{ column = "K", margin = "M", confidence = {confidence} }}'
        text = SOURCE.replace('koop = "Koopwoningen"', columns)
        (root / f"sources/{name}.toml").write_text(text, encoding="utf-8")
    (problem,) = problems_of(root)
    assert problem.startswith("fields.toml:2 [koop]: marges van 90 % (andere) en 95 % (kerncijfers)")


def test_the_same_id_in_two_themes_is_refused(root: Path) -> None:
    (root / "themes.toml").write_text(THEMES + THEMES.replace("[wonen]", "[werk]"), encoding="utf-8")
    (root / "indicators/werk.toml").write_text(INDICATOR, encoding="utf-8")
    assert any("id 'koopwoningen_aandeel' bestaat al (indicators/wonen.toml:2" in each for each in problems_of(root))


def test_a_composite_may_not_contain_itself(root: Path) -> None:
    part = '[{0}]\ntitle = "t"\ntitle_en = "t"\ndefinition = "d"\ndefinition_en = "d"\nparts = ["{1}"]\n'
    (root / "composites.toml").write_text(part.format("a", "b") + part.format("b", "a"), encoding="utf-8")
    assert sum("bestaat via zijn delen uit zichzelf" in each for each in problems_of(root)) == 2


def test_a_town_can_replace_and_add_entries_in_its_workspace(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "indicators").mkdir(parents=True)
    (own / "indicators/wonen.toml").write_text(INDICATOR.replace("Koopwoningen", "Eigen huis"), encoding="utf-8")
    assert load_catalogue(root, own).indicator("koopwoningen_aandeel").title == "Eigen huis"
    assert load_catalogue(root).indicator("koopwoningen_aandeel").title == "Koopwoningen"


def test_a_changed_file_is_seen_in_the_same_process(root: Path) -> None:
    before = load_catalogue(root)
    path = root / "indicators/wonen.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Aandeel koop.", "Anders."), encoding="utf-8")
    after = load_catalogue(root)
    assert after.indicator("koopwoningen_aandeel").definition == "Anders."
    assert after.fingerprint != before.fingerprint


def test_an_unknown_id_names_a_near_one(root: Path) -> None:
    with pytest.raises(QuestionError, match="bedoelde u 'koopwoningen_aandeel'"):
        load_catalogue(root).indicator("koopwoning_aandeel")


def test_wrong_families_of_groups_are_named_all_at_once(root: Path) -> None:
    (root / "group_families.toml").write_text(
        '[eigendom]\ntitle = "a"\ntitle_en = "a"\nbase = "woningen"\ngroups = ["kop", "koop", "koop", "woningen"]\n'
        '[alleen]\ntitle = "b"\ntitle_en = "b"\nbase = "woninge"\ngroups = ["koop"]\n',
        encoding="utf-8",
    )
    with pytest.raises(CatalogueError) as fault:
        load_catalogue(root)
    told = "\n".join(fault.value.problems)
    for sentence in (
        "veld 'kop' staat niet in fields.toml; bedoelde u 'koop'?", "een groep staat er dubbel in",
        "base 'woningen' is zelf een groep", "veld 'woninge' staat niet in fields.toml",
        "een groep alleen kan niet apart wonen",
    ):  # fmt: skip
        assert sentence in told
    assert "group_families.toml" in told
