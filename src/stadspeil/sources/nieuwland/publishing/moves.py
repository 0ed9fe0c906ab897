"""Who moved: between gemeenten, by age, by income and kind of household; and households by the age of their head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.history import AGES, INCOME_GROUPS, History, head_rates, heads
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer
from stadspeil.sources.nieuwland.publishing.statline import Column, NumberColumn, TextColumn, row_numbers, write_json
from stadspeil.sources.nieuwland.stock import Stock

Floats = NDArray[np.float64]

FIRST_YEAR = 2011
# Five years each; the last is 95 and over.
_AGE_KEYS = (*(str(key) for key in range(70100, 72000, 100)), "22000")
_ALL_AGES = "10000"
_HEADS_FROM = 3
HOUSEHOLD_KINDS = ("alleenstaand", "paar", "gezin", "eenouder")
# How common each kind is among heads of an age, before it is set to the gemeente's own households.
_KIND_AGES = (18, 25, 35, 45, 55, 65, 75, 99)
_KIND_SHARES = (
    (0.75, 0.45, 0.24, 0.22, 0.28, 0.33, 0.45, 0.75),
    (0.20, 0.38, 0.18, 0.14, 0.40, 0.60, 0.52, 0.23),
    (0.02, 0.13, 0.50, 0.52, 0.25, 0.05, 0.02, 0.01),
    (0.03, 0.04, 0.08, 0.12, 0.07, 0.02, 0.01, 0.01),
)
# What a person of each income group has, before it wanders; thousands of euros.
INCOMES = np.array([17.5, 31.0, 58.0])
_kinds = np.array([np.interp(AGES, _KIND_AGES, shares) for shares in _KIND_SHARES])
_bands = np.minimum(AGES // 5, len(_AGE_KEYS) - 1)


class Places:
    """The gemeenten of a year, each as shares of today's gemeenten by inhabitants."""

    def __init__(self, figures: Figures, gazetteer: Gazetteer, year: int) -> None:
        division = gazetteer.division(year).only("gemeente")
        people = figures.values["inwoners"][:, year - plan.FIRST_YEAR]
        now = figures.gemeente
        count = len(plan.GEMEENTEN)
        inside = np.array([np.bincount(now, weights=members * people, minlength=count) for members in division.members])
        self.codes = [area.code for area in division.areas]
        self.members = division.members
        self.shares: Floats = inside / np.maximum(np.bincount(now, weights=people, minlength=count), 1)


def publish_matrix(figures: Figures, gazetteer: Gazetteer, history: History) -> bytes:
    """Persons who moved from one gemeente to another (81734NED), every pair in every year."""
    rows: list[tuple[str, str, str, str]] = []
    for year in range(FIRST_YEAR, plan.LAST_YEAR + 1):
        places = Places(figures, gazetteer, year)
        between = places.shares @ history.moves[year - plan.FIRST_YEAR].between @ places.shares.T
        rows += [
            (to, origin, f"{year}JJ00", f"{between[i, j]:.0f}")
            for j, to in enumerate(places.codes)
            for i, origin in enumerate(places.codes)
            if i != j
        ]
    came, went, years, counts = zip(*rows, strict=True)
    columns: list[Column] = [
        row_numbers(len(rows)), TextColumn("RegioVanVestiging", came, 6), TextColumn("RegioVanVertrek", went, 6),
        TextColumn("Perioden", years), NumberColumn("TussenGemeentenVerhuisdePersonen_1", counts),
    ]  # fmt: skip
    return write_json("81734NED", columns)


def publish_by_age(rng: np.random.Generator, figures: Figures, gazetteer: Gazetteer, history: History) -> bytes:
    """Persons who moved within, to and from each gemeente by age (84547NED); who they were is drawn, the total is not."""
    rows: list[tuple[str, ...]] = []
    for year in range(FIRST_YEAR, plan.LAST_YEAR + 1):
        places = Places(figures, gazetteer, year)
        moves = history.moves[year - plan.FIRST_YEAR]
        flows = [_in_bands(places.shares @ each.sum(axis=2)) for each in (moves.within, moves.arrived, moves.left)]
        drawn = np.stack([_drawn(rng, each) for each in flows])
        drawn = np.concatenate([drawn.sum(axis=2, keepdims=True), drawn], axis=2)
        rows += [
            (key, code, f"{year}JJ00", *(str(number) for number in drawn[:, i, j].tolist()))
            for j, key in enumerate((_ALL_AGES, *_AGE_KEYS))
            for i, code in enumerate(places.codes)
        ]
    keys, codes, years, within, came, went = zip(*rows, strict=True)
    columns: list[Column] = [
        row_numbers(len(rows)), TextColumn("Geslacht", ["T001038"] * len(rows)), TextColumn("Leeftijd31December", keys, 8),
        TextColumn("RegioS", codes, 6), TextColumn("Perioden", years),
        NumberColumn("BinnenGemeentenVerhuisdePersonen_1", within), NumberColumn("GevestigdInDeGemeente_2", came),
        NumberColumn("VertrokkenUitDeGemeente_3", went),
    ]  # fmt: skip
    return write_json("84547NED", columns)


