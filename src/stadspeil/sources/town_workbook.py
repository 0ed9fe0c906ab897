"""A town's own workbook: every fault is named by its cell, and nothing is taken while there is one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import fastexcel
import polars as pl

from stadspeil.areas import AreaRegister, gemeente_of, level_of, normalize_code
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator
from stadspeil.catalogue.reader import near_match
from stadspeil.contracts import BASE, CELLS, MARGIN, SPECIAL_CODES
from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.cells import Reading
from stadspeil.sources.guarded import workbook_problems
from stadspeil.sources.persons import person_problems
from stadspeil.sources.rows import shown
from stadspeil.sources.sheets import sheet_texts
from stadspeil.sources.template import own_indicators
from stadspeil.sources.town_columns import (
    AREA_SHEET,
    INDICATOR_SHEET,
    LONG_HEADERS,
    LONG_SHEET,
    MAP_SHEET,
    README_SHEET,
    WIDE_KEYS,
    WIDE_SHEET,
)

# Sheets that the template fills; a person may have typed in them all the same.
_OUR_SHEETS = frozenset((README_SHEET, INDICATOR_SHEET, AREA_SHEET, MAP_SHEET))
# Columns beside the value, and the ending of the fields that they become.
_BESIDE = {"n": BASE, "marge": MARGIN}
_YEARS = range(1990, 2101)
Rows = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class _Entry:
    """One figure as texts. `cells` has the address of each part, `column` is what a person calls its column."""

    row: int
    column: str
    area: str
    year: str
    indicator: str
    value: str
    beside: dict[str, str]
    cells: dict[str, str]


def is_town_workbook(content: bytes) -> bool:
    """Whether a workbook has one of the sheets of our template."""
    if content[:4] != b"PK\x03\x04" or workbook_problems(content):
        return False
    try:
        return bool({LONG_SHEET, WIDE_SHEET} & set(fastexcel.read_excel(content).sheet_names))
    except Exception:  # a workbook that the reader cannot open is not ours; another reader will say what is wrong
        return False


def read_town_workbook(content: bytes, file_name: str, catalogue: Catalogue, snapshot: str) -> Reading:
    """Cells from the sheets 'Cijfers' and 'Breed'. A field is the id of an indicator; its n is '<id>__n', its margin
    (95 %) '<id>__marge'."""
    problems = workbook_problems(content)
    if problems:
        raise SourceError(file_name, problems)
    faults: list[str] = person_problems(_all_sheets(content, file_name), _letters, _OUR_SHEETS)
    entries = _entries(content, file_name, faults)
    known = {each.id: each for each in own_indicators(catalogue)}
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    rows = [row for entry in entries for row in _cells(entry, known, catalogue, register, faults)]
    if not entries and not faults:
        faults.append(f"de bladen '{LONG_SHEET}' en '{WIDE_SHEET}' zijn leeg; vul een van beide in")
    reading = Reading(
        _frame(rows, snapshot), pl.DataFrame(schema={"area": pl.String, "boundaries": pl.Int16, "name": pl.String}), {}
    )
    columns: dict[str, list[str]] = {}
    for entry in entries:
        columns.setdefault(entry.indicator, []).append(entry.column)
        for name, ending in _BESIDE.items():
            if entry.beside.get(name):
                columns.setdefault(f"{entry.indicator}{ending}", []).append(f"{LONG_SHEET}: {name}")
    reading.columns = {field: " en ".join(dict.fromkeys(names)) for field, names in columns.items()}
    reading.problems = faults or _doubled(entries)
    return reading


def own_cell(content: bytes, file_name: str, field: str, row: int) -> str | None:
    """The text of a figure as it stands in the workbook; None when there is none."""
    name = next((name for name, ending in _BESIDE.items() if field.endswith(ending)), "")
    id = field.removesuffix(_BESIDE[name]) if name else field
    found = [each for each in _entries(content, file_name, []) if each.row == row and each.indicator == id]
    texts = dict.fromkeys(each.beside.get(name, "") if name else each.value for each in found)
    return " en ".join(texts) if texts else None


def named_areas(content: bytes, file_name: str) -> list[tuple[str, str, int]]:
    """Cell, code and year of every area that a sound workbook names, each code once a year."""
    found: dict[tuple[str, int], str] = {}
    for entry in _entries(content, file_name, []):
        found.setdefault((normalize_code(entry.area), int(float(entry.year))), entry.cells["gebied"])
    return [(cell, code, year) for (code, year), cell in found.items()]


def _entries(content: bytes, file_name: str, faults: list[str]) -> list[_Entry]:
    try:
        book = fastexcel.read_excel(content)
        long, wide, mapping = (_sheet(book, content, name) for name in (LONG_SHEET, WIDE_SHEET, MAP_SHEET))
    except Exception as fault:  # the reader raises its own kinds for every sort of damage
        raise SourceError(file_name, f"het werkboek is niet te lezen ({fault})", "haal het opnieuw op") from fault
    return [*_long(long, faults), *_wide(wide, mapping, faults)]


def _all_sheets(content: bytes, file_name: str) -> list[tuple[str, Rows]]:
    """Every sheet, hidden ones too: the whole workbook is kept, not only what we read of it."""
    try:
        book = fastexcel.read_excel(content)
        return [(name, _sheet(book, content, name)) for name in book.sheet_names]
    except Exception as fault:  # the reader raises its own kinds for every sort of damage
        raise SourceError(file_name, f"het werkboek is niet te lezen ({fault})", "haal het opnieuw op") from fault


def _sheet(book: fastexcel.ExcelReader, content: bytes, name: str) -> Rows:
    return sheet_texts(book, content, name).rows() if name in book.sheet_names else []


def _long(rows: Rows, faults: list[str]) -> Iterator[_Entry]:
    if not rows:
        return
    heads = [_text(each).lower() for each in rows[0]]
    missing = [name for name in LONG_HEADERS[:4] if name not in heads]
    if missing:
        faults.append(
            f"{LONG_SHEET}!A1: kop {', '.join(missing)} ontbreekt; gevonden: {', '.join(filter(None, heads))}; "
            "neem de koppen van het sjabloon over"
        )
        return
    at = {name: heads.index(name) for name in LONG_HEADERS if name in heads}
    for number, row in enumerate(rows[1:], start=2):
        texts = {name: _text(row[place]) for name, place in at.items()}
        if any(texts.values()):
            cells = {name: f"{LONG_SHEET}!{_letters(place)}{number}" for name, place in at.items()}
            yield _Entry(
                number,
                f"{LONG_SHEET}: waarde",
                texts["gebied"],
                texts["jaar"],
                texts["indicator"],
                texts["waarde"],
                {name: texts.get(name, "") for name in _BESIDE},
                cells,
            )


def _wide(rows: Rows, mapping: Rows, faults: list[str]) -> Iterator[_Entry]:
    if len(rows) < 2:
        return
    heads = [_text(each).lower() for each in rows[0]]
    missing = [name for name in WIDE_KEYS if name not in heads]
    if missing:
        faults.append(f"{WIDE_SHEET}!A1: kop {', '.join(missing)} ontbreekt; neem de koppen van het sjabloon over")
        return
    meant = {_text(row[0]).lower(): _text(row[1]) for row in mapping[1:] if len(row) > 1 and _text(row[0])}
    own = [(place, head) for place, head in enumerate(heads) if head not in WIDE_KEYS]
    for place, head in own:
        if head and head not in meant:
            faults.append(
                f"{WIDE_SHEET}!{_letters(place)}1: kolom '{shown(head)}' staat niet in het blad '{MAP_SHEET}'; "
                "zet daar welk cijfer het is, of haal de kolom weg"
            )
    keys = {name: heads.index(name) for name in WIDE_KEYS}
    for number, row in enumerate(rows[1:], start=2):
        area, year = (_text(row[keys[name]]) for name in WIDE_KEYS)
        for place, head in own:
            here, text = f"{WIDE_SHEET}!{_letters(place)}{number}", _text(row[place])
            if text and not head:
                faults.append(
                    f"{here}: '{shown(text)}' staat in een kolom zonder kop; geef de kolom een kop of maak de cel leeg"
                )
            elif head in meant and (text or area):
                cells = {name: f"{WIDE_SHEET}!{_letters(at)}{number}" for name, at in keys.items()}
                cells |= {"waarde": here, "indicator": f"{MAP_SHEET} (kolom '{head}')"}
                yield _Entry(number, f"{WIDE_SHEET}: {head}", area, year, meant[head], text, {}, cells)


def _cells(
    entry: _Entry, known: dict[str, Indicator], catalogue: Catalogue, register: AreaRegister, faults: list[str]
) -> Iterator[tuple[object, ...]]:
    before = len(faults)
    area, year = _area(entry, faults), _year(entry, faults)
    if area and year and area != "NL" and not register.exists(gemeente_of(area), year):
        faults.append(
            f"{entry.cells['gebied']}: gemeente {gemeente_of(area)} bestond niet in {year}; neem de gemeente van toen of een ander jaar"
        )
    if entry.indicator not in known:
        faults.append(f"{entry.cells['indicator']}: {_why_not(entry.indicator, catalogue, known)}")
    value = _number(entry.value, entry.cells["waarde"], "waarde", faults)
    beside = {name: _number(entry.beside.get(name, ""), entry.cells.get(name, ""), name, faults) for name in _BESIDE}
    for name, number in beside.items():
        if number is not None and number <= 0:
            faults.append(f"{entry.cells[name]}: {name} is {number:g}; laat de cel leeg als u {name} niet weet")
    if beside["marge"] is not None and value is None:
        faults.append(f"{entry.cells['marge']}: een marge zonder waarde; vul de waarde in of haal de marge weg")
    if value is not None and entry.indicator in known:
        low, high = known[entry.indicator].possible
        if not low <= value <= high:
            faults.append(
                f"{entry.cells['waarde']}: {value:g} kan niet bij {entry.indicator}; mogelijk is {low:g} tot {high:g}; "
                "kijk na of het getal en de eenheid kloppen"
            )
        elif (beside["marge"] or 0) > high - low:
            faults.append(
                f"{entry.cells['marge']}: marge {beside['marge']:g} is breder dan alles wat kan ({low:g} tot {high:g}); "
                "geef de helft van het interval, in de eenheid van het cijfer"
            )
    if len(faults) > before or area is None or year is None:
        return
    status = "waarde" if value is not None else "niet_gemeten"
    yield area, level_of(area), year, entry.indicator, value, status, entry.row
    for name, number in beside.items():
        if number is not None:
            yield area, level_of(area), year, f"{entry.indicator}{_BESIDE[name]}", number, "waarde", entry.row


def _area(entry: _Entry, faults: list[str]) -> str | None:
    try:
        code = normalize_code(entry.area)
        level = level_of(code)
    except QuestionError:
        code, level = "", ""
    if level not in ("land", "gemeente", "wijk", "buurt"):
        here = entry.cells["gebied"]
        faults.append(f"{here}: gebied '{shown(entry.area)}' is geen code; geef een code als GM0637 of BU06370101")
        return None
    return code


def _year(entry: _Entry, faults: list[str]) -> int | None:
    text = re.sub(r"\.0$", "", entry.year)
    if text.isdecimal() and int(text) in _YEARS:
        return int(text)
    faults.append(
        f"{entry.cells['jaar']}: jaar '{shown(entry.year)}' is geen jaar van vier cijfers; geef een jaar als 2024"
    )
    return None


def _why_not(id: str, catalogue: Catalogue, known: Iterable[str]) -> str:
    if not id:
        return "het cijfer is niet genoemd; kies een id uit het blad 'Indicatoren'"
    if id in catalogue.indicators:
        return f"'{id}' komt van {catalogue.indicators[id].source}; daarvoor leest Stadspeil geen eigen opgave"
    return f"cijfer '{shown(id)}' bestaat niet{near_match(id, known)}; kies een id uit het blad 'Indicatoren'"


def _number(text: str, place: str, what: str, faults: list[str]) -> float | None:
    if text in {"", ".", "x"}:
        return None
    plain = text.replace(",", ".") if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text) else text
    number = float(plain) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", plain) else math.inf
    if number in SPECIAL_CODES:
        faults.append(f"{place}: {what} {text} is een code voor 'onbekend'; laat de cel leeg")
    elif math.isinf(number):
        faults.append(f"{place}: {what} '{shown(text)}' is geen getal; geef een getal als 7,8, of laat de cel leeg")
    else:
        return number
    return None


def _doubled(entries: list[_Entry]) -> list[str]:
    seen: dict[tuple[str, float, str], str] = {}
    faults = []
    for entry in entries:
        here = entry.cells["waarde"]
        # Two spellings of a code are one area.
        key = (normalize_code(entry.area), float(entry.year), entry.indicator)
        if key in seen:
            faults.append(
                f"{here}: {entry.indicator} van {key[0]} in {entry.year} staat ook in {seen[key]}; laat er een staan"
            )
        seen.setdefault(key, here)
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
    letters = ""
    while place >= 0:
        letters = chr(65 + place % 26) + letters
        place = place // 26 - 1
    return letters
