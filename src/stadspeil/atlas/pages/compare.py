"""Vergelijken: areas beside each other and beside groups, in the figure of the study: marks left, places right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from stadspeil.atlas.choosing import MECHANISMS, Choice, choice_of, subjects_of
from stadspeil.atlas.comparing import Cell, Compared, Comparing, compare
from stadspeil.atlas.comparing_tables import (
    digits_of,
    found_in,
    gaps_table,
    group_tables,
    numbers_table,
    pairs_of,
    pairs_table,
    twin_tables,
    twins_of,
)
from stadspeil.atlas.comparison_pictures import figure_of, pictures_of, quantity, series_of, short_place
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in
from stadspeil.report.wording import DASH, Wording, lowered


def compare_page(site: Site, asked: Asked) -> View:
    """The comparison that the address asks for; without a question the first group of the catalogue."""
    words = words_of(asked.lang)
    choice = choice_of(site, asked)
    found = compare(site, choice, words)
    figure = figure_of(site, found, words)
    title = _title(site, choice, words)
    groups, twins = group_tables(site, found, words), twin_tables(site, found, words)
    gaps, pairs = gaps_table(site, found, words), pairs_table(site, found, words)
    tested = tuple(row for row in gaps.rows if row["marge"] is not None)
    return View(
        "vergelijken", title, _reading(site, found, words),
        (numbers_table(site, found, words), gaps, pairs, *groups, *twins),
        pictures=pictures_of(found, figure, title, words), series=series_of(site, found, words),
        notes=tuple(_notes(site, found, words)), sources=site.sources_behind((each.id for each in found.rows), words.lang),
        more={
            "choice": choice, "matrix": _matrix(site, found, asked, words), "names": found.names,
            "legend": [(code, site.name(code), _address(choice, asked, licht=code)) for code in choice.areas],
            "others": [(code, site.name(code)) for code in choice.areas if code != choice.lit],
            "lit_name": site.name(choice.lit), "beside_name": site.name(choice.beside) if choice.beside else "",
            "digits": {each.id: digits_of(site, each.id) for each in found.rows},
            "gaps": replace(gaps, rows=tested), "untested": len(gaps.rows) - len(tested),
            "pairs": (beside := _beside(pairs, choice)), "pairs_empty": _empty_columns(beside), "pairs_said": _pairs_said(site, choice, beside, words),
            "subjects": subjects_of(site, set(site.results.indicators), asked.lang), "chosen_subject": choice.alone or choice.subject,
            "groups": _groups(site, choice, words), "towns": site.towns(), "address": _address(choice, asked),
            "sets": [(each.name, [site.name(code) for code in each.members]) for each in choice.sets],
            "group_found": found_in(groups[0].rows, words) if groups else None,
            "group_name": title_in(site.catalogue.groups[choice.groups[0]], words.lang) if groups else "",
            "twins": [(code, site.name(code)) for code in twins_of(site, choice.lit)],
            "inner": _inner(site, choice),
        },
    )  # fmt: skip


def _beside(pairs: Table, choice: Choice) -> Table:
    """The rows about the one area that is held against."""
    return replace(pairs, rows=tuple(row for row in pairs.rows if row["gebied"] == choice.beside))


def _empty_columns(table: Table) -> list[str]:
    """Columns in which nothing stands: they would push the verdict off the page."""
    return [each.key for each in table.columns if all(row[each.key] is None for row in table.rows)]


def _pairs_said(site: Site, choice: Choice, beside: Table, words: Wording) -> str:
    said = [row["oordeel"] for row in beside.rows]
    ahead, behind = said.count(words("compare.ahead")), said.count(words("compare.behind"))
    return words("compare.pairs_one", town=site.name(choice.lit), other=site.name(choice.beside) if choice.beside else "",
                 number=len(said), ahead=ahead, behind=behind, open=len(said) - ahead - behind)  # fmt: skip


def _title(site: Site, choice: Choice, words: Wording) -> str:
    what = words("compare.themes")
    if choice.alone:
        what = lowered(site.title(choice.alone, words.lang))
    elif choice.subject == MECHANISMS:
        what = words("compare.mechanisms")
    elif choice.subject:
        theme = site.catalogue.themes[choice.subject]
        what = lowered(title_in(theme, words.lang))
    return words("compare.title", town=site.name(choice.lit), what=what)


def _reading(site: Site, found: Comparing, words: Wording) -> str:
    """One sentence, and no more than the intervals allow."""
    name, choice = site.name(found.choice.lit), found.choice
    if choice.single and found.rows:
        return _reading_one(site, found, found.rows[0], words)
    own = [
        (each, cell) for each in found.rows if each.judged and (cell := each.cell(choice.lit)) and cell.mark is not None
    ]
    if not own:
        return words("compare.reading_none", town=name)
    if choice.level != "gemeente":
        mean = site.catalogue.parameter("mark_mean")
        apart = [cell.mark - mean for _, cell in own
                 if cell.mark is not None and cell.mark_margin is not None and abs(cell.mark - mean) > cell.mark_margin]  # fmt: skip
        good = sum(each > 0 for each in apart)
        return words("compare.reading_marks", town=name, number=len(own), good=good, bad=len(apart) - good,
                     open=len(own) - len(apart), mean=words.mark(mean))  # fmt: skip
    sure = [(each, cell) for each, cell in own if cell.side]
    good = sum(cell.side == "favourable" for _, cell in sure)
    said = words(
        "compare.reading_many", town=name, number=len(own), good=good, bad=len(sure) - good, open=len(own) - len(sure)
    )
    if not sure:
        return f"{said}."
    each, cell = max(sure, key=lambda pair: abs((pair[1].place.share or 0) - 0.5))
    return f"{said}; {words('compare.example', figure=lowered(site.title(each.id, words.lang)), place=_placed(cell, words))}."


def _reading_one(site: Site, found: Comparing, each: Compared, words: Wording) -> str:
    name, figure = site.name(found.choice.lit), lowered(site.title(each.id, words.lang))
    cell = each.cell(found.choice.lit)
    if cell is None or cell.value is None:
        return words("compare.reading_no_value", town=name, figure=figure)
    value = quantity(site, each, cell.value, cell.margin, words)
    if not each.judged or cell.place.rank is None:
        key = "reading_neutral" if not each.judged else "reading_unranked"
        return words(f"compare.{key}", town=name, figure=figure, value=value, year=each.edition[0])
    said = words(
        "compare.reading_place", town=name, figure=figure, place=_placed(cell, words), value=value, year=each.edition[0]
    )
    pairs = pairs_of(site, found)
    told = {other: pairs[each.id, other] for other in found.choice.areas if (each.id, other) in pairs}
    better = [site.name(other) for other, row in told.items() if row["favourable"] is True]
    worse = [site.name(other) for other, row in told.items() if row["favourable"] is False]
    open_ = len([cell for cell in each.cells if cell.area != found.choice.lit]) - len(better) - len(worse)
    parts = [words("compare.better_than", areas=words.listing(better))] if better else []
    parts += [words("compare.worse_than", areas=words.listing(worse))] if worse else []
    if open_:
        parts.append(words("compare.not_told_one" if open_ == 1 else "compare.not_told", number=open_))
    return f"{said}; {', '.join(parts)}." if parts else f"{said}."


def _placed(cell: Cell, words: Wording) -> str:
    """'212 van 342 (180–240)', or that nobody knows what else is possible."""
    if cell.place.rank is None:
        return DASH
    place, found = words.place(cell.place), cell.range
    if found is None:
        return f"{place} ({words('compare.range_unknown')})"
    return f"{place} ({found[0]}\u2013{found[1]})"


def _marked(cell: Cell, words: Wording) -> str:
    said = words.mark(cell.mark)
    # A margin that is written as nought would say that there is none.
    known = cell.mark_margin is not None and round(cell.mark_margin, 1) > 0
    return f"{said} ±\u00a0{words.mark(cell.mark_margin)}" if known else said


def _matrix(site: Site, found: Comparing, asked: Asked, words: Wording) -> list[dict[str, Any]]:
    """The table beside the figure: a row per subject, a cell per area with what stands in the figure."""
    rows = []
    for each in found.rows:
        cells = []
        for code in found.choice.areas:
            cell = each.cell(code)
            if cell is None or cell.value is None or (cell.vague and not found.choice.single):
                why = "" if cell is None else _why(cell, each, words)
                cells.append({"value": DASH, "place": "", "side": "", "why": why})
                continue
            value = _marked(cell, words) if each.judged and cell.mark is not None and not found.choice.single else \
                quantity(site, each, cell.value, cell.margin, words)  # fmt: skip
            cells.append(
                {"value": value, "place": short_place(cell) if each.judged else "", "side": cell.side, "why": ""}
            )
        means = []
        for id in found.names:
            mean = next((mean for mean in each.means if mean.id == id), None)
            if mean is None or mean.value is None:
                means.append(DASH)
            elif each.judged and mean.mark is not None and not found.choice.single:
                means.append(words.mark(mean.mark))
            else:
                means.append(quantity(site, each, mean.value, None, words))
        rows.append(
            {
                "id": each.id,
                "address": _deeper(found.choice, each.id, asked),
                "title": site.title(each.id, words.lang),
                "year": each.edition[0],
                "cells": cells,
                "means": means,
            }
        )
    return rows


def _deeper(choice: Choice, id: str, asked: Asked) -> str:
    """From a theme to its figures, and from a figure to all areas on it; nowhere from a figure alone."""
    if choice.single:
        return ""
    if id.startswith("thema_"):
        return _address(choice, asked, thema=id.removeprefix("thema_"))
    return _address(choice, asked, thema="", cijfer=id)


def _why(cell: Cell, each: Compared, words: Wording) -> str:
    if cell.vague:
        return words("compare.vague")
    if words.has("status", cell.status) and cell.status not in ("waarde", "afgeleid"):
        return words(f"status.{cell.status}", year=each.edition[0])
    return ""


def _notes(site: Site, found: Comparing, words: Wording) -> list[str]:
    choice = found.choice
    kinds = {each.range[2] for row in found.rows for each in row.cells if each.range is not None}
    told = [words("compare.note_noise")] if kinds else []
    if kinds & {"choices", "both"}:
        told.append(words("compare.note_choices"))
    if any(
        cell.place.rank is not None and cell.range is None for row in found.rows for cell in row.cells if row.judged
    ):
        told.append(words("compare.note_no_range"))
    if choice.level != "gemeente":
        told.append(words("compare.note_no_places"))
    if any(not each.judged for each in found.rows) and not choice.single:
        told.append(words("compare.note_neutral"))
    if choice.unknown:
        told.append(words("compare.unknown", areas=words.listing([f"\u2018{each}\u2019" for each in choice.unknown])))
    if choice.left_out:
        told.append(words("compare.left_out", areas=words.listing([site.name(code) for code in choice.left_out[:5]]),
                          number=len(choice.left_out)))  # fmt: skip
    missing = [id for id in choice.ids if id not in {each.id for each in found.rows}]
    if missing:
        told.append(
            words("compare.missing", figures=words.listing([lowered(site.title(id, words.lang)) for id in missing]))
        )
    return told


def _groups(site: Site, choice: Choice, words: Wording) -> list[dict[str, Any]]:
    """Groups with their members to tick; areas that were chosen and are in none stand apart."""
    found, placed = [], set()
    for group in sorted(site.catalogue.groups.values(), key=lambda each: each.order):
        members = [code for code in group.members if code in site.results.names]
        placed |= set(members)
        found.append({"id": group.id, "title": title_in(group, words.lang), "chosen": group.id in choice.groups,
                      "members": [(code, site.name(code), code in choice.areas) for code in members]})  # fmt: skip
    rest = [code for code in choice.areas if code not in placed and choice.level == "gemeente"]
    if rest:
        found.append({"id": "", "title": words("compare.rest"), "chosen": False,
                      "members": [(code, site.name(code), True) for code in rest]})  # fmt: skip
    return found


def _inner(site: Site, choice: Choice) -> list[tuple[str, str, bool]]:
    """The wijken or buurten to tick, of the gemeente of the first that is compared."""
    if choice.level == "gemeente":
        return []
    kind, town = choice.areas[0][:2], choice.areas[0][2:6]
    rows = site.results.divided(f"GM{town}")
    own = rows.filter(rows["area"].str.starts_with(kind))
    newest = own.filter(own["boundaries"] == own["boundaries"].max()) if own.height else own
    codes = dict.fromkeys([*newest["area"].unique().sort(), *choice.areas])
    return [(str(code), site.name(str(code)), code in choice.areas) for code in codes]


def _address(choice: Choice, asked: Asked, **other: str) -> str:
    """The address of this comparison, written out: whatever is a default now stays when the catalogue changes."""
    told = {
        "gebieden": ",".join(choice.areas), "groep": ",".join(choice.groups),
        "set": ",".join(each.address for each in choice.sets), "cijfer": choice.alone,
        "thema": "" if choice.alone else choice.subject, "licht": choice.lit, "naast": asked.get("naast"), **other,
    }  # fmt: skip
    return f"{asked.path}?{urlencode({name: value for name, value in told.items() if value}, safe=',:')}"


COMPARE = Page(
    "vergelijken",
    "/vergelijken",
    compare_page,
    "compare.html",
    "menu.compare",
    of_town="licht={stad}",
    styles=("compare.css",),
)
