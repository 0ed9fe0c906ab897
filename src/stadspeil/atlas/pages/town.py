"""Waar staan we? The answer of a town at once: mechanisms, themes, and what stands out beyond its margin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stadspeil.atlas.counted import counted_said, counted_table, parts_counted
from stadspeil.atlas.directions import Direction, directions_of
from stadspeil.atlas.drawing.small import place_bar
from stadspeil.atlas.lines import AreaLines, level_of, lines_of
from stadspeil.atlas.mechanisms import Standing, mechanisms_of
from stadspeil.atlas.reports import reports_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.document import Line
from stadspeil.report.drawing.content import PlaceRow, Places
from stadspeil.report.drawing.places import places_alt, places_svg
from stadspeil.report.findings import FAVOURABLE, UNFAVOURABLE
from stadspeil.report.wording import Wording

_SHOWN = 3


def town(site: Site, asked: Asked) -> View:
    """The answer of one gemeente. QuestionError for another kind of area."""
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if level_of(code) != "gemeente":
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente", "kies een gemeente in de lijst")
    known, directions = lines_of(site, code, asked.lang), directions_of(site, code)
    mechanisms = mechanisms_of(site, known, directions, words)
    best, worst = known.strongest[:_SHOWN], known.weakest[:_SHOWN]
    return View(
        "stad",
        words("town.title", town=site.name(code)),
        _reading(site, known, words),
        (
            _themes(known, directions, words),
            _mechanisms(site, mechanisms, words),
            _standing_out("sterk", best, words),
            _standing_out("zwak", worst, words),
            counted_table(site, known, words),
        ),
        pictures=_places(known, words),
        notes=tuple(words(f"town.{each}") for each in ("range_note", "direction_note")),
        more={
            "code": code, "name": site.name(code),
            "themes": [_row(each, directions.get(each.id), words) for each in known.themes],
            "mechanisms": [_mechanism(each, words) for each in mechanisms],
            "points": {"sterk": [_row(each, None, words) for each in best],
                       "zwak": [_row(each, None, words) for each in worst]},
            "counted": _counted(site, known, words), "reports": reports_of(site, code, asked.lang),
        },
    )  # fmt: skip


def _counted(site: Site, known: AreaLines, words: Wording) -> list[tuple[str, str, tuple[str, ...]]]:
    """Per theme its id, its title and what counts in its mark."""
    counted = parts_counted(site, known, known.themes, words.lang)
    return [(line.id, line.title, counted_said(counted[line.id], line, site, words)) for line in known.themes]


def _places(known: AreaLines, words: Wording) -> tuple[Picture, ...]:
    """The places of the themes with both ranges, as the report draws them: for slides and pictures to take along."""
    rows = tuple(
        PlaceRow(line.title, line.place.rank, line.place.ranked, line.place.noise, line.place.choices, line.place.tied)
        for line in known.themes if line.place.rank is not None
    )  # fmt: skip
    if not rows:
        return ()
    content = Places(rows)
    caption = words("town.themes_caption")
    return (Picture("plaatsen", places_svg(content, words), caption, places_alt(content, words), "themas", content),)


def _reading(site: Site, known: AreaLines, words: Wording) -> str:
    """One sentence: themes whose place stays on one side, whatever noise and choices, and no others."""
    marked, name = known.themes, site.name(known.code)
    country = words("words.invented_country" if site.invented else "words.country")
    if not marked:
        return words("town.reading_none", town=name)
    sure = [each for each in marked if each.sure]
    good = sum(each.place.band in FAVOURABLE for each in sure)
    bad = sum(each.place.band in UNFAVOURABLE for each in sure)
    return words(
        "town.reading",
        town=name,
        country=country,
        good=good,
        bad=bad,
        open=len(marked) - good - bad,
        number=len(marked),
    )


def _row(line: Line, direction: Direction | None, words: Wording) -> dict[str, Any]:
    """What the page writes of a line: the same texts as the report."""
    return {
        "id": line.id, "theme": line.id.removeprefix("thema_"), "title": line.title, "mark": words.mark(line.mark),
        "band": line.place.shade, "bar": place_bar(line.place, line.sure), "place": _place(line, words), "year": line.year,
        "possible": line.possible, "sure": line.sure,
        "way": direction.way if direction else "open", "arrow": direction.arrow if direction else "",
        "years": (direction.first_year, direction.last_year) if direction else None,
        "change": _signed(direction, words) if direction else "",
        "value": words.quantity(line.value, line), "margin": words.margin(line),
        "unknown": line.margin is None and line.possible is None,
    }  # fmt: skip


def _place(line: Line, words: Wording) -> str:
    """'36–37 van 352': that a place is shared shows from its two ends."""
    place = line.place
    if place.tied < 2 or place.rank is None:
        return words.place(place)
    return words("town.shared", first=place.rank, last=place.last, ranked=place.ranked)


def _mechanism(each: Standing, words: Wording) -> dict[str, Any]:
    told = _row(each.line, each.direction, words) if each.line is not None else None
    measure = each.measures[0].row if each.kind == "level" and each.measures else {}
    region, gap = measure.get("region"), measure.get("gap")
    return {
        "id": each.id, "title": each.title, "line": told, "verdict": each.verdict, "told": each.told, "kind": each.kind,
        "region": None if region is None else words.mark(region), "gap": None if gap is None else words.number(gap, 1),
    }  # fmt: skip


def _signed(direction: Direction, words: Wording) -> str:
    """'+0,4 ± 0,1', or nothing where the change is not sure."""
    if direction.way not in ("up", "down") or direction.change is None:
        return ""
    sign = "+" if direction.change > 0 else ""
    margin = "" if direction.margin is None else f" ±\u00a0{words.number(direction.margin, 1)}"
    return f"{sign}{words.number(direction.change, 1)}{margin}"


def _place_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("plaats", words("town.place"), "number"),
        Column("plaats_tot", words("town.last_place"), "number", meaning=words("town.last_meaning")), Column("van", words("town.of"), "number"),
        Column("mogelijk_van", words("town.from"), "number", meaning=words("town.range_meaning")),
        Column("mogelijk_tot", words("town.to"), "number", meaning=words("town.range_meaning")),
        Column("kleur", words("town.band"), meaning=words("town.band_meaning")),
    )  # fmt: skip


def _place_cells(line: Line | None) -> tuple[Cell, ...]:
    if line is None:
        return (None,) * 6
    low, high = line.possible or (None, None)
    return line.place.rank, line.place.last, line.place.ranked or None, low, high, line.place.band


def _direction_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("richting", words("town.direction"), meaning=words("town.direction_note")),
        Column("verandering", words("town.change"), "number", 2, meaning=words("town.change_meaning")),
        Column("verandering_marge", words("town.change_margin"), "number", 2),
        Column("eerste_jaar", words("town.first_year"), "year"), Column("laatste_jaar", words("town.last_year"), "year"),
    )  # fmt: skip


def _direction_cells(direction: Direction | None, words: Wording) -> tuple[Cell, ...]:
    if direction is None:
        return words("town.way.open"), None, None, None, None
    return (
        words(f"town.way.{direction.way}"), direction.change, direction.margin, direction.first_year, direction.last_year
    )  # fmt: skip


def _themes(known: AreaLines, directions: Mapping[str, Direction], words: Wording) -> Table:
    columns = (
        Column("thema", words("town.theme")), Column("cijfer", words("town.mark"), "number", 1),
        Column("marge", words("town.margin"), "number", 1), *_place_columns(words), *_direction_columns(words),
        Column("jaar", words("town.year"), "year"), Column("id", words("town.id")),
    )  # fmt: skip
    rows = [
        (line.title, line.mark, line.mark_margin, *_place_cells(line),
         *_direction_cells(directions.get(line.id), words), line.year, line.id)
        for line in known.themes
    ]  # fmt: skip
    return Table("themas", words("town.themes_caption"), columns, rows_of([each.key for each in columns], *rows))


def _mechanisms(site: Site, mechanisms: Iterable[Standing], words: Wording) -> Table:
    """A row per measure: a mechanism of several figures has several."""
    columns = (
        Column("mechanisme", words("town.mechanism")), Column("gemeten", words("town.measured")),
        Column("cijfer", words("town.mark"), "number", 1), Column("regio", words("town.region"), "number", 1),
        Column("verschil", words("town.gap"), "number", 2), *_place_columns(words), *_direction_columns(words),
        Column("oordeel", words("town.verdict")), Column("reden", words("town.reason")),
        Column("jaar", words("town.year"), "year"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for each in mechanisms:
        level = each.kind == "level"
        around = (*_place_cells(each.line), *_direction_cells(each.direction, words))
        if not each.measures:
            rows.append((each.title, "", None, None, None, *around, words("town.verdicts.open"), each.told, None))
        for one in each.measures:
            row = one.row
            numbers = (row["value"], row["region"], row["gap"]) if level else (None, None, None)
            measured = site.title(one.id, words.lang) if one.id else ""
            rows.append((each.title, measured, *numbers, *around, words(f"town.verdicts.{one.verdict}"), one.reason, row["year"]))  # fmt: skip
    return Table(
        "mechanismen", words("town.mechanisms_caption"), columns, rows_of([each.key for each in columns], *rows),
        note="" if rows else words("town.no_mechanisms"),
    )  # fmt: skip


def _standing_out(id: str, lines: Iterable[Line], words: Wording) -> Table:
    told = tuple(lines)
    decimals = max((line.decimals for line in told), default=1)
    columns = (
        Column("cijfer", words("town.figure")), Column("waarde", words("town.value"), "number", decimals),
        Column("marge", words("town.margin"), "number", decimals, meaning=words("town.margin_meaning")), Column("eenheid", words("town.unit")),
        Column("rapportcijfer", words("town.mark"), "number", 1), *_place_columns(words),
        Column("jaar", words("town.year"), "year"), Column("id", words("town.id")),
    )  # fmt: skip
    rows = [(line.title, line.value, line.margin, words.unit(line.unit), line.mark, *_place_cells(line), line.year, line.id)
            for line in told]  # fmt: skip
    caption = words(f"town.{id}_caption")
    return Table(
        id, caption, columns, rows_of([each.key for each in columns], *rows), note=words("town.none_stands_out")
    )


TOWN = Page("stad", "/stad/{stad}", town, "town.html", "menu.town", styles=("town.css",))
