"""The examples in the method part of the report are those that the spec tests draw."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from stadspeil.catalogue import Catalogue
from stadspeil.report.appendix import method
from stadspeil.report.model import Material, report_model
from stadspeil.report.wording import wording


@pytest.mark.parametrize(
    ("lang", "mark", "rank"),
    [
        ("nl", "5 gemeenten hebben 10, 20, 30, 40 en 50; hoger is hier gunstiger. Hun cijfers zijn dan 4,7, 5,6, 6,5, 7,4 en 8,3.",
         "4 gemeenten hebben 40, 30, 30 en 20; hoger is hier gunstiger. Hun plaatsen zijn dan 1, 2, 2 en 4."),
        ("en", "5 gemeenten have 10, 20, 30, 40 and 50; here higher is better. Their marks are then 4.7, 5.6, 6.5, 7.4 and 8.3.",
         "4 gemeenten have 40, 30, 30 and 20; here higher is better. Their places are then 1, 2, 2 and 4."),
    ],
)  # fmt: skip
def test_the_method_part_works_a_mark_and_a_place_out(
    material: Material, catalogue: Catalogue, country: Any, lang: str, mark: str, rank: str
) -> None:
    report = report_model(material, catalogue, country.town)
    texts = [each["text"] for each in method(report, wording(lang))["items"]]
    assert texts[-2] == mark and texts[-1].startswith(rank)


def test_on_another_scale_no_example_is_printed_that_does_not_hold(
    material: Material, catalogue: Catalogue, country: Any
) -> None:
    report = report_model(material, catalogue, country.town)
    other = dataclasses.replace(report, parameters={**report.parameters, "mark_mean": 6.0})
    assert len(method(other, wording("nl"))["items"]) == len(method(report, wording("nl"))["items"]) - 2
