"""Composites and themes of which a town has no mark: which entry, why, and what would fill it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Composite, Indicator

_NAMED = 4


def empty_composites(scores: pl.DataFrame, catalogue: Catalogue, town: str) -> tuple[str, ...]:
    """A Dutch sentence per composite without a mark in any year, then per theme without any figure; all at once.

    Shape:   SCORES of the town, all years. Each sentence says file, entry, what lacks and what to do.
    """
    own = scores.filter(pl.col("area") == town)
    known = set(own.filter(pl.col("value").is_not_null())["indicator"].unique())
    marked = set(own.filter(pl.col("mark").is_not_null())["indicator"].unique())
    composites = [_composite(each, known, marked, catalogue) for id, each in catalogue.composites.items()
                  if id not in marked]  # fmt: skip
    return (*composites, *_themes(known, catalogue))


def _composite(entry: Composite, known: set[str], marked: set[str], catalogue: Catalogue) -> str:
    parts = catalogue.parts_of(entry.id)
    there = sum(part in marked for part in parts)
    lacking = [part for part in parts if part not in marked]
    return (
        f"composites.toml [{entry.id}]: geen cijfer voor '{entry.title}'; {there} van {len(parts)} delen hebben er een. "
        f"{' '.join(_remedies(lacking, known, catalogue))}"
    ).strip()


def _themes(known: set[str], catalogue: Catalogue) -> Iterator[str]:
    for theme in catalogue.themes.values():
        entries = [each.id for each in catalogue.indicators.values() if each.theme == theme.id and not each.replaced_by]
        if not set(entries) & known:
            told = " ".join(_remedies(entries, known, catalogue)) or "Voeg er een cijfer aan toe."
            yield f"indicators/{theme.id}.toml: geen enkel cijfer voor thema '{theme.title}'. {told}"


def _remedies(lacking: Sequence[str], known: set[str], catalogue: Catalogue) -> Iterator[str]:
    """What to do about parts without a mark, by the reason that they have none."""
    entries = [catalogue.indicators[id] for id in lacking if id in catalogue.indicators]
    planned = [each for each in entries if each.status == "planned"]
    unread = [each for each in entries if each.status != "planned" and each.id not in known]
    unranked = [each for each in entries if each.id in known and each.direction != "neutral"]
    if unread:
        sources = ", ".join(dict.fromkeys(each.source for each in unread))
        yield f"Haal op of lees in: {sources} (voor {_listed(unread)})."
    if unranked:
        yield f"Te weinig gemeenten om te vergelijken bij {_listed(unranked)}: lees het hele land in."
    if planned:
        yield f"Nog niet aangesloten: {_listed(planned)}."
    below = [id for id in lacking if id in catalogue.composites]
    if below:
        yield f"Vul eerst {', '.join(below)}."


def _listed(entries: Sequence[Indicator]) -> str:
    more = len(entries) - _NAMED
    return ", ".join(each.id for each in entries[:_NAMED]) + (f" en {more} andere" if more > 0 else "")
