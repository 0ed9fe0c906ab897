"""The renewal wave of a country: stock by building period, what comes due when and for whom, and its peaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.analyses.renewal_stock import (
    COLLECTED,
    FLAT,
    HOUSE,
    PUBLISHED,
    Stock,
    before_turn,
    collected_stock,
    published_stock,
    spread_over_buurten,
)
from stadspeil.analyses.renewal_wave import (
    DRAWS,
    Bundles,
    best_bundles,
    drawn,
    due_shares,
    lowest_peak,
    needs,
    overlap,
    percentiles,
    unit_shares,
)
from stadspeil.analyses.tables import RENEWAL_PEAKS, RENEWAL_STOCK, RENEWAL_WAVE
from stadspeil.areas import gemeente_of, level_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import RenewalAsset
from stadspeil.contracts import Contract, check, empty

Floats = NDArray[np.float64]

HORIZON, SLOT = 50, 5
_TEN = 10
OWNED = "woning"
OWNERS = ("koop", "corporatie", "particuliere huur")
UNKNOWN_OWNER = "eigenaar onbekend"
# Works in the street, that can go together.
_STREET = ("riolering", "openbare_ruimte", "drinkwater", "laagspanning")
_SHARES = ("eengezinswoningen_pct", "bouwjaar_voor_2000_pct", "koopwoningen_pct", "corporatiewoningen_pct")
FIELDS = ("woningen", *_SHARES)
_AT_A_TIME = 150
_LOW, _MIDDLE, _HIGH = 10, 50, 90


def renewal(
    collected: pl.DataFrame, published: pl.DataFrame, keys: pl.DataFrame, catalogue: Catalogue, seed: int
) -> dict[str, pl.DataFrame]:
    """RENEWAL_STOCK, RENEWAL_WAVE and RENEWAL_PEAKS.

    collected, published  CELLS of gemeenten: homes by type and period, and the stock by period (either may be empty)
    keys  CELLS of gemeenten, wijken and buurten with FIELDS, all years
    """
    stock = stock_of(collected, published, keys)
    if stock is None or not catalogue.renewal:
        return {each.name: empty(each) for each in (RENEWAL_STOCK, RENEWAL_WAVE, RENEWAL_PEAKS)}
    wave, peaks = _waves(stock, catalogue, seed)
    return {
        "renewal_stock": check(_stock_table(stock), RENEWAL_STOCK, "bouwperioden"),
        "renewal_wave": check(wave, RENEWAL_WAVE, "vernieuwing"),
        "renewal_peaks": check(peaks, RENEWAL_PEAKS, "vernieuwing"),
    }


def stock_of(collected: pl.DataFrame, published: pl.DataFrame, keys: pl.DataFrame) -> Stock | None:
    """Homes by form and period of all areas that can be known; None where no gemeente has building periods.

    The source with the newest year counts; of two as new, the one that knows types by period.
    """
    newest = {name: _newest_year(table) for name, table in (("collected", collected), ("published", published))}
    facts = _facts(keys)
    periods: tuple[tuple[int, int], ...] = PUBLISHED
    table = published
    if newest["collected"] >= newest["published"] and newest["collected"]:
        periods, table = COLLECTED, collected
        found = collected_stock(collected)
    else:
        found = published_stock(published, {area: each[1] for area, each in facts.shares.items()})
    if found is None:
        return None
    areas, homes = found
    kept: list[tuple[str, Floats, Floats, Floats, bool]] = [
        (area, each, each, each, True) for area, each in zip(areas, homes, strict=True)
    ]
    whole = dict(zip(areas, homes, strict=True))
    for gemeente, members in facts.members.items():
        if gemeente not in whole:
            continue
        counts = np.array([facts.homes[area] for area in members])
        shares = np.array([facts.shares[area] for area in members])
        made = spread_over_buurten(
            whole[gemeente], counts, shares[:, 0] / 100, shares[:, 1] / 100, before_turn(periods)
        )
        kept += [(area, middle, low, high, False) for area, middle, low, high in zip(members, *made, strict=True)]
    nothing = (np.nan,) * len(_SHARES)
    owners = np.array([facts.shares.get(area, nothing)[2:] for area, *_ in kept]) / 100
    year = int(table.filter(pl.col("value").is_not_null())["year"].max() or 0)  # type: ignore[arg-type]
    middle, least, most = (np.stack([each[part] for each in kept]) for part in (1, 2, 3))
    return Stock(
        areas=tuple(each[0] for each in kept), periods=periods, homes=middle, low=least, high=most,
        published=np.array([each[4] for each in kept]), owner=owners[:, 0], corporation=owners[:, 1], year=year,
        boundaries=int(table.filter(pl.col("year") == year)["boundaries"].max() or year),  # type: ignore[arg-type]
    )  # fmt: skip


@dataclass(frozen=True)
class _Facts:
    """Homes and shares per area in its gemeente's newest year with homes; members: wijken and buurten, a key per level."""

    homes: dict[str, float]
    shares: dict[str, tuple[float, ...]]
    members: dict[str, list[str]]


