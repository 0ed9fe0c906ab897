"""What the tables of an appraised package promise. They stand in out/appraisal/<package>/<name>/ of a workspace.

Every figure is told as its mean and its 5th, 50th and 95th percentile over the draws; `shown` says whether 0 lies
outside those two: what does not is never colored as a gain or a loss. `rests_on` names studies, unit values, rules,
parameters and own sources, parted by '; '.
"""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import Contract

SPREAD = {"mean": pl.Float64, "low": pl.Float64, "middle": pl.Float64, "high": pl.Float64, "shown": pl.Boolean}

CHANGES = Contract(
    name="changes",
    row="what a package does to one indicator of one area in one year, whole and by part; everybody else stands still",
    key=("area", "indicator", "year", "part"),
    columns={
        "area": pl.String, "level": pl.String, "indicator": pl.String, "year": pl.Int16, "part": pl.String,
        "base": pl.Float64, **SPREAD, "mark": pl.Float64, "mark_low": pl.Float64, "mark_high": pl.Float64,
        "places": pl.Float64, "places_low": pl.Float64, "places_high": pl.Float64, "rests_on": pl.String,
    },
    required=("area", "level", "indicator", "year", "part", "mean", "low", "middle", "high", "shown", "rests_on"),
)  # fmt: skip

MECHANISMS = Contract(
    name="mechanisms",
    row="what a package does to one mechanism of the town in one year, in points of mark; up is favourable",
    key=("area", "mechanism", "year"),
    columns={
        "area": pl.String, "mechanism": pl.String, "year": pl.Int16, "told": pl.String, **SPREAD,
    },
    required=("area", "mechanism", "year", "told"),
)  # fmt: skip

LINES = Contract(
    name="lines",
    row="the present value of one line of euros: a cost, a benefit or a transfer, of one measure, in one buurt or the whole",
    key=("measure", "line", "side", "area", "part"),
    columns={
        "measure": pl.String, "line": pl.String, "side": pl.String, "area": pl.String, "part": pl.String,
        "indicator": pl.String, "family": pl.String, **SPREAD, "switching": pl.Float64, "rests_on": pl.String,
    },
    required=("measure", "line", "side", "area", "part", "mean", "low", "middle", "high", "rests_on"),
)  # fmt: skip

LEDGER = Contract(
    name="ledger",
    row="what one actor pays, gains and hands over, present values; rows without an actor are society as a whole",
    key=("actor", "entry"),
    columns={"actor": pl.String, "entry": pl.String, **SPREAD},
    required=("actor", "entry", "mean", "low", "middle", "high", "shown"),
)

FLOWS = Contract(
    name="flows",
    row="euros of one actor in one year that one discount rate holds for, not discounted, mean over the draws",
    key=("actor", "rate", "year"),
    columns={
        "actor": pl.String, "rate": pl.String, "year": pl.Int16, "costs": pl.Float64, "benefits": pl.Float64,
        "transfers": pl.Float64,
    },
    required=("actor", "rate", "year", "costs", "benefits", "transfers"),
)  # fmt: skip

DISPLACED = Contract(
    name="displaced",
    row="what one line of a measure moves to or from one area, expected change times inhabitants; a line adds up to nothing",
    key=("measure", "line", "area"),
    columns={
        "measure": pl.String, "line": pl.String, "indicator": pl.String, "area": pl.String, "units": pl.Float64,
    },
    required=("measure", "line", "indicator", "area", "units"),
)  # fmt: skip

OUTCOMES = Contract(
    name="outcomes",
    row="one figure of the package as a whole under one set of rules (Dutch rates, old Dutch rates, British rates, weights)",
    key=("rules", "figure"),
    columns={"rules": pl.String, "figure": pl.String, "unit": pl.String, **SPREAD},
    required=("rules", "figure", "unit"),
)

INPUTS = Contract(
    name="inputs",
    row="how much of the uncertainty of the net present value one input makes (Sobol), and where it would turn the outcome",
    key=("input",),
    columns={
        "input": pl.String, "first": pl.Float64, "first_low": pl.Float64, "first_high": pl.Float64, "total": pl.Float64,
        "total_low": pl.Float64, "total_high": pl.Float64, "used": pl.Float64, "unit": pl.String,
        "switching": pl.Float64, "worth_knowing": pl.Float64,
    },
    required=("input", "unit"),
)  # fmt: skip

EVIDENCE = Contract(
    name="evidence",
    row="one study on which the package rests, or that was found beside it, with what was done with it",
    key=("pool", "study"),
    columns={
        "pool": pl.String, "study": pl.String, "strength": pl.String, "country": pl.String, "effect": pl.Float64,
        "low": pl.Float64, "high": pl.Float64, "unit": pl.String, "status": pl.String, "provenance": pl.String,
        "weight": pl.Float64,
    },
    required=("pool", "study", "strength", "status", "provenance"),
)  # fmt: skip

FUNDS = Contract(
    name="funds",
    row="what one fund makes of a package: verdict, what it may bring, what fails, and its chance of award",
    key=("fund",),
    columns={
        "fund": pl.String, "verdict": pl.String, "low": pl.Float64, "high": pl.Float64, "others_low": pl.Float64,
        "others_high": pl.Float64, "chance": pl.Float64, "chance_mark": pl.String, "asked": pl.Float64,
        "awarded": pl.Float64, "failed": pl.String, "missing": pl.String, "sentence": pl.String,
    },
    required=("fund", "verdict", "failed", "missing", "sentence"),
)  # fmt: skip
