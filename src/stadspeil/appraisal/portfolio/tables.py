"""What the tables of an agenda promise. They stand in out/agenda/<agenda>/<name>/ of a workspace. Money is in euros of the
agenda's first year."""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import Contract

PLAN = Contract(
    name="plan",
    row="one project of an agenda: whether and when it is done, and what it is worth in the year of the plan",
    key=("project",),
    columns={
        "project": pl.String, "title": pl.String, "existing": pl.Boolean, "must": pl.Boolean, "start": pl.Int16,
        "end": pl.Int16, "costs_eur": pl.Float64, "worth_eur": pl.Float64, "worth_low_eur": pl.Float64,
        "worth_high_eur": pl.Float64, "chance": pl.Float64, "ranked_start": pl.Int16, "core_index": pl.Float64,
        "place": pl.String, "waits_for": pl.String, "trace": pl.String,
    },
    required=("project", "title", "existing", "must", "costs_eur", "worth_eur", "chance", "waits_for", "trace"),
)  # fmt: skip

MEANS = Contract(
    name="means",
    row="what comes in, goes out and is left of one purse, or of staff, in one year of a plan",
    key=("purse", "year"),
    columns={
        "purse": pl.String, "year": pl.Int16, "unit": pl.String, "comes": pl.Float64, "goes": pl.Float64,
        "left": pl.Float64,
    },
    required=("purse", "year", "unit", "goes"),
)  # fmt: skip

MARKS = Contract(
    name="marks",
    row="points of report mark that a plan adds to one mechanism or buurt, with the floor that was asked",
    key=("of",),
    columns={"of": pl.String, "points": pl.Float64, "floor": pl.Float64},
    required=("of", "points"),
)

EFFORTS = Contract(
    name="efforts",
    row="one reason for what to do with one effort that already runs",
    key=("project", "number"),
    columns={
        "project": pl.String, "number": pl.Int16, "title": pl.String, "verdict": pl.String, "reason": pl.String,
        "gains_eur": pl.Float64, "frees_eur": pl.Float64,
    },
    required=("project", "number", "title", "verdict", "reason"),
)  # fmt: skip

FRONT = Contract(
    name="front",
    row="what one plan that no other beats gives of one objective",
    key=("option", "objective"),
    columns={"option": pl.String, "objective": pl.String, "unit": pl.String, "value": pl.Float64},
    required=("option", "objective", "unit", "value"),
)

OPTIONS = Contract(
    name="options",
    row="one project that is done in one plan of the front",
    key=("option", "project"),
    columns={"option": pl.String, "project": pl.String, "start": pl.Int16},
    required=("option", "project", "start"),
)

KNOWING = Contract(
    name="knowing",
    row="what it is worth to know one uncertain input before choosing between plans",
    key=("input",),
    columns={"input": pl.String, "worth_eur": pl.Float64, "by_chance_eur": pl.Float64, "shown": pl.Boolean},
    required=("input", "worth_eur", "by_chance_eur", "shown"),
)

TRIGGERS = Contract(
    name="triggers",
    row="chance that the trigger of a waiting project has fallen by the end of a year, and whether the plan can pay it",
    key=("project", "year"),
    columns={
        "project": pl.String, "year": pl.Int16, "indicator": pl.String, "side": pl.String, "bound": pl.Float64,
        "chance": pl.Float64, "in_time": pl.Boolean, "affordable": pl.Boolean,
    },
    required=("project", "year", "indicator", "side", "bound", "in_time", "affordable"),
)  # fmt: skip

PATHWAYS = Contract(
    name="pathways",
    row="what waiting for a trigger is worth against the best fixed year",
    key=("project",),
    columns={
        "project": pl.String, "title": pl.String, "trigger": pl.String, "lead": pl.Int16, "decide_by": pl.Int16,
        "waits_eur": pl.Float64, "committed_eur": pl.Float64, "option_eur": pl.Float64, "committed_year": pl.Int16,
        "acts": pl.Float64, "note": pl.String,
    },
    required=("project", "title", "trigger", "lead", "note"),
)  # fmt: skip

PAIRS = Contract(
    name="pairs",
    row="two projects of a plan that act on the same buurt and indicator in the same years, and what they lose together",
    key=("project", "other"),
    columns={
        "project": pl.String, "other": pl.String, "title": pl.String, "other_title": pl.String, "lost_eur": pl.Float64,
        "weighed": pl.Boolean, "indicators": pl.String, "areas": pl.String,
    },
    required=("project", "other", "title", "other_title", "lost_eur", "weighed", "indicators", "areas"),
)  # fmt: skip

TABLES = {each.name: each for each in (PLAN, MEANS, MARKS, EFFORTS, FRONT, OPTIONS, KNOWING, TRIGGERS, PATHWAYS, PAIRS)}
