"""Files that describe a table are refused for what they are; a part of an answer is no whole one."""

from __future__ import annotations

import json

import pytest

from stadspeil.errors import SourceError
from stadspeil.sources.reading import read_file
from stadspeil.sources.rows import read_rows


def answer(*rows: dict[str, object], **more: object) -> bytes:
    return json.dumps({**more, "value": list(rows)}).encode()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"ID": 1, "Key": "Inwoners_5", "Title": "Inwoners", "Type": "Topic", "ParentID": None}, "beschrijving van de kolommen"),
        ({"Identifier": "M1", "Title": "Inwoners", "DataType": "Long", "Unit": "aantal"}, "lijst van onderwerpen"),
        ({"Identifier": "RegioS", "Title": "Regio", "Kind": "GeoDimension"}, "lijst van dimensies"),
        ({"Identifier": "2020JJ00", "Title": "2020", "DimensionGroupId": "1"}, "lijst van codes"),
        ({"Key": "GM0637", "Title": "Zoetermeer", "Description": ""}, "lijst van codes"),
        ({"Id": "1", "Title": "Jaren", "ParentId": None}, "lijst van groepen"),
        ({"name": "TypedDataSet", "url": "https://a"}, "inhoudsopgave"),
        ({"Id": 0, "Measure": "M1", "Value": 5.5, "ValueAttribute": "None"}, "losse waarnemingen"),
    ],
)  # fmt: skip
def test_a_part_of_a_description_is_named(catalogue, row: dict[str, object], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_file(answer(row), "a.json", catalogue, None, "s")


@pytest.mark.parametrize(
    "told", [{"Identifier": "1NED", "Title": "Kerncijfers"}, {"dataset": {"id": "1NED", "title": "Kerncijfers"}}]
)
def test_the_description_of_a_table_names_that_table(catalogue, told: dict[str, object]) -> None:
    with pytest.raises(SourceError, match=r"de beschrijving van tabel Kerncijfers \(1NED\)"):
        read_file(json.dumps(told).encode(), "a.json", catalogue, None, "s")


@pytest.mark.parametrize("key", ["odata.count", "@odata.count"])
@pytest.mark.parametrize("count", [3, "3"])
def test_an_answer_that_counts_more_than_it_holds_is_refused(key: str, count: object) -> None:
    with pytest.raises(SourceError, match="telt 3 rijen en er staan er 1 in"):
        read_rows(answer({"a": 1}, **{key: count}), "a.json")


@pytest.mark.parametrize("count", [1, "1", None])
def test_an_answer_that_counts_what_it_holds_is_read(count: object) -> None:
    assert read_rows(answer({"a": 1}, **{"@odata.count": count}), "a.json").rows.height == 1
