"""Any of the file shapes that publishers use, as one table of texts with its headers and its first row number."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

import fastexcel
import polars as pl

from stadspeil.amounts import counted
from stadspeil.errors import SourceError
from stadspeil.sources.descriptions import REMEDY, described_table
from stadspeil.sources.guarded import LARGEST_FILE, MEGABYTE, workbook_problems
from stadspeil.sources.probing import size_of_parquet
from stadspeil.sources.sheets import sheet_texts

_LONGEST_FIELD = 100_000
# StatLine gives no more rows than these in one answer, and does not say that it stopped.
_ROW_LIMITS = (5_000, 10_000)
MOST_ROWS = 2_000_000
MOST_COLUMNS = 2_000
# A small file can ask for many: equal cells in Parquet, a new name in each record of JSON.
MOST_CELLS = 30_000_000
_MOST_ABOVE = 20
_MOST_SHOWN = 120
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# First bytes of files that people hand in by mistake.
_OTHER_KINDS = {
    b"%PDF": "een PDF",
    b"\x89PNG": "een plaatje",
    b"\xff\xd8\xff": "een plaatje",
    b"\x1f\x8b": "een gzip-archief",
}


@dataclass(frozen=True)
class RawTable:
    """Rows as they stand in the file. Column `cN` of `rows` belongs to headers[N]; all cells are text or null.

    `first_row` is the number that a person sees beside the first row of figures. `about` is what the file says
    of itself (the metadata address of an OData answer). `plain_text` tells that no cell had a type of its own, so that
    a point or comma means what the whole column says it means. `units` and `edition` are told by a delivery only.
    """

    headers: tuple[str, ...]
    rows: pl.DataFrame
    first_row: int
    about: str = ""
    remarks: tuple[str, ...] = ()
    plain_text: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""

    def column(self, index: int) -> pl.Series:
        """One column of texts."""
        return self.rows[f"c{index}"]


def read_rows(content: bytes, file_name: str) -> RawTable:
    """The table in a file, by its content first and its name second. SourceError in one plain message."""
    if not content.strip():
        raise SourceError(file_name, "het bestand is leeg", "haal het opnieuw op")
    if len(content) > LARGEST_FILE:
        raise SourceError(
            file_name, f"het bestand is {len(content) / MEGABYTE:.0f} MB; hooguit {LARGEST_FILE / MEGABYTE:.0f} MB"
        )
    suffix = PurePath(file_name).suffix.lower()
    if content[:4] == b"PK\x03\x04":
        return _from_workbook(content, file_name)
    if content[:4] == b"PAR1":
        return _from_parquet(content, file_name)
    _refuse_other_kinds(content, suffix, file_name)
    text, remarks = decode_text(content, file_name)
    if text.lstrip()[:1] in {"{", "["}:
        return _from_json(text, file_name)
    if text.lstrip()[:1] == "<":
        raise SourceError(
            file_name,
            "dit is een webpagina of XML, geen tabel",
            "waarschijnlijk een foutmelding van de uitgever; haal het bestand opnieuw op",
        )
    return _from_csv(text, file_name, remarks)


def _refuse_other_kinds(content: bytes, suffix: str, file_name: str) -> None:
    if content[:8] == _OLE and _LOCKED in content:
        raise SourceError(file_name, "het werkboek heeft een wachtwoord", "bewaar het zonder wachtwoord als .xlsx")
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise SourceError(file_name, f"dit is {kind}, geen tabel", "geef het bestand met de cijfers zelf")
    if suffix in {".xlsx", ".xlsm", ".parquet"} or content[:8] == _OLE:
        raise SourceError(
            file_name,
            f"de inhoud is geen {suffix or '.xls'}-bestand dat wij lezen",
            "bewaar het als .xlsx of haal het opnieuw op",
        )


def decode_text(content: bytes, file_name: str) -> tuple[str, tuple[str, ...]]:
    """UTF-8, with or without its mark; else Windows-1252, with a remark. Anything else is refused."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in content[:4096]:
        raise SourceError(
            file_name, "dit is geen UTF-8 (het lijkt UTF-16 of een binair bestand)", "bewaar het als 'CSV UTF-8'"
        )
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        try:
            return content.decode("cp1252"), (
                f"{file_name}: gelezen als Windows-1252 (byte {fault.start} is geen UTF-8)",
            )
        except UnicodeDecodeError:
            raise SourceError(
                file_name, f"byte {fault.start} is geen UTF-8 en geen Windows-1252", "bewaar het als 'CSV UTF-8'"
            ) from fault


