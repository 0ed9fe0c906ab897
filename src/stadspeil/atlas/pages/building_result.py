"""Uitkomst van een bouwprogramma: chains, effects with their mask, schuifruimte, erosion, and what it rests on."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.atlas import programme_tables as tables
from stadspeil.atlas.older import older
from stadspeil.atlas.outcomes import kept_outcome, known_outcome
from stadspeil.atlas.pages.building import command, title_of
from stadspeil.atlas.programme_pictures import Choice, pictures_of, series_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.simulated_remarks import remarks_in
from stadspeil.report.simulated_words import (
    erosion_sentences,
    figure_title,
    homeless_sentence,
    masked_sentence,
    reading,
    shift_sentences,
)
from stadspeil.report.wording import Wording
from stadspeil.simulation.effects import FIGURE, FIGURES
from stadspeil.simulation.reading import GIVEN, Outcome
from stadspeil.sources import SnapshotStore

# Counted from the start on, so they grow by themselves: not what a page opens on.
_FLOWS = ("gekomen", "vertrokken", "binnen")


def building_result(site: Site, asked: Asked) -> View:
    """What a programme does, within what its pairs of runs can tell."""
    words = words_of(asked.lang)
    outcome = known_outcome(site, asked.get("programma"))
    choice = _choice(outcome, asked)
    title = title_of(site, outcome.id, asked.lang, outcome.run["programme"]["title"])
    last = outcome.years[-1]
    shown: tuple[Table, ...] = (
        tables.area_table(outcome, choice.figure, choice.group, choice.years, words), tables.strongest_table(outcome, choice.years, words),
        tables.link_table(outcome, words), tables.whole_chain_table(outcome, words), tables.site_table(outcome, words),
        tables.shift_table(outcome, words), tables.service_table(outcome, choice.years, words),
        tables.spread_table(outcome, choice.years, words), tables.renewal_table(site, outcome, words),
        tables.fit_table(outcome, words), tables.coefficient_table(site, outcome, words),
    )  # fmt: skip
    pictures = tuple(pictures_of(site, outcome, choice, words))
    return View(
        "bouwen_uitkomst", title,
        reading(outcome, words), shown, pictures,
        series=tuple(series_of(outcome, choice, words)), notes=tuple(_notes(outcome, last, words)),
        sources=_sources(site, outcome, words.lang),
        more={
            "id": outcome.id, "code": outcome.town, "title": title, "town": site.name(outcome.town), "choice": choice,
            "chosen": f"{choice.figure}:{choice.group}", "years": outcome.years, "figures": _figures(outcome, choice.years, words),
            "figure_title": figure_title(choice.figure, choice.group, words), "intro": _intro(site, outcome, title, words),
            "homeless": homeless_sentence(outcome, words), "masked": masked_sentence(outcome, choice.years, words),
            "by_chance": _by_chance(outcome, choice, words),
            "chance": words("simulated.chance" if outcome.pairs > 1 else "simulated.one_pair"),
            "shift": list(shift_sentences(outcome, last, words)), "erosion": erosion_sentences(outcome, choice.years, words),
            "shift_rows": _pivoted(tables.shift_table(outcome, words)), "seeds": ", ".join(map(str, outcome.run["seeds"])),
            "asked_seed": outcome.run["inputs"]["asked"]["seed"], "realized": _realized(outcome, words),
            "start": outcome.run["start"], "method": words(f"building.methods.{outcome.run['draws']['method']}"), "command": command(outcome.id),
            "invented": bool(outcome.run["invented"]), "households": outcome.run["households"], "homes": outcome.run["homes"],
            "mapped": any(each.id == "kaart" for each in pictures), "remarks": remarks_in(outcome.run["remarks"], words), "near_years": tables.NEAR_YEARS,
        },
        older=older([kept_outcome(site, outcome.id, words)], words),
    )  # fmt: skip


def _choice(outcome: Outcome, asked: Asked) -> Choice:
    """Figure and years as asked; else the figure of which most buurten may be shown, after the last year."""
    years = asked.number("jaar")
    if years is not None and years not in outcome.years:
        raise QuestionError(
            f"jaar {years}", f"verteld is jaar {outcome.years[0]} tot {outcome.years[-1]}", "kies een jaar in de lijst"
        )
    years = outcome.years[-1] if years is None else years
    told = asked.get("cijfer")
    if not told:
        return _clearest(outcome, years)
    figure, _, group = told.partition(":")
    if figure not in FIGURE or (group or "alle") not in FIGURE[figure].groups:
        raise QuestionError(f"cijfer '{told[:60]}'", "dat is er niet", "kies een cijfer in de lijst")
    return Choice(figure, group or "alle", years)


def _clearest(outcome: Outcome, years: int) -> Choice:
    found = outcome.effects.filter(
        (pl.col("level") == "buurt") & (pl.col("years") == years) & ~pl.col("figure").is_in([*GIVEN, *_FLOWS])
    )
    counts = found.group_by("figure", "group", maintain_order=True).agg(pl.col("shown").sum().alias("shown"))
    if counts.is_empty():
        return Choice("huishoudens", "alle", years)
    best = counts.sort("shown", descending=True, maintain_order=True).row(0, named=True)
    return Choice(best["figure"], best["group"], years)


def _figures(outcome: Outcome, years: int, words: Wording) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Figures by title, their groups, and of how many buurten each may be shown."""
    rows = outcome.effects.filter((pl.col("level") == "buurt") & (pl.col("years") == years))
    counts = {
        (row[0], row[1]): row[2] for row in rows.group_by("figure", "group").agg(pl.col("shown").sum()).iter_rows()
    }
    return [
        (words(f"simulated.figure.{each.id}"),
         [(f"{each.id}:{group}", figure_title(each.id, group, words), int(counts.get((each.id, group), 0))) for group in each.groups])
        for each in FIGURES
    ]  # fmt: skip


