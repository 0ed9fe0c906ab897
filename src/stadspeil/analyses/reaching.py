"""What it would take to reach a place: asked for one gemeente, one composite and any place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.scores.composites import behind_composite
from stadspeil.scores.explaining import Reach, short_of, to_reach
from stadspeil.scores.marks import MarkRules, MarkScale, fit_scale, mark_rules


@dataclass(frozen=True)
class Reaching:
    """Where a gemeente stands on a composite, and what each part would have to be for the wanted place.

    `parts` is empty where it already stands there or higher; `values` holds the present value of parts that have one;
    `short` is how much the composite mark lacks: all parts together would have to rise so much on average.
    """

    year: int
    boundaries: int
    rank: int
    ranked: int
    mark: float
    wanted: int
    short: float
    parts: tuple[Reach, ...]
    values: dict[str, float]


def reach_place(
    id: str, area: str, wanted: int, scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister
) -> Reaching:
    """What each part of a composite would have to be for a place, all else equal. Shape: SCORES of gemeenten.

    Raises:  QuestionError for what is no composite or has no place, and for a place that does not exist.
    """
    where = f"plaats {wanted} op '{id}' voor {area}"
    if id not in catalogue.composites:
        catalogue.indicator(id)
        raise QuestionError(where, f"'{id}' heeft geen delen", "vraag een samengesteld cijfer")
    if not adds_up_simply(id, catalogue):
        raise QuestionError(where, "zijn delen tellen niet rekenkundig op", "vraag een ander samengesteld cijfer")
    ranked = scores.filter((pl.col("indicator") == id) & pl.col("rank").is_not_null()).sort("year", "boundaries")
    own = ranked.filter(pl.col("area") == area)
    if own.is_empty():
        raise QuestionError(where, "daar is geen plaats van", f"zie 'stadspeil export scores --indicator {id}'")
    row = own.row(-1, named=True)
    if not 1 <= wanted <= row["ranked"]:
        raise QuestionError(where, f"de plaatsen lopen van 1 tot {row['ranked']}", "vraag een van die plaatsen")
    edition = ("gemeente", row["year"], row["boundaries"])
    behind = behind_composite(id, scores, catalogue, register, edition)
    marks = dict(ranked.filter(_in(row["year"], row["boundaries"])).select("area", "mark").iter_rows())
    field = np.array([marks.get(each, np.nan) for each in behind.areas], dtype=float)
    number, rules = behind.areas.index(area), mark_rules(catalogue)
    scales = [scale_of_part(part, row["year"], scores, catalogue, rules) for part in behind.parts]
    parts = to_reach(wanted, field, number, behind.parts, behind.marks[number], behind.weights, scales, rules)
    values = {part: value for part in behind.parts if (value := _value(part, area, row["year"], scores)) is not None}
    return Reaching(
        row["year"], row["boundaries"], row["rank"], row["ranked"], float(row["mark"]), wanted,
        short_of(wanted, field, number),
        tuple(parts) if wanted < row["rank"] else (), values,
    )  # fmt: skip


def adds_up_simply(id: str, catalogue: Catalogue) -> bool:
    """Whether a part that rises by one raises the composite by its share of the weight that is there."""
    entry = catalogue.composite(id)
    return entry.aggregation == "arithmetic" and entry.missing == "renormalise"


def scale_of_part(
    part: str, year: int, scores: pl.DataFrame, catalogue: Catalogue, rules: MarkRules
) -> MarkScale | None:
    """The scale of a part in the newest year up to the composite's; None for composites."""
    if part not in catalogue.indicators:
        return None
    rows = scores.filter((pl.col("indicator") == part) & (pl.col("year") <= year)).drop_nulls("value")
    if rows.is_empty():
        return None
    last = rows.select(pl.struct("year", "boundaries").sort_by("year", "boundaries").last())["year"][0]
    values = rows.filter(_in(last["year"], last["boundaries"]))["value"]
    return fit_scale(values.to_numpy(), catalogue.indicators[part].direction, rules)


def _value(part: str, area: str, year: int, scores: pl.DataFrame) -> float | None:
    own = scores.filter((pl.col("indicator") == part) & (pl.col("area") == area) & (pl.col("year") <= year))
    known = own.drop_nulls("value").sort("year", "boundaries")["value"]
    return float(known[-1]) if known.len() else None


def _in(year: int, boundaries: int) -> pl.Expr:
    return (pl.col("year") == year) & (pl.col("boundaries") == boundaries)
