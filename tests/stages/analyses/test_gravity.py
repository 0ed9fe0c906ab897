"""Gravity: balanced by hand, and friction found again: planted by us, planted in Nieuwland, and as a full regression finds it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.analyses.gravity import destination_constants, fit_friction, friction, furness
from stadspeil.catalogue import load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.sources.nieuwland.wide import make_country
from stadspeil.sources.nieuwland.wide.people import populate
from stadspeil.sources.nieuwland.wide.streams import flow_rows


def spots(count: int, seed: int) -> np.ndarray:
    """Distances in km between areas strewn over 100 x 100 km."""
    places = np.random.default_rng(seed).random((count, 2)) * 100
    return np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))


def planted(count: int, seed: int, bend: float, slope: float, size: float = 6.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    distance = spots(count, seed)
    weights = np.where(np.eye(count, dtype=bool), 0, friction(distance, bend, slope))
    origins, destinations = rng.lognormal(size, 0.8, count), rng.lognormal(size, 0.8, count)
    destinations *= origins.sum() / destinations.sum()
    return rng.poisson(furness(origins, destinations, weights).flows(weights)).astype(float), distance


def test_two_by_two_by_hand():
    """Sums 30 and 70, 40 and 60, all pairs alike: independence, 12, 18, 28, 42."""
    made = furness(np.array([30.0, 70]), np.array([40.0, 60]), np.ones((2, 2)))
    assert made.flows(np.ones((2, 2))) == pytest.approx(np.array([[12, 18], [28, 42]]), rel=1e-6)


def test_the_odds_ratio_of_friction_is_kept():
    """Sums 50, 50 both ways and weights with odds ratio 4: the diagonal holds two thirds of each."""
    weights = np.array([[2.0, 1], [1, 2]])
    made = furness(np.array([50.0, 50]), np.array([50.0, 50]), weights).flows(weights)
    assert made == pytest.approx(np.array([[100 / 3, 50 / 3], [50 / 3, 100 / 3]]), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10_000), st.floats(0, 2), st.floats(0, 0.1))
def test_sums_are_kept_and_friction_is_too(count, seed, bend, slope):
    rng = np.random.default_rng(seed)
    distance = spots(count, seed)
    weights = friction(distance, bend, slope)
    origins, destinations = rng.random(count) + 0.1, rng.random(count) + 0.1
    destinations *= origins.sum() / destinations.sum()
    made = furness(origins, destinations, weights, close=1e-9, rounds=5000).flows(weights)
    assert made.sum(axis=1) == pytest.approx(origins, rel=1e-6)
    assert made.sum(axis=0) == pytest.approx(destinations, rel=1e-6)
    ratio = made / weights
    assert ratio[0, 0] * ratio[1, 1] == pytest.approx(ratio[0, 1] * ratio[1, 0], rel=1e-9)


def test_single_precision_is_near_double():
    distance = spots(60, 1)
    sums = np.random.default_rng(1).lognormal(4, 1, 60)
    double, single = friction(distance, 0.8, 0.02), friction(distance.astype(np.float32), 0.8, 0.02)
    one, two = (
        furness(sums, sums[::-1].copy(), double).flows(double),
        furness(sums, sums[::-1].copy(), single, close=1e-5),
    )
    assert two.flows(single).dtype == np.float32
    assert two.flows(single) == pytest.approx(one, rel=2e-3)


def test_an_area_without_departures_sends_none():
    made = furness(np.array([0.0, 10]), np.array([4.0, 6]), np.ones((2, 2))).flows(np.ones((2, 2)))
    assert made[0].tolist() == [0, 0]
    assert made[1] == pytest.approx([4, 6])


@pytest.mark.parametrize(
    ("origins", "destinations", "weights", "said"),
    [([1.0, 1], [1.0, 2], [[1.0, 1], [1, 1]], "verwacht evenveel"), ([-1.0, 2], [1.0, 0], [[1.0, 1], [1, 1]], "negatief"),
     ([1.0, 1], [1.0, 1], [[0.0, 0], [1, 1]], "niets bereiken"), ([1.0, 1], [1.0, 1], [[1.0, 1]], "verwacht")],
)  # fmt: skip
def test_sums_that_cannot_be_are_refused(origins, destinations, weights, said):
    with pytest.raises(QuestionError, match=said):
        furness(np.array(origins), np.array(destinations), np.array(weights))


def full_regression(flows: np.ndarray, measures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The textbook way: a dummy per origin and destination, iterated weighted least squares on all pairs."""
    count = len(flows)
    rows, columns = np.nonzero(~np.eye(count, dtype=bool))
    design = np.zeros((len(rows), 2 * count - 1 + len(measures)))
    design[np.arange(len(rows)), rows] = 1
    later = columns > 0
    design[np.flatnonzero(later), count + columns[later] - 1] = 1
    design[:, 2 * count - 1 :] = -measures[:, rows, columns].T
    y = flows[rows, columns]
    mean = y + 0.5
    for _ in range(60):
        target = np.log(mean) + (y - mean) / mean
        root = np.sqrt(mean)
        found = np.linalg.lstsq(design * root[:, None], target * root, rcond=None)[0]
        mean = np.exp(design @ found)
    pearson = ((y - mean) ** 2 / mean).sum() / (len(y) - design.shape[1])
    covariance = np.linalg.inv(design.T @ (design * mean[:, None])) * max(pearson, 1)
    return found[2 * count - 1 :], np.sqrt(np.diag(covariance))[2 * count - 1 :]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_estimates_and_errors_are_those_of_a_regression_with_a_dummy_per_area(seed):
    flows, distance = planted(14, seed, 0.7, 0.02)
    found = fit_friction(flows, distance)
    estimates, errors = full_regression(flows, np.stack([np.log1p(distance), distance]))
    assert (found.bend, found.slope) == pytest.approx(tuple(estimates), abs=1e-5)
    assert (found.bend_error, found.slope_error) == pytest.approx(tuple(errors), rel=1e-4)


