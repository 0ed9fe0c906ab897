"""What the tables of analyses promise. They stand in out/analyses/<name>/ of a workspace."""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import Contract, Level

PLACE = {"area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "indicator": pl.String}

RANK_RANGES = Contract(
    name="rank_ranges",
    row="the places that a gemeente may have: by noise of the values, and by other choices of method",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "rank": pl.Int32, "ranked": pl.Int32,
        "best_noise": pl.Int32, "worst_noise": pl.Int32, "best_noise_own": pl.Int32, "worst_noise_own": pl.Int32,
        "best_choices": pl.Int32, "middle_choices": pl.Int32, "worst_choices": pl.Int32,
        "lowest_tenth": pl.Float64, "hangs_on": pl.String,
    },
    required=("area", "year", "boundaries", "indicator", "rank", "ranked"),
)  # fmt: skip

ACCEPTABILITY = Contract(
    name="acceptability",
    row="share of the draws with other choices in which a gemeente is in each tenth of the field, best tenth first",
    key=("area", "year", "boundaries", "indicator"),
    columns={**PLACE, "rank": pl.Int32, "ranked": pl.Int32, **{f"tenth_{each}": pl.Float64 for each in range(1, 11)}},
    required=("area", "year", "boundaries", "indicator", "rank", "ranked", "tenth_1", "tenth_10"),
)

PAIRS = Contract(
    name="pairs",
    row="a town beside one of its comparison towns on one figure: which is ahead, and how sure that is",
    key=("area", "other", "year", "boundaries", "indicator"),
    columns={
        "area": pl.String, "other": pl.String, "kind": pl.String, "year": pl.Int16, "boundaries": pl.Int16,
        "indicator": pl.String, "value": pl.Float64, "other_value": pl.Float64, "difference": pl.Float64,
        "error": pl.Float64, "ahead_choices": pl.Float64, "ahead_noise": pl.Float64, "verdict": pl.String,
        "favourable": pl.Boolean,
    },
    required=("area", "other", "kind", "year", "boundaries", "indicator", "value", "other_value", "verdict"),
)  # fmt: skip

SENSITIVITY = Contract(
    name="sensitivity",
    row="how much one choice of method moves the places in a composite: of one gemeente, or of the field (area NL)",
    key=("area", "year", "boundaries", "indicator", "choice"),
    columns={
        **PLACE, "choice": pl.String, "first": pl.Float64, "first_low": pl.Float64, "first_high": pl.Float64,
        "total": pl.Float64, "total_low": pl.Float64, "total_high": pl.Float64,
    },
    required=("area", "year", "boundaries", "indicator", "choice"),
)  # fmt: skip

STEPS = Contract(
    name="steps",
    row="what one part adds to the distance of a composite mark from the mean, and what it would take to rise",
    key=("area", "year", "boundaries", "indicator", "part"),
    columns={
        **PLACE, "part": pl.String, "mark": pl.Float64, "weight": pl.Float64, "adds": pl.Float64,
        "place_wanted": pl.Int32, "mark_wanted": pl.Float64, "value_wanted": pl.Float64,
    },
    required=("area", "year", "boundaries", "indicator", "part", "adds"),
)  # fmt: skip

REAL_MARKS = Contract(
    name="real_marks",
    row="a mark on the scale of a fixed base year, so that real change shows",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "level": Level, "base_year": pl.Int16, "mark": pl.Float64, "fixed_mark": pl.Float64,
        "fixed_spread": pl.Float64,
    },
    required=("area", "year", "boundaries", "indicator", "base_year"),
)  # fmt: skip

CHECKS = Contract(
    name="checks",
    row="one internal check of a composite: a part, or a pair of parts",
    key=("year", "boundaries", "indicator", "check", "part", "other"),
    columns={
        "year": pl.Int16, "boundaries": pl.Int16, "indicator": pl.String, "check": pl.String, "part": pl.String,
        "other": pl.String, "value": pl.Float64, "note": pl.String,
    },
    required=("year", "boundaries", "indicator", "check", "part", "other"),
)  # fmt: skip

