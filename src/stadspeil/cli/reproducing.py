"""`stadspeil check --published`: our places beside those that a study printed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from stadspeil.cli.sessions import open_session
from stadspeil.errors import QuestionError
from stadspeil.report.reproduction import ORDER_INFERRED, STUDY_FIELD, reproduction
from stadspeil.shelf import has_shelf, read_shelf


def reproduced(workspace: Path | None, printed: Path) -> tuple[pl.DataFrame, list[str]]:
    """A row per printed row, and sentences that sum them up."""
    session = open_session(workspace)
    out = session.workspace.out
    if not has_shelf(out / "scores"):
        raise QuestionError(
            f"werkmap {session.workspace.root}",
            "er zijn nog geen scores om te vergelijken",
            "draai eerst 'stadspeil score'",
        )
    table = reproduction(
        read_shelf(out / "scores", {"level": ["gemeente"]}),
        read_shelf(out / "group_scores"),
        session.catalogue,
        printed,
    )
    rows = table.select("figure", "row").n_unique()
    ranked = table.filter(pl.col("year").is_not_null())
    near = ranked.filter(pl.col("reason") == "")
    return table, [
        f"{rows} gedrukte rijen; {ranked.select('figure', 'row').n_unique()} daarvan te berekenen in deze werkmap",
        f"bij {near.height} cijfers ligt de middelste stad hoogstens een tiende van het veld van {STUDY_FIELD} af",
        f"let op: {ORDER_INFERRED}",
    ]
