"""What an installation decides about its site: [atlas] in werkmap/stadspeil.toml, and options of `stadspeil serve`.

No setting changes a figure.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from stadspeil.errors import CatalogueError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REMEDY = "verbeter [atlas] in dit bestand; docs/how-to/serve-the-atlas.md zegt wat er kan staan"


@dataclass(frozen=True)
class Settings:
    """How a site is served.

    `town` is the gemeente that a first visit opens on; `hosts` the names that a browser may call the site by; `origins`
    the sites whose scripts may read the API; `requests_per_minute` per caller; `upload_mb` the largest own workbook;
    `background` the address of a map layer of the town's own (empty: none, and then no request leaves the site);
    `theme` a CSS file with the town's own colours; `address` where the site is reached from outside, as in
    'https://stadspeil.gemeente.nl'; `contact_name` and `contact_email` who answers for it, as the API tells.
    """

    town: str = ""
    lang: str = "nl"
    host: str = "127.0.0.1"
    port: int = 8040
    workers: int = 1
    hosts: tuple[str, ...] = (*LOOPBACK, "[::1]", "testserver")
    origins: tuple[str, ...] = ()
    requests_per_minute: int = 1200
    upload_mb: int = 10
    background: str = ""
    theme: str = ""
    address: str = ""
    contact_name: str = "Beheer van deze site"
    contact_email: str = "beheer@stadspeil.example"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the site."""
        return self.host in LOOPBACK


def read_settings(path: Path, **given: Any) -> Settings:
    """The settings of a workspace, with options that were given on top; those that are None were not.

    Raises:  CatalogueError with everything that is wrong in the file.
    """
    told: dict[str, Any] = {}
    if path.is_file():
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8")).get("atlas", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise CatalogueError(str(path), f"is geen geldige TOML: {fault}", _REMEDY) from fault
    problems = list(_problems(told))
    if problems:
        raise CatalogueError(str(path), problems, _REMEDY)
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    made = replace(Settings(), **{**told, **lists})
    return replace(made, **{name: value for name, value in given.items() if value is not None})


def _problems(told: dict[str, Any]) -> list[str]:
    known = {each.name: type(getattr(Settings(), each.name)) for each in fields(Settings)}
    found = []
    for name, value in told.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            found.append(f"[atlas]: onbekende instelling '{name}'" + (f"; bedoelde u '{near[0]}'?" if near else ""))
        elif known[name] is tuple:
            if not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
                found.append(f"[atlas]: '{name}' is {value!r}; verwacht een lijst van teksten")
        elif not isinstance(value, known[name]) or isinstance(value, bool):
            wanted = "een geheel getal" if known[name] is int else "een tekst"
            found.append(f"[atlas]: '{name}' is {value!r}; verwacht {wanted}")
        elif known[name] is int and value < 1:
            found.append(f"[atlas]: '{name}' is {value}; verwacht 1 of meer")
    if told.get("lang", "nl") not in ("nl", "en"):
        found.append(f"[atlas]: 'lang' is {told['lang']!r}; kies nl of en")
    return found
