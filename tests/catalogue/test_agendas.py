"""An agenda that cannot be is refused in one message, with file, heading and remedy for each thing that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from agendas import own_catalogue

from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.agenda_checks import circle_in, trigger_of
from stadspeil.errors import CatalogueError


def problems(folder: Path, old: str, new: str) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(own=own_catalogue(folder, old=old, new=new))
    return "\n".join(caught.value.problems)


def test_the_trial_agenda_is_sound(tmp_path: Path) -> None:
    agenda = load_catalogue(own=own_catalogue(tmp_path)).agenda("proef")
    assert [each.id for each in agenda.projects][:2] == ["renovatie", "school"]
    assert agenda.budgets[1].chance == 0.65


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('town = "GM0637"', 'town = "GM9999"', "gemeente 'GM9999' staat niet in areas/gemeenten.csv"),
        ("years = 8\nstatus", "years = 80\nstatus", "years is 80; verwacht 1 tot 40 jaar"),
        ("years = 8\nstatus", "years = 40000\nstatus", "years is 40000; verwacht 1 tot 40 jaar"),
        ("first = 2027", "first = 99999", "first is 99999; verwacht een jaar van 1990 tot 2100"),
        ("first = 2027", f"first = {'9' * 400}", "veld 'first' is een getal van meer dan 15 cijfers"),
        ("years = 3\nworth", "years = 41\nworth", "[projects.renovatie]: years is 41; verwacht 1 tot 40 jaar"),
        ("years = 3\nworth", "years = 0\nworth", "[projects.renovatie]: years is 0; verwacht 1 tot 40 jaar"),
        ("years = 3\nworth", "lead = 100000\nyears = 3\nworth", "lead is 100000; verwacht 0 tot 40 jaar"),
        (
            "after = { renovatie = 2 }",
            "after = { renovatie = 1e30 }",
            "after 'renovatie' is 1e+30; verwacht een geheel aantal",
        ),
        (
            "after = { renovatie = 2 }",
            "after = { renovatie = inf }",
            "veld 'after', 'renovatie', is inf; verwacht een gewoon",
        ),
        ("worth = [8e6, 16e6, 24e6]", "worth = [8e6, 8e6, 8e6]", "geef laag en hoog een bereik"),
        (
            "worth = [8e6, 16e6, 24e6]",
            "worth = [8e6, 16e6, 24e12]",
            "verwacht minder dan 1e+12 euro, kijk de nullen na",
        ),
        (
            "costs = { gemeente = 5e6 }",
            "costs = { gemeente = 5e12 }",
            "costs van 'gemeente' is 5e+12 euro; verwacht minder",
        ),
        ("2034 = 2e6", "2034 = 2e12", "in 2034 is 2e+12 euro; verwacht minder dan 1e+12"),
        ('trigger = "bijstand > 60"', f'trigger = "bijstand > {"9" * 400}"', "verwacht 'indicator < getal'"),
        ("staff = 6.0", "staff = -1.0", "staff is -1; verwacht 0 (geen grens) of meer"),
        ("mechanism:sociaal", "mechanism:asociaal", "bedoelde u 'sociaaleconomische_kracht'?"),
        ("mechanism:sociaaleconomische_kracht", "wijk:x", "verwacht 'mechanism:<id>' of 'buurt:<code>'"),
        ("2034 = 2e6", "2044 = 2e6", "[budgets.gemeente]: jaar '2044' valt buiten de agenda (2027-2034)"),
        ("2028 = 8e6", "2028 = -8e6", "in 2028 is -8e+06 euro; verwacht 0 of meer"),
        ("2028 = 8e6", "2028 = 12e6", "hoogstens 1.13996e+07"),
        (
            "[projects.renovatie]",
            '[budgets.realisatiestimulans]\ntitle = "R"\nyearly = { 2030 = 1e6, 2031 = 1e6 }\n\n[projects.renovatie]',
            "in 2031 komt er geld van 'realisatiestimulans', dat betaalt van 2026 tot en met 2030",
        ),
        (
            "[projects.renovatie]",
            '[budgets.regio_deals]\ntitle = "R"\nyearly = { 2028 = 2e6, 2029 = 2e6 }\n\n[projects.renovatie]',
            "van 'regio_deals' komt samen 4e+06 euro; een aanvraag is er ten minste 5e+06",
        ),
        (
            "costs = { gemeente = 4e6, volkshuisvestingsfonds = 7e6 }",
            "costs = { gemeente = 4e6, volkshuisvestingsfonds = 7e6, realisatiestimulans = 1e5 }",
            "die mogen niet dezelfde woning of hetzelfde tekort betalen",
        ),
        ("chance = 0.65", "chance = 65", "chance is 65; verwacht een kans van 0 tot 1"),
        ("worth = [8e6, 16e6, 24e6]", "worth = [18e6, 16e6, 24e6]", "drie getallen van laag naar hoog"),
        (
            "costs = { gemeente = 5e6 }",
            "costs = { gemente = 5e6 }",
            "bedoelde u 'gemeente'?; zet [budgets.gemente] erbij",
        ),
        ("after = { renovatie = 2 }", "after = { renovate = 2 }", "bedoelde u 'renovatie'?"),
        ("after = { renovatie = 2 }", "after = { schuldhulp = 0 }", "begint na 'schuldhulp', dat op een cijfer wacht"),
        ("after = { renovatie = 2 }", "after = { renovatie = 0.5 }", "is 0.5; verwacht een geheel aantal jaren"),
        ("after = { renovatie = 2 }", "earliest = 2050", "earliest is 2050; de agenda loopt van 2027 tot en met 2034"),
        ("after = { renovatie = 2 }", "earliest = 2031\nlatest = 2029", "wissel ze om"),
        ("staff = 1.5", "staff = 15", "vraagt 15 voltijdbanen, de agenda heeft er 6"),
        ('trigger = "bijstand > 60"', 'trigger = "als het slecht gaat"', "verwacht 'indicator < getal'"),
        ('trigger = "bijstand > 60"', 'trigger = "bijstan > 60"', "bedoelde u 'bijstand'?"),
        ('trigger = "bijstand > 60"', 'trigger = "bijstand > 60"\nmust = true', "must en trigger gaan niet samen"),
        ('source = "bedacht"\n\n[projects.school]', "[projects.school]", "eigen getallen zonder source"),
        ("worth = [8e6, 16e6, 24e6]\n", "", "geef package, of anders costs en worth"),
        ("worth = [8e6, 16e6, 24e6]\n", 'package = "bestaatniet"\n', "pakket 'bestaatniet' bestaat niet"),
    ],
)
def test_each_fault_is_named_with_its_heading(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert sentence in problems(tmp_path, old, new)


def test_a_circle_is_named_in_full(tmp_path: Path) -> None:
    told = problems(tmp_path, 'title = "Renovatie portieken"', 'title = "Renovatie"\nafter = { school = 0 }')
    assert "renovatie wacht op school wacht op renovatie" in told or "school wacht op renovatie wacht op school" in told


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    told = problems(
        tmp_path, "staff = 1.5\nafter = { renovatie = 2 }", "staff = -1.5\nafter = { niets = -1 }\nlead = -1"
    )
    assert told.count("[projects.school]") == 4


def test_a_circle_behind_a_chain_is_found_without_the_chain() -> None:
    assert circle_in({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"], "e": []}) == ("b", "c", "d", "b")
    assert circle_in({"a": ["b"], "b": ["c"], "c": []}) == ()
    assert circle_in({"a": ["a"]}) == ("a", "a")


def test_a_trigger_is_read_in_parts() -> None:
    assert trigger_of("bijstand>60.5") == ("bijstand", ">", 60.5)
    assert trigger_of("x < -2") == ("x", "<", -2.0)
    assert trigger_of("x = 2") is None