POCKETS = Contract(
    name="pockets",
    row="a buurt against the rest of its wijk on one figure, in the newest year",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "value": pl.Float64, "rest": pl.Float64, "wijk_value": pl.Float64, "difference": pl.Float64,
        "error": pl.Float64, "ordinary": pl.Float64, "p": pl.Float64, "base": pl.Float64, "found": pl.Boolean,
        "unfavourable": pl.Boolean, "wijk_hides": pl.Boolean, "signals": pl.Int32,
    },
    required=("area", "year", "boundaries", "indicator", "found", "wijk_hides", "signals"),
)  # fmt: skip

POCKET_CHANGES = Contract(
    name="pocket_changes",
    row="the change of a buurt against that of the rest of its wijk, on one division",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "first_year": pl.Int16, "change": pl.Float64, "rest": pl.Float64, "wijk_change": pl.Float64,
        "difference": pl.Float64, "error": pl.Float64, "ordinary": pl.Float64, "p": pl.Float64, "base": pl.Float64,
        "found": pl.Boolean, "unfavourable": pl.Boolean, "wijk_hides": pl.Boolean,
    },
    required=("area", "year", "boundaries", "indicator", "first_year", "found", "wijk_hides"),
)  # fmt: skip

SPLITS = Contract(
    name="splits",
    row="how the differences between buurten divide: of the country (area NL) or inside a gemeente",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "measure": pl.String, "total": pl.Float64, "between_gemeenten": pl.Float64,
        "between_wijken": pl.Float64, "within_wijken": pl.Float64,
    },
    required=("area", "year", "boundaries", "indicator", "measure", "total"),
)  # fmt: skip

SEGREGATION = Contract(
    name="segregation",
    row="how far groups of people or homes live apart: of the country (area NL) or inside a gemeente, chance taken off",
    key=("area", "year", "boundaries", "family"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "family": pl.String, "h": pl.Float64,
        "total": pl.Float64, "between_gemeenten": pl.Float64, "between_wijken": pl.Float64,
        "within_wijken": pl.Float64, "chance": pl.Float64, "entropy": pl.Float64, "people": pl.Float64,
        "buurten": pl.Int32, "left_out": pl.Float64,
    },
    required=("area", "year", "boundaries", "family", "total", "within_wijken", "chance", "people", "buurten"),
)  # fmt: skip

DISSIMILARITY = Contract(
    name="dissimilarity",
    row="share of a group that would have to move for an even spread over buurten, and what chance alone would give",
    key=("area", "year", "boundaries", "family", "group"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "family": pl.String, "group": pl.String,
        "share": pl.Float64, "d": pl.Float64, "d_by_chance": pl.Float64, "people": pl.Float64, "buurten": pl.Int32,
    },
    required=("area", "year", "boundaries", "family", "group", "share", "d", "d_by_chance", "people", "buurten"),
)  # fmt: skip

HOT_SPOTS = Contract(
    name="hot_spots",
    row="a buurt that together with its neighbours lies demonstrably high or low (Getis-Ord)",
    key=("area", "year", "boundaries", "indicator"),
    columns={**PLACE, "value": pl.Float64, "side": pl.String, "z": pl.Float64, "p": pl.Float64},
    required=("area", "year", "boundaries", "indicator", "side", "z", "p"),
)

GROUP_TESTS = Contract(
    name="group_tests",
    row="the mean of a group beside that of the rest of the country or of another group, on one figure",
    key=("group", "other", "year", "boundaries", "indicator"),
    columns={
        "group": pl.String, "other": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "indicator": pl.String,
        "mean": pl.Float64, "other_mean": pl.Float64, "difference": pl.Float64, "p": pl.Float64,
        "exact": pl.Boolean, "g": pl.Float64, "g_low": pl.Float64, "g_high": pl.Float64, "members": pl.Int32,
        "others": pl.Int32, "found": pl.Boolean,
    },
    required=(
        "group", "other", "year", "boundaries", "indicator", "mean", "other_mean", "difference", "p", "exact",
        "members", "others", "found",
    ),
)  # fmt: skip

