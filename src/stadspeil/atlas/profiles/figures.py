"""The figures of an area by theme, each beside the areas and groups that it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from stadspeil.atlas.classes import FEWEST
from stadspeil.atlas.directions import Direction, directions_of
from stadspeil.atlas.drawing.small import Point
from stadspeil.atlas.lines import AreaLines, Year, known_fields, level_of, way_up
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, LaterRows, Table, rows_of
from stadspeil.catalogue.entries import title_in
from stadspeil.report.buurt_sheet import difference_beside
from stadspeil.report.document import Line
from stadspeil.report.standing import Row, band_of, margin_of
from stadspeil.report.wording import Wording

# Of the company of a gemeente: its own group, the region without its large town, all gemeenten.
_ON_THE_PAGE = ("group", "region_net", "country")


@dataclass(frozen=True)
class Other:
    """What the area is held beside. `code` is that of an area; `key` names its column in files."""

    key: str
    title: str
    on_page: bool = True
    code: str = ""


@dataclass(frozen=True)
class Beside:
    """The value of another area or group in the same year; `verdict` hoger, lager, gelijk or onbekend."""

    value: float | None
    verdict: str = ""


@dataclass(frozen=True)
class Figure:
    """One line of a profile. `series` has all its rows, read when they are asked for."""

    line: Line
    beside: tuple[Beside, ...]
    series: Mapping[str, Sequence[Year]]
    breaks: tuple[int, ...]
    direction: Direction | None
    source: str
    publisher: str

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Its years, for the small line."""
        return _points(self.series[self.line.id])

    @property
    def few(self) -> bool:
        """Whether its base is too small for a colour."""
        return self.line.n is not None and self.line.n < FEWEST

    @property
    def unsure(self) -> bool:
        """Whether it would have a colour by its place alone, but noise or other choices allow the middle."""
        place = self.line.place
        return place.band == "middle" and band_of(place, self.line.judged) != "middle"


def figures_of(site: Site, known: AreaLines, words: Wording) -> tuple[tuple[Other, ...], Mapping[str, Figure]]:
    """What the area is held beside, and its figures and composites with a value."""
    lines = {id: line for id, line in {**known.lines, **known.composites}.items() if line.shown}
    if known.level == "gemeente":
        others, beside = _beside_groups(site, known, lines)
    else:
        others, beside = _beside_areas(site, known, lines, words)
    moved = directions_of(site, known.code) if known.level == "gemeente" else {}
    return others, {
        id: Figure(line, beside[id], known.series, _breaks(site, id), moved.get(id), *_source(site, id, words))
        for id, line in lines.items()
    }


def figures_table(
    site: Site, known: AreaLines, others: Sequence[Other], figures: Mapping[str, Figure], words: Wording
) -> Table:
    """Everything that is known of the area, a row per figure; those without a value with the reason."""
    columns = (
        Column("thema", words("town.theme")), Column("cijfer", words("town.figure")), Column("id", words("town.id")),
        Column("waarde", words("town.value"), "number", 2), Column("marge", words("town.margin"), "number", 2),
        Column("eenheid", words("town.unit")), Column("n", words("profile.n"), "number", meaning=words("profile.n_meaning")),
        Column("jaar", words("town.year"), "year"), Column("grenzen", words("profile.boundaries"), "year"),
        Column("rapportcijfer", words("town.mark"), "number", 1), Column("plaats", words("town.place"), "number"),
        Column("van", words("town.of"), "number"),
        Column("mogelijk_van", words("town.from"), "number", meaning=words("town.range_meaning")),
        Column("mogelijk_tot", words("town.to"), "number", meaning=words("town.range_meaning")),
        Column("kleur", words("town.band"), meaning=words("town.band_meaning")),
        *(column for each in others for column in _other_columns(each, words)),
        Column("status", words("profile.status")), Column("bron", words("profile.source")),
        Column("opmerkingen", words("profile.remarks")),
    )  # fmt: skip

    def made() -> Sequence[Mapping[str, Cell]]:
        return rows_of([each.key for each in columns], *_figure_rows(known, others, figures, words))

    caption = words("profile.figures_caption", area=known.company.towns[0].name)
    return Table("cijfers", caption, columns, LaterRows(made))


def _figure_rows(
    known: AreaLines, others: Sequence[Other], figures: Mapping[str, Figure], words: Wording
) -> list[tuple[Cell, ...]]:
    rows = []
    for section in (*known.sections, *known.silent):
        lines = [*([section.composite] if section.composite is not None else []), *section.lines]
        rows += [_row(section.title, figures[line.id], words) for line in lines if line.id in figures]
        rows += [_lacking(section.title, known.lines[each.id], each.reason, len(others)) for each in section.lacking]
    return rows


def years_table(site: Site, known: AreaLines, figures: Mapping[str, Figure], words: Wording) -> Table:
    """The years behind the small lines: value and margin of every figure."""
    columns = (
        Column("cijfer", words("town.figure")), Column("id", words("town.id")), Column("jaar", words("town.year"), "year"),
        Column("waarde", words("town.value"), "number", 2), Column("marge", words("town.margin"), "number", 2),
    )  # fmt: skip

    def made() -> Sequence[Mapping[str, Cell]]:
        rows = ((each.line.title, id, int(year), value, margin)
                for id, each in figures.items() for year, value, margin in each.points)  # fmt: skip
        return rows_of([each.key for each in columns], *rows)

    return Table("jaren", words("profile.years_caption"), columns, LaterRows(made))


