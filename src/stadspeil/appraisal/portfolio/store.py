"""Agendas of a workspace: out/agenda/<agenda>/, made anew when anything that they rest on changed.

    out/agenda/<agenda>/plan/ means/ marks/ efforts/ front/ options/ knowing/ triggers/ pathways/ pairs/     the tables, as shelves
    out/agenda/<agenda>/run.json          the certificate, remarks, and what was asked

With other budgets (`without`) it stands beside: out/agenda/<agenda>_zonder_<fund>/. A run that is broken off leaves no
mark, and is made again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.agenda import Choices, Progress, answer
from stadspeil.appraisal.portfolio.building import built
from stadspeil.appraisal.portfolio.packages import weigher
from stadspeil.appraisal.portfolio.signposts import History
from stadspeil.appraisal.portfolio.tables import TABLES
from stadspeil.appraisal.portfolio.weighed import Weigh, Weighed, weighed_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.agenda_checks import trigger_of
from stadspeil.catalogue.appraisal_entries import Agenda
from stadspeil.contracts import empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, has_shelf, read_shelf, write_shelf
from stadspeil.workspace import Workspace, code_fingerprint, publish_json, reuse_or_make, typed

FOLDER, RUN, RATE = "agenda", "run.json", "rate_standaard"


@dataclass(frozen=True)
class Made:
    """An agenda as the workspace holds it now, and whether it had to be made."""

    new: bool
    folder: Path
    run: dict[str, Any]


def make_agenda(
    workspace: Workspace, catalogue: Catalogue, choices: Choices, weigh: Weigh | None = None, progress: Progress = None
) -> Made:
    """Answer an agenda of the catalogue, unless that was done from the same inputs.

    Raises:  QuestionError for a question without an answer, also an agenda of which no plan keeps all limits.
    """
    refuse_choices(choices)
    agenda = catalogue.agenda(choices.agenda)
    frame = Frame(agenda.first, agenda.years, choices.draws, choices.seed)
    rate = catalogue.parameter(RATE)
    weighed = weighed_of(agenda, frame, rate, weigh or weigher(workspace, catalogue))
    history = history_of(workspace, agenda)
    folder = folder_of(workspace, choices)
    inputs = {
        "choices": dataclasses.asdict(choices), "agenda": dataclasses.asdict(agenda), "rate": rate,
        "weighed": [_print_of(each) for each in weighed],
        "history": {name: [when.tolist(), values.tolist()] for name, (when, values) in history.items()},
        "code": code_fingerprint(),
    }  # fmt: skip
    target = folder / RUN
    if not all(has_shelf(folder / name) for name in TABLES):
        target.unlink(missing_ok=True)

    def make() -> None:
        found = answer(built(agenda, weighed, frame, rate, choices.without), weighed, frame, choices, history, progress)
        for name, table in found.tables.items():
            write_shelf(folder / name, [Part(name, table)])
        publish_json({"inputs": inputs, **found.told}, target)

    new = reuse_or_make(target, inputs, make)
    return Made(new, folder, json.loads(target.read_text(encoding="utf-8")))


def refuse_choices(choices: Choices) -> None:
    """QuestionError naming all that cannot be asked."""
    problems = []
    if not 0 <= choices.lam <= 1:
        problems.append(f"--lam {choices.lam:g}; verwacht 0 (het gemiddelde telt) tot 1 (het slechtste deel telt)")
    if not 0 <= choices.scenarios <= min(1000, choices.draws):
        problems.append(f"--scenarios {choices.scenarios}; verwacht 0 tot {min(1000, choices.draws)}")
    if not 0 <= choices.gap < 1:
        problems.append(f"--gap {100 * choices.gap:g}; verwacht 0 tot 100 procent")
    if choices.seconds <= 0:
        problems.append(f"--seconds {choices.seconds:g}; verwacht meer dan 0")
    if problems:
        raise QuestionError("de agenda", problems, "vraag het anders; zie 'stadspeil agenda --help'")


def folder_of(workspace: Workspace, choices: Choices) -> Path:
    """Where an agenda stands; one without the money of some fund beside the one with it."""
    name = "_".join((choices.agenda, *(f"zonder_{each}" for each in sorted(choices.without))))
    return workspace.out / FOLDER / name


def command_of(run: Mapping[str, Any]) -> str:
    """What to type to answer an agenda again as it was."""
    choices = Choices(**run["inputs"]["choices"])
    usual = Choices(choices.agenda)
    made = typed(
        f"agenda {choices.agenda}", ("--lam", f"{choices.lam:g}", f"{usual.lam:g}"), ("--scenarios", choices.scenarios, usual.scenarios),
        ("--gap", f"{100 * choices.gap:g}", f"{100 * usual.gap:g}"), ("--seconds", f"{choices.seconds:g}", f"{usual.seconds:g}"),
        *(("--without-fund", each, "") for each in choices.without), ("--seed", choices.seed, usual.seed),
    )  # fmt: skip
    return made if choices.front else f"{made} --no-front"


def read_agenda(folder: Path, name: str) -> pl.DataFrame:
    """A table of an agenda that was made; without rows where it was not."""
    return read_shelf(folder / name) if has_shelf(folder / name) else empty(TABLES[name])


def history_of(workspace: Workspace, agenda: Agenda) -> History:
    """Years and values of the town for every indicator that a trigger waits for, as far as the workspace knows them."""
    read = [trigger_of(each.trigger) for each in agenda.projects if each.trigger]
    wanted = sorted({each[0] for each in read if each is not None})
    folder = workspace.out / "values"
    if not wanted or not has_shelf(folder):
        return {}
    rows = read_shelf(folder, {"area": [agenda.town], "indicator": wanted}, ("area", "year", "indicator", "value"))
    found: dict[str, tuple[Any, Any]] = {}
    for name in wanted:
        mine = rows.filter(indicator=name).drop_nulls("value").group_by("year").agg(pl.col("value").last()).sort("year")
        if mine.height:
            found[name] = (mine["year"].to_numpy().astype(np.int64), mine["value"].to_numpy())
    return found


def _print_of(weighed: Weighed) -> str:
    digest = hashlib.sha256(weighed.id.encode())
    for array in (weighed.worth, weighed.strain, *(weighed.costs[each] for each in sorted(weighed.costs))):
        digest.update(np.ascontiguousarray(array).tobytes())
    for gain in weighed.gains:
        digest.update(json.dumps([gain.indicator, gain.codes, gain.given]).encode())
        for array in (gain.size, gain.at, gain.profile, gain.ceiling, *(each for pair in gain.euros for each in pair)):
            digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(json.dumps([sorted(weighed.costs), dict(weighed.marks), weighed.trace], sort_keys=True).encode())
    for name in sorted(weighed.inputs):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(weighed.inputs[name]).tobytes())
    return digest.hexdigest()
