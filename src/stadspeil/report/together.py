"""Drawings of several towns together: their places per subject, and where they lie in the country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from stadspeil.report.document import Band, Drawing, Line, Report
from stadspeil.report.drawing.content import PlacePanels, PlaceRow, Places
from stadspeil.report.drawing.ground import Ground, ground_of
from stadspeil.report.drawing.maps import Setting, Shade, ShadedMap, maps_svg
from stadspeil.report.drawing.places import MOST_PANELS, panels_alt, panels_svg
from stadspeil.report.provenance import ground_said
from stadspeil.report.standing import Standings
from stadspeil.report.wording import Wording

_ACROSS, _HIGH, _MOST_MAPS = 4, 165.0, 8
# So few areas can each keep their border on a small map.
_FEW = 60
# Of a whole country a coarser line does: the maps are small.
_FINEST = 1 / 105
_SHADES: dict[Band, Shade] = {
    "very_favourable": "good2", "favourable": "good1", "middle": "same", "unfavourable": "bad1",
    "very_unfavourable": "bad2",
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """All gemeenten, for the maps: SCORES, RANK_RANGES, AREAS with geometry, and the source of the boundaries."""

    scores: pl.DataFrame
    ranges: pl.DataFrame
    areas: pl.DataFrame
    source: str


def places_together(reports: Sequence[Report], words: Wording) -> list[Drawing]:
    """A panel per theme or composite with a row per town; on a further page where they do not fit."""
    found = [{line.id: line for line in _marked(report)} for report in reports]
    panels = []
    for id, title in _titles(reports).items():
        rows = [
            PlaceRow(
                report.town.name,
                line.place.rank,
                line.place.ranked,
                line.place.noise,
                line.place.choices,
                line.place.tied,
            )
            for report, lines in zip(reports, found, strict=True)
            if (line := lines.get(id)) is not None and line.place.rank is not None
        ]
        if rows:
            panels.append((title, Places(tuple(rows))))
    drawings = []
    for start in range(0, len(panels), MOST_PANELS):
        content = PlacePanels(tuple(panels[start : start + MOST_PANELS]))
        caption = words("drawing.towns_places_caption")
        drawings.append(Drawing(panels_svg(content, words), caption, panels_alt(content, words), content))
    return drawings


def country_maps(reports: Sequence[Report], country: Country, words: Wording) -> list[str | Drawing]:
    """A small map per theme with all gemeenten, the towns numbered; or a sentence that there are no boundaries."""
    ground = ground_of(country.areas, _FINEST)
    if ground is None:
        return [words("maps.country_none")]
    standings = Standings(country.scores, country.ranges)
    numbers = {report.town.code: str(number) for number, report in enumerate(reports, start=1)}
    maps, told = [], []
    for id, title in _titles(reports, themes_only=True).items():
        edition = max((line.year, line.boundaries) for report in reports for line in report.themes if line.id == id)
        field = standings.field(id, edition)
        places = {code: field.place(code, True) for code in ground.shapes}
        # Without a known range nothing is said of a place: a theme of which that holds for all has no map.
        known = {code: place for code, place in places.items() if place.noise is not None or place.choices is not None}
        shades = {code: _SHADES[place.band] for code, place in known.items() if place.band in _SHADES}
        if not shades:
            continue
        named = f"{title} ({edition[0]})"
        maps.append(ShadedMap(named, shades, numbers=numbers))
        towns = "; ".join(
            f"{report.town.name} {words.place(places[report.town.code])}"
            for report in reports if report.town.code in places
        )  # fmt: skip
        told.append(words("maps.country_alt", title=named, towns=towns))
    if not maps:
        return []
    drawings = [
        _country_drawing(
            reports, ground, maps[start : start + _MOST_MAPS], told[start : start + _MOST_MAPS], country.source, words
        )
        for start in range(0, len(maps), _MOST_MAPS)
    ]
    return [words("maps.country_intro"), *drawings]


def _country_drawing(
    reports: Sequence[Report],
    ground: Ground,
    maps: Sequence[ShadedMap],
    told: Sequence[str],
    source: str,
    words: Wording,
) -> Drawing:
    setting = Setting(
        _ACROSS, _HIGH, hairline=0.3, source=ground_said(source, ground.boundaries, words), merged=len(ground.shapes) > _FEW,
        legend=tuple((shade, words(f"maps.country_{shade}")) for shade in (*_SHADES.values(), "unknown")),
    )  # fmt: skip
    key = [f"{number}  {report.town.name}" for number, report in enumerate(reports, start=1)]
    return Drawing(maps_svg(ground, maps, setting, words, key), words("maps.country_caption"), " ".join(told))


def _marked(report: Report) -> tuple[Line, ...]:
    return (*report.themes, *report.composites)


def _titles(reports: Sequence[Report], themes_only: bool = False) -> Mapping[str, str]:
    return {
        line.id: line.title for report in reports for line in (report.themes if themes_only else _marked(report))
    }  # fmt: skip