TWINS = Contract(
    name="twins",
    row="one of the gemeenten most like a gemeente in structure, never in outcome",
    key=("area", "twin"),
    columns={
        "area": pl.String, "twin": pl.String, "boundaries": pl.Int16, "nearness": pl.Int32, "distance": pl.Float64,
        "dimensions": pl.Int32,
    },
    required=("area", "twin", "boundaries", "nearness", "distance", "dimensions"),
)  # fmt: skip

TWIN_GAPS = Contract(
    name="twin_gaps",
    row="the mark of a town beside the mean mark of its twins, with the noise of that distance",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "mark": pl.Float64, "twins_mark": pl.Float64, "lowest": pl.Float64, "highest": pl.Float64,
        "present": pl.Int32, "difference": pl.Float64, "error": pl.Float64, "verdict": pl.String,
    },
    required=("area", "year", "boundaries", "indicator", "mark", "twins_mark", "present", "difference", "verdict"),
)  # fmt: skip

CLUSTERS = Contract(
    name="clusters",
    row="a buurt that, with its neighbours on the map, forms a cluster, or stands out among them",
    key=("area", "year", "boundaries", "indicator"),
    columns={**PLACE, "value": pl.Float64, "quadrant": pl.String, "z": pl.Float64, "p": pl.Float64},
    required=("area", "year", "boundaries", "indicator", "quadrant"),
)

ESTIMATES = Contract(
    name="estimates",
    row="the raw share of a buurt with its interval, and the shrunken one to order and map by",
    key=("area", "year", "boundaries", "indicator"),
    columns={
        **PLACE, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "shrunken": pl.Float64,
        "pull": pl.Float64, "far": pl.Float64, "threshold": pl.Float64, "beyond": pl.Float64, "base": pl.Float64,
    },
    required=("area", "year", "boundaries", "indicator", "value", "shrunken", "pull"),
)  # fmt: skip

TRENDS = Contract(
    name="trends",
    row="the change of one figure of a gemeente or the country over the years, on one division",
    key=("area", "indicator"),
    columns={
        "area": pl.String, "indicator": pl.String, "scale": pl.String, "boundaries": pl.Int16, "first_year": pl.Int16,
        "last_year": pl.Int16, "first": pl.Float64, "last": pl.Float64, "change": pl.Float64, "low": pl.Float64,
        "high": pl.Float64, "smallest_detectable": pl.Float64, "verdict": pl.String, "slope": pl.Float64,
        "slope_low": pl.Float64, "slope_high": pl.Float64, "p": pl.Float64, "years": pl.Int32,
        "country_change": pl.Float64, "beyond_country": pl.Float64, "broken": pl.Boolean, "broken_by": pl.String,
        "break_year": pl.Int16,
    },
    required=("area", "indicator", "scale", "boundaries", "first_year", "last_year", "verdict", "years", "broken"),
)  # fmt: skip

TREND_GAPS = Contract(
    name="trend_gaps",
    row="the change of a town less that of a group, its region or the country, over the same years and areas",
    key=("area", "indicator", "group"),
    columns={
        "area": pl.String, "indicator": pl.String, "group": pl.String, "kind": pl.String, "scale": pl.String,
        "first_year": pl.Int16, "last_year": pl.Int16, "own_change": pl.Float64, "group_change": pl.Float64,
        "difference": pl.Float64, "low": pl.Float64, "high": pl.Float64, "verdict": pl.String, "group_slope": pl.Float64,
        "slope_difference": pl.Float64, "slope_low": pl.Float64, "slope_high": pl.Float64, "members": pl.Int32,
        "present": pl.Int32,
    },
    required=("area", "indicator", "group", "kind", "scale", "first_year", "last_year", "verdict", "members", "present"),
)  # fmt: skip

MECHANISMS = Contract(
    name="mechanisms",
    row="one measure of a mechanism of a town: where it stands, since the baseline, and on course or not",
    key=("area", "mechanism", "measured"),
    columns={
        "area": pl.String, "mechanism": pl.String, "measured": pl.String, "baseline_year": pl.Int16, "year": pl.Int16,
        "years": pl.Int32, "value": pl.Float64, "baseline": pl.Float64, "region": pl.Float64, "gap": pl.Float64,
        "baseline_gap": pl.Float64, "goal_year": pl.Int16, "projection": pl.Float64, "low": pl.Float64,
        "high": pl.Float64, "verdict": pl.String, "reason": pl.String,
    },
    required=("area", "mechanism", "measured", "years", "goal_year", "verdict", "reason"),
)  # fmt: skip

