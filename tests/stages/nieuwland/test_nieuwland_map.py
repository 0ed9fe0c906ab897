"""The map: one country, tiled exactly, in open sea."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from stadspeil.sources.nieuwland import Country, World, plan

pytestmark = pytest.mark.slow


def outlines(country: Country, name: str) -> dict[str, shapely.Geometry]:
    features = json.loads((country.folder / "bestanden" / f"nieuwland_{name}.geojson").read_text())["features"]
    return {each["properties"]["statcode"]: shapely.geometry.shape(each["geometry"]) for each in features}


@pytest.mark.parametrize("name", ["gemeenten_2024", "wijken_2024", "buurten_2024", "gemeenten_2014"])
def test_areas_of_a_level_neither_overlap_nor_leave_slits(country: Country, name: str) -> None:
    shapes = np.array(list(outlines(country, name).values()))
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()


@pytest.mark.parametrize(
    ("parts", "whole", "digits"), [("buurten_2024", "wijken_2024", 8), ("wijken_2024", "gemeenten_2024", 6)]
)
def test_areas_are_exactly_the_union_of_their_parts(country: Country, parts: str, whole: str, digits: int) -> None:
    inside = outlines(country, parts)
    for code, shape in outlines(country, whole).items():
        mine = [part for other, part in inside.items() if other[2:digits] == code[2:digits]]
        assert shapely.equals(shapely.coverage_union_all(np.array(mine)), shape)


def test_the_country_has_the_same_land_before_and_after_the_merger(country: Country) -> None:
    before, after = (shapely.union_all(list(outlines(country, f"gemeenten_{year}").values())) for year in (2014, 2024))
    assert shapely.equals(before, after)


def test_the_country_lies_within_what_a_check_on_dutch_coordinates_accepts(country: Country) -> None:
    west, south, east, north = shapely.total_bounds(np.array(list(outlines(country, "gemeenten_2024").values())))
    assert (west > 2, south > 50, east < 8, north < 55) == (True,) * 4


def test_the_country_lies_on_no_real_gemeente(country: Country, real_data: Path) -> None:
    real = json.loads((real_data / "gemeenten_2022.geojson").read_text())["features"]
    land = shapely.union_all(list(outlines(country, "gemeenten_2024").values()))
    assert not any(shapely.intersects(land, shapely.geometry.shape(each["geometry"])) for each in real)


def test_polders_have_straighter_borders_than_old_land(world: World) -> None:
    """How often a border turns: corners per kilometer, in the plan's own polder and on the old land of the east."""

    def winding(number: int) -> float:
        rural = [
            i
            for i in np.flatnonzero(world.gazetteer.sites.rural)
            if plan.WIJKEN[world.gazetteer.sites.wijk[i]].gemeente == number
        ]
        turns, length = 0.0, 0.0
        for shape in world.drawn.buurten[rural]:
            steps = np.diff(shapely.get_coordinates(shape) * np.array(plan.KM_PER_DEGREE), axis=0)
            bearing = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
            # Ditches meet at right angles: what counts is how far directions stray from the two of the lattice.
            turns += float(np.abs(np.sin(2 * (bearing - np.deg2rad(plan.POLDERS[0].angle)))) @ np.hypot(*steps.T))
            length += float(np.hypot(*steps.T).sum())
        return turns / length

    assert winding(9002) < winding(9007)


def test_the_size_is_that_of_the_smallest_country(country: Country) -> None:
    assert country.gemeenten == 12
    assert 60 <= country.wijken <= 90
    assert 350 <= country.buurten <= 500
