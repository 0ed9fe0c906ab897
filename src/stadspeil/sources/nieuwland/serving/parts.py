"""A question to a publisher and the answer to it, before it is written: what faults act upon."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Question:
    """What was asked: the publisher's own host and path, and the query as single values."""

    host: str
    path: str
    query: dict[str, str]

    @property
    def entity(self) -> str:
        """The last step of the path: TypedDataSet, DataProperties, items ..."""
        return self.path.rstrip("/").rpartition("/")[2]


@dataclass
class Part:
    """An answer: rows (a frame), a value (records), features of a map, or a text.

    `link` is the name and address of the next page. `content` is a file, or a body that a fault wrote.
    """

    status: int = 200
    kind: str = "application/json"
    about: dict[str, Any] = field(default_factory=dict)
    value: list[dict[str, Any]] | None = None
    rows: pl.DataFrame | None = None
    text: str = ""
    content: bytes = b""
    link: tuple[str, str] = ("", "")
    features: list[dict[str, Any]] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The answer as it is sent."""
        if self.content:
            return self.content
        if self.text:
            return self.text.encode()
        if self.features is not None:
            following = {"rel": "next", "type": "application/geo+json", "href": self.link[1]}
            links = {self.link[0]: [following] if self.link[1] else []} if self.link[0] else {}
            return json.dumps({**self.about, "features": self.features, **links}).encode()
        head = json.dumps(self.about)[1:-1]
        listed = self.rows.write_json() if self.rows is not None else json.dumps(self.value or [])
        link = f',"{self.link[0]}":{json.dumps(self.link[1])}' if self.link[1] else ""
        return ("{" + head + ("," if head else "") + f'"value":{listed}{link}' + "}").encode()