GAPS = Contract(
    name="gaps",
    row="the distance of a town from a group, its region or the country, with the noise of that distance",
    key=("area", "year", "boundaries", "indicator", "group"),
    columns={
        **PLACE, "group": pl.String, "kind": pl.String, "value": pl.Float64, "group_value": pl.Float64,
        "gap": pl.Float64, "low": pl.Float64, "high": pl.Float64, "verdict": pl.String,
    },
    required=("area", "year", "boundaries", "indicator", "group", "kind", "verdict"),
)  # fmt: skip

KINDS = Contract(
    name="kinds",
    row="the kind of a buurt by its structure, and how stable that kind is",
    key=("area",),
    columns={"area": pl.String, "kind": pl.Int32, "stability": pl.Float64, "agreement": pl.Float64},
    required=("area", "kind", "stability", "agreement"),
)

MOBILITY = Contract(
    name="mobility",
    row="how far gemeenten moved between fifths of the field from the first to the last year of a figure",
    key=("indicator",),
    columns={
        "indicator": pl.String, "first_year": pl.Int16, "last_year": pl.Int16, "areas": pl.Int32, "moved": pl.Float64,
        "moved_by_noise": pl.Float64, "tau": pl.Float64,
    },
    required=("indicator", "first_year", "last_year", "areas", "moved"),
)  # fmt: skip

TRANSITIONS = Contract(
    name="transitions",
    row="the share of the areas of one fifth of the first year that are in another fifth in the last, beside noise alone",
    key=("level", "indicator", "boundaries", "from_fifth", "to_fifth"),
    columns={
        "level": Level, "indicator": pl.String, "first_year": pl.Int16, "last_year": pl.Int16, "boundaries": pl.Int16,
        "areas": pl.Int32, "from_fifth": pl.Int8, "to_fifth": pl.Int8, "share": pl.Float64,
        "share_by_noise": pl.Float64,
    },
    required=("level", "indicator", "first_year", "last_year", "boundaries", "areas", "from_fifth", "to_fifth", "share"),
)  # fmt: skip

LEAD_LAG = Contract(
    name="lead_lag",
    row="whether one end of an arrow of the causal map moves before the other, in gemeenten: a relation, no cause",
    key=("arrow", "cause_measured", "effect_measured"),
    columns={
        "arrow": pl.String, "cause_measured": pl.String, "effect_measured": pl.String, "first_year": pl.Int16,
        "last_year": pl.Int16, "years": pl.Int32, "gemeenten": pl.Int32, "ahead": pl.Float64, "ahead_low": pl.Float64,
        "ahead_high": pl.Float64, "ahead_p": pl.Float64, "behind": pl.Float64, "behind_low": pl.Float64,
        "behind_high": pl.Float64, "behind_p": pl.Float64, "verdict": pl.String, "agrees": pl.Boolean,
    },
    required=("arrow", "cause_measured", "effect_measured", "years", "gemeenten", "verdict"),
)  # fmt: skip

_SQUARES = {"year": pl.Int16, "boundaries": pl.Int16, "field": pl.String}

GRID_SPLITS = Contract(
    name="grid_splits",
    row="how the differences between squares of 100 m divide: of all squares (area NL) or inside a gemeente",
    key=("area", "year", "boundaries", "field"),
    columns={
        "area": pl.String, **_SQUARES, "squares": pl.Int32, "total": pl.Float64, "between_gemeenten": pl.Float64,
        "between_wijken": pl.Float64, "between_buurten": pl.Float64, "within_buurten": pl.Float64,
        "within_buurten_pct": pl.Float64,
    },
    required=("area", "year", "boundaries", "field", "squares", "total", "within_buurten"),
)  # fmt: skip

