"""What the households and homes of each buurt should add up to: published margins, completed and reconciled, and the
fitted tables of fractions that meet them.

The fit goes down: the country's assumed table is fitted to the margins of the country, that table is the seed of each
gemeente, that of the gemeente the seed of its wijken, that of the wijk the seed of its buurten. A margin that an area
lacks is left to its seed, so that what is not known of a buurt is as in the lowest area of which it is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.simulation.synthesis import figures as published
from stadspeil.simulation.synthesis.figures import HEIGHTS, Height, KeyFigures, Values
from stadspeil.simulation.synthesis.raking import Margin, members_of, rake, rake_persons
from stadspeil.simulation.synthesis.seeds import Seeds

# Type in the key figures of each of our types: families and single parents are counted together.
KEY_TYPE = np.array([0, 1, 2, 2])
_TYPE_OF_PAIR, _AGE_OF_PAIR = np.repeat(np.arange(4), 5), np.tile(np.arange(5), 4)
_TYPE = np.repeat(np.arange(4), 15)
_PAIR = np.repeat(np.arange(20), 3)
_INCOME = np.tile(np.arange(3), 20)
_TENURE, _FORM = np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)
_ADULTS = slice(1, 5)
# Counts of buurten are rounded to five, in some years upwards: so far may each be off.
STEP = 5.0
_PLAUSIBLE = 1.6
# Further than this a wijk is not moved towards the homes per household of its gemeente.
_TO_TOWN = (0.8, 1.25)


@dataclass
class Margins:
    """Margins of one kind per buurt: targets (NaN where not known), and the place in HEIGHTS where each was found."""

    targets: Values
    found: NDArray[np.intp]
    filled: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))


@dataclass
class HouseholdTargets:
    """Per buurt: households, the fitted table (buurten x 60), and margins of types, incomes and ages of persons."""

    totals: Values
    cells: Values
    types: Margins
    incomes: Margins
    persons: Margins
    remarks: list[str]


@dataclass
class HomeTargets:
    """Per buurt: homes, the fitted table (buurten x 6), and margins of tenure and form."""

    totals: Values
    cells: Values
    tenure: Margins
    form: Margins
    counted: NDArray[np.intp]


def household_targets(figures: KeyFigures, seeds: Seeds) -> HouseholdTargets:
    """Fit the tables of households of all buurten."""
    totals, remarks = _households(figures)
    found = {name: np.full(len(totals), len(HEIGHTS), dtype=np.intp) for name in ("types", "incomes", "persons")}
    filled = np.zeros(len(totals), dtype=np.intp)
    above = seeds.cells[None, :]
    for place, height in reversed(list(enumerate(HEIGHTS))):
        own = np.array([1e6]) if height == "land" else figures.areas.total(height, totals)
        seed = above[figures.areas.parent(height)] if height != "land" else above
        types, guessed = _types(figures, height, own, seed)
        persons = _persons(figures, height, own)
        incomes = _incomes(figures, height, own, seed)
        table = _fitted_households(seed, own, types, persons, incomes, seeds)
        above = table / np.maximum(table.sum(axis=1, keepdims=True), 1e-12)
        row = figures.areas.row(height)
        for name, targets in (("types", types), ("incomes", incomes), ("persons", persons)):
            found[name][_known(targets)[row]] = place
        if height == "buurt":
            filled = guessed
    return HouseholdTargets(
        totals, table, Margins(types, found["types"], filled), Margins(incomes, found["incomes"]),
        Margins(persons, found["persons"]), [*remarks, *_contradictions(figures, totals)],
    )  # fmt: skip


def home_targets(figures: KeyFigures, seeds: Seeds, households: Values) -> HomeTargets:
    """Fit the tables of homes of all buurten."""
    totals, counted = _homes(figures, households)
    found = {name: np.full(len(totals), len(HEIGHTS), dtype=np.intp) for name in ("tenure", "form")}
    above = seeds.homes.reshape(1, -1) / seeds.homes.sum()
    for place, height in reversed(list(enumerate(HEIGHTS))):
        own = np.array([1e6]) if height == "land" else figures.areas.total(height, totals)
        seed = above[figures.areas.parent(height)] if height != "land" else above
        tenure, guessed = _percentages(figures, published.TENURE, height, own, seed @ members_of(_TENURE, 3))
        form, _ = _percentages(figures, published.FORM, height, own, seed @ members_of(_FORM, 2))
        table = rake(seed, own, [Margin(_TENURE, tenure), Margin(_FORM, form)])
        above = table / np.maximum(table.sum(axis=1, keepdims=True), 1e-12)
        above = np.where(table.sum(axis=1, keepdims=True) > 0, above, seed)
        row = figures.areas.row(height)
        for name, targets in (("tenure", tenure), ("form", form)):
            found[name][_known(targets)[row]] = place
    return HomeTargets(totals, table, Margins(tenure, found["tenure"], guessed), Margins(form, found["form"]), counted)


def completed(values: Values, totals: Values, shares: Values) -> tuple[Values, NDArray[np.intp]]:
    """Groups of which some are not known: what the known ones leave of the total goes to the others by `shares`.

    Rows without any known group stay unknown. Also gives how many groups of each row were filled.
    """
    missing = np.isnan(values)
    left = np.maximum(totals - np.nansum(values, axis=1), 0.0)
    weight = np.where(missing, shares, 0.0)
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    whole = np.where(missing, left[:, None] * weight, values)
    none = missing.all(axis=1)
    whole[none] = np.nan
    return whole, np.where(none, 0, missing.sum(axis=1))


def _fitted_households(
    seed: Values, own: Values, types: Values, persons: Values, incomes: Values, seeds: Seeds
) -> Values:
    pairs = seed @ members_of(_PAIR, 20)
    key_types = Margin(KEY_TYPE[_TYPE_OF_PAIR], types)
    heads = rake_persons(pairs, own, [key_types], seeds.persons[:, _ADULTS], persons[:, _ADULTS])
    ages = heads @ members_of(_AGE_OF_PAIR, 5)
    # Ages are an estimate and come first; what is published comes last and is met.
    margins = [Margin(_AGE_OF_PAIR[_PAIR], ages), Margin(_INCOME, incomes), Margin(KEY_TYPE[_TYPE], types)]
    return rake(seed, own, margins)


def _households(figures: KeyFigures) -> tuple[Values, list[str]]:
    """Households of each buurt; where that is not known, from its inhabitants and the size in the area above."""
    totals = figures.at("huishoudens", "buurt")
    unknown = np.isnan(totals)
    if not unknown.any():
        return totals, []
    people = figures.at("inwoners", "buurt")
    size, _ = figures.nearest("huishoudensgrootte")
    guess = np.divide(people, size, out=np.full_like(people, np.nan), where=size > 0)
    totals = np.where(unknown, np.round(guess), totals)
    lost = np.isnan(totals)
    names = ", ".join(np.array(figures.areas.buurten)[unknown][:5])
    remarks = [f"{int(unknown.sum())} buurten zonder aantal huishoudens, geschat uit inwoners (eerste: {names})"]
    if lost.any():
        remarks.append(f"{int(lost.sum())} buurten zonder huishoudens en inwoners: daar zijn geen huishoudens gemaakt")
    return np.nan_to_num(totals), remarks


def _types(figures: KeyFigures, height: Height, own: Values, seed: Values) -> tuple[Values, NDArray[np.intp]]:
    """Households by type of the key figures, in households of `own`; intervals are kept."""
    counts = np.column_stack([figures.at(each, height) for each in published.TYPES])
    known = figures.at("huishoudens", height)
    percent = np.column_stack([figures.at(f"{each}_pct", height) for each in published.TYPES])
    counts = np.where(np.isnan(counts).all(axis=1, keepdims=True), percent * known[:, None] / 100, counts)
    shares = seed @ members_of(KEY_TYPE[_TYPE], 3)
    bounds = [figures.interval(each, height) for each in published.TYPES] if height != "land" else []
    for group, (low, high) in enumerate(bounds):
        within = ~np.isnan(low)
        counts[within, group] = np.clip(shares[within, group] * known[within], low[within], high[within])
    whole, filled = completed(counts, known, shares)
    whole = reconciled(whole, known)
    scale = np.divide(own, known, out=np.ones_like(own), where=known > 0)
    return whole * scale[:, None], filled


def reconciled(groups: Values, totals: Values) -> Values:
    """Groups that add up to the total. What rounding can explain is taken evenly from all, which keeps each within
    its rounding; what it cannot is taken in proportion when the table is fitted."""
    off = (totals - groups.sum(axis=1)) / groups.shape[1]
    even = groups + off[:, None]
    small = (np.abs(off) <= STEP) & (even >= 0).all(axis=1)
    return np.where(small[:, None], even, groups)


def _persons(figures: KeyFigures, height: Height, own: Values) -> Values:
    """Persons by age in as many households as `own`."""
    counts = np.column_stack([figures.at(each, height) for each in published.AGES])
    people, known = figures.at("inwoners", height), figures.at("huishoudens", height)
    percent = np.column_stack([figures.at(f"{each}_pct", height) for each in published.AGES])
    counts = np.where(np.isnan(counts).any(axis=1, keepdims=True), percent * people[:, None] / 100, counts)
    scale = np.divide(own, known, out=np.full_like(own, np.nan), where=known > 0)
    return counts * scale[:, None]


def _incomes(figures: KeyFigures, height: Height, own: Values, seed: Values) -> Values:
    """Households of the lowest 40, the middle 40 and the highest 20 per cent of the country."""
    low, high = (figures.at(each, height) for each in published.INCOMES)
    if height in ("wijk", "buurt"):
        low, high = (
            np.where(np.isnan(value), _from_persons(figures, height, households, persons), value)
            for value, households, persons in zip(
                (low, high), published.INCOMES, published.INCOMES_OF_PERSONS, strict=True
            )
        )
    middle = 100 - low - high
    shares = np.column_stack([low, np.maximum(middle, 0), high]) / 100
    shares = shares / shares.sum(axis=1, keepdims=True)
    return shares * own[:, None]


def _from_persons(figures: KeyFigures, height: Height, households: str, persons: str) -> Values:
    """A share of households from that of persons: as much more or less likely than in the gemeente."""
    row = figures.areas.town if height == "buurt" else _town_of_wijk(figures)
    there, above = figures.at(persons, height) / 100, figures.at(persons, "gemeente")[row] / 100
    of_town = figures.at(households, "gemeente")[row] / 100
    odds = _odds(of_town) * _odds(there) / _odds(above)
    return 100 * odds / (1 + odds)


def _town_of_wijk(figures: KeyFigures) -> NDArray[np.intp]:
    return figures.areas.parent("wijk")


def _odds(share: Values) -> Values:
    kept = np.clip(share, 0.002, 0.998)
    return kept / (1 - kept)


def _homes(figures: KeyFigures, households: Values) -> tuple[Values, NDArray[np.intp]]:
    """Homes of each buurt, else its households times the homes per household of the lowest area that has both."""
    totals = figures.at("woningen", "buurt")
    above = np.full(len(totals), np.nan)
    found = np.full(len(totals), len(HEIGHTS), dtype=np.intp)
    for place, height in list(enumerate(HEIGHTS))[1:]:
        homes, people = figures.at("woningen", height), figures.at("huishoudens", height)
        ratio = np.divide(homes, people, out=np.full_like(homes, np.nan), where=people > 0)[figures.areas.row(height)]
        take = np.isnan(above) & ~np.isnan(ratio)
        above[take], found[take] = np.round(households * ratio)[take], place
    # A buurt may have been built or torn down since a count of another year.
    old = figures.years("woningen", "buurt") != figures.year
    outgrown = old & ((totals < above / _PLAUSIBLE) | (totals > above * _PLAUSIBLE))
    own = ~np.isnan(totals) & ~outgrown
    filled = np.where(own, totals, above)
    return _as_in_town(figures, filled, own, households), np.where(own, 0, found)


def _as_in_town(figures: KeyFigures, totals: Values, own: NDArray[np.bool_], households: Values) -> Values:
    """Bring what was filled to the homes per household of the gemeente: wijken may have been counted in another year."""
    areas = figures.areas
    homes, people = figures.at("woningen", "gemeente"), figures.at("huishoudens", "gemeente")
    ratio = np.divide(homes, people, out=np.full_like(homes, np.nan), where=people > 0)
    counted, filled = (areas.total("gemeente", np.where(each, totals, 0.0)) for each in (own, ~own))
    left = ratio * areas.total("gemeente", households) - counted
    factor = np.divide(left, filled, out=np.ones_like(left), where=filled > 0)
    factor = np.where(np.isnan(factor), 1.0, np.clip(factor, *_TO_TOWN))
    return np.where(own, totals, np.round(totals * factor[areas.town]))


def _percentages(
    figures: KeyFigures, names: tuple[str, ...], height: Height, own: Values, shares: Values
) -> tuple[Values, NDArray[np.intp]]:
    values = np.column_stack([figures.at(each, height) for each in names])
    whole, filled = completed(values, np.full(len(values), 100.0), shares)
    return whole * own[:, None] / np.maximum(np.nansum(whole, axis=1), 1e-9)[:, None], filled


def _contradictions(figures: KeyFigures, totals: Values) -> list[str]:
    """Margins of a buurt that cannot all be true, one sentence per kind."""
    types = np.column_stack([figures.at(each, "buurt") for each in published.TYPES]).sum(axis=1)
    people = figures.at("inwoners", "buurt")
    low, high = (figures.at(each, "buurt") for each in published.INCOMES)
    kinds = (
        ("typen huishoudens tellen niet op tot alle huishoudens", np.abs(types - totals) > 3.5 * STEP),
        ("minder inwoners dan huishoudens", people + 5 < totals),
        ("laagste en hoogste inkomens zijn samen meer dan alle huishoudens", low + high > 100.5),
    )
    names = np.array(figures.areas.buurten)
    return [
        f"{int(wrong.sum())} buurten: {told}; naar het aantal huishoudens herleid (eerste: {names[wrong][0]})"
        for told, wrong in kinds
        if wrong.any()
    ]


def _known(targets: Values) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(targets).any(axis=1))
