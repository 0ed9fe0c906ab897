"""Tables per gemeente: house prices, the stock by type and period, regional key figures and proximity of facilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.calibration import HOUSE_PRICES
from stadspeil.sources.nieuwland.figures import YEARS, Figures
from stadspeil.sources.nieuwland.history import WITHIN_GEMEENTE, History
from stadspeil.sources.nieuwland.proximity import PROXIMITY
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer
from stadspeil.sources.nieuwland.publishing.secrecy import Style, as_text
from stadspeil.sources.nieuwland.publishing.statline import Column, NumberColumn, TextColumn, row_numbers, write_json
from stadspeil.sources.nieuwland.stock import Stock

Floats = NDArray[np.float64]

STOCK_YEARS = range(2012, plan.LAST_YEAR + 1)
_PERIODS = ("ZW10401", "ZW10402", "ZW10403", "ZW10404", "ZW25794", "ZW25795", "ZW10406", "ZW10407", "ZW10408", "ZW10409",
            "ZW25796", "ZW25825")  # fmt: skip
_ALL_TYPES, _HOUSES, _FLATS = "T001100", "ZW10290", "ZW10340"
_ALL_PERIODS = "T001018"


def publish_prices(rng: np.random.Generator, figures: Figures, gazetteer: Gazetteer) -> bytes:
    """Mean prices of houses sold (83625NED): every region in every year, empty where it did not exist."""
    regions: list[str] = []
    prices: list[str | None] = []
    for code, rows in _towns_by_year(gazetteer).items():
        own = 0.0
        for year, members in zip(YEARS.tolist(), rows, strict=True):
            regions.append(code)
            if members is None:
                prices.append(None)
                continue
            value = _mean(figures, members, "woz_waarde_1000_eur", year)
            country = _mean(figures, np.ones_like(members), "woz_waarde_1000_eur", year)
            # What happens to be sold wanders around the value of the stock; in the whole country it evens out.
            own = 0.0 if code == "NL" else 0.6 * own + float(rng.normal(0, 0.012))
            prices.append(f"{HOUSE_PRICES[year] * (value / country) ** 0.92 * np.exp(own):.0f}")
    years = [f"{year}JJ00" for _ in range(len(regions) // len(YEARS)) for year in YEARS.tolist()]
    columns: list[Column] = [row_numbers(len(regions)), _region(regions), TextColumn("Perioden", years)]
    return write_json("83625NED", [*columns, NumberColumn("GemiddeldeVerkoopprijs_1", prices)])


def publish_stock(gazetteer: Gazetteer, stock: Stock) -> bytes:
    """Dwellings on 1 January by type and building period (82550NED)."""
    rows: list[tuple[str, str, str, str, str | None, str | None]] = []
    houses = stock.houses[:, None]
    by_type = {_ALL_TYPES: np.ones_like(houses), _HOUSES: houses, _FLATS: 1 - houses}
    towns = _towns_by_year(gazetteer)
    built = {year: stock.by_period(year) for year in STOCK_YEARS}
    for kind, share in by_type.items():
        floor = stock.floor_m2 * {_ALL_TYPES: 1.0, _HOUSES: 1.08, _FLATS: 0.70}[kind]
        for place, period in enumerate((_ALL_PERIODS, *_PERIODS)):
            for code, by_year in towns.items():
                for year in STOCK_YEARS:
                    members = by_year[year - plan.FIRST_YEAR]
                    if members is None:
                        continue
                    counts = (built[year] * share).sum(axis=1) if place == 0 else (built[year] * share)[:, place - 1]
                    total = float(members @ counts)
                    size = f"{float(members @ (counts * floor)) / total:.0f}" if total >= 20 else None
                    rows.append((kind, period, code, f"{year}JJ00", f"{total:.0f}", size))
    kinds, periods, codes, years, counted, sizes = zip(*rows, strict=True)
    columns: list[Column] = [
        row_numbers(len(rows)), TextColumn("Woningtype", kinds), TextColumn("Bouwjaarklasse", periods), _region(codes),
        TextColumn("Perioden", years), NumberColumn("BeginstandWoningvoorraad_1", counted),
        NumberColumn("GemiddeldeOppervlakte_2", sizes),
    ]  # fmt: skip
    return write_json("82550NED", columns)


def publish_regional(figures: Figures, gazetteer: Gazetteer, history: History) -> bytes:
    """Regional key figures (70072ned), among them who came from and went to other gemeenten."""
    names: dict[str, tuple[str, Style]] = {
        "TotaleBevolking_1": ("inwoners", "whole"), "TotaalParticuliereHuishoudens_82": ("huishoudens", "whole"),
        "Eenpersoonshuishoudens_83": ("huishoudens_eenpersoons", "whole"),
        "GemiddeldeHuishoudensgrootte_89": ("huishoudensgrootte", "hundredth"),
        "Koopwoningen_94": ("koopwoningen_pct", "tenth"),
        "HuurwoningenVanWoningcorporatie_95": ("corporatiewoningen_pct", "tenth"),
        "GemiddeldeWOZWaardeVanWoningen_98": ("woz_waarde_1000_eur", "whole"),
    }  # fmt: skip
    codes: list[str] = []
    years: list[str] = []
    cells: dict[str, list[str | None]] = {name: [] for name in (*list(names)[:1], *_MOVES, *list(names)[1:])}
    for code, by_year in _towns_by_year(gazetteer).items():
        for year, members in zip(YEARS.tolist(), by_year, strict=True):
            if members is None:
                continue
            codes.append(code)
            years.append(f"{year}JJ00")
            for name, (figure, style) in names.items():
                cells[name] += as_text(np.array([_mean(figures, members, figure, year)]), style)
            for name, number in zip(_MOVES, _moves(figures, members, history, year, code), strict=True):
                cells[name].append(number)
    columns: list[Column] = [TextColumn("Perioden", years), _region(codes)]
    return write_json("70072ned", [*columns, *(NumberColumn(name, texts) for name, texts in cells.items())])


def publish_proximity(figures: Figures, gazetteer: Gazetteer) -> bytes:
    """How near facilities are in 2020, per gemeente, with the long headers of the collected file."""
    year = 2020
    division = gazetteer.division(year).only("gemeente")
    people = figures.over(division.members, "inwoners", year)
    columns = {"GM_CODE": [f'"{area.code}"' for area in division.areas]}
    columns["GM_NAAM"] = [f'"{area.name}"' for area in division.areas]
    columns["Aantal inwoners"] = [f"{value:.0f}" for value in people.tolist()]
    for name in PROXIMITY:
        columns[name] = [f"{value:.1f}" for value in figures.over(division.members, name, year).tolist()]
    columns["JRSTATCODE"] = [f'"{year}{area.code}"' for area in division.areas]
    columns["JAAR"] = [str(year)] * len(division.areas)
    head = ",".join(f'"{name}"' for name in columns)
    return ("\n".join([head, *map(",".join, zip(*columns.values(), strict=True))]) + "\n").encode()


_MOVES = ("VestigingUitAndereGemeente_69", "VertrekNaarAndereGemeente_70", "BinnenlandsMigratiesaldo_71",
          "VerhuismobiliteitRelatief_73")  # fmt: skip


def _moves(figures: Figures, members: Floats, history: History, year: int, code: str) -> list[str | None]:
    """Moves over the border of a gemeente; those of a part of today's gemeente by its share of inhabitants."""
    whole = _gemeente_rows(figures, members, year)
    came = float(whole @ history.arrived[:, year - plan.FIRST_YEAR].sum(axis=1))
    went = float(whole @ history.left[:, year - plan.FIRST_YEAR].sum(axis=1))
    people = float(members @ figures.values["inwoners"][:, year - plan.FIRST_YEAR])
    moving = 1000 * went / (1 - WITHIN_GEMEENTE) / people
    balance = None if code == "NL" else f"{round(came) - round(went)}"
    return [f"{came:.0f}", f"{went:.0f}", balance, f"{moving:.1f}"]


