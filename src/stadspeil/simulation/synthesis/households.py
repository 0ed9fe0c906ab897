"""Households row by row: type, age, income, persons, out of whole numbers per buurt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.classes import AGE_FROM
from stadspeil.simulation.synthesis import figures as published
from stadspeil.simulation.synthesis.counting import Sizing
from stadspeil.simulation.synthesis.draws import normal, order_within, place_within, uniform
from stadspeil.simulation.synthesis.figures import KeyFigures, Values
from stadspeil.simulation.synthesis.integers import Counts, systematic
from stadspeil.simulation.synthesis.seeds import GROUP_OF_DECILE, Seeds

# A buurt has at most this many households and homes of its own numbers.
ROOM = 1 << 20
_OLDEST = 98
_MOST_PERSONS = 12
_MOST_CHILDREN = 6
_ROUNDS_OF_SHARING = 6
# A stronger lean than this would empty deciles of a group; what it leaves of the mean income is scaled within these bounds.
_STRONGEST_LEAN = 0.6
_LAST_SCALE = (0.75, 1.35)


@dataclass
class People:
    """Households of all buurten in order of buurt; `buurt` is the row, `income` 1,000 euro, the rest as in World."""

    number: NDArray[np.int64]
    buurt: NDArray[np.int64]
    kind: NDArray[np.uint8]
    age: NDArray[np.uint8]
    decile: NDArray[np.uint8]
    persons: NDArray[np.uint8]
    income: NDArray[np.float32]
    standard: NDArray[np.float32]


def make_people(figures: KeyFigures, counts: Counts, seeds: Seeds, sizing: Sizing, catalogue: Catalogue) -> People:
    """Households with all that is known of them but their home. `counts` is buurten x 4 x 5 x 3."""
    cell = np.repeat(np.tile(np.arange(60), len(counts)), counts.reshape(-1))
    per_buurt = counts.reshape(len(counts), -1).sum(axis=1)
    buurt = np.repeat(np.arange(len(counts)), per_buurt)
    number = sizing.keys[buurt] * ROOM + place_within(buurt, len(counts)) + 1
    kind, band = (cell // 15).astype(np.uint8), cell // 3 % 5
    decile = _deciles(figures, counts, seeds, sizing, (number, buurt, cell), catalogue)
    persons = _persons(figures, number, buurt, kind, band, sizing)
    standard = _standard_income(figures, seeds, sizing, (number, buurt, decile), catalogue)
    income = standard * _equivalence(kind, persons, catalogue)
    return People(
        number, buurt, kind, _ages(number, band, sizing.seed), decile, persons, income.astype(np.float32),
        standard.astype(np.float32),
    )  # fmt: skip


def decile_counts(figures: KeyFigures, counts: Counts, seeds: Seeds, sizing: Sizing) -> Counts:
    """Households of each decile per buurt (buurten x 10); the income groups keep what they have.

    The lowest decile follows the published share of low incomes, the others lean so that the mean income fits; a
    buurt for which these are not published leans as its gemeente.
    """
    within = _within_groups(seeds)
    expected = counts.reshape(len(counts), 60).astype(float) @ within
    expected = _lowest(figures, expected)
    leaning = _leaning(figures, expected, seeds)
    whole = np.zeros((len(counts), 10), dtype=np.int64)
    for group in range(3):
        own = group == GROUP_OF_DECILE
        totals = counts[:, :, :, group].sum(axis=(1, 2))
        start = sizing.draw(f"decielen {group}")
        whole[:, own] = systematic(np.maximum(leaning[:, own], 1e-9), totals, start)
    return whole


def country_income(figures: KeyFigures) -> float:
    """Mean standardized income in the country, 1,000 euro; where it is not known, that of the gemeenten asked for."""
    value, _ = figures.country(published.MEAN_INCOME)
    own = figures.at(published.MEAN_INCOME, "gemeente")
    return value if not np.isnan(value) else float(np.nanmean(own)) if not np.isnan(own).all() else 32.0


def _within_groups(seeds: Seeds) -> Values:
    """Chance of each decile for households of each of 60 cells (60 x 10)."""
    joint = seeds.households.reshape(20, 10)
    chance = np.zeros((60, 10))
    for group in range(3):
        own = group == GROUP_OF_DECILE
        chance[group::3, own] = joint[:, own] / joint[:, own].sum(axis=1, keepdims=True)
    return chance


def _lowest(figures: KeyFigures, expected: Values) -> Values:
    """Move households within the lowest group so that the lowest decile follows the published share of low incomes."""
    country, _ = figures.country(published.LOW_INCOME)
    share, _ = figures.nearest(published.LOW_INCOME)
    if np.isnan(country) or country <= 0:
        return expected
    own = figures.at(published.LOW_INCOME, "buurt")
    ratio = np.where(np.isnan(own), _ratio_of_town(figures, expected, share / country), np.nan)
    totals = expected.sum(axis=1)
    wanted = np.where(np.isnan(own), expected[:, 0] * ratio, totals * own / country / 10)
    group = expected[:, :4].sum(axis=1)
    wanted = np.clip(np.where(np.isnan(wanted), expected[:, 0], wanted), 0.02 * group, 0.9 * group)
    rest = expected[:, 1:4].sum(axis=1)
    factor = np.divide(group - wanted, rest, out=np.ones_like(rest), where=rest > 0)
    moved = expected.copy()
    moved[:, 0] = wanted
    moved[:, 1:4] *= factor[:, None]
    return moved


def _ratio_of_town(figures: KeyFigures, expected: Values, wanted: Values) -> Values:
    """How much more of the lowest decile the gemeente of each buurt should have than it has by type and age."""
    areas = figures.areas
    lowest, all_of_them = (areas.total("gemeente", each) for each in (expected[:, 0], expected.sum(axis=1)))
    has = np.divide(lowest * 10, all_of_them, out=np.ones_like(lowest), where=all_of_them > 0)
    return wanted / np.maximum(has[areas.town], 1e-6)


def _leaning(figures: KeyFigures, expected: Values, seeds: Seeds) -> Values:
    """Lean the deciles within each group so that the mean standardized income fits."""
    target = figures.at(published.MEAN_INCOME, "buurt")
    of_town = figures.at(published.MEAN_INCOME, "gemeente")
    areas, per_decile = figures.areas, seeds.income * country_income(figures)
    town_table = np.column_stack([areas.total("gemeente", expected[:, d]) for d in range(10)])
    lean = np.where(
        np.isnan(target), _lean(town_table, of_town, per_decile)[areas.town], _lean(expected, target, per_decile)
    )
    return _leaned(expected, lean)


def _lean(tables: Values, target: Values, per_decile: Values) -> Values:
    """The lean at which the mean over deciles is the target, by halving; 0 where the target is not known."""
    low, high = np.full(len(tables), -_STRONGEST_LEAN), np.full(len(tables), _STRONGEST_LEAN)
    for _ in range(40):
        middle = (low + high) / 2
        leaned = _leaned(tables, middle)
        mean = leaned @ per_decile / np.maximum(leaned.sum(axis=1), 1e-9)
        low, high = np.where(mean < target, middle, low), np.where(mean < target, high, middle)
    return np.where(np.isnan(target), 0.0, (low + high) / 2)


def _leaned(tables: Values, lean: Values) -> Values:
    # The lowest decile has a target of its own.
    weight = np.exp(lean[:, None] * np.arange(10)[None, :])
    weight[:, 0] = 1.0
    leaned = tables * weight
    for first, last in ((1, 4), (4, 8), (8, 10)):
        have, has = tables[:, first:last].sum(axis=1), leaned[:, first:last].sum(axis=1)
        leaned[:, first:last] *= np.divide(have, has, out=np.zeros_like(has), where=has > 0)[:, None]
    return leaned


def _deciles(
    figures: KeyFigures, counts: Counts, seeds: Seeds, sizing: Sizing,
    rows: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], catalogue: Catalogue,
) -> NDArray[np.uint8]:  # fmt: skip
    """A decile for each household: those of a buurt and group in order of what their type and age make likely."""
    number, buurt, cell = rows
    whole = decile_counts(figures, counts, seeds, sizing)
    likely = _within_groups(seeds) @ np.arange(10)
    noise = catalogue.parameter("synthesis_decile_noise")
    order = order_within(buurt * 3 + cell % 3, likely[cell] + noise * normal(number, "deciel", sizing.seed))
    # Deciles of a buurt come in order of group, as the rows do.
    decile = np.empty(len(number), dtype=np.uint8)
    decile[order] = np.repeat(np.tile(np.arange(10, dtype=np.uint8), len(counts)), whole.reshape(-1))
    return decile


def _ages(number: NDArray[np.int64], band: NDArray[np.int64], seed: int) -> NDArray[np.uint8]:
    """An age within the band: even, but towards 29 in the youngest band and towards 75 in the oldest."""
    drawn = uniform(number, "leeftijd", seed)
    drawn = np.where(band == 0, np.sqrt(drawn), np.where(band == 4, drawn**1.6, drawn))
    first = np.array(AGE_FROM)[band]
    width = np.append(np.diff(AGE_FROM), _OLDEST - AGE_FROM[-1])[band]
    return (first + np.floor(drawn * width)).astype(np.uint8)


def _persons(
    figures: KeyFigures, number: NDArray[np.int64], buurt: NDArray[np.int64], kind: NDArray[np.uint8],
    band: NDArray[np.int64], sizing: Sizing,
) -> NDArray[np.uint8]:  # fmt: skip
    """Persons of each household: children are spread over families so that the inhabitants of the buurt fit."""
    least = np.array([1, 2, 3, 2], dtype=np.int64)[kind]
    has_children = kind >= 2
    buurten = len(figures.areas.buurten)
    target = persons_wanted(figures, sizing) - np.bincount(buurt, weights=least, minlength=buurten)
    families = np.bincount(buurt[has_children], minlength=buurten)
    extra = np.clip(np.round(target), 0, families * (_MOST_CHILDREN - 1)).astype(np.int64)
    # Middle-aged parents have the most children at home.
    weight = np.array([0.55, 1.0, 0.75, 0.15, 0.1])[band] * np.where(kind == 3, 0.55, 1.0)
    rows = np.flatnonzero(has_children)
    whole = _shared_out(extra, buurt[rows], weight[rows] * uniform(number[rows], "kinderen", sizing.seed), buurten)
    persons = least.copy()
    persons[rows] += whole
    return np.minimum(persons, _MOST_PERSONS).astype(np.uint8)


def persons_wanted(figures: KeyFigures, sizing: Sizing) -> Values:
    """Persons in households of each buurt: inhabitants, as far as the published size of households allows; those in
    institutions are not in a household."""
    people, households = figures.at("inwoners", "buurt"), figures.at("huishoudens", "buurt")
    size, _ = figures.nearest("huishoudensgrootte")
    size = np.where(
        np.isnan(size), np.divide(people, households, out=np.full_like(people, 2.1), where=households > 0), size
    )
    sized = sizing.sized(np.nan_to_num(households), "huishoudens")
    per_household = np.divide(people, households, out=size.copy(), where=households > 0)
    own = figures.at("huishoudensgrootte", "buurt")
    per_household = np.where(np.isnan(own), per_household, np.clip(per_household, own - 0.05, own + 0.05))
    return np.nan_to_num(per_household, nan=2.1) * sized


def _shared_out(extra: Counts, group: NDArray[np.int64], weight: Values, groups: int) -> Counts:
    """Whole numbers per row that add up to `extra` of its group, near proportion to weight and at most 5 each.

    Rows stand in order of their group.
    """
    most = _MOST_CHILDREN - 1
    share = np.zeros(len(group))
    for _ in range(_ROUNDS_OF_SHARING):
        left = extra - np.bincount(group, weights=share, minlength=groups)
        free = np.where(share < most, weight, 0.0)
        of_group = np.bincount(group, weights=free, minlength=groups)
        per_weight = np.divide(left, of_group, out=np.zeros(groups), where=of_group > 0)
        share = np.minimum(share + free * per_weight[group], most)
    up_to = np.cumsum(share)
    before = np.concatenate(([0.0], up_to))[np.searchsorted(group, np.arange(groups))]
    reached = np.minimum(np.floor(up_to - before[group] + 0.5).astype(np.int64), extra[group])
    last = np.flatnonzero(np.diff(group, append=groups))
    reached[last] = extra[group[last]]
    first = np.concatenate(([True], np.diff(group) > 0)) if len(group) else np.zeros(0, dtype=bool)
    given = np.diff(reached, prepend=0)
    given[first] = reached[first]
    return given


def _standard_income(
    figures: KeyFigures, seeds: Seeds, sizing: Sizing,
    rows: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]], catalogue: Catalogue,
) -> Values:  # fmt: skip
    """Standardized income, 1,000 euro: the mean of the decile with a spread, scaled a little to the mean of the buurt."""
    number, buurt, decile = rows
    spread = np.where(
        decile == 9, catalogue.parameter("synthesis_income_spread_top"), catalogue.parameter("synthesis_income_spread")
    )
    drawn = np.clip(normal(number, "inkomen", sizing.seed), -3, 3)
    income = (seeds.income * country_income(figures))[decile] * np.exp(spread * drawn - spread**2 / 2)
    buurten = len(figures.areas.buurten)
    sums, rows_of = (np.bincount(buurt, weights=w, minlength=buurten) for w in (income, np.ones(len(income))))
    mean = np.divide(sums, rows_of, out=np.ones(buurten), where=rows_of > 0)
    wanted = figures.at(published.MEAN_INCOME, "buurt")
    factor = np.clip(np.where(np.isnan(wanted), 1.0, wanted / mean), *_LAST_SCALE)
    return income * factor[buurt]


def _equivalence(kind: NDArray[np.uint8], persons: NDArray[np.uint8], catalogue: Catalogue) -> Values:
    """How many times the income of a person alone a household needs to be as well off."""
    partner, first, following = (
        catalogue.parameter(f"synthesis_equivalence_{each}") for each in ("partner", "first_child", "next_child")
    )
    adults = np.where((kind == 1) | (kind == 2), 2, 1)
    children = np.maximum(persons.astype(np.int64) - adults, 0)
    return 1.0 + partner * (adults - 1) + first * (children > 0) + following * np.maximum(children - 1, 0)
