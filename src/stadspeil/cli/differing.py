"""`stadspeil diff A B`: what changed between two workspaces, and why."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from stadspeil.cli.sessions import open_session
from stadspeil.errors import QuestionError
from stadspeil.report.differences import Differences, Side, differences
from stadspeil.shelf import has_shelf, read_shelf

LEVELS = ["land", "gemeente"]


def compared(one: Path, other: Path, town: str, level: str) -> Differences:
    """Two workspaces held against each other, for one town or for all areas of a level."""
    sides = [_side(each, level) for each in (one, other)]
    if town:
        code = open_session(other).area(town)
        sides = [Side(each.scores.filter(pl.col("area") == code), each.run) for each in sides]
    return differences(*sides)


def _side(root: Path, level: str) -> Side:
    out = root / "out"
    if not has_shelf(out / "scores") or not (out / "run.json").exists():
        raise QuestionError(
            f"werkmap {root}", "er zijn nog geen scores om te vergelijken", "draai daar eerst 'stadspeil score'"
        )
    levels = [level] if level else LEVELS
    scores = read_shelf(out / "scores", {"level": list(levels)})
    return Side(scores, json.loads((out / "run.json").read_text(encoding="utf-8")))
