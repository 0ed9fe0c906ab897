"""Figures made from a buurt's conditions: how poor, how old and how dense it is, and a part of its own.

The loadings are those of real gemeenten (`calibration`), so what goes together there goes together here.
"""

from __future__ import annotations

import numpy as np

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.calibration import CONDITION_SPREADS, HEALTH, LOADED, USUAL_WITHIN_RATIO, Loadings
from stadspeil.sources.nieuwland.figures import REFERENCE, YEARS, FigureMaker, Floats, path, ratio
from stadspeil.sources.nieuwland.geometry import Sites
from stadspeil.sources.nieuwland.proximity import PROXIMITY
from stadspeil.sources.nieuwland.stock import Stock

HEALTH_YEARS = (2012, 2016, 2020, 2022)

# Parts of all recorded crime, and how much each hangs on poverty, age and density; our own rough guess.
CRIMES = {
    "1.1.1": (1.4, (0.25, -0.1, 0.25)), "1.2.1": (2.4, (0.2, -0.1, 0.4)), "1.2.3": (4.2, (0.1, -0.2, 0.6)),
    "1.3.1": (5.0, (0.1, -0.1, 0.1)), "1.4.5": (2.1, (0.5, -0.1, 0.4)), "2.2.1": (3.4, (0.4, -0.1, 0.4)), "2.5.2": (2.2, (0.2, 0.0, 0.5)),
    "3.1.1": (0.6, (0.4, -0.1, 0.3)), "3.9.1": (4.6, (0.2, -0.1, 0.2)),
}  # fmt: skip
CRIME_OTHER = 17.0
# What the key figures of 2015 to 2018 give per 1,000 inhabitants.
_CRIMES_IN_KEY_FIGURES = {
    "diefstal_uit_woning_per_1000": ("1.1.1",),
    "vernieling_openbare_orde_per_1000": ("2.2.1",),
    "geweld_seksueel_per_1000": ("1.4.5",),
}


def add_faring(maker: FigureMaker, sites: Sites, stock: Stock) -> None:
    """Add them all, in the order in which they build on one another."""
    conditions = _conditions(maker)
    _add_loaded(maker, conditions)
    _add_proximity(maker, conditions)
    _add_from_shares(maker, stock)
    _add_health(maker, conditions)
    _add_crime(maker, conditions, sites)
    _add_status(maker, conditions)


def _conditions(maker: FigureMaker) -> Floats:
    """Poverty, age and density of each buurt against the country's in the same year, in real spreads; far ends drawn in."""
    figures = maker.figures()
    everywhere = np.ones((1, len(maker.gemeente)))
    old = 100 * ratio(maker.values["inwoners_65_plus"], maker.values["inwoners"])
    old_country = 100 * maker.values["inwoners_65_plus"].sum(axis=0) / maker.values["inwoners"].sum(axis=0)
    dense = np.log(maker.values["omgevingsadressendichtheid_per_km2"])
    weight = maker.values["inwoners"]
    low = maker.values["huishoudens_laag_inkomen_pct"]
    apart = [
        low - figures.over(everywhere, "huishoudens_laag_inkomen_pct"),
        old - old_country,
        dense - (dense * weight).sum(axis=0) / weight.sum(axis=0),
    ]
    scaled = np.stack(apart, axis=2) / np.array(CONDITION_SPREADS)
    return 6 * np.tanh(scaled / 6)


def _from_conditions(
    maker: FigureMaker, conditions: Floats, spread: float, within: float, loadings: Loadings, explained: float
) -> Floats:
    """Deviations from the country: what conditions explain, and what is the gemeente's and the buurt's own.

    Inside gemeenten the explained part is scaled so that, with the buurt's own part, it has the known spread.
    """
    people = maker.values["inwoners"]
    lived_in = people[:, REFERENCE] > 150
    signal = spread * (conditions @ np.array(loadings))
    of_towns = (maker.members @ (signal * people)) / (maker.members @ people)
    town = of_towns[maker.gemeente]
    inside = signal - town
    own = 0.55 * within
    strength = min(1.6, np.sqrt(max(within**2 - own**2, 0)) / max(float(inside[lived_in][:, REFERENCE].std()), 1e-9))
    town_own = spread * np.sqrt(1 - explained) * _unlike(maker.rng, of_towns[:, REFERENCE])
    buurt_own = maker.rng.normal(0, own, len(maker.gemeente))
    yearly = maker.rng.normal(0, 0.12 * own, inside.shape)
    weight = people[:, REFERENCE]
    town_own -= float((town_own[maker.gemeente] * weight).sum() / weight.sum())
    return town + strength * inside + (town_own[maker.gemeente] + buurt_own)[:, None] + yearly


