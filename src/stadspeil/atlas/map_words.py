"""What a map says in words: its title, its one sentence, what is white or gray and why, and what could not be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from stadspeil.atlas.map_choice import CHANGE, VALUE, Choice
from stadspeil.atlas.outlines import places_of
from stadspeil.atlas.painting import Key, Painting, inside_of, is_judged, summary
from stadspeil.atlas.site import Site
from stadspeil.atlas.tiles import Map
from stadspeil.atlas.views import Cell, rows_of
from stadspeil.report.wording import Wording

# Reasons of a cell, told with a number when there are any.
REASONS = ("margin", "few", "secret", "none", "elsewhere", "unsure", "unsteady")


def title_of(site: Site, choice: Choice, words: Wording) -> str:
    """The title of a map."""
    figure = site.title(choice.figure, words.lang)
    title = words(
        f"map.title_of.{choice.show}", figure=figure, year=choice.year, since=choice.since,
        level=words(f"map.levels.{choice.level}"),
    )  # fmt: skip
    return words("map.inside", title=title, town=site.name(choice.within)) if choice.within else title


def reading_of(site: Site, choice: Choice, painting: Painting, words: Wording) -> str:
    """One sentence, with numbers of areas that stand out beyond their margin and no others."""
    found = summary(painting, choice.inside)
    numbers = {name: words.number(value) for name, value in found.items()}
    kind = "judged" if is_judged(site, choice.figure) else "neutral"
    key = f"{choice.show}_{kind}" if choice.show in (VALUE, CHANGE, "verborgen", "geschat") else choice.show
    if found["unsure"] and choice.show == VALUE and not found["low"] + found["high"]:
        return words(f"map.reading_of.{key}_unsure", **numbers)
    told = words(f"map.reading_of.{key}", since=choice.since, year=choice.year, **numbers)
    if found["unsure"] and choice.show in (VALUE, CHANGE):
        return words("map.reading_unsure", told=told.removesuffix("."), **numbers)
    return told


def notes_of(
    site: Site, choice: Choice, painting: Painting, drawn: Map | None, words: Wording
) -> tuple[str, ...]:  # fmt: skip
    """What could not be had, then why areas have no colour."""
    found = [words(f"map.{key}", **_said(values, words)) for key, values in choice.missed]
    if drawn is not None and drawn.boundaries != painting.boundaries:
        absent = _absent(site, painting, drawn)
        if absent:
            told = words.number(absent)
            found.append(words("map.other_ground", year=drawn.boundaries, own=painting.boundaries, number=told))
        lacking = _lacking(site, choice, painting, drawn)
        if lacking:
            found.append(words("map.not_on_ground", own=painting.boundaries, number=words.number(lacking)))
    for reason in REASONS:
        number = painting.why(reason, choice.inside)
        if number:
            found.append(words(f"map.count.{reason}", number=words.number(number)))
    if choice.show == CHANGE:
        found.append(words("map.change_note", since=choice.since))
    return tuple(found)


def unit_of(site: Site, choice: Choice, words: Wording) -> str:
    """The unit of what is shown."""
    if choice.show == "soorten" or choice.figure not in site.catalogue.indicators:
        return ""
    return words.unit(site.catalogue.indicators[choice.figure].unit)


def decimals_of(site: Site, choice: Choice) -> int:
    """Decimals of what is shown."""
    if choice.show == "soorten":
        return 0
    return site.catalogue.indicators[choice.figure].decimals if choice.figure in site.catalogue.indicators else 1


def key_rows(legend: Sequence[Key]) -> tuple[Mapping[str, Cell], ...]:
    """The legend as rows of a table."""
    return rows_of(("kleur", "gebieden"), *((key.words, key.count) for key in legend))


def _absent(site: Site, painting: Painting, drawn: Map) -> int:
    """How many areas with a figure are not on the map."""
    on_map = places_of(site.workspace, drawn.boundaries, painting.level)["area"]
    known = painting.table.filter(pl.col("value").is_not_null())
    return int((~known["area"].is_in(on_map.implode())).sum())


def _lacking(site: Site, choice: Choice, painting: Painting, drawn: Map) -> int:
    """How many areas on the map are not among those of the figure, because that has other boundaries."""
    on_map = inside_of(places_of(site.workspace, drawn.boundaries, painting.level).select("area"), choice.inside)
    return on_map.join(painting.table, on="area", how="anti").height


def _said(values: Mapping[str, object], words: Wording) -> dict[str, object]:
    return {
        name: words(f"map.levels.{value}") if name in ("level", "wanted") and isinstance(value, str) else value
        for name, value in values.items()
    }
