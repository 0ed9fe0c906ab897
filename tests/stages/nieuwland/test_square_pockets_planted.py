"""The pockets of squares that were put into Nieuwland, against those that are found.

Counted per pocket: a planted one is found when at least half of its squares lie in pockets that are told; a told one is
false when it holds not one planted square.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.grid import WHOLE, InsideBuurten, inside_buurten
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.sources.nieuwland import Country
from stadspeil.sources.reading import read_file
from stadspeil.tables.squares import place_squares

pytestmark = pytest.mark.slow

NAME = "nieuwland_leefbaarometer_vakken_2024.geojson"


@pytest.fixture(scope="module")
def ours() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def placed(country: Country, ours: Catalogue) -> pl.DataFrame:
    files = country.folder / "bestanden"
    squares = read_file((files / NAME).read_bytes(), NAME, ours, None, "s")
    name = "nieuwland_buurten_2024.geojson"
    areas = read_file((files / name).read_bytes(), name, ours, None, "s").areas
    assert squares.problems == []
    remarks: list[str] = []
    found = place_squares(squares.squares, areas, "vakken", remarks)
    assert remarks == []
    return found


@pytest.fixture(scope="module")
def made(placed: pl.DataFrame, ours: Catalogue) -> InsideBuurten:
    return inside_buurten(placed, ours)


@pytest.fixture(scope="module")
def planted(truth: dict[str, Any]) -> list[set[tuple[str, str]]]:
    return [{(each["buurt"], square) for square in each["squares"]} for each in truth["square_pockets"]]


def told(made: InsideBuurten) -> list[set[tuple[str, str]]]:
    rows = made.squares.filter(pl.col("field") == WHOLE, pl.col("pocket").is_not_null())
    grouped = rows.group_by("area", "pocket", maintain_order=True).agg("square")
    return [{(row["area"], square) for square in row["square"]} for row in grouped.to_dicts()]


def test_planted_squares_lie_in_the_buurt_that_the_truth_names(
    placed: pl.DataFrame, planted: list[set[tuple[str, str]]]
) -> None:
    homes = dict(placed.select("square", "buurt").unique().iter_rows())
    assert len(planted) >= 30
    assert all(homes[square] == buurt for each in planted for buurt, square in each)


def test_planted_pockets_are_found_and_no_more_than_one_in_ten_is_false(
    made: InsideBuurten, planted: list[set[tuple[str, str]]]
) -> None:
    found = told(made)
    everything = set().union(*found)
    recall = np.mean([len(each & everything) >= len(each) / 2 for each in planted])
    false = np.mean([not each & set().union(*planted) for each in found])
    assert recall >= 0.8
    assert false <= 0.1


def test_buurten_with_a_planted_pocket_look_average_and_hide_it(
    made: InsideBuurten, planted: list[set[tuple[str, str]]]
) -> None:
    hiding = set(made.buurten.filter(pl.col("field") == WHOLE, "buurt_hides")["area"])
    homes = {buurt for each in planted for buurt, _ in each}
    assert len(hiding & homes) >= 0.75 * len(homes)
    parts = made.pockets.filter(pl.col("field") == WHOLE)["most"].drop_nulls().unique().to_list()
    assert set(parts) <= {"leefbaarheid_onveiligheid", "leefbaarheid_fysiek", "leefbaarheid_samenhang"}


def test_a_shuffled_grid_has_no_pocket(placed: pl.DataFrame, ours: Catalogue) -> None:
    whole = placed.filter(pl.col("field") == WHOLE).sort("square")
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(whole.height)
        shuffled = inside_buurten(whole.with_columns(value=whole["value"].gather(order)), ours)
        assert shuffled.pockets.is_empty()


def test_the_split_adds_up_and_agrees_with_the_spread_of_buurten(made: InsideBuurten, placed: pl.DataFrame) -> None:
    country = made.splits.filter(pl.col("area") == "NL", pl.col("field") == WHOLE).row(0, named=True)
    values = placed.filter(pl.col("field") == WHOLE)["value"].to_numpy()
    parts = [country[f"between_{name}"] for name in ("gemeenten", "wijken", "buurten")] + [country["within_buurten"]]
    assert sum(parts) == pytest.approx(values.var()) == pytest.approx(country["total"])
    town = made.splits.filter(pl.col("area") == "GM9002", pl.col("field") == WHOLE).row(0, named=True)
    inside = made.buurten.filter(pl.col("area").str.starts_with("BU9002"), pl.col("field") == WHOLE)
    within = float((inside["squares"] * inside["spread"] ** 2).sum() / inside["squares"].sum())
    assert town["within_buurten"] == pytest.approx(within) and town["squares"] == inside["squares"].sum()


def test_the_same_squares_in_another_order_give_the_same_results(
    made: InsideBuurten, placed: pl.DataFrame, ours: Catalogue
) -> None:
    again = inside_buurten(placed.sample(fraction=1.0, shuffle=True, seed=3), ours)
    for name in ("splits", "buurten", "pockets", "squares"):
        assert getattr(again, name).equals(getattr(made, name))


def test_without_squares_in_buurten_there_is_nothing(placed: pl.DataFrame, ours: Catalogue) -> None:
    nowhere = inside_buurten(placed.with_columns(buurt=pl.lit(None, dtype=pl.String)), ours)
    assert nowhere.splits.is_empty() and nowhere.buurten.is_empty() and nowhere.squares.is_empty()