def _unlike(rng: np.random.Generator, known: Floats) -> Floats:
    """Draws with spread one that have nothing to do with what is known: twelve plain draws would vary too much."""
    drawn = rng.normal(0, 1, len(known))
    apart = known - known.mean()
    drawn = drawn - drawn.mean()
    drawn = drawn - apart * float(drawn @ apart) / max(float(apart @ apart), 1e-12)
    found: Floats = drawn / drawn.std()
    return found


def _add_proximity(maker: FigureMaker, conditions: Floats) -> None:
    """Distances and numbers of facilities: never negative and skew, so made on a scale of ratios."""
    for name, target in PROXIMITY.items():
        apart = _from_conditions(
            maker, conditions, target.spread, 0.8 * target.spread, target.loadings, target.explained
        )
        width = np.sqrt(np.log(1 + (target.spread / target.country) ** 2))
        maker.mean(name, target.country * np.exp(width * np.clip(apart / target.spread, -4, 3)), "inwoners")


def _add_loaded(maker: FigureMaker, conditions: Floats) -> None:
    weights = {"jongeren_met_jeugdzorg_pct": "jongeren", "autos_per_huishouden": "huishoudens", "onbewoond_pct": "woningen",
               "elektriciteit_kwh": "woningen", "aardgas_m3": "woningen"}  # fmt: skip
    for name, target in LOADED.items():
        within = target.within or USUAL_WITHIN_RATIO * target.spread
        apart = _from_conditions(maker, conditions, target.spread, within, target.loadings, target.explained)
        level = path(name, target.country)
        value = level + apart * (level / target.country)
        top = 97.0 if name.endswith("_pct") else np.inf
        maker.mean(name, np.clip(value, 0.12 * level, top), weights.get(name, "inwoners"))


def _add_from_shares(maker: FigureMaker, stock: Stock) -> None:
    """Counts that publishers give beside the shares, and the figures split by dwelling type."""
    values, people = maker.values, maker.values["inwoners"]
    divorced = maker.count("gescheiden", people * values["gescheiden_pct"] / 100)
    maker.count("ongehuwd", people - divorced - values["gehuwd"] - values["verweduwd"])
    working_age = values["werkleeftijd"]
    high, low = values["opleiding_hoog_pct"], values["opleiding_laag_pct"]
    middle = np.clip(100 - high - low, 8, None)
    for name, share in (("opleiding_laag", low), ("opleiding_middelbaar", middle), ("opleiding_hoog", high)):
        maker.count(name, working_age * 0.96 * share / (high + low + middle))
    per_1000: dict[str, tuple[str, str]] = {
        "bijstand_personen": ("bijstand_per_1000", "inwoners"), "ao_personen": ("ao_uitkering_per_1000", "inwoners"),
        "wmo_clienten": ("wmo_clienten_per_1000", "inwoners"),
        "bedrijfsvestigingen": ("bedrijfsvestigingen_per_1000", "inwoners"),
    }  # fmt: skip
    for name, (rate, base) in per_1000.items():
        expected = values[base] * values[rate] / 1000
        if name == "bijstand_personen":
            _count_by_chance(maker, name, expected)
        else:
            maker.count(name, _jitter(maker, expected))
    _count_by_chance(maker, "ww_personen", people * values["ww_uitkering_pct"] / 100, people)
    studying = 0.27 * (values["inwoners_15_25"] + 0.12 * values["inwoners_25_45"])
    for name, weight in (("studenten_mbo", 0.38), ("studenten_hbo", 0.38), ("studenten_wo", 0.24)):
        maker.count(name, _jitter(maker, studying * weight * np.clip(high / 31, 0.5, 1.8)))
    maker.count("aow_personen", values["inwoners_65_plus"] * (0.92 - 0.012 * np.clip(YEARS - 2013, 0, 10) / 2))
    maker.count("jeugdzorg_jongeren", _jitter(maker, values["jongeren"] * values["jongeren_met_jeugdzorg_pct"] / 100))
    maker.mean("jeugdzorg_jongeren_pct", 100 * ratio(values["jeugdzorg_jongeren"], values["jongeren"]), "jongeren")
    maker.mean("wmo_clienten_per_1000", 1000 * ratio(values["wmo_clienten"], people), "inwoners")
    maker.mean("werknemers_pct", 100 - values["zelfstandigen_pct"], "inwoners")
    maker.mean(
        "werknemers_flexibel_pct", np.clip(36 + 0.5 * (values["huishoudens_laag_inkomen_pct"] - 6), 20, 70), "inwoners"
    )
    maker.mean("werknemers_vast_pct", 100 - values["werknemers_flexibel_pct"], "inwoners")
    cars = maker.count("personenautos", values["huishoudens"] * values["autos_per_huishouden"])
    maker.count("personenautos_benzine", cars * 0.78)
    maker.count("motorfietsen", people * 0.038)
    maker.values["autos_per_huishouden"] = ratio(cars, values["huishoudens"])
    _add_businesses(maker)
    _add_origin(maker, stock)
    _add_energy(maker, stock)


