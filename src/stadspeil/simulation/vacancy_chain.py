"""The first tier: what new homes set free, as a chain of vacancies that hands itself on or ends (Markov).

A new home is filled by a household that frees a home of some kind (the chain goes on), or by one that frees none: a
starter, somebody whose housemate stays behind, somebody from abroad. The chance of each depends on the kind of home,
and for the first link on its being new. NumPy alone, so that it runs in a browser too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import ContractError, QuestionError
from stadspeil.simulation.classes import SEGMENTS, segment, segment_name
from stadspeil.simulation.run import ENDINGS, MOVED_ON

if TYPE_CHECKING:
    from stadspeil.simulation.programme import Programme

Floats = NDArray[np.float64]

ENDS = tuple(name for code, name in enumerate(ENDINGS) if code != MOVED_ON)
STATES = tuple(" ".join(segment_name(number)) for number in range(SEGMENTS))
# Months after a home is taken at which the share that is done is told.
MOMENTS = (3, 6, 12, 24, 36, 60)
# Links that are told one by one; the rest of a chain is one figure.
TOLD_LINKS = 6
# Links that are followed in time; what is left after so many is far below a thousandth.
_FOLLOWED = 40
# Every row is drawn as if it had seen one vacancy more, of the mean kind: a row of one vacancy is not certain.
_PRIOR = 1.0


@dataclass(frozen=True)
class Chain:
    """Chances of a vacancy in each of s kinds of home. A row of `onward` and of `ends` together adds up to one.

    states      names of the kinds
    first_onward, onward   [s, s]  it is filled by a household that frees a home of the kind; of new homes, of others
    first_ends, ends       [s, e]  it ends the chain (ENDS)
    first_seen, seen       [s]     vacancies that the row rests on; few make the interval wide
    months, believed       mean months from free to lived in, and the range in which that is believed
    stages                 of the Erlang waiting time: 1 is exponential
    sources                where the chances come from
    """

    states: tuple[str, ...]
    first_onward: Floats
    first_ends: Floats
    onward: Floats
    ends: Floats
    first_seen: Floats
    seen: Floats
    months: float
    believed: tuple[float, float]
    stages: int = 2
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A chain per new home of each kind, ready to be asked. Index 0 of the first axis is the chain, the rest are draws.

    freed [., s, s]   homes freed of each kind      by_link [., s, k]  freed in link 1, 2, ..
    ends  [., s, e]   how the chain ends            done [., k, t]     share of link k that is done at each of MOMENTS
    """

    chain: Chain
    freed: Floats
    by_link: Floats
    ends: Floats
    done: Floats


@dataclass(frozen=True)
class Interval:
    """The figure of the chain itself, and the 10th, 50th and 90th percentile over draws of its chances."""

    value: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class ChainAnswer:
    """What a number of new homes sets free, traced: without the new homes part of the moves would be made elsewhere.

    freed    homes freed and lived in again, over the whole chain      per_home  the same per new home
    ceiling  per new home, if the second link's ratio to the first held in every later link
    links    homes freed in links 1 to TOLD_LINKS, and in the rest     ends  chains by how they end, adding up to homes
    freed_by homes freed by kind                                       within  homes freed by months after delivery
    """

    homes: float
    freed: Interval
    per_home: Interval
    ceiling: float
    links: tuple[Interval, ...]
    ends: Mapping[str, Interval]
    freed_by: Mapping[str, Interval]
    within: Mapping[int, Interval]


