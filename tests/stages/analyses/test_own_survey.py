"""A survey that all gemeenten hand in with margins: from the workbook to the statistical range of each place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from stadspeil.analyses.ranges import rank_ranges
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.indicators import write_values
from stadspeil.scores import write_scores
from stadspeil.shelf import read_shelf
from stadspeil.sources import import_files, write_template
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

SURVEY, YEAR = "tevredenheid_leven", 2021


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Catalogue, np.ndarray]:
    """A workspace with the survey of every gemeente, and the true means in order of code."""
    root, catalogue = tmp_path_factory.mktemp("enquete"), load_catalogue()
    codes = sorted(AreaRegister(catalogue.gemeenten, catalogue.changes).codes(YEAR))
    rng = np.random.default_rng(11)
    truth, margins = rng.normal(7.5, 0.3, len(codes)), rng.uniform(0.1, 0.4, len(codes))
    found = truth + margins / 1.959964 * rng.normal(size=len(codes))
    write_template(root / "eigen.xlsx", catalogue)
    book = openpyxl.load_workbook(root / "eigen.xlsx")
    for code, value, margin in zip(codes, found, margins, strict=True):
        book["Cijfers"].append([code, YEAR, SURVEY, float(value), None, float(margin), None])
    # A buurt and a gemeente whose margin nobody knows.
    book["Cijfers"].append(["BU06370101", YEAR, SURVEY, 7.1, None, None, None])
    book.save(root / "eigen.xlsx")
    workspace = Workspace(root / "werkmap")
    import_files([root / "eigen.xlsx"], workspace, catalogue)
    build_tables(workspace, catalogue)
    write_values(workspace, catalogue)
    write_scores(workspace, catalogue)
    return workspace.out, catalogue, truth


def test_a_margin_in_the_workbook_is_the_noise_of_value_and_mark(made) -> None:
    out, _, _ = made
    values = read_shelf(out / "values").filter(pl.col("level") == "gemeente")
    assert set(values["spread_from"]) == {"margin"} and set(values["method"]) == {"own"}
    assert values["spread"].min() >= 0.1 / 1.96 and values["spread"].max() <= 0.4 / 1.959
    scores = read_shelf(out / "scores", {"level": ["gemeente"]}).sort("area")
    ratio = scores["mark_spread"] / scores["spread"]
    # One scale for all: 1.25 mark is one standard deviation of the field.
    assert ratio.to_numpy() == pytest.approx(1.25 / scores["value"].std(ddof=0), rel=0.02)


def test_a_margin_that_nobody_gave_stays_unknown(made) -> None:
    out, _, _ = made
    (row,) = read_shelf(out / "values").filter(pl.col("area") == "BU06370101").to_dicts()
    assert row["value"] == 7.1 and row["spread"] is None and row["spread_from"] is None


def test_the_true_place_lies_in_the_statistical_range_of_nine_in_ten_gemeenten_at_least(made) -> None:
    out, catalogue, truth = made
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    scores = read_shelf(out / "scores", {"level": ["gemeente"]})
    ranges = rank_ranges(scores, catalogue, register).ranges.sort("area")
    place = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    best, worst = ranges["best_noise_own"].to_numpy(), ranges["worst_noise_own"].to_numpy()
    assert ((best <= place) & (place <= worst)).mean() >= 0.9
    assert (worst - best).mean() < 0.9 * len(truth)
    narrow = scores.sort("area")["spread"].to_numpy() < 0.07
    assert (worst - best)[narrow].mean() < (worst - best)[~narrow].mean()
