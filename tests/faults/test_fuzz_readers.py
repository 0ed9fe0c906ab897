"""Bytes that nobody meant: small files of every kind, changed at random. The outcome is figures that keep their promise,
or a refusal in words; never another exception. `tools/fuzz.py` does the same for as long as one likes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_files import METRES, blob, gemeente, geopackage
from source_files import workbook

from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import AREAS, CELLS, FLOWS, check
from stadspeil.errors import StadspeilError
from stadspeil.sources.delivery import Delivery, pack
from stadspeil.sources.reading import read_file

pytestmark = pytest.mark.slow
CATALOGUE = load_catalogue()
ADDRESS = "https://opendata.cbs.nl/ODataApi/OData/84799NED/$metadata#Cbs.OData.WebAPI.TypedDataSet"
PEOPLE, HOMES = 125_000, 56_000


def rows(people: object = PEOPLE, homes: object = HOMES) -> list[dict[str, object]]:
    """Two areas as StatLine has them; the figures of the first can be anything."""
    names = ("ID", "WijkenEnBuurten", "Gemeentenaam_1", "AantalInwoners_5", "HuishoudensTotaal_28")
    values = ((0, "GM0637    ", "Zoetermeer", people, homes), (1, "BU06370101", "Zoetermeer", 1200, None))
    return [dict(zip(names, each, strict=True)) for each in values]


def _csv(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    made = rows(people, homes)
    body = "\n".join(";".join("." if value is None else str(value) for value in row.values()) for row in made)
    return f"{';'.join(made[0])}\n{body}\n".encode()


def _json(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    return json.dumps({"odata.metadata": ADDRESS, "value": rows(people, homes)}).encode()


def _delivery(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    about = {"DataProperties": json.dumps({"value": [{"Key": "AantalInwoners_5", "Unit": "aantal"}]}).encode()}
    page = json.dumps({"value": rows(people, homes)}).encode()
    return pack(Delivery("statline_v3", "84799NED", "2020", pages=(page,), about=about))


def _observed(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    measures = [
        {"Identifier": f"M{number}", "Title": title, "Index": number}
        for number, title in enumerate(("AantalInwoners", "HuishoudensTotaal"), start=1)
    ]
    cells = [
        {
            "Id": number,
            "Measure": f"M{number}",
            "Value": value,
            "ValueAttribute": "None",
            "WijkenEnBuurten": "GM0637    ",
        }
        for number, value in enumerate((people, homes), start=1)
    ]
    about = {
        "MeasureCodes": json.dumps({"value": measures}).encode(),
        "Dimensions": b'{"value": [{"Identifier": "WijkenEnBuurten"}]}',
    }
    pages = (json.dumps({"value": cells}).encode(),)
    return pack(Delivery("statline_v4", "84799NED", "2020", pages=pages, about=about))


def _workbook(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    made = rows(people, homes)
    return workbook([list(made[0]), *(list(each.values()) for each in made)])


def _parquet(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    content = io.BytesIO()
    made = rows(people, homes)
    as_text = any(isinstance(each, str) for each in (people, homes))
    columns = {
        name: [str(each[name]) if as_text and each[name] is not None else each[name] for each in made]
        for name in made[0]
    }
    pl.DataFrame(columns, strict=False).write_parquet(content)
    return content.getvalue()


def _flows(people: object = PEOPLE, homes: object = HOMES) -> bytes:
    return f"muni_from,muni_to,mode,value\nGM0003,GM0010,car,{people}\nGM0010,GM0003,train,{homes}\n".encode()


def _feature(properties: dict[str, object]) -> bytes:
    ring = [[4.4, 52.0], [4.5, 52.0], [4.5, 52.1], [4.4, 52.0]]
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def _map() -> bytes:
    return _feature({"statcode": "GM0637", "jrstatcode": "2022GM0637", "statnaam": "Zoetermeer"})


def _scores(people: object = 0.25, homes: object = -0.125) -> bytes:
    names = ("kscore", "afw", "fys", "onv", "soc", "vrz", "won")
    return _feature({"id": "GM0637", "year": 2022, **dict.fromkeys(names, people), "kscore": 7, "won": homes})


def _package() -> bytes:
    return geopackage({"gemeenten": [gemeente()]})


# Kinds with figures take two of them; maps have none.
FIGURES: dict[str, tuple[str, Callable[..., bytes]]] = {
    "csv": ("84799NED.csv", _csv), "json": ("84799NED.json", _json), "delivery": ("x.levering.zip", _delivery),
    "observed": ("y.levering.zip", _observed), "workbook": ("84799NED.xlsx", _workbook),
    "parquet": ("84799NED.parquet", _parquet), "flows": ("woon_werk_2016.csv", _flows),
    "scores": ("gemeentescore_2022.geojson", _scores),
}  # fmt: skip
SAMPLES: dict[str, tuple[str, Callable[..., bytes]]] = {
    **FIGURES, "map": ("gemeenten_2022.geojson", _map), "package": ("gemeenten_2022.gpkg", _package),
}  # fmt: skip


def _around_page(page: bytes) -> bytes:
    return pack(Delivery("statline_v3", "84799NED", "2020", pages=(page,)))


def _sheet() -> bytes:
    with zipfile.ZipFile(io.BytesIO(_workbook())) as book:
        return book.read(SHEET)


def _around_sheet(sheet: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook())) as book, zipfile.ZipFile(made, "w") as changed_book:
        for name in book.namelist():
            changed_book.writestr(name, sheet if name == SHEET else book.read(name))
    return made.getvalue()


def _around_shape(shape: bytes) -> bytes:
    return geopackage({"gemeenten": [gemeente(shape=shape)]})


SHEET = "xl/worksheets/sheet1.xml"
# A zip with a flipped bit is refused by its own checksum; these are the sound inside, spoiled and wrapped anew.
INSIDE: dict[str, tuple[str, Callable[[], bytes], Callable[[bytes], bytes]]] = {
    "page": ("z.levering.zip", lambda: json.dumps({"value": rows()}).encode(), _around_page),
    "sheet": ("84799NED.xlsx", _sheet, _around_sheet),
    "shape": ("gemeenten_2022.gpkg", lambda: blob(METRES), _around_shape),
}


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


@settings(max_examples=25)
@given(data=st.data())
def test_a_changed_parquet_file_ends_another_process_and_not_ours(data: st.DataObject) -> None:
    name, make = SAMPLES["parquet"]
    assert holds(name, data.draw(changed(make())))


@pytest.mark.parametrize("kind", sorted(INSIDE))
@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_inside_of_a_sound_file_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    name, make, around = INSIDE[kind]
    assert holds(name, around(data.draw(changed(make()))))


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a.geojson", "a.gpkg", "a.levering.zip"]))
def test_any_bytes_are_refused_in_words(content: bytes, name: str) -> None:
    assert holds(name, content)


CODES = [
    *(-99_997, -99_997.0, -99_995, -99_991, -99_999_999, -99_996, -99_999_999.0),
    *("-99997", "-99997.0", "-9.9997E4", "-9.9997e+04", " -99997 ", "-99997,0", "-99995", "-99991", "-99999999"),
    *("-99 997", "\u221299997", "99997-", "(99997)"),
]


@pytest.mark.parametrize("code", CODES, ids=repr)
@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_no_special_code_becomes_a_figure_in_any_kind_of_file(
    kind: str, code: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the first column or the second: the file is refused, or the cell has a reason and no number."""
    # Sound files of ours: no other process need read them first, which for forty of them takes as long as all else here.
    monkeypatch.setattr(
        "stadspeil.sources.rows.size_of_parquet", lambda content, name, most: pl.read_parquet(content).shape
    )
    name, make = FIGURES[kind]
    for figures in ((code, HOMES), (PEOPLE, code)) if kind != "scores" else ((code, 0.25), (0.25, code)):
        try:
            reading = read_file(make(*figures), name, CATALOGUE, None, "s")
        except StadspeilError:
            continue
        numbers = pl.concat([reading.cells["value"], reading.flows["value"]]).drop_nulls()
        assert set(numbers) <= {PEOPLE, HOMES, 1200, 0.25, 7}
        if not reading.problems and not reading.cells.is_empty():
            assert (reading.cells["value"].is_null() == (reading.cells["status"] != "waarde")).all()


@settings(max_examples=150)
@given(
    number=st.floats(-1e9, -90_000) | st.integers(-(10**9), -90_000), kind=st.sampled_from(["csv", "json", "scores"])
)
def test_no_number_below_what_is_possible_gets_through(number: float, kind: str) -> None:
    """Codes that we have never seen are no figures either: a field says what is possible."""
    name, make = FIGURES[kind]
    reading = read_file(make(number, number), name, CATALOGUE, None, "s")
    lowest = reading.cells["value"].drop_nulls().min()
    assert reading.problems or lowest is None or lowest >= 0
