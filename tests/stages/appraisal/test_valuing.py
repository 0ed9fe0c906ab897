"""Euros of effects: by hand, by part, without counting twice, and with what the state takes back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_grounds import CODES, ground
from appraisal_money import FRAME, effect

from stadspeil.appraisal.discounting import price_level
from stadspeil.appraisal.streams import REST
from stadspeil.appraisal.valuing import benefits_of, double_counting
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import ContractError, QuestionError


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


@pytest.fixture(scope="module")
def catalogue(ours):
    """Ours with round prices: no spread, grade 1, in prices of the first year."""
    plain = {
        id: dataclasses.replace(each, value=(each.value[1],) * 3, grade=1, price_year=2026)
        for id, each in ours.unit_values.items()
    }
    claws = {id: dataclasses.replace(each, euro=(each.euro[1],) * 3) for id, each in ours.claws.items()}
    return dataclasses.replace(ours, unit_values=plain, claws=claws)


def test_euros_are_change_times_counted_times_price(catalogue):
    """10 burglaries per 1000 fewer, 1000 inhabitants, 8 euro per inhabitant per unit: 80,000 euro a year."""
    (made,) = benefits_of([effect()], ground(), FRAME, catalogue)
    assert made.amount == pytest.approx(np.full(FRAME.draws, 80_000.0))
    assert (made.side, made.family, made.area, made.areas) == ("baten", "direct", CODES[0], {CODES[0]: 1.0})
    assert "kengetal:woninginbraken" in made.trace and "eigen:proef" in made.trace


def test_prices_come_to_the_first_year(ours):
    value = ours.unit_values["woninginbraken"]
    wide = dataclasses.replace(value, value=(8.0, 8.0, 8.0), grade=1)
    (made,) = benefits_of([effect()], ground(), FRAME, dataclasses.replace(ours, unit_values={value.id: wide}))
    assert made.amount[0] == pytest.approx(80_000 * price_level(ours, 2016, 2026))


def test_an_effect_twice_as_large_is_worth_twice_as_much(ours):
    once, twice = (
        benefits_of([effect(size=np.full(FRAME.draws, size))], ground(), FRAME, ours)[0].amount
        for size in (-5.0, -10.0)
    )
    assert twice == pytest.approx(2 * once)


def test_several_buurten_share_the_amount_by_how_many_live_there(catalogue):
    (made,) = benefits_of([effect(at=np.array([1, 1, 0, 0, 0.0]))], ground(), FRAME, catalogue)
    assert made.amount[0] == pytest.approx(10 * 8 * 4000)
    assert made.areas == pytest.approx({CODES[0]: 0.25, CODES[1]: 0.75}) and made.area == ""


def test_weak_evidence_and_weak_prices_take_from_benefits(ours, catalogue):
    """Strength D keeps 0.6; no study at all keeps 0.4; grade 6 keeps 0.6."""
    kept = [benefits_of([effect(strength=each)], ground(), FRAME, catalogue)[0].amount[0] for each in ("A", "D", "")]
    assert kept == pytest.approx([80_000, 48_000, 32_000])
    poor = dataclasses.replace(catalogue.unit_values["woninginbraken"], grade=6)
    (made,) = benefits_of([effect()], ground(), FRAME, dataclasses.replace(catalogue, unit_values={poor.id: poor}))
    assert made.amount[0] == pytest.approx(48_000)
    assert "parameter:value_discount_6" in made.trace


def test_harm_is_not_made_smaller_because_the_evidence_is_weak(catalogue):
    worse = effect(size=np.full(FRAME.draws, 10.0), strength="D")
    (made,) = benefits_of([worse], ground(), FRAME, catalogue)
    assert made.amount[0] == pytest.approx(-80_000)


def test_displacement_between_areas_of_equal_worth_adds_up_to_nothing(ours):
    """All that goes away here comes back next door and elsewhere: rest counts as many as the home buurten."""
    here = effect(strength="C")
    moved = effect(part="verplaatsing", at=np.array([0.0, 0.0, -0.25, 0.0, -0.5]), strength="C")
    made = benefits_of([here, moved], ground(), FRAME, ours)
    assert sum(each.amount for each in made) == pytest.approx(np.zeros(FRAME.draws), abs=1e-6)


def test_what_is_moved_elsewhere_is_a_loss_of_others(catalogue):
    moved = effect(part="verplaatsing", at=np.array([0.0, 0.0, 0.0, 0.0, -0.5]))
    (made,) = benefits_of([moved], ground(), FRAME, catalogue)
    assert made.amount[0] == pytest.approx(-40_000)
    assert made.shares == pytest.approx({"elders": 0.7, "politie_justitie": 0.25, "zorgverzekeraar": 0.05})
    assert made.area == REST


def test_composition_is_no_welfare_but_a_transfer_from_elsewhere(catalogue):
    richer = effect(part="samenstelling", at=np.array([1.0, 0.0, 0.0, 0.0, -1.0]))
    (made,) = benefits_of([richer], ground(), FRAME, catalogue)
    assert made.side == "overdracht"
    assert made.amount[0] == pytest.approx(80_000)
    assert made.shares["elders"] == -1.0 and sum(made.shares.values()) == pytest.approx(0)


def test_a_label_costs_owners_the_value_of_their_homes_once(catalogue):
    """4 % of 200,000 euro on 500 homes: 4 million, of which 71 % of owners; also beside a direct benefit."""
    label = effect(
        line="etiket", part="etiket", indicator="woz_waarde", unit_value="woz_waarde", size=np.full(FRAME.draws, -8.0)
    )
    made = benefits_of([effect(), label], ground(), FRAME, catalogue)
    lost = next(each for each in made if each.indicator == "woz_waarde" and each.side == "baten")
    assert lost.amount[0] == pytest.approx(-4_000_000)
    assert lost.profile == pytest.approx([1] + [0] * 9)
    assert lost.shares["eigenaren"] == pytest.approx(0.71)


def test_a_house_price_comes_to_who_owns_the_homes_of_the_buurten(catalogue):
    """500 homes of which 80 % of a corporation and 1500 of which 40 %: together half."""
    here = ground(levels={**ground().levels, "corporatiewoningen_aandeel": np.array([80.0, 40.0, np.nan, 10.0])})
    dearer = effect(indicator="woz_waarde", unit_value="woz_waarde", at=np.array([1.0, 1.0, 0, 0, 0]))
    made = next(each for each in benefits_of([dearer], here, FRAME, catalogue) if each.side == "baten")
    assert made.shares == pytest.approx({"eigenaren": 0.5, "corporaties": 0.5})
    unknown = dataclasses.replace(dearer, at=np.array([0, 0, 1.0, 0, 0]))
    made = next(each for each in benefits_of([unknown], here, FRAME, catalogue) if each.side == "baten")
    assert made.shares == pytest.approx({"eigenaren": 0.71, "corporaties": 0.29})


def test_a_house_price_that_falls_back_is_taken_off_again(catalogue):
    fading = effect(
        indicator="woz_waarde", unit_value="woz_waarde", profile=np.array([0.5, 1, 1, 0.2, 0, 0, 0, 0, 0, 0])
    )
    made = next(each for each in benefits_of([fading], ground(), FRAME, catalogue) if each.side == "baten")
    assert made.profile == pytest.approx([0.5, 0.5, 0, -0.8, -0.2, 0, 0, 0, 0, 0])


def test_the_state_takes_back_part_of_what_welfare_saves_and_nobody_gains_by_that(catalogue):
    """10 recipients per 1000 fewer of 1000 inhabitants: the budget falls by 6 x 10,000, three years later."""
    fewer = effect(line="uitstroom", indicator="bijstand", unit_value="bijstand", measure="werk")
    made = benefits_of([fewer], ground(), FRAME, catalogue)
    back = next(each for each in made if "korting:buig_bijstand" in each.trace)
    assert back.side == "overdracht" and back.shares == {"gemeente": 1.0, "rijk": -1.0}
    assert back.amount[0] == pytest.approx(-60_000)
    assert back.profile == pytest.approx([0, 0, 0] + [1] * 7)


def test_what_is_taken_back_follows_the_effect_that_is_believed(catalogue):
    """Strength D keeps 0.6 of the effect, for the saving and for the grant alike; the grade of the price is its own."""
    weak = dataclasses.replace(catalogue.unit_values["bijstand"], grade=6)
    more = dataclasses.replace(catalogue, unit_values={**catalogue.unit_values, "bijstand": weak})
    fewer = effect(line="uitstroom", indicator="bijstand", unit_value="bijstand", measure="werk", strength="D")
    made = benefits_of([fewer], ground(), FRAME, more)
    saved, back = (
        next(each for each in made if id in each.trace) for id in ("kengetal:bijstand", "korting:buig_bijstand")
    )
    assert saved.amount[0] == pytest.approx(140_000 * 0.6 * 0.6)
    assert back.amount[0] == pytest.approx(-60_000 * 0.6)
    assert "parameter:benefit_discount_d" in back.trace and "parameter:value_discount_6" not in back.trace


def test_an_effect_without_a_price_counts_in_marks_only(catalogue):
    assert benefits_of([effect(unit_value="")], ground(), FRAME, catalogue) == []


def test_capitalised_and_direct_in_one_measure_are_refused_with_both_names(catalogue):
    value = effect(line="prijs", indicator="woz_waarde", unit_value="woz_waarde")
    with pytest.raises(ContractError, match=r"woninginbraak.*direct.*woningwaarde.*gekapitaliseerd|twee keer"):
        benefits_of([effect(), value], ground(), FRAME, catalogue)
    elsewhere = dataclasses.replace(value, measure="renovatie")
    assert list(double_counting([effect(), elsewhere], catalogue)) == []


def test_one_indicator_in_two_families_is_refused_in_the_whole_package(catalogue):
    other = dataclasses.replace(catalogue.unit_values["woninginbraken"], id="anders", family="welzijn")
    more = dataclasses.replace(catalogue, unit_values={**catalogue.unit_values, "anders": other})
    twice = [effect(), effect(measure="buurtapp", unit_value="anders")]
    (sentence,) = double_counting(twice, more)
    assert "op twee manieren" in sentence and "direct" in sentence and "welzijn" in sentence


def test_a_whole_and_its_part_in_one_measure_are_refused(catalogue):
    whole = effect(line="alles", indicator="misdrijven_totaal", unit_value="misdrijven_totaal")
    assert len(list(double_counting([effect(), whole], catalogue))) == 1


def test_a_price_of_another_indicator_is_refused(catalogue):
    with pytest.raises(ContractError, match=r"'bijstand'.*'woninginbraken'"):
        benefits_of([effect(unit_value="bijstand")], ground(), FRAME, catalogue)


def test_an_unknown_price_is_named_with_a_near_one(catalogue):
    with pytest.raises(QuestionError, match="woninginbraken"):
        benefits_of([effect(unit_value="woninginbraak")], ground(), FRAME, catalogue)


def test_a_buurt_without_a_count_is_left_out_and_told(catalogue):
    counted = {**ground().counted, "inwoner": np.array([np.nan, 3000.0, 2000, 2000])}
    here = effect(at=np.array([1.0, 1.0, 0, 0, 0]))
    (made,) = benefits_of([here], ground(counted=counted), FRAME, catalogue)
    assert made.amount[0] == pytest.approx(240_000)
    assert "ontbreekt:aantal inwoner in 1 buurt" in made.trace
