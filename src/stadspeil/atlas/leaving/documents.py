"""A view as pages: PDF/UA-1, in the look of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stadspeil.atlas.leaving.about import About, Leaving, head_of, read_columns, said
from stadspeil.atlas.views import Column, Table, View
from stadspeil.report.drawing.paint import width_of
from stadspeil.report.pdf import typeset
from stadspeil.report.wording import Wording

ROWS = 60
# Points of a page that a table may take, upright and flipped, and what stands left and right in a cell.
_UPRIGHT, _FLIPPED, _INSET = 493.0, 740.0, 6.0
_SIZES = (8.5, 7.5, 6.5)
_LONGEST, _AIR = 190.0, 90.0


def as_pdf(view: View, about: About, part: str = "") -> Leaving:
    """The page to print and to hand round; equal views give equal bytes."""
    return Leaving("pdf", "application/pdf", typeset("view.typ", printed(view, about)))


def printed(view: View, about: About) -> dict[str, Any]:
    """The view as the template sets it."""
    words = about.words
    narrow = [_narrowest(each, words, _SIZES[0]) for each in view.tables]
    flipped = any(each > _UPRIGHT for each in narrow)
    texts = ((words("leaving.notes"), view.notes), (words("leaving.sources"), view.sources))
    return {
        "lang": about.lang, "title": view.title, "reading": view.reading, "flipped": flipped,
        "banner": words("document.banner") if about.invented else "",
        "page": words("document.page", page="{page}", pages="{pages}"),
        "made_with": f"{words('document.made_with')}. {words('page.edition', version=about.version)}",
        "pictures": [{"svg": each.svg, "alt": each.alt, "caption": each.caption} for each in view.pictures],
        "tables": [_grid(each, _FLIPPED if flipped else _UPRIGHT, words) for each in view.tables],
        "texts": [{"title": title, "items": list(items)} for title, items in texts if items],
        "where": {"title": words("leaving.address"), "address": about.address},
    }  # fmt: skip


def _grid(table: Table, room: float, words: Wording) -> dict[str, Any]:
    columns = read_columns(table)
    shown = [[said(row, each, words) for each in columns] for row in table.rows[:ROWS]]
    heads = [head_of(each, words) for each in columns]
    size = next((each for each in _SIZES if _narrowest(table, words, each) <= room), _SIZES[-1])
    more = ""
    if len(table.rows) > ROWS:
        more = words("leaving.first_rows", shown=words.number(ROWS), all=words.number(len(table.rows)))
    meanings = dict.fromkeys(f"{each.head}: {each.meaning}" for each in columns if each.meaning)
    return {
        "caption": table.caption, "heads": heads, "rows": shown, "note": table.note, "more": more, "size": size,
        "meanings": list(meanings), "right": [each.kind in ("number", "year") for each in columns],
        "widths": _widths(heads, shown, room, size),
    }  # fmt: skip


def _narrowest(table: Table, words: Wording, size: float) -> float:
    """Points that the table takes at least: no word is cut."""
    columns = read_columns(table)
    heads = [head_of(each, words) for each in columns]
    rows = [[said(row, each, words) for each in columns] for row in table.rows[:ROWS]]
    return sum(_least(number, heads, rows, size) for number in range(len(columns)))


def _least(number: int, heads: Sequence[str], rows: Sequence[Sequence[str]], size: float) -> float:
    told = (heads[number], *(row[number] for row in rows))
    longest = max((width_of(word, size) for each in told for word in each.split()), default=0.0)
    return 1.06 * longest + _INSET


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]], room: float, size: float) -> list[float]:
    """Points per column: what its longest word needs, and a share of the rest by how much more it would like."""
    least = [_least(number, heads, rows, size) for number in range(len(heads))]
    wanted = [
        max(least[number], *(min(1.04 * width_of(row[number], size) + _INSET, _LONGEST) for row in (heads, *rows)))
        for number in range(len(heads))
    ]
    rest = max(room - sum(least), 0.0)
    more = [full - low for full, low in zip(wanted, least, strict=True)]
    share = min(rest / sum(more), 1.0) if sum(more) else 0.0
    found = [low + share * extra for low, extra in zip(least, more, strict=True)]
    # Of what nobody needs some goes to the first column; more would set numbers far from what they are of.
    found[0] += min(max(room - sum(found), 0.0), _AIR)
    return [round(each, 2) for each in found]


def columns_and_rows(table: Table, words: Wording, most: int) -> tuple[tuple[Column, ...], list[list[str]]]:
    """What a reader sees of a table: its columns and its first rows."""
    columns = read_columns(table)
    return columns, [[said(row, each, words) for each in columns] for row in table.rows[:most]]
