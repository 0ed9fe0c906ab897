"""Fake publishers for tests: a small warehouse written by hand, and a way to ask them things.

Shared by the tests of the server and of what fetches from it.
"""

from __future__ import annotations

import http.client
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from waiting import LONG

from stadspeil.sources.nieuwland.serving import Publishers, serve

SMALL = "90001NED"
LARGE = "90002NED"
POLICE = "90003NED"
LARGE_ROWS = 25_000
LAYER = "gebiedsindelingen:gemeente_gegeneraliseerd"
ZIP_HOST = "download.cbs.nl"
ZIP_PATH = "regionale-kaarten/kaart.zip"
ZIP_BODY = bytes(range(256)) * 40


@dataclass(frozen=True)
class Reply:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(self.json["value"])


@dataclass(frozen=True)
class Asker:
    """Asks one server for the publishers' real addresses."""

    publishers: Publishers

    def get(self, address: str, headers: Mapping[str, str] | None = None, **params: Any) -> Reply:
        """An https address of a publisher, or a path of the server itself. Parameters: `filter` stands for `$filter`."""
        query = urllib.parse.urlencode({f"${name}": value for name, value in params.items()})
        path = address.removeprefix("https:/")
        joined = path + ("&" if "?" in path else "?") + query if query else path
        return self._asked("GET", joined, None, headers or {})

    def post(self, path: str, body: str) -> Reply:
        return self._asked("POST", path, body.encode(), {})

    def all_pages(self, address: str, link: str = "odata.nextLink", **params: Any) -> list[Reply]:
        """A first page and those that it leads to."""
        pages = [self.get(address, **params)]
        while following := pages[-1].json.get(link):
            pages.append(self.get(following))
        return pages

    def _asked(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        place = urllib.parse.urlsplit(self.publishers.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=LONG)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()


@contextmanager
def asking(folder: Path, *faults: str) -> Iterator[Asker]:
    """A server over the folder, and someone who asks it."""
    with serve(folder, faults=faults) as publishers:
        yield Asker(publishers)


def v3(table: str, entity: str = "TypedDataSet", service: str = "ODataFeed", host: str = "opendata.cbs.nl") -> str:
    """The address of a table in the old service."""
    return f"https://{host}/{service}/odata/{table}/{entity}"


def v4(table: str, entity: str) -> str:
    """The address of a table in the new service."""
    return f"https://datasets.cbs.nl/odata/v1/CBS/{table}/{entity}"


def small_warehouse(folder: Path) -> Path:
    """Three tables (30 rows with gaps, 25,000 rows, 30 of third parties), a map, a file and an overlay."""
    table(folder, SMALL, _small_rows())
    table(folder, LARGE, _large_rows())
    table(folder, POLICE, _small_rows(), catalog="derden")
    features = [
        {"type": "Feature", "id": f"g.{at}", "properties": {"statcode": f"GM{at:04}", "statnaam": f"Stad {at}"},
         "geometry": {"type": "Point", "coordinates": [5.0, 52.0]}}
        for at in range(25)
    ]  # fmt: skip
    _write(folder / "features" / f"{LAYER.replace(':', '-')}.geojson", json.dumps({"features": features}))
    target = folder / "files" / ZIP_HOST / ZIP_PATH
    target.parent.mkdir(parents=True)
    target.write_bytes(ZIP_BODY)
    _write(folder / "overlay" / "areas" / "gemeenten.csv", "code;name\nGM0001;Stad één\n")
    _write(folder / "nieuwland.json", json.dumps({"size": "mini", "seed": 1}))
    return folder


def table(folder: Path, id: str, rows: pl.DataFrame, catalog: str = "CBS") -> None:
    """A table with RegioS and Perioden and any number of topics, named after its columns."""
    topics = [name for name in rows.columns if name not in ("RegioS", "Perioden")]
    kinds = {"RegioS": "GeoDimension", "Perioden": "TimeDimension"} | dict.fromkeys(topics, "Topic")
    properties: list[dict[str, Any]] = [
        {"ID": place, "Position": place, "ParentID": None, "Type": kinds[name], "Key": name,
         "Title": name.rpartition("_")[0] or name, "Description": "", "Unit": "aantal", "Datatype": "Double",
         "Decimals": 0, "Default": "None"}
        for place, name in enumerate(rows.columns)
    ]  # fmt: skip
    dimensions = {
        name: [{"Key": key, "Title": f"titel {key.strip()}", "Description": ""} for key in rows[name].unique().sort()]
        for name in ("RegioS", "Perioden")
    }
    meta = {
        "catalog": catalog,
        "TableInfos": {"ID": 0, "Identifier": id, "Title": f"Tabel {id}", "Modified": "2024-03-01T02:00:00"},
        "DataProperties": properties,
        "dimensions": dimensions,
    }
    place = folder / "statline" / id
    place.mkdir(parents=True)
    rows.write_parquet(place / "rows.parquet")
    (place / "meta.json").write_text(json.dumps(meta))


def _small_rows() -> pl.DataFrame:
    """Ten areas by three years; every seventh cell of the first topic is empty."""
    areas = ["NL01  ", "PV20  ", *[f"GM{9000 + at}" for at in range(8)]]
    cells = [(area, f"{year}JJ00") for area in areas for year in (2021, 2022, 2023)]
    return pl.DataFrame(
        {
            "RegioS": [area for area, _ in cells],
            "Perioden": [period for _, period in cells],
            "Inwoners_1": pl.Series([None if at % 7 == 6 else 1000 + at for at in range(30)], dtype=pl.Int64),
            "Koopwoningen_2": [50.5 + at for at in range(30)],
        }
    )


def _large_rows() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "RegioS": [f"GM{at % 1000:04}" for at in range(LARGE_ROWS)],
            "Perioden": [f"{1990 + at // 1000}JJ00" for at in range(LARGE_ROWS)],
            "Inwoners_1": pl.Series(range(LARGE_ROWS), dtype=pl.Int64),
        }
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
