"""Which of two towns is ahead: by other choices of method, and by chance in the figures. Named apart, never mixed."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Grid, Heading
from stadspeil.report.wording import Wording

# More columns do not fit on a page.
_MOST_TOWNS = 8


def ahead(shown: Shown, words: Wording) -> list[Part]:
    """The own group as a matrix of chances, and how many differences with each town are demonstrable."""
    rows = shown.table("pairs")
    if rows.is_empty():
        return []
    group = rows.filter(pl.col("kind") == "group")
    others = group["other"].unique().sort().to_list()[:_MOST_TOWNS]
    by_choice = group.filter(pl.col("ahead_choices").is_not_null() & pl.col("other").is_in(others))
    known = rows.filter(pl.col("error").is_not_null())
    parts: list[Part] = []
    if not by_choice.is_empty():
        parts += [words("ahead.choices_intro", town=shown.name(shown.town)), _matrix(by_choice, others, shown, words)]
    if not known.is_empty():
        parts += [words("ahead.noise_intro", number=rows["other"].n_unique()), _counted(known, shown, words)]
    elif parts:
        parts.append(words("ahead.noise_unknown"))
    return [Heading(words("ahead.title")), *parts] if parts else []


def _matrix(rows: pl.DataFrame, others: list[str], shown: Shown, words: Wording) -> Grid:
    chance = {(row["indicator"], row["other"]): row["ahead_choices"] for row in rows.to_dicts()}
    figures = [id for id in shown.catalogue.composites if any((id, other) in chance for other in others)]
    made = tuple(
        (shown.catalogue.title_of(id, words.lang), *(words.chance(chance.get((id, other))) for other in others))
        for id in figures
    )
    heads = (words("certainty.what"), *(shown.name(each) for each in others))
    wide = f"{min(25.0, 124 / len(others)):.1f}mm"
    caption = words("ahead.choices_caption", town=shown.name(shown.town))
    return Grid(caption, heads, made, ("1fr", *[wide] * len(others)), (False, *[True] * len(others)))


def _counted(known: pl.DataFrame, shown: Shown, words: Wording) -> Grid:
    told = pl.col("verdict").is_in(["hoger", "lager"])
    counts = known.group_by("other", "kind").agg(
        known=pl.len(), better=(told & pl.col("favourable")).sum(), worse=(told & ~pl.col("favourable")).sum()
    )  # fmt: skip
    rows: list[dict[str, Any]] = counts.sort("kind", "other").to_dicts()
    made = tuple(
        (
            shown.name(row["other"]), words(f"ahead.kind_{row['kind']}"), words.number(row["known"]),
            words.number(row["better"]), words.number(row["worse"]),
            words.number(row["known"] - row["better"] - row["worse"]),
        )
        for row in rows
    )  # fmt: skip
    heads = tuple(words(f"ahead.{name}") for name in ("other", "kind", "known", "better", "worse", "same"))
    caption = words("ahead.noise_caption", town=shown.name(shown.town))
    return Grid(caption, heads, made, ("1fr", "24mm", "24mm", "28mm", "28mm", "30mm"),
                (False, False, True, True, True, True))  # fmt: skip
