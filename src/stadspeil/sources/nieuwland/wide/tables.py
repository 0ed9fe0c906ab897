"""StatLine's tables of a wide Nieuwland, made from the catalogue's own entries: what is connected has figures.

A table has the rows, dimensions and columns that its source's entry names, with a position number behind each column
that shifts from edition to edition, codes padded with blanks, and nothing where a publisher would give nothing.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.catalogue.entries import Column, Edition, Field, Source, summed
from stadspeil.sources.nieuwland.wide.land import Division, Ints, Land
from stadspeil.sources.nieuwland.wide.people import Floats, People
from stadspeil.sources.nieuwland.wide.streams import flow_rows
from stadspeil.sources.revisions import ADDING_UNITS

# Below these numbers of inhabitants the publisher keeps a figure secret (safety.md 4.1): counts, shares and means.
SECRET_COUNT, SECRET_SHARE = 10, 100
_CODE_WIDTH, _NAME_WIDTH = 10, 40
# Of the newest editions the later deliveries are not there yet.
_LATE_WORDS = ("inkomen", "vermogen", "opleiding", "wmo", "jeugdzorg", "armoede", "bijstand", "ww_", "ao_")
_COUNTRY = "NL00"


@dataclass(frozen=True)
class WireTable:
    """A table as it is published: rows, and what is said of it."""

    id: str
    rows: pl.DataFrame
    meta: dict[str, Any]


@dataclass(frozen=True)
class _Areas:
    """Areas of a division in the publisher's order, and which buurten each consists of, per level."""

    codes: NDArray[np.str_]
    names: list[str]
    kinds: NDArray[np.str_]
    flags: NDArray[np.str_]
    division: Division

    def sums(self, values: Floats) -> Floats:
        """Of country, gemeenten, wijken and buurten, in the order of `codes`."""
        division = self.division
        found = [np.array([values.sum()])]
        for groups, codes in ((division.gemeente, division.gemeente_codes), (division.wijk, division.wijk_codes)):
            found.append(np.bincount(groups, values, len(codes)))
        found.append(values)
        return np.concatenate(found)[self.order]

    @property
    def order(self) -> Ints:
        return _publishing_order(self.division)


def statline_tables(source: Source, people: People) -> Iterator[WireTable]:
    """Every table of a source, one by one."""
    fetch = source.fetch
    if fetch is None or fetch.protocol != "statline":
        return
    land = people.land
    by_id: dict[str, list[Edition | None]] = {}
    for edition in source.editions:
        if edition.statline and int(edition.edition) in land.years:
            by_id.setdefault(edition.statline, []).append(edition)
    if fetch.table:
        by_id.setdefault(fetch.table, [None])
    for number, (id, editions) in enumerate(by_id.items()):
        yield _table(source, id, editions, people, number)


def feature_figures(source: Source, year: int, level: str, people: People) -> pl.DataFrame:
    """Figures that stand in a map: a row per area of one level, with the properties that the source's entry names."""
    division = people.land.divisions[year]
    areas = _areas(division, people.land, small=True)
    made = pl.DataFrame({source.area_column: areas.codes, source.year_column: [str(year)] * len(areas.codes)})
    figures = [_figures(each.field, areas, year, people, year + 9).alias(each.column[0]) for each in source.columns]
    return made.with_columns(figures).filter(pl.Series(areas.kinds == level.capitalize()))


def _table(source: Source, id: str, editions: list[Edition | None], people: People, number: int) -> WireTable:
    years = [int(each.edition) for each in editions if each is not None]
    if not years:
        told = [int(each.edition) for each in source.editions if int(each.edition) in people.land.years]
        years = told or list(people.land.years)
    dated = bool(source.year_column) or any(each is not None and each.period for each in editions)
    if source.other_area_column:
        rows = flow_rows(source, years, people)
        topics = _topics(source, number, people)
        rows = rows.rename({stem: key for stem, key, _ in topics if stem in rows.columns})
    else:
        topics = _topics(source, number, people)
        by_year = {int(each.edition): each.boundaries for each in source.editions}
        parts = [_year_rows(source, year, by_year.get(year, year), people, topics, dated, max(years)) for year in years]
        rows = pl.concat(parts)
    return WireTable(id, rows, _meta(source, id, rows, topics, years))


def _topics(source: Source, number: int, people: People) -> list[tuple[str, str, str]]:
    """Stem, key with its number, and unit of every column of figures; stems that mark the source are there too."""
    area = {source.area_column, source.other_area_column, source.year_column, source.name_column}
    dimensions = set(source.keys_of_values) | {name for column in source.columns for name in column.when}
    stems: dict[str, str] = {}
    for column in source.columns:
        field = people.catalogue.fields.get(column.field)
        stems.setdefault(column.column[0], column.unit or (field.unit if field else ""))
    for name in source.recognise:
        if name not in area | dimensions and not any(name in column.column for column in source.columns):
            stems.setdefault(name, "aantal")
    first = 5 + number % 4
    return [(stem, f"{stem}_{place}", unit) for place, (stem, unit) in enumerate(stems.items(), start=first)]