def _from_workbook(content: bytes, file_name: str) -> RawTable:
    problems = workbook_problems(content)
    if problems:
        raise SourceError(file_name, problems)
    try:
        book = fastexcel.read_excel(content)
        sheets = {name: sheet_texts(book, content, name) for name in book.sheet_names}
    except Exception as fault:  # the reader raises its own kinds for every sort of damage
        raise SourceError(file_name, f"het werkboek is niet te lezen ({fault})", "haal het opnieuw op") from fault
    return _largest(sheets, file_name)


def _largest(sheets: dict[str, pl.DataFrame], file_name: str) -> RawTable:
    """The sheet with most cells: notes and contents may stand before it, but never a second table of its kind."""
    if not sheets:
        raise SourceError(file_name, "het werkboek heeft geen bladen met cellen", "haal het opnieuw op")
    chosen = max(sheets, key=lambda name: sheets[name].height * sheets[name].width)
    raw = _with_headers(sheets[chosen], file_name)
    others = [name for name, table in sheets.items() if name != chosen and table.height > 1]
    twins = [name for name in others if _headers(sheets[name]) == raw.headers]
    if twins:
        raise SourceError(
            file_name,
            f"de bladen '{chosen}' en '{twins[0]}' hebben dezelfde koppen; wij lezen een tabel per bestand",
            "bewaar elk blad als eigen bestand",
        )
    if not others:
        return raw
    left = f"alleen blad '{chosen}' is gelezen, niet: {', '.join(others)}"
    return dataclasses.replace(raw, remarks=(*raw.remarks, left))


def _with_headers(table: pl.DataFrame, file_name: str) -> RawTable:
    head = _head_row(table)
    body = table[head + 1 :]
    if body.is_empty():
        raise SourceError(file_name, "er staan geen rijen onder de koppen", "haal het bestand opnieuw op")
    return RawTable(_headers(table), _numbered(body), first_row=head + 2)


def _head_row(table: pl.DataFrame) -> int:
    """The first row that is mostly filled: a title or empty rows may stand above it."""
    filled = [sum(bool(cell and cell.strip()) for cell in row) for row in table.head(_MOST_ABOVE).iter_rows()]
    return next((number for number, cells in enumerate(filled) if 2 * cells >= max(filled)), 0)


def _headers(table: pl.DataFrame) -> tuple[str, ...]:
    return tuple((cell or "").strip() for cell in table.row(_head_row(table))) if table.height else ()


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    texts = table.with_columns(pl.all().cast(pl.String))
    return texts.rename({name: f"c{number}" for number, name in enumerate(texts.columns)})


def _from_parquet(content: bytes, file_name: str) -> RawTable:
    try:
        refuse_large(*size_of_parquet(content, file_name, MOST_CELLS), file_name)
        table = pl.read_parquet(io.BytesIO(content))
        return RawTable(tuple(table.columns), _numbered(table), first_row=1)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as fault:
        raise SourceError(file_name, f"het parquetbestand is niet te lezen ({fault})", "haal het opnieuw op") from fault


def refuse_large(rows: int, columns: int, file_name: str) -> None:
    """SourceError when a table is larger than we lay out in memory."""
    limits = {"rijen": (rows, MOST_ROWS), "kolommen": (columns, MOST_COLUMNS), "cellen": (rows * columns, MOST_CELLS)}
    for what, (found, most) in limits.items():
        if found > most:
            raise SourceError(
                file_name, f"er staan {found} {what} in; hooguit {most} lezen wij", "knip het bestand in delen"
            )


def _from_json(text: str, file_name: str) -> RawTable:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise SourceError(
            file_name, f"de JSON is afgebroken of beschadigd ({fault})", "haal het bestand opnieuw op"
        ) from fault
    records = answer.get("value") if isinstance(answer, dict) else answer
    if not isinstance(records, list) or not records or not all(isinstance(each, dict) for each in records):
        raise _no_records(answer, file_name)
    headers = tuple(dict.fromkeys(key for each in records for key in each))
    refuse_large(len(records), len(headers), file_name)
    columns = {f"c{number}": [as_text(each.get(key)) for each in records] for number, key in enumerate(headers)}
    about = str(answer.get("odata.metadata", "")) if isinstance(answer, dict) else ""
    remarks = _cut_short(answer, len(records), file_name)
    return RawTable(headers, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), 1, about, remarks)


