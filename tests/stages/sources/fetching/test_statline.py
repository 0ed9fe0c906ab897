"""StatLine's pages: whole, in order and of the table that was asked for, or refused in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stadspeil.catalogue.entries import Column, Edition, Fetch, Source
from stadspeil.errors import SourceError
from stadspeil.sources.delivery import delivered_table, pack
from stadspeil.sources.fetching.client import Answer
from stadspeil.sources.fetching.planning import Job, Scope
from stadspeil.sources.fetching.statline import deliveries, describe, questions

BASE = "https://opendata.cbs.nl/ODataFeed/odata/70072ned"
AREAS = ["NL01  ", "GM0637", "GM0034", "PV28  "]
YEARS = ["2019JJ00", "2020JJ00"]


def source(**more: Any) -> Source:
    given: dict[str, Any] = {
        "id": "regio", "title": "Regio", "title_en": "Region", "publisher": "CBS", "licence": "CC BY 4.0", "homepage": "",
        "status": "connected", "format": "statline_rows", "shape": "recorded", "table": "t", "area_column": "RegioS",
        "year_column": "Perioden", "columns": (Column("inwoners", ("TotaleBevolking",)),),
        "fetch": Fetch("statline", table="70072ned"),
    }  # fmt: skip
    return Source(**{**given, **more})


def rows() -> list[dict[str, Any]]:
    return [
        {"ID": number, "RegioS": area, "Perioden": year, "TotaleBevolking_1": 1000 + number}
        for number, (area, year) in enumerate((area, year) for area in AREAS for year in YEARS)
    ]


class Publisher:
    """Answers by address; what it was asked is remembered."""

    def __init__(self, per_page: int = 3) -> None:
        self.rows = rows()
        self.per_page = per_page
        self.info = {"Identifier": "70072NED", "Modified": "2024-01-01T02:00:00"}
        self.properties = [
            {"Key": "RegioS", "Type": "GeoDimension"},
            {"Key": "Perioden", "Type": "TimeDimension"},
            {"Key": None, "Type": "TopicGroup", "Title": "Bevolking"},
            {"Key": "TotaleBevolking_1", "Type": "Topic", "Unit": "aantal"},
        ]
        self.asked: list[str] = []
        self.links: dict[int, str] = {}
        self.changed: dict[str, bytes] = {}

    def get(self, address: str, params: Mapping[str, str] | None = None, **_: Any) -> Answer:
        self.asked.append((params or {}).get("$filter", ""))
        if address.endswith("/$count"):
            raise SourceError(address, "geen telling")
        path, _, query = address.partition("?")
        name = path.rsplit("/", 1)[1]
        content = self.changed.get(name) or json.dumps(self.answer(name, query)).encode()
        return Answer(address, 200, content, "application/json", "", "")

    def answer(self, name: str, query: str) -> dict[str, Any]:
        simple = {
            "TableInfos": [self.info], "DataProperties": self.properties,
            "RegioS": [{"Key": each} for each in AREAS], "Perioden": [{"Key": each} for each in YEARS],
        }  # fmt: skip
        if name in simple:
            return {"value": simple[name]}
        start = int(query.partition("skip=")[2] or 0)
        page = self.rows[start : start + self.per_page]
        answer: dict[str, Any] = {"value": page}
        following = start + self.per_page
        if following < len(self.rows):
            answer["odata.nextLink"] = self.links.get(start, f"{BASE}/TypedDataSet?skip={following}")
        return answer


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


def job(**more: Any) -> Job:
    given: dict[str, Any] = {"source": source(), "edition": None, "since": 2004, "scope": Scope()}
    return Job(**{**given, **more})


def fetched(publisher: Publisher, asked: Job | None = None) -> Any:
    return list(deliveries(publisher, asked or job()))  # type: ignore[arg-type]


def test_all_pages_become_one_table(publisher: Publisher) -> None:
    (delivery,) = fetched(publisher)
    table = delivered_table(pack(delivery), "x")
    assert table.headers == ("ID", "RegioS", "Perioden", "TotaleBevolking_1")
    assert table.column(3).to_list() == [str(1000 + number) for number in range(8)]
    assert table.units == {"RegioS": "", "Perioden": "", "TotaleBevolking_1": "aantal"}
    assert delivery.modified == "2024-01-01T02:00:00"
    assert len(delivery.pages) == 3


def test_the_same_answers_make_the_same_bytes(publisher: Publisher) -> None:
    assert pack(fetched(publisher)[0]) == pack(fetched(Publisher())[0])


def test_other_regions_are_not_asked_for(publisher: Publisher) -> None:
    fetched(publisher)
    assert "(startswith(RegioS,'GM') or startswith(RegioS,'NL'))" in publisher.asked


def test_only_whole_years_since_the_asked_one(publisher: Publisher) -> None:
    periods = [{"Key": each} for each in ("2018KW01", "2018JJ00", "2019JJ00")]
    publisher.changed["Perioden"] = json.dumps({"value": periods}).encode()
    described = describe(publisher, job(since=2019))  # type: ignore[arg-type]
    ((edition, (filter,)),) = questions(job(since=2019), described)
    assert edition == ""
    assert filter.startswith("Perioden ge '2019JJ00' and substringof('JJ00',Perioden)")


def test_an_edition_in_a_table_of_several_years_asks_for_its_period(publisher: Publisher) -> None:
    asked = job(edition=Edition("2020", 2020, period="2020JJ00"))
    described = describe(publisher, asked)  # type: ignore[arg-type]
    ((edition, (filter,)),) = questions(asked, described)
    assert edition == "2020"
    assert filter.startswith("Perioden eq '2020JJ00' and ")


def test_only_codes_that_the_entry_names_are_asked_for_with_their_blanks(publisher: Publisher) -> None:
    publisher.properties.append({"Key": "Soort", "Type": "Dimension"})
    publisher.changed["Soort"] = json.dumps({"value": [{"Key": "A   "}, {"Key": "B   "}]}).encode()
    narrowed = source(columns=(Column("inwoners", ("TotaleBevolking",), when={"Soort": "A"}),))
    described = describe(publisher, job(source=narrowed))  # type: ignore[arg-type]
    ((_, (filter,)),) = questions(job(source=narrowed), described)
    assert "(Soort eq 'A   ')" in filter


def test_a_town_asks_for_all_gemeenten_and_its_own_small_areas(publisher: Publisher) -> None:
    publisher.changed["RegioS"] = json.dumps({"value": [{"Key": "GM0637"}, {"Key": "BU06370101"}]}).encode()
    asked = job(scope=Scope("GM0637", frozenset({"GM0637", "GM0034"})))
    described = describe(publisher, asked)  # type: ignore[arg-type]
    ((_, (above, below)),) = questions(asked, described)
    assert above == "(startswith(RegioS,'GM') or startswith(RegioS,'NL'))"
    assert "startswith(RegioS,'BU0637')" in below and "startswith(RegioS,'WK0034')" in below


def test_flows_of_a_town_are_asked_for_once_each() -> None:
    """Three gemeenten a, b, c of five: every pair with one of them is in exactly one question."""
    publisher = Publisher()
    publisher.properties.insert(1, {"Key": "Naar", "Type": "GeoDimension"})
    publisher.changed["Naar"] = json.dumps({"value": [{"Key": "GM0637"}]}).encode()
    flows = source(other_area_column="Naar")
    codes = [f"GM{number:04}" for number in range(1, 21)]
    wanted = frozenset(codes[:10])
    described = describe(publisher, job(source=flows))  # type: ignore[arg-type]
    ((_, filters),) = questions(job(source=flows, scope=Scope("GM0001", wanted)), described)
    for origin in codes:
        for destination in codes:
            hits = sum(_holds(each, origin, destination) for each in filters)
            assert hits == (1 if {origin, destination} & wanted else 0), (origin, destination)


def _holds(filter: str, origin: str, destination: str) -> bool:
    """The filter worked out by Python itself."""
    text = filter.replace("startswith(RegioS,", "origin.startswith(").replace(
        "startswith(Naar,", "destination.startswith("
    )
    return bool(eval(text, {}, {"origin": origin, "destination": destination}))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: p.rows.__setitem__(5, p.rows[4]), "kwam twee keer"),
        (lambda p: p.links.__setitem__(0, "https://elders.example/ODataFeed/odata/70072ned/TypedDataSet?skip=3"), "ander adres"),
        (lambda p: p.links.__setitem__(0, "https://opendata.cbs.nl/ODataFeed/odata/83625NED/TypedDataSet"), "andere tabel"),
        (lambda p: p.links.__setitem__(3, f"{BASE}/TypedDataSet?skip=3"), "in een kring"),
        (lambda p: p.rows.clear(), "leeg"),
        (lambda p: p.rows[4].__setitem__("Nieuw_9", 1), "halverwege"),
        (lambda p: [each.pop("TotaleBevolking_1") for each in p.rows], "horen niet bij elkaar"),
        (lambda p: [each.__setitem__("Extra_2", 1) for each in p.rows], "horen niet bij elkaar"),
        (lambda p: p.rows[2].__setitem__("RegioS", "GM9999"), "niet op de lijst"),
        (lambda p: p.info.__setitem__("Identifier", "83625NED"), "gevraagd is tabel 70072ned"),
        (lambda p: p.changed.__setitem__("TypedDataSet", b"Error getting TypedDataSet for '70072ned'"), "geen hele JSON"),
        (lambda p: p.changed.__setitem__("TypedDataSet", b'{"value": [{"ID": 0, "RegioS": "NL01  ", "X": Infinity}]}'), "geen getal"),
        (lambda p: p.changed.__setitem__("TypedDataSet", b'{"odata.error": {"message": "stuk"}}'), "stuk"),
        (lambda p: p.properties.pop(), "geen van onze kolommen"),
        (lambda p: p.properties.pop(1), "kolom 'Perioden' is er niet"),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_is_refused(publisher: Publisher, spoil: Any, said: str) -> None:
    spoil(publisher)
    with pytest.raises(SourceError) as fault:
        fetched(publisher)
    assert said in fault.value.message()


def test_a_table_asked_for_as_a_whole_may_lack_no_row_and_no_area() -> None:
    publisher = Publisher()
    publisher.changed["RegioS"] = json.dumps({"value": [{"Key": each} for each in AREAS[:3]]}).encode()
    publisher.rows = publisher.rows[:6]
    assert fetched(publisher)
    whole = Publisher()
    whole.changed = publisher.changed
    whole.rows = [each for each in publisher.rows if each["ID"] != 3]
    with pytest.raises(SourceError, match="ontbreken 1 rijen"):
        fetched(whole)
    whole.rows = publisher.rows[:4]
    with pytest.raises(SourceError, match="geen rij, eerste: GM0034"):
        fetched(whole)


def test_a_table_that_changes_meanwhile_is_refused(publisher: Publisher) -> None:
    original = publisher.answer

    def answer(name: str, query: str) -> dict[str, Any]:
        if name == "TypedDataSet":
            publisher.info = {**publisher.info, "Modified": "2024-01-02T02:00:00"}
        return original(name, query)

    publisher.answer = answer  # type: ignore[method-assign]
    with pytest.raises(SourceError, match="gewijzigd terwijl"):
        fetched(publisher)


def test_codes_that_are_not_there_are_named_with_those_that_are(publisher: Publisher) -> None:
    publisher.properties.append({"Key": "Soort", "Type": "Dimension"})
    publisher.changed["Soort"] = json.dumps({"value": [{"Key": "B1  "}]}).encode()
    narrowed = source(columns=(Column("inwoners", ("TotaleBevolking",), when={"Soort": "A1"}),), shape="unverified")
    with pytest.raises(SourceError) as fault:
        fetched(publisher, job(source=narrowed))
    assert "codes A1 van 'Soort' zijn er niet; wel: B1" in fault.value.message()
    assert "nog niet gezien" in fault.value.message()
    assert "catalogue/sources/regio.toml" in fault.value.message()
