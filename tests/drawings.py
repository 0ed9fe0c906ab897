"""Tables drawn as text, as spec tests and the method chapter both read them.

    area   | value || mark | rank
    -------+-------++------+-----
    GM0001 |   10  || 5.25 |  2
    GM0002 |   30  || 7.75 |  1

Left of || stands what is given, right of it what must come out. An empty cell is not looked at; a `-` is a missing
value; `2..3` on the right means anywhere between, ends included.
Only the standard library is used here, so that the reference pages can be made without the test machinery.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawing:
    """Column names left and right of ||, and the cells as they are written, by row."""

    given: tuple[str, ...]
    expected: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in the order in which they are drawn."""
        return (*self.given, *self.expected)

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read_drawing(text: str) -> Drawing:
    """The drawn table. A row with more or fewer cells than the header is a ValueError."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    left, _, right = lines[0].partition("||")
    given, expected = (tuple(name.strip() for name in side.split("|")) if side else () for side in (left, right))
    if len(set(given + expected)) < len(given + expected):
        raise ValueError(f"a column is drawn twice: {lines[0]}")
    rows = []
    for line in lines[1:]:
        if set(line) <= set("-+| "):
            continue
        cells = tuple(cell.strip() for cell in line.replace("||", "|").split("|"))
        if len(cells) != len(given) + len(expected):
            raise ValueError(f"{len(cells)} cells under {len(given) + len(expected)} columns: {line}")
        rows.append(cells)
    return Drawing(given, expected, tuple(rows))


def is_drawing(text: str) -> bool:
    """Whether a text is a drawn table: a header with bars over a line of dashes."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return len(lines) > 1 and "|" in lines[0] and "+" in lines[1] and set(lines[1]) <= set("-+| ")
