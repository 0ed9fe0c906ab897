"""Kaart: one figure, its change or an analysis of it on the map; beside it the same selection as chart and table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, overload

import polars as pl

from stadspeil.atlas.choosing import subjects_of
from stadspeil.atlas.classes import MIDDLE
from stadspeil.atlas.map_choice import (
    CHANGE,
    FINDINGS,
    LEVELS,
    VALUE,
    Choice,
    choice_of,
    maps,
    shows_of,
)
from stadspeil.atlas.map_words import decimals_of, key_rows, notes_of, reading_of, title_of, unit_of
from stadspeil.atlas.outlines import Outlines, country, inside, places_of
from stadspeil.atlas.painting import NONE, PALETTE, Painting, inside_of, is_judged, painting_of, sign_of
from stadspeil.atlas.picturing import Caption, map_svg, spread_svg, trend_svg
from stadspeil.atlas.site import Site
from stadspeil.atlas.tiles import Map, areas_address
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.report.standing import margin_of
from stadspeil.report.wording import Wording

_LISTED, _LISTED_INSIDE = 25, 200
_CELLS = ("value", "margin", "first", "n", "mark", "rank", "low", "high", "ranked", "status")


def map_page(site: Site, asked: Asked) -> View:
    """The map of a figure; each part of the choice has a sensible default and stands in the address."""
    words = words_of(asked.lang)
    choice = choice_of(site, asked)
    painting = painting_of(site, choice)
    beside = _beside(site, asked, choice)
    shown = _ordered(site, choice, painting)
    legend = painting.legend(words, choice.inside)
    drawn = nearest_map(site, painting.boundaries, choice.level)
    title = title_of(site, choice, words)
    reading = reading_of(site, choice, painting, words)
    notes = notes_of(site, choice, painting, drawn, words)
    table = Table("gebieden", title, _columns(site, choice, beside, words), _Rows(site, shown, legend, beside, words))
    tables = (table, Table("klassen", words("map.classes_caption"), _key_columns(words), key_rows(legend)))
    caption = Caption(title, _note(site, drawn, words))
    decimals = decimals_of(site, choice)
    spread = spread_svg(painting, shown, words, choice.area, decimals) if choice.show != "soorten" else ""
    pictures = [Picture("verdeling", spread, words("map.spread"), reading, "gebieden")] if spread else []
    if drawn is not None:

        def draw() -> str:
            outlines = outlines_for(site, drawn, choice)
            return "" if outlines is None else map_svg(outlines, painting, legend, caption, choice.area)

        pictures.insert(0, Picture("kaart", draw, title, f"{title}. {reading}", "gebieden"))
    return View(
        "kaart", title, reading, tables, tuple(pictures), notes=notes,
        more={
            "choice": choice, "map": drawn, "legend": legend, "scale": painting.scale, "beside": beside,
            "listed": _LISTED_INSIDE if choice.within else _LISTED, "spread": spread,
            "figures": _figures(site, asked.lang), "shows": shows_of(site, choice.figure),
            "zooms": _zooms(drawn, choice), "levels": choice.levels, "towns": site.towns(),
            "chosen": _chosen(site, choice, painting, legend, asked.lang), "decimals": decimals,
            "unit": unit_of(site, choice, words), "sums": site.results.version,
            "palette": ",".join(PALETTE), "ground": caption.note, "shown": _shown(table, choice), "background": site.settings.background, "naast": asked.get("naast"),
            **_asked_by_panes(site, choice, drawn, beside),
            "judged": is_judged(site, choice.figure), "box": _box(site, drawn, choice),
        },
    )  # fmt: skip


def nearest_map(site: Site, boundaries: int, level: str) -> Map | None:
    """The map of the division, or the nearest in time that has the level; None where there is none."""
    fit = [each for each in maps(site) if level in each.levels]
    return min(fit, key=lambda each: (abs(each.boundaries - boundaries), each.boundaries), default=None)


def ground_of(drawn: Map | None, choice: Choice) -> dict[str, Any]:
    """What a map is begun with before its values are there: tile file, levels to show, address of its areas."""
    if drawn is None:
        return {"tiles": "", "levels": [], "areas": ""}
    return {
        "tiles": f"/tiles/{drawn.file}", "levels": [each for each in choice.levels if each in drawn.levels],
        "areas": areas_address(drawn, choice.level),
    }  # fmt: skip


def outlines_for(site: Site, drawn: Map | None, choice: Choice) -> Outlines | None:
    """The shapes that a drawing of the choice needs: of one gemeente, or of the country; None without a map."""
    if drawn is None:
        return None
    if choice.inside:
        key = ("inside", drawn.boundaries, choice.level, choice.inside)
        found = site.kept(key, lambda: inside(site.workspace, drawn.boundaries, choice.level, choice.inside))
        if found is not None:
            return found
    key = ("country", drawn.boundaries, choice.level, "")
    return site.kept(key, lambda: country(site.workspace, drawn.boundaries, choice.level, drawn.box))


def beside_of(asked: Asked) -> Asked | None:
    """What the second map is asked: the same in another year, or another figure; None where there is one map."""
    other = asked.get("naast")
    if not other:
        return None
    query = {**asked.query, "jaar": other} if other.isdigit() else {**asked.query, "cijfer": other}
    return replace(asked, query={name: value for name, value in query.items() if name != "naast"})


def _asked_by_panes(site: Site, choice: Choice, drawn: Map | None, beside: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the browser asks for the paint of each map: the choice as it was made possible, and its ground."""
    made: dict[str, Any] = {"query_first": _asked_again(choice), "ground_first": ground_of(drawn, choice)}
    if beside is not None:
        other: Choice = beside["choice"]
        made |= {"query_second": _asked_again(other), "ground_second": ground_of(beside["map"], other)}
    return made


