"""A delivery: all that one fetch brought of a table, in one file that can be kept, sent and read like any other.

    delivery.json              what was asked, of which table, and which pages there are
    pages/0001.json ...        the publisher's answers, byte for byte, in the order of asking
    about/<entity>.json        what the publisher says of the table: its columns, units and codes

The file is a zip with fixed dates and order, so that the same answers give the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import polars as pl

from stadspeil.errors import SourceError
from stadspeil.sources.rows import RawTable, as_text, refuse_large

Protocol = Literal["statline_v3", "statline_v4", "features"]
SUFFIX = ".levering.zip"
_HEAD = "delivery.json"
# What reading a damaged archive raises.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
_FORMAT = 1
_START_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
MOST_UNPACKED = 2_000_000_000
MOST_PAGES = 20_000
# Of the reasons only 'Impossible' is known from documents of the publisher; any other is taken for secret.
_MARKS = {"Impossible": "-"}
# Equal answers compress well, but none of a publisher's a thousand times.
LARGEST_RATIO = 400


@dataclass(frozen=True)
class Delivery:
    """The answers of one fetch. `about` maps an entity (DataProperties, MeasureCodes, ...) to its answer."""

    protocol: Protocol
    table: str
    edition: str = ""
    scope: str = ""
    modified: str = ""
    addresses: tuple[str, ...] = ()
    pages: tuple[bytes, ...] = ()
    about: Mapping[str, bytes] = field(default_factory=dict)


def pack(delivery: Delivery) -> bytes:
    """The delivery as the bytes of its file."""
    head = {key: value for key, value in asdict(delivery).items() if key not in {"pages", "about"}}
    parts = [(_HEAD, json.dumps({"format": _FORMAT, **head}, sort_keys=True, indent=1).encode())]
    parts += [(f"about/{name}.json", content) for name, content in sorted(delivery.about.items())]
    parts += [(f"pages/{number:04}.json", content) for number, content in enumerate(delivery.pages, start=1)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, _START_OF_ZIP_TIME), content, zipfile.ZIP_DEFLATED, 6)
    return packed.getvalue()


def is_delivery(content: bytes) -> bool:
    """Whether these are the bytes of a delivery: its head is the first thing in it."""
    return content[:4] == b"PK\x03\x04" and content[30 : 30 + len(_HEAD)] == _HEAD.encode()


def is_map_delivery(content: bytes, file_name: str) -> bool:
    """Whether it is a delivery of features."""
    return is_delivery(content) and _head(content, file_name).get("protocol") == "features"


def _head(content: bytes, file_name: str) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            head = json.loads(archive.read(_HEAD))
    except _DAMAGED as fault:
        raise SourceError(file_name, f"de levering is beschadigd ({fault})", "haal haar opnieuw op") from fault
    return head if isinstance(head, dict) else {}


def unpack(content: bytes, file_name: str) -> Delivery:
    """The delivery in a file. SourceError when it is damaged, too large, or holds what does not belong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, file_name)
            head = json.loads(archive.read(_HEAD))
            names = sorted(archive.namelist())
            about = {_entity(name): archive.read(name) for name in names if name.startswith("about/")}
            pages = tuple(archive.read(name) for name in names if name.startswith("pages/"))
    except _DAMAGED as fault:
        raise SourceError(file_name, f"de levering is beschadigd ({fault})", "haal haar opnieuw op") from fault
    if not isinstance(head, dict) or head.pop("format", None) != _FORMAT:
        raise SourceError(file_name, "de levering is van een andere versie van Stadspeil", "haal haar opnieuw op")
    try:
        return Delivery(**{**head, "addresses": tuple(head["addresses"])}, pages=pages, about=about)
    except (TypeError, KeyError) as fault:
        raise SourceError(file_name, f"de kop van de levering klopt niet ({fault})", "haal haar opnieuw op") from fault


def _refuse_bomb(archive: zipfile.ZipFile, file_name: str) -> None:
    entries = archive.infolist()
    size, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if len(entries) > MOST_PAGES or size > MOST_UNPACKED or size > LARGEST_RATIO * max(packed, 1):
        raise SourceError(
            file_name,
            f"de levering is uitgepakt {size / 1e6:.0f} MB in {len(entries)} delen; dat is meer dan een uitgever geeft",
            "haal haar opnieuw op",
        )


def _entity(name: str) -> str:
    return name.removeprefix("about/").removesuffix(".json")


def delivered_table(content: bytes, file_name: str) -> RawTable:
    """The rows of a delivered StatLine table, whichever service it came from, with the publisher's units."""
    delivery = unpack(content, file_name)
    if delivery.protocol == "statline_v4":
        return _observed(delivery, file_name)
    records = _records(delivery.pages, file_name)
    units = units_v3(delivery.about, file_name)
    # In the order of the description: which of two equal names is meant is told by what stands before it.
    place = {key: number for number, key in enumerate(units)}
    headers = sorted(dict.fromkeys(key for each in records for key in each), key=lambda key: place.get(key, -1))
    return _told(delivery, raw_records(tuple(headers), records, file_name), units)


