"""Figures that the simulated people and dwellings bring forth: population, households, stock, land and income."""

from __future__ import annotations

import numpy as np

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.calibration import MADE
from stadspeil.sources.nieuwland.figures import REFERENCE, YEARS, FigureMaker, Figures, Floats, path, ratio
from stadspeil.sources.nieuwland.geometry import Map, Sites
from stadspeil.sources.nieuwland.history import AGES, History, heads
from stadspeil.sources.nieuwland.stock import YEARS as STOCK_YEARS
from stadspeil.sources.nieuwland.stock import Stock

_NOW = slice(plan.FIRST_YEAR - int(STOCK_YEARS[0]), None)
_AGE_BANDS = {
    "inwoners_0_15": (0, 15),
    "inwoners_15_25": (15, 25),
    "inwoners_25_45": (25, 45),
    "inwoners_45_65": (45, 65),
}


def add_living(maker: FigureMaker, sites: Sites, drawn: Map, stock: Stock, history: History) -> None:
    """Add them all, in the order in which they build on one another."""
    _add_people(maker, history)
    _add_households(maker, stock, history)
    _add_dwellings(maker, stock)
    _add_land(maker, sites, drawn)
    _add_income(maker, stock, history)


def low_income_raw(stock: Stock, history: History) -> Floats:
    """Expected share of households with a low income, before it is set to the country's level."""
    chance = np.array([0.175, 0.022, 0.006])
    by_age = np.interp(AGES, (18, 27, 35, 60, 68, 99), (1.9, 1.2, 1.0, 0.95, 0.5, 0.55))
    households = np.einsum("byag,ba->by", history.persons, heads(stock))
    poor = np.einsum("byag,ba,g->by", history.persons, heads(stock) * by_age, chance, optimize=True)
    worse = np.exp(-0.20 * np.clip(stock.appeal[:, _NOW], -3.2, 2.5))
    return np.divide(poor, households, out=np.zeros_like(poor), where=households > 0) * worse


def low_income_levels(figures: Figures, stock: Stock, history: History, other: tuple[Stock, History]) -> Floats:
    """Low-income shares had history gone as in `other`, on the scale of the figures as they are."""
    raw = low_income_raw(stock, history)
    scale = np.divide(figures.values["huishoudens_laag_inkomen_pct"], raw, out=np.zeros_like(raw), where=raw > 0)
    return low_income_raw(*other) * scale


def _add_people(maker: FigureMaker, history: History) -> None:
    by_age = history.persons.sum(axis=3)
    total = np.zeros(by_age.shape[:2])
    for name, (low, high) in _AGE_BANDS.items():
        total += maker.count(name, by_age[:, :, low:high].sum(axis=2))
    total += maker.count("inwoners_65_plus", by_age[:, :, 65:].sum(axis=2))
    inhabitants = maker.count("inwoners", total)
    wobble = maker.rng.normal(0, 0.009, (len(total), 1))
    men = maker.count("mannen", inhabitants * (0.496 + wobble))
    maker.count("vrouwen", inhabitants - men)
    maker.count("volwassenen", by_age[:, :, 18:].sum(axis=2))
    maker.count("jongeren", by_age[:, :, :23].sum(axis=2))
    maker.count("werkleeftijd", by_age[:, :, 15:75].sum(axis=2))
    for name, expected in (("geboorten", history.births * 0.98), ("sterfgevallen", history.deaths)):
        maker.drawn(name, maker.rng.poisson(expected).astype(float), expected)
    for name, top in (("geboorte_per_1000", "geboorten"), ("sterfte_per_1000", "sterfgevallen")):
        maker.mean(name, 1000 * ratio(maker.values[top], inhabitants), "inwoners")


