"""The health monitor's estimates: an untyped workbook with padded texts and columns that were not asked that year."""

from __future__ import annotations

import datetime
import io

import numpy as np
import xlsxwriter

from stadspeil.sources.nieuwland.calibration import HEALTH
from stadspeil.sources.nieuwland.faring import HEALTH_YEARS
from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.publishing.areas import LEVEL_WORDS, Gazetteer
from stadspeil.sources.nieuwland.publishing.secrecy import as_text
from stadspeil.sources.nieuwland.publishing.statline import number_headers

YEARS = HEALTH_YEARS
_WALKING = ("LopenEnOfFietsenNaarSchoolOfWerk", "LopenNaarSchoolOfWerk", "FietsenNaarSchoolOfWerk")
_ORDER = (*list(HEALTH)[: list(HEALTH).index("ErnstigeGeluidhinderDoorBuren")], *_WALKING,
          "ErnstigeGeluidhinderDoorBuren", "MoeiteMetRondkomen")  # fmt: skip
# Model estimates for buurten with fewer adults are not given.
SMALLEST = 40
_BIRTHDAY = datetime.datetime(2025, 1, 1)


def asked(name: str, year: int) -> bool:
    """Whether a question was in the monitor of a year. 2016 and 2020 are as they were; 2012 and 2022 are guessed."""
    if name in _WALKING:
        return year == 2022
    return year >= 2020 or HEALTH[name].country_2016 is not None


def boundaries_of(year: int) -> int:
    """The division that the figures of a year follow: until 2020 that of 2020."""
    return max(year, 2020)


def publish(figures: Figures, gazetteer: Gazetteer, year: int) -> bytes:
    """The workbook of a year, every cell a text."""
    division = gazetteer.division(boundaries_of(year))
    adults = figures.over(division.members, "volwassenen", year)
    headers = ["ID", "Leeftijd", "Marges", "WijkenEnBuurten", "Perioden"]
    headers += number_headers(("Gemeentenaam", "SoortRegio", "Codering", *_ORDER))
    columns: list[list[str | None]] = []
    for name in _ORDER:
        values = np.where(adults >= SMALLEST, figures.over(division.members, name, year), np.nan)
        printed: list[str | None] = [f"{'.' if text is None else text:>8}" for text in as_text(values, "tenth")]
        columns.append(printed if asked(name, year) else [None] * len(printed))
    rows = []
    for number, area in enumerate(division.areas):
        code = "NL01" if area.level == "land" else area.code
        start = [str(1 + number * 3 + YEARS.index(year) % 3), "20300", "MW00000", f"{code:<10}", f"{year}JJ00"]
        start += [f"{area.gemeente_name:<40}", f"{LEVEL_WORDS[area.level]:<10}", f"{code:<20}"]
        rows.append([*start, *(column[number] for column in columns)])
    return _workbook(headers, rows)


def _workbook(headers: list[str], rows: list[list[str | None]]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    # The only moment that XlsxWriter would take from the clock.
    book.set_properties({"title": "Nieuwland (verzonnen): gezondheid per wijk en buurt", "created": _BIRTHDAY})
    sheet = book.add_worksheet("Blad1")
    lines: list[list[str | None]] = [[*headers], *rows]
    for place, row in enumerate(lines):
        for column, text in enumerate(row):
            if text is not None:
                sheet.write_string(place, column, text)
    book.close()
    return content.getvalue()
