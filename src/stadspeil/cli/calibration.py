"""`stadspeil calibrate`: which family of marks fits marks that were printed elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.cli.sessions import open_session
from stadspeil.errors import QuestionError, SourceError
from stadspeil.scores.calibrating import calibrate
from stadspeil.shelf import has_shelf, read_shelf


def calibrated(workspace: Path | None, marks: Path, indicator: str, year: int | None) -> tuple[pl.DataFrame, list[str]]:
    """A row per family, the nearest first, and sentences that say what it means."""
    session = open_session(workspace)
    entry = session.catalogue.indicator(indicator)
    printed = _printed(marks)
    if not has_shelf(session.workspace.out / "scores"):
        raise QuestionError(
            f"werkmap {session.workspace.root}", "er zijn nog geen scores", "draai eerst 'stadspeil score'"
        )
    scores = read_shelf(session.workspace.out / "scores", {"level": ["gemeente"]})
    own = scores.filter((pl.col("indicator") == indicator) & pl.col("rank").is_not_null())
    years = own["year"].unique().sort().to_list()
    chosen = year or (years[-1] if years else 0)
    field = own.filter(pl.col("year") == chosen).sort("boundaries").unique("area", keep="last").sort("area")
    if field.is_empty():
        raise QuestionError(
            f"cijfer '{indicator}' in {chosen}", f"daar zijn geen waarden van; wel in {years}", "kies een ander jaar"
        )
    people = (
        scores.filter(pl.col("indicator") == "inwoners")
        .sort((pl.col("year") - chosen).abs())
        .unique("area", keep="first")
    )
    table = field.join(printed, on="area", how="left").join(
        people.select("area", people="value"), on="area", how="left"
    )
    arrays = {
        name: table[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("printed", "value", "people")
    }
    weights = None if np.isnan(arrays["people"]).all() else arrays["people"]
    made = calibrate(arrays["printed"], arrays["value"], entry.direction, weights)
    rows = [(each.family, each.error, each.near, each.mean, each.sd) for each in (*made.fits, made.curve)]
    names = ("familie", "gemiddelde afstand", "binnen een tiende", "gemiddelde", "spreiding")
    return pl.DataFrame(rows, schema=list(names), orient="row"), [
        f"het dichtst bij: {made.best.family} ({100 * made.best.near:.0f}% binnen een tiende)",
        "de stijgende lijn is het beste dat met deze waarden kan; ver daarboven ligt het aan de familie, anders aan de waarden",
    ]


def _printed(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise SourceError(str(path), f"kan niet worden gelezen: {fault}", "geef een CSV met area en mark") from fault
    problems = [f"kolom '{name}' ontbreekt" for name in ("area", "mark") if name not in table.columns]
    if not problems:
        numbers = table["mark"].cast(pl.Float64, strict=False)
        problems = [
            f"rij {row}: '{text}' is geen rapportcijfer van 3 tot 10"
            for row, (text, number) in enumerate(zip(table["mark"], numbers, strict=True), start=2)
            if number is None or not 3 <= number <= 10
        ]
    if problems:
        raise SourceError(str(path), problems, "verwacht: area (GM0637) en mark (3 tot 10, met een punt)")
    return table.select("area", printed=pl.col("mark").cast(pl.Float64))