def check_chain(chain: Chain) -> Chain:
    """The same chain, or a ContractError with all that is wrong with its chances."""
    problems = []
    for name, onward, ends, seen in (
        ("nieuwe woningen", chain.first_onward, chain.first_ends, chain.first_seen),
        ("bestaande woningen", chain.onward, chain.ends, chain.seen),
    ):
        size = len(chain.states)
        if onward.shape != (size, size) or ends.shape != (size, len(ENDS)) or seen.shape != (size,):
            problems.append(f"{name}: verwacht {size} soorten en {len(ENDS)} eindes")
            continue
        rows = np.concatenate([onward, ends], axis=1)
        if not np.all(np.isfinite(rows)) or rows.min() < 0:
            problems.append(f"{name}: een kans is negatief of geen getal")
        elif np.abs(rows.sum(axis=1) - 1).max() > 1e-9:
            worst = int(np.abs(rows.sum(axis=1) - 1).argmax())
            problems.append(
                f"{name}: kansen van '{chain.states[worst]}' zijn samen {rows[worst].sum():.4f}; verwacht 1"
            )
    if not problems and np.abs(np.linalg.eigvals(chain.onward)).max() >= 1 - 1e-9:
        problems.append("bestaande woningen: een keten die hier komt eindigt nooit")
    if not (0 < chain.months < math.inf and 0 < chain.believed[0] <= chain.believed[1] and chain.stages >= 1):
        problems.append(f"wachttijd {chain.months} maanden in {chain.stages} stappen kan niet")
    if problems:
        raise ContractError("verhuisketen", problems, "een vacature gaat door of eindigt: de kansen zijn samen 1")
    return chain


def link_shares(chain: Chain, homes: Floats, links: int) -> Floats:
    """Homes freed by kind in links 1 to `links` of the chains that begin in new homes by kind. Shape [links, s]."""
    rows = [homes @ chain.first_onward]
    for _ in range(links - 1):
        rows.append(rows[-1] @ chain.onward)
    return np.stack(rows)


def multiplier(chain: Chain, homes: Floats) -> float:
    """Homes freed per new home, over the whole chain: homes' Q0 (I - Q)^-1 1 / homes' 1."""
    freed = np.linalg.solve(np.eye(len(chain.states)) - chain.onward, np.ones(len(chain.states)))
    return float(homes @ chain.first_onward @ freed / homes.sum())


def ceiling(chain: Chain, homes: Floats) -> float:
    """Homes freed per new home if the ratio of the second link to the first held for ever; never below the chain's own."""
    one, two = link_shares(chain, homes, 2).sum(axis=1)
    held = one * one / (one - two) / homes.sum() if two < one else math.inf
    return max(float(held), multiplier(chain, homes))


def share_done(links: int, months: float, stages: int, moments: Sequence[float]) -> Floats:
    """Share of chains' links 1 to `links` that are done at moments: Erlang of links x stages. Shape [links, moments]."""
    return _share_done(links, np.array([months]), stages, moments)[0]


def prepare(chain: Chain, rng: np.random.Generator, draws: int = 200) -> Prepared:
    """The chain with so many draws of its chances (a Dirichlet per row) and of its waiting time, per kind of new home."""
    check_chain(chain)
    first = _drawn(chain.first_onward, chain.first_ends, chain.first_seen, draws, rng)
    later = _drawn(chain.onward, chain.ends, chain.seen, draws, rng)
    size = len(chain.states)
    first_onward, first_ends = first[..., :size], first[..., size:]
    onward, ends = later[..., :size], later[..., size:]
    # first (I - later)^-1, solved from the right.
    turned = np.linalg.solve(np.eye(size) - onward.swapaxes(1, 2), first_onward.swapaxes(1, 2))
    freed: Floats = np.asarray(turned, dtype=np.float64).swapaxes(1, 2)
    goes_on = np.ones((draws + 1, size))
    by_link = np.empty((draws + 1, size, _FOLLOWED))
    for link in range(_FOLLOWED):
        by_link[..., link] = np.einsum("dij,dj->di", first_onward, goes_on)
        goes_on = np.einsum("dij,dj->di", onward, goes_on)
    months = np.concatenate([[chain.months], rng.uniform(*chain.believed, size=draws)])
    done = _share_done(_FOLLOWED, months, chain.stages, MOMENTS)
    return Prepared(chain, freed, by_link, first_ends + freed @ ends, done)


