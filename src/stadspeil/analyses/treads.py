"""De roltrap: which treads a town has, which it may lack, and what public figures cannot say.

A tread is a kind of household (type, age of the head, income) with the homes that fit it by declared norms. Homes come
free at the turnover of their tenure; households seek at the rate at which people of that age move. Who lives where is
public only as margins, so everything is a bound: the least and the most that the margins allow. A tread is missing
only where even the favourable bound falls short of the unfavourable one of the group, in homes that stand or come free.

Whether residents climb (the roltrap index) needs linked data on persons and is not computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

from stadspeil.analyses.income_identity import Bounds
from stadspeil.analyses.tables import TREADS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty

# The names of the simulation's classes; a test holds them together.
HOUSEHOLDS = ("alleenstaand", "paar", "gezin", "eenouder")
AGES = {"18-29": "15_30", "30-44": "30_45", "45-64": "45_65", "65-74": "65_75", "75+": "75_plus"}
INCOMES = ("laag", "midden", "hoog")
ALL = "alle"
TENURES = ("koop", "corporatie", "particulier")
COUNTRY = "NL"
ALL_FIT = "alle woningen passen"
_KINDS = ("eenpersoons", "zonder_kinderen", "met_kinderen", "eenouder")
_SHARES = ("koopwoningen_pct", "corporatiewoningen_pct", "eengezinswoningen_pct")
_INCOME_SHARES = ("huishoudens_laagste_40_inkomen_pct", "huishoudens_hoogste_20_inkomen_pct")
_WOZ, _HOMES = "woz_waarde_1000_eur", "woningen"
FIELDS = (
    *(f"huishoudens_{kind}_{age}" for kind in _KINDS for age in AGES.values()), *_SHARES, *_INCOME_SHARES, _WOZ, _HOMES,
)  # fmt: skip


# Unfavourable and favourable reading; None where it cannot be told.
Ratio = tuple[float | None, float | None]


@dataclass(frozen=True)
class Norms:
    """What fits whom, and how often homes come free and people move: the parameters of the treads."""

    moving: Mapping[str, float]
    turnover: Mapping[str, float]
    price_low: float
    price_high: float
    spread: tuple[float, float]
    family_in_flat: bool
    old_in_house: bool
    short: float

    @classmethod
    def of(cls, catalogue: Catalogue) -> Norms:
        """The norms of a catalogue."""
        spread = catalogue.parameters["tread_price_spread"].believed
        return cls(
            {age: catalogue.parameter(f"moving_{field}") for age, field in AGES.items()},
            {tenure: catalogue.parameter(f"turnover_{tenure}") for tenure in TENURES},
            catalogue.parameter("tread_price_low"), catalogue.parameter("tread_price_high"), (spread[0], spread[1]),
            catalogue.parameter("tread_family_in_flat") > 0, catalogue.parameter("tread_old_in_house") > 0,
            catalogue.parameter("tread_short"),
        )  # fmt: skip


@dataclass(frozen=True)
class Margins:
    """What is public of a gemeente. Counts; shares are bounds in percent, so that rounding is in them."""

    households: Mapping[tuple[str, str], float]
    low_income: Bounds
    high_income: Bounds
    homes: float
    owned: Bounds
    corporation: Bounds
    houses: Bounds
    woz: float
    country_woz: float

    @property
    def all_households(self) -> float:
        """Of all kinds and ages."""
        return sum(self.households.values())


@dataclass(frozen=True)
class Tread:
    """A tread in bounds: households of the kind and those that seek in a year, homes that fit and that come free.

    `rivals` are all households, of this kind and others, that nothing but these homes fits; `rivals_seeking` those of
    them that seek in a year. Homes are held against them: the same house is not promised to every kind of family.
    """

    households: Bounds
    demand: Bounds
    rivals: Bounds
    rivals_seeking: Bounds
    stock: Bounds
    flow: Bounds
    all_fit: bool = False

    @property
    def per_household(self) -> Ratio:
        """Homes that fit per household that nothing else fits."""
        return ratio(self.stock, self.rivals)

    @property
    def per_seeker(self) -> Ratio:
        """Homes that fit and come free in a year, per such household that seeks in that year."""
        return ratio(self.flow, self.rivals_seeking)


def ratio(above: Bounds, below: Bounds) -> Ratio:
    """The unfavourable and the favourable reading of so much per so many; None where there may be nobody."""
    return (
        above.low / below.high if below.high > 0 else None,
        above.high / below.low if below.low > 0 else None,
    )


def frechet(one: Bounds, other: Bounds, whole: float) -> Bounds:
    """How many belong to two groups at once, of which only the sizes within the same whole are known."""
    return Bounds(max(0.0, one.low + other.low - whole), max(0.0, min(one.high, other.high)))


def tread_of(margins: Margins, norms: Norms, household: str, age: str, income: str) -> Tread:
    """One tread of a gemeente; income `alle` does not ask for income or price."""
    form = form_of(norms, household, age)
    own = _seekers(margins, norms, [(household, age)], income)
    rivals = _seekers(margins, norms, _needing(margins, norms, form), income)
    return Tread(*own, *rivals, *_fitting(margins, norms, form, income), income == ALL and form == "both")


def _needing(margins: Margins, norms: Norms, form: str) -> list[tuple[str, str]]:
    """Kinds of households that need this form; where both forms fit, every kind may come for them."""
    return [kind for kind in margins.households if form in ("both", form_of(norms, *kind))]


def _seekers(margins: Margins, norms: Norms, kinds: list[tuple[str, str]], income: str) -> tuple[Bounds, Bounds]:
    """Households of these kinds with an income, and those of them that seek in a year."""
    counts = [margins.households[each] for each in kinds]
    rates = [norms.moving[age] for _, age in kinds]
    households = Bounds.of(sum(counts))
    seeking = Bounds.of(sum(count * rate for count, rate in zip(counts, rates, strict=True)))
    if income == ALL:
        return households, seeking
    households = frechet(households, _of_income(margins, income), margins.all_households)
    # Which ages have this income is not public: they may be those who move least, or most.
    sizes = {str(place): count for place, count in enumerate(counts)}
    return households, _filled(households, sizes, {str(place): rate for place, rate in enumerate(rates)})


def _of_income(margins: Margins, income: str) -> Bounds:
    share = {"laag": margins.low_income, "hoog": margins.high_income}.get(
        income, Bounds(100.0, 100.0) - margins.low_income - margins.high_income
    )
    return share.times(margins.all_households / 100)


def form_of(norms: Norms, household: str, age: str) -> str:
    """Homes that fit by form: houses, flats, or both."""
    if household in ("gezin", "eenouder"):
        return "both" if norms.family_in_flat else "houses"
    return "flats" if age == "75+" and not norms.old_in_house else "both"


def _fitting(margins: Margins, norms: Norms, form: str, income: str) -> tuple[Bounds, Bounds]:
    """Stock and yearly flow of the homes that fit, over the tenures that an income can have."""
    houses = margins.houses.times(margins.homes / 100)
    whole = Bounds.of(margins.homes)
    formed = {"houses": houses, "flats": whole - houses, "both": whole}[form]
    owned, corporation = (each.times(margins.homes / 100) for each in (margins.owned, margins.corporation))
    private = whole - owned - corporation
    stock, flow = Bounds(0.0, 0.0), Bounds(0.0, 0.0)
    for tenure, homes in zip(TENURES, (owned, corporation, Bounds(max(private.low, 0.0), private.high)), strict=True):
        fits = homes if form == "both" else frechet(homes, formed, margins.homes)
        fits = _affordable(margins, norms, fits, tenure, income)
        stock, flow = stock + fits, flow + fits.times(norms.turnover[tenure])
    if income == ALL:
        # All tenures together are all homes of that form: the least come free where most are of the slowest tenure.
        sizes = {"koop": owned.high, "corporatie": corporation.high, "particulier": private.high}
        stock, flow = formed, _filled(formed, sizes, norms.turnover)
    return stock, flow


def _filled(whole: Bounds, sizes: Mapping[str, float], rates: Mapping[str, float]) -> Bounds:
    """The least and the most that move or come free in a year among so many, divided over parts of at most these sizes."""
    ends = []
    for number, fastest_first in ((whole.low, False), (whole.high, True)):
        left, flow = number, 0.0
        for name in sorted(sizes, key=lambda each: rates[each], reverse=fastest_first):
            taken = min(left, max(sizes[name], 0.0))
            left, flow = left - taken, flow + taken * rates[name]
        ends.append(flow)
    return Bounds(ends[0], ends[1])


def _affordable(margins: Margins, norms: Norms, homes: Bounds, tenure: str, income: str) -> Bounds:
    """The part of homes of a tenure that an income can pay and would look at; of rents no prices are public."""
    if income == ALL:
        return homes
    if tenure == "corporatie":
        return homes if income == "laag" else Bounds(0.0, 0.0)
    if tenure == "particulier":
        return Bounds(0.0, homes.high)
    below_low, below_high = (_cheaper(margins, norms, each) for each in (norms.price_low, norms.price_high))
    wanted = {"laag": below_low, "midden": below_high}.get(income, Bounds(1.0, 1.0) - below_low)
    return frechet(homes, wanted.times(margins.homes), margins.homes)


def _cheaper(margins: Margins, norms: Norms, times_country: float) -> Bounds:
    """Part of the homes below a price, for each spread that is believed: the mean is public, the spread is not."""
    distance = np.log(times_country * margins.country_woz / margins.woz)
    found = [float(scipy.stats.norm.cdf((distance + spread**2 / 2) / spread)) for spread in norms.spread]
    # Between the two spreads the share may pass its turning point, where the distance is half the spread squared.
    turning = np.sqrt(2 * distance) if distance > 0 else 0.0
    if norms.spread[0] < turning < norms.spread[1]:
        found.append(float(scipy.stats.norm.cdf((distance + turning**2 / 2) / turning)))
    return Bounds(min(found), max(found))


def treads_of(cells: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """TREADS of every town with a region, in the newest year of which the margins are known, beside towns and country.

    Shape:   CELLS of country and gemeenten, one per key.
    """
    found = _margins(cells)
    if not found:
        return empty(TREADS)
    year = max(found)
    norms, gemeenten = Norms.of(catalogue), found[year]
    every = {code: {key: tread_of(each, norms, *key) for key in _keys()} for code, each in gemeenten.items()}
    groups = {"nta": catalogue.groups["nta"].members if "nta" in catalogue.groups else (), COUNTRY: tuple(every)}
    rows: list[tuple[object, ...]] = []
    for town in catalogue.regions:
        for group, members in groups.items():
            others = [code for code in register.members_in(members, year) if code != town and code in every]
            if town in every and others:
                told = [[every[code][key] for code in others] for key in _keys()]
                rows += [
                    (town, year, year, group, *key, *_told(every[town][key], those, norms))
                    for key, those in zip(_keys(), told, strict=True)
                ]
    if not rows:
        return empty(TREADS)
    return check(pl.DataFrame(rows, schema=dict(TREADS.columns), orient="row"), TREADS, "treden van de roltrap")


def _keys() -> list[tuple[str, str, str]]:
    return [(household, age, income) for household in HOUSEHOLDS for age in AGES for income in (ALL, *INCOMES)]


def _told(own: Tread, others: list[Tread], norms: Norms) -> Iterator[object]:
    group = _together(others)
    for bounds in (own.households, own.demand, own.rivals, own.rivals_seeking, own.stock, own.flow):
        yield bounds.low
        yield bounds.high
    yield from (*own.per_household, *group.per_household, *own.per_seeker, *group.per_seeker)
    yield ALL_FIT if own.all_fit else tread_verdict(own, group, norms.short)


def tread_verdict(own: Tread, group: Tread, short: float) -> str:
    """In Dutch words what the bounds allow to say of a tread beside that of the group, of its stock and of its flow."""
    stock = _beside(own.per_household, group.per_household, short)
    flow = _beside(own.per_seeker, group.per_seeker, short)
    if "ontbreekt" in (stock, flow):
        return "ontbreekt"
    return "ruim" if "ruim" in (stock, flow) else "niet te zeggen"


def _beside(own: Ratio, group: Ratio, short: float) -> str:
    if own[1] is not None and group[0] is not None and own[1] < short * group[0]:
        return "ontbreekt"
    if own[0] is not None and group[1] is not None and short * own[0] > group[1]:
        return "ruim"
    return "niet te zeggen"


def _together(treads: list[Tread]) -> Tread:
    """The same tread of several gemeenten together."""

    def added(parts: list[Bounds]) -> Bounds:
        return Bounds(sum(each.low for each in parts), sum(each.high for each in parts))

    return Tread(
        added([each.households for each in treads]), added([each.demand for each in treads]),
        added([each.rivals for each in treads]), added([each.rivals_seeking for each in treads]),
        added([each.stock for each in treads]), added([each.flow for each in treads]),
    )  # fmt: skip


def _margins(cells: pl.DataFrame) -> dict[int, dict[str, Margins]]:
    """Margins per year and gemeente, of those of which all are known."""
    own = cells.filter(pl.col("field").is_in(list(FIELDS)) & pl.col("value").is_not_null())
    own = own.filter((pl.col("boundaries") == pl.col("year")) | (pl.col("level") == "land"))
    known: dict[tuple[str, int], dict[str, float]] = {}
    for area, year, field, value in own.select("area", "year", "field", "value").iter_rows():
        known.setdefault((area, year), {})[field] = value
    found: dict[int, dict[str, Margins]] = {}
    for (area, year), figures in sorted(known.items()):
        country = known.get((COUNTRY, year), {}).get(_WOZ)
        if area != COUNTRY and country and set(FIELDS) <= figures.keys() and figures[_WOZ] > 0:
            found.setdefault(year, {})[area] = _of_figures(figures, country)
    return found


def _of_figures(figures: Mapping[str, float], country_woz: float) -> Margins:
    households: dict[tuple[str, str], float] = {}
    for age, field in AGES.items():
        alone, pair, children, lone = (figures[f"huishoudens_{kind}_{field}"] for kind in _KINDS)
        counts = (alone, pair, max(children - lone, 0.0), lone)
        households |= {(name, age): count for name, count in zip(HOUSEHOLDS, counts, strict=True)}
    low, high = (Bounds.of(figures[name], 0.1) for name in _INCOME_SHARES)
    owned, corporation, houses = (Bounds.of(figures[name], 1.0) for name in _SHARES)
    return Margins(households, low, high, figures[_HOMES], owned, corporation, houses, figures[_WOZ], country_woz)
