"""Any of the file shapes that publishers use, as one table of texts with its headers and its first row number."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import PurePath

import fastexcel
import polars as pl

from stadspeil.errors import SourceError
from stadspeil.sources.guarded import LARGEST_FILE, MEGABYTE, workbook_problems

_LONGEST_FIELD = 100_000
# StatLine gives no more rows than these in one answer, and does not say that it stopped.
_ROW_LIMITS = (5_000, 10_000)


@dataclass(frozen=True)
class RawTable:
    """Rows as they stand in the file. Column `cN` of `rows` belongs to headers[N]; all cells are text or null.

    `first_row` is the number that a person sees beside the first row of figures. `about` is what the file says
    of itself (the metadata address of an OData answer).
    """

    headers: tuple[str, ...]
    rows: pl.DataFrame
    first_row: int
    about: str = ""
    remarks: tuple[str, ...] = ()

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
    if suffix in {".xlsx", ".xlsm", ".parquet"} or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SourceError(
            file_name,
            f"de inhoud is geen {suffix or '.xls'}-bestand dat wij lezen",
            "bewaar het als .xlsx of haal het opnieuw op",
        )
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
        sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None, dtypes="string")
        table = sheet.to_polars()
    except Exception as fault:  # the reader raises its own kinds for every sort of damage
        raise SourceError(file_name, f"het werkboek is niet te lezen ({fault})", "haal het opnieuw op") from fault
    return _with_headers(table, file_name)


def _with_headers(table: pl.DataFrame, file_name: str) -> RawTable:
    if table.height < 2:
        raise SourceError(file_name, "er staan geen rijen onder de koppen", "haal het bestand opnieuw op")
    headers = tuple(str(cell).strip() if cell is not None else "" for cell in table.row(0))
    return RawTable(headers, _numbered(table[1:]), first_row=2)


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    texts = table.with_columns(pl.all().cast(pl.String))
    return texts.rename({name: f"c{number}" for number, name in enumerate(texts.columns)})


def _from_parquet(content: bytes, file_name: str) -> RawTable:
    try:
        table = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as fault:
        raise SourceError(file_name, f"het parquetbestand is beschadigd ({fault})", "haal het opnieuw op") from fault
    return RawTable(tuple(table.columns), _numbered(table), first_row=1)


def _from_json(text: str, file_name: str) -> RawTable:
    try:
        answer = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as fault:
        raise SourceError(
            file_name, f"de JSON is afgebroken of beschadigd ({fault})", "haal het bestand opnieuw op"
        ) from fault
    records = answer.get("value") if isinstance(answer, dict) else answer
    if not isinstance(records, list) or not records or not all(isinstance(each, dict) for each in records):
        raise SourceError(
            file_name, "er staat geen lijst met rijen onder 'value'", "waarschijnlijk een foutmelding van de uitgever"
        )
    headers = tuple(dict.fromkeys(key for each in records for key in each))
    columns = {f"c{number}": [_as_text(each.get(key)) for each in records] for number, key in enumerate(headers)}
    about = str(answer.get("odata.metadata", "")) if isinstance(answer, dict) else ""
    remarks = _cut_short(answer, len(records), file_name)
    return RawTable(headers, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), 1, about, remarks)


def _cut_short(answer: object, records: int, file_name: str) -> tuple[str, ...]:
    link = answer.get("odata.nextLink") if isinstance(answer, dict) else None
    if link:
        raise SourceError(
            file_name,
            "dit is maar een deel van de tabel: er hoort een volgende bladzijde bij",
            "haal alle bladzijden op",
        )
    if records in _ROW_LIMITS:
        return (
            f"precies {records} rijen: de uitgever heeft het antwoord waarschijnlijk afgekapt; kijk na of alles er is",
        )
    return ()


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _from_csv(text: str, file_name: str, remarks: tuple[str, ...]) -> RawTable:
    csv.field_size_limit(_LONGEST_FIELD)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    if not first.count(delimiter):
        raise SourceError(
            file_name,
            "de eerste regel heeft maar een kolom; verwacht koppen gescheiden door ; of ,",
            "kijk of dit een CSV-tabel is",
        )
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise SourceError(
            file_name, f"de CSV is beschadigd of afgebroken ({fault})", "haal het bestand opnieuw op"
        ) from fault
    rows = [row for row in rows if row]
    headers, body = tuple(each.strip() for each in rows[0]), rows[1:]
    if not body:
        raise SourceError(file_name, "er staan geen rijen onder de koppen", "haal het bestand opnieuw op")
    uneven = [number for number, row in enumerate(body, start=2) if len(row) != len(headers)]
    if uneven:
        raise SourceError(
            file_name, f"{len(uneven)} rijen hebben niet {len(headers)} cellen, eerste: rij {uneven[0]}",
            "het bestand is afgebroken of het scheidingsteken staat ook in een tekst",
        )  # fmt: skip
    columns = {f"c{number}": [row[number] for row in body] for number in range(len(headers))}
    return RawTable(headers, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), 2, "", remarks)
