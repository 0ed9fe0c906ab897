"""The file of a delivery: the publisher's pages byte for byte, and nothing that does not belong in it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.errors import SourceError
from stadspeil.sources.delivery import Delivery, delivered_table, is_delivery, pack, unpack


def page(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"value": list(rows)}).encode()


@given(pages=st.lists(st.binary(max_size=200), max_size=4), about=st.dictionaries(st.sampled_from(["A", "B"]), st.binary(max_size=50)))  # fmt: skip
def test_what_is_packed_comes_out_to_the_byte(pages: list[bytes], about: dict[str, bytes]) -> None:
    delivery = Delivery("statline_v3", "1NED", "2020", "GM0637", "2021", ("https://a",), tuple(pages), about)
    packed = pack(delivery)
    assert is_delivery(packed)
    assert unpack(packed, "x") == delivery
    assert pack(unpack(packed, "x")) == packed


def test_columns_that_only_later_rows_have_are_kept() -> None:
    table = delivered_table(pack(Delivery("statline_v3", "1NED", pages=(page({"a": 1}), page({"a": 2, "b": None, "c": "x"})))), "x")  # fmt: skip
    assert table.headers == ("a", "b", "c")
    assert [table.column(number).to_list() for number in range(3)] == [["1", "2"], [None, None], [None, "x"]]


MEASURES = {"value": [
    {"Identifier": "M2", "Title": "Inwoners", "Index": 1, "Unit": "aantal"},
    {"Identifier": "M1", "Title": "WOZ-waarde", "Index": 2, "Unit": "x 1 000 euro"},
]}  # fmt: skip
DIMENSIONS = {"value": [{"Identifier": "WijkenEnBuurten"}]}


def observed(*observations: dict[str, Any]) -> bytes:
    about = {"MeasureCodes": json.dumps(MEASURES).encode(), "Dimensions": json.dumps(DIMENSIONS).encode()}
    return pack(Delivery("statline_v4", "1NED", pages=(page(*observations),), about=about))


def test_observations_become_rows_in_the_publishers_order() -> None:
    cells = [
        {"Id": 0, "Measure": "M1", "Value": 250.0, "ValueAttribute": "None", "WijkenEnBuurten": "GM0637    "},
        {"Id": 1, "Measure": "M2", "Value": 125000.0, "ValueAttribute": "None", "WijkenEnBuurten": "GM0637    "},
        {"Id": 2, "Measure": "M2", "Value": 95.0, "ValueAttribute": "None", "WijkenEnBuurten": "BU06370101"},
    ]  # fmt: skip
    table = delivered_table(observed(*cells), "x")
    assert table.headers == ("WijkenEnBuurten", "Inwoners", "WOZ-waarde")
    assert table.rows.rows() == [("GM0637    ", "125000.0", "250.0"), ("BU06370101", "95.0", None)]
    assert table.units == {"Inwoners": "aantal", "WOZ-waarde": "x 1 000 euro"}


@pytest.mark.parametrize(("attribute", "text"), [("Impossible", "-"), ("Confidential", "."), ("Unknown", ".")])
def test_a_reason_without_a_value_is_the_old_services_mark(attribute: str, text: str) -> None:
    cell = {"Id": 0, "Measure": "M2", "Value": None, "ValueAttribute": attribute, "WijkenEnBuurten": "GM0637"}
    assert delivered_table(observed(cell), "x").column(1).to_list() == [text]


def test_a_cell_that_comes_twice_or_of_an_unknown_measure_is_refused() -> None:
    cell = {"Id": 0, "Measure": "M2", "Value": 1.0, "ValueAttribute": "None", "WijkenEnBuurten": "GM0637"}
    with pytest.raises(SourceError, match="twee keer"):
        delivered_table(observed(cell, cell), "x")
    with pytest.raises(SourceError, match="M9"):
        delivered_table(observed({**cell, "Measure": "M9"}), "x")


def test_the_recorded_observations_are_unpacked_to_the_same_figures(shared_data: Path) -> None:
    recorded = shared_data / "more" / "api" / "v4"
    about = {
        "MeasureCodes": (recorded / "meta_5.json").read_bytes(),
        "Dimensions": (recorded / "meta_6.json").read_bytes(),
    }
    content = (recorded / "meta_4.json").read_bytes()
    table = delivered_table(pack(Delivery("statline_v4", "80072ned", pages=(content,), about=about)), "x")
    given = pl.DataFrame(json.loads(content)["value"])
    assert table.rows.height == given.height == 4409
    assert sorted(map(float, table.column(2).drop_nulls())) == sorted(given["Value"].drop_nulls())


def rewritten(content: bytes, **changed: bytes) -> bytes:
    """The same zip with some of its files changed or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name, old.read(name)))
        for name, more in changed.items():
            new.writestr(name, more)
    return made.getvalue()


SOUND = pack(Delivery("statline_v3", "1NED", pages=(page({"a": 1}),)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND[:200], "beschadigd"),
        (rewritten(SOUND, **{"delivery.json": b"{}"}), "andere versie"),
        (rewritten(SOUND, **{"delivery.json": b'{"format": 1}'}), "kop"),
        (rewritten(SOUND, **{"delivery.json": b"geen json"}), "beschadigd"),
        (rewritten(SOUND, **{"pages/0001.json": b'{"value": 3}'}), "geen lijst van rijen"),
        (rewritten(SOUND, **{"pages/0001.json": b"{"}), "geen JSON"),
        (rewritten(SOUND, **{"pages/0002.json": b" " * 3_000_000}), "meer dan een uitgever geeft"),
    ],
)
def test_a_spoiled_delivery_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        delivered_table(content, "x.levering.zip")
