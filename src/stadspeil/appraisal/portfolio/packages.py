"""Packages of the catalogue as projects of an agenda: each weighed as if it started in the agenda's first year.

What its makers spend until the last year of its measures, or as much later as building is expected to end, is a claim on
their purses; what upkeep costs after that is
taken off its worth, for it is paid from running budgets and not from those of the agenda. Bearers of costs are purses by
their own name ('gemeente', 'corporaties', ...).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np

from stadspeil.appraisal.appraising import Appraisal, appraise, mechanism_draws, pools_of
from stadspeil.appraisal.discounting import present_value, worth_of_profile
from stadspeil.appraisal.frame import Floats, Frame, Ground
from stadspeil.appraisal.ground import ground_of
from stadspeil.appraisal.marks import mark_change
from stadspeil.appraisal.optimism import delay_of
from stadspeil.appraisal.pooling import predict
from stadspeil.appraisal.portfolio.gains import gains_of
from stadspeil.appraisal.portfolio.weighed import BUURT, MECHANISM, Weigh, Weighed, delayed
from stadspeil.appraisal.simulated import simulated_effects
from stadspeil.appraisal.store import Asked, frame_of
from stadspeil.appraisal.streams import Effect, Stream
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.simulation.store import simulated
from stadspeil.workspace import Workspace

# Marks are told of this year after the start.
_AFTER = 10
MUNICIPALITY = "gemeente"


def weigher(workspace: Workspace, catalogue: Catalogue) -> Weigh:
    """How packages of this workspace are weighed for an agenda. Grounds are read once per town."""
    grounds: dict[tuple[str, ...], Ground] = {}
    rate = catalogue.parameter("rate_standaard")

    def weigh(id: str, frame: Frame) -> Weighed:
        package = catalogue.package(id)
        towns = package.towns or (package.town,)
        if towns not in grounds:
            grounds[towns] = ground_of(workspace, catalogue, towns)
        moved = started(package, frame.first)
        own = dataclasses.replace(
            frame_of(moved, Asked(id, frame.first, 0, frame.draws, frame.seed), catalogue), first=frame.first
        )
        effects: Sequence[Effect] = ()
        if package.programme and package.programme in simulated(workspace):
            effects = simulated_effects(workspace, package.programme, grounds[towns], own)
        return weighed_package(appraise(moved, grounds[towns], own, catalogue, effects), catalogue, frame.years, rate)

    return weigh


def started(package: Package, first: int) -> Package:
    """The package with all its years moved so that its first measure starts in `first`."""
    shift = first - min(each.first for each in package.measures)
    measures = tuple(
        dataclasses.replace(each, first=each.first + shift, last=each.last + shift) for each in package.measures
    )
    return dataclasses.replace(package, measures=measures)


def weighed_package(found: Appraisal, catalogue: Catalogue, years: int, rate: float) -> Weighed:
    """A weighed package as a project of an agenda. What is built and comes later than planned is still being paid then."""
    stage = found.package.stage
    ends = [
        each.last + math.ceil(delay_of(each, catalogue.intervention(each.intervention), stage, catalogue))
        for each in found.package.measures
    ]
    span = min(max(ends) - found.frame.first + 1, found.frame.years)
    costs: dict[str, Floats] = {}
    later = np.zeros(found.frame.draws)
    for stream in found.streams:
        if stream.side != "kosten":
            continue
        mean = float(stream.amount.mean())
        for actor, share in stream.shares.items():
            costs.setdefault(actor, np.zeros(span))[:] += mean * share * stream.profile[:span]
        later += _after(stream, found, catalogue, span)
    costs = _with_funds(costs, found.package.funds)
    return Weighed(
        id=found.package.id, worth=delayed(found.outcome.benefits - later, rate, years), costs=costs,
        strain=_strain(found, span), trace=found.outcome.trace or (f"pakket:{found.package.id}",),
        marks=_marks(found, catalogue), inputs=_inputs(found, catalogue),
        invented=bool(found.package.invented or found.ground.invented), gains=gains_of(found, catalogue),
    )  # fmt: skip


def _with_funds(costs: dict[str, Floats], asked: Mapping[str, float]) -> dict[str, Floats]:
    """What a package asks of funds is paid by them over the years of its costs, and by so much less by the municipality."""
    own, whole = costs.get(MUNICIPALITY), sum(asked.values())
    if own is None or whole <= 0 or own.sum() <= 0:
        return costs
    part = min(1.0, whole / float(own.sum()))
    paid = {fund: part * own * euro / whole for fund, euro in asked.items()}
    return {**costs, MUNICIPALITY: (1 - part) * own, **paid}


def _after(stream: Stream, found: Appraisal, catalogue: Catalogue, span: int) -> Floats:
    """Worth now of what a cost comes to after the span, S draws."""
    worth = worth_of_profile(stream, found.frame, catalogue)
    return stream.amount * float(worth[span:].sum())


def _strain(found: Appraisal, span: int) -> Floats:
    """S: how costs within the span turn out against their mean."""
    spent = np.zeros(found.frame.draws)
    for stream in found.streams:
        if stream.side == "kosten":
            spent += stream.amount * float(stream.profile[:span].sum())
    return spent / spent.mean() if spent.mean() > 0 else np.ones(found.frame.draws)


def _marks(found: Appraisal, catalogue: Catalogue) -> dict[str, float]:
    """Mean points of mark per mechanism of the town, and per buurt the sum over its indicators."""
    year = min(_AFTER, found.frame.years - 1)
    marks = {
        f"{MECHANISM}{id}": float(draws.mean())
        for id, draws in mechanism_draws(found, catalogue, year).items()
        if draws is not None and not np.isnan(draws).any()
    }
    for indicator in found.indicators:
        field, level = found.ground.fields.get(indicator), found.ground.levels.get(indicator)
        if field is None or field.small is None or level is None:
            continue
        change = found.change(indicator, year).small.mean(axis=0)
        gained = mark_change(field, level, change, True)
        for row in np.flatnonzero(np.nan_to_num(gained)):
            name = f"{BUURT}{found.ground.codes[row]}"
            marks[name] = marks.get(name, 0.0) + float(gained[row])
    return marks


def _inputs(found: Appraisal, catalogue: Catalogue) -> dict[str, Floats]:
    """What the evidence says, pool by pool, and what the costs may come to."""
    pools = sorted(pools_of(found.package, catalogue))
    inputs = {f"bewijs over {pool}": predict(pool, catalogue, found.frame).size for pool in pools}
    spent = sum(
        (present_value(each, found.frame, catalogue) for each in found.streams if each.side == "kosten"),
        np.zeros(found.frame.draws),
    )
    return inputs | {f"kosten van {found.package.title}": spent}