def _asked_again(choice: Choice) -> dict[str, str]:
    told = {"cijfer": choice.figure, "toon": choice.show, "jaar": choice.year, "sinds": choice.since,
            "niveau": choice.level, "binnen": choice.within}  # fmt: skip
    return {name: str(value) for name, value in told.items() if value}


def _beside(site: Site, asked: Asked, choice: Choice) -> dict[str, Any] | None:
    """The second map: its choice, painting and words."""
    second = beside_of(asked)
    if second is None:
        return None
    words = words_of(asked.lang)
    wanted = replace(second, query={**second.query, "niveau": choice.level})
    other = choice_of(site, wanted)
    painting = painting_of(site, other)
    return {
        "choice": other, "painting": painting, "title": title_of(site, other, words),
        "legend": painting.legend(words, other.inside), "map": nearest_map(site, painting.boundaries, other.level),
        "reading": reading_of(site, other, painting, words),
        "values": dict(painting.table.select("area", "value").iter_rows()), "decimals": decimals_of(site, other),
    }  # fmt: skip


def _zooms(drawn: Map | None, choice: Choice) -> tuple[str, ...]:
    """The levels that the map goes through by itself: those that are drawn and have figures."""
    if drawn is None:
        return ()
    return tuple(each for each in LEVELS if each in drawn.levels and each in choice.levels) if choice.auto else ()


def _box(site: Site, drawn: Map | None, choice: Choice) -> tuple[float, ...]:
    """What the map opens on: the gemeente that was asked for, or all."""
    if drawn is None:
        return ()
    if choice.within:
        table = places_of(site.workspace, drawn.boundaries, choice.level).filter(pl.col("owner") == choice.within)
        if table.height:
            ends = table.select(pl.col("west", "south").min(), pl.col("east", "north").max())
            return tuple(float(each) for each in ends.row(0))
    return drawn.box


def _ordered(site: Site, choice: Choice, painting: Painting) -> pl.DataFrame:
    """The areas of the table: by place, else from favourable or high on; one gemeente's where that was asked.

    A place that rests on a few people comes after the others, and where no possible places are known also one whose margin
    holds the average: what chance puts in front is not the first that is read.
    """
    table = inside_of(painting.table, choice.inside)
    if choice.show == VALUE and table["rank"].is_not_null().any():
        open_ones = ["few"] if table["low"].is_not_null().any() else ["few", "margin"]
        return table.sort(pl.col("rank").is_null(), pl.col("why").is_in(open_ones), "rank", "area")
    sign = sign_of(site, choice.figure) or 1
    if choice.show in FINDINGS:
        # What was found comes first, and of that the unfavourable.
        plain = pl.col("code").is_in([str(MIDDLE), NONE])
        return table.sort(plain, pl.col("code"), pl.col("value").is_null(), sign * pl.col("value"), "area")
    return table.sort(pl.col("value").is_null(), -sign * pl.col("value"), "area")


class _Rows(Sequence[Mapping[str, Cell]]):
    """Rows that are made when they are read: a page shows 25 of 14,500, a download all."""

    def __init__(
        self, site: Site, table: pl.DataFrame, legend: Sequence[Any], beside: Mapping[str, Any] | None, words: Wording
    ) -> None:
        self.site, self.table, self.words = site, table, words
        self.colors = {key.code: key.words for key in legend}
        self.other = beside["values"] if beside else None

    def __len__(self) -> int:
        return self.table.height

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> list[Mapping[str, Cell]]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self._row(row) for row in self.table[at].iter_rows(named=True)]
        return self._row(self.table.row(at, named=True))

    def __iter__(self) -> Iterator[Mapping[str, Cell]]:
        return (self._row(row) for row in self.table.iter_rows(named=True))

    def of(self, area: str) -> Mapping[str, Cell] | None:
        """The row of one area."""
        found = self.table.filter(pl.col("area") == area)
        return self._row(found.row(0, named=True)) if found.height else None

    @cached_property
    def _reasons(self) -> dict[str, str]:
        return {
            each: self.words(f"map.why.{each}")
            for each in ("margin", "few", "secret", "none", "elsewhere", "unsure", "unsteady")
        }

    def _row(self, row: Mapping[str, Any]) -> dict[str, Cell]:
        made: dict[str, Cell] = {"gebied": row["area"], "naam": self.site.name(row["area"])}
        if self.other is not None:
            made["naast"] = self.other.get(row["area"])
        names = (
            "waarde",
            "marge",
            "eerder",
            "n",
            "rapportcijfer",
            "plaats",
            "plaats_van",
            "plaats_tot",
            "van",
            "status",
        )
        made |= {name: row[column] for name, column in zip(names, _CELLS, strict=True)}
        made["kleur"] = self.colors.get(row["code"], "")
        made["reden"] = self._reasons.get(row["why"], "")
        made["code"] = row["code"]
        return made


