"""When does it go wrong: a box of inputs in which the cases that we ask for lie close together (PRIM), said in Dutch.

A box is peeled slice by slice from the side where most is gained, the best one on the way is taken, its limits are let out
where that costs nothing, and limits that chance can explain are dropped. What is told was counted on the half of the draws
that the box was not made from; a box that does not hold there is not told at all.
Source:  Friedman and Fisher 1999; Bryant and Lempert 2010.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from stadspeil.amounts import number, rough
from stadspeil.appraisal.frame import Floats
from stadspeil.errors import ContractError

Flags = NDArray[np.bool_]
SLICE, SMALLEST, LIFT, SURE = 0.05, 0.05, 1.5, 0.01


@dataclass(frozen=True)
class Box:
    """Limits by input (-inf or inf: none), and how it does on the draws that it was not made from.

    density   share of cases in the box that are what we ask for      base  the same over all draws
    coverage  share of what we ask for that lies in the box           support  share of all draws in the box
    """

    limits: Mapping[str, tuple[float, float]]
    density: float
    coverage: float
    support: float
    base: float


@dataclass(frozen=True)
class Words:
    """How an input is called, in what unit and with how many decimals: 'de discontovoet', '%', 1; none: as an estimate."""

    title: str
    unit: str = ""
    decimals: int | None = None


def find_box(inputs: Mapping[str, Floats], asked: Flags, source: np.random.Generator) -> Box | None:
    """The box in which what is asked for lies closest together; none where chance explains it.

    Shape:   S numbers per input; asked S.
    Raises:  ContractError where lengths differ or an input holds no number.
    """
    names = sorted(inputs)
    problems = [
        f"'{name}' heeft {len(inputs[name])} waarden; verwacht {len(asked)}"
        for name in names
        if len(inputs[name]) != len(asked)
    ]
    problems += [
        f"'{name}' heeft een waarde die geen getal is" for name in names if not np.isfinite(inputs[name]).all()
    ]
    if problems or not names:
        raise ContractError(
            "gebied van gevallen", problems or "er zijn geen oorzaken gegeven", "geef elke trekking een getal"
        )
    table = np.column_stack([inputs[name] for name in names])
    order = source.permutation(len(asked))
    making, holding = np.array_split(order, 2)
    if not asked[making].any() or asked[making].all():
        return None
    low, high = _best_peel(table[making], asked[making])
    low, high = _paste(table[making], asked[making], low, high)
    low, high = _without_chance(table[making], asked[making], low, high)
    return _held(names, low, high, table[holding], asked[holding])


def sentence(box: Box | None, words: Mapping[str, Words], what: str = "tegenvallende gevallen") -> str:
    """A box in one sentence of Dutch."""
    if box is None:
        return f"De {what} liggen verspreid: geen van de bekeken oorzaken brengt ze bij elkaar."
    parts = [_limit(words.get(name, Words(name)), *limits) for name, limits in sorted(box.limits.items())]
    head = f"Van de {what} ligt {100 * box.coverage:.0f}% bij {' en bij '.join(parts)}"
    tail = f"daar hoort {100 * box.density:.0f}% van de trekkingen bij de {what}, tegen {100 * box.base:.0f}% van alle trekkingen"
    return f"{head}; {tail}."


def _limit(words: Words, low: float, high: float) -> str:
    def said(value: float) -> str:
        digits = rough(value) if words.decimals is None else number(value, words.decimals)
        return f"{digits} {words.unit}".strip()

    if np.isinf(low):
        return f"{words.title} onder {said(high)}"
    if np.isinf(high):
        return f"{words.title} boven {said(low)}"
    return f"{words.title} tussen {said(low)} en {said(high)}"


def _inside(table: Floats, low: Floats, high: Floats) -> Flags:
    return np.asarray(((table >= low) & (table <= high)).all(axis=1), dtype=np.bool_)


def _score(table: Floats, asked: Flags, low: Floats, high: Floats) -> float:
    """Harmonic mean of density and coverage."""
    inside = _inside(table, low, high)
    hits = int(asked[inside].sum())
    return 2.0 * hits / (int(inside.sum()) + int(asked.sum())) if hits else 0.0


def _best_peel(table: Floats, asked: Flags) -> tuple[Floats, Floats]:
    """The best box on the way from all draws to the smallest."""
    count = table.shape[1]
    low, high = np.full(count, -np.inf), np.full(count, np.inf)
    best, best_score = (low, high), _score(table, asked, low, high)
    while True:
        step = _peel(table, asked, low, high)
        if step is None:
            return best
        low, high = step
        score = _score(table, asked, low, high)
        if score > best_score:
            best, best_score = (low, high), score


def _peel(table: Floats, asked: Flags, low: Floats, high: Floats) -> tuple[Floats, Floats] | None:
    """The box less the slice whose loss leaves the densest box; none where it would become too small."""
    inside = _inside(table, low, high)
    rows, hits = table[inside], asked[inside]
    found: tuple[float, float, int, bool, float] | None = None
    for column in range(table.shape[1]):
        edges = np.quantile(rows[:, column], (SLICE, 1.0 - SLICE))
        for upper, edge in ((False, edges[0]), (True, edges[1])):
            left = rows[:, column] < edge if upper else rows[:, column] > edge
            if SMALLEST * len(asked) <= left.sum() < len(rows):
                candidate = (float(hits[left].mean()), float(left.sum()), column, upper, float(edge))
                found = candidate if found is None or candidate[:2] > found[:2] else found
    if found is None:
        return None
    _, _, column, upper, edge = found
    low, high = low.copy(), high.copy()
    values = rows[:, column]
    if upper:
        high[column] = values[values < edge].max()
    else:
        low[column] = values[values > edge].min()
    return low, high


def _paste(table: Floats, asked: Flags, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The box with its limits let out, slice by slice, for as long as the score does not fall."""
    improving = True
    while improving:
        improving = False
        for column in range(table.shape[1]):
            for side in (0, 1):
                wider = (low.copy(), high.copy())
                wider[side][column] = _further(table, low, high, column, side)
                if wider[side][column] != (low, high)[side][column] and _score(table, asked, *wider) > _score(
                    table, asked, low, high
                ):
                    low, high = wider
                    improving = True
    return low, high


