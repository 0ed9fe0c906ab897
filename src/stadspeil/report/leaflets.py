"""A few pages for one purpose: an overview of several towns, a brief for the ministry, a sheet of one buurt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.contracts import WITH_NUMBER
from stadspeil.report.document import Chapter, Drawing, Grid, Heading, Line, Report
from stadspeil.report.pages import chapter_page, finding_sentence
from stadspeil.report.pdf import typeset
from stadspeil.report.together import Country, country_maps, places_together
from stadspeil.report.wording import DASH, Wording, join_unit, wording
from stadspeil.scores.explaining import difference_words

_IN_BRIEF = 4
_SOURCES_IN_BRIEF = 8
_NORMAL_90 = 1.645
# Millimeters of a page's width that columns of towns may take.
_FOR_TOWNS = 128.0


@dataclass(frozen=True)
class Leaflet:
    """A title, a line under it, and chapters; `invented` puts the banner on every page."""

    title: str
    subtitle: str
    lang: str
    invented: bool
    chapters: tuple[Chapter, ...]


def leaflet_pdf(leaflet: Leaflet) -> bytes:
    """The pages as PDF/UA-1; equal leaflets give equal bytes."""
    words = wording(leaflet.lang)
    content: dict[str, Any] = {
        "lang": leaflet.lang,
        "title": leaflet.title,
        "subtitle": leaflet.subtitle,
        "banner": words("document.banner") if leaflet.invented else "",
        "made_with": words("document.made_with"),
        "page": words("document.page", page="{page}", pages="{pages}"),
        "chapters": [chapter_page(each) for each in leaflet.chapters],
    }
    return typeset("leaflet.typ", content)


def overview(reports: Sequence[Report], title: str, catalogue: Catalogue, country: Country | None = None) -> Leaflet:
    """Several towns beside each other: marks and places by theme, mechanisms, and what lies below the wijk."""
    words = wording(reports[0].lang)
    chapters = [
        Chapter("themes", words("leaflet.themes"), (words("leaflet.themes_intro"), _themes(reports, words))),
        *_on_the_map(reports, country, words),
        Chapter(
            "ranges",
            words("leaflet.ranges"),
            (words("certainty.choices_intro"), *places_together(reports, words), _ranges(reports, words)),
        ),
        Chapter(
            "mechanisms", words("mechanisms.title"), (words("mechanisms.intro"), _verdicts(reports, catalogue, words))
        ),
        Chapter("below", words("below.title"), (words("below.intro"), _hidden(reports, words))),
        Chapter("reading", words("slides.reading"), tuple(words.many("slides.cautions", town=title))),
    ]
    names = words.listing([each.town.name for each in reports])
    return Leaflet(
        words("leaflet.overview_title", title=title), names, reports[0].lang, any(each.invented for each in reports),
        tuple(chapters),
    )  # fmt: skip


def _on_the_map(reports: Sequence[Report], country: Country | None, words: Wording) -> list[Chapter]:
    parts = country_maps(reports, country, words) if country is not None else []
    return [Chapter("map", words("maps.country_title"), tuple(parts))] if parts else []


def brief(report: Report, catalogue: Catalogue) -> Leaflet:
    """Two pages for the ministry: what stands out, how sure that is, and where it comes from."""
    words = wording(report.lang)
    good = [f"{line.title}: {finding_sentence(report, line, words)}" for line in report.strongest[:_IN_BRIEF]]
    bad = [f"{line.title}: {finding_sentence(report, line, words)}" for line in report.weakest[:_IN_BRIEF]]
    sources = [f"{each.title} ({each.publisher}, {each.edition})" for each in report.sources if each.used]
    parts: list[str | Heading | Grid] = [
        Heading(words("findings.strong")), *(good or [words("findings.strong_none", town=report.town.name)]),
        Heading(words("findings.weak")), *(bad or [words("findings.weak_none", town=report.town.name)]),
    ]  # fmt: skip
    chapters = [
        Chapter("answer", words("first.answer"), tuple(parts)),
        Chapter("ranges", words("leaflet.ranges"), (words("leaflet.brief_ranges"), _ranges([report], words))),
        Chapter("mechanisms", words("mechanisms.title"), (_verdicts([report], catalogue, words),)),
        Chapter("below", words("below.title"), (_hidden([report], words),)),
        Chapter("sources", words("slides.sources"), ("; ".join(sources[:_SOURCES_IN_BRIEF]),)),
    ]
    return Leaflet(
        words("leaflet.brief_title", town=report.town.name), words("leaflet.brief_subtitle"), report.lang,
        report.invented, tuple(chapters),
    )  # fmt: skip


def _themes(reports: Sequence[Report], words: Wording) -> Grid:
    titles = list(dict.fromkeys(line.title for report in reports for line in (*report.themes, *report.composites)))
    found = [{line.title: line for line in (*report.themes, *report.composites)} for report in reports]
    rows = [(title, *(_mark_and_place(each.get(title), words) for each in found)) for title in titles]
    heads = (words("heads.theme"), *(report.town.name for report in reports))
    wide = _widths(len(reports), 25)
    return Grid(words("leaflet.themes_caption"), heads, tuple(rows), wide, (False, *[True] * len(reports)))


def _widths(towns: int, most: float) -> tuple[str, ...]:
    """A column for the subject and one per town, as wide as the page allows."""
    return ("1fr", *[f"{min(most, _FOR_TOWNS / towns):.1f}mm"] * towns)


def _mark_and_place(line: Line | None, words: Wording) -> str:
    if line is None or line.mark is None:
        return DASH
    place = f" ({line.place.rank})" if line.place.rank is not None else ""
    return f"{words.mark(line.mark)}{place}"


def _rows(report: Report, name: str) -> list[dict[str, Any]]:
    table = report.tables.get(name)
    return [] if table is None else table.to_dicts()


def _ranges(reports: Sequence[Report], words: Wording) -> Grid:
    """Place and range under other choices, a row per composite and a column per town."""
    titles = {line.id: line.title for report in reports for line in (*report.themes, *report.composites)}
    found = [
        {row["indicator"]: row for row in _rows(report, "rank_ranges") if row["best_choices"] is not None}
        for report in reports
    ]
    rows = []
    for id, title in titles.items():
        cells = [
            f"{each[id]['rank']} ({each[id]['best_choices']}\u2060\u2013\u2060{each[id]['worst_choices']})"
            if id in each
            else DASH
            for each in found
        ]
        if any(cell != DASH for cell in cells):
            rows.append((title, *cells))
    heads = (words("heads.theme"), *(report.town.name for report in reports))
    wide = _widths(len(reports), 40)
    return Grid(words("leaflet.ranges_caption"), heads, tuple(rows), wide, (False, *[True] * len(reports)))


def _verdicts(reports: Sequence[Report], catalogue: Catalogue, words: Wording) -> Grid:
    """The verdict on every measure of a mechanism, per town."""
    keys = list(dict.fromkeys(
        (row["mechanism"], row["measured"]) for report in reports for row in _rows(report, "mechanisms") if row["years"]
    ))  # fmt: skip
    said = {"op koers": "on", "van koers": "off", "niet te zeggen": "open"}
    found = [{(row["mechanism"], row["measured"]): row for row in _rows(report, "mechanisms")} for report in reports]
    rows = []
    for key in keys:
        cells = []
        for each in found:
            row = each.get(key)
            verdict = words(f"mechanisms.verdict.{said[row['verdict']]}").rstrip(":") if row is not None else DASH
            gap = f" ({_signed(row['gap'], words)})" if row is not None and row["gap"] is not None else ""
            cells.append(f"{verdict}{gap}")
        mechanism = catalogue.mechanisms[key[0]]
        title = mechanism.title_en if words.lang == "en" else mechanism.title
        measured = "" if mechanism.measure == "level" else f": {catalogue.title_of(key[1], words.lang).lower()}"
        rows.append((f"{title}{measured}", *cells))
    heads = (words("leaflet.measure"), *(report.town.name for report in reports))
    wide = _widths(len(reports), 50)
    return Grid(words("leaflet.verdicts_caption"), heads, tuple(rows), wide, (False,) * (len(reports) + 1))


def _signed(value: float, words: Wording) -> str:
    text = words.number(value, 1)
    return f"+{text}" if round(value, 1) > 0 else text


def _hidden(reports: Sequence[Report], words: Wording) -> Grid:
    rows: list[tuple[str, ...]] = []
    for report in reports:
        table = report.tables.get("pockets")
        if table is None:
            rows.append((report.town.name, DASH, DASH, DASH))
            continue
        out = table.filter(pl.col("found") & pl.col("unfavourable"))
        hidden = out.filter(pl.col("wijk_hides"))
        numbers = (table["area"].n_unique(), out["area"].n_unique(), hidden["area"].n_unique())
        rows.append((report.town.name, *(words.number(each) for each in numbers)))
    heads = tuple(words(f"leaflet.{name}") for name in ("town", "tested", "out", "hidden"))
    return Grid(words("leaflet.hidden_caption"), heads, tuple(rows), ("1fr", "30mm", "36mm", "36mm"),
                (False, True, True, True))  # fmt: skip


def buurt_sheet(area: str, name: str, values: pl.DataFrame, catalogue: Catalogue, lang: str, invented: bool) -> Leaflet:
    """One page of one buurt: its figures beside its wijk and gemeente, and which differences exceed their margin.

    Shape:   VALUES of the buurt, its wijk and its gemeente. Differences are asked of all figures together, so that a
             whole page has a false one in at most one of ten pages.
    """
    words = wording(lang)
    beside = (f"WK{area[2:8]}", f"GM{area[2:6]}")
    numbered = values.filter(pl.col("status").cast(pl.String).is_in(list(WITH_NUMBER)))
    own = numbered.filter(pl.col("area") == area).sort("year", "boundaries").unique("indicator", keep="last")
    judged = {each.id: each for each in catalogue.indicators.values() if each.direction != "neutral"}
    others = {(row["area"], row["indicator"], row["year"]): row for row in numbered.to_dicts()}
    rows = []
    chosen = [
        own.row(by_predicate=pl.col("indicator") == id, named=True) for id in judged if id in set(own["indicator"])
    ]
    for row in chosen:
        entry = judged[row["indicator"]]
        numbers = [others.get((code, row["indicator"], row["year"])) for code in beside]
        rows.append((
            f"{entry.title_en if lang == 'en' else entry.title} ({row['year']})",
            join_unit(words.number(row["value"], entry.decimals), words.unit(entry.unit)),
            DASH if row["spread"] is None else f"±\u00a0{words.number(_NORMAL_90 * row['spread'], entry.decimals)}",
            DASH if row["n"] is None else words.number(row["n"]),
            *(DASH if each is None else words.number(each["value"], entry.decimals) for each in numbers),
            words(f"leaflet.said.{_difference(row, numbers[1], len(chosen))}"),
        ))  # fmt: skip
    heads = tuple(
        words(f"leaflet.{each}") for each in ("figure", "buurt", "margin", "n", "wijk", "gemeente", "differs")
    )
    grid = Grid(words("leaflet.sheet_caption"), heads, tuple(rows), ("1fr", "25mm", "17mm", "15mm", "16mm", "19mm", "27mm"),
                (False, True, True, True, True, True, False))  # fmt: skip
    parts: tuple[str | Heading | Grid | Drawing, ...] = (
        (words("leaflet.sheet_intro"), grid) if rows else (words("leaflet.sheet_none"),)
    )
    chapter = Chapter("sheet", words("leaflet.sheet_title"), (*parts, words("leaflet.sheet_care")))
    return Leaflet(
        f"{name} ({area})" if name != area else area, words("leaflet.sheet_subtitle"), lang, invented, (chapter,)
    )


def _difference(row: dict[str, Any], other: dict[str, Any] | None, comparisons: int) -> str:
    """'hoger', 'lager', 'gelijk' or 'onbekend' beside the gemeente."""
    if other is None or row["spread"] is None:
        return "onbekend"
    spread = float(np.hypot(row["spread"], other["spread"] or 0.0))
    return difference_words(row["value"] - other["value"], spread, comparisons)
