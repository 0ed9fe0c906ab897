"""Our ranks beside those printed in the study: which rows can be computed, how near they are, and why not nearer.

The file of printed ranks has the printed ranks (figure, indicator, average_new_town and a column GMxxxx_name per town). An indicator
or composite says in `published` which printed row it is. Our ranks are scaled from the gemeenten that have a value to
the study's 337, first on first and last on last; a shared place is a range.

The order of the seven towns in the printed tables was inferred: ORDER_INFERRED goes wherever a comparison is shown.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Composite, Indicator
from stadspeil.errors import SourceError

STUDY_FIELD = 337
# The study's figures describe about 2020 to 2023.
LAST_YEAR = 2023
GROUP = "nta"
ORDER_INFERRED = "de volgorde van de zeven steden in de gedrukte tabellen is afgeleid, niet gedrukt"


@dataclass(frozen=True)
class Place:
    """A printed rank and the scaled range of ours: first to last of those that share the value."""

    printed: int
    first: float
    last: float

    @property
    def shift(self) -> float:
        """How far our range lies from the printed rank, with its sign: positive is further down; 0 inside it."""
        return self.distance if self.first > self.printed else -self.distance

    @property
    def distance(self) -> float:
        """Places between the printed rank and our range; 0 inside it."""
        return max(self.first - self.printed, self.printed - self.last, 0.0)


@dataclass(frozen=True)
class Comparison:
    """One printed row held against one of our figures."""

    row: str
    figure: str
    indicator: str
    year: int
    ranked: int
    towns: Mapping[str, Place]
    average: Place | None

    @property
    def correlation(self) -> float:
        """Spearman's rank correlation over the towns; equals get the middle of their places."""
        printed = [place.printed for place in self.towns.values()]
        ours = [(place.first + place.last) / 2 for place in self.towns.values()]
        return spearman(printed, ours)


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Rank correlation with mid-ranks for equals."""
    return float(np.corrcoef(_mid_ranks(one), _mid_ranks(other))[0, 1])


def _mid_ranks(numbers: Sequence[float]) -> np.ndarray:
    array = np.asarray(numbers, float)
    return np.array([(array < each).sum() + ((array == each).sum() + 1) / 2 for each in array])


def scaled(rank: float, ranked: int) -> float:
    """A place among `ranked` as a place among the study's gemeenten: 1 stays 1, the last stays the last."""
    return 1 + (rank - 1) * (STUDY_FIELD - 1) / (ranked - 1)


def comparisons(
    scores: pl.DataFrame, group_scores: pl.DataFrame, catalogue: Catalogue, printed: Path
) -> list[Comparison]:
    """All printed rows that one of our figures claims and that can be ranked now, in the order of the study."""
    rows, claims = printed_rows(printed), claimed(catalogue)
    found = [
        _compare(row, id, scores, group_scores, catalogue)
        for row in rows
        for id in claims.get(f"{row['figure']}|{row['indicator']}", [])
    ]
    return [each for each in found if each is not None]


def _compare(
    row: Mapping[str, str], id: str, scores: pl.DataFrame, group_scores: pl.DataFrame, catalogue: Catalogue
) -> Comparison | None:
    ranked = scores.filter(
        pl.col("indicator") == id,
        pl.col("level") == "gemeente",
        pl.col("rank").is_not_null(),
        pl.col("year") <= LAST_YEAR,
    ).sort("year", "boundaries")
    if ranked.is_empty():
        return None
    year, boundaries, number = ranked.select(pl.col("year", "boundaries", "ranked").last()).row(0)
    last = ranked.filter(pl.col("year") == year, pl.col("boundaries") == boundaries)
    ranks = {area: (rank, rank + tied - 1) for area, rank, tied in last.select("area", "rank", "tied").iter_rows()}
    turned = _is_turned(id, catalogue)
    towns = {
        column.partition("_")[0]: _place(int(text), *ranks[column.partition("_")[0]], number, turned)
        for column, text in row.items()
        if column.startswith("GM") and column.partition("_")[0] in ranks
    }
    group = group_scores.filter(
        pl.col("indicator") == id, pl.col("group") == GROUP, pl.col("year") == year, pl.col("boundaries") == boundaries
    )
    average = None
    if group.height and group["rank"][0] is not None:
        average = _place(int(row["average_new_town"]), group["rank"][0], group["rank"][0], number, turned)
    return Comparison(row["indicator"], row["figure"], id, year, number, towns, average)


def _is_turned(id: str, catalogue: Catalogue) -> bool:
    """Whether our rank 1 is the printed last: a neutral figure that the study prints as 'Weinig ...'."""
    entry = catalogue.indicators.get(id)
    return entry is not None and entry.direction == "neutral" and entry.mirrored


def _place(printed: int, first: int, last: int, ranked: int, turned: bool) -> Place:
    if turned:
        first, last = ranked + 1 - last, ranked + 1 - first
    return Place(printed, scaled(first, ranked), scaled(last, ranked))


def comparison_table(found: Sequence[Comparison]) -> str:
    """The comparisons as a Markdown table: printed rank, our scaled range, and the distance where they differ."""
    towns = list(found[0].towns) if found else []
    head = ["row of the study", "our figure", "year", "N", "Spearman", "average New Town", *towns]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for each in found:
        cells = [
            f"{each.figure} {each.row}", each.indicator, str(each.year), str(each.ranked), f"{each.correlation:.2f}",
            _cell(each.average), *(_cell(each.towns.get(town)) for town in towns),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(place: Place | None) -> str:
    if place is None:
        return ""
    first, last = round(place.first), round(place.last)
    ours = str(first) if first == last else f"{first}-{last}"
    return f"{place.printed} / {ours}" + (f" ({place.distance:.0f} off)" if place.distance >= 0.5 else "")


def printed_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file of printed ranks. SourceError with all that is wrong in it."""
    try:
        with path.open(newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise SourceError(
            str(path), f"kan niet worden gelezen: {fault}", "geef een CSV met gedrukte plaatsen"
        ) from fault
    head = list(rows[0]) if rows else []
    lacking = [name for name in ("figure", "indicator", "average_new_town") if name not in head]
    problems = [f"kolom '{name}' ontbreekt" for name in lacking]
    if not any(name.startswith("GM") for name in head):
        problems.append("er is geen kolom van een stad (GMxxxx_naam)")
    problems += [
        f"rij {number}: '{row[name]}' bij {name} is geen plaats"
        for number, row in enumerate(rows, start=2)
        for name in head
        if (name.startswith("GM") or name == "average_new_town") and not str(row[name]).isdecimal()
    ]
    if problems:
        raise SourceError(str(path), problems, "verwacht: figure, indicator, average_new_town en een kolom per stad")
    return rows


def claimed(catalogue: Catalogue) -> dict[str, list[str]]:
    """Our figures by the printed row that each says it is."""
    claims: dict[str, list[str]] = {}
    entries: list[Indicator | Composite] = [*catalogue.indicators.values(), *catalogue.composites.values()]
    for entry in entries:
        if entry.published:
            claims.setdefault(entry.published, []).append(entry.id)
    return claims
