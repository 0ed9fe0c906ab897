"""An agenda year by year: what begins, runs and ends in it, what is spent, and what waits."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl

from stadspeil.atlas.appraised.agendas import Made
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked
from stadspeil.catalogue.entries import text_in
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording

ANCHOR = "kop-jaar"


def walk_of(site: Site, made: Made, asked: Asked, words: Wording) -> dict[str, Any]:
    """The year that is asked, or the first: in sentences, with its money, and the addresses of the years beside it.

    Raises:  QuestionError for a year outside the agenda.
    """
    first, last = made.years
    year = asked.number("jaar") if asked.get("jaar") else first
    if year is None or not first <= year <= last:
        raise QuestionError(f"jaar '{asked.get('jaar')[:12]}'", f"de agenda loopt van {first} tot en met {last}", "kies een jaar in de lijst")  # fmt: skip
    beside = {
        name: (at, _address(asked, at)) if first <= at <= last else None
        for name, at in (("before", year - 1), ("after", year + 1))
    }
    return {"year": year, "years": range(first, last + 1), **beside, "told": _told(made, year, words), "money": _money(site, made, year, words)}  # fmt: skip


def _address(asked: Asked, year: int) -> str:
    return f"{asked.path}?{urlencode({**asked.query, 'jaar': str(year)})}#{ANCHOR}"


def _told(made: Made, year: int, words: Wording) -> list[str]:
    """What begins, what runs on, what is in its last year, and how likely it is that what waits has been called."""
    plan = made.tables["plan"].filter(pl.col("start").is_not_null()).sort("start", "title")
    running = plan.filter((pl.col("start") <= year) & (pl.col("end") >= year))
    parts = (
        ("starts", running.filter(pl.col("start") == year)), ("runs", running.filter(pl.col("start") < year)),
        ("ends", running.filter(pl.col("end") == year)),
    )  # fmt: skip
    told = [words(f"agenda.walk.{key}", projects="; ".join(rows["title"])) for key, rows in parts if rows.height]
    if running.is_empty():
        told.append(words("agenda.walk.nothing"))
    waits = (
        made.tables["triggers"].filter(year=year).join(made.tables["pathways"].select("project", "title"), on="project")
    )
    told += [
        words("agenda.walk.waits", title=row["title"], chance=words.chance(row["chance"]))
        for row in waits.iter_rows(named=True)
        if row["chance"] is not None
    ]
    return told


def _money(site: Site, made: Made, year: int, words: Wording) -> list[tuple[str, str, str, str, str]]:
    """Of each purse: what comes in, what goes out, what is left, and what went out until and with this year."""
    entry = site.catalogue.agendas.get(made.id)
    titles = {each.id: text_in(each, "title", words.lang) for each in entry.budgets} if entry else {}
    means, found = made.tables["means"].filter(unit="euro"), []
    for row in means.filter(year=year).iter_rows(named=True):
        purse = titles.get(row["purse"], row["purse"])
        spent = means.filter((pl.col("purse") == row["purse"]) & (pl.col("year") <= year))["goes"].sum()
        comes, goes, left, until = (
            words.euros(each) for each in (row["comes"], row["goes"], row["left"], float(spent))
        )
        found.append((purse, comes, goes, left, until))
    return found
