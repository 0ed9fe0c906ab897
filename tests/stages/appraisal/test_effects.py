"""From measures to changes: by hand on a town of four buurten, with evidence made up for the test."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_grounds import CODES, PEOPLE, ground
from appraisal_packages import FRAME, TOWN, catalogue_with, intervention, line, measure, package, study

from stadspeil.appraisal.effects import LABEL_LIST, effects_of, refuse_places, unmeasured
from stadspeil.appraisal.streams import Effect
from stadspeil.errors import QuestionError


def only(effects: list[Effect], part: str) -> Effect:
    found = [each for each in effects if each.part == part]
    assert len(found) == 1
    return found[0]


def test_a_full_dose_brings_what_the_evidence_says_and_half_a_dose_half() -> None:
    catalogue = catalogue_with(intervention(line()))
    whole = only(effects_of(package(measure()), ground(), FRAME, catalogue), "zittend")
    half = only(effects_of(package(measure(dose=50.0)), ground(), FRAME, catalogue), "zittend")
    assert whole.at.tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert half.at.tolist() == [0.5, 0.0, 0.0, 0.0, 0.0]
    # Favourable is fewer burglaries; the prediction lies around 2 with more spread than the study.
    assert whole.size.mean() < -1.0
    assert whole.size.std() > 0.5


def test_more_than_a_full_dose_brings_no_more() -> None:
    catalogue = catalogue_with(intervention(line()))
    much = only(effects_of(package(measure(dose=900.0)), ground(), FRAME, catalogue), "zittend")
    assert much.at[0] == 1.0


def test_a_percentage_is_of_what_each_buurt_has() -> None:
    catalogue = catalogue_with(intervention(line()), studies=(study(unit="percent", effect=20.0, low=15.0, high=25.0),))
    found = only(effects_of(package(measure(areas=(TOWN,))), ground(), FRAME, catalogue), "zittend")
    assert found.at[:-1] == pytest.approx([8.0, 4.0, 6.0, 2.0])


def test_standard_deviations_are_those_of_the_indicator() -> None:
    studies = (study(unit="sd", effect=0.5, low=0.4, high=0.6),)
    catalogue = catalogue_with(intervention(line(factor=-1.0)), studies=studies)
    small = effects_of(package(measure()), ground(spreads={"woninginbraken": 2.0}), FRAME, catalogue)
    large = effects_of(package(measure()), ground(spreads={"woninginbraken": 4.0}), FRAME, catalogue)
    ratio = only(large, "zittend").size.mean() / only(small, "zittend").size.mean()
    assert 1.9 < ratio < 2.5


def test_effects_of_participants_count_per_thousand_inhabitants() -> None:
    studies = (study(unit="per_participant", effect=0.1, low=0.09, high=0.11),)
    lines = line(id="bijstand", indicator="bijstand", factor=-1.0)
    catalogue = catalogue_with(intervention(lines, full_dose="inwoners"), studies=studies)
    found = only(effects_of(package(measure(dose=50.0)), ground(), FRAME, catalogue), "zittend")
    # 50 of 1000 inhabitants take part: a tenth of them is 5 fewer per 1000.
    change = float(np.median(found.size)) * found.at[0]
    assert change == pytest.approx(-5.0, rel=0.15)


def test_where_each_year_reaches_other_people_years_add_up_and_fade_one_by_one() -> None:
    catalogue = catalogue_with(intervention(line(persistence="onderwijs", cohorts=True), making=0))
    found = only(effects_of(package(measure(last=2028)), ground(), FRAME, catalogue), "zittend")
    fade = np.exp(-catalogue.parameter("fade_onderwijs"))
    assert found.profile[:4] == pytest.approx([1.0, 1 + fade, fade + fade**2, fade**2 + fade**3])


def test_deviations_of_pupils_do_not_ask_for_a_spread_over_buurten() -> None:
    studies = (study(unit="sd", effect=0.5, low=0.4, high=0.6),)
    lines = line(id="score", indicator="schooladvies", factor=1.0, spread=1.0)
    catalogue = catalogue_with(intervention(lines), studies=studies)
    found = only(effects_of(package(measure()), ground(), FRAME, catalogue), "zittend")
    assert found.size.mean() == pytest.approx(0.45, abs=0.1)
    assert unmeasured(package(measure()), ground(), catalogue) == []


def test_it_begins_late_rises_and_fades() -> None:
    catalogue = catalogue_with(intervention(line(ramp=2.0, persistence="sociaal"), making=2))
    found = only(effects_of(package(measure(last=2031)), ground(), FRAME, catalogue), "zittend")
    fade = np.exp(-catalogue.parameter("fade_sociaal"))
    assert found.profile[:4] == pytest.approx([0.0, 0.0, 0.5, 1.0])
    assert found.profile[4] == 1.0
    assert found.profile[5:7] == pytest.approx([fade, fade**2])


def test_what_a_rule_does_never_fades() -> None:
    catalogue = catalogue_with(intervention(line(persistence="regel"), running=0))
    found = only(effects_of(package(measure()), ground(), FRAME, catalogue), "zittend")
    assert found.profile[-1] == 1.0


def test_what_is_displaced_adds_up_to_nothing() -> None:
    catalogue = catalogue_with(intervention(line(displacement=0.3)))
    effects = effects_of(package(measure(areas=(CODES[1],))), ground(), FRAME, catalogue)
    moved, own = only(effects, "verplaatsing"), only(effects, "zittend")
    counted = np.append(PEOPLE, PEOPLE[moved.home].sum())
    assert float(moved.at @ counted) == pytest.approx(0.0, abs=1e-9)
    assert moved.at[0] < 0 and moved.at[2] < 0 and moved.at[-1] < 0
    # The buurt itself keeps the whole effect: what is left to its residents and what moved away.
    assert own.size.mean() / (own.size.mean() + moved.size.mean()) == pytest.approx(0.7)


def test_composition_is_kept_apart_and_mirrored_in_the_region() -> None:
    catalogue = catalogue_with(intervention(line(composition=0.6)))
    effects = effects_of(package(measure()), ground(), FRAME, catalogue)
    mixed, own = only(effects, "samenstelling"), only(effects, "zittend")
    assert mixed.size.mean() / own.size.mean() == pytest.approx(0.6 / 0.4)
    assert mixed.at.tolist() == [1.0, 0.0, 0.0, 0.0, -1.0]


def test_what_reaches_next_door_halves_per_250_metres_and_ends_at_a_kilometre() -> None:
    catalogue = catalogue_with(intervention(line(spill=0.5)))
    effects = effects_of(package(measure(areas=(CODES[0],))), ground(), FRAME, catalogue)
    near, own = only(effects, "uitstraling"), only(effects, "zittend")
    assert near.at[:-1] == pytest.approx([0.0, 0.5 ** (400 / 250), 0.5 ** (800 / 250), 0.0])
    assert near.size.mean() / own.size.mean() == pytest.approx(0.5)


def test_deadweight_and_leakage_leave_the_rest() -> None:
    plain = catalogue_with(intervention(line()))
    leaky = catalogue_with(intervention(line(deadweight=0.5, leakage=0.2)))
    one, other = (
        only(effects_of(package(measure(dose=10.0)), ground(), FRAME, each), "zittend") for each in (plain, leaky)
    )
    assert other.size.mean() / one.size.mean() == pytest.approx(0.4, rel=0.05)


def test_together_measures_stay_under_the_ceiling() -> None:
    catalogue = catalogue_with(intervention(line(ceiling=2.5)))
    both = package(measure(id="een"), measure(id="twee"))
    effects = effects_of(both, ground(), FRAME, catalogue)
    together = sum(each.size * each.at[0] for each in effects)
    assert (together >= -2.5 - 1e-9).all()
    alone = only(effects_of(package(measure(id="een")), ground(), FRAME, catalogue), "zittend")
    assert (np.abs(together) >= np.minimum(np.abs(alone.size), 2.5) - 1e-6)[alone.size < 0].all()


def test_two_measures_saturate_as_the_formula_says() -> None:
    catalogue = catalogue_with(intervention(line(ceiling=4.0)))
    own = {"override": {"inbraak": -2.0}, "source": "eigen meting"}
    effects = effects_of(package(measure(id="een", **own), measure(id="twee", **own)), ground(), FRAME, catalogue)
    # 4 (1 - (1 - 2/4)^2) = 3, so each keeps 1.5.
    assert [each.size[0] for each in effects] == pytest.approx([-1.5, -1.5])


def test_harm_is_not_shrunk() -> None:
    catalogue = catalogue_with(intervention(line(ceiling=4.0)))
    harm = measure(id="kwaad", override={"inbraak": 3.0}, source="eigen meting")
    good = measure(id="goed", override={"inbraak": -2.0}, source="eigen meting")
    effects = {each.measure: each.size[0] for each in effects_of(package(good, harm), ground(), FRAME, catalogue)}
    assert effects == pytest.approx({"goed": -2.0, "kwaad": 3.0})


def test_the_order_of_measures_changes_nothing() -> None:
    catalogue = catalogue_with(intervention(line(displacement=0.2, spill=0.3)))
    one, two = measure(id="een"), measure(id="twee", areas=(CODES[1],), dose=40.0)
    there = {(each.measure, each.part): each for each in effects_of(package(one, two), ground(), FRAME, catalogue)}
    back = {(each.measure, each.part): each for each in effects_of(package(two, one), ground(), FRAME, catalogue)}
    assert there.keys() == back.keys()
    for key, each in there.items():
        assert np.array_equal(each.size, back[key].size)
        assert np.array_equal(each.at, back[key].at)


def test_a_named_area_loses_house_value_once() -> None:
    catalogue = catalogue_with(intervention(labelled=True))
    both = package(measure(id="een"), measure(id="twee", areas=("WK900101",)))
    labels = effects_of(both, ground(), FRAME, catalogue)
    assert {each.part for each in labels} == {"etiket"}
    lost = sum(each.at[:-1] for each in labels)
    # Each named buurt once: 200 and 300 thousand euro.
    assert lost == pytest.approx([200.0, 300.0, 0.0, 0.0])
    assert -0.06 < labels[0].size.mean() < -0.02
    assert effects_of(dataclasses.replace(both, unlabelled=True), ground(), FRAME, catalogue) == []


def test_a_package_on_a_public_list_loses_house_value_in_all_its_areas_and_one_without_in_none() -> None:
    catalogue = catalogue_with(intervention())
    plain = package(measure(id="laat", first=2030, last=2031), measure(id="vroeg", areas=("WK900101",), first=2028))
    assert effects_of(plain, ground(), FRAME, catalogue) == []
    listed = effects_of(dataclasses.replace(plain, labelled=True), ground(), FRAME, catalogue)
    assert {(each.part, each.measure) for each in listed} == {("etiket", LABEL_LIST)}
    assert sum(each.at[:-1] for each in listed) == pytest.approx([200.0, 300.0, 0.0, 0.0])
    # From the first year that anything is done there.
    assert listed[0].profile.argmax() == 2028 - FRAME.first


def test_every_effect_says_what_it_rests_on() -> None:
    catalogue = catalogue_with(intervention(line(displacement=0.2, spill=0.3, composition=0.1)))
    for each in effects_of(package(measure()), ground(), FRAME, catalogue):
        assert "studie:proef" in each.trace
        assert "interventie:proef" in each.trace


def test_an_own_size_names_its_source() -> None:
    catalogue = catalogue_with(intervention(line()))
    own = measure(override={"inbraak": -1.0}, source="evaluatie 2025")
    found = only(effects_of(package(own), ground(), FRAME, catalogue), "zittend")
    assert any("evaluatie 2025" in each for each in found.trace)
    assert not any(each.startswith("studie:") for each in found.trace)


def test_an_indicator_that_is_not_measured_here_is_told_and_left_out() -> None:
    studies = (study(unit="sd", effect=0.5, low=0.4, high=0.6),)
    catalogue = catalogue_with(intervention(line(indicator="eenzaam", factor=-1.0)), studies=studies)
    assert effects_of(package(measure()), ground(), FRAME, catalogue) == []
    (sentence,) = unmeasured(package(measure()), ground(), catalogue)
    assert "aanpak" in sentence and "telt niet mee" in sentence


def test_all_that_cannot_be_is_named_at_once() -> None:
    catalogue = catalogue_with(intervention(full_dose="woningen"))
    lost = measure(id="weg", areas=("BU00010000",))
    late = measure(id="laat", first=2090)
    bare = measure(id="kaal")
    nowhere = ground(counted={each: np.full(4, np.nan) for each in ("inwoner", "woning", "huishouden")})
    with pytest.raises(QuestionError) as fault:
        refuse_places(package(lost, late, bare), nowhere, FRAME, catalogue)
    told = "\n".join(fault.value.problems)
    assert "'weg'" in told and "BU00010000" in told
    assert "'laat'" in told and "2090" in told
    assert "'kaal'" in told and "woningen" in told


def test_where_a_buurt_has_no_figure_that_of_the_gemeente_stands_in_and_is_told() -> None:
    catalogue = catalogue_with(intervention(line()), studies=(study(unit="percent", effect=20.0, low=15.0, high=25.0),))
    bare = ground(levels={"woninginbraken": np.array([np.nan, 4.0, 6.0, 2.0])})
    both = package(measure(areas=("WK900101",)))
    found = only(effects_of(both, bare, FRAME, catalogue), "zittend")
    # The gemeente has 5 burglaries per thousand.
    assert found.at[:2] == pytest.approx([5.0, 4.0])
    (sentence,) = unmeasured(both, bare, catalogue)
    assert "telt dat van de gemeente" in sentence
    nowhere = ground(levels={}, fields={})
    assert effects_of(both, nowhere, FRAME, catalogue) == []
    (sentence,) = unmeasured(both, nowhere, catalogue)
    assert "telt niet mee" in sentence
