"""The tables of the page of a package: raw figures, as they leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stadspeil.amounts import decimals_for, significant
from stadspeil.analyses.purse import ACCOUNT, CHAPTERS, beside_groups
from stadspeil.appraisal.effects import LABEL_LIST
from stadspeil.appraisal.funds.checking import Checked
from stadspeil.appraisal.input_units import unit_of
from stadspeil.atlas.appraised.reading import Result
from stadspeil.atlas.appraised.resting import Rest, rest_of, rests_of
from stadspeil.atlas.appraised.telling import retelling_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, Table
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.cases.material import years_said
from stadspeil.report.cases.telling import beside_said, caption_unit, change_unit, pool_name, unit_said
from stadspeil.report.retelling import Retelling, cited, known_how, pool_title
from stadspeil.report.wording import Wording

FAVOURABLE = {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}
PARTS = ("zittend", "samenstelling", "uitstraling", "verplaatsing", "etiket")
SOCIETY = "samenleving"


def figure_table(result: Result, words: Wording) -> Table:
    """What the package comes to, under each set of rules."""
    rows: list[dict[str, Cell]] = [
        {
            "regels": words(f"appraise.rules.{row['rules']}"), "wat": words(f"appraise.figures.{row['figure']}"),
            "eenheid": words(f"appraise.units.{row['unit']}"), "gemiddeld": row["mean"], "laag": row["low"], "midden": row["middle"], "hoog": row["high"],
        }
        for row in result.tables["outcomes"].iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        Column("wat", words("appraise.what")), Column("regels", words("appraise.by_rules")), Column("eenheid", words("appraise.unit")),
        *spread_columns(words, 2),
    )  # fmt: skip
    return Table("kern", words("appraise.figures_caption"), columns, rows)


def spread_columns(words: Wording, decimals: int = 0, middle: bool = True) -> tuple[Column, ...]:
    """Mean, 5th, 50th and 95th percentile."""
    told = (
        Column("gemiddeld", words("appraise.mean"), "number", decimals), Column("laag", words("appraise.low"), "number", decimals),
        Column("midden", words("appraise.middle"), "number", decimals), Column("hoog", words("appraise.high"), "number", decimals),
    )  # fmt: skip
    return told if middle else (told[0], told[1], told[3])


def area_table(site: Site, result: Result, indicator: str, year: int, words: Wording) -> Table:
    """One figure in one year: the town and every buurt that is touched, whole and by part."""
    rows = result.tables["changes"].filter(indicator=indicator, year=year)
    parts = {(row["area"], row["part"]): row["mean"] for row in rows.iter_rows(named=True) if row["part"] in PARTS}
    whole = rows.filter(part="alles").sort(
        pl.col("level") != "gemeente", pl.col("mean").abs(), descending=[False, True]
    )
    decimals = decimals_for(*whole["low"].to_list(), *whole["high"].to_list())
    there = [part for part in PARTS if any(key[1] == part and value for key, value in parts.items())]
    made: list[dict[str, Cell]] = []
    for row in whole.iter_rows(named=True):
        name = str(result.run["names"].get(row["area"], site.name(row["area"])))
        made.append({
            "naam": name, "nu": row["base"], "gemiddeld": row["mean"], "laag": row["low"], "hoog": row["high"],
            "duidelijk": words("words.yes" if row["shown"] else "words.no"), **{part: parts.get((row["area"], part)) for part in there},
            "cijfer": row["mark"], "cijfer_laag": row["mark_low"], "cijfer_hoog": row["mark_high"], "plaatsen": row["places"], "gebied": row["area"],
            "rust_op": row["rests_on"],
        })  # fmt: skip
    columns = (
        Column("naam", words("appraise.area")), Column("nu", words("appraise.now"), "number", 1), *spread_columns(words, decimals, middle=False),
        Column("duidelijk", words("appraise.clear")), *(Column(part, words(f"appraise.parts.{part}"), "number", decimals) for part in there),
        Column("cijfer", words("appraise.mark"), "number", 2), Column("cijfer_laag", words("appraise.mark_low"), "number", 2),
        Column("cijfer_hoog", words("appraise.mark_high"), "number", 2), Column("plaatsen", words("appraise.places"), "number", 1),
        Column("gebied", words("pockets.area"), "area"), Column("rust_op", words("appraise.rests_on")),
    )  # fmt: skip
    figure = site.title(indicator, words.lang)
    unit = caption_unit(indicator, site.catalogue.packages.get(result.id), site.catalogue, words)
    caption = words("appraise.areas_caption", figure=f"{figure} ({unit})" if unit else figure, year=year)
    measured = years_said(result.run, indicator)
    caption = words("appraise.areas_measured", caption=caption, years=measured) if measured else caption
    return Table("gebieden", caption, columns, made, words("appraise.no_areas"))


def town_table(site: Site, result: Result, year: int, words: Wording) -> Table:
    """Every figure that changes, for the town as a whole."""
    rows = result.tables["changes"].filter(level="gemeente", part="alles", year=year)
    made: list[dict[str, Cell]] = []
    for row in rows.iter_rows(named=True):
        counted = result.tables["lines"].filter(side="baten", indicator=row["indicator"]).height > 0
        made.append({
            "cijfer": site.title(row["indicator"], words.lang), "eenheid": change_unit(row["indicator"], site.catalogue.packages.get(result.id), site.catalogue, words),
            "nu": row["base"], "nu_jaar": years_said(result.run, row["indicator"]), "gemiddeld": row["mean"], "laag": row["low"], "hoog": row["high"],
            "duidelijk": words("words.yes" if row["shown"] else "words.no"), "rapportcijfer": row["mark"], "plaatsen": row["places"],
            "in_euro": words("words.yes" if counted else "words.no"), "id": row["indicator"],
        })  # fmt: skip
    columns = (
        Column("cijfer", words("building.figure")), Column("eenheid", words("appraise.unit")), Column("nu", words("appraise.now"), "number", 1), Column("nu_jaar", words("appraise.measured")),
        *spread_columns(words, 4, middle=False), Column("duidelijk", words("appraise.clear")),
        Column("rapportcijfer", words("appraise.mark"), "number", 3), Column("plaatsen", words("appraise.places"), "number", 1),
        Column("in_euro", words("appraise.in_euro")), Column("id", words("town.id")),
    )  # fmt: skip
    return Table("cijfers", words("appraise.town_caption", year=year), columns, made, words("appraise.no_areas"))


def mechanism_table(site: Site, result: Result, words: Wording) -> Table:
    """Points of mark per mechanism and year."""
    rows: list[dict[str, Cell]] = [
        {
            "mechanisme": title_in(site.catalogue.mechanisms[row["mechanism"]], words.lang), "jaar": row["year"], "gemiddeld": row["mean"],
            "laag": row["low"], "midden": row["middle"], "hoog": row["high"],
            "duidelijk": words("words.yes" if row["shown"] else "words.no") if row["mean"] is not None else "",
            "waarom": words(f"appraise.told.{'described' if row['told'] == 'alleen beschreven' else 'nothing'}") if row["told"] else "",
        }
        for row in result.tables["mechanisms"].iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        Column("mechanisme", words("appraise.mechanism")), Column("jaar", words("appraise.year"), "year"), *spread_columns(words, 4),
        Column("duidelijk", words("appraise.clear")), Column("waarom", words("appraise.why_none")),
    )  # fmt: skip
    return Table("mechanismen", words("appraise.mechanisms_caption"), columns, rows)


def actor_title(site: Site, actor: str, words: Wording) -> str:
    """The title of an actor, or of society."""
    entry = site.catalogue.actors.get(actor)
    return title_in(entry, words.lang) if entry else words("appraise.society")


def ledger_rows(ledger: pl.DataFrame) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Actor -> entry -> row, in the order of the ledger."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in ledger.iter_rows(named=True):
        found.setdefault(row["actor"], {})[row["entry"]] = row
    return found


def actor_table(site: Site, ledger: pl.DataFrame, words: Wording) -> Table:
    """Who pays and who gains, worth now; society last."""
    rows: list[dict[str, Cell]] = []
    for actor, entries in ledger_rows(ledger).items():
        entry = site.catalogue.actors.get(actor)
        paid, gained, balance = entries["kosten"]["mean"], entries["baten"]["mean"], entries["saldo"]
        rows.append({
            "partij": actor_title(site, actor, words), "kosten": paid, "kosten_laag": entries["kosten"]["low"], "kosten_hoog": entries["kosten"]["high"],
            "baten": gained, "baten_laag": entries["baten"]["low"], "baten_hoog": entries["baten"]["high"], "overdracht": entries["overdracht"]["mean"],
            "gemiddeld": balance["mean"], "laag": balance["low"], "midden": balance["middle"], "hoog": balance["high"],
            "per_euro": gained / paid if paid > 0 else None, "publiek": words("words.yes" if entry and entry.public else "words.no"),
            "lokaal": words("words.yes" if entry and entry.local else "words.no"), "id": actor,
        })  # fmt: skip
    columns = (
        Column("partij", words("appraise.actor")), Column("kosten", words("appraise.figures.kosten"), "number"),
        Column("kosten_laag", words("appraise.costs_low"), "number"), Column("kosten_hoog", words("appraise.costs_high"), "number"),
        Column("baten", words("appraise.figures.baten"), "number"), Column("baten_laag", words("appraise.benefits_low"), "number"),
        Column("baten_hoog", words("appraise.benefits_high"), "number"), Column("overdracht", words("appraise.transfer"), "number"),
        *spread_columns(words), Column("per_euro", words("appraise.own_per_euro"), "number", 2), Column("publiek", words("appraise.public")),
        Column("lokaal", words("appraise.local")), Column("id", words("town.id")),
    )  # fmt: skip
    return Table("partijen", words("appraise.actors_caption"), columns, rows)


def year_table(site: Site, result: Result, words: Wording) -> Table:
    """Euros of each actor and year, not discounted; those of several discount rates together."""
    sums = (pl.col(name).sum() for name in ("costs", "benefits", "transfers"))
    flows = result.tables["flows"].group_by("actor", "year", maintain_order=True).agg(sums)
    rows: list[dict[str, Cell]] = [
        {"partij": actor_title(site, row["actor"], words), "jaar": row["year"], "kosten": row["costs"], "baten": row["benefits"],
         "overdracht": row["transfers"]}
        for row in flows.iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        Column("partij", words("appraise.actor")), Column("jaar", words("appraise.year"), "year"),
        Column("kosten", words("appraise.figures.kosten"), "number"), Column("baten", words("appraise.figures.baten"), "number"),
        Column("overdracht", words("appraise.transfer"), "number"),
    )  # fmt: skip
    return Table("jaren", words("appraise.years_caption"), columns, rows)


def whole_year_table(result: Result, words: Wording) -> Table:
    """Euros of everybody together per year."""
    flows = result.tables["flows"].group_by("year").agg(pl.col("costs").sum(), pl.col("benefits").sum()).sort("year")
    rows: list[dict[str, Cell]] = [
        {"jaar": row["year"], "kosten": row["costs"], "baten": row["benefits"]} for row in flows.iter_rows(named=True)
    ]
    columns = (
        Column("jaar", words("appraise.year"), "year"), Column("kosten", words("appraise.figures.kosten"), "number"),
        Column("baten", words("appraise.figures.baten"), "number"),
    )  # fmt: skip
    return Table("jaren_samen", words("appraise.whole_years_caption"), columns, rows)


def measure_title(site: Site, result: Result, measure: str, words: Wording) -> str:
    """The intervention of a measure; with the measure's own name where the package has more of that intervention."""
    used = {each["id"]: each["intervention"] for each in result.package["measures"]}
    entry = site.catalogue.interventions.get(used.get(measure, ""))
    if entry is None:
        return words("case.listed") if measure == LABEL_LIST else measure
    alone = sum(each == entry.id for each in used.values()) == 1
    return title_in(entry, words.lang) if alone else f"{title_in(entry, words.lang)} ({measure})"