def test_planted_friction_lies_within_two_errors_as_often_as_it_should():
    inside = []
    for seed in range(30):
        flows, distance = planted(25, 100 + seed, 0.9, 0.015)
        found = fit_friction(flows, distance)
        inside.append(abs(found.slope - 0.015) < 1.96 * found.slope_error)
        inside.append(abs(found.bend - 0.9) < 1.96 * found.bend_error)
    assert np.mean(inside) > 0.85


def test_errors_widen_when_moves_are_not_poisson():
    flows, distance = planted(25, 5, 0.9, 0.015)
    rough = flows * np.random.default_rng(5).gamma(2, 0.5, flows.shape)
    smooth, scattered = fit_friction(flows, distance), fit_friction(rough, distance)
    assert smooth.scatter == pytest.approx(1, abs=0.2)
    assert scattered.scatter > 5
    assert scattered.slope_error > 2 * smooth.slope_error


def test_the_friction_planted_in_nieuwland_is_found_again():
    """Its moves fall off by exp(-0.09 x 6 per km) and by nothing else; see wide/streams.py."""
    people = populate(make_country("midden").land, load_catalogue(), np.random.default_rng([1972, 2]))
    land = people.land
    year = land.years[-1]
    division = land.divisions[year]
    count = len(division.gemeente_codes)
    source = load_catalogue().sources["cbs_verhuizingen_matrix"]
    rows = flow_rows(source, [year], people)
    place = {code: number for number, code in enumerate(division.gemeente_codes.tolist())}
    flows = np.zeros((count, count))
    ends = [
        rows[name].str.strip_chars().replace_strict(place).to_numpy()
        for name in (source.area_column, source.other_area_column)
    ]
    flows[ends[0], ends[1]] = rows[source.columns[0].column[0]].to_numpy()
    middles = land.corners[:-1, :-1].reshape(-1, 2) * np.array([65.75, 111.3])
    towns = np.stack(
        [np.bincount(division.gemeente, middles[:, axis], count) / np.bincount(division.gemeente, minlength=count) for axis in (0, 1)],
        axis=1,
    )  # fmt: skip
    distance = np.sqrt(((towns[:, None] - towns[None]) ** 2).sum(axis=2))
    found = fit_friction(flows, distance)
    assert abs(found.slope - 0.54) < 2 * found.slope_error
    assert abs(found.bend) < 2 * found.bend_error
    alone = fit_friction(flows, distance, shape=(False, True))
    assert abs(alone.slope - 0.54) < 2 * alone.slope_error < 0.01


