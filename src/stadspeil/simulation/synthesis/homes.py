"""Homes row by row: tenure, form, value, price class, floor and costs, out of whole numbers per buurt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.classes import FLAT, OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.synthesis import figures as published
from stadspeil.simulation.synthesis.counting import Sizing
from stadspeil.simulation.synthesis.draws import normal, place_within, uniform
from stadspeil.simulation.synthesis.figures import HEIGHTS, KeyFigures, Values
from stadspeil.simulation.synthesis.households import ROOM
from stadspeil.simulation.synthesis.integers import Counts

# Quantiles of the standard normal distribution at the borders of the price classes: 40 and 80 per cent.
_BORDERS = (-0.2533, 0.8416)
_SMALLEST, _LARGEST = 18.0, 400.0


@dataclass
class Stock:
    """Homes of all buurten in order of buurt; `buurt` is the row, `value` 1,000 euro, the rest as in World."""

    number: NDArray[np.int64]
    buurt: NDArray[np.int64]
    tenure: NDArray[np.uint8]
    form: NDArray[np.uint8]
    price: NDArray[np.uint8]
    value: NDArray[np.float32]
    cost: NDArray[np.float32]
    floor: NDArray[np.float32]
    quality: NDArray[np.float32]


def make_stock(figures: KeyFigures, counts: Counts, sizing: Sizing, catalogue: Catalogue) -> Stock:
    """All homes. `counts` is buurten x 3 x 2."""
    cell = np.repeat(np.tile(np.arange(6), len(counts)), counts.reshape(-1))
    buurt = np.repeat(np.arange(len(counts)), counts.reshape(len(counts), -1).sum(axis=1))
    number = sizing.keys[buurt] * ROOM + place_within(buurt, len(counts)) + 1
    tenure, form = (cell // 2).astype(np.uint8), (cell % 2).astype(np.uint8)
    floor = _floors(figures, number, buurt, tenure, form, sizing, catalogue)
    value = _values(figures, number, buurt, tenure, form, sizing, catalogue)
    price = price_class(value, country_value(figures), catalogue.parameter("synthesis_value_spread_country"))
    cost = _costs(number, tenure, price, value, sizing, catalogue)
    quality = normal(number, "kwaliteit", sizing.seed)
    small = (each.astype(np.float32) for each in (value, cost, floor, quality))
    return Stock(number, buurt, tenure, form, price, *small)


def price_class(value: Values, country: float, spread: float) -> NDArray[np.uint8]:
    """Class of a value within the country: lowest 40, middle 40, highest 20 per cent of a lognormal distribution."""
    borders = country * np.exp(spread * np.array(_BORDERS) - spread**2 / 2)
    return np.searchsorted(borders, value, side="right").astype(np.uint8)


def country_value(figures: KeyFigures) -> float:
    """Mean value of homes in the country, 1,000 euro; where it is not known, that of the buurten asked for."""
    value, _ = figures.country(published.VALUE, "woningen")
    own, _ = figures.nearest(published.VALUE)
    return value if not np.isnan(value) else float(np.nanmean(own))


def values_wanted(figures: KeyFigures) -> tuple[Values, NDArray[np.intp]]:
    """Mean value of each buurt in money of the country's year, and the height it was found at.

    A figure of another year is first held against the country of that year.
    """
    value, found = figures.nearest(published.VALUE)
    country = country_value(figures)
    for place, height in enumerate(HEIGHTS[:-1]):
        years = figures.years(published.VALUE, height)[figures.areas.row(height)]
        for year in np.unique(years[found == place]):
            then, at = figures.country(published.VALUE, "woningen", int(year))
            if at == year and then > 0:
                value[(found == place) & (years == year)] *= country / then
    return value, found


def _values(
    figures: KeyFigures, number: NDArray[np.int64], buurt: NDArray[np.int64], tenure: NDArray[np.uint8],
    form: NDArray[np.uint8], sizing: Sizing, catalogue: Catalogue,
) -> Values:  # fmt: skip
    """Value of each home: by form and tenure, with a spread, and with the mean of its buurt as published."""
    of_tenure = np.ones(3)
    of_tenure[SOCIAL] = catalogue.parameter("synthesis_value_social")
    of_tenure[PRIVATE] = catalogue.parameter("synthesis_value_private")
    spread = catalogue.parameter("synthesis_value_spread_buurt")
    drawn = np.exp(spread * np.clip(normal(number, "waarde", sizing.seed), -3, 3))
    relative = of_tenure[tenure] * np.where(form == FLAT, catalogue.parameter("synthesis_value_flat"), 1.0) * drawn
    wanted, _ = values_wanted(figures)
    # Where no value is known at the buurt itself the kinds of homes keep the buurten of an area apart.
    own = ~np.isnan(figures.at(published.VALUE, "buurt"))
    buurten = len(own)
    group = np.where(own, np.arange(buurten), buurten + figures.areas.wijk)
    groups = buurten + len(figures.areas.wijken)
    sums = np.bincount(group[buurt], weights=relative, minlength=groups)
    number_of = np.bincount(group[buurt], minlength=groups)
    mean = np.divide(sums, number_of, out=np.ones(groups), where=number_of > 0)
    return np.asarray(relative * (wanted / mean[group])[buurt])


def _floors(
    figures: KeyFigures, number: NDArray[np.int64], buurt: NDArray[np.int64], tenure: NDArray[np.uint8],
    form: NDArray[np.uint8], sizing: Sizing, catalogue: Catalogue,
) -> Values:  # fmt: skip
    """Floor of each home, m2; the mean of a gemeente follows what is published for it."""
    middle = np.where(form == FLAT, *(catalogue.parameter(f"synthesis_floor_{each}") for each in ("flat", "house")))
    middle = middle * np.where(tenure == OWNER, 1.0, catalogue.parameter("synthesis_floor_rent"))
    spread = catalogue.parameter("synthesis_floor_spread")
    # The same draw as the value: a large home is worth more.
    mixed = 0.7 * normal(number, "waarde", sizing.seed) + 0.714 * normal(number, "oppervlakte", sizing.seed)
    floor = middle * np.exp(spread * np.clip(mixed, -3, 3))
    towns = len(figures.areas.towns)
    town = figures.areas.town[buurt]
    number_of = np.bincount(town, minlength=towns)
    mean = np.divide(
        np.bincount(town, weights=floor, minlength=towns), number_of, out=np.ones(towns), where=number_of > 0
    )
    wanted = figures.at(published.FLOOR, "gemeente")
    factor = np.where(np.isnan(wanted), 1.0, wanted / mean)
    return np.clip(floor * factor[town], _SMALLEST, _LARGEST)


def _costs(
    number: NDArray[np.int64], tenure: NDArray[np.uint8], price: NDArray[np.uint8], value: Values, sizing: Sizing,
    catalogue: Catalogue,
) -> Values:  # fmt: skip
    """Euro a month for who comes to live there: of the value for owners and private rent, by class for social rent."""
    low, step = catalogue.parameter("synthesis_social_rent_low"), catalogue.parameter("synthesis_social_rent_step")
    drawn = uniform(number, "huur", sizing.seed) - 0.5
    by_kind = np.choose(
        tenure,
        (
            value * 1000 * catalogue.parameter("synthesis_owner_cost"),
            low + step * (price + 0.8 * drawn),
            value * 1000 * catalogue.parameter("synthesis_private_rent") * (1 + 0.2 * drawn),
        ),
    )
    return np.asarray(by_kind, dtype=float)
