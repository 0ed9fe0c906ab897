"""A map before it is drawn: per area a colour, what it says and why; and the legend with how many of each.

Colours stand here alone: tiles, the drawing, the legend and the chart beside the map all take them from a painting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from stadspeil.atlas.classes import (
    CHANGE_MARGIN,
    FEWEST,
    MIDDLE,
    UNKNOWN,
    Classes,
    classes_of,
    classes_of_change,
    classes_of_estimates,
)
from stadspeil.atlas.map_choice import CHANGE, SHOWN_BY, VALUE, Choice, analysed, division_of, divisions
from stadspeil.atlas.site import Site
from stadspeil.report.standing import HALF_INTERVAL

# Orange to blue where a side is favourable, purple to green where none is: both for the colour-blind.
JUDGED = ("#a84f04", "#fbdcb8", "#ffffff", "#cfe3f3", "#1f5f99")
NEUTRAL = ("#6a3d8f", "#dccbe6", "#ffffff", "#cbe7c6", "#1f7038")
GROUPS = ("#6a3d8f", "#e08214", "#ffffff", "#7fb6d9", "#1f7038")
KINDS = ("#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#44bb99", "#99ddff", "#bbcc33", "#aaaa00", "#c9b3de", "#b58a6c")
GREY = "#d4d4d0"
# All colours that a map may have, each once.
PALETTE = tuple(dict.fromkeys((*JUDGED, *NEUTRAL, *GROUPS, *KINDS)))
# Code of an area that is white because of its margin, and of one without a colour.
WITHIN, NONE = "w", "-"
# A kind that comes out of fewer than half of the repeats is no kind.
STEADY = 0.5
_QUADRANTS = {"laag-laag": 0, "hoog-laag": 1, "laag-hoog": 3, "hoog-hoog": 4}
_COLUMNS = ("area", "value", "margin", "n", "mark", "rank", "ranked", "low", "high", "first", "status")


@dataclass(frozen=True)
class Key:
    """An entry of the legend: the code of its areas, its colour, its words and how many areas have it."""

    code: str
    color: str
    words: str
    count: int


@dataclass(frozen=True)
class Painting:
    """One map.

    Shape:   `table` has a row per area: area, value, margin, n, mark, rank, ranked, low and high (the places that are
             possible), first (the earlier value of a change), status, code (of the legend) and why: '' for a colour,
             'margin', 'few', 'secret', 'none', 'elsewhere' or 'unsteady' for none, 'unsure' for a colour without a known margin.
    """

    scale: str
    year: int
    boundaries: int
    level: str
    table: pl.DataFrame
    colors: Mapping[str, str]

    def legend(self, words: Callable[..., str], within: str = "") -> tuple[Key, ...]:
        """Every code with its colour, words and count, from unfavourable or low on; grey last."""
        counts = dict(inside_of(self.table, within)["code"].value_counts().iter_rows())
        keys = [
            Key(code, color, words(f"map.key.{self.scale}.{code}", number=code), counts.get(code, 0))
            for code, color in self.colors.items() if code != NONE
        ]  # fmt: skip
        return (*keys, Key(NONE, GREY, words("map.no_figure"), counts.get(NONE, 0)))

    def why(self, reason: str, within: str = "") -> int:
        """How many areas have a reason."""
        return int((inside_of(self.table, within)["why"] == reason).sum())


def painting_of(site: Site, choice: Choice) -> Painting:
    """The painting of a choice; remembered."""
    return site.kept(("painting", *choice.key), lambda: _here(site, _MAKERS[choice.show](site, choice)))


def _here(site: Site, painting: Painting) -> Painting:
    """The painting without figures of wijken whose code means another place now: a map would show them there."""
    gone = [code for code, boundaries in site.results.elsewhere if boundaries == painting.boundaries]
    other = pl.col("area").is_in(gone)
    if not gone or not painting.table.select(other.any()).item():
        return painting
    empty = [pl.when(~other).then(pl.col(name)).alias(name) for name in _COLUMNS if name not in ("area", "status")]
    marked = [pl.when(other).then(pl.lit(words)).otherwise(pl.col(name)).alias(name)
              for name, words in (("code", NONE), ("why", "elsewhere"))]  # fmt: skip
    return replace(painting, table=painting.table.with_columns(*empty, *marked))


def is_judged(site: Site, id: str) -> bool:
    """Whether a side of the figure is favourable."""
    return sign_of(site, id) != 0


def sign_of(site: Site, id: str) -> int:
    """1 where more is favourable, -1 where less is, 0 where neither is; a composite mark is better when higher."""
    entry = site.catalogue.indicators.get(id)
    return {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}[entry.direction] if entry is not None else 1


def _value(site: Site, choice: Choice) -> Painting:
    table = site.results.edition(choice.figure, choice.year, choice.level)
    judged = is_judged(site, choice.figure) and bool(table["mark"].is_not_null().any())
    ranges = _ranges(site, choice, table) if choice.level == "gemeente" else None
    rows = table.with_columns(margin=HALF_INTERVAL * pl.col("spread"), first=pl.lit(None, pl.Float64))
    rows = _with_range(rows, ranges)
    classes = classes_of(table, judged, site.catalogue.parameter("mark_mean"), _straddles(rows))
    # What is known of the place is known of the color: as on the pages of the town.
    classes = replace(classes, unsure=classes.unsure & rows["low"].is_null().to_numpy())
    scale = "judged" if judged else "neutral"
    return _painted(choice, table, rows, classes, scale)


def _change(site: Site, choice: Choice) -> Painting:
    last, first = _pair(site, choice)
    both = last.join(
        first.select("area", first="value", first_spread="spread"), on="area", how="left", maintain_order="left"
    )
    both = both.with_columns(
        change=pl.col("value") - pl.col("first"),
        spread=(pl.col("spread") ** 2 + pl.col("first_spread") ** 2).sqrt(),
    ).sort("area")
    change, margin, base = (
        both[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("change", "spread", "n")
    )
    sign = sign_of(site, choice.figure)
    classes = classes_of_change(change, CHANGE_MARGIN * margin, base, sign or 1)
    rows = _with_range(both.with_columns(value=pl.col("change"), margin=CHANGE_MARGIN * pl.col("spread")), None)
    return _painted(choice, both, rows, classes, "change_judged" if sign else "change_neutral")


def _pair(site: Site, choice: Choice) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The later and the earlier edition on ground that stayed the same."""
    id, level, year, since = choice.figure, choice.level, choice.year, choice.since or choice.year
    if id in site.catalogue.composites:
        fixed = analysed(site, "real_marks", id).filter(pl.col("level") == level)
        last, first = (_newest(fixed.filter(pl.col("year") == each)) for each in (year, since))
        shown = site.results.edition(id, year, level).select("area", "n", "rank", "ranked", "status")
        last = last.join(shown, on="area", how="left", maintain_order="left")
        last, first = (
            each.with_columns(value=pl.col("fixed_mark"), spread=pl.col("fixed_spread")) for each in (last, first)
        )
    else:
        known = divisions(site, id)
        shared = set(known[level, year]) & set(known[level, since])
        on = max(shared) if shared else None
        last, first = (site.results.edition(id, each, level, on) for each in (year, since))
    one, other = (division_of(each) for each in (first, last))
    if one != other and level == "gemeente":
        touched = [code for code in first["area"] if site.results.register.touched(code, one, other)]
        first = first.filter(~pl.col("area").is_in(touched))
    return last, first


