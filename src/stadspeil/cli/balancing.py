"""`stadspeil balance`: programmes that no other beats, within what a town allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stadspeil.amounts import counted
from stadspeil.analyses.store import read_analysis
from stadspeil.analyses.tables import TREADS
from stadspeil.analyses.treads import Norms
from stadspeil.cli.screen import progress_bar
from stadspeil.cli.sessions import Session
from stadspeil.errors import QuestionError
from stadspeil.simulation.balance import (
    SIMULATED,
    Balance,
    Effort,
    balanced,
)
from stadspeil.simulation.classes import TENURES, segment_name
from stadspeil.simulation.confirming import Confirmer
from stadspeil.simulation.distinguishing import orders
from stadspeil.simulation.draws import draws_of, pair_seed, population_seed, posterior_of, with_coefficients
from stadspeil.simulation.judging import panel_of
from stadspeil.simulation.lacking import Lacking, lacking_of
from stadspeil.simulation.misfit import misfit_of
from stadspeil.simulation.mixes import Limits, refuse_limits
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.programme_files import month_text
from stadspeil.simulation.site_files import read_sites, tenure_limits
from stadspeil.simulation.store import engine
from stadspeil.simulation.surrogate import CRITERIA, CRITERIA_TITLES, Town, surrogate_of, town_of
from stadspeil.simulation.weighed import write_weighed
from stadspeil.simulation.world import World
from stadspeil.workspace import code_fingerprint


@dataclass(frozen=True)
class Wishes:
    """The options of the verb, as typed: homes, years from the start, a file with sites, and shares as 'koop=30-60'."""

    town: str
    homes: int
    years: int
    sites: Path
    shares: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True)
class Running:
    """How it is run: pairs to confirm with (0: none), whether the region lives in the population, threads per run, and how
    many populations are invented for the pairs."""

    confirm: int = 0
    region: bool = False
    threads: int = 1
    populations: int = 1


@dataclass(frozen=True)
class Found:
    """What was found, in tables and sentences, and where it was written."""

    balance: Balance
    sentences: tuple[str, ...]
    folder: Path


def balance_town(session: Session, wishes: Wishes, running: Running, effort: Effort | None = None) -> Found:
    """Search in the population of a town, confirm where that is asked, and write the tables to the workspace.

    Raises:  QuestionError and SourceError for what cannot be asked, before anything is computed or written.
    """
    _refuse(session, wishes, running)
    workspace, catalogue = session.workspace, session.catalogue
    parts = engine()
    with progress_bar() as progress:
        progress("bevolking maken", 0, 1)
        towns = _towns(session, wishes, running)
        population = parts.synthesize(workspace, catalogue, towns, seed=wishes.seed)
        world = population.world
        limits = limits_of(wishes, world.year)
        refuse_limits(limits)
        known, lacking, remark = _known(session, world, wishes.town)
        rng = np.random.default_rng([wishes.seed, 6])
        chains = surrogate_of(known, national_chain(catalogue), catalogue, rng)
        panel = panel_of(workspace, catalogue, world, limits, chains, np.random.default_rng([wishes.seed, 7]))
        worlds = [world]
        for number in range(1, min(running.populations, running.confirm)):
            progress("bevolking maken", number, running.populations)
            worlds.append(
                parts.synthesize(workspace, catalogue, towns, seed=population_seed(wishes.seed, number)).world
            )
        confirm = _confirmer(session, worlds, known, wishes, running) if running.confirm else None
        balance = balanced(
            limits, panel.judge, rng, effort=effort, confirm=confirm, progress=progress,
            misfit=misfit_of(catalogue, panel.judge.tiers, wishes.homes, float(known.income.sum())),
            learns=len(world.places.town_codes) > 1,
        )  # fmt: skip
    if len(world.places.town_codes) == 1:
        balance = without_unknown(balance, lacking is not None)
    sentences = [
        *_first(world, wishes),
        *told(balance),
        panel.sentence(),
        remark,
        *_of_populations(len(worlds), running),
        *_of_region(world, running),
        population.summary,
        *population.remarks,
    ]
    account = {
        "asked": {**asdict(wishes), "sites": wishes.sites.name, **asdict(running)}, "tried": balance.tried, "unbeaten": balance.unbeaten,
        "sentences": sentences, **_facts(world, limits, lacking), **panel.facts(), **(balance.misfit.facts() if balance.misfit else {}), "populations": len(worlds), "catalogue": session.catalogue.fingerprint,
        "code": code_fingerprint(),
    }  # fmt: skip
    return Found(balance, tuple(sentences), write_weighed(session.workspace, wishes.town, balance, account))


def without_unknown(balance: Balance, lacks_known: bool) -> Balance:
    """The balance of a town alone without counts of which nothing is known: those are no noughts.

    Nobody lives elsewhere in that population, so no run frees a home there; and where no treads are known and there is no
    rest to hold the town beside, nothing says which homes it lacks.
    """
    known = ~((pl.col("tier") == SIMULATED) & (pl.col("criterion") == "regio"))
    known &= pl.lit(lacks_known) | (pl.col("criterion") != "treden")
    return replace(
        balance, trade_offs=balance.trade_offs.filter(known), distinctions=balance.distinctions.filter(known)
    )


def _refuse(session: Session, wishes: Wishes, running: Running) -> None:
    problems = []
    if not wishes.town.startswith("GM"):
        problems.append(f"--town {wishes.town}; verwacht een gemeente")
    if wishes.homes < 1:
        problems.append(f"--homes {wishes.homes}; verwacht ten minste een woning")
    if running.confirm == 1:
        problems.append("--confirm 1; van een paar is niets te zeggen, verwacht 0 of ten minste 2")
    if not 1 <= running.populations <= 100:
        problems.append(f"--populations {running.populations}; verwacht 1 tot 100 bevolkingen")
    if running.region and wishes.town not in session.catalogue.regions:
        problems.append(f"--region; van {wishes.town} is geen regio opgegeven in regions.toml")
    if problems:
        raise QuestionError("de afweging", problems, "vraag het anders; zie 'stadspeil balance --help'")
    # A file with faults is told before the population is made.
    limits_of(wishes, 2000)


def _towns(session: Session, wishes: Wishes, running: Running) -> list[str]:
    region = session.catalogue.regions[wishes.town].members if running.region else ()
    return list(dict.fromkeys((wishes.town, *region)))


def _known(session: Session, world: World, town: str) -> tuple[Town, Lacking | None, str]:
    """The town, with what it lacks by its treads where the workspace knows them, and a sentence on which it is."""
    known = town_of(world, town)
    treads = read_analysis(session.workspace, TREADS.name).filter(pl.col("area") == town)
    lacking = lacking_of(treads, Norms.of(session.catalogue), known.stock.sum(axis=0))
    if lacking is not None:
        return replace(known, missing=lacking.homes), lacking, lacking.sentence
    if len(world.places.town_codes) > 1:
        said = "als ontbrekend telt waarvan de gemeente minder heeft dan de rest van de bevolking"
    else:
        said = "dus is niet te zeggen wie ontbrekende treden vult; zie 'stadspeil export treads'"
    return known, None, f"treden: niet in de werkmap; {said}"


def _facts(world: World, limits: Limits, lacking: Lacking | None) -> dict[str, Any]:
    """What was asked and of which town, as figures: for pages in any language."""
    sites = [
        {
            "id": site.id, "buurt": site.buurt, "most": site.most, "first": month_text(site.first), "last": month_text(site.last),
            "kinds": [list(segment_name(kind)) for kind in site.segments],
        }
        for site in limits.sites
    ]  # fmt: skip
    shares = {tenure: [limits.least[at], limits.most[at]] for at, tenure in enumerate(TENURES)}
    return {
        "start": world.year, "invented": world.invented, "towns": list(world.places.town_codes), "sites": sites, "shares": shares,
        "lacking": {"year": lacking.year, "homes": dict(lacking.by_form)} if lacking else None,
    }  # fmt: skip


def _confirmer(session: Session, worlds: Sequence[World], known: Town, wishes: Wishes, running: Running) -> Confirmer:
    parts, catalogue = engine(), session.catalogue
    draws = draws_of(catalogue, posterior_of(session.workspace, catalogue), running.confirm, wishes.seed)
    return Confirmer(
        worlds, wishes.town, known, parts.simulate,
        [parts.rules_from(with_coefficients(catalogue, values)) for values in draws.values],
        [pair_seed(wishes.seed, pair) for pair in range(running.confirm)], 12 * wishes.years, running.threads,
    )  # fmt: skip


def _first(world: World, wishes: Wishes) -> Iterator[str]:
    yield f"{counted(wishes.homes, 'woning', 'woningen')} in {wishes.years} jaar vanaf {world.year} in {wishes.town}."
    if world.invented:
        yield "Let op: de bevolking is verzonnen; geen getal hieruit is een plan of een voorspelling."


def _of_populations(count: int, running: Running) -> Iterator[str]:
    if running.confirm and count > 1:
        yield f"bevolking: {count} keer gemaakt uit dezelfde kerncijfers; paren nemen er om beurten een"
    elif running.confirm:
        yield "bevolking: een keer gemaakt; hoe die met dezelfde kerncijfers anders kon zijn zit niet in de uitkomst"


def _of_region(world: World, running: Running) -> Iterator[str]:
    if running.confirm and len(world.places.town_codes) == 1:
        yield "de bevolking is alleen die van de gemeente: van 'regio' kan de microsimulatie dan niets zeggen; vraag --region"


def limits_of(wishes: Wishes, start: int) -> Limits:
    """What is asked, as limits. `start` is the year of the population; homes come in the years after it.

    Raises:  SourceError for the file, QuestionError for the shares.
    """
    least, most = tenure_limits(wishes.shares)
    first = 12 * start
    return Limits(
        wishes.town, wishes.homes, read_sites(wishes.sites, first, first + 12 * wishes.years - 1), least, most
    )


def told(found: Balance) -> Iterator[str]:
    """What came out, in sentences: the handful that shows the reach, count by count. No best one."""
    yield from found.remarks
    shown = found.trade_offs.filter("shown")
    for criterion in CRITERIA:
        judged = shown.filter(criterion=criterion)
        if judged.is_empty():
            continue
        runs = judged.filter(tier=SIMULATED)
        rows = runs if runs.height else judged
        tier = rows["tier"][0]
        pairs = found.distinctions.filter(pl.col("tier") == tier, criterion=criterion)
        ordered = orders(int(pairs["apart"].sum()), pairs.height, tier == SIMULATED)
        rows = rows.sort("middle", descending=True) if ordered else rows.sort("option")
        chance = (
            ""
            if ordered
            else "; geen volgorde: de mixen verschillen hier niet meer dan toeval en de fout van de schatting toelaten"
        )
        said = "; ".join(
            f"{row['option']} {_dutch(row['middle'])} ({_dutch(row['low'])} tot {_dutch(row['high'])})"
            for row in rows.iter_rows(named=True)
        )
        yield f"{CRITERIA_TITLES[criterion]} ({tier}{chance}): {said}"
    for each in found.programmes:
        by_tenure = (
            found.options.filter(option=each.id)
            .group_by("tenure")
            .agg(pl.col("homes").sum())
            .sort("homes", descending=True)
        )
        yield f"{each.id}: " + ", ".join(f"{homes} {tenure}" for tenure, homes in by_tenure.iter_rows())


def _dutch(number: float) -> str:
    digits = 1 if abs(number) < 10 else 0
    # Adding nought takes the sign from what rounds to nought.
    return f"{round(number, digits) + 0.0:.{digits}f}".replace(".", ",")
