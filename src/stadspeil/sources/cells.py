"""From a publisher's table to cells: one row per area, year and field, with number or status and its row in the file."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from stadspeil.amounts import counted
from stadspeil.areas import FIRST_BOUNDARIES, AreaRegister, gemeente_of, is_invented, level_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Column, Edition, Source, summed
from stadspeil.contracts import CELLS, Level, Status
from stadspeil.sources.headers import distinct_headers, find_columns, index_of, unclear_columns
from stadspeil.sources.margins import bounds_around, margin_columns, read_margins, value_rows
from stadspeil.sources.missing import Parse, parser, scaled
from stadspeil.sources.rows import RawTable, shown

SHOWN = 10
_CODE = r"^(NL|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4})$"
# Of other divisions, known and new ones: two letters and fewer digits than a gemeente has.
_OTHER_LEVELS = r"^([A-Z]{2}\d{1,3}[A-Z]?|(PV|LD|CR|CP|ES|RP|AM|GG|JZ|KK|LB|ME|ND|OA|RE|SG|TG|TR|VR|WG|ZK)\d+)$"
# StatLine marks provisional years with one or two stars.
_WHOLE_YEAR = r"^((?:19|20)\d\d)(?:JJ00)?\*{0,2}$"
_PART_OF_YEAR = r"^(19|20)\d\d(KW|MM|HJ|VJ|W1|X0)"
_NO_ROWS = "er is geen enkele rij van het land, een gemeente, wijk of buurt"
_DECIMAL_COMMA = r"^\s*[+-]?\d+,\d+\s*$"
_POINT_AND_THREE = r"^\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*$"


@dataclass
class Reading:
    """Cells with the names met on the way, and what is wrong or worth a remark."""

    cells: pl.DataFrame
    names: pl.DataFrame
    columns: dict[str, str]
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_table(raw: RawTable, source: Source, edition: Edition | None, catalogue: Catalogue, snapshot: str) -> Reading:
    """All cells of a table in which each row is an area (and a year), by the source's entry.

    `edition` gives the year where the source has no year column, and the boundaries.
    """
    reading = read_cells(raw, source, edition, catalogue, snapshot)
    ends = {source.year_suffix: ""} | source.year_twins
    for suffix, front in source.year_twins.items():
        rest = {end: each for end, each in ends.items() if end != suffix}
        as_twin = replace(source, year_suffix=suffix, year_twins=rest)
        _add_twin(reading, read_cells(raw, as_twin, edition, catalogue, snapshot), front)
    if not reading.cells.is_empty():
        register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        reading.cells = _of_known_gemeenten(reading.cells, register, reading)
        _check_keys(reading)
    return reading


def read_cells(
    raw: RawTable, source: Source, edition: Edition | None, catalogue: Catalogue, snapshot: str, between: bool = False
) -> Reading:
    """The cells as they stand there, not yet held against the areas that exist.

    `between`: rows are pairs of areas, so that the same area may stand in many and codes of abroad are no fault.
    """
    places, headers = find_columns(raw.headers, source), distinct_headers(raw.headers)
    reading = Reading(
        _nothing(), _no_names(), {name: headers[place] for name, place in places.items()}, remarks=list(raw.remarks)
    )
    if not places:
        reading.problems.append("geen enkele kolom die wij kennen staat in dit bestand")
        return reading
    for name, found in unclear_columns(raw.headers, source).items():
        reading.problems.append(
            f"'{name}' kan op {len(found)} kolommen slaan ({', '.join(map(shown, found[:SHOWN]))}); "
            "welke bedoeld is hoort met 'after' in de catalogus te staan"
        )
    if raw.plain_text:
        _check_signs(raw, places, catalogue, reading)
    _check_units(raw, source, places, reading)
    rows = _keyed_rows(raw, source, edition, reading, between)
    if reading.problems or rows.is_empty():
        if not reading.problems:
            reading.problems.append(_NO_ROWS)
        return reading
    rows_of = value_rows(rows, raw, source)
    reading.names = _names(rows_of[""], raw, source)
    here = [column for column in source.columns if column.field in places]
    plain = [column for column in here if not column.when]
    beside = [margin_columns(each, places[each.field], raw, bounds=len(rows_of) > 1).values() for each in plain]
    parse = parser(rows_of.values(), [*(places[each.field] for each in plain), *itertools.chain(*beside)])
    parts = [
        part
        for column in here
        for part in _with_margins(rows_of, column, places[column.field], raw, catalogue, reading, parse)
    ]
    cells = pl.concat(parts).with_columns(
        snapshot=pl.lit(snapshot), low=pl.lit(None, dtype=pl.Float64), high=pl.lit(None, dtype=pl.Float64)
    )
    reading.cells = cells.select(list(CELLS.columns))
    return reading


def _add_twin(reading: Reading, twin: Reading, front: str) -> None:
    """The rows of another kind, under names of their own: what is planned is never what was spent."""
    if twin.problems == [_NO_ROWS]:
        return
    if reading.problems == [_NO_ROWS]:
        reading.problems = []
    twin.columns = {f"{front}{name}": header for name, header in twin.columns.items()}
    reading.cells = pl.concat([reading.cells, twin.cells.with_columns(field=front + pl.col("field"))])
    reading.columns |= twin.columns
    reading.problems += [each for each in twin.problems if each not in reading.problems]
    reading.remarks += [each for each in twin.remarks if each not in reading.remarks]


def area_rows(raw: RawTable, place: int) -> pl.DataFrame:
    """All rows with the code in a column, as we write codes, and their row numbers."""
    code = pl.col(f"c{place}").str.strip_chars().str.to_uppercase().str.replace(r"^NL\d\d$", "NL")
    return raw.rows.with_row_index("row", offset=raw.first_row).with_columns(
        area=code, row=pl.col("row").cast(pl.Int32)
    )


def _of_known_gemeenten(cells: pl.DataFrame, register: AreaRegister, reading: Reading) -> pl.DataFrame:
    """Cells without the empty rows of gemeenten that did not exist: StatLine lists every code for every year.

    A gone gemeente with a figure stays in, and is refused later: then the boundaries are not what we think.
    """
    before = cells.filter((pl.col("boundaries") < FIRST_BOUNDARIES) & (pl.col("level") != "land"))
    if before.height:
        reading.remarks.append(
            f"cijfers van vóór {FIRST_BOUNDARIES} zijn weggelaten: van die jaren kennen wij de gemeenten niet"
        )
        cells = cells.filter((pl.col("boundaries") >= FIRST_BOUNDARIES) | (pl.col("level") == "land"))
    empty = cells.group_by("area", "boundaries").agg(pl.col("value").is_null().all().alias("empty"))
    gone = [
        (area, boundaries)
        for area, boundaries in empty.filter("empty").select("area", "boundaries").iter_rows()
        if area != "NL" and not register.exists(gemeente_of(area), boundaries)
    ]
    if not gone:
        return cells
    reading.remarks.append(f"{len(gone)} lege rijen van gemeenten die in dat jaar niet bestonden zijn overgeslagen")
    schema = {"area": pl.String, "boundaries": pl.Int16}
    return cells.join(pl.DataFrame(gone, schema=schema, orient="row"), on=["area", "boundaries"], how="anti")


def _keyed_rows(
    raw: RawTable, source: Source, edition: Edition | None, reading: Reading, between: bool
) -> pl.DataFrame:
    """The rows that count, with area, level, year, boundaries and row number."""
    area = index_of(raw.headers, source.area_column)
    if area is None:
        reading.problems.append(f"kolom '{source.area_column}' met gebiedscodes ontbreekt")
        return raw.rows.clear()
    rows = _filled(area_rows(raw, area), raw)
    rows = _where(rows, raw, source.where, reading)
    if source.margins is not None and index_of(raw.headers, source.margins.dimension) is not None:
        # The figures themselves must be among them; their bounds may be.
        _where(rows, raw, {source.margins.dimension: source.margins.value}, reading)
    rows = _years(rows, raw, source, edition, reading)
    elsewhere = rows.filter(pl.col("area").str.contains(_OTHER_LEVELS)).height
    if elsewhere:
        reading.remarks.append(f"{elsewhere} rijen van provincies en andere indelingen zijn overgeslagen")
    rows = rows.filter(~pl.col("area").fill_null("").str.contains(_OTHER_LEVELS))
    if between:
        rows = rows.filter(pl.col("area").fill_null("").str.contains(_CODE))
    odd = rows.filter(~pl.col("area").fill_null("").str.contains(_CODE))
    if odd.height:
        codes = odd.select("area", "row").head(3).iter_rows()
        listed = ", ".join(f"'{shown(each or '')}' (rij {row})" for each, row in codes)
        reading.problems.append(
            f"{counted(odd.height, 'rij heeft', 'rijen hebben')} geen gebiedscode in kolom '{shown(raw.headers[area])}': {listed}; zijn er kolommen verwisseld?"
        )
        return rows.clear()
    levels = {each: level_of(each) for each in rows["area"].unique()}
    return rows.with_columns(
        level=pl.col("area").replace_strict(levels, return_dtype=Level) if levels else pl.lit(None, dtype=Level)
    )


def _filled(rows: pl.DataFrame, raw: RawTable) -> pl.DataFrame:
    """Rows with anything in them: workbooks and exports have empty ones at the end."""
    cells = [pl.col(f"c{number}") for number in range(len(raw.headers))]
    empty = rows.filter(pl.col("area").fill_null("") == "").filter(
        pl.all_horizontal(cell.str.strip_chars().fill_null("") == "" for cell in cells)
    )
    return rows if empty.is_empty() else rows.join(empty.select("row"), on="row", how="anti")


def _category(place: int) -> pl.Expr:
    """A dimension's key as text; a spreadsheet may have made 20300.0 of 20300."""
    return pl.col(f"c{place}").str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")


