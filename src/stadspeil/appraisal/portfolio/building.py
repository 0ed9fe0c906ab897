"""From an agenda of the catalogue, and what its projects bring and take, to the arrays of a portfolio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.amounts import chance
from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.core import Scenario
from stadspeil.appraisal.portfolio.gains import Gain
from stadspeil.appraisal.portfolio.problem import After, Bools, Floats, Problem, Rule, problem_of
from stadspeil.appraisal.portfolio.touching import Pair, pairs_of, weighed_pairs
from stadspeil.appraisal.portfolio.weighed import BUURT, MECHANISM, Weighed
from stadspeil.catalogue.appraisal_entries import Agenda, Project
from stadspeil.errors import QuestionError


@dataclass(frozen=True)
class Built:
    """The problem of an agenda with what stands behind it.

    worth   P x S x T draws before costs      paid  P x T mean present costs      strain  P x S
    marks   name ('mechanism:...', 'buurt:...') -> P points
    waits   P: projects that wait for a figure: they have no place in the plan until it falls
    chance  F: chance that the money of a purse comes at all
    gains   by project what it improves where     pairs  all pairs that lose something together
    rate    by which worth of a later start is less, a year
    remarks sentences for who reads the plan
    """

    agenda: Agenda
    problem: Problem
    worth: Floats
    paid: Floats
    strain: Floats
    marks: dict[str, Floats]
    waits: Bools
    chance: Floats
    remarks: tuple[str, ...]
    gains: tuple[tuple[Gain, ...], ...] = ()
    pairs: tuple[Pair, ...] = ()
    rate: float = 0.0

    def draws(self, count: int) -> Floats:
        """S x P x T: worth after costs in the first so many draws."""
        return np.swapaxes(self.worth[:, :count], 0, 1) - self.strain[:, :count].T[:, :, None] * self.paid[None]


def built(agenda: Agenda, weighed: Sequence[Weighed], frame: Frame, rate: float, without: Sequence[str] = ()) -> Built:
    """The problem; `without` names purses whose money does not come.

    Costs that come after the horizon are put aside in its last year: a plan may not look affordable because it leaves
    its bills to later years.
    Raises:  QuestionError for an unknown purse, and as `problem_of`.
    """
    purses = [each.id for each in agenda.budgets]
    unknown = [each for each in without if each not in purses]
    if unknown:
        raise QuestionError(
            f"agenda '{agenda.id}'", [f"budget '{each}' staat niet op de agenda" for each in unknown],
            f"kies uit {', '.join(purses)}",
        )  # fmt: skip
    years, names = agenda.years, [each.id for each in agenda.projects]
    budgets = np.array([[each.yearly.get(str(agenda.first + t), 0.0) for t in range(years)] for each in agenda.budgets])
    budgets = budgets.reshape(len(purses), years)
    budgets[[purses.index(each) for each in without]] = 0.0
    worth = np.stack([each.worth for each in weighed])
    strain = np.stack([each.strain for each in weighed])
    paid = np.stack([_paid(each, rate, years) for each in weighed])
    waits = np.array([bool(each.trigger) for each in agenda.projects])
    marks = _marks(weighed)
    value = worth.mean(axis=1) - strain.mean(axis=1)[:, None] * paid
    pairs = _pairs(agenda, weighed, rate)
    problem = problem_of(
        names, value, _costs(weighed, purses, years), budgets,
        first=agenda.first, purses=purses, carries=[each.carries_over for each in agenda.budgets],
        allowed=np.stack([_allowed(each, agenda) for each in agenda.projects]), staff=_staff(agenda, weighed),
        capacity=np.full(years, agenda.staff or np.inf), must=[each.must for each in agenda.projects],
        after=_bonds(agenda), groups=_groups(agenda), rules=_floors(agenda, marks),
        losses=weighed_pairs(pairs, float(np.maximum(value.max(axis=1), 0.0).sum())),
    )  # fmt: skip
    comes = np.array([0.0 if each.id in without else each.chance for each in agenda.budgets])
    return Built(
        agenda, problem, worth, paid, strain, marks, waits, comes, tuple(_remarks(agenda, weighed, purses, without)),
        tuple(each.gains for each in weighed), tuple(pairs), rate,
    )  # fmt: skip


def _pairs(agenda: Agenda, weighed: Sequence[Weighed], rate: float) -> list[Pair]:
    """Pairs that lose something together and can both be in a plan."""
    groups = [each.group for each in agenda.projects]
    waits = [bool(each.trigger) for each in agenda.projects]
    return [
        each
        for each in pairs_of([each.gains for each in weighed], agenda.years, rate)
        if not (groups[each.one] and groups[each.one] == groups[each.other])
        and not (waits[each.one] or waits[each.other])
    ]


def scenarios_of(made: Built, count: int, frame: Frame) -> list[Scenario]:
    """Ways things can turn out: a draw of every worth and cost, and of which money comes."""
    draws = made.draws(count)
    comes = np.stack(
        [
            frame.source(f"agenda:{made.agenda.id}:komt:{purse}").random(count) < odds
            for purse, odds in zip(made.problem.purses, made.chance, strict=True)
        ]
        or [np.ones(count, dtype=bool)]
    )
    return [
        Scenario(draws[each], made.problem.budgets * comes[: len(made.problem.purses), each][:, None])
        for each in range(count)
    ]


def _paid(weighed: Weighed, rate: float, years: int) -> Floats:
    """T: present worth of all costs when started in each year, also of purses without a budget."""
    total = sum((_discounted(each, rate) for each in weighed.costs.values()), 0.0)
    return np.asarray(total * (1.0 + rate) ** -np.arange(years), dtype=np.float64)


def _discounted(costs: Floats, rate: float) -> float:
    return float((costs * (1.0 + rate) ** -np.arange(len(costs))).sum())


def _costs(weighed: Sequence[Weighed], purses: Sequence[str], years: int) -> Floats:
    found = np.zeros((len(weighed), len(purses), years, years))
    for row, each in enumerate(weighed):
        mean = float(each.strain.mean())
        for at, purse in enumerate(purses):
            for late, euro in enumerate(mean * each.costs.get(purse, np.zeros(0))):
                for start in range(years):
                    found[row, at, start, min(start + late, years - 1)] += euro
    return found


def _allowed(project: Project, agenda: Agenda) -> Bools:
    """T: years in which it may start. What waits for a trigger has none."""
    when = agenda.first + np.arange(agenda.years)
    free = (when >= project.earliest) & ((project.latest == 0) | (when <= project.latest))
    if project.sell_by:
        free &= when + project.lead <= project.sell_by
    return free & (not project.trigger)


def _staff(agenda: Agenda, weighed: Sequence[Weighed]) -> Floats:
    """P x T x T: as long as it costs money it asks people."""
    found = np.zeros((len(agenda.projects), agenda.years, agenda.years))
    for row, (project, each) in enumerate(zip(agenda.projects, weighed, strict=True)):
        span = max((len(costs) for costs in each.costs.values()), default=project.years)
        for start in range(agenda.years):
            found[row, start, start : start + span] = project.staff
    return found


def _bonds(agenda: Agenda) -> list[After]:
    rows = {each.id: row for row, each in enumerate(agenda.projects)}
    return [
        After(rows[each.id], rows[other], int(lag)) for each in agenda.projects for other, lag in each.after.items()
    ]


def _groups(agenda: Agenda) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for row, project in enumerate(agenda.projects):
        if project.group:
            found[project.group] = (*found.get(project.group, ()), row)
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def _marks(weighed: Sequence[Weighed]) -> dict[str, Floats]:
    names = sorted({name for each in weighed for name in each.marks})
    return {name: np.array([each.marks.get(name, 0.0) for each in weighed]) for name in names}


def _floors(agenda: Agenda, marks: dict[str, Floats]) -> list[Rule]:
    zero = np.zeros(len(agenda.projects))
    return [
        Rule(
            f"{_floor_title(name)} wint ten minste {points:g} punt".replace(".", ","),
            np.repeat(marks.get(name, zero)[:, None], agenda.years, axis=1), float(points), math.inf,
            f"verlaag de ondergrens van '{name}', of zet er een project bij dat eraan toevoegt",
        )
        for name, points in agenda.floors.items()
    ]  # fmt: skip


def _floor_title(name: str) -> str:
    if name.startswith(MECHANISM):
        return f"mechanisme '{name.removeprefix(MECHANISM)}'"
    return f"buurt {name.removeprefix(BUURT)}"


def _remarks(agenda: Agenda, weighed: Sequence[Weighed], purses: Sequence[str], without: Sequence[str]) -> list[str]:
    found = []
    if agenda.invented or any(each.invented for each in weighed):
        found.append("Let op: deze agenda is verzonnen; geen getal hieruit is een plan of een voorspelling.")
    unbound = sorted({purse for each in weighed for purse in each.costs if purse not in purses})
    if unbound:
        found.append(f"Geen budget staat er voor {', '.join(unbound)}; wat zij betalen telt mee, maar begrenst niets.")
    late = [
        each.id for each, project in zip(weighed, agenda.projects, strict=True)
        if max((len(costs) for costs in each.costs.values()), default=0) > agenda.years
        or (project.latest or agenda.first + agenda.years - 1) - agenda.first
        + max((len(costs) for costs in each.costs.values()), default=0) > agenda.years
    ]  # fmt: skip
    if late:
        found.append("Kosten na de laatste jaren van de agenda worden in het laatste jaar opzij gelegd.")
    own = sum(not each.package for each in agenda.projects)
    if own and len(weighed) > 1:
        found.append(
            f"Van {own} van de {len(weighed)} projecten staat er niet bij op welke cijfers en buurten zij werken, want zij "
            "hebben geen pakket: hun waarde telt op bij die van de andere."
        )
    if without:
        found.append(f"Doorgerekend zonder het geld van {', '.join(without)}.")
    for each in agenda.budgets:
        if each.chance < 1 and each.id not in without:
            found.append(f"Het plan rekent op het geld van {each.id}; de kans dat het komt is {chance(each.chance)}.")
    return found
