"""An appraised package as a project of an agenda."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stadspeil.appraisal.appraising import Appraisal, mechanism_draws
from stadspeil.appraisal.discounting import present_value
from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.problem import Floats
from stadspeil.appraisal.portfolio.weighed import MECHANISM, Weigh, Weighed, delayed
from stadspeil.appraisal.store import Asked, appraisal_of
from stadspeil.catalogue import Catalogue
from stadspeil.workspace import Workspace

# The year after its start in which points of mark are read.
TOLD = 10
MUNICIPALITY = "gemeente"


def weigh_in(workspace: Workspace, catalogue: Catalogue, rate: float) -> Weigh:
    """How packages of a workspace are appraised for an agenda."""

    def weigh(package: str, frame: Frame) -> Weighed:
        found = appraisal_of(workspace, catalogue, Asked(package, draws=frame.draws, seed=frame.seed))
        return weighed_from(found, catalogue, rate, frame.years)

    return weigh


def weighed_from(found: Appraisal, catalogue: Catalogue, rate: float, years: int) -> Weighed:
    """A package moved to each year of start: the same in real terms, only later.

    Benefits are those of society; transfers between actors add up to nothing and are left out. What the package asks of
    funds is paid by them over the years of its costs, and by so much less by the municipality.
    """
    costs = [each for each in found.streams if each.side == "kosten"]
    benefits = sum(
        (present_value(each, found.frame, catalogue) for each in found.streams if each.side == "baten"),
        np.zeros(found.frame.draws),
    )
    spent = sum((present_value(each, found.frame, catalogue) for each in costs), np.zeros(found.frame.draws))
    mean = float(spent.mean())
    trace = dict.fromkeys(id for each in found.streams for id in each.trace)
    return Weighed(
        found.package.id,
        delayed(benefits, rate, years),
        _by_purse(found),
        spent / mean if mean > 0 else np.ones(found.frame.draws),
        tuple(trace) or (f"pakket:{found.package.id}",),
        dict(_marks(found, catalogue)),
        {f"{each.line} van {each.measure}": each.size for each in found.effects if each.part == "zittend"},
        found.package.invented or found.ground.invented,
    )


def _by_purse(found: Appraisal) -> dict[str, Floats]:
    """Mean euros per actor and year of the package, after what funds pay."""
    by_actor: dict[str, Floats] = {}
    for stream in found.streams:
        if stream.side == "kosten":
            yearly = float(stream.amount.mean()) * stream.profile
            for actor, share in stream.shares.items():
                by_actor[actor] = by_actor.get(actor, np.zeros(len(yearly))) + share * yearly
    own = by_actor.get(MUNICIPALITY)
    asked = {fund: euro for fund, euro in found.package.funds.items() if euro > 0}
    if own is not None and asked and own.sum() > 0:
        part = min(1.0, sum(asked.values()) / float(own.sum()))
        whole = sum(asked.values())
        for fund, euro in asked.items():
            by_actor[fund] = part * own * euro / whole
        by_actor[MUNICIPALITY] = (1 - part) * own
    return {actor: _until_last(yearly) for actor, yearly in by_actor.items() if yearly.any()}


def _until_last(yearly: Floats) -> Floats:
    return yearly[: int(np.flatnonzero(yearly)[-1]) + 1]


def _marks(found: Appraisal, catalogue: Catalogue) -> Iterator[tuple[str, float]]:
    for name, draws in mechanism_draws(found, catalogue, min(TOLD, found.frame.years - 1)).items():
        if draws is not None and np.isfinite(draws).all():
            yield f"{MECHANISM}{name}", float(draws.mean())
