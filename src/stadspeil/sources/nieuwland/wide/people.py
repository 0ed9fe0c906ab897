"""What is true in a wide Nieuwland: for every field of the catalogue a figure per buurt and year.

Three conditions of a buurt (poverty, age, density) carry everything, as in the small Nieuwland: figures of which real
averages and loadings are known (`calibration`) use those; any other field of the catalogue gets a level within the
range that its indicators expect, so that a source that is connected tomorrow has figures without a change here.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Field, Indicator, summed
from stadspeil.sources.nieuwland.calibration import HEALTH, LOADED, MADE, PATHS, REFERENCE_YEAR
from stadspeil.sources.nieuwland.wide.land import Land

Floats = NDArray[np.float64]

# Share of inhabitants or households, loading on poverty, age and density. They make wholes: ages, couples, origins.
_OF_PEOPLE = {
    "mannen": (0.495, (0.0, -0.01, 0.0)), "vrouwen": (0.505, (0.0, 0.01, 0.0)),
    "inwoners_0_15": (0.155, (0.03, -0.22, -0.05)), "inwoners_15_25": (0.122, (0.06, -0.08, 0.10)),
    "inwoners_25_45": (0.249, (0.03, -0.16, 0.12)), "inwoners_45_65": (0.276, (-0.04, 0.06, -0.06)),
    "inwoners_65_plus": (0.198, (-0.02, 0.38, -0.05)),
    "ongehuwd": (0.49, (0.05, -0.10, 0.06)), "gehuwd": (0.37, (-0.10, 0.08, -0.08)), "gescheiden": (0.09, (0.12, 0.06, 0.05)),
    "verweduwd": (0.05, (0.0, 0.35, 0.0)),
    "herkomst_nederland": (0.74, (-0.10, 0.05, -0.12)), "herkomst_europa": (0.10, (0.05, -0.05, 0.10)),
    "herkomst_buiten_europa": (0.16, (0.40, -0.12, 0.30)),
}  # fmt: skip
_OF_HOUSEHOLDS = {
    "huishoudens_eenpersoons": (0.385, (0.12, 0.08, 0.16)), "huishoudens_zonder_kinderen": (0.285, (-0.08, 0.12, -0.06)),
    "huishoudens_met_kinderen": (0.33, (-0.04, -0.20, -0.08)),
}  # fmt: skip
_WHOLES = (
    ("mannen", "vrouwen"), ("inwoners_0_15", "inwoners_15_25", "inwoners_25_45", "inwoners_45_65", "inwoners_65_plus"),
    ("ongehuwd", "gehuwd", "gescheiden", "verweduwd"), ("herkomst_nederland", "herkomst_europa", "herkomst_buiten_europa"),
    tuple(_OF_HOUSEHOLDS),
)  # fmt: skip
_ROOTS = {"inwoners", "huishoudens", "woningen"}
_PER_HOUSEHOLD = {"huishoudens", "woningen"}


@dataclass
class People:
    """Conditions, inhabitants and households per buurt and year (buurten x years), and figures made from them."""

    land: Land
    catalogue: Catalogue
    poverty: Floats
    age: Floats
    density: Floats
    inhabitants: Floats
    households: Floats
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    _by_field: dict[str, Indicator] = field(default_factory=dict)

    def of(self, name: str, year: int) -> Floats:
        """The figure of a field in every buurt; counts are whole."""
        place = self.land.years.index(year)
        if name in ("inwoners", "huishoudens"):
            return (self.inhabitants if name == "inwoners" else self.households)[:, place]
        if name == "woningen":
            return np.rint(self.households[:, place] * 1.03)
        for shares, base in ((_OF_PEOPLE, self.inhabitants), (_OF_HOUSEHOLDS, self.households)):
            if name in shares:
                return self._part(name, shares, base[:, place], place)
        entry = self.catalogue.fields[name]
        if entry.type == "count":
            return self._count(entry, place)
        return self._level(entry, place)

    def weight(self, name: str, year: int) -> Floats:
        """What a mean or share of an area is averaged with."""
        entry = self.catalogue.fields[name]
        told = f"{name} {entry.title} {entry.unit}".casefold()
        base = self.households if any(word in told for word in ("huishoud", "woning", "woz")) else self.inhabitants
        return base[:, self.land.years.index(year)]

    def _part(
        self, name: str, shares: dict[str, tuple[float, tuple[float, float, float]]], base: Floats, place: int
    ) -> Floats:
        """A part of a whole, so that the parts together are the whole to the last person."""
        whole = next(names for names in _WHOLES if name in names)
        weights = np.stack([shares[each][0] * np.exp(self._mixed(shares[each][1], place)) for each in whole])
        ends = np.rint(np.cumsum(weights, axis=0) / weights.sum(axis=0) * base)
        at = whole.index(name)
        return ends[at] - (ends[at - 1] if at else 0)

    def _count(self, entry: Field, place: int) -> Floats:
        """A number of something: a share of the whole that it is a part of, or of people or households."""
        share, bottom = 0.05, self._base(entry, place)
        indicator = self._indicator(entry.id)
        whole = self.whole_of(entry.id)
        if whole and indicator is not None:
            low, high = indicator.expected
            share = (low + 0.45 * (high - low)) / indicator.per / len(summed(indicator.numerator))
            bottom = self.of(whole, self.land.years[place])
        made = bottom * np.minimum(share * np.exp(0.35 * self._score(entry.id, place)), 0.9 if whole else np.inf)
        limit = entry.possible[1]
        return np.rint(np.clip(made, max(entry.possible[0], 0), limit / max(len(bottom), 1)))

    def whole_of(self, name: str) -> str:
        """The field that this one is a part of, as far as the catalogue's shares say; empty when of none."""
        if name in _OF_PEOPLE or name in _OF_HOUSEHOLDS:
            return "inwoners" if name in _OF_PEOPLE else "huishoudens"
        indicator = self._indicator(name)
        if indicator is None or name not in summed(indicator.numerator):
            return ""
        below = summed(indicator.denominator)
        alone = len(below) == 1 and below[0] != name and self.catalogue.fields[below[0]].type == "count"
        return below[0] if alone and not self._circular(name, below[0]) else ""

    def _circular(self, name: str, whole: str) -> bool:
        above = self._indicator(whole)
        return (
            whole not in _ROOTS and above is not None and name in (*summed(above.numerator), *summed(above.denominator))
        )

    def _base(self, entry: Field, place: int) -> Floats:
        if entry.unit in _PER_HOUSEHOLD:
            return self.households[:, place]
        if entry.unit in ("ha", "km2"):
            return np.full(len(self.inhabitants), 600.0)
        return self.inhabitants[:, place]

    def _level(self, entry: Field, place: int) -> Floats:
        """A share, mean or the like: a middle with a spread, within what is possible."""
        middle, spread = self._middle(entry)
        year = self.land.years[place]
        known = PATHS.get(entry.id)
        if known:
            path = np.interp(year, list(known), list(known.values()))
            middle = middle * path / np.interp(REFERENCE_YEAR, list(known), list(known.values()))
        made = middle + spread * self._score(entry.id, place)
        low, high = entry.possible
        room = min(abs(middle - low), abs(high - middle)) / max(spread, 1e-9)
        if room < 2.5:
            # Near an edge the normal form would be cut off; there what is left of the room is divided.
            made = np.clip(made, low + 0.02 * (middle - low), high - 0.02 * (high - middle))
        return np.clip(made, low, high)

    def _middle(self, entry: Field) -> tuple[float, float]:
        if entry.id in MADE:
            return MADE[entry.id].country, 1.5 * MADE[entry.id].spread
        if entry.id in LOADED:
            return LOADED[entry.id].country, 1.5 * LOADED[entry.id].spread
        if entry.id in HEALTH:
            return HEALTH[entry.id].country, HEALTH[entry.id].within
        indicator = self._indicator(entry.id)
        low, high = indicator.expected if indicator is not None and indicator.column == entry.id else entry.possible
        if not np.isfinite(high - low) or high - low > 1e6:
            low, high = 0.0, min(high, 1000.0)
        return low + 0.45 * (high - low), 0.10 * (high - low)

    def _score(self, name: str, place: int) -> Floats:
        """A buurt's own standing on a field: loaded on the conditions, with chance that stays with the buurt."""
        loads, explained = self._loadings(name)
        mixed = self._mixed(loads, place)
        mixed = mixed / max(float(np.std(mixed)), 1e-9)
        own = _chance(name, len(self.poverty), 0)
        drift = _chance(name, len(self.poverty), 1 + place)
        return np.sqrt(explained) * mixed + np.sqrt(1 - explained) * (0.95 * own + 0.31 * drift)

    def _mixed(self, loads: tuple[float, float, float], place: int) -> Floats:
        return loads[0] * self.poverty[:, place] + loads[1] * self.age[:, place] + loads[2] * self.density

    def _loadings(self, name: str) -> tuple[tuple[float, float, float], float]:
        for known in (LOADED.get(name), HEALTH.get(name)):
            if known is not None:
                return known.loadings, min(max(known.explained, 0.1), 0.9)
        indicator = self._indicator(name)
        sign = {"higher_is_better": -1.0, "lower_is_better": 1.0}.get(indicator.direction if indicator else "", 0.2)
        seed = zlib.crc32(name.encode())
        return (0.7 * sign, 0.3 * ((seed % 7) / 3 - 1), 0.3 * ((seed // 7 % 7) / 3 - 1)), 0.5

    def _indicator(self, name: str) -> Indicator | None:
        if not self._by_field:
            for each in self.catalogue.indicators.values():
                for used in (*summed(each.numerator), each.column):
                    self._by_field.setdefault(used, each)
        return self._by_field.get(name)


def populate(land: Land, catalogue: Catalogue, rng: np.random.Generator) -> People:
    """People in the land: where they live, and how they fare, year by year."""
    count, years = land.buurten, len(land.years)
    towns, wijken = land.town, land.last.wijk
    effect = rng.normal(0, 0.55, land.is_new_town.size)[towns] + rng.normal(0, 0.35, wijken.max() + 1)[wijken]
    # Poverty hides in buurten: their own share of the spread is the largest.
    poverty = effect + rng.normal(0, 0.85, count)
    drift = np.cumsum(rng.normal(0, 0.05, (count, years)), axis=1)
    fading = np.where(land.is_new_town[towns], 0.02, 0.0)[:, None] * np.arange(years)
    # Who moves in when a buurt is new grows old with it.
    age = ((np.array(land.years)[None, :] - land.built[:, None]) - 45) / 30 + rng.normal(0, 0.5, count)[:, None]
    density = rng.normal(0, 0.8, land.is_new_town.size)[towns] + rng.normal(0, 0.6, count)
    start = np.exp(rng.normal(7.0, 0.75, count) + 0.15 * density)
    start[rng.random(count) < 0.02] = 0
    growth = np.exp(np.cumsum(rng.normal(0.004, 0.012, (count, years)), axis=1))
    inhabitants = np.rint(start[:, None] * growth)
    per_household = np.clip(2.2 - 0.12 * age - 0.1 * density[:, None], 1.3, 3.4)
    return People(
        land, catalogue, poverty[:, None] + drift + fading, np.clip(age, -2, 2.5), density,
        inhabitants, np.rint(inhabitants / per_household),
    )  # fmt: skip


def _chance(name: str, count: int, turn: int) -> Floats:
    """Normal numbers that depend on the field and nothing else."""
    return np.random.default_rng([zlib.crc32(name.encode()), turn]).normal(0, 1, count)