def _where(rows: pl.DataFrame, raw: RawTable, where: dict[str, str], reading: Reading) -> pl.DataFrame:
    for name, wanted in where.items():
        place = index_of(raw.headers, name)
        if place is None:
            reading.problems.append(f"kolom '{name}' ontbreekt; wij nemen alleen rijen met {name} = {wanted}")
            continue
        kept = rows.filter(_category(place) == wanted)
        if kept.is_empty() and not rows.is_empty():
            reading.problems.append(f"geen enkele rij heeft {name} = {wanted}; alleen die rijen nemen wij")
        rows = kept
    return rows


def _years(
    rows: pl.DataFrame, raw: RawTable, source: Source, edition: Edition | None, reading: Reading
) -> pl.DataFrame:
    if source.year_column:
        place = index_of(raw.headers, source.year_column)
        if place is None:
            reading.problems.append(f"kolom '{source.year_column}' met jaren ontbreekt")
            return rows.clear()
        text = pl.col(f"c{place}").str.strip_chars().replace(source.year_words).str.replace(r"\.0+$", "")
        whole = _WHOLE_YEAR.replace("JJ00", source.year_suffix)
        rows = rows.with_columns(year=text.str.extract(whole).cast(pl.Int16), _period=text)
        other = rows.filter(pl.col("year").is_null())
        # Whoever reads both kinds reads each in its turn.
        for suffix in source.year_twins:
            other = other.filter(~pl.col("_period").fill_null("").str.contains(_WHOLE_YEAR.replace("JJ00", suffix)))
        odd = other.filter(~pl.col("_period").fill_null("").str.contains(_PART_OF_YEAR))
        if odd.height:
            first = odd.row(0, named=True)
            reading.problems.append(
                f"{counted(odd.height, 'rij heeft', 'rijen hebben')} geen jaar in kolom '{raw.headers[place]}': "
                f"'{shown(first['_period'] or '')}' (rij {first['row']}); verwacht 2020JJ00 of 2020"
            )
            return rows.clear()
        if other.height:
            reading.remarks.append(f"{other.height} rijen van maanden of kwartalen zijn overgeslagen")
        rows = rows.filter(pl.col("year").is_not_null()).drop("_period")
    elif edition is not None:
        place = index_of(raw.headers, "Perioden") if edition.period else None
        if place is not None:
            # One StatLine table may hold several editions.
            rows = rows.filter(_category(place) == edition.period)
        rows = rows.with_columns(year=pl.lit(int(edition.edition), dtype=pl.Int16))
    by_year = {int(each.edition): each.boundaries for each in source.editions}
    return rows.with_columns(
        boundaries=pl.col("year").replace_strict(by_year, default=pl.col("year"), return_dtype=pl.Int16)
    )