def delivered_features(content: bytes, file_name: str) -> bytes:
    """The features of all pages as one GeoJSON collection."""
    delivery = unpack(content, file_name)
    features: list[Any] = []
    systems: list[Any] = []
    for page in delivery.pages:
        answer = _answer(page, file_name)
        features += answer.get("features") or []
        systems += [answer.get("crs")] if answer.get("crs") not in systems else []
    if len(systems) > 1:
        raise SourceError(file_name, "de bladzijden staan in verschillende coördinaten", "haal de levering opnieuw op")
    told = {
        "type": "FeatureCollection",
        "edition": delivery.edition,
        "layer": delivery.table,
        "crs": (systems or [None])[0],
    }
    told["features"] = features
    return json.dumps(told).encode()


def _told(delivery: Delivery, raw: RawTable, units: Mapping[str, str]) -> RawTable:
    return RawTable(raw.headers, raw.rows, 1, about=f"{delivery.table}/", units=dict(units), edition=delivery.edition)


def raw_records(headers: tuple[str, ...], records: list[dict[str, Any]], file_name: str) -> RawTable:
    """Records of JSON as a table of texts."""
    if not records:
        raise SourceError(file_name, "de levering heeft geen rijen", "kijk of de tabel nog bestaat")
    refuse_large(len(records), len(headers), file_name)
    # as_text, written out: a country has tens of millions of cells.
    columns = {
        f"c{place}": [None if (cell := each.get(key)) is None else str(cell) for each in records]
        for place, key in enumerate(headers)
    }
    return RawTable(headers, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), 1)


def _records(pages: Iterable[bytes], file_name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for page in pages:
        found = _answer(page, file_name).get("value")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise SourceError(file_name, "een bladzijde heeft geen lijst van rijen", "haal de levering opnieuw op")
        records += found
    return records


def _answer(page: bytes, file_name: str) -> dict[str, Any]:
    try:
        answer = json.loads(page.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise SourceError(file_name, f"een bladzijde is geen JSON ({fault})", "haal de levering opnieuw op") from fault
    if not isinstance(answer, dict):
        raise SourceError(file_name, "een bladzijde heeft niet de vorm van OData", "haal de levering opnieuw op")
    return answer


def entity(about: Mapping[str, bytes], name: str, file_name: str) -> list[dict[str, Any]]:
    """The rows of one of the tables about a table; none when it was not delivered."""
    return _records([about[name]], file_name) if name in about else []


def units_v3(about: Mapping[str, bytes], file_name: str) -> dict[str, str]:
    """Unit of each column by its key, as DataProperties gives them."""
    return {
        str(each["Key"]): str(each.get("Unit") or "").strip()
        for each in entity(about, "DataProperties", file_name)
        if each.get("Key")
    }


def _observed(delivery: Delivery, file_name: str) -> RawTable:
    """Observations, one per cell, turned into rows: a column per measure, under its title, in the publisher's order.

    A cell that v4 leaves out is as empty as one that v3 gives without a number. A reason without a value stays empty.
    """
    measures = sorted(entity(delivery.about, "MeasureCodes", file_name), key=lambda each: each.get("Index") or 0)
    if not measures:
        raise SourceError(file_name, "de lijst van onderwerpen (MeasureCodes) ontbreekt", "haal de levering opnieuw op")
    dimensions = [str(each["Identifier"]) for each in entity(delivery.about, "Dimensions", file_name)]
    observations = _records(delivery.pages, file_name)
    strange = sorted(
        {str(each.get("Measure")) for each in observations} - {str(each["Identifier"]) for each in measures}
    )
    if strange:
        raise SourceError(
            file_name,
            f"waarnemingen van onbekende onderwerpen: {', '.join(strange[:5])}; de beschrijving hoort niet bij de cijfers",
            "haal de levering opnieuw op",
        )
    places = {str(each["Identifier"]): place for place, each in enumerate(measures, start=len(dimensions))}
    rows: dict[tuple[str, ...], list[str | None]] = {}
    for each in observations:
        key = tuple(str(each.get(name) or "") for name in dimensions)
        row = rows.setdefault(key, [*key, *([None] * len(measures))])
        place = places[str(each["Measure"])]
        if row[place] is not None:
            raise SourceError(file_name, f"de cel {', '.join(key)} van {each['Measure']} komt twee keer voor")
        row[place] = _cell_text(each)
    headers = (*dimensions, *(str(each.get("Title") or each["Identifier"]) for each in measures))
    refuse_large(len(rows), len(headers), file_name)
    columns = {f"c{place}": [row[place] for row in rows.values()] for place in range(len(headers))}
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    units = {str(each.get("Title")): str(each.get("Unit") or "").strip() for each in measures}
    return _told(delivery, RawTable(headers, table, 1), units)


def _cell_text(observation: Mapping[str, Any]) -> str | None:
    """The number, or the mark that the old service writes for the reason why there is none."""
    value = observation.get("Value")
    if value is None:
        value = observation.get("StringValue")
    reason = observation.get("ValueAttribute")
    if value is None and reason not in (None, "None"):
        return _MARKS.get(str(reason), ".")
    return as_text(value)