def _year_rows(
    source: Source,
    year: int,
    boundaries: int,
    people: People,
    topics: list[tuple[str, str, str]],
    dated: bool,
    newest: int,
) -> pl.DataFrame:
    """All rows of a year: areas times the combinations of codes that the columns name."""
    land = people.land
    division = land.divisions[min(max(boundaries, land.years[0]), land.years[-1])]
    areas = _areas(division, land, small="wijk" in source.area_column.casefold())
    names = sorted(set(source.keys_of_values) | {name for column in source.columns for name in column.when})
    groups: dict[tuple[str, ...], list[Column]] = {}
    for column in source.columns:
        groups.setdefault(tuple((source.keys_of_values | column.when).get(name, "") for name in names), []).append(
            column
        )
    # A key may stand alone for one field and be part of the sum of another: it is one row.
    rows: dict[tuple[str, ...], dict[str, tuple[str, float]]] = {}
    for wanted, columns in groups.items():
        for keys, share in _single(wanted):
            rows.setdefault(keys, {}).update({column.column[0]: (column.field, share) for column in columns})
    frames = []
    for keys, by_stem in rows.items():
        made = {source.area_column: _padded(areas.codes, _CODE_WIDTH if len(areas.codes[-1]) > 6 else 6)}
        made |= {name: [f"{key:<8}"] * len(areas.codes) for name, key in zip(names, keys, strict=True)}
        if dated:
            made[source.year_column or "Perioden"] = [f"{year}{source.year_suffix}"] * len(areas.codes)
        if source.name_column:
            made[f"{source.name_column}_1"] = [f"{name:<{_NAME_WIDTH}}" for name in areas.names]
        frame = pl.DataFrame(made)
        asked = [(key, *by_stem.get(stem, ("", 1.0))) for stem, key, _ in topics]
        frame = frame.with_columns(
            _shared(_figures(field, areas, year, people, newest), share).alias(key) for key, field, share in asked
        )
        frames.append(frame)
    return pl.concat(frames)


