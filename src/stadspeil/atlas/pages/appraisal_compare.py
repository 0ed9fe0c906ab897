"""Pakketten naast elkaar: the same draws by name, so that what differs is the packages, and what cannot be told apart says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

from stadspeil.appraisal.appraising import Appraisal, mechanism_draws, told
from stadspeil.appraisal.frame import Floats, Frame
from stadspeil.appraisal.ledger import local_npv
from stadspeil.appraisal.outcome import cost_per_tenth
from stadspeil.appraisal.store import Asked as Wanted
from stadspeil.appraisal.store import frame_of
from stadspeil.atlas.appraised.drawing import SpanRow, spans_svg
from stadspeil.atlas.appraised.package_tables import spread_columns
from stadspeil.atlas.appraised.reading import kept_result, known_results, weighed
from stadspeil.atlas.appraised.saying import between, change
from stadspeil.atlas.older import older
from stadspeil.atlas.pages.appraisal_new import FILE, form_in
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording

_DRAWS, _MOST, _YEAR = 2000, 4, 10
# A price per tenth of a mark says something only where marks are almost surely gained.
_SURELY = 0.95
# The id of a package that an address holds, which no file can have; and how many fields such a form may have.
_OWN, _MOST_FIELDS = "eigen:", 400
_MILLION = 1e6


@dataclass(frozen=True)
class Side:
    """One package in a comparison: draws by point ('netto', 'tekort', 'mechanisme:<id>'), costs per tenth of a mark, and
    the first and last year that it is weighed over by itself."""

    id: str
    draws: Mapping[str, Floats]
    chance: float
    tenths: Mapping[str, tuple[Any, float]]
    alone: tuple[int, int]


def compare_packages(site: Site, asked: Asked) -> View:
    """Up to four packages on the same years and draws; one of them may be the form that an address holds (`eigen`)."""
    words = words_of(asked.lang)
    form = asked.get("eigen")
    own = _own(site, form, words) if form else None
    ids = tuple(dict.fromkeys(each for each in asked.get("pakket").split(",") if each.strip()))
    known = [each for each in site.catalogue.packages.values() if not each.template and each.measures]
    kept = known_results(site)
    choices = [
        (each.id, title_in(each, words.lang), site.name(each.town), "" if each.id in kept else words("versus.fresh"))
        for each in known
    ]
    _refuse(ids, [each.id for each in known], _MOST - (own is not None))
    chosen = [*([own] if own else []), *(site.catalogue.packages[id] for id in ids)]
    if len(chosen) < 2:
        weighed_ids = [each for each in kept if each in site.catalogue.packages]
        more: dict[str, Any] = {
            "choices": choices,
            "chosen": ids or tuple(weighed_ids[: 1 if own else 2]),
            "sides": (),
            "titles": {},
            "own": own,
            "form": form,
        }
        return View(
            "pakket_vergelijk", words("versus.title"), words("versus.reading_choose", number=len(choices)), more=more
        )
    # What a reader made is not kept: there is no end to it.
    sides, frame = (
        _sides(site, chosen) if own else site.results.remembered(("versus", ids), lambda: _sides(site, chosen))
    )
    titles = {each.id: title_in(each, words.lang) for each in chosen}
    points = _points(site, sides, words)
    apart = _apart_table(sides, titles, points, words)
    shown = (_side_table(sides, titles, points, words), apart, _tenth_table(site, sides, titles, words))
    return View(
        "pakket_vergelijk", words("versus.title"), _reading(apart, titles, words), shown, (_picture(sides, titles, words),),
        series=(_series(sides, titles, words),), notes=(*_notes(sides, titles, frame, words), words("appraise.note_euro")),
        more={
            "choices": choices, "chosen": ids, "own": own, "form": form, "sides": sides, "titles": titles, "cells": _cells(sides, points, words), "points": points,
            "pairs": _pair_sentences(apart, words), "invented": any(each.invented for each in chosen) or site.invented, "tenths": _tenths_said(site, sides, words),
        },
        older=older((kept_result(site, each, words) for each in ids if each in kept), words, "compare"),
    )  # fmt: skip


def _own(site: Site, form: str, words: Wording) -> Package:
    """The package that a form in an address makes. QuestionError with all that is wrong with it."""
    query = dict(parse_qsl(form, max_num_fields=_MOST_FIELDS)) if form.count("&") < _MOST_FIELDS else {}
    made, found, _ = form_in(site, Asked("nl", FILE, {}, query))
    if found.problems or found.entry is None:
        told = [f"maatregel {row}: {said}" if row else said for row, _, said in found.problems]
        raise QuestionError("uw eigen pakket", told or ["het is leeg"], "verbeter het op de bladzijde Samenstellen")
    title = made.top["titel"]
    named = title or words("versus.own")
    return replace(found.entry, id=_OWN, title=named, title_en=named)


def _refuse(ids: Sequence[str], known: Sequence[str], most: int) -> None:
    problems = [
        f"pakket '{each[:60]}' kennen wij niet, of het is een leeg sjabloon" for each in ids if each not in known
    ]
    if len(ids) > most:
        problems.append(f"er zijn {len(ids)} pakketten gevraagd; hoogstens {most} passen naast elkaar")
    if problems:
        raise QuestionError("pakketten vergelijken", problems, "kies pakketten op de bladzijde Afwegen")


def _sides(site: Site, packages: Sequence[Package]) -> tuple[tuple[Side, ...], Frame]:
    """Every package over the same years: from the first measure of any, as long as the longest lasts."""
    frames = [frame_of(each, Wanted(each.id, draws=_DRAWS), site.catalogue) for each in packages]
    first = min(each.first for each in frames)
    frame = Frame(first, max(each.first + each.years for each in frames) - first, _DRAWS)
    alone = [(each.first, each.first + each.years - 1) for each in frames]
    return tuple(
        _side(site, weighed(site, each, frame), years) for each, years in zip(packages, alone, strict=True)
    ), frame


def _side(site: Site, found: Appraisal, alone: tuple[int, int]) -> Side:
    year = min(_YEAR, found.frame.years - 1)
    mechanisms = {
        f"mechanisme:{id}": draws for id, draws in mechanism_draws(found, site.catalogue, year).items()
        if draws is not None and not np.isnan(draws).any()
    }  # fmt: skip
    short = -local_npv(found.ledger.rows, found.frame.draws)
    draws = {
        "netto": found.outcome.npv,
        "kosten": found.outcome.costs,
        "baten": found.outcome.benefits,
        "tekort": short,
        **mechanisms,
    }
    tenths = {id: cost_per_tenth(found.outcome.costs, each) for id, each in mechanisms.items()}
    return Side(found.package.id, draws, found.outcome.chance, tenths, alone)


def _points(site: Site, sides: Sequence[Side], words: Wording) -> dict[str, str]:
    """What is compared, with its title: euros first, then mechanisms that any of them changes."""
    found = {each: words(f"versus.points.{each}") for each in ("netto", "tekort", "kosten", "baten")}
    for id, entry in site.catalogue.mechanisms.items():
        if any(f"mechanisme:{id}" in side.draws for side in sides):
            found[f"mechanisme:{id}"] = title_in(entry, words.lang)
    return found


def _spread(draws: Floats) -> dict[str, Any]:
    return dict(zip(("mean", "low", "middle", "high", "shown"), told(draws), strict=True))


def _side_table(sides: Sequence[Side], titles: Mapping[str, str], points: Mapping[str, str], words: Wording) -> Table:
    rows: list[dict[str, Cell]] = []
    for side in sides:
        for point, title in points.items():
            if point in side.draws:
                row = _spread(side.draws[point])
                rows.append(
                    {
                        "pakket": titles[side.id],
                        "wat": title,
                        "gemiddeld": row["mean"],
                        "laag": row["low"],
                        "midden": row["middle"],
                        "hoog": row["high"],
                    }
                )
        rows.append(
            {
                "pakket": titles[side.id],
                "wat": words("appraise.figures.kans_netto_boven_nul"),
                "gemiddeld": side.chance,
                "laag": None,
                "midden": None,
                "hoog": None,
            }
        )
    columns = (
        Column("pakket", words("appraise.package")),
        Column("wat", words("appraise.what")),
        *spread_columns(words, 2),
    )
    return Table("naast", words("versus.side_caption"), columns, rows)


def _cells(sides: Sequence[Side], points: Mapping[str, str], words: Wording) -> list[tuple[str, list[str]]]:
    """A row per point with a cell per package."""
    rows = []
    for point, title in points.items():
        cells = []
        for side in sides:
            if point not in side.draws:
                cells.append(words.number(None))
                continue
            row = _spread(side.draws[point])
            cells.append(
                (change(row, "", words) if row["shown"] else words("appraise.not_shown"))
                if point.startswith("mechanisme:")
                else between(row, words)
            )
        rows.append((title, cells))
    rows.insert(1, (words("appraise.figures.kans_netto_boven_nul"), [words.chance(side.chance) for side in sides]))
    return rows


def _apart_table(sides: Sequence[Side], titles: Mapping[str, str], points: Mapping[str, str], words: Wording) -> Table:
    """Every pair and point: the difference draw by draw, and whether it lies on one side of nought."""
    rows: list[dict[str, Cell]] = []
    for one, other in combinations(sides, 2):
        for point in ("netto", "tekort", *(each for each in points if each.startswith("mechanisme:"))):
            if point not in one.draws and point not in other.draws:
                continue
            nothing = np.zeros(_DRAWS)
            difference = one.draws.get(point, nothing) - other.draws.get(point, nothing)
            row = _spread(difference)
            rows.append({
                "een": titles[one.id], "ander": titles[other.id], "wat": points[point], "gemiddeld": row["mean"], "laag": row["low"], "midden": row["middle"],
                "hoog": row["high"], "kans": float((difference > 0).mean()), "uiteen": words("words.yes" if row["shown"] else "words.no"), "punt": point,
            })  # fmt: skip
    columns = (
        Column("een", words("versus.one")), Column("ander", words("versus.other")), Column("wat", words("appraise.what")), *spread_columns(words, 2),
        Column("kans", words("versus.chance"), "number", 2), Column("uiteen", words("versus.told_apart")), Column("punt", words("town.id")),
    )  # fmt: skip
    return Table("onderscheid", words("versus.apart_caption"), columns, rows)


def _reading(apart: Table, titles: Mapping[str, str], words: Wording) -> str:
    pairs = [row for row in apart.rows if row["punt"] == "netto"]
    told_apart = [row for row in pairs if row["uiteen"] == words("words.yes")]
    if len(pairs) == 1:
        return words("versus.reading_pair" if told_apart else "versus.reading_pair_open")
    return words(
        "versus.reading_one" if len(told_apart) == 1 < len(pairs) else "versus.reading",
        number=len(titles),
        pairs=len(pairs),
        apart=len(told_apart),
    )


def _notes(sides: Sequence[Side], titles: Mapping[str, str], frame: Frame, words: Wording) -> list[str]:
    """Over which years and draws, and which packages are weighed over others on their own page."""
    years = (frame.first, frame.first + frame.years - 1)
    told = [words("versus.note", draws=words.number(frame.draws), first=years[0], last=years[1])]
    others = [
        words("versus.own_years", title=titles[each.id], first=each.alone[0], last=each.alone[1])
        for each in sides
        if each.alone != years
    ]
    if others:
        told.append(words("versus.other_years", packages="; ".join(others)))
    return told


def _pair_sentences(apart: Table, words: Wording) -> list[str]:
    said = []
    for row in apart.rows:
        if row["punt"] != "netto":
            continue
        spread = {"low": row["laag"], "high": row["hoog"]}
        chance = words.chance(float(row["kans"] or 0.0))
        key = "versus.pair" if row["uiteen"] == words("words.yes") else "versus.pair_open"
        said.append(words(key, one=row["een"], other=row["ander"], between=between(spread, words), chance=chance))
    return said


def _tenth_table(site: Site, sides: Sequence[Side], titles: Mapping[str, str], words: Wording) -> Table:
    rows: list[dict[str, Cell]] = []
    for side in sides:
        for id, (spread, chance) in side.tenths.items():
            rows.append({
                "pakket": titles[side.id], "mechanisme": title_in(site.catalogue.mechanisms[id.partition(":")[2]], words.lang),
                "laag": spread.low if spread else None, "midden": spread.middle if spread else None, "hoog": spread.high if spread else None, "kans": chance,
            })  # fmt: skip
    columns = (
        Column("pakket", words("appraise.package")), Column("mechanisme", words("appraise.mechanism")), Column("laag", words("appraise.low"), "number"),
        Column("midden", words("appraise.middle"), "number"), Column("hoog", words("appraise.high"), "number"), Column("kans", words("versus.gains_chance"), "number", 2),
    )  # fmt: skip
    return Table("per_tiende", words("versus.tenth_caption"), columns, rows, words("versus.no_tenths"))


def _tenths_said(site: Site, sides: Sequence[Side], words: Wording) -> list[tuple[str, list[str]]]:
    """A row per mechanism with a cell per package: euros per tenth of a mark, only where marks are surely gained."""
    ids = dict.fromkeys(id for side in sides for id in side.tenths)
    rows = []
    for id in ids:
        cells = []
        for side in sides:
            spread, chance = side.tenths.get(id, (None, 0.0))
            sure = spread is not None and chance >= _SURELY
            cells.append(
                between({"low": spread.low, "high": spread.high}, words)
                if sure
                else words("versus.tenth_open", chance=words.chance(chance))
            )
        rows.append((title_in(site.catalogue.mechanisms[id.partition(":")[2]], words.lang), cells))
    return rows


def _picture(sides: Sequence[Side], titles: Mapping[str, str], words: Wording) -> Picture:
    rows = []
    for side in sides:
        row = _spread(side.draws["netto"])
        rows.append(
            SpanRow(
                titles[side.id],
                between(row, words),
                (row["low"], row["middle"], row["high"]),
                0 if not row["shown"] else 1 if row["mean"] > 0 else -1,
            )
        )
    caption = words("versus.picture")
    alt = f"{caption}: " + "; ".join(f"{row.title}: {row.said}" for row in rows)
    drawn, narrow = (
        spans_svg(rows, words("appraise.axis_millions"), words, _MILLION, narrow=each) for each in (False, True)
    )
    return Picture("netto", drawn, caption, alt, "naast", narrow=narrow)


def _series(sides: Sequence[Side], titles: Mapping[str, str], words: Wording) -> Series:
    numbers = tuple(float(side.draws["netto"].mean()) / _MILLION for side in sides)
    return Series(
        "netto",
        "bar",
        words("versus.picture"),
        tuple(titles[side.id] for side in sides),
        {words("appraise.axis_millions"): numbers},
    )


COMPARE_PACKAGES = Page(
    "pakket_vergelijk", "/afwegen/vergelijk", compare_packages, "appraisal_compare.html", under="afwegen", styles=("building.css", "appraisal.css")
)  # fmt: skip
