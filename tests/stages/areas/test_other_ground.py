"""A code that means another place than before is found by the size of its land."""

from __future__ import annotations

import polars as pl
import pytest
import shapely

from stadspeil.areas.other_ground import land_drawn, land_published, lies_elsewhere, other_ground

OLD, NEW = 2020, 2022


def land(*rows: tuple[str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"area": pl.String, "boundaries": pl.Int16, "ha": pl.Float64}, orient="row")


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        ([2794.0], [46.0], True),  # Almere Buiten until 2021, De Hoven since 2022
        ([232.0], [225.0], False),  # a generalized border
        ([900.0, 480.0], [470.0], False),  # with water and without; the map has none
        ([900.0, 480.0], [200.0], True),
        ([12.0], [6.0], False),  # small wijken are drawn too coarsely to tell
    ],
)
def test_only_clearly_other_land_is_another_place(before: list[float], after: list[float], other: bool) -> None:
    rows = [*(("WK003403", OLD, ha) for ha in before), *(("WK003403", NEW, ha) for ha in after)]
    assert other_ground(land(*rows)) == ({("WK003403", OLD)} if other else set())


def test_the_newest_division_is_never_another_place_and_one_size_proves_nothing() -> None:
    assert other_ground(land(("WK000100", 2019, 50.0))) == set()
    found = other_ground(land(("WK000100", 2019, 50.0), ("WK000100", 2021, 500.0), ("WK000100", 2023, 510.0)))
    assert found == {("WK000100", 2019)}


def test_land_is_read_from_figures_and_from_a_map() -> None:
    cells = pl.DataFrame(
        {
            "area": ["WK063701", "WK063701", "BU06370100", "WK063701"],
            "boundaries": [OLD] * 4,
            "field": ["oppervlakte_totaal_ha", "oppervlakte_land_ha", "oppervlakte_totaal_ha", "inwoners"],
            "value": [232.0, 229.0, 130.0, 15410.0],
        }
    )
    assert sorted(land_published(cells)["ha"]) == [229.0, 232.0]
    # A tenth of a degree each way at 52 degrees north: 11.13 by 6.85 km.
    square = shapely.to_wkb(shapely.box(4.4, 51.95, 4.5, 52.05))
    areas = pl.DataFrame({"area": ["WK063701", "GM0637"], "boundaries": [NEW, NEW], "geometry": [square, square]})
    drawn = land_drawn(areas)
    assert drawn["area"].to_list() == ["WK063701"]
    assert drawn["ha"][0] == pytest.approx(11.132 * 11.132 * 0.61566 * 100, rel=1e-3)


def test_a_buurt_lies_elsewhere_with_the_wijk_of_its_code() -> None:
    elsewhere = {("WK003403", OLD)}
    assert lies_elsewhere("BU00340301", OLD, elsewhere) and lies_elsewhere("WK003403", OLD, elsewhere)
    assert not lies_elsewhere("WK003403", NEW, elsewhere)
    assert not lies_elsewhere("GM0034", OLD, elsewhere) and not lies_elsewhere("NL", OLD, elsewhere)
