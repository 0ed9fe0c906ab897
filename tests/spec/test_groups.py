"""Method: the average of a group, and the place that it would take."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.scores.groups import GroupsOfYear
from stadspeil.scores.ranks import position

title = "Groepen"
chapter = "Cijfers en plaatsen"
order = 40
says = """Een groep is het gewone gemiddelde van haar gemeenten: elke gemeente telt één keer, hoe groot zij ook is. Bij een
groep staat ook de plaats die dat gemiddelde zou innemen als het een gemeente was."""
formula = "plaats van de groep = 1 + het aantal gemeenten dat strikt gunstiger is dan het gemiddelde van haar leden."
source = "Zorgen voor New Towns (2024), de vergelijking met 'de gemiddelde New Town'; keuze van Stadspeil."


def of_group(table: pl.DataFrame) -> dict[str, float]:
    """Mean of the members, how many have a value, and the place of that mean in the whole field."""
    codes = table["area"].to_numpy().astype(str)
    member = table["member"].to_numpy()[None, :] > 0
    values = table["value"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    (mean,), (present,) = GroupsOfYear(("g",), ("group",), codes, member).means(codes, values)
    return {"value": mean, "present": present, "rank": position(mean, values, "higher_is_better")}


def test_a_group_takes_the_place_of_its_mean(spec):
    """Het gemiddelde van een groep krijgt een plaats zonder zelf iemands plaats in te nemen.

    Gemiddelde van de leden: (20 + 60) / 2 = 40. Alleen 60 en 50 zijn gunstiger, dus de derde plaats.
    """
    spec("""
        area   | value | member
        -------+-------+-------
        GM0001 |   20  |   1
        GM0002 |   60  |   1
        GM0003 |   50  |   0
        GM0004 |   30  |   0
        GM0005 |   10  |   0
    """, of_group, answer="""
        value | present | rank
        ------+---------+-----
         40   |    2    |  3
    """)  # fmt: skip


def test_a_member_without_a_value_does_not_count(spec):
    """Een lid zonder waarde telt niet mee; hoeveel leden er wel zijn, staat erbij.

    Van de drie leden hebben er twee een waarde: (20 + 60) / 2 = 40.
    """
    spec("""
        area   | value | member
        -------+-------+-------
        GM0001 |   20  |   1
        GM0002 |   60  |   1
        GM0003 |    -  |   1
        GM0004 |   40  |   0
        GM0005 |   10  |   0
    """, of_group, answer="""
        value | present | rank
        ------+---------+-----
         40   |    2    |  2
    """)  # fmt: skip
