"""Strict reading of catalogue files: every problem is collected with file and line, none is repaired silently."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import math
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import NoneType
from typing import Any, Literal, TypeVar

from stadspeil.catalogue.drawn_text import sign_in_words, undrawn
from stadspeil.catalogue.entries import BuildingProgramme, Column, Correction, Edition, Fetch, Margins, Site, Source

Entry = TypeVar("Entry")

_ENTRY_HEADER = re.compile(r"^\s*\[\s*\"?([^\]\"]+?)\"?\s*\]")
_KEY = re.compile(r"\s*\"?([^\s\"=]+)\"?\s*=")


@dataclass
class Problems:
    """What is wrong so far, as whole sentences in the order in which it was met."""

    found: list[str] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        """Note one problem at one place."""
        self.found.append(f"{place}: {sentence}")


@dataclass(frozen=True)
class TomlFile:
    """A parsed TOML file that still knows its lines, which the standard reader forgets."""

    name: str
    content: dict[str, Any]
    lines: tuple[str, ...]

    def place(self, entry: str = "", key: str = "") -> str:
        """'file:line [entry]' of an entry, or of a key inside it; as near as can be found."""
        line = self._line(entry, key)
        shown = f"{self.name}:{line}" if line else self.name
        return f"{shown} [{entry}]" if entry else shown

    def _line(self, entry: str, key: str) -> int:
        line, keys = self._places.get(entry, (0, {}))
        return keys.get(key, line)

    @cached_property
    def _places(self) -> dict[str, tuple[int, dict[str, int]]]:
        """By entry the line of its head and those of its keys; what stands above all entries is of ''."""
        found: dict[str, tuple[int, dict[str, int]]] = {"": (0, {})}
        inside = ""
        for number, text in enumerate(self.lines, start=1):
            header, key = _ENTRY_HEADER.match(text), _KEY.match(text)
            if header:
                inside = header[1].strip()
                found[inside] = (number, found.get(inside, (0, {}))[1])
            elif key:
                found[inside][1].setdefault(key[1], number)
        return found


def _toml(name: str, content: bytes, problems: Problems) -> TomlFile:
    """A TOML file, or an empty one with its fault noted."""
    try:
        # Notepad and Excel put a mark before the first letter that is no part of the text.
        text = content.decode("utf-8-sig")
        return TomlFile(name, tomllib.loads(text), tuple(text.splitlines()))
    except UnicodeDecodeError as fault:
        problems.add(name, f"geen geldige UTF-8 (byte {fault.start}); bewaar het bestand als UTF-8")
    except tomllib.TOMLDecodeError as fault:
        problems.add(name, f"geen geldige TOML: {fault}")
    except (ValueError, RecursionError):
        problems.add(name, "geen geldige TOML: een getal met te veel cijfers, of lijsten te diep in elkaar")
    return TomlFile(name, {}, ())


def read_entries(
    kind: type[Entry], path: Path, root: Path, problems: Problems, extra: Mapping[str, Any] | None = None
) -> dict[str, tuple[Entry, str]]:
    """The entries of a file as id -> (entry, place). `extra` fills keys that the file's place decides."""
    name, content = path.relative_to(root).as_posix(), path.read_bytes()
    read, said = _entries_in(kind, name, content, tuple((extra or {}).items()))  # type: ignore[arg-type]
    problems.found += said
    return dict(read)


# A catalogue is read again for every folder of entries of one's own, and most of its files are the same each time:
# entries are never changed, so what the same bytes gave may be given again.
@lru_cache(maxsize=512)
def _entries_in(
    kind: type[Any], name: str, content: bytes, extra: tuple[tuple[str, Any], ...]
) -> tuple[dict[str, tuple[Any, str]], tuple[str, ...]]:
    problems = Problems()
    file = _toml(name, content, problems)
    entries: dict[str, tuple[Any, str]] = {}
    for id, raw in file.content.items():
        if not isinstance(raw, dict):
            problems.add(file.place(key=id), f"'{id}' staat los; elke regel hoort onder een kop [id]")
            continue
        entry = build_entry(kind, raw, {"id": id, **dict(extra)}, file, id, problems)
        if entry is not None:
            entries[id] = (entry, file.place(id))
    return entries, tuple(problems.found)


def read_source(path: Path, root: Path, problems: Problems) -> tuple[Source, str] | None:
    """A source file: its own keys at the top, then [fetch], [columns], [where], [margins] and [editions.<year>]."""
    read, said = _source_in(path.stem, path.relative_to(root).as_posix(), path.read_bytes())
    problems.found += said
    return read


