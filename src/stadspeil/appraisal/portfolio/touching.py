"""Projects that act on the same buurt and indicator in the same years: together they bring less than each alone.

The rule is that of measures in a package (`effects.together_of`): together = ceiling * (1 - prod(1 - each / ceiling)), a
year at a time, each as strong as it is in that year. What is lost is divided by what each project adds at a random place
in the order of all: of two each bears half. That division does not hang on the order, and adds up to the whole.

For a choice of projects the loss is told pair by pair. Pairs add up to at least what is lost by all (Bonferroni), project
by project: a plan is never worth less than what pairs tell, and never more than the plain sum.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.appraisal.effects import together_of
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.portfolio.gains import Gain
from stadspeil.appraisal.portfolio.problem import Ints, Loss

# Pairs that lose so little that all of them together stay under this share of what all projects bring are not weighed.
NEGLIGIBLE = 0.001
Gains = Sequence[Sequence[Gain]]


@dataclass(frozen=True)
class Pair:
    """Two projects that touch: what they lose by their years of start (T x T, expected euro in the agenda's first year),
    and on which indicators and in which buurten they meet."""

    one: int
    other: int
    euro: Floats
    indicators: tuple[str, ...]
    codes: tuple[str, ...]

    def lost(self, starts: Ints) -> float:
        """What the pair loses in a plan; 0 where not both are done."""
        mine, theirs = starts[self.one], starts[self.other]
        return float(self.euro[mine, theirs]) if mine >= 0 and theirs >= 0 else 0.0


@dataclass(frozen=True)
class _Meeting:
    """One indicator: who improves it, and the buurten in which two or more do so, with the ceiling of each."""

    who: dict[int, list[Gain]]
    places: dict[str, int]
    ceiling: Floats


def pairs_of(gains: Gains, years: int, rate: float) -> list[Pair]:
    """All pairs of projects that lose something together; `gains` by project, `years` the horizon of the agenda."""
    lost: dict[tuple[int, int], Floats] = {}
    where: dict[tuple[int, int], tuple[set[str], set[str]]] = {}
    for indicator, meeting in _meetings(gains).items():
        for (mine, other), found in _lost_by(meeting, years).items():
            lost[mine, other] = lost.get((mine, other), 0.0) + found
            names = where.setdefault((min(mine, other), max(mine, other)), (set(), set()))
            if found.any():
                names[0].add(indicator)
                names[1].update(_shared(meeting, mine, other))
    later = (1.0 + rate) ** -np.arange(years)
    apart = np.subtract.outer(np.arange(years), np.arange(years)) + years - 1
    pairs = []
    for one, other in sorted(where):
        euro = later[:, None] * lost[one, other][apart] + later[None, :] * lost[other, one][apart.T]
        if euro.max() > 0:
            indicators, codes = where[one, other]
            pairs.append(Pair(one, other, np.maximum(euro, 0.0), tuple(sorted(indicators)), tuple(sorted(codes))))
    return pairs


def weighed_pairs(pairs: Sequence[Pair], whole: float) -> list[Loss]:
    """The pairs that a choice must know, as losses: all but the smallest that together stay under NEGLIGIBLE of `whole`."""
    order = sorted(pairs, key=lambda each: (float(each.euro.max()), each.one, each.other))
    small = np.cumsum([float(each.euro.max()) for each in order]) <= NEGLIGIBLE * whole
    kept = [each for each, is_small in zip(order, small, strict=True) if not is_small]
    return [Loss(each.one, each.other, each.euro) for each in sorted(kept, key=lambda each: (each.one, each.other))]


def lost_together(gains: Gains, starts: Ints, rate: float, draws: int) -> Floats:
    """S: what the projects of a plan lose together, exactly, however many meet; euro in the agenda's first year."""
    lost = np.zeros(draws)
    done = [each if start >= 0 else () for each, start in zip(gains, starts, strict=True)]
    for meeting in _meetings(done).values():
        first = min(int(starts[row]) for row in meeting.who)
        last = max(int(starts[row]) + _span(mine) for row, mine in meeting.who.items())
        for year in range(first, last):
            ages = {row: year - int(starts[row]) for row in meeting.who}
            strong = {row: _strength(meeting, row, age) for row, age in ages.items()}
            active = {row: each for row, each in strong.items() if each is not None}
            if len(active) < 2:
                continue
            for row, share in _shares_lost(active, meeting.ceiling).items():
                later = (1.0 + rate) ** -int(starts[row])
                for gain in meeting.who[row]:
                    lost += later * _worth_in(gain, ages[row]) * _over(gain, meeting, share)
    return lost


def room_above_pairs(gains: Gains) -> float:
    """By how much no plan is worth more, exactly, than its pairs tell: nothing where never more than two meet.

    What pairs count too much grows with every project and with how strong each is; so all of these, each as strong as it
    ever is, hold a bound for every plan. Expected euro in the agenda's first year.
    """
    room = 0.0
    for meeting in _meetings(gains).values():
        peaks = {row: _peak(meeting, row) for row in meeting.who}
        taken = {row: together_of([each / 2], meeting.ceiling) / meeting.ceiling for row, each in peaks.items()}
        whole = np.sum(list(taken.values()), axis=0)
        for row, lost in _shares_lost(peaks, meeting.ceiling).items():
            over = np.maximum(whole - taken[row] - lost, 0.0)
            for gain in meeting.who[row]:
                amounts = sum((amount * weight.sum() for amount, weight in gain.euros), np.zeros(len(gain.size)))
                room += float((amounts * _over(gain, meeting, over)).mean())
    return room


def _peak(meeting: _Meeting, row: int) -> Floats:
    """S x N: what a project gains at most in any year, no more than the ceiling."""
    total = np.zeros((len(meeting.who[row][0].size), len(meeting.ceiling)))
    for gain in meeting.who[row]:
        own, places = _columns(gain, meeting)
        total[:, places] += gain.size[:, None] * (gain.profile.max() * gain.at[own])
    return together_of([total], meeting.ceiling)


def _meetings(gains: Gains) -> dict[str, _Meeting]:
    """By indicator who meets whom, and where; only buurten with a ceiling that two or more projects improve."""
    found: dict[str, _Meeting] = {}
    for indicator in sorted({gain.indicator for mine in gains for gain in mine}):
        who = {
            row: inside
            for row, mine in enumerate(gains)
            if (inside := [gain for gain in mine if gain.indicator == indicator])
        }
        given = max(gain.given for inside in who.values() for gain in inside)
        ceilings: dict[str, float] = {}
        times: dict[str, set[int]] = {}
        for row, inside in who.items():
            for gain in inside:
                ceilings.update(zip(gain.codes, gain.ceiling, strict=True))
                for code in gain.codes:
                    times.setdefault(code, set()).add(row)
        shared = sorted(code for code, rows in times.items() if len(rows) > 1 and (given or ceilings[code]) > 0)
        if shared:
            places = {code: number for number, code in enumerate(shared)}
            kept = {row: inside for row, inside in who.items() if any(row in times[code] for code in shared)}
            found[indicator] = _Meeting(kept, places, np.array([given or ceilings[code] for code in shared]))
    return found


def _shared(meeting: _Meeting, one: int, other: int) -> set[str]:
    """The buurten in which two projects meet."""
    codes = [{code for gain in meeting.who[row] for code in gain.codes} for row in (one, other)]
    return codes[0] & codes[1] & set(meeting.places)


def _span(mine: Sequence[Gain]) -> int:
    return max(len(gain.profile) for gain in mine)


def _columns(gain: Gain, meeting: _Meeting) -> tuple[Ints, Ints]:
    """Where the buurten of a gain stand among those of the meeting: places of its own, and of the meeting."""
    own = [number for number, code in enumerate(gain.codes) if code in meeting.places]
    return np.array(own, dtype=np.int64), np.array([meeting.places[gain.codes[each]] for each in own], dtype=np.int64)


def _strength(meeting: _Meeting, row: int, age: int) -> Floats | None:
    """S x N: what a project gains in a year since its start, at most the ceiling; None where nothing."""
    total: Floats | None = None
    for gain in meeting.who[row]:
        if 0 <= age < len(gain.profile) and gain.profile[age] > 0:
            own, places = _columns(gain, meeting)
            total = np.zeros((len(gain.size), len(meeting.ceiling))) if total is None else total
            total[:, places] += gain.size[:, None] * (gain.profile[age] * gain.at[own])
    return None if total is None else together_of([total], meeting.ceiling)


def _shares_lost(strong: Mapping[int, Floats], ceiling: Floats) -> dict[int, Floats]:
    """By project S x N: the share of its gain that the others take; buurten where the same projects meet go together."""
    there = np.array([each.any(axis=0) for each in strong.values()])
    shares = {row: np.zeros_like(each) for row, each in strong.items()}
    for pattern in np.unique(there, axis=1).T:
        if pattern.sum() > 1:
            columns = (there == pattern[:, None]).all(axis=0)
            inside = {
                row: each[:, columns] for (row, each), is_in in zip(strong.items(), pattern, strict=True) if is_in
            }
            for row, share in _shares_taken(inside, ceiling[columns]).items():
                shares[row][:, columns] = share
    return shares


def _shares_taken(strong: Mapping[int, Floats], ceiling: Floats) -> dict[int, Floats]:
    """The same where all meet in all buurten: at a random place in the order.

    Where all come at a random moment between 0 and 1, of each other one theta is there before a project that comes at
    theta: its share is the mean over theta of what all at theta leave, itself left out. That is a polynomial in theta of a
    degree below the number of projects, which so many Gauss points integrate exactly.
    """
    points, weights = np.polynomial.legendre.leggauss((len(strong) + 1) // 2)
    kept = {row: np.zeros_like(each) for row, each in strong.items()}
    for theta, weight in zip((points + 1) / 2, weights / 2, strict=True):
        left = 1 - together_of([theta * each for each in strong.values()], ceiling) / ceiling
        for row, each in strong.items():
            kept[row] += weight * left / (1 - theta * each / ceiling)
    return {row: 1 - share for row, share in kept.items()}


def _over(gain: Gain, meeting: _Meeting, share: Floats) -> Floats:
    """S: a share by buurt as one of the whole gain."""
    own, places = _columns(gain, meeting)
    return share[:, places] @ gain.weight[own]


def _worth_in(gain: Gain, age: int) -> Floats:
    """S: what a gain is worth in one year since the start of its project."""
    return sum((amount * weight[age] for amount, weight in gain.euros if age < len(weight)), np.zeros(len(gain.size)))


def _lost_by(meeting: _Meeting, years: int) -> dict[tuple[int, int], Floats]:
    """By two projects that meet what the first loses to the second, 2T - 1 numbers: by how many years later than that it
    starts, from -(T - 1); expected euro in its own first year."""
    lines = [
        (mine, gain, amount, weight)
        for mine, inside in meeting.who.items()
        for gain in inside
        for amount, weight in gain.euros
    ]
    found = {
        (mine, other): np.zeros(2 * years - 1)
        for mine, other in itertools.permutations(meeting.who, 2)
        if _shared(meeting, mine, other)
    }
    if not lines:
        return found
    amounts = np.stack([amount / len(amount) for _, _, amount, _ in lines])
    for other in meeting.who:
        taken = _taken(meeting, other, amounts)
        for number, (mine, gain, _, weight) in enumerate(lines):
            if (mine, other) in found:
                own, places = _columns(gain, meeting)
                lost = taken[:, number, :][:, places] @ gain.weight[own]
                late = np.pad(np.correlate(lost, weight, mode="full"), years)
                middle = years + len(weight) - 1
                found[mine, other] += late[middle - years + 1 : middle + years]
    return found


def _taken(meeting: _Meeting, row: int, amounts: Floats) -> Floats:
    """Years since its start x K x N: of K amounts (K x S) the mean that a project alone takes in each buurt."""
    span = max(len(gain.profile) for gain in meeting.who[row])
    found = np.zeros((span, len(amounts), len(meeting.ceiling)))
    known: dict[tuple[float, ...], int] = {}
    for age in range(span):
        strength = tuple(float(gain.profile[age]) if age < len(gain.profile) else 0.0 for gain in meeting.who[row])
        if strength in known:
            found[age] = found[known[strength]]
            continue
        known[strength], strong = age, _strength(meeting, row, age)
        if strong is not None:
            found[age] = amounts @ (together_of([strong / 2], meeting.ceiling) / meeting.ceiling)
    return found
