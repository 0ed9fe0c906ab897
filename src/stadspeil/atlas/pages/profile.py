"""Profiel: everything that is known of an area, by theme, with the spread inside it and what lies around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadspeil.atlas.counted import Part, counted_said, counted_table, parts_counted, percent
from stadspeil.atlas.drawing.ring import Segment, ring_alt, ring_svg, said_of
from stadspeil.atlas.drawing.small import place_bar, sparkline
from stadspeil.atlas.drawing.strip import strip_alt, strip_svg
from stadspeil.atlas.lines import AreaLines, lines_of
from stadspeil.atlas.profiles.around import areas_inside, likes, neighbours, pockets, way_down
from stadspeil.atlas.profiles.figures import Figure, Other, figures_of, figures_table, years_table
from stadspeil.atlas.profiles.inside import Spread, choices_inside, spread_inside, spread_table
from stadspeil.atlas.reports import reports_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Column, Page, Picture, Series, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.report.document import Line, Section
from stadspeil.report.findings import FAVOURABLE, UNFAVOURABLE
from stadspeil.report.wording import Wording

ALL = "alle"
# What tells at a glance which sort of place this is.
_FACTS = (
    "inwoners",
    "huishoudens",
    "woningen",
    "bevolkingsdichtheid",
    "inkomen_per_inwoner",
    "woz_waarde",
    "corporatiewoningen_aandeel",
)
_MOST_FACTS, _MOST_LISTED = 5, 12


def profile(site: Site, asked: Asked) -> View:
    """The profile of a gemeente, wijk or buurt. QuestionError for another area, or one without figures."""
    words, code = words_of(asked.lang), site.area(asked.get("gebied"))
    known = lines_of(site, code, asked.lang)
    others, figures = figures_of(site, known, words)
    hidden, found = pockets(site, known, words)
    spread, choices = _spread(site, known, asked, found[0].id if found else "")
    segments = _segments(site, known, figures, words)
    around, bordering = neighbours(site, known, words)
    tables = [
        figures_table(site, known, others, figures, words),
        _themes(segments, words),
        counted_table(site, known, words),
        years_table(site, known, figures, words),
    ]
    pictures = [_ring(site, segments, known, words)] if segments else []
    if spread is not None:
        tables.append(spread_table(spread, words))
        caption = words("profile.inside_caption", figure=spread.title, year=spread.year)
        pictures.append(
            Picture(
                "binnen",
                strip_svg(spread, words, code),
                caption,
                strip_alt(spread, words),
                "binnen",
                narrow=strip_svg(spread, words, code, narrow=True),
            )
        )
    alike = likes(site, known, words)
    open_theme = asked.get("thema") or (known.sections[0].id if known.sections else "")
    return View(
        "profiel", words("profile.title", area=site.name(code), level=words(f"map.levels.{known.level}")),
        _reading(site, known, figures, words), (*tables, around, alike, hidden), tuple(pictures),
        _series(segments, known, words),
        notes=_notes(site, known, figures, words), sources=tuple(sorted({each.source for each in figures.values() if each.source})),
        more={
            "code": code, "name": site.name(code), "level": known.level, "way": way_down(site, code, words),
            "inside": areas_inside(site, known), "facts": _facts(figures, words), "all": ALL,
            "others": [each for each in others if each.on_page], "spread": spread, "choices": choices,
            "sections": [_section(each, open_theme in (each.id, ALL), others, figures, words)
                         | _counted(site, known, each, open_theme, words) for each in known.sections],
            "silent": [each.title for each in known.silent], "segments": segments, "bordering": bordering,
            "pockets": found, "most": _MOST_LISTED, "said": lambda segment: said_of(segment, words),
            "reports": reports_of(site, code, asked.lang),
        },
    )  # fmt: skip


def _series(segments: Sequence[Segment], known: AreaLines, words: Wording) -> tuple[Series, ...]:
    """The marks of the ring as a chart that a slide can change."""
    marked = [each for each in segments if each.mark is not None]
    numbers = {known.company.towns[0].name: tuple(each.mark for each in marked)}
    names = tuple(each.title for each in marked)
    return (Series("cijfers_thema", "bar", words("profile.ring_caption_short"), names, numbers),) if marked else ()


def _reading(site: Site, known: AreaLines, figures: Mapping[str, Figure], words: Wording) -> str:
    """How many judged figures surely lie on a side; those without a known margin are not told."""
    judged = [
        each for each in figures.values() if each.line.judged and each.line.mark is not None and not each.line.composite
    ]
    sure = [each for each in judged if not each.few and each.line.sure]
    good = sum(each.line.place.band in FAVOURABLE for each in sure)
    bad = sum(each.line.place.band in UNFAVOURABLE for each in sure)
    country = words("words.invented_country" if site.invented else "words.country")
    if not judged:
        level = words(f"profile.plural.{known.level}")
        return words("profile.reading_none", area=site.name(known.code), level=level, country=country)
    return words(
        "profile.reading", area=site.name(known.code), number=len(judged), good=good, bad=bad, country=country,
        open=len(judged) - good - bad, level=words(f"profile.plural.{known.level}"),
    )  # fmt: skip


def _notes(site: Site, known: AreaLines, figures: Mapping[str, Figure], words: Wording) -> tuple[str, ...]:
    found = [words("town.range_note"), words("profile.beside_note")]
    if any(each.line.place.band not in ("", "middle") and not each.line.sure for each in figures.values()):
        found.append(words("profile.unsure_note"))
    if known.level != "gemeente":
        found.append(words("profile.small_note", level=words(f"profile.plural.{known.level}")))
    found.append(words("profile.perceived_note"))
    before = site.divisions_elsewhere(known.code)
    if before:
        found.insert(0, words("profile.other_ground", years=words.listing([str(each) for each in before])))
    return tuple(found)


def _facts(figures: Mapping[str, Figure], words: Wording) -> list[tuple[str, str, str, int]]:
    lines = [figures[id].line for id in _FACTS if id in figures][:_MOST_FACTS]
    return [(line.title, words.quantity(line.value, line), words.margin(line), line.year) for line in lines]


def _segments(site: Site, known: AreaLines, figures: Mapping[str, Figure], words: Wording) -> list[Segment]:
    """A segment per theme that can have a mark, in the order of the catalogue."""
    made = []
    for section in sorted((*known.sections, *known.silent), key=lambda each: site.catalogue.themes[each.id].order):
        composite = next((id for id in site.catalogue.composites if id == f"thema_{section.id}"), None)
        if composite is not None:
            line = known.composites.get(composite)
            figure = figures.get(composite)
            mark = line.mark if line is not None else None
            made.append(Segment(
                section.title, mark, line.mark_margin if line is not None else None,
                line.place.band if line is not None else "", figure.unsure if figure is not None else False,
                line is not None and (line.mark_margin is not None or line.possible is not None), section.id,
                line.year if line is not None else None,
            ))  # fmt: skip
    return made if any(each.mark is not None for each in made) else []


def _themes(segments: Sequence[Segment], words: Wording) -> Table:
    columns = (
        Column("thema", words("town.theme")), Column("cijfer", words("town.mark"), "number", 1),
        Column("marge", words("town.margin"), "number", 1), Column("oordeel", words("profile.colour")),
        Column("jaar", words("town.year"), "year"),
    )  # fmt: skip
    rows = [(each.title, each.mark, each.margin, said_of(each, words), each.year) for each in segments]
    return Table("themas", words("profile.ring_caption"), columns, rows_of([each.key for each in columns], *rows))


def _ring(site: Site, segments: Sequence[Segment], known: AreaLines, words: Wording) -> Picture:
    middle = site.catalogue.parameter("mark_mean")
    svg, narrow = (ring_svg(segments, middle, words, each) for each in (False, True))
    return Picture("ring", svg, words("profile.ring_caption"), ring_alt(segments, words), "themas", narrow=narrow)


Choice = tuple[str, list[tuple[str, str]]]


def _spread(site: Site, known: AreaLines, asked: Asked, telling: str) -> tuple[Spread | None, list[Choice]]:
    """The figure that was asked for, else one of the theme that was, else where a buurt is most hidden."""
    choices = choices_inside(site, known)
    entries = site.catalogue.indicators
    judged = [id for id in choices if id in entries and entries[id].direction != "neutral"]
    of_theme = [id for id in judged if entries[id].theme == asked.get("thema")]
    wanted = (asked.get("cijfer"), *of_theme[:1], telling, *judged[:1], *choices[:1])
    id = next((each for each in wanted if each in choices), None)
    spread = spread_inside(site, known, id, asked.lang) if id is not None else None
    groups: dict[str, list[tuple[str, str]]] = {}
    english = asked.lang == "en"
    for each in choices:
        theme = site.catalogue.themes[entries[each].theme] if each in entries else None
        title = words_of(asked.lang)("map.composites") if theme is None else theme.title_en if english else theme.title
        groups.setdefault(title, []).append((each, site.title(each, asked.lang)))
    return spread, list(groups.items())


def _section(
    section: Section, is_open: bool, others: Sequence[Other], figures: Mapping[str, Figure], words: Wording
) -> dict[str, Any]:
    """What the page writes of a theme: its figures only where it is open."""
    composite = figures.get(section.composite.id) if section.composite is not None else None
    return {
        "id": section.id, "title": section.title, "note": section.note,
        "composite": _told(composite, others, words) if composite is not None else None,
        "open": is_open, "number": len(section.lines),
        "rows": [_told(figures[line.id], others, words) for line in section.lines] if is_open else [],
        "lacking": [(each.title, each.reason) for each in section.lacking],
        "not_imported": [each.title for each in section.not_imported], "planned": [each.title for each in section.planned],
    }  # fmt: skip


def _counted(site: Site, known: AreaLines, section: Section, open_theme: str, words: Wording) -> dict[str, Any]:
    """What counts in the mark of a theme that is open, in sentences and as a word beside each figure that does."""
    line = section.composite
    if open_theme not in (section.id, ALL) or line is None or line not in known.themes:
        return {"counted": (), "counts": {}}
    parts = parts_counted(site, known, known.themes if open_theme == ALL else (line,), words.lang)[line.id]
    said = counted_said(parts, line, site, words)
    beyond = {each.id for each in section.lines} - {each.id for each in parts}
    return {
        "counted": (*said, words("counted.others")) if said and beyond else said,
        "counts": {each.id: _tag(each, words) for each in parts if each.counts},
    }


def _tag(part: Part, words: Wording) -> str:
    share = percent(part.share, words)
    return words("counted.tag", share=share) if share else words("counted.tag_data")


def _told(figure: Figure, others: Sequence[Other], words: Wording) -> dict[str, Any]:
    line, place = figure.line, figure.line.place
    return {
        "id": line.id, "title": line.title, "value": words.mark(line.value) if line.composite else words.quantity(line.value, line),
        "margin": words.margin(line), "n": None if line.n is None else words.number(line.n), "year": line.year,
        "source": figure.publisher, "notes": line.notes, "few": figure.few, "judged": line.judged,
        "mark": words.mark(line.mark) if line.mark is not None else "", "band": "" if figure.few else line.place.shade,
        "bar": "" if figure.few else place_bar(place, line.sure), "place": words.place(place) if place.rank is not None else "",
        "range": line.possible, "no_mark": _no_mark(line, words),
        "beside": [_beside(each.value, each.verdict, line, words) for other, each in zip(others, figure.beside, strict=True)
                   if other.on_page],
        "spark": sparkline(figure.points, figure.breaks),
        "years": (int(figure.points[0][0]), int(figure.points[-1][0])) if figure.points else None,
        "arrow": figure.direction.arrow if figure.direction else "",
        "way": words(f"town.way.{figure.direction.way}") if figure.direction and figure.direction.arrow else "",
    }  # fmt: skip


def _beside(value: float | None, verdict: str, line: Line, words: Wording) -> tuple[str, str, str]:
    """The value of another area, a sign where the own value is surely more or less favourable, and that in words."""
    told = words.mark(value) if line.composite else words.number(value, line.decimals)
    if verdict not in ("hoger", "lager"):
        return told, "", ""
    good = (verdict == "hoger") == (line.direction != "lower_is_better")
    own = words.mark(line.value) if line.composite else words.number(line.value, line.decimals)
    side = words("profile.own_side.favourable" if good else "profile.own_side.unfavourable")
    return told, "\u25b2" if good else "\u25bc", words(f"profile.own_is.{verdict}", own=own, side=side)


def _no_mark(line: Line, words: Wording) -> str:
    if line.mark is not None:
        return ""
    return words("profile.neutral") if not line.judged else words("profile.no_mark")


PROFILE = Page(
    "profiel", "/gebied/{gebied}", profile, "profile.html", "menu.profile", styles=("town.css", "profile.css")
)
