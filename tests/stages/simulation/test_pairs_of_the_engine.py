"""What holds of pairs holds with the engine itself: same counts on any executor and threads, nothing without homes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from simulation_tasks import invented_ensemble

from stadspeil.simulation.effects import effects_of
from stadspeil.simulation.outcomes import chains_table, spreads_table
from stadspeil.simulation.pairs import Ensemble, PairCounts, run_pair, run_pairs


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return invented_ensemble(pairs=2)


@pytest.fixture(scope="module")
def serial(ensemble: Ensemble) -> list[PairCounts]:
    return [run_pair(ensemble, pair) for pair in range(2)]


def same(one: PairCounts, other: PairCounts) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


def test_threads_do_not_show(ensemble: Ensemble, serial: list[PairCounts]) -> None:
    assert same(run_pair(replace(ensemble, threads=2), 1), serial[1])


@pytest.mark.slow
def test_two_processes_count_the_same(ensemble: Ensemble, serial: list[PairCounts], tmp_path: Path) -> None:
    found = run_pairs(ensemble, tmp_path, "processes:2")
    assert all(same(one, other) for one, other in zip(found, serial, strict=True))


def test_a_programme_without_homes_changes_nothing(ensemble: Ensemble) -> None:
    nothing = replace(ensemble, steps=tuple(replace(step, homes=0) for step in ensemble.steps))
    counted = run_pair(nothing, 0)
    for name in counted:
        if name.startswith("with/"):
            assert np.array_equal(counted[name], counted[name.replace("with/", "without/")]), name
    effects = effects_of([counted, counted], ensemble.groupings)
    assert effects["mean"].drop_nulls().abs().max() == 0 and not effects["shown"].any()


def test_new_homes_bring_households_and_chains(ensemble: Ensemble, serial: list[PairCounts]) -> None:
    effects = effects_of(serial, ensemble.groupings)
    built = sum(step.homes for step in ensemble.steps if step.act == "bouwen")
    gone = sum(step.homes for step in ensemble.steps if step.act == "slopen")
    last = effects["years"].max()
    homes = effects.filter(area="locaties", figure="woningen", years=last)["mean"][0]
    assert homes == built - gone
    assert effects.filter(area="locaties", figure="huishoudens", years=last)["mean"][0] > 0.5 * homes
    chains = chains_table(serial)
    homeless = chains.filter(method="verschil", figure="zonder eigen woning")["mean"][0]
    assert homeless < 0, "more homes leave fewer households without one"
    assert chains.filter(method="gevolgd", link=0, figure="woningen")["mean"][0] == 1


def test_flows_of_areas_are_never_below_nothing(serial: list[PairCounts]) -> None:
    for counted in serial:
        assert all(counted[name].min() >= 0 for name in counted if name.startswith(("with/", "without/")))


def test_buurten_lie_apart_by_a_share(ensemble: Ensemble, serial: list[PairCounts]) -> None:
    spreads = spreads_table(serial, ensemble.groupings[0], "GM9000")
    uneven = spreads.filter(measure="dissimilariteit")
    assert uneven["without"].is_between(0, 1).all() and uneven.height == 3 * 2


def test_a_pair_asks_for_nothing_of_the_others(ensemble: Ensemble, serial: list[PairCounts]) -> None:
    alone = replace(
        ensemble,
        worlds=ensemble.worlds[1:],
        seeds=ensemble.seeds[1:],
        rules=ensemble.rules[1:],
        realized=ensemble.realized[1:],
    )
    run: Any = partial(run_pair, alone)
    assert same({**run(0), "population": serial[1]["population"]}, serial[1])


def test_pairs_take_populations_in_turn_and_both_runs_of_a_pair_have_the_same(ensemble: Ensemble) -> None:
    pairs = [
        run_pair(replace(ensemble, seeds=(3,) * 3, rules=(ensemble.rules[0],) * 3, realized=(1.0,) * 3), pair)
        for pair in range(3)
    ]
    assert [int(each["population"]) for each in pairs] == [0, 1, 0]
    assert same(pairs[0], pairs[2]), "the same chance in the same population is the same pair"
    assert not np.array_equal(pairs[0]["without/buurt"], pairs[1]["without/buurt"])
    for each in pairs:
        # At the start nothing has happened: with and without are one population.
        assert np.array_equal(each["with/buurt"][0], each["without/buurt"][0])