def _newest(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("boundaries") == pl.col("boundaries").max())


def _pockets(site: Site, choice: Choice) -> Painting:
    rows = _analysed(site, choice, {"difference": "value", "base": "n"})
    found = rows["found"].to_numpy()
    bad, hidden = rows["unfavourable"].to_numpy(), rows["wijk_hides"].to_numpy()
    judged = is_judged(site, choice.figure)
    side = np.where(bad, -1, 1) if judged else np.sign(rows["value"].fill_null(0.0).to_numpy()).astype(int)
    number = MIDDLE + np.where(found, side * (1 + hidden), 0)
    rows = rows.with_columns(margin=HALF_INTERVAL * pl.col("error"))
    return _simple(choice, rows, number, "pockets_judged" if judged else "pockets_neutral")


def _spots(site: Site, choice: Choice) -> Painting:
    rows = _beside(site, choice, _analysed(site, choice, {}), ["side", "z", "p"])
    side = rows["side"].replace_strict({"hoog": 1, "laag": -1}, default=0).fill_null(0).to_numpy()
    sign = sign_of(site, choice.figure)
    number = np.where(rows["value"].is_null().to_numpy(), UNKNOWN, MIDDLE + 2 * side * (sign or 1))
    return _simple(choice, rows, number, "spots_judged" if sign else "spots_neutral")


