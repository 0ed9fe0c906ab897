"""From a workspace to a World: households and homes that could exist, which together are as the key figures say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.areas import is_invented
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import age_band
from stadspeil.simulation.synthesis import figures as published
from stadspeil.simulation.synthesis.counting import Sizing, whole_homes, whole_households
from stadspeil.simulation.synthesis.draws import uniform
from stadspeil.simulation.synthesis.figures import Areas, KeyFigures, read_figures
from stadspeil.simulation.synthesis.fit import Made, fit_rows, fit_sentence, joined
from stadspeil.simulation.synthesis.homes import Stock, make_stock
from stadspeil.simulation.synthesis.households import People, make_people
from stadspeil.simulation.synthesis.matching import match
from stadspeil.simulation.synthesis.places import make_places
from stadspeil.simulation.synthesis.seeds import read_seeds
from stadspeil.simulation.synthesis.targets import home_targets, household_targets
from stadspeil.simulation.synthesis.vacancy import first_month, vacant_homes, vacant_share
from stadspeil.simulation.world import NEVER, NOWHERE, Dwellings, Households, World, check_world
from stadspeil.workspace import Workspace

_MONTHS_SEARCHING = 18


@dataclass(frozen=True)
class Synthesis:
    """What was made: the world, how well it fits (table `fit`), what a reader should know, and in which buurt (row of
    Places) each household was made, those without a home of their own among them."""

    world: World
    fit: pl.DataFrame
    remarks: tuple[str, ...]
    buurt: NDArray[np.int32]

    @property
    def summary(self) -> str:
        """The fit in plain Dutch."""
        return fit_sentence(self.fit, len(self.world.households.number), len(self.world.dwellings.number))


def synthesize(
    workspace: Workspace, catalogue: Catalogue, towns: Sequence[str], *, year: int | None = None, seed: int = 2026,
    scale: float = 1.0,
) -> Synthesis:  # fmt: skip
    """Invent the households and homes of these gemeenten (codes).

    year   of the key figures; without one the last that has households of buurten for all these gemeenten
    seed   another seed gives other households with the same margins
    scale  part of the households and homes that is made, above 0 and at most 1
    Raises:  QuestionError naming every margin that is known nowhere, gemeenten without buurten, a scale that is none.
    """
    if not 0 < scale <= 1:
        raise QuestionError(
            "synthetische bevolking", f"schaal {scale} is geen deel", "kies een schaal boven 0 en tot en met 1"
        )
    figures = read_figures(workspace, towns, year)
    _refuse_missing(figures)
    seeds = read_seeds(catalogue)
    sizing = Sizing(_keys(figures.areas), seed, scale)
    wanted = household_targets(figures, seeds)
    people = make_people(figures, whole_households(wanted, sizing), seeds, sizing, catalogue)
    homes = home_targets(figures, seeds, wanted.totals)
    counts = whole_homes(homes, sizing)
    stock = make_stock(figures, counts, sizing, catalogue)
    share, vacant_found = vacant_share(figures, catalogue)
    vacant = vacant_homes(share, counts.sum(axis=(1, 2)), sizing)
    band = age_band(people.age)
    dwelling, household = match(people, stock, vacant, band, seed, catalogue)
    places, middles, told = make_places(workspace, catalogue, figures)
    world = World(
        _households(people, stock, dwelling, figures, seed, catalogue),
        _dwellings(stock, household, first_month(stock, household, sizing, catalogue)),
        places, figures.year, figures.sources, any(is_invented(code) for code in figures.areas.towns),
    )  # fmt: skip
    check_world(world)
    made = Made(figures, wanted, homes, people, stock, dwelling, household, share, vacant_found, middles, scale)
    remarks = joined([*wanted.remarks, *told])
    return Synthesis(world, fit_rows(made, seeds, catalogue), remarks, people.buurt.astype(np.int32))


def _keys(areas: Areas) -> NDArray[np.int64]:
    """A number per buurt that it has whichever others are asked for: its code read in base 36."""
    return np.array([int(code[2:], 36) for code in areas.buurten], dtype=np.int64)


def _refuse_missing(figures: KeyFigures) -> None:
    """Everything without which no household or home can be invented, at once."""
    needed = (
        ("huishoudens naar type", published.TYPES), ("inwoners naar leeftijd", published.AGES),
        ("inkomensgroepen", published.INCOMES), ("aantal woningen", ("woningen",)),
        ("eigendom van woningen", published.TENURE[:1]), ("eengezins of meergezins", published.FORM[:1]),
        ("waarde van woningen", (published.VALUE,)),
    )  # fmt: skip
    problems = []
    for title, names in needed:
        missing = np.zeros(len(figures.areas.buurten), dtype=bool)
        for name in names:
            known, _ = figures.nearest(name)
            if np.isnan(known).any() and not name.endswith(("_pct", "_eur")):
                other, _ = figures.nearest(f"{name}_pct")
                known = np.where(np.isnan(known), other, known)
            missing |= np.isnan(known)
        if missing.any():
            towns = sorted({figures.areas.towns[town] for town in figures.areas.town[missing]})
            fields = ", ".join(names)
            problems.append(
                f"{title} ({fields}) is voor {', '.join(towns[:5])} van geen buurt, wijk, gemeente of land bekend"
            )
    if problems:
        raise QuestionError(
            f"synthetische bevolking {figures.year}", problems,
            "importeer de kerncijfers van wijken en buurten of van gemeenten waarin deze staan",
        )  # fmt: skip


def _households(
    people: People, stock: Stock, dwelling: NDArray[np.int32], figures: KeyFigures, seed: int, catalogue: Catalogue
) -> Households:
    housed = dwelling != NOWHERE
    wants = ~housed & (uniform(people.number, "zoekt", seed) < catalogue.parameter("synthesis_unhoused_searching"))
    began = -np.floor(uniform(people.number, "zoekt sinds", seed) * _MONTHS_SEARCHING)
    return Households(
        people.number, people.kind, people.age, people.persons, people.decile, people.income, dwelling,
        _since(people, stock, dwelling, seed, catalogue), figures.areas.town[people.buurt].astype(np.int32),
        np.where(wants, began, NEVER).astype(np.int16), np.ones(len(people.number), dtype=bool),
    )  # fmt: skip


def _since(
    people: People, stock: Stock, dwelling: NDArray[np.int32], seed: int, catalogue: Catalogue
) -> NDArray[np.int16]:
    """Month in which each household came: exponential in the years of its tenure, and not before its head was 18."""
    years = np.array([catalogue.parameter(f"synthesis_years_{each}") for each in ("owner", "social", "private")])
    tenure = stock.tenure[np.maximum(dwelling, 0)] if len(stock.tenure) else np.zeros(len(dwelling), dtype=np.uint8)
    mean = np.where(dwelling == NOWHERE, years[2] / 2, years[tenure]) * 12
    drawn = -np.log(uniform(people.number, "woonduur", seed)) * mean
    grown = (people.age.astype(float) - 17) * 12
    return (-np.ceil(np.minimum(drawn, grown))).astype(np.int16)


def _dwellings(stock: Stock, household: NDArray[np.int32], from_month: NDArray[np.int16]) -> Dwellings:
    return Dwellings(
        stock.number, stock.buurt.astype(np.int32), stock.tenure, stock.form, stock.price, stock.cost, stock.floor,
        stock.quality, household, from_month, np.full(len(stock.number), NEVER, dtype=np.int16),
    )  # fmt: skip
