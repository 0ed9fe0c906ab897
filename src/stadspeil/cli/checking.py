"""`stadspeil check`: everything that can be checked without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import polars as pl

from stadspeil.areas import register_problems
from stadspeil.catalogue import Catalogue, catalogue_root, is_judged
from stadspeil.catalogue.appraisal_checks import active_pools
from stadspeil.catalogue.appraisal_entries import Agenda, Package
from stadspeil.catalogue.entries import BuildingProgramme
from stadspeil.catalogue.plan_areas import unknown_in_agenda, unknown_in_package
from stadspeil.catalogue.stray_files import stray_problems
from stadspeil.cli.sessions import Session, open_session
from stadspeil.contracts import AREAS, CELLS, FLOWS, GROUP_SCORES, SCORES, SQUARES, VALUES, check
from stadspeil.errors import CatalogueError, ContractError, QuestionError, SourceError
from stadspeil.shelf import has_shelf, read_part, read_shelf, shelf_parts
from stadspeil.simulation.programme_files import unknown_buurten
from stadspeil.workspace import find_workspace

Plan = TypeVar("Plan", BuildingProgramme, Package, Agenda)


def check_all(given: Path | None) -> Iterator[str]:
    """A sentence per thing that is in order; the first thing that is not ends the check with its error."""
    session = _session_without_stray(given)
    catalogue = session.catalogue
    problems = register_problems(catalogue.gemeenten, catalogue.changes)
    if problems:
        raise CatalogueError("areas/", problems, "maak gemeenten.csv en changes.csv met elkaar in overeenstemming")
    connected = [each for each in catalogue.indicators.values() if each.status == "connected"]
    yield (
        f"catalogus in orde: {len(catalogue.indicators)} cijfers ({len(connected)} aangesloten, "
        f"{sum(map(is_judged, connected))} met een oordeel), {len(catalogue.sources)} bronnen, "
        f"{catalogue.gemeenten.height} gemeenten"
    )
    withdrawn = sum(each.status == "withdrawn" for each in catalogue.evidence.values())
    yield (
        f"bewijs in orde: {len(catalogue.evidence)} bevindingen, waarvan {withdrawn} ingetrokken en nergens gebruikt"
    )
    yield _appraisal_counts(catalogue)
    if not session.workspace.root.is_dir():
        yield f"er is nog geen werkmap in {session.workspace.root}"
        return
    yield from _check_snapshots(session)
    yield from _check_results(session)
    yield from _check_plans(session)


def _session_without_stray(given: Path | None) -> Session:
    """The session, unless its catalogue is wrong or holds what nobody reads: then all of that at once."""
    stray = list(stray_problems(find_workspace(given).own_catalogue, catalogue_root()))
    try:
        session = open_session(given)
    except CatalogueError as fault:
        raise CatalogueError(fault.where, (*fault.problems, *stray), fault.remedy) from None
    if stray:
        raise CatalogueError("de catalogus van de werkmap", stray, "geef elk zijn goede naam, of haal het weg")
    return session


def _appraisal_counts(catalogue: Catalogue) -> str:
    studies = catalogue.studies.values()
    gone, gaps = (sum(each.status == status for each in studies) for status in ("withdrawn", "gap"))
    effective = sum(bool(each.effects) for each in catalogue.interventions.values())
    return (
        f"afweging in orde: {len(studies)} studies ({gone} ingetrokken, {gaps} gaten) in "
        f"{len(active_pools(studies))} groepen met een grootte, {len(catalogue.interventions)} interventies waarvan "
        f"{effective} met een effect, {len(catalogue.packages)} pakketten, {len(catalogue.funds)} fondsen en "
        f"{len(catalogue.agendas)} agenda's"
    )


def _check_snapshots(session: Session) -> Iterator[str]:
    from stadspeil.sources import SnapshotStore

    store = SnapshotStore(session.workspace.raw)
    damaged = store.verify()
    if damaged:
        raise SourceError("de momentopnamen", damaged, "zet de map raw/ terug uit een reservekopie, of lees opnieuw in")
    yield f"momentopnamen in orde: {len(store.active())} in gebruik, elk controlegetal klopt"


def _check_results(session: Session) -> Iterator[str]:
    tables, out = session.workspace.tables, session.workspace.out
    kinds = {"cells": CELLS, "flows": FLOWS, "squares": SQUARES}
    expected = [
        *((tables / each.id, kinds[each.kind]) for each in session.catalogue.tables.values()),
        (tables / "areas", AREAS), (out / "values", VALUES), (out / "scores", SCORES), (out / "group_scores", GROUP_SCORES),
    ]  # fmt: skip
    problems: list[str] = []
    rows = 0
    for folder, contract in expected:
        if not has_shelf(folder):
            continue
        try:
            for part in shelf_parts(folder):
                rows += check(read_part(folder, part), contract, f"{folder.name} ({part.name})").height
        except ContractError as fault:
            problems += [f"{folder.name}: {each}" for each in fault.problems]
        except pl.exceptions.PolarsError as fault:
            problems.append(f"{folder.name}: is niet te lezen ({fault})")
    if problems:
        raise ContractError(f"werkmap {session.workspace.root}", problems, "verwijder tables/ en out/ en bouw opnieuw")
    yield f"tabellen en uitkomsten in orde: {rows} rijen"


def _check_plans(session: Session) -> Iterator[str]:
    """The workspace's own plans against the areas that it knows; what stands there is held against a population."""
    catalogue, folder = session.catalogue, session.workspace.tables / "areas"
    programmes = _own(session, "programmes", catalogue.programmes)
    packages = _own(session, "packages", catalogue.packages)
    agendas = _own(session, "agendas", catalogue.agendas)
    if not (programmes or packages or agendas) or not has_shelf(folder):
        return
    names = _known_areas(folder)
    problems = [
        *(each for entry in programmes for each in unknown_buurten(entry, names["buurt"])),
        *(each for entry in packages for each in unknown_in_package(entry, {**names["wijk"], **names["buurt"]})),
        *(each for entry in agendas for each in unknown_in_agenda(entry, names["buurt"])),
    ]
    if problems:
        raise CatalogueError(
            "plannen van de werkmap",
            problems,
            "verbeter de genoemde codes; zie 'stadspeil export areas --within <gemeente>'",
        )
    yield (
        f"plannen van de werkmap in orde: {len(programmes)} programma's, {len(packages)} pakketten en {len(agendas)} "
        "agenda's; alle wijken en buurten bestaan"
    )


