"""`stadspeil diff A B`: what changed between two workspaces, or between two years of one, and why."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from stadspeil.amounts import counted
from stadspeil.cli.sessions import Session, open_session
from stadspeil.errors import QuestionError
from stadspeil.report.causes import differences
from stadspeil.report.differences import Side
from stadspeil.report.provenance import CellSnapshots, cells_by_field
from stadspeil.report.publication import report_of
from stadspeil.report.sentence_changes import SCHEMA, changed_sentences
from stadspeil.shelf import has_shelf, read_shelf

LEVELS = ["land", "gemeente"]
# More rows than a screen holds are for a file.
_ON_SCREEN = 40


@dataclass(frozen=True)
class Compared:
    """Changed figures, the causes counted, changed sentences of a town's report, and sentences that sum up."""

    figures: pl.DataFrame
    causes: pl.DataFrame
    changed_sentences: pl.DataFrame
    sentences: tuple[str, ...]

    @property
    def different(self) -> bool:
        """Whether anything differs."""
        return self.figures.height > 0 or self.changed_sentences.height > 0


def parse_years(text: str) -> tuple[int, int] | None:
    """'2016,2020' as two years; None where none are given."""
    if not text:
        return None
    found = re.fullmatch(r"\s*(\d{4})\s*,\s*(\d{4})\s*", text)
    if found is None:
        raise QuestionError("--years", f"'{text}' zijn geen twee jaren", "geef bijvoorbeeld --years 2016,2020")
    return int(found[1]), int(found[2])


def compared(
    one: Path, other: Path, town: str = "", level: str = "", years: tuple[int, int] | None = None, lang: str = "nl"
) -> Compared:
    """Two workspaces held against each other, for one town or for all areas of a level.

    Sentences are those of the report of a gemeente; between two years there is no second report to compare with.
    """
    sessions = [open_session(each) for each in (one, other)]
    area = sessions[1].area(town) if town else ""
    levels = [level] if level else [_level_of(area)] if area else LEVELS
    old, new = (
        _side(session, levels, year, area) for session, year in zip(sessions, years or (None, None), strict=True)
    )
    found = differences(old, new, area)
    sentences, untold = pl.DataFrame(schema=SCHEMA), ""
    if area.startswith("GM") and years is None:
        try:
            reports = [report_of(session.workspace, session.catalogue, area, lang) for session in sessions]
            sentences = changed_sentences(*reports)
        except QuestionError as fault:
            # Last year's workspace may come from last year's program: its figures can be compared all the same.
            untold = f"zinnen van het rapport zijn niet vergeleken: {fault}"
    told = [
        *found.sentences,
        *(
            [
                untold
                or f"{counted(sentences.height, 'zin van het rapport veranderde', 'zinnen van het rapport veranderden')}"
            ]
            if area and not years
            else []
        ),
    ]
    return Compared(found.table, found.causes, sentences, tuple(told))


def shown_changes(found: Compared, show: str, on_screen: bool) -> list[pl.DataFrame]:
    """The tables to show: the one that is asked for, else all on a screen and the figures in a file."""
    tables = {"causes": found.causes, "figures": found.figures, "sentences": found.changed_sentences}
    if show:
        return [tables[show]]
    if not on_screen:
        return [found.figures]
    return [each for each in (found.causes, found.figures.head(_ON_SCREEN), found.changed_sentences) if each.height]


def _level_of(area: str) -> str:
    return {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}.get(area[:2], "land")


def _side(session: Session, levels: list[str], year: int | None, area: str) -> Side:
    out = session.workspace.out
    if not has_shelf(out / "scores") or not (out / "run.json").exists():
        raise QuestionError(
            f"werkmap {session.workspace.root}",
            "er zijn nog geen scores om te vergelijken",
            "draai daar eerst 'stadspeil score'",
        )
    scores = read_shelf(out / "scores", {"level": list(levels)})
    if year is not None and scores.filter(pl.col("year") == year).is_empty():
        known = ", ".join(map(str, sorted(scores["year"].unique())))
        raise QuestionError(f"jaar {year}", f"daarvan zijn geen scores in {session.workspace.root}", f"er zijn {known}")
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return Side(scores, run, session.catalogue, _cells(session, area), year)


def _cells(session: Session, area: str) -> CellSnapshots:
    """Which snapshots the cells came from, by field and year: those of an area and what lies in it, or all.

    Of all levels, since figures of gemeenten on other boundaries are sums of buurten.
    """
    tables = session.workspace.tables
    names = [each.id for each in session.catalogue.tables.values() if each.kind == "cells"]
    columns = ["field", "year", "boundaries", "snapshot"]
    found = []
    for name in names:
        if has_shelf(tables / name):
            cells = read_shelf(tables / name, columns=["area", *columns])
            if area[:2] in ("GM", "WK", "BU"):
                cells = cells.filter(pl.col("area").str.slice(2, 4) == area[2:6])
            found.append(cells.select(columns).unique())
    return cells_by_field(pl.concat(found)) if found else {}