def _facts(keys: pl.DataFrame) -> _Facts:
    known = keys.filter(pl.col("value").is_not_null() & pl.col("level").is_in(["gemeente", "wijk", "buurt"]))
    known = known.with_columns(
        pl.col("level").cast(pl.String), gemeente=pl.lit("GM") + pl.col("area").str.slice(2, 4)
    ).sort("year")
    newest = known.filter(pl.col("field") == "woningen").group_by("gemeente", "level").agg(pl.col("year").max())
    homes = known.filter(pl.col("field") == "woningen").join(newest, on=["gemeente", "level", "year"])
    latest = known.unique(["area", "field"], keep="last", maintain_order=True)
    shares: dict[str, dict[str, float]] = {}
    for area, field, value in latest.select("area", "field", "value").iter_rows():
        shares.setdefault(area, {})[field] = value
    counted = dict(homes.select("area", "value").iter_rows())
    members: dict[str, list[str]] = {}
    for area in sorted(counted):
        if level_of(area) == "buurt":
            members.setdefault(gemeente_of(area), []).append(area)
    return _Facts(
        counted,
        {area: tuple(each.get(field, float("nan")) for field in _SHARES) for area, each in shares.items()},
        members,
    )


def _newest_year(table: pl.DataFrame) -> int:
    years = table.filter(pl.col("value").is_not_null() & (pl.col("level") == "gemeente"))["year"]
    return int(years.max() or 0)  # type: ignore[arg-type]


def _stock_table(stock: Stock) -> pl.DataFrame:
    rows = [
        (
            area, level_of(area), stock.year, stock.boundaries, form, first, last, float(stock.homes[at, code, slot]),
            float(stock.low[at, code, slot]), float(stock.high[at, code, slot]), bool(stock.published[at]),
        )
        for at, area in enumerate(stock.areas)
        for code, form in ((HOUSE, "eengezins"), (FLAT, "meergezins"))
        for slot, (first, last) in enumerate(stock.periods)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(RENEWAL_STOCK.columns), orient="row")


@dataclass(frozen=True)
class _Due:
    """What is the same for all areas: of one asset the units per home in each slot, and for public works the million
    euro per home in each year. Shape: as `unit_shares`; price [draws] is million euro per unit."""

    asset: RenewalAsset
    units: Floats
    price: Floats
    yearly: Floats | None


