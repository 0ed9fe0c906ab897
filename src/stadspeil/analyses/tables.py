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

ANALYSES = {each.name: each for each in (RANK_RANGES, SENSITIVITY, STEPS, REAL_MARKS)}
