"""How many gemeenten and buurten move to another fifth, beside what chance alone moves."""

from __future__ import annotations

import polars as pl

from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Grid, Heading
from stadspeil.report.wording import Wording

_LEVELS = ("gemeente", "buurt")


def moves(shown: Shown, words: Wording) -> list[Part]:
    """Two sentences and a small table, of figures whose noise is known; nothing where none is."""
    rows = shown.all_of("transitions")
    if rows.is_empty():
        return []
    known = rows.filter(pl.col("share_by_noise").is_not_null())
    of = {level: known.filter(pl.col("level") == level) for level in _LEVELS}
    if of["gemeente"].is_empty() and of["buurt"].is_empty():
        return []
    parts: list[Part] = [Heading(words("development.mobility_title"))]
    for level in _LEVELS:
        if of[level].height:
            first, last = of[level].select(pl.col("first_year", "last_year").last()).row(0)
            moved, noise = (words.number(100 * _moved(of[level], name), 0) for name in ("share", "share_by_noise"))
            parts.append(words(f"development.mobility_{level}", moved=moved, noise=noise, back=last - first,
                               figures=of[level]["indicator"].n_unique()))  # fmt: skip
    return [*parts, _grid(of, words)]


def _moved(rows: pl.DataFrame, name: str) -> float:
    """Share that is in another fifth, over all figures."""
    stays = rows.filter(pl.col("from_fifth") == pl.col("to_fifth"))
    return 1 - float(stays.select(pl.col(name).mean()).item())


def _grid(of: dict[str, pl.DataFrame], words: Wording) -> Grid:
    levels = [level for level in _LEVELS if of[level].height]
    made = []
    for fifth in range(1, 6):
        cells = [words(f"development.fifth_{fifth}") if fifth in (1, 5) else str(fifth)]
        for level in levels:
            stays = of[level].filter((pl.col("from_fifth") == fifth) & (pl.col("to_fifth") == fifth))
            for name in ("share", "share_by_noise"):
                cells.append(f"{words.number(100 * float(stays.select(pl.col(name).mean()).item()), 0)}%")
        made.append(tuple(cells))
    heads = [words("development.fifth")]
    for level in levels:
        heads += [words(f"development.stays_{level}"), words("development.by_noise")]
    widths = ("1fr", *["26mm"] * (len(heads) - 1))
    right = (False, *[True] * (len(heads) - 1))
    return Grid(words("development.mobility_caption"), tuple(heads), tuple(made), widths, right)
