"""Nieuwland: an invented country, written in the publishers' own formats so that the readers for real files run on it.

    plan  geometry  names       where things are and what they are called
    stock  history              what was built when, and who lived there since
    figures  living  faring     what is true, per buurt and year
    squares                     the same inside each buurt, in squares of 100 m
    calibration                 the real averages and spreads it is tuned to
    publishing/                 what publishers make of it: one module per format
    working                     what measures truly do there
    truth  overlay  case_files  what was planted; its groups, regions, programmes and worked case

Only this module touches the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from stadspeil.sources.nieuwland import plan, working
from stadspeil.sources.nieuwland.faring import add_faring
from stadspeil.sources.nieuwland.figures import YEARS, FigureMaker, Figures
from stadspeil.sources.nieuwland.geometry import Map, draw_map
from stadspeil.sources.nieuwland.history import History, live
from stadspeil.sources.nieuwland.living import add_living, low_income_levels
from stadspeil.sources.nieuwland.names import name_buurten
from stadspeil.sources.nieuwland.overlay import overlay_files
from stadspeil.sources.nieuwland.publishing import (
    accounts,
    boundaries,
    crime,
    health,
    key_figures,
    liveability,
    moves,
    status_scores,
    towns,
)  # fmt: skip
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer, make_gazetteer
from stadspeil.sources.nieuwland.squares import Ground, Squares, make_squares, parts_of, told
from stadspeil.sources.nieuwland.squares import publish as publish_squares
from stadspeil.sources.nieuwland.stock import Stock, build_stock
from stadspeil.sources.nieuwland.truth import Known, tell_truth
from stadspeil.workspace import publish_bytes, publish_json

__all__ = ["Country", "World", "invent", "write_country"]


@dataclass(frozen=True)
class World:
    """Nieuwland as it is, before anything is published."""

    drawn: Map
    gazetteer: Gazetteer
    stock: Stock
    history: History
    figures: Figures
    known: Known


@dataclass(frozen=True)
class Country:
    """What was written, and where."""

    folder: Path
    files: tuple[Path, ...]
    catalogue: Path
    truth: Path
    gemeenten: int
    wijken: int
    buurten: int


def write_country(folder: Path, size: Literal["klein"] = "klein", seed: int = 1972) -> Country:
    """Write Nieuwland to a folder; the same size and seed give the same bytes.

    Writes `bestanden/` (the files to import), `catalogue/` (to lay over ours) and `truth.json`.
    """
    if size != "klein":
        raise ValueError(f"size {size!r} is not made yet; only 'klein' is")
    world = invent(seed)
    files = []
    for name, content in _publish(world, seed):
        files.append(folder / "bestanden" / name)
        publish_bytes(content, files[-1])
    for name, text in overlay_files().items():
        publish_bytes(text.encode(), folder / "catalogue" / name)
    ground, squares = _grid(world, seed)
    planted = {"rule": working.RULE, "wijk": "WK900202", "lines": list(working.planted(seed))}
    truth = {**tell_truth(world.known), "square_pockets": told(squares, ground), "effects_of_measures": planted}
    publish_json(truth, folder / "truth.json")
    return Country(
        folder, tuple(files), folder / "catalogue", folder / "truth.json",
        len(plan.GEMEENTEN), len(plan.WIJKEN), world.gazetteer.sites.count,
    )  # fmt: skip


def invent(seed: int = 1972) -> World:
    """The whole country in memory."""
    dice = _dice(seed)
    sites, drawn = draw_map(next(dice))
    gazetteer = make_gazetteer(sites, name_buurten(next(dice), sites))
    # Twice the same dice: the country as it is, and as it had been without its slides and renewals.
    told, untold = (build_stock(np.random.default_rng([seed, 91]), sites, story) for story in (True, False))
    history, other = live(sites, told), live(sites, untold)
    numbers = [each.number for each in plan.GEMEENTEN]
    maker = FigureMaker(next(dice), np.array([numbers.index(plan.WIJKEN[int(wijk)].gemeente) for wijk in sites.wijk]))
    add_living(maker, sites, drawn, told, history)
    add_faring(maker, sites, told)
    figures = maker.figures()
    without = low_income_levels(figures, told, history, (untold, other))
    return World(drawn, gazetteer, told, history, figures, Known(figures, gazetteer, told, history, without))


def _publish(world: World, seed: int) -> Iterator[tuple[str, bytes]]:
    """Every file, by name."""
    figures, gazetteer = world.figures, world.gazetteer
    for year in YEARS.tolist():
        rng = np.random.default_rng([seed, 5, year])
        yield key_figures.file_name(year), key_figures.publish(rng, figures, gazetteer, year)
    for year in health.YEARS:
        yield f"nieuwland_gezondheid_{year}_18plus.xlsx", health.publish(figures, gazetteer, year)
    yield "nieuwland_SES_WOA_85163NED.csv", status_scores.publish(figures, gazetteer)
    yield (
        "nieuwland_83625NED_verkoopprijzen.json",
        towns.publish_prices(np.random.default_rng([seed, 6]), figures, gazetteer),
    )
    yield "nieuwland_82550NED_woningvoorraad.json", towns.publish_stock(gazetteer, world.stock)
    yield "nieuwland_70072ned_regionale_kerncijfers.json", towns.publish_regional(figures, gazetteer, world.history)
    yield (
        "nieuwland_81734NED_verhuizingen_tussen_gemeenten.json",
        moves.publish_matrix(figures, gazetteer, world.history),
    )
    yield (
        "nieuwland_84547NED_verhuizingen_leeftijd.json",
        moves.publish_by_age(np.random.default_rng([seed, 9]), figures, gazetteer, world.history),
    )
    yield (
        "nieuwland_71486ned_huishoudens.json",
        moves.publish_households(figures, gazetteer, world.stock, world.history),
    )
    yield (
        "nieuwland_komen_en_gaan.csv",
        moves.publish_by_group(np.random.default_rng([seed, 10]), figures, gazetteer, world.history),
    )
    yield (
        "nieuwland_iv3_jaarrekeningen.csv",
        accounts.publish(np.random.default_rng([seed, 11]), figures, gazetteer),
    )
    yield "nieuwland_gemeenten_2020_nabijheid.csv", towns.publish_proximity(figures, gazetteer)
    yield "nieuwland_47018NED_misdrijven.csv", crime.publish(figures, gazetteer)
    for level, name in (("gemeente", "gemeenten"), ("wijk", "wijken"), ("buurt", "buurten")):
        yield (
            f"nieuwland_{name}_{plan.LAST_YEAR}.geojson",
            boundaries.publish(world.drawn, gazetteer, level, plan.LAST_YEAR),
        )
    name = f"nieuwland_leefbaarometer_vakken_{plan.LAST_YEAR}.geojson"
    ground, squares = _grid(world, seed)
    yield name, publish_squares(squares, plan.LAST_YEAR, np.random.default_rng([seed, 8]))
    yield from liveability.publish(np.random.default_rng([seed, 12]), figures, gazetteer, ground.parts)
    year = plan.MERGER_YEAR - 1
    yield f"nieuwland_gemeenten_{year}.geojson", boundaries.publish(world.drawn, gazetteer, "gemeente", year)


def _grid(world: World, seed: int) -> tuple[Ground, Squares]:
    """Squares of all buurten: scores that fall with low incomes, and a lot of chance."""
    rng = np.random.default_rng([seed, 7])
    parts = parts_of(world.figures, rng)
    codes = tuple(world.gazetteer.buurt_code(place) for place in range(len(parts)))
    ground = Ground(world.drawn.buurten, codes, world.figures.values["woningen"][:, -1], parts, parts.sum(axis=1))
    return ground, make_squares(ground, rng)


def _dice(seed: int) -> Iterator[np.random.Generator]:
    """A fresh generator per part, so that a change in one part does not shake all others."""
    for child in np.random.SeedSequence(seed).spawn(8):
        yield np.random.default_rng(child)
