"""Drawings of a simulated programme: its chains, one figure on the map, and the same figure as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.atlas.grounds import ground_of_town
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Picture, Series
from stadspeil.report.drawing.axes import decimals_of, step_of
from stadspeil.report.drawing.chains import chains_alt, chains_svg
from stadspeil.report.drawing.effects import EffectRow, effects_svg
from stadspeil.report.drawing.ground import Ground, wijk_of
from stadspeil.report.drawing.maps import Setting, Shade, ShadedMap, maps_svg, on_phone
from stadspeil.report.provenance import ground_said
from stadspeil.report.simulated_words import (
    area_name,
    figure_title,
    figure_unit,
    interval,
    masked_words,
)
from stadspeil.report.wording import Wording
from stadspeil.simulation.places import AROUND, SITES
from stadspeil.simulation.reading import Outcome

_BARS, _HIGH = 14, 430.0


@dataclass(frozen=True)
class Choice:
    """The figure, group and years that a page draws."""

    figure: str
    group: str
    years: int


def pictures_of(site: Site, outcome: Outcome, choice: Choice, words: Wording) -> list[Picture]:
    """All drawings of the page that there is something to draw for."""
    return [
        *_chains(outcome, words),
        *_map(site, outcome, choice, words),
        *_bars(outcome, choice, words),
    ]


def series_of(outcome: Outcome, choice: Choice, words: Wording) -> list[Series]:
    """The chains and the bars as charts that PowerPoint can edit: 50th percentiles."""
    found = []
    links = outcome.links()
    if links:
        names = tuple(words("chains.link", number=each.number) for each in links)
        numbers = {words("building.occupied_mean"): tuple(float(each.filled["mean"]) for each in links)}
        found.append(Series("ketens", "bar", words("chains.caption"), names, numbers))
    rows = _told(outcome, choice).filter("shown").to_dicts()
    if rows:
        title = figure_title(choice.figure, choice.group, words)
        names = tuple(area_name(outcome, row["area"], words) for row in rows)
        found.append(Series("balken", "bar", title, names, {title: tuple(row["middle"] for row in rows)}))
    return found


def _chains(outcome: Outcome, words: Wording) -> list[Picture]:
    links = outcome.links()
    if not links or outcome.pairs < 2:
        return []
    return [
        Picture(
            "ketens",
            chains_svg(links, words),
            words("chains.caption"),
            chains_alt(links, words),
            "ketens",
            narrow=chains_svg(links, words, narrow=True),
        )
    ]


def _map(site: Site, outcome: Outcome, choice: Choice, words: Wording) -> list[Picture]:
    """The buurten of the town, colored only where an effect may be shown; buurten with a site numbered."""
    ground, source = ground_of_town(site.results, outcome.town)
    if ground is None:
        return []
    rows = outcome.of_figure(choice.figure, choice.group, choice.years).filter(level="buurt").to_dicts()
    found = {row["area"]: row for row in rows if row["area"] in ground.shapes}
    sizes = [abs(row["middle"]) for row in found.values() if row["shown"]]
    step = step_of(max(sizes, default=1.0) / 2 or 1.0)
    shades = {code: _shade(row, step) for code, row in found.items()}
    title = words("building.map_title", figure=figure_title(choice.figure, choice.group, words), years=choice.years)
    size = f"{words.number(step, decimals_of(step))} {figure_unit(choice.figure, words)}"
    legend = _legend(shades, ground, size, words)
    numbers, key = _sites(outcome, ground, words)
    shaded = ShadedMap("", shades, legend, numbers)
    told = ground_said(source, ground.boundaries, words)
    setting = Setting(1, _HIGH, wijk_of(ground.shapes), source=told)
    alt = _map_alt(outcome, title, found.values(), len(ground.shapes) - len(found), words)
    return [
        Picture(
            "kaart",
            maps_svg(ground, [shaded], setting, words, key),
            title,
            alt,
            "gebieden",
            narrow=maps_svg(ground, [shaded], on_phone(setting), words, key),
        )
    ]


def _shade(row: Mapping[str, Any], step: float) -> Shade:
    """By the side of the mean, which decides whether it is shown; the middle of few pairs may be nought."""
    if not row["shown"]:
        return "chance"
    far = abs(row["middle"]) >= step
    if row["mean"] > 0:
        return "good2" if far else "good1"
    return "bad2" if far else "bad1"


def _legend(shades: dict[str, Shade], ground: Ground, size: str, words: Wording) -> tuple[tuple[Shade, str], ...]:
    order: tuple[Shade, ...] = ("good2", "good1", "bad1", "bad2", "chance", "unknown")
    there = {*shades.values(), *(["unknown"] if len(shades) < len(ground.shapes) else [])}
    return tuple((shade, words(f"building.shade.{shade}", size=size)) for shade in order if shade in there)


def _sites(outcome: Outcome, ground: Ground, words: Wording) -> tuple[dict[str, str], list[str]]:
    """Numbers on the map and the lines below it: per buurt what is done there."""
    by_buurt: dict[str, list[str]] = {}
    for step in outcome.steps:
        said = f"{words('simulated.act.' + step['act'])} {words.number(step['homes'])}"
        by_buurt.setdefault(step["buurt"], []).append(said)
    numbers = {code: str(place) for place, code in enumerate(by_buurt, start=1)}
    key = [f"{numbers[code]}  {outcome.name(code)}: {', '.join(said)}" for code, said in by_buurt.items()]
    return {code: number for code, number in numbers.items() if code in ground.shapes}, key


def _map_alt(outcome: Outcome, title: str, rows: object, unknown: int, words: Wording) -> str:
    shown, masked = [], 0
    for row in rows:  # type: ignore[attr-defined]
        if row["shown"]:
            shown.append(f"{area_name(outcome, row['area'], words)} {interval(row, words, signed=True)}")
        else:
            masked += 1
    told = words.listing(sorted(shown)) or words("maps.nowhere")
    return words("building.map_alt", title=title, shown=told, masked=masked, unknown=unknown)


def _told(outcome: Outcome, choice: Choice) -> pl.DataFrame:
    """Rows of the bars: town, sites and around them always, then the buurten whose effect is clearest."""
    rows = outcome.of_figure(choice.figure, choice.group, choice.years)
    fixed = rows.filter(pl.col("level").is_in(["gemeente", SITES, AROUND]))
    buurten = rows.filter((pl.col("level") == "buurt") & pl.col("shown"))
    return pl.concat([fixed, buurten.sort(pl.col("middle").abs(), descending=True).head(_BARS)])


def _bars(outcome: Outcome, choice: Choice, words: Wording) -> list[Picture]:
    rows = _told(outcome, choice).to_dicts()
    if not rows:
        return []
    drawn = [
        EffectRow(
            area_name(outcome, row["area"], words),
            interval(row, words, signed=True) if row["shown"] else masked_words(row, words),
            (row["low"], row["middle"], row["high"]) if row["shown"] else None,
            row["mean"] is not None and row["mean"] > 0,
        )
        for row in rows
    ]
    title, unit = figure_title(choice.figure, choice.group, words), figure_unit(choice.figure, words)
    caption = words("building.bars_caption", figure=title, years=choice.years)
    axis = words("building.bars_axis", unit=unit)
    alt = words("building.bars_alt", title=caption, rows="; ".join(f"{row.title}: {row.said}" for row in drawn))
    return [
        Picture(
            "balken",
            effects_svg(drawn, axis, words),
            caption,
            alt,
            "gebieden",
            narrow=effects_svg(drawn, axis, words, narrow=True),
        )
    ]