def line_title(site: Site, result: Result, row: Mapping[str, Any], words: Wording) -> str:
    """What a line of euros is about: what is paid, or the figure that changes."""
    if row["side"] == "kosten":
        used = next((each["intervention"] for each in result.package["measures"] if each["id"] == row["measure"]), "")
        entry = site.catalogue.interventions.get(used)
        lines = {each.id: text_in(each, "title", words.lang) for each in entry.costs} if entry else {}
        return lines.get(row["line"], row["line"])
    return site.title(row["indicator"], words.lang) if row["indicator"] in site.catalogue.indicators else row["line"]


def line_table(site: Site, result: Result, words: Wording) -> Table:
    """Every line of euros, with what it rests on and by how much it would have to change to turn the outcome."""
    rows: list[dict[str, Cell]] = [
        {
            "maatregel": measure_title(site, result, row["measure"], words), "regel": line_title(site, result, row, words), "soort": words(f"appraise.sides.{row['side']}"), "gemiddeld": row["mean"],
            "laag": row["low"], "midden": row["middle"], "hoog": row["high"], "keer": row["switching"], "rust_op": row["rests_on"],
        }
        for row in result.tables["lines"].iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        Column("maatregel", words("appraise.measure")), Column("regel", words("appraise.line")), Column("soort", words("appraise.side")),
        *spread_columns(words), Column("keer", words("appraise.times"), "number", 1), Column("rust_op", words("appraise.rests_on")),
    )  # fmt: skip
    return Table("regels", words("appraise.lines_caption"), columns, rows)


