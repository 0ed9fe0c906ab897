"""The sheet of one buurt, on one page: its figures beside its wijk and gemeente, for who works there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, title_in
from stadspeil.contracts import WITH_NUMBER
from stadspeil.report.document import Chapter, Grid
from stadspeil.report.leaflets import Leaflet
from stadspeil.report.wording import DASH, Wording, join_unit, wording
from stadspeil.scores.explaining import difference_words

_NORMAL_90 = 1.645
# Lines of a table that fit on the page, and signs of a title on one line.
_LINES, _LINE_LENGTH = 39, 34


@dataclass(frozen=True)
class _Row:
    """One figure of the buurt with those of wijk and gemeente, and the verdict on the difference with the gemeente."""

    entry: Indicator
    own: Mapping[str, Any]
    beside: tuple[Mapping[str, Any] | None, ...]
    verdict: str


def buurt_sheet(area: str, name: str, values: pl.DataFrame, catalogue: Catalogue, lang: str, invented: bool) -> Leaflet:
    """One page of one buurt: its figures beside its wijk and gemeente, and which differences exceed their margin.

    Shape:   VALUES of the buurt, its wijk and its gemeente. Differences are asked of all figures together, so that a
             whole page has a false one in at most one of ten pages. What does not fit is counted.
    """
    words = wording(lang)
    rows = _rows(area, values, catalogue)
    shown = _fitting(rows, catalogue)
    parts: list[str | Grid] = [words("leaflet.sheet_none")]
    if shown:
        known = any(row.own["spread"] is not None for row in shown)
        parts = [words("leaflet.sheet_intro" if known else "leaflet.sheet_unknown"), _grid(shown, known, words)]
    if len(rows) > len(shown):
        parts.append(words("leaflet.sheet_more", number=len(rows) - len(shown), area=area))
    chapter = Chapter("sheet", words("leaflet.sheet_title"), (*parts, words("leaflet.sheet_care")))
    title = name if area in name or name == area else f"{name} ({area})"
    return Leaflet(title, words("leaflet.sheet_subtitle"), lang, invented, (chapter,))


def _rows(area: str, values: pl.DataFrame, catalogue: Catalogue) -> list[_Row]:
    """The newest value of each judged figure, in the order of the catalogue."""
    numbered = values.filter(pl.col("status").cast(pl.String).is_in(list(WITH_NUMBER)))
    own = numbered.filter(pl.col("area") == area).sort("year", "boundaries").unique("indicator", keep="last")
    newest = {row["indicator"]: row for row in own.to_dicts()}
    others = {(row["area"], row["indicator"], row["year"]): row for row in numbered.to_dicts()}
    judged = [each for each in catalogue.indicators.values() if each.direction != "neutral" and each.id in newest]
    rows = []
    for entry in judged:
        row = newest[entry.id]
        wijk, gemeente = (others.get((code, entry.id, row["year"])) for code in (f"WK{area[2:8]}", f"GM{area[2:6]}"))
        rows.append(_Row(entry, row, (wijk, gemeente), difference_beside(row, gemeente, len(judged))))
    return rows


def _fitting(rows: Sequence[_Row], catalogue: Catalogue) -> list[_Row]:
    """What fits on the page: demonstrable differences first, then what counts in a mark, then the rest."""
    parts = {part for id in catalogue.composites for part in catalogue.parts_of(id)}
    ordered = sorted(rows, key=lambda row: (row.verdict not in ("hoger", "lager"), row.entry.id not in parts))
    room, kept = _LINES, set()
    for row in ordered:
        room -= 1 + max(len(row.entry.title), len(row.entry.title_en)) // _LINE_LENGTH
        if room >= 0:
            kept.add(row.entry.id)
    return [row for row in rows if row.entry.id in kept]


def _grid(rows: Sequence[_Row], known: bool, words: Wording) -> Grid:
    """The table; without the columns of margins where no margin is known."""
    columns: list[tuple[str, str, bool]] = [("figure", "1fr", False), ("year", "11mm", True), ("buurt", "31mm", True)]
    if known:
        columns.append(("margin", "16mm", True))
    columns += [("wijk", "16mm", True), ("gemeente", "18mm", True)]
    if known:
        columns.append(("differs", "28mm", False))
    heads, widths, right = (tuple(each) for each in zip(*columns, strict=True))
    texts = [_texts(row, words) for row in rows]
    made = tuple(tuple(text[name] for name in heads) for text in texts)
    return Grid(words("leaflet.sheet_caption"), tuple(words(f"leaflet.{name}") for name in heads), made, widths, right)


def _texts(row: _Row, words: Wording) -> dict[str, str]:
    entry, own = row.entry, row.own
    numbers = [DASH if each is None else words.number(each["value"], entry.decimals) for each in row.beside]
    margin = DASH if own["spread"] is None else f"±\u00a0{words.number(_NORMAL_90 * own['spread'], entry.decimals)}"
    return {
        "figure": title_in(entry, words.lang),
        "year": str(own["year"]),
        "buurt": join_unit(words.number(own["value"], entry.decimals), words.unit(entry.unit)),
        "margin": margin,
        "wijk": numbers[0],
        "gemeente": numbers[1],
        "differs": words(f"leaflet.sheet_said.{row.verdict}"),
    }


def difference_beside(row: Mapping[str, Any], other: Mapping[str, Any] | None, comparisons: int) -> str:
    """'hoger', 'lager', 'gelijk' or 'onbekend' beside another area, of so many differences read together."""
    if other is None or row["spread"] is None:
        return "onbekend"
    spread = float(np.hypot(row["spread"], other["spread"] or 0.0))
    return difference_words(row["value"] - other["value"], spread, comparisons)