@lru_cache(maxsize=512)
def _source_in(id: str, name: str, content: bytes) -> tuple[tuple[Source, str] | None, tuple[str, ...]]:
    problems = Problems()
    file = _toml(name, content, problems)
    if not file.content:
        return None, tuple(problems.found)
    raw = dict(file.content)
    given = {
        "id": id,
        "columns": tuple(_columns(raw.pop("columns", {}), file, problems)),
        "editions": tuple(_editions(raw.pop("editions", {}), file, problems)),
        "fetch": _part(Fetch, raw.pop("fetch", None), "fetch", file, problems),
        "margins": _part(Margins, raw.pop("margins", None), "margins", file, problems),
    }
    entry = build_entry(Source, raw, given, file, "", problems)
    return None if entry is None else (entry, file.place()), tuple(problems.found)


def programme_in(file: TomlFile, id: str, problems: Problems) -> tuple[BuildingProgramme, str] | None:
    """The programme that a file holds, with its place; None with everything that is wrong noted."""
    return nested_in(file, id, BuildingProgramme, {"sites": Site}, problems)


def read_nested(
    kind: type[Entry], parts: Mapping[str, type[Any]], path: Path, root: Path, problems: Problems
) -> tuple[Entry, str] | None:
    """A file that holds one entry: its own keys at the top, then a table [<part>.<name>] per piece of each part."""
    name = path.relative_to(root).as_posix()
    read, said = _nested_once(kind, tuple(parts.items()), path.stem, name, path.read_bytes())  # type: ignore[arg-type]
    problems.found += said
    return read


@lru_cache(maxsize=512)
def _nested_once(
    kind: type[Any], parts: tuple[tuple[str, type[Any]], ...], id: str, name: str, content: bytes
) -> tuple[tuple[Any, str] | None, tuple[str, ...]]:
    problems = Problems()
    file = _toml(name, content, problems)
    if not file.content and not problems.found:
        problems.add(name, "het bestand is leeg, of er staat alleen commentaar in; vul het in of haal het weg")
    read = nested_in(file, id, kind, dict(parts), problems)
    return read, tuple(problems.found)


def nested_in(
    file: TomlFile, id: str, kind: type[Entry], parts: Mapping[str, type[Any]], problems: Problems
) -> tuple[Entry, str] | None:
    """The entry with pieces that a file holds, with its place; None with everything that is wrong noted."""
    if not file.content:
        return None
    raw, given = dict(file.content), dict[str, Any](id=id)
    for part, piece in parts.items():
        found = []
        for name, value in _as_table(raw.pop(part, {}), part, file, problems).items():
            heading = f"{part}.{name}"
            entry = build_entry(piece, _as_table(value, heading, file, problems), {"id": name}, file, heading, problems)
            if entry is not None:
                found.append(entry)
        given[part] = tuple(found)
    whole = build_entry(kind, raw, given, file, "", problems)
    return None if whole is None else (whole, file.place())


