"""From metres of the national grid (RD, EPSG:28992) to longitude and latitude (WGS84).

The published polynomials of Schreutelkamp and Strang van Hees (2001): within a metre or so anywhere on land, which is
far less than a generalised boundary is off.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely

Numbers = npt.NDArray[np.float64]
# West, south, east and north of where the grid is meant for.
GRID = (-10_000.0, 285_000.0, 310_000.0, 635_000.0)
# The tower of Amersfoort, in metres and in degrees.
_X, _Y, _LONGITUDE, _LATITUDE = 155_000.0, 463_000.0, 5.38720621, 52.15517440
_ROUNDS = 12
# Power of x, power of y (both in 100 km from the tower), seconds of arc.
_NORTH = (
    (0, 1, 3235.65389), (2, 0, -32.58297), (0, 2, -0.24750), (2, 1, -0.84978), (0, 3, -0.06550), (2, 2, -0.01709),
    (1, 0, -0.00738), (4, 0, 0.00530), (2, 3, -0.00039), (4, 1, 0.00033), (1, 1, -0.00012),
)  # fmt: skip
_EAST = (
    (1, 0, 5260.52916), (1, 1, 105.94684), (1, 2, 2.45656), (3, 0, -0.81885), (1, 3, 0.05594), (3, 1, -0.05607),
    (0, 1, 0.01199), (3, 2, -0.00256), (1, 4, 0.00128), (0, 2, 0.00022), (2, 0, -0.00022), (5, 0, 0.00026),
)  # fmt: skip


def to_degrees(points: Numbers) -> Numbers:
    """Longitude and latitude of points given as x and y; shape (n, 2) in and out."""
    x, y = (points[:, 0] - _X) * 1e-5, (points[:, 1] - _Y) * 1e-5
    return np.column_stack((_LONGITUDE + _sum(_EAST, x, y) / 3600, _LATITUDE + _sum(_NORTH, x, y) / 3600))


def to_metres(points: Numbers) -> Numbers:
    """The way back: x and y of points given as longitude and latitude, exact to the other way within a millimetre.

    Each round mends what the round before was off; degrees and metres are nearly in proportion, so that goes fast.
    """
    per_degree = np.array([111_320.0 * np.cos(np.radians(_LATITUDE)), 111_270.0])
    found = np.array([_X, _Y]) + (points - np.array([_LONGITUDE, _LATITUDE])) * per_degree
    for _ in range(_ROUNDS):
        found = found + (points - to_degrees(found)) * per_degree
    return np.asarray(found)


def shape_in_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape with its points in longitude and latitude."""
    return shapely.transform(shape, to_degrees)


def _sum(terms: Iterable[tuple[int, int, float]], x: Numbers, y: Numbers) -> Numbers:
    return sum((factor * x**of_x * y**of_y for of_x, of_y, factor in terms), np.zeros_like(x))