def _names(rows: pl.DataFrame, raw: RawTable, source: Source) -> pl.DataFrame:
    place = index_of(raw.headers, source.name_column) if source.name_column else None
    if place is None:
        return _no_names()
    return rows.select("area", "boundaries", name=pl.col(f"c{place}").str.strip_chars()).unique(
        ["area", "boundaries"], maintain_order=True
    )


def _with_margins(
    rows: dict[str, pl.DataFrame],
    column: Column,
    place: int,
    raw: RawTable,
    catalogue: Catalogue,
    reading: Reading,
    parse: Parse,
) -> Iterator[pl.DataFrame]:
    """The cells of a field and those of its margins."""
    kept = {name: _when(table, column, raw, reading) for name, table in rows.items()}
    own = _field_cells(kept[""], column, place, raw, catalogue, reading, parse)
    yield own
    places = margin_columns(column, place, raw, bounds=len(rows) > 1)
    given = [each for each in read_margins(kept, column, places, raw, reading.problems, parse) if each.height]
    if given:
        reading.columns |= {
            f"{column.field}{suffix}": distinct_headers(raw.headers)[at] for suffix, at in places.items()
        }
        found = pl.concat([each.select(own.columns) for each in given])
        reading.problems += bounds_around(pl.concat([own, found]), column.field, raw.headers[place])
        yield found


