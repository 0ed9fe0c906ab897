"""How sure each place is: by noise, and by other choices of method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from stadspeil.report.chapters.ahead import ahead
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.drawing.content import PlaceRow, Places
from stadspeil.report.drawing.places import places_alt, places_svg
from stadspeil.report.wording import DASH, Wording

# Words that the texts know for the choices of method.
_CHOICES = {
    "normalisatie": "normalisation", "uitschieters": "outliers", "optelling": "adding", "ontbrekend": "missing",
    "gewichten": "weights",
}  # fmt: skip


def certainty(shown: Shown, words: Wording) -> Chapter | None:
    """Two ranges of each place, named apart."""
    rows = shown.table("rank_ranges")
    if rows.is_empty():
        return None
    by_choice = rows.filter(pl.col("best_choices").is_not_null()).to_dicts()
    by_noise = rows.filter(pl.col("best_noise").is_not_null()).to_dicts()
    neutral = {each.id for each in shown.catalogue.indicators.values() if each.direction == "neutral"}
    by_noise = [row for row in by_noise if row["indicator"] not in neutral]
    if not by_choice and not by_noise:
        return None
    parts: list[Part] = [words("certainty.intro")]
    if by_choice:
        parts += [
            Heading(words("certainty.choices_title")),
            words("certainty.choices_intro"),
            _drawn(by_choice, shown, words),
            _choices(by_choice, shown, words),
        ]
        parts += _hanging(by_choice, shown, words)
    if by_noise:
        parts += [
            Heading(words("certainty.noise_title")),
            words("certainty.noise_intro"),
            _noise(by_noise, shown, words),
        ]
    unknown = rows.height - len(by_choice) - rows.filter(pl.col("best_noise").is_not_null()).height
    if unknown:
        parts.append(words("certainty.unknown", number=unknown))
    parts += ahead(shown, words)
    return Chapter("certainty", words("certainty.title"), tuple(parts))


def _drawn(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Drawing:
    """A dot per composite, with both ranges as far as they are known."""
    content = Places(tuple(place_row(row, shown.catalogue.title_of(row["indicator"], words.lang)) for row in rows))
    return Drawing(places_svg(content, words), words("drawing.places_caption"), places_alt(content, words), content)


def place_row(row: dict[str, Any], title: str) -> PlaceRow:
    """A row of RANK_RANGES as it is drawn."""
    noise, choices = ((row[f"best_{kind}"], row[f"worst_{kind}"]) for kind in ("noise", "choices"))
    return PlaceRow(
        title, row["rank"], row["ranked"], None if None in noise else noise, None if None in choices else choices
    )


def _choices(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"certainty.{name}") for name in ("what", "place", "range", "lowest", "hangs"))
    made = tuple(
        (
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})",
            words("place.single", rank=row["rank"], ranked=row["ranked"]),
            words("certainty.between", low=row["best_choices"], high=row["worst_choices"]),
            words.chance(row["lowest_tenth"]),
            words(f"certainty.choice.{_CHOICES[row['hangs_on']]}") if row["hangs_on"] else DASH,
        )
        for row in rows
    )
    return Grid(words("certainty.choices_caption"), heads, made, ("1fr", "24mm", "24mm", "24mm", "26mm"),
                (False, True, True, True, False))  # fmt: skip


def _hanging(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> list[str]:
    """A warning for places that move over more than a tenth of the field by one choice."""
    by_choice: dict[str, list[str]] = {}
    for row in rows:
        if row["hangs_on"] and row["worst_choices"] - row["best_choices"] > 0.1 * row["ranked"]:
            by_choice.setdefault(row["hangs_on"], []).append(shown.catalogue.title_of(row["indicator"], words.lang))
    return [
        words("certainty.hanging", figures=words.listing(titles), choice=words(f"certainty.choice.{_CHOICES[choice]}"))
        for choice, titles in by_choice.items()
    ]


def _noise(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"certainty.{name}") for name in ("what", "place", "together", "alone"))
    made = tuple(
        (
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})",
            words("place.single", rank=row["rank"], ranked=row["ranked"]),
            words("certainty.between", low=row["best_noise"], high=row["worst_noise"]),
            words("certainty.between", low=row["best_noise_own"], high=row["worst_noise_own"]),
        )
        for row in rows
    )
    return Grid(
        words("certainty.noise_caption"), heads, made, ("1fr", "30mm", "30mm", "30mm"), (False, True, True, True)
    )
