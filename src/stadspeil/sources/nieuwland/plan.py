"""The drawing table: where Nieuwland's coast runs, which gemeenten and wijken there are and when they were built.

Everything here is a choice made by hand; everything else is made from it by seeded dice. Positions are kilometers
east and north of the drawing's corner. Names are invented; a test holds them against the real gemeenten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "centrum", "vooroorlogs", "wederopbouw", "hoogbouw", "bloemkool", "jaren80", "stadshart", "vinex", "nieuw", "villa",
    "dorp", "buiten", "werk",
]  # fmt: skip

FIRST_YEAR, LAST_YEAR = 2005, 2024
MERGER_YEAR = 2015
NEW_TOWNS = (9002, 9003)


@dataclass(frozen=True)
class Gemeente:
    """A gemeente as it is now. `built` is the mean number of dwellings in one of its built-up buurten."""

    number: int
    name: str
    built: int
    anchors: tuple[tuple[float, float], ...]
    appeal: float = 0.0
    grey: float = 0.0
    family: float = 0.0


@dataclass(frozen=True)
class Wijk:
    """A wijk: `buurten` seeds around (x, y), plus `rural` shares of the country around it."""

    gemeente: int
    name: str
    x: float
    y: float
    buurten: int
    kind: Kind
    rural: int = 0
    mixed: bool = False


@dataclass(frozen=True)
class Polder:
    """Reclaimed land with straight ditches: ring, direction of the parcels in degrees and their size in kilometers."""

    ring: tuple[tuple[float, float], ...]
    angle: float
    parcel: tuple[float, float]


@dataclass(frozen=True)
class Character:
    """What a building style means: years, tenure, single-family share, appeal to those who can choose."""

    years: tuple[int, int]
    owner: float
    corporation: float
    houses: float
    appeal: float
    size: float = 1.0
    floor_m2: int = 110


COUNTRY_NAME = "Nieuwland"
# South-west corner in degrees. The box lies in open sea: no real land between 53.7 and 54.2 north, 3.3 and 4.3 east.
ORIGIN = (3.42, 53.72)
KM_PER_DEGREE = (65.75, 111.3)

COAST = (
    (6.4, 12.3), (5.2, 14.2), (4.3, 17.8), (3.7, 22.0), (3.9, 26.5), (4.9, 31.0), (6.0, 35.0), (6.2, 38.8), (7.6, 41.8),
    (9.2, 42.0), (9.6, 39.6), (12.2, 38.9), (15.0, 40.3), (18.2, 39.6), (21.0, 41.4), (24.2, 40.6), (26.4, 41.8),
    (30.2, 40.5), (32.5, 41.0), (34.6, 40.0), (37.4, 40.6), (40.2, 43.2), (44.2, 42.4), (46.4, 38.8), (45.0, 35.6), (47.6, 32.4),
    (48.8, 28.8), (46.2, 26.6), (45.2, 24.6), (46.4, 22.4), (49.2, 20.2), (48.0, 16.6), (44.6, 15.2), (45.6, 12.0),
    (47.2, 8.6), (44.6, 5.6), (40.4, 5.4), (37.6, 3.2), (33.8, 4.6), (30.2, 5.4), (27.0, 3.4), (23.2, 2.6), (19.6, 4.4),
    (16.0, 4.4), (12.8, 5.9), (9.4, 5.4), (6.4, 6.6), (6.0, 8.8), (8.4, 10.0), (11.0, 10.4), (13.4, 11.2), (15.6, 11.5),
    (17.6, 11.95), (17.6, 12.3), (15.4, 12.2), (13.2, 12.6), (11.0, 12.4), (8.8, 12.9),
)  # fmt: skip
LAKE = (
    (20.6, 30.9), (20.0, 32.6), (21.6, 34.2), (21.4, 36.4), (24.0, 37.2), (26.2, 36.0), (28.6, 36.6), (31.2, 35.4),
    (31.4, 33.2), (33.4, 31.6), (32.2, 29.0), (29.6, 28.6), (28.2, 26.2), (26.2, 25.8), (25.4, 27.2), (23.0, 29.5),
)  # fmt: skip
ISLANDS = (
    (
        (13.0, 44.6),
        (14.4, 46.2),
        (17.5, 46.5),
        (20.5, 47.4),
        (24.4, 47.2),
        (26.2, 46.4),
        (24.4, 45.5),
        (21.0, 45.3),
        (18.0, 44.3),
        (15.4, 43.9),
    ),
    ((28.4, 46.3), (29.8, 47.2), (32.2, 47.3), (33.2, 46.8), (31.2, 46.1)),
    ((25.8, 32.0), (26.8, 32.8), (27.8, 32.0), (26.8, 31.3)),
)
RIVER = ((16.8, 12.1), (20.5, 13.0), (24.0, 11.9), (27.5, 12.9), (31.0, 12.2), (34.5, 13.7), (37.6, 16.6), (40.0, 19.6))
RIVER_WIDTH = (0.34, 0.10)

POLDERS = (
    Polder(((12.8, 21.2), (23.9, 21.0), (24.9, 26.9), (22.6, 29.8), (19.9, 31.2), (13.2, 30.0)), 15.0, (0.9, 1.5)),
    Polder(((8.2, 31.3), (19.3, 31.4), (20.6, 35.0), (18.0, 38.6), (10.6, 37.8)), -8.0, (0.8, 1.7)),
    Polder(((26.8, 5.9), (38.5, 6.0), (39.0, 10.8), (27.2, 11.2)), 4.0, (0.8, 1.4)),
)

GEMEENTEN = (
    Gemeente(9001, "Wissemonde", 1450, ((14.5, 15.5), (15.5, 18.8), (9.0, 16.0)), 0.10, -0.45, -0.25),
    Gemeente(9002, "Vierlingstad", 850, ((18.4, 25.3), (16.0, 26.5), (21.5, 24.0)), -0.05, -0.2, 0.35),
    Gemeente(9003, "Veldermeer", 830, ((26.5, 18.0), (25.5, 21.8), (27.5, 15.5)), -0.02, 0.1, 0.25),
    Gemeente(9004, "Overwisse", 950, ((15.0, 8.6), (10.5, 8.3)), -0.10, 0.35, -0.1),
    Gemeente(9005, "Haverdam", 930, ((32.0, 38.2), (26.0, 38.7), (34.0, 34.0)), 0.05, 0.0, -0.1),
    Gemeente(9006, "Oudewerve", 950, ((34.3, 14.6), (36.0, 19.0), (32.0, 12.4), (40.5, 12.5)), 0.05, 0.4, -0.2),
    Gemeente(9007, "Sint Odulf", 760, ((42.5, 23.6), (43.5, 18.5), (37.5, 24.5), (44.0, 28.0)), 0.15, 0.6, -0.1),
    Gemeente(9008, "Duinerland", 700, ((6.8, 24.0), (7.2, 29.0), (8.0, 20.0)), 0.55, 0.8, -0.15),
    Gemeente(9009, "De Lage Koggen", 600, ((13.5, 34.4), (9.3, 35.0), (17.3, 36.5)), 0.15, -0.4, 0.4),
    Gemeente(9010, "Schorreoog", 340, ((19.5, 45.8), (30.0, 46.8)), 0.45, 0.9, -0.2),
    Gemeente(9011, "Hogeheide", 720, ((39.8, 33.5), (36.0, 29.0), (42.5, 37.0)), 0.25, 0.5, 0.1),
    Gemeente(9014, "Broek en Zijl", 560, ((23.0, 7.8), (33.0, 7.4), (40.0, 8.5)), 0.10, -0.1, 0.35),
)
# Before 2015 the last one was two gemeenten; the wijken from this number on came from the second.
PARTS = ((9012, "Broeksterland"), (9013, "Zijlmeden"))
PARTED = 9014
SECOND_PART_WIJKEN = ("Zijlmeden", "Oosterzijl", "Meden")

WIJKEN = (
    Wijk(9001, "Binnenstad", 14.5, 13.7, 8, "centrum"),
    Wijk(9001, "Havenkwartier", 12.3, 13.6, 6, "nieuw"),
    Wijk(9001, "Noorderkwartier", 14.2, 15.4, 8, "vooroorlogs"),
    Wijk(9001, "Oosterpoort", 16.5, 13.9, 7, "vooroorlogs"),
    Wijk(9001, "Westeind", 11.9, 15.3, 7, "wederopbouw"),
    Wijk(9001, "Hogewisse", 18.7, 14.1, 7, "villa", mixed=True),
    Wijk(9001, "Ruigenhoek", 10.9, 17.2, 7, "wederopbouw"),
    Wijk(9001, "Lindenbos", 13.3, 17.4, 7, "villa"),
    Wijk(9001, "Molenkwartier", 15.6, 17.3, 7, "hoogbouw"),
    Wijk(9001, "Wisseveld", 17.9, 16.4, 7, "wederopbouw"),
    Wijk(9001, "Kranenhof", 12.5, 19.3, 6, "hoogbouw"),
    Wijk(9001, "Leyhoeve", 15.0, 19.4, 6, "jaren80"),
    Wijk(9001, "Veldzichtpolder", 17.5, 18.7, 8, "vinex", mixed=True),
    Wijk(9001, "Nieuw-Wissebos", 20.2, 16.1, 7, "nieuw"),
    Wijk(9001, "Westhavens", 9.4, 13.9, 3, "werk"),
    Wijk(9001, "Landelijk gebied", 8.3, 17.3, 1, "buiten", rural=4),
    Wijk(9002, "Stadshart", 18.50, 25.30, 5, "stadshart"),
    Wijk(9002, "De Kaden", 16.57, 24.78, 7, "hoogbouw"),
    Wijk(9002, "De Gaarden", 20.43, 25.82, 7, "bloemkool"),
    Wijk(9002, "Hofstede", 17.98, 27.23, 7, "bloemkool"),
    Wijk(9002, "Rietzoom", 19.02, 23.37, 7, "bloemkool", mixed=True),
    Wijk(9002, "Zeilhorst", 16.05, 26.71, 7, "jaren80"),
    Wijk(9002, "Sluiswaard", 19.91, 27.75, 6, "jaren80"),
    Wijk(9002, "De Wielen", 17.09, 22.85, 6, "jaren80", mixed=True),
    Wijk(9002, "Meeroever", 22.00, 27.60, 5, "vinex"),
    Wijk(9002, "Leegwater", 21.10, 23.70, 3, "werk"),
    Wijk(9002, "Vierlingpolder", 14.4, 28.5, 1, "buiten", rural=5),
    Wijk(9003, "Oud-Veldermeer", 26.3, 17.6, 5, "dorp"),
    Wijk(9003, "Kerkeland", 24.6, 17.1, 7, "hoogbouw"),
    Wijk(9003, "De Akkers", 26.0, 19.5, 7, "bloemkool"),
    Wijk(9003, "Buitenveld", 28.1, 18.4, 7, "bloemkool", mixed=True),
    Wijk(9003, "Rozengaard", 24.3, 19.0, 6, "jaren80"),
    Wijk(9003, "Zonnehoeve", 27.7, 20.4, 6, "jaren80"),
    Wijk(9003, "Wisseoever", 26.6, 15.4, 5, "vinex"),
    Wijk(9003, "Velderpolder", 25.0, 22.6, 1, "buiten", rural=4),
    Wijk(9004, "Oud-Overwisse", 15.6, 10.2, 5, "centrum"),
    Wijk(9004, "Tuindorp", 13.7, 9.5, 6, "vooroorlogs"),
    Wijk(9004, "Zuiderwijken", 15.7, 8.3, 7, "wederopbouw"),
    Wijk(9004, "Wilgenlaan", 17.7, 9.1, 6, "wederopbouw"),
    Wijk(9004, "Parkzoom", 13.6, 7.5, 6, "villa", mixed=True),
    Wijk(9004, "Hoge Landen", 17.2, 6.9, 6, "hoogbouw"),
    Wijk(9004, "Zuidkust", 10.6, 7.8, 1, "buiten", rural=2),
    Wijk(9005, "Oude Stad", 31.6, 39.2, 6, "centrum"),
    Wijk(9005, "Stationsbuurt", 33.3, 38.7, 6, "vooroorlogs"),
    Wijk(9005, "Zuidervaart", 31.6, 37.5, 6, "wederopbouw"),
    Wijk(9005, "Schepenwijk", 29.6, 38.9, 6, "hoogbouw"),
    Wijk(9005, "Vogelenzang-Noord", 29.4, 37.5, 6, "bloemkool"),
    Wijk(9005, "Meerzicht", 33.5, 36.9, 7, "vinex", mixed=True),
    Wijk(9005, "Duinpark", 35.2, 38.6, 5, "villa"),
    Wijk(9005, "Westkade", 27.6, 38.9, 4, "nieuw"),
    Wijk(9005, "Oostermeer", 35.0, 34.2, 2, "dorp", rural=4),
    Wijk(9005, "Noordkust", 25.2, 38.8, 2, "dorp", rural=2),
    Wijk(9006, "Vesting", 34.2, 14.9, 5, "centrum"),
    Wijk(9006, "Bergpoort", 35.9, 15.9, 6, "vooroorlogs"),
    Wijk(9006, "Werveveld", 33.4, 16.5, 6, "wederopbouw"),
    Wijk(9006, "Over de Brug", 35.3, 12.7, 5, "hoogbouw"),
    Wijk(9006, "Steenhoven", 35.2, 17.7, 6, "jaren80", mixed=True),
    Wijk(9006, "Wervehout", 37.5, 14.3, 5, "villa"),
    Wijk(9006, "Noorderhof", 33.6, 18.5, 4, "nieuw"),
    Wijk(9006, "Wisseland", 31.5, 14.3, 1, "dorp", rural=3),
    Wijk(9006, "Zandgronden", 40.7, 12.6, 2, "dorp", rural=3),
    Wijk(9007, "Abdijstad", 42.3, 23.7, 5, "centrum"),
    Wijk(9007, "Kloosterveld", 43.9, 24.1, 6, "wederopbouw"),
    Wijk(9007, "Odulfspark", 42.4, 25.4, 5, "jaren80"),
    Wijk(9007, "Heuvelrand", 41.0, 22.3, 5, "villa", mixed=True),
    Wijk(9007, "Odulfsland-Zuid", 43.4, 18.8, 2, "dorp", rural=3),
    Wijk(9007, "Odulfsland-West", 37.6, 24.6, 1, "dorp", rural=3),
    Wijk(9008, "Zandhage", 5.8, 24.3, 5, "dorp", rural=2),
    Wijk(9008, "Bollenhof", 7.9, 22.0, 4, "dorp", rural=2),
    Wijk(9008, "Duinrode", 6.4, 28.8, 4, "villa", rural=2),
    Wijk(9009, "Koggendam", 13.4, 34.6, 5, "dorp", rural=2),
    Wijk(9009, "Lutjekogge", 9.6, 35.0, 3, "dorp", rural=2),
    Wijk(9009, "Zwaagwoude", 17.2, 36.4, 3, "jaren80", rural=2),
    Wijk(9010, "Schorredorp", 19.4, 45.7, 3, "dorp", rural=1),
    Wijk(9010, "Oosteind en Plaat", 23.2, 45.9, 1, "dorp", rural=2),
    Wijk(9011, "Hogeheide", 39.6, 33.6, 6, "jaren80", rural=2),
    Wijk(9011, "Heideloo", 42.4, 36.6, 3, "dorp", rural=2),
    Wijk(9011, "Bosrand", 37.1, 29.3, 3, "villa", rural=3),
    Wijk(9014, "Broeksterdam", 23.3, 7.8, 4, "dorp", rural=2),
    Wijk(9014, "Wisserbroek", 21.6, 9.9, 2, "dorp", rural=2),
    Wijk(9014, "Zijlmeden", 32.2, 7.9, 4, "dorp", rural=2),
    Wijk(9014, "Oosterzijl", 36.6, 8.3, 2, "dorp", rural=2),
    Wijk(9014, "Meden", 29.2, 9.3, 1, "bloemkool", rural=1),
)

CHARACTERS: dict[Kind, Character] = {
    "centrum": Character((1850, 1955), 0.42, 0.24, 0.24, 0.40, 0.85, 88),
    "vooroorlogs": Character((1900, 1942), 0.55, 0.26, 0.52, 0.30, 1.0, 97),
    "wederopbouw": Character((1946, 1965), 0.42, 0.45, 0.46, -0.75, 1.0, 82),
    "hoogbouw": Character((1964, 1976), 0.43, 0.44, 0.36, -0.80, 1.1, 88),
    "bloemkool": Character((1973, 1985), 0.61, 0.31, 0.84, -0.15, 1.0, 108),
    "jaren80": Character((1980, 1992), 0.62, 0.28, 0.82, 0.00, 1.0, 110),
    "stadshart": Character((1976, 1998), 0.34, 0.36, 0.10, 0.05, 0.9, 80),
    "vinex": Character((1995, 2009), 0.71, 0.18, 0.78, 0.60, 1.1, 128),
    "nieuw": Character((2007, 2023), 0.55, 0.22, 0.35, 0.65, 0.9, 98),
    "villa": Character((1922, 1992), 0.84, 0.07, 0.90, 1.35, 0.65, 160),
    "dorp": Character((1890, 2016), 0.71, 0.19, 0.92, 0.25, 0.9, 132),
    "buiten": Character((1850, 1995), 0.83, 0.05, 0.98, 0.40, 0.24, 160),
    "werk": Character((1965, 2000), 0.55, 0.05, 0.60, -0.30, 0.004, 120),
}


def wijk_number(index: int) -> int:
    """Two-digit number of a wijk within its gemeente, by its place in the list."""
    gemeente = WIJKEN[index].gemeente
    return sum(1 for each in WIJKEN[:index] if each.gemeente == gemeente)
