"""Scores of a workspace: out/scores.parquet and out/group_scores.parquet, reused while nothing has changed.

out/run.json says what they were made from: snapshots, catalogue, code and values.
"""

from __future__ import annotations

import polars as pl

from stadspeil import __version__
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.scores.scoring import Progress, score_values
from stadspeil.sources import SnapshotStore
from stadspeil.workspace import (
    Workspace,
    code_fingerprint,
    file_checksum,
    publish_json,
    publish_table,
    reuse_or_make,
)


def write_scores(workspace: Workspace, catalogue: Catalogue, progress: Progress = None) -> bool:
    """Make the scores from out/values.parquet; whether they had to be made."""
    values_path, areas_path = workspace.out / "values.parquet", workspace.tables / "areas.parquet"
    target, groups_target = workspace.out / "scores.parquet", workspace.out / "group_scores.parquet"
    if not values_path.exists():
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn nog geen cijfers om te vergelijken", "draai eerst 'stadspeil build'"
        )
    if not groups_target.exists():
        # The two belong together: without the one the other is made again.
        target.unlink(missing_ok=True)

    def make() -> None:
        areas = pl.read_parquet(areas_path, columns=["area", "level", "boundaries"]) if areas_path.exists() else None
        register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        scores = score_values(pl.read_parquet(values_path), catalogue, register, areas, progress)
        publish_json(provenance, workspace.out / "run.json")
        publish_table(scores.group_scores, groups_target)
        publish_table(scores.scores, target)

    provenance = {
        "version": __version__,
        "code": code_fingerprint(),
        "catalogue": catalogue.fingerprint,
        "snapshots": [each.id for each in SnapshotStore(workspace.raw).active()],
        "values": file_checksum(values_path),
    }
    inputs = {**provenance, "areas": file_checksum(areas_path) if areas_path.exists() else ""}
    return reuse_or_make(target, inputs, make)
