"""Changes in marks and places, by hand on a town of four buurten."""

from __future__ import annotations

import numpy as np
import pytest
from appraisal_grounds import CODES, PEOPLE, ground

from stadspeil.appraisal.marks import change_of, mark_change, mechanism_change, places_gained, weights_in
from stadspeil.appraisal.streams import Effect
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.entries import Mechanism


def effect(size: list[float], at: list[float], indicator: str = "woninginbraken") -> Effect:
    return Effect(
        "licht", "inbraak", indicator, "zittend", np.array(size), np.array([*at, 0.0]), np.array([0.0, 0.5, 1.0]),
        np.flatnonzero(at), ("studie:e25",),
    )  # fmt: skip


def mechanism(**given: object) -> Mechanism:
    told = {
        "id": "proef", "title": "Proef", "title_en": "Trial", "question": "?", "question_en": "?", "measure": "level",
        "goal": "region", "goal_text": ".", "goal_text_en": ".", "source": "proef", "evidence": "ours",
    }  # fmt: skip
    return Mechanism(**(told | given))  # type: ignore[arg-type]


def test_a_town_changes_by_what_its_homes_get() -> None:
    change = change_of([effect([-2.0, -4.0], [1.0, 0.0, 0.5, 0.0])], "woninginbraken", 2, ground(), "GM9001")
    assert change.small.tolist() == [[-2.0, 0.0, -1.0, 0.0], [-4.0, 0.0, -2.0, 0.0]]
    # 500 of 4000 homes get it whole, 1000 half.
    assert change.whole == pytest.approx([-0.5, -1.0])
    assert change.base == 5.0


def test_halfway_it_is_half() -> None:
    change = change_of([effect([-2.0], [1.0, 1.0, 1.0, 1.0])], "woninginbraken", 1, ground(), "GM9001")
    assert change.whole == pytest.approx([-1.0])


def test_effects_of_other_indicators_are_left_out() -> None:
    change = change_of([effect([-2.0], [1.0] * 4, "bijstand")], "woninginbraken", 2, ground(), "GM9001")
    assert change.whole.tolist() == [0.0]


def test_the_mark_is_read_from_the_scale_of_the_benchmark() -> None:
    field = ground().fields["woninginbraken"]
    # Five values with mean 5 and standard deviation sqrt(2): one unit less is 1.25 / sqrt(2) of mark more.
    assert mark_change(field, 5.0, np.array([-1.0]), False) == pytest.approx([1.25 / np.sqrt(2)])
    assert mark_change(field, 5.0, np.array([1.0]), False) == pytest.approx([-1.25 / np.sqrt(2)])


def test_a_mark_does_not_pass_the_end_of_the_scale() -> None:
    field = ground().fields["woninginbraken"]
    assert mark_change(field, 5.0, np.array([-1000.0]), False) == pytest.approx([10.0 - 6.5])


def test_places_are_counted_among_the_others() -> None:
    field = ground().fields["woninginbraken"]
    # Towns at 3 and 4 are better than 5; at 3.5 only one is, at 2 none; at 8 all four are.
    assert places_gained(field, "GM9001", np.array([-1.5, -3.0, 3.0, 0.0])).tolist() == [1.0, 2.0, -2.0, 0.0]


def test_a_town_outside_the_benchmark_has_no_place() -> None:
    assert np.isnan(places_gained(ground().fields["woninginbraken"], "GM0001", np.array([1.0]))).all()


def test_weights_of_a_mechanism_add_up_to_one() -> None:
    catalogue = load_catalogue()
    for each in catalogue.mechanisms.values():
        if each.composite:
            weights = weights_in(catalogue, each.composite)
            assert sum(weights.values()) == pytest.approx(1.0)
            assert set(weights) <= set(catalogue.indicators)


def test_part_of_a_part_weighs_the_product() -> None:
    # Of three parts the third is bijstand itself.
    weights = weights_in(load_catalogue(), "mechanisme_sociaaleconomische_kracht")
    assert weights["bijstand"] == pytest.approx(1 / 3)


def test_a_level_is_the_weighed_mean_of_marks() -> None:
    catalogue, place = load_catalogue(), ground()
    changes = {"bijstand": change_of([effect([-4.0], [1.0] * 4, "bijstand")], "bijstand", 2, place, "GM9001")}
    entry = mechanism(composite="mechanisme_sociaaleconomische_kracht")
    found = mechanism_change(entry, changes, place, catalogue, "GM9001")
    expected = mark_change(place.fields["bijstand"], 28.75, np.array([-4.0]), False) / 3
    assert found == pytest.approx(expected)
    assert found is not None and found[0] > 0


def test_lifting_the_worst_buurt_narrows_the_differences_and_lifting_the_best_widens_them() -> None:
    catalogue, place = load_catalogue(), ground()
    entry = mechanism(measure="inequality", indicators=("bijstand",), goal="no_differences")
    worst = {"bijstand": change_of([effect([-20.0], [1.0, 0, 0, 0], "bijstand")], "bijstand", 2, place, "GM9001")}
    best = {"bijstand": change_of([effect([-5.0], [0, 0, 0, 1.0], "bijstand")], "bijstand", 2, place, "GM9001")}
    narrowed, widened = (mechanism_change(entry, each, place, catalogue, "GM9001") for each in (worst, best))
    assert narrowed is not None and narrowed[0] > 0
    assert widened is not None and widened[0] < 0


def test_the_same_for_everybody_narrows_nothing_on_a_straight_scale() -> None:
    catalogue, place = load_catalogue(), ground()
    entry = mechanism(measure="inequality", indicators=("bijstand",), goal="no_differences")
    same = {"bijstand": change_of([effect([-1.0], [1.0] * 4, "bijstand")], "bijstand", 2, place, "GM9001")}
    found = mechanism_change(entry, same, place, catalogue, "GM9001")
    assert found == pytest.approx([0.0], abs=1e-9)


def test_what_does_not_change_is_not_told() -> None:
    assert (
        mechanism_change(mechanism(composite="mechanisme_beroepsbevolking"), {}, ground(), load_catalogue(), "GM9001")
        is None
    )
    assert mechanism_change(mechanism(measure="qualitative"), {}, ground(), load_catalogue(), "GM9001") is None


def test_the_ground_finds_rows_of_buurt_wijk_and_gemeente() -> None:
    place = ground()
    assert place.rows_of((CODES[2],)).tolist() == [2]
    assert place.rows_of(("WK900101",)).tolist() == [0, 1]
    assert place.rows_of(("GM9001",)).tolist() == [0, 1, 2, 3]
    assert place.rows_of(("GM0001",)).tolist() == []
    assert PEOPLE.sum() == 8000
