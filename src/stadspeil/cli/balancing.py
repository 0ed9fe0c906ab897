"""`stadspeil balance`: programmes that no other beats, within what a town allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.simulation.balance import SIMULATED, Balance, Confirm, Effort, Progress, balanced
from stadspeil.simulation.mixes import Limits
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.site_files import read_sites, tenure_limits
from stadspeil.simulation.surrogate import CRITERIA, CRITERIA_TITLES, Town, surrogate_of


@dataclass(frozen=True)
class Wishes:
    """The options of the verb, as typed: homes, years from the start, a file with sites, and shares as 'koop=30-60'."""

    town: str
    homes: int
    years: int
    sites: Path
    shares: tuple[str, ...] = ()
    seed: int = 1


def limits_of(wishes: Wishes, start: int) -> Limits:
    """What is asked, as limits. `start` is the year of the population; homes come in the years after it.

    Raises:  SourceError for the file, QuestionError for the shares.
    """
    least, most = tenure_limits(wishes.shares)
    first = 12 * start
    return Limits(
        wishes.town, wishes.homes, read_sites(wishes.sites, first, first + 12 * wishes.years - 1), least, most
    )


def weighed(
    wishes: Wishes, known: Town, start: int, catalogue: Catalogue, *, confirm: Confirm | None = None,
    effort: Effort | None = None, progress: Progress = None,
) -> Balance:  # fmt: skip
    """The search for a town of which `town_of` a population tells what is known."""
    rng = np.random.default_rng([wishes.seed, 6])
    surrogate = surrogate_of(known, national_chain(catalogue), catalogue, rng)
    return balanced(limits_of(wishes, start), surrogate, rng, effort=effort, confirm=confirm, progress=progress)


def told(found: Balance) -> Iterator[str]:
    """What came out, in sentences: the handful that shows the reach, count by count. No best one."""
    yield from found.remarks
    tiers = found.trade_offs["tier"].unique()
    tier = SIMULATED if SIMULATED in tiers else tiers[0]
    shown = found.trade_offs.filter((pl.col("tier") == tier) & pl.col("shown"))
    for criterion in CRITERIA:
        rows = shown.filter(criterion=criterion).sort("middle", descending=True)
        said = "; ".join(
            f"{row['option']} {_dutch(row['middle'])} ({_dutch(row['low'])} tot {_dutch(row['high'])})"
            for row in rows.iter_rows(named=True)
        )
        yield f"{CRITERIA_TITLES[criterion]}: {said}"
    for each in found.programmes:
        by_tenure = (
            found.options.filter(option=each.id)
            .group_by("tenure")
            .agg(pl.col("homes").sum())
            .sort("homes", descending=True)
        )
        yield f"{each.id}: " + ", ".join(f"{homes} {tenure}" for tenure, homes in by_tenure.iter_rows())


def _dutch(number: float) -> str:
    return f"{number:.1f}".replace(".", ",") if abs(number) < 10 else f"{number:.0f}"
