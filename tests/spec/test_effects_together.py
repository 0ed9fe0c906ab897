"""Method: what measures bring together, and how far it reaches."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.appraisal.effects import together_of
from stadspeil.appraisal.ground import kernel

title = "Van maatregel naar buurt"
chapter = "Ex ante afwegen"
order = 20
says = """Twee maatregelen die hetzelfde verbeteren, tellen niet zomaar op: samen komen ze nooit boven het plafond, en de volgorde
maakt niet uit. Wat een ingreep met de buren doet, halveert per 250 meter en houdt na een kilometer op."""
formula = "samen = plafond × (1 − Π(1 − effect / plafond)); uitstraling = 0,5^(afstand / 250 m), 0 vanaf 1 km"
source = "Koster & Van Ommeren (2013) voor de halvering; docs/explanation/effects-of-a-package.md."


def together(table: pl.DataFrame) -> list[float]:
    """What two measures bring together."""
    rows = table.select("one", "other").to_numpy().astype(float)
    ceiling = table["ceiling"].to_numpy().astype(float)
    return [float(each) for each in together_of(rows.T, ceiling)]


def reached(table: pl.DataFrame) -> list[float]:
    """How much of an effect reaches a buurt at a distance."""
    middles = np.column_stack([table["metres"].to_numpy().astype(float), np.zeros(table.height)])
    spots = np.vstack([np.zeros((1, 2)), middles])
    return [float(each) for each in kernel(spots, np.array([0]), 250.0, 1000.0)[1:]]


def test_what_is_improved_already_cannot_be_improved_again(spec):
    """Onder een plafond van 4 laat de eerste maatregel nog 2 over; de tweede haalt daar de helft van: samen 3.

    4 × (1 − (1 − 2/4) × (1 − 2/4)) = 3. Wie het plafond raakt, laat niets over: samen 4.
    """
    spec("""
        one | other | ceiling || together
        ----+-------+---------++---------
        2   |  2    |   4     ||   3
        2   |  0    |   4     ||   2
        1   |  2    |   4     ||   2.5
        2   |  1    |   4     ||   2.5
        4   |  3    |   4     ||   4
    """, together)  # fmt: skip


def test_half_of_it_is_left_every_250_metres(spec):
    """Op 250 meter de helft, op 500 een kwart; op een kilometer niets meer."""
    spec("""
        metres || reached
        -------++--------
        0      ||  1
        250    ||  0.5
        500    ||  0.25
        750    ||  0.125
        1000   ||  0
    """, reached)  # fmt: skip
