"""What a map is asked to show, made possible: figure, kind of answer, years, level, and where nothing fits what does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from stadspeil.analyses.store import FOLDER as ANALYSES
from stadspeil.analyses.store import read_analysis
from stadspeil.atlas.fields import FIELDS
from stadspeil.atlas.outlines import places_of
from stadspeil.atlas.preparing import BY_INDICATOR
from stadspeil.atlas.preparing import FOLDER as PREPARED
from stadspeil.atlas.site import Site
from stadspeil.atlas.tiles import Map, maps_of
from stadspeil.atlas.views import Asked
from stadspeil.errors import QuestionError
from stadspeil.shelf import has_shelf, read_shelf

LEVELS = ("gemeente", "wijk", "buurt")
AUTOMATIC = "vanzelf"
VALUE, CHANGE = "waarde", "verandering"
# What a map can show besides, and the analysis that says it.
SHOWN_BY = {"verborgen": "pockets", "plekken": "hot_spots", "groepen": "clusters", "geschat": "estimates",
            "soorten": "kinds"}  # fmt: skip
# Analyses that tell of findings: an area without one is nothing special.
FINDINGS = ("verborgen", "plekken", "groepen")
_OF_NO_FIGURE = "kinds"

Editions = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Choice:
    """One map. `auto` is whether the level follows the zoom; `missed` are keys of texts for what could not be had."""

    figure: str
    show: str
    year: int
    since: int | None
    level: str
    auto: bool
    within: str
    area: str
    levels: tuple[str, ...]
    years: tuple[int, ...]
    firsts: tuple[int, ...]
    missed: tuple[tuple[str, Mapping[str, object]], ...] = field(default=(), hash=False, compare=False)

    @property
    def inside(self) -> str:
        """The gemeente whose areas are meant; '' for the whole country, which a map of gemeenten always is."""
        return self.within if self.level != "gemeente" else ""

    @property
    def key(self) -> tuple[object, ...]:
        """What the painting depends on."""
        return self.figure, self.show, self.year, self.since, self.level


def choice_of(site: Site, asked: Asked) -> Choice:
    """The map of an address; each part has a sensible default.

    Raises:  QuestionError for an unknown figure or area, or where there are no results.
    """
    figure = _figure(site, asked)
    shows = shows_of(site, figure)
    show = asked.get("toon", VALUE)
    missed: list[tuple[str, Mapping[str, object]]] = []
    if show not in shows:
        missed.append(("missed_show", {}))
        show = VALUE
    within = _town(site, asked.get("binnen"))
    area = asked.get("gebied").upper()
    area = area if area in site.results.names else ""
    editions = _inside(site, figure, show, within)
    levels = tuple(each for each in LEVELS if each in editions)
    if not levels:
        raise QuestionError(
            f"cijfer '{figure}'", "daar zijn geen gebieden met een uitkomst van", "kies een ander cijfer"
        )
    wanted = asked.get("niveau", AUTOMATIC)
    auto = wanted not in LEVELS
    on_map = tuple(each for each in levels if any(each in one.levels for one in maps(site))) or levels
    level = _level(asked.get("vlak") if auto else wanted, on_map if auto else levels, auto, bool(within))
    if not auto and level != wanted:
        missed.append(("missed_level", {"wanted": wanted, "level": level}))
    years = tuple(sorted(editions[level]))
    asked_year = asked.number("jaar")
    year = asked_year if asked_year is not None and asked_year in editions[level] else _widest(editions[level])
    if asked_year is not None and asked_year != year:
        missed.append(("missed_year", {"wanted": asked_year, "year": year}))
    firsts = _firsts(site, figure, level, year) if show == CHANGE else ()
    since = _since(asked.number("sinds"), firsts) if show == CHANGE else None
    return Choice(
        figure, show, year, since, level, auto, within, area, levels, years, firsts, tuple(missed),
    )  # fmt: skip


def warm_maps(site: Site) -> None:
    """Read what every map needs."""
    for analysis in SHOWN_BY.values():
        figures_in(site, analysis)
    maps(site)


def maps(site: Site) -> tuple[Map, ...]:
    """The maps of the workspace."""
    return site.noted("maps", lambda: maps_of(site.workspace))


def codes_of(site: Site, drawn: Map, level: str) -> pl.Series:
    """The areas of a map, in order of code."""
    key = ("codes", drawn.boundaries, level)
    return site.noted(key, lambda: places_of(site.workspace, drawn.boundaries, level)["area"].rechunk())


def shows_of(site: Site, figure: str) -> tuple[str, ...]:
    """What can be shown of a figure."""
    found = [VALUE]
    if _may_change(site, figure):
        found.append(CHANGE)
    found += [show for show, name in SHOWN_BY.items() if figure in figures_in(site, name)]
    return tuple(found)


def figures_in(site: Site, analysis: str) -> frozenset[str]:
    """The figures that an analysis tells of; all where it is of no figure."""

    def read() -> frozenset[str]:
        folder = site.workspace.out / ANALYSES / analysis
        if not has_shelf(folder):
            return frozenset()
        if analysis == _OF_NO_FIGURE:
            return frozenset(site.results.indicators) if read_shelf(folder, {}, ["area"]).height else frozenset()
        return frozenset(read_shelf(folder, {}, ["indicator"])["indicator"].unique())

    return site.noted(("figures in", analysis), read)


def analysed(site: Site, analysis: str, figure: str) -> pl.DataFrame:
    """The rows of an analysis on one figure."""
    wanted: dict[str, list[object]] = {} if analysis == _OF_NO_FIGURE else {"indicator": [figure]}
    return site.kept(
        ("analysed", analysis, *wanted.get("indicator", [])), lambda: read_analysis(site.workspace, analysis, wanted)
    )


def editions_of(site: Site, figure: str, show: str = VALUE) -> Editions:
    """By level, by year: of how many areas there is something to show."""
    return site.noted(("editions", figure, show), lambda: _editions(site, figure, show))


def _inside(site: Site, figure: str, show: str, within: str) -> Editions:
    """The editions that can be shown: below the gemeente those in which the gemeente that was asked for has figures."""
    everywhere = editions_of(site, figure, show)
    if not within:
        return everywhere
    own = site.noted(("editions", figure, show, within), lambda: _editions(site, figure, show, within))
    return {level: sizes for level in everywhere
            if (sizes := everywhere[level] if level == "gemeente" else own.get(level, {}))}  # fmt: skip


def divisions(site: Site, figure: str) -> Mapping[tuple[str, int], tuple[int, ...]]:
    """The divisions on which values of a level and year are known, in order."""

    def find() -> dict[tuple[str, int], tuple[int, ...]]:
        counted = _counted(site, figure)
        table = _known(site, figure) if counted is None else counted
        found = table.select("level", "year", "boundaries").unique().sort("boundaries")
        grouped: dict[tuple[str, int], tuple[int, ...]] = {}
        for level, year, boundaries in found.iter_rows():
            grouped[level, year] = (*grouped.get((level, year), ()), boundaries)
        return grouped

    return site.noted(("divisions", figure), find)


def division_of(table: pl.DataFrame, otherwise: int = 0) -> int:
    """The newest division of a table."""
    return max(table["boundaries"].drop_nulls().unique().to_list(), default=otherwise)


def first_map(site: Site) -> str:
    """The figure that a map opens on."""
    known = site.results.indicators
    if not known:
        raise QuestionError("kaart", "er zijn nog geen cijfers om te tonen", "draai eerst 'stadspeil score'")
    composites = [each for each in site.catalogue.composites if each in known]
    return next((each for each in composites if editions_of(site, each)), known[0])


def _figure(site: Site, asked: Asked) -> str:
    figure = asked.get("cijfer") or first_map(site)
    if figure not in site.results.indicators:
        raise QuestionError(f"cijfer '{figure}'", "daar zijn geen uitkomsten van", "kies een cijfer in de lijst")
    return figure


def _town(site: Site, code: str) -> str:
    if not code:
        return ""
    known = site.area(code)
    return f"GM{known[2:6]}" if known[:2] in ("GM", "WK", "BU") else ""


def _level(wanted: str, levels: tuple[str, ...], auto: bool, inside: bool) -> str:
    if wanted in levels:
        return wanted
    if auto:
        return levels[-1] if inside else levels[0]
    order = LEVELS.index(wanted)
    return min(levels, key=lambda each: abs(LEVELS.index(each) - order))


def _widest(sizes: Mapping[int, int]) -> int:
    """The newest year that is known of at least half as many areas as any: one town's newer file is no map."""
    return max(year for year, size in sizes.items() if 2 * size >= max(sizes.values()))