def _add_households(maker: FigureMaker, stock: Stock, history: History) -> None:
    people = maker.values["inwoners"]
    households = maker.count("huishoudens", np.einsum("byag,ba->by", history.persons, heads(stock)))
    size = ratio(people, households)
    alone = 0.377 - 0.42 * (size - 2.16) + 0.16 * (0.65 - stock.houses[:, None])
    alone = np.clip(alone + maker.rng.normal(0, 0.025, (len(size), 1)), 0.10, 0.78)
    with_children = np.clip(ratio(history.persons[:, :, :19].sum(axis=(2, 3)), households) / 1.46, 0.03, 0.88 - alone)
    one = maker.count("huishoudens_eenpersoons", households * alone)
    children = maker.count("huishoudens_met_kinderen", households * with_children)
    maker.count("huishoudens_zonder_kinderen", households - one - children)
    maker.mean("huishoudensgrootte", size, "huishoudens")
    adults = maker.values["volwassenen"]
    old = ratio(maker.values["inwoners_65_plus"], np.maximum(adults, 1))
    married = np.clip(0.46 + 0.16 * (stock.houses - 0.6)[:, None] + 0.10 * old - 0.004 * (YEARS - 2021), 0.15, 0.75)
    maker.count("gehuwd", adults * married)
    maker.count("verweduwd", adults * np.clip(0.012 + 0.19 * old, 0, 0.25))


def _add_dwellings(maker: FigureMaker, stock: Stock) -> None:
    dwellings = maker.count("woningen", stock.dwellings[:, _NOW])
    before = np.concatenate([stock.dwellings[:, _NOW][:, :1], stock.dwellings[:, _NOW][:, :-1]], axis=1)
    maker.count("woningen_nieuwbouw", stock.dwellings[:, _NOW] - before)
    owner, corporation = stock.owner[:, _NOW] * 100, stock.corporation[:, _NOW] * 100
    maker.mean("koopwoningen_pct", owner, "woningen")
    maker.mean("huurwoningen_pct", 100 - owner, "woningen")
    maker.mean("corporatiewoningen_pct", corporation, "woningen")
    maker.mean("overige_verhuurders_pct", 100 - owner - corporation, "woningen")
    houses = np.repeat(stock.houses[:, None] * 100, len(YEARS), axis=1)
    maker.mean("eengezinswoningen_pct", houses, "woningen")
    maker.mean("meergezinswoningen_pct", 100 - houses, "woningen")
    rural = np.clip((stock.floor_m2 - 75) / 110, 0.02, 0.95)[:, None]
    maker.mean("vrijstaande_woningen_pct", houses * rural**1.6 * 0.75, "woningen")
    maker.mean("twee_onder_een_kap_pct", houses * rural * (1 - rural) * 0.8, "woningen")
    rest = houses - maker.values["vrijstaande_woningen_pct"] - maker.values["twee_onder_een_kap_pct"]
    maker.mean("tussenwoningen_pct", rest * 0.68, "woningen")
    maker.mean("hoekwoningen_pct", rest * 0.32, "woningen")
    old = stock.by_period(2000).sum(axis=1)[:, None]
    maker.mean(
        "bouwjaar_voor_2000_pct", np.clip(100 * ratio(np.repeat(old, len(YEARS), 1), dwellings), 0, 100), "woningen"
    )
    raw = 0.30 * stock.appeal[:, _NOW] + 0.45 * stock.houses[:, None] + 0.5 * np.log(stock.floor_m2 / 110)[:, None]
    raw = np.exp(raw + maker.rng.normal(0, 0.06, (len(raw), 1)))
    maker.mean("woz_waarde_1000_eur", _anchored(maker, "woz_waarde_1000_eur", raw, "woningen", floor=70), "woningen")


def _add_land(maker: FigureMaker, sites: Sites, drawn: Map) -> None:
    years = np.ones(len(YEARS))
    maker.values["oppervlakte_land_ha"] = 100 * drawn.land_km2[:, None] * years
    maker.values["oppervlakte_water_ha"] = 100 * drawn.water_km2[:, None] * years
    maker.values["oppervlakte_totaal_ha"] = maker.values["oppervlakte_land_ha"] + maker.values["oppervlakte_water_ha"]
    apart = np.hypot(sites.x[:, None] - sites.x[None, :], sites.y[:, None] - sites.y[None, :])
    reach = np.where(sites.rural, 1.3, 0.62)
    near = np.exp(-(apart**2) / (2 * reach[None, :] ** 2)) / (2 * np.pi * reach[None, :] ** 2)
    density = near @ maker.values["woningen"] * 1.22
    maker.mean("omgevingsadressendichtheid_per_km2", np.clip(density, 8, None), "woningen")


