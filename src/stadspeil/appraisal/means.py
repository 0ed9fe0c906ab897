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
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.funds.award import FundingStack, funding_stack
from stadspeil.appraisal.funds.checking import Checked, check_request, country_of, inhabitants_of
from stadspeil.appraisal.funds.requests import Money, request_of_package
from stadspeil.appraisal.ledger import local_npv
from stadspeil.appraisal.outcome import HIGHEST, LOWEST, in_order
from stadspeil.appraisal.tables import FUNDS
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace

_THOUSAND = 1000.0


@dataclass(frozen=True)
class Means:
    """What funds make of a package, and what is left to pay. room: euro that the town may carry itself, None unknown;
    spent: all costs not discounted, low and high."""

    checked: Checked
    spent: tuple[float, float]
    stack: FundingStack
    deficit: Floats
    room: float | None

    def sentences(self) -> tuple[str, ...]:
        """What a reader should know of money that is not there yet."""
        paid = self.stack.expected
        titles = {each.fund.id: each.fund.title for each in self.checked.found}
        asked = ", ".join(sorted(titles.get(id, id) for id in self.stack.awarded)) or "geen fonds"
        room = (
            "hoeveel de stad zelf kan dragen is niet bekend (geen jaarrekening in deze werkmap)"
            if self.room is None
            else f"de kans dat het pakket doorgaat is {chance(self.stack.feasible)}, en zonder enige toekenning "
            f"{chance(self.stack.without)}"
        )
        return (f"Gevraagd kan worden bij: {asked}; naar verwachting {euros(paid)}. Daarna: {room}.",)


def means_of(found: Appraisal, workspace: Workspace, catalogue: Catalogue) -> Means:
    """Hold a weighed package against all funds, and draw awards."""
    local = local_npv(found.ledger.rows, found.frame.draws)
    money = money_of(found)
    request = request_of_package(found.package, catalogue, inhabitants_of(workspace, catalogue), money)
    checked = check_request(request, catalogue, country_of(workspace, catalogue))
    year = min(each.first for each in found.package.measures)
    room = own_room(workspace, catalogue, found)
    deficit = np.maximum(-local, 0.0)
    stack = funding_stack(
        checked.asks(year), deficit, 0.0 if room is None else room, found.frame,
        catalogue.parameter("toekenning_samenhang"),
    )  # fmt: skip
    return Means(checked, money.spent, stack, deficit, room)


def money_of(found: Appraisal) -> Money:
    """Euros of a weighed package: costs per year (mean, not discounted) with their margin together, and what the local
    coalition has left, 5th to 95th percentile."""
    costs: dict[int, float] = {}
    together = np.zeros(found.frame.draws)
    for stream in in_order(found.streams):
        if stream.side == "kosten":
            together += stream.amount * float(stream.profile.sum())
            for year, share in enumerate(stream.profile.tolist()):
                if share:
                    calendar = found.frame.first + year
                    costs[calendar] = costs.get(calendar, 0.0) + float(stream.amount.mean()) * share
    (low, high), (least, most) = (
        np.percentile(draws, (LOWEST, HIGHEST)) for draws in (local_npv(found.ledger.rows, found.frame.draws), together)
    )
    return Money(costs, (float(low), float(high)), between=(float(least), float(most)))


def kept_money(run: Mapping[str, Any], flows: pl.DataFrame) -> Money:
    """The same of a package as a workspace keeps it: its run.json and table of flows. An older one knows no margin of costs."""
    costs = dict(flows.group_by("year").agg(pl.col("costs").sum()).iter_rows())
    short, between = run["ask"]["shortfall"], run["means"].get("costs")
    return Money(costs, (-short["high"], -short["low"]), between=(between["low"], between["high"]) if between else None)


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
        "costs": dict(zip(("low", "high"), means.spent, strict=True)),
        "expected": means.stack.expected, "feasible": means.stack.feasible if means.room is not None else None,
        "without": means.stack.without if means.room is not None else None, "room": means.room,
        "sentences": list(means.sentences()),
    }  # fmt: skip