def _editions(site: Site, figure: str, show: str, within: str = "") -> Editions:
    if show == CHANGE:
        values = _editions(site, figure, VALUE, within) if within else editions_of(site, figure)
        return {
            level: kept for level, sizes in values.items()
            if (kept := {year: size for year, size in sizes.items() if _firsts(site, figure, level, year)})
        }  # fmt: skip
    counted = _counted(site, figure) if show == VALUE and not within else None
    if counted is not None and not counted.select("level", "year").is_duplicated().any():
        return _by_level(counted.select("level", "year", "known").sort("year"))
    if show == VALUE:
        table = _known(site, figure)
    elif show == "soorten":
        newest = division_of(site.results.areas.filter(pl.col("level") == "buurt"))
        return {"buurt": {newest: analysed(site, _OF_NO_FIGURE, figure).height}}
    else:
        table = analysed(site, SHOWN_BY[show], figure).with_columns(level=_level_of(pl.col("area")))
    if within:
        table = table.filter(pl.col("area").str.slice(2, 4) == within[2:])
    return _by_level(table.group_by("level", "year").agg(pl.col("area").n_unique()).sort("year"))


def _by_level(sizes: pl.DataFrame) -> Editions:
    found: dict[str, dict[int, int]] = {}
    for level, year, size in sizes.iter_rows():
        if level in LEVELS:
            found.setdefault(level, {})[year] = size
    return found