def _gemeente_rows(figures: Figures, members: Floats, year: int) -> Floats:
    """Which share of each of today's gemeenten lies in the area, by inhabitants."""
    people = figures.values["inwoners"][:, year - plan.FIRST_YEAR]
    homes = figures.gemeente
    inside = np.bincount(homes, weights=members * people, minlength=len(plan.GEMEENTEN))
    return inside / np.maximum(np.bincount(homes, weights=people, minlength=len(plan.GEMEENTEN)), 1)


def _towns_by_year(gazetteer: Gazetteer) -> dict[str, list[Floats | None]]:
    """Country and gemeenten ever, with their buurten in each year they existed."""
    found: dict[str, list[Floats | None]] = {}
    for place, year in enumerate(YEARS.tolist()):
        division = gazetteer.division(year).only("land", "gemeente")
        for area, members in zip(division.areas, division.members, strict=True):
            found.setdefault(area.code, [None] * len(YEARS))[place] = members
    return dict(sorted(found.items(), key=lambda item: (item[0] != "NL", item[0])))


def _mean(figures: Figures, members: Floats, name: str, year: int) -> float:
    return float(figures.over(members[None, :], name, year)[0])


def _region(codes: list[str] | tuple[str, ...]) -> TextColumn:
    return TextColumn("RegioS", ["NL01" if code == "NL" else code for code in codes], 6)
