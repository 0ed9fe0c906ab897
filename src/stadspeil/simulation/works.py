"""A programme carried out: homes delivered, withdrawn, sold, emptied and given back, each in its month.

Homes of a step have lasting numbers that follow from the name of the site and their order in it: they are the same
dwellings in every run. Which standing homes a step takes follows from the name of the site too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import FORMS, HOUSEHOLD_TYPES, OWNER, PRICES, SOCIAL, TENURES
from stadspeil.simulation.programme import Step
from stadspeil.simulation.randomness import Purpose, draws
from stadspeil.simulation.state import NO_RIGHT, State
from stadspeil.simulation.world import NEVER, NOBODY, Dwellings, Ints, Numbers, World

_REMEDY = "verbeter het programma"
_NO_COST = 900.0
_MOST_HOMES = 200_000


@dataclass(frozen=True)
class Renovation:
    """Homes of one step that are emptied in `leave` and given back in `back`."""

    step: Step
    homes: Ints
    leave: int
    back: int
    tenants: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What is done when.

    built  rows of new homes      groups  bits of the types that go first in them      demolished, sold  rows and months
    """

    built: Dwellings
    groups: NDArray[np.uint8]
    demolished: list[tuple[Step, Ints, Ints]]
    sold: list[tuple[Ints, Ints, float, int]]
    renovated: list[Renovation]


def site_key(site: str) -> np.uint64:
    """A number that follows from the name of a site."""
    return np.uint64(int.from_bytes(hashlib.blake2b(site.encode(), digest_size=8).digest(), "little"))


