"""Homes over funds: against trying everything; awards: chances, and luck that goes by name."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.funds.award import Ask, draw_awards, funding_stack
from stadspeil.appraisal.funds.requests import Lot
from stadspeil.appraisal.funds.stacking import Offer, exclusive_pairs, stack
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError

FRAME = Frame(2026, 20, draws=20_000)


def brute_force(lots: list[Lot], offers: list[Offer], excludes: list[tuple[str, str]]) -> float:
    """The largest sum over every way to give each single home a set of funds (homes of a kind are alike)."""
    barred = {frozenset(each) for each in excludes}
    names = [each.fund for each in offers]
    sets = [
        chosen for size in range(len(names) + 1) for chosen in itertools.combinations(names, size)
        if not any(frozenset(pair) in barred for pair in itertools.combinations(chosen, 2))
    ]  # fmt: skip
    kinds = [
        (lot, cheap, number)
        for lot in lots
        for cheap, number in ((True, lot.affordable[0]), (False, lot.homes - lot.affordable[0]))
        if number
    ]
    ways = [list(itertools.combinations_with_replacement(sets, number)) for _, _, number in kinds]
    best = 0.0
    for choice in itertools.product(*ways):
        total = 0.0
        for offer in offers:
            paid = [
                (lot, cheap)
                for (lot, cheap, _), homes in zip(kinds, choice, strict=True)
                for each in homes
                if offer.fund in each
            ]
            if not paid:
                continue
            euro = min(sum(offer.euro.get(lot.id, 0.0) for lot, _ in paid), offer.most)
            right = (
                len(paid) >= offer.homes
                and sum(cheap for _, cheap in paid) >= offer.affordable * len(paid) - 1e-9
                and euro >= offer.least
                and all(lot.id in offer.euro and (cheap or not offer.only_affordable) for lot, cheap in paid)
            )
            if not right:
                total = -np.inf
                break
            total += euro
        best = max(best, total)
    return best


@pytest.mark.parametrize("seed", range(25))
def test_the_division_is_as_good_as_trying_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lots = []
    for number in range(2):
        homes = int(rng.integers(1, 5))
        cheap = int(rng.integers(0, homes + 1))
        lots.append(Lot(f"l{number}", homes, (cheap, homes), (2026, 2027)))
    offers = [
        Offer(
            f"f{number}", {each.id: float(rng.integers(1, 20)) for each in lots if rng.random() < 0.9},
            affordable=float(rng.choice([0.0, 0.5, 1.0])), homes=int(rng.integers(0, 5)), least=float(rng.integers(0, 10)),
            most=float(rng.integers(10, 60)), only_affordable=bool(rng.random() < 0.3),
        )
        for number in range(3)
    ]  # fmt: skip
    excludes = [each for each in itertools.combinations(["f0", "f1", "f2"], 2) if rng.random() < 0.6]
    found = stack(lots, offers, excludes)
    assert found.total == pytest.approx(brute_force(lots, offers, excludes), abs=1e-6)
    for lot in lots:
        for pair in excludes:
            assert sum(sum(found.homes.get((lot.id, fund), (0, 0))) for fund in pair) <= lot.homes


def test_no_home_is_in_the_woningbouwimpuls_and_the_realisatiestimulans() -> None:
    catalogue = load_catalogue()
    funds = [catalogue.fund(each) for each in ("woningbouwimpuls", "realisatiestimulans")]
    assert exclusive_pairs(funds) == (("realisatiestimulans", "woningbouwimpuls"),)
    lot = Lot("a", 800, (500, 500), (2026, 2027))
    offers = [
        Offer("woningbouwimpuls", {"a": 5_000.0}, affordable=0.5, homes=500),
        Offer("realisatiestimulans", {"a": 7_000.0}, only_affordable=True),
    ]
    found = stack([lot], offers, exclusive_pairs(funds))
    # 500 homes need 250 affordable ones and take 250 of the 300 others; every other affordable home gets 7,000, which
    # beats 5,000 + 5,000 for a pair only where no other home comes along: 300 others with 300 affordable ones is best.
    assert found.homes["a", "woningbouwimpuls"] == (300, 300) and found.homes["a", "realisatiestimulans"] == (200, 0)
    assert found.total == 600 * 5_000.0 + 200 * 7_000.0
    both = stack([lot], offers, ())
    assert both.total > found.total, "without the exclusion homes are paid twice"


def test_too_many_funds_are_refused() -> None:
    with pytest.raises(QuestionError, match="9 fondsen"):
        stack([Lot("a", 1, (1, 1), (2026, 2026))], [Offer(f"f{each}", {"a": 1.0}) for each in range(9)], ())


@pytest.mark.parametrize("together", [0.0, 0.3, 1.0])
def test_each_award_keeps_its_own_chance_however_they_hang_together(together: float) -> None:
    asks = (Ask("a", 1.0, 0.65, 2026), Ask("b", 1.0, 0.1, 2027), Ask("c", 1.0, 1.0, 2026), Ask("d", 1.0, 0.0, 2026))
    drawn = draw_awards(asks, FRAME, together)
    assert all(abs(drawn[each.fund].mean() - each.chance) < 0.02 for each in asks)
    assert drawn["c"].all() and not drawn["d"].any()


def test_one_cabinet_makes_luck_shared_and_another_does_not() -> None:
    same = (Ask("a", 1.0, 0.5, 2026), Ask("b", 1.0, 0.5, 2027))
    later = (Ask("a", 1.0, 0.5, 2026), Ask("b", 1.0, 0.5, 2031))
    shared, apart = (draw_awards(each, FRAME, 0.6) for each in (same, later))
    # For two halves and correlation r the chance of both is 1/4 + asin(r) / (2 pi).
    expected = 0.25 + np.arcsin(0.6) / (2 * np.pi)
    assert abs((shared["a"] & shared["b"]).mean() - expected) < 0.015
    assert abs((apart["a"] & apart["b"]).mean() - 0.25) < 0.015


def test_luck_goes_by_name_and_not_by_order() -> None:
    one, two = Ask("a", 1.0, 0.4, 2026), Ask("b", 1.0, 0.7, 2026)
    there, back = (draw_awards(each, FRAME, 0.3) for each in ((one, two), (two, one)))
    assert (there["a"] == back["a"]).all() and (there["b"] == back["b"]).all()
    assert (draw_awards((one,), FRAME, 0.3)["a"] == there["a"]).all()


def test_a_fund_decides_alike_within_one_cabinet_and_anew_under_the_next() -> None:
    """2027 and 2024 are of one cabinet, 2028 is of the next; a smaller chance is won only where a larger one is."""
    now, then, next_one = (draw_awards((Ask("a", 1.0, 0.4, year),), FRAME, 0.3)["a"] for year in (2024, 2027, 2028))
    assert (now == then).all() and abs((now & next_one).mean() - 0.16) < 0.015
    smaller = draw_awards((Ask("a", 1.0, 0.2, 2024),), FRAME, 0.3)["a"]
    assert not (smaller & ~now).any()


def test_what_is_left_and_whether_the_package_goes_on() -> None:
    """10 mln short, 6 mln asked at 40 %, the town can carry 5 mln: it goes on in 40 % of draws, never without award."""
    made = funding_stack((Ask("a", 6e6, 0.4, 2026),), np.array(10e6), 5e6, FRAME, 0.3)
    assert abs(made.feasible - 0.4) < 0.015 and made.without == 0.0
    assert set(np.unique(made.gap)) == {4e6, 10e6} and abs(made.expected - 2.4e6) < 1e5
    easy = funding_stack((Ask("a", 6e6, 0.4, 2026),), np.array(10e6), 10e6, FRAME, 0.3)
    assert easy.feasible == easy.without == 1.0


def test_awards_never_bring_more_than_is_short() -> None:
    made = funding_stack((Ask("a", 8e6, 1.0, 2026), Ask("b", 8e6, 1.0, 2026)), np.array(10e6), 0.0, FRAME, 0.3)
    assert (made.gap == 0.0).all() and made.expected == 10e6


def test_impossible_chances_are_refused_all_at_once() -> None:
    with pytest.raises(QuestionError) as fault:
        draw_awards((Ask("a", 1.0, 1.2, 2026), Ask("a", 1.0, -0.1, 2026)), FRAME, 2.0)
    assert fault.value.message().startswith("4 problemen")
