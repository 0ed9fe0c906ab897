"""What has to be said beside a figure: carried parts, later figures that cannot be used, and why a number is lacking."""

from __future__ import annotations

from collections.abc import Sequence

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, Theme
from stadspeil.report.standing import Row
from stadspeil.report.wording import Wording


def line_notes(catalogue: Catalogue, id: str, row: Row, newer: Sequence[Row], words: Wording) -> tuple[str, ...]:
    """Sentences for the notes under a table."""
    found = about_row(row, words)
    if id in catalogue.composites:
        found += _about_parts(len(catalogue.parts_of(id)), row, words)
    else:
        found += _about_newer(newer, words)
        found += catalogue_note(catalogue.indicators[id], words)
    return tuple(found)


def catalogue_note(entry: Indicator | Theme, words: Wording) -> list[str]:
    """The caveat of an entry, if it has one; said to be Dutch where a town's own entry has no English one."""
    if words.lang == "en" and entry.note_en:
        return [entry.note_en]
    return [words("notes.from_catalogue", note=entry.note)] if entry.note else []


def lacking_reason(row_status: str, year: int, words: Wording) -> str:
    """Why a town has no number, in words."""
    return words(f"status.{row_status}", year=year)


def about_row(row: Row, words: Wording) -> list[str]:
    """What the notes of a row mean, in sentences."""
    found = []
    for word in (row["note"] or "").split(";"):
        if word.startswith("carried:"):
            found.append(words("notes.carried", year=word.removeprefix("carried:")))
        elif word.startswith("declared_error:"):
            found.append(words(f"notes.{word.replace(':', '_')}"))
        elif word in (
            "too_few_areas",
            "too_few_parts",
            "equal_weights",
            "imputed",
            "imputed_regression",
            "not_imputed",
        ):
            found.append(words(f"notes.{word}"))
    if row["boundaries"] != row["year"] and row["value"] is not None:
        found.append(words("notes.boundaries", boundaries=row["boundaries"]))
    return found


def _about_parts(number: int, row: Row, words: Wording) -> list[str]:
    if row["mark"] is None or row["coverage"] is None or row["coverage"] >= 1:
        return []
    return [words("notes.parts", found=round(row["coverage"] * number), number=number)]


def _about_newer(newer: Sequence[Row], words: Wording) -> list[str]:
    if not newer:
        return []
    last = newer[-1]
    if last["value"] is None:
        return [
            words("notes.newer_lacks", year=last["year"], reason=lacking_reason(last["status"], last["year"], words))
        ]
    return [words("notes.newer_unranked", year=last["year"])]
