"""`stadspeil check --published`: our places beside those that a study printed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from stadspeil.cli.sessions import Session, open_session
from stadspeil.contracts import FLOWS, empty
from stadspeil.errors import QuestionError
from stadspeil.report.flow_figures import orientation_scores, own_town_scores
from stadspeil.report.nearness import FAIR, NEAR, nearness_counts, reproduction
from stadspeil.report.reproduction import ORDER_INFERRED, STUDY_FIELD
from stadspeil.shelf import has_shelf, read_shelf

_COMMUTING = "woonwerkstromen"


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
    scores = pl.concat([read_shelf(out / "scores", {"level": ["gemeente"]}), _of_flows(session)])
    table = reproduction(scores, read_shelf(out / "group_scores"), session.catalogue, printed)
    counts = nearness_counts(table)
    rows = sum(counts.values())
    return table, [
        f"{rows} gedrukte rijen; {rows - counts['niet te berekenen']} daarvan te berekenen in deze werkmap",
        f"hoe dichtbij (de middelste stad, op een veld van {STUDY_FIELD}): {counts['raak']} raak, "
        f"{counts['dichtbij']} binnen {NEAR * STUDY_FIELD:.0f} plaatsen, {counts['redelijk']} binnen "
        f"{FAIR * STUDY_FIELD:.0f}, {counts['ver']} verder weg",
        f"let op: {ORDER_INFERRED}",
    ]


def _of_flows(session: Session) -> pl.DataFrame:
    folder = session.workspace.tables / _COMMUTING
    flows = read_shelf(folder).select(list(FLOWS.columns)) if has_shelf(folder) else empty(FLOWS)
    return pl.concat([own_town_scores(flows), orientation_scores(flows)])
