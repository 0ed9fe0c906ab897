"""Method: which treads of its escalator a town misses."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.income_identity import Bounds
from stadspeil.analyses.treads import Tread, frechet, tread_verdict

title = "De roltrap: treden die ontbreken"
chapter = "Bouwen en verhuizen"
order = 15
says = """Een trede is een soort huishouden met de woningen die daarbij passen. Wat openbare cijfers niet zeggen, blijft een
ondergrens en een bovengrens. Een trede ontbreekt alleen als de gemeente ook in haar gunstigste lezing minder heeft dan de groep
in haar ongunstigste."""
formula = """woningen per huishouden van laag (minste woningen, meeste huishoudens) tot hoog; ontbreekt: hoog van de gemeente
< 0,9 × laag van de groep; ruim: 0,9 × laag van de gemeente > hoog van de groep."""
source = "Grenzen van Fréchet; docs/explanation/escalator.md."


def both(table: pl.DataFrame) -> pl.DataFrame:
    """How many of a hundred homes are houses and owner-occupied at once."""
    found = [
        frechet(Bounds.of(float(houses)), Bounds.of(float(owned)), 100)
        for houses, owned in table.select("houses", "owned").iter_rows()
    ]
    return pl.DataFrame({"low": [each.low for each in found], "high": [each.high for each in found]})


def test_how_many_are_both_is_known_within_bounds_only(spec):
    """Zijn van honderd woningen er 60 eengezins en 70 koop, dan zijn er 30 tot 60 het allebei.

    60 + 70 − 100 = 30 moeten samenvallen; meer dan 60 kan niet. Bij 20 en 30 hoeft er geen enkele samen te vallen.
    """
    spec("""
        row | houses | owned || low | high
        ----+--------+-------++-----+-----
        1   |   60   |  70   || 30  | 60
        2   |   20   |  30   ||  0  | 20
        3   |  100   |  40   || 40  | 40
    """, both)  # fmt: skip


def verdict(table: pl.DataFrame) -> list[str]:
    """What may be said of homes per household beside a group."""
    nothing = Bounds.of(0.0)
    one = Bounds.of(1.0)

    def tread(low: float, high: float) -> Tread:
        return Tread(one, nothing, one, nothing, Bounds(low, high), nothing)

    return [
        tread_verdict(tread(*own), tread(*group), 0.9)
        for own, group in zip(
            np.asarray(table.select("own_low", "own_high")), np.asarray(table.select("group_low", "group_high")), strict=True
        )
    ]  # fmt: skip


def test_a_tread_is_missing_or_ample_only_where_the_bounds_lie_apart(spec):
    """Alleen waar de grenzen uiteen liggen is er iets te zeggen.

    0,9 × 0,90 = 0,81: daar ligt 0,80 onder en 0,82 niet. 0,9 × 1,20 = 1,08 ligt boven 1,00; 0,9 × 1,10 = 0,99 niet.
    """
    spec("""
        row | own_low | own_high | group_low | group_high || verdict
        ----+---------+----------+-----------+------------++---------------
        1   |  0.70   |  0.80    |   0.90    |   1.00     || ontbreekt
        2   |  0.70   |  0.82    |   0.90    |   1.00     || niet te zeggen
        3   |  1.20   |  1.30    |   0.90    |   1.00     || ruim
        4   |  1.10   |  1.30    |   0.90    |   1.00     || niet te zeggen
    """, verdict)  # fmt: skip
