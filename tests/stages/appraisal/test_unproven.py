"""What is not proven may not look worth its money: packages of social measures with the real catalogue."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import numpy as np
import pytest
from appraisal_grounds import CODES, PEOPLE, ground
from appraisal_packages import measure, package

from stadspeil.appraisal.appraising import Appraisal, appraise
from stadspeil.appraisal.frame import Frame, Ground
from stadspeil.appraisal.measured import library_of
from stadspeil.appraisal.pooling import beliefs_of, pooled
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.appraisal_entries import Intervention, Measure

OURS = load_catalogue()
FRAME = Frame(2026, 20, 1000)


def is_proven(entry: Intervention) -> bool:
    """Whether any of its effects is, on average over places, favourable beyond doubt."""
    library, beliefs = library_of(OURS.studies), beliefs_of(OURS)
    for line in entry.effects:
        found = pooled(line.pool, library, beliefs).posterior
        if found.mean - 1.645 * found.mean_sd > 0:
            return True
    return False


UNPROVEN = sorted(
    each.id
    for each in OURS.interventions.values()
    if each.domain in ("sociaal", "organisatie") and not each.homes and not is_proven(each)
)


def land() -> Ground:
    """The small town, with figures of everything that a measure of ours changes."""
    changed = {line.indicator for each in OURS.interventions.values() for line in each.effects} | {"woz_waarde"}
    return ground(
        levels=dict.fromkeys(changed, np.array([60.0, 20.0, 30.0, 10.0])), spreads=dict.fromkeys(changed, 5.0),
        gaps=dict.fromkeys(changed, np.full(4, 5.0)), fields={},
    )  # fmt: skip


def social(id: str, **given: object) -> Measure:
    """A yearly measure at about a third of a full dose of the first buurt."""
    full = {
        "inwoners": PEOPLE[0],
        "huishoudens": PEOPLE[0] / 2,
        "leerlingen": PEOPLE[0] / 10,
        "woningen": PEOPLE[0] / 2,
    }
    named = OURS.intervention(id).full_dose
    dose = 0.3 * float(full[named] if named in full else float(named))
    return measure(id=id, intervention=id, areas=(CODES[0],), first=2026, last=2031, dose=dose, **given)


def weighed(*measures: Measure) -> Appraisal:
    return appraise(package(*measures, town="GM9001", stage="plan"), land(), FRAME, OURS)


def test_there_are_unproven_social_measures_to_speak_of() -> None:
    assert {"jongerenwerk", "sociaal_pakket", "wijkaanpak_organisatie"} <= set(UNPROVEN)
    assert len(UNPROVEN) >= 6
    assert is_proven(OURS.intervention("bijles"))


@pytest.mark.parametrize("chosen", [*((each,) for each in UNPROVEN), *combinations(UNPROVEN, 3), tuple(UNPROVEN)])
def test_a_package_of_only_unproven_social_measures_is_more_likely_a_loss_than_a_gain(chosen: tuple[str, ...]) -> None:
    assert weighed(*map(social, chosen)).outcome.chance < 0.5


def test_an_own_size_may_turn_that_and_is_told() -> None:
    own = social("sociaal_pakket", override={"overlast": 4.0}, source="evaluatie van de stad zelf, 2025")
    found = weighed(own)
    assert found.outcome.chance > 0.5
    (told,) = (each for each in found.remarks if "eigen grootte" in each)
    assert "'overlast' van maatregel 'sociaal_pakket' is 4" in told
    assert "evaluatie van de stad zelf, 2025" in told
    traced = [each for each in found.effects if each.line == "overlast"]
    assert all(any(id.startswith("eigen:") for id in each.trace) for each in traced)


def test_the_order_of_measures_and_of_packages_changes_nothing() -> None:
    first, second = map(social, UNPROVEN[:3]), map(social, UNPROVEN[3:5])
    one, other = tuple(first), tuple(second)
    straight = [weighed(*one), weighed(*other)]
    turned = [weighed(*other[::-1]), weighed(*one[::-1])][::-1]
    for left, right in zip(straight, turned, strict=True):
        assert np.array_equal(left.outcome.npv, right.outcome.npv)
        assert {row.actor: row.npv.tolist() for row in left.ledger.rows} == {
            row.actor: row.npv.tolist() for row in right.ledger.rows
        }
    again = dataclasses.replace(straight[0].package, id="anders")
    assert np.array_equal(appraise(again, land(), FRAME, OURS).outcome.npv, straight[0].outcome.npv)
