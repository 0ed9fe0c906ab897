"""Maps of the buurten: where figures differ from the town beyond their margin, and which buurten their wijk hides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing
from stadspeil.report.drawing.axes import decimals_of, step_of
from stadspeil.report.drawing.ground import Ground, ground_of, wijk_of
from stadspeil.report.drawing.maps import Setting, Shade, ShadedMap, maps_svg, on_phone
from stadspeil.report.provenance import ground_said
from stadspeil.report.wording import Wording, join_unit, lowered
from stadspeil.scores.explaining import difference_words

MOST_MAPS = 4
_HALF_90 = 1.645
_WHOLE, _HALF, _QUARTER = 430.0, 250.0, 170.0
# A figure of fewer buurten than this says little on a map.
_FEWEST = 5


def maps(shown: Shown, words: Wording) -> Chapter | None:
    """The maps, or a sentence that there are none: without boundaries of buurten nothing is drawn."""
    buurten = shown.small_areas.filter(
        pl.col("area").str.starts_with("BU") & (pl.col("area").str.slice(2, 4) == shown.town[2:])
    )
    if buurten.is_empty():
        return None
    title = words("maps.title")
    ground = ground_of(shown.ground)
    if ground is None:
        return Chapter("maps", title, (words("maps.no_ground"),))
    parts: list[Part] = [f"{words('maps.intro')} {words('maps.differences')}"]
    drawn = [*_differences(shown, ground, words), *hidden_map(shown, ground, words)]
    parts += drawn or [words("maps.no_figures")]
    return Chapter("maps", title, tuple(parts))


def _setting(shown: Shown, ground: Ground, across: int, words: Wording) -> Setting:
    source = ground_said(shown.ground_source, ground.boundaries, words)
    source = f"{words('maps.wijk_borders').capitalize()}. {source}"
    return Setting(across, {1: _WHOLE, 2: _HALF}.get(across, _QUARTER), wijk_of(ground.shapes), source=source)


def _differences(shown: Shown, ground: Ground, words: Wording) -> list[Part]:
    """Up to four figures: every buurt shaded by its difference from the town, white within the margin."""
    estimates = shown.inside("estimates")
    if estimates.is_empty():
        return []
    drawn: list[tuple[ShadedMap, str]] = []
    for id in _chosen(shown.catalogue, estimates):
        if len(drawn) == MOST_MAPS:
            break
        rows = estimates.filter(pl.col("indicator") == id)
        rows = rows.filter(pl.col("year") == pl.col("year").max(), pl.col("area").is_in(list(ground.shapes)))
        town = _town_value(shown, id, rows)
        if town is not None and rows.height >= _FEWEST:
            drawn.append(_shaded(id, rows.to_dicts(), town, shown, ground, words))
    if not drawn:
        return []
    maps_drawn = [each for each, _ in drawn]
    upright, across = (maps_svg(ground, maps_drawn, _setting(shown, ground, number, words), words) for number in (2, 4))
    alt = " ".join(alt for _, alt in drawn)
    return [Drawing(upright, words("maps.differences_caption"), alt, landscape=across)]


def _chosen(catalogue: Catalogue, estimates: pl.DataFrame) -> list[str]:
    """Judged figures with estimates: key indicators first, then parts of composites, then the others."""
    known = set(estimates["indicator"].unique())
    key = [id for entry in catalogue.key_indicators.values() for id in entry.measured_by]
    parts = [part for id in catalogue.composites for part in catalogue.parts_of(id)]
    order = dict.fromkeys([*key, *parts, *catalogue.indicators])
    return [
        id for id in order
        if id in known and id in catalogue.indicators and catalogue.indicators[id].direction != "neutral"
    ]  # fmt: skip


def _town_value(shown: Shown, id: str, rows: pl.DataFrame) -> float | None:
    """The figure of the whole town in the year of its buurten."""
    if rows.is_empty() or shown.series.is_empty():
        return None
    found = shown.series.filter(
        pl.col("indicator") == id, pl.col("year") == int(rows["year"][0]), pl.col("value").is_not_null()
    )
    return None if found.is_empty() else float(found.sort("boundaries")["value"][-1])


def _shaded(
    id: str, rows: list[dict[str, Any]], town: float, shown: Shown, ground: Ground, words: Wording
) -> tuple[ShadedMap, str]:
    """A map and its words."""
    higher_is_better = shown.catalogue.indicators[id].direction == "higher_is_better"
    sure = {row["area"]: row["shrunken"] - town for row in rows if is_demonstrable(row, town, len(rows))}
    # A strong color is for what is far out: half of the largest difference, and a tenth of the figure at least.
    step = step_of(max(0.1 * abs(town), *(abs(each) / 2 for each in sure.values()), 1e-6))
    shades: dict[str, Shade] = {
        row["area"]: _shade(sure.get(row["area"]), step, higher_is_better)
        for row in rows
        if row["area"] in ground.shapes
    }
    title = shown.catalogue.title_of(id, words.lang)
    year = rows[0]["year"]
    map_title = words("maps.figure_title", title=title, year=year, value=shown.quantity(id, town, words))
    unit = shown.catalogue.indicators[id].unit
    size = join_unit(words.number(step, decimals_of(step)), words("maps.points") if unit == "%" else words.unit(unit))
    legend: list[tuple[Shade, str]] = [
        (shade, words(f"maps.{shade}", size=size)) for shade in ("good2", "good1", "same", "bad1", "bad2", "unknown")
    ]
    names = {
        row["area"]: f"{shown.name_of(row['area'])} ({shown.quantity(id, row['shrunken'], words)})" for row in rows
    }
    missing = sum(1 for code in ground.shapes if code not in shades)
    same = sum(1 for shade in shades.values() if shade == "same")
    alt = words(
        "maps.differences_alt", title=map_title, same=same, unknown=missing,
        good=_named(shades, ("good2", "good1"), names, words), bad=_named(shades, ("bad2", "bad1"), names, words),
    )  # fmt: skip
    return ShadedMap(map_title, shades, tuple(legend)), alt


def is_demonstrable(row: Mapping[str, Any], town: float, comparisons: int) -> bool:
    """Whether a buurt differs from its town beyond its margin, also when all buurten of the map are read together.

    The margin is that of the raw figure, on the side of the town; the shrunken figure must lie on the same side.
    """
    difference = row["value"] - town
    if row["low"] is None or row["high"] is None or difference * (row["shrunken"] - town) <= 0:
        return False
    spread = ((row["value"] - row["low"]) if difference > 0 else (row["high"] - row["value"])) / _HALF_90
    return difference_words(difference, spread, comparisons) in ("hoger", "lager")


def _shade(difference: float | None, step: float, higher_is_better: bool) -> Shade:
    if difference is None:
        return "same"
    far = abs(difference) >= step
    if (difference > 0) == higher_is_better:
        return "good2" if far else "good1"
    return "bad2" if far else "bad1"


def _named(shades: Mapping[str, Shade], wanted: tuple[Shade, ...], names: Mapping[str, str], words: Wording) -> str:
    found = [names[code] for code, shade in shades.items() if shade in wanted]
    return words.listing(sorted(found)) if found else words("maps.nowhere")


def hidden_map(
    shown: Shown, ground: Ground, words: Wording, order: Sequence[str] = (), phone: bool = False
) -> list[Drawing]:
    """Buurten that differ unfavourably from their wijk, those it hides numbered; outliers and clusters of neighbors.

    `order` is that of the numbers; without it they go by code. For a `phone` the sheet is narrow.
    """
    pockets = shown.inside("pockets")
    if pockets.is_empty():
        return []
    out = pockets.filter(pl.col("found") & pl.col("unfavourable"))
    hidden = sorted(set(out.filter(pl.col("wijk_hides"))["area"]) & set(ground.shapes))
    hidden.sort(key=lambda code: order.index(code) if code in order else len(order))
    others = sorted((set(out["area"]) & set(ground.shapes)) - set(hidden))
    tested = set(pockets["area"])
    shades: dict[str, Shade] = {code: "same" for code in ground.shapes if code in tested}
    shades |= dict.fromkeys(others, "bad1")
    shades |= dict.fromkeys(hidden, "bad2")
    numbers = {code: str(number) for number, code in enumerate(hidden, start=1)}
    outliers, clustered = _neighbors(shown)
    key = [f"{numbers[code]}  {shown.name_of(code)}: {_figures(out, code, shown, words)}" for code in hidden]
    legend: tuple[tuple[Shade, str], ...] = (
        ("bad2", words("maps.hidden")), ("bad1", words("maps.found")), ("same", words("maps.not_found")),
        ("unknown", words("maps.untested")),
    )  # fmt: skip
    most = max(clustered.values(), default=1)
    dots = {code: 1.5 + 3.5 * (number / most) ** 0.5 for code, number in clustered.items() if code not in numbers}
    signs = (("outlined", words("maps.outlined")), ("dot", words("maps.clustered", most=most)))
    shaded = ShadedMap(words("maps.hidden_title"), shades, legend, numbers, frozenset(outliers), dots, signs)
    alt = words(
        "maps.hidden_alt", hidden=_several(hidden, shown, words), found=_several(others, shown, words),
        outliers=_several(sorted(outliers & set(ground.shapes)), shown, words), most=most,
        clustered=len(set(clustered) & set(ground.shapes)), untested=len(set(ground.shapes) - tested),
    )  # fmt: skip
    setting = _setting(shown, ground, 1, words)
    svg = maps_svg(ground, [shaded], on_phone(setting) if phone else setting, words, key)
    return [Drawing(svg, words("maps.hidden_caption"), alt)]


def _neighbors(shown: Shown) -> tuple[set[str], dict[str, int]]:
    """Buurten unlike their neighbors on the map, and on how many judged figures a buurt is in an unfavourable cluster."""
    clusters = shown.inside("clusters")
    outliers: set[str] = set()
    clustered: dict[str, int] = {}
    for row in clusters.to_dicts():
        entry = shown.catalogue.indicators.get(row["indicator"])
        if entry is None or entry.direction == "neutral":
            continue
        if row["quadrant"] in ("hoog-laag", "laag-hoog"):
            outliers.add(row["area"])
        elif (row["quadrant"] == "hoog-hoog") == (entry.direction == "lower_is_better"):
            clustered[row["area"]] = clustered.get(row["area"], 0) + 1
    return outliers, clustered


def _figures(out: pl.DataFrame, code: str, shown: Shown, words: Wording) -> str:
    ids = out.filter(pl.col("area") == code, pl.col("wijk_hides")).sort("p")["indicator"].to_list()
    titles = [lowered(shown.catalogue.title_of(id, words.lang)) for id in ids]
    return titles[0] if len(titles) == 1 else words("maps.and_more", first=titles[0], number=len(titles) - 1)


def _several(codes: Iterable[str], shown: Shown, words: Wording) -> str:
    names = [shown.name_of(code) for code in codes]
    return words.listing(names) if names else words("maps.nowhere")
