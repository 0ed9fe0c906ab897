"""What the homes of a package do to who lives where, taken from the simulation of its building programme.

Only what the simulation tells is taken over; who lives there is composition, so it moves marks and never counts as a
benefit. Its mirror lies in the rest of the region. Source: the tables of `stadspeil simulate`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.appraisal.frame import Frame, Ground
from stadspeil.appraisal.streams import Effect
from stadspeil.simulation.store import read_run, read_simulation
from stadspeil.workspace import Workspace

MEASURE = "woningbouw"
# Figure and group of the simulation -> our indicator, both in percent of households.
INDICATORS = {
    ("inkomensgroep_pct", "laag"): "huishoudens_laagste_40_inkomen_aandeel",
    ("inkomensgroep_pct", "hoog"): "huishoudens_hoogste_20_inkomen_aandeel",
    ("eigendom_pct", "koop"): "koopwoningen_aandeel",
    ("eigendom_pct", "corporatie"): "corporatiewoningen_aandeel",
}


def simulated_effects(workspace: Workspace, programme: str, ground: Ground, frame: Frame) -> list[Effect]:
    """Effects of the homes of a programme: draws around the mean over pairs of runs, as wide as its error.

    What follows after the last simulated year stays as it is then. Of a programme that was not simulated nothing is known.
    Raises:  QuestionError where the programme was not simulated.
    """
    run = read_run(workspace, programme)
    table = read_simulation(workspace, programme, "effects").filter(
        (pl.col("level") == "buurt") & pl.col("mean").is_not_null() & (pl.col("pairs") > 1)
    )
    places = {code: row for row, code in enumerate(ground.codes)}
    start = int(str(run["start"])[:4])
    effects = []
    for (figure, group), indicator in INDICATORS.items():
        told = table.filter(figure=figure, group=group).sort("area", "years")
        for (area,), rows in told.group_by("area", maintain_order=True):
            if area in places:
                effects += _of_area(rows, indicator, places[str(area)], start, programme, ground, frame)
    return effects


def _of_area(
    rows: pl.DataFrame, indicator: str, row: int, start: int, programme: str, ground: Ground, frame: Frame
) -> list[Effect]:
    years, means, errors = (rows[name].to_numpy().astype(float) for name in ("years", "mean", "error"))
    strongest = int(np.abs(means).argmax())
    if means[strongest] == 0:
        return []
    name = f"simulatie:{programme}/{indicator}/{ground.codes[row]}"
    chance = frame.source(name).standard_normal(frame.draws)
    at = np.zeros(len(ground.codes) + 1)
    at[row], at[-1] = 1.0, -1.0
    calendar = frame.first + np.arange(frame.years)
    path = np.interp(calendar, np.concatenate([[start], start + years]), np.concatenate([[0.0], means]))
    return [
        Effect(
            MEASURE, indicator, indicator, "samenstelling", means[strongest] + errors[strongest] * chance, at,
            path / means[strongest], np.array([row], dtype=np.int64), (f"simulatie:{programme}",),
        )
    ]  # fmt: skip
