"""The chapters in reading order, and the tables behind them for the workbook."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from stadspeil.report.chapters.below import below
from stadspeil.report.chapters.beside_groups import beside_groups
from stadspeil.report.chapters.certainty import certainty
from stadspeil.report.chapters.comings_and_goings import comings_and_goings
from stadspeil.report.chapters.composition import composition
from stadspeil.report.chapters.development import development
from stadspeil.report.chapters.key_indicators import key_indicators
from stadspeil.report.chapters.maps import maps
from stadspeil.report.chapters.mechanisms import mechanisms
from stadspeil.report.chapters.programmes import programmes
from stadspeil.report.chapters.renewal import renewal
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.chapters.weighed import weighed
from stadspeil.report.document import Chapter
from stadspeil.report.wording import Wording
from stadspeil.simulation.effects import masked
from stadspeil.simulation.reading import Outcome


def build_chapters(shown: Shown, words: Wording) -> tuple[Chapter, ...]:
    """The chapters that have something to say, in reading order."""
    makers: tuple[Callable[[Shown, Wording], Chapter | None], ...] = (
        mechanisms, key_indicators, development, below, comings_and_goings, maps, beside_groups, programmes, weighed, renewal,
        certainty, composition,
    )  # fmt: skip
    made = (maker(shown, words) for maker in makers)
    return tuple(chapter for chapter in made if chapter is not None)


def analysis_tables(shown: Shown) -> dict[str, pl.DataFrame]:
    """The analyses of the town and of its wijken and buurten, with names, for the workbook."""
    found = {}
    for name in IN_WORKBOOK:
        below = shown.inside(name) if name in _OF_BUURTEN else shown.table(name)
        if not below.is_empty():
            named = below.join(
                shown.small_areas.sort("boundaries").unique("area", keep="last").select("area", "name"),
                on="area", how="left", maintain_order="left",
            )  # fmt: skip
            found[name] = named.select("area", *(["name"] if name in _OF_BUURTEN else []), *below.columns[1:])
    tests, own = shown.analyses.get("group_tests"), shown.group_of_town()
    if tests is not None and own is not None and tests.filter(pl.col("group") == own.id).height:
        found["group_tests"] = tests.filter(pl.col("group") == own.id)
    found |= {name: shown.analyses[name] for name in _OF_ALL if not shown.analyses.get(name, pl.DataFrame()).is_empty()}
    effects = [_effects(each) for each in shown.outcomes]
    return found | ({"programme_effects": pl.concat(effects)} if effects else {})


def _effects(outcome: Outcome) -> pl.DataFrame:
    """Effects of a programme after its last year, all areas: without numbers where they may not be shown."""
    last = masked(outcome.effects.filter(pl.col("years") == outcome.years[-1]))
    names = {code: outcome.name(code) for code in last["area"].unique()}
    return last.select(
        "area", pl.col("area").replace(names).alias("name"), pl.lit(outcome.id).alias("programme"), "level", "years", "figure",
        pl.col("group").alias("part_of_figure"), "without", "low", "middle", "high", "pairs", "shown",
    )  # fmt: skip


# Of the whole field, not of one town.
_OF_ALL = ("mobility", "transitions", "lead_lag", "household_fit")
IN_WORKBOOK = (
    "mechanisms", "gaps", "rank_ranges", "sensitivity", "steps", "trends", "real_marks", "pockets", "pocket_changes", "splits", "clusters",
    "estimates", "kinds", "acceptability", "pairs", "twins", "twin_gaps", "segregation", "dissimilarity", "hot_spots",
    "grid_splits", "grid_buurten", "trend_gaps", "moves", "selectivity", "income_parts", "ties", "commuting", "treads",
    "household_change",
)  # fmt: skip
_OF_BUURTEN = ("pockets", "pocket_changes", "clusters", "hot_spots", "estimates", "kinds", "grid_buurten")