def _own(session: Session, folder: str, entries: Mapping[str, Plan]) -> list[Plan]:
    """Those of a kind that are the workspace's own."""
    there = session.workspace.own_catalogue / folder
    return [entry for id, entry in entries.items() if (there / f"{id}.toml").is_file()]


def _known_areas(folder: Path) -> dict[str, dict[str, str]]:
    """By level, code and name of the areas of the newest boundaries."""
    areas = read_shelf(folder, {"level": ["wijk", "buurt"]}, ["area", "level", "name", "boundaries"])
    newest = areas.filter(pl.col("boundaries") == pl.col("boundaries").max())
    return {
        level: dict(newest.filter(pl.col("level") == level).select("area", "name").iter_rows())
        for level in ("wijk", "buurt")
    }


def check_town(given: Path | None, town: str) -> Iterator[str]:
    """A sentence per composite or theme that stays empty for a town, with what would fill it."""
    from stadspeil.scores.emptiness import empty_composites

    session = open_session(given)
    folder, code = session.workspace.out / "scores", session.register.find(town)
    if not has_shelf(folder):
        raise QuestionError(
            f"werkmap {session.workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil score'"
        )
    scores = read_shelf(folder, {"level": ["gemeente"]})
    if scores.filter(pl.col("area") == code).is_empty():
        raise QuestionError(f"gemeente {code}", "daar zijn geen scores van", "zie 'stadspeil export scores'")
    found = empty_composites(scores, session.catalogue, code)
    yield from found
    yield (
        f"{len(found)} samengestelde cijfers en thema's zijn leeg voor {code}"
        if found
        else f"niets is leeg voor {code}"
    )