def publish_households(figures: Figures, gazetteer: Gazetteer, stock: Stock, history: History) -> bytes:
    """Households by kind and age of the head (71486ned), at home in the same numbers as in the key figures."""
    rows: list[tuple[str, ...]] = []
    at_head = heads(stock)
    for year in range(FIRST_YEAR, plan.LAST_YEAR + 1):
        now = year - plan.FIRST_YEAR
        places = Places(figures, gazetteer, year)
        by_age = _in_bands(places.members @ np.einsum("bag,ba->ba", history.persons[:, now], at_head))[:, _HEADS_FROM:]
        kinds = [places.members @ figures.values[name][:, now] for name in _HOUSEHOLD_FIGURES]
        for code, ages, wanted in zip(places.codes, by_age, np.stack(kinds, axis=1), strict=True):
            table = np.rint(_fitted(ages, wanted))
            table = np.concatenate([table.sum(axis=1, keepdims=True), table], axis=1)
            for key, (alone, pair, family, lone) in zip((_ALL_AGES, *_AGE_KEYS[_HEADS_FROM:]), table.T, strict=True):
                counts = (alone + pair + family + lone, alone, pair, family + lone, lone)
                rows.append((key, code, f"{year}JJ00", *(f"{each:.0f}" for each in counts)))
    keys, codes, years, *cells = zip(*rows, strict=True)
    names = ("TotaalParticuliereHuishoudens_1", "Eenpersoonshuishouden_2", "MeerpersoonshuishoudensZonderKinderen_3",
             "MeerpersoonshuishoudensMetKinderen_4", "Eenouderhuishouden_5")  # fmt: skip
    columns: list[Column] = [
        row_numbers(len(rows)), TextColumn("LeeftijdReferentiepersoon", keys, 8), TextColumn("RegioS", codes, 6),
        TextColumn("Perioden", years), *(NumberColumn(name, texts) for name, texts in zip(names, cells, strict=True)),
        # How many persons live in each is not made up here: in this table it stays empty.
        *(NumberColumn(f"{name}_{place}", [None] * len(rows)) for place, name in enumerate(_SIZES, start=6)),
    ]  # fmt: skip
    return write_json("71486ned", columns)


def publish_by_group(rng: np.random.Generator, figures: Figures, gazetteer: Gazetteer, history: History) -> bytes:
    """Persons by income group and households by kind who came, left or moved within, as a table made to order."""
    head = ["regio", "jaar"]
    head += [f"{flow} {kind}" for kind in INCOME_GROUPS for flow in _INCOME_FLOWS]
    head += [f"{flow} {kind}" for kind in HOUSEHOLD_KINDS for flow in _KIND_FLOWS]
    head += [f"gemiddeld inkomen {who}" for who in ("inwoners", "gevestigd", "vertrokken")]
    lines = [";".join(head)]
    for year in range(FIRST_YEAR, plan.LAST_YEAR + 1):
        places = Places(figures, gazetteer, year)
        moves = history.moves[year - plan.FIRST_YEAR]
        stock = np.rint(places.members @ history.persons[:, year - plan.FIRST_YEAR].sum(axis=1))
        drawn = [_drawn(rng, places.shares @ each.sum(axis=1)) for each in (moves.arrived, moves.left, moves.within)]
        kinds = [_drawn(rng, places.shares @ _as_households(each)) for each in (moves.arrived, moves.left)]
        means = [each @ INCOMES / each.sum(axis=1) for each in (stock, drawn[0], drawn[1])]
        for place, code in enumerate(places.codes):
            cells = [f"{each[place, group]:.0f}" for group in range(3) for each in (stock, *drawn)]
            cells += [str(each[place, kind]) for kind in range(4) for each in kinds]
            cells += [f"{each[place]:.2f}" for each in means]
            lines.append(";".join([code, str(year), *cells]))
    return ("\r\n".join(lines) + "\r\n").encode()


_HOUSEHOLD_FIGURES = ("huishoudens_eenpersoons", "huishoudens_zonder_kinderen", "huishoudens_met_kinderen")
_SIZES = ("k_2Personen", "k_3Personen", "k_4Personen", "k_5OfMeerPersonen")
_INCOME_FLOWS = ("inwoners inkomen", "gevestigd inkomen", "vertrokken inkomen", "verhuisd binnen inkomen")
_KIND_FLOWS = ("gevestigde huishoudens", "vertrokken huishoudens")


def _in_bands(by_age: Floats) -> Floats:
    """Sums over single years of age in groups of five. Shape: (areas, ages) to (areas, bands)."""
    found = np.zeros((len(by_age), len(_AGE_KEYS)))
    np.add.at(found.T, _bands, by_age.T)
    return found


def _drawn(rng: np.random.Generator, expected: Floats) -> NDArray[np.int64]:
    """Whole persons: the rounded total of each row, spread over its groups by lot."""
    return np.array(
        [rng.multinomial(round(float(each.sum())), each / max(float(each.sum()), 1e-9)) for each in expected]
    )


def _as_households(persons: Floats) -> Floats:
    """Households of each kind among movers. Shape: (gemeenten, ages, groups) to (gemeenten, kinds)."""
    made: Floats = (persons.sum(axis=2) * head_rates()) @ _kinds.T
    return made


def _fitted(ages: Floats, wanted: Floats) -> Floats:
    """Households by kind and band of age that add up to both margins; families and lone parents share a margin."""
    middle = np.minimum(np.arange(_HEADS_FROM, len(_AGE_KEYS)) * 5 + 2, 99)
    table = _kinds[:, middle] * ages
    rows = np.array([0, 1, 2, 2])
    for _ in range(40):
        table *= (wanted / np.maximum(np.bincount(rows, table.sum(axis=1)), 1e-9))[rows][:, None]
        table *= ages / np.maximum(table.sum(axis=0), 1e-9)
    return table
