"""The question of a portfolio as arrays: projects by year of start, purses, staff, and what binds projects together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue.agenda_checks import circle_in, circle_sentence
from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# Of money an amount this small is rounding of the solver; in euros.
CENT = 1.0
NOT_STARTED = -1


@dataclass(frozen=True)
class After:
    """`later` may start at the earliest `lag` years after `sooner` has, and only if that does. Rows of projects."""

    later: int
    sooner: int
    lag: int


@dataclass(frozen=True)
class Rule:
    """A linear rule over projects and years of start: low <= sum of weights[p, t] over what is started <= high.

    Floors per buurt or mechanism and rules of a fund (a share, a least number of homes, a ring-fence) are such rules.
    """

    title: str
    weights: Floats
    low: float = -math.inf
    high: float = math.inf
    remedy: str = "verlaag de eis"


@dataclass(frozen=True)
class Loss:
    """What two projects lose where both are done, for they act on the same: T x T euro, at least 0, by the year in which
    `one` and the year in which `other` starts. Rows of projects."""

    one: int
    other: int
    euro: Floats


@dataclass(frozen=True)
class Problem:
    """P projects, T years of start (the horizon), F purses.

    value    P x T: what starting p in year t is worth, euro      allowed  P x T
    costs    P x F x T x T: what p started in t takes from f in year y, euro
    budgets  F x T: what comes in; of a purse that carries over, what is left goes to the next year
    staff    P x T x T: full-time equivalents that p started in t asks in year y     capacity  T, inf where no limit
    groups   name -> rows of which at most one may be done           must  P
    losses   pairs that are worth less together; what a plan is worth is the sum of values less these
    """

    projects: tuple[str, ...]
    first: int
    value: Floats
    purses: tuple[str, ...]
    costs: Floats
    budgets: Floats
    carries: Bools
    allowed: Bools
    staff: Floats
    capacity: Floats
    must: Bools
    after: tuple[After, ...] = ()
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    losses: tuple[Loss, ...] = ()

    @property
    def years(self) -> int:
        """Length of the horizon."""
        return int(self.value.shape[1])

    def worth_of(self, starts: Ints) -> float:
        """What a plan is worth: the year of start per project, NOT_STARTED where it is not done."""
        return self.sum_of(starts, self.value) - self.lost(starts)

    def sum_of(self, starts: Ints, value: Floats) -> float:
        """The plain sum over a plan of some P x T figure."""
        done = np.flatnonzero(starts >= 0)
        return float(value[done, starts[done]].sum())

    def lost(self, starts: Ints) -> float:
        """What the pairs of a plan lose; 0 where none touch."""
        return sum(
            float(each.euro[starts[each.one], starts[each.other]])
            for each in self.losses
            if starts[each.one] >= 0 and starts[each.other] >= 0
        )

    def spent(self, starts: Ints) -> Floats:
        """F x T: what a plan takes from every purse in every year."""
        done = np.flatnonzero(starts >= 0)
        return self.costs[done, :, starts[done], :].sum(axis=0)

    def left(self, starts: Ints) -> Floats:
        """F x T: what is left at the end of each year; negative where there was too little."""
        over = self.budgets - self.spent(starts)
        return np.where(self.carries[:, None], np.cumsum(over, axis=1), over)

    def staffed(self, starts: Ints) -> Floats:
        """T: full-time equivalents that a plan asks."""
        done = np.flatnonzero(starts >= 0)
        return self.staff[done, starts[done], :].sum(axis=0)


def problem_of(
    projects: Sequence[str],
    value: Floats,
    costs: Floats,
    budgets: Floats,
    *,
    first: int = 0,
    purses: Sequence[str] = (),
    carries: Sequence[bool] | Bools | None = None,
    allowed: Bools | None = None,
    staff: Floats | None = None,
    capacity: Floats | None = None,
    must: Sequence[bool] | Bools | None = None,
    after: Sequence[After] = (),
    groups: Mapping[str, tuple[int, ...]] | None = None,
    rules: Sequence[Rule] = (),
    losses: Sequence[Loss] = (),
) -> Problem:
    """A problem with everything that was left out filled in, and checked.

    Raises:  QuestionError naming all that cannot be.
    """
    count, years = value.shape
    made = Problem(
        tuple(projects), first, np.asarray(value, dtype=np.float64),
        tuple(purses) or tuple(f"f{each + 1}" for each in range(len(budgets))),
        np.asarray(costs, dtype=np.float64), np.asarray(budgets, dtype=np.float64),
        np.ones(len(budgets), dtype=bool) if carries is None else np.asarray(carries, dtype=bool),
        np.ones((count, years), dtype=bool) if allowed is None else allowed,
        np.zeros((count, years, years)) if staff is None else staff,
        np.full(years, np.inf) if capacity is None else capacity,
        np.zeros(count, dtype=bool) if must is None else np.asarray(must, dtype=bool),
        tuple(after), dict(groups or {}), tuple(rules), tuple(losses),
    )  # fmt: skip
    refuse(made)
    return made


def refuse(problem: Problem) -> None:
    """Nothing where a problem can be asked.

    Raises:  QuestionError naming all that cannot be.
    """
    wrong = list(_shapes(problem)) or list(_contents(problem))
    if wrong:
        raise QuestionError("de agenda", wrong, "verbeter projecten en budgetten van de agenda")


def _shapes(problem: Problem) -> Iterator[str]:
    count, years = problem.value.shape
    purses = len(problem.purses)
    wanted = {
        "value": (count, years), "costs": (count, purses, years, years), "budgets": (purses, years), "carries": (purses,),
        "allowed": (count, years), "staff": (count, years, years), "capacity": (years,), "must": (count,),
    }  # fmt: skip
    if len(problem.projects) != count:
        yield f"{len(problem.projects)} namen bij {count} projecten"
    for name, shape in wanted.items():
        found = getattr(problem, name).shape
        if found != shape:
            yield f"{name} heeft maten {found}; verwacht {shape}"
    for rule in problem.rules:
        if rule.weights.shape != (count, years):
            yield f"regel '{rule.title}' heeft maten {rule.weights.shape}; verwacht {(count, years)}"


def _contents(problem: Problem) -> Iterator[str]:
    names = problem.projects
    for doubled in sorted({each for each in names if names.count(each) > 1}):
        yield f"project '{doubled}' staat er meer dan eens"
    for title, table in (("waarde", problem.value), ("kosten", problem.costs), ("inzet", problem.staff)):
        for row in np.flatnonzero(~np.isfinite(table.reshape(len(names), -1)).all(axis=1)):
            yield f"project '{names[row]}': {title} is in een jaar geen getal"
    for row in np.flatnonzero((problem.costs.reshape(len(names), -1) < 0).any(axis=1)):
        yield f"project '{names[row]}': kosten onder nul; een bijdrage hoort bij de budgetten"
    for row in np.flatnonzero(~(problem.budgets >= 0).all(axis=1)):
        yield f"budget '{problem.purses[row]}': in een jaar minder dan nul, of geen getal"
    if np.isnan(problem.capacity).any() or (problem.capacity < 0).any():
        yield "voltijdbanen: in een jaar minder dan nul, of geen getal"
    for row in np.flatnonzero(problem.must & ~problem.allowed.any(axis=1)):
        yield f"project '{names[row]}' moet, maar mag in geen enkel jaar beginnen"
    waits: dict[str, list[str]] = {each: [] for each in names}
    for bond in problem.after:
        if not (0 <= bond.later < len(names) and 0 <= bond.sooner < len(names)):
            yield f"volgorde noemt project {bond.later} of {bond.sooner}; er zijn er {len(names)}"
        elif bond.lag < 0:
            yield f"project '{names[bond.later]}': {bond.lag} jaar na '{names[bond.sooner]}'; verwacht 0 of meer"
        else:
            waits[names[bond.later]].append(names[bond.sooner])
    circle = circle_in(waits)
    if circle:
        yield circle_sentence(circle)
    for loss in problem.losses:
        if not (0 <= loss.one < len(names) and 0 <= loss.other < len(names) and loss.one != loss.other):
            yield f"verlies noemt project {loss.one} en {loss.other}; er zijn er {len(names)}"
        elif loss.euro.shape != (problem.years, problem.years) or not (loss.euro >= 0).all():
            yield f"verlies van '{names[loss.one]}' met '{names[loss.other]}' is niet per paar jaren een bedrag vanaf nul"
    for title, rows in problem.groups.items():
        if not all(0 <= row < len(names) for row in rows):
            yield f"groep '{title}' noemt een project dat er niet is"


def broken(problem: Problem, starts: Ints) -> list[str]:
    """Every limit that a plan does not keep, as Dutch sentences; computed from the plan itself, not by the solver."""
    names, found = problem.projects, []
    done = starts >= 0
    rows = np.flatnonzero(done)
    found += [
        f"'{names[row]}' mag niet in {problem.first + starts[row]}"
        for row in rows
        if not problem.allowed[row, starts[row]]
    ]
    found += [f"'{names[row]}' moet" for row in np.flatnonzero(problem.must & ~done)]
    found += [
        f"'{names[bond.later]}' komt te vroeg na '{names[bond.sooner]}'"
        for bond in problem.after
        if done[bond.later] and (not done[bond.sooner] or starts[bond.later] < starts[bond.sooner] + bond.lag)
    ]
    found += [
        f"uit groep '{title}' meer dan een"
        for title, members in problem.groups.items()
        if done[list(members)].sum() > 1
    ]
    short = problem.left(starts) < -CENT
    found += [f"'{problem.purses[f]}' komt tekort in {problem.first + y}" for f, y in np.argwhere(short)]
    crowded = problem.staffed(starts) > problem.capacity + 1e-6
    found += [f"te weinig voltijdbanen in {problem.first + y}" for y in np.flatnonzero(crowded)]
    for rule in problem.rules:
        total = problem.sum_of(starts, rule.weights)
        slack = 1e-6 * max(1.0, float(np.abs(rule.weights).max(initial=0.0)))
        if not rule.low - slack <= total <= rule.high + slack:
            found.append(f"'{rule.title}' is {total:g}")
    return found
