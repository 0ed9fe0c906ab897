"""Ontwikkeling: figures of an area over the years, with their noise and breaks, beside group, region and country."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from stadspeil.atlas.choosing import MECHANISMS, figures_of, subjects_of
from stadspeil.atlas.comparing_tables import digits_of
from stadspeil.atlas.developing import Beside, Developing, Development, Form
from stadspeil.atlas.developing_tables import (
    changes_table,
    decimals_of,
    gaps_beside,
    gaps_table,
    marks_table,
    mechanisms_table,
    numbers_table,
)
from stadspeil.atlas.line_chart import LARGE, LOOKS, SMALL, chart_svg, pivot_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, Picture, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.chapters.mechanisms import dials_of
from stadspeil.report.chapters.over_the_years import slopes_of
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.document import Drawing
from stadspeil.report.drawing.content import Content, Dials, Panel, Panels, Slopes
from stadspeil.report.drawing.dials import dials_svg
from stadspeil.report.drawing.panels import panel_alt, panels_alt, panels_svg
from stadspeil.report.drawing.slopes import slopes_svg
from stadspeil.report.wording import Wording, lowered
from stadspeil.scores.groups import COUNTRY

FORMS: tuple[Form, ...] = ("waarde", "index", "cijfer")
# As many as a reader takes in at a glance; a theme shows all of its own.
_MOST = 9
_FEWEST, _LONG = 2, 3


def development_page(site: Site, asked: Asked) -> View:
    """The development of one area: an overview, a theme, or one figure large.

    Raises:  QuestionError for an area, figure or theme that is not here.
    """
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if code[:2] not in ("GM", "WK", "BU"):
        raise QuestionError(
            f"gebied '{code}'", "daarvan is geen ontwikkeling te tonen", "kies een gemeente, wijk of buurt"
        )
    known = Developing(site, code, words, _company(site, code, asked.get("groep"), words))
    ids, alone, subject = _ids(site, known, asked)
    form = _form(site, asked, alone, subject)
    made = _made(known, ids, form)
    shown = _shown(site, known)
    overview = not alone and not subject
    changes = changes_table(site, known, ids if not overview else tuple(known.trends) or ids, words)
    drawings = _drawings(site, shown, words) if overview and code.startswith("GM") else {}
    gaps = gaps_table(site, known, ids if not overview else None, words)
    tables = [numbers_table(site, known, made, words), changes, gaps]
    tables += [marks_table(site, known, words)] if "slopes" in drawings else []
    tables += [mechanisms_table(site, code, words)] if "dials" in drawings else []
    title = _title(site, code, alone, subject, words)
    return View(
        "ontwikkeling", title, _reading(site, known, changes.rows, alone, words), tuple(tables),
        pictures=_pictures(site, known, made, title, drawings, words), notes=tuple(_notes(known, ids, made, form, words)),
        sources=site.sources_behind(ids, words.lang),
        more={
            "code": code, "name": site.name(code), "charts": _charts(known, made, asked, alone, words), "alone": alone,
            "subject": subject, "form": form, "forms": FORMS, "subjects": _subjects(site, known, asked.lang),
            "legend": [("town", site.name(code), LOOKS["town"]), *((each.kind, each.name, LOOKS[each.kind])
                       for each in known.beside if any(each.kind in one.names for one in made))],
            "margins": any(margin is not None for each in made for *_, margin in each.panel.town.points),
            "breaks": any(each.panel.breaks for each in made), "overview": overview, "drawings": drawings,
            "groups": _groups(site, code, words), "group": next((each.id for each in known.beside if each.kind == "group"), ""),
            "told": [{**row, "decimals": decimals_of(site, row)} for row in changes.rows if row["marge"] is not None],
            "digits": {str(row["id"]): digits_of(site, str(row["id"])) for row in gaps.rows},
            "gaps": gaps_beside(site, known, gaps, words), "beside": [each.name for each in known.beside if each.grouped],
            "untold": sum(row["marge"] is None for row in changes.rows),
            "back": _address(asked, thema=subject if alone else ""), "composite": alone in site.catalogue.composites,
            "above": _above(site, code), "compared": _compared(site, code, known, alone, subject),
        },
    )  # fmt: skip


def _company(site: Site, code: str, group: str, words: Wording) -> tuple[Beside, ...]:
    """The own group, net region and country; of a wijk its gemeente, of a buurt its wijk and gemeente."""
    country = Beside("country", COUNTRY, words("company.country_short"), True)
    if not code.startswith("GM"):
        town = f"GM{code[2:6]}"
        around = [Beside("group", town, site.name(town), False), country]
        wijk = f"WK{code[2:8]}"
        return (
            *([Beside("region_net", wijk, site.name_of_wijk(code), False)] if code.startswith("BU") else []),
            *around,
        )
    found = []
    groups = sorted(site.catalogue.groups.values(), key=lambda each: each.order)
    own = site.catalogue.groups.get(group) or next((each for each in groups if code in each.members), None)
    if own is not None:
        english = words.lang == "en"
        short = (own.short_en if english else own.short) or (own.title_en if english else own.title)
        found.append(Beside("group", own.id, short, True))
    if code in site.catalogue.regions:
        found.append(Beside("region_net", f"{code}:net", words("company.region_net_short"), True))
    return (*found, country)


def _ids(site: Site, known: Developing, asked: Asked) -> tuple[tuple[str, ...], str, str]:
    """The figures that are drawn, the one that is asked for alone, and the theme."""
    alone, subject = asked.get("cijfer"), asked.get("thema")
    if alone:
        entry = site.entry(alone)
        return (alone,), alone, str(getattr(entry, "theme", "")) or MECHANISMS
    if not subject:
        return _telling(site, known), "", ""
    return tuple(id for id in figures_of(site, subject) if known.measured.get(id, 0) >= _FEWEST), "", subject


def _telling(site: Site, known: Developing) -> tuple[str, ...]:
    """Of every theme in turn its first judged figures, those with a longer series first."""
    by_theme: dict[str, list[str]] = {}
    least = _LONG if any(years >= _LONG and id in site.catalogue.indicators and _judged(site, id)
                         for id, years in known.measured.items()) else _FEWEST  # fmt: skip
    for each in site.catalogue.indicators.values():
        if known.measured.get(each.id, 0) >= least and _judged(site, each.id):
            by_theme.setdefault(each.theme, []).append(each.id)
    sure = {id for id, row in known.trends.items() if row["low"] is not None}
    for own in by_theme.values():
        own.sort(key=lambda id: id not in sure)
    longest = max((len(own) for own in by_theme.values()), default=0)
    in_turn = [own[number] for number in range(longest) for own in by_theme.values() if number < len(own)]
    # Of all of these first what has a known margin: of the others no change can be told.
    return tuple(sorted(in_turn, key=lambda id: id not in sure)[:_MOST])


def _judged(site: Site, id: str) -> bool:
    entry = site.catalogue.indicators[id]
    return entry.direction != "neutral" and not entry.replaced_by


def _form(site: Site, asked: Asked, alone: str, subject: str) -> Form:
    """Composites have no value of their own: they stand as marks."""
    if alone in site.catalogue.composites or (subject == MECHANISMS and not alone):
        return "cijfer"
    wanted = asked.get("weergave", "waarde")
    return next((each for each in FORMS if each == wanted), "waarde")


def _made(known: Developing, ids: tuple[str, ...], form: Form) -> list[Development]:
    """A chart per figure; as marks two: beside the others, and on a fixed scale where there is one."""
    forms: tuple[Form, ...] = ("cijfer", "vast") if form == "cijfer" else (form,)
    return [each for id in ids for one in forms if (each := known.develop(id, one)) is not None]


def _shown(site: Site, known: Developing) -> Shown:
    """What the drawings of the report are made from."""
    names = ("real_marks", "mechanisms")
    return Shown(known.area, site.catalogue, {name: site.results.analysis(name) for name in names},
                 site.results.areas.clear(), {}, {}, series=known.rows, town_name=site.name(known.area))  # fmt: skip


def _drawings(site: Site, shown: Shown, words: Wording) -> dict[str, Drawing]:
    """The marks of two years, and the mechanisms against their goal."""
    found = {}
    slopes = slopes_of(shown, words)
    if slopes is not None:
        found["slopes"] = slopes
    rows = shown.table("mechanisms")
    if not rows.is_empty():
        found["dials"] = dials_of(rows, shown, words)
    return found


def _title(site: Site, code: str, alone: str, subject: str, words: Wording) -> str:
    name, english = site.name(code), words.lang == "en"
    if alone:
        return words("development_page.title_of", town=name, what=lowered(site.title(alone, words.lang)))
    if subject == MECHANISMS:
        return words("development_page.title_of", town=name, what=words("compare.mechanisms"))
    if subject:
        theme = site.catalogue.themes[subject]
        return words("development_page.title_of", town=name, what=lowered(theme.title_en if english else theme.title))
    return words("development_page.title", town=name)


def _reading(site: Site, known: Developing, rows: Any, alone: str, words: Wording) -> str:
    """One sentence: a change is told as one only beyond its margin."""
    name = site.name(known.area)
    if alone:
        return _reading_one(site, known, next(iter(rows), None), alone, words)
    told = [row for row in rows if row["marge"] is not None]
    if not rows:
        return words("development_page.reading_empty", town=name)
    if not told:
        return words("development_page.reading_none", town=name, number=len(rows))
    sides = [row["kant"] for row in told]
    same = sum(row["oordeel_code"] == "geen aantoonbare verandering" for row in told)
    good, bad = sides.count("gunstig"), sides.count("ongunstig")
    return words("development_page.reading_many", town=name, number=len(told), good=good, bad=bad,
                 other=len(told) - same - good - bad, same=same)  # fmt: skip


def _reading_one(site: Site, known: Developing, row: Any, id: str, words: Wording) -> str:
    name, figure = site.name(known.area), site.title(id, words.lang)
    if row is None:
        years = known.measured.get(id, 0)
        key = "reading_nothing" if not years else "reading_one_year" if years == 1 else "reading_apart"
        return words(f"development_page.{key}", town=name, figure=figure)
    entry = site.catalogue.indicators.get(id)
    fixed = row["schaal"] == "vast cijfer"
    decimals = decimals_of(site, row)
    unit = words.unit(entry.unit) if entry is not None and not fixed else ""
    key = {"gestegen": "up", "gedaald": "down", "geen aantoonbare verandering": "same", "onbekende marge": "unknown"}[
        row["oordeel_code"]
    ]
    counted = key in ("up", "down") and row["marge"] == 0
    return words(
        f"development_page.reading_{key}{'_fixed' if fixed else '_counted' if counted else ''}",
        town=name, figure=figure, first_year=row["van"], last_year=row["tot"], first=words.number(row["eerste"], decimals),
        last=words.number(row["laatste"], decimals), unit="%" if unit == "%" else f"\u00a0{unit}" if unit else "",
        change=words.number(abs(row["verandering"]), decimals), margin=words.number(row["marge"], decimals),
    )  # fmt: skip


def _pictures(
    site: Site, known: Developing, made: list[Development], title: str, drawings: dict[str, Drawing], words: Wording
) -> tuple[Picture, ...]:
    """The small multiples of the report as one picture to take along, then what the overview adds."""
    found = []
    if made:
        names = {each.kind: each.name for each in known.beside}
        used = {kind for each in made for kind in each.names}
        panels = tuple(_named(each, words) for each in made)
        content = Panels(site.name(known.area), panels, tuple((kind, names[kind]) for kind in names if kind in used))
        svg = panels_svg(content, words) if len(made) > 1 else _large(site, known, made[0], words)
        found.append(Picture("reeksen", svg, title, panels_alt(content, words), "reeks", content))
    twins = {"slopes": "vaste_cijfers", "dials": "mechanismen"}
    for id, each in drawings.items():
        narrow = _narrow(each.content, words)
        found.append(Picture(id, each.svg, each.caption, each.alt, twins[id], each.content, narrow))
    return tuple(found)


def _narrow(content: Content | None, words: Wording) -> str:
    """What the overview adds, drawn for a phone."""
    if isinstance(content, Slopes):
        return slopes_svg(content, words, narrow=True)
    return dials_svg(content, words, narrow=True) if isinstance(content, Dials) else ""


def _large(site: Site, known: Developing, each: Development, words: Wording) -> str:
    names = {one.kind: one.name for one in known.beside}
    return chart_svg(_named(each, words), site.name(known.area), names, LARGE, words)


def _named(each: Development, words: Wording) -> Panel:
    """The panel with what its form is in its title."""
    if each.form == "waarde":
        return each.panel
    said = words(f"development_page.named.{each.form}", figure=each.panel.title, base=each.base)
    return replace(each.panel, title=said)


def _charts(
    known: Developing, made: list[Development], asked: Asked, alone: str, words: Wording
) -> list[dict[str, Any]]:
    """Each chart on its own, for a page that lays them out as wide as it is."""
    names = {each.kind: each.name for each in known.beside}
    town = known.site.name(known.area)
    size = LARGE if alone and len(made) == 1 else SMALL
    content = Panels(town, (), tuple(names.items()))
    found = []
    for each in made:
        panel = _named(each, words)
        unit = words.unit(panel.unit)
        found.append({
            "id": each.id, "title": panel.title, "unit": "" if unit == "index" else unit, "svg": chart_svg(panel, town, names, size, words),
            "narrow": chart_svg(panel, town, names, SMALL, words) if size is LARGE else "",
            "alt": panel_alt(panel, content, words), "address": _address(asked, cijfer=each.id),
            "pivot": pivot_of(panel, town, names, words),
            "said": "" if each.change is None else words.said(each.change.verdict), "large": size is LARGE,
        })  # fmt: skip
    return found


def _notes(known: Developing, ids: tuple[str, ...], made: list[Development], form: Form, words: Wording) -> list[str]:
    told = []
    site = known.site
    for each in made:
        reasons, ground = site.catalogue.breaks_of(each.id), known.breaks(each.id)
        for year in each.panel.breaks:
            other = words(f"development_page.{'other_ground' if year in ground else 'other_parts'}")
            said = words("development_page.broken", figure=site.title(each.id, words.lang), year=year,
                         reason=reasons.get(year, other))  # fmt: skip
            if said not in told:
                told.append(said)
    if form == "index":
        told.append(words("development_page.note_index"))
    if form == "cijfer":
        told.append(words("development_page.note_marks"))
    if not known.ground_known:
        told.append(words("development_page.note_ground"))
    lost = [id for id in ids if id not in {each.id for each in made}]
    if lost:
        told.append(
            words(
                "development_page.note_lost",
                figures=words.listing([lowered(site.title(id, words.lang)) for id in lost]),
            )
        )
    return told


def _subjects(site: Site, known: Developing, lang: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Themes with their composite and figures of which the area has more than one year."""
    measured = {id for id, years in known.measured.items() if years >= _FEWEST}
    found = subjects_of(site, measured, lang)
    for theme, _, own in found:
        composite = f"thema_{theme}"
        if composite in measured:
            own.insert(0, (composite, site.title(composite, lang)))
    return found


