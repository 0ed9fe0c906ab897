"""A town's own workbook: every fault is named by its cell, and nothing is taken while there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import fastexcel
import polars as pl

from stadspeil.areas import is_code, level_of, normalize_code
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.reader import near_match
from stadspeil.contracts import CELLS
from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.cells import Reading
from stadspeil.sources.guarded import workbook_problems
from stadspeil.sources.template import own_indicators
from stadspeil.sources.town_columns import LONG_HEADERS, LONG_SHEET, MAP_SHEET, WIDE_KEYS, WIDE_SHEET

_YEARS = range(1990, 2101)
Rows = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class _Entry:
    """One figure with the cells in which its parts stand."""

    place: str
    row: int
    area: str
    year: str
    indicator: str
    value: str
    n: str = ""


def is_town_workbook(content: bytes) -> bool:
    """Whether a workbook has one of the sheets of our template."""
    if content[:4] != b"PK\x03\x04" or workbook_problems(content):
        return False
    try:
        return bool({LONG_SHEET, WIDE_SHEET} & set(fastexcel.read_excel(content).sheet_names))
    except Exception:  # a workbook that the reader cannot open is not ours; another reader will say what is wrong
        return False


def read_town_workbook(content: bytes, file_name: str, catalogue: Catalogue, snapshot: str) -> Reading:
    """Cells from the sheets 'Cijfers' and 'Breed'. A field is the id of an indicator; its n is '<id>__n'."""
    problems = workbook_problems(content)
    if problems:
        raise SourceError(file_name, problems)
    book = fastexcel.read_excel(content)
    faults: list[str] = []
    entries = [
        *_long(_sheet(book, LONG_SHEET), faults),
        *_wide(_sheet(book, WIDE_SHEET), _sheet(book, MAP_SHEET), faults),
    ]
    rows = [row for entry in entries for row in _cells(entry, catalogue, faults)]
    if not entries and not faults:
        faults.append(f"de bladen '{LONG_SHEET}' en '{WIDE_SHEET}' zijn leeg; vul een van beide in")
    reading = Reading(
        _frame(rows, snapshot), pl.DataFrame(schema={"area": pl.String, "boundaries": pl.Int16, "name": pl.String}), {}
    )
    reading.columns = {field: field for field in reading.cells["field"].unique().sort()}
    reading.problems = faults or _doubled(entries)
    return reading


def _sheet(book: fastexcel.ExcelReader, name: str) -> Rows:
    if name not in book.sheet_names:
        return []
    try:
        return book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()
    except Exception:  # an empty sheet has no cells to load
        return []


def _long(rows: Rows, faults: list[str]) -> Iterator[_Entry]:
    if not rows:
        return
    heads = [_text(each).lower() for each in rows[0]]
    missing = [name for name in LONG_HEADERS[:4] if name not in heads]
    if missing:
        faults.append(
            f"{LONG_SHEET}!A1: kop {', '.join(missing)} ontbreekt; gevonden: {', '.join(filter(None, heads))}"
        )
        return
    at = {name: heads.index(name) for name in LONG_HEADERS if name in heads}
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _text(row[place]) for name, place in at.items()}
        if any(cells.values()):
            place = f"{LONG_SHEET}!{_letters(at['waarde'])}{number}"
            yield _Entry(
                place, number, cells["gebied"], cells["jaar"], cells["indicator"], cells["waarde"], cells.get("n", "")
            )


def _wide(rows: Rows, mapping: Rows, faults: list[str]) -> Iterator[_Entry]:
    if len(rows) < 2:
        return
    heads = [_text(each).lower() for each in rows[0]]
    missing = [name for name in WIDE_KEYS if name not in heads]
    if missing:
        faults.append(f"{WIDE_SHEET}!A1: kop {', '.join(missing)} ontbreekt")
        return
    meant = {_text(row[0]).lower(): _text(row[1]) for row in mapping[1:] if len(row) > 1 and _text(row[0])}
    own = [(place, head) for place, head in enumerate(heads) if head and head not in WIDE_KEYS]
    for place, head in own:
        if head not in meant:
            faults.append(f"{WIDE_SHEET}!{_letters(place)}1: kolom '{head}' staat niet in het blad '{MAP_SHEET}'")
    for number, row in enumerate(rows[1:], start=2):
        area, year = _text(row[heads.index("gebied")]), _text(row[heads.index("jaar")])
        for place, head in own:
            if head in meant and (_text(row[place]) or area):
                yield _Entry(
                    f"{WIDE_SHEET}!{_letters(place)}{number}", number, area, year, meant[head], _text(row[place])
                )


def _cells(entry: _Entry, catalogue: Catalogue, faults: list[str]) -> Iterator[tuple[object, ...]]:
    before = len(faults)
    area, year = _area(entry, faults), _year(entry, faults)
    known = {each.id: each for each in own_indicators(catalogue)}
    if entry.indicator not in known:
        faults.append(f"{entry.place}: {_why_not(entry.indicator, catalogue, known)}")
    value = _number(entry.value, entry.place, "waarde", faults)
    size = _number(entry.n, entry.place, "n", faults)
    if value is not None and entry.indicator in known:
        low, high = known[entry.indicator].possible
        if not low <= value <= high:
            faults.append(f"{entry.place}: {value:g} kan niet bij {entry.indicator}; mogelijk is {low:g} tot {high:g}")
    if len(faults) > before or area is None or year is None:
        return
    yield (
        area,
        level_of(area),
        year,
        entry.indicator,
        value,
        "waarde" if value is not None else "niet_gemeten",
        entry.row,
    )
    if size is not None:
        yield area, level_of(area), year, f"{entry.indicator}__n", size, "waarde", entry.row


def _area(entry: _Entry, faults: list[str]) -> str | None:
    try:
        code = normalize_code(entry.area)
    except QuestionError:
        faults.append(f"{entry.place}: gebied '{entry.area}' is geen code; geef een code als GM0637 of BU06370101")
        return None
    return code if is_code(code) else None


def _year(entry: _Entry, faults: list[str]) -> int | None:
    text = re.sub(r"\.0$", "", entry.year)
    if text.isdigit() and int(text) in _YEARS:
        return int(text)
    faults.append(f"{entry.place}: jaar '{entry.year}' is geen jaar van vier cijfers")
    return None


def _why_not(id: str, catalogue: Catalogue, known: Iterable[str]) -> str:
    if not id:
        return "het cijfer is niet genoemd; kies een id uit het blad 'Indicatoren'"
    if id in catalogue.indicators:
        return f"'{id}' komt van {catalogue.indicators[id].source}; daarvoor leest Stadspeil geen eigen opgave"
    return f"cijfer '{id}' bestaat niet{near_match(id, known)}; kies een id uit het blad 'Indicatoren'"


def _number(text: str, place: str, what: str, faults: list[str]) -> float | None:
    if text in {"", ".", "x"}:
        return None
    plain = text.replace(",", ".") if re.fullmatch(r"[+-]?\d+,\d+", text) else text
    if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", plain):
        return float(plain)
    faults.append(f"{place}: {what} '{text}' is geen getal")
    return None


def _doubled(entries: list[_Entry]) -> list[str]:
    seen: dict[tuple[str, str, str], str] = {}
    faults = []
    for entry in entries:
        key = (entry.area, entry.year, entry.indicator)
        if key in seen:
            faults.append(f"{entry.place}: {entry.indicator} van {entry.area} in {entry.year} staat ook in {seen[key]}")
        seen.setdefault(key, entry.place)
    return faults


def _frame(rows: list[tuple[object, ...]], snapshot: str) -> pl.DataFrame:
    names = ("area", "level", "year", "field", "value", "status", "row")
    table = pl.DataFrame(rows, schema={name: CELLS.columns[name] for name in names}, orient="row")
    return table.with_columns(
        boundaries=pl.col("year"),
        snapshot=pl.lit(snapshot),
        low=pl.lit(None, dtype=pl.Float64),
        high=pl.lit(None, dtype=pl.Float64),
    ).select(list(CELLS.columns))


def _text(cell: str | None) -> str:
    return "" if cell is None else str(cell).strip()


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
