"""A plan by annealing: millions of small changes, at first nearly any that keeps the limits, in the end only better ones.

A change gives a project another year, or leaves it out, and mostly does the same to a second one. A large project does not
come in between like that: now and then one is planned anew, what is in its way goes, and others fill what is free. Only
years are tried whose price in the linear relaxation is next to nothing: these are few, and good plans are made of them.
What a change does to every limit stands in one table, so that millions take a second; for a plan as good HiGHS asks minutes.
Sources: Kirkpatrick, Gelatt & Vecchi 1983; Schrimpf et al. 2000 for what is planned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numba import njit

from stadspeil.appraisal.drawing import key_of
from stadspeil.appraisal.portfolio.highs import SEED, Run
from stadspeil.appraisal.portfolio.problem import NOT_STARTED, Bools, Floats, Ints, Problem
from stadspeil.appraisal.portfolio.rows import Rows
from stadspeil.simulation.randomness import STEP, mix

# Changes that are tried at one temperature.
_AT_ONCE = 1000
# Runs by turns, as no one of them is the best for all agendas: the price of the dearest year that is tried, and the
# temperature at first and in the end, as shares of what a project is worth.
_TURNS = ((0.1, 1.0, 0.004), (0.02, 1.0, 0.005), (0.1, 0.3, 0.003), (0.04, 0.3, 0.003))
# Runs side by side where nothing else goes on.
BESIDE = 2
# Changes per project in the first runs, and in each run once all turns have been; fewer than a part of it are not worth it.
_CHANGES, _LONGER, _PART = 20_000, 80_000, 0.25
# Changes that take as long as a step of the simplex.
_PER_STEP = 660
# So small a share of the most that is taken of a limit is rounding.
_ROUNDING = 1e-9
# How often a project that is done is left out. Up to which chance a large one is planned anew, a second one is left out
# beside the first, and a second one changes at all.
_OUT, _LARGE, _SECOND_OUT, _SECOND = 0.3, 0.1, 0.4, 0.73
# Planning anew: among how many by lot the project is the largest, and how often it is left out; fewer than so many others
# go, each the cheapest of so many that are looked at; and how many are looked at to fill what is free.
_AMONG, _LARGE_OUT, _MOST_OUT, _TRIED, _FILLED = 3, 0.2, 12, 10, 100
# Numbers from a hash: three of 21 bits, or one of 53.
_BITS, _LOW = np.uint64(21), np.uint64((1 << 21) - 1)
_NEXT, _AFTER, _DOWN = np.uint64(21), np.uint64(42), np.uint64(11)


class _Links(NamedTuple):
    """What ties pairs of projects, by project: link k of project p is at `first[p] + k`, up to `first[p + 1]`.

    number  of the bond or the loss     other  the project at its other end     leads  whether p is the later, or the one
    """

    first: Ints
    number: Ints
    other: Ints
    leads: Bools


class _Field(NamedTuple):
    """The problem as the loop reads it; in state T a project is not done.

    value    P x (T + 1)     takes  P x (T + 1) x R: what each limit loses by it
    options  P x T: years that are tried, of which the first `counts` count     free  P: may be left out
    size     P: the most that it is worth, or costs where it is worth less than nothing
    lag      of each bond    lost   L x (T + 1) x (T + 1), by the states of one and other
    """

    value: Floats
    takes: Floats
    options: Ints
    counts: Ints
    free: Bools
    size: Floats
    bonds: _Links
    lag: Ints
    pairs: _Links
    lost: Floats


class Annealing:
    """A problem made ready, for as many runs as are asked; each looks elsewhere."""

    def __init__(self, problem: Problem, rows: Rows, relaxed: Run) -> None:
        self._problem, self._rows = problem, rows
        done = relaxed.columns[: len(rows.starts)]
        # What a project of the relaxation is worth, in the unit of the rows.
        self._typical = float(np.abs(rows.cost[: len(done)]) @ done) / max(float(done.sum()), 1.0)
        self._prices = relaxed.prices
        self._field, self._most = _field(problem)
        # How many starts the runs can try at most.
        self.tried = int((self._prices <= max(each[0] for each in _TURNS) * self._typical).sum())
        self._runs = 0

    def improved(self, plan: Ints, work: float, beside: int = BESIDE) -> Run:
        """The best plan of some runs side by side, from a plan that keeps all limits; that plan where none is better. Its
        bound tells nothing, and its steps are 0 where there is too little work for a run.

        work  what each may take, in steps of the simplex; a run ends by itself
        """
        changes = (_CHANGES if self._runs < len(_TURNS) else _LONGER) * self._rows.count
        moves = int(min(changes, work * _PER_STEP))
        if moves < _PART * _CHANGES * self._rows.count or self._typical <= 0:
            return self._as_run(plan, 0)
        numbers = range(self._runs, self._runs + beside)
        self._runs += beside
        with ThreadPoolExecutor(beside) as pool:
            runs = [pool.submit(self._run, plan, moves, number) for number in numbers]
            best = max([plan, *(run.result() for run in runs)], key=self._problem.worth_of)
        return self._as_run(best, moves)

    def _as_run(self, plan: Ints, moves: int) -> Run:
        value = -self._problem.worth_of(plan) / self._rows.unit
        return Run("tijd op", self._rows.columns_of(plan), np.zeros(0), value, -np.inf, moves // _PER_STEP)

    def _run(self, plan: Ints, moves: int, number: int) -> Ints:
        years, unit = self._problem.years, self._rows.unit
        dearest, warm, cold = (share * self._typical for share in _TURNS[number % len(_TURNS)])
        tried = np.zeros(self._problem.allowed.shape, dtype=bool)
        tried[tuple(self._rows.starts[self._prices <= dearest].T)] = True
        options = np.argsort(~tried, axis=1, kind="stable").astype(np.int64)
        field = self._field._replace(options=options, counts=tried.sum(axis=1).astype(np.int64))
        states = np.where(plan == NOT_STARTED, years, plan).astype(np.int64)
        room = self._most - field.takes[np.arange(len(states)), states].sum(axis=0)
        temperatures = np.geomspace(warm * unit, cold * unit, max(1, moves // _AT_ONCE))
        best = _anneal(field, states, room, temperatures, np.uint64(key_of(SEED, f"agenda {number}")))
        return np.where(best == years, NOT_STARTED, best)


def _field(problem: Problem) -> tuple[_Field, Floats]:
    """The problem for the loop, no years to try yet, and how much there is of each limit."""
    count, years = problem.value.shape
    takes, most = _limits(problem)
    lost = np.zeros((len(problem.losses), years + 1, years + 1))
    for number, loss in enumerate(problem.losses):
        lost[number, :years, :years] = loss.euro
    field = _Field(
        value=np.concatenate([problem.value, np.zeros((count, 1))], axis=1), takes=takes,
        options=np.zeros((count, years), dtype=np.int64), counts=np.zeros(count, dtype=np.int64), free=~problem.must,
        size=np.abs(problem.value).max(axis=1),
        bonds=_links([(each.later, each.sooner) for each in problem.after], count),
        lag=np.array([each.lag for each in problem.after], dtype=np.int64),
        pairs=_links([(each.one, each.other) for each in problem.losses], count), lost=lost,
    )  # fmt: skip
    return field, most


def _limits(problem: Problem) -> tuple[Floats, Floats]:
    """P x (T + 1) x R, what a project takes of each limit by its state, and R, how much there is.

    Of a purse that carries over, what is taken up to a year must be there by then. A least sum is a most of its negative.
    """
    carried = problem.carries[:, None]
    money = problem.costs.transpose(0, 2, 1, 3)
    money = np.where(carried, np.cumsum(money, axis=3), money)
    there = np.where(carried, np.cumsum(problem.budgets, axis=1), problem.budgets)
    count, years = problem.value.shape
    members = np.zeros((count, years, len(problem.groups)))
    for number, rows in enumerate(problem.groups.values()):
        members[list(rows), :, number] = 1.0
    sums = [rule.weights[:, :, None] for rule in problem.rules]
    takes = np.concatenate(
        [money.reshape(count, years, -1), problem.staff, members, *sums, *(-each for each in sums)], axis=2
    )
    most = np.concatenate([
        there.ravel(), problem.capacity, np.ones(len(problem.groups)), [rule.high for rule in problem.rules],
        [-rule.low for rule in problem.rules],
    ])  # fmt: skip
    bounded = np.isfinite(most)
    takes, most = takes[:, :, bounded], most[bounded]
    room = most + _ROUNDING * np.abs(takes).max(axis=(0, 1), initial=0.0)
    return np.concatenate([takes, np.zeros((count, 1, len(most)))], axis=1), room


def _links(ends: Sequence[tuple[int, int]], count: int) -> _Links:
    """The ties of every project, from the two ends of each tie."""
    found = [(project, number, end) for number, both in enumerate(ends) for end, project in enumerate(both)]
    found.sort()
    projects = [project for project, _, _ in found]
    return _Links(
        np.searchsorted(projects, np.arange(count + 1)).astype(np.int64),
        np.array([number for _, number, _ in found], dtype=np.int64),
        np.array([ends[number][1 - end] for _, number, end in found], dtype=np.int64),
        np.array([end == 0 for _, _, end in found], dtype=np.bool_),
    )


@njit(cache=True, nogil=True)
def _anneal(field: _Field, states: Ints, room: Floats, temperatures: Floats, key: np.uint64) -> Ints:
    """The best states that were seen; `states` and `room` are used up. Temperatures are in euro."""
    # Once out of the tuple: taking an array from it in the loop costs more than the change itself.
    value, takes, options, counts, free, lost = (
        field.value,
        field.takes,
        field.options,
        field.counts,
        field.free,
        field.lost,
    )
    count, none = len(states), value.shape[1] - 1
    was, had = states.copy(), room.copy()
    best, above, most = states.copy(), 0.0, 0.0
    for temperature in temperatures:
        for _ in range(_AT_ONCE):
            key += STEP
            bits = mix(key)
            one, other, chance = _place(bits, count), _place(bits >> _NEXT, count), _chance(bits)
            key += STEP
            bits = mix(key)
            if chance < _LARGE:
                above += _replan(field, states, room, was, had, temperature, bits)
            else:
                old, before = states[one], states[other]
                new = _another(options, counts, free, none, one, old, _chance(bits) < _OUT, bits)
                # The second project stays as it is where it is not to change.
                second, both = before, chance < _SECOND
                if both:
                    second = _another(options, counts, free, none, other, before, chance < _SECOND_OUT, bits >> _NEXT)
                if new == old or (both and (second == before or one == other)):
                    continue
                gain = value[one, new] - value[one, old] + value[other, second] - value[other, before]
                if len(lost) > 0:
                    gain -= _lost_more(field.pairs, lost, states, one, new, other, second)
                if not _is_taken(gain, temperature, key) or not _fits(
                    takes, room, one, old, new, other, before, second
                ):
                    continue
                states[other] = second
                states[one] = new
                if not (_in_order(field, states, one) and _in_order(field, states, other)):
                    states[one] = old
                    states[other] = before
                    continue
                _use(takes, room, one, old, new)
                _use(takes, room, other, before, second)
                above += gain
            if above > most:
                most = above
                best[:] = states
    return best


@njit(cache=True, nogil=True)
def _replan(
    field: _Field, states: Ints, room: Floats, was: Ints, had: Floats, temperature: float, key: np.uint64
) -> float:
    """A large project gets another state, what is in its way goes, and what fits then comes; what that gains, or 0.0 where
    all is as it was. `was` and `had` are room to keep states and room in."""
    none = field.value.shape[1] - 1
    large = -1
    for _ in range(_AMONG):
        key += STEP
        project = _place(mix(key), len(states))
        if field.counts[project] > 0 and (large < 0 or field.size[project] > field.size[large]):
            large = project
    if large < 0:
        return 0.0
    key += STEP
    bits = mix(key)
    new = _another(
        field.options, field.counts, field.free, none, large, states[large], _chance(bits) < _LARGE_OUT, bits
    )
    if new == states[large]:
        return 0.0
    was[:] = states
    had[:] = room
    gain = _put(field, states, room, large, new)
    gain += _cleared(field, states, room, had, large, mix(key ^ STEP))
    if gain > -np.inf and _all_in_order(field, states, was):
        gain += _filled(field, states, room, mix(key + STEP))
        if _is_taken(gain, temperature, key):
            return gain
    states[:] = was
    room[:] = had
    return 0.0


@njit(cache=True, nogil=True)
def _cleared(field: _Field, states: Ints, room: Floats, had: Floats, large: int, key: np.uint64) -> float:
    """What it costs to leave projects out until no limit is passed further than it was; minus infinity where that fails.

    Of some projects that take from such a limit the one goes that is worth least for what it gives back.
    """
    none, gain = field.value.shape[1] - 1, 0.0
    for _ in range(_MOST_OUT):
        passed = -1
        for limit in range(len(room)):
            if room[limit] < min(had[limit], 0.0):
                passed = limit
                break
        if passed < 0:
            return gain
        least, cheapest = -1, np.inf
        for _ in range(_TRIED):
            key += STEP
            project = _place(mix(key), len(states))
            state = states[project]
            gives = field.takes[project, state, passed]
            if project != large and state != none and field.free[project] and gives > 0:
                price = field.value[project, state] / min(gives, -room[passed])
                if price < cheapest:
                    least, cheapest = project, price
        if least < 0:
            break
        gain += _put(field, states, room, least, none)
    return -np.inf


@njit(cache=True, nogil=True)
def _filled(field: _Field, states: Ints, room: Floats, key: np.uint64) -> float:
    """What it brings to do projects that fit and gain, each in a year by lot."""
    none, gain = field.value.shape[1] - 1, 0.0
    for _ in range(_FILLED):
        key += STEP
        bits = mix(key)
        project = _place(bits, len(states))
        if states[project] != none or field.counts[project] == 0:
            continue
        year = field.options[project, _place(bits >> _NEXT, field.counts[project])]
        if field.value[project, year] <= 0 or not _fits(field.takes, room, project, none, year, project, none, none):
            continue
        states[project] = year
        kept = _in_order(field, states, project)
        states[project] = none
        if kept:
            gain += _put(field, states, room, project, year)
    return gain


@njit(cache=True, nogil=True)
def _put(field: _Field, states: Ints, room: Floats, project: int, new: int) -> float:
    """Give a project another state: what that gains."""
    old = states[project]
    gain = field.value[project, new] - field.value[project, old]
    gain -= _lost(field.pairs, field.lost, states, project, new) - _lost(field.pairs, field.lost, states, project, old)
    _use(field.takes, room, project, old, new)
    states[project] = new
    return gain


@njit(cache=True, nogil=True)
def _use(takes: Floats, room: Floats, project: int, old: int, new: int) -> None:
    for limit in range(len(room)):
        room[limit] -= takes[project, new, limit] - takes[project, old, limit]


@njit(cache=True, nogil=True)
def _is_taken(gain: float, temperature: float, key: np.uint64) -> bool:
    """Whether chance has it: always where nothing is lost, and a loss as large as the temperature one time in e."""
    return gain >= 0 or np.float64(mix(key ^ STEP) >> _DOWN) * 2.0**-53 < np.exp(gain / temperature)


@njit(cache=True, nogil=True)
def _place(bits: np.uint64, count: int) -> int:
    """A number below `count`, each as likely, from the low bits."""
    return int(np.int64(((bits & _LOW) * np.uint64(count)) >> _BITS))


@njit(cache=True, nogil=True)
def _chance(bits: np.uint64) -> float:
    """A number between 0 and 1 from the high bits."""
    return np.float64(bits >> _AFTER) * 2.0**-22


@njit(cache=True, nogil=True)
def _another(
    options: Ints, counts: Ints, free: Bools, none: int, project: int, state: int, out: bool, bits: np.uint64
) -> int:
    """Another state for a project: left out, or any of the years that are tried; its own where there is none."""
    if out and state != none:
        return none if free[project] else state
    if counts[project] == 0:
        return state
    return int(options[project, _place(bits, counts[project])])


@njit(cache=True, nogil=True)
def _fits(takes: Floats, room: Floats, one: int, old: int, new: int, other: int, before: int, second: int) -> bool:
    """Whether no limit is passed further than it was."""
    for limit in range(len(room)):
        more = (
            takes[one, new, limit] - takes[one, old, limit] + takes[other, second, limit] - takes[other, before, limit]
        )
        if more > max(room[limit], 0.0):
            return False
    return True


@njit(cache=True, nogil=True)
def _in_order(field: _Field, states: Ints, project: int) -> bool:
    """Whether a project keeps its bonds."""
    none, bonds = field.value.shape[1] - 1, field.bonds
    for place in range(bonds.first[project], bonds.first[project + 1]):
        other = bonds.other[place]
        later, sooner = (project, other) if bonds.leads[place] else (other, project)
        earliest = states[sooner] + field.lag[bonds.number[place]]
        if states[later] < none and (states[sooner] == none or states[later] < earliest):
            return False
    return True


@njit(cache=True, nogil=True)
def _all_in_order(field: _Field, states: Ints, was: Ints) -> bool:
    """Whether all that changed keep their bonds."""
    for project in range(len(states)):
        if states[project] != was[project] and not _in_order(field, states, project):
            return False
    return True


@njit(cache=True, nogil=True)
def _lost_more(pairs: _Links, lost: Floats, states: Ints, one: int, new: int, other: int, second: int) -> float:
    """What more is lost by all pairs after a change; the states stay as they are."""
    old, before = states[one], states[other]
    more = _lost(pairs, lost, states, one, new) - _lost(pairs, lost, states, one, old)
    if second != before:
        states[one] = new
        more += _lost(pairs, lost, states, other, second) - _lost(pairs, lost, states, other, before)
        states[one] = old
    return more


@njit(cache=True, nogil=True)
def _lost(pairs: _Links, lost: Floats, states: Ints, project: int, state: int) -> float:
    """What a project in a state and all others as they are lose together."""
    total = 0.0
    for place in range(pairs.first[project], pairs.first[project + 1]):
        theirs, number = states[pairs.other[place]], pairs.number[place]
        total += lost[number, state, theirs] if pairs.leads[place] else lost[number, theirs, state]
    return total
