"""Another criterion: which areas and towns of the country come in or drop out, how sure that is, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from stadspeil.appraisal.funds.country import SCALES, Country, Floats, Places, Scale
from stadspeil.appraisal.funds.criteria import Flags, Held, Rule, hold
from stadspeil.catalogue.appraisal_entries import Fact, Fund
from stadspeil.errors import QuestionError

Per = Literal["inwoner", "woning", "gebied"]
PERS: tuple[Per, ...] = ("inwoner", "woning", "gebied")
JOINS, DROPS, STAYS, OUTSIDE = "erbij", "eraf", "blijft", "erbuiten"
SURE, UNSURE, UNMEASURED, NO_MARGIN = "zeker", "niet te zeggen", "niet gemeten", "marge onbekend"


# Of so many of the areas that a rule reaches the homes or inhabitants must be known, or costs are not told.
_LEAST_UNITS = 0.95


@dataclass(frozen=True)
class Contribution:
    """What the state would pay: euro per inhabitant, home or area that a rule reaches, and what that rests on."""

    euro: float
    per: Per
    source: str
    mark: str


@dataclass(frozen=True)
class Reach:
    """How far a rule or a change reaches by values as published, and how much of that is sure.

    A worst share always names so many areas: noise moves who they are, hardly how many, so that what is sure is told
    beside the amount and not as its lower bound.
    """

    areas: int
    inhabitants: float
    sure: int | None
    euro: float | None
    euro_sure: float | None


@dataclass(frozen=True)
class WhatIf:
    """Two rules beside each other.

    areas    one row per area that either rule reaches or may reach    towns  one row per gemeente that has one
    before, after, joins, drops  reach of both rules and of the difference
    group    title of the group that is told apart; group_before, group_after: its members that are reached
    remarks  what a reader must know: figures without margins, areas that were not measured
    """

    before: Reach
    after: Reach
    joins: Reach
    drops: Reach
    areas: pl.DataFrame
    towns: pl.DataFrame
    scale: Scale
    group: str
    group_size: int
    group_before: tuple[str, ...]
    group_after: tuple[str, ...]
    contribution: Contribution | None
    sure: int
    unsure: int
    unmeasured: int
    remarks: tuple[str, ...]


def what_if(
    now: Rule, then: Rule, country: Country, contribution: Contribution | None = None, group: tuple[str, str] = ("", "")
) -> WhatIf:
    """The country under one rule and under another, held against each other at the finest level of both.

    `group`: id and title of a group of gemeenten that is told apart. Raises: QuestionError as `hold`.
    """
    scale: Scale = max(now.scale, then.scale, key=SCALES.index)
    problems: list[str] = []
    helds: list[Held] = []
    for rule in (now, then):
        try:
            helds.append(hold(rule, country, scale))
        except QuestionError as fault:
            problems += fault.problems
    if problems:
        raise QuestionError(
            "het criterium", dict.fromkeys(problems), "kies een ander niveau of een ander cijfer, of lees het eerst in"
        )
    before, after = helds
    places = country.places[scale]
    units = _units(places, contribution)
    areas = _areas(places, before, after)
    members = country.members.get((group[0], scale), frozenset())
    towns = _towns(areas, country, members)
    changed = areas.filter(pl.col("verandering").is_in([JOINS, DROPS]))
    certain = dict(changed.group_by("zekerheid").len().iter_rows())
    known = before.margins and after.margins
    paid_now = None if now.coarse else contribution
    return WhatIf(
        _reach(before.chosen, before.sure_in if before.margins else None, places, units, paid_now),
        _reach(after.chosen, after.sure_in if after.margins else None, places, units, None if then.coarse else contribution),
        _reach(after.chosen & ~before.chosen, after.sure_in & before.sure_out if known else None, places, units, contribution),
        _reach(before.chosen & ~after.chosen, before.sure_in & after.sure_out if known else None, places, units, paid_now),
        areas, towns, scale, group[1], len(members),
        _reached(towns, members, "inwoners_nu"), _reached(towns, members, "inwoners_dan"), contribution,
        certain.get(SURE, 0), certain.get(UNSURE, 0), int((~(before.measured & after.measured)).sum()),
        tuple(_remarks(now, then, before, after, places, contribution)),
    )  # fmt: skip


def contribution_of(fund: Fund, euro: float | None = None, per: Per | None = None) -> Contribution | None:
    """What a fund pays per inhabitant or home of an area, by its facts; nothing where no fact says so. A fixed sum per
    new home says nothing of an area."""
    if euro is not None:
        return Contribution(euro, per or "inwoner", "eigen opgave bij de vraag", "J")
    facts = {each.id: each for each in fund.facts}
    per_home = "" if fund.basis == "per_home" else fund.per_home
    named: tuple[tuple[str, Per], ...] = ((fund.per_inhabitant, "inwoner"), (per_home, "woning"))
    for name, unit in named:
        fact: Fact | None = facts.get(name)
        if fact is not None and fact.value is not None:
            return Contribution(fact.value, unit, fact.source, fact.mark)
    return None


def _units(places: Places, contribution: Contribution | None) -> Floats:
    per = contribution.per if contribution else "gebied"
    return {"inwoner": places.inhabitants, "woning": places.homes, "gebied": np.ones(len(places.codes))}[per]


def _reach(chosen: Flags, sure: Flags | None, places: Places, units: Floats, paid: Contribution | None) -> Reach:
    """`sure`: none where margins are not known. No euros where of too many areas the units are not known."""
    inhabitants = float(np.nan_to_num(places.inhabitants)[chosen].sum())
    if chosen.any() and np.isfinite(units[chosen]).mean() < _LEAST_UNITS:
        paid = None
    units = np.nan_to_num(units)
    likely = float(units[chosen].sum()) * paid.euro if paid else None
    if sure is None:
        return Reach(int(chosen.sum()), inhabitants, None, likely, None)
    least = float(units[chosen & sure].sum()) * paid.euro if paid else None
    return Reach(int(chosen.sum()), inhabitants, int((chosen & sure).sum()), likely, least)


def _areas(places: Places, before: Held, after: Held) -> pl.DataFrame:
    """Areas that either rule reaches or may reach."""
    change = np.select(
        [after.chosen & ~before.chosen, before.chosen & ~after.chosen, before.chosen & after.chosen],
        [JOINS, DROPS, STAYS], OUTSIDE,
    )  # fmt: skip
    decided = [np.where(each.chosen, each.sure_in, each.sure_out) for each in (before, after)]
    sure = SURE if before.margins and after.margins else NO_MARGIN
    certainty = np.select(
        [~(before.measured & after.measured) & ~(decided[0] & decided[1]), decided[0] & decided[1]],
        [UNMEASURED, sure], UNSURE,
    )  # fmt: skip
    wanted = before.chosen | after.chosen | (~before.sure_out & before.measured) | (~after.sure_out & after.measured)
    return pl.DataFrame(
        {
            "gebied": places.codes, "naam": places.names, "gemeente": places.parents("gemeente"),
            "inwoners": places.inhabitants, "nu": before.chosen, "dan": after.chosen, "verandering": change,
            "zekerheid": certainty, "zeker_nu": before.chosen & before.sure_in, "zeker_dan": after.chosen & after.sure_in,
        }
    ).filter(pl.Series(wanted)).with_columns(pl.col("inwoners").fill_nan(None))  # fmt: skip


def _towns(areas: pl.DataFrame, country: Country, members: frozenset[str]) -> pl.DataFrame:
    """Gemeenten with an area under either rule."""
    own = country.places["gemeente"]
    known = {**dict(zip(own.codes.tolist(), own.names.tolist(), strict=True)), **country.towns}
    now, then = pl.col("nu"), pl.col("dan")
    inhabitants = pl.col("inwoners").fill_null(0.0)
    made = (
        areas.filter(now | then)
        .group_by("gemeente")
        .agg(
            gebieden_nu=now.sum(), gebieden_dan=then.sum(),
            inwoners_nu=(inhabitants * now).sum(), inwoners_dan=(inhabitants * then).sum(),
            zeker_nu=pl.col("zeker_nu").sum(), zeker_dan=pl.col("zeker_dan").sum(),
        )
    )  # fmt: skip
    change = (
        pl.when(pl.col("gebieden_nu") == 0).then(pl.lit(JOINS))
        .when(pl.col("gebieden_dan") == 0).then(pl.lit(DROPS)).otherwise(pl.lit(STAYS))
    )  # fmt: skip
    return (
        made.with_columns(naam=pl.col("gemeente").replace_strict(known, default=pl.col("gemeente"), return_dtype=pl.String))
        .with_columns(verandering=change, groep=pl.col("gemeente").is_in(sorted(members)))
        .select("gemeente", "naam", "groep", "verandering", "gebieden_nu", "gebieden_dan", "inwoners_nu", "inwoners_dan", "zeker_nu", "zeker_dan")
        .sort("groep", "inwoners_dan", "gemeente", descending=[True, True, False])
    )  # fmt: skip


def _reached(towns: pl.DataFrame, members: frozenset[str], column: str) -> tuple[str, ...]:
    areas = column.replace("inwoners", "gebieden")
    found = towns.filter(pl.col("gemeente").is_in(sorted(members)) & (pl.col(areas) > 0))
    return tuple(found.sort("gemeente")["naam"].to_list())


def _remarks(now: Rule, then: Rule, before: Held, after: Held, places: Places, paid: Contribution | None) -> list[str]:
    remarks = []
    for rule, held in ((now, before), (then, after)):
        if rule.coarse:
            remarks.append(
                f"'{rule.words()}' telt hele gemeenten: van de gebieden op die lijst zijn de grenzen niet gelezen, zodat er minder mensen wonen dan hier staat en de kosten van die regel niet te zeggen zijn"
            )
        if not held.margins:
            remarks.append(
                f"van '{rule.words()}' zijn niet van alle cijfers marges bekend: hoe zeker de plaats van een gebied is, is niet te zeggen"
            )
        missing = int((~held.measured).sum())
        if missing:
            remarks.append(f"'{rule.words()}': {missing} van {len(places.codes)} gebieden zijn niet gemeten en tellen niet mee")  # fmt: skip
    if paid is not None and paid.per == "woning":
        remarks.append("de kosten gaan over alle woningen in de gebieden; een fonds doet er meestal maar een deel van")
        reached = before.chosen | after.chosen
        unknown = int((~np.isfinite(places.homes[reached])).sum())
        if unknown:
            remarks.append(f"van {unknown} van {int(reached.sum())} gebieden is het aantal woningen niet bekend; is dat meer dan een twintigste, dan staan er geen kosten")  # fmt: skip
    return list(dict.fromkeys(remarks))
