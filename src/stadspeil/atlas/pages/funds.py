"""Fondsen: the state's instruments with their rules, whether a town fits, and what another criterion would do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from stadspeil.appraisal.funds.asking import Answered, Question, answer
from stadspeil.appraisal.funds.checking import check_request, inhabitants_of
from stadspeil.appraisal.funds.criteria import GROUPED
from stadspeil.appraisal.funds.requests import request_of_town
from stadspeil.appraisal.funds.what_if import DROPS, JOINS, STAYS
from stadspeil.atlas.appraised.package_tables import fund_table
from stadspeil.atlas.appraised.reading import country_for_funds
from stadspeil.atlas.appraised.telling import retelling_of, retold
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.appraisal_entries import Fact, Fund
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.errors import QuestionError
from stadspeil.report.retelling import spoken
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import Wording

_LEVELS, _TESTS = ("gemeente", "wijk", "buurt"), ("slechtste", "minstens", "hoogstens")
_NUMBER = re.compile(r"-?\d{1,9}([.,]\d{1,3})?")
_GROUP = "nta"


@dataclass(frozen=True)
class WhatIfForm:
    """Another criterion as the address holds it."""

    fund: str
    figure: str
    test: str
    level: str
    bound: str


def funds_page(site: Site, asked: Asked) -> View:
    """All funds, a town held against them, and the answer to the what-if form."""
    words = words_of(asked.lang)
    town = asked.get("stad").upper()
    if town and town not in dict(site.towns()):
        raise QuestionError(f"gemeente '{town[:12]}'", "die kennen wij niet", "kies een gemeente in de lijst")
    form = _form(site, asked)
    touched = bool(asked.get("grens") or asked.get("cijfer"))
    found, problems = _answered(site, form) if touched else (None, ())
    checked = _checked(site, town) if town else None
    list_table, facts = _fund_list(site, words), _facts(site, words)
    shown = (
        *((_town_table(site, found, words), _area_table(site, found, words)) if found else ()), list_table,
        *((fund_table(site, checked, words),) if checked else ()), facts,
    )  # fmt: skip
    unchecked = sum(fact.mark in "MJ" for each in site.catalogue.funds.values() for fact in each.facts)
    total = len(facts.rows)
    reading = words("funds.reading", number=len(site.catalogue.funds), facts=total, unchecked=unchecked)
    return View(
        "fondsen", words("funds.title"), _reading(found, words) if found else reading, shown, notes=(words("funds.marks"),),
        more={
            "form": form, "touched": touched, "problems": [(name, retelling_of(site, words).remark(each)) for name, each in problems], "found": found, "sentences": retold(site, found.sentences, words) if found else (), "town": town,
            "town_name": site.name(town) if town else "", "towns": site.towns(), "told": retold(site, checked.sentences(), words) if checked else (),
            "funds": [(each, title_in(each, asked.lang), _lines(each, asked.lang)) for each in site.catalogue.funds.values()],
            "about": {each.id: _about(each, asked.lang) for each in site.catalogue.funds.values()}, "figures": _figures(site, words), "levels": _LEVELS, "tests": _TESTS, "command": _command(form) if touched else "",
            "areas_shown": _few(found), "areas_changed": found.found.joins.areas + found.found.drops.areas if found else 0, "changes": {JOINS: words("funds.joins"), DROPS: words("funds.drops"), STAYS: words("funds.stays")},
        },
    )  # fmt: skip


def _form(site: Site, asked: Asked) -> WhatIfForm:
    return WhatIfForm(
        asked.get("fonds", "nplv" if "nplv" in site.catalogue.funds else next(iter(site.catalogue.funds), ""))[:60], asked.get("cijfer")[:80],
        asked.get("toets", "slechtste")[:20], asked.get("niveau", "buurt")[:20], " ".join(asked.get("grens").split())[:14],
    )  # fmt: skip


def _answered(site: Site, form: WhatIfForm) -> tuple[Answered | None, tuple[tuple[str, str], ...]]:
    """The answer, or every problem with the field that it is about."""
    problems = []
    if form.fund not in site.catalogue.funds:
        problems.append(("fonds", f"fonds '{form.fund}' bestaat niet; kies een fonds in de lijst"))
    if form.figure not in site.results.indicators and form.figure not in site.catalogue.composites:
        problems.append(
            (
                "cijfer",
                f"cijfer '{form.figure}' kennen wij niet; kies een cijfer in de lijst"
                if form.figure
                else "kies een cijfer",
            )
        )
    if form.test not in _TESTS:
        problems.append(("toets", f"toets '{form.test}' is er niet; kies slechtste, minstens of hoogstens"))
    if form.level not in _LEVELS:
        problems.append(("niveau", f"niveau '{form.level}' is er niet; kies gemeente, wijk of buurt"))
    if not _NUMBER.fullmatch(form.bound) or GROUPED.fullmatch(form.bound):
        problems.append(
            (
                "grens",
                f"de grens is '{form.bound}'; verwacht een getal zonder punten voor duizendtallen, bijvoorbeeld 5 of 50000"
                if form.bound
                else "vul een grens in, bijvoorbeeld 5",
            )
        )
    elif form.test == "slechtste" and not 0 < float(form.bound.replace(",", ".")) < 100:
        problems.append(("grens", f"de grens is {form.bound}; verwacht een percentage boven 0 en onder 100"))
    if problems:
        return None, tuple(problems)
    group = _GROUP if _GROUP in site.catalogue.groups else next(iter(site.catalogue.groups), "")
    question = Question((_criterion(form),), fund=form.fund, group=group)
    try:
        return site.results.remembered(
            ("what-if", question), lambda: answer(question, site.workspace, site.catalogue)
        ), ()
    except QuestionError as fault:
        return None, tuple(("cijfer", each) for each in fault.problems)


def _criterion(form: WhatIfForm) -> str:
    return f"{form.figure}:{form.test}:{form.bound}:{form.level}"


def _command(form: WhatIfForm) -> str:
    return f"stadspeil funds what-if --fund {form.fund} --then {_criterion(form)}"


def _checked(site: Site, town: str) -> Any:
    """A town held against all funds, without a package: which lists it is on and who lives there."""
    people = site.results.remembered("inhabitants for funds", lambda: inhabitants_of(site.workspace, site.catalogue))
    request = request_of_town(site.name(town), (town,), people)
    return site.results.remembered(
        ("funds of town", town), lambda: check_request(request, site.catalogue, country_for_funds(site))
    )


def _reading(found: Answered, words: Wording) -> str:
    made = found.found
    told = words(
        "funds.what_if_reading", joins=words.number(made.joins.areas), drops=words.number(made.drops.areas), before=words.number(made.before.areas),
        after=words.number(made.after.areas), level=words(f"funds.levels.{made.scale}"), sure=words.number(made.sure), unsure=words.number(made.unsure),
    )  # fmt: skip
    return f"{told} {words('funds.coarse')}" if found.now.coarse or found.then.coarse else told


def _figures(site: Site, words: Wording) -> list[tuple[str, str]]:
    """Figures that have a favourable side and are known here, by title."""
    known = [
        each
        for each in site.catalogue.indicators.values()
        if each.id in site.results.indicators and each.direction != "neutral"
    ]
    return sorted(((each.id, site.title(each.id, words.lang)) for each in known), key=lambda each: each[1].lower())


def _fund_list(site: Site, words: Wording) -> Table:
    rows: list[dict[str, Cell]] = []
    for each in site.catalogue.funds.values():
        facts = {fact.id: fact for fact in each.facts}
        rows.append({
            "titel": title_in(each, words.lang), "staat": words(f"funds.states.{each.status}"), "van": each.first, "tot": each.last or None,
            "hoe": words(f"funds.bases.{each.basis}"), "hoogstens": _value(facts, each.most), "aandeel": None if _value(facts, each.share) is None else 100 * (_value(facts, each.share) or 0.0),
            "voorwaarden": len(each.conditions), "feiten": len(each.facts), "niet_nagelezen": sum(fact.mark in "MJ" for fact in each.facts), "id": each.id,
        })  # fmt: skip
    columns = (
        Column("titel", words("funds.fund")), Column("staat", words("funds.state")), Column("van", words("funds.first"), "year"),
        Column("tot", words("funds.last"), "year"), Column("hoe", words("funds.basis")), Column("hoogstens", words("funds.most"), "number"),
        Column("aandeel", words("funds.share"), "number"), Column("voorwaarden", words("funds.conditions"), "number"),
        Column("feiten", words("funds.facts"), "number"), Column("niet_nagelezen", words("funds.unchecked"), "number"), Column("id", words("town.id")),
    )  # fmt: skip
    return Table("overzicht", words("funds.list_caption"), columns, rows)


def _value(facts: dict[str, Fact], name: str) -> float | None:
    return facts[name].value if name in facts else None


def _facts(site: Site, words: Wording) -> Table:
    rows: list[dict[str, Cell]] = [
        {"fonds": title_in(each, words.lang), "feit": fact.id, "regel": text_in(fact, "statement", words.lang), "getal": fact.value, "eenheid": text_in(fact, "unit", words.lang), "merk": fact.mark,
         "bekeken": fact.checked, "bron": fact.source}
        for each in site.catalogue.funds.values() for fact in each.facts
    ]  # fmt: skip
    columns = (
        Column("fonds", words("funds.fund")), Column("feit", words("funds.fact")), Column("regel", words("funds.rule")), Column("getal", words("appraise.number"), "number", 2, mixed=True),
        Column("eenheid", words("appraise.unit")), Column("merk", words("appraise.known_how")), Column("bekeken", words("funds.checked")), Column("bron", words("appraise.source")),
    )  # fmt: skip
    return Table("feiten", words("funds.facts_caption"), columns, rows)


def _lines(fund: Fund, lang: str) -> list[tuple[Fact, Remark, bool]]:
    """Facts with what they say and whether a condition rests on them."""
    held = {each.fact for each in fund.conditions}
    return [(fact, spoken(fact, "statement", lang), fact.id in held) for fact in fund.facts]


def _about(fund: Fund, lang: str) -> list[Remark]:
    """What a fund is for, who gives it, and what to mind."""
    giver = spoken(fund, "giver", lang)
    return [spoken(fund, "about", lang), Remark(f"{giver.said}.", giver.lang), spoken(fund, "note", lang)]


def _town_table(site: Site, found: Answered, words: Wording) -> Table:
    said = {JOINS: words("funds.joins"), DROPS: words("funds.drops"), STAYS: words("funds.stays")}
    rows = [
        {
            **row,
            "verandering": said.get(row["verandering"], row["verandering"]),
            "groep": words("words.yes" if row["groep"] else "words.no"),
        }
        for row in found.found.towns.to_dicts()
    ]
    columns = (
        Column("naam", words("building.town")), Column("groep", words("funds.in_group", group=retelling_of(site, words).said(found.found.group))), Column("verandering", words("funds.change")),
        Column("gebieden_nu", words("funds.areas_now"), "number"), Column("gebieden_dan", words("funds.areas_then"), "number"),
        Column("inwoners_nu", words("funds.people_now"), "number"), Column("inwoners_dan", words("funds.people_then"), "number"),
        Column("zeker_dan", words("funds.sure_then"), "number"), Column("gemeente", words("pockets.area"), "area"),
    )  # fmt: skip
    return Table("gemeenten", words("funds.towns_caption"), columns, rows, words("funds.no_towns"))


def _area_table(site: Site, found: Answered, words: Wording) -> Table:
    said = {JOINS: words("funds.joins"), DROPS: words("funds.drops"), STAYS: words("funds.stays")}
    rows = [
        {
            **row,
            "verandering": said.get(row["verandering"], words("funds.outside")),
            "zekerheid": retelling_of(site, words).said(row["zekerheid"]),
        }
        for row in found.found.areas.to_dicts()
    ]
    columns = (
        Column("naam", words("appraise.area")), Column("gemeente", words("building.town")), Column("inwoners", words("funds.people"), "number"),
        Column("verandering", words("funds.change")), Column("zekerheid", words("funds.certainty")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    return Table("gebieden", words("funds.areas_caption"), columns, rows)


def _few(found: Answered | None) -> int:
    return len(found.found.areas) if found else 0


FUNDS = Page(
    "fondsen", "/fondsen", funds_page, "funds.html", under="afwegen", styles=("building.css", "appraisal.css"),
    begins_with_town=True,
)  # fmt: skip