def _further(table: Floats, low: Floats, high: Floats, column: int, side: int) -> float:
    """The limit one slice further out; no limit at all where nothing lies beyond."""
    limit = (low, high)[side][column]
    open_low, open_high = low.copy(), high.copy()
    (open_low, open_high)[side][column] = (-np.inf, np.inf)[side]
    values = table[_inside(table, open_low, open_high), column]
    beyond = np.sort(values[values > limit] if side else values[values < limit])
    size = max(1, round(SLICE * int(_inside(table, low, high).sum())))
    if len(beyond) <= size:
        return (-np.inf, np.inf)[side]
    return float(beyond[size - 1] if side else beyond[-size])


def _without_chance(table: Floats, asked: Flags, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The box without limits that chance can explain: the box is no denser for them, as a binomial count."""
    for column in range(table.shape[1]):
        if np.isinf(low[column]) and np.isinf(high[column]):
            continue
        wider = (low.copy(), high.copy())
        wider[0][column], wider[1][column] = -np.inf, np.inf
        inside = _inside(table, low, high)
        share = float(asked[_inside(table, *wider)].mean())
        if (
            scipy.stats.binomtest(int(asked[inside].sum()), int(inside.sum()), share, alternative="greater").pvalue
            > SURE
        ):
            low, high = wider
    return low, high


def _held(names: Sequence[str], low: Floats, high: Floats, table: Floats, asked: Flags) -> Box | None:
    """The box with its figures on other draws; none where it does not hold there."""
    inside = _inside(table, low, high)
    hits, base = int(asked[inside].sum()), float(asked.mean())
    if not inside.any() or not 0 < base < 1 or (np.isinf(low).all() and np.isinf(high).all()):
        return None
    density = hits / int(inside.sum())
    sure = scipy.stats.binomtest(hits, int(inside.sum()), base, alternative="greater").pvalue < SURE
    if not sure or density < LIFT * base:
        return None
    limits = {
        name: (float(low[column]), float(high[column]))
        for column, name in enumerate(names)
        if np.isfinite(low[column]) or np.isfinite(high[column])
    }
    return Box(limits, density, hits / int(asked.sum()), float(inside.mean()), base)
