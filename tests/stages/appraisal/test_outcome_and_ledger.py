"""What streams come to over society and per actor, by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_money import FRAME, stream

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.ledger import income_weight, ledger_of, weighted_by_income
from stadspeil.appraisal.outcome import cost_per_tenth, outcome_of, spread_of, worst_of
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import ContractError, QuestionError

NOW = np.array([1.0] + [0.0] * 9)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def cost(amount, actor="gemeente", **changes):
    return stream(
        line="kosten",
        side="kosten",
        amount=np.full(FRAME.draws, float(amount)),
        profile=NOW,
        shares={actor: 1.0},
        **changes,
    )


def test_net_present_value_by_hand(catalogue):
    """Benefits 100 a year for ten years at 2.25 % are 906.5706; costs 500 now."""
    made = outcome_of([stream(), cost(500)], FRAME, catalogue)
    assert made.worth.mean == pytest.approx(906.570622 - 500, abs=1e-4)
    assert made.chance == 1.0
    assert made.ratio is not None and made.ratio.mean == pytest.approx(906.570622 / 500)
    assert made.worth.low == pytest.approx(made.worth.high)


def test_other_schedules_stand_beside(catalogue):
    made = outcome_of([stream(), cost(500)], FRAME, catalogue)
    uk = sum(100 * 1.035**-year for year in range(10)) - 500
    assert made.beside["uk"].mean == pytest.approx(uk, abs=1e-9)
    assert set(made.beside) == {"uk", "nl_2015", "nl_2026"}


def test_there_is_no_ratio_without_public_costs(catalogue):
    assert outcome_of([stream(), cost(500, "bewoners")], FRAME, catalogue).ratio is None
    assert outcome_of([stream()], FRAME, catalogue).ratio is None


def test_costs_are_back_in_the_sixth_year(catalogue):
    """Running at 2.25 %: five payments are 478.4, six 567.9: from index 5 on 500 is back."""
    made = outcome_of([stream(), cost(500)], FRAME, catalogue).payback
    assert made.chance == 1.0 and made.year is not None and made.year.middle == 5


def test_costs_that_never_come_back_have_no_year(catalogue):
    made = outcome_of([stream(), cost(5000)], FRAME, catalogue).payback
    assert (made.chance, made.year) == (0.0, None)


def test_payback_counts_from_when_it_stays(catalogue):
    """900 in year 4 is 823.36 now; nine payments are 824.72: back at index 8, though four payments were ahead before."""
    late = stream(line="onderhoud", side="kosten", amount=np.full(FRAME.draws, 900.0),
                  profile=np.array([0, 0, 0, 0, 1.0, 0, 0, 0, 0, 0]), shares={"gemeente": 1.0})  # fmt: skip
    made = outcome_of([stream(), late], FRAME, catalogue).payback
    assert made.year is not None and made.year.middle == 8


def test_the_worst_fifth_is_a_mean():
    assert worst_of(np.arange(10.0)) == 0.5
    assert spread_of(np.arange(101.0)).low == 5.0


def test_cost_per_tenth_of_a_mark():
    """1000 euro for 0.5 point in one buurt and 0.5 in another: ten tenths, 100 euro each; a draw without gain is told."""
    gained = np.array([[0.5, 0.5], [0.5, 0.5], [-0.1, 0.0], [0.5, 0.5]])
    told, chance = cost_per_tenth(np.full(4, 1000.0), gained)
    assert told is not None and told.mean == pytest.approx(100.0) and chance == 0.75
    assert cost_per_tenth(np.full(2, 1.0), np.zeros(2)) == (None, 0.0)


def test_weights_by_income_are_beside_and_off_by_default(catalogue):
    """Residents at half the reference income: eta 1 doubles their euros, eta 1.3 makes 2.4623 of them."""
    rows = ledger_of([stream(), cost(500)], FRAME, catalogue).rows
    assert weighted_by_income(rows, catalogue, {}) == {}
    weighted = weighted_by_income(rows, catalogue, {"bewoners": 0.5})
    gained = 906.570622
    assert [each.mean for each in weighted.values()] == pytest.approx(
        [gained * 0.5**-eta - 500 for eta in (1.0, 1.3, 1.5)], abs=1e-3
    )
    with pytest.raises(QuestionError, match="boven nul"):
        income_weight(0.0, 1.3)


def test_two_families_of_one_indicator_are_refused(catalogue):
    both = [stream(indicator="woz_waarde", family=each) for each in ("gekapitaliseerd", "direct")]
    with pytest.raises(ContractError, match="direct en als gekapitaliseerd"):
        outcome_of(both, FRAME, catalogue)


def test_a_stream_of_another_frame_or_without_a_number_is_named(catalogue):
    with pytest.raises(ContractError, match=r"a/een.*10 jaren|verwacht 400"):
        outcome_of([stream(frame=Frame(2026, 3, 5))], FRAME, catalogue)
    with pytest.raises(ContractError, match="geen getal"):
        ledger_of([stream(amount=np.full(FRAME.draws, np.nan))], FRAME, catalogue)


def test_a_euro_without_what_it_rests_on_cannot_be_made():
    with pytest.raises(ContractError, match="waar dit op rust"):
        stream(trace=())


def local_case():
    """The municipality pays 1000; the state gains 40 a year, residents 20, and takes 10 a year of grants back."""
    return [
        cost(1000),
        stream(shares={"rijk": 2 / 3, "bewoners": 1 / 3}, amount=np.full(FRAME.draws, 60.0)),
        stream(
            line="korting", side="overdracht", shares={"gemeente": -1.0, "rijk": 1.0}, amount=np.full(FRAME.draws, 10.0)
        ),
    ]


def test_the_ledger_by_hand(catalogue):
    made = ledger_of(local_case(), FRAME, catalogue)
    year = 9.06570622
    town, state, people = (made.row(each) for each in ("gemeente", "rijk", "bewoners"))
    assert town.npv[0] == pytest.approx(-1000 - 10 * year)
    assert state.npv[0] == pytest.approx(50 * year)
    assert people.npv[0] == pytest.approx(20 * year)
    assert (town.wrong_pocket, state.wrong_pocket) == (0.0, None)
    assert made.row("uwv") is None


def test_the_question_to_the_state_and_why(catalogue):
    ask = ledger_of(local_case(), FRAME, catalogue).ask
    assert ask.euro == pytest.approx(1000 + 90.6570622)
    assert ask.return_per_euro == pytest.approx(453.285311 / 1090.657062)
    assert ask.chance == 1.0
    assert "€\N{NO-BREAK SPACE}1.100 tekort" in ask.sentence and "0,42 euro per gevraagde euro" in ask.sentence


def test_a_coalition_that_makes_ends_meet_asks_nothing(catalogue):
    ask = ledger_of([cost(100), stream(shares={"gemeente": 1.0})], FRAME, catalogue).ask
    assert (ask.euro, ask.return_per_euro) == (0.0, None)
    assert "geen vraag aan het Rijk" in ask.sentence


def test_an_unknown_actor_is_named(catalogue):
    with pytest.raises(QuestionError, match="gemeente"):
        ledger_of([dataclasses.replace(stream(), shares={"gemente": 1.0})], FRAME, catalogue)
