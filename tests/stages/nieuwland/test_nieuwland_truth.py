"""What was planted is there, in the figures before rounding, and comes from how the country lives."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from stadspeil.sources.nieuwland import World, plan, stock

POVERTY = "huishoudens_laag_inkomen_pct"


def test_hidden_poor_buurten_are_poor_while_their_wijk_looks_fine(truth: dict[str, Any]) -> None:
    hidden = truth["hidden_poor_buurten"]
    assert len(hidden) == stock.HIDDEN_POOR
    for each in hidden:
        assert each["poverty_pct"] > 1.9 * each["country_mean_pct"]
        assert each["wijk_mean_pct"] < 1.15 * each["country_mean_pct"]


def test_sliding_buurten_part_from_what_they_would_have_been_from_their_year_on(truth: dict[str, Any]) -> None:
    for each in truth["sliding_buurten"]:
        told, untold, start = each["poverty_pct_by_year"], each["poverty_pct_without_by_year"], each["start_year"]
        apart = {int(year): told[year] - untold[year] for year in told}
        assert max(abs(value) for year, value in apart.items() if year <= start) < 0.35
        assert each["effect_pp_per_year"] > 0.3
        assert apart[plan.LAST_YEAR] > 4
        late = [value for year, value in apart.items() if start + 2 <= year <= start + stock.SLIDE_YEARS]
        assert all(after > before for before, after in itertools.pairwise(late))


def test_renewed_buurten_have_fewer_poor_than_without_renewal(truth: dict[str, Any]) -> None:
    for each in truth["renewed_buurten"]:
        assert each["effect_pp_in_last_year"] < -2


def test_other_buurten_hardly_notice_slides_and_renewals(world: World) -> None:
    planted = world.known.stock.planted
    others = np.ones(world.gazetteer.sites.count, dtype=bool)
    others[[*planted.sliding, *planted.renewed]] = False
    apart = world.figures.values[POVERTY] - world.known.untold
    assert np.abs(apart[others]).max() < 0.8


def test_new_towns_lose_their_best_off_and_the_city_gains_them(truth: dict[str, Any]) -> None:
    balance = truth["selective_moves"]["persons_over_gemeente_borders"]
    for code in truth["selective_moves"]["new_towns"]:
        low, _, high = balance[code]["balance_total"]
        assert high < 0 < low
        assert high < -1000
    assert balance["GM9001"]["balance_total"][2] > 0


def test_who_leaves_a_gemeente_arrives_in_another(truth: dict[str, Any]) -> None:
    balance = truth["selective_moves"]["persons_over_gemeente_borders"].values()
    for year in ("2005", "2015", "2023"):
        came = np.array([each["arrived_by_year"][year] for each in balance]).sum()
        went = np.array([each["left_by_year"][year] for each in balance]).sum()
        assert came == pytest.approx(went, rel=0.01)


def test_a_new_town_ages_faster_than_the_city(world: World) -> None:
    """Built at once, aged at once: the rise of the share of 65 and over from 2005 to 2024."""
    people, old = world.figures.values["inwoners"], world.figures.values["inwoners_65_plus"]
    numbers = np.array([plan.WIJKEN[int(wijk)].gemeente for wijk in world.gazetteer.sites.wijk])

    def rise(number: int) -> float:
        share = old[numbers == number].sum(axis=0) / people[numbers == number].sum(axis=0)
        return float(share[-1] - share[0])

    assert all(rise(number) > 1.5 * rise(9001) for number in plan.NEW_TOWNS)


def test_the_truth_names_codes_that_exist(world: World, truth: dict[str, Any]) -> None:
    codes = set(world.gazetteer.division(2024).codes)
    told = [
        each["buurt"] for key in ("hidden_poor_buurten", "sliding_buurten", "renewed_buurten") for each in truth[key]
    ]
    assert set(told) <= codes
    assert len(set(told)) == len(told)


def test_the_true_values_are_not_rounded(truth: dict[str, Any]) -> None:
    people = truth["true_values"]["inwoners"]["2021"]
    assert any(value % 5 for code, value in people.items() if code.startswith("BU"))
    assert people["NL"] == sum(value for code, value in people.items() if code.startswith("GM"))


def test_age_bands_and_households_add_up(world: World) -> None:
    values = world.figures.values
    bands = [values[name] for name in values if name.startswith("inwoners_")]
    assert np.array_equal(sum(bands), values["inwoners"])
    kinds = ("eenpersoons", "zonder_kinderen", "met_kinderen")
    assert np.array_equal(sum(values[f"huishoudens_{kind}"] for kind in kinds), values["huishoudens"])
    assert all((values[f"huishoudens_{kind}"] >= 0).all() for kind in kinds)


def test_every_figure_is_finite_and_no_count_is_negative(world: World) -> None:
    for name, value in world.figures.values.items():
        assert np.isfinite(value).all(), name
        if name not in world.figures.weights:
            assert (value >= 0).all(), name
