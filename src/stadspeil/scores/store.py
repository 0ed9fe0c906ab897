"""Scores of a workspace: out/scores/ and out/group_scores/, reused while nothing has changed.

out/run.json says what they were made from: snapshots, catalogue (with a checksum per entry), code and values.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from stadspeil import __version__
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entry_sums import entry_sums
from stadspeil.contracts import GROUP_SCORES, empty
from stadspeil.errors import QuestionError
from stadspeil.scores.scoring import Progress, score_years
from stadspeil.shelf import Part, has_shelf, read_shelf, shelf_parts, shelf_sum, write_shelf
from stadspeil.sources import SnapshotStore
from stadspeil.workspace import Workspace, code_fingerprint, publish_json, reuse_or_make

_LEVELS = {"boven": ["land", "regio", "gemeente"], "wijk": ["wijk"], "buurt": ["buurt"]}


def write_scores(workspace: Workspace, catalogue: Catalogue, progress: Progress = None) -> bool:
    """Make the scores from out/values/; whether they had to be made."""
    values, areas = workspace.out / "values", workspace.tables / "areas"
    target = workspace.out / "run.json"
    if not has_shelf(values):
        raise QuestionError(
            f"werkmap {workspace.root}", "er zijn nog geen cijfers om te vergelijken", "draai eerst 'stadspeil build'"
        )
    if not has_shelf(workspace.out / "group_scores") or not has_shelf(workspace.out / "scores"):
        # The two belong together: without the one the other is made again.
        target.unlink(missing_ok=True)
    provenance = {
        "version": __version__,
        "code": code_fingerprint(),
        "catalogue": catalogue.fingerprint,
        "snapshots": [each.id for each in SnapshotStore(workspace.raw).active()],
        "values": shelf_sum(values),
        "entries": entry_sums(catalogue),
    }

    def make() -> None:
        known = read_shelf(areas, columns=["area", "level", "boundaries"]) if has_shelf(areas) else None
        register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        years = sorted({int(year) for part in shelf_parts(values) for year in part.holds["year"]})
        groups: list[pl.DataFrame] = [empty(GROUP_SCORES)]

        def parts() -> Iterator[Part]:
            made = score_years(
                years, lambda year: read_shelf(values, {"year": [year]}), catalogue, register, known, progress
            )
            for year, scores in made:
                groups.append(scores.group_scores)
                yield from _in_parts(scores.scores, year)

        write_shelf(workspace.out / "scores", parts())
        write_shelf(workspace.out / "group_scores", [Part("groepen", pl.concat(groups))])
        publish_json(provenance, target)

    return reuse_or_make(target, {**provenance, "areas": shelf_sum(areas)}, make)


def _in_parts(scores: pl.DataFrame, year: int) -> Iterator[Part]:
    """Gemeenten and what is above them apart from wijken and buurten: a report needs only the former."""
    for name, levels in _LEVELS.items():
        part = scores.filter(pl.col("level").is_in(levels))
        if part.height or name == "boven":
            yield Part(f"{year}-{name}", part, {"year": [year], "level": levels})
