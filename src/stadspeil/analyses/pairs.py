"""A town beside each of its comparison towns: which of the two is ahead, and how sure that is.

Two chances, named apart as the two ranges of a place are: by other choices of method (share of the draws behind a
composite), and by the noise of both values. A verdict is given only where the noise is known, and all pairs of a town
are read together, so each must pass a level that is shared among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr

from stadspeil.analyses.tables import PAIRS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check
from stadspeil.scores.draws import RankDraws
from stadspeil.scores.explaining import difference_words
from stadspeil.scores.field import existing_gemeenten
from stadspeil.scores.groups import groups_of

# One pair of gemeenten on a composite, and the share of the draws in which the first is ahead.
AHEAD: dict[str, Any] = {
    "indicator": pl.String, "area": pl.String, "other": pl.String, "ahead_choices": pl.Float64,
}  # fmt: skip
Pairs = dict[tuple[str, str], str]


def comparison_pairs(scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> Callable[[int], Pairs]:
    """For a boundary year the pairs that are compared, each with the kind of company: group or region_net.

    All members of a group that holds a town with a region, each with each; and each such town with its net region.
    """

    @cache
    def of(boundaries: int) -> Pairs:
        same = scores.filter(pl.col("boundaries") == boundaries)
        groups = groups_of(catalogue, register, boundaries, existing_gemeenten(same, register, boundaries))
        found: Pairs = {}
        towns = set(catalogue.regions)
        for id, kind, member in zip(groups.ids, groups.kinds, groups.member, strict=True):
            codes = [str(code) for code in groups.codes[member]]
            if kind == "region_net":
                town = id.split(":")[0]
                for code in codes:
                    if code != town:
                        found.setdefault((town, code), "region_net")
            elif kind == "group" and towns & set(codes):
                found |= {(one, other): "group" for one in codes for other in codes if one != other}
        return found

    return of


def ahead_in_draws(id: str, areas: Sequence[str], drawn: RankDraws, pairs: Pairs) -> pl.DataFrame:
    """AHEAD of the pairs of which both have a place. Shape: `areas` are those of the field, as `drawn.shown` counts."""
    shown = [area for area, there in zip(areas, drawn.shown, strict=True) if there]
    column = {area: number for number, area in enumerate(shown)}
    rows = [
        (id, one, other, drawn.share_ahead(column[one], column[other]))
        for one, other in pairs
        if one in column and other in column
    ]
    return pl.DataFrame(rows, schema=AHEAD, orient="row")


def pairs_of(
    table: pl.DataFrame, ahead: pl.DataFrame, catalogue: Catalogue, pairs: Callable[[int], Pairs]
) -> pl.DataFrame:
    """PAIRS on judged figures and composites. Shape: SCORES of gemeenten in the newest year of each figure."""
    signs = dict.fromkeys(catalogue.composites, 1.0)
    signs |= {
        each.id: 1.0 if each.direction == "higher_is_better" else -1.0
        for each in catalogue.indicators.values()
        if each.direction != "neutral"
    }
    judged = table.filter(pl.col("indicator").is_in(list(signs)))
    blocks = [
        _of_division(block, pairs(int(str(boundaries))))
        for (boundaries,), block in judged.group_by("boundaries", maintain_order=True)
    ]
    kinds = {name: kind for name, kind in PAIRS.columns.items() if name not in ("ahead_choices", "ahead_noise")}
    kinds = {name: kind for name, kind in kinds.items() if name not in ("verdict", "favourable")}
    found = pl.concat([pl.DataFrame(schema=kinds), *(block.select(list(kinds)) for block in blocks)])
    found = found.join(ahead, on=["indicator", "area", "other"], how="left", maintain_order="left")
    sign = np.array([signs[id] for id in found["indicator"]])
    return check(_judged(found, sign).sort("indicator", "area", "other").select(list(PAIRS.columns)), PAIRS, "paren")


def _of_division(block: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
    """The values of both towns of each pair, and the error of their difference."""
    named = pl.DataFrame(
        [(*pair, kind) for pair, kind in pairs.items()], schema=["area", "other", "kind"], orient="row"
    )
    columns = ["area", "year", "boundaries", "indicator", "value", "spread"]
    own = block.filter(pl.col("value").is_not_null()).select(columns)
    theirs = own.select("indicator", other="area", other_value="value", other_spread="spread")
    both = named.cast(pl.String).join(own, on="area").join(theirs, on=["indicator", "other"])
    return both.with_columns(
        difference=pl.col("value") - pl.col("other_value"),
        error=(pl.col("spread") ** 2 + pl.col("other_spread") ** 2).sqrt(),
    )


def _judged(found: pl.DataFrame, sign: np.ndarray) -> pl.DataFrame:
    """With the chance of being ahead by noise, and the verdict at a level shared among all known pairs of a town."""
    difference, error = (found[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("difference", "error"))
    known = dict(found.filter(pl.col("error").is_not_null()).group_by("area").len().iter_rows())
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = np.where(difference == 0, 0.5, ndtr(sign * difference / error))
    verdicts = [
        difference_words(gap, noise, known.get(area, 1))
        for area, gap, noise in zip(found["area"], difference, error, strict=True)
    ]
    told = np.isin(verdicts, ["hoger", "lager"])
    return found.with_columns(
        pl.Series("ahead_noise", np.where(np.isnan(error), np.nan, ahead), dtype=pl.Float64).fill_nan(None),
        pl.Series("verdict", verdicts, dtype=pl.String),
        pl.Series("favourable", [bool(s * d > 0) if t else None for s, d, t in zip(sign, difference, told, strict=True)],
                  dtype=pl.Boolean),
    )  # fmt: skip