GRID_BUURTEN = Contract(
    name="grid_buurten",
    row="what the squares of 100 m inside a buurt say about it as a whole, on one figure",
    key=("area", "year", "boundaries", "field"),
    columns={
        "area": pl.String, **_SQUARES, "squares": pl.Int32, "value": pl.Float64, "spread": pl.Float64,
        "tested": pl.Boolean, "pockets": pl.Int32, "pockets_unfavourable": pl.Int32, "pocket_squares": pl.Int32,
        "cold": pl.Int32, "low_among_high": pl.Int32, "looks_average": pl.Boolean, "buurt_hides": pl.Boolean,
    },
    required=("area", "year", "boundaries", "field", "squares", "value", "tested", "looks_average", "buurt_hides"),
)  # fmt: skip

GRID_POCKETS = Contract(
    name="grid_pockets",
    row="squares of 100 m that lie together and differ from the rest of their buurt, on one figure",
    key=("area", "year", "boundaries", "field", "pocket"),
    columns={
        "area": pl.String, **_SQUARES, "pocket": pl.Int32, "squares": pl.Int32, "value": pl.Float64,
        "rest": pl.Float64, "difference": pl.Float64, "error": pl.Float64, "unfavourable": pl.Boolean,
        "buurt_hides": pl.Boolean, "most": pl.String,
    },
    required=("area", "year", "boundaries", "field", "pocket", "squares", "difference", "unfavourable"),
)  # fmt: skip

GRID_SQUARES = Contract(
    name="grid_squares",
    row="a square of 100 m that differs from the rest of its buurt, or stands out on the map; for a town's own work",
    key=("square", "year", "field"),
    columns={
        "square": pl.String, "area": pl.String, **_SQUARES, "value": pl.Float64, "rest": pl.Float64,
        "difference": pl.Float64, "error": pl.Float64, "p": pl.Float64, "found": pl.Boolean, "pocket": pl.Int32,
        "quadrant": pl.String, "gi": pl.Float64,
    },
    required=("square", "area", "year", "boundaries", "field", "value", "found"),
)  # fmt: skip

MOVES = Contract(
    name="moves",
    row="who came to, left and moved within a gemeente in a year, of one group",
    key=("area", "year", "boundaries", "family", "group"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "family": pl.String, "group": pl.String,
        "arrived": pl.Float64, "left": pl.Float64, "balance": pl.Float64, "balance_low": pl.Float64,
        "balance_high": pl.Float64, "within": pl.Float64, "within_pct": pl.Float64, "people": pl.Float64,
        "arrived_per_1000": pl.Float64, "left_per_1000": pl.Float64, "balance_per_1000": pl.Float64,
    },
    required=("area", "year", "boundaries", "family", "group", "arrived", "left", "balance"),
)  # fmt: skip

SELECTIVITY = Contract(
    name="selectivity",
    row="whether a group comes to a gemeente more than it goes, over some years, and leaves sooner than elsewhere",
    key=("area", "family", "group"),
    columns={
        "area": pl.String, "family": pl.String, "group": pl.String, "first_year": pl.Int16, "last_year": pl.Int16,
        "boundaries": pl.Int16, "arrived": pl.Float64, "left": pl.Float64, "index": pl.Float64, "low": pl.Float64,
        "high": pl.Float64, "verdict": pl.String, "towns_index": pl.Float64, "leaving": pl.Float64,
        "leaving_low": pl.Float64, "leaving_high": pl.Float64, "leaving_verdict": pl.String,
    },
    required=("area", "family", "group", "first_year", "last_year", "boundaries", "arrived", "left", "verdict"),
)  # fmt: skip

INCOME_PARTS = Contract(
    name="income_parts",
    row="a part of the change of a mean or share of a gemeente in a year: exact, or the bounds of what it may be",
    key=("area", "year", "measured", "part"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "measured": pl.String, "part": pl.String,
        "persons": pl.Float64, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "certainty": pl.String,
    },
    required=("area", "year", "boundaries", "measured", "part", "low", "high", "certainty"),
)  # fmt: skip