def _intro(site: Site, outcome: Outcome, title: str, words: Wording) -> str:
    entry = site.catalogue.programmes.get(outcome.id)
    status = entry.status_in(words.lang) if entry else outcome.run["programme"]["status"]
    return words(
        "simulated.intro", title=title, status=status, homes=words.number(outcome.built), pairs=words.number(outcome.pairs),
        years=outcome.run["inputs"]["asked"]["years"], start=outcome.run["start"],
    )  # fmt: skip


def _notes(outcome: Outcome, years: int, words: Wording) -> list[str]:
    told = [words("simulated.invented")] if outcome.run["invented"] else []
    return [*told, words("simulated.microdata"), masked_sentence(outcome, years, words), words("building.cells_note")]


def _by_chance(outcome: Outcome, choice: Choice, words: Wording) -> str:
    """How many buurten of the chosen table would pass the limit of one figure by chance alone; nothing with one pair."""
    rows = outcome.of_figure(choice.figure, choice.group, choice.years).filter(pl.col("level") == "buurt")
    tested, shown = rows.filter(pl.col("error") > 0).height, int(rows["shown"].sum())
    return (
        words("building.by_chance", areas=tested, wrongly=words.number(0.05 * tested, 1), shown=shown) if tested else ""
    )


def _realized(outcome: Outcome, words: Wording) -> str:
    low, high = (words.number(100 * end(outcome.run["realized"])) for end in (min, max))
    return f"{low}%" if low == high else words("building.realized", low=low, high=high)


def _pivoted(table: Table) -> list[dict[str, Any]]:
    """Schuifruimte with a row per site and reach, and the years beside each other."""
    found: dict[tuple[object, object], dict[str, Any]] = {}
    for row in table.rows:
        key = (row["locatie"], row["waar"])
        made = found.setdefault(key, {"site": key[0], "reach": key[1], "needed": row["moeten_weg"], "years": {}})
        made["years"][row["jaar"]] = row
    return list(found.values())


def _sources(site: Site, outcome: Outcome, lang: str) -> tuple[str, ...]:
    """The snapshots of which the population was made, with title and edition."""
    known = {each.id: each for each in site.results.once("snapshots", SnapshotStore(site.workspace.raw).active)}
    told = []
    for id in outcome.run["sources"]:
        snapshot = known.get(id)
        entry = site.catalogue.sources.get(snapshot.source) if snapshot else None
        told.append(f"{title_in(entry, lang)}, {snapshot.edition} ({id})" if entry and snapshot else id)
    return tuple(told)


BUILDING_RESULT = Page(
    "bouwen_uitkomst", "/bouwen/{programma}", building_result, "building_result.html", under="bouwen", styles=("building.css",)
)  # fmt: skip