def study_table(site: Site, result: Result, words: Wording) -> Table:
    """The studies, with their weight or why they do not count."""
    rows: list[dict[str, Cell]] = [
        {
            "groep": pool_title(site.catalogue, row["pool"], words.lang), "studie": cited(site.catalogue.studies[row["study"]], words.lang) if row["study"] in site.catalogue.studies else row["study"], "sterkte": row["strength"], "land": row["country"], "effect": row["effect"],
            "laag": row["low"], "hoog": row["high"], "eenheid": words(f"library.units.{row['unit']}") if row["unit"] else None, "status": words(f"library.status.{row['status']}"),
            "gewicht": row["weight"], "herkomst": known_how(row["provenance"], words),
        }
        for row in result.tables["evidence"].iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        Column("studie", words("library.study")), Column("groep", words("library.pool")), Column("sterkte", words("library.strength")),
        Column("land", words("library.country")), Column("effect", words("library.effect"), "number", 2), Column("laag", words("library.low"), "number", 2),
        Column("hoog", words("library.high"), "number", 2), Column("eenheid", words("library.unit")), Column("gewicht", words("library.weight"), "number", 2),
        Column("status", words("library.standing")), Column("herkomst", words("library.provenance")),
    )  # fmt: skip
    return Table("bewijs", words("appraise.studies_caption"), columns, rows, words("appraise.no_studies"))