def _when(rows: pl.DataFrame, column: Column, raw: RawTable, reading: Reading) -> pl.DataFrame:
    """The rows of a field where some dimension says which those are."""
    for name, wanted in column.when.items():
        dimension = index_of(raw.headers, name)
        if dimension is None:
            problem = f"kolom '{name}' ontbreekt; die bepaalt welke rijen '{column.field}' zijn"
            reading.problems += [problem] if problem not in reading.problems else []
            return rows.clear()
        rows = rows.filter(_category(dimension).is_in(list(summed(wanted))))
    return rows


def _added_up(cells: pl.DataFrame, column: Column, reading: Reading) -> pl.DataFrame:
    """One cell per area and year where a field is the sum of several keys: a number only where each key has one."""
    keys = [summed(wanted) for wanted in column.when.values()]
    number = math.prod(len(each) for each in keys)
    if number <= 1:
        return cells
    key = ["area", "level", "year", "boundaries"]
    whole = (pl.len() == number) & pl.col("value").is_not_null().all()
    first = pl.col("status").filter(pl.col("value").is_null()).first()
    made = cells.group_by(key, maintain_order=True).agg(
        pl.col("row").min(), pl.col("field").first(), value=pl.when(whole).then(pl.col("value").sum()),
        status=pl.when(whole).then(pl.lit("afgeleid")).otherwise(first.cast(pl.String).fill_null("niet_gemeten")), found=pl.len(),
    )  # fmt: skip
    partial = made.filter(pl.col("found") != number)
    if partial.height:
        area, year, found = partial.select("area", "year", "found").row(0)
        reading.problems.append(
            f"'{column.field}' is de som van {number} rijen per gebied; {area} heeft er in {year} {found} "
            f"({partial.height} gebieden en jaren); zijn de sleutels in de catalogus nog die van de uitgever?"
        )
    return made.with_columns(pl.col("status").cast(Status)).select(cells.columns)


def _field_cells(
    rows: pl.DataFrame, column: Column, place: int, raw: RawTable, catalogue: Catalogue, reading: Reading, parse: Parse
) -> pl.DataFrame:
    texts = rows[f"c{place}"]
    keys = rows.select("area", "level", "year", "boundaries", "row", field=pl.lit(column.field))
    cells = keys.hstack(scaled(parse(rows, place), column.factor)).with_columns(text=texts)
    _check_field(cells, column.field, raw.headers[place], catalogue, reading)
    own = cells.select(*[name for name in CELLS.columns if name not in {"snapshot", "low", "high"}])
    return _added_up(own, column, reading)


def _check_field(cells: pl.DataFrame, name: str, header: str, catalogue: Catalogue, reading: Reading) -> None:
    if cells["odd"].any():
        odd = cells.filter("odd")
        first = odd.row(0, named=True)
        reading.problems.append(
            f"kolom '{header}', rij {first['row']}: '{shown(first['text'])}' is geen getal ({odd.height} keer zo'n cel)"
        )
    low, high = catalogue.fields[name].possible
    if cells["value"].is_between(low, high).all():
        return
    outside = cells.filter((pl.col("value") < low) | (pl.col("value") > high))
    # What a correction waits for is let through to it; where it does not put it right, it is refused after all.
    awaited = [each.expect for each in catalogue.corrections.values() if each.field == name]
    outside = outside.filter(~pl.col("text").str.strip_chars().str.replace(r"\.0+$", "").is_in(awaited))
    if outside.height:
        first = outside.row(0, named=True)
        reading.problems.append(
            f"kolom '{header}', rij {first['row']}: {first['value']:g} kan niet; mogelijk is {low:g} tot {high:g} ({outside.height} keer)"
        )


