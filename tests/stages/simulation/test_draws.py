"""Coefficients are drawn anew for every pair, within what is believed, and the same whatever else is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.entries import Parameter
from stadspeil.errors import CatalogueError
from stadspeil.shelf import Part, write_shelf
from stadspeil.simulation.draws import (
    POSTERIOR,
    draws_of,
    pair_seed,
    posterior_of,
    read_draws,
    realized_shares,
    with_coefficients,
)
from stadspeil.workspace import Workspace


def parameter(id: str, value: float, believed: tuple[float, ...], provenance: str = "assumption") -> Parameter:
    return Parameter(id, value, "", "test", "test", "2026-01-01", "ours", believed, provenance)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    given = (
        parameter("sim_een", 1.0, (0.5, 2.0)), parameter("sim_vast", 3.0, ()), parameter("sim_keuze", 4.0, (1.0, 9.0), ""),
        parameter("synthesis_a", 5.0, (1.0, 9.0)), parameter("sim_twee", 10.0, (10.0, 20.0), "literature"),
    )  # fmt: skip
    return replace(load_catalogue(), parameters={each.id: each for each in given})


def test_what_is_believed_is_drawn_and_nothing_else(catalogue: Catalogue) -> None:
    draws = draws_of(catalogue, None, 200, 1)
    assert draws.method == "believed" and set(draws.values[0]) == {"sim_een", "sim_twee"}
    one = np.array([each["sim_een"] for each in draws.values])
    assert one.min() >= 0.5 and one.max() <= 2 and one.mean() == pytest.approx(1.25, abs=0.1)
    two = np.array([each["sim_twee"] for each in draws.values])
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.2


def test_a_draw_does_not_hang_on_how_many_there_are(catalogue: Catalogue) -> None:
    assert draws_of(catalogue, None, 3, 1).values == draws_of(catalogue, None, 30, 1).values[:3]
    assert draws_of(catalogue, None, 3, 1).values != draws_of(catalogue, None, 3, 2).values
    assert realized_shares(0.6, 1, 3, 1) == realized_shares(0.6, 1, 9, 1)[:3]
    assert realized_shares(1, 1, 2, 1) == (1, 1)


def test_draws_of_the_calibration_go_first_and_stay_together(catalogue: Catalogue) -> None:
    posterior = pl.DataFrame(
        [(draw, id, value) for draw in range(5) for id, value in (("sim_een", 100.0 + draw), ("sim_vast", 200.0 + draw))],
        schema={"draw": pl.Int32, "parameter": pl.String, "value": pl.Float64}, orient="row",
    )  # fmt: skip
    draws = draws_of(catalogue, posterior, 40, 1)
    assert draws.method == "posterior"
    assert all(each["sim_vast"] - each["sim_een"] == 100 for each in draws.values)
    # What was not matched keeps its value: moved apart it would undo the agreement.
    assert all(set(each) == {"sim_een", "sim_vast"} for each in draws.values)
    assert len({each["sim_een"] for each in draws.values}) == 5


def test_draws_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "posterior.csv"
    file.write_text("sim_een,sim_vast\n1,-2.5\n3,4\n")
    rows = {(draw, id): value for draw, id, value in read_draws(file).iter_rows()}
    assert rows == {(0, "sim_een"): 1.0, (0, "sim_vast"): -2.5, (1, "sim_een"): 3.0, (1, "sim_vast"): 4.0}
    file.write_text("sim_een\nveel\n")
    with pytest.raises(CatalogueError, match="kan niet worden gelezen"):
        read_draws(file)


def test_draws_of_a_workspace_go_before_those_of_the_catalogue(tmp_path: Path) -> None:
    """The shipped draws name coefficients that exist, inside the range in which they are believed."""
    workspace, whole = Workspace(tmp_path), load_catalogue()
    shipped = posterior_of(workspace, whole)
    assert shipped is not None and shipped["draw"].n_unique() >= 50
    for id, rows in shipped.group_by("parameter"):
        low, high = whole.parameters[str(id[0])].believed
        assert rows["value"].is_between(low, high).all(), id
    own = pl.DataFrame([(0, "sim_stay_cost", 1.0)], schema=dict(POSTERIOR.columns), orient="row")
    write_shelf(workspace.out / "calibration" / "posterior", [Part("posterior", own)])
    found = posterior_of(workspace, whole)
    assert found is not None and found.equals(own)


def test_fixed_coefficients_are_those_of_the_catalogue(catalogue: Catalogue) -> None:
    draws = draws_of(catalogue, None, 3, 1, vary=False)
    assert draws.values == ({}, {}, {}) and "in elk paar dezelfde" in draws.sentence
    assert with_coefficients(catalogue, {}).parameter("sim_een") == 1
    assert with_coefficients(catalogue, {"sim_een": 7.0}).parameter("sim_een") == 7
    assert catalogue.parameter("sim_een") == 1


def test_no_two_pairs_share_their_chance() -> None:
    seeds = [pair_seed(seed, pair) for seed in range(5) for pair in range(200)]
    assert len(set(seeds)) == 1000 and all(0 <= each < 2**31 for each in seeds)
