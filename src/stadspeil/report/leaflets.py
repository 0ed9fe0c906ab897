"""A few pages for one purpose: an overview of several towns, a brief of two pages for the ministry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import title_in
from stadspeil.report.document import Chapter, Grid, Heading, Line, Report, SourceLine
from stadspeil.report.pages import chapter_page, finding_sentence
from stadspeil.report.pdf import typeset
from stadspeil.report.together import Country, country_maps, places_together
from stadspeil.report.wording import DASH, Wording, lowered, wording

_IN_BRIEF = 4
# Millimeters of a page's width that columns of towns may take.
_FOR_TOWNS = 112.0
_THEMES_IN_BRIEF = 20


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
        Chapter("below", words("below.title"), (words("below.intro"), *_hidden(reports, words))),
        Chapter(
            "reading",
            words("slides.reading"),
            (
                *words.many("slides.cautions", town=title),
                words("leaflet.sources", sources=_sources([each for report in reports for each in report.sources])),
            ),
        ),
    ]
    names = words.listing([each.town.name for each in reports])
    subtitle = words("leaflet.overview_subtitle") if names == title else names
    return Leaflet(
        words("leaflet.overview_title", title=title), subtitle, reports[0].lang, any(each.invented for each in reports),
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
    parts: list[str | Heading | Grid] = [
        Heading(words("findings.strong")), *(good or [words("findings.strong_none", town=report.town.name)]),
        Heading(words("findings.weak")), *(bad or [words("findings.weak_none", town=report.town.name)]),
    ]  # fmt: skip
    chapters = [
        Chapter("answer", words("first.answer"), tuple(parts)),
        Chapter("ranges", words("leaflet.brief_themes"), (words("leaflet.brief_ranges"), _places(report, words))),
        Chapter("mechanisms", words("mechanisms.title"),
                (words("mechanisms.intro"), _verdicts([report], catalogue, words), *report.summary[:1]), new_page=True),
        Chapter("below", words("below.title"), (words("below.intro"), *_hidden([report], words))),
        Chapter("reading", words("slides.reading"), (*words.many("slides.cautions", town=report.town.name),
                words("leaflet.brief_more", town=report.town.name))),
        Chapter("sources", words("slides.sources"), (_sources(report.sources),)),
    ]  # fmt: skip
    return Leaflet(
        words("leaflet.brief_title", town=report.town.name), words("leaflet.brief_subtitle"), report.lang,
        report.invented, tuple(chapters),
    )  # fmt: skip


def _sources(sources: Sequence[SourceLine]) -> str:
    """The sources in use, each once, with the editions that count."""
    editions: dict[str, set[str]] = {}
    for each in sources:
        if each.used:
            editions.setdefault(f"{each.title} ({each.publisher})", set()).add(each.edition)
    return "; ".join(f"{title}: {', '.join(sorted(years))}" for title, years in editions.items())


def _places(report: Report, words: Wording) -> Grid:
    """Mark, place and the places that are possible of one town, a row per composite."""
    rows = []
    for line in (*report.themes, *report.composites)[:_THEMES_IN_BRIEF]:
        low, high = line.possible or (None, None)
        wide = "(?)" if low is None else words("certainty.between", low=low, high=high)
        rows.append((f"{line.title} ({line.year})", words.mark(line.mark), words.place(line.place), wide))
    heads = (words("heads.theme"), words("heads.mark"), words("heads.place"), words("leaflet.brief_range"))
    return Grid(words("leaflet.brief_ranges_caption"), heads, tuple(rows), ("1fr", "20mm", "44mm", "30mm"),
                (False, True, True, True))  # fmt: skip


def _themes(reports: Sequence[Report], words: Wording) -> Grid:
    titles = list(dict.fromkeys(line.title for report in reports for line in (*report.themes, *report.composites)))
    found = [{line.title: line for line in (*report.themes, *report.composites)} for report in reports]
    rows = []
    for title in titles:
        lines = [each.get(title) for each in found]
        marks = [line.mark for line in lines if line is not None and line.mark is not None]
        years = words.listing([str(year) for year in sorted({line.year for line in lines if line is not None})])
        mean = words.mark(sum(marks) / len(marks)) if len(marks) > 1 else DASH
        rows.append((f"{title} ({years})", *(_mark_and_place(line, words) for line in lines), mean))
    heads = (words("heads.theme"), *(report.town.name for report in reports), words("leaflet.together"))
    wide = (*_widths(len(reports), 25), "16mm")
    return Grid(words("leaflet.themes_caption"), heads, tuple(rows), wide, (False, *[True] * (len(reports) + 1)))


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
            gap = f" ({words.signed(row['gap'], 1)})" if row is not None and row["gap"] is not None else ""
            cells.append(f"{verdict}{gap}")
        mechanism = catalogue.mechanisms[key[0]]
        title = title_in(mechanism, words.lang)
        measured = "" if mechanism.measure == "level" else f": {lowered(catalogue.title_of(key[1], words.lang))}"
        rows.append((f"{title}{measured}", *cells))
    heads = (words("leaflet.measure"), *(report.town.name for report in reports))
    wide = _widths(len(reports), 50)
    return Grid(words("leaflet.verdicts_caption"), heads, tuple(rows), wide, (False,) * (len(reports) + 1))


def _hidden(reports: Sequence[Report], words: Wording) -> list[str | Heading | Grid]:
    """How many buurten differ from their wijk, per town; said in words where none could be tested."""
    if not any("pockets" in report.tables for report in reports):
        return [words("leaflet.untested")]
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
    grid = Grid(words("leaflet.hidden_caption"), heads, tuple(rows), ("1fr", "30mm", "36mm", "36mm"),
                (False, True, True, True))  # fmt: skip
    return [grid]
