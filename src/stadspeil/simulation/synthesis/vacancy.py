"""How many homes of each buurt stand empty, and which of these are on the market."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.synthesis import figures as published
from stadspeil.simulation.synthesis.counting import Sizing
from stadspeil.simulation.synthesis.draws import uniform
from stadspeil.simulation.synthesis.figures import HEIGHTS, KeyFigures, Values
from stadspeil.simulation.synthesis.homes import Stock
from stadspeil.simulation.synthesis.integers import Counts
from stadspeil.simulation.world import NEVER, NOBODY


def vacant_share(figures: KeyFigures, catalogue: Catalogue) -> tuple[Values, NDArray[np.intp]]:
    """Share of the homes of each buurt that nobody lives in, and the height it was found at; assumed where unknown."""
    empty, found = figures.nearest(published.VACANT)
    lived_in, other = figures.nearest(published.OCCUPIED)
    take = np.isnan(empty) & ~np.isnan(lived_in)
    empty[take], found[take] = 100 - lived_in[take], other[take]
    share = np.where(np.isnan(empty), catalogue.parameter("synthesis_vacancy"), empty / 100)
    return share, np.where(np.isnan(empty), len(HEIGHTS), found)


def vacant_homes(share: Values, homes: Counts, sizing: Sizing) -> Counts:
    """Empty homes of each buurt in whole numbers, right on average."""
    return np.floor(share * homes + sizing.draw("leegstand")).astype(np.int64)


def first_month(stock: Stock, household: NDArray[np.int32], sizing: Sizing, catalogue: Catalogue) -> NDArray[np.int16]:
    """Month from which each home can be had: 0, or NEVER for an empty one that is kept off the market."""
    kept = uniform(stock.number, "te huur of te koop", sizing.seed) >= catalogue.parameter(
        "synthesis_vacancy_on_market"
    )
    return np.where((household == NOBODY) & kept, NEVER, 0).astype(np.int16)
