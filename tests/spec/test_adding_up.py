"""Method: each way of adding up marks, on two parts by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stadspeil.scores.explaining import waterfall
from stadspeil.scores.recipes import Recipe, added_up

title = "Manieren van optellen"
chapter = "Samengestelde cijfers"
order = 20
says = """Delen tellen gewoonlijk op tot hun gewogen gemiddelde: een sterk deel maakt een zwak deel dan helemaal goed. Andere
manieren van optellen laten dat minder toe. Het rapport gebruikt het gewone gemiddelde, en rekent de andere na."""
formula = """rekenkundig Σ wᵢmᵢ; meetkundig exp Σ wᵢ ln mᵢ; harmonisch 1 / Σ (wᵢ / mᵢ); macht p (Σ wᵢmᵢᵖ)^(1/p); Mazziotta-Pareto gemiddelde − variantie /
gemiddelde; Copeland: het deel van de andere gemeenten dat een gemeente verslaat, min het deel dat haar verslaat, op de schaal van
rapportcijfers."""
source = """OECD/JRC, Handbook on Constructing Composite Indicators (2008), stap 6 en 7; Mazziotta en Pareto (2013);
Copeland (1951)."""


def whole(table: pl.DataFrame, **recipe: Any) -> pl.DataFrame:
    """Composite marks of areas with a column of marks per part."""
    parts = [name for name in table.columns if name != "area"]
    made = Recipe("proef", tuple(parts), **recipe)
    weights = made.given_weights()
    long = table.unpivot(index="area", variable_name="indicator", value_name="mark").drop_nulls("mark")
    present = long.with_columns(
        pl.col("mark").cast(pl.Float64),
        mark_spread=pl.lit(None, dtype=pl.Float64),
        weight=pl.col("indicator").replace_strict(weights, return_dtype=pl.Float64) / sum(weights.values()),
        oldest=pl.lit(2020, dtype=pl.Int16),
        imputed=pl.lit(False),
    )
    return table.select("area").join(added_up(made, present, 6.5), on="area", how="left", maintain_order="left")


def test_arithmetic(spec):
    """Het gewone gemiddelde kijkt alleen naar de som.

    (4 + 9) / 2 = 6,5.
    """
    spec("""
        area   | wonen | werk || mark
        -------+-------+------++-----
        GM0001 |   4   |  9   || 6.5
        GM0002 |   6.5 |  6.5 || 6.5
        GM0003 |   3   | 10   || 6.5
        GM0004 |   5   |  6   || 5.5
        GM0005 |   8   |  9   || 8.5
    """, whole, aggregation="arithmetic")  # fmt: skip


def test_geometric(spec):
    """Het meetkundig gemiddelde rekent in verhoudingen: ongelijke delen kosten iets.

    √(4 × 9) = 6; √(3 × 10) = 5,48.
    """
    spec("""
        area   | wonen | werk || mark
        -------+-------+------++-----
        GM0001 |   4   |  9   || 6.00
        GM0002 |   6.5 |  6.5 || 6.50
        GM0003 |   3   | 10   || 5.48
        GM0004 |   5   |  6   || 5.48
        GM0005 |   8   |  9   || 8.49
    """, whole, aggregation="geometric")  # fmt: skip


def test_harmonic(spec):
    """Het harmonisch gemiddelde weegt het zwakste deel nog zwaarder.

    2 / (1/4 + 1/9) = 72/13 = 5,54; 2 / (1/3 + 1/10) = 60/13 = 4,62.
    """
    spec("""
        area   | wonen | werk || mark
        -------+-------+------++-----
        GM0001 |   4   |  9   || 5.54
        GM0002 |   6.5 |  6.5 || 6.50
        GM0003 |   3   | 10   || 4.62
        GM0004 |   5   |  6   || 5.45
        GM0005 |   8   |  9   || 8.47
    """, whole, aggregation="harmonic")  # fmt: skip


def test_power_below_one_is_stricter(spec):
    """Een machtsgemiddelde maakt de harmonische weg nog strenger of minder streng; hier macht −2.

    ((4⁻² + 9⁻²) / 2)^(−1/2) = (0,03742)^(−1/2) = 5,17; ((3⁻² + 10⁻²) / 2)^(−1/2) = 4,06.
    """
    spec("""
        area   | wonen | werk || mark
        -------+-------+------++-----
        GM0001 |   4   |  9   || 5.17
        GM0002 |   6.5 |  6.5 || 6.50
        GM0003 |   3   | 10   || 4.06
        GM0004 |   5   |  6   || 5.43
        GM0005 |   8   |  9   || 8.46
    """, whole, aggregation="power", power=-2.0)  # fmt: skip


def test_power_above_one_is_milder(spec):
    """Boven de 1 telt het sterkste deel juist zwaarder; hier macht 2.

    √((4² + 9²) / 2) = √48,5 = 6,96. Macht 1 is het gewone, 0 het meetkundig en −1 het harmonisch gemiddelde.
    """
    spec("""
        area   | wonen | werk || mark
        -------+-------+------++-----
        GM0001 |   4   |  9   || 6.96
        GM0002 |   6.5 |  6.5 || 6.50
        GM0003 |   3   | 10   || 7.38
    """, whole, aggregation="power", power=2.0)  # fmt: skip


def test_mazziotta_pareto(spec):
    """Mazziotta-Pareto trekt van het gemiddelde af hoe ver de delen uiteen liggen.

    3, 6 en 9: gemiddelde 6, variantie (9 + 0 + 9) / 3 = 6, dus 6 − 6 / 6 = 5 (harmonisch zou het 4,91 zijn). Bij twee delen zijn beide gelijk.
    """
    spec("""
        area   | wonen | werk | zorg || mark
        -------+-------+------+------++-----
        GM0001 |   3   |  6   |   9  || 5.00
        GM0002 |   6   |  6   |   6  || 6.00
        GM0003 |   4   |  4   |  10  || 4.67
        GM0004 |   5   |  6   |   7  || 5.89
        GM0005 |   4   |  9   |   -  || 5.54
    """, whole, aggregation="mazziotta_pareto")  # fmt: skip


def test_copeland(spec):
    """Bij Copeland telt wie op de meeste delen voor staat, niet met hoeveel.

    De eerste verslaat niemand (op één van drie delen voor), de tweede verslaat de eerste, de derde verslaat beide: −1, 0 en 1.
    De standaardafwijking daarvan is 0,816, dus cijfers 6,5 ± 1,25 / 0,816 = 4,97 en 8,03. Het gemiddelde zou de eerste vooraan zetten.
    """
    spec("""
        area   | wonen | werk | zorg || mark
        -------+-------+------+------++-----
        GM0001 |  10   |  3   |  3   || 4.97
        GM0002 |   4   |  4   |  4   || 6.50
        GM0003 |   5   |  5   |  5   || 8.03
    """, whole, aggregation="copeland")  # fmt: skip


def test_weights_say_how_much_a_part_counts(spec):
    """Met opgegeven gewichten telt een deel zo zwaar als er staat; ontbreekt een deel, dan vervalt zijn gewicht.

    Wonen telt drie keer zo zwaar: (3 × 4 + 9) / 4 = 5,25. De vierde heeft alleen werk, een kwart van het gewicht.
    """
    spec("""
        area   | wonen | werk || mark | coverage
        -------+-------+------++------+---------
        GM0001 |   4   |  9   || 5.25 |  1
        GM0002 |   9   |  4   || 7.75 |  1
        GM0003 |   4   |  -   || 4.00 |  0.75
        GM0004 |   -   |  9   || 9.00 |  0.25
        GM0005 |   6   |  6   || 6.00 |  1
    """, whole, weights="declared", weight={"wonen": 3.0, "werk": 1.0})  # fmt: skip


def test_a_missing_part_may_stand_in_the_middle(spec):
    """Waar een samengesteld cijfer dat zo heeft vastgelegd, telt een ontbrekend deel mee als 6,5.

    (4 + 6,5) / 2 = 5,25.
    """
    spec("""
        area   | wonen | werk || mark
        -------+-------+------++-----
        GM0001 |   4   |  -   || 5.25
        GM0002 |   -   |  9   || 7.75
        GM0003 |   4   |  9   || 6.50
    """, whole, missing="middle")  # fmt: skip


def steps(table: pl.DataFrame, mark: float) -> pl.DataFrame:
    """What each part adds to the distance of a mark from 6.5."""
    marks, weights = (table[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("mark", "weight"))
    made = waterfall(table["part"].to_list(), marks, weights, mark, 6.5)
    return pl.DataFrame({"part": [each.part for each in made], "adds": [each.adds for each in made]})


def test_what_parts_add_sums_to_the_distance_from_the_middle(spec):
    """De bijdragen van de delen tellen precies op tot het cijfer min 6,5.

    Gewichten van wat er is: 0,5 / 0,75 = ⅔ en ⅓. Wonen ⅔ × (8 − 6,5) = 1,00; werk ⅓ × (5 − 6,5) = −0,50; samen 7,0 − 6,5.
    """
    spec("""
        part  | mark | weight
        ------+------+-------
        wonen |  8   |  0.5
        werk  |  5   |  0.25
        zorg  |  -   |  0.25
    """, steps, mark=7.0, answer="""
        part  | adds
        ------+------
        wonen |  1.00
        werk  | -0.50
    """)  # fmt: skip


def test_another_way_of_adding_up_is_a_step_of_its_own(spec):
    """Telt een cijfer niet gewoon op, dan is wat dat scheelt een eigen stap: het samenspel.

    Meetkundig is 4 met 9 een 6. De delen geven −1,25 en +1,25; het samenspel is 6 − 6,5 = −0,5.
    """
    spec("""
        part  | mark | weight
        ------+------+-------
        wonen |  4   |  0.5
        werk  |  9   |  0.5
    """, steps, mark=6.0, answer="""
        part      | adds
        ----------+------
        wonen     | -1.25
        werk      |  1.25
        samenspel | -0.50
    """)  # fmt: skip
