"""Ours beside other packages on shared cases. tests/oracles holds their numbers, made by tools/make_oracles.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from stadspeil.analyses.clusters import hot_spots, local_clusters, neighbours_of
from stadspeil.analyses.nested_split import entropy_of_groups, mutual_information, nested_split

ORACLES = Path(__file__).parents[1] / "oracles" / "below_the_wijk.json"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return dict(json.loads(ORACLES.read_text()))


def test_theil_and_its_split_are_those_of_inequality(told: dict[str, Any]) -> None:
    case = told["theil"]
    values = np.array(case["values"])
    split = nested_split(values, np.ones(len(values)), np.zeros(len(values), int), np.array(case["wijken"]))
    assert split.total == pytest.approx(case["total"])
    assert split.between_wijken == pytest.approx(case["between"])
    assert split.within_wijken == pytest.approx(case["within"])


def test_segregation_is_that_of_segregation_before_the_bias_is_taken_out(told: dict[str, Any]) -> None:
    counts = np.array(told["segregation"]["counts"], float)
    buurten, groups = counts.shape
    split = mutual_information(counts, np.zeros(buurten, int), np.zeros(buurten, int))
    bias = (buurten - 1) * (groups - 1) / (2 * counts.sum())
    assert (split.total + bias) / entropy_of_groups(counts) == pytest.approx(told["segregation"]["h"])


@pytest.fixture(scope="module")
def lattice(told: dict[str, Any]) -> tuple[np.ndarray, Any]:
    case = told["moran"]
    side = case["side"]
    cells = [shapely.to_wkb(shapely.box(x, y, x + 1, y + 1)) for x in range(side) for y in range(side)]
    return np.array(case["values"])[:, None], neighbours_of(cells)


def test_hot_spots_are_those_of_esda_with_binary_weights(told: dict[str, Any], lattice: Any) -> None:
    values, neighbours = lattice
    assert hot_spots(values, neighbours)[:, 0] == pytest.approx(np.array(told["moran"]["hot_z"]), abs=1e-6)


def test_exact_moments_are_those_of_a_hundred_thousand_permutations(told: dict[str, Any], lattice: Any) -> None:
    """esda draws; we know. Its z is that of the product with the own score, ours that of the lag."""
    values, neighbours = lattice
    found = local_clusters(values, neighbours)
    simulated = np.array(told["moran"]["simulated_z"]) * np.sign(found.score[:, 0])
    assert found.z[:, 0] == pytest.approx(simulated, abs=0.02)