def _no_records(answer: object, file_name: str) -> SourceError:
    """What an answer without rows is: most often a publisher's error under a good status."""
    error = answer.get("odata.error") or answer.get("error") if isinstance(answer, dict) else None
    if error:
        return SourceError(
            file_name, f"dit is een foutmelding van de uitgever: {shown(json.dumps(error))}", "haal het opnieuw op"
        )
    about = described_table(answer) if isinstance(answer, dict) else ""
    if about:
        return SourceError(
            file_name, f"dit is de beschrijving van tabel {shown(about)}; er staan geen cijfers in", REMEDY
        )
    keys = f", wel: {shown(', '.join(map(str, answer)))}" if isinstance(answer, dict) and answer else ""
    return SourceError(
        file_name,
        f"er staat geen lijst met rijen onder 'value'{keys}",
        "geef een antwoord van TypedDataSet of UntypedDataSet, niet de beschrijving van een tabel",
    )


def shown(text: str) -> str:
    """The start of a strange text, fit for one line of a message and a terminal."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text[:_MOST_SHOWN]).split())
    return f"{line}…" if len(text) > _MOST_SHOWN else line


def _cut_short(answer: object, records: int, file_name: str) -> tuple[str, ...]:
    if isinstance(answer, dict) and (answer.get("odata.nextLink") or answer.get("@odata.nextLink")):
        raise SourceError(
            file_name,
            "dit is maar een deel van de tabel: er hoort een volgende bladzijde bij",
            "haal alle bladzijden op",
        )
    counted = answer.get("odata.count") or answer.get("@odata.count") if isinstance(answer, dict) else None
    if counted is not None and str(counted) != str(records):
        raise SourceError(
            file_name,
            f"de uitgever telt {shown(str(counted))} rijen en er staan er {records} in",
            "haal de hele tabel op, zonder $top of met alle bladzijden",
        )
    if records in _ROW_LIMITS:
        return (
            f"precies {records} rijen: de uitgever heeft het antwoord waarschijnlijk afgekapt; kijk na of alles er is",
        )
    return ()


def as_text(value: object) -> str | None:
    """A cell of JSON as the text that it would be in a file; nothing stays nothing."""
    return None if value is None else str(value)


def _from_csv(text: str, file_name: str, remarks: tuple[str, ...]) -> RawTable:
    rows = _csv_rows(text, file_name)
    headers, body = tuple(each.strip() for each in rows[0]), rows[1:]
    while body and _is_closing(body[-1]):
        body.pop()
    if not body:
        raise SourceError(file_name, "er staan geen rijen onder de koppen", "haal het bestand opnieuw op")
    refuse_large(len(body), len(headers), file_name)
    uneven = [number for number, row in enumerate(body, start=2) if row and len(row) != len(headers)]
    if uneven:
        raise SourceError(
            file_name, f"{counted(len(uneven), 'rij heeft', 'rijen hebben')} niet {len(headers)} cellen, eerste: rij {uneven[0]}",
            "het bestand is afgebroken of het scheidingsteken staat ook in een tekst",
        )  # fmt: skip
    columns = {f"c{number}": [row[number] if row else None for row in body] for number in range(len(headers))}
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return RawTable(headers, table, 2, "", remarks, plain_text=True)


def _csv_rows(text: str, file_name: str) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    first = text.split("\n", 1)[0]
    try:
        # Quoted headers may hold commas themselves, so cells are counted and not signs.
        delimiter = max(";,\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
        if delimiter not in first:
            raise SourceError(
                file_name,
                f"de eerste regel heeft maar een kolom: '{shown(first)}'; verwacht koppen gescheiden door ; of ,",
                "dit is geen tabel, misschien een foutmelding van de uitgever; haal het bestand opnieuw op",
            )
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise SourceError(
            file_name, f"de CSV is beschadigd of afgebroken ({fault})", "haal het bestand opnieuw op"
        ) from fault


def _is_closing(row: list[str]) -> bool:
    """Whether a row at the end is empty or names the publisher, as StatLine ends its exports."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return not filled or (len(filled) == 1 and filled[0].startswith(("Bron:", "©")))