def _known(site: Site, figure: str) -> pl.DataFrame:
    """Where there are values of a figure; no more is read, for a country has many."""
    folder = site.workspace.out / PREPARED / BY_INDICATOR
    table = read_shelf(folder, {"indicator": [figure]}, ["area", "level", "year", "boundaries", "value"])
    return table.filter(pl.col("value").is_not_null())


def _counted(site: Site, figure: str) -> pl.DataFrame | None:
    """Of how many areas there are values per level, year and division, as counted when the site was made ready."""

    def count() -> Mapping[str, pl.DataFrame]:
        table = site.results.prepared(FIELDS)
        if table.is_empty():
            return {}
        known = table.filter(pl.col("known") > 0)
        parted = known.partition_by("indicator", as_dict=True, maintain_order=True)
        return {"": known.clear(), **{str(id): own for (id,), own in parted.items()}}

    counted = site.results.once("counted", count)
    return counted.get(figure, counted[""]) if counted else None


def _level_of(code: pl.Expr) -> pl.Expr:
    return code.str.slice(0, 2).replace_strict({"GM": "gemeente", "WK": "wijk", "BU": "buurt"}, default="")


def _may_change(site: Site, figure: str) -> bool:
    """Whether any year has an earlier one to be held beside; found soonest at the newest."""
    return any(
        _firsts(site, figure, level, year)
        for level, sizes in editions_of(site, figure).items() for year in reversed(list(sizes))
    )  # fmt: skip


def _firsts(site: Site, figure: str, level: str, year: int) -> tuple[int, ...]:
    """Earlier years that may be held beside a year: by the same definition and on ground that stayed the same."""
    composite = figure in site.catalogue.composites
    if composite:
        if level != "gemeente":
            return ()
        years = _fixed_years(site, figure)
        return tuple(each for each in years if each < year) if year in years else ()
    last = site.catalogue.unbroken_since(figure, year)
    known = divisions(site, figure)
    here = set(known.get((level, year), ()))
    return tuple(
        sorted(
            other for (of, other), on in known.items()
            if of == level and last <= other < year and (level == "gemeente" or here & set(on))
        )
    )  # fmt: skip


def _fixed_years(site: Site, figure: str) -> tuple[int, ...]:
    table = analysed(site, "real_marks", figure).filter(
        (pl.col("level") == "gemeente") & pl.col("fixed_mark").is_not_null()
    )
    return tuple(int(each) for each in table["year"].unique().sort())


def _since(wanted: int | None, firsts: tuple[int, ...]) -> int | None:
    """The year asked for if it can be; else as far back as there is."""
    if wanted in firsts:
        return wanted
    return firsts[0] if firsts else None