TIES = Contract(
    name="ties",
    row="moves between a town and its dominant gemeente, the rest of its region, or the rest of the country",
    key=("area", "year", "boundaries", "partner"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "partner": pl.String, "arrived": pl.Float64,
        "left": pl.Float64, "balance": pl.Float64, "balance_low": pl.Float64, "balance_high": pl.Float64,
        "arrived_pct": pl.Float64, "left_pct": pl.Float64, "towns_arrived_pct": pl.Float64,
        "towns_left_pct": pl.Float64,
    },
    required=("area", "year", "boundaries", "partner", "arrived", "left", "balance"),
)  # fmt: skip

COMMUTING = Contract(
    name="commuting",
    row="where those who live in a gemeente work, and how far that turns towards one other gemeente",
    key=("area", "year", "boundaries"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "workers": pl.Float64, "jobs": pl.Float64,
        "own_pct": pl.Float64, "largest_to": pl.String, "largest_pct": pl.Float64, "both_ways_pct": pl.Float64,
        "largest_of_leaving_pct": pl.Float64, "concentration": pl.Float64, "evenness": pl.Float64,
        "from_country": pl.Float64, "likeness": pl.Float64, "large_cities_pct": pl.Float64, "unique_rank": pl.Int32,
        "ranked": pl.Int32,
    },
    required=("area", "year", "boundaries", "workers", "largest_to", "unique_rank", "ranked"),
)  # fmt: skip

FRICTION = Contract(
    name="friction",
    row="what distance does to moves or commuting between gemeenten: exp(-bend ln(1 + km) - slope km)",
    key=("flow", "year", "boundaries"),
    columns={
        "flow": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "gemeenten": pl.Int32, "bend": pl.Float64,
        "bend_low": pl.Float64, "bend_high": pl.Float64, "slope": pl.Float64, "slope_low": pl.Float64,
        "slope_high": pl.Float64, "scatter": pl.Float64,
    },
    required=("flow", "year", "boundaries", "gemeenten", "bend", "slope", "scatter"),
)  # fmt: skip

PULL = Contract(
    name="pull",
    row="how much a gemeente draws from others when distance is taken out, as a logarithm beside the mean of all",
    key=("area", "flow", "year", "boundaries"),
    columns={
        "area": pl.String, "flow": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "arrived": pl.Float64,
        "left": pl.Float64, "pull": pl.Float64, "pull_for_size": pl.Float64, "rank": pl.Int32, "ranked": pl.Int32,
    },
    required=("area", "flow", "year", "boundaries", "arrived", "left", "pull", "pull_for_size", "rank", "ranked"),
)  # fmt: skip

TREADS = Contract(
    name="treads",
    row="a tread of the escalator of a town: homes that fit a kind of household, beside those who seek them, in bounds",
    key=("area", "group", "household", "age", "income"),
    columns={
        "area": pl.String, "year": pl.Int16, "boundaries": pl.Int16, "group": pl.String, "household": pl.String,
        "age": pl.String, "income": pl.String, "households_low": pl.Float64, "households_high": pl.Float64,
        "demand_low": pl.Float64, "demand_high": pl.Float64, "rivals_low": pl.Float64, "rivals_high": pl.Float64,
        "rivals_seeking_low": pl.Float64, "rivals_seeking_high": pl.Float64, "stock_low": pl.Float64, "stock_high": pl.Float64,
        "flow_low": pl.Float64, "flow_high": pl.Float64, "stock_ratio_low": pl.Float64, "stock_ratio_high": pl.Float64,
        "group_stock_low": pl.Float64, "group_stock_high": pl.Float64, "flow_ratio_low": pl.Float64,
        "flow_ratio_high": pl.Float64, "group_flow_low": pl.Float64, "group_flow_high": pl.Float64, "verdict": pl.String,
    },
    required=(
        "area", "year", "boundaries", "group", "household", "age", "income", "households_low", "households_high",
        "demand_low", "demand_high", "stock_low", "stock_high", "flow_low", "flow_high", "verdict",
    ),
)  # fmt: skip

