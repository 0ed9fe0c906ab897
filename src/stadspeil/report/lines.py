"""One line of the report: an indicator or composite of the town beside its comparable towns and groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.report.company import Company
from stadspeil.report.document import Average, Line
from stadspeil.report.notes import line_notes
from stadspeil.report.standing import HALF_INTERVAL, Field, Row, Standings, newer_rows, reported_row
from stadspeil.report.wording import Wording

SourceNumbers = Callable[[str, int, int], tuple[int, ...]]
NO_AVERAGE = Average()


class LineMaker:
    """Makes the lines of one town."""

    def __init__(
        self,
        catalogue: Catalogue,
        standings: Standings,
        group_scores: pl.DataFrame,
        company: Company,
        words: Wording,
        source_numbers: SourceNumbers,
    ) -> None:
        self._catalogue = catalogue
        self._standings = standings
        self._company = company
        self._words = words
        self._source_numbers = source_numbers
        wanted = group_scores.filter(pl.col("group").is_in([each.id for each in company.comparisons]))
        self._averages = {
            (row["indicator"], row["year"], row["boundaries"], row["group"]): _average(row)
            for row in wanted.iter_rows(named=True)
        }

    def line(self, id: str) -> Line | None:
        """The line of an indicator or composite in the year that the report shows; None if the town has no row."""
        rows = self._standings.of_town(id, self._company.towns[0].code)
        row = reported_row(rows)
        if row is None:
            return None
        field = self._standings.field(id, (row["year"], row["boundaries"]))
        entry = self._entry(id)
        return Line(
            id=id,
            **entry,
            year=row["year"],
            boundaries=row["boundaries"],
            value=row["value"],
            margin=HALF_INTERVAL * row["spread"] if row["spread"] is not None and row["value"] is not None else None,
            n=row["n"],
            mark=row["mark"],
            mark_margin=field.mark_margin(row),
            status=row["status"],
            **self._standing(id, row, field, entry["direction"] != "neutral"),
            sources=self._source_numbers(id, row["year"], row["boundaries"]),
            notes=line_notes(self._catalogue, id, row, newer_rows(rows, row), self._words),
        )

    def _entry(self, id: str) -> dict[str, Any]:
        english = self._words.lang == "en"
        if id in self._catalogue.composites:
            composite = self._catalogue.composites[id]
            return {
                "title": composite.title_en if english else composite.title,
                "definition": composite.definition_en if english else composite.definition,
                "unit": "", "decimals": 1, "direction": "higher_is_better", "composite": True,
            }  # fmt: skip
        indicator = self._catalogue.indicators[id]
        return {
            "title": indicator.title_en if english else indicator.title,
            "definition": indicator.definition_en if english else indicator.definition,
            "unit": indicator.unit, "decimals": indicator.decimals, "direction": indicator.direction,
            "composite": False,
        }  # fmt: skip

    def _standing(self, id: str, row: Row, field: Field, judged: bool) -> dict[str, Any]:
        key = (id, row["year"], row["boundaries"])
        towns = self._company.towns
        codes = [self._company.code_in(town, row["boundaries"]) for town in towns]
        places = tuple(field.place(code, judged) for code in codes)
        return {
            "place": places[0],
            "places": places,
            "company": tuple(field.numbers(code) for code in codes),
            "averages": self.averages(*key),
        }

    def averages(self, id: str, year: int, boundaries: int) -> tuple[Average, ...]:
        """What each comparison averages in an edition."""
        key = (id, year, boundaries)
        return tuple(self._averages.get((*key, each.id), NO_AVERAGE) for each in self._company.comparisons)


def _average(row: Row) -> Average:
    names = ("value", "mark", "rank", "ranked", "members", "present")
    return Average(**{name: row[name] for name in names})
