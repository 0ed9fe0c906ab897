"""Which sentences of a report changed: old beside new, and nothing of what stayed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stadspeil.catalogue import Catalogue
from stadspeil.report import Material, report_model
from stadspeil.report.document import Chapter
from stadspeil.report.sentence_changes import changed_sentences, report_sentences


def test_equal_reports_have_no_changed_sentence(material: Material, catalogue: Catalogue, country: Any) -> None:
    one, other = (report_model(material, catalogue, country.town) for _ in range(2))
    assert changed_sentences(one, other).is_empty() and report_sentences(one)


def test_a_finding_with_another_value_stands_beside_what_it_was(
    make_material: Any, catalogue: Catalogue, country: Any
) -> None:
    fields = [each for each in country.fields if each.id != "tevreden"]
    old = report_model(make_material([*fields, country.field("tevreden", 1, spread=0.5)]), catalogue, country.town)
    new = report_model(make_material([*fields, country.field("tevreden", 2, spread=0.5)]), catalogue, country.town)
    changed = changed_sentences(old, new).filter(part="Wat valt op: Sterk").to_dicts()
    assert [(row["old"].split(":")[0], row["new"].split(":")[0]) for row in changed] == [("Titel van tevreden",) * 2]
    assert "Plaats 1 van 30" in changed[0]["old"] and "Plaats 2 van 30" in changed[0]["new"]


def test_a_sentence_that_comes_or_goes_stands_alone(material: Material, catalogue: Catalogue, country: Any) -> None:
    old = replace(
        report_model(material, catalogue, country.town), chapters=(Chapter("x", "Hoofdstuk", ("Een.", "Twee.")),)
    )
    new = replace(old, chapters=(Chapter("x", "Hoofdstuk", ("Een.",)), Chapter("y", "Nieuw", ("Drie.",))))
    rows = [tuple(row) for row in changed_sentences(old, new).iter_rows()]
    assert rows == [("Hoofdstuk", "Twee.", ""), ("Nieuw", "", "Drie.")]


def test_a_sentence_with_another_number_is_the_same_sentence(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    report = report_model(material, catalogue, country.town)
    old = replace(report, chapters=(Chapter("x", "Hoofdstuk", ("Van 8 buurten wijkt er een af.", "Blijft.")),))
    new = replace(report, chapters=(Chapter("x", "Hoofdstuk", ("Van 4 buurten wijkt er geen af.", "Blijft.")),))
    assert changed_sentences(old, new).rows() == [
        ("Hoofdstuk", "Van 8 buurten wijkt er een af.", "Van 4 buurten wijkt er geen af.")
    ]
