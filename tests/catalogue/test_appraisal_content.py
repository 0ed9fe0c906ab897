"""What an appraisal is made from: complete, whole, honest, and refused by name where it is not."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from stadspeil.catalogue import catalogue_root, load_catalogue, reference
from stadspeil.catalogue.appraisal_checks import active_pools
from stadspeil.errors import CatalogueError

DOMAINS = {"fysiek", "sociaal", "veiligheid", "onderwijs", "werk", "wonen", "ruimte", "organisatie"}
STUDY = {
    "intervention": '"Proef"', "intervention_en": '"Trial"', "outcome": '"uitkomst"', "outcome_en": '"outcome"',
    "pool": '"proef"', "unit": '"percent"', "sign": '"+"', "effect": "5", "low": "1", "high": "9",
    "interval_basis": '"gerapporteerd"', "design": '"loting"', "strength": '"A"', "country": '"NL"', "transfer": '"gelijk"',
    "source": '"test"', "provenance": '"READ"', "status": '"active"', "year": "2024",
}  # fmt: skip
WHOLE = {
    "title": '"Proef"', "title_en": '"Trial"', "domain": '"sociaal"', "what": '"Iets."', "for_whom": '"Iemand."',
    "mechanisms": '["adaptief_vermogen"]', "hoofdlijnen": '["thuis"]', "dose_unit": '"stuk"', "full_dose": '"woningen"',
    "reach": "[0.1, 0.2, 0.3]", "making": "1", "running": "0", "conditions": '["geld"]', "risk_of_nothing": '"Niets."',
    "date": '"2026-11-26"', "evidence_note": '"Weinig."',
}  # fmt: skip
EFFECT = {"indicator": '"woninginbraken"', "pool": '"buurtpreventie_inbraak"', "factor": "-1"}
COST = {
    "title": '"Kosten"', "per": '"vast"', "timing": '"eenmalig"', "low": "1", "mode": "2", "high": "3", "price_year": "2025",
    "bearer": '"gemeente"', "optimism": '"geen"', "source": '"test"', "date": '"2026-11-26"', "evidence": '"ours"',
}  # fmt: skip
PACKAGE = {
    "title": '"Proef"', "title_en": '"Trial"', "town": '"GM0637"', "stage": '"idee"', "status": '"voorbeeld"',
    "source": '"test"', "goal": '"Proef."',
}  # fmt: skip
MEASURE = {
    "intervention": '"bijles"', "areas": '["BU06370003"]', "first": "2027", "last": "2030", "dose": "100",
}  # fmt: skip


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


def lines(keys: dict[str, str], **changes: str) -> str:
    return "\n".join(f"{key} = {value}" for key, value in (keys | changes).items() if value) + "\n"


def problems(folder: Path, **files: str) -> str:
    """What is wrong with a workspace's own files, named as path with __ for /."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=folder)
    return "\n".join(caught.value.problems)


def test_every_row_of_the_overview_is_there_with_its_number(ours):
    numbers = {int(found[1]) for id in ours.studies if (found := re.match(r"e(\d\d)_", id))}
    assert numbers == set(range(1, 43))


def test_nulls_harms_gaps_and_what_was_withdrawn_are_kept(ours):
    studies = ours.studies
    nulls = {id[:3] for id, each in studies.items() if each.sign == "0" and id.startswith("e")}
    assert nulls >= {"e01", "e08", "e17", "e20", "e21", "e22"}
    assert {id[:3] for id, each in studies.items() if each.sign == "-"} >= {"e07", "e15"}
    assert all(studies[id].effect < 0 for id in ("e07_etiket", "e15_wijkteams_verwijzing"))
    assert studies["e30_verhuisketens_2019"].replaced_by == "v1_vrijgekomen"
    assert studies["e19_bijles_2020"].replaced_by == "e19_bijles_2024"
    assert {each.pool for each in studies.values() if each.status == "gap"} >= {
        "screening_overlast", "jongerenwerk_overlast", "ortega_overlast", "isolatie_gezondheid_nederland", "hov_woningprijs",
        "verkoop_leefbaarheid_per_woning",
    }  # fmt: skip