def _columns(site: Site, choice: Choice, beside: Mapping[str, Any] | None, words: Wording) -> tuple[Column, ...]:
    decimals, unit = decimals_of(site, choice), unit_of(site, choice, words)
    meaning = words(f"map.margin_of.{choice.show}")
    columns = [
        Column("gebied", words("map.area"), "area"), Column("naam", words("map.name")),
        Column("waarde", words(f"map.value_of.{choice.show}"), "number", decimals, unit),
        Column("marge", words("map.margin_change") if choice.show == CHANGE else words("town.margin"), "number", decimals,
               unit, meaning),
    ]  # fmt: skip
    if choice.show in (CHANGE, "geschat"):
        earlier = words("map.earlier", year=choice.since) if choice.show == CHANGE else words("map.raw")
        columns.append(Column("eerder", earlier, "number", decimals, unit))
    if beside is not None:
        columns.append(Column("naast", beside["title"], "number", beside["decimals"]))
    columns.append(Column("n", words("map.n"), "number", meaning=words("map.n_meaning")))
    if choice.show == VALUE:
        columns += [
            Column("rapportcijfer", words("town.mark"), "number", 1), Column("plaats", words("town.place"), "number"),
            Column("plaats_van", words("town.from"), "number", meaning=words("town.range_meaning")),
            Column("plaats_tot", words("town.to"), "number", meaning=words("town.range_meaning")),
            Column("van", words("town.of"), "number"), Column("status", words("map.status")),
        ]  # fmt: skip
    return (*columns, Column("kleur", words("map.color")), Column("reden", words("map.reason")))


def _shown(table: Table, choice: Choice) -> tuple[str, ...]:
    """The columns that the page has room for: no margin where none is known, no mark that is the value itself."""
    first = table.rows[:60]
    names = ["waarde", "marge", "eerder", "naast", "rapportcijfer", "plaats"]
    known = {each.key for each in table.columns}
    same = all(row.get("rapportcijfer") in (None, row["waarde"]) for row in first)
    return tuple(
        name for name in names
        if name in known and not (name == "rapportcijfer" and same)
        and not (name == "marge" and all(row["marge"] is None for row in first))
    )  # fmt: skip


def _key_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("kleur", words("map.color")),
        Column("gebieden", words("map.areas"), "number"),
    )


def _chosen(site: Site, choice: Choice, painting: Painting, legend: Sequence[Any], lang: str) -> dict[str, Any] | None:
    """The area that was chosen: its row and its course through the years."""
    if not choice.area:
        return None
    words = words_of(lang)
    found = painting.table.filter(pl.col("area") == choice.area)
    rows = _Rows(site, found, legend, None, words)
    if not len(rows):
        return None
    points = _course(site, choice.area, choice.figure)
    return {
        "row": rows[0], "name": site.name(choice.area), "area": choice.area, "trend": trend_svg(points, words),
        "owner": f"GM{choice.area[2:6]}" if not choice.area.startswith("GM") else "", "points": points,
    }  # fmt: skip


def _course(site: Site, area: str, figure: str) -> list[tuple[int, float, float | None]]:
    """Year, value and margin, as each year was published."""
    rows = site.results.here(site.results.of_area(area)).filter(
        (pl.col("indicator") == figure) & pl.col("value").is_not_null()
    )
    near = (pl.col("boundaries") - pl.col("year")).abs()
    ordered = rows.sort(near, "boundaries").unique("year", keep="first", maintain_order=True).sort("year")
    return [
        (year, value, margin_of(spread))
        for year, value, spread in ordered.select("year", "value", "spread").iter_rows()
    ]


def _figures(site: Site, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Composites, then figures by theme, each with its title."""
    return site.noted(("figures of the map", lang), lambda: _listed_figures(site, lang))


def _listed_figures(site: Site, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    known = set(site.results.indicators)
    words = words_of(lang)
    groups = [
        (words("map.composites"), [(id, site.title(id, lang)) for id in site.catalogue.composites if id in known])
    ]
    groups += [
        (title, sorted(own, key=lambda each: each[1].lower())) for _, title, own in subjects_of(site, known, lang)
    ]
    return [(title, own) for title, own in groups if own]


def _note(site: Site, drawn: Map | None, words: Callable[..., str]) -> str:
    if drawn is None:
        return ""
    return words("map.ground_invented" if site.invented else "map.ground", year=drawn.boundaries)


MAP = Page(
    "kaart",
    "/kaart",
    map_page,
    "map.html",
    "menu.map",
    of_town="gebied={stad}",
    styles=("vendor/maplibre-gl.css", "map.css"),
)
