"""The ground of an appraisal on Nieuwland: what it says is what the workspace says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stadspeil.appraisal.frame import Ground
from stadspeil.appraisal.ground import broad_of, ground_of, kernel
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import QuestionError
from stadspeil.shelf import read_shelf
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow
TOWN = "GM9002"
ASKED = ("bijstand", "woninginbraken", "woz_waarde")


@pytest.fixture(scope="module")
def own(demo: Path) -> tuple[Workspace, Catalogue]:
    root = demo / "werkmap"
    return Workspace(root), load_catalogue(own=root / "catalogue")


@pytest.fixture(scope="module")
def found(own: tuple[Workspace, Catalogue]) -> Ground:
    return ground_of(*own, [TOWN], ASKED)


@pytest.fixture(scope="module")
def scores(own: tuple[Workspace, Catalogue]) -> pl.DataFrame:
    return read_shelf(own[0].out / "scores", {"indicator": list(ASKED)}).filter(pl.col("value").is_not_null())


def test_it_holds_the_buurten_of_the_town_and_their_inhabitants(
    found: Ground, own: tuple[Workspace, Catalogue]
) -> None:
    people = read_shelf(own[0].tables / "kerncijfers", {"field": ["inwoners"]}).filter(
        pl.col("area").str.starts_with("BU9002") & pl.col("value").is_not_null()
    )
    last = people.filter(pl.col("year") == pl.col("year").max()).sort("area")
    assert list(found.codes) == last["area"].to_list()
    assert found.counted["inwoner"].tolist() == last["value"].to_list()
    assert set(found.towns) == {TOWN}
    assert found.invented


def test_levels_are_the_last_that_was_measured(found: Ground, scores: pl.DataFrame) -> None:
    for indicator in ASKED:
        last = scores.filter((pl.col("indicator") == indicator) & (pl.col("area") == found.codes[0])).sort("year")
        assert found.levels[indicator][0] == last["value"][-1]


def test_its_scales_give_the_marks_that_were_published(found: Ground, scores: pl.DataFrame) -> None:
    """A second way to the same number: the mark in the scores, and that of our scale on the value."""
    for level, indicator in (("gemeente", "bijstand"), ("buurt", "bijstand"), ("gemeente", "woninginbraken")):
        rows = scores.filter((pl.col("indicator") == indicator) & (pl.col("level") == level))
        rows = rows.filter((pl.col("year") == pl.col("year").max()) & pl.col("mark").is_not_null())
        rows = rows.filter(pl.col("boundaries") == pl.col("boundaries").max())
        field = found.fields[indicator]
        scale = field.scale if level == "gemeente" else field.small
        assert scale is not None
        assert rows.height > 10
        assert scale.marks(rows["value"].to_numpy()) == pytest.approx(rows["mark"].to_numpy(), abs=1e-9)


def test_a_gap_is_never_on_the_unfavorable_side(found: Ground) -> None:
    for gap in found.gaps.values():
        assert (gap[~np.isnan(gap)] >= 0).all()


def test_buurten_lie_where_their_boundaries_are(found: Ground) -> None:
    apart = np.sqrt(((found.middles[:, None] - found.middles[None]) ** 2).sum(axis=2))
    near = np.sort(apart, axis=1)[:, 1]
    assert not np.isnan(found.middles).any()
    assert 100 < np.median(near) < 2000


def test_a_town_that_is_not_there_is_named(own: tuple[Workspace, Catalogue]) -> None:
    with pytest.raises(QuestionError, match="GM0001"):
        ground_of(*own, ["GM0001"])


def test_the_kernel_halves_per_250_metres() -> None:
    middles = np.array([[0.0, 0.0], [0.0, 250.0], [0.0, 500.0], [0.0, 999.0], [0.0, 1000.0]])
    reached = kernel(middles, np.array([0]), 250.0, 1000.0)
    assert reached == pytest.approx([1.0, 0.5, 0.25, 0.5 ** (999 / 250), 0.0])


def test_an_effect_reaches_nothing_whose_distance_is_not_known_but_its_own_place() -> None:
    nowhere = [np.nan, np.nan]
    middles = np.array([[0.0, 0.0], [0.0, 250.0], nowhere, nowhere])
    assert kernel(middles, np.array([0]), 250.0, 1000.0) == pytest.approx([1.0, 0.5, 0.0, 0.0])
    assert kernel(middles, np.array([2]), 250.0, 1000.0) == pytest.approx([0.0, 0.0, 1.0, 0.0])
    assert kernel(middles, np.array([2, 1]), 250.0, 1000.0) == pytest.approx([0.5, 1.0, 1.0, 0.0])


def test_without_boundaries_nothing_is_made_up_of_where_buurten_lie(
    own: tuple[Workspace, Catalogue], tmp_path: Path
) -> None:
    workspace, catalogue = own
    bare = Workspace(tmp_path / "werkmap")
    bare.tables.mkdir(parents=True)
    bare.out.symlink_to(workspace.out)
    (bare.tables / "kerncijfers").symlink_to(workspace.tables / "kerncijfers")
    found = ground_of(bare, catalogue, ("GM9002",))
    assert np.isnan(found.middles).all()
    count = len(found.codes)
    assert any(
        each.startswith(f"van {count} van de {count} buurten zijn geen grenzen bekend") for each in found.remarks
    )


def test_benchmarks_that_were_made_before_give_the_same_ground(own: tuple[Workspace, Catalogue]) -> None:
    workspace, catalogue = own
    found = ground_of(workspace, catalogue, ("GM9002",))
    scores = read_shelf(workspace.out / "scores").filter(pl.col("area").str.slice(2, 4) == "9002")
    again = ground_of(workspace, catalogue, ("GM9002",), broad=broad_of(workspace, catalogue), own=scores)
    assert again.spreads == found.spreads and again.years == found.years and again.codes == found.codes
    assert again.levels.keys() == found.levels.keys() and again.fields.keys() == found.fields.keys()
    for id, level in found.levels.items():
        np.testing.assert_array_equal(again.levels[id], level)
        np.testing.assert_array_equal(again.errors[id], found.errors[id])
    for id, gap in found.gaps.items():
        np.testing.assert_array_equal(again.gaps[id], gap)
