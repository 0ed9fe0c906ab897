"""The benchmarks of an appraisal, made once per set of results in out/atlas/benchmarks.json: reading a whole country for
them would make the first reader who composes a package wait."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np

from stadspeil.appraisal import ground
from stadspeil.appraisal.frame import Benchmark
from stadspeil.appraisal.ground import Broad, broad_of
from stadspeil.atlas.preparing import FOLDER, Progress
from stadspeil.catalogue import Catalogue
from stadspeil.scores.marks import MarkRules, MarkScale, mark_rules
from stadspeil.shelf import has_shelf, shelf_sum
from stadspeil.workspace import Workspace, file_fingerprint, publish_json, reuse_or_make

NAME = "benchmarks.json"
_SCALE = ("centre", "width", "shift", "stretch")


def prepare_benchmarks(workspace: Workspace, catalogue: Catalogue, progress: Progress = None) -> None:
    """Make them, unless they were made from the same results."""
    if not has_shelf(workspace.out / "scores"):
        return
    inputs, target = _inputs(workspace, catalogue), workspace.out / FOLDER / NAME

    def make() -> None:
        if progress is not None:
            progress("klaarzetten van ijkpunten", 0, 1)
        publish_json({"made_from": inputs, **_told(broad_of(workspace, catalogue))}, target)

    reuse_or_make(target, inputs, make)


def read_benchmarks(workspace: Workspace, catalogue: Catalogue) -> Broad | None:
    """Them, where they were made from the results that are there now."""
    target = workspace.out / FOLDER / NAME
    if not target.is_file():
        return None
    told = json.loads(target.read_text(encoding="utf-8"))
    if told["made_from"] != _inputs(workspace, catalogue):
        return None
    rules = mark_rules(catalogue)
    fields = {
        id: Benchmark(each["direction"], tuple(each["areas"]), np.array(each["values"]), _scale(each["scale"], rules), _scale(each["small"], rules))
        for id, each in told["fields"].items()
    }  # fmt: skip
    return Broad(told["spreads"], fields)


def _inputs(workspace: Workspace, catalogue: Catalogue) -> dict[str, Any]:
    scores = shelf_sum(workspace.out / "scores")
    return {"scores": scores, "catalogue": catalogue.fingerprint, "code": file_fingerprint(Path(ground.__file__))}


def _told(made: Broad) -> dict[str, Any]:
    fields = {
        id: {"direction": each.direction, "areas": list(each.areas), "values": each.values.tolist(),
             "scale": _numbers(each.scale), "small": _numbers(each.small)}
        for id, each in made.fields.items()
    }  # fmt: skip
    return {"spreads": dict(made.spreads), "fields": fields}


def _numbers(scale: MarkScale | None) -> list[float] | None:
    return None if scale is None else [float(dataclasses.asdict(scale)[name]) for name in _SCALE]


def _scale(numbers: list[float] | None, rules: MarkRules) -> MarkScale | None:
    return None if numbers is None else MarkScale(**dict(zip(_SCALE, numbers, strict=True)), rules=rules)
