"""The renewal wave of a whole workspace: which source counts, who pays, and whether the truth lies within the bounds."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.renewal import OWNERS, UNKNOWN_OWNER, renewal, stock_of
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import CELLS, empty
from stadspeil.sources.nieuwland import invent
from stadspeil.sources.nieuwland.stock import PERIOD_STARTS

SEED = 2026


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def cells(rows: list[tuple[str, int, str, float | None]]) -> pl.DataFrame:
    """CELLS of areas, years, fields and values."""
    levels = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}
    made = [
        (area, levels[area[:2]], year, year, field, value, None, None, "geheim" if value is None else "waarde", "s", 0)
        for area, year, field, value in rows
    ]
    return pl.DataFrame(made, schema=dict(CELLS.columns), orient="row")


def collected(year: int = 2023, gemeente: str = "GM9001") -> pl.DataFrame:
    return cells([
        (gemeente, year, "appartementen_1965_1984", 300.0), (gemeente, year, "rijwoningen_1965_1984", 500.0),
        (gemeente, year, "rijwoningen_2005_nu", 200.0),
    ])  # fmt: skip


def keys(**changed: float | None) -> pl.DataFrame:
    """Two buurten of GM9001: one with flats and houses from before 2000, one with houses from after it."""
    facts = {"koopwoningen_pct": 60.0, "corporatiewoningen_pct": 30.0} | changed
    rows: list[tuple[str, int, str, float | None]] = []
    for area, homes, houses, old in (("BU90010100", 800, 62.5, 100.0), ("BU90010200", 200, 100.0, 0.0)):
        rows += [(area, 2022, "woningen", float(homes)), (area, 2022, "eengezinswoningen_pct", houses)]
        rows += [(area, 2022, "bouwjaar_voor_2000_pct", old)]
        rows += [(area, 2022, name, value) for name, value in facts.items()]
    return cells(rows)


def test_buurten_get_the_stock_that_their_margins_leave() -> None:
    stock = stock_of(collected(), empty(CELLS), keys())
    assert stock is not None and stock.year == 2023
    at = stock.areas.index("BU90010100")
    built = stock.periods.index((1965, 1984))
    assert stock.homes[at, :, built].tolist() == pytest.approx([500, 300])
    assert not stock.published[at]
    assert stock.published[stock.areas.index("GM9001")]


def test_the_newest_source_counts() -> None:
    older = stock_of(
        collected(2019),
        cells([("GM9001", 2024, "woningen", 900.0), ("GM9001", 2024, "voorraad_1975_1985", 900.0)]),
        keys(),
    )
    assert older is not None and older.year == 2024
    newer = stock_of(collected(2024), cells([("GM9001", 2023, "woningen", 900.0)]), keys())
    assert newer is not None and newer.year == 2024 and len(newer.periods) == 5


def test_without_building_periods_there_is_no_wave(catalogue: Catalogue) -> None:
    made = renewal(empty(CELLS), empty(CELLS), keys(), catalogue, SEED)
    assert all(table.is_empty() for table in made.values())


def test_homes_are_paid_for_by_their_owners_and_add_up(catalogue: Catalogue) -> None:
    made = renewal(collected(), empty(CELLS), keys(), catalogue, SEED)["renewal_wave"]
    homes = made.filter((pl.col("area") == "BU90010100") & (pl.col("asset") == "woning_renovatie"))
    assert set(homes["payer"]) == set(OWNERS)
    first = homes.filter(pl.col("first") == homes["first"].min())
    parts = dict(first.select("payer", "units").iter_rows())
    assert parts["koop"] == pytest.approx(2 * parts["corporatie"])
    assert parts["corporatie"] == pytest.approx(3 * parts["particuliere huur"])


def test_an_unknown_owner_is_said_to_be_unknown(catalogue: Catalogue) -> None:
    made = renewal(collected(), empty(CELLS), keys(corporatiewoningen_pct=None), catalogue, SEED)["renewal_wave"]
    homes = made.filter((pl.col("area") == "BU90010100") & (pl.col("asset") == "woning_renovatie"))
    assert set(homes["payer"]) == {UNKNOWN_OWNER}


def test_middle_lies_between_low_and_high_and_the_horizon_is_fifty_years(catalogue: Catalogue) -> None:
    made = renewal(collected(), empty(CELLS), keys(), catalogue, SEED)["renewal_wave"]
    assert made.filter(
        (pl.col("cost_low") > pl.col("cost") + 1e-9) | (pl.col("cost") > pl.col("cost_high") + 1e-9)
    ).is_empty()
    assert (made["first"].min(), made["last"].max()) == (2024, 2073)


def test_the_same_seed_gives_the_same_tables_and_order_does_not_matter(catalogue: Catalogue) -> None:
    one = renewal(collected(), empty(CELLS), keys(), catalogue, SEED)
    other = renewal(collected().reverse(), empty(CELLS), keys().reverse(), catalogue, SEED)
    for name, table in one.items():
        assert table.equals(other[name]), name


def test_spreading_never_raises_the_dearest_year(catalogue: Catalogue) -> None:
    made = renewal(collected(), empty(CELLS), keys(), catalogue, SEED)["renewal_peaks"]
    assert (made["spread_level"] <= made["dearest_year"] + 1e-9).all()
    stiff = dataclasses.replace(
        catalogue,
        parameters=dict(catalogue.parameters) | {
            name: dataclasses.replace(catalogue.parameters[name], value=0.0) for name in ("renewal_years_earlier", "renewal_years_later")
        },
    )  # fmt: skip
    same = renewal(collected(), empty(CELLS), keys(), stiff, SEED)["renewal_peaks"]
    assert same["spread_level"].to_list() == pytest.approx(same["dearest_year"].to_list())


def test_what_is_built_at_once_has_a_sharper_peak(catalogue: Catalogue) -> None:
    """Sewers of a town of one period against one of five: the dearest five years stand out more."""
    periods = ("voor_1945", "1945_1964", "1965_1984", "1985_2004", "2005_nu")
    once = [("GM9001", 2023, "rijwoningen_1965_1984", 1000.0)]
    even = [("GM9002", 2023, f"rijwoningen_{each}", 200.0) for each in periods]
    made = renewal(cells([*once, *even]), empty(CELLS), keys(), catalogue, SEED)["renewal_wave"]
    sewers = made.filter((pl.col("asset") == "riolering") & (pl.col("level") == "gemeente"))
    times = dict(sewers.group_by("area").agg(pl.col("units").max() / pl.col("units").mean()).iter_rows())
    assert times["GM9001"] > 1.5 > times["GM9002"]


def test_the_true_stock_of_nieuwland_lies_within_the_bounds(catalogue: Catalogue) -> None:
    """Planted truth: what was built in each buurt, seen through the margins that publishers give."""
    world = invent()
    year = 2024
    truth = world.stock.by_period(year)
    codes = [world.gazetteer.buurt_code(number) for number in range(len(truth))]
    total = truth.sum(axis=1)
    starts = list(PERIOD_STARTS)
    old = truth[:, : starts.index(1995)].sum(axis=1) + truth[:, starts.index(1995)] / 2
    rows: list[tuple[str, int, str, float | None]] = []
    towns = np.array([f"GM{code[2:6]}" for code in codes])
    for code, homes, houses, before in zip(codes, total, world.stock.houses, old, strict=True):
        rows += [(code, year, "woningen", float(homes)), (code, year, "eengezinswoningen_pct", 100 * float(houses))]
        rows += [(code, year, "bouwjaar_voor_2000_pct", 100 * float(before / homes))] if homes else []
    published: list[tuple[str, int, str, float | None]] = []
    for town in sorted(set(towns)):
        here = towns == town
        houses_here = float((total[here] * world.stock.houses[here]).sum())
        whole = float(total[here].sum())
        rows += [(town, year, "bouwjaar_voor_2000_pct", 100 * float(old[here].sum() / whole))]
        published += [(town, year, "woningen", whole), (town, year, "voorraad_eengezins", houses_here)]
        published += [(town, year, "voorraad_meergezins", whole - houses_here)]
        published += [
            (town, year, f"voorraad_{first}_{first + 10}", float(truth[here, starts.index(first)].sum()))
            for first in (1965, 1975, 1985, 1995)
        ]
    stock = stock_of(empty(CELLS), cells(published), cells(rows))
    assert stock is not None
    places = {area: at for at, area in enumerate(stock.areas)}
    slots = [
        slice(0, starts.index(1965)),
        *(slice(starts.index(each), starts.index(each) + 1) for each in (1965, 1975, 1985, 1995)),
        slice(starts.index(2005), None),
    ]
    outside = error = 0.0
    for number, code in enumerate(codes):
        at = places[code]
        for slot, part in enumerate(slots):
            true = truth[number, part].sum()
            low, middle, high = (float(each[at, :, slot].sum()) for each in (stock.low, stock.homes, stock.high))
            outside += max(low - true, true - high, 0)
            error += abs(middle - true)
    assert outside / total.sum() < 0.001
    # The most even table is an estimate: it misplaces some homes, and the bounds say so.
    assert error / 2 / total.sum() < 0.45
