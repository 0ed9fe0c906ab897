"""Method: who is surely among the worst, and what that makes of a criterion."""

from __future__ import annotations

import polars as pl

from stadspeil.appraisal.funds.sureness import surely_among_worst, worst_of

title = "Een ander criterium"
chapter = "Ex ante afwegen"
order = 60
says = """Een criterium wijst een deel van de gebieden aan, bijvoorbeeld het slechtste vijfde deel. Een gebied hoort daar zeker
bij als alle gebieden op zoveel na aantoonbaar beter zijn, en zeker niet als zoveel gebieden aantoonbaar slechter zijn.
Anders gaat zijn marge over de grens en is het niet te zeggen."""
formula = """a is aantoonbaar beter dan b als het verschil groter is dan 1,64 · √(ruis a² + ruis b²); van k plaatsen hoort een gebied
zeker bij de slechtste als er ten minste n − k aantoonbaar beter zijn, en zeker niet als er ten minste k aantoonbaar slechter zijn."""
source = "docs/explanation/funds.md; paarsgewijs onderscheiden als in Mogstad e.a. (2024)."


def verdict(table: pl.DataFrame) -> list[str]:
    """In or out of the worst fifth (higher is worse), or cannot be told."""
    values, noise = (table[name].cast(pl.Float64).to_numpy() for name in ("value", "noise"))
    _, number = worst_of(values, 0.2)
    sure = surely_among_worst(values, noise, number, 0.9)
    return [
        "erin" if among else "eruit" if apart else "niet te zeggen"
        for among, apart in zip(sure.among, sure.apart, strict=True)
    ]


def test_far_from_the_threshold_is_sure_and_near_it_is_not(spec):
    """Van vijf buurten hoort de slechtste er een bij. Twee liggen te dicht bij elkaar om te zeggen welke.

    Het verschil tussen 20 en 19 is 1; aantoonbaar is pas 1,64 · √(1² + 1²) = 2,3.
    """
    spec("""
        area | value | noise || verdict
        -----+-------+-------++---------------
        A    |  20   |   1   || niet te zeggen
        B    |  19   |   1   || niet te zeggen
        C    |  12   |   1   || eruit
        D    |  10   |   1   || eruit
        E    |   8   |   1   || eruit
    """, verdict)  # fmt: skip


def test_a_clear_worst_is_sure(spec):
    """Ligt de slechtste buurt ver van de rest, dan hoort zij er zeker bij en de andere zeker niet."""
    spec("""
        area | value | noise || verdict
        -----+-------+-------++--------
        A    |  20   |   1   || erin
        B    |  15   |   1   || eruit
        C    |  12   |   1   || eruit
        D    |  10   |   1   || eruit
        E    |   8   |   1   || eruit
    """, verdict)  # fmt: skip


def test_a_small_buurt_with_much_noise_cannot_be_told(spec):
    """Een kleine buurt met veel ruis kan de slechtste zijn, ook als zij dat naar haar waarde niet is."""
    spec("""
        area | value | noise || verdict
        -----+-------+-------++---------------
        A    |  20   |   1   || niet te zeggen
        B    |  12   |   8   || niet te zeggen
        C    |  12   |   1   || eruit
        D    |  10   |   1   || eruit
        E    |   8   |   1   || eruit
    """, verdict)  # fmt: skip
