"""Kaart: one figure on the map, beside it the same selection as a table."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.atlas.classes import Classes, classes_of
from stadspeil.atlas.site import Site
from stadspeil.atlas.tiles import Map, maps_of
from stadspeil.atlas.views import Asked, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.standing import HALF_INTERVAL

LEVELS = ("gemeente", "wijk", "buurt")
_LISTED = 25


def map_page(site: Site, asked: Asked) -> View:
    """The map of a figure, a year and a level; each has a sensible default and stands in the address."""
    words = words_of(asked.lang)
    id, year, level = _choice(site, asked)
    table = site.results.edition(id, year, level)
    judged = _judged(site, id)
    classes = classes_of(table, judged, site.catalogue.parameter("mark_mean"))
    drawn = nearest_map(site, int(table["boundaries"][0]) if table.height else year, level)
    columns = (
        Column("gebied", words("map.area"), "area"), Column("naam", words("map.name")),
        Column("waarde", words("map.value"), "number", _decimals(site, id), _unit(site, id)),
        Column("marge", words("town.margin"), "number", _decimals(site, id)), Column("n", words("map.n"), "number"),
        Column("rapportcijfer", words("town.mark"), "number", 1), Column("plaats", words("town.place"), "number"),
        Column("van", words("town.of"), "number"), Column("status", words("map.status")),
    )  # fmt: skip
    ordered = table.sort(pl.col("rank").is_null(), "rank", "area", descending=[False, True, False])
    rows = [
        (row["area"], site.name(row["area"]), row["value"], _margin(row["spread"]), row["n"], row["mark"], row["rank"],
         row["ranked"], row["status"])
        for row in ordered.iter_rows(named=True)
    ]  # fmt: skip
    title = words("map.title", figure=site.title(id, asked.lang), year=year, level=words(f"map.levels.{level}"))
    return View(
        "kaart", title, _reading(site, id, table, classes, asked.lang),
        (Table("gebieden", title, columns, rows_of([each.key for each in columns], *rows)),),
        notes=tuple(_notes(classes, words)),
        more={
            "id": id, "year": year, "level": level, "listed": _LISTED, "map": drawn, "judged": judged,
            "figures": _figures(site, asked.lang), "years": _years(site, id, level), "levels": _levels(site, id, year),
            "edges": classes.edges,
        },
    )  # fmt: skip


def values_of(site: Site, id: str, year: int, level: str) -> dict[str, Any]:
    """What the browser paints with: codes, classes and values as short lists in one order."""
    table = site.results.edition(id, year, level)
    classes = classes_of(table, _judged(site, id), site.catalogue.parameter("mark_mean"))
    decimals = _decimals(site, id)
    return {
        "areas": table["area"].to_list(),
        "classes": classes.number.tolist(),
        "values": [None if each is None else round(each, decimals + 1) for each in table["value"]],
        "margins": [None if each is None else round(HALF_INTERVAL * each, decimals + 1) for each in table["spread"]],
        "why": [
            "few" if few else "within" if within else ""
            for few, within in zip(classes.few, classes.within, strict=True)
        ],
    }


def nearest_map(site: Site, boundaries: int, level: str) -> Map | None:
    """The map of the division, or the nearest in time that has the level; None where there is none."""
    fit = [each for each in maps_of(site.workspace) if level in each.levels]
    return min(fit, key=lambda each: (abs(each.boundaries - boundaries), each.boundaries), default=None)


def _choice(site: Site, asked: Asked) -> tuple[str, int, str]:
    """Figure, year and level: what was asked for, or what shows most."""
    known = site.results.indicators
    if not known:
        raise QuestionError("kaart", "er zijn nog geen cijfers om te tonen", "draai eerst 'stadspeil score'")
    id = asked.get("cijfer") or next((each for each in site.catalogue.composites if each in known), known[0])
    if id not in known:
        raise QuestionError(f"cijfer '{id}'", "daar zijn geen uitkomsten van", "kies een cijfer in de lijst")
    table = site.results.of_indicator(id)
    level = asked.get("niveau", "gemeente")
    levels = set(table["level"].unique())
    if level not in levels:
        level = next((each for each in LEVELS if each in levels), "gemeente")
    years = _years(site, id, level)
    if not years:
        raise QuestionError(f"cijfer '{id}'", "daar is geen jaar met waarden van", "kies een ander cijfer")
    year = asked.number("jaar")
    return id, year if year in years else _widest(site, id, level, years), level


def _widest(site: Site, id: str, level: str, years: list[int]) -> int:
    """The newest year that is known of at least half as many areas as any: one town's newer file is no map."""
    table = site.results.of_indicator(id).filter((pl.col("level") == level) & pl.col("value").is_not_null())
    sizes = dict(table.group_by("year").agg(pl.col("area").n_unique()).iter_rows())
    return max(year for year in years if 2 * sizes[year] >= max(sizes.values()))


def _years(site: Site, id: str, level: str) -> list[int]:
    table = site.results.of_indicator(id).filter((pl.col("level") == level) & pl.col("value").is_not_null())
    return [int(each) for each in table["year"].unique().sort()]


def _levels(site: Site, id: str, year: int) -> list[str]:
    table = site.results.of_indicator(id).filter((pl.col("year") == year) & pl.col("value").is_not_null())
    found = set(table["level"].unique())
    return [each for each in LEVELS if each in found]


def _figures(site: Site, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Composites, then figures by theme, each with its title."""
    known = set(site.results.indicators)
    words = words_of(lang)
    groups = [
        (words("map.composites"), [(id, site.title(id, lang)) for id in site.catalogue.composites if id in known])
    ]
    for theme in sorted(site.catalogue.themes.values(), key=lambda each: each.order):
        own = [(each.id, site.title(each.id, lang)) for each in site.catalogue.indicators.values()
               if each.theme == theme.id and each.id in known]  # fmt: skip
        groups.append((theme.title_en if lang == "en" else theme.title, own))
    return [(title, own) for title, own in groups if own]


def _reading(site: Site, id: str, table: pl.DataFrame, classes: Classes, lang: str) -> str:
    words = words_of(lang)
    known = int((classes.number >= 0).sum())
    sides = {
        "low": int((classes.number < 2).sum() - (classes.number < 0).sum()),
        "high": int((classes.number > 2).sum()),
    }
    key = "map.reading_judged" if classes.judged else "map.reading"
    return words(
        key,
        number=words.number(known),
        all=words.number(table.height),
        **{k: words.number(v) for k, v in sides.items()},
    )


def _notes(classes: Classes, words: Any) -> list[str]:
    found = []
    if classes.within.any():
        found.append(words("map.within", number=words.number(int(classes.within.sum()))))
    if classes.few.any():
        found.append(words("map.few", number=words.number(int(classes.few.sum()))))
    if classes.unsure.any():
        found.append(words("map.unsure", number=words.number(int(classes.unsure.sum()))))
    return found


def _judged(site: Site, id: str) -> bool:
    entry = site.catalogue.indicators.get(id)
    return entry is None or entry.direction != "neutral"


def _decimals(site: Site, id: str) -> int:
    return site.catalogue.indicators[id].decimals if id in site.catalogue.indicators else 1


def _unit(site: Site, id: str) -> str:
    return site.catalogue.indicators[id].unit if id in site.catalogue.indicators else ""


def _margin(spread: float | None) -> float | None:
    return None if spread is None else HALF_INTERVAL * spread


MAP = Page("kaart", "/kaart", map_page, "map.html", "menu.map", styles=("vendor/maplibre-gl.css", "map.css"))
