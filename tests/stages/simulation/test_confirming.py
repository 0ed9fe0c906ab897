"""The counts of the third tier, on a run made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from simulated_runs import new_homes, run_of

from stadspeil.cli.sessions import open_session
from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import FLAT, HOUSE, OWNER, SOCIAL, segment
from stadspeil.simulation.confirming import Confirmer, criteria_of
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.programme import Programme, Step
from stadspeil.simulation.programme_files import programme_of
from stadspeil.simulation.rules import rules_from
from stadspeil.simulation.run import DEATH, NEW_HOME, STARTER
from stadspeil.simulation.surrogate import CRITERIA, Town, surrogate_of, town_of
from stadspeil.simulation.synthesis import synthesize

TOWN = Town(
    ("BU00010001", "BU00010002"),
    np.ones((2, 18)),
    np.ones((2, 3)),
    np.full((18, 3), 1 / 3),
    np.zeros(18),
    np.zeros((2, 2)),
)


def town(**missing: int) -> Town:
    lacking = np.zeros(18)
    for kind, homes in missing.items():
        lacking[int(kind[1:])] = homes
    return Town(TOWN.codes, TOWN.stock, TOWN.income, TOWN.enters, lacking, TOWN.distance)


def incomes(*low: int) -> np.ndarray:
    """Households of three buurten, ten each: so many of the lowest decile, the rest of the highest."""
    made = np.zeros((3, 10))
    made[:, 0], made[:, 9] = low, 10 - np.array(low)
    return made


def test_a_pair_by_hand():
    """A dear new home in buurt 0 is taken by the better-off from buurt 1, whose home goes to somebody from a social
    home in buurt 0, which goes to a starter; a second chain goes out of town. A chain after a death does not count."""
    chains = [new_homes([2, 1, 9], STARTER), new_homes([2, 1], STARTER), (DEATH, [9, 9], STARTER)]
    buurten = [0, 1, 0, 0, 2, 1, 1]
    deciles = [9, 4, 0, 8, 9, 9, 9]
    run = run_of(chains, buurten=buurten, deciles=deciles, by_decile=incomes(5, 5, 0))
    without = run_of([(DEATH, [9, 9], STARTER)], by_decile=incomes(8, 2, 0))
    found = criteria_of(run, without, "GM0001", town(k1=5, k2=1, k9=9))
    # Built 2 of kind 2 (1 missing), freed here 1 of kind 1 and 1 of kind 9.
    assert found["treden"] == 1 + 1 + 1
    # 50 % and 50 % against 80 % and 20 %: 30 points nearer.
    assert found["gelijkheid"] == pytest.approx(30)
    # Buurt 1 loses the household of decile 9; the one of decile 8 came from outside the town.
    assert found["blijvers"] == -1
    assert found["sociaal_vrij"] == 1
    assert found["regio"] == 1
    assert set(found) == set(CRITERIA)


def test_every_programme_gets_the_same_seeds_and_runs_without_are_made_once():
    asked = []

    def simulate(world, rules, steps, *, months, seed, threads):
        asked.append((len(steps), seed, rules, months))
        return run_of([new_homes([2], STARTER)] if steps else [(DEATH, [2], STARTER)])

    confirm = Confirmer((None,), "GM0001", TOWN, simulate, ("r1", "r2"), (11, 12), 36)
    step = Step("bouwen", "a", "BU00010001", 24300, 24301, 1, 0, 0, 2)
    for name in ("een", "twee"):
        found = confirm(Programme(name, name, "GM0001", (step,)))
        assert {name: len(each) for name, each in found.items()} == dict.fromkeys(CRITERIA, 2)
    assert sorted(asked) == sorted(
        [(0, 11, "r1", 36), (0, 12, "r2", 36), *([(1, 11, "r1", 36), (1, 12, "r2", 36)] * 2)]
    )


def test_pairs_take_populations_in_turn_and_both_runs_of_a_pair_the_same():
    asked = []

    def simulate(world, rules, steps, *, months, seed, threads):
        asked.append((world, seed, len(steps)))
        return run_of([new_homes([2], STARTER)] if steps else [(DEATH, [2], STARTER)])

    step = Step("bouwen", "a", "BU00010001", 24300, 24301, 1, 0, 0, 2)
    confirm = Confirmer(("eerste", "tweede"), "GM0001", TOWN, simulate, ("r",) * 3, (11, 12, 13), 36)
    confirm(Programme("p", "p", "GM0001", (step,)))
    world_of = {11: "eerste", 12: "tweede", 13: "eerste"}
    assert sorted(asked) == sorted((world_of[seed], seed, steps) for seed in world_of for steps in (0, 1))


def test_one_pair_is_too_few():
    confirm = Confirmer((None,), "GM0001", TOWN, lambda *_, **__: None, ("r",), (1,), 12)
    with pytest.raises(QuestionError, match="ten minste twee paren"):
        confirm(Programme("p", "p", "GM0001", ()))


@pytest.mark.slow
def test_with_an_outside_the_runs_free_as_many_social_homes_in_town_as_chains_and_closed_twice_as_many(demo):
    """What the page says of a population without neighbors: chains that would lead elsewhere stay inside."""
    session = open_session(demo / "werkmap")
    catalogue, code = session.catalogue, "GM9002"
    programme = next(each for each in catalogue.programmes.values() if each.town == code)
    buurt = programme_of(catalogue, programme.id).steps[0].buurt
    freed, locally = {}, {}
    for name, towns in (("closed", [code]), ("region", [code, *catalogue.regions[code].members])):
        world = synthesize(session.workspace, catalogue, towns, seed=1).world
        start = 12 * world.year
        steps = tuple(
            Step("bouwen", f"{tenure}", buurt, start, start + 12, 60, tenure, form, 1, 90.0)
            for tenure, form in ((OWNER, HOUSE), (SOCIAL, FLAT))
        )
        counted = []
        for seed in range(3):
            run = simulate(world, rules_from(catalogue), steps, months=24, seed=seed)
            told, homes, places = run.vacancies, run.end.dwellings, world.places
            here = np.array([places.town_codes[row] == code for row in places.town])[homes.buurt[told.home]]
            chained = (told.cause == NEW_HOME)[told.root] & (told.link > 0) & (homes.tenure[told.home] == SOCIAL)
            counted.append((np.count_nonzero(chained & here), np.count_nonzero(chained)))
        mean = np.mean(counted, axis=0)
        freed[name], locally[name] = mean[0], mean[0] / mean[1]
    assert locally["closed"] == 1 and 0.35 < locally["region"] < 0.75
    assert freed["closed"] > 1.5 * freed["region"]
    built = np.zeros(18)
    built[[segment_of(OWNER, HOUSE), segment_of(SOCIAL, FLAT)]] = 60
    known = town_of(world, code)
    judged = surrogate_of(known, national_chain(catalogue), catalogue, np.random.default_rng(1))
    inside = judged.scores(built[None, None], np.array([known.codes.index(buurt)]))[
        0, :, CRITERIA.index("sociaal_vrij")
    ]
    low, high = np.percentile(inside, (5, 95))
    assert low < freed["region"] < high < freed["closed"]


def segment_of(tenure: int, form: int) -> int:
    """The segment of a middle price."""
    return int(segment(np.array([tenure]), np.array([form]), np.array([1]))[0])
