"""`stadspeil demo`: the invented country, from publishers' files to reports and a site."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stadspeil.cli.screen import Progress
from stadspeil.cli.sessions import open_session
from stadspeil.errors import QuestionError
from stadspeil.sources.nieuwland.case_files import AGENDA, CASE

if TYPE_CHECKING:
    from stadspeil.catalogue import Catalogue
    from stadspeil.cli.balancing import Found
    from stadspeil.cli.sessions import Session
    from stadspeil.simulation.store import Asked

_MARKER = "nieuwland.txt"
PROGRAMME = "vernieuwing_de_kaden"
# Enough to show what the outcome of an appraisal, of an agenda and of a history of households looks like.
DRAWS, SCENARIOS = 2_000, 20
HISTORY_DRAWS = 3
# Where the demo's town may build, for its trade-off: an invented file, kept so that the command can be typed again.
SITES = "locaties.csv"
_SITES = """locatie;buurt;hoogstens;soorten
dansbuurt;BU90020200;60;
oevers;BU90020902;80;koop, corporatie meergezins
stadhuis;BU90020100;60;meergezins
"""


@dataclass(frozen=True)
class Demo:
    """What a demo left behind."""

    workspace: Path
    reports: tuple[Path, ...]
    town: str

    @property
    def serving(self) -> str:
        """The command that shows the site; the short one where it serves this very workspace."""
        usual = Path("Makefile").is_file() and self.workspace == Path("demo/werkmap")
        return "make serve" if usual else f"stadspeil serve --workspace {self.workspace}"

    def summary(self) -> str:
        """Where to look, and three things to try next."""
        reports = "\n".join(f"  {each}" for each in self.reports)
        here = f"--workspace {self.workspace}"
        # After 'make demo' the command stands in .venv, which is not on the reader's path yet.
        activate = Path(sys.prefix) / "bin" / "activate"
        first = "" if shutil.which("stadspeil") or not activate.is_file() else f"  source {_from_here(activate)}\n"
        return (
            f"Klaar. Nieuwland is verzonnen: geen getal hieruit zegt iets over een echte gemeente.\n{reports}\n"
            f"Bekijk alles als site:\n"
            f"  {self.serving}   (daarna http://127.0.0.1:8040/)\n"
            f"Verder kijken:\n{first}"
            f"  stadspeil list indicators\n"
            f"  stadspeil export scores --level gemeente --indicator bijstand --year 2022 {here}\n"
            f"  stadspeil explain thema_werk --area {self.town} {here}\n"
            f"  stadspeil appraise --package {CASE} {here}\n"
            f"  stadspeil agenda {AGENDA} {here}\n"
            f"  stadspeil simulate --programme {PROGRAMME} --pairs 6 --years 6 {here}   (al gemaakt)"
        )


def _from_here(path: Path) -> Path:
    """The short way to a file from the folder of work, where there is one."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def run_demo(folder: Path, lang: str, progress: Progress) -> Demo:
    """Make Nieuwland in `folder` (anew) and run every stage on it with the readers for real files."""
    from stadspeil.analyses.store import write_analyses
    from stadspeil.atlas.appraised.benchmarks import prepare_benchmarks
    from stadspeil.atlas.preparing import prepare
    from stadspeil.atlas.surroundings import prepare_surroundings
    from stadspeil.atlas.tiles import prepare_maps
    from stadspeil.indicators import write_values
    from stadspeil.report import write_report
    from stadspeil.report.cases import write_agenda_files, write_case
    from stadspeil.scores import write_scores
    from stadspeil.simulation.history_store import write_history
    from stadspeil.simulation.store import simulate_programme
    from stadspeil.sources import import_files
    from stadspeil.sources.nieuwland import write_country
    from stadspeil.tables import build_tables

    _clear(folder)
    progress("Nieuwland verzinnen", 0, 1)
    write_country(folder)
    (folder / _MARKER).write_text("Verzonnen gegevens van Stadspeil; deze map wordt bij elke demo opnieuw gemaakt.\n")
    root = folder / "werkmap"
    shutil.copytree(folder / "catalogue", root / "catalogue")
    session = open_session(root)
    import_files([folder / "bestanden"], session.workspace, session.catalogue, progress=progress)
    build_tables(session.workspace, session.catalogue, progress=progress)
    write_values(session.workspace, session.catalogue, progress=progress)
    write_scores(session.workspace, session.catalogue, progress=progress)
    write_analyses(session.workspace, session.catalogue, progress=progress)
    simulate_programme(session.workspace, session.catalogue, simulated_by_demo(session.catalogue), progress=progress)
    write_history(session.workspace, session.catalogue, draws=HISTORY_DRAWS, progress=progress)
    weigh_in_demo(session)
    appraise_in_demo(session, progress)
    prepare(session.workspace, session.catalogue, progress)
    prepare_surroundings(session.workspace, progress)
    prepare_benchmarks(session.workspace, session.catalogue, progress)
    prepare_maps(session.workspace, progress)
    reports: list[Path] = []
    towns = session.catalogue.group("nta").members
    for number, town in enumerate(towns):
        progress("rapporten schrijven", number, len(towns))
        reports += write_report(session.workspace, session.catalogue, town, lang=lang)
    progress("zakelijke onderbouwing schrijven", 0, 1)
    reports += write_case(session.workspace, session.catalogue, CASE, lang=lang)
    reports += write_agenda_files(session.workspace, session.catalogue, AGENDA, lang=lang)
    return Demo(root, tuple(reports), towns[0])


def simulated_by_demo(catalogue: Catalogue) -> Asked:
    """A programme of the demo, in few pairs: enough to show what the outcome looks like."""
    from stadspeil.simulation.store import Asked

    town = catalogue.programme(PROGRAMME).town
    return Asked(PROGRAMME, (town,), (town,), years=6, pairs=6)


def weigh_in_demo(session: Session) -> Found:
    """Mixes of new homes for the same town, in a short search and few pairs: enough to show what an outcome looks like."""
    from stadspeil.cli.balancing import Running, Wishes, balance_town
    from stadspeil.simulation.balance import Effort

    sites = session.workspace.root / SITES
    sites.write_text(_SITES, encoding="utf-8")
    wishes = Wishes(session.catalogue.programme(PROGRAMME).town, 120, 2, sites, ("corporatie=25-60",))
    return balance_town(
        session, wishes, Running(confirm=3), Effort(strewn=200, rounds=3, tried=120, told=24, confirmed=4)
    )


def appraise_in_demo(session: Session, progress: Progress) -> None:
    """Weigh the invented packages in few draws, and order the invented agenda in few scenarios."""
    from stadspeil.appraisal.ground import ground_of
    from stadspeil.appraisal.portfolio.agenda import Choices
    from stadspeil.appraisal.portfolio.store import make_agenda
    from stadspeil.appraisal.store import Asked, appraise_package
    from stadspeil.sources.nieuwland.case_files import COMPARED

    ground = ground_of(session.workspace, session.catalogue, (session.catalogue.package(CASE).town,))
    for number, package in enumerate(COMPARED):
        progress("pakketten afwegen", number, len(COMPARED))
        appraise_package(session.workspace, session.catalogue, Asked(package, draws=DRAWS), ground=ground)
    choices = Choices(AGENDA, scenarios=SCENARIOS, gap=0.02, front=False)
    make_agenda(session.workspace, session.catalogue, choices, progress=progress)


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARKER).exists():
        raise QuestionError(
            f"map {folder}",
            "bestaat al en is niet door de demo gemaakt",
            "kies een andere map met --folder, of maak haar leeg",
        )
    shutil.rmtree(folder)
