"""Where people who live in a gemeente work, and how far that turns towards one other gemeente.

The study prints a *unieke pendeloriëntatie* without its formula. ORIENTATIONS are the readings that we tried; UNIQUE is
the one whose places lie nearest to the printed ones. All are shares or indices in which higher is more turned one way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from stadspeil.analyses.flow_matrix import Floats, FlowMatrix, matrix_of
from stadspeil.analyses.tables import COMMUTING
from stadspeil.contracts import check, empty
from stadspeil.scores.ranks import rank_areas

UNIQUE = "both_ways"
_JOBS = "banen_woon_werk"
# The four large cities of the Randstad, towards which New Towns were built.
LARGE_CITIES = ("GM0344", "GM0363", "GM0518", "GM0599")


def _others(counts: Floats) -> Floats:
    found = counts.copy()
    np.fill_diagonal(found, 0)
    return found


def _shares(counts: Floats) -> Floats:
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-9)


def _largest(matrix: FlowMatrix) -> Floats:
    """Part of those who work that works in the one other gemeente where most go."""
    return _others(matrix.counts).max(axis=1) / np.maximum(matrix.counts.sum(axis=1), 1e-9)


def _largest_of_leaving(matrix: FlowMatrix) -> Floats:
    """The same as part of those who work outside their own gemeente."""
    return _shares(_others(matrix.counts)).max(axis=1)


def _both_ways(matrix: FlowMatrix) -> Floats:
    """The strongest tie with one other gemeente: commuters both ways, as part of those who live here and work."""
    outside = _others(matrix.counts)
    return (outside + outside.T).max(axis=1) / np.maximum(matrix.counts.sum(axis=1), 1e-9)


def _concentration(matrix: FlowMatrix) -> Floats:
    """Chance that two who work outside go to the same gemeente (Herfindahl)."""
    return (_shares(_others(matrix.counts)) ** 2).sum(axis=1)


def _evenness(matrix: FlowMatrix) -> Floats:
    """Less spread over destinations: minus the entropy of those who work outside."""
    shares = _shares(_others(matrix.counts))
    return np.where(shares > 0, shares * np.log(np.where(shares > 0, shares, 1)), 0).sum(axis=1)


def _from_country(matrix: FlowMatrix) -> Floats:
    """Distance of the destinations from those of the whole country (Kullback-Leibler), own gemeente included."""
    shares = _shares(matrix.counts)
    country = matrix.counts.sum(axis=0) / matrix.counts.sum()
    ratio = np.where(shares > 0, shares, 1) / np.where(shares > 0, np.maximum(country[None, :], 1e-12), 1)
    return np.where(shares > 0, shares * np.log(ratio), 0).sum(axis=1)


def _likeness(matrix: FlowMatrix) -> Floats:
    """How much the destinations are those of the gemeente most like it: cosine, own gemeente included."""
    shares = _shares(matrix.counts)
    lengths = np.maximum(np.linalg.norm(shares, axis=1), 1e-12)
    alike = shares @ shares.T / np.outer(lengths, lengths)
    np.fill_diagonal(alike, -1)
    return alike.max(axis=1)


def _large_cities(matrix: FlowMatrix) -> Floats:
    """Part of those who work that works in one of the four large cities."""
    cities = [matrix.codes.index(code) for code in LARGE_CITIES if code in matrix.codes]
    return _shares(matrix.counts)[:, cities].sum(axis=1)


ORIENTATIONS: Mapping[str, Callable[[FlowMatrix], Floats]] = {
    "largest": _largest, "largest_of_leaving": _largest_of_leaving, "both_ways": _both_ways,
    "concentration": _concentration, "evenness": _evenness, "from_country": _from_country,
    "likeness": _likeness, "large_cities": _large_cities,
}  # fmt: skip


def commuting_of(flows: pl.DataFrame) -> pl.DataFrame:
    """COMMUTING of every gemeente in every year. Shape: FLOWS of commuters; CBS's jobs go before a collected file."""
    made = [empty(COMMUTING)]
    for year in flows["year"].unique().sort().to_list() if flows.height else []:
        made.append(_of_year(commuters(flows, year)))
    return check(pl.concat(made), COMMUTING, "woon-werkverkeer")


def commuters(flows: pl.DataFrame, year: int) -> FlowMatrix:
    """Commuters of a year; where a year has both CBS's jobs and a collected file, the jobs."""
    jobs = flows.filter((pl.col("year") == year) & (pl.col("field") == _JOBS))
    return matrix_of(jobs if jobs.height else flows, year, "woon-werkverkeer")


def _of_year(matrix: FlowMatrix) -> pl.DataFrame:
    workers, jobs = matrix.counts.sum(axis=1), matrix.counts.sum(axis=0)
    outside = _others(matrix.counts)
    largest = outside.argmax(axis=1)
    measures = {name: measure(matrix) for name, measure in ORIENTATIONS.items()}
    known = workers > 0
    ranking = rank_areas(np.where(known, measures[UNIQUE], np.nan), "neutral")
    made = pl.DataFrame(
        {
            "area": list(matrix.codes), "year": [matrix.year] * len(known), "boundaries": [matrix.boundaries] * len(known),
            "workers": workers, "jobs": jobs,
            "own_pct": 100 * np.diag(matrix.counts) / np.maximum(workers, 1e-9),
            "largest_to": [matrix.codes[place] for place in largest],
            "largest_pct": 100 * measures["largest"], "both_ways_pct": 100 * measures["both_ways"],
            "largest_of_leaving_pct": 100 * measures["largest_of_leaving"], "concentration": measures["concentration"],
            "evenness": measures["evenness"], "from_country": measures["from_country"],
            "likeness": measures["likeness"], "large_cities_pct": 100 * measures["large_cities"],
            "unique_rank": ranking.rank, "ranked": [ranking.ranked] * len(known),
        }
    )  # fmt: skip
    return made.filter(pl.Series(known)).select(pl.col(name).cast(kind) for name, kind in COMMUTING.columns.items())
