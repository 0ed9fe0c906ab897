"""What a result with an intervention leaves out is told with every such result, in both languages."""

from __future__ import annotations

import numpy as np
import pytest
from appraisal_grounds import CODES, ground
from appraisal_packages import measure, package

from stadspeil.appraisal.appraising import appraise
from stadspeil.appraisal.frame import Frame
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.appraisal_entries import Measure
from stadspeil.report.retelling import retelling
from stadspeil.report.wording import wording

OURS = load_catalogue()
SALE = OURS.intervention("verkoop_sociale_huur")


def remarks(*measures: Measure) -> list[str]:
    changed = {line.indicator for each in OURS.interventions.values() for line in each.effects} | {"woz_waarde"}
    land = ground(
        levels=dict.fromkeys(changed, np.array([60.0, 20.0, 30.0, 10.0])), spreads=dict.fromkeys(changed, 5.0),
        gaps=dict.fromkeys(changed, np.full(4, 5.0)), fields={},
    )  # fmt: skip
    found = appraise(package(*measures, town="GM9001", stage="plan"), land, Frame(2026, 20, 200), OURS)
    return [each for each in found.remarks if each.startswith("let op bij ")]


def of(id: str, intervention: str) -> Measure:
    return measure(id=id, intervention=intervention, areas=(CODES[0],), first=2026, last=2030, dose=20.0)


def test_a_sale_is_told_not_to_hold_its_proceeds_and_other_work_is_not() -> None:
    (told,) = remarks(of("hier", SALE.id), of("licht", "straatverlichting"), of("daar", SALE.id))
    assert told.startswith("let op bij hier, daar: de opbrengst van de verkoop")
    assert told.endswith(SALE.caution[1:])
    assert remarks(of("licht", "straatverlichting")) == []


def test_no_line_of_a_sale_holds_proceeds_as_its_caution_says() -> None:
    """Costs are all that a sale books beside its effect: where proceeds are added, the caution must go."""
    assert [each.id for each in SALE.costs] == ["verkoop"]
    assert all("overdracht" not in each.title and "transfer" not in each.title_en for each in SALE.costs)
    assert "niet in de rekening van de corporatie" in SALE.caution


@pytest.mark.parametrize("id", [each.id for each in OURS.interventions.values() if each.caution])
def test_a_caution_is_said_again_in_english(id: str) -> None:
    entry = OURS.intervention(id)
    (told,) = remarks(of("deel", id))
    said = retelling(OURS, wording("en")).remark(told)
    assert said.lang == "" and said.said.endswith(entry.caution_en[1:])
