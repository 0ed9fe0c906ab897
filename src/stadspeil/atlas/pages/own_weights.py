"""Eigen gewichten: a composite with a reader's own weights, and what they do to marks and places.

The computing is `stadspeil weigh --own`: the same function on the same scores.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from stadspeil.atlas.drawing_places import PlaceChange, place_changes_alt, place_changes_svg
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Series, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording
from stadspeil.scores.part_weights import weight_problems
from stadspeil.scores.weighing import Otherwise, Weighed, weigh

WEIGHT = "w."
HIGHEST = 100.0
_SHOWN = 8
# Declared weights need no chance; the function wants a source of it all the same.
_SEED = 0


def own_weights(site: Site, asked: Asked) -> View:
    """A composite weighed as asked. QuestionError for an unknown one, or one without results."""
    words, id = words_of(asked.lang), asked.get("composite")
    site.catalogue.composite(id)
    parts = site.catalogue.parts_of(id)
    given, problems = read_weights(asked.query, parts)
    made = _weighed(site, id, {} if problems else given, asked.number("jaar"))
    known = {row["part"]: row for row in made.parts.iter_rows(named=True)}
    shown = given or {part: _handy(known[part]["weight_entry"], known) for part in parts}
    title = site.title(id, asked.lang)
    town = asked.get("stad").upper()
    row = made.town(town) if town and town in set(made.areas["area"]) else None
    ranges = _ranges(site, made)
    moved = _moved(made, town)
    changes = [_change(each, ranges, town) for each in moved]
    return View(
        "eigen_gewichten", words("weights.title", figure=title), _reading(row, made, ranges, words),
        (_places(made, ranges, words), _parts(made, site, asked.lang, words), _movers(moved, ranges, words)),
        pictures=(Picture("plaatsen", place_changes_svg(changes, made.areas.height, words), words("weights.picture"),
                          place_changes_alt(changes, words), "verschuivers",
                          narrow=place_changes_svg(changes, made.areas.height, words, narrow=True)),) if changes and given and not problems else (),
        series=(Series("plaatsen", "bar", words("weights.movers"), tuple(each.name for each in changes),
                       {words("weights.moved"): tuple(float(each.before - each.after) for each in changes)}),) if changes else (),
        notes=tuple(_notes(row, made, ranges, words)),
        more={
            "id": id, "figure": title, "parts": [(part, site.title(part, asked.lang), shown.get(part, 0.0), known[part]) for part in parts],
            "town": town if row else "", "row": row, "towns": sorted(made.areas.select("area", "name").iter_rows(), key=lambda each: each[1].lower()),
            "problems": problems, "given": bool(given) and not problems, "year": made.year, "highest": HIGHEST,
            "toml": "\n".join(f"{part} = {shown[part]:g}" for part in parts if part in shown),
        },
    )  # fmt: skip


def read_weights(query: Mapping[str, str], parts: tuple[str, ...]) -> tuple[dict[str, float], list[str]]:
    """The weights of an address, and all that is wrong with them; neither where it names none."""
    given: dict[str, float] = {}
    problems = []
    for name, text in query.items():
        if name.startswith(WEIGHT) and text.strip():
            number = _number(text)
            if number is None or number > HIGHEST:
                problems.append(
                    f"gewicht '{text[:20]}' van '{name[len(WEIGHT) :][:60]}' is geen getal van 0 tot {HIGHEST:g}"
                )
            else:
                given[name[len(WEIGHT) :]] = number
    if given and not problems:
        problems = weight_problems(parts, given)
    return given, problems


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _handy(weight: float, known: Mapping[str, Mapping[str, Any]]) -> float:
    """A weight of the entry as a person would write it: 1 where all are equal."""
    return round(weight * len(known), 2)


def _weighed(site: Site, id: str, given: dict[str, float], year: int | None) -> Weighed:
    wanted = [each for each in (id, *site.catalogue.parts_of(id)) if each in site.results.indicators]
    if id not in wanted:
        raise QuestionError(
            f"cijfer '{id}'", "daar zijn geen uitkomsten van", "kies een cijfer op de bladzijde Eigen gegevens"
        )
    tables = [site.results.of_indicator(each).filter(pl.col("level") == "gemeente") for each in wanted]
    return weigh(
        id, pl.concat(tables), site.catalogue, site.results.register, Otherwise(given=given or None),
        np.random.default_rng(_SEED), year,
    )  # fmt: skip


def _ranges(site: Site, made: Weighed) -> dict[str, Mapping[str, Any]]:
    """Places that noise and other choices allow, by gemeente, of the composite as its entry makes it."""
    table = site.results.analysis("rank_ranges")
    if table.is_empty():
        return {}
    own = table.filter(
        (pl.col("indicator") == made.id) & (pl.col("year") == made.year) & (pl.col("boundaries") == made.boundaries)
    )
    return {row["area"]: row for row in own.iter_rows(named=True)}


def _moved(made: Weighed, town: str) -> list[dict[str, Any]]:
    """The town, and those that move most."""
    placed = made.areas.filter(pl.col("rank").is_not_null() & pl.col("rank_entry").is_not_null())
    own = placed.filter(pl.col("area") == town).rows(named=True)
    most = made.movers(_SHOWN + 1).filter(pl.col("moved").is_not_null()).rows(named=True)
    return [*own, *[each for each in most if each["area"] != town][:_SHOWN]]


def _change(row: Mapping[str, Any], ranges: Mapping[str, Mapping[str, Any]], town: str) -> PlaceChange:
    noise = _span(ranges.get(row["area"]), "noise")
    return PlaceChange(row["name"], row["rank_entry"], row["rank"], row["area"] == town, _beyond(row, noise))


def _span(row: Mapping[str, Any] | None, kind: str) -> tuple[int, int] | None:
    if row is None or row[f"best_{kind}"] is None or row[f"worst_{kind}"] is None:
        return None
    return int(row[f"best_{kind}"]), int(row[f"worst_{kind}"])


def _beyond(row: Mapping[str, Any], noise: tuple[int, int] | None) -> bool | None:
    """Whether the new place lies outside what noise alone allows the old one; None where that is not known."""
    return None if noise is None else not noise[0] <= row["rank"] <= noise[1]


def _reading(
    row: Mapping[str, Any] | None, made: Weighed, ranges: Mapping[str, Mapping[str, Any]], words: Wording
) -> str:
    moved = made.areas.filter(pl.col("moved") != 0).height
    if row is None or row["rank"] is None or row["rank_entry"] is None:
        return words("weights.reading", moved=words.number(moved), all=words.number(made.areas.height), year=made.year)
    noise = _span(ranges.get(row["area"]), "noise")
    told = {
        "town": row["name"],
        "before": row["rank_entry"],
        "after": row["rank"],
        "all": made.areas.height,
        "year": made.year,
    }
    if row["moved"] == 0:
        return words("weights.reading_same", **told)
    if noise is None:
        return words("weights.reading_town", **told)
    key = "weights.reading_beyond" if _beyond(row, noise) else "weights.reading_within"
    return words(key, low=noise[0], high=noise[1], **told)


def _notes(
    row: Mapping[str, Any] | None, made: Weighed, ranges: Mapping[str, Mapping[str, Any]], words: Wording
) -> list[str]:
    found = [words("weights.choice")]
    judged = [
        _beyond(each, _span(ranges.get(each["area"]), "noise"))
        for each in made.areas.filter(pl.col("moved") != 0).iter_rows(named=True)
    ]
    known = [each for each in judged if each is not None]
    if known:
        found.append(words("weights.beyond_noise", number=words.number(sum(known)), moved=words.number(len(known))))
    if len(known) < len(judged):
        found.append(words("weights.noise_unknown", number=words.number(len(judged) - len(known))))
    choices = _span(ranges.get(row["area"]), "choices") if row is not None else None
    if row is not None and choices is not None:
        outside = row["rank"] is not None and not choices[0] <= row["rank"] <= choices[1]
        key = "weights.outside_choices" if outside else "weights.all_choices"
        found.append(words(key, town=row["name"], low=choices[0], high=choices[1], after=row["rank"]))
    return found


def _places(made: Weighed, ranges: Mapping[str, Mapping[str, Any]], words: Wording) -> Table:
    columns = (
        Column("gemeente", words("weights.area"), "area"), Column("naam", words("weights.name")),
        Column("cijfer_opgave", words("weights.mark_before"), "number", 2), Column("cijfer", words("weights.mark_after"), "number", 2),
        Column("plaats_opgave", words("weights.place_before"), "number"), Column("plaats", words("weights.place_after"), "number"),
        Column("omhoog", words("weights.moved"), "number"),
        Column("ruis_van", words("weights.noise_from"), "number", meaning=words("weights.noise_meaning")),
        Column("ruis_tot", words("weights.noise_to"), "number", meaning=words("weights.noise_meaning")),
        Column("keuzes_van", words("weights.choices_from"), "number", meaning=words("weights.choices_meaning")),
        Column("keuzes_tot", words("weights.choices_to"), "number", meaning=words("weights.choices_meaning")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for each in made.areas.iter_rows(named=True):
        noise, choices = (_span(ranges.get(each["area"]), kind) or (None, None) for kind in ("noise", "choices"))
        rows.append((each["area"], each["name"], each["mark_entry"], each["mark"], each["rank_entry"], each["rank"],
                     each["moved"], *noise, *choices))  # fmt: skip
    return Table(
        "plaatsen",
        words("weights.places_caption", year=made.year),
        columns,
        rows_of([each.key for each in columns], *rows),
    )


def _parts(made: Weighed, site: Site, lang: str, words: Wording) -> Table:
    columns = (
        Column("deel", words("weights.part")), Column("gewicht_opgave", words("weights.weight_before"), "number", 2),
        Column("gewicht", words("weights.weight_after"), "number", 2),
        Column("belang_opgave", words("weights.importance_before"), "number", 2, meaning=words("weights.importance_meaning")),
        Column("belang", words("weights.importance_after"), "number", 2, meaning=words("weights.importance_meaning")),
        Column("id", words("own.id")),
    )  # fmt: skip
    rows = [
        (site.title(each["part"], lang), each["weight_entry"], each["weight"], each["importance_entry"], each["importance"], each["part"])
        for each in made.parts.iter_rows(named=True)
    ]  # fmt: skip
    return Table("delen", words("weights.parts_caption"), columns, rows_of([each.key for each in columns], *rows))


def _movers(moved: list[dict[str, Any]], ranges: Mapping[str, Mapping[str, Any]], words: Wording) -> Table:
    columns = (
        Column("naam", words("weights.name")), Column("plaats_opgave", words("weights.place_before"), "number"),
        Column("plaats", words("weights.place_after"), "number"), Column("omhoog", words("weights.moved"), "number"),
        Column("ruis", words("weights.noise")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for each in moved:
        noise = _span(ranges.get(each["area"]), "noise")
        beyond = _beyond(each, noise)
        said = words("weights.noise_none") if noise is None else words(
            "weights.noise_beyond" if beyond else "weights.noise_within", low=noise[0], high=noise[1]
        )  # fmt: skip
        rows.append((each["name"], each["rank_entry"], each["rank"], each["moved"], said))
    return Table("verschuivers", words("weights.movers"), columns, rows_of([each.key for each in columns], *rows),
                 note=words("weights.nobody_moves"))  # fmt: skip


WEIGHTS = Page(
    "eigen_gewichten",
    "/eigen/gewichten/{composite}",
    own_weights,
    "own_weights.html",
    under="eigen",
    styles=("own.css",),
)