def _groups(site: Site, code: str, words: Wording) -> list[tuple[str, str]]:
    """Groups to choose from; of a wijk or buurt none."""
    if not code.startswith("GM"):
        return []
    order = sorted(site.catalogue.groups.values(), key=lambda each: each.order)
    return [(each.id, title_in(each, words.lang)) for each in order]


def _above(site: Site, code: str) -> list[tuple[str, str]]:
    """The areas that a wijk or buurt lies in."""
    found = [f"GM{code[2:6]}"] if not code.startswith("GM") else []
    if code.startswith("BU") and site.lies_in_wijk(code):
        found.append(f"WK{code[2:8]}")
    return [(each, site.name(each)) for each in found if each in site.results.names]


def _compared(site: Site, code: str, known: Developing, alone: str, subject: str) -> str:
    """The question that compares the area with its group on the same subject."""
    group = next((each.id for each in known.beside if each.kind == "group" and each.grouped), "")
    others = [each for each in site.catalogue.groups[group].members if each != code] if group else []
    told = {"gebieden": ",".join([code, *others]), "groep": group, "licht": code}
    told |= {"cijfer": alone} if alone else {"thema": subject}
    return urlencode({name: value for name, value in told.items() if value}, safe=",")


def _address(asked: Asked, **other: str) -> str:
    told = {name: asked.query.get(name, "") for name in ("weergave", "groep")} | other
    question = urlencode({name: value for name, value in told.items() if value})
    return f"{asked.path}?{question}" if question else asked.path


DEVELOPMENT = Page(
    "ontwikkeling", "/ontwikkeling/{stad}", development_page, "development.html", "menu.development",
    styles=("development.css",),
)  # fmt: skip
