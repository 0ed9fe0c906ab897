"""What already runs on an agenda: read from its file as it is now, judged within the whole plan, and kept."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from filelock import FileLock

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.agenda import efforts_table
from stadspeil.appraisal.portfolio.building import built
from stadspeil.appraisal.portfolio.packages import weigher
from stadspeil.appraisal.portfolio.solving import Effort, solve
from stadspeil.appraisal.portfolio.store import RATE
from stadspeil.appraisal.portfolio.weighed import Weighed, weighed_of
from stadspeil.atlas.appraised.agendas import known_agendas, made_agenda
from stadspeil.atlas.site import Site
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.appraisal_entries import Agenda
from stadspeil.errors import ContractError, QuestionError, StadspeilError
from stadspeil.workspace import publish_bytes

# Few draws and a loose proof, so that a reader sees what a change does while looking.
DRAWS, SEED, QUICK = 1000, 2026, Effort(gap=0.002, seconds=5.0)


@dataclass(frozen=True)
class Kept:
    """An agenda as its file tells it now, with the catalogue around it."""

    catalogue: Catalogue
    agenda: Agenda
    text: str


def kept_agenda(site: Site, id: str) -> Kept:
    """The agenda as it is on disk: a worker of the site read its catalogue when it began.

    Raises:  QuestionError for an unknown agenda, or one that is not of this workspace.
    """
    path = file_of(site, id)
    if id not in site.catalogue.agendas and not path.is_file():
        raise QuestionError(f"agenda '{id[:60]}'", "die kennen wij niet", "kies een agenda op de bladzijde Agenda")
    if not path.is_file():
        raise QuestionError(
            f"agenda '{id}'",
            "zij staat niet in deze werkmap",
            f"zet haar in catalogue/agendas/{id}.toml van de werkmap",
        )
    catalogue = load_catalogue(own=site.workspace.own_catalogue)
    return Kept(catalogue, catalogue.agenda(id), path.read_text(encoding="utf-8-sig"))


def file_of(site: Site, id: str) -> Path:
    """Where the agenda stands."""
    name = id if id.replace("_", "").isalnum() and id.isascii() else "-"
    return site.workspace.own_catalogue / "agendas" / f"{name}.toml"


@contextmanager
def changing(site: Site) -> Iterator[None]:
    """One change of an agenda at a time, over all workers."""
    with FileLock(site.workspace.own_catalogue / "agendas" / ".lock"):
        yield


def keep(site: Site, id: str, text: str) -> None:
    """Put the file in the place of what was there, whole or not at all."""
    publish_bytes(text.encode(), file_of(site, id))


def stamp(site: Site) -> str:
    """Another one when the file of some agenda changes."""
    folder = site.workspace.own_catalogue / "agendas"
    found = [(path.name, path.stat()) for path in sorted(folder.glob("*.toml"))] if folder.is_dir() else []
    return repr([(name, told.st_mtime_ns, told.st_size) for name, told in found])


def is_answered(site: Site, agenda: Agenda) -> bool:
    """Whether the answer that the workspace keeps is of the agenda as it is now."""
    if agenda.id not in known_agendas(site):
        return False
    asked = made_agenda(site, agenda.id).run["inputs"]["agenda"]
    return bool(json.loads(json.dumps(dataclasses.asdict(agenda))) == asked)


def is_changed(site: Site, id: str) -> bool:
    """Whether the file of an agenda tells another agenda than was answered: since then something was entered or changed."""
    try:
        return not is_answered(site, kept_agenda(site, id).agenda)
    except StadspeilError:
        # A file that cannot be read is told where it is read; the answer is still that of before.
        return False


def verdicts(site: Site, catalogue: Catalogue, agenda: Agenda) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The efforts of an agenda with verdict and reasons, or no rows and why there are none.

    From the answer that the workspace keeps, where that is of this agenda; else computed now.
    """
    if not any(each.existing for each in agenda.projects):
        return pl.DataFrame(), ()
    if is_answered(site, agenda):
        return made_agenda(site, agenda.id).tables["efforts"], ()
    told = json.dumps(dataclasses.asdict(agenda), sort_keys=True)
    mark = hashlib.sha256(f"{told}{catalogue.fingerprint}{catalogue.plans}".encode()).hexdigest()
    return site.noted(("efforts", mark), lambda: _judged(site, catalogue, agenda))


def _judged(site: Site, catalogue: Catalogue, agenda: Agenda) -> tuple[pl.DataFrame, tuple[str, ...]]:
    frame, rate = Frame(agenda.first, agenda.years, DRAWS, SEED), catalogue.parameter(RATE)
    weigh = weigher(site.workspace, catalogue)

    def weighed(package: str, wanted: Frame) -> Weighed:
        key = ("weighed for efforts", catalogue.packages[package], wanted.first, wanted.years)
        return site.kept(repr(key), lambda: weigh(package, wanted))

    try:
        made = built(agenda, weighed_of(agenda, frame, rate, weighed), frame, rate)
        return efforts_table(made, solve(made.problem, QUICK).starts, None, None), ()
    except (QuestionError, ContractError) as fault:
        return pl.DataFrame(), (*fault.problems, *([fault.remedy] if fault.remedy else []))