def _groups(site: Site, choice: Choice) -> Painting:
    rows = _beside(site, choice, _analysed(site, choice, {}), ["quadrant", "z", "p"])
    quadrant = rows["quadrant"].replace_strict(_QUADRANTS, default=MIDDLE).fill_null(MIDDLE).to_numpy()
    number = np.where(rows["value"].is_null().to_numpy(), UNKNOWN, quadrant)
    return _simple(choice, rows, number, "groups")


def _estimates(site: Site, choice: Choice) -> Painting:
    rows = _analysed(site, choice, {"base": "n"}).with_columns(base=pl.col("n"))
    sign = sign_of(site, choice.figure)
    classes = classes_of_estimates(rows, sign or 1)
    shown = rows.with_columns(
        first=pl.col("value"), value=pl.col("shrunken"), margin=(pl.col("high") - pl.col("low")) / 2,
        low=pl.lit(None, pl.Int32), high=pl.lit(None, pl.Int32),
    )  # fmt: skip
    return _painted(choice, rows, shown, classes, "estimates_judged" if sign else "neutral")


def _kinds(site: Site, choice: Choice) -> Painting:
    table = analysed(site, "kinds", choice.figure).sort("area")
    steady = (table["stability"] >= STEADY).to_numpy()
    rows = table.with_columns(value=pl.col("kind").cast(pl.Float64), boundaries=pl.lit(choice.year, pl.Int16))
    codes = [str(min(kind, len(KINDS) - 1)) if sure else NONE for kind, sure in zip(table["kind"], steady, strict=True)]
    known = sorted({each for each in codes if each != NONE})
    colors = {each: KINDS[int(each)] for each in known}
    why = np.where(steady, "", "unsteady")
    return _finished(
        choice,
        rows,
        pl.Series(codes, dtype=pl.String),
        pl.Series(why.tolist(), dtype=pl.String),
        "kinds",
        {**colors, NONE: GREY},
    )


_MAKERS: dict[str, Callable[[Site, Choice], Painting]] = {
    VALUE: _value, CHANGE: _change, "verborgen": _pockets, "plekken": _spots, "groepen": _groups,
    "geschat": _estimates, "soorten": _kinds,
}  # fmt: skip


def _analysed(site: Site, choice: Choice, renamed: Mapping[str, str]) -> pl.DataFrame:
    """The rows of the analysis in the year of the choice, on its newest division."""
    rows = _newest(analysed(site, SHOWN_BY[choice.show], choice.figure).filter(pl.col("year") == choice.year))
    shown = {new: pl.col(old) for old, new in renamed.items()}
    return rows.with_columns(**shown).sort("area")


