"""Which homes go to which fund, so that the sum is largest and no home is paid for twice where that is forbidden.

Homes of one lot are alike, so that numbers of homes are decided and not single homes: of each lot, how many get
exactly this set of funds, where a set holds no two funds that exclude each other. Solved to optimality (HiGHS through
SciPy); tests hold it against trying everything.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from stadspeil.appraisal.funds.requests import Lot, Request, start_years
from stadspeil.catalogue.appraisal_entries import Fund
from stadspeil.errors import QuestionError

# More would mean thousands of sets of funds per lot; the catalogue has three that pay for homes.
_MOST_FUNDS = 8
# Far below any euro that a home can bring.
_PER_HOME = 1e-4


@dataclass(frozen=True)
class Offer:
    """What a fund pays for homes: euro per home by lot, within bounds, and what the homes it pays for must be together.

    euro        lot -> euro per home that the fund would pay; a lot that is missing cannot be paid for
    affordable  least share of affordable homes among those it pays for      homes  fewest homes
    least, most euro of the fund together
    only_affordable  whether it pays for affordable homes only
    """

    fund: str
    euro: Mapping[str, float]
    affordable: float = 0.0
    homes: int = 0
    least: float = 0.0
    most: float = float("inf")
    only_affordable: bool = False


@dataclass(frozen=True)
class Stacked:
    """Homes by lot and fund, split in affordable and other, and euro by fund."""

    homes: Mapping[tuple[str, str], tuple[int, int]]
    euro: Mapping[str, float]

    @property
    def total(self) -> float:
        """Euro of all funds together."""
        return sum(self.euro.values())


def stack(lots: Sequence[Lot], offers: Sequence[Offer], excludes: Sequence[tuple[str, str]]) -> Stacked:
    """The division of homes over funds with the largest sum. Counts homes as affordable that surely are.

    Raises:  QuestionError where there are more funds than can be tried.
    """
    if len(offers) > _MOST_FUNDS:
        raise QuestionError(
            "stapelen van fondsen", f"{len(offers)} fondsen die per woning betalen; verwacht hooguit {_MOST_FUNDS}",
            "noem alleen de fondsen die u wilt combineren",
        )  # fmt: skip
    sets = _allowed_sets([each.fund for each in offers], excludes)
    kinds = [(lot, cheap, _count(lot, cheap)) for lot in lots for cheap in (True, False) if _count(lot, cheap)]
    if not sets or not kinds:
        return Stacked({}, {each.fund: 0.0 for each in offers})
    return _solved(_Problem(tuple(kinds), tuple(sets), tuple(offers)))


def _count(lot: Lot, cheap: bool) -> int:
    return int(lot.affordable[0]) if cheap else int(lot.homes - lot.affordable[0])


def _allowed_sets(funds: list[str], excludes: Sequence[tuple[str, str]]) -> list[frozenset[str]]:
    """All sets of funds of which no two exclude each other; not the empty one."""
    pairs = {frozenset(each) for each in excludes}
    subsets = itertools.chain.from_iterable(itertools.combinations(funds, size) for size in range(1, len(funds) + 1))
    return [
        frozenset(each) for each in subsets
        if not any(frozenset(pair) in pairs for pair in itertools.combinations(each, 2))
    ]  # fmt: skip


@dataclass(frozen=True)
class _Problem:
    """Variables in order: homes per kind and set, then euro per fund, then whether the fund is asked."""

    kinds: tuple[tuple[Lot, bool, int], ...]
    sets: tuple[frozenset[str], ...]
    offers: tuple[Offer, ...]

    @property
    def counts(self) -> int:
        return len(self.kinds) * len(self.sets)

    @property
    def size(self) -> int:
        return self.counts + 2 * len(self.offers)

    def column(self, kind: int, chosen: int) -> int:
        return kind * len(self.sets) + chosen

    def paid_by(self, fund: str) -> list[tuple[int, int]]:
        """Column and kind of all homes that a fund pays for."""
        return [
            (self.column(kind, chosen), kind)
            for kind in range(len(self.kinds))
            for chosen, each in enumerate(self.sets)
            if fund in each
        ]


def _solved(problem: _Problem) -> Stacked:
    rows, low, high = [], [], []

    def add(entries: dict[int, float], least: float, most: float) -> None:
        rows.append(entries)
        low.append(least)
        high.append(most)

    upper = np.full(problem.size, np.inf)
    for kind, (lot, cheap, number) in enumerate(problem.kinds):
        add({problem.column(kind, chosen): 1.0 for chosen in range(len(problem.sets))}, 0, number)
        for chosen, funds in enumerate(problem.sets):
            barred = any(
                lot.id not in offer.euro or (offer.only_affordable and not cheap)
                for offer in problem.offers
                if offer.fund in funds
            )
            upper[problem.column(kind, chosen)] = 0 if barred else number
    for place, offer in enumerate(problem.offers):
        euro, asked = problem.counts + place, problem.counts + len(problem.offers) + place
        upper[asked] = 1
        paid = problem.paid_by(offer.fund)
        worth = {column: offer.euro.get(problem.kinds[kind][0].id, 0.0) for column, kind in paid}
        add({euro: 1.0, **{column: -each for column, each in worth.items()}}, -np.inf, 0)
        total = sum(number for _, _, number in problem.kinds)
        most = min(offer.most, sum(offer.euro.get(lot.id, 0.0) * number for lot, _, number in problem.kinds))
        add({euro: 1.0, asked: -most}, -np.inf, 0)
        add({euro: 1.0, asked: -offer.least}, 0, np.inf)
        add({**{column: 1.0 for column, _ in paid}, asked: -float(total)}, -np.inf, 0)
        add({**{column: 1.0 for column, _ in paid}, asked: -float(offer.homes)}, 0, np.inf)
        if offer.affordable:
            add({column: float(problem.kinds[kind][1]) - offer.affordable for column, kind in paid}, 0, np.inf)
    matrix = lil_matrix((len(rows), problem.size))
    for number, entries in enumerate(rows):
        for column, each in entries.items():
            matrix[number, column] = each
    # Of equal sums the one with the fewest homes: what a fund does not need is left for who may still ask.
    aim = np.full(problem.size, _PER_HOME)
    aim[problem.counts :] = 0.0
    aim[problem.counts : problem.counts + len(problem.offers)] = -1.0
    whole = np.ones(problem.size)
    whole[problem.counts : problem.counts + len(problem.offers)] = 0
    found = milp(
        aim, constraints=LinearConstraint(matrix.tocsr(), low, high), integrality=whole,
        bounds=Bounds(np.zeros(problem.size), upper), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return _read(problem, found.x)


def _read(problem: _Problem, solution: np.ndarray) -> Stacked:
    homes: dict[tuple[str, str], tuple[int, int]] = {}
    for offer in problem.offers:
        for column, kind in problem.paid_by(offer.fund):
            number = round(solution[column])
            if number:
                lot, cheap, _ = problem.kinds[kind]
                before = homes.get((lot.id, offer.fund), (0, 0))
                homes[lot.id, offer.fund] = (before[0] + number * cheap, before[1] + number * (not cheap))
    euro = {each.fund: float(solution[problem.counts + place]) for place, each in enumerate(problem.offers)}
    return Stacked(homes, euro)


def offers_of(funds: Sequence[Fund], request: Request) -> tuple[Offer, ...]:
    """What the funds that pay for homes offer for the lots of a request: a share of the deficit of what they may pay for, or
    a fixed sum."""
    made = []
    for fund in funds:
        facts = {each.id: each.value for each in fund.facts}
        most = facts.get(fund.most) if fund.most else None
        least = facts.get(fund.least) if fund.least else None
        share = facts.get(fund.share) if fund.share else None
        if fund.basis == "per_home" and fund.per_home:
            sum_per_home = facts[fund.per_home] or 0.0
            euro = {each.id: sum_per_home for each in request.lots if _starts_in_time(each, fund)}
        elif fund.basis == "deficit" and share is not None:
            # A programme does not say where the deficit lies: over all homes, each the same.
            short = 0.0 if request.money is None else sum(request.money.paid_by(fund.id).deficit) / 2
            homes = sum(each.homes for each in request.lots)
            euro = {each.id: share * short / homes for each in request.lots}
        else:
            continue
        offer = Offer(fund.id, euro, least=least or 0.0, most=float("inf") if most is None else most)
        fewest, share_affordable = _together(fund, request)
        offer = replace(offer, only_affordable=fund.homes_counted == "betaalbaar", homes=int(fewest))
        made.append(replace(offer, affordable=share_affordable))
    return tuple(made)


def _starts_in_time(lot: Lot, fund: Fund) -> bool:
    """Whether building surely begins in the years for which a fund pays (a year before it pays)."""
    first, last = start_years(fund)
    return lot.starts[0] >= first and (not last or lot.starts[1] <= last)


def _together(fund: Fund, request: Request) -> tuple[float, float]:
    """Fewest homes and least affordable share that hold for this request."""
    facts = {each.id: each.value or 0.0 for each in fund.facts}
    inhabitants = request.measured.get("inhabitants")
    made = {"homes": 0.0, "affordable_share": 0.0}
    for each in fund.conditions:
        word = each.measured
        if word not in made or each.test != "at_least":
            continue
        if each.when:
            _, side, limit = each.when.split()
            size = inhabitants.high if inhabitants else float("inf")
            if (size > facts[limit]) != (side == "above"):
                continue
        made[word] = max(made[word], facts[each.fact])
    return made["homes"], made["affordable_share"]


def exclusive_pairs(funds: Sequence[Fund]) -> tuple[tuple[str, str], ...]:
    """Pairs of funds that may not pay for the same home."""
    ids = {each.id for each in funds}
    pairs = {tuple(sorted((each.id, other))) for each in funds for other in each.excludes if other in ids}
    return tuple((first, second) for first, second in sorted(pairs))
