"""How a package is paid for: what every fund makes of it, what awards may bring, and whether it goes on without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.amounts import chance, euros
from stadspeil.analyses.purse import AMOUNTS, PEOPLE
from stadspeil.appraisal.appraising import Appraisal, told
from stadspeil.appraisal.discounting import present_value
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.funds.award import FundingStack, funding_stack
from stadspeil.appraisal.funds.checking import Checked, check_request, country_of, inhabitants_of
from stadspeil.appraisal.funds.requests import Money, Paid, request_of_package
from stadspeil.appraisal.ledger import local_npv
from stadspeil.appraisal.outcome import HIGHEST, LOWEST, in_order
from stadspeil.appraisal.tables import FUNDS
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace

_THOUSAND = 1000.0
# Benefits of this family are what homes are worth: nobody pays with them before they are sold.
_OWNED = "gekapitaliseerd"


@dataclass(frozen=True)
class Means:
    """What funds make of a package, and what is left to pay. deficit: what the local coalition cannot find, without what
    only changes the value of what it owns; room: euro that the town may carry itself, None unknown."""

    checked: Checked
    money: Money
    stack: FundingStack
    deficit: Floats
    room: float | None

    def sentences(self) -> tuple[str, ...]:
        """What a reader should know of money that is not there yet."""
        paid = self.stack.expected
        titles = {each.fund.id: each.fund.title for each in self.checked.found}
        asked = ", ".join(sorted(titles.get(id, id) for id in self.stack.awarded)) or "geen fonds"
        unsure = ", ".join(sorted(titles[id] for id in self.unsure))
        condition = (
            f", als aan alle voorwaarden wordt voldaan (dat is nog niet te zeggen bij: {unsure})" if unsure else ""
        )
        room = (
            "hoeveel de stad zelf kan dragen is niet bekend (geen jaarrekening in deze werkmap)"
            if self.room is None
            else f"de kans dat het pakket doorgaat is {chance(self.stack.feasible)}, en zonder enige toekenning "
            f"{chance(self.stack.without)}"
        )
        return (f"Gevraagd kan worden bij: {asked}; naar verwachting {euros(paid)}{condition}. Daarna: {room}.",)

    @property
    def unsure(self) -> tuple[str, ...]:
        """Funds that are asked without knowing whether all their conditions are met."""
        return tuple(each for each in self.checked.unsure if each in self.stack.awarded)


def means_of(found: Appraisal, workspace: Workspace, catalogue: Catalogue) -> Means:
    """Hold a weighed package against all funds, and draw awards."""
    cash = local_cash(found, catalogue)
    money = money_of(found, catalogue, cash)
    request = request_of_package(found.package, catalogue, inhabitants_of(workspace, catalogue), money)
    checked = check_request(request, catalogue, country_of(workspace, catalogue))
    year = min(each.first for each in found.package.measures)
    room = own_room(workspace, catalogue, found)
    deficit = np.maximum(-sum(cash.values(), np.zeros(found.frame.draws)), 0.0)
    stack = funding_stack(
        checked.asks(year), deficit, 0.0 if room is None else room, found.frame,
        catalogue.parameter("toekenning_samenhang"),
    )  # fmt: skip
    return Means(checked, money, stack, deficit, room)


def money_of(found: Appraisal, catalogue: Catalogue, cash: Mapping[str, Floats]) -> Money:
    """Euros of a weighed package: costs per year (mean, not discounted) with their margin together, what the local coalition
    has left, 5th to 95th percentile, and of each fund the part that it may pay for. `cash`: its `local_cash`."""
    costs: dict[int, float] = {}
    nothing = np.zeros(found.frame.draws)
    spent: dict[str, Floats] = {}
    for stream in in_order(found.streams):
        if stream.side == "kosten":
            spent[stream.measure] = spent.get(stream.measure, nothing) + stream.amount * float(stream.profile.sum())
            for year, share in enumerate(stream.profile.tolist()):
                if share:
                    calendar = found.frame.first + year
                    costs[calendar] = costs.get(calendar, 0.0) + float(stream.amount.mean()) * share
    parts = {}
    for fund in catalogue.funds.values():
        paid = [each.id for each in found.package.measures if fund.may_pay(catalogue.intervention(each.intervention))]
        short = np.maximum(-sum((cash.get(each, nothing) for each in paid), nothing), 0.0)
        parts[fund.id] = Paid(_between(short), _between(sum((spent.get(each, nothing) for each in paid), nothing)))
    whole = sum(spent.values(), nothing)
    left = local_npv(found.ledger.rows, found.frame.draws)
    return Money(costs, _between(left), between=_between(whole), by_fund=parts)


def _between(draws: Floats) -> tuple[float, float]:
    low, high = np.percentile(draws, (LOWEST, HIGHEST))
    return float(low), float(high)


def local_cash(found: Appraisal, catalogue: Catalogue) -> dict[str, Floats]:
    """Measure -> what the local coalition has left by it, worth now (S draws), in money that comes in and goes out: what
    becomes worth more or less while it is owned pays nothing."""
    local = {each.id for each in catalogue.actors.values() if each.local}
    signs = {"kosten": -1.0, "baten": 1.0, "overdracht": 1.0}
    made: dict[str, Floats] = {}
    for stream in in_order(found.streams):
        share = sum(each for actor, each in stream.shares.items() if actor in local)
        if share and stream.family != _OWNED:
            worth = signs[stream.side] * share * present_value(stream, found.frame, catalogue, found.ledger.scheme)
            made[stream.measure] = made.get(stream.measure, np.zeros(found.frame.draws)) + worth
    return made


def kept_money(run: Mapping[str, Any], flows: pl.DataFrame) -> Money:
    """The same of a package as a workspace keeps it: its run.json and table of flows. An older one knows no margin of costs."""
    costs = dict(flows.group_by("year").agg(pl.col("costs").sum()).iter_rows())
    short, between = run["ask"]["shortfall"], run["means"].get("costs")
    parts = {
        id: Paid(tuple(each["deficit"]), tuple(each["spent"])) for id, each in run["means"].get("by_fund", {}).items()
    }
    return Money(
        costs, (-short["high"], -short["low"]), between=(between["low"], between["high"]) if between else None, by_fund=parts
    )  # fmt: skip


def own_room(workspace: Workspace, catalogue: Catalogue, found: Appraisal) -> float | None:
    """What the towns may carry themselves: a share of their yearly costs (parameter eigen_ruimte) for every year in which
    something of the package is made or run. None where there are no accounts."""
    folder = workspace.tables / "financien"
    towns = list(found.package.towns or (found.package.town,))
    if not has_shelf(folder):
        return None
    cells = read_shelf(folder, {"area": towns, "field": [AMOUNTS["lasten"], PEOPLE]})
    # By accounts alone: a budget is no more than a plan. Nobody spends nothing, so 0 is an account that did not come.
    last = cells.filter((pl.col("value") > 0) & (pl.col("field") == AMOUNTS["lasten"]))
    last = last.sort("year", "boundaries").unique("area", keep="last")
    if last.height < len(towns):
        return None
    first = min(each.first for each in found.package.measures)
    years = max(each.last for each in found.package.measures) - first + 1
    return float(last["value"].sum()) * _THOUSAND * catalogue.parameter("eigen_ruimte") * years


def funds_table(means: Means) -> pl.DataFrame:
    """FUNDS: one row per fund, with what fails and what is not known."""
    sentences = means.checked.sentences()
    rows = []
    for each, sentence in zip(means.checked.found, sentences, strict=False):
        awarded = means.stack.awarded.get(each.fund.id)
        asked = next((one.euro for one in means.checked.asks(0) if one.fund == each.fund.id), None)
        rows.append((
            each.fund.id, each.verdict, each.sum.low, each.sum.high, *(each.sum.cofunding or (None, None)), each.chance,
            each.chance_mark, asked, float(awarded.mean()) if awarded is not None else None,
            "; ".join(one.statement for one in each.failed), "; ".join(each.missing), sentence,
        ))  # fmt: skip
    if not rows:
        return empty(FUNDS)
    return check(pl.DataFrame(rows, schema=dict(FUNDS.columns), orient="row"), FUNDS, "fondsen van het pakket")


def told_means(means: Means) -> dict[str, object]:
    """The whole, for run.json."""
    mean, low, middle, high, _ = told(means.deficit)
    return {
        "deficit": {"mean": mean, "low": low, "middle": middle, "high": high},
        "costs": dict(zip(("low", "high"), means.money.spent, strict=True)),
        "expected": means.stack.expected, "feasible": means.stack.feasible if means.room is not None else None,
        "without": means.stack.without if means.room is not None else None, "room": means.room,
        "unsure": list(means.unsure),
        "by_fund": {id: {"deficit": each.deficit, "spent": each.spent} for id, each in means.money.by_fund.items()},
        "sentences": list(means.sentences()),
    }  # fmt: skip