def test_numbers_that_are_derived_follow_from_what_was_reported(ours):
    studies = ours.studies
    assert studies["e14_vroegsignalering_bereikt"].effect == pytest.approx(49 / 157, abs=0.001)
    assert studies["e32_additionaliteit"].effect == pytest.approx((0.33 + 0.50) / 2)
    error = (studies["e19_bijles_2024"].high - studies["e19_bijles_2024"].low) / 3.92
    assert error == pytest.approx(0.029, abs=0.0005)
    odds = studies["n08_isolatie_nieuw_zeeland"]
    assert (odds.low, odds.effect, odds.high) == (100 - 68, 100 - 50, 100 - 38)


def test_there_are_interventions_in_every_domain_each_with_its_story(ours):
    assert len(ours.interventions) >= 30
    assert {each.domain for each in ours.interventions.values()} == DOMAINS
    for each in ours.interventions.values():
        story = (catalogue_root() / "interventions" / f"{each.id}.md").read_text(encoding="utf-8")
        for heading in ("Voor wie", "Hoe het werkt", "Wat het bewijs zegt", "Als het niet gebeurt", "Wat te meten"):
            assert f"## {heading}" in story, f"{each.id}: {heading}"


def test_an_effect_stands_only_on_studies_that_measured_it(ours):
    """Every line's pool has a size that stands, and where an intervention has none its sentence says so."""
    standing = active_pools(ours.studies.values())
    for each in ours.interventions.values():
        assert {line.pool for line in each.effects} <= standing
        if not each.effects:
            assert re.search(r"geen[a-z ]* effect", each.evidence_note), each.id


def test_each_line_changes_an_indicator_that_one_of_its_studies_measured(ours):
    odd = [
        (each.id, line.indicator)
        for each in ours.interventions.values()
        for line in each.effects
        if not any(line.indicator in study.indicators for study in ours.studies.values() if study.pool == line.pool)
    ]
    assert odd == []


def test_what_builds_demolishes_or_sells_homes_leaves_people_to_the_simulation(ours):
    homes = {id for id, each in ours.interventions.items() if each.homes}
    assert homes >= {"herstructurering", "verkoop_sociale_huur", "nieuwbouw_doorstroming", "splitsen_transformeren"}


def test_the_reference_pages_name_every_study_and_intervention_once(ours):
    pages = reference.pages(ours)
    for id in ours.studies:
        assert pages["evidence.md"].count(f'<a id="{id}"></a>') == 1
    for id in ours.interventions:
        assert pages["interventions.md"].count(f'<a id="{id}"></a>') == 1
    gaps = pages["evidence.md"].split("### Gaps")[1]
    assert "`g06_jongerenwerk`" in gaps and "`e18_bijles_rekenen`" not in gaps


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"low": "6"}, "low, effect en high zijn 6, 5, 9; verwacht gewone getallen van laag naar hoog"),
        ({"low": "5", "high": "5"}, "een studie zonder onzekerheid bestaat niet"),
        ({"unit": '"sign"'}, "unit is sign, maar er staat een grootte (5)"),
        ({"sign": '"0"'}, "sign is '0', maar effect is 5"),
        ({"sign": '"-"'}, "sign is '-', maar effect is 5; gunstig is positief, ongunstig negatief"),
        ({"year": "24"}, "year is 24; verwacht een jaar van uitgave"),
        ({"status": '"withdrawn"', "replaced_by": '"e18_bijles_rekenen"'}, "status is withdrawn zonder reason"),
        ({"status": '"withdrawn"', "reason": '"x"'}, "status withdrawn gaat samen met replaced_by"),
        ({"status": '"withdrawn"', "reason": '"x"', "replaced_by": '"e18_bijles_reken"'}, "bestaat niet; bedoelde u 'e18_bijles_rekenen'?"),
        ({"status": '"withdrawn"', "reason": '"x"', "replaced_by": '"e19_bijles_2020"'}, "is zelf ingetrokken"),
        ({"status": '"gap"'}, "status is gap zonder reason"),
        ({"reason": '"x"'}, "reason hoort bij withdrawn of gap"),
        ({"same_family": '"proef"'}, "same_family 'proef' is geen andere studie"),
        ({"pool": '"Bijles!"'}, "pool 'Bijles!' moet kleine letters"),
        ({"pool": '"bijles_toetsscore"'}, "van dezelfde pool 'bijles_toetsscore' telt in sd"),
        ({"indicators": '["inbraken"]'}, "cijfer 'inbraken' bestaat niet"),
    ],
)  # fmt: skip
def test_a_study_that_is_wrong_is_refused(changes, sentence, tmp_path: Path):
    found = problems(tmp_path, evidence__effects__eigen="[proef]\n" + lines(STUDY, **changes))
    assert sentence in found
    assert "evidence/effects/eigen.toml:1 [proef]" in found


