"""Drawings of the development: marks in two years, and figures over all years."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stadspeil.analyses.development import changes_of
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.document import Drawing
from stadspeil.report.drawing.content import Course, Panel, Panels, Side, Slope, Slopes
from stadspeil.report.drawing.panels import ACROSS, MOST_PANELS, panels_alt, panels_svg
from stadspeil.report.drawing.slopes import slopes_alt, slopes_svg
from stadspeil.report.standing import margin_of
from stadspeil.report.wording import Wording

_FEWEST_YEARS = 3
_SIDES: dict[str, Side | None] = {
    "gestegen": "favourable", "gedaald": "unfavourable", "geen aantoonbare verandering": "", "onbekende marge": None,
}  # fmt: skip


def slopes_of(shown: Shown, words: Wording) -> Drawing | None:
    """Composites in their first and last year: the relative mark beside the mark on a fixed base."""
    rows = shown.table("real_marks")
    if rows.is_empty():
        return None
    rows = rows.filter(pl.col("indicator").is_in(list(shown.catalogue.composites)), pl.col("mark").is_not_null())
    ends = []
    for (_,), series in rows.sort("year", "boundaries").group_by("indicator", maintain_order=True):
        first, last = series.row(0, named=True), series.row(-1, named=True)
        if first["year"] < last["year"]:
            ends.append((first, last))
    if not ends:
        return None
    noise = {(row["indicator"], row["year"], row["boundaries"]): row["mark_spread"] for row in shown.series.to_dicts()}
    relative, fixed = [], []
    for pair in ends:
        title = shown.catalogue.title_of(pair[0]["indicator"], words.lang)
        spread = [noise.get((row["indicator"], row["year"], row["boundaries"])) for row in pair]
        relative.append(_slope(title, pair, "mark", spread, len(ends)))
        fixed.append(_slope(title, pair, "fixed_mark", [row["fixed_spread"] for row in pair], len(ends)))
    content = Slopes(tuple(relative), tuple(fixed), tuple(sorted({last["base_year"] for _, last in ends})))
    return Drawing(slopes_svg(content, words), words("drawing.slopes_caption"), slopes_alt(content, words), content)


def _slope(
    title: str, pair: tuple[dict[str, Any], dict[str, Any]], name: str, spread: list[float | None], comparisons: int
) -> Slope:
    """A change in color only where it exceeds its margin, also when all lines of the drawing are read together."""
    years = np.array([row["year"] for row in pair])
    values = np.array([row[name] for row in pair], dtype=float)
    noise = np.array([np.nan if each is None else each for each in spread])
    verdict = changes_of(values[None, :], noise[None, :], comparisons).verdict[0]
    return Slope(title, int(years[0]), int(years[1]), float(values[0]), float(values[1]), _SIDES[verdict])


def panels_of(shown: Shown, words: Wording) -> Drawing | None:
    """Figures of at least three years: key indicators first, then of every theme the first that counts."""
    trends = {row["indicator"]: row for row in shown.table("trends").to_dicts() if row["years"] >= _FEWEST_YEARS}
    if not trends or shown.series.is_empty():
        return None
    made = [_panel(id, trends[id], shown, words) for id in _chosen(shown, set(trends))]
    panels = [each for each in made if each is not None]
    if not panels:
        return None
    # Whole rows only, where there is more than one.
    panels = panels[: len(panels) // ACROSS * ACROSS] if len(panels) > ACROSS else panels
    names = {kind: name for kind, _, name in _beside(shown)}
    used = {kind for panel in panels for kind, _ in panel.beside}
    content = Panels(shown.town_name, tuple(panels), tuple((kind, names[kind]) for kind in names if kind in used))
    caption = words("drawing.panels_caption", town=shown.town_name)
    return Drawing(panels_svg(content, words), caption, panels_alt(content, words), content)


def _chosen(shown: Shown, known: set[str]) -> list[str]:
    """Judged figures: those of key indicators, then the first of each theme, then the second, and so on."""
    catalogue = shown.catalogue
    key = [id for entry in catalogue.key_indicators.values() for id in entry.measured_by]
    key += [part for id in key if id in catalogue.composites for part in catalogue.parts_of(id)]
    by_theme: dict[str, list[str]] = {}
    for entry in catalogue.indicators.values():
        if entry.id in known and entry.direction != "neutral" and entry.id in shown.lines:
            by_theme.setdefault(entry.theme, []).append(entry.id)
    judged = {id for ids in by_theme.values() for id in ids}
    longest = max((len(ids) for ids in by_theme.values()), default=0)
    in_turn = [ids[number] for number in range(longest) for ids in by_theme.values() if number < len(ids)]
    first = [ids[0] for ids in by_theme.values()]
    wanted = [*[id for id in key if id in judged][: MOST_PANELS // 2], *first, *in_turn]
    return list(dict.fromkeys(wanted))[:MOST_PANELS]


def _beside(shown: Shown) -> list[tuple[str, str, str]]:
    """Kind, id and name of the other lines: the country, the own group and the net region."""
    found = [("country", each.id, each.short) for each in shown.comparisons if each.kind == "country"]
    if shown.own_group is not None:
        group = shown.comparisons[shown.own_group]
        found.append(("group", group.id, group.short))
    return found + [("region_net", each.id, each.short) for each in shown.comparisons if each.kind == "region_net"]


def _panel(id: str, trend: dict[str, Any], shown: Shown, words: Wording) -> Panel | None:
    rows = shown.series.filter(pl.col("indicator") == id, pl.col("value").is_not_null())
    rows = one_a_year(rows, trend["boundaries"])
    points = [(row["year"], row["value"], margin_of(row["spread"])) for row in rows.to_dicts()]
    if len(points) < _FEWEST_YEARS:
        return None
    years = {year for year, *_ in points}
    beside = []
    for kind, group, _ in _beside(shown):
        others = shown.group_series.filter(
            pl.col("indicator") == id,
            pl.col("group") == group,
            pl.col("value").is_not_null(),
            pl.col("year").is_in(years),
        )
        course = [(row["year"], row["value"], None) for row in one_a_year(others, trend["boundaries"]).to_dicts()]
        if len(course) >= _FEWEST_YEARS:
            beside.append((kind, Course(tuple(course))))
    entry = shown.catalogue.indicators[id]
    breaks = (trend["break_year"],) if trend["broken_by"] else ()
    return Panel(
        shown.catalogue.title_of(id, words.lang),
        entry.unit,
        entry.decimals,
        Course(tuple(points)),
        tuple(beside),
        breaks,
    )


def one_a_year(rows: pl.DataFrame, boundaries: int) -> pl.DataFrame:
    """Of a year on several divisions that of the series, else the division nearest to the year."""
    same = (pl.col("boundaries") == boundaries).cast(pl.Int8)
    near = -(pl.col("boundaries") - pl.col("year")).abs()
    return rows.sort("year", same, near).unique("year", keep="last", maintain_order=True)
