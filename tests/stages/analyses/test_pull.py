"""Friction of distance and pull of gemeenten: planted ones come back, on the division of which boundaries are known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import shapely

from stadspeil.analyses.pull import COMMUTING, MOVES, pull_of
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import AREAS, FLOWS, empty
from stadspeil.sources.national_grid import to_degrees

CATALOGUE = load_catalogue()
REGISTER = AreaRegister(CATALOGUE.gemeenten, CATALOGUE.changes)
NONE = empty(FLOWS)


def gemeenten(boundaries: int, count: int) -> list[str]:
    first, last = pl.col("first").fill_null(0), pl.col("last").fill_null(9999)
    told = CATALOGUE.gemeenten.filter((first <= boundaries) & (last >= boundaries))
    return sorted(told["code"].to_list())[:count]


def placed(codes: list[str], boundaries: int, seed: int = 1) -> tuple[pl.DataFrame, np.ndarray]:
    """AREAS with a small square around a drawn middle, and the middles in km."""
    middles = np.random.default_rng(seed).uniform((120, 400), (220, 500), (len(codes), 2))
    shapes = [shapely.transform(shapely.box(x - 50, y - 50, x + 50, y + 50), to_degrees) for x, y in middles * 1000]
    rows = [
        (code, "gemeente", code, None, boundaries, shapely.to_wkb(shape), "s")
        for code, shape in zip(codes, shapes, strict=True)
    ]
    return pl.DataFrame(rows, schema=dict(AREAS.columns), orient="row"), middles


def flows_from(codes: list[str], counts: np.ndarray, year: int, field: str = "verhuisd") -> pl.DataFrame:
    rows = [
        {
            "origin": one,
            "destination": other,
            "year": year,
            "boundaries": year,
            "field": field,
            "value": float(counts[m, n]),
        }
        for m, one in enumerate(codes)
        for n, other in enumerate(codes)
        if counts[m, n] > 0
    ]
    made = pl.DataFrame(rows)
    lacking = [pl.lit(None).cast(kind).alias(name) for name, kind in FLOWS.columns.items() if name not in made.columns]
    return made.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in FLOWS.columns.items())


def gravity(middles: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Moves of a thousand from everywhere, choosing by distance (bend 1.5, slope 0.01) and pull."""
    apart = np.linalg.norm(middles[:, None] - middles[None, :], axis=2)
    drawn = np.exp(pull)[None, :] * np.exp(-1.5 * np.log1p(apart) - 0.01 * apart)
    np.fill_diagonal(drawn, 0)
    return 1000 * drawn / drawn.sum(axis=1, keepdims=True)


def test_planted_friction_and_pull_come_back() -> None:
    codes = gemeenten(2020, 25)
    areas, middles = placed(codes, 2020)
    pull = np.random.default_rng(2).normal(0, 0.7, len(codes))
    found = pull_of(flows_from(codes, gravity(middles, pull), 2020), NONE, areas, REGISTER)
    friction = found["friction"].row(0, named=True)
    assert (friction["flow"], friction["gemeenten"]) == (MOVES, 25)
    assert friction["bend"] == pytest.approx(1.5, abs=0.01) and friction["slope"] == pytest.approx(0.01, abs=0.001)
    told = found["pull"].sort("area")
    assert told["pull"].to_numpy() == pytest.approx(pull - pull.mean(), abs=0.02)
    # All send as many, so that size takes nothing away.
    assert told["pull_for_size"].to_numpy() == pytest.approx(told["pull"].to_numpy(), abs=1e-3)
    assert told.sort("rank")["area"][0] == codes[int(pull.argmax())] and set(told["ranked"]) == {25}


def test_without_friction_or_pull_there_is_none_to_find() -> None:
    """Negative control: everybody goes everywhere alike."""
    codes = gemeenten(2020, 12)
    areas, _ = placed(codes, 2020)
    even = np.full((12, 12), 100.0) - 100 * np.eye(12)
    found = pull_of(NONE, flows_from(codes, even, 2020), areas, REGISTER)
    friction = found["friction"].row(0, named=True)
    assert friction["flow"] == COMMUTING
    assert friction["bend_low"] <= 0 <= friction["bend_high"] and abs(friction["bend"]) < 1e-6
    assert found["pull"]["pull"].to_numpy() == pytest.approx(0, abs=1e-6)


def test_flows_of_before_a_merger_are_counted_on_the_boundaries_that_are_known() -> None:
    """GM0370 (Beemster) went into GM0439 (Purmerend) in 2022: between them nobody moves between gemeenten any more."""
    old = ["GM0370", "GM0439", "GM0363", "GM0034", "GM0599", "GM0518"]
    areas, _ = placed(old[1:], 2022)
    counts = np.full((6, 6), 50.0) - 50 * np.eye(6)
    found = pull_of(flows_from(old, counts, 2021), NONE, areas, REGISTER)
    told = {row["area"]: row for row in found["pull"].to_dicts()}
    assert set(found["pull"]["boundaries"]) == {2022} and "GM0370" not in told
    assert told["GM0439"]["arrived"] == 8 * 50 and told["GM0363"]["arrived"] == 5 * 50


def test_without_boundaries_nothing_is_said() -> None:
    codes = gemeenten(2020, 6)
    _, middles = placed(codes, 2020)
    found = pull_of(flows_from(codes, gravity(middles, np.zeros(6)), 2020), NONE, empty(AREAS), REGISTER)
    assert found["friction"].is_empty() and found["pull"].is_empty()
