"""Appraised packages as pages ask for them, and packages weighed in memory: read once for each set of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from stadspeil.appraisal.appraising import Appraisal, appraise
from stadspeil.appraisal.frame import Frame, Ground
from stadspeil.appraisal.funds.checking import Checked, check_request, country_of, inhabitants_of
from stadspeil.appraisal.funds.country import Country
from stadspeil.appraisal.funds.requests import Money, request_of_package
from stadspeil.appraisal.ground import ground_of
from stadspeil.appraisal.simulated import simulated_effects
from stadspeil.appraisal.store import TABLES, appraised, command_of, read_appraisal, read_run
from stadspeil.appraisal.store import Asked as Wanted
from stadspeil.appraisal.store import frame_of as frame_of_package
from stadspeil.appraisal.streams import Effect
from stadspeil.atlas.appraised.benchmarks import read_benchmarks
from stadspeil.atlas.keeping import sound
from stadspeil.atlas.older import Stored
from stadspeil.atlas.outcomes import known_outcomes
from stadspeil.atlas.site import Site
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording

# Draws of what is weighed while a reader waits: the interval of an outcome moves by a few percent of its width.
QUICK = 1000


@dataclass(frozen=True)
class Result:
    """A package as it was weighed. `tables` by name, as in appraisal/tables.py."""

    id: str
    run: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]

    @property
    def package(self) -> Mapping[str, Any]:
        """The package as it was then."""
        told: Mapping[str, Any] = self.run["package"]
        return told

    @property
    def town(self) -> str:
        """Code of the gemeente."""
        return str(self.package["town"])

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Any]]:
        """Figures under the Dutch rules: name -> row of OUTCOMES."""
        rows = self.tables["outcomes"].filter(rules="nl")
        return {row["figure"]: row for row in rows.iter_rows(named=True)}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Calendar years that changes are told of."""
        return tuple(sorted(self.tables["mechanisms"]["year"].unique().to_list()))

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Indicators that change."""
        return tuple(self.tables["changes"]["indicator"].unique().sort().to_list())


def known_results(site: Site) -> tuple[str, ...]:
    """Ids of packages that were weighed and can be read; a damaged one is named in the log, and does not stop the others."""
    return site.results.remembered(
        "appraised", lambda: tuple(sound(appraised(site.workspace), lambda id: _read_result(site, id)))
    )


def result_of(site: Site, id: str) -> Result:
    """A package as it was weighed. QuestionError for one that is not known or was not weighed."""
    if id not in known_results(site):
        if id in appraised(site.workspace):
            raise QuestionError(
                f"pakket '{id}'",
                "de uitkomst op deze machine is beschadigd",
                f"draai 'stadspeil appraise --package {id}' opnieuw",
            )
        if id in site.catalogue.packages:
            raise QuestionError(f"pakket '{id}'", "is nog niet afgewogen", f"draai 'stadspeil appraise --package {id}'")
        raise QuestionError(f"pakket '{id}'", "dat kennen wij niet", "kies een pakket op de bladzijde Afwegen")

    return _read_result(site, id)


def _read_result(site: Site, id: str) -> Result:
    """ContractError where a table of it is damaged."""

    def read() -> Result:
        tables = {name: read_appraisal(site.workspace, id, name) for name in TABLES}
        return Result(id, read_run(site.workspace, id), tables)

    return site.results.remembered(("appraisal", id), read)


def kept_result(site: Site, id: str, words: Wording) -> Stored:
    """A weighed package as the workspace keeps it."""
    result = result_of(site, id)
    entry = site.catalogue.packages.get(id)
    title = title_in(entry, words.lang) if entry else str(result.package["title"])
    return Stored(title, result.run, command_of(result.run))


def ground_for(site: Site, towns: tuple[str, ...]) -> Ground:
    """The ground of some towns, kept: reading it takes a hundred times as long as weighing on it."""

    def make() -> Ground:
        broad = site.results.remembered("benchmarks", lambda: read_benchmarks(site.workspace, site.catalogue))
        own = None if broad is None else pl.concat(site.results.around(town) for town in towns)
        return ground_of(site.workspace, site.catalogue, towns, broad=broad, own=own)

    return site.results.remembered(("ground of appraisal", towns), make)


def weighed(site: Site, package: Package, frame: Frame | None = None) -> Appraisal:
    """A package weighed now, with few draws unless a frame says otherwise.

    Raises:  QuestionError and ContractError as `appraise`.
    """
    frame = frame or frame_of_package(package, Wanted(package.id, draws=QUICK), site.catalogue)
    ground = ground_for(site, package.towns or (package.town,))
    effects: list[Effect] = []
    if package.programme and package.programme in known_outcomes(site):
        effects = simulated_effects(site.workspace, package.programme, ground, frame)
    return appraise(package, ground, frame, site.catalogue, effects)


def funds_for(site: Site, package: Package, money: Money) -> Checked:
    """A package held against all funds, with its euros."""
    people = site.results.remembered("inhabitants for funds", lambda: inhabitants_of(site.workspace, site.catalogue))
    request = request_of_package(package, site.catalogue, people, money)
    return check_request(request, site.catalogue, country_for_funds(site))


def country_for_funds(site: Site) -> Country | None:
    """The country with the figures that conditions of funds ask for."""
    return site.results.remembered("country for funds", lambda: country_of(site.workspace, site.catalogue))
