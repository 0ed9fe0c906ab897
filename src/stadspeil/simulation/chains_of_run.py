"""Chains of vacancies as a run of the third tier left them: counted, and turned into chances for the first tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import ContractError, QuestionError
from stadspeil.simulation.classes import segment
from stadspeil.simulation.run import ENDINGS, MOVED_ON, NEW_HOME, STILL_EMPTY, Run
from stadspeil.simulation.vacancy_chain import (
    MOMENTS,
    STATES,
    Chain,
    Floats,
    check_chain,
    link_shares,
    multiplier,
    share_done,
)
from stadspeil.simulation.world import NEVER

StillEmpty = Literal["ending", "left_out"]
Roots = Literal["all", "new"]
# Links that are followed in time; what is left after so many is far below a thousandth.
_LINKS = 40
_ENDS = [code for code in range(len(ENDINGS)) if code != MOVED_ON]


@dataclass(frozen=True)
class TracedChains:
    """Vacancies of a run by state: `next` is the state that the household which filled it freed, -1 where it freed none."""

    states: tuple[str, ...]
    state: NDArray[np.intp]
    next: NDArray[np.intp]
    ending: NDArray[np.uint8]
    root: NDArray[np.int32]
    new: NDArray[np.bool_]
    waited: Floats

    def new_homes(self) -> Floats:
        """New homes by state."""
        return np.bincount(self.state[self.new], minlength=len(self.states)).astype(np.float64)

    def from_new(self) -> NDArray[np.bool_]:
        """Vacancies of chains that begin in a new home."""
        return np.isin(self.root, self.root[self.new])

    def multiplier(self) -> float:
        """Homes freed per new home in chains that begin in one, as counted."""
        from_new = np.flatnonzero(self.new)
        if not len(from_new):
            raise QuestionError(
                "verhuisketens van een run", "er is geen nieuwe woning in", "geef een run met een programma"
            )
        return float(np.count_nonzero(self.from_new()) / len(from_new) - 1)


def traced_chains(
    run: Run, area_class: NDArray[np.integer] | None = None, class_names: tuple[str, ...] = ()
) -> TracedChains:
    """Every vacancy of a run with what came after it. `area_class` (one code per buurt) splits the segments further.

    Raises:  ContractError when a vacancy handed itself on and the next is not there, or one did not and it is.
    """
    found, homes = run.vacancies, run.end.dwellings
    home = found.home
    state = segment(homes.tenure[home], homes.form[home], homes.price[home]).astype(np.intp)
    states = STATES
    if area_class is not None:
        state = state * len(class_names) + np.asarray(area_class)[homes.buurt[home]]
        states = tuple(f"{name}, {each}" for name in STATES for each in class_names)
    # A chain has one vacancy per link, so root and link name it.
    width = int(found.link.max(initial=0)) + 2
    keys = found.root.astype(np.int64) * width + found.link
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys, keys + 1, sorter=order)
    after = order[np.minimum(place, len(order) - 1)] if len(order) else order
    follows = keys[after] == keys + 1 if len(order) else np.zeros(0, bool)
    moved_on = found.ending == MOVED_ON
    if len(np.unique(keys)) != len(keys) or np.any(follows != moved_on):
        raise ContractError(
            "verhuisketens van een run",
            f"{int(np.count_nonzero(follows != moved_on))} vacatures die doorgaan zonder vervolg of andersom, "
            f"{len(keys) - len(np.unique(keys))} dubbele schakels",
            "dit is een fout in het programma; meld het",
        )
    closed = (found.closed < NEVER) & (found.ending != STILL_EMPTY)
    waited = np.where(closed, found.closed.astype(np.float64) - found.opened, np.nan)
    new = (found.link == 0) & (found.cause == NEW_HOME)
    return TracedChains(states, state, np.where(moved_on, state[after], -1), found.ending, found.root, new, waited)


def chain_from_run(
    run: Run,
    *,
    area_class: NDArray[np.integer] | None = None,
    class_names: tuple[str, ...] = (),
    still_empty: StillEmpty = "left_out",
    roots: Roots = "all",
) -> Chain:
    """Chances as a run shows them.

    `still_empty`: left out, the chances are those of chains that ran to their end. As an ending, chains are cut where the
    run stops: those that began in its last months (deaths do, new homes seldom) make all of them look shorter, by 4 % in
    a run of seven years.
    `roots`: all chains, or those that begin in new homes. The latter give back that run's own count by algebra, and other
    runs' worse: they are fewer. A kind without vacancies gets the chances of all together.
    Raises:  QuestionError when the run has no such vacancies.
    """
    traced = traced_chains(run, area_class, class_names)
    kept = np.ones(len(traced.state), bool) if still_empty == "ending" else traced.ending != STILL_EMPTY
    if roots == "new":
        kept = kept & traced.from_new()
    if not np.any(kept & ~traced.new):
        raise QuestionError(
            "verhuisketens van een run", "er kwam geen woning vrij", "neem een run van meer maanden, of alle ketens"
        )
    onward, ends, seen = _chances(traced, kept & ~traced.new)
    first_onward, first_ends, first_seen = _chances(traced, kept & traced.new)
    unseen = first_seen == 0
    first_onward[unseen], first_ends[unseen] = onward[unseen], ends[unseen]
    waited = traced.waited[np.isfinite(traced.waited)]
    months = max(float(waited.mean()) if len(waited) else 1.0, 0.5)
    error = float(waited.std() / np.sqrt(len(waited))) if len(waited) > 1 else months / 2
    stages = int(np.clip(np.rint(months**2 / max(float(waited.var()), 0.05)) if len(waited) > 1 else 1, 1, 8))
    return check_chain(
        Chain(
            states=traced.states, first_onward=first_onward, first_ends=first_ends, onward=onward, ends=ends,
            first_seen=first_seen, seen=seen, months=months, stages=stages,
            believed=(max(months - 1.28 * error, 0.25), months + 1.28 * error),
            sources=(f"run met toevalsgetal {run.seed}, {run.months} maanden",),
        )
    )  # fmt: skip


def first_tier(run: Run) -> NDArray[np.float64]:
    """Of one run: homes freed per new home as traced and by algebra, months a link takes, and the share of what comes free
    that is free at each of MOMENTS after delivery. NaN in all where a run frees or builds no home."""
    traced = traced_chains(run)
    try:
        counted, chain = traced.multiplier(), chain_from_run(run)
    except (QuestionError, ContractError):
        # Too few vacancies to tell: none is new, or none of a kind ended.
        return np.full(3 + len(MOMENTS), np.nan)
    homes = traced.new_homes()
    return np.array([counted, multiplier(chain, homes), chain.months, *_done(chain, homes)])


def _chances(traced: TracedChains, rows: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Shares of the chosen vacancies by what came after them, and how many there are of each kind."""
    size = len(traced.states)
    state, after, ending = traced.state[rows], traced.next[rows], traced.ending[rows]
    goes_on = after >= 0
    onward = np.bincount(state[goes_on] * size + after[goes_on], minlength=size * size).reshape(size, size)
    ends = np.bincount(state * len(ENDINGS) + ending, minlength=size * len(ENDINGS)).reshape(size, -1)[:, _ENDS]
    seen = np.bincount(state, minlength=size).astype(np.float64)
    together = max(float(seen.sum()), 1.0)
    none = seen == 0
    shares = [
        np.where(none[:, None], counts.sum(axis=0) / together, counts / np.maximum(seen, 1)[:, None])
        for counts in (onward.astype(np.float64), ends.astype(np.float64))
    ]
    return shares[0], shares[1], seen


def _done(chain: Chain, homes: Floats) -> Floats:
    """Share of all homes that chains free that is free so many months after delivery, at MOMENTS."""
    links = link_shares(chain, homes, _LINKS).sum(axis=1)
    done = share_done(_LINKS, chain.months, chain.stages, MOMENTS)
    return np.asarray(links @ done / max(float(links.sum()), 1e-12))
