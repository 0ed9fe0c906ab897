"""Sobol indices against published truth, and turning points by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_money import FRAME, stream

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.sensitivity import sobol, sobol_of, switching_values, turning_point, turning_rate
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import ContractError

NOW = np.array([1.0] + [0.0] * 9)
# Ishigami and Homma 1990 with a = 7, b = 0.1; Saltelli e.a. 2008 print the analytic indices.
ISHIGAMI = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0.0, 0.2437)}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_the_published_indices_of_ishigami_come_out():
    def ishigami(levels):
        x1, x2, x3 = np.pi * (2 * levels - 1)
        return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)

    found = {each.name: each for each in sobol(ishigami, ["x1", "x2", "x3"], seed=1, base=8192)}
    for name, (first, total) in ISHIGAMI.items():
        assert found[name].first == pytest.approx(first, abs=0.02)
        assert found[name].total == pytest.approx(total, abs=0.02)


def products(frame):
    """A benefit of two factors, and a cost with a draw of its own."""
    source = np.random.default_rng(3)
    size, price, cost = (source.normal(mean, sd, frame.draws) for mean, sd in ((10, 1), (5, 1), (100, 20)))
    return [
        stream(frame=frame, amount=2 * size * price, profile=NOW, drawn={"effect:a": size, "kengetal:b": price}),
        stream(frame=frame, line="kosten", side="kosten", amount=cost, profile=NOW, shares={"gemeente": 1.0},
               drawn={"kosten:c": cost}),
    ]  # fmt: skip


def test_shares_of_the_spread_of_a_package_are_those_by_hand(catalogue):
    """Variances: size (2 x 5 x 1)^2 = 100, price (2 x 10 x 1)^2 = 400, both together 4, cost 400: of 904."""
    found = {
        each.name: each for each in sobol_of(products(Frame(2026, 10, 10_000)), Frame(2026, 10, 10_000), catalogue)
    }
    assert found["effect:a"].first == pytest.approx(100 / 904, abs=0.02)
    assert found["kengetal:b"].total == pytest.approx(404 / 904, abs=0.02)
    assert found["kosten:c"].first == pytest.approx(400 / 904, abs=0.02)


def test_a_package_without_spread_hangs_on_nothing(catalogue):
    assert sobol_of([stream()], FRAME, catalogue) == []


def test_the_only_input_makes_all_of_the_spread(catalogue):
    frame = Frame(2026, 10, 400)
    price = np.random.default_rng(1).normal(5, 1, frame.draws)
    once = stream(frame=frame, amount=price, drawn={"kengetal:b": price}, profile=NOW)
    (found,) = sobol_of([once], frame, catalogue)
    assert (found.name, found.first, found.total) == ("kengetal:b", 1.0, 1.0)
    (still,) = sobol(lambda levels: 0.0 * levels[0], ["x"], seed=1)
    assert still.total == 0.0


def test_a_draw_in_two_streams_counts_once(catalogue):
    """The same price in a benefit and in a loss that is half as large: what is left is its half."""
    frame = Frame(2026, 10, 4000)
    price = np.random.default_rng(1).normal(5, 1, frame.draws)
    both = [
        stream(frame=frame, amount=price, drawn={"kengetal:b": price}, profile=NOW),
        stream(frame=frame, amount=-price, line="twee", drawn={"kengetal:b": price}, profile=NOW),
    ]
    other = stream(
        frame=frame, amount=price[::-1].copy(), line="drie", drawn={"kosten:c": price[::-1].copy()}, profile=NOW
    )
    found = {each.name: each for each in sobol_of([*both, other], frame, catalogue)}
    assert found["kengetal:b"].total == pytest.approx(0, abs=1e-6)


def test_two_draws_by_one_name_are_refused(catalogue):
    """Parts of an effect once had one name with sizes of their own: the last one stood for all."""
    size = np.random.default_rng(2).normal(5, 1, FRAME.draws)
    whole, part = (
        stream(amount=each, line=line, drawn={"pool:a": each}, profile=NOW)
        for line, each in (("een", size), ("twee", 0.1 * size))
    )
    for asked in (sobol_of, switching_values):
        with pytest.raises(ContractError, match="pool:a"):
            asked([whole, part], FRAME, catalogue)


def test_a_ceiling_leaves_the_share_of_what_it_takes_from(catalogue):
    """An amount that lags behind its draws is told by the constant that comes nearest, not by that of one draw."""
    frame = Frame(2026, 10, 4000)
    source = np.random.default_rng(5)
    size, cost = np.abs(source.normal(10, 3, frame.draws)), source.normal(0, 30, frame.draws)
    capped = 10 * np.minimum(size, 14.0)
    streams = [
        stream(frame=frame, amount=capped, drawn={"pool:a": size}, profile=NOW),
        stream(frame=frame, line="kosten", side="kosten", amount=cost, profile=NOW, shares={"gemeente": 1.0},
               drawn={"kosten:c": cost}),
    ]  # fmt: skip
    found = {each.name: each.total for each in sobol_of(streams, frame, catalogue)}
    assert found["pool:a"] == pytest.approx(capped.var() / (capped.var() + cost.var()), abs=0.06)


def test_switching_values_by_hand(catalogue):
    """Benefits 120, costs 100: costs may be 1.2 times, the price 0.8333 times."""
    streams = [
        stream(amount=np.full(FRAME.draws, 120.0), profile=NOW, drawn={"kengetal:b": np.ones(FRAME.draws)}),
        stream(line="kosten", side="kosten", amount=np.full(FRAME.draws, 100.0), profile=NOW, shares={"gemeente": 1.0},
               drawn={"kosten:c": np.ones(FRAME.draws)}),
    ]  # fmt: skip
    found = {each.name: each for each in switching_values(streams, FRAME, catalogue)}
    assert {name: each.times for name, each in found.items()} == pytest.approx(
        {"kosten:c": 1.2, "kengetal:b": 100 / 120}
    )
    # In its own unit: of 50 euro a piece the price may fall to 41.67, and no size of a third input turns it.
    priced = [dataclasses.replace(streams[0], drawn={"kengetal:b": np.full(FRAME.draws, 50.0)}), streams[1]]
    price = next(each for each in switching_values(priced, FRAME, catalogue) if each.name == "kengetal:b")
    assert (price.used, price.turning) == pytest.approx((50.0, 50.0 * 100 / 120))
    assert dataclasses.replace(price, times=-0.5).turning is None


def test_the_rate_at_which_it_turns_is_that_of_the_closed_form(catalogue):
    """100 a year from year 1 for ever-equal ten years against 500 now: the rate at which an annuity of nine is 5."""
    later = stream(profile=np.array([0.0] + [1.0] * 9))
    paid = stream(
        line="kosten", side="kosten", amount=np.full(FRAME.draws, 500.0), profile=NOW, shares={"gemeente": 1.0}
    )
    rate = turning_rate([later, paid], FRAME, catalogue)
    assert rate is not None and (1 - (1 + rate) ** -9) / rate == pytest.approx(5.0, abs=1e-9)


def test_an_answer_that_does_not_turn_has_no_turning_point(catalogue):
    assert turning_point(lambda x: x * x + 1, 0, 1) is None
    assert turning_point(lambda x: x - 2, 2, 3) == 2
    assert turning_rate([stream()], FRAME, catalogue) is None
