"""A request held against all funds: who may ask what, how the homes are best divided, and what can be counted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.amounts import chance, euros, number
from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.funds.award import Ask, funding_stack
from stadspeil.appraisal.funds.country import SCALES, Country, Scale, load_country
from stadspeil.appraisal.funds.eligibility import PURPOSE, Eligibility, Tested, eligibility
from stadspeil.appraisal.funds.requests import Request
from stadspeil.appraisal.funds.stacking import Stacked, exclusive_pairs, offers_of, stack
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Fund
from stadspeil.shelf import has_shelf
from stadspeil.workspace import Workspace

TESTED_COLUMNS = {
    "fonds": pl.String, "oordeel": pl.String, "voorwaarde": pl.String, "uitkomst": pl.String, "telt": pl.String,
    "gevonden_laag": pl.Float64, "gevonden_hoog": pl.Float64, "grens": pl.Float64, "tekort": pl.Float64,
    "eenheid": pl.String, "ontbreekt": pl.String, "regel": pl.String, "merk": pl.String, "bron": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """A request with what every fund makes of it, and the best division of its homes over funds that may be asked."""

    request: Request
    found: tuple[Eligibility, ...]
    stacked: Stacked | None

    def asks(self, year: int) -> tuple[Ask, ...]:
        """What can be asked of funds that do not refuse: of homes as they are divided, else by the rule (the middle)."""
        made = []
        for each in self.found:
            if each.verdict not in ("ja", "niet te zeggen"):
                continue
            euro = self.stacked.euro.get(each.fund.id) if self.stacked else None
            if euro is None and each.sum.low is not None and each.sum.high is not None:
                euro = (each.sum.low + each.sum.high) / 2
            if euro:
                made.append(Ask(each.fund.id, euro, each.chance, year))
        return tuple(made)

    @property
    def unsure(self) -> tuple[str, ...]:
        """Funds that may be asked, but of which it is not known whether all conditions are met."""
        return tuple(each.fund.id for each in self.found if each.verdict == "niet te zeggen")

    def table(self) -> pl.DataFrame:
        """One row per fund and condition; a fund without conditions has one row."""
        rows = [
            _row(each, tested) for each in self.found for tested in (each.tested or (None,))
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=TESTED_COLUMNS, orient="row")

    def sentences(self) -> tuple[str, ...]:
        """What a reader should take away, fund by fund, and then of stacking."""
        return (*(_told(each) for each in self.found), *_stacked(self))


def check_request(
    request: Request, catalogue: Catalogue, country: Country | None = None, funds: Sequence[str] = ()
) -> Checked:
    """A request held against the named funds, or all. Raises: QuestionError for a fund that is not there."""
    chosen = [catalogue.fund(id) for id in funds] or list(catalogue.funds.values())
    found = tuple(eligibility(each, request, catalogue, country) for each in chosen)
    open_funds = [each.fund for each in found if each.verdict in ("ja", "niet te zeggen")]
    offers = offers_of(open_funds, request) if request.lots else ()
    stacked = stack(request.lots, offers, exclusive_pairs(open_funds)) if offers else None
    return Checked(request, found, stacked)


def country_of(workspace: Workspace, catalogue: Catalogue, funds: Sequence[str] = ()) -> Country | None:
    """The country with the figures that conditions of funds ask for; none where none asks for any, or without scores."""
    asked: set[tuple[str, Scale]] = set()
    for fund in [catalogue.fund(id) for id in funds] or catalogue.funds.values():
        for each in fund.conditions:
            kind, _, id = each.measured.partition(":")
            scale = next((scale for scale in SCALES if scale == each.level), None)
            if kind in ("indicator", "mechanism") and scale is not None:
                mechanism = catalogue.mechanisms.get(id)
                asked.add((mechanism.composite if mechanism else id, scale))
    if not asked or not has_shelf(workspace.out / "scores"):
        return None
    return load_country(workspace, catalogue, asked)


def funding_words(checked: Checked, deficit: float, room: float, year: int, frame: Frame, catalogue: Catalogue) -> str:
    """How likely it is that what funds do not pay fits in what the town can carry itself, in one sentence."""
    asks = checked.asks(year)
    made = funding_stack(asks, np.array(deficit), room, frame, catalogue.parameter("toekenning_samenhang"))
    title = {each.fund.id: each.fund.title for each in checked.found}
    named = ", ".join(f"{title[each.fund]} ({chance(each.chance)})" for each in asks) or "geen enkel fonds"
    return (
        f"Gevraagd aan {named}: gemiddeld {euros(made.expected)} van {euros(deficit)}. De kans dat de rest past in {euros(room)} eigen "
        f"ruimte is {chance(made.feasible)}; zonder enige toekenning {chance(made.without)}. Kansen zijn oordelen."
    )


def inhabitants_of(workspace: Workspace, catalogue: Catalogue) -> Mapping[str, float]:
    """Inhabitants of gemeenten, as far as the workspace has scores; none without."""
    if not has_shelf(workspace.out / "scores"):
        return {}
    places = load_country(workspace, catalogue, ()).places["gemeente"]
    return {str(code): float(each) for code, each in zip(places.codes, places.inhabitants, strict=True)}


def _row(found: Eligibility, tested: Tested | None) -> tuple[object, ...]:
    if tested is None:
        return (found.fund.id, found.verdict, *(None,) * (len(TESTED_COLUMNS) - 2))
    between = (tested.found.low, tested.found.high) if tested.found else (None, None)
    return (
        found.fund.id, found.verdict, tested.condition, tested.answer, "hard" if tested.hard else "voorrang", *between,
        tested.bound, tested.short or None, tested.unit, "; ".join(tested.missing) or None, tested.statement,
        tested.mark, tested.source,
    )  # fmt: skip


def _told(found: Eligibility) -> str:
    fund = found.fund
    if found.verdict == "geen aanvraag":
        return f"{fund.title}: geen aanvraag; elke gemeente krijgt het naar maatstaven."
    if fund.status == "gesloten":
        return f"{fund.title}: gesloten."
    text = f"{fund.title}: {found.verdict}"
    if found.failed:
        text += ", want " + "; ".join(_failing(each) for each in found.failed)
    elif found.verdict == "niet te zeggen":
        text += ", want niet bekend is: " + "; ".join(found.missing)
    text += "."
    if found.verdict == "nee":
        return text
    amount = found.sum
    if amount.low is not None and amount.high is not None:
        text += f" Hooguit {_between(amount.low, amount.high)}"
        if amount.cofunding is not None and amount.cofunding[1] > 0:
            text += f"; anderen leggen {_between(*amount.cofunding)} bij"
        text += f" (rust op {', '.join(_fact(each, fund) for each in amount.rests_on)})."
    if found.verdict == "niet te zeggen":
        return (
            text + f" Voldoet het aan alles, dan is de kans op toekenning {chance(found.chance)} [{found.chance_mark}]."
        )
    return text + f" Kans op toekenning {chance(found.chance)} [{found.chance_mark}]."


def _fact(named: str, fund: Fund) -> str:
    """A fact that a sum rests on ('id [mark]') by its title."""
    id, _, mark = named.partition(" ")
    title = next((each.title for each in fund.facts if each.id == id), "")
    return f"{title or id.replace('_', ' ')} {mark}"


def _between(low: float, high: float) -> str:
    return euros(low) if euros(low) == euros(high) else f"{euros(low)} tot {euros(high)}"


def _failing(tested: Tested) -> str:
    if tested.condition == PURPOSE:
        return f"geen enkele maatregel is van een soort waar het voor is ({tested.statement.rstrip('.').lower()})"
    if tested.found is None and tested.unit and not tested.short:
        return f"niet op de lijst '{tested.condition}'"
    if tested.found is None or not tested.short:
        return tested.statement.rstrip(".")
    return f"{tested.statement[0].lower()}{tested.statement[1:].rstrip('.')} (komt {number(tested.short, 2 if tested.short < 10 else 0)} {tested.unit} te kort)"


def _stacked(checked: Checked) -> tuple[str, ...]:
    if checked.stacked is None or not checked.stacked.total:
        return ()
    parts, funds = [], {each.fund.id: each.fund for each in checked.found}
    for fund, euro in checked.stacked.euro.items():
        homes = sum(sum(each) for (_, paid), each in checked.stacked.homes.items() if paid == fund)
        if euro:
            # A share of a deficit is not paid per home: a number of homes beside it would read as a price.
            counted = f" voor {number(homes)} woningen" if funds[fund].basis == "per_home" else ""
            parts.append(f"{funds[fund].title} {euros(euro)}{counted}")
    return (
        f"Gestapeld, zonder dat een woning twee keer telt: {'; '.join(parts)}; samen {euros(checked.stacked.total)}.",
    )
