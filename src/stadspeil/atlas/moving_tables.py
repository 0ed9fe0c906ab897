"""The tables of the page on moving: what the analyses of flows give of a town, beside the group of towns."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.analyses.flows import MISSING
from stadspeil.analyses.moves import ALL, TOWNS
from stadspeil.analyses.treads import AGES, COUNTRY, HOUSEHOLDS, INCOMES
from stadspeil.analyses.treads import ALL as ALL_INCOMES
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, Table
from stadspeil.catalogue.entries import title_in
from stadspeil.report.moving import age_name, group_name, newest, newest_moves, selective, side_of
from stadspeil.report.wording import Wording
from stadspeil.sources import SnapshotStore

# Not on StatLine: made to order.
_ORDERED = "verhuizingen_groepen"


def group_title(site: Site, words: Wording) -> str:
    """The name of the group of towns that everything is held against."""
    return title_in(site.catalogue.groups[TOWNS], words.lang) if TOWNS in site.catalogue.groups else ""


def mean_of_group(site: Site, table: pl.DataFrame, column: str, by: tuple[str, ...]) -> pl.DataFrame:
    """The mean of a column over the members of the group of towns that have it, per year and what else is named."""
    members = site.catalogue.groups[TOWNS].members if TOWNS in site.catalogue.groups else ()
    parts = [
        rows.filter(pl.col("area").is_in(list(site.results.register.members_in(members, int(str(division))))))
        for (division,), rows in table.group_by("boundaries")
    ]
    whole = pl.concat(parts) if parts else table
    return whole.group_by("year", *by).agg(pl.col(column).mean())


def beside(
    site: Site, own: pl.DataFrame, name: str, columns: tuple[str, ...], by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """The rows of a town with the means of the group, in columns `mean_<column>`."""

    def means() -> pl.DataFrame:
        table = site.results.analysis(name)
        found = [mean_of_group(site, table, each, by).rename({each: f"mean_{each}"}) for each in columns]
        first, *others = found
        for other in others:
            first = first.join(other, on=["year", *by])
        return first

    return own.join(
        site.results.remembered(("moving", name), means), on=["year", *by], how="left", maintain_order="left"
    )


def balance_table(site: Site, moves: pl.DataFrame, words: Wording) -> Table:
    """The newest year of every group: who came, who went, the balance and what chance leaves of it."""
    columns = (
        Column("soort", words("movers.family")), Column("groep", words("movers.group")), Column("jaar", words("town.year"), "year"),
        Column("gekomen", words("movers.arrived"), "number"), Column("gegaan", words("movers.left"), "number"),
        Column("saldo", words("movers.balance"), "number"),
        Column("laag", words("movers.low"), "number", meaning=words("movers.balance_meaning")),
        Column("hoog", words("movers.high"), "number", meaning=words("movers.balance_meaning")),
        Column("oordeel", words("movers.verdict")), Column("per_1000", words("movers.per_1000"), "number", 1),
        Column("groep_steden", words("movers.per_1000_group"), "number", 1),
        Column("binnen", words("movers.within"), "number"), Column("binnen_pct", words("movers.within_pct"), "number", 0, unit="%"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "soort": words(f"moving.families.{row['family']}"), "groep": group_name(row, words), "jaar": row["year"], "gekomen": row["arrived"],
            "gegaan": row["left"], "saldo": row["balance"], "laag": row["balance_low"], "hoog": row["balance_high"],
            "oordeel": words(f"movers.side.{side_of(row['balance_low'], row['balance_high'])}"),
            "per_1000": row["balance_per_1000"], "groep_steden": row["mean_balance_per_1000"], "binnen": row["within"],
            "binnen_pct": row["within_pct"],
        }
        for row in with_group(site, newest_moves(moves)).iter_rows(named=True)
    ]  # fmt: skip
    return Table("saldo", words("movers.balance_caption"), columns, rows, words("movers.no_moves"))


def with_group(site: Site, moves: pl.DataFrame) -> pl.DataFrame:
    """Rows of MOVES with what the group of towns averages."""
    return beside(site, moves, "moves", ("balance_per_1000", "within_pct"), ("family", "group"))


def years_table(site: Site, moves: pl.DataFrame, words: Wording) -> Table:
    """All persons, year by year."""
    columns = (
        Column("jaar", words("town.year"), "year"), Column("gekomen", words("movers.arrived"), "number"),
        Column("gegaan", words("movers.left"), "number"), Column("saldo", words("movers.balance"), "number"),
        Column("laag", words("movers.low"), "number"), Column("hoog", words("movers.high"), "number"),
        Column("binnen", words("movers.within"), "number"), Column("binnen_pct", words("movers.within_pct"), "number", 1, unit="%"),
        Column("groep_steden", words("movers.within_group"), "number", 1, unit="%"),
    )  # fmt: skip
    own = with_group(
        site,
        moves.filter(pl.col("family") == ALL)
        .sort("year", "boundaries")
        .unique("year", keep="last", maintain_order=True),
    )
    rows: list[dict[str, Cell]] = [
        {
            "jaar": row["year"], "gekomen": row["arrived"], "gegaan": row["left"], "saldo": row["balance"],
            "laag": row["balance_low"], "hoog": row["balance_high"], "binnen": row["within"], "binnen_pct": row["within_pct"],
            "groep_steden": row["mean_within_pct"],
        }
        for row in own.iter_rows(named=True)
    ]  # fmt: skip
    return Table("jaren", words("movers.years_caption"), columns, rows, words("movers.no_moves"))


def selectivity_table(selectivity: pl.DataFrame, words: Wording) -> Table:
    """The index of every group with its interval, and whether they leave sooner than elsewhere."""
    columns = (
        Column("soort", words("movers.family")), Column("groep", words("movers.group")),
        Column("van", words("movers.first"), "year"), Column("tot", words("movers.last"), "year"),
        Column("index", words("movers.index"), "number", 2, meaning=words("movers.index_meaning")),
        Column("laag", words("movers.low"), "number", 2), Column("hoog", words("movers.high"), "number", 2),
        Column("oordeel", words("movers.verdict")), Column("groep_steden", words("movers.index_group"), "number", 2),
        Column("vertrek", words("movers.leaving")),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "soort": words(f"moving.families.{row['family']}"), "groep": group_name(row, words), "van": row["first_year"], "tot": row["last_year"],
            "index": row["index"], "laag": row["low"], "hoog": row["high"], "oordeel": words.said(selective(row)),
            "groep_steden": row["towns_index"], "vertrek": words.said(row["leaving_verdict"]) if row["leaving_verdict"] else None,
        }
        for row in selectivity.iter_rows(named=True)
    ]  # fmt: skip
    return Table("selectiviteit", words("movers.selectivity_caption"), columns, rows, words("movers.no_selectivity"))


def ties_table(site: Site, ties: pl.DataFrame, code: str, words: Wording) -> Table:
    """Where people come from and go to in the newest year."""
    columns = (
        Column("waar", words("movers.where")), Column("jaar", words("town.year"), "year"),
        Column("gekomen", words("movers.arrived"), "number"), Column("gegaan", words("movers.left"), "number"),
        Column("saldo", words("movers.balance"), "number"), Column("laag", words("movers.low"), "number"),
        Column("hoog", words("movers.high"), "number"),
        Column("oordeel", words("movers.verdict")), Column("gekomen_pct", words("movers.arrived_pct"), "number", 0, unit="%"),
        Column("groep_gekomen", words("movers.arrived_pct_group"), "number", 0, unit="%"),
        Column("gegaan_pct", words("movers.left_pct"), "number", 0, unit="%"),
        Column("groep_gegaan", words("movers.left_pct_group"), "number", 0, unit="%"),
    )  # fmt: skip
    region = site.catalogue.regions.get(code)
    city = site.name(region.dominant) if region else ""
    rows: list[dict[str, Cell]] = [
        {
            "waar": words(f"movers.partners.{row['partner'].replace(' ', '_')}", city=city), "jaar": row["year"], "gekomen": row["arrived"],
            "gegaan": row["left"], "saldo": row["balance"], "laag": row["balance_low"], "hoog": row["balance_high"],
            "oordeel": words(f"movers.side.{side_of(row['balance_low'], row['balance_high'])}"), "gekomen_pct": row["arrived_pct"],
            "groep_gekomen": row["towns_arrived_pct"], "gegaan_pct": row["left_pct"], "groep_gegaan": row["towns_left_pct"],
        }
        for row in newest(ties).iter_rows(named=True)
    ]  # fmt: skip
    return Table("banden", words("movers.ties_caption"), columns, rows, words("movers.no_ties"))


def income_table(parts: pl.DataFrame, words: Wording) -> Table:
    """The parts of every change in the newest year: a number where it is exact, and always the bounds."""
    columns = (
        Column("wat", words("movers.measured")), Column("deel", words("movers.part")), Column("van", words("movers.first"), "year"),
        Column("personen", words("movers.persons"), "number"), Column("precies", words("movers.exact"), "number", 3),
        Column("laag", words("movers.least"), "number", 3), Column("hoog", words("movers.most"), "number", 3),
        Column("zekerheid", words("movers.certainty")),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "wat": words(f"moving.measures.{row['measured']}"), "deel": words(f"moving.parts.{row['part'].replace(' ', '_')}"), "van": row["year"],
            "personen": row["persons"], "precies": row["value"], "laag": row["low"], "hoog": row["high"],
            "zekerheid": words.said(row["certainty"]),
        }
        for row in newest(parts).iter_rows(named=True)
    ]  # fmt: skip
    return Table("inkomen", words("movers.income_caption"), columns, rows, words("movers.no_income"))


def commuting_table(site: Site, commuting: pl.DataFrame, words: Wording) -> Table:
    """Where those who live here work, year by year."""
    columns = (
        Column("jaar", words("town.year"), "year"), Column("werkenden", words("movers.workers"), "number"),
        Column("banen", words("movers.jobs"), "number"), Column("eigen", words("movers.own"), "number", 1, unit="%"),
        Column("groep_eigen", words("movers.own_group"), "number", 1, unit="%"), Column("meest_naar", words("movers.largest_to")),
        Column("meest", words("movers.largest"), "number", 1, unit="%"),
        Column("band", words("movers.both_ways"), "number", 1, unit="%", meaning=words("movers.both_ways_meaning")),
        Column("groep_band", words("movers.both_ways_group"), "number", 1, unit="%"),
        Column("plaats", words("movers.place"), "number"), Column("van", words("movers.of"), "number"),
    )  # fmt: skip
    own = beside(site, commuting.sort("year", "boundaries"), "commuting", ("own_pct", "both_ways_pct"))
    rows: list[dict[str, Cell]] = [
        {
            "jaar": row["year"], "werkenden": row["workers"], "banen": row["jobs"], "eigen": row["own_pct"],
            "groep_eigen": row["mean_own_pct"], "meest_naar": site.name(row["largest_to"]) if row["largest_pct"] else None, "meest": row["largest_pct"],
            "band": row["both_ways_pct"], "groep_band": row["mean_both_ways_pct"], "plaats": row["unique_rank"], "van": row["ranked"],
        }
        for row in own.iter_rows(named=True)
    ]  # fmt: skip
    return Table("pendelen", words("movers.commuting_caption"), columns, rows, words("movers.no_commuting"))


def treads_table(site: Site, treads: pl.DataFrame, words: Wording) -> Table:
    """Every tread in bounds beside the group of towns and the country: the twin of the grid and more."""
    columns = (
        *_tread_columns(words), Column("naast", words("movers.beside")), Column("oordeel", words("movers.verdict")),
        *_bound_columns(_RATIOS, 2, words),
    )  # fmt: skip
    besides = {TOWNS: group_title(site, words), COUNTRY: words("movers.country")}
    rows: list[dict[str, Cell]] = [
        {
            **_tread_cells(row, words), "naast": besides.get(row["group"], row["group"]), "oordeel": words.said(row["verdict"]),
            **_bound_cells(_RATIOS, row),
        }
        for row in _ordered(treads)
    ]  # fmt: skip
    return Table("treden", words("movers.treads_caption"), columns, rows, words("movers.no_treads"))


def tread_counts_table(treads: pl.DataFrame, words: Wording) -> Table:
    """Households and homes of every tread of the town itself, in bounds."""
    columns = (*_tread_columns(words), Column("jaar", words("town.year"), "year"), *_bound_columns(_COUNTS, 0, words))
    rows: list[dict[str, Cell]] = [
        {**_tread_cells(row, words), "jaar": row["year"], **_bound_cells(_COUNTS, row)}
        for row in _ordered(treads.filter(pl.col("group") == COUNTRY))
    ]
    return Table("treden_aantallen", words("movers.tread_counts_caption"), columns, rows, words("movers.no_treads"))


# Keys of columns by the names of the analysis.
_RATIOS = {
    "stock_ratio": "per_huishouden", "group_stock": "groep_per_huishouden", "flow_ratio": "per_zoekend",
    "group_flow": "groep_per_zoekend",
}  # fmt: skip
_COUNTS = {"households": "huishoudens", "demand": "zoekend", "stock": "woningen", "flow": "vrij"}
_ENDS = (("laag", "low"), ("hoog", "high"))


def _ordered(treads: pl.DataFrame) -> list[dict[str, Any]]:
    order = {
        each: place
        for place, each in enumerate((i, h, a) for i in (ALL_INCOMES, *INCOMES) for h in HOUSEHOLDS for a in AGES)
    }
    return sorted(
        treads.iter_rows(named=True),
        key=lambda row: (row["group"] != TOWNS, order.get((row["income"], row["household"], row["age"]), 999)),
    )


def _tread_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("huishouden", words("movers.household")), Column("leeftijd", words("movers.age")), Column("inkomen", words("movers.income")),
    )  # fmt: skip


def _tread_cells(row: dict[str, Any], words: Wording) -> dict[str, Cell]:
    return {
        "huishouden": words(f"moving.groups.huishouden_{row['household']}"), "leeftijd": age_name(row["age"], words),
        "inkomen": words(f"movers.of_income.{row['income']}"),
    }  # fmt: skip


def _bound_columns(names: dict[str, str], decimals: int, words: Wording) -> tuple[Column, ...]:
    return tuple(
        Column(f"{key}_{end}", words(f"movers.tread_{name}_{end}"), "number", decimals)
        for name, key in names.items()
        for end, _ in _ENDS
    )


def _bound_cells(names: dict[str, str], row: dict[str, Any]) -> dict[str, Cell]:
    return {f"{key}_{end}": row[f"{name}_{side}"] for name, key in names.items() for end, side in _ENDS}


def history_whole(change: pl.DataFrame) -> int:
    """How many of the first rows of the table are of all households together: what a page shows of it."""
    return change.filter((pl.col("household") == ALL_INCOMES) & (pl.col("age") == ALL_INCOMES)).height


def history_table(change: pl.DataFrame, words: Wording) -> Table:
    """What each door and each cause did to the households of the town, of all and by kind and age, as computed."""
    columns = (
        *_tread_columns(words)[:2], Column("verteld", words("movers.history_told")), Column("deel", words("movers.part")),
        Column("van", words("movers.first"), "year"), Column("tot", words("movers.last"), "year"),
        Column("begin", words("movers.history_before"), "number"), Column("eind", words("movers.history_after"), "number"),
        Column("verandering", words("movers.history_value"), "number"), Column("laag", words("movers.low"), "number"),
        Column("hoog", words("movers.high"), "number"),
    )  # fmt: skip
    everyone = words(f"movers.of_income.{ALL_INCOMES}")
    ordered = change.sort(pl.col("household") != ALL_INCOMES, pl.col("age") != ALL_INCOMES, "household", "age", "told")
    rows: list[dict[str, Cell]] = [
        {
            "huishouden": everyone if row["household"] == ALL_INCOMES else words(f"moving.groups.huishouden_{row['household']}"),
            "leeftijd": everyone if row["age"] == ALL_INCOMES else age_name(row["age"], words),
            "verteld": words(f"movers.history_told_as.{row['told']}"),
            "deel": words(f"movers.history_part.{row['part'].replace(' ', '_')}"), "van": row["first_year"], "tot": row["year"],
            "begin": row["before"], "eind": row["after"], "verandering": row["value"], "laag": row["low"], "hoog": row["high"],
        }
        for row in ordered.iter_rows(named=True)
    ]  # fmt: skip
    return Table("geschiedenis", words("movers.history_caption"), columns, rows, words("movers.history_none"))


def missing_table(site: Site, absent: list[str], words: Wording) -> Table:
    """What is not known of the town, and which source to fetch or order for it; each source once."""
    columns = (
        Column("wat", words("movers.what")), Column("bron", words("movers.source")), Column("uitgever", words("movers.publisher")),
        Column("hoe", words("movers.how")),
    )  # fmt: skip
    here = sources_here(site)
    asked: dict[str, list[str]] = {}
    for name in absent:
        needed = [id for id in MISSING.get(name, ()) if id in site.catalogue.sources]
        # What was read in is not what lacks, unless all of it was: then it lacks this gemeente.
        for id in [each for each in needed if each not in here] or needed:
            asked.setdefault(id, []).append(words(f"movers.names.{name}"))
    rows: list[dict[str, Cell]] = []
    for id, wanted in asked.items():
        entry = site.catalogue.sources[id]
        how = "movers.ordered" if id == _ORDERED else "movers.read_in" if id in here else "movers.fetched"
        rows.append(
            {
                "wat": "; ".join(wanted),
                "bron": title_in(entry, words.lang),
                "uitgever": entry.publisher,
                "hoe": words(how, id=id),
            }
        )
    return Table("ontbreekt", words("movers.missing_caption"), columns, rows, words("movers.nothing_missing"))


def sources_here(site: Site) -> frozenset[str]:
    """Sources of which a file was read in."""
    store = SnapshotStore(site.results.workspace.raw)
    return frozenset(each.source for each in site.results.once("snapshots", store.active))
