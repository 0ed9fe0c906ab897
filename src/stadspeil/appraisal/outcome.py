"""What a package comes to: worth now of benefits and costs, with its chances, and never a ratio without its interval.

Transfers add up to nothing over society; they count in the ledger per actor, not here. Public costs are what public
actors pay; a saving that comes to a public actor is a benefit, not a lower cost, so that the ratio cannot be moved by
calling one thing the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.appraisal.discounting import BESIDE, Scheme, present_value, worth_of_profile
from stadspeil.appraisal.frame import Floats, Frame
from stadspeil.appraisal.streams import Stream
from stadspeil.catalogue import Catalogue
from stadspeil.errors import ContractError

LOWEST, HIGHEST, WORST = 5.0, 95.0, 0.20
TENTH = 0.1


@dataclass(frozen=True)
class Spread:
    """An uncertain number: mean, and the draws below which 5, 50 and 95 percent lie."""

    mean: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Payback:
    """From which year (counted from the first) what was paid is back and stays back: chance that it comes within the
    horizon, and the spread of that year over the draws in which it does."""

    chance: float
    year: Spread | None


@dataclass(frozen=True)
class Outcome:
    """A package over society, worth now in euros of the first year.

    benefits, costs, public_costs, npv   S draws each
    chance   of an npv above 0           worst  mean of the worst fifth of draws (CVaR20)
    ratio    benefits per euro of public costs; none where there are no public costs
    beside   scheme -> npv by another schedule of rates, for comparison
    trace    all ids on which it rests
    """

    benefits: Floats
    costs: Floats
    public_costs: Floats
    npv: Floats
    worth: Spread
    chance: float
    worst: float
    ratio: Spread | None
    payback: Payback
    scheme: Scheme
    beside: Mapping[str, Spread]
    trace: tuple[str, ...]


def outcome_of(
    streams: Sequence[Stream],
    frame: Frame,
    catalogue: Catalogue,
    scheme: Scheme = "nl",
) -> Outcome:
    """What some streams come to.

    Raises:  ContractError where one indicator is valued in two ways, or a stream has not the frame's draws and years.
    """
    refuse_misfits(streams, frame)
    refuse_two_families(streams)
    streams = in_order(streams)
    benefits, costs, public = totals(streams, frame, catalogue, scheme)
    npv = benefits - costs
    others: tuple[Scheme, ...] = tuple(each for each in BESIDE if each != scheme)
    beside = {}
    for other in others:
        gained, paid, _ = totals(streams, frame, catalogue, other)
        beside[str(other)] = spread_of(gained - paid)
    return Outcome(
        benefits=benefits, costs=costs, public_costs=public, npv=npv, worth=spread_of(npv), chance=float((npv > 0).mean()),
        worst=worst_of(npv), ratio=ratio_of(benefits, public), payback=payback_of(streams, frame, catalogue, scheme),
        scheme=scheme, beside=beside, trace=tuple(sorted({id for each in streams for id in each.trace})),
    )  # fmt: skip


def in_order(streams: Sequence[Stream]) -> list[Stream]:
    """Streams in one order whatever order they came in: sums of floating numbers hang on it."""
    return sorted(
        streams, key=lambda each: (each.measure, each.line, each.side, each.indicator, each.area, tuple(each.shares.items()))
    )  # fmt: skip


def totals(
    streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl"
) -> tuple[Floats, Floats, Floats]:
    """Worth now of benefits, costs, and costs that public actors pay (S draws each)."""
    benefits, costs, public = np.zeros((3, frame.draws))
    for stream in streams:
        if stream.side == "overdracht":
            continue
        worth = present_value(stream, frame, catalogue, scheme)
        if stream.side == "baten":
            benefits += worth
            continue
        costs += worth
        public += worth * sum(share for id, share in stream.shares.items() if catalogue.actor(id).public)
    return benefits, costs, public


def spread_of(draws: Floats) -> Spread:
    """Mean and percentiles of some draws."""
    low, middle, high = np.percentile(draws, (LOWEST, 50.0, HIGHEST))
    return Spread(float(draws.mean()), float(low), float(middle), float(high))


def worst_of(draws: Floats, share: float = WORST) -> float:
    """Mean of the worst share of draws: conditional value at risk."""
    count = max(1, round(share * len(draws)))
    return float(np.partition(draws, count - 1)[:count].mean())


def ratio_of(benefits: Floats, public: Floats) -> Spread | None:
    """Benefits per euro of public costs, draw by draw; none where a draw has no public costs."""
    return None if not len(public) or np.min(public) <= 0 else spread_of(benefits / public)


def net_by_year(streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl") -> Floats:
    """Worth now of benefits less costs in each year (S x T)."""
    counted = [each for each in streams if each.side != "overdracht"]
    if not counted:
        return np.zeros((frame.draws, frame.years))
    yearly = [
        (1.0 if each.side == "baten" else -1.0) * worth_of_profile(each, frame, catalogue, scheme) for each in counted
    ]
    net: Floats = np.stack([each.amount for each in counted], axis=1) @ np.stack(yearly)
    return net


def payback_of(streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl") -> Payback:
    """When discounted benefits have made up for costs for good."""
    running = np.cumsum(net_by_year(streams, frame, catalogue, scheme), axis=1)
    short = running < 0
    ever = ~short[:, -1]
    years = frame.years - np.argmax(short[:, ::-1], axis=1)
    years = np.where(short.any(axis=1), years, 0)[ever].astype(float)
    return Payback(float(ever.mean()), spread_of(years) if len(years) else None)


def cost_per_tenth(costs: Floats, gained: Floats) -> tuple[Spread | None, float]:
    """Euro per tenth of a report mark in one buurt, and the chance that marks are gained at all.

    Shape:   costs S draws; gained S x N points of mark of the buurten (or S, their sum).
    The spread is over draws in which marks are gained; none where they never are.
    """
    points = gained.sum(axis=1) if gained.ndim == 2 else gained
    up = points > 0
    return (spread_of(costs[up] / (points[up] / TENTH)) if up.any() else None), float(up.mean())


def refuse_two_families(streams: Sequence[Stream]) -> None:
    """Of one indicator only one way of valuing may be in a sum.

    Raises:  ContractError that names both.
    """
    found: dict[str, set[str]] = {}
    for stream in streams:
        if stream.side == "baten" and stream.indicator:
            found.setdefault(stream.indicator, set()).add(stream.family)
    problems = [
        f"'{id}' wordt gewaardeerd als {' en als '.join(sorted(families))}: dat is dezelfde baat twee keer"
        for id, families in sorted(found.items())
        if len(families) > 1
    ]
    if problems:
        raise ContractError("baten van het pakket", problems, "kies per cijfer een manier van waarderen")


def refuse_misfits(streams: Sequence[Stream], frame: Frame) -> None:
    """Every stream has the draws and years of the frame, as ordinary numbers.

    Raises:  ContractError that names those that have not.
    """
    problems = []
    for each in streams:
        if each.amount.shape != (frame.draws,) or each.profile.shape != (frame.years,):
            problems.append(
                f"geldstroom {each.measure}/{each.line} heeft {each.amount.shape} trekkingen en {each.profile.shape} jaren; "
                f"verwacht {frame.draws} en {frame.years}"
            )
        elif not (np.isfinite(each.amount).all() and np.isfinite(each.profile).all()):
            problems.append(f"geldstroom {each.measure}/{each.line} heeft een bedrag dat geen getal is")
    if problems:
        raise ContractError("geldstromen van het pakket", problems, "maak ze met hetzelfde kader, en vul wat ontbreekt")