@pytest.mark.parametrize("status", ["active", "gap"])
def test_a_study_that_was_withdrawn_is_not_brought_back(status, tmp_path: Path):
    found = problems(
        tmp_path,
        evidence__effects__eigen="[e19_bijles_2020]\n" + lines(STUDY, status=f'"{status}"', pool='"bijles_eigen"'),
    )
    was = load_catalogue().study("e19_bijles_2020")
    assert "evidence/effects/eigen.toml:1 [e19_bijles_2020]: 'e19_bijles_2020' is ingetrokken" in found
    assert was.reason in found and f"Gebruik '{was.replaced_by}'" in found


def test_a_study_that_stays_withdrawn_may_stand_in_a_workspace(tmp_path: Path):
    was = load_catalogue().study("e19_bijles_2020")
    text = lines(
        STUDY, status='"withdrawn"', reason='"ook hier"', replaced_by=f'"{was.replaced_by}"', pool='"bijles_eigen"'
    )
    (tmp_path / "evidence" / "effects").mkdir(parents=True)
    (tmp_path / "evidence" / "effects" / "eigen.toml").write_text(f"[e19_bijles_2020]\n{text}", encoding="utf-8")
    assert load_catalogue(own=tmp_path).study("e19_bijles_2020").reason == "ook hier"


def test_a_study_without_an_end_is_refused_where_the_number_stands(tmp_path: Path):
    found = problems(tmp_path, evidence__effects__eigen="[proef]\n" + lines(STUDY, effect="inf", high=""))
    assert found.startswith("evidence/effects/eigen.toml:9 [proef]: veld 'effect' is inf; verwacht een gewoon getal")


@pytest.mark.parametrize(
    ("top", "effect", "cost", "sentence"),
    [
        ({"mechanisms": '["adaptief"]'}, {}, {}, "mechanisme 'adaptief' bestaat niet; bedoelde u 'adaptief_vermogen'?"),
        ({"studies": '["e99"]'}, {}, {}, "studie 'e99' bestaat niet"),
        ({"reach": "[0.5, 0.2, 1.3]"}, {}, {}, "verwacht drie aandelen van 0 tot 1, oplopend"),
        ({"making": "-1"}, {}, {}, "making is -1"),
        ({"full_dose": '"veel"'}, {}, {}, "full_dose is 'veel'; kies uit woningen"),
        ({"date": '"gisteren"'}, {}, {}, "date 'gisteren'; verwacht JJJJ-MM-DD"),
        ({"date": '"2026-02-31"'}, {}, {}, "date '2026-02-31'; verwacht JJJJ-MM-DD"),
        ({}, {"indicator": '"inbraken"'}, {}, "cijfer 'inbraken' bestaat niet"),
        ({}, {"indicator": '"thema_veiligheid"'}, {}, "is een samengesteld cijfer; dat verandert alleen door zijn delen"),
        ({}, {"pool": ""}, {}, "een effect zonder bewijs kan alleen als eigen grootte in een pakket"),
        ({}, {"pool": '"onzin"'}, {}, "pool 'onzin' bestaat niet"),
        ({}, {"pool": '"jongerenwerk_overlast"'}, {}, "heeft geen geldende studie met een grootte"),
        ({}, {"pool": '"verhuisketens"'}, {}, "heeft geen geldende studie met een grootte"),
        ({}, {"displacement": "1.2"}, {}, "displacement is 1.2; verwacht een aandeel van 0 tot 1"),
        ({}, {"factor": "0"}, {}, "factor is 0"),
        ({}, {"unit_value": '"inbraak"'}, {}, "unit_value 'inbraak' bestaat niet"),
        ({}, {"unit_value": '"bijstand"'}, {}, "unit_value 'bijstand' gaat over bijstand, niet over woninginbraken"),
        ({}, {}, {"low": "3", "mode": "3"}, "geef kosten een bereik"),
        ({}, {}, {"high": "1.5"}, "low, mode en high zijn 1, 2, 1.5; verwacht 0 of meer, oplopend"),
        ({}, {}, {"low": ""}, "veld 'low' ontbreekt"),
        ({}, {}, {"bearer": '"gemeentes"'}, "drager 'gemeentes' staat niet in valuations/actors.toml; bedoelde u 'gemeente'?"),
        ({}, {}, {"optimism": '"groot"'}, "optimism 'groot' staat niet in valuations/optimism.toml"),
        ({}, {}, {"price_year": "25"}, "price_year is 25; verwacht een jaar van 2005 tot en met 2026"),
        ({}, {}, {"price_year": "2027"}, "price_year is 2027; verwacht een jaar van 2005 tot en met 2026"),
        ({}, {}, {"price_year": "2100"}, "price_year is 2100; verwacht een jaar"),
        ({}, {}, {"high": "1e12"}, "[costs.een]: high is 1e+12 euro; verwacht minder dan 1e+12"),
        ({}, {}, {"date": '"2026-02-31"'}, "[costs.een]: date '2026-02-31'; verwacht JJJJ-MM-DD"),
        ({}, {}, {"high": "9" * 400}, "[costs.een]: veld 'high' is een getal van meer dan 15 cijfers"),
    ],
)  # fmt: skip
def test_an_intervention_that_is_wrong_is_refused(top, effect, cost, sentence, tmp_path: Path):
    text = f"{lines(WHOLE, **top)}\n[effects.een]\n{lines(EFFECT, **effect)}\n[costs.een]\n{lines(COST, **cost)}"
    found = problems(tmp_path, interventions__proef=text)
    assert sentence in found
    assert "interventions/proef.toml" in found


