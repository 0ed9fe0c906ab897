"""Nieuwland: what was planted must survive the synthesis, and buurten must look as published."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.synthesis import synthesize
from stadspeil.simulation.world import check_world
from stadspeil.workspace import Workspace

TOWNS = [f"GM90{number:02d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14)]


@pytest.fixture(scope="module")
def nieuwland(demo):
    workspace = Workspace(demo / "werkmap")
    return synthesize(workspace, load_catalogue(own=workspace.own_catalogue), TOWNS), json.loads(
        (demo / "truth.json").read_text()
    )


def poor_share(made):
    """Share of the lowest decile per buurt, where there are households enough to have one."""
    size = len(made.world.places.codes)
    households = np.bincount(made.buurt, minlength=size)
    poor = np.bincount(made.buurt[made.world.households.decile == 0], minlength=size)
    return np.divide(100 * poor, households, out=np.full(size, np.nan), where=households >= 50)


def test_hidden_poor_buurten_stay_the_poorest_of_their_town(nieuwland):
    made, truth = nieuwland
    share, places = poor_share(made), made.world.places
    true = truth["true_values"]["huishoudens_laag_inkomen_pct"]["2023"]
    both = [at for at, code in enumerate(places.codes) if code in true and not np.isnan(share[at])]
    assert len(both) > 400
    assert spearmanr(share[both], [true[places.codes[at]] for at in both]).statistic > 0.95
    for planted in truth["hidden_poor_buurten"]:
        at = places.codes.index(planted["buurt"])
        inside = share[places.town == places.town[at]]
        assert (inside > share[at]).sum() <= 0.1 * len(inside)


def test_buurten_are_as_published(nieuwland):
    made, _ = nieuwland
    check_world(made.world)
    assert made.world.invented
    within = {
        (margin, group): share for margin, group, share in made.fit.select("margin", "group", "within").iter_rows()
    }
    for margin in ("typen", "inkomens", "woningvorm", "waarde", "woningen", "lage inkomens", "inkomen"):
        assert min(share for (name, _), share in within.items() if name == margin) > 0.95
    # Owner's unknown shares are divided, so a whole per cent can go over.
    assert within["eigendom", "koop"] > 0.8


def test_world_and_towns_of_nieuwland_lie_where_their_borders_are(nieuwland):
    made, _ = nieuwland
    places = made.world.places
    assert made.fit.row(by_predicate=pl.col("margin") == "midden van de buurt", named=True)["filled"] == 0
    for town in range(len(places.town_codes)):
        inside = places.town == town
        assert (
            np.hypot(
                places.east[inside] - places.east[inside].mean(), places.north[inside] - places.north[inside].mean()
            ).max()
            < 25
        )