def test_friction_can_be_estimated_on_a_real_matrix_of_commuters(shared_data: Path):
    """Commuters and not movers, so only that the method holds on real figures: balanced, falling, better than either part."""
    commuters = (
        pl.read_csv(shared_data / "more" / "nl_commuting_gemeente_2016_2017.csv")
        .group_by("muni_from", "muni_to")
        .agg(pl.col("value").sum())
    )
    towns = json.loads((shared_data / "real" / "gemeenten_2022.geojson").read_text(encoding="utf-8"))["features"]
    name = next(key for key, value in towns[0]["properties"].items() if str(value).startswith("GM"))
    middles = {
        each["properties"][name]: shapely.centroid(shapely.from_geojson(json.dumps(each["geometry"]))) for each in towns
    }
    codes = sorted(middles.keys() & set(commuters["muni_from"]))
    place = {code: number for number, code in enumerate(codes)}
    known = commuters.filter(pl.col("muni_from").is_in(codes) & pl.col("muni_to").is_in(codes))
    flows = np.zeros((len(codes), len(codes)))
    flows[known["muni_from"].replace_strict(place).to_numpy(), known["muni_to"].replace_strict(place).to_numpy()] = (
        known["value"].to_numpy()
    )
    middle = np.array([[middles[code].x * 68.0, middles[code].y * 111.3] for code in codes])
    distance = np.sqrt(((middle[:, None] - middle[None]) ** 2).sum(axis=2))
    found = fit_friction(flows, distance)
    assert len(codes) > 250
    assert found.scatter > 10
    assert found.at(np.array([5.0, 20, 80])).tolist() == sorted(found.at(np.array([5.0, 20, 80])), reverse=True)
    weights = np.where(np.eye(len(codes), dtype=bool), 0, found.at(distance))
    outside = np.where(np.eye(len(codes), dtype=bool), 0, flows)
    made = furness(outside.sum(axis=1), outside.sum(axis=0), weights).flows(weights)
    assert (made * distance).sum() == pytest.approx((outside * distance).sum(), rel=1e-4)
    assert (made * np.log1p(distance)).sum() == pytest.approx((outside * np.log1p(distance)).sum(), rel=1e-4)


def test_too_little_to_tell_is_said():
    with pytest.raises(QuestionError, match="te weinig"):
        fit_friction(np.zeros((3, 3)), spots(3, 1))
    with pytest.raises(QuestionError, match="negatief"):
        fit_friction(-np.ones((4, 4)), spots(4, 1))


def test_constants_of_destinations_send_what_was_observed():
    """A logit of 300 choosers over five places: the planted constants come back, up to their mean."""
    planted_constants = np.array([0.0, 1.0, -1.0, 0.5, -0.5])
    likes = np.random.default_rng(2).normal(size=(300, 5))

    def arrivals(constants: np.ndarray) -> np.ndarray:
        chances = np.exp(likes + constants)
        return (chances / chances.sum(axis=1, keepdims=True)).sum(axis=0)

    found, miss = destination_constants(arrivals, arrivals(planted_constants), close=1e-8, rounds=200)
    assert found == pytest.approx(planted_constants, abs=1e-6)
    assert miss < 1e-8
    early, early_miss = destination_constants(arrivals, arrivals(planted_constants), rounds=20)
    assert early_miss < 0.01
    assert early == pytest.approx(planted_constants, abs=0.02)


def test_a_destination_nobody_went_to_has_no_constant():
    found, _ = destination_constants(lambda d: np.exp(d) / np.exp(d).sum() * 10, np.array([4.0, 6, 0]))
    assert found[2] == -np.inf
    assert np.exp(found[1] - found[0]) == pytest.approx(1.5, rel=1e-2)