def assumption_table(site: Site, result: Result, words: Wording) -> tuple[Table, list[Rest]]:
    """All that the outcome rests on, with source, date and mark; and the same with links."""
    rests = rests_of(site, result.run["trace"], words)
    rows: list[dict[str, Cell]] = [
        {"soort": each.kind, "wat": each.title, "getal": each.size, "bron": each.source, "merk": each.mark, "sinds": each.date, "id": each.id}
        for each in rests
    ]  # fmt: skip
    columns = (
        Column("soort", words("appraise.kind")), Column("wat", words("appraise.what")), Column("getal", words("appraise.number")),
        Column("bron", words("appraise.source")), Column("merk", words("appraise.known_how")), Column("sinds", words("appraise.since")),
        Column("id", words("town.id")),
    )  # fmt: skip
    return Table("aannames", words("appraise.assumptions_caption"), columns, rows), rests


def fund_table(site: Site, checked: Checked | None, words: Wording) -> Table:
    """Every condition of every fund held against the package."""
    columns = (
        Column("fonds", words("funds.fund")), Column("oordeel", words("funds.verdict")), Column("voorwaarde", words("funds.condition")),
        Column("uitkomst", words("funds.answer")), Column("telt", words("funds.counts")), Column("gevonden_laag", words("funds.found_low"), "number", 2, mixed=True),
        Column("gevonden_hoog", words("funds.found_high"), "number", 2, mixed=True), Column("grens", words("funds.bound"), "number", 2, mixed=True),
        Column("tekort", words("funds.short"), "number", 2, mixed=True), Column("eenheid", words("appraise.unit")), Column("ontbreekt", words("funds.missing")),
        Column("regel", words("funds.rule")), Column("merk", words("appraise.known_how")), Column("bron", words("appraise.source")),
    )  # fmt: skip
    rows = [_rule_told(row, retelling_of(site, words)) for row in checked.table().to_dicts()] if checked else []
    return Table("fondsen", words("funds.check_caption"), columns, rows, words("funds.none"))


def _rule_told(row: Mapping[str, Any], telling: Retelling) -> dict[str, Cell]:
    """A row of the rules in words: the fund by its title, and what rules say in the language of the page."""
    said = {name: telling.said(row[name]) for name in ("oordeel", "uitkomst", "telt", "eenheid", "regel") if row[name]}
    fund, condition = (telling.titles.get(row["fonds"], row["fonds"]), row["voorwaarde"])
    named = telling.said(condition).replace("_", " ") if condition else None
    return {
        **row,
        **said,
        "fonds": fund,
        "voorwaarde": named,
        "ontbreekt": telling.listed(row["ontbreekt"] or "").said or None,
    }