# Squares are for a town's own work: no document is even given them (decision 30).
NEVER_SHOWN = (GRID_SQUARES.name,)
_AREA: dict[str, pl.DataType | type[pl.DataType]] = {
    "area": pl.String,
    "level": Level,
    "year": pl.Int16,
    "boundaries": pl.Int16,
}

RENEWAL_STOCK = Contract(
    name="renewal_stock",
    row="homes of one form built in one period; of a wijk or buurt estimated, with what it is at least and at most",
    key=("area", "year", "boundaries", "form", "first"),
    columns={
        **_AREA, "form": pl.String, "first": pl.Int16, "last": pl.Int16, "homes": pl.Float64, "low": pl.Float64,
        "high": pl.Float64, "published": pl.Boolean,
    },
    required=("area", "level", "year", "boundaries", "form", "first", "last", "homes", "low", "high", "published"),
)  # fmt: skip

RENEWAL_WAVE = Contract(
    name="renewal_wave",
    row="what of one asset must be made anew in five years, for one owner, and what that costs (million euro)",
    key=("area", "year", "boundaries", "payer", "asset", "first"),
    columns={
        **_AREA, "payer": pl.String, "asset": pl.String, "first": pl.Int16, "last": pl.Int16, "units": pl.Float64,
        "units_low": pl.Float64, "units_high": pl.Float64, "cost": pl.Float64, "cost_low": pl.Float64,
        "cost_high": pl.Float64,
    },
    required=("area", "level", "year", "boundaries", "payer", "asset", "first", "last", "units", "cost"),
)  # fmt: skip

RENEWAL_PEAKS = Contract(
    name="renewal_peaks",
    row="the ten dearest years of public works in an area, and what spreading or bundling them does (million euro)",
    key=("area", "year", "boundaries"),
    columns={
        **_AREA, "first": pl.Int16, "last": pl.Int16, "cost": pl.Float64, "cost_low": pl.Float64, "cost_high": pl.Float64,
        "times": pl.Float64, "times_low": pl.Float64, "times_high": pl.Float64, "dearest_year": pl.Float64,
        "spread_level": pl.Float64, "overlap": pl.Float64, "bundle_year": pl.Int16, "bundle_works": pl.String,
        "bundle_saved": pl.Float64, "bundle_saved_low": pl.Float64, "bundle_saved_high": pl.Float64,
    },
    required=("area", "level", "year", "boundaries", "first", "last", "cost", "times", "dearest_year", "spread_level"),
)  # fmt: skip

PURSE = Contract(
    name="purse",
    row="what a gemeente spends, gets or has in a year by its account (rekening), or means to by its budget (begroting), per inhabitant or in percent, and its place",
    key=("area", "year", "boundaries", "kind", "part"),
    columns={
        **_AREA, "kind": pl.String, "part": pl.String, "unit": pl.String, "amount": pl.Float64, "place": pl.Int32, "ranked": pl.Int32,
    },
    required=("area", "level", "year", "boundaries", "kind", "part", "unit", "amount", "place", "ranked"),
)  # fmt: skip

ANALYSES = {
    each.name: each
    for each in (
        RANK_RANGES,
        ACCEPTABILITY,
        PAIRS,
        SENSITIVITY,
        STEPS,
        CHECKS,
        REAL_MARKS,
        TRENDS,
        TREND_GAPS,
        POCKETS,
        POCKET_CHANGES,
        SPLITS,
        SEGREGATION,
        DISSIMILARITY,
        CLUSTERS,
        HOT_SPOTS,
        ESTIMATES,
        GAPS,
        GROUP_TESTS,
        TWINS,
        TWIN_GAPS,
        MECHANISMS,
        KINDS,
        MOBILITY,
        TRANSITIONS,
        LEAD_LAG,
        MOVES,
        SELECTIVITY,
        INCOME_PARTS,
        TIES,
        COMMUTING,
        FRICTION,
        PULL,
        TREADS,
        GRID_SPLITS,
        GRID_BUURTEN,
        GRID_POCKETS,
        GRID_SQUARES,
        RENEWAL_STOCK,
        RENEWAL_WAVE,
        RENEWAL_PEAKS,
        PURSE,
    )
}
