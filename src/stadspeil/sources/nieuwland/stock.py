"""The dwellings of Nieuwland: how many stood in each buurt in each year, who owns them and what they are like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.geometry import Sites

Floats = NDArray[np.float64]

START_YEAR = 1950
YEARS = np.arange(START_YEAR, plan.LAST_YEAR + 1)
# The classes in which CBS publishes the stock by building period; first year of each.
PERIOD_STARTS = (0, 1800, 1905, 1925, 1945, 1955, 1965, 1975, 1985, 1995, 2005, 2015)
HIDDEN_POOR = 9
SLIDES = ((2009, 0.20), (2011, 0.26), (2013, 0.20), (2014, 0.30), (2016, 0.26), (2018, 0.32))
SLIDE_YEARS = 9
RENEWALS = ((2008, 0.85), (2010, 1.00), (2012, 0.70), (2014, 0.95))
RENEWAL_YEARS = 4
RENEWAL_OWNER_SHIFT = 0.24


_GREY: dict[str, float] = {"dorp": 0.5, "villa": 0.6, "buiten": 0.3, "nieuw": -0.5, "stadshart": 0.3, "vinex": -0.6}


@dataclass(frozen=True)
class Planted:
    """Buurten with a story: places in the list of buurten."""

    hidden: tuple[int, ...]
    sliding: tuple[int, ...]
    renewed: tuple[int, ...]


@dataclass(frozen=True)
class Stock:
    """Dwellings per buurt and year from 1950; tenure and type shares per buurt (and year where they change)."""

    total: Floats
    years: Floats
    dwellings: Floats
    owner: Floats
    corporation: Floats
    houses: Floats
    floor_m2: Floats
    appeal: Floats
    grey: Floats
    family: Floats
    planted: Planted

    @property
    def private(self) -> Floats:
        return 1 - self.owner - self.corporation

    def by_period(self, year: int) -> Floats:
        """Dwellings on 1 January of a year, per buurt and building period."""
        edges = np.minimum(np.array([1600, *PERIOD_STARTS[1:], plan.LAST_YEAR + 30]), year)
        return np.diff(_built_share(self.years, edges), axis=1) * self.total[:, None]


def build_stock(rng: np.random.Generator, sites: Sites, story: bool = True) -> Stock:
    """The stock, with or without the planted slides and renewals; the dice fall the same either way."""
    kinds = [_kind(sites, buurt) for buurt in range(sites.count)]
    characters = [plan.CHARACTERS[kind] for kind in kinds]
    gemeente = {each.number: each for each in plan.GEMEENTEN}
    home = [gemeente[plan.WIJKEN[int(wijk)].gemeente] for wijk in sites.wijk]
    planted = _choose(rng, sites, kinds)
    hidden = np.isin(np.arange(sites.count), planted.hidden)

    total = np.array([h.built * c.size for h, c in zip(home, characters, strict=True)])
    total = total * np.exp(rng.normal(0, 0.30, sites.count))
    owner = np.clip(np.array([c.owner for c in characters]) + rng.normal(0, 0.11, sites.count), 0.04, 0.97)
    corporation = np.array([c.corporation for c in characters]) * np.exp(rng.normal(0, 0.28, sites.count))
    appeal = np.array([c.appeal + h.appeal for c, h in zip(characters, home, strict=True)])
    appeal = appeal + rng.normal(0, 0.30, sites.count)
    houses = np.clip(np.array([c.houses for c in characters]) + rng.normal(0, 0.10, sites.count), 0.01, 0.99)
    mixed = np.array([plan.WIJKEN[int(wijk)].mixed for wijk in sites.wijk]) & ~sites.rural
    owner, appeal = owner + 0.10 * mixed, appeal + 0.45 * mixed
    owner, corporation, houses = _mix(rng, owner, corporation, houses, hidden)
    appeal = np.where(hidden, -1.35 + rng.normal(0, 0.1, sites.count), appeal)
    total[hidden] *= 0.80

    years = np.array([c.years for c in characters], dtype=float) + rng.normal(0, 2.0, (sites.count, 2)).round()
    by_year = _Changing(np.repeat(owner[:, None], len(YEARS), 1), np.repeat(corporation[:, None], len(YEARS), 1),
                        np.repeat(appeal[:, None], len(YEARS), 1))  # fmt: skip
    _let_new_towns_fade(by_year, sites, years)
    if story:
        _tell(by_year, planted)
    floor = np.array([c.floor_m2 for c in characters]) * np.exp(rng.normal(0, 0.08, sites.count))
    # A home for the elderly here, student rooms there: what makes one buurt grey and the next one young.
    grey = rng.normal(0, 1, sites.count) + np.array([_GREY.get(kind, 0.0) for kind in kinds])
    grey = grey + np.array([each.grey for each in home])
    family = np.array([each.family for each in home])
    return Stock(
        total, years, total[:, None] * _built_share(years, YEARS), by_year.owner, by_year.corporation, houses, floor,
        by_year.appeal, grey, family, planted,
    )  # fmt: skip


@dataclass(frozen=True)
class _Changing:
    owner: Floats
    corporation: Floats
    appeal: Floats


# Fashion: what was built all at once as the newest goes out of date all at once. Per year, from 15 years after.
NEW_TOWN_FADING = 0.014


def _let_new_towns_fade(by_year: _Changing, sites: Sites, years: Floats) -> None:
    town = np.array([plan.WIJKEN[int(wijk)].gemeente in plan.NEW_TOWNS for wijk in sites.wijk])
    age = np.clip(YEARS[None, :] - years.mean(axis=1)[:, None] - 15, 0, 40)
    by_year.appeal[:] -= NEW_TOWN_FADING * age * (town & ~sites.rural)[:, None]


def _tell(by_year: _Changing, planted: Planted) -> None:
    for buurt, (start, rate) in zip(planted.sliding, SLIDES, strict=True):
        by_year.appeal[buurt] -= rate * np.clip(YEARS - start, 0, SLIDE_YEARS)
    for buurt, (start, lift) in zip(planted.renewed, RENEWALS, strict=True):
        done = np.clip((YEARS - start) / RENEWAL_YEARS, 0, 1)
        by_year.appeal[buurt] += lift * done
        shift = np.minimum(RENEWAL_OWNER_SHIFT, by_year.corporation[buurt] - 0.1) * done
        by_year.owner[buurt] += shift
        by_year.corporation[buurt] -= shift


def _kind(sites: Sites, buurt: int) -> plan.Kind:
    return "buiten" if sites.rural[buurt] else plan.WIJKEN[int(sites.wijk[buurt])].kind


def _choose(rng: np.random.Generator, sites: Sites, kinds: list[plan.Kind]) -> Planted:
    """Hidden poor buurten in mixed wijken (one each); slides and renewals where the stock lends itself to it."""
    mixed = [i for i, each in enumerate(plan.WIJKEN) if each.mixed]
    hidden = tuple(int(rng.choice(np.flatnonzero((sites.wijk == i) & ~sites.rural))) for i in mixed[:HIDDEN_POOR])
    in_new_town = np.array([plan.WIJKEN[int(w)].gemeente in plan.NEW_TOWNS for w in sites.wijk])
    plain = np.array([not plan.WIJKEN[int(w)].mixed for w in sites.wijk]) & ~sites.rural
    ageing = np.isin(kinds, ("bloemkool", "jaren80")) & in_new_town & plain
    grey = np.isin(kinds, ("wederopbouw",)) & plain
    estates = np.isin(kinds, ("hoogbouw", "wederopbouw")) & plain
    picks = [rng.choice(np.flatnonzero(where), number, replace=False) for where, number in ((ageing, 4), (grey, 2))]
    sliding = np.concatenate(picks)
    estates[sliding] = False
    renewed = rng.choice(np.flatnonzero(estates), len(RENEWALS), replace=False)
    return Planted(hidden, tuple(int(i) for i in sliding), tuple(int(i) for i in renewed))


def _mix(
    rng: np.random.Generator, owner: Floats, corporation: Floats, houses: Floats, hidden: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Shares that add up; a hidden poor buurt is the rented corner of an owner-occupied wijk."""
    owner = np.clip(owner, 0.03, 0.97)
    owner = np.where(hidden, 0.12 + rng.uniform(0, 0.06, len(owner)), owner)
    corporation = np.where(hidden, 0.76 + rng.uniform(0, 0.06, len(owner)), np.minimum(corporation, 0.97 - owner))
    return owner, np.clip(corporation, 0.005, None), np.where(hidden, np.minimum(houses, 0.5), houses)


def _built_share(years: Floats, moments: NDArray[np.int64]) -> Floats:
    start, end = years[:, :1], np.maximum(years[:, 1:], years[:, :1] + 2)
    share: Floats = np.clip((moments[None, :] - start) / (end - start), 0, 1)
    # What stood before our first year stands whole: only what was built later is built before our eyes.
    return np.where(share < 0.02, 0.0, share)