def _add_income(maker: FigureMaker, stock: Stock, history: History) -> None:
    name = "huishoudens_laag_inkomen_pct"
    raw = low_income_raw(stock, history)
    weight = maker.values["huishoudens"]
    # Set to the country's level per year by one factor, so that differences between buurten stay in proportion.
    level = (raw * weight).sum(axis=0) / weight.sum(axis=0)
    low = maker.mean(name, raw * (path(name, MADE[name].country) / level), "huishoudens")
    maker.mean("huishoudens_sociaal_minimum_pct", low * 1.03, "huishoudens")
    maker.mean("huishoudens_tot_110_sociaal_minimum_pct", np.clip(low * 1.42 + 0.8, 0, 70), "huishoudens")
    maker.mean("huishoudens_tot_120_sociaal_minimum_pct", np.clip(low * 1.66 + 1.9, 0, 75), "huishoudens")
    maker.mean("personen_in_armoede_pct", low * 0.56, "inwoners")
    maker.mean("personen_tot_25_boven_armoedegrens_pct", low * 0.7 + 2.4, "inwoners")
    groups = history.persons.sum(axis=2)
    shares = groups / np.maximum(groups.sum(axis=2, keepdims=True), 1e-9)
    finer = np.exp(0.05 * np.clip(stock.appeal[:, _NOW], -3, 3))
    grown_up = ratio(maker.values["volwassenen"], maker.values["inwoners"])
    per_person = shares @ np.array([17.5, 31.0, 58.0]) * finer * grown_up
    maker.count("inkomensontvangers", maker.values["volwassenen"] * 1.015)
    trend = "inkomen_per_inwoner_1000_eur"
    per_head = _anchored(maker, trend, per_person, "inwoners", floor=9)
    maker.mean(trend, per_head, "inwoners")
    per_earner = MADE["inkomen_per_ontvanger_1000_eur"].country / MADE[trend].country
    maker.mean(
        "inkomen_per_ontvanger_1000_eur", per_head * per_earner * 0.80 / np.clip(grown_up, 0.5, 1), "inkomensontvangers"
    )
    household = shares @ np.array([19.0, 31.5, 51.0]) * finer
    standardized = _anchored(
        maker, "gestandaardiseerd_inkomen_1000_eur", household, "huishoudens", floor=14, trend=trend
    )
    maker.mean("gestandaardiseerd_inkomen_1000_eur", standardized, "huishoudens")
    lowest = shares @ np.array([0.72, 0.36, 0.10]) * 100
    highest = shares @ np.array([0.015, 0.10, 0.55]) * 100
    for figure, value in (("personen_laagste_40_inkomen_pct", lowest), ("personen_hoogste_20_inkomen_pct", highest)):
        maker.mean(figure, _anchored(maker, figure, value, "inwoners", floor=2), "inkomensontvangers")
        maker.mean(figure.replace("personen", "huishoudens"), maker.values[figure], "huishoudens")
    owned = np.exp(0.021 * stock.owner[:, _NOW] * 100 + 0.35 * np.clip(stock.appeal[:, _NOW], -3, 2.5))
    wealth = _anchored(maker, "mediaan_vermogen_1000_eur", owned, "huishoudens", floor=0.5, trend="woz_waarde_1000_eur")
    maker.mean("mediaan_vermogen_1000_eur", wealth, "huishoudens")


def _anchored(maker: FigureMaker, name: str, raw: Floats, weight: str, floor: float, trend: str = "") -> Floats:
    """Raw figures stretched so that country and spread between gemeenten are the real ones in the reference year."""
    target = MADE[name]
    weights = maker.values[weight]
    members = maker.members
    country = float((raw * weights)[:, REFERENCE].sum() / weights[:, REFERENCE].sum())
    towns = (members @ (raw * weights))[:, REFERENCE] / (members @ weights)[:, REFERENCE]
    stretch = target.spread / float(towns.std())
    level = path(trend or name, MADE[trend or name].country) / MADE[trend or name].country
    return np.maximum((target.country + stretch * (raw - country)) * level, floor * level)