def _add_businesses(maker: FigureMaker) -> None:
    total = maker.values["bedrijfsvestigingen"]
    rest = np.full_like(total, 100.0)
    for name in ("nijverheid", "handel_horeca", "zakelijk", "cultuur_recreatie"):
        share = np.clip(maker.values[f"vestigingen_{name}_pct"], 3, 40)
        maker.count(f"vestigingen_{name}", total * share / 100)
        rest = rest - share
    for name, part in (
        ("landbouw", 0.10),
        ("vervoer_communicatie", 0.32),
        ("financieel_onroerend_goed", 0.20),
        ("overheid_onderwijs_zorg", 0.38),
    ):
        maker.count(f"vestigingen_{name}", total * np.clip(rest, 0, None) * part / 100)


def _add_origin(maker: FigureMaker, stock: Stock) -> None:
    """Inhabitants with a background outside the Netherlands, more where rents are low and in the towns."""
    people = maker.values["inwoners"]
    town = np.array([0.55, 0.45, 0.30, 0.45, 0.0, 0.0, -0.5, -1.0, -1.1, -1.4, -1.0, -1.2])[maker.gemeente][:, None]
    poor = np.clip(maker.values["huishoudens_laag_inkomen_pct"] / 6.2, 0.2, 3.0)
    own = maker.rng.normal(0, 0.35, (len(people), 1))
    outside = 0.085 * np.exp(
        town + 0.42 * (poor - 1) + 0.02 * (YEARS - 2012) + own - 0.15 * (stock.houses[:, None] - 0.6)
    )
    outside = np.clip(outside, 0.005, 0.72)
    europe = np.clip(0.055 + 0.18 * outside + 0.0018 * (YEARS - 2012), 0.01, 0.25)
    non_western = maker.count("herkomst_niet_westers", people * outside)
    maker.count("herkomst_westers", people * europe)
    parts = {"marokko": 0.17, "antillen_aruba": 0.07, "suriname": 0.15, "turkije": 0.17}
    kept = np.zeros_like(people)
    for name, share in parts.items():
        kept += maker.count(f"herkomst_{name}", non_western * share)
    maker.count("herkomst_overig_niet_westers", non_western - kept)
    in_europe = maker.count("herkomst_europa", people * europe * 0.72)
    elsewhere = maker.count("herkomst_buiten_europa", people * (outside + europe * 0.28))
    maker.count("herkomst_nederland", people - in_europe - elsewhere)
    born_europe = maker.count("geboren_europa", in_europe * 0.56)
    born_elsewhere = maker.count("geboren_buiten_europa", elsewhere * 0.53)
    maker.count("geboren_nederland", people - born_europe - born_elsewhere)
    maker.count("geboren_nl_herkomst_europa", in_europe - born_europe)
    maker.count("geboren_nl_herkomst_buiten_europa", elsewhere - born_elsewhere)


def _add_energy(maker: FigureMaker, stock: Stock) -> None:
    factors = {"appartement": 0.70, "tussenwoning": 0.98, "hoekwoning": 1.10, "twee_onder_een_kap": 1.32,
               "vrijstaand": 1.70, "huurwoning": 0.84, "koopwoning": 1.12}  # fmt: skip
    for total, unit in (("elektriciteit_kwh", "kwh"), ("aardgas_m3", "m3")):
        for name, factor in factors.items():
            maker.mean(f"{total.split('_')[0]}_{name}_{unit}", maker.values[total] * factor, "woningen")
    heated = np.array([0.0, 0.62, 0.12, 0.18, 0.0, 0.0, 0, 0, 0, 0, 0, 0])[maker.gemeente]
    chosen = maker.rng.uniform(0, 1, len(heated)) < heated
    district = np.where(chosen, maker.rng.uniform(70, 100, len(heated)), 0.0)[:, None] * np.ones(len(YEARS))
    maker.mean("stadsverwarming_pct", district, "woningen")
    gas_free = np.clip(district + 0.6 * np.clip(YEARS - 2015, 0, 20), 0, 100)
    maker.mean("aardgasvrije_woningen_pct", gas_free, "woningen")
    sun = np.clip((YEARS - 2011) * 2.1, 0, None) * (0.4 + stock.houses[:, None])
    maker.mean("zonnestroom_woningen_pct", np.clip(sun, 0, 80), "woningen")
    maker.mean("elektriciteit_teruglevering_kwh", maker.values["zonnestroom_woningen_pct"] * 21, "woningen")
    maker.mean("elektrisch_verwarmde_woningen_pct", np.clip(gas_free - district, 0, 100) * 0.8, "woningen")


