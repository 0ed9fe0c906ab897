"""What distance does to moves and commuting between gemeenten, and which gemeenten draw more than their size and place.

The friction of distance is estimated on the whole matrix (Poisson regression with a factor per origin and destination),
the pull of a gemeente by contraction: the constant per destination under which all who leave, choosing by distance and
pull, arrive as was observed. Both come without any figure of the simulation, and say what its distances may be held against.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
import shapely

from stadspeil.analyses.commuting import commuters
from stadspeil.analyses.flow_matrix import Floats, FlowMatrix, matrix_of, on_boundaries
from stadspeil.analyses.gravity import Friction, destination_constants, fit_friction
from stadspeil.analyses.selectivity import NORMAL_95
from stadspeil.analyses.tables import FRICTION, PULL
from stadspeil.areas import AreaRegister
from stadspeil.contracts import check, empty
from stadspeil.errors import QuestionError
from stadspeil.sources.national_grid import to_metres

MOVES, COMMUTING = "verhuizingen", "woon-werk"
_LEAST_AREAS = 4
_ROUNDS = 400
Spots = Mapping[str, tuple[float, float]]


def pull_of(
    moved: pl.DataFrame, commuted: pl.DataFrame, areas: pl.DataFrame, register: AreaRegister
) -> dict[str, pl.DataFrame]:
    """FRICTION and PULL of the newest year of moves and of commuting; without rows where boundaries are not known.

    Shape:   FLOWS of movers and commuters between gemeenten; AREAS of gemeenten.
    """
    spots = middles_of(areas)
    frictions, pulls = [empty(FRICTION)], [empty(PULL)]
    for flow, flows in ((MOVES, moved), (COMMUTING, commuted)):
        if flows.is_empty():
            continue
        year = int(flows["year"].max())  # type: ignore[arg-type]
        matrix = matrix_of(flows, year, flow) if flow == MOVES else commuters(flows, year)
        placed = _placed(matrix, spots, register)
        if placed is None:
            continue
        matrix, distance = placed
        try:
            friction = fit_friction(matrix.counts, distance)
        except QuestionError:
            continue
        frictions.append(_friction_row(flow, matrix, friction))
        pulls.append(_pulls(flow, matrix, np.asarray(friction.at(distance), dtype=np.float64)))
    return {
        "friction": check(pl.concat(frictions), FRICTION, "wrijving van afstand"),
        "pull": check(pl.concat(pulls), PULL, "aantrekkingskracht"),
    }


def middles_of(areas: pl.DataFrame) -> dict[int, Spots]:
    """Middle of each gemeente with a boundary, in km of the national grid, by the year of the division."""
    known = areas.filter((pl.col("level") == "gemeente") & pl.col("geometry").is_not_null())
    if known.is_empty():
        return {}
    points = to_metres(shapely.get_coordinates(shapely.centroid(shapely.from_wkb(known["geometry"].to_list())))) / 1000
    found: dict[int, dict[str, tuple[float, float]]] = {}
    for (code, boundaries), (east, north) in zip(known.select("area", "boundaries").iter_rows(), points, strict=True):
        found.setdefault(boundaries, {})[code] = (float(east), float(north))
    return dict(found)


def _placed(matrix: FlowMatrix, spots: Mapping[int, Spots], register: AreaRegister) -> tuple[FlowMatrix, Floats] | None:
    """The flows on the nearest division of which boundaries are known, with distances in km; None where there is none."""
    for boundaries in sorted(spots, key=lambda each: (abs(each - matrix.boundaries), -each)):
        try:
            moved = on_boundaries(matrix, register, boundaries)
        except QuestionError:
            continue
        kept = [place for place, code in enumerate(moved.codes) if code in spots[boundaries]]
        if len(kept) < _LEAST_AREAS:
            continue
        codes = tuple(moved.codes[place] for place in kept)
        points = np.array([spots[boundaries][code] for code in codes])
        apart = np.linalg.norm(points[:, None] - points[None, :], axis=2)
        return FlowMatrix(codes, moved.counts[np.ix_(kept, kept)], matrix.year, boundaries), apart
    return None


def _friction_row(flow: str, matrix: FlowMatrix, found: Friction) -> pl.DataFrame:
    bend, slope = (NORMAL_95 * each for each in (found.bend_error, found.slope_error))
    row = (
        flow, matrix.year, matrix.boundaries, len(matrix.codes), found.bend, found.bend - bend, found.bend + bend,
        found.slope, found.slope - slope, found.slope + slope, found.scatter,
    )  # fmt: skip
    return pl.DataFrame([row], schema=dict(FRICTION.columns), orient="row")


def _pulls(flow: str, matrix: FlowMatrix, friction: Floats) -> pl.DataFrame:
    """Rows of PULL: gemeenten that received somebody from elsewhere and sent somebody there."""
    counts = matrix.counts.copy()
    np.fill_diagonal(counts, 0)
    weights = friction.copy()
    np.fill_diagonal(weights, 0)
    left, arrived = counts.sum(axis=1), counts.sum(axis=0)

    def arrivals(constants: Floats) -> Floats:
        drawn = weights * np.exp(constants)[None, :]
        return np.asarray((left / np.maximum(drawn.sum(axis=1), 1e-300)) @ drawn)

    constants, _ = destination_constants(arrivals, arrived, rounds=_ROUNDS, close=1e-6)
    some = (arrived > 0) & (left > 0)
    with np.errstate(divide="ignore"):
        for_size = constants - np.log(left)
    for_size = np.where(some, for_size - for_size[some].mean(), np.nan)
    made = pl.DataFrame({
        "area": list(matrix.codes), "flow": flow, "year": matrix.year, "boundaries": matrix.boundaries,
        "arrived": arrived, "left": left, "pull": constants, "pull_for_size": for_size,
    }).filter(pl.Series(some))  # fmt: skip
    return made.with_columns(
        rank=pl.col("pull_for_size").rank("min", descending=True), ranked=pl.lit(made.height)
    ).select(pl.col(name).cast(kind) for name, kind in PULL.columns.items())
