"""What the tables of a simulated programme promise. They stand in out/simulation/<programme>/<name>/ of a workspace.

Every effect is told three ways at once: its 10th, 50th and 90th percentile over pairs of runs with other chance and
other coefficients, its standard error, and whether it may be shown (`shown`: at least two pairs, and further from
zero than two standard errors, or than Student's t asks where pairs are few, and of buurten and wijken among those of
which one in ten at most is expected to come of chance). What may not be shown keeps its row and
loses nothing but the reader's eye: a page writes "niet te onderscheiden van toeval". Of a buurt or wijk one pair leaves
no number at all.
"""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import Contract

_SPREAD = {
    "mean": pl.Float64, "low": pl.Float64, "middle": pl.Float64, "high": pl.Float64, "error": pl.Float64,
    "pairs": pl.Int32, "shown": pl.Boolean,
}  # fmt: skip

EFFECTS = Contract(
    name="effects",
    row="what a programme does to one figure of one area, years after its start: with it minus without it",
    key=("area", "years", "figure", "group"),
    columns={
        "area": pl.String, "level": pl.String, "years": pl.Int16, "figure": pl.String, "group": pl.String,
        "without": pl.Float64, **_SPREAD,
    },
    required=("area", "level", "years", "figure", "group", "pairs", "shown"),
)  # fmt: skip

CHAINS = Contract(
    name="chains",
    row="what chains that begin in the programme's new homes do at one link, traced and as a difference of two runs",
    key=("method", "link", "figure", "group"),
    columns={"method": pl.String, "link": pl.Int16, "figure": pl.String, "group": pl.String, **_SPREAD},
    required=("method", "link", "figure", "group", "pairs"),
)

SHIFT_ROOM = Contract(
    name="shift_room",
    row="households of a site that must leave, and how many find a suitable home nearby by a year",
    key=("site", "years", "reach"),
    columns={"site": pl.String, "years": pl.Int16, "reach": pl.String, "needed": pl.Int32, **_SPREAD},
    required=("site", "years", "reach", "needed", "pairs"),
)

SPREADS = Contract(
    name="spreads",
    row="how far the buurten of the town lie apart on one figure, without and with the programme",
    key=("figure", "years"),
    columns={"figure": pl.String, "years": pl.Int16, "measure": pl.String, "without": pl.Float64, **_SPREAD},
    required=("figure", "years", "measure", "pairs"),
)

FIT = Contract(
    name="fit",
    row="how near the invented households and homes of all buurten come to one published figure",
    key=("margin", "group"),
    columns={
        "margin": pl.String, "group": pl.String, "unit": pl.String, "areas": pl.Int32, "published": pl.Float64,
        "made": pl.Float64, "error": pl.Float64, "within": pl.Float64, "filled": pl.Int32, "filled_from": pl.String,
    },
    required=("margin", "group", "unit", "areas", "filled", "filled_from"),
)  # fmt: skip

MOMENTS_TABLE = Contract(
    name="moments",
    row="what the runs with the programme say of a quantity that was published, such as how far chains reach",
    key=("quantity",),
    columns={"quantity": pl.String, **_SPREAD},
    required=("quantity", "pairs"),
)

TIERS = Contract(
    name="tiers",
    row="a figure of whole chains per new home: traced, by algebra from the chances in the runs, and of the country",
    key=("method", "figure"),
    columns={"method": pl.String, "figure": pl.String, **_SPREAD},
    required=("method", "figure", "mean"),
)
