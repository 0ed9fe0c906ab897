"""Verhuizen: the balance, who weighs more among who comes and goes, the treads that are missing or ample, and commuting."""

from __future__ import annotations

import polars as pl

from stadspeil.analyses.moves import TOWNS
from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing, Heading
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_alt, intervals_svg
from stadspeil.report.household_words import household_words
from stadspeil.report.moving import (
    balance_of,
    balance_words,
    commuting_words,
    group_name,
    newest,
    orientation_words,
    selectivity_words,
    tread_words,
)
from stadspeil.report.wording import Wording
from stadspeil.simulation.history_store import HOUSEHOLD_CHANGE, HOUSEHOLD_FIT


def comings_and_goings(shown: Shown, words: Wording) -> Chapter | None:
    """What the analyses of flows say of the town; None where they say nothing."""
    name = shown.town_name or shown.name(shown.town)
    parts: list[Part] = [
        *_balance(shown, name, words),
        *_treads(shown, words),
        *_history(shown, name, words),
        *_commuting(shown, name, words),
    ]
    if not parts:
        return None
    return Chapter("moving", words("moving.title"), (words("moving.intro"), *parts))


def _balance(shown: Shown, name: str, words: Wording) -> list[Part]:
    moves, selectivity = shown.table("moves"), shown.table("selectivity")
    row = balance_of(moves) if moves.height else None
    clauses = [balance_words(row, name, words)] if row is not None else []
    if selectivity.height:
        clauses.append(selectivity_words(selectivity, words))
    parts: list[Part] = [f"{said[:1].upper()}{said[1:]}." for said in clauses]
    rows = tuple(
        IntervalRow(
            words(f"moving.families.{each['family']}"), group_name(each, words), each["index"], each["low"], each["high"],
            each["towns_index"],
        )
        for each in (selectivity.filter(pl.col("index").is_not_null()).iter_rows(named=True) if selectivity.height else ())
    )  # fmt: skip
    if rows:
        content = Intervals(rows, words("moving.goes"), words("moving.comes"), _group(shown, words), 2)
        parts.append(Drawing(intervals_svg(content, words), words("moving.drawing"), intervals_alt(content, words)))
    return parts


def _group(shown: Shown, words: Wording) -> str:
    group = shown.catalogue.groups.get(TOWNS)
    return title_in(group, words.lang) if group else ""


def _treads(shown: Shown, words: Wording) -> list[Part]:
    treads = shown.table("treads")
    return list(tread_words(treads, _group(shown, words), words)) if treads.height else []


def _history(shown: Shown, name: str, words: Wording) -> list[Part]:
    """What changed the households, where that was computed."""
    fit = shown.all_of(HOUSEHOLD_FIT.name)
    said = household_words(shown.table(HOUSEHOLD_CHANGE.name), fit, name, words)
    return [Heading(words("household_history.title")), *said, words("household_history.note")] if said else []


def _commuting(shown: Shown, name: str, words: Wording) -> list[Part]:
    commuting = shown.table("commuting")
    if commuting.is_empty():
        return []
    row = newest(commuting).row(0, named=True)
    return [f"{commuting_words(row, name, shown.name(row['largest_to']), words)}.", orientation_words(row, words)]
