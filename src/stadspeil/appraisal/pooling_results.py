"""Pools told as tables: of all pools what a new place may expect, of one pool what each study adds, and what moved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stadspeil.amounts import MINUS
from stadspeil.appraisal.measured import Measured, library_of, library_record, read_library
from stadspeil.appraisal.moved import KINDS, Moved, leave_one_out, moved_pools
from stadspeil.appraisal.pooling import PARAMETERS, Beliefs, beliefs_from, beliefs_of, pooled
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import QuestionError

# Where an appraisal keeps its evidence, and what was believed beforehand, in run.json.
KEPT, BELIEVED = "library", "beliefs"
_DIGITS = 4
# Units of studies in a Dutch sentence.
_UNITS = {
    "sd": "standaardafwijking", "percent": "procent", "points": "punt", "per_participant": "per deelnemer", "ratio": "per euro",
    "dwellings": "woningen", "share": "deel",
}  # fmt: skip


def pool_rows(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """A row per pool: id, unit, mean, where nine of ten new places lie, spread, strength, studies; else the reason."""
    library, beliefs = library_of(catalogue.studies), beliefs_of(catalogue)
    for pool in sorted({each.pool for each in library.values()}):
        try:
            found = pooled(pool, library, beliefs)
        except QuestionError as fault:
            yield {**dict.fromkeys(_POOL), "id": pool, "left_out": "; ".join(fault.problems)}
            continue
        low, high = found.posterior.reach
        yield {
            "id": pool, "unit": found.unit, "mean": _rounded(found.posterior.mean), "low": _rounded(low),
            "high": _rounded(high), "between": _rounded(found.posterior.between), "strength": found.strength,
            "studies": " ".join(id for each in found.studies for id in each.ids),
            "left_out": "; ".join(f"{id} {reason}" for id, reason in found.left_out.items()),
        }  # fmt: skip


_POOL = ("id", "unit", "mean", "low", "high", "between", "strength", "studies", "left_out")


def study_rows(pool: str, catalogue: Catalogue) -> list[dict[str, Any]]:
    """A row per study of one pool: what it found, what of it counts, what it weighs, and the mean without it."""
    library, beliefs = library_of(catalogue.studies), beliefs_of(catalogue)
    found = pooled(pool, library, beliefs)
    without = leave_one_out(pool, library, beliefs)
    rows = []
    for each, weight in zip(found.studies, found.posterior.given, strict=True):
        effect, low, high = each.size
        rows.append({
            "study": " ".join(each.ids), "effect": effect, "low": low, "high": high, "unit": each.unit,
            "strength": each.strength, "country": each.country, "counts": _rounded(beliefs.trust[each.strength] * effect),
            "weight": _rounded(weight), "mean_without": _rounded(without[each.id]), "left_out": "",
        })  # fmt: skip
    blank: dict[str, Any] = dict.fromkeys(rows[0])
    rows += [{**blank, "study": id, "left_out": reason} for id, reason in found.left_out.items()]
    return rows


def expectation(pool: str, catalogue: Catalogue) -> str:
    """A Dutch sentence: what a new place may expect of what this pool measures."""
    found = pooled(pool, library_of(catalogue.studies), beliefs_of(catalogue))
    mean, low, high = (
        f"{each:.3g}".replace(".", ",").replace("-", MINUS) for each in (found.posterior.mean, *found.posterior.reach)
    )
    return (
        f"een nieuwe plaats: gemiddeld {mean} {_UNITS.get(found.unit, found.unit)}, negen van de tien tussen {low} en {high}; "
        f"sterkte {found.strength}"
    )


def moved_since(former: Path, catalogue: Catalogue) -> list[Moved]:
    """Pools that moved against a former library: a folder of a catalogue, or the run.json of an appraisal."""
    library, beliefs = former_library(former, catalogue)
    return moved_pools(library, library_of(catalogue.studies), beliefs_of(catalogue), beliefs)


def moved_rows(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """A row per pool that moved and per study that did it."""
    return [
        {
            "pool": each.pool, "unit": each.unit, "before": _rounded(each.before[0] if each.before else None),
            "now": _rounded(each.now[0] if each.now else None), "change": _rounded(each.change),
            "low_before": _rounded(each.before[1] if each.before else None),
            "high_before": _rounded(each.before[2] if each.before else None),
            "low_now": _rounded(each.now[1] if each.now else None),
            "high_now": _rounded(each.now[2] if each.now else None),
            "study": cause.study, "what": KINDS[cause.kind], "moved_by": _rounded(cause.effect),
        }
        for each in moved
        for cause in each.causes
    ]  # fmt: skip


def former_library(former: Path, catalogue: Catalogue) -> tuple[Mapping[str, Measured], Beliefs]:
    """The studies and the beliefs of an earlier time; beliefs that a run does not tell are those of now.

    Raises:  QuestionError where nothing is there, or the run was made before evidence was kept with it.
    """
    if former.is_dir():
        then = load_catalogue(former)
        return library_of(then.studies), beliefs_of(then)
    try:
        run = json.loads(former.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise QuestionError(
            f"{former}", f"is niet te lezen ({type(fault).__name__})", "geef de map van een catalogus, of een run.json"
        ) from fault
    studies = run.get(KEPT) if isinstance(run, dict) else None
    if not isinstance(studies, dict):
        raise QuestionError(f"{former}", "er staat geen bewijs in", "geef de run.json van een afweging")
    values = run.get(BELIEVED, {})
    return read_library(studies), beliefs_from({**{id: catalogue.parameter(id) for id in PARAMETERS}, **values})


def kept_evidence(catalogue: Catalogue) -> dict[str, Any]:
    """The library and what is believed beforehand as plain values: what a run.json keeps."""
    return {
        KEPT: library_record(library_of(catalogue.studies)),
        BELIEVED: {id: catalogue.parameter(id) for id in PARAMETERS},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