def _beside(site: Site, choice: Choice, rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The areas that were looked at, with what the analysis found: it tells of findings alone."""
    on = division_of(rows)
    all_areas = site.results.edition(choice.figure, choice.year, choice.level, on)
    return all_areas.join(rows.select("area", *names), on="area", how="left", maintain_order="left").sort("area")


def _simple(choice: Choice, rows: pl.DataFrame, number: np.ndarray, scale: str) -> Painting:
    base = (
        rows["n"].cast(pl.Float64).fill_null(np.nan).to_numpy() if "n" in rows.columns else np.full(rows.height, np.nan)
    )
    few = (number != UNKNOWN) & (base < FEWEST)
    nothing = np.zeros(rows.height, dtype=bool)
    classes = Classes(np.where(few, UNKNOWN, number), nothing, few, nothing, (), True)
    shown = _with_range(rows, None)
    if "margin" not in rows.columns:
        shown = shown.with_columns(margin=HALF_INTERVAL * pl.col("spread"))
    return _painted(choice, rows, shown, classes, scale)


def _painted(choice: Choice, table: pl.DataFrame, rows: pl.DataFrame, classes: Classes, scale: str) -> Painting:
    secret = (
        (table["status"].cast(pl.String) == "geheim").fill_null(False).to_numpy()
        if "status" in table.columns else np.zeros(rows.height, dtype=bool)
    )  # fmt: skip
    unknown = classes.number == UNKNOWN
    codes = _named((NONE, WITHIN, *"01234"), np.where(unknown, 0, np.where(classes.within, 1, classes.number + 2)))
    reason = np.select([classes.few, unknown & secret, unknown, classes.within, classes.unsure], [1, 2, 3, 4, 5], 0)
    why = _named(("", "few", "secret", "none", "margin", "unsure"), reason)
    palette = GROUPS if scale == "groups" else NEUTRAL if scale.endswith("neutral") else JUDGED
    colors = {str(number): color for number, color in enumerate(palette)}
    if scale.startswith("spots"):
        colors = {code: color for code, color in colors.items() if code in ("0", "2", "4")}
    ordered = {code: color for code, color in colors.items() if code < str(MIDDLE)}
    ordered |= {code: color for code, color in colors.items() if code == str(MIDDLE)}
    if _has_margins(scale):
        ordered[WITHIN] = "#ffffff"
    ordered |= {code: color for code, color in colors.items() if code > str(MIDDLE)}
    return _finished(choice, rows, codes, why, scale, {**ordered, NONE: GREY})


def _has_margins(scale: str) -> bool:
    """Whether white may also mean 'within its margin' beside 'in the middle'."""
    return scale in ("judged", "neutral", "estimates_judged", "change_judged", "change_neutral")


def _named(names: Sequence[str], numbers: np.ndarray) -> pl.Series:
    """The name of each number."""
    return pl.Series(names, dtype=pl.String).gather(pl.Series(numbers.astype(np.uint32)))


def _finished(
    choice: Choice, rows: pl.DataFrame, codes: pl.Series, why: pl.Series, scale: str, colors: Mapping[str, str]
) -> Painting:  # fmt: skip
    boundaries = division_of(rows, choice.year)
    absent = [pl.lit(None).alias(name) for name in _COLUMNS if name not in rows.columns]
    table = rows.with_columns(*absent, code=codes, why=why)
    table = table.select(*_COLUMNS, "code", "why")
    return Painting(scale, choice.year, boundaries, choice.level, table, colors)


def _ranges(site: Site, choice: Choice, table: pl.DataFrame) -> pl.DataFrame | None:
    known = analysed(site, "rank_ranges", choice.figure).filter(
        (pl.col("year") == choice.year) & (pl.col("boundaries") == division_of(table))
    )
    return known if known.height else None


def _straddles(rows: pl.DataFrame) -> np.ndarray:
    """Whether the range of a place holds the middle of the field (report: Place.unsure)."""
    middle = (pl.col("ranked") + 1) / 2
    held = (pl.col("low") <= middle) & (middle <= pl.col("high"))
    found: np.ndarray = rows.select(held.fill_null(False)).to_series().to_numpy()
    return found


def _with_range(rows: pl.DataFrame, ranges: pl.DataFrame | None) -> pl.DataFrame:
    """With the places that are possible, as everywhere: the widest by noise and by other choices (report: Place.possible)."""
    if ranges is None:
        return rows.with_columns(low=pl.lit(None, pl.Int32), high=pl.lit(None, pl.Int32))
    ends = [f"{end}_{kind}" for kind in ("noise", "choices") for end in ("best", "worst")]
    joined = rows.join(ranges.select("area", *ends), on="area", how="left", maintain_order="left")
    known = pl.any_horizontal(pl.col(each).is_not_null() for each in ends) & pl.col("rank").is_not_null()
    return joined.with_columns(
        low=pl.when(known).then(pl.min_horizontal("best_noise", "best_choices", "rank").cast(pl.Int32)),
        high=pl.when(known).then(pl.max_horizontal("worst_noise", "worst_choices", "rank").cast(pl.Int32)),
    ).drop(ends)


def inside_of(table: pl.DataFrame, within: str) -> pl.DataFrame:
    """The areas of one gemeente, or all where none is given."""
    return table.filter(pl.col("area").str.slice(2, 4) == within[2:]) if within else table


def summary(painting: Painting, within: str = "") -> dict[str, Any]:
    """How many areas have a figure, how many stand demonstrably at either side, and of how many no margin is known."""
    table = inside_of(painting.table, within)
    sure = table.filter(pl.col("why") != "unsure")
    every, counts = (dict(each["code"].value_counts().iter_rows()) for each in (table, sure))
    return {
        "all": table.height, "number": table.height - every.get(NONE, 0), "unsure": table.height - sure.height,
        "low_seen": every.get("0", 0) + every.get("1", 0), "high_seen": every.get("3", 0) + every.get("4", 0),
        "low": counts.get("0", 0) + counts.get("1", 0), "high": counts.get("3", 0) + counts.get("4", 0),
        "hidden": counts.get("0", 0), "alike": counts.get("0", 0) + counts.get("4", 0),
        "apart": counts.get("1", 0) + counts.get("3", 0),
    }  # fmt: skip