def _due(stock: Stock, catalogue: Catalogue, seed: int) -> list[_Due]:
    years = np.arange(stock.year + 1, stock.year + HORIZON + 2, dtype=np.float64)
    found = []
    for number, asset in enumerate(catalogue.renewal.values()):
        draws = drawn(asset, np.random.default_rng((seed, number)))
        shares = due_shares(stock.periods, years, draws.life, asset.spread)
        slots = shares.reshape(*shares.shape[:2], HORIZON // SLOT, SLOT).sum(axis=3)
        price = draws.cost / 1e6
        yearly = unit_shares(draws, shares) * price if asset.owner != OWNED else None
        found.append(_Due(asset, unit_shares(draws, slots), price, yearly))
    return found


def _waves(stock: Stock, catalogue: Catalogue, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    due = _due(stock, catalogue, seed)
    public = {each.asset.id: each.yearly for each in due if each.yearly is not None}
    waves, peaks = [empty(RENEWAL_WAVE)], [empty(RENEWAL_PEAKS)]
    for start in range(0, len(stock.areas), _AT_A_TIME):
        part = np.arange(start, min(start + _AT_A_TIME, len(stock.areas)))
        waves += [_wave(stock, part, each) for each in due]
        peaks.append(_peaks(stock, part, public, catalogue))
    return pl.concat(waves), pl.concat(peaks)


def _wave(stock: Stock, part: NDArray[np.int64], due: _Due) -> pl.DataFrame:
    """Rows of one asset, per area, owner and slot; the bounds are those of the draws at the least and the most homes."""
    numbers = _bounds(stock, part, due)
    slots = HORIZON // SLOT
    owners = _owners(stock, part, due.asset.owner)
    here = [np.flatnonzero(~np.isnan(shares)) for _, shares in owners]
    rows = np.concatenate(here)
    shares = np.concatenate([each[own] for (_, each), own in zip(owners, here, strict=True)])
    payers = [name for (name, _), own in zip(owners, here, strict=True) for _ in own]
    first = np.tile(stock.year + 1 + SLOT * np.arange(slots), len(rows))
    # A row per area and payer first, then each of its slots.
    labels = _labelled(stock, part[rows]).with_columns(pl.Series("payer", payers, dtype=pl.String))
    made = labels.select(pl.all().repeat_by(slots).explode()).with_columns(
        pl.lit(due.asset.id).alias("asset"), pl.Series("first", first), pl.Series("last", first + SLOT - 1),
        *(pl.Series(name, (each[rows] * shares[:, None]).ravel()) for name, each in numbers.items()),
    )  # fmt: skip
    return _typed(made, RENEWAL_WAVE)


def _bounds(stock: Stock, part: NDArray[np.int64], due: _Due) -> dict[str, Floats]:
    """Units and million euro of one asset with their bounds, [areas, slots] each."""
    found: dict[str, Floats] = {}
    cuts = (("_low", stock.low, _LOW), ("", stock.homes, _MIDDLE), ("_high", stock.high, _HIGH))
    if stock.published[part].all():
        units = needs(stock.homes[part], due.units)
        for name, values in (("cost", units * due.price), ("units", units)):
            made = percentiles(values, [cut for *_, cut in cuts])
            found |= {name + end: each for (end, *_), each in zip(cuts, made, strict=True)}
        return found
    for end, homes, cut in cuts:
        units = needs(homes[part], due.units)
        found["cost" + end], found["units" + end] = (percentiles(each, [cut])[0] for each in (units * due.price, units))
    return found


def _labelled(stock: Stock, rows: NDArray[np.int64]) -> pl.DataFrame:
    areas = [stock.areas[at] for at in rows]
    return pl.DataFrame({"area": areas, "level": [level_of(area) for area in areas]}).with_columns(
        pl.lit(stock.year).alias("year"), pl.lit(stock.boundaries).alias("boundaries")
    )


def _typed(table: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    return table.select(pl.col(name).cast(kind) for name, kind in contract.columns.items())


def _owners(stock: Stock, part: NDArray[np.int64], owner: str) -> list[tuple[str, Floats]]:
    """Who pays for an asset, with shares [areas]; of homes by their owners, as if every period has the same owners."""
    if owner != OWNED:
        return [(owner, np.ones(len(part)))]
    bought, social = stock.owner[part], stock.corporation[part]
    unknown = np.isnan(bought) | np.isnan(social)
    shares = (bought, social, np.clip(1 - bought - social, 0, None))
    return [
        *((name, np.where(unknown, np.nan, share)) for name, share in zip(OWNERS, shares, strict=True)),
        (UNKNOWN_OWNER, np.where(unknown, 1.0, np.nan)),
    ]


def _peaks(stock: Stock, part: NDArray[np.int64], public: dict[str, Floats], catalogue: Catalogue) -> pl.DataFrame:
    """A row per area: the ten dearest years of public works, and what spreading or bundling them does.

    public  million euro per home of each public work and year, as `unit_shares`
    """
    homes = stock.homes[part]
    per_home = sum(public.values(), np.zeros((homes[0].size, HORIZON, DRAWS)))
    starts = range(HORIZON - _TEN + 1)
    per_decade = np.stack([per_home[:, year : year + _TEN].sum(axis=1) for year in starts], axis=1)
    decades = needs(homes, per_decade)
    peak = _middles(decades.copy()).argmax(axis=1)
    dearest = np.take_along_axis(decades, peak[:, None, None], axis=1)[:, 0]
    cost = needs(homes, per_home)
    times = dearest / np.maximum(cost.sum(axis=1) * _TEN / HORIZON, 1e-12)
    yearly = _middles(cost)
    earlier, later = (int(catalogue.parameter(f"renewal_years_{each}")) for each in ("earlier", "later"))
    street = [id for id in _STREET if id in public]
    middles = {id: _middles(needs(homes, public[id])) for id in street}
    pairs = [overlap(middles[one], middles[two]) for one, two in combinations(street, 2)]
    saving = catalogue.parameters["renewal_bundle_saving"]
    bundles = [
        _bundles(stock, part, catalogue, street, each, later)
        for each in (saving.value, *(saving.believed or (saving.value, saving.value)))
    ]
    works = [" ".join(id for id, joins in zip(street, row, strict=True) if joins) for row in bundles[0].joins.tolist()]
    made = _labelled(stock, part).with_columns(
        pl.Series("first", stock.year + 1 + peak), pl.Series("last", stock.year + peak + _TEN),
        *(
            pl.Series(name + end, bound)
            for name, each in (("cost", dearest), ("times", times))
            for end, bound in zip(("", "_low", "_high"), percentiles(each, (_MIDDLE, _LOW, _HIGH)), strict=True)
        ),
        pl.Series("dearest_year", yearly.max(axis=1)), pl.Series("spread_level", lowest_peak(yearly, earlier, later)),
        pl.Series("overlap", np.mean(pairs, axis=0) if pairs else np.zeros(len(part))),
        pl.Series("bundle_year", bundles[0].year).fill_nan(None).round(),
        pl.Series("bundle_works", works),
        *(
            pl.Series(f"bundle_saved{end}", each.saved)
            for end, each in zip(("", "_low", "_high"), bundles, strict=True)
        ),
    )  # fmt: skip
    return _typed(made, RENEWAL_PEAKS)


def _middles(values: Floats) -> Floats:
    """Medians over the last axis; sorts in place."""
    return percentiles(values, [_MIDDLE])[0]


def _bundles(
    stock: Stock, part: NDArray[np.int64], catalogue: Catalogue, street: list[str], saving: float, later: int
) -> Bundles:
    """Year, works and million euro saved when the street of each area's largest building period is opened once."""
    homes = stock.homes[part]
    slots = homes.sum(axis=1).argmax(axis=1)
    assets = [catalogue.renewal[id] for id in street]
    lives = np.array([each.life[1] for each in assets])
    found = Bundles(np.full(len(part), np.nan), np.zeros((len(part), len(street)), dtype=np.bool_), np.zeros(len(part)))
    for slot in np.unique(slots):
        own = np.flatnonzero(slots == slot)
        built = sum(stock.periods[slot]) / 2
        turns = np.maximum(1, np.ceil((stock.year + 1 - built) / lives))
        houses, flats = homes[own, HOUSE, slot], homes[own, FLAT, slot]
        costs = np.stack(
            [(houses * each.per_house[1] + flats * each.per_flat[1]) * each.cost[1] / 1e6 for each in assets], axis=1
        )
        best = best_bundles(built + turns * lives, costs, lives, saving, later)
        found.year[own], found.joins[own], found.saved[own] = best.year, best.joins, best.saved
    return found
