"""What a project improves, line by line, kept so that it can be held against what other projects improve there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.appraisal.appraising import Appraisal
from stadspeil.appraisal.discounting import worth_of_profile
from stadspeil.appraisal.effects import ceiling_of, given_ceilings
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.portfolio.problem import Bools
from stadspeil.appraisal.streams import Effect, Stream
from stadspeil.catalogue import Catalogue
from stadspeil.scores.marks import SIGNS


@dataclass(frozen=True)
class Gain:
    """What one line of a project improves: gained[s, n, y] = size[s] * at[n] * profile[y], of the package on its own.

    codes    N buurten where it is done        size   S draws, units of the indicator, 0 where a draw does harm
    at       N shares                          profile  H years since the project began
    given    the ceiling that its intervention gives, 0 where it gives none
    ceiling  N: the ceiling of each buurt where none is given; 0 where there is none
    weight   N shares of the whole of what is gained, by inhabitants; they add up to 1
    euros    S draws with H weights: amount * sum of weights is worth in the first year of the project what all of the line
             brings; empty where it counts in marks alone
    """

    indicator: str
    codes: tuple[str, ...]
    size: Floats
    at: Floats
    profile: Floats
    given: float
    ceiling: Floats
    weight: Floats
    euros: tuple[tuple[Floats, Floats], ...]


def gains_of(found: Appraisal, catalogue: Catalogue) -> tuple[Gain, ...]:
    """The gains of a weighed package, as the rule of saturation counts them: no label, no simulated homes, no harm."""
    lines: dict[tuple[str, str], list[Effect]] = {}
    for effect in found.effects:
        simulated = any(each.startswith("simulatie:") for each in effect.trace)
        if effect.part not in ("etiket", "uitstraling") and not simulated:
            lines.setdefault((effect.measure, effect.line), []).append(effect)
    return tuple(gain for key in sorted(lines) for gain in _of_line(lines[key], found, catalogue))


def _of_line(parts: Sequence[Effect], found: Appraisal, catalogue: Catalogue) -> Iterator[Gain]:
    """The gain of one line; nothing where it does not improve anything."""
    first = parts[0]
    sign = SIGNS.get(catalogue.indicators[first.indicator].direction, 0.0)
    # The parts of a line are done in the same buurten in the same measure; they differ elsewhere.
    size, at = sign * np.sum([each.size for each in parts], axis=0), first.at[first.home]
    if not (size > 0).any() or not at.any():
        return
    ground = found.ground
    people = np.nan_to_num(ground.counted["inwoner"][first.home]) * at
    share = people if people.sum() > 0 else at
    gap = ceiling_of(first.indicator, first.home, (), ground, catalogue.parameter("ceiling_least"))
    yield Gain(
        first.indicator, tuple(ground.codes[row] for row in first.home), np.maximum(size, 0.0), at, first.profile,
        max(given_ceilings(parts, catalogue), default=0.0), gap, share / share.sum(),
        tuple(_euros(first, size > 0, found, catalogue)),
    )  # fmt: skip


def _euros(first: Effect, better: Bools, found: Appraisal, catalogue: Catalogue) -> Iterator[tuple[Floats, Floats]]:
    """Benefits of a line, what reaches next door and what is displaced included, in the draws in which it improves."""
    if not first.unit_value:
        return
    once = catalogue.unit_value(first.unit_value).once
    by_weight: dict[bytes, tuple[Floats, Floats]] = {}
    for stream in found.streams:
        if stream.side == "baten" and (stream.measure, stream.line) == (first.measure, first.line):
            weight = _weights(stream, first.profile, once, found, catalogue)
            amount = np.where(better, stream.amount, 0.0)
            before = by_weight.get(weight.tobytes())
            by_weight[weight.tobytes()] = (amount if before is None else before[0] + amount, weight)
    yield from by_weight.values()


def _weights(stream: Stream, profile: Floats, once: bool, found: Appraisal, catalogue: Catalogue) -> Floats:
    """H: what a euro of a stream's amount in each year is worth in the first; what counts once, by change, counts for every
    year the price of holding it one year more."""
    always = dataclasses.replace(stream, profile=np.ones_like(stream.profile))
    factors = worth_of_profile(always, found.frame, catalogue)
    if once:
        factors = factors - np.append(factors[1:], 0.0)
    weights: Floats = profile * factors
    return weights
