"""Finding a source's columns by name: publishers move columns between editions and repeat names."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from stadspeil.catalogue.entries import Column, Source

_POSITION = re.compile(r"_\d+$")


def plain_header(text: str) -> str:
    """A header without position number, case, accents, blanks and punctuation: 'Koopwoningen_40 ' -> 'koopwoningen'."""
    folded = unicodedata.normalize("NFKD", _POSITION.sub("", text.strip()).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def find_columns(headers: Sequence[str], source: Source) -> dict[str, int]:
    """Field -> index of its column. Fields whose column is not in this edition are left out."""
    places = {column.field: _place(headers, column) for column in source.columns}
    return {field: place for field, place in places.items() if place is not None}


def _place(headers: Sequence[str], column: Column) -> int | None:
    start = 0
    if column.after:
        before = index_of(headers, column.after)
        if before is None:
            return None
        start = before + 1
    found = (index_of(headers, name, start) for name in column.column)
    return next((place for place in found if place is not None), None)


def unclear_columns(headers: Sequence[str], source: Source) -> dict[str, list[str]]:
    """Fields that fit several columns, with those: the entry names none that stands before the meant one.

    Stems repeat (gas and electricity per type of dwelling), and the first of them is as often the wrong one.
    """
    places = find_columns(headers, source)
    unclear = {}
    for column in source.columns:
        place = places.get(column.field)
        if place is None or column.after:
            continue
        literal = headers[place].strip() in {name.strip() for name in column.column}
        offered, wanted = (
            ([each.strip() for each in headers], headers[place].strip())
            if literal
            else (_plain(headers), plain_header(headers[place]))
        )
        if offered.count(wanted) > 1:
            unclear[column.field] = [header for header, each in zip(headers, offered, strict=True) if each == wanted]
    return unclear


def index_of(headers: Sequence[str], name: str, start: int = 0) -> int | None:
    """The first column with this header, from `start` on.

    The header to the letter goes before the plain one: in p_hh_110 and p_hh_120 the number is no position.
    """
    for wanted, offered in ((name.strip(), [each.strip() for each in headers]), (plain_header(name), _plain(headers))):
        if wanted in offered[start:]:
            return offered.index(wanted, start)
    return None


@functools.lru_cache(maxsize=64)
def _plain_of(headers: tuple[str, ...]) -> list[str]:
    return [plain_header(each) for each in headers]


def _plain(headers: Sequence[str]) -> list[str]:
    return _plain_of(tuple(headers))


def missing_headers(headers: Sequence[str], source: Source) -> list[str]:
    """Which of the headers that mark this source are not there."""
    return [name for name in source.recognise if index_of(headers, name) is None]


def distinct_headers(headers: Sequence[str]) -> list[str]:
    """The headers, with their place where the same one occurs more than once."""
    return [
        header if headers.count(header) == 1 else f"{header} (kolom {place})"
        for place, header in enumerate(headers, start=1)
    ]
