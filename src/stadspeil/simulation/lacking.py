"""Homes that a town lacks by the treads of its escalator, as the kinds of homes by which programmes are weighed.

A tread tells the form of the homes that lack and not their tenure or price: public figures cannot say those. So what
lacks of a form is divided over its kinds as the homes that stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.analyses.moves import TOWNS
from stadspeil.analyses.treads import ALL, Norms, form_of
from stadspeil.simulation.classes import FLAT, FORMS, HOUSE, PRICES, SEGMENTS

Floats = NDArray[np.float64]
_FORM = np.arange(SEGMENTS) // len(PRICES) % len(FORMS)
_OF = {"houses": HOUSE, "flats": FLAT}


@dataclass(frozen=True)
class Lacking:
    """Homes that lack [18], the same by form, the year of the treads, and a sentence on where that comes from."""

    homes: Floats
    by_form: Mapping[str, float]
    year: int
    sentence: str


def lacking_of(treads: pl.DataFrame, norms: Norms, stock: Floats, group: str = TOWNS) -> Lacking | None:
    """What a town lacks beside a group; None where its treads are not known.

    Of each form the largest shortage of its treads counts: they ask for the same homes. A shortage is what even the
    favourable bound of the town falls short of the unfavourable bound of the group.

    Shape:   TREADS of one gemeente; stock [18] homes that stand.
    """
    rows = treads.filter((pl.col("group") == group) & (pl.col("income") == ALL))
    if rows.is_empty():
        return None
    short = dict.fromkeys(_OF, 0.0)
    for row in rows.filter(pl.col("verdict") == "ontbreekt").iter_rows(named=True):
        form = form_of(norms, row["household"], row["age"])
        if form in short and row["group_stock_low"] is not None and row["rivals_low"] is not None:
            wanted = norms.short * row["group_stock_low"] * row["rivals_low"]
            short[form] = max(short[form], wanted - row["stock_high"])
    homes = np.zeros(SEGMENTS)
    for form, number in short.items():
        inside = np.equal(_FORM, _OF[form])
        whole = float(stock[inside].sum())
        homes[inside] = number * (stock[inside] / whole if whole else 1 / np.count_nonzero(inside))
    year = int(rows["year"][0])
    told = {FORMS[_OF[form]]: number for form, number in short.items()}
    return Lacking(homes, told, year, _sentence(short, year))


def _sentence(short: dict[str, float], year: int) -> str:
    told = [f"{number:.0f} {FORMS[_OF[form]]}woningen" for form, number in short.items() if number > 0]
    if not told:
        return (
            f"treden {year}: geen soort woning ontbreekt aantoonbaar naast de groep, dus op 'treden' verschillen de "
            "mogelijkheden niet"
        )
    return (
        f"treden {year}: er ontbreken ten minste {' en '.join(told)} naast de groep; over eigendom en prijs verdeeld als de "
        "woningen die er staan, want wat daarvan ontbreekt is niet te zeggen"
    )
