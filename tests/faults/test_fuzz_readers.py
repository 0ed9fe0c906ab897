"""Bytes that nobody meant: small files of every kind, changed at random. The outcome is figures that keep their promise,
or a refusal in words; never another exception. `tools/fuzz.py` does the same for as long as one likes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import AREAS, CELLS, FLOWS, check
from stadspeil.errors import StadspeilError
from stadspeil.sources.delivery import Delivery, pack
from stadspeil.sources.reading import read_file

CATALOGUE = load_catalogue()
ROWS = [
    {"ID": 0, "WijkenEnBuurten": "GM0637    ", "Gemeentenaam_1": "Zoetermeer", "AantalInwoners_5": 125000, "HuishoudensTotaal_28": 56000},
    {"ID": 1, "WijkenEnBuurten": "BU06370101", "Gemeentenaam_1": "Zoetermeer", "AantalInwoners_5": 1200, "HuishoudensTotaal_28": None},
]  # fmt: skip
ADDRESS = "https://opendata.cbs.nl/ODataApi/OData/84799NED/$metadata#Cbs.OData.WebAPI.TypedDataSet"


def _csv() -> bytes:
    head = ";".join(ROWS[0])
    body = "\n".join(";".join("." if value is None else str(value) for value in row.values()) for row in ROWS)
    return f"{head}\n{body}\n".encode()


def _json() -> bytes:
    return json.dumps({"odata.metadata": ADDRESS, "value": ROWS}).encode()


def _delivery() -> bytes:
    about = {"DataProperties": json.dumps({"value": [{"Key": "AantalInwoners_5", "Unit": "aantal"}]}).encode()}
    page = json.dumps({"value": ROWS}).encode()
    return pack(Delivery("statline_v3", "84799NED", "2020", pages=(page,), about=about))


def _observed() -> bytes:
    about = {
        "MeasureCodes": b'{"value": [{"Identifier": "M1", "Title": "AantalInwoners", "Index": 1}, {"Identifier": "M2", "Title": "HuishoudensTotaal", "Index": 2}]}',
        "Dimensions": b'{"value": [{"Identifier": "WijkenEnBuurten"}]}',
    }
    cells = [
        {
            "Id": number,
            "Measure": f"M{number + 1}",
            "Value": 10.0 + number,
            "ValueAttribute": "None",
            "WijkenEnBuurten": "GM0637    ",
        }
        for number in range(2)
    ]
    return pack(
        Delivery("statline_v4", "84799NED", "2020", pages=(json.dumps({"value": cells}).encode(),), about=about)
    )


def _workbook() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    for column, name in enumerate(ROWS[0]):
        sheet.write(0, column, name)
        for row, values in enumerate(ROWS, start=1):
            sheet.write(row, column, values[name])
    book.close()
    return made.getvalue()


def _parquet() -> bytes:
    made = io.BytesIO()
    pl.DataFrame(ROWS).write_parquet(made)
    return made.getvalue()


def _map() -> bytes:
    ring = [[4.4, 52.0], [4.5, 52.0], [4.5, 52.1], [4.4, 52.0]]
    properties = {"statcode": "GM0637", "jrstatcode": "2022GM0637", "statnaam": "Zoetermeer"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def _flows() -> bytes:
    return b"muni_from,muni_to,mode,value\nGM0003,GM0010,car,12.5\nGM0010,GM0003,train,3\n"


SAMPLES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "csv": ("84799NED.csv", _csv), "json": ("84799NED.json", _json), "delivery": ("x.levering.zip", _delivery),
    "observed": ("y.levering.zip", _observed), "workbook": ("84799NED.xlsx", _workbook), "parquet": ("84799NED.parquet", _parquet),
    "map": ("gemeenten_2022.geojson", _map), "flows": ("woon_werk_2016.csv", _flows),
}  # fmt: skip


def holds(name: str, content: bytes) -> bool:
    """Whether the reader keeps its promise; True also for a refusal. Any other exception passes through."""
    try:
        reading = read_file(content, name, CATALOGUE, None, "s")
    except StadspeilError:
        return True
    if not reading.problems:
        for table, contract in ((reading.cells, CELLS), (reading.areas, AREAS), (reading.flows, FLOWS)):
            check(table, contract, name)
    return True


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_the_samples_themselves_are_read(kind: str) -> None:
    name, make = SAMPLES[kind]
    reading = read_file(make(), name, CATALOGUE, None, "s")
    assert reading.problems == []
    assert reading.cells.height + reading.areas.height + reading.flows.height > 0


@st.composite
def changed(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with some bytes replaced, removed, repeated or put in."""
    spoiled = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(spoiled) - 1, 0)))
        what = draw(st.sampled_from(["flip", "cut", "put", "repeat", "end"]))
        if what == "flip" and spoiled:
            spoiled[place] ^= draw(st.integers(1, 255))
        elif what == "cut":
            del spoiled[place : place + draw(st.integers(1, 40))]
        elif what == "put":
            spoiled[place:place] = draw(st.binary(min_size=1, max_size=12) | st.sampled_from([b'"', b";", b"{", b"]", b"\n", b"-99997", b"NaN", b"1e999"]))  # fmt: skip
        elif what == "repeat":
            spoiled[place:place] = spoiled[place : place + draw(st.integers(1, 60))]
        else:
            del spoiled[place:]
    return bytes(spoiled)


@pytest.mark.parametrize("kind", sorted(set(SAMPLES) - {"parquet"}))
@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_file_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    name, make = SAMPLES[kind]
    assert holds(name, data.draw(changed(make())))


@pytest.mark.slow
@settings(max_examples=25)
@given(data=st.data())
def test_a_changed_parquet_file_ends_another_process_and_not_ours(data: st.DataObject) -> None:
    name, make = SAMPLES["parquet"]
    assert holds(name, data.draw(changed(make())))


@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_answer_inside_a_sound_delivery_is_read_or_refused(data: st.DataObject) -> None:
    """A zip with a flipped bit is refused by its own checksum; what a publisher says wrong comes in a sound one."""
    page = data.draw(changed(json.dumps({"value": ROWS}).encode()))
    assert holds("z.levering.zip", pack(Delivery("statline_v3", "84799NED", "2020", pages=(page,))))


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a.geojson", "a.levering.zip"]))
def test_any_bytes_are_refused_in_words(content: bytes, name: str) -> None:
    assert holds(name, content)


@settings(max_examples=40)
@given(
    st.sampled_from(["-99997", "-99997.0", "-9.9997E4", " -99997 ", "-99995", "-99991", "-99999999"]),
    st.sampled_from(sorted(SAMPLES)),
)
def test_no_special_code_becomes_a_figure_in_any_kind_of_file(code: str, kind: str) -> None:
    name, make = SAMPLES[kind]
    if kind in ("csv", "flows"):
        content = make().replace(b"125000", code.encode()).replace(b"12.5", code.encode())
    elif kind == "json":
        content = make().replace(b"125000", code.strip().encode())
    else:
        return
    reading = read_file(content, name, CATALOGUE, None, "s")
    numbers = pl.concat([reading.cells["value"], reading.flows["value"]]).drop_nulls()
    assert numbers.is_empty() or numbers.min() > -1000
