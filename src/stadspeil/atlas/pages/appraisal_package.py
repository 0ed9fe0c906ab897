"""Een pakket: what it does, to whom, at what cost, who pays and gains, which funds fit, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import polars as pl

from stadspeil.analyses.purse import BUDGET
from stadspeil.appraisal.means import kept_money
from stadspeil.appraisal.store import command_of
from stadspeil.atlas.appraised import package_tables as tables
from stadspeil.atlas.appraised import pictures, sentences
from stadspeil.atlas.appraised.form import form_of_package
from stadspeil.atlas.appraised.reading import Result, funds_for, kept_result, known_results, result_of
from stadspeil.atlas.appraised.resting import Rest, ids_in, rests_of
from stadspeil.atlas.appraised.saying import between, change, verdict
from stadspeil.atlas.appraised.telling import retold
from stadspeil.atlas.older import Stored, older
from stadspeil.atlas.outcomes import kept_outcome, known_outcomes
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, Picture, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.cases.telling import change_unit
from stadspeil.report.retelling import spoken
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import Wording

_RESIDENTS = "inwoners"


def package_page(site: Site, asked: Asked) -> View:
    """A weighed package."""
    words, result = words_of(asked.lang), result_of(site, asked.get("pakket"))
    indicator, year = _choice(result, asked)
    title = sentences.title_of(site, result, asked.lang)
    whole_years = tables.whole_year_table(result, words)
    funds = _funds(site, result, words)
    switches = tables.switch_table(site, result, words)
    assumptions, rests = tables.assumption_table(site, result, words)
    shown = (
        tables.figure_table(result, words), *([tables.area_table(site, result, indicator, year, words)] if indicator else []),
        tables.town_table(site, result, year, words), tables.mechanism_table(site, result, words), tables.actor_table(site, result.tables["ledger"], words),
        whole_years, tables.year_table(site, result, words), funds[0], tables.purse_table(site, result, words), tables.purse_table(site, result, words, BUDGET), switches,
        tables.line_table(site, result, words), tables.study_table(site, result, words), assumptions,
    )  # fmt: skip
    drawn = _pictures(site, result, indicator, year, whole_years, words)
    return View(
        "pakket", title, sentences.reading(title, result.figures, words), shown, tuple(drawn),
        series=(pictures.ledger_series(site, result.tables["ledger"], words), pictures.year_series(list(whole_years.rows), words)),
        notes=tuple(_notes(result, words)),
        more={
            "id": result.id, "code": result.town, "town": site.name(result.town), "package": _said(site, result, words), "summary": sentences.summary(site, result, words),
            "beside": sentences.not_in_euro(site, result, words), "ask": sentences.ask_sentences(result.run["ask"], words),
            "pockets": sentences.pocket_sentences(site, result.tables["ledger"], words), "funds": funds[1], "turn": sentences.switch_sentence(switches.rows, words),
            "figures": [(each, site.title(each, asked.lang)) for each in result.indicators], "indicator": indicator, "year": year, "years": result.years,
            "town_said": _town_said(site, result, year, words), "mapped": any(each.id == "kaart" for each in drawn), "rests": rests,
            "line_rests": _line_rests(site, result, words), "remarks": retold(site, result.run["remarks"], words), "purse": _purse_said(site, result, words), "command": command_of(result.run),
            "draws": words.number(result.run["draws"]), "seed": result.run["seed"], "first": result.run["first"], "last": result.run["first"] + result.run["years"] - 1,
            "invented": bool(result.run["invented"]), "change": _change(site, result), "others": _others(site, result), "rules": _rules(result, words),
        },
        older=older(_kept(site, result, words), words),
    )  # fmt: skip


def _kept(site: Site, result: Result, words: Wording) -> list[Stored]:
    """The outcome, and that of the building programme that it rests on: that is to be made anew first."""
    programme = str(result.package["programme"])
    under = [kept_outcome(site, programme, words)] if programme in known_outcomes(site) else []
    return [*under, kept_result(site, result.id, words)]


def _said(site: Site, result: Result, words: Wording) -> Mapping[str, Remark]:
    """Goal, status and source of the package; of one that the catalogue does not have any more, as it was weighed."""
    entry = site.catalogue.packages.get(result.id)
    names = ("goal", "status", "source")
    if entry is None:
        return {name: Remark(str(result.package[name]), "" if words.lang == "nl" else "nl") for name in names}
    return {name: spoken(entry, name, words.lang) for name in names}


def _choice(result: Result, asked: Asked) -> tuple[str, int]:
    """Figure and year as asked; else the figure with most areas told apart, in the middle year."""
    year = asked.number("jaar")
    if year is not None and year not in result.years:
        raise QuestionError(f"jaar {year}", f"verteld worden {', '.join(map(str, result.years))}", "kies een jaar in de lijst")  # fmt: skip
    year = year or result.years[min(1, len(result.years) - 1)]
    told = asked.get("cijfer")
    if told:
        if told not in result.indicators:
            raise QuestionError(f"cijfer '{told[:60]}'", "dat verandert dit pakket niet", "kies een cijfer in de lijst")
        return told, year
    rows = result.tables["changes"].filter(level="buurt", part="alles", year=year)
    counts = (
        rows.group_by("indicator")
        .agg(pl.col("shown").sum(), pl.len())
        .sort("shown", "len", "indicator", descending=[True, True, False])
    )
    return (counts["indicator"][0] if counts.height else ""), year


def _pictures(site: Site, result: Result, indicator: str, year: int, years: Table, words: Wording) -> list[Picture]:
    found = [
        pictures.ledger_picture(site, result.tables["ledger"], words), pictures.year_picture(list(years.rows), words),
        pictures.mechanism_picture(site, result, year, words),
        pictures.map_picture(site, result, indicator, year, words) if indicator else None,
    ]  # fmt: skip
    return [each for each in found if each is not None]


def _funds(site: Site, result: Result, words: Wording) -> tuple[Table, Sequence[Remark]]:
    """The package held against the funds; of a package that is gone from the catalogue nothing can be said."""
    entry = site.catalogue.packages.get(result.id)
    if entry is None:
        return tables.fund_table(site, None, words), ()
    money = kept_money(result.run, result.tables["flows"])
    checked = site.results.remembered(("funds of package", result.id), lambda: funds_for(site, entry, money))
    return tables.fund_table(site, checked, words), retold(site, checked.sentences(), words)


def _notes(result: Result, words: Wording) -> list[str]:
    invented = [words("appraise.invented")] if result.run["invented"] else []
    return [*invented, words("appraise.note_euro"), words("appraise.note_interval")]


def _town_said(site: Site, result: Result, year: int, words: Wording) -> list[tuple[str, str, str, str]]:
    """Of every figure of the town: id, title, its change, and whether that is told apart from nothing."""
    said = []
    for row in result.tables["changes"].filter(level="gemeente", part="alles", year=year).iter_rows(named=True):
        entry = site.catalogue.indicator(row["indicator"])
        unit = change_unit(row["indicator"], site.catalogue.packages.get(result.id), site.catalogue, words)
        told = words.number(None) if row["mean"] is None else change(row, unit, words)
        said.append(
            (
                row["indicator"],
                site.title(row["indicator"], words.lang),
                told,
                verdict(row, tables.FAVOURABLE[entry.direction], words),
            )
        )
    return said


def _line_rests(site: Site, result: Result, words: Wording) -> list[tuple[dict[str, Any], list[Rest]]]:
    """Lines of euros without transfers, largest first, each with links to what it rests on."""
    rows = result.tables["lines"].filter(pl.col("side") != "overdracht").sort(pl.col("mean").abs(), descending=True)
    return [
        (
            {"measure": tables.measure_title(site, result, row["measure"], words), "line": tables.line_title(site, result, row, words), "side": words(f"appraise.sides.{row['side']}"), "mean": words.euros(row["mean"]), "between": between(row, words)},
            [each for each in rests_of(site, ids_in(row["rests_on"], "; "), words) if not each.id.startswith("parameter:")],
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def _purse_said(site: Site, result: Result, words: Wording) -> str:
    """What the municipality puts in per year and inhabitant over the first ten years."""
    people = site.results.of_area(result.town).filter(indicator=_RESIDENTS).sort("year")
    flows = result.tables["flows"].filter(pl.col("actor") == "gemeente")
    own = flows.group_by("year").agg(pl.col("costs").sum()).sort("year").head(10)
    if not people.height or not own.height or not people["value"][-1]:
        return words("appraise.purse_unknown")
    each = float(own["costs"].sum()) / own.height / people["value"][-1]
    return words("appraise.purse_said", euro=words.number(each, 1 if each < 10 else 0), years=own.height)


def _change(site: Site, result: Result) -> str:
    """The address of the form that begins with this package; '' where it is gone."""
    entry = site.catalogue.packages.get(result.id)
    return urlencode(form_of_package(entry).query()) if entry else ""


def _others(site: Site, result: Result) -> list[str]:
    """Packages of the same town that were weighed as well."""
    return [each for each in known_results(site) if each != result.id and result_of(site, each).town == result.town]


def _rules(result: Result, words: Wording) -> str:
    rows = (
        result.tables["outcomes"]
        .filter((pl.col("rules") != "nl") & (pl.col("figure") == "netto"))
        .iter_rows(named=True)
    )
    told = [f"{words('appraise.rules.' + row['rules'])} {between(row, words)}" for row in rows]
    return words("appraise.other_rules", rules="; ".join(told)) if told else ""


PACKAGE = Page("pakket", "/afwegen/{pakket}", package_page, "appraisal_package.html", under="afwegen", styles=("building.css", "appraisal.css"))  # fmt: skip
