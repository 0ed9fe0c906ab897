"""Method: programmes that no other beats."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.simulation.dominance import front

title = "Programma's die opwegen"
chapter = "Bouwen en verhuizen"
order = 30
says = """Een programma valt af als een ander op geen enkel punt slechter is en op ten minste een punt beter. Wat overblijft is een
afweging: beter op het ene is slechter op het andere. Alleen een verschil dat groter is dan het toeval telt."""
formula = """a verslaat b als van elk punt het tiende percentiel van a − b niet onder nul ligt en van ten minste een punt erboven; de
trekkingen zijn voor alle programma's dezelfde."""
source = "Deb e.a. (2002) voor de zoektocht in rondes; docs/explanation/three-tiers.md."


def unbeaten(table: pl.DataFrame) -> list[str]:
    """Which rows stand, with a margin that is drawn apart for each: the same draws for all rows."""
    spread = table["noise"].to_numpy()[:, None, None] * np.array([-1.0, 0.0, 1.0])[None, :, None]
    scores = table.select("treads", "social").to_numpy()[:, None, :] + spread
    return ["ja" if each else "nee" for each in front(scores)]


def test_only_what_is_beaten_on_all_counts_falls_out(spec):
    """De vierde valt af: de tweede is op beide punten beter. De eerste drie ruilen treden tegen sociale huur.

    (60, 10) en (40, 50) hebben elk een punt voor op (50, 40).
    """
    spec("""
        row | treads | social | noise || unbeaten
        ----+--------+--------+-------++---------
        1   |   60   |   10   |   0   || ja
        2   |   50   |   40   |   0   || ja
        3   |   40   |   50   |   0   || ja
        4   |   45   |   35   |   0   || nee
    """, unbeaten)  # fmt: skip


def test_a_difference_within_chance_beats_nobody(spec):
    """Is de tweede zo onzeker dat het verschil ook andersom kan zijn, dan blijven beide staan.

    Het verschil is 5, maar loopt van −15 tot 25.
    """
    spec("""
        row | treads | social | noise || unbeaten
        ----+--------+--------+-------++---------
        1   |   50   |   40   |   0   || ja
        2   |   45   |   35   |  20   || ja
    """, unbeaten)  # fmt: skip