def _other_columns(other: Other, words: Wording) -> tuple[Column, Column]:
    return (
        Column(f"naast_{other.key}", other.title, "number", 2),
        Column(f"verschil_{other.key}", words("profile.differs", other=other.title), meaning=words("profile.differs_meaning")),
    )  # fmt: skip


def _row(theme: str, figure: Figure, words: Wording) -> tuple[Cell, ...]:
    line = figure.line
    low, high = line.possible or (None, None)
    beside = tuple(
        cell for each in figure.beside for cell in (each.value, words.said(each.verdict) if each.verdict else "")
    )
    return (
        theme, line.title, line.id, line.value, line.margin, words.unit(line.unit), line.n, line.year, line.boundaries,
        line.mark, line.place.rank, line.place.ranked or None, low, high, "" if figure.few else line.place.band, *beside,
        words(f"status.{line.status}", year=line.year), figure.source, " ".join(line.notes),
    )  # fmt: skip


def _lacking(theme: str, line: Line, reason: str, others: int) -> tuple[Cell, ...]:
    nothing: tuple[Cell, ...] = (None,) * (2 * others)
    return (theme, line.title, line.id, None, None, "", line.n, line.year, line.boundaries, *(None,) * 6, *nothing,
            reason, "", "")  # fmt: skip


def _beside_groups(
    site: Site, known: AreaLines, lines: Mapping[str, Line]
) -> tuple[tuple[Other, ...], dict[str, tuple[Beside, ...]]]:
    company = known.company
    own = company.comparisons[company.own_group].id if company.own_group is not None else None
    others = tuple(
        Other(each.id.replace(":", "_").lower(), each.short, each.id == own or each.kind in _ON_THE_PAGE[1:])
        for each in company.comparisons
    )
    table = site.results.analysis("gaps")
    rows = table.filter(area=known.code) if table.height else table
    said = {(row["indicator"], row["year"], row["group"]): row["verdict"] for row in rows.iter_rows(named=True)}
    beside = {}
    for id, line in lines.items():
        beside[id] = tuple(
            Beside(average.mark if line.composite else average.value,
                   said.get((id, line.year, each.id), "") if line.judged else "")
            for each, average in zip(company.comparisons, line.averages, strict=True)
        )  # fmt: skip
    return others, beside


def _beside_areas(
    site: Site, known: AreaLines, lines: Mapping[str, Line], words: Wording
) -> tuple[tuple[Other, ...], dict[str, tuple[Beside, ...]]]:
    """Its wijk and gemeente, and the average of all areas of its level."""
    codes = [code for code in way_up(known.code)[1:] if code[:2] != "WK" or site.lies_in_wijk(known.code)]
    others = (
        *(
            Other(words(f"map.levels.{level_of(code)}"), words(f"profile.beside.{code[:2]}"), code=code)
            for code in codes
        ),
        Other(f"alle_{known.level}", words(f"profile.beside.all_{known.level}")),
    )
    fields = known_fields(site)
    judged = sum(line.judged and not line.composite for line in lines.values())
    beside = {}
    for id, line in lines.items():
        own = known.rows[id]
        field = fields.get((id, known.level, line.year, line.boundaries))
        beside[id] = (
            # A mark of a wijk is one among wijken: another scale than that of its buurten.
            *(Beside(None) if line.composite else _beside_area(own, level_of(code), judged if line.judged else 0)
              for code in codes),
            Beside(None if field is None else field["mean"]),
        )  # fmt: skip
    return others, beside


def _beside_area(own: Row, level: str, judged: int) -> Beside:
    """The value of the area around in the year that counts; the verdict where so many figures are judged, else none."""
    around = {"value": own[f"{level}_value"], "spread": own[f"{level}_spread"]}
    if around["value"] is None:
        return Beside(None)
    return Beside(around["value"], difference_beside(own, around, judged) if judged else "")


def _points(years: Sequence[Year]) -> tuple[Point, ...]:
    """Of each year the row on the division nearest to it, as the report reads them."""
    chosen: dict[int, Year] = {}
    for each in years:
        before = chosen.get(each[0])
        if each[2] is not None and (before is None or abs(each[1] - each[0]) <= abs(before[1] - before[0])):
            chosen[each[0]] = each
    return tuple((year, value or 0.0, margin_of(spread)) for year, (_, _, value, spread) in sorted(chosen.items()))


def _breaks(site: Site, id: str) -> tuple[int, ...]:
    entry = site.catalogue.indicators.get(id)
    return tuple(int(year) for year in entry.breaks) if entry is not None else ()


def _source(site: Site, id: str, words: Wording) -> tuple[str, str]:
    """The source with its publisher, and the publisher alone."""
    entry = site.catalogue.indicators.get(id)
    found = site.catalogue.sources.get(entry.source) if entry is not None else None
    if found is None:
        return "", ""
    return f"{title_in(found, words.lang)} ({found.publisher})", found.publisher
