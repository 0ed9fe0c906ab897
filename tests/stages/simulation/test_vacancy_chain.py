"""The chain of vacancies: by hand, by lot, from a run, and against what was published."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from simulated_runs import new_homes, run_of

from stadspeil.catalogue import load_catalogue
from stadspeil.errors import ContractError, QuestionError
from stadspeil.simulation.chains_of_run import chain_from_run, traced_chains
from stadspeil.simulation.classes import OWNER, SOCIAL
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.invented import invented_world
from stadspeil.simulation.national_chain import USED, national_chain, national_mix
from stadspeil.simulation.programme import Programme, Step
from stadspeil.simulation.rules import rules_from
from stadspeil.simulation.run import DEATH, NEW_HOME, PART_STAYS, STARTER, STILL_EMPTY
from stadspeil.simulation.targets import targets_from
from stadspeil.simulation.vacancy_chain import (
    ENDS,
    Chain,
    ask,
    ceiling,
    check_chain,
    homes_of,
    link_shares,
    multiplier,
    prepare,
    share_done,
)


@pytest.fixture
def small() -> Chain:
    """Two kinds. (I - Q)^-1 = [[1.75, 0.5], [0.25, 1.5]]."""
    ends = np.zeros((2, len(ENDS)))
    first_ends = ends.copy()
    first_ends[:, 0] = 0.2, 0.5
    ends[:, 0], ends[:, 1] = (0.3, 0.6), (0.1, 0.0)
    return Chain(
        ("koop", "huur"), np.array([[0.6, 0.2], [0.1, 0.4]]), first_ends, np.array([[0.4, 0.2], [0.1, 0.3]]), ends,
        np.full(2, 50.0), np.full(2, 50.0), 3.0, (3.0, 4.0), 1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


@pytest.fixture(scope="module")
def national(ours):
    return national_chain(ours)


@pytest.fixture(scope="module")
def mix(ours):
    return national_mix(ours)


def test_one_new_home_by_hand(small):
    """(0.6, 0.2) x [[1.75, 0.5], [0.25, 1.5]] = (1.1, 0.6)."""
    assert multiplier(small, np.array([1.0, 0])) == pytest.approx(1.7)
    assert link_shares(small, np.array([1.0, 0]), 2).sum(axis=1) == pytest.approx([0.8, 0.44])
    answer = ask(prepare(small, np.random.default_rng(1)), np.array([10, 0]))
    assert [each.value for each in answer.freed_by.values()] == pytest.approx([11, 6])
    assert answer.freed.value == pytest.approx(17)
    # Starters: 0.2 at once, 0.3 of 1.1, 0.6 of 0.6; somebody stays: 0.1 of 1.1.
    assert answer.ends["starter"].value == pytest.approx(10 * (0.2 + 0.33 + 0.36))
    assert answer.ends["deel blijft achter"].value == pytest.approx(1.1)
    # 0.8 / (1 - 0.44 / 0.8)
    assert ceiling(small, np.array([1.0, 0])) == pytest.approx(0.64 / 0.36)


def test_waiting_by_hand():
    """One step of 3 months on average: 1 - 1/e is done after 3, of two links 1 - 2/e."""
    assert share_done(2, 3.0, 1, (3.0,))[:, 0] == pytest.approx([1 - np.exp(-1), 1 - 2 * np.exp(-1)])


def test_waiting_by_lot():
    rng = np.random.default_rng(3)
    drawn = rng.gamma(2 * 3, 3.5 / 2, 200_000)
    assert share_done(3, 3.5, 2, (6, 12, 24))[2] == pytest.approx([np.mean(drawn < t) for t in (6, 12, 24)], abs=0.004)


def test_chains_drawn_one_by_one_give_the_same(small):
    rng = np.random.default_rng(2)
    first = np.concatenate([small.first_onward, small.first_ends], axis=1).cumsum(axis=1)
    later = np.concatenate([small.onward, small.ends], axis=1).cumsum(axis=1)
    lengths = []
    for _ in range(20_000):
        state, rows, length = 0, first, 0
        while (state := int(np.searchsorted(rows[state], rng.random()))) < 2:
            rows, length = later, length + 1
        lengths.append(length)
    error = np.std(lengths) / np.sqrt(len(lengths))
    assert abs(np.mean(lengths) - 1.7) < 3 * error


def test_every_chain_ends_once_in_the_chain_and_in_every_draw(small):
    made = prepare(small, np.random.default_rng(5), 50)
    assert made.ends.sum(axis=2) == pytest.approx(np.ones((51, 2)))
    assert made.by_link.sum(axis=2) == pytest.approx(made.freed.sum(axis=2), rel=1e-6)
    assert np.all(np.diff(made.done, axis=2) >= -1e-12)
    assert np.all(np.diff(made.done, axis=1) <= 1e-12)


def test_the_interval_narrows_with_what_it_rests_on_and_holds_the_chain(small):
    wide = ask(prepare(small, np.random.default_rng(5), 400), np.array([10, 0])).per_home
    much = replace(small, first_seen=np.full(2, 5e4), seen=np.full(2, 5e4))
    narrow = ask(prepare(much, np.random.default_rng(5), 400), np.array([10, 0])).per_home
    assert narrow.high - narrow.low < 0.1 * (wide.high - wide.low)
    assert wide.low < 1.7 < wide.high
    assert narrow.low < 1.7 < narrow.high


def test_a_dirichlet_row_has_the_spread_that_theory_gives(small):
    """With one kind of ending and one kind of home the share is Beta: its deviation is known."""
    made = prepare(replace(small, first_seen=np.array([99.0, 1e9])), np.random.default_rng(8), 4000)
    share = made.by_link[1:, 0, 0]
    mean = 0.8
    assert share.std() == pytest.approx(np.sqrt(mean * (1 - mean) / 101), rel=0.06)


def test_equal_seeds_give_equal_answers(small):
    one, two = (ask(prepare(small, np.random.default_rng(9)), np.array([3, 4])) for _ in range(2))
    assert one == two


def test_wrong_chances_are_named(small):
    with pytest.raises(ContractError, match="samen"):
        check_chain(replace(small, onward=small.onward * 0.5))
    with pytest.raises(ContractError, match="negatief"):
        check_chain(replace(small, ends=small.ends - 0.5))
    never = replace(small, onward=np.eye(2), ends=np.zeros_like(small.ends))
    with pytest.raises(ContractError, match="eindigt nooit"):
        check_chain(never)


@pytest.mark.parametrize("homes", [np.zeros(2), np.array([5.0, -1]), np.ones(3), np.array([np.nan, 1])])
def test_homes_that_cannot_be_are_refused(small, homes):
    with pytest.raises(QuestionError, match="verwacht 2 soorten"):
        ask(prepare(small, np.random.default_rng(1), 5), homes)


def test_a_run_is_counted_by_hand():
    """Three new owner homes: one chain of two links, one of one, one that stops at once. (2 + 1 + 0) / 3 = 1."""
    run = run_of([new_homes([2, 2, 8], STARTER), new_homes([2, 8], PART_STAYS), new_homes([2], STARTER),
                  (DEATH, [2, 8], STARTER)])  # fmt: skip
    traced = traced_chains(run)
    assert traced.multiplier() == 1.0
    chain = chain_from_run(run)
    assert chain.first_onward[2, [2, 8]] == pytest.approx([1 / 3, 1 / 3])
    assert chain.first_ends[2, ENDS.index("starter")] == pytest.approx(1 / 3)
    # Vacancies of kind 2 that stood: the second of the first chain and the dead one's; both freed kind 8.
    assert chain.onward[2, 8] == 1.0
    assert chain.seen[[2, 8]].tolist() == [2, 3]
    assert chain.months == 3.0
    assert multiplier(chain, traced.new_homes()) == pytest.approx(1.0)


def test_a_chain_from_a_large_run_gives_its_multiplier_within_two_per_cent(national, mix):
    chains = drawn_chains(national, mix, 20_000, np.random.default_rng(4))
    run = run_of(chains)
    traced = traced_chains(run)
    chain = chain_from_run(run, still_empty="ending")
    assert multiplier(chain, traced.new_homes()) == pytest.approx(traced.multiplier(), rel=0.02)
    assert multiplier(chain, traced.new_homes()) == pytest.approx(multiplier(national, mix), rel=0.03)


def test_with_all_roots_together_the_count_is_exact(national, mix):
    """Vacancies = roots (I - Q)^-1 holds to the last one, whatever the chains do."""
    chains = [(DEATH, kinds, ending) for _, kinds, ending in drawn_chains(national, mix, 500, np.random.default_rng(6))]
    traced, chain = traced_chains(run_of(chains)), chain_from_run(run_of(chains), still_empty="ending")
    roots = np.bincount([kinds[0] for _, kinds, _ in chains], minlength=18)
    assert roots @ np.linalg.inv(np.eye(18) - chain.onward) @ np.ones(18) == pytest.approx(len(traced.state))


def test_what_is_still_empty_is_left_out_or_an_ending():
    run = run_of([new_homes([2, 2], STARTER), new_homes([2], STILL_EMPTY)])
    assert chain_from_run(run, still_empty="ending").first_onward[2, 2] == 0.5
    assert chain_from_run(run).first_onward[2, 2] == 1.0


def test_chains_of_new_homes_alone_give_back_their_own_count():
    """By algebra, also where other chains go another way."""
    chains = [new_homes([2, 2, 8], STARTER), new_homes([8, 2], PART_STAYS), *[(DEATH, [2], STARTER)] * 9]
    traced = traced_chains(run_of(chains))
    alone, together = (chain_from_run(run_of(chains), roots=roots) for roots in ("new", "all"))
    assert multiplier(alone, traced.new_homes()) == pytest.approx(traced.multiplier())
    assert multiplier(together, traced.new_homes()) < 0.8 * traced.multiplier()


@pytest.mark.slow
def test_the_first_tier_reproduces_the_third_within_two_per_cent():
    """Chances of three runs of the microsimulation together, against what those runs counted, beyond the chance in that count."""
    rules, world = rules_from(load_catalogue()), invented_world(60_000, 80)
    start = 12 * world.year
    steps = [
        Step(
            "bouwen", f"s{row}", world.places.codes[3 * row], start + 3, start + 26, 100, row % 3, row // 3 % 2, row % 3
        )
        for row in range(24)
    ]
    counted, said, lengths = [], [], []
    for seed in (1, 2, 3):
        run = simulate(world, rules, steps, months=84, seed=seed, threads=2)
        traced = traced_chains(run)
        counted.append(traced.multiplier())
        said.append(multiplier(chain_from_run(run), traced.new_homes()))
        lengths.append(np.bincount(traced.root[traced.from_new()])[np.unique(traced.root[traced.new])])
    together = np.concatenate(lengths)
    error = together.std() / np.sqrt(len(together)) / np.mean(counted)
    assert np.mean(said) / np.mean(counted) == pytest.approx(1, abs=0.02 + 2 * error)


def test_a_broken_chain_is_a_fault():
    run = run_of([new_homes([2, 2, 8], STARTER)])
    broken = replace(run, vacancies=replace(run.vacancies, ending=np.array([0, STARTER, STARTER], np.uint8)))
    with pytest.raises(ContractError, match="zonder vervolg"):
        traced_chains(broken)


def test_classes_of_areas_split_the_kinds():
    run = run_of([new_homes([2, 2], STARTER), (DEATH, [2], STARTER)])
    chain = chain_from_run(run, area_class=np.array([1, 0, 0]), class_names=("arm", "rijk"))
    assert len(chain.states) == 36
    assert chain.first_onward[5, 5] == 1.0


def drawn_chains(chain: Chain, mix: np.ndarray, count: int, rng: np.random.Generator):
    """Chains drawn link by link."""
    first = np.concatenate([chain.first_onward, chain.first_ends], axis=1).cumsum(axis=1)
    later = np.concatenate([chain.onward, chain.ends], axis=1).cumsum(axis=1)
    made = []
    for start in rng.choice(18, count, p=mix / mix.sum()):
        kinds, rows = [int(start)], first
        while (after := int(np.searchsorted(rows[kinds[-1]], rng.random() * (1 - 1e-12)))) < 18:
            kinds.append(after)
            rows = later
        made.append((NEW_HOME, kinds, after - 18 + 1))
    return made


def test_the_national_chain_gives_what_cbs_published(national, mix, ours):
    """V1: 0.69 in the first link, then 0.59, 1.45 in all; at most 1.67."""
    one, two, *rest = link_shares(national, mix, 40).sum(axis=1)
    value = {id: each.value for id, each in ours.evidence.items()}
    assert one == pytest.approx(value["v1_schakel_1"], abs=1e-6)
    assert two / one == pytest.approx(value["v1_verhouding_2_1"], abs=1e-6)
    assert sum(rest) == pytest.approx(value["v1b_staart"], abs=1e-3)
    assert multiplier(national, mix) == pytest.approx(1.45, abs=0.005)
    assert ceiling(national, mix) == pytest.approx(1.67, abs=0.005)


def test_three_years_are_enough_for_the_published_number(national, mix, ours):
    answer = ask(prepare(national, np.random.default_rng(1)), 1000 * mix)
    within = answer.within[36]
    found = ours.evidence["v1_vrijgekomen"]
    assert within.value / 1000 == pytest.approx(1.45, abs=0.01)
    assert found.low <= within.low / 1000 < within.high / 1000 <= found.high


def test_the_speed_within_a_year_is_near_a_number_it_was_not_fitted_to(national, mix, ours):
    """V2: 56 of 70 delivered homes are lived in by the year's end, evenly over the year; 44 freed in the first link.

    A wait of 3.5 months is a little slow for it (0.39); 2.5 months would hit it.
    """

    def freed(months: float) -> float:
        done = share_done(1, months, national.stages, np.linspace(0.25, 11.75, 24))
        return 56 / 70 * float(link_shares(national, mix, 1).sum() * done.mean())

    found = ours.evidence["v2_zelfde_jaar"].value
    assert freed(national.months) == pytest.approx(found, abs=0.06)
    assert freed(2.5) == pytest.approx(found, abs=0.01)


def test_social_rent_hands_on_half_and_frees_fewer_and_cheaper_homes(national, mix):
    """V5 and the sign of I4."""
    assert national.onward.sum(axis=1)[6:12].mean() == pytest.approx(0.495, abs=0.02)
    made = prepare(national, np.random.default_rng(2), 10)
    answers = []
    for tenure in (OWNER, SOCIAL):
        homes = np.where(np.arange(18) // 6 == tenure, mix, 0)
        answers.append(ask(made, 100 * homes / homes.sum()))
    bought, let = answers
    assert let.freed.high < bought.freed.low
    cheap_bought, cheap_let = (
        sum(each.value for name, each in a.freed_by.items() if name.endswith("laag")) / a.freed.value for a in answers
    )
    assert cheap_let > cheap_bought + 0.1


def test_houses_set_off_longer_chains_than_flats_and_dear_homes_than_cheap_ones(national):
    """V3, per tenure."""
    kinds = np.eye(18)
    for tenure in range(3):
        house, flat = 6 * tenure, 6 * tenure + 3
        assert all(multiplier(national, kinds[house + p]) > multiplier(national, kinds[flat + p]) for p in range(3))
        assert multiplier(national, kinds[flat]) < multiplier(national, kinds[flat + 2])


def test_a_town_of_rented_flats_has_shorter_chains(national, mix):
    """V3: Amsterdam 0.78 of the country; here only that it is clearly shorter."""
    flats = np.zeros(18)
    flats[[4, 5, 9, 10, 16, 17]] = 0.2, 0.1, 0.35, 0.1, 0.15, 0.1
    assert 0.6 < multiplier(national, flats) / multiplier(national, mix) < 0.95


def test_targets_that_cannot_be_reached_are_said_to_be(ours):
    targets = targets_from(ours, USED)
    odd = {**targets, "v1b_staart": replace(targets["v1b_staart"], value=5.0)}
    with pytest.raises(QuestionError, match="geen kansen"):
        national_chain(ours, odd)


def test_only_building_begins_a_chain():
    built = Step("bouwen", "a", "BU00010001", 0, 12, 40, OWNER, 0, 2)
    gone = Step("slopen", "b", "BU00010001", 0, 12, 30, SOCIAL, 1, 0)
    homes = homes_of(Programme("p", "P", "GM0001", (built, gone)))
    assert homes.sum() == 40
    assert homes[2] == 40


def test_the_first_tier_needs_numpy_alone():
    """As in a browser: no scipy, numba or polars is loaded."""
    code = (
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in {'scipy', 'numba', 'polars', 'shapely'}: raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "import stadspeil.simulation.vacancy_chain, stadspeil.simulation.chains_of_run\n"
        "assert not {'scipy', 'numba', 'polars'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
