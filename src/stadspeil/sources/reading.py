"""Which source a file is from, and everything in it: the one place where bytes become cells or areas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Edition, Source
from stadspeil.contracts import AREAS, CELLS
from stadspeil.errors import SourceError
from stadspeil.sources.boundaries import feature_headers, is_map, read_boundaries
from stadspeil.sources.cells import read_table
from stadspeil.sources.delivery import delivered_features, is_map_delivery
from stadspeil.sources.descriptions import description_of
from stadspeil.sources.flows import no_flows, read_flows
from stadspeil.sources.headers import missing_headers, plain_header
from stadspeil.sources.raw_tables import raw_table
from stadspeil.sources.rows import RawTable, shown
from stadspeil.sources.squares import are_squares, no_squares, read_squares
from stadspeil.sources.town_workbook import is_town_workbook, read_town_workbook

_STATLINE_ID = re.compile(r"(?<![0-9A-Za-z])(\d{5}(?:ned|NED|Ned)(?:_?\d)?)(?![0-9A-Za-z])")
_SHOWN = 6
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


@dataclass
class FileReading:
    """What a file turned out to be and to hold."""

    source: Source
    edition: str
    cells: pl.DataFrame
    areas: pl.DataFrame
    names: pl.DataFrame
    rows: int
    columns: dict[str, str]
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    flows: pl.DataFrame = field(default_factory=no_flows)
    squares: pl.DataFrame = field(default_factory=no_squares)


def read_file(content: bytes, file_name: str, catalogue: Catalogue, edition: str | None, snapshot: str) -> FileReading:
    """Recognize and read a file. SourceError when it is no table or no source of ours; else its faults in `problems`."""
    if is_map_delivery(content, file_name):
        content = delivered_features(content, file_name)
    if is_map(content) and not _has_figures(content, file_name, catalogue):
        return _boundaries(content, file_name, catalogue, edition, snapshot)
    if is_map(content):
        grid = _grid_source(content, file_name, catalogue)
        if grid is not None:
            return _squares(content, file_name, grid, catalogue, edition, snapshot)
    if is_town_workbook(content):
        return _own(content, file_name, catalogue, snapshot)
    raw = raw_table(content, file_name)
    source = recognize(raw, file_name, catalogue)
    if source.format == "codebook":
        return _codebook(raw, source, catalogue)
    return _table(raw, source, file_name, catalogue, edition, snapshot)


def _has_figures(content: bytes, file_name: str, catalogue: Catalogue) -> bool:
    """Whether a map is there for its figures: its features have the columns of such a source."""
    tables = [
        each for each in catalogue.sources.values() if each.format == "feature_table" and each.status == "connected"
    ]
    headers = feature_headers(content, file_name) if tables else ()
    return any(not missing_headers(headers, each) for each in tables)


def _grid_source(content: bytes, file_name: str, catalogue: Catalogue) -> Source | None:
    """The source of squares that a map with figures is from: one with its columns in which no feature names an area."""
    headers = feature_headers(content, file_name)
    fitting = [
        each
        for each in catalogue.sources.values()
        if each.format == "squares" and each.status == "connected" and not missing_headers(headers, each)
    ]
    areas = (each.area_column for each in catalogue.sources.values() if each.format == "feature_table")
    return fitting[0] if fitting and all(are_squares(content, file_name, column) for column in areas) else None


def recognize(raw: RawTable, file_name: str, catalogue: Catalogue) -> Source:
    """The source whose marking headers are all there; the one with most of them when several are."""
    tables = [
        each
        for each in catalogue.sources.values()
        if each.recognise and each.status == "connected" and each.format != "squares"
    ]
    fitting = [each for each in tables if not missing_headers(raw.headers, each)]
    if fitting:
        return max(fitting, key=lambda each: len(each.recognise))
    described, remedy = description_of(raw.headers)
    if described:
        raise SourceError(file_name, described, remedy)
    near = min(tables, key=lambda each: len(missing_headers(raw.headers, each)) / len(each.recognise))
    missing = missing_headers(raw.headers, near)
    guess = ""
    if 2 * len(missing) <= len(near.recognise):
        guess = f". Het lijkt het meest op '{near.title}', maar daarvoor ontbreekt: {', '.join(missing)}"
    more = ", …" if len(raw.headers) > _SHOWN else ""
    raise SourceError(
        file_name,
        f"geen bron die wij kennen. Gevonden koppen: {', '.join(map(shown, raw.headers[:_SHOWN]))}{more}{guess}",
        "zie 'stadspeil list sources', of gebruik het werkboek van 'stadspeil template'",
    )


def find_edition(raw: RawTable, source: Source, file_name: str, asked: str | None) -> tuple[Edition | None, str]:
    """The edition and, when it cannot be told, a sentence that says how to."""
    by_year = {each.edition: each for each in source.editions}
    told = _told_edition(raw, source, file_name)
    if raw.edition in by_year:
        return by_year[raw.edition], ""
    if asked is not None and asked not in by_year:
        return None, f"editie {asked} van {source.id} kennen wij niet; wel: {', '.join(by_year)}"
    if asked is not None and told is not None and told.edition != asked:
        return None, f"dit is tabel {told.statline}, dus editie {told.edition} en niet {asked}; laat --edition weg"
    if asked is not None or told is not None:
        return told or by_year[str(asked)], ""
    years = {year for year in _YEAR.findall(PurePath(file_name).name) if year in by_year}
    if len(years) == 1:
        return by_year[years.pop()], ""
    return (
        None,
        f"van welk jaar dit is staat niet in het bestand of zijn naam; geef --edition met een van {', '.join(by_year)}",
    )


def _told_edition(raw: RawTable, source: Source, file_name: str) -> Edition | None:
    """The edition by the table id that the file or else its name gives."""
    by_table = {each.statline.lower(): each for each in source.editions if each.statline}
    ids = [id.lower() for text in (raw.about, PurePath(file_name).name) for id in _STATLINE_ID.findall(text)]
    return next((by_table[id] for id in ids if id in by_table), None)


def _table(
    raw: RawTable, source: Source, file_name: str, catalogue: Catalogue, asked: str | None, snapshot: str
) -> FileReading:
    edition = None
    if not source.year_column:
        edition, sentence = find_edition(raw, source, file_name, asked)
        if edition is None:
            return _nothing(source, problems=[sentence])
    if source.other_area_column:
        return _flows(raw, source, edition, catalogue, snapshot)
    read = read_table(raw, source, edition, catalogue, snapshot)
    years = read.cells["year"].unique().sort().to_list()
    named = edition.edition if edition else "-".join(map(str, sorted({years[0], years[-1]}))) if years else ""
    if read.cells.is_empty() and not read.problems:
        read.problems.append(f"er blijft geen enkel cijfer over ({'; '.join(read.remarks) or 'alles is leeg'})")
    return FileReading(
        source,
        named,
        read.cells,
        pl.DataFrame(schema=dict(AREAS.columns)),
        read.names,
        raw.rows.height,
        read.columns,
        read.problems,
        read.remarks,
    )


def _flows(raw: RawTable, source: Source, edition: Edition | None, catalogue: Catalogue, snapshot: str) -> FileReading:
    read = read_flows(raw, source, edition, catalogue, snapshot)
    reading = _nothing(source, read.problems, read.remarks)
    reading.flows, reading.columns, reading.rows = read.flows, read.columns, raw.rows.height
    years = read.flows["year"].unique().sort().to_list()
    reading.edition = "-".join(map(str, sorted({years[0], years[-1]}))) if years else ""
    return reading


def _squares(
    content: bytes, file_name: str, source: Source, catalogue: Catalogue, asked: str | None, snapshot: str
) -> FileReading:
    headers = feature_headers(content, file_name)
    edition, sentence = find_edition(RawTable(headers, pl.DataFrame(), 1), source, file_name, asked)
    if edition is None:
        return _nothing(source, problems=[sentence])
    read = read_squares(content, file_name, source, edition, catalogue, snapshot)
    reading = _nothing(source, read.problems, read.remarks)
    reading.squares, reading.columns, reading.rows = read.squares, read.columns, read.rows
    reading.edition = edition.edition
    return reading


def _boundaries(content: bytes, file_name: str, catalogue: Catalogue, asked: str | None, snapshot: str) -> FileReading:
    source = next(each for each in catalogue.sources.values() if each.format == "boundaries_geojson")
    named = set(_YEAR.findall(PurePath(file_name).name))
    read = read_boundaries(content, file_name, snapshot, asked or (named.pop() if len(named) == 1 else None))
    reading = _nothing(source, read.problems, read.remarks)
    reading.areas, reading.rows = read.areas, read.areas.height
    reading.edition = str(read.areas["boundaries"][0]) if read.areas.height else ""
    return reading


def _own(content: bytes, file_name: str, catalogue: Catalogue, snapshot: str) -> FileReading:
    source = next(each for each in catalogue.sources.values() if each.format == "town_workbook")
    read = read_town_workbook(content, file_name, catalogue, snapshot)
    reading = _nothing(source, read.problems, read.remarks)
    reading.cells, reading.rows, reading.columns = read.cells, read.cells.height, read.columns
    years = read.cells["year"].unique().sort().to_list()
    reading.edition = "-".join(map(str, sorted({years[0], years[-1]}))) if years else ""
    return reading


def _codebook(raw: RawTable, source: Source, catalogue: Catalogue) -> FileReading:
    """A list beside a file: kept as documentation. One of columns is held against the columns that we take."""
    described = {plain_header(each or "") for each in raw.column(0)}
    companion = catalogue.sources.get(source.id.rsplit("_", 1)[0])
    reading = _nothing(source)
    reading.rows = raw.rows.height
    keys = {"area", "naam", "provincie", "year", "inwoners"}
    taken = {name for column in companion.columns for name in column.column} - keys if companion else set()
    unexplained = [name for name in sorted(taken) if plain_header(name) not in described]
    # A list that explains not one of them is of something else: task fields, or codes.
    if 0 < len(unexplained) < len(taken):
        reading.remarks.append(f"de kolomlijst noemt niet: {', '.join(unexplained)}")
    return reading


def _nothing(source: Source, problems: list[str] | None = None, remarks: list[str] | None = None) -> FileReading:
    names = pl.DataFrame(schema={"area": pl.String, "boundaries": pl.Int16, "name": pl.String})
    return FileReading(
        source,
        "",
        pl.DataFrame(schema=dict(CELLS.columns)),
        pl.DataFrame(schema=dict(AREAS.columns)),
        names,
        0,
        {},
        problems or [],
        remarks or [],
    )