def _single(wanted: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The keys that an entry adds up, each with its share of the whole; one key, all of it, where it adds up none."""
    combined = list(itertools.product(*(summed(each) or ("",) for each in wanted)))
    for keys in combined:
        yield keys, 1 / len(combined)


def _shared(figures: pl.Series, share: float) -> pl.Series:
    return figures if share == 1 else (figures * share).round(0)


def _figures(name: str, areas: _Areas, year: int, people: People, newest: int) -> pl.Series:
    """A field of every area as it is published."""
    if name == "indelingswijziging":
        return pl.Series(areas.flags)
    entry = people.catalogue.fields.get(name)
    if entry is None or (year >= newest - 1 and newest >= 2023 and any(word in name for word in _LATE_WORDS)):
        return pl.Series([None] * len(areas.codes), dtype=pl.Float64)
    inhabitants = areas.sums(people.of("inwoners", year))
    values = people.of(name, year)
    if entry.type == "count":
        shown = _rounded(areas.sums(values), entry, areas, year)
        whole = people.whole_of(name)
        if whole:
            # Both are rounded on their own; the publisher does not let a part be more than its whole.
            shown = np.minimum(
                shown, _rounded(areas.sums(people.of(whole, year)), people.catalogue.fields[whole], areas, year)
            )
        secret = inhabitants < SECRET_COUNT if name != "inwoners" else np.zeros(len(shown), dtype=bool)
    else:
        weight = people.weight(name, year)
        total = areas.sums(weight)
        shown = np.divide(areas.sums(values * weight), total, out=np.full_like(total, np.nan), where=total > 0)
        step = entry.rounding or (0.01 if abs(entry.possible[1]) <= 50 else 0.1)
        shown = np.round(np.round(shown / step) * step, 6)
        secret = inhabitants < SECRET_SHARE
    return pl.Series(np.where(secret, np.nan, shown)).fill_nan(None).clip(*entry.possible)


def _rounded(values: Floats, entry: Field, areas: _Areas, year: int) -> Floats:
    """Wijken and buurten to five, up or down by a chance that belongs to the cell: the same cell, the same outcome."""
    step = max(entry.rounding, 5.0) if entry.unit in ADDING_UNITS else max(entry.rounding, 1.0)
    small = np.isin(areas.kinds, ["Wijk", "Buurt"])
    chance = np.random.default_rng([zlib.crc32(entry.id.encode()), year]).random(len(values))
    return np.where(small, np.floor(values / step + chance) * step, np.rint(values))


def _areas(division: Division, land: Land, small: bool) -> _Areas:
    names = [land.names[int(code[2:])] for code in division.gemeente_codes]
    codes = np.concatenate([[_COUNTRY], division.gemeente_codes, division.wijk_codes, division.buurt_codes])
    whose = np.concatenate(
        [
            [""],
            division.gemeente_codes,
            np.char.add("GM", _digits(division.wijk_codes)),
            np.char.add("GM", _digits(division.buurt_codes)),
        ]
    )
    counts = (1, len(division.gemeente_codes), len(division.wijk_codes), len(division.buurt_codes))
    kinds = np.repeat(np.array(["Land", "Gemeente", "Wijk", "Buurt"]), counts)
    flags = np.concatenate(
        [["."] * (counts[0] + counts[1]), division.wijk_flags.astype(str), division.flags.astype(str)]
    )
    by_code = dict(zip(division.gemeente_codes.tolist(), names, strict=True))
    order = _publishing_order(division)
    if not small:
        order = order[np.isin(kinds[order], ["Land", "Gemeente"])]
    told = [by_code.get(code, "Nederland") for code in whose[order].tolist()]
    made = _Areas(codes[order], told, kinds[order], flags[order], division)
    return made if small else _Towns(codes[order], told, kinds[order], flags[order], division)


class _Towns(_Areas):
    """Country and gemeenten only."""

    @property
    def order(self) -> Ints:
        return np.arange(1 + len(self.division.gemeente_codes))


def _publishing_order(division: Division) -> Ints:
    """The country, then each gemeente with its wijken, each with its buurten."""
    gemeente = [code[2:] for code in division.gemeente_codes.tolist()]
    keys = ["", *(f"{code}" for code in gemeente), *(code[2:] for code in division.wijk_codes.tolist())]
    keys += [code[2:] for code in division.buurt_codes.tolist()]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def _digits(codes: NDArray[np.str_]) -> NDArray[np.str_]:
    return np.array([code[2:6] for code in codes.tolist()])


def _padded(codes: NDArray[np.str_], width: int) -> list[str]:
    return [f"{code:<{width}}" for code in codes.tolist()]


def _meta(
    source: Source, id: str, rows: pl.DataFrame, topics: list[tuple[str, str, str]], years: list[int]
) -> dict[str, Any]:
    """What the publisher says of the table, in the shape of its own tables about tables."""
    fetch = source.fetch
    dimensions = {}
    keys = {key for _, key, _ in topics}
    name_key = f"{source.name_column}_1" if source.name_column else ""
    names = [name for name in rows.columns if name not in keys and name != name_key]
    properties: list[dict[str, Any]] = []
    for place, name in enumerate(names):
        kind = "TimeDimension" if name == "Perioden" else "GeoDimension" if _is_area(name, source) else "Dimension"
        properties.append(
            {"ID": place, "Position": place, "ParentID": None, "Type": kind, "Key": name, "Title": name, "Unit": None}
        )
        dimensions[name] = [
            {"Key": key, "Title": key.strip()} for key in rows[name].unique(maintain_order=True).to_list()
        ]
    if source.name_column:
        properties.append(
            {"ID": len(properties), "Position": 1, "ParentID": None, "Type": "Topic", "Key": name_key, "Title": source.name_column,
             "Datatype": "String", "Unit": "naam", "Decimals": 0}
        )  # fmt: skip
    for position, (stem, key, unit) in enumerate(topics, start=2):
        properties.append(
            {"ID": len(properties), "Position": position, "ParentID": None, "Type": "Topic", "Key": key, "Title": stem,
             "Datatype": "String" if rows.schema[key] == pl.String else "Float", "Unit": unit, "Decimals": 1, "Description": "Verzonnen, van Nieuwland."}
        )  # fmt: skip
    modified = f"{max(years) + 1}-03-01T02:00:00"
    info = {
        "ID": 0, "Identifier": id, "Title": f"{source.title} (Nieuwland, verzonnen)", "ShortTitle": source.title,
        "Modified": modified, "MetaDataModified": modified, "Updated": modified, "Language": "nl", "Catalog": "CBS",
        "Frequency": "Perjaar", "Period": "-".join(map(str, sorted({min(years), max(years)}))), "RecordCount": rows.height,
    }  # fmt: skip
    return {
        "catalog": fetch.catalog if fetch else "CBS",
        "TableInfos": info,
        "DataProperties": properties,
        "dimensions": dimensions,
    }


def _is_area(name: str, source: Source) -> bool:
    return name in (source.area_column, source.other_area_column)
