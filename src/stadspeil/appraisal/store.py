"""Appraised packages of a workspace: out/appraisal/<package>/, reused while nothing has changed.

    out/appraisal/<package>/changes/ mechanisms/ lines/ ledger/ flows/ displaced/ outcomes/ evidence/ funds/ inputs/     the tables, as shelves
    out/appraisal/<package>/run.json        what they were made from, remarks, and the evidence as it was then

A run that is broken off leaves the tables as they were.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.appraisal.appraising import Appraisal, appraise, refuse_template, tables_of
from stadspeil.appraisal.discounting import prices_of
from stadspeil.appraisal.frame import DRAWS, SEED, Frame, Ground
from stadspeil.appraisal.ground import ground_of
from stadspeil.appraisal.means import funds_table, means_of, told_means
from stadspeil.appraisal.pooling_results import kept_evidence
from stadspeil.appraisal.simulated import simulated_effects
from stadspeil.appraisal.streams import Effect
from stadspeil.appraisal.tables import (
    CHANGES,
    DISPLACED,
    EVIDENCE,
    FLOWS,
    FUNDS,
    INPUTS,
    LEDGER,
    LINES,
    MECHANISMS,
    OUTCOMES,
)
from stadspeil.appraisal.uncertain import drawn_inputs, input_title, inputs_table, told_worst
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_checks import YEARS
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.contracts import empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, has_shelf, read_account, read_shelf, shelf_sum, write_shelf
from stadspeil.simulation.store import read_run as read_simulated
from stadspeil.simulation.store import simulated
from stadspeil.workspace import Workspace, code_fingerprint, file_fingerprint, publish_json, reuse_or_make, typed

FOLDER, RUN = "appraisal", "run.json"
TABLES = {
    each.name: each
    for each in (CHANGES, MECHANISMS, LINES, LEDGER, FLOWS, DISPLACED, OUTCOMES, EVIDENCE, FUNDS, INPUTS)
}
# Years: of what is built, of what is only run.
LASTING, PASSING, MOST_YEARS, MOST_DRAWS = 40, 20, 100, 100_000
Progress = Callable[[str, int, int], None] | None


@dataclass(frozen=True)
class Asked:
    """What is asked: a package, and how. `first` and `years` 0: from its first measure, as long as fits what it does."""

    package: str
    first: int = 0
    years: int = 0
    draws: int = DRAWS
    seed: int = SEED


@dataclass(frozen=True)
class Made:
    """The appraisal that a workspace holds now, and whether it had to be made."""

    new: bool
    folder: Path
    run: Mapping[str, Any]


def frame_of(package: Package, asked: Asked, catalogue: Catalogue) -> Frame:
    """The years and draws of an appraisal.

    Raises:  QuestionError for a template, for years or draws that cannot be, for a package without measures, or for
             measures outside the years or beyond what prices of today can tell.
    """
    refuse_template(package)
    problems = []
    if not package.measures:
        problems.append("het pakket heeft geen maatregelen; geef ten minste een kop [measures.naam]")
    if not 0 <= asked.years <= MOST_YEARS:
        problems.append(f"--years {asked.years}; verwacht 1 tot {MOST_YEARS}")
    if not 100 <= asked.draws <= MOST_DRAWS:
        problems.append(f"--draws {asked.draws}; verwacht 100 tot {MOST_DRAWS}")
    if problems:
        raise QuestionError(
            f"afwegen van '{package.id}'", problems, "vraag het anders; zie 'stadspeil appraise --help'"
        )
    lasting = any(catalogue.intervention(each.intervention).running == 0 for each in package.measures)
    first = asked.first or min(each.first for each in package.measures)
    frame = Frame(first, asked.years or (LASTING if lasting else PASSING), asked.draws, asked.seed)
    last, farthest = frame.first + frame.years - 1, _farthest(package, catalogue)
    outside = [
        f"maatregel '{each.id}' loopt van {each.first} tot en met {each.last}; er wordt gerekend van {first} tot en met {last}"
        for each in package.measures
        if each.first < first or each.last > last
    ]
    outside += [
        f"maatregel '{each.id}' begint in {each.first}; bedragen zijn in prijzen van ten hoogste {farthest - LASTING}, en hoogstens "
        f"{LASTING} jaar later is nog te zeggen wat het kost en doet (tot en met {farthest})"
        for each in package.measures
        if each.first > farthest
    ]
    if outside:
        raise QuestionError(
            f"pakket '{package.id}'", outside,
            "verander de jaren van de maatregel, of reken over andere jaren met --first en --years",
        )  # fmt: skip
    return frame


def _farthest(package: Package, catalogue: Catalogue) -> int:
    """The last year in which a measure may begin: so far after the newest prices that it is paid by."""
    paid = [cost.price_year for each in package.measures for cost in catalogue.intervention(each.intervention).costs]
    return max(paid) + LASTING if paid else YEARS[1]


def appraisal_of(workspace: Workspace, catalogue: Catalogue, asked: Asked, ground: Ground | None = None) -> Appraisal:
    """Weigh a package now, in memory. `ground`: of its towns in this workspace, where that was read before."""
    package = catalogue.package(asked.package)
    frame = frame_of(package, asked, catalogue)
    ground = ground or ground_of(workspace, catalogue, package.towns or (package.town,))
    effects: list[Effect] = []
    if package.programme and package.programme in simulated(workspace):
        effects = simulated_effects(workspace, package.programme, ground, frame)
    return appraise(package, ground, frame, catalogue, effects)


def appraise_package(
    workspace: Workspace, catalogue: Catalogue, asked: Asked, progress: Progress = None, ground: Ground | None = None
) -> Made:
    """Weigh a package of the catalogue, unless that was done from the same inputs.

    `ground`: of its towns in this workspace, for who weighs several packages of one town.
    Raises:  QuestionError and ContractError as `appraise`.
    """
    package = catalogue.package(asked.package)
    frame_of(package, asked, catalogue)
    folder = workspace.out / FOLDER / package.id
    target = folder / RUN
    if not all(has_shelf(folder / name) for name in TABLES):
        target.unlink(missing_ok=True)

    def make() -> None:
        _tell(progress, "effecten en geld trekken", 0)
        found = appraisal_of(workspace, catalogue, asked, ground)
        _tell(progress, "tabellen maken", 1)
        means = means_of(found, workspace, catalogue)
        made = tables_of(found, catalogue)
        made |= {"funds": funds_table(means), "inputs": inputs_table(found, catalogue)}
        for name, table in made.items():
            write_shelf(folder / name, [Part(name, table)])
        made_with = {"asked": dataclasses.asdict(asked), "code": code_fingerprint()}
        publish_json(told_of(found, catalogue) | {"means": told_means(means)} | made_with, target)

    new = reuse_or_make(target, _inputs(workspace, catalogue, asked), make)
    return Made(new, folder, read_run(workspace, package.id))


def told_of(found: Appraisal, catalogue: Catalogue) -> dict[str, Any]:
    """What a reader may ask of where the figures come from."""
    ask = found.ledger.ask
    return {
        "package": dataclasses.asdict(found.package),
        "first": found.frame.first, "years": found.frame.years, "draws": found.frame.draws, "seed": found.frame.seed,
        "invented": bool(found.package.invented or found.ground.invented),
        "names": dict(zip(found.ground.codes, found.ground.names, strict=True)),
        "remarks": list(found.remarks),
        "measured": {each: list(found.ground.years[each]) for each in found.indicators if each in found.ground.years},
        "ask": {
            "euro": ask.euro, "chance": ask.chance, "sentence": ask.sentence, "return_per_euro": ask.return_per_euro,
            "shortfall": dataclasses.asdict(ask.shortfall), "state_gain": dataclasses.asdict(ask.state_gain),
        },
        **told_worst(found, catalogue),
        "inputs": {name: input_title(name, found, catalogue) for name in drawn_inputs(found, catalogue)},
        "trace": list(found.outcome.trace),
        **kept_evidence(catalogue),
    }  # fmt: skip


def _inputs(workspace: Workspace, catalogue: Catalogue, asked: Asked) -> dict[str, Any]:
    package = catalogue.package(asked.package)
    kinds: tuple[Mapping[str, Any], ...] = (
        catalogue.studies,
        catalogue.unit_values,
        catalogue.optimism,
        catalogue.claws,
        catalogue.actors,
        catalogue.funds,
    )
    used = {each.intervention: catalogue.intervention(each.intervention) for each in package.measures}
    homes = package.programme if package.programme in simulated(workspace) else ""
    return {
        "asked": dataclasses.asdict(asked),
        "package": dataclasses.asdict(package),
        "interventions": {id: dataclasses.asdict(each) for id, each in sorted(used.items())},
        "entries": [{id: dataclasses.asdict(each) for id, each in sorted(kind.items())} for kind in kinds],
        "parameters": {id: dataclasses.asdict(each) for id, each in sorted(catalogue.parameters.items())},
        "prices": file_fingerprint(prices_of(catalogue)),
        "simulated": read_simulated(workspace, homes) if homes else "",
        "tables": [shelf_sum(each) for each in _read_from(workspace) if has_shelf(each)],
        "catalogue": catalogue.fingerprint,
        "code": code_fingerprint(),
    }


def _read_from(workspace: Workspace) -> tuple[Path, ...]:
    return (
        workspace.tables / "kerncijfers", workspace.tables / "areas", workspace.out / "scores",
        workspace.out / "group_scores", workspace.tables / "financien",
    )  # fmt: skip


def read_appraisal(workspace: Workspace, package: str, name: str) -> pl.DataFrame:
    """A table of an appraised package; without rows where it was not made."""
    folder = workspace.out / FOLDER / package / name
    return read_shelf(folder) if has_shelf(folder) else empty(TABLES[name])


def read_run(workspace: Workspace, package: str) -> dict[str, Any]:
    """What an appraised package was made from.

    Raises:  QuestionError where it was not appraised.
    """
    path = workspace.out / FOLDER / package / RUN
    if not path.is_file():
        raise QuestionError(
            f"pakket '{package}'", "is nog niet afgewogen", f"draai eerst 'stadspeil appraise --package {package}'"
        )
    return read_account(path)


def command_of(run: Mapping[str, Any]) -> str:
    """What to type to weigh a package again as it was. An outcome that does not keep its years has them by its package."""
    told = run.get("asked") or {"package": run["package"]["id"], "draws": run["draws"], "seed": run["seed"]}
    asked = Asked(**told)
    return typed(
        "appraise", ("--package", asked.package, ""), ("--first", asked.first, 0), ("--years", asked.years, 0),
        ("--draws", asked.draws, DRAWS), ("--seed", asked.seed, SEED),
    )  # fmt: skip


def appraised(workspace: Workspace) -> tuple[str, ...]:
    """Packages that a workspace has results of."""
    return tuple(sorted(path.parent.name for path in (workspace.out / FOLDER).glob(f"*/{RUN}")))


def _tell(progress: Progress, text: str, done: int) -> None:
    if progress is not None:
        progress(text, done, 2)