def _add_health(maker: FigureMaker, conditions: Floats) -> None:
    for name, target in HEALTH.items():
        apart = _from_conditions(maker, conditions, target.spread, target.within, target.loadings, target.explained)
        before = target.country if target.country_2016 is None else target.country_2016
        change = (target.country - before) / 4
        # Beyond the two years that we know, half of the trend between them.
        known = [before - 2 * change, before, target.country, target.country + change]
        level = np.interp(YEARS, HEALTH_YEARS, known)
        maker.mean(name, np.clip(level + apart, 0.15 * level.min(), 97), "volwassenen")
    # First asked in 2022; levels and loadings are ours.
    for name, country, loadings in (
        ("LopenEnOfFietsenNaarSchoolOfWerk", 52.0, (-0.2, -0.2, 0.4)), ("LopenNaarSchoolOfWerk", 17.0, (0.2, -0.1, 0.5)),
        ("FietsenNaarSchoolOfWerk", 43.0, (-0.3, -0.2, 0.2)),
    ):  # fmt: skip
        apart = _from_conditions(maker, conditions, 3.5, 4.0, loadings, 0.4)
        maker.mean(name, np.clip(country + apart, 3, 97), "volwassenen")


def _add_crime(maker: FigureMaker, conditions: Floats, sites: Sites) -> None:
    """Crimes that the police recorded. Shops and nightlife add what inhabitants cannot explain."""
    people = maker.values["inwoners"]
    fall = np.interp(YEARS, (2005, 2012, 2018, 2021, 2024), (1.9, 1.5, 1.05, 0.98, 1.0))
    kinds = [plan.WIJKEN[int(wijk)].kind for wijk in sites.wijk]
    centre = np.array([2.2 if kind in ("centrum", "stadshart") else 0.0 for kind in kinds])[:, None]
    busy = maker.values["bedrijfsvestigingen"] * np.where(np.array(kinds) == "werk", 4.0, 0.15)[:, None]
    own = np.exp(maker.rng.normal(0, 0.18, (len(people), 1)))
    total = np.zeros_like(people)
    for code, (rate, loadings) in {**CRIMES, "overig": (CRIME_OTHER, (0.3, -0.1, 0.3))}.items():
        shops = centre * (3.0 if code == "2.5.2" else 1.0)
        lively = np.exp(0.55 * np.clip(conditions @ np.array(loadings), -4, 4)) + shops
        expected = (people * rate * lively + busy * rate) / 1000 * fall * own
        total += maker.count(f"misdrijven_{code}", maker.rng.poisson(np.maximum(expected, 0)).astype(float))
    maker.count("misdrijven_0.0.0", total)
    for name, codes in _CRIMES_IN_KEY_FIGURES.items():
        found = sum((maker.values[f"misdrijven_{code}"] for code in codes), start=np.zeros_like(people))
        maker.mean(name, 1000 * ratio(found, people), "inwoners")


def _add_status(maker: FigureMaker, conditions: Floats) -> None:
    """Socio-economic status of households, and how far apart they are within the buurt."""
    learned = (maker.values["opleiding_hoog_pct"] - maker.values["opleiding_laag_pct"] - 4.7) / 22
    score = 0.02 - 0.125 * conditions[:, :, 0] + 0.12 * np.clip(learned, -1.5, 1.5)
    maker.mean("ses_woa_score", score + maker.rng.normal(0, 0.02, score.shape), "huishoudens")
    apart = 0.80 + 0.035 * np.clip(conditions[:, :, 0], -2, 5) + maker.rng.normal(0, 0.02, score.shape)
    maker.mean("ses_woa_spreiding", apart, "huishoudens")


# Of the chance in a count, in standard deviations of Poisson: what is drawn anew each year.
_YEARLY = 0.35


def _jitter(maker: FigureMaker, expected: Floats) -> Floats:
    """Chance in a count: less than Poisson, because mostly the same people are counted again next year."""
    return np.maximum(expected + maker.rng.normal(0, 1, expected.shape) * _YEARLY * np.sqrt(np.maximum(expected, 0)), 0)


def _count_by_chance(maker: FigureMaker, name: str, expected: Floats, base: Floats | None = None) -> Floats:
    """A count with all the chance of one: of those counted again next year the luck stays, the rest is drawn anew.

    So a year's figure lies as far from what was expected as its own standard error says, and two years lie nearer to
    each other. `base`: everybody who could have been counted, where that is a limit (binomial), else Poisson.
    """
    chance = expected if base is None else expected * (1 - ratio(expected, base))
    yearly = _jitter(maker, expected) - expected
    # Dice of their own, so that figures made after this one do not shift.
    lasting = maker.rng.spawn(1)[0].normal(0, np.sqrt(1 - _YEARLY**2), (len(expected), 1))
    drawn = expected + yearly + lasting * np.sqrt(np.maximum(chance, 0))
    return maker.drawn(name, np.clip(drawn, 0, base), expected)