def test_an_intervention_without_costs_is_refused(tmp_path: Path):
    assert "er staat geen kostenregel" in problems(tmp_path, interventions__proef=lines(WHOLE))


def test_a_story_that_is_missing_or_empty_is_named(tmp_path: Path):
    import shutil

    root = tmp_path / "catalogus"
    shutil.copytree(catalogue_root(), root)
    (root / "interventions" / "bijles.md").unlink()
    (root / "interventions" / "sport.md").write_text(" \n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)
    assert [each.split(": ")[1].split(" ")[0] for each in caught.value.problems] == [
        "interventions/bijles.md", "interventions/sport.md",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("top", "changes", "sentence"),
    [
        ({"town": '"GM9999"'}, {}, "gemeente 'GM9999' staat niet in areas/gemeenten.csv"),
        ({"programme": '"onzin"'}, {}, "programma 'onzin' bestaat niet"),
        ({"funds": "{ onzin = 5 }"}, {}, "fonds 'onzin' bestaat niet"),
        ({"funds": "{ onzin = -5 }"}, {}, "wordt -5 euro gevraagd; verwacht 0 of meer"),
        ({}, {"intervention": '"bijlessen"'}, "interventie 'bijlessen' bestaat niet; bedoelde u 'bijles'?"),
        ({}, {"areas": '["Meerzicht"]'}, "'Meerzicht' is geen gebied; verwacht een code als BU06370003"),
        ({}, {"areas": '["BU03630000"]'}, "gebied BU03630000 ligt niet in GM0637"),
        ({}, {"first": "2031"}, "loopt van 2031 tot 2030: het eind ligt voor het begin"),
        ({}, {"last": "2130"}, "last is 2130; verwacht een jaar van 2000 tot 2100"),
        ({}, {"dose": "0"}, "dose is 0; verwacht meer dan 0 leerling per jaar"),
        ({}, {"dose": "1e9"}, "dose is 1e+09; verwacht minder dan 1e+09, kijk de nullen na"),
        ({}, {"reach": "1.5", "source": '"x"'}, "reach is 1.5; verwacht een aandeel van 0 tot 1"),
        ({}, {"cost_factor": "-1", "source": '"x"'}, "cost_factor is -1"),
        ({}, {"override": "{ toetsscore = 0.1 }"}, "override zonder source; zeg waar het eigen getal vandaan komt"),
        ({}, {"reach": "0.5", "cost_factor": "2"}, "reach en cost_factor zonder source"),
        ({}, {"override": "{ toets = 0.1 }", "source": '"x"'}, "is geen effect van bijles; bedoelde u 'toetsscore'?"),
        ({}, {"override": "{ toetsscore = nan }", "source": '"x"'}, "verwacht een gewoon getal"),
    ],
)  # fmt: skip
def test_a_package_that_is_wrong_is_refused(top, changes, sentence, tmp_path: Path):
    found = problems(tmp_path, packages__proef=f"{lines(PACKAGE, **top)}\n[measures.een]\n{lines(MEASURE, **changes)}")
    assert sentence in found
    assert "packages/proef.toml" in found


@pytest.mark.parametrize("changes", [{"value": "2.25"}, {"value": "-0.06"}, {"believed": "[0.01, 2.9]"}])
def test_a_discount_rate_in_percent_is_refused(changes, tmp_path: Path):
    rate = {"value": "0.02", "unit": '"per jaar"', "definition": '"x"', "definition_en": '"x"', "source": '"x"',
            "date": '"2026-11-26"', "evidence": '"ours"'}  # fmt: skip
    found = problems(tmp_path, parameters__eigen="[rate_standaard]\n" + lines(rate, **changes))
    assert "parameters/eigen.toml:1 [rate_standaard]: een discontovoet van " in found
    assert "verwacht -0.05 tot 0.5 (2,25 % is 0.0225)" in found


def test_a_package_without_measures_is_refused_unless_it_is_a_form_to_fill_in(tmp_path: Path):
    assert "het pakket heeft geen maatregelen" in problems(tmp_path, packages__proef=lines(PACKAGE))
    (tmp_path / "packages" / "proef.toml").write_text(lines(PACKAGE, template="true"), encoding="utf-8")
    assert load_catalogue(own=tmp_path).package("proef").template


def test_a_town_may_add_its_own_study_intervention_and_package(tmp_path: Path):
    study = lines(STUDY, pool='"eigen_proef"', indicators='["woninginbraken"]')
    effect = lines(EFFECT, pool='"eigen_proef"')
    measure = lines(MEASURE, intervention='"proef"')
    for folder, name, text in (
        ("evidence/effects", "eigen", f"[e90_proef]\n{study}"),
        ("interventions", "proef", f"{lines(WHOLE)}\n[effects.een]\n{effect}\n[costs.een]\n{lines(COST)}"),
        ("packages", "mijn", f"{lines(PACKAGE)}\n[measures.een]\n{measure}"),
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"{name}.toml").write_text(text, encoding="utf-8")
    made = load_catalogue(own=tmp_path)
    assert made.package("mijn").measures[0].intervention == "proef"
    assert made.study("e90_proef").effect == 5


def without_english(entries):
    """Texts in Dutch that have a place for English and no English there: 'id.field'."""
    found = []
    for entry in entries:
        names = [each.removesuffix("_en") for each in vars(entry) if each.endswith("_en")]
        found += [f"{entry.id}.{name}" for name in names if getattr(entry, name) and not getattr(entry, f"{name}_en")]
    return found


def test_every_text_of_the_appraisal_stands_in_english_too(ours):
    interventions, funds = ours.interventions.values(), ours.funds.values()
    assert (
        without_english([*interventions, *ours.studies.values(), *funds, *ours.optimism.values(), *ours.claws.values()])
        == []
    )
    assert without_english([part for each in interventions for part in (*each.effects, *each.costs)]) == []
    assert without_english([fact for each in funds for fact in each.facts]) == []


def test_a_text_without_english_would_be_found(ours):
    bare = dataclasses.replace(ours.interventions["bijles"], evidence_note_en="", cases_en=())
    assert without_english([bare]) == ["bijles.evidence_note", "bijles.cases"]


def test_lists_in_english_are_as_long_as_in_dutch(ours):
    for each in ours.interventions.values():
        for name in ("hoofdlijnen", "conditions", "cases"):
            assert len(getattr(each, name)) == len(getattr(each, f"{name}_en")), (each.id, name)


def test_a_list_in_english_that_is_shorter_is_refused(tmp_path):
    text = (catalogue_root() / "interventions" / "bijles.toml").read_text(encoding="utf-8")
    short = re.sub(r"conditions_en = \[.*\]", 'conditions_en = ["one"]', text)
    own = tmp_path / "interventions"
    own.mkdir()
    (own / "bijles.toml").write_text(short, encoding="utf-8")
    with pytest.raises(CatalogueError, match="3 teksten in conditions en 1 in conditions_en"):
        load_catalogue(own=tmp_path)


def test_stories_in_english_have_the_parts_of_the_dutch_ones(ours):
    for each in ours.interventions.values():
        folder = catalogue_root() / "interventions"
        dutch, english = ((folder / name).read_text(encoding="utf-8") for name in (f"{each.id}.md", f"{each.id}.en.md"))
        assert english.count("\n## ") == dutch.count("\n## "), each.id
        assert english.count("\n- ") == dutch.count("\n- "), each.id
        assert set(re.findall(r"\b[EeGgNn]\d\d\b", english)) == set(re.findall(r"\b[EeGgNn]\d\d\b", dutch)), each.id
        assert each.title_en in english and each.risk_of_nothing_en in english
