"""Verhuizen: who comes and goes, which treads a town has, and where those who live there work; no more than bounds allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from stadspeil.analyses.flows import COMMUTED, MISSING
from stadspeil.analyses.flows import MOVED as MOVED_TABLE
from stadspeil.analyses.moves import ALL, TOWNS
from stadspeil.analyses.treads import AGES, HOUSEHOLDS, INCOMES
from stadspeil.analyses.treads import ALL as ALL_INCOMES
from stadspeil.atlas import moving_tables as made
from stadspeil.atlas.older import Stored, older
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.income_steps import IncomeSteps, Part, income_steps_alt, income_steps_svg
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_alt, intervals_svg
from stadspeil.report.drawing.staircase import Staircase, staircase_alt, staircase_svg
from stadspeil.report.household_words import household_words
from stadspeil.report.moving import (
    CHANGE,
    INSIDE,
    MOVED,
    NAMES,
    SAID,
    UNMOVED,
    age_name,
    balance_of,
    balance_words,
    commuting_words,
    group_name,
    income_words,
    newest,
    newest_moves,
    orientation_words,
    part_words,
    selectivity_words,
    tread_words,
)  # fmt: skip
from stadspeil.report.wording import Wording
from stadspeil.simulation.history_store import (
    HOUSEHOLD_CHANGE,
    HOUSEHOLD_FIT,
    command_of,
    read_history,
    read_history_run,
)

CHANGED, FITTED = HOUSEHOLD_CHANGE.name, HOUSEHOLD_FIT.name
# What is drawn of the income identity, the first that is known.
_DRAWN = ("aandeel_hoog", "gemiddeld_inkomen", "aandeel_laag")


@dataclass(frozen=True)
class Moving:
    """The rows of a town of every analysis of flows."""

    moves: pl.DataFrame
    selectivity: pl.DataFrame
    income_parts: pl.DataFrame
    ties: pl.DataFrame
    commuting: pl.DataFrame
    treads: pl.DataFrame

    @property
    def absent(self) -> list[str]:
        """Analyses without rows of the town."""
        return [name for name in NAMES if getattr(self, name).is_empty()]


def moving_page(site: Site, asked: Asked) -> View:
    """Who comes and goes in a gemeente."""
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if not code.startswith("GM"):
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente", "kies een gemeente in de lijst")
    own = Moving(**{name: site.results.inside(name, code).filter(pl.col("area") == code) for name in NAMES})
    name = site.name(code)
    change, fit = (read_history(site.results.workspace, each, area) for each, area in ((CHANGED, code), (FITTED, None)))
    tables = (
        made.balance_table(site, own.moves, words), made.years_table(site, own.moves, words),
        made.selectivity_table(own.selectivity, words), made.ties_table(site, own.ties, code, words),
        made.income_table(own.income_parts, words), made.commuting_table(site, own.commuting, words),
        made.treads_table(site, own.treads, words),
        made.tread_counts_table(own.treads, words), made.history_table(change, words), made.missing_table(site, own.absent, words),
    )  # fmt: skip
    pictures = [each for each in (
        _balance_picture(own, name, words), _selectivity_picture(site, own, name, words),
        _income_picture(own, name, words), _treads_picture(site, own, name, words),
    ) if each is not None]  # fmt: skip
    return View(
        "verhuizen", words("movers.title", town=name), _reading(site, own, name, words), tables, tuple(pictures),
        series=tuple(_series(tables, name, words)), notes=tuple(_notes(own, words)),
        sources=_sources(site, own, words.lang),
        more={
            "code": code, "name": name, "absent": own.absent, "within": _within(tables[1], name, words),
            "income": [said for each in _DRAWN if (said := income_words(own.income_parts, each, words))],
            "treads": list(tread_words(own.treads, made.group_title(site, words), words)) if own.treads.height else [],
            "history": household_words(change, fit, name, words), "history_whole": made.history_whole(change),
            "commuting": _commuting(site, own, name, words), "has_region": code in site.catalogue.regions,
        },
        older=older(_kept(site, change, words), words),
    )  # fmt: skip


def _kept(site: Site, change: pl.DataFrame, words: Wording) -> list[Stored]:
    """The history of households, where the page tells it."""
    if change.is_empty():
        return []
    run = read_history_run(site.results.workspace)
    return [Stored(words("older.history"), run, command_of(run))]


def _reading(site: Site, own: Moving, name: str, words: Wording) -> str:
    """One sentence: the balance and who weighs more, each only as far as its interval goes."""
    balance = balance_of(own.moves)
    if balance is not None:
        clauses = [balance_words(balance, name, words), selectivity_words(own.selectivity, words)]
        return "; ".join(each for each in clauses if each) + "."
    row = next(newest(own.commuting).iter_rows(named=True), None)
    if row is None:
        return words("movers.reading_none", town=name)
    return words(
        "movers.reading_commuting", said=commuting_words(row, name, site.name(row["largest_to"]), words), town=name
    )


def _sources(site: Site, own: Moving, lang: str) -> tuple[str, ...]:
    """Title and publisher of what was read in for the analyses that have rows."""
    known = site.catalogue.sources
    used = [id for each in NAMES if each not in own.absent for id in MISSING[each]]
    for name, table in (("ties", MOVED_TABLE), ("commuting", COMMUTED)):
        if name not in own.absent:
            used += [id for id, entry in known.items() if entry.table == table]
    read_in = made.sources_here(site)
    return tuple(
        f"{title_in(known[id], lang)} ({known[id].publisher})"
        for id in dict.fromkeys(used)
        if id in read_in and id in known
    )


def _within(years: Table, name: str, words: Wording) -> str:
    """Who stayed in the town of those who left their home, in the last year that is known; '' where none is."""
    known = [row for row in years.rows if row["binnen_pct"] is not None]
    if not known:
        return ""
    last = known[-1]
    said = words("movers.stayed", town=name, year=last["jaar"], share=words.number(float(last["binnen_pct"] or 0), 0))
    if last["groep_steden"] is None:
        return said
    return f"{said} {words('movers.stayed_group', share=words.number(float(last['groep_steden']), 0))}"


def _commuting(site: Site, own: Moving, name: str, words: Wording) -> list[str]:
    row = next(newest(own.commuting).iter_rows(named=True), None)
    if row is None:
        return []
    said = commuting_words(row, name, site.name(row["largest_to"]), words) + "."
    # Where nothing else is known the page begins with it.
    return [*([said] if own.moves.height else []), orientation_words(row, words), words("movers.near")]


def _notes(own: Moving, words: Wording) -> list[str]:
    told = []
    if own.moves.height:
        told.append(words("movers.note_chance"))
    if own.selectivity.height:
        told.append(words("movers.note_why"))
    if own.treads.height:
        told.append(words("movers.note_norms"))
    return told


def _balance_picture(own: Moving, name: str, words: Wording) -> Picture | None:
    rows = tuple(
        IntervalRow(
            words(f"moving.families.{row['family']}"),
            group_name(row, words),
            row["balance"],
            row["balance_low"],
            row["balance_high"],
        )
        for row in newest_moves(own.moves).iter_rows(named=True)
        if row["family"] != ALL
    )
    if not rows:
        return None
    content = Intervals(rows, words("movers.side.more_left"), words("movers.side.more_came"))
    caption = words("movers.balance_picture", town=name)
    return Picture(
        "saldo",
        intervals_svg(content, words),
        caption,
        intervals_alt(content, words),
        "saldo",
        narrow=intervals_svg(content, words, narrow=True),
    )


def _selectivity_picture(site: Site, own: Moving, name: str, words: Wording) -> Picture | None:
    rows = tuple(
        IntervalRow(
            words(f"moving.families.{row['family']}"), group_name(row, words), row["index"], row["low"], row["high"], row["towns_index"]
        )
        for row in own.selectivity.filter(pl.col("index").is_not_null()).iter_rows(named=True)
    )  # fmt: skip
    if not rows:
        return None
    group = made.group_title(site, words)
    content = Intervals(rows, words("movers.heavier_goes"), words("movers.heavier_comes"), group, 2)
    caption = words("movers.selectivity_picture", town=name)
    return Picture(
        "selectiviteit",
        intervals_svg(content, words),
        caption,
        intervals_alt(content, words),
        "selectiviteit",
        narrow=intervals_svg(content, words, narrow=True),
    )


def _income_picture(own: Moving, name: str, words: Wording) -> Picture | None:
    found = {
        measured: {
            row["part"]: row
            for row in newest(own.income_parts.filter(pl.col("measured") == measured)).iter_rows(named=True)
        }
        for measured in _DRAWN
    }
    measured = next((each for each in _DRAWN if {*MOVED, UNMOVED, CHANGE} <= found[each].keys()), None)
    if measured is None:
        return None
    rows = found[measured]

    def part(name: str) -> Part:
        row = rows[name]
        title = words(f"moving.parts.{name.replace(' ', '_')}")
        return Part(title, part_words(row, words), row["low"], row["high"], row["value"], inside=name in INSIDE)

    content = IncomeSteps(tuple(part(each) for each in (*MOVED, UNMOVED, *INSIDE) if each in rows), part(CHANGE))
    caption = words(
        "movers.income_picture", town=name, measured=words(f"moving.measures.{measured}"), year=rows[CHANGE]["year"]
    )
    return Picture(
        "inkomen",
        income_steps_svg(content, words),
        caption,
        income_steps_alt(content, words),
        "inkomen",
        narrow=income_steps_svg(content, words, narrow=True),
    )


def _treads_picture(site: Site, own: Moving, name: str, words: Wording) -> Picture | None:
    rows = own.treads.filter(pl.col("group") == TOWNS)
    if rows.is_empty():
        return None
    said = {
        (row["household"], row["age"], row["income"]): SAID.get(row["verdict"], "open")
        for row in rows.iter_rows(named=True)
    }
    content = Staircase(
        tuple(age_name(each, words) for each in AGES),
        tuple(
            (
                words(f"moving.incomes.{income}"),
                tuple(
                    (
                        words(f"moving.groups.huishouden_{household}"),
                        tuple(said.get((household, age, income), "open") for age in AGES),
                    )
                    for household in HOUSEHOLDS
                ),
            )
            for income in (ALL_INCOMES, *INCOMES)
        ),
    )
    caption = words("movers.treads_picture", town=name, group=made.group_title(site, words))
    return Picture(
        "treden",
        staircase_svg(content, words),
        caption,
        staircase_alt(content, words),
        "treden",
        narrow=staircase_svg(content, words, narrow=True),
    )


def _series(tables: tuple[Table, ...], name: str, words: Wording) -> list[Series]:
    """Charts for slides: who came and went per year, and the balance per group."""
    found = {each.id: each for each in tables}
    made_of = []

    def numbers(rows: Sequence[Mapping[str, Cell]], key: str) -> tuple[float | None, ...]:
        return tuple(None if row[key] is None else float(row[key] or 0) for row in rows)

    years = list(found["jaren"].rows)
    if years:
        columns = {words("movers.arrived"): numbers(years, "gekomen"), words("movers.left"): numbers(years, "gegaan")}
        made_of.append(
            Series(
                "jaren",
                "line",
                words("movers.years_picture", town=name),
                tuple(str(row["jaar"]) for row in years),
                columns,
            )
        )
    groups = [row for row in found["selectiviteit"].rows if row["index"] is not None]
    if groups:
        columns = {words("movers.index"): numbers(groups, "index")}
        made_of.append(
            Series(
                "selectiviteit",
                "bar",
                words("movers.selectivity_picture", town=name),
                tuple(str(row["groep"]) for row in groups),
                columns,
            )
        )
    return made_of


MOVING = Page("verhuizen", "/verhuizen/{stad}", moving_page, "moving.html", "menu.moving", styles=("moving.css",))