def _check_signs(raw: RawTable, places: dict[str, int], catalogue: Catalogue, reading: Reading) -> None:
    """Beside 12,5 a cell 1.250 may be a thousand or one and a quarter, and no count has decimals; we do not guess."""
    texts = raw.rows.select(pl.col(f"c{place}").alias(name) for name, place in places.items())
    commas = texts.select(pl.any_horizontal(pl.all().str.contains(_DECIMAL_COMMA).any().fill_null(False))).item()
    for name, place in places.items():
        if not commas and catalogue.fields[name].type != "count":
            continue
        unclear = (
            texts.select(name).with_row_index("row", raw.first_row).filter(pl.col(name).str.contains(_POINT_AND_THREE))
        )
        if unclear.height:
            row, text = unclear.row(0)
            reading.problems.append(
                f"kolom '{raw.headers[place]}', rij {row}: '{text.strip()}' kan een duizendtal zijn of een getal met "
                f"decimalen ({unclear.height} keer zo'n cel); bewaar de tabel zonder punten in duizendtallen"
            )


def _check_units(raw: RawTable, source: Source, places: dict[str, int], reading: Reading) -> None:
    """A publisher that says that a column is now in other units has changed every figure in it."""
    for column in source.columns:
        header = raw.headers[places[column.field]] if column.field in places else ""
        found = raw.units.get(header, "")
        if column.unit and found and unit_scale(found) != unit_scale(column.unit):
            reading.problems.append(f"kolom '{shown(header)}' is in '{shown(found)}'; verwacht '{column.unit}'")


def unit_scale(unit: str) -> str:
    """What a unit does to a number: '%' , or how many there go in one: 'x 1 000 euro' is '1000'."""
    plain = unit.casefold().replace("\xa0", " ")
    if "%" in plain or plain.startswith("percent"):
        return "%"
    if "mln" in plain or "miljoen" in plain or re.search(r"1[ .]?000[ .]?000", plain):
        return "1000000"
    return "1000" if re.match(r"(x\s*)?1[ .]?000\b", plain) or plain.startswith("duizend") else "1"


def _check_keys(reading: Reading) -> None:
    doubled = reading.cells.filter(pl.struct("area", "year", "field").is_duplicated())
    if doubled.height:
        first = doubled.row(0, named=True)
        rows = doubled.filter(
            (pl.col("area") == first["area"]) & (pl.col("year") == first["year"]) & (pl.col("field") == first["field"])
        )["row"]
        reading.problems.append(
            f"gebied {first['area']} staat voor {first['year']} dubbel (rijen {', '.join(map(str, rows[:3]))}); "
            f"{doubled['area'].n_unique()} gebieden zijn dubbel"
        )


def area_problems(areas: Iterable[tuple[str, int]], register: AreaRegister) -> list[str]:
    """Codes whose gemeente did not exist in the boundary year that the file is said to follow."""
    unknown: dict[str, int] = {}
    for code, boundaries in areas:
        if code != "NL" and not register.exists(gemeente_of(code), boundaries):
            unknown.setdefault(gemeente_of(code), boundaries)
    if not unknown:
        return []
    listed = ", ".join(f"{code} in {year}" for code, year in sorted(unknown.items())[:SHOWN])
    return [f"{len(unknown)} gemeenten bestonden niet in de indeling waar dit bestand op hoort te zijn: {listed}"]


def invented_among(codes: Iterable[str]) -> set[bool]:
    """Whether there are invented areas (True), real ones (False) or both among the codes."""
    return {is_invented(code) for code in codes if code != "NL"}


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=dict(CELLS.columns))


def _no_names() -> pl.DataFrame:
    return pl.DataFrame(schema={"area": pl.String, "boundaries": pl.Int16, "name": pl.String})
