"""Programmes that no other programme beats on all counts, within what a town allows: a trade-off, not an answer.

Many mixes are strewn over what is allowed and judged by a surrogate (tier 0, tier 1, or per criterion the better one);
around those that none beats new ones are tried; a handful that shows the reach is confirmed by the third tier where a way
to run it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.contracts import Contract, check
from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import SEGMENTS, segment_name
from stadspeil.simulation.distinguishing import DISTINCTIONS, Row, distinctions
from stadspeil.simulation.dominance import front, spread_out
from stadspeil.simulation.flow_surrogate import FLOWS
from stadspeil.simulation.judging import Judge
from stadspeil.simulation.misfit import Misfit
from stadspeil.simulation.mixes import Limits, Mixes, changed, programme_of_mix, sampled
from stadspeil.simulation.programme import Programme
from stadspeil.simulation.surrogate import CHAINS, CRITERIA

Floats = NDArray[np.float64]
# Per criterion one figure per pair of runs: with the programme less without. The same seeds for every programme.
Confirm = Callable[[Programme], Mapping[str, Floats]]
Progress = Callable[[str, int, int], None] | None

SIMULATED = "microsimulatie"
# Tiers that judge before the third confirms.
SURROGATES = (CHAINS, FLOWS)

OPTIONS = Contract(
    name="options",
    row="homes of one kind on one site in one programme that no other beats on all counts",
    key=("option", "site", "tenure", "form", "price"),
    columns={
        "option": pl.String, "site": pl.String, "buurt": pl.String, "tenure": pl.String, "form": pl.String,
        "price": pl.String, "homes": pl.Int32, "shown": pl.Boolean,
    },
    required=("option", "site", "buurt", "tenure", "form", "price", "homes", "shown"),
)  # fmt: skip

TRADE_OFFS = Contract(
    name="trade_offs",
    row="one criterion of one programme of the front, as one tier sees it; higher is better on each",
    key=("option", "criterion", "tier"),
    columns={
        "option": pl.String, "criterion": pl.String, "tier": pl.String, "mean": pl.Float64, "low": pl.Float64,
        "middle": pl.Float64, "high": pl.Float64, "draws": pl.Int32, "shown": pl.Boolean, "beaten": pl.Boolean,
    },
    required=("option", "criterion", "tier", "draws", "shown", "beaten"),
)  # fmt: skip


@dataclass(frozen=True)
class Effort:
    """How hard to look: mixes strewn, rounds of trying around the front, mixes per round; how many of the front to tell,
    spread over its reach, and how many of those to confirm."""

    strewn: int = 300
    rounds: int = 4
    tried: int = 200
    told: int = 40
    confirmed: int = 6


@dataclass(frozen=True)
class Balance:
    """The front, as far as it is told. `options`, `trade_offs` and `distinctions` keep their contracts; `programmes` are the
    handful that shows its reach.

    misfit  what intervals of the surrogates hold of what these leave out; none where it was not laid over them
    tried  mixes judged      unbeaten  mixes of the front, told or not      remarks  sentences for who reads it
    """

    options: pl.DataFrame
    trade_offs: pl.DataFrame
    distinctions: pl.DataFrame
    programmes: tuple[Programme, ...]
    tried: int
    unbeaten: int
    remarks: tuple[str, ...]
    misfit: Misfit | None = None


def balanced(
    limits: Limits,
    judge: Judge,
    rng: np.random.Generator,
    *,
    effort: Effort | None = None,
    confirm: Confirm | None = None,
    progress: Progress = None,
    misfit: Misfit | None = None,
    learns: bool = True,
) -> Balance:
    """Search. Equal inputs and generator give equal answers.

    misfit  of the surrogates: the search goes by what they say, what is told holds what they leave out as well
    learns  whether runs say how far the surrogates are off here; not where they know nobody outside the town

    Raises:  QuestionError when limits cannot be met or a site lies in a buurt that the town does not have.
    """
    effort = effort or Effort()
    sites = _rows_of(limits, judge)
    mixes = sampled(limits, effort.strewn, rng)
    tried = len(mixes.site)
    scores = judge.scores(mixes.homes(limits), sites)
    for turn in range(effort.rounds):
        inside = front(scores)
        mixes, scores = mixes.chosen(inside), scores[inside]
        if progress is not None:
            progress("mixen wegen", turn, effort.rounds)
        near = changed(limits, mixes, effort.tried, rng)
        before = len(mixes.site)
        more = mixes.joined(near)
        fresh = more.chosen(np.arange(before, len(more.site)))
        tried += len(fresh.site)
        if len(fresh.site):
            scores = np.concatenate([scores, judge.scores(fresh.homes(limits), sites)])
            mixes = more
    inside = front(scores)
    mixes, scores = mixes.chosen(inside), scores[inside]
    return _told(limits, mixes, scores, judge, effort, _Telling(confirm, tried, misfit, learns, rng))


@dataclass(frozen=True)
class _Telling:
    """What telling takes besides the front itself; fields as arguments of `balanced`."""

    confirm: Confirm | None
    tried: int
    misfit: Misfit | None
    learns: bool
    rng: np.random.Generator


def _told(limits: Limits, mixes: Mixes, scores: Floats, judge: Judge, effort: Effort, telling: _Telling) -> Balance:
    """Tables of the front, and what the third tier says of a handful."""
    unbeaten = len(scores)
    told = np.sort(spread_out(scores, np.ones(unbeaten, dtype=bool), effort.told))
    mixes, scores = mixes.chosen(told), scores[told]
    order = np.argsort(-scores.mean(axis=1)[:, 0], kind="stable")
    mixes, scores = mixes.chosen(order), scores[order]
    names = [f"m{number + 1:03d}" for number in range(len(scores))]
    shown = sorted(spread_out(scores, np.ones(len(scores), dtype=bool), effort.confirmed))
    programmes = tuple(programme_of_mix(limits, mixes, row, names[row]) for row in shown)
    remarks = [
        f"{telling.tried} mixen gewogen; {unbeaten} worden door geen andere op alle punten verslagen"
        + (f", {len(scores)} daarvan staan in de tabel, zo ver mogelijk uiteen" if len(scores) < unbeaten else "")
        + ". Dat is een afweging en geen advies: wie een punt zwaarder laat wegen, kiest een andere."
    ]
    tiers, misfit = [judge.tiers[each] for each in CRITERIA], telling.misfit
    rows: list[tuple[str | float | int | bool, ...]] = []
    differing: list[Row] = []
    if telling.confirm is not None:
        found = [telling.confirm(each) for each in programmes]
        simulated = np.stack([np.stack([each[name] for name in CRITERIA], axis=1) for each in found])
        beaten = {each for each, keeps in enumerate(front(simulated)) if not keeps}
        runs, ids = [SIMULATED] * len(CRITERIA), [each.id for each in programmes]
        rows += _rows(ids, simulated, runs, set(range(len(programmes))), beaten)
        differing += distinctions(ids, simulated, runs, few_runs=True)
        judged = judge.by_tier(mixes.chosen(np.array(shown)).homes(limits), _rows_of(limits, judge))
        remarks.append(_agreement(simulated, judged, len(beaten)))
        misfit = misfit.learned(scores[shown], simulated) if misfit is not None and telling.learns else misfit
    else:
        remarks.append(
            f"alleen met {' en '.join(sorted(set(tiers)))} gerekend; de microsimulatie heeft niets bevestigd"
        )
    scores = scores if misfit is None else misfit.laid_over(scores, telling.rng)
    rows = _rows(names, scores, tiers, set(shown), set()) + rows
    differing = [*distinctions(names, scores, tiers, few_runs=False), *differing]
    trade_offs = check(pl.DataFrame(rows, schema=dict(TRADE_OFFS.columns), orient="row"), TRADE_OFFS, "de afweging")
    apart = check(pl.DataFrame(differing, schema=dict(DISTINCTIONS.columns), orient="row"), DISTINCTIONS, "de afweging")
    return Balance(
        _options(limits, mixes, names, set(shown)), trade_offs, apart, programmes, telling.tried, unbeaten, tuple(remarks), misfit
    )  # fmt: skip


def _rows(
    names: list[str], scores: Floats, tiers: Sequence[str], shown: set[int], beaten: set[int]
) -> list[tuple[str | float | int | bool, ...]]:
    low, middle, high = np.percentile(scores, (10, 50, 90), axis=1)
    mean = scores.mean(axis=1)
    return [
        (name, criterion, tiers[at], float(mean[row, at]), float(low[row, at]), float(middle[row, at]), float(high[row, at]),
         scores.shape[1], row in shown, row in beaten)
        for row, name in enumerate(names)
        for at, criterion in enumerate(CRITERIA)
    ]  # fmt: skip


def _options(limits: Limits, mixes: Mixes, names: list[str], shown: set[int]) -> pl.DataFrame:
    homes = mixes.homes(limits)
    rows = [
        (name, site.id, site.buurt, *segment_name(kind), int(homes[row, at, kind]), row in shown)
        for row, name in enumerate(names)
        for at, site in enumerate(limits.sites)
        for kind in range(SEGMENTS)
        if homes[row, at, kind]
    ]
    return check(pl.DataFrame(rows, schema=dict(OPTIONS.columns), orient="row"), OPTIONS, "de afweging")


def _agreement(simulated: Floats, judged: Mapping[str, Floats], beaten: int) -> str:
    """How far the third tier puts the handful in the same order as each surrogate, per criterion."""
    told = "; met ".join(f"{tier}: {', '.join(_in_order(simulated, scores))}" for tier, scores in judged.items())
    return (
        f"de microsimulatie rekende {len(simulated)} mixen na; {beaten} daarvan {'wordt' if beaten == 1 else 'worden'} dan toch door een andere verslagen. "
        f"Rangcorrelatie daarvan met {told}"
    )


def _in_order(simulated: Floats, judged: Floats) -> Iterator[str]:
    for at, criterion in enumerate(CRITERIA):
        sides = [each.mean(axis=1)[:, at] for each in (simulated, judged)]
        if min(np.ptp(each) for each in sides) == 0:
            yield f"{criterion} niet te zeggen"
            continue
        ranks = [np.argsort(np.argsort(each)) for each in sides]
        yield f"{criterion} {float(np.corrcoef(ranks[0], ranks[1])[0, 1]):.2f}".replace(".", ",")


def _rows_of(limits: Limits, judge: Judge) -> NDArray[np.intp]:
    known = {code: row for row, code in enumerate(judge.town.codes)}
    unknown = [site for site in limits.sites if site.buurt not in known]
    if unknown:
        raise QuestionError(
            f"locaties in {limits.town}",
            [f"locatie '{site.id}': buurt {site.buurt} hoort niet bij de gemeente" for site in unknown],
            "zie 'stadspeil list areas' voor codes van buurten",
        )
    return np.array([known[site.buurt] for site in limits.sites], dtype=np.intp)