def build_entry(
    kind: type[Entry], raw: Mapping[str, Any], given: Mapping[str, Any], file: TomlFile, name: str, problems: Problems
) -> Entry | None:
    """An entry of `kind`, or None with everything that is wrong noted."""
    hints = _hints(kind)  # type: ignore[arg-type]
    fields = {each.name: each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    before = len(problems.found)
    values = dict(given)
    for key, value in raw.items():
        place = file.place(name, key)
        if key in given:
            problems.add(place, f"veld '{key}' volgt uit de kop of de bestandsnaam; haal het weg")
        elif key not in fields:
            problems.add(place, f"onbekend veld '{key}'{near_match(key, fields)}")
        else:
            values[key] = _typed(hints[key], value, f"{place}: veld '{key}'", problems)
            _drawn(kind, values[key], f"{place}: veld '{key}'", problems)
    _drawn(kind, values.get("id"), f"{file.place(name)}: de naam", problems)
    for key, each in fields.items():
        required = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        if required and key not in values:
            problems.add(file.place(name), f"veld '{key}' ontbreekt ({each.metadata.get('help', '')})")
    return kind(**values) if len(problems.found) == before else None


# Words of these are a publisher's, and reach no document of ours.
_AS_PUBLISHED = (Source, Column, Fetch, Edition, Margins, Correction)


def _drawn(kind: Any, value: Any, place: str, problems: Problems) -> None:
    """Note each character that our documents cannot set."""
    for sign in () if kind in _AS_PUBLISHED else undrawn(value):
        problems.found.append(
            f"{place} heeft het teken {sign_in_words(sign)}, dat onze lettertypen niet hebben; haal het weg, of schrijf het in letters"
        )


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def near_match(word: str, choices: typing.Iterable[str]) -> str:
    """'; bedoelde u ...?' when a choice looks like the word, else nothing."""
    found = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f"; bedoelde u '{found[0]}'?" if found else ""


def _columns(raw: Any, file: TomlFile, problems: Problems) -> list[Column]:
    columns = []
    for name, value in _as_table(raw, "columns", file, problems).items():
        given = value if isinstance(value, dict) else {"column": value}
        headers = given.get("column")
        if isinstance(headers, str):
            given = {**given, "column": [headers]}
        column = build_entry(Column, given, {"field": name}, file, "columns", problems)
        if column is not None:
            columns.append(column)
    return columns


def _editions(raw: Any, file: TomlFile, problems: Problems) -> list[Edition]:
    editions = []
    for name, value in _as_table(raw, "editions", file, problems).items():
        heading = f"editions.{name}"
        edition = build_entry(
            Edition, _as_table(value, heading, file, problems), {"edition": name}, file, heading, problems
        )
        if edition is not None:
            editions.append(edition)
    return editions


def _part(kind: type[Entry], raw: Any, name: str, file: TomlFile, problems: Problems) -> Entry | None:
    """A table of its own inside a source's file, where it has one."""
    return None if raw is None else build_entry(kind, _as_table(raw, name, file, problems), {}, file, name, problems)


def _as_table(raw: Any, name: str, file: TomlFile, problems: Problems) -> dict[str, Any]:
    if isinstance(raw, dict):
        return raw
    problems.add(file.place(name), f"'{name}' moet een tabel zijn")
    return {}


def _typed(hint: Any, value: Any, place: str, problems: Problems) -> Any:
    """The value as the hint asks, TOML lists as tuples; a misfit is noted and given back as it was."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        if value not in arguments:
            choices = ", ".join(map(str, arguments))
            problems.found.append(f"{place} is '{value}'; kies uit {choices}{near_match(str(value), arguments)}")
        return value
    if origin is tuple:
        return _typed_list(arguments, value, place, problems)
    if origin is dict:
        return _typed_table(arguments[1], value, place, problems)
    if hint == float | None:
        hint = float
    if hint in (int, float) and isinstance(value, (int, float)) and not _usable(value):
        return _misfit(_FINITE, value, place, problems)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is str and type(value) is datetime.date:
        return value.isoformat()
    if isinstance(value, hint) and not (isinstance(value, bool) and hint is not bool):
        if hint is str and not value.strip():
            return _misfit("een tekst", "leeg", place, problems)
        return value
    return _misfit(_DUTCH_TYPES.get(hint, str(hint)), value, place, problems)


def _typed_table(kind: type, value: Any, place: str, problems: Problems) -> Any:
    wanted: tuple[type, ...] = (int, float) if kind is float else (kind,)
    good = isinstance(value, dict) and all(
        isinstance(each, wanted) and not isinstance(each, bool) for each in value.values()
    )
    if good and not all(map(_usable, value.values())):
        for name, each in value.items():
            if not _usable(each):
                _misfit(_FINITE, each, f"{place}, '{name}',", problems)
        return value
    if not good:
        return _misfit(f"een tabel met {'getallen' if kind is float else 'teksten'}", value, place, problems)
    return {name: float(each) if kind is float else each for name, each in value.items()}


def _typed_list(arguments: tuple[Any, ...], value: Any, place: str, problems: Problems) -> Any:
    if not isinstance(value, list):
        return _misfit("een lijst [..]", value, place, problems)
    if arguments[-1] is Ellipsis:
        kinds = [arguments[0]] * len(value)
        if not value:
            return _misfit("een lijst met minstens een waarde", "een lege lijst", place, problems)
    elif len(arguments) != len(value):
        return _misfit(f"een lijst van {len(arguments)}", value, place, problems)
    else:
        kinds = list(arguments)
    return tuple(_typed(kind, each, place, problems) for kind, each in zip(kinds, value, strict=True))


_DUTCH_TYPES: dict[Any, str] = {
    str: "een tekst", int: "een geheel getal", float: "een getal", bool: "true of false", NoneType: "niets",
}  # fmt: skip


# More than any sum, count or code that we know; a double still holds it whole.
_MOST_DIGITS = 15


def _usable(value: Any) -> bool:
    """Whether a number can be reckoned with; what is no number is for others to judge."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 10**_MOST_DIGITS


def is_day(text: str) -> bool:
    """Whether a text is a day of our century as YYYY-MM-DD: the 31st of February is none."""
    try:
        return re.fullmatch(r"20\d\d-\d\d-\d\d", text) is not None and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _misfit(expected: str, found: Any, place: str, problems: Problems) -> Any:
    problems.found.append(f"{place} is {_shown(found)}; verwacht {expected}")
    return found


def _shown(found: Any) -> str:
    """What was found, short enough for a sentence."""
    if isinstance(found, (datetime.date, datetime.time)):
        return found.isoformat()
    if isinstance(found, int) and not _usable(found):
        return f"een getal van meer dan {_MOST_DIGITS} cijfers"
    told = repr(found)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}..."


_LONGEST = 120
_FINITE = f"een gewoon getal van hoogstens {_MOST_DIGITS} cijfers, geen nan of inf"
