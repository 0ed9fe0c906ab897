"""Method: weights of parts that come from the data, on five areas by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.scores.part_weights import component_weights, entropy_weights, regression_weights

title = "Gewichten uit de gegevens"
chapter = "Samengestelde cijfers"
order = 30
says = """Gewoonlijk wegen alle delen even zwaar. Gewichten kunnen ook uit de gegevens komen. Zulke gewichten zeggen hoe delen
samenhangen, nooit hoe belangrijk ze zijn."""
formula = """hoofdcomponenten: na draaien (varimax) de grootste lading van elk deel in het kwadraat, samen 1;
entropie: 1 + Σ p ln p / ln n, met p het deel van een gebied in de som; regressie: kleinste kwadraten op een doel, zonder
gewichten onder nul."""
source = """OECD/JRC, Handbook on Constructing Composite Indicators (2008), stap 6; Hwang en Yoon (1981) voor entropie; de
Leefbaarometer voor het wegen naar een doel."""


def by_part(table: pl.DataFrame, method: str) -> dict[str, float]:
    """Weight of each part."""
    parts = [name for name in table.columns if name not in ("area", "target")]
    marks = table.select(parts).to_numpy().astype(float)
    if method == "regression":
        # Every area is a block of its own.
        found = regression_weights(marks, table["target"].to_numpy().astype(float), parts, np.arange(len(marks)))
    else:
        found = {"pca": component_weights, "entropy": entropy_weights}[method](marks, parts)
    assert np.isclose(sum(found.by_part.values()), 1)
    return found.by_part


def test_components_by_hand(spec):
    """Twee delen die samen op en neer gaan vormen één component; een deel dat daar los van staat, een tweede.

    Wonen en werk zijn gelijk, zorg heeft er correlatie 0 mee. Eigenwaarden 2 en 1; aandelen ⅔ en ⅓. Wonen en werk delen de eerste.
    """
    spec("""
        area   | wonen | werk | zorg
        -------+-------+------+-----
        GM0001 |   4   |  4   |  8
        GM0002 |   5   |  5   |  5
        GM0003 |   6   |  6   |  4
        GM0004 |   7   |  7   |  5
        GM0005 |   8   |  8   |  8
    """, by_part, method="pca", answer="""
        wonen  | werk   | zorg
        -------+--------+-------
        0.3333 | 0.3333 | 0.3333
    """)  # fmt: skip


def test_the_weight_of_a_part_that_goes_along_only_half(spec):
    """Een deel dat maar half meegaat, weegt minder; wat een component minder verklaart dan één deel doet, telt niet.

    Zorg heeft correlatie 0,5 met de andere twee. Eigenwaarden (3 ± √(1 + 8 × 0,25)) / 2 = 2,366 en 0,634; alleen de eerste telt. Haar ladingen
    in het kwadraat verhouden zich als 1 : 1 : 2 × 0,5176² = 0,536, dus 0,394, 0,394 en 0,211.
    """
    spec("""
        area   | wonen | werk | zorg
        -------+-------+------+-----
        GM0001 |   4   |  4   |  6
        GM0002 |   5   |  5   |  5
        GM0003 |   6   |  6   |  4
        GM0004 |   7   |  7   |  8
        GM0005 |   8   |  8   |  7
    """, by_part, method="pca", answer="""
        wonen | werk  | zorg
        ------+-------+------
        0.394 | 0.394 | 0.211
    """)  # fmt: skip


def test_components_give_nothing_to_what_never_differs(spec):
    """Een deel dat overal gelijk is, weegt niets.

    De andere twee gaan precies tegen elkaar in: één component met eigenwaarde 2, en even grote ladingen.
    """
    spec("""
        area   | wonen | werk | zorg
        -------+-------+------+-----
        GM0001 |   4   |  8   |  6
        GM0002 |   5   |  7   |  6
        GM0003 |   6   |  6   |  6
        GM0004 |   7   |  5   |  6
        GM0005 |   8   |  4   |  6
    """, by_part, method="pca", answer="""
        wonen | werk | zorg
        ------+------+-----
        0.50  | 0.50 | 0.00
    """)  # fmt: skip


def test_entropy_by_hand(spec):
    """Entropie geeft meer gewicht aan een deel dat ongelijker over de gebieden verdeeld is.

    Wonen: vier keer een tiende en zes tiende, entropie 1,2275 / ln 5 = 0,763, dus 0,237 blijft over. Werk: 0,1, drie keer 0,2 en 0,3,
    entropie 1,5571 / ln 5 = 0,967, dus 0,033. Samen 0,270.
    """
    spec("""
        area   | wonen | werk | zorg
        -------+-------+------+-----
        GM0001 |   2   |  2   |  6
        GM0002 |   2   |  4   |  6
        GM0003 |   2   |  4   |  6
        GM0004 |   2   |  4   |  6
        GM0005 |  12   |  6   |  6
    """, by_part, method="entropy", answer="""
        wonen | werk  | zorg
        ------+-------+-----
        0.880 | 0.120 | 0.000
    """)  # fmt: skip


def test_regression_finds_what_made_the_target(spec):
    """Regressie vindt de gewichten waarmee de delen een doel het best voorspellen.

    Het doel is gemaakt als ¾ wonen + ¼ werk; zorg speelt niet mee.
    """
    spec("""
        area   | wonen | werk | zorg | target
        -------+-------+------+------+-------
        GM0001 |   4   |  8   |  5   | 5.00
        GM0002 |   5   |  5   |  7   | 5.00
        GM0003 |   6   |  9   |  6   | 6.75
        GM0004 |   7   |  4   |  4   | 6.25
        GM0005 |   8   |  6   |  8   | 7.50
    """, by_part, method="regression", answer="""
        wonen | werk | zorg
        ------+------+-----
        0.75  | 0.25 | 0.00
    """)  # fmt: skip


def test_regression_never_weighs_against_a_part(spec):
    """Wat het doel tegenwerkt krijgt gewicht nul: een samengesteld cijfer straft geen gunstig deel.

    Het doel is wonen − werk; de twee delen hangen niet samen, dus wonen houdt alles.
    """
    spec("""
        area   | wonen | werk | target
        -------+-------+------+-------
        GM0001 |   4   |  8   |  -4
        GM0002 |   5   |  5   |   0
        GM0003 |   6   |  4   |   2
        GM0004 |   7   |  5   |   2
        GM0005 |   8   |  8   |   0
    """, by_part, method="regression", answer="""
        wonen | werk
        ------+-----
        1.00  | 0.00
    """)  # fmt: skip
