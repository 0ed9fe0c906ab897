"""What an answer hangs on: shares of the spread (Sobol), and how far an input must move before the answer turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from stadspeil.appraisal.discounting import Scheme, growth_factors, present_value
from stadspeil.appraisal.frame import Floats, Frame
from stadspeil.appraisal.outcome import in_order
from stadspeil.appraisal.streams import Stream
from stadspeil.catalogue import Catalogue
from stadspeil.errors import ContractError

Model = Callable[[Floats], Floats]
MOST, BASE = 30, 4096


@dataclass(frozen=True)
class Influence:
    """An input's share of the variance of the answer: by itself (first), and with what it does together with others."""

    name: str
    first: float
    total: float


@dataclass(frozen=True)
class Switch:
    """How an input must change before the expected worth is nothing.

    worth   expected worth now of the lines in which it is a factor
    times   it must become so many times as large; below 0: no size of it turns the answer
    used    its mean now, in its own unit (input_units.py)
    """

    name: str
    worth: float
    times: float
    used: float

    @property
    def turning(self) -> float | None:
        """The value at which the answer is nothing; none where no size of it turns the answer."""
        return self.used * self.times if self.times >= 0 else None


def sobol(model: Model, names: Sequence[str], seed: int, base: int = BASE) -> list[Influence]:
    """Sobol indices of a model over inputs between 0 and 1, largest total first.

    The model takes inputs (D x n) and gives n answers. `base`: a power of two; the model is asked (D + 2) base times.
    Source:  Saltelli e.a. 2010, as in scipy.stats.sobol_indices.
    """
    if len(names) == 1:
        # scipy cannot do with one input; whatever spread there is, is its.
        whole = float(np.ptp(model(np.linspace(0.01, 0.99, 99)[None, :])) > 0)
        return [Influence(names[0], whole, whole)]
    found = scipy.stats.sobol_indices(
        func=lambda given: model(given)[None, :], n=base, dists=[scipy.stats.uniform()] * len(names), rng=seed
    )
    first, total = (np.atleast_1d(np.squeeze(each)) for each in (found.first_order, found.total_order))
    told = [Influence(*each) for each in zip(names, first.tolist(), total.tolist(), strict=True)]
    return sorted(told, key=lambda each: -each.total)


def draws_of(streams: Sequence[Stream]) -> dict[str, Floats]:
    """Every draw that euros are products of, once, by its name.

    Raises:  ContractError where two streams give one name to different draws: one of them would stand for both.
    """
    found: dict[str, Floats] = {}
    for stream in streams:
        if stream.side == "overdracht":
            continue
        for name, draws in _factors(stream).items():
            if not np.array_equal(found.setdefault(name, draws), draws):
                raise ContractError(
                    f"geldstroom {stream.measure}/{stream.line}",
                    f"trekking '{name}' heeft hier andere getallen dan in een andere geldstroom",
                    "geef elke trekking een eigen naam",
                )
    return found


def _factors(stream: Stream) -> Mapping[str, Floats]:
    """The draws of a stream; one without stands by itself."""
    return stream.drawn or {"/".join(filter(None, (stream.measure, stream.line, stream.area))): stream.amount}


def sobol_of(
    streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, base: int = BASE, most: int = MOST
) -> list[Influence]:
    """Sobol indices of the worth of a package over the draws that its streams are products of.

    The `most` inputs with the largest spread are varied, the rest stays at its mean. Draws that go by different names are
    independent; that is what makes the shares add up.
    """
    model, names = _model_of(streams, frame, catalogue, most)
    return sobol(model, names, frame.seed, base) if names else []


def _model_of(streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, most: int) -> tuple[Model, list[str]]:
    """The worth of a package as a function of the levels of its inputs, and their names.

    Each stream is its draws times a constant; where a ceiling binds, the constant that comes nearest (least squares).
    """
    terms: list[tuple[float, tuple[str, ...]]] = []
    draws = draws_of(streams)
    spreads: dict[str, Floats] = {}
    for stream in in_order(streams):
        if stream.side == "overdracht":
            continue
        worth = (1.0 if stream.side == "baten" else -1.0) * present_value(stream, frame, catalogue)
        factors = _factors(stream)
        product = np.prod(list(factors.values()), axis=0)
        if not np.any(product):
            continue
        terms.append((float(worth @ product / (product @ product)), tuple(factors)))
        for name in factors:
            spreads[name] = spreads.get(name, np.zeros(frame.draws)) + worth
    widest = sorted(
        (name for name in spreads if np.ptp(draws[name]) > 0), key=lambda name: (-float(spreads[name].std()), name)
    )
    names = widest[:most]
    ordered = {name: np.sort(draws[name]) for name in names}
    middles = (np.arange(frame.draws) + 0.5) / frame.draws

    def model(levels: Floats) -> Floats:
        values: dict[str, Floats | float] = {name: float(each.mean()) for name, each in draws.items()}
        values |= {name: np.interp(level, middles, ordered[name]) for name, level in zip(names, levels, strict=True)}
        answer = np.zeros(levels.shape[1])
        for constant, factors in terms:
            term: Floats | float = constant
            for name in factors:
                term = term * values[name]
            answer += term
        return answer

    return model, names


def switching_values(
    streams: Sequence[Stream], frame: Frame, catalogue: Catalogue, scheme: Scheme = "nl"
) -> list[Switch]:
    """For every draw that lines are products of: x* = x (1 - worth of all / worth of lines with x), the nearest first.

    All lines with x move along, in whatever measure they stand; a ceiling takes off the same share as it does now.
    """
    total = 0.0
    by_name: dict[str, float] = {}
    used = {name: float(draws.mean()) for name, draws in draws_of(streams).items()}
    for stream in in_order(streams):
        if stream.side == "overdracht":
            continue
        worth = float(present_value(stream, frame, catalogue, scheme).mean()) * (
            1.0 if stream.side == "baten" else -1.0
        )
        total += worth
        for name in _factors(stream):
            by_name[name] = by_name.get(name, 0.0) + worth
    found = [Switch(name, worth, 1.0 - total / worth, used[name]) for name, worth in by_name.items() if worth]
    return sorted(found, key=lambda each: (abs(each.times - 1.0), each.name))


def turning_point(worth: Callable[[float], float], low: float, high: float) -> float | None:
    """Where an answer that is not linear in an input becomes nothing, between two values; none where it does not turn."""
    at_low, at_high = worth(low), worth(high)
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    return None if (at_low > 0) == (at_high > 0) else float(scipy.optimize.brentq(worth, low, high, xtol=1e-12))


def turning_rate(streams: Sequence[Stream], frame: Frame, catalogue: Catalogue) -> float | None:
    """The one discount rate at which the expected worth is nothing, between -5 and 50 percent; none where there is none."""
    ends = int(catalogue.parameter("growth_ends"))
    yearly = np.zeros(frame.years)
    for stream in in_order(streams):
        if stream.side != "overdracht":
            sign = 1.0 if stream.side == "baten" else -1.0
            yearly += (
                sign * float(stream.amount.mean()) * stream.profile * growth_factors(stream.growth, frame.years, ends)
            )
    years = np.arange(frame.years)
    return turning_point(lambda rate: float((yearly * (1.0 + rate) ** -years).sum()), -0.05, 0.5)
