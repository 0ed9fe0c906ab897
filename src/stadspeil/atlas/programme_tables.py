"""Tables of a simulated programme as its page shows them. What may not be shown has no number, and words that say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, Table
from stadspeil.catalogue.entries import title_in
from stadspeil.report.simulated_remarks import margin_words
from stadspeil.report.simulated_words import area_name, decimals_for, figure_title, figure_unit, masked_words, site_name
from stadspeil.report.wording import Wording
from stadspeil.simulation.chaining import ALL_LINKS, DIFFERENCE, FOLLOWED
from stadspeil.simulation.classes import FORMS, PRICES, TENURES
from stadspeil.simulation.places import AROUND, SITES
from stadspeil.simulation.programme_files import month_text
from stadspeil.simulation.reading import Outcome
from stadspeil.simulation.run import ENDINGS

SERVICES = ("kinderen", "ouderen")
STRONGEST = 15
# What comes due within so many years of a step is work that can be done together with it.
NEAR_YEARS = 5


def spread_columns(words: Wording, decimals: int, unit: str = "", mixed: bool = False) -> tuple[Column, ...]:
    """Columns of the 10th, 50th and 90th percentile, and of whether they may be shown."""
    return (
        Column("laag", words("building.low"), "number", decimals, unit, mixed=mixed), Column("midden", words("building.middle"), "number", decimals, unit, mixed=mixed),
        Column("hoog", words("building.high"), "number", decimals, unit, mixed=mixed), Column("oordeel", words("building.verdict"), meaning=words("building.verdict_meaning")),
    )  # fmt: skip


def spread_cells(row: Mapping[str, Any], words: Wording) -> dict[str, Cell]:
    """The cells of these columns: numbers only where they may be shown."""
    shown = bool(row["shown"])
    numbers = {
        key: row[name] if shown else None for key, name in (("laag", "low"), ("midden", "middle"), ("hoog", "high"))
    }
    return {**numbers, "oordeel": words("building.shown") if shown else masked_words(row, words)}


def site_table(outcome: Outcome, words: Wording) -> Table:
    """The steps of the programme."""
    columns = (
        Column("locatie", words("programmes.site")), Column("wat", words("building.act")), Column("buurt", words("pockets.buurt")),
        Column("aantal", words("building.homes"), "number"), Column("soort", words("building.kind")),
        Column("van", words("building.from")), Column("tot", words("building.until")),
        Column("voorrang", words("building.first_for")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "locatie": site_name(step["site"]), "wat": words(f"simulated.act.{step['act']}"), "buurt": outcome.name(step["buurt"]),
            "aantal": step["homes"], "soort": kind_words(step, words), "van": month_text(step["first"]),
            "tot": month_text(step["last"]), "voorrang": _first_for(step, words), "gebied": step["buurt"],
        }
        for step in outcome.steps
    ]  # fmt: skip
    return Table("locaties", words("building.sites_caption"), columns, rows, words("building.no_sites"))


def kind_words(step: Mapping[str, Any], words: Wording) -> str:
    """Tenure, form and price of a step."""
    parts = (TENURES[step["tenure"]], FORMS[step["form"]])
    price = words("building.price_of", price=words(f"simulated.group.{PRICES[step['price']]}"))
    return ", ".join([*(words(f"simulated.group.{each}") for each in parts), price])


def _first_for(step: Mapping[str, Any], words: Wording) -> str:
    from stadspeil.simulation.classes import HOUSEHOLD_TYPES

    told = [words(f"simulated.group.{HOUSEHOLD_TYPES[each]}") for each in step["groups"]]
    return ", ".join([*told, *([words("building.return_right")] if step["return_right"] else [])])


def link_table(outcome: Outcome, words: Wording) -> Table:
    """The followed chains link by link: the twin of the drawing."""
    months = dict(
        outcome.chains.filter(method=FOLLOWED, figure="maanden").select("link", "middle").iter_rows()
    )  # fmt: skip
    columns = (
        Column("schakel", words("building.link"), "number"), Column("bewoond", words("building.occupied_mean"), "number", 2),
        *spread_columns(words, 2), Column("maanden", words("building.months"), "number", 1),
        *(Column(f"einde_{code}", words(f"simulated.ending.{name}"), "number", 2) for code, name in enumerate(ENDINGS)),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "schakel": each.number, "bewoond": each.filled["mean"], **spread_cells(each.filled, words), "maanden": months.get(each.number),
            **{f"einde_{code}": amount for code, amount in enumerate(each.endings)},
        }
        for each in outcome.links()
    ]  # fmt: skip
    return Table("ketens", words("building.links_caption"), columns, rows, words("simulated.reading_none"))


def whole_chain_table(outcome: Outcome, words: Wording) -> Table:
    """Whole chains, followed and as a difference, under their own names."""
    columns = (
        Column("wijze", words("programmes.method")), Column("wat", words("programmes.figure")), *spread_columns(words, 2),
    )  # fmt: skip
    names = {FOLLOWED: words("simulated.followed"), DIFFERENCE: words("simulated.difference")}
    rows: list[dict[str, Cell]] = []
    for row in outcome.chains.filter(link=ALL_LINKS).iter_rows(named=True):
        title = words(f"simulated.chain.{row['figure']}")
        said = title if row["group"] == "alle" else f"{title}: {words('simulated.group.' + row['group'])}"
        rows.append({"wijze": names[row["method"]], "wat": said, **spread_cells(row, words)})
    return Table("ketens_samen", words("building.whole_caption"), columns, rows, words("simulated.reading_none"))


def area_table(outcome: Outcome, figure: str, group: str, years: int, words: Wording) -> Table:
    """One figure for all areas: the town, sites, what lies around them, wijken, buurten; clear effects first in each."""
    rows = list(outcome.of_figure(figure, group, years).iter_rows(named=True))
    decimals = decimals_for(*(row["middle"] for row in rows if row["shown"]))
    title, unit = figure_title(figure, group, words), figure_unit(figure, words)
    columns = (
        Column("naam", words("building.area")), Column("niveau", words("building.level")),
        Column("zonder", words("building.without"), "number", 1), *spread_columns(words, decimals, unit),
        Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    order = {level: place for place, level in enumerate(dict.fromkeys(row["level"] for row in rows))}
    rows.sort(key=lambda row: (order[row["level"]], not row["shown"], -abs(row["middle"] or 0.0)))
    told: list[dict[str, Cell]] = [
        {
            "naam": area_name(outcome, row["area"], words), "niveau": words(f"building.levels.{row['level']}"),
            "zonder": row["without"], **spread_cells(row, words), "gebied": row["area"],
        }
        for row in rows
    ]  # fmt: skip
    caption = words("building.areas_caption", figure=title, unit=unit, years=years)
    return Table("gebieden", caption, columns, told, words("building.no_areas"))


def strongest_table(outcome: Outcome, years: int, words: Wording) -> Table:
    """Of each figure the area in which the effect is clearest."""
    columns = (
        Column("cijfer", words("programmes.figure")), Column("naam", words("building.area")),
        Column("zonder", words("building.without"), "number", 1, mixed=True), *spread_columns(words, 2, mixed=True)[:3],
        Column("eenheid", words("town.unit")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "cijfer": figure_title(row["figure"], row["group"], words), "naam": area_name(outcome, row["area"], words),
            "zonder": row["without"], "laag": row["low"], "midden": row["middle"], "hoog": row["high"],
            "eenheid": figure_unit(row["figure"], words), "gebied": row["area"],
        }
        for row in outcome.strongest(years, STRONGEST).iter_rows(named=True)
    ]  # fmt: skip
    return Table(
        "sterkste", words("building.strongest_caption", years=years), columns, rows, words("simulated.strongest_none")
    )


def shift_table(outcome: Outcome, words: Wording) -> Table:
    """Schuifruimte: per emptied site, reach and year."""
    columns = (
        Column("locatie", words("programmes.site")), Column("moeten_weg", words("programmes.needed"), "number"),
        Column("waar", words("programmes.reach")), Column("jaar", words("building.after_years"), "number"),
        *spread_columns(words, 0),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {"locatie": site_name(row["site"]), "moeten_weg": row["needed"], "waar": words(f"simulated.reach.{row['reach']}"),
         "jaar": row["years"], **spread_cells(row, words)}
        for row in outcome.shift_room.iter_rows(named=True)
    ]  # fmt: skip
    return Table("schuifruimte", words("building.shift_caption"), columns, rows, words("building.no_shift"))


def spread_table(outcome: Outcome, years: int, words: Wording) -> Table:
    """How far the buurten of the town lie apart, without the programme and what it changes."""
    rows = outcome.spreads.filter(years=years).drop_nulls("without")
    columns = (
        Column("cijfer", words("programmes.figure")), Column("maat", words("building.measure")),
        Column("zonder", words("building.without"), "number", 3), *spread_columns(words, 4),
    )  # fmt: skip
    told: list[dict[str, Cell]] = [
        {"cijfer": words(f"simulated.spread.{row['figure']}"), "maat": words(f"building.measures.{row['measure']}"),
         "zonder": row["without"], **spread_cells(row, words)}
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return Table(
        "spreiding", words("programmes.spread_caption", years=years), columns, told, words("building.no_spread")
    )


def service_table(outcome: Outcome, years: int, words: Wording) -> Table:
    """Pressure on schools and care: the town, the sites, around them, and buurten of which it may be told."""
    rows = [row for figure in SERVICES for row in outcome.of_figure(figure, "alle", years).iter_rows(named=True)]
    kept = [
        row for row in rows if row["level"] in ("gemeente", SITES, AROUND) or (row["level"] == "buurt" and row["shown"])
    ]
    columns = (
        Column("cijfer", words("programmes.figure")), Column("naam", words("building.area")),
        Column("zonder", words("building.without"), "number"), *spread_columns(words, 0), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    told: list[dict[str, Cell]] = [
        {"cijfer": figure_title(row["figure"], "alle", words), "naam": area_name(outcome, row["area"], words),
         "zonder": row["without"], **spread_cells(row, words), "gebied": row["area"]}
        for row in kept
    ]  # fmt: skip
    return Table(
        "voorzieningen", words("building.services_caption", years=years), columns, told, words("building.no_areas")
    )


def renewal_table(site: Site, outcome: Outcome, words: Wording) -> Table:
    """What of the renewal wave comes due in the buurten with a site within some years of the step."""
    wave = site.results.inside("renewal_wave", outcome.town)
    columns = (
        Column("naam", words("pockets.buurt")), Column("werk", words("renewal.asset")), Column("eigenaar", words("renewal.owner")),
        Column("van", words("renewal.first"), "year"), Column("tot", words("renewal.last"), "year"),
        Column("kosten", words("renewal.cost"), "number", 2, meaning=words("renewal.cost_meaning")),
        Column("laag", words("renewal.low"), "number", 2), Column("hoog", words("renewal.high"), "number", 2),
        Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    told: list[dict[str, Cell]] = []
    for buurt, (first, last) in _years_of_steps(outcome).items():
        near = (pl.col("first") <= last + NEAR_YEARS) & (pl.col("last") >= first - NEAR_YEARS)
        rows = wave.filter((pl.col("area") == buurt) & near & (pl.col("cost_high") > 0)) if wave.height else wave
        for row in rows.sort(["first", "cost"], descending=[False, True]).iter_rows(named=True):
            asset = site.catalogue.renewal.get(row["asset"])
            told.append({
                "naam": outcome.name(buurt), "werk": title_in(asset, words.lang) if asset else row["asset"],
                "eigenaar": words.said(row["payer"]), "van": row["first"], "tot": row["last"], "kosten": row["cost"],
                "laag": row["cost_low"], "hoog": row["cost_high"], "gebied": buurt,
            })  # fmt: skip
    return Table(
        "komt_terug", words("building.due_caption", years=NEAR_YEARS), columns, told, words("building.due_none")
    )


def _years_of_steps(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """First and last calendar year of the steps per buurt."""
    found: dict[str, tuple[int, int]] = {}
    for step in outcome.steps:
        first, last = step["first"] // 12, step["last"] // 12
        known = found.get(step["buurt"], (first, last))
        found[step["buurt"]] = (min(first, known[0]), max(last, known[1]))
    return found


def fit_table(outcome: Outcome, words: Wording) -> Table:
    """How near the invented population comes to what is published."""
    columns = (
        Column("rand", words("building.margin")), Column("groep", words("building.group")), Column("eenheid", words("town.unit")),
        Column("buurten", words("building.buurten"), "number"), Column("gepubliceerd", words("building.published"), "number", 1),
        Column("gemaakt", words("building.made_homes"), "number", 1), Column("binnen", words("building.within"), "number", 0, "%"),
        Column("aangevuld", words("building.filled"), "number"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {"rand": margin_words(row["margin"], words), "groep": margin_words(row["group"], words), "eenheid": margin_words(row["unit"], words), "buurten": row["areas"],
         "gepubliceerd": row["published"], "gemaakt": row["made"], "binnen": _percent(row["within"]), "aangevuld": row["filled"]}
        for row in outcome.fit.iter_rows(named=True)
    ]  # fmt: skip
    return Table("aansluiting", words("building.fit_caption"), columns, rows, words("building.no_areas"))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def coefficient_table(site: Site, outcome: Outcome, words: Wording) -> Table:
    """Every coefficient by what it does, with what was used, where it comes from, and its source."""
    columns = (
        Column("betekenis", words("building.coefficient")), Column("gebruikt_van", words("building.used_from"), "number", 4),
        Column("gebruikt_tot", words("building.used_to"), "number", 4), Column("eenheid", words("town.unit")),
        Column("herkomst", words("building.provenance")), Column("bron", words("building.source")),
        Column("coefficient", words("town.id")),
    )  # fmt: skip
    drawn: Sequence[Mapping[str, float]] = outcome.run["draws"]["values"]
    rows: list[dict[str, Cell]] = []
    for id, each in outcome.run["coefficients"].items():
        used = [values[id] for values in drawn if id in values] or [each["value"]]
        rows.append({
            "betekenis": _means(site, id, words.lang), "gebruikt_van": min(used), "gebruikt_tot": max(used), "eenheid": words.unit(each["unit"]),
            "herkomst": words(f"building.provenances.{each['provenance'] or 'assumption'}"), "bron": each["source"], "coefficient": id,
        })  # fmt: skip
    return Table("coefficienten", words("building.coefficients_caption"), columns, rows, words("building.no_areas"))


def _means(site: Site, id: str, lang: str) -> str:
    """What a coefficient does; its id where this catalogue does not have it any more."""
    entry = site.catalogue.parameters.get(id)
    if entry is None:
        return id
    return (entry.definition_en if lang == "en" else "") or entry.definition
