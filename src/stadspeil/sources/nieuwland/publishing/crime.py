"""Crimes as the police gives them (47018NED): a row per kind, area and year. The shape is from memory."""

from __future__ import annotations

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.faring import CRIMES
from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer
from stadspeil.sources.nieuwland.publishing.secrecy import as_text
from stadspeil.sources.nieuwland.publishing.statline import NumberColumn, TextColumn, write_csv

YEARS = range(2012, plan.LAST_YEAR + 1)


def publish(figures: Figures, gazetteer: Gazetteer) -> bytes:
    """All years in one file."""
    kinds: list[str] = []
    codes: list[str] = []
    years: list[str] = []
    numbers: list[str | None] = []
    for kind in ("0.0.0", *CRIMES):
        for year in YEARS:
            division = gazetteer.division(year)
            here = ["NL00" if area.level == "land" else area.code for area in division.areas]
            kinds += [kind] * len(here)
            codes += here
            years += [f"{year}JJ00"] * len(here)
            numbers += as_text(figures.over(division.members, f"misdrijven_{kind}", year), "whole")
    return write_csv(
        [
            NumberColumn("ID", [str(row) for row in range(len(codes))]),
            TextColumn("SoortMisdrijf", kinds, 6),
            TextColumn("WijkenEnBuurten", codes, 10),
            TextColumn("Perioden", years),
            NumberColumn("GeregistreerdeMisdrijven_1", numbers),
        ]
    )
