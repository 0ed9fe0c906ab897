"""What an installation decides about its site: [atlas] in werkmap/stadspeil.toml, and options of `stadspeil serve`.

No setting changes a figure.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from stadspeil.errors import CatalogueError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
# 'testserver' is what Starlette's test client calls a site.
_OWN_NAMES = (*LOOPBACK, "[::1]", "testserver")
LARGEST_THEME = 200_000
_LAST_PORT = 65535
_NAME = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:.]+")
_TOWN = re.compile(r"GM\d{4}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
_LAYER = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_REMEDY = "verbeter [atlas] in dit bestand; docs/how-to/serve-the-atlas.md zegt wat er kan staan"


@dataclass(frozen=True)
class Settings:
    """How a site is served.

    `town` is the gemeente that a first visit opens on; `hosts` the names that a browser may call the site by; `origins`
    the sites whose scripts may read the API; `requests_per_minute` per caller; `upload_mb` the largest own workbook;
    `background` the address of a map layer of the town's own (empty: none, and then no request leaves the site);
    `theme` a CSS file with the town's own colours; `address` where the site is reached from outside, as in
    'https://stadspeil.gemeente.nl'; `contact_name` and `contact_email` who answers for it, as the API tells; `uploads` says
    whether workbooks may be sent to it: only while it is this machine's own (local), always or never.
    """

    town: str = ""
    host: str = "127.0.0.1"
    port: int = 8040
    workers: int = 1
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    requests_per_minute: int = 1200
    upload_mb: int = 10
    background: str = ""
    theme: str = ""
    uploads: str = "local"
    address: str = ""
    contact_name: str = "Beheer van deze site"
    contact_email: str = "beheer@stadspeil.example"

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that the site listens to: those of the setting, always this machine's own, and where it is bound."""
        return frozenset(each.lower() for each in (*self.hosts, *_OWN_NAMES, self.host))

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the site."""
        return self.host in LOOPBACK

    @property
    def takes_uploads(self) -> bool:
        """Whether a workbook may be sent. A name of its own means that a front door lets others in."""
        local = self.is_local and not self.address and all(each.lower() in _OWN_NAMES for each in self.hosts)
        return self.uploads == "always" or (self.uploads == "local" and local)


def read_settings(path: Path, **given: Any) -> Settings:
    """The settings of a workspace, with options that were given on top; those that are None were not.

    Raises:  CatalogueError with everything that is wrong in the file.
    """
    told: Any = {}
    if path.is_file():
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8")).get("atlas", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise CatalogueError(str(path), f"is geen geldige TOML: {fault}", _REMEDY) from fault
    problems = _problems(told, path.parent) if isinstance(told, dict) else ["'atlas' is geen tabel: schrijf [atlas]"]
    if problems:
        raise CatalogueError(str(path), problems, _REMEDY)
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    made = replace(Settings(), **{**told, **lists})
    return replace(made, **{name: value for name, value in given.items() if value is not None})


def _problems(told: dict[str, Any], root: Path) -> list[str]:
    known = {each.name: type(getattr(Settings(), each.name)) for each in fields(Settings)}
    found = []
    for name, value in told.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            found.append(f"[atlas]: onbekende instelling '{name}'" + (f"; bedoelde u '{near[0]}'?" if near else ""))
        elif problem := _wrong_kind(known[name], value) or _wrong_value(name, value, root):
            found.append(f"[atlas]: '{name}' is {value!r}; {problem}")
    return found


def _wrong_kind(wanted: type[Any], value: Any) -> str:
    if wanted is tuple:
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return "" if fits else "verwacht een lijst van teksten"
    if not isinstance(value, wanted) or isinstance(value, bool):
        return "verwacht een geheel getal" if wanted is int else "verwacht een tekst"
    return "verwacht 1 of meer" if isinstance(value, int) and value < 1 else ""


def _wrong_value(name: str, value: Any, root: Path) -> str:
    """What is wrong with a value of the right kind; empty for nothing."""
    if name == "town" and value and not _TOWN.fullmatch(value):
        return "verwacht de code van een gemeente, zoals 'GM0637'"
    if name == "uploads" and value not in ("local", "always", "never"):
        return "kies local, always of never"
    if name == "port" and value > _LAST_PORT:
        return f"verwacht hoogstens {_LAST_PORT}"
    if name == "hosts" and any(not _NAME.fullmatch(each) for each in value):
        return "verwacht namen zonder http:// en zonder poort, zoals 'stadspeil.gemeente.nl'"
    if name == "origins" and any(each != "*" and not _ORIGIN.fullmatch(each) for each in value):
        return "verwacht sites zoals 'https://www.gemeente.nl', zonder pad"
    if name == "address" and value and not _ORIGIN.fullmatch(value):
        return "verwacht een adres zoals 'https://stadspeil.gemeente.nl', zonder pad"
    if name == "contact_email" and not _EMAIL.fullmatch(value):
        return "verwacht een e-mailadres"
    if name == "background" and value and not _LAYER.match(value):
        return "verwacht een adres dat met https:// begint"
    return theme_problem(root, value) if name == "theme" and value else ""


def theme_problem(root: Path, name: str) -> str:
    """Why a file cannot be the theme of a site; empty for none. It must lie in the workspace and be a small .css."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        return "verwacht een bestand binnen de werkmap"
    if path.suffix != ".css":
        return "verwacht een bestand dat op .css eindigt"
    if not path.is_file():
        return "dat bestand is er niet"
    if path.stat().st_size > LARGEST_THEME:
        return f"dat bestand is groter dan {LARGEST_THEME // 1000} kB"
    return ""
