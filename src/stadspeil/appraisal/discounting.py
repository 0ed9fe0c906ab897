"""Worth now of euros later: discount rates by schedule, price levels, and relative price growth.

The factor of year t is 1 / ((1 + r_1) ... (1 + r_t)); year 0 counts in full. The Dutch rates in use are flat in time; those
of the working group of 2025 and of the Green Book step down, and stand beside for comparison only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stadspeil.appraisal.frame import Floats, Frame
from stadspeil.appraisal.streams import Stream
from stadspeil.catalogue import Catalogue, catalogue_root
from stadspeil.catalogue.appraisal_entries import Family, Rate
from stadspeil.errors import CatalogueError, QuestionError

Scheme = Literal["nl", "nl_2026", "nl_2015", "uk"]
# What stands beside the rules in use, for comparison only.
BESIDE: tuple[Scheme, ...] = ("nl_2026", "nl_2015", "uk")
UK_STARTS = (0, 31, 76, 126, 201, 301)
NEW_STARTS, NEW_SINCE = (0, 36), 2026
_OLD: dict[Rate, str] = {
    "standaard": "rate_2015_standaard",
    "kosten_gebruiksonafhankelijk": "rate_2015_standaard",
    "conjunctuurgevoelig": "rate_2015_conjunctuurgevoelig",
}


@dataclass(frozen=True)
class Schedule:
    """Discount rates by year: `rates[i]` holds from year `starts[i]` until the next start. The first start is 0."""

    starts: tuple[int, ...]
    rates: tuple[float, ...]

    def rate_of(self, years: Floats | NDArray[np.int64]) -> Floats:
        """The rate of each year, counted from the first.

        Raises:  QuestionError for a year before the first.
        """
        if len(years) and np.min(years) < 0:
            raise QuestionError(
                "discontovoet", f"jaar {np.min(years):g} ligt voor het eerste", "tel jaren vanaf 0, het eerste jaar"
            )
        return np.array(self.rates)[np.searchsorted(self.starts, years, side="right") - 1]

    def factors(self, years: int) -> Floats:
        """Worth now of a euro in each of some years: `years` numbers, the first of them 1."""
        return _factors(self, years)


@lru_cache(maxsize=64)
def _factors(schedule: Schedule, years: int) -> Floats:
    rates = schedule.rate_of(np.arange(years, dtype=np.int64))
    rates[:1] = 0.0
    worth: Floats = np.asarray(1.0 / np.cumprod(1.0 + rates), dtype=np.float64)
    worth.flags.writeable = False
    return worth


def schedule_of(catalogue: Catalogue, rate: Rate, family: Family = "geen", scheme: Scheme = "nl") -> Schedule:
    """The schedule that holds for a stream. Only the British one tells health apart; that of 2026 is one for all."""
    if scheme == "nl_2026" or (scheme == "nl" and catalogue.parameter("rates_since") >= NEW_SINCE):
        return Schedule(NEW_STARTS, tuple(catalogue.parameter(f"rate_2026_{year}") for year in NEW_STARTS))
    if scheme == "uk":
        start = "rate_uk_health_" if family == "gezondheid" else "rate_uk_"
        return Schedule(UK_STARTS, tuple(catalogue.parameter(f"{start}{year}") for year in UK_STARTS))
    return Schedule((0,), (catalogue.parameter(_OLD[rate] if scheme == "nl_2015" else f"rate_{rate}"),))


def growth_factors(growth: float, years: int, ends: int) -> Floats:
    """Relative price of each year against the first; from year `ends` it stays as it is."""
    steps: Floats = (1.0 + growth) ** np.minimum(np.arange(years), ends)
    return steps


def worth_of_profile(stream: Stream, frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl") -> Floats:
    """What a euro of a stream's amount is worth now, by year: profile, price and discount factor together (T years)."""
    schedule = schedule_of(catalogue, stream.rate, stream.family, scheme)
    prices = growth_factors(stream.growth, frame.years, int(catalogue.parameter("growth_ends")))
    return stream.profile * prices * schedule.factors(frame.years)


def present_value(stream: Stream, frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl") -> Floats:
    """Worth now of a stream in each draw (S)."""
    return stream.amount * float(worth_of_profile(stream, frame, catalogue, scheme).sum())


def prices_of(catalogue: Catalogue) -> Path:
    """The file with changes of consumer prices."""
    return (catalogue.root or catalogue_root()) / "valuations" / "prices.csv"


def price_level(catalogue: Catalogue, year: int, target: int) -> float:
    """By how much euros of one year are multiplied to become euros of another: consumer prices, then an assumption.

    Raises:  QuestionError for a year before the series.
    """
    known = _changes(prices_of(catalogue))
    first, last = min(year, target), max(year, target)
    if first < min(known) - 1:
        raise QuestionError(
            f"prijspeil {first}",
            f"de reeks begint in {min(known) - 1}",
            "reken het bedrag eerst om, of vul prices.csv aan",
        )
    assumed = catalogue.parameter("price_growth_assumed")
    level = float(np.prod([1.0 + known.get(each, assumed) for each in range(first + 1, last + 1)]))
    return level if target >= year else 1.0 / level


@lru_cache(maxsize=8)
def _changes(path: Path) -> dict[int, float]:
    """Change of consumer prices by year, as shares.

    Raises:  CatalogueError where a row is no year with a number.
    """
    if not path.is_file():
        raise CatalogueError(str(path), "dit bestand ontbreekt", "zet prices.csv terug uit het pakket")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    try:
        return {int(row["year"]): float(row["change_pct"]) / 100 for row in rows}
    except (KeyError, ValueError, TypeError) as fault:
        raise CatalogueError(
            str(path), f"een regel is geen jaar met een getal: {fault}", "verwacht kolommen year en change_pct"
        ) from fault
