"""A page before it is drawn: what it says, in tables that every form of leaving reads.

A page is a function from a site and a question to a view. HTML, CSV, workbook, JSON and pictures are all made from the
view, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload
from urllib.parse import quote

from stadspeil.report.drawing.content import Content

if TYPE_CHECKING:
    from stadspeil.atlas.site import Site

# Units that are counted, in both languages: nobody expects half a home.
_COUNTED = {
    "woningen",
    "huishoudens",
    "personen",
    "inwoners",
    "homes",
    "dwellings",
    "households",
    "persons",
    "residents",
}
_WHOLE_FROM = 10
# What may stand in an address of an image as it is, so that it stays short.
_UNQUOTED = " =:;,/()-._"

Cell = str | float | int | None
Kind = Literal["text", "number", "year", "area", "figure"]


# Decimals of a column whose numbers differ much in size: two digits that tell of each.
AS_LARGE = -1


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in files, its head on the page, and how its cells are written.

    In a `mixed` one each row is another quantity, with its unit in the column 'eenheid': `decimals` is then the most.
    """

    key: str
    head: str
    kind: Kind = "text"
    decimals: int = 0
    unit: str = ""
    meaning: str = ""
    mixed: bool = False

    def digits(self, value: float, row: Mapping[str, Cell]) -> int:
        """With how many decimals a number is written."""
        if not self.mixed:
            return self.decimals
        if row.get("eenheid") in _COUNTED and abs(value) >= _WHOLE_FROM:
            return 0
        most = round(value, self.decimals)
        return next(number for number in range(self.decimals + 1) if round(value, number) == most)


@dataclass(frozen=True)
class Table:
    """A table with raw cells, unrounded. `note` is shown where it has no rows."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Cell]]
    note: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads, in order."""
        return tuple(each.head for each in self.columns)


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG; `alt` says all that it shows, `table` names the table that says the same.

    `drawing` may be a function that draws, for a large picture that its page does not hold itself.
    `content` is what it shows as numbers, for slides that draw it again as a native chart; None for a picture only.
    `narrow` is the same drawn for a phone; empty where the wide one is scrolled there.
    """

    id: str
    drawing: str | Callable[[], str]
    caption: str
    alt: str
    table: str
    content: Content | None = None
    narrow: str = ""

    @property
    def narrow_image(self) -> str:
        """The drawing for a phone as the address of an image: a page with a hundred shapes more would be a heavy one."""
        return f"data:image/svg+xml,{quote(self.narrow, safe=_UNQUOTED)}"

    @property
    def narrow_size(self) -> tuple[int, int]:
        """How wide and high that drawing is, so that a page does not jump when it comes."""
        wide, high = self.narrow.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()
        return int(wide), int(high)

    @cached_property
    def svg(self) -> str:
        """The drawing, drawn when it is first asked for."""
        return self.drawing if isinstance(self.drawing, str) else self.drawing()


@dataclass(frozen=True)
class Series:
    """A chart that PowerPoint can edit: names along the axis, and a row of numbers per name in the legend."""

    id: str
    kind: Literal["bar", "line"]
    title: str
    names: tuple[str, ...]
    numbers: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True)
class Older:
    """That another version of the program made what a page shows, and the commands that make it anew."""

    said: str
    commands: tuple[str, ...]

    @property
    def line(self) -> str:
        """All of it in one line, for files."""
        return f"{self.said} {'; '.join(self.commands)}"


@dataclass(frozen=True)
class View:
    """All that a page says. `reading` is one sentence that stays within what the intervals allow."""

    page: str
    title: str
    reading: str
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    series: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    older: Older | None = None

    def table(self, id: str) -> Table:
        """The table of this id."""
        return next(each for each in self.tables if each.id == id)


@dataclass(frozen=True)
class Asked:
    """What was asked for: the language, the parts of the address and its question.

    The town that a reader chose is no part of it: a view depends on its address alone.
    """

    lang: str
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str, otherwise: str = "") -> str:
        """A part of the address, or of the question."""
        return self.parts.get(name) or self.query.get(name) or otherwise

    def number(self, name: str) -> int | None:
        """A whole number of the question; None where there is none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class LaterRows(Sequence[Mapping[str, Cell]]):
    """Rows that are made when they are first read: a page names the table, a download holds it."""

    def __init__(self, make: Callable[[], Sequence[Mapping[str, Cell]]]) -> None:
        self._make = make

    @cached_property
    def _rows(self) -> Sequence[Mapping[str, Cell]]:
        return self._make()

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mapping[str, Cell]]: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, Cell] | Sequence[Mapping[str, Cell]]:
        return self._rows[at]


def rows_of(names: Sequence[str], *rows: Sequence[Cell]) -> tuple[Mapping[str, Cell], ...]:
    """Rows written out as tuples, with the names of their columns."""
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


@dataclass(frozen=True)
class Page:
    """One page: its address, the function that makes its view, the template that draws it.

    `menu` is the key of its name in the menu; empty for a page that is not in it. `of_town` is what the menu asks it
    about the town that the reader chose. `under` names the page whose menu entry is marked instead. `styles` are files in static/ that only this page needs. A page that is not `remembered`
    can change while the results do not, so a browser asks for it each time. One that `begins_with_town` sends who asks
    no town to the address with the town that was chosen before. `also` gives what a remembered page depends on beside the
    results and its address, as a mark of it.
    """

    name: str
    path: str
    make: Callable[[Site, Asked], View]
    template: str
    menu: str = ""
    of_town: str = ""
    under: str = ""
    styles: tuple[str, ...] = ()
    remembered: bool = True
    begins_with_town: bool = False
    also: Callable[[Site], str] | None = None