def switch_table(site: Site, result: Result, words: Wording) -> Table:
    """Which inputs make the uncertainty, and how far each would have to move before the answer turns."""
    entry, net = site.catalogue.packages.get(result.id), result.figures["netto"]["mean"]
    rows: list[dict[str, Cell]] = []
    for row in result.tables["inputs"].iter_rows(named=True):
        turns = row["switching"] is not None and bool(row["used"])
        times = row["switching"] / row["used"] if turns else None
        rows.append({
            "invoer": _input_said(site, result, row["input"], words), "aandeel": None if row["total"] is None else 100 * max(row["total"], 0.0),
            "waarde": net / (1.0 - times) if times is not None and times != 1.0 else None, "nu": significant(row["used"]), "nul_bij": significant(row["switching"]),
            "eenheid": unit_said(unit_of(row["input"], entry, site.catalogue), words) if entry else "", "keer": times,
            "draait": words("words.yes" if turns else "words.no"), "id": row["input"],
        })  # fmt: skip
    columns = (
        Column("invoer", words("appraise.input")), Column("aandeel", words("appraise.share"), "number", 0),
        Column("waarde", words("appraise.worth"), "number"), Column("nu", words("appraise.used_now"), "number", 2, mixed=True), Column("nul_bij", words("appraise.turns_to"), "number", 2, mixed=True), Column("eenheid", words("appraise.unit")), Column("keer", words("appraise.times"), "number", 1), Column("draait", words("appraise.turns")), Column("id", words("town.id")),
    )  # fmt: skip
    return Table("gevoeligheid", words("appraise.switch_caption"), columns, rows)


def _input_said(site: Site, result: Result, name: str, words: Wording) -> str:
    """An input by its kind and title; of evidence the measures that rest on it and the figures that they change."""
    kind, _, rest = name.partition(":")
    if kind == "pool":
        said = pool_name(rest, site.catalogue.packages.get(result.id), site.catalogue, words)
        return f"{said[:1].upper()}{said[1:]}"
    found = rest_of(site, name, words)
    return f"{found.kind}: {found.title}"


def purse_table(site: Site, result: Result, words: Wording, kind: str = ACCOUNT) -> Table:
    """What the town spends and has per inhabitant by its last account, or plans to by its last budget, beside groups."""
    found = site.results.remembered(
        ("purse beside", result.town, kind),
        lambda: beside_groups(site.results.analysis("purse"), result.town, site.catalogue, site.results.register, kind),
    )
    beside = [each for each in found.columns if each.startswith("groep:")][:2]
    beside += [each for each in ("regio", "alle") if each in found.columns]
    rows = {row["part"]: row for row in found.iter_rows(named=True)}
    made: list[dict[str, Cell]] = [
        {
            "wat": words(f"appraise.purse.{part}"), "bedrag": rows[part]["amount"], "eenheid": words.unit(rows[part]["unit"]),
            "plaats": rows[part]["place"], "van": rows[part]["ranked"], "jaar": rows[part]["year"],
            **{each.replace(":", "_"): rows[part][each] for each in beside},
        }
        for part in PURSE_PARTS if part in rows
    ]  # fmt: skip
    columns = (
        Column("wat", words("appraise.what")), Column("bedrag", words("appraise.amount"), "number"), Column("eenheid", words("appraise.unit")),
        Column("plaats", words("appraise.place"), "number"), Column("van", words("appraise.of"), "number"), Column("jaar", words("appraise.year"), "year"),
        *(Column(each.replace(":", "_"), beside_said(each, site.catalogue, words), "number") for each in beside),
    )  # fmt: skip
    if kind == ACCOUNT:
        return Table("draagkracht", words("appraise.purse_caption"), columns, made, words("appraise.no_purse"))
    return Table(kind, words("appraise.budget_caption"), columns, made)


PURSE_PARTS = (
    "lasten", "baten", "saldo", "saldo_na_reserves", "eigen_vermogen", "heffingen", "rijksbijdrage", "specifieke_uitkeringen",
    "aandeel_rijk", "aandeel_sociaal", "solvabiliteit", *CHAPTERS,
)  # fmt: skip
