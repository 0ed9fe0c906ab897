"""What a site reads: results in the two orders in which pages ask for them, made once per set of results.

out/atlas/by_indicator/   scores by figure, a part per year: a map, a comparison
out/atlas/by_area/        scores of one gemeente with its wijken and buurten: a profile
out/atlas/ready.json      from which results they were made
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.indicators.by_area import owner_of
from stadspeil.shelf import ROW_GROUP, Part, has_shelf, read_part, shelf_parts, shelf_sum, write_shelf
from stadspeil.workspace import Workspace, file_fingerprint, publish_json, reuse_or_make

Progress = Callable[[str, int, int], None] | None
FOLDER, BY_INDICATOR, BY_AREA = "atlas", "by_indicator", "by_area"
# So many rows are sorted at a time; a country of twenty years has fifty million.
_BUNDLES = 16
# Some two areas of a country of twenty years: a question for one skips the others of its gemeente.
_AREAS_TOGETHER = 5_000


def prepare(workspace: Workspace, catalogue: Catalogue, progress: Progress = None) -> bool:
    """Make what the site reads from the scores; whether it had to be made.

    Raises:  QuestionError if there are no scores yet.
    """
    scores, target = workspace.out / "scores", workspace.out / FOLDER / "ready.json"
    if not has_shelf(scores):
        raise QuestionError(
            f"werkmap {workspace.root}",
            "er zijn nog geen scores om te tonen",
            "draai eerst 'stadspeil build' en 'stadspeil score'",
        )
    inputs = {"scores": shelf_sum(scores), "catalogue": catalogue.fingerprint, "code": file_fingerprint(Path(__file__))}
    if not all(has_shelf(workspace.out / FOLDER / name) for name in (BY_INDICATOR, BY_AREA)):
        target.unlink(missing_ok=True)

    def make() -> None:
        orders = (
            (BY_INDICATOR, pl.col("indicator"), ["indicator", "year"], ["boundaries", "level", "area"], ROW_GROUP),
            (
                BY_AREA,
                owner_of(pl.col("area")),
                ["owner"],
                ["area", "indicator", "year", "boundaries"],
                _AREAS_TOGETHER,
            ),
        )
        for number, (name, key, columns, order, together) in enumerate(orders):
            if progress is not None:
                progress("klaarzetten voor de site", number, len(orders))
            _reorder(scores, workspace.out / FOLDER / name, key.alias(columns[0]), columns, order, together)
        publish_json(inputs, target)

    return reuse_or_make(target, inputs, make)


def _reorder(scores: Path, target: Path, key: pl.Expr, columns: list[str], order: list[str], together: int) -> None:
    """Write a shelf with a part per value of `columns`, by way of heaps on disk, so that memory stays small."""
    heap = target.with_name(f".{target.name}.heap")
    shutil.rmtree(heap, ignore_errors=True)
    heap.mkdir(parents=True)
    try:
        for number, part in enumerate(shelf_parts(scores)):
            rows = read_part(scores, part).with_columns(key)
            bundled = rows.with_columns(bundle=pl.col(columns[0]).hash(seed=0) % _BUNDLES)
            for (bundle,), own in bundled.partition_by("bundle", as_dict=True, include_key=False).items():
                own.write_parquet(heap / f"{bundle}-{number}.parquet", compression="lz4")
        write_shelf(target, _parts(heap, columns, order, together))
    finally:
        shutil.rmtree(heap, ignore_errors=True)


def part_of(figure: str, year: int) -> str:
    """The name of the part of by_indicator that holds a figure in a year."""
    return f"{figure}-{year}"


def _parts(heap: Path, columns: list[str], order: list[str], together: int) -> Iterator[Part]:
    for bundle in range(_BUNDLES):
        paths = sorted(heap.glob(f"{bundle}-*.parquet"))
        if paths:
            rows = pl.concat([pl.read_parquet(path) for path in paths])
            for values, own in sorted(rows.partition_by(columns, as_dict=True).items()):
                holds = {name: [value] for name, value in zip(columns, values, strict=True)}
                yield Part("-".join(map(str, values)), own.sort(order), holds, together)
