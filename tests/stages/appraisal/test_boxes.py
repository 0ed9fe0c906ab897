"""A planted box is found and said; where nothing is planted nothing is told."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.appraisal.boxes import Box, Words, find_box, sentence
from stadspeil.errors import ContractError

COUNT = 4000


def inputs(seed=1, count=COUNT):
    source = np.random.default_rng(seed)
    return {name: source.random(count) for name in ("rente", "groei", "steun", "kosten", "bereik", "prijs")}


def planted(table, noise=0.05, seed=2):
    """It goes wrong where the rate is high and growth is low, and now and then by chance."""
    inside = (table["rente"] > 0.6) & (table["groei"] < 0.5)
    return inside ^ (np.random.default_rng(seed).random(len(inside)) < noise)


def test_a_planted_box_is_found_with_its_limits():
    table = inputs()
    box = find_box(table, planted(table), np.random.default_rng(3))
    assert box is not None and set(box.limits) == {"rente", "groei"}
    assert box.limits["rente"][0] == pytest.approx(0.6, abs=0.03) and np.isinf(box.limits["rente"][1])
    assert box.limits["groei"][1] == pytest.approx(0.5, abs=0.03) and np.isinf(box.limits["groei"][0])
    assert box.density > 0.9 and box.coverage > 0.7
    assert box.support == pytest.approx(0.2, abs=0.03)


def test_a_box_between_two_limits_is_found():
    table = inputs(4)
    middle = (table["kosten"] > 0.4) & (table["kosten"] < 0.6)
    box = find_box(table, middle, np.random.default_rng(3))
    assert box is not None and set(box.limits) == {"kosten"}
    assert box.limits["kosten"] == pytest.approx((0.4, 0.6), abs=0.03)


@pytest.mark.parametrize("seed", range(8))
def test_where_nothing_is_planted_nothing_is_told(seed):
    table = inputs(seed)
    asked = np.random.default_rng(100 + seed).random(COUNT) < 0.2
    assert find_box(table, asked, np.random.default_rng(seed)) is None


def test_all_or_nothing_has_no_box():
    table = inputs()
    for asked in (np.zeros(COUNT, bool), np.ones(COUNT, bool)):
        assert find_box(table, asked, np.random.default_rng(3)) is None


def test_an_input_that_does_not_fit_is_named():
    with pytest.raises(ContractError, match="'rente' heeft 3 waarden"):
        find_box({"rente": np.zeros(3)}, np.zeros(4, bool), np.random.default_rng(1))
    with pytest.raises(ContractError, match="geen getal"):
        find_box({"rente": np.array([np.nan, 1.0])}, np.zeros(2, bool), np.random.default_rng(1))


def test_a_box_is_said_in_one_sentence():
    table = inputs()
    box = find_box(table, planted(table), np.random.default_rng(3))
    said = sentence(box, {"rente": Words("de rente", "%", 1), "groei": Words("de groei", "woningen", 2)})
    assert said.startswith("Van de tegenvallende gevallen ligt ")
    assert "bij de groei onder 0,5" in said and " en bij de rente boven 0,6 %; daar hoort " in said
    assert said.count(".") == 1
    assert "verspreid" in sentence(None, {})


def test_a_limit_is_told_as_the_estimate_that_it_is() -> None:
    box = Box({"kosten": (48_274_695.3, np.inf), "reach": (-np.inf, 0.53124)}, 0.7, 0.6, 0.1, 0.2)
    told = sentence(box, {"kosten": Words("de kosten", "euro"), "reach": Words("het bereik")})
    assert "de kosten boven 48.300.000 euro" in told and "het bereik onder 0,53;" in told
