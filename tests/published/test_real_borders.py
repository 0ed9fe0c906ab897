"""The real borders of gemeenten on a map: small enough for a page, and each gemeente still its own size and place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from stadspeil.contracts import AREAS
from stadspeil.report.drawing.ground import ground_of
from stadspeil.report.drawing.maps import FILLS, Setting, ShadedMap, maps_svg
from stadspeil.report.together import _FINEST
from stadspeil.report.wording import wording


@pytest.fixture(scope="module")
def areas(real_data: Path) -> pl.DataFrame:
    content = json.loads((real_data / "gemeenten_2022.geojson").read_text(encoding="utf-8"))
    rows = [
        (each["properties"]["statcode"], "gemeente", each["properties"]["statnaam"], None, 2022,
         bytes(shapely.to_wkb(shapely.geometry.shape(each["geometry"]))), "x")
        for each in content["features"]
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(AREAS.columns), orient="row")


def test_areas_are_as_large_as_published(areas: pl.DataFrame, real_data: Path) -> None:
    """The publisher's own square kilometers, land and water, of gemeenten that are mostly land."""
    ground = ground_of(areas, 1e-9)
    published = pl.read_csv(real_data / "kwb_2021_gemeenten.csv").filter(pl.col("aandeel_water_pct") < 10)
    assert ground is not None
    ratios = {
        row["area"]: ground.shapes[row["area"]].area / (row["oppervlakte_land_km2"] / (1 - row["aandeel_water_pct"] / 100))
        for row in published.to_dicts() if row["area"] in ground.shapes and row["oppervlakte_land_km2"]
    }  # fmt: skip
    assert len(ratios) > 200 and np.median(list(ratios.values())) == pytest.approx(1.0, abs=0.01)
    assert ratios["GM0637"] == pytest.approx(1.0, abs=0.03)


def test_simplifying_keeps_size_and_place(areas: pl.DataFrame) -> None:
    exact, drawn = ground_of(areas, 1e-9), ground_of(areas, _FINEST)
    assert exact is not None and drawn is not None and len(drawn.shapes) == 345
    whole = [sum(each.area for each in ground.shapes.values()) for ground in (exact, drawn)]
    assert whole[1] == pytest.approx(whole[0], rel=0.01)
    joined = shapely.union_all(list(drawn.shapes.values())).area
    assert joined == pytest.approx(whole[1], rel=1e-6), "areas cover each other"
    moved = [exact.shapes[code].centroid.distance(drawn.shapes[code].centroid) for code in exact.shapes]
    # A page shows a kilometer as an eighth of a millimeter.
    assert np.quantile(moved, 0.95) < 1.5 and max(moved) < 5.0


def test_eight_maps_of_the_country_stay_under_150_kilobytes(areas: pl.DataFrame) -> None:
    ground = ground_of(areas, _FINEST)
    assert ground is not None
    # As in real themes: neighbors are alike, some in five shades.
    ordered = sorted(ground.shapes, key=lambda code: (round(ground.shapes[code].centroid.x / 20), code))
    shades = list(FILLS)
    maps = [
        ShadedMap(str(number), {code: shades[(place // 12 + number) % 5] for place, code in enumerate(ordered)})
        for number in range(8)
    ]
    svg = maps_svg(ground, maps, Setting(4, 165, merged=True), wording("nl"))
    assert len(svg) < 150_000