def homes_of(programme: Programme) -> Floats:
    """New homes of a programme by segment. Demolition, sale and renovation begin no chain here: the third tier has them."""
    homes = np.zeros(SEGMENTS)
    for step in programme.steps:
        if step.act == "bouwen":
            homes[segment(np.array(step.tenure), np.array(step.form), np.array(step.price))] += step.homes
    return homes


def ask(prepared: Prepared, homes: Floats) -> ChainAnswer:
    """What new homes of each kind set free, with intervals.

    Raises:  QuestionError when there are no new homes, or fewer than none of a kind.
    """
    homes = np.asarray(homes, dtype=np.float64)
    if homes.shape != (len(prepared.chain.states),) or not np.all(homes >= 0) or not 0 < homes.sum() < math.inf:
        raise QuestionError(
            "verhuisketen",
            f"{homes.sum():g} nieuwe woningen in {homes.size} soorten; verwacht {len(prepared.chain.states)} soorten, geen "
            "minder dan nul en samen ten minste een",
            "geef een programma dat woningen bouwt",
        )
    total = float(homes.sum())
    by_kind = np.einsum("s,dsk->dk", homes, prepared.freed)
    by_link = np.einsum("s,dsk->dk", homes, prepared.by_link)
    freed = by_kind.sum(axis=1)
    told = by_link[:, :TOLD_LINKS]
    links = np.concatenate([told, (freed - told.sum(axis=1))[:, None]], axis=1)
    ends = np.einsum("s,dse->de", homes, prepared.ends)
    within = np.einsum("dk,dkt->dt", by_link, prepared.done)
    return ChainAnswer(
        homes=total,
        freed=interval(freed),
        per_home=interval(freed / total),
        ceiling=ceiling(prepared.chain, homes),
        links=tuple(intervals(links)),
        ends=dict(zip(ENDS, intervals(ends), strict=True)),
        freed_by=dict(zip(prepared.chain.states, intervals(by_kind), strict=True)),
        within=dict(zip(MOMENTS, intervals(within), strict=True)),
    )


def interval(values: Floats) -> Interval:
    """Of the chain (first) and its draws (the rest)."""
    return intervals(values[:, None])[0]


def intervals(values: Floats) -> list[Interval]:
    """The same per column."""
    drawn = values[1:] if len(values) > 1 else values
    low, middle, high = np.percentile(drawn, (10, 50, 90), axis=0)
    return [
        Interval(*each) for each in zip(values[0].tolist(), low.tolist(), middle.tolist(), high.tolist(), strict=True)
    ]


def _drawn(onward: Floats, ends: Floats, seen: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Rows of chances, [1 + draws, s, s + e]: the given ones, then Dirichlet draws around them."""
    rows = np.concatenate([onward, ends], axis=1)
    weight = seen / seen.sum() if seen.sum() > 0 else np.full(len(seen), 1 / len(seen))
    alpha = rows * seen[:, None] + _PRIOR * (weight @ rows)
    gammas = np.zeros((draws, *rows.shape))
    possible = alpha > 0
    gammas[:, possible] = rng.standard_gamma(np.broadcast_to(alpha[possible], (draws, int(possible.sum()))))
    return np.concatenate([rows[None], gammas / gammas.sum(axis=2, keepdims=True)])


def _share_done(links: int, months: Floats, stages: int, moments: Sequence[float]) -> Floats:
    """Erlang shares, [draws, links, moments]: one minus the chance of fewer than links x stages events by then."""
    expected = stages * np.asarray(moments, dtype=np.float64)[None, :] / months[:, None]
    term = np.exp(-expected)
    below = np.zeros_like(term)
    shares = []
    for event in range(links * stages):
        below = below + term
        term = term * expected / (event + 1)
        if (event + 1) % stages == 0:
            shares.append(1 - below)
    return np.clip(np.stack(shares, axis=1), 0, 1)