def site_numbers(site: str, homes: int) -> Numbers:
    """Lasting numbers of the homes of a site."""
    order = np.arange(homes, dtype=np.int64)
    spread = (order + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + site_key(site)
    return ((spread ^ (spread >> np.uint64(31))) >> np.uint64(2)).astype(np.int64) | 1


def plan_of(world: World, steps: Sequence[Step]) -> Plan:
    """The steps in the rows of a world.

    Raises:  QuestionError with all that cannot be: unknown buurt, wrong counts or codes, months out of order or before
             the start, one site twice, more homes taken than there are.
    """
    row_of = {code: row for row, code in enumerate(world.places.codes)}
    problems = [problem for step in steps for problem in _problems(step, row_of, world.year)]
    sites = Counter(step.site for step in steps)
    problems += [
        f"{site}: staat meer dan een keer in het programma" for site, times in sorted(sites.items()) if times > 1
    ]
    if problems:
        raise QuestionError("programma", problems, _REMEDY)
    plan = Plan(_built(world, steps, row_of), _groups(steps), [], [], [])
    taken = np.zeros(len(world.dwellings.number), np.bool_)
    for step in steps:
        if step.act == "bouwen":
            continue
        homes = _chosen(world, step, row_of[step.buurt], taken)
        if len(homes) < step.homes:
            problems.append(
                f"{step.site}: {step.homes} woningen om te {step.act}, maar in {step.buurt} staan er {len(homes)} van die soort"
            )
            continue
        taken[homes] = True
        _add(plan, step, homes, world, row_of)
    if problems:
        raise QuestionError("programma", problems, _REMEDY)
    return plan


class Works:
    """The programme of one run."""

    def __init__(self, state: State, plan: Plan) -> None:
        self._state, self._plan = state, plan
        state.groups[state.standing :] = plan.groups
        for step, homes, months in plan.demolished:
            state.homes.until_month[homes] = np.minimum(months, NEVER)
            state.clearing[homes] = (months - int(state.rules.clearing_months)).astype(np.int16)
            if step.return_right:
                self._rights(homes)
        self._has_rights = any(step.return_right for step, _, _ in plan.demolished)
        for homes, months, cost, price in plan.sold:
            state.sell_from[homes] = months
            state.sale_cost[homes], state.sale_price[homes] = cost, price
        for each in plan.renovated:
            state.clearing[each.homes] = each.leave - int(state.rules.clearing_months)
        until, begins, clearing = state.homes.until_month, state.homes.from_month, state.clearing
        self._until = set(np.unique(until[until != NEVER]).tolist())
        self._from = set(np.unique(begins[begins > 0]).tolist())
        # Those that begin later: of the programme, and what it renovates.
        renovated = np.concatenate([np.empty(0, np.int32), *(each.homes for each in plan.renovated)])
        self._later = np.union1d(np.flatnonzero(begins > 0), renovated).astype(np.int32)
        self._clearing = set(np.unique(clearing[clearing != NEVER]).tolist())
        self._returning: list[tuple[Ints, Ints]] = []

    def month(self) -> None:
        """What the programme does in this month."""
        state = self._state
        homes = state.homes
        if state.month in self._clearing or state.month == 0:
            clearing = state.clearing <= state.month if state.month == 0 else state.clearing == state.month
            living = homes.household[np.flatnonzero(clearing)]
            state.urge(state.sorted(living[living != NOBODY]))
        if state.month in self._until:
            state.withdraw(np.flatnonzero(homes.until_month == state.month).astype(np.int32))
        for each in self._plan.renovated:
            self._renovate(each)
        if state.month in self._from or state.month == 0:
            new = np.arange(len(homes.number), dtype=np.int32) if state.month == 0 else self._later
            begins = homes.from_month[new]
            new = new[begins <= 0 if state.month == 0 else begins == state.month]
            new = new[(homes.household[new] == NOBODY) & (state.vacancy[new] < 0)]
            new = new[homes.until_month[new] > state.month]
            state.deliver(new)
            self._return_to(new)

    def _renovate(self, each: Renovation) -> None:
        state = self._state
        homes = state.homes
        if each.step.return_right and state.month == max(each.leave - int(state.rules.clearing_months), 0):
            living = homes.household[each.homes]
            lived = living != NOBODY
            numbers = state.people.number[living[lived]]
            each.tenants.update(zip(each.homes[lived].tolist(), numbers.tolist(), strict=True))
        if state.month == each.leave:
            state.withdraw(each.homes)
            homes.from_month[each.homes] = each.back
            step = each.step
            homes.tenure[each.homes], homes.form[each.homes], homes.price[each.homes] = (
                step.tenure,
                step.form,
                step.price,
            )
            homes.floor[each.homes] = step.floor
            if step.cost:
                homes.cost[each.homes] = step.cost
            state.clearing[each.homes] = NEVER
        if state.month == each.back:
            state.deliver(each.homes)
            self._bring_back(each)

    def _bring_back(self, each: Renovation) -> None:
        """Tenants with a right who want it come back to their own dwelling; what they leave is the next link."""
        state = self._state
        if not each.tenants:
            return
        homes = np.array(sorted(each.tenants), np.int32)
        numbers = np.array([each.tenants[int(home)] for home in homes], np.int64)
        used = state.used()
        order = np.argsort(used.number)
        rows = order[np.searchsorted(used.number[order], numbers).clip(0, len(order) - 1)].astype(np.int32)
        there = (used.number[rows] == numbers) & used.alive[rows]
        there &= draws(numbers, state.key(Purpose.RETURN_RIGHT, 0)) < state.rules.return_share
        self._returning.append((rows[there], homes[there]))

    def take_returning(self) -> tuple[Ints, Ints]:
        """Households that go back this month, and their dwellings; told once."""
        none = np.empty(0, np.int32)
        rows = np.concatenate([none, *(each[0] for each in self._returning)])
        homes = np.concatenate([none, *(each[1] for each in self._returning)])
        self._returning.clear()
        return rows, homes

    def _rights(self, homes: Ints) -> None:
        """Who lives at the start in homes that go may come first to new social homes in the same buurt."""
        state = self._state
        living = state.homes.household[homes]
        state.right[living[living != NOBODY]] = state.homes.buurt[homes[living != NOBODY]]

    def _return_to(self, new: Ints) -> None:
        """Households with a right to return that want it get the new social homes of their buurt, in an order drawn."""
        state = self._state
        new = new[(new >= state.standing) & (state.homes.tenure[new] == SOCIAL)]
        if not (len(new) and self._has_rights):
            return
        used = state.used()
        holders = np.flatnonzero(state.right[: state.count] != NO_RIGHT).astype(np.int32)
        holders = holders[used.alive[holders]]
        for buurt in np.intersect1d(state.homes.buurt[new], state.right[holders]):
            homes = new[state.homes.buurt[new] == buurt]
            rows = holders[state.right[holders] == buurt]
            numbers = used.number[rows]
            drawn = draws(numbers, state.key(Purpose.RETURN_RIGHT, 0))
            rows = rows[np.lexsort((numbers, drawn))][: np.count_nonzero(drawn < state.rules.return_share)]
            homes, rows = homes[: len(rows)], rows[: len(homes)]
            state.right[rows] = NO_RIGHT
            self._returning.append((rows, homes))


def _problems(step: Step, row_of: dict[str, int], year: int) -> list[str]:
    start = 12 * year
    wrong = [
        (step.act not in ("bouwen", "slopen", "verkopen", "renoveren"), f"onbekende handeling {step.act!r}"),
        (step.buurt not in row_of, f"buurt {step.buurt} bestaat niet in dit gebied"),
        (not 0 <= step.homes <= _MOST_HOMES, f"{step.homes} woningen; verwacht 0 tot {_MOST_HOMES}"),
        (step.last < step.first, "de laatste maand ligt voor de eerste"),
        (step.first < start, f"begint voor januari {year}, de eerste maand van de berekening"),
        (not 0 <= step.tenure < len(TENURES), f"onbekende eigendom {step.tenure}"),
        (not 0 <= step.form < len(FORMS), f"onbekende woningvorm {step.form}"),
        (not 0 <= step.price < len(PRICES), f"onbekende prijsklasse {step.price}"),
        (any(not 0 <= kind < len(HOUSEHOLD_TYPES) for kind in step.groups), f"onbekende doelgroep in {step.groups}"),
        (step.floor <= 0 or step.cost < 0, "oppervlak of woonlasten kleiner dan nul"),
    ]
    return [f"{step.site}: {problem}" for is_wrong, problem in wrong if is_wrong]


def _months(step: Step, year: int) -> Ints:
    """Month of the run in which each home of a step has its turn: spread evenly, last months not after `last`."""
    span = step.last - step.first + 1
    return (step.first - 12 * year + np.arange(step.homes) * span // max(step.homes, 1)).clip(0, NEVER).astype(np.int32)


def _built(world: World, steps: Sequence[Step], row_of: dict[str, int]) -> Dwellings:
    building = [step for step in steps if step.act == "bouwen"]
    counts = [step.homes for step in building]

    def of_steps(values: Sequence[float], kind: type[np.generic]) -> NDArray[np.generic]:
        return np.repeat(np.array(values, kind), counts)

    total = sum(counts)
    months = np.concatenate([np.empty(0, np.int32), *(_months(step, world.year) for step in building)])
    numbers = np.concatenate([np.empty(0, np.int64), *(site_numbers(step.site, step.homes) for step in building)])
    costs = [step.cost or like_cost(world, step, row_of[step.buurt]) for step in building]
    return Dwellings(
        number=numbers.astype(np.int64),
        buurt=of_steps([row_of[step.buurt] for step in building], np.int32),  # type: ignore[arg-type]
        tenure=of_steps([step.tenure for step in building], np.uint8),  # type: ignore[arg-type]
        form=of_steps([step.form for step in building], np.uint8),  # type: ignore[arg-type]
        price=of_steps([step.price for step in building], np.uint8),  # type: ignore[arg-type]
        cost=of_steps(costs, np.float32),  # type: ignore[arg-type]
        floor=of_steps([step.floor for step in building], np.float32),  # type: ignore[arg-type]
        quality=np.zeros(total, np.float32),
        household=np.full(total, NOBODY, np.int32),
        from_month=months.astype(np.int16),
        until_month=np.full(total, NEVER, np.int16),
    )


def like_cost(world: World, step: Step, buurt: int) -> float:
    """Median cost of homes of the same tenure, form and price in the buurt; else in its gemeente; else anywhere."""
    homes = world.dwellings
    like = (homes.tenure == step.tenure) & (homes.form == step.form) & (homes.price == step.price)
    town = world.places.town[homes.buurt] == world.places.town[buurt]
    for near in (like & (homes.buurt == buurt), like & town, like, homes.tenure == step.tenure):
        if near.any():
            return float(np.median(homes.cost[near]))
    return _NO_COST


def _groups(steps: Sequence[Step]) -> NDArray[np.uint8]:
    bits = [(sum(1 << kind for kind in set(step.groups)), step.homes) for step in steps if step.act == "bouwen"]
    return np.repeat(np.array([bit for bit, _ in bits], np.uint8), [homes for _, homes in bits])


def _chosen(world: World, step: Step, buurt: int, taken: NDArray[np.bool_]) -> Ints:
    """Homes that a step takes: of its tenure and form in its buurt; those of its price class before others (renovation:
    any), and among equals those that come first in the order of the site."""
    homes = world.dwellings
    tenure = SOCIAL if step.act == "verkopen" else step.tenure
    of_kind = (homes.buurt == buurt) & (homes.tenure == tenure) & (homes.form == step.form) & ~taken
    of_kind &= (homes.until_month == NEVER) & (homes.from_month <= 0)
    found = np.flatnonzero(of_kind).astype(np.int32)
    other = np.abs(homes.price[found].astype(np.int16) - step.price) * (step.act != "renoveren")
    order = np.lexsort((homes.number[found], draws(homes.number[found], site_key(step.site)), other))
    return found[order[: step.homes]]


def _add(plan: Plan, step: Step, homes: Ints, world: World, row_of: dict[str, int]) -> None:
    months = _months(step, world.year)
    if step.act == "slopen":
        plan.demolished.append((step, homes, months))
    elif step.act == "verkopen":
        sold = Step("bouwen", step.site, step.buurt, 0, 0, 1, OWNER, step.form, step.price)
        plan.sold.append((homes, months, step.cost or like_cost(world, sold, row_of[step.buurt]), step.price))
    else:
        plan.renovated.append(Renovation(step, homes, step.first - 12 * world.year, step.last - 12 * world.year))
