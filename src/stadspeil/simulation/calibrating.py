"""The coefficients of the microsimulation, matched to what was published about moves and chains.

A small region is run with new homes, at points of the box of believed values; its moments are held against the
findings of the evidence that are targets. What was taken back is refused as a target (`targets`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import FLAT, HOUSE, OWNER, PRIVATE, SOCIAL
from stadspeil.simulation.comparing import published_targets
from stadspeil.simulation.draws import COEFFICIENT, POSTERIOR
from stadspeil.simulation.engine import simulate
from stadspeil.simulation.matching import Aim, Box, Matched, match
from stadspeil.simulation.moments import moments_of
from stadspeil.simulation.programme import Step
from stadspeil.simulation.rules import Rules, rules_from
from stadspeil.simulation.world import World

# What is matched; the other coefficients keep their values.
MATCHED = (
    "stay_cost", "search_level", "search_owner", "search_private", "union_level", "starter_social",
    "starter_owner", "starter_private", "stay_behind", "same_town", "turnaround_owner",
)  # fmt: skip
# How much a target counts beside the others; the design gives the links of the chains three.
_WEIGHTS = {
    "vrijgekomen_per_nieuwe_woning": 3.0,
    "schakel_1_per_nieuwe_woning": 3.0,
    "schakel_2_op_schakel_1": 3.0,
}
# The bounds of a target are read as two standard deviations to either side.
_DEVIATIONS = 4.0
MONTHS = 48
YEARS = MONTHS // 12
# 70,000 new homes a year beside 8.1 million that stand.
NEW_PART = 0.0086
_SITE = 12
# What was built in 2019: mostly owner-occupied. From memory; the tenure of the programme matters little to the links.
_NEW_TENURES = (0.60, 0.25, 0.15)
_NEW_FLATS = 0.45
_MIDDLE_PRICE = 1


@dataclass(frozen=True)
class Calibration:
    """A matched posterior, and how near its draws come: a row per target."""

    matched: Matched
    posterior: pl.DataFrame
    fit: pl.DataFrame


def aims_of(catalogue: Catalogue) -> tuple[Aim, ...]:
    """The targets of the evidence that a run can be held against, one per quantity, the newest.

    Raises:  as `targets_from`.
    """
    return tuple(
        Aim(each.quantity, each.value, (each.high - each.low) / _DEVIATIONS, _WEIGHTS.get(each.quantity, 1.0))
        for each in published_targets(catalogue)
    )


def box_of(catalogue: Catalogue, names: Sequence[str] = MATCHED) -> Box:
    """The believed values of coefficients.

    Raises:  QuestionError naming those without a range.
    """
    entries = {name: catalogue.parameters[COEFFICIENT + name] for name in names}
    loose = [name for name, each in entries.items() if len(each.believed) != 2 or each.believed[0] >= each.believed[1]]
    if loose:
        raise QuestionError(
            "ijking", f"zonder bereik zijn: {', '.join(loose)}", "geef believed = [laag, hoog] in catalogue/parameters"
        )
    return Box(
        tuple(COEFFICIENT + name for name in names),
        np.array([each.believed[0] for each in entries.values()], dtype=np.float64),
        np.array([each.believed[1] for each in entries.values()], dtype=np.float64),
    )


def trial_steps(world: World, seed: int) -> tuple[Step, ...]:
    """New homes in each year of a trial, as many per home that stands as in the country, over buurten drawn by lot."""
    rng = np.random.default_rng(seed)
    sites = max(1, round(NEW_PART * len(world.dwellings.number) / _SITE))
    steps = []
    for number in range(sites * YEARS):
        start = 12 * (world.year + number // sites)
        tenure = int(rng.choice((OWNER, SOCIAL, PRIVATE), p=_NEW_TENURES))
        form = FLAT if rng.random() < _NEW_FLATS else HOUSE
        buurt = world.places.codes[int(rng.integers(len(world.places.codes)))]
        floor = 75.0 if form == FLAT else 110.0
        steps.append(
            Step("bouwen", f"proef {number}", buurt, start, start + 11, _SITE, tenure, form, _MIDDLE_PRICE, floor)
        )
    return tuple(steps)


def calibrate(
    world: World,
    catalogue: Catalogue,
    *,
    counts: Sequence[int],
    draws: int,
    runs: int,
    seed: int,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Calibration:
    """Match the coefficients on a world.

    counts  points per wave        runs  of each point, with other seeds: how they differ is what is taken for chance
    Raises:  QuestionError where the targets cannot be met inside the believed ranges.
    """  # fmt: skip
    rules, steps = rules_from(catalogue), trial_steps(world, seed)
    aims, box = aims_of(catalogue), box_of(catalogue)
    done = 0

    def run(point: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal done
        changed = changed_rules(rules, dict(zip(box.names, point.tolist(), strict=True)))
        found = [
            moments_of(world, simulate(world, changed, steps, months=MONTHS, seed=seed + each, threads=threads))
            for each in range(runs)
        ]
        done += 1
        if progress is not None:
            progress(done)
        return np.array([[each[aim.name] for aim in aims] for each in found])

    matched = match(run, box, aims, counts=counts, draws=draws, seed=seed)
    return Calibration(matched, posterior_table(matched), fit_table(matched))


def changed_rules(rules: Rules, values: dict[str, float]) -> Rules:
    """Rules with other values; names as in the catalogue."""
    return replace(rules, **{name.removeprefix(COEFFICIENT): value for name, value in values.items()})


def posterior_table(matched: Matched) -> pl.DataFrame:
    """POSTERIOR: a row per draw and coefficient."""
    count, width = matched.draws.shape
    return pl.DataFrame(
        {
            "draw": np.repeat(np.arange(count), width).astype(np.int32),
            "parameter": list(matched.box.names) * count,
            "value": matched.draws.ravel(),
        },
        schema=dict(POSTERIOR.columns),
    )


def fit_table(matched: Matched) -> pl.DataFrame:
    """How near the draws come: per target its value and bounds, and what the emulator gives over the draws."""
    rows = []
    for aim, emulator in zip(matched.aims, matched.emulators, strict=True):
        mean, _ = emulator.at(matched.draws)
        low, middle, high = (float(np.percentile(mean, each)) for each in (10, 50, 90))
        rows.append((aim.name, aim.value, aim.error, low, middle, high, emulator.noise))
    names = ("quantity", "target", "error", "low", "middle", "high", "noise")
    return pl.DataFrame(rows, schema=list(names), orient="row")
