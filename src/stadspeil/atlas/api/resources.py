"""A resource of the API: its address, what may be asked of it, what it answers; the document is made from the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import polars as pl

from stadspeil.atlas.api.asking import Parameter
from stadspeil.atlas.site import Site

JSON, GEOJSON, CSV, PARQUET = "application/json", "application/geo+json", "text/csv", "application/vnd.apache.parquet"
JSON_LD = "application/ld+json"


@dataclass(frozen=True)
class Question:
    """What was asked: the parts of the address, the values of its question, and the address of the API itself."""

    site: Site
    root: str
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    only_head: bool = False

    def address(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        """A whole address within the API."""
        told = {name: _written(value) for name, value in (query or {}).items() if value is not None}
        return f"{self.root}{path}" + (f"?{urlencode(told, safe=',')}" if told else "")

    def link(
        self, rel: str, path: str, media_type: str = JSON, query: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """A link as it stands in `links`."""
        return {"rel": rel, "href": self.address(path, query), "type": media_type}


@dataclass(frozen=True)
class Reply:
    """An answer. `stream` instead of `content` for what is too large to hold."""

    content: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterator[bytes] | None = None


@dataclass(frozen=True)
class Resource:
    """One address of the API. `schema` names one of schemas.py; `example` is an answer that fits it."""

    path: str
    name: str
    tag: str
    summary: str
    description: str
    answer: Callable[[Question], Reply]
    schema: str = ""
    example: Any = None
    parameters: tuple[Parameter, ...] = ()
    media_type: str = JSON
    open_to_all: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The pieces of the address; those in braces stand for anything."""
        return tuple(self.path.strip("/").split("/")) if self.path != "/" else ()

    def match(self, pieces: tuple[str, ...]) -> Mapping[str, str] | None:
        """What stands in the braces, where an address is one of this resource."""
        if len(pieces) != len(self.parts):
            return None
        found = {}
        for wanted, given in zip(self.parts, pieces, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = given
            elif wanted != given:
                return None
        return found


def as_json(told: Any, media_type: str = JSON) -> Reply:
    """An answer that is not large."""
    return Reply(json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), media_type)


def page_of_rows(question: Question, name: str, rows: list[Any], more: Mapping[str, Any] | None = None) -> Reply:
    """The asked-for page of a list that is at hand."""
    offset, limit = question.given["offset"], question.given["limit"]
    chosen = rows[offset : offset + limit]
    told = json.dumps(chosen, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return _page(question, name, told, len(rows), len(chosen), more or {})


def page_of_table(question: Question, name: str, table: pl.DataFrame, more: Mapping[str, Any] | None = None) -> Reply:
    """The asked-for page of a table, in the order it has."""
    chosen = table.slice(question.given["offset"], question.given["limit"])
    return page_of_many(question, name, chosen, table.height, more)


def page_of_many(
    question: Question, name: str, page: pl.DataFrame, total: int, more: Mapping[str, Any] | None = None
) -> Reply:
    """A page that was taken already from a table of so many rows."""
    return _page(question, name, rows_as_json(page), total, page.height, more or {})


def rows_as_json(table: pl.DataFrame) -> bytes:
    """Rows as a JSON list; what is no number, or no finite one, is null."""
    floats = [name for name, kind in table.schema.items() if kind.is_float()]
    finite = [pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats]
    return table.with_columns(finite).write_json().encode() if table.height else b"[]"


def _page(question: Question, name: str, rows: bytes, total: int, returned: int, more: Mapping[str, Any]) -> Reply:
    offset, limit = question.given["offset"], question.given["limit"]
    links = [question.link("self", question.path, query=question.given)]
    if offset + returned < total and returned:
        links.append(question.link("next", question.path, query={**question.given, "offset": offset + limit}))
    if offset:
        links.append(question.link("prev", question.path, query={**question.given, "offset": max(0, offset - limit)}))
    links += more.get("links", ())
    around = {
        **{key: value for key, value in more.items() if key != "links"},
        "aantal": total,
        "gegeven": returned,
        "links": links,
    }
    head = json.dumps(around, ensure_ascii=False, separators=(",", ":"))
    content = b"".join((head[:-1].encode(), b',"', name.encode(), b'":', rows, b"}"))
    onward = ", ".join(f'<{each["href"]}>; rel="{each["rel"]}"' for each in links if each["rel"] in ("next", "prev"))
    return Reply(content, headers={"Link": onward} if onward else {})


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(repr(each) if isinstance(each, float) else str(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
