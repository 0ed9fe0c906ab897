"""Buurten that change otherwise than the rest of their wijk."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.sliding import pocket_changes
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import VALUES


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def country(
    year: int, moved: dict[int, float], seed: int, boundaries: int = 2024, spread: float | None = 1.0
) -> pl.DataFrame:
    """Sixty wijken of five buurten that all rise by two, but those that were moved; measured with noise one."""
    rng = np.random.default_rng(seed)
    rows = []
    level = 2.0 if year == 2024 else 0.0
    for wijk in range(60):
        own = [20 + wijk % 7 + level + moved.get(5 * wijk + n, 0.0) * (year == 2024) + rng.normal() for n in range(5)]
        cells = [(f"BU0001{wijk:02}{n:02}", "buurt", value) for n, value in enumerate(own)]
        for area, kind, value in [*cells, (f"WK0001{wijk:02}", "wijk", float(np.mean(own)))]:
            rows.append({"area": area, "level": kind, "year": year, "boundaries": boundaries, "indicator": "bijstand",
                         "value": value, "spread": spread, "n": 800.0, "status": "waarde", "method": "rebuilt"})  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns))


def test_a_planted_slide_is_found_and_no_other(catalogue: Catalogue) -> None:
    made = pocket_changes(country(2019, {}, 1), country(2024, {17: 14.0, 101: 14.0}, 2), catalogue)
    found = made.filter(pl.col("found"))
    assert found["area"].to_list() == ["BU00010302", "BU00012001"]
    assert found["unfavourable"].all() and found["first_year"].unique().to_list() == [2019]
    assert made.height == 300


def test_what_the_whole_country_does_is_no_slide(catalogue: Catalogue) -> None:
    assert not pocket_changes(country(2019, {}, 3), country(2024, {}, 4), catalogue)["found"].any()


def test_across_another_division_or_without_noise_nothing_is_asked(catalogue: Catalogue) -> None:
    assert pocket_changes(country(2019, {}, 5, boundaries=2019), country(2024, {17: 14.0}, 6), catalogue).is_empty()
    assert pocket_changes(country(2019, {}, 5), country(2024, {17: 14.0}, 6, spread=None), catalogue).is_empty()
