"""What a caller gets who cannot be answered: problem details (RFC 9457), everything that is wrong at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

PROBLEM = "application/problem+json"
# Where a person reads what the kinds of problem mean.
TYPE = "/api#fouten"
TITLES = {
    400: "Vraag niet goed gesteld",
    404: "Niet gevonden",
    405: "Alleen lezen",
    406: "Vorm die er niet is",
    413: "Te groot",
    414: "Adres te lang",
    500: "Fout bij ons",
    503: "Even niet",
}


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: in which part of the question, under which name, in words, with a code for programs."""

    place: str
    name: str
    detail: str
    code: str

    def as_json(self) -> dict[str, Any]:
        """As it stands in `errors`."""
        return {"in": self.place, "location": {"name": self.name}, "detail": self.detail, "code": self.code}


class RefusalError(Exception):
    """A question that ends in a problem instead of an answer."""

    def __init__(
        self, status: int, detail: str, wrong: Iterable[Wrong] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.detail, self.wrong, self.headers = status, detail, tuple(wrong), dict(headers or {})
        super().__init__(detail)


def missing(detail: str) -> RefusalError:
    """Something that is not here."""
    return RefusalError(404, detail)


def problem(status: int, detail: str, path: str, wrong: Iterable[Wrong] = (), title: str = "") -> bytes:
    """The body of a problem. `path` is what was asked for; it comes back as an address, whatever was in it."""
    told: dict[str, Any] = {
        "type": TYPE, "title": title or TITLES.get(status, "Ging niet"), "status": status, "detail": detail,
        "instance": quote(path, errors="replace"),
    }  # fmt: skip
    errors = [each.as_json() for each in wrong]
    return json.dumps({**told, "errors": errors} if errors else told, ensure_ascii=False).encode()
