"""Lines of one area as the report makes them: the same row that counts, the same place, ranges, margin and colour.

The report reads all gemeenten at once. A page reads one area, and what its fields are from out/atlas/fields; the
sentences and colours are the report's own, so that site and PDF cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from stadspeil.atlas.fields import FIELDS, edition_of, lone_field
from stadspeil.atlas.site import Site
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report import findings
from stadspeil.report.company import Company, find_company
from stadspeil.report.document import Line, Section, Town
from stadspeil.report.lines import LineMaker
from stadspeil.report.sections import build_sections
from stadspeil.report.standing import Edition, Field, Row, Standings, reported_row

Year = tuple[int, int, float | None, float | None]
LEVEL_OF = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}


@dataclass(frozen=True)
class AreaLines:
    """Everything that is known of one area, as lines. `sections` are themes with a number, `silent` those without.

    `rows` are the rows of SCORES that count, with AROUND; `series` are year, division, value and spread of all rows, in
    that order.
    """

    code: str
    level: str
    company: Company
    lines: Mapping[str, Line]
    composites: Mapping[str, Line]
    sections: tuple[Section, ...]
    silent: tuple[Section, ...]
    strongest: tuple[Line, ...]
    weakest: tuple[Line, ...]
    rows: Mapping[str, Row]
    series: Mapping[str, Sequence[Year]]

    @property
    def themes(self) -> tuple[Line, ...]:
        """Marks of the themes that have one, as the report counts them."""
        found = (each.composite for each in self.sections)
        return tuple(line for line in found if line is not None and line.mark is not None)


def lines_of(site: Site, code: str, lang: str) -> AreaLines:
    """The lines of an area, kept until the results are others.

    Raises:  QuestionError for an area of which there are no figures.
    """
    return site.results.remembered(("lines", code, lang), lambda: _lines(site, code, lang))


def level_of(code: str) -> str:
    """gemeente, wijk or buurt. QuestionError for another area."""
    level = LEVEL_OF.get(code[:2])
    if level is None:
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente, wijk of buurt", "zoek het op met de zoekbalk")
    return level


def way_up(code: str) -> list[str]:
    """An area with the wijk and the gemeente that hold it: what its profile reads at once."""
    above = [f"WK{code[2:8]}", f"GM{code[2:6]}"]
    return [code, *above[{"buurt": 0, "wijk": 1, "gemeente": 2}[level_of(code)] :]]


def _lines(site: Site, code: str, lang: str) -> AreaLines:
    words, level, catalogue = words_of(lang), level_of(code), site.catalogue
    company = _company(site, code, level, lang)
    standings = _OneArea(site, code, level, bool(company.comparisons))
    maker = LineMaker(catalogue, standings, standings.averages(site), company, words, lambda *_: ())
    connected = [id for id, each in catalogue.indicators.items() if each.status == "connected" and not each.replaced_by]
    lines = {id: line for id in connected if (line := maker.line(id)) is not None}
    composites = {id: line for id in catalogue.composites if (line := maker.line(id)) is not None}
    if not lines:
        raise QuestionError(
            f"{company.towns[0].name} ({code})", "daar zijn geen cijfers van", "zoek een ander gebied op"
        )
    sections, silent = build_sections(catalogue, lines, composites, words)
    shown = findings.telling((line for section in sections for line in section.lines), catalogue)
    return AreaLines(
        code, level, company, lines, composites, sections, silent, findings.strongest(shown), findings.weakest(shown),
        standings.counted, _Series(site, code),
    )  # fmt: skip


def _company(site: Site, code: str, level: str, lang: str) -> Company:
    """For a gemeente that of the report, without columns of other towns; a wijk or buurt stands alone."""
    town = Town(code, site.name(code))
    if level != "gemeente":
        return Company((town,), "", None, (), (), site.results.register, {})
    found = find_company(site.catalogue, _gemeenten(site), code, words_of(lang), site.results.register)
    return Company((town,), found.title, found.own_group, found.comparisons, found.member_names, found.register, {})


def _gemeenten(site: Site) -> pl.DataFrame:
    return site.results.remembered("gemeenten", lambda: _named_once(site.results.areas))


def _named_once(areas: pl.DataFrame) -> pl.DataFrame:
    """Gemeenten with their newest name: all that the report reads of AREAS for its company."""
    return areas.filter(level="gemeente").sort("boundaries").unique("area", keep="last", maintain_order=True)


class _OneArea(Standings):
    """SCORES of one area, with its fields as they were counted before."""

    def __init__(self, site: Site, code: str, level: str, compared: bool) -> None:
        self._code, self._level, self._compared = code, level, compared
        self._known = known_fields(site)
        # Only gemeenten have ranges.
        ranges = site.results.analysis("rank_ranges") if level == "gemeente" else pl.DataFrame()
        own = ranges.filter(area=code).iter_rows(named=True) if ranges.height else ()
        self._own_ranges: dict[tuple[str, Edition], Row] = {(row["indicator"], edition_of(row)): row for row in own}
        self.rows: dict[str, list[Row]] = {}
        for told in site.results.standing(code).iter_rows(named=True):
            self.rows.setdefault(told["indicator"], []).append(told)
        self.counted = {id: row for id, rows in self.rows.items() if (row := reported_row(rows)) is not None}

    def of_town(self, id: str, town: str) -> list[Row]:
        """The rows of the area for a figure, from the year that counts on: no line asks for older ones."""
        return self.rows.get(id, [])

    def averages(self, site: Site) -> pl.DataFrame:
        """GROUP_SCORES of the editions that count for this area; of others no line tells anything."""
        groups = site.results.groups()
        if not self._compared:
            return groups.clear()
        wanted = pl.DataFrame(
            [(row["indicator"], *edition_of(row)) for row in self.counted.values()],
            {name: groups.schema[name] for name in ("indicator", "year", "boundaries")},
            orient="row",
        )
        return groups.join(wanted, on=wanted.columns, how="semi")

    def field(self, id: str, edition: Edition) -> Field:
        """The field of an edition, of which only this area is at hand."""
        own = self.rows[id]
        row = own[0] if len(own) == 1 else next(each for each in own if edition_of(each) == edition)
        return lone_field(
            self._code, row, self._known.get((id, self._level, *edition)), self._own_ranges.get((id, edition))
        )


class _Series(Mapping[str, Sequence[Year]]):
    """Year, division, value and spread of all rows of a figure: read when one is asked for."""

    def __init__(self, site: Site, code: str) -> None:
        self._site, self._code = site, code

    def __getitem__(self, id: str) -> Sequence[Year]:
        runs, columns = self._read
        # Results that were made anew since the lines were may lack a figure.
        run = runs.get(id, range(0))
        return list(zip(*(column[run.start : run.stop] for column in columns), strict=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self._read[0])

    def __len__(self) -> int:
        return len(self._read[0])

    @cached_property
    def _read(self) -> tuple[Mapping[str, range], tuple[list[Any], ...]]:
        # In order of figure, year and division.
        table = self._site.results.here(self._site.results.of_area(self._code))
        runs, start = {}, 0
        lengths = table["indicator"].rle().struct.unnest().select("value", "len").get_columns()
        for id, length in zip(*lengths, strict=True):
            runs[str(id)] = range(start, start + length)
            start += length
        return runs, tuple(table[name].to_list() for name in ("year", "boundaries", "value", "spread"))


def known_fields(site: Site) -> Mapping[tuple[Any, ...], Row]:
    """Rows of out/atlas/fields by figure, level, year and division."""

    def make() -> Mapping[tuple[Any, ...], Row]:
        table = site.results.prepared(FIELDS)
        if table.is_empty():
            raise QuestionError(
                "site", "de gegevens voor de profielen zijn nog niet klaargezet", "start de site met 'stadspeil serve'"
            )
        return {(row["indicator"], row["level"], row["year"], row["boundaries"]): row
                for row in table.iter_rows(named=True)}  # fmt: skip

    return site.results.once("fields", make)
