"""Results as the files hold them, read without the code of the site."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from stadspeil.atlas.site import Site


def told_by(folder: Path) -> pl.DataFrame:
    """All rows of a shelf, straight from its Parquet files."""
    return pl.concat([pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))])


@pytest.fixture(scope="session")
def scores(site: Site) -> pl.DataFrame:
    """All scores of the demo."""
    return told_by(site.workspace.out / "scores")


@pytest.fixture(scope="session")
def areas(site: Site) -> pl.DataFrame:
    """All areas of the demo, with their boundaries."""
    return told_by(site.workspace.tables / "areas")
