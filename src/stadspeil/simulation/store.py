"""Simulated programmes of a workspace: out/simulation/<programme>/, made from pairs of runs, reused while nothing changed.

    out/simulation/<programme>/effects/ chains/ shift_room/ spreads/     the tables
    out/simulation/<programme>/moments/ tiers/                           beside what was published, and the first tier, as shelves
    out/simulation/<programme>/fit/                                      how well the population fits what is published
    out/simulation/<programme>/run.json                                  what they were made from: seeds, draws, coefficients
    out/simulation/<programme>/.pairs/<inputs>/0007.npz                  counts of a finished pair, for a run to resume

A run that is broken off leaves the tables as they were; only finished pairs stay, and the next run takes them up.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, has_shelf, read_account, read_shelf, shelf_sum, write_shelf
from stadspeil.simulation.comparing import moments_table
from stadspeil.simulation.draws import (
    COEFFICIENT,
    Draws,
    draws_of,
    pair_seed,
    population_seed,
    posterior_of,
    realized_shares,
    with_coefficients,
)
from stadspeil.simulation.effects import effects_of, shares_of_populations
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.outcomes import chains_table, shift_table, spreads_table
from stadspeil.simulation.pairs import Ensemble, PairCounts, Progress, Simulate, run_pairs
from stadspeil.simulation.places import AROUND, groupings_of
from stadspeil.simulation.programme import Programme
from stadspeil.simulation.programme_files import check_programme, horizon_remarks, programme_of
from stadspeil.simulation.tables import CHAINS, EFFECTS, FIT, MOMENTS_TABLE, SHIFT_ROOM, SPREADS, TIERS
from stadspeil.simulation.tiers import tiers_table
from stadspeil.simulation.vacancy_chain import homes_of
from stadspeil.workspace import Workspace, code_fingerprint, fingerprint, publish_json, reuse_or_make, typed

FOLDER, RUN, PAIRS = "simulation", "run.json", ".pairs"
SEED = 2026
POPULATIONS = 3
TABLES = {each.name: each for each in (EFFECTS, CHAINS, SHIFT_ROOM, SPREADS, MOMENTS_TABLE, TIERS, FIT)}
NOT_ON_MICRODATA = (
    "coefficienten zijn niet geschat op microdata (WoON is niet openbaar); van elk staat erbij waar het vandaan komt"
)
Synthesize = Callable[..., Any]


@dataclass(frozen=True)
class Asked:
    """What is asked of a simulation.

    towns   gemeenten whose households take part      told  those of which buurten are told
    realized lowest and highest share of the new homes that gets built      vary  whether coefficients are drawn per pair
    populations  how many populations are invented from the key figures; pairs take them in turn
    """

    programme: str
    towns: tuple[str, ...]
    told: tuple[str, ...]
    years: int = 10
    pairs: int = 30
    seed: int = SEED
    realized: tuple[float, float] = (1.0, 1.0)
    vary: bool = True
    year: int | None = None
    populations: int = POPULATIONS


@dataclass(frozen=True)
class Made:
    """The simulation that a workspace holds now: whether it had to be made, and what was used."""

    new: bool
    folder: Path
    run: dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """The two parts of which the simulation is made: of a population, and of a run with it."""

    synthesize: Synthesize
    simulate: Simulate
    rules_from: Callable[[Catalogue], Any]


def engine() -> Engine:
    """The engine of the third tier."""
    from stadspeil.simulation.engine import simulate
    from stadspeil.simulation.rules import rules_from
    from stadspeil.simulation.synthesis import synthesize

    return Engine(synthesize, simulate, rules_from)


def simulate_programme(
    workspace: Workspace,
    catalogue: Catalogue,
    asked: Asked,
    *,
    executor: str = "serial",
    threads: int = 1,
    progress: Progress = None,
    parts: Engine | None = None,
) -> Made:
    """Simulate a programme of the catalogue, unless that was done from the same inputs.

    Raises:  QuestionError for a question without an answer, CatalogueError for a programme that cannot be, and what
             synthesis and executor raise.
    """
    refuse_asked(asked)
    folder = workspace.out / FOLDER / asked.programme
    inputs = _inputs(workspace, catalogue, asked)
    target = folder / RUN
    if not all(has_shelf(folder / name) for name in TABLES):
        target.unlink(missing_ok=True)
    if _is_made(target, inputs):
        return Made(False, folder, read_run(workspace, asked.programme))
    made = prepared(workspace, catalogue, asked, threads=threads, progress=progress, parts=parts)
    keeping = folder / PAIRS / fingerprint({**inputs, "pairs": 0})[:16]
    pairs = run_pairs(made.ensemble, keeping, executor, progress)
    if progress is not None:
        progress("uitkomsten schrijven", 0, 1)

    def make() -> None:
        for name, table in made.tables(pairs).items():
            write_shelf(folder / name, [Part(name, check(table, TABLES[name], asked.programme))])
        publish_json({"inputs": inputs, **made.told(pairs)}, target)

    reuse_or_make(target, inputs, make)
    for other in (folder / PAIRS).iterdir():
        if other != keeping:
            shutil.rmtree(other, ignore_errors=True)
    return Made(True, folder, read_run(workspace, asked.programme))


def prepared(
    workspace: Workspace,
    catalogue: Catalogue,
    asked: Asked,
    *,
    threads: int = 1,
    progress: Progress = None,
    parts: Engine | None = None,
) -> Prepared:
    """The population and all that pairs share, with the programme held against it. Raises as `simulate_programme`."""
    parts = parts or engine()
    programme = programme_of(catalogue, asked.programme)
    made = []
    for number in range(min(asked.populations, asked.pairs)):
        if progress is not None:
            progress("bevolking maken", number, min(asked.populations, asked.pairs))
        seed = population_seed(asked.seed, number)
        made.append(parts.synthesize(workspace, catalogue, list(asked.towns), year=asked.year, seed=seed))
        check_programme(catalogue.programme(asked.programme), programme, made[-1].world)
    population, world = made[0], made[0].world
    draws = draws_of(catalogue, posterior_of(workspace, catalogue), asked.pairs, asked.seed, asked.vary)
    ensemble = Ensemble(
        worlds=tuple(each.world for each in made), steps=programme.steps, groupings=groupings_of(world.places, programme, asked.told),
        months=12 * asked.years, seeds=tuple(pair_seed(asked.seed, pair) for pair in range(asked.pairs)),
        rules=tuple(parts.rules_from(with_coefficients(catalogue, values)) for values in draws.values),
        realized=realized_shares(*asked.realized, asked.pairs, asked.seed), threads=threads, simulate=parts.simulate,
    )  # fmt: skip
    remarks = (population.summary, *population.remarks)
    return Prepared(catalogue, programme, draws, ensemble, _wijk_names(workspace), population.fit, remarks)


@dataclass(frozen=True)
class Prepared:
    """A simulation that is ready to run."""

    catalogue: Catalogue
    programme: Programme
    draws: Draws
    ensemble: Ensemble
    names: dict[str, str]
    fit: pl.DataFrame
    remarks: tuple[str, ...]

    def tables(self, pairs: list[PairCounts]) -> dict[str, pl.DataFrame]:
        """All tables, from the counts of all pairs."""
        groupings = self.ensemble.groupings
        return {
            "effects": effects_of(pairs, groupings),
            "chains": chains_table(pairs),
            "shift_room": shift_table(pairs, self.ensemble.steps),
            "spreads": spreads_table(pairs, groupings[0], self.programme.town),
            "moments": moments_table([each["moments"] for each in pairs]),
            "tiers": tiers_table(
                [each["first_tier"] for each in pairs], homes_of(self.programme), national_chain(self.catalogue)
            ),
            "fit": self.fit,
        }

    def told(self, pairs: Sequence[PairCounts] = ()) -> dict[str, Any]:
        """What a reader may ask of where the figures come from; with pairs also what the population makes of difference."""
        shares = shares_of_populations(pairs, self.ensemble.groupings) if pairs else {}
        world, ensemble = self.ensemble.world, self.ensemble
        around = next(each for each in ensemble.groupings if each.level == AROUND)
        used = sorted({id for values in self.draws.values for id in values} or _coefficients(self.catalogue))
        return {
            "programme": dataclasses.asdict(self.programme),
            "start": world.year,
            "sources": list(world.sources),
            "invented": bool(world.invented or self.programme.invented),
            "households": int(world.households.alive.sum()),
            "homes": len(world.dwellings.number),
            "names": {
                code: self.names.get(code, name)
                for each in ensemble.groupings
                for code, name in zip(each.codes, each.names, strict=True)
            },
            "around": [world.places.codes[row] for row in (around.row == 0).nonzero()[0]],
            "seeds": list(ensemble.seeds),
            "realized": list(ensemble.realized),
            "tested_together": True,
            "populations": {"count": len(ensemble.worlds), "variance_between": shares},
            "draws": {"method": self.draws.method, "values": [dict(values) for values in self.draws.values]},
            "coefficients": {
                id: {
                    key: getattr(self.catalogue.parameters[id], key)
                    for key in ("value", "unit", "believed", "provenance", "source")
                }
                for id in used
            },
            "remarks": [
                NOT_ON_MICRODATA,
                self.draws.sentence,
                _population_sentence(len(ensemble.worlds), len(ensemble.seeds), shares),
                *horizon_remarks(self.programme, world, ensemble.months),
                *self.remarks,
            ],
        }  # fmt: skip


def _population_sentence(count: int, pairs: int, shares: Mapping[str, float]) -> str:
    """How often the population was invented, and what of the spread of effects comes of that."""
    if count == 1:
        return "bevolking: een keer gemaakt; hoe die met dezelfde kerncijfers anders kon zijn zit niet in de uitkomst"
    if not shares or pairs <= count:
        return f"bevolking: {count} keer gemaakt uit dezelfde kerncijfers; paren nemen er om beurten een"
    town, buurt = (f"{100 * shares.get(level, 0.0):.0f}" for level in ("gemeente", "buurt"))
    return (
        f"bevolking: {count} keer gemaakt uit dezelfde kerncijfers; dat maakt {town} procent van de spreiding van effecten in de gemeente "
        f"uit en {buurt} procent van die in buurten"
    )


def refuse_asked(asked: Asked) -> None:
    """QuestionError naming all that cannot be asked."""
    problems = []
    if not 1 <= asked.years <= 40:
        problems.append(f"--years {asked.years}; verwacht 1 tot 40 jaar")
    if not 1 <= asked.pairs <= 1000:
        problems.append(f"--pairs {asked.pairs}; verwacht 1 tot 1000 paren")
    if not 1 <= asked.populations <= 100:
        problems.append(f"--populations {asked.populations}; verwacht 1 tot 100 bevolkingen")
    if not 0 <= asked.realized[0] <= asked.realized[1] <= 1:
        problems.append("--realized; verwacht percentages van 0 tot 100, het laagste eerst, zoals 60-100")
    if problems:
        raise QuestionError("de simulatie", problems, "vraag het anders; zie 'stadspeil simulate --help'")


def forget_pairs(workspace: Workspace, programme: str) -> None:
    """Take away the pairs that were kept, and the mark by which the outcome is known to be up to date."""
    folder = workspace.out / FOLDER / programme
    shutil.rmtree(folder / PAIRS, ignore_errors=True)
    (folder / f"{RUN}.key").unlink(missing_ok=True)


def read_simulation(workspace: Workspace, programme: str, name: str) -> pl.DataFrame:
    """A table of a simulated programme; without rows where it was not made."""
    folder = workspace.out / FOLDER / programme / name
    return read_shelf(folder) if has_shelf(folder) else empty(TABLES[name])


def read_run(workspace: Workspace, programme: str) -> dict[str, Any]:
    """What a simulated programme was made from.

    Raises:  QuestionError where it was not simulated.
    """
    path = workspace.out / FOLDER / programme / RUN
    if not path.is_file():
        raise QuestionError(
            f"programma '{programme}'",
            "is nog niet gesimuleerd",
            f"draai eerst 'stadspeil simulate --programme {programme}'",
        )
    return read_account(path)


def command_of(run: Mapping[str, Any]) -> str:
    """What to type to simulate a programme again as it was."""
    asked = run["inputs"]["asked"]
    low, high = (f"{100 * share:g}" for share in asked.get("realized", (1.0, 1.0)))
    made = typed(
        "simulate", ("--programme", asked["programme"], ""), *(("--with", each, "") for each in asked["told"][1:]), ("--pairs", run["inputs"]["pairs"], 0),
        ("--years", asked["years"], 0), ("--seed", asked["seed"], SEED), ("--realized", low if low == high else f"{low}-{high}", "100"),
        ("--populations", asked.get("populations", POPULATIONS), POPULATIONS), ("--year", asked.get("year"), None),
    )  # fmt: skip
    region = " --region" if set(asked["towns"]) - set(asked["told"]) else ""
    return f"{made}{region}{'' if asked.get('vary', True) else ' --fixed'}"


def simulated(workspace: Workspace) -> tuple[str, ...]:
    """Programmes that a workspace has results of."""
    return tuple(sorted(path.parent.name for path in (workspace.out / FOLDER).glob(f"*/{RUN}")))


def _wijk_names(workspace: Workspace) -> dict[str, str]:
    """Names of wijken, the newest of each, where the workspace knows them: a population knows buurten and gemeenten only."""
    folder = workspace.tables / "areas"
    if not has_shelf(folder):
        return {}
    areas = read_shelf(folder, {"level": ["wijk"]}, ["area", "level", "name", "boundaries"])
    return dict(areas.sort("boundaries").select("area", "name").iter_rows())


def _coefficients(catalogue: Catalogue) -> set[str]:
    return {each.id for each in catalogue.parameters.values() if each.id.startswith(COEFFICIENT)}


def _is_made(target: Path, inputs: dict[str, Any]) -> bool:
    mark = target.with_name(target.name + ".key")
    return target.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == fingerprint(inputs)


def _inputs(workspace: Workspace, catalogue: Catalogue, asked: Asked) -> dict[str, Any]:
    tables = sorted(path for path in workspace.tables.glob("*") if has_shelf(path))
    return {
        "asked": {**dataclasses.asdict(asked), "pairs": 0},
        "pairs": asked.pairs,
        "programme": dataclasses.asdict(catalogue.programme(asked.programme)),
        "tables": {path.name: shelf_sum(path) for path in tables},
        "posterior": shelf_sum(workspace.out / "calibration" / "posterior"),
        "catalogue": catalogue.fingerprint,
        "code": code_fingerprint(),
    }
