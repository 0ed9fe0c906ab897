"""Method: how differences divide over gemeenten, wijken and buurten, on five buurten by hand."""

from __future__ import annotations

import polars as pl

from stadspeil.analyses.nested_split import entropy_of_groups, mutual_information, nested_split

title = "Waar de verschillen liggen"
chapter = "Beneden de wijk"
order = 10
says = """Alle verschillen tussen buurten vallen precies uiteen in drie delen: tussen gemeenten, tussen de wijken van een gemeente, en tussen de
buurten van een wijk. Het laatste deel is wat geen wijkgemiddelde laat zien."""
formula = """Theil T = Σ gᵢ (xᵢ/μ) ln(xᵢ/μ); gemiddelde log-afwijking L = Σ gᵢ ln(μ/xᵢ); variantie = Σ gᵢ (xᵢ − μ)², met gᵢ het deel van de
inwoners. Scheiding van groepen: M = H(groepen) − Σ gᵢ H(groepen in buurt i), min (eenheden − 1)(groepen − 1) / 2N voor toeval."""
source = """Theil (1967); Shorrocks (1980); Theil en Finizza (1971); Elbers (2021); Miller (1955). Dezelfde getallen als de pakketten inequality
en segregation: tests/published/test_oracles.py."""


def split(table: pl.DataFrame, measure: str) -> object:
    """The three parts and their sum."""
    value, people = (table[name].to_numpy().astype(float) for name in ("value", "people"))
    return nested_split(value, people, table["gemeente"].to_numpy(), table["wijk"].to_numpy(), measure)


def test_theil(spec):
    """Theils T weegt verschillen naar bedragen.

    Gemiddelde 2. Totaal (2 × 0,5 ln 0,5 + 2 ln 2) / 5 = 0,1386. Wijken hebben gemiddeld 1, 3 en 2: (2 × 0,5 ln 0,5 + 2 × 1,5 ln 1,5) / 5 =
    0,1046. De rest ligt binnen de tweede wijk; beide gemeenten zijn gemiddeld 2.
    """
    spec("""
        gemeente | wijk | value | people
        ---------+------+-------+-------
        GM01     | WK01 |   1   |  100
        GM01     | WK01 |   1   |  100
        GM01     | WK02 |   2   |  100
        GM01     | WK02 |   4   |  100
        GM02     | WK03 |   2   |  100
    """, split, measure="theil", answer="""
        total  | between_gemeenten | between_wijken | within_wijken
        -------+-------------------+----------------+--------------
        0.1386 | 0.0000            | 0.1046         | 0.0340
    """)  # fmt: skip


def test_mean_log_deviation(spec):
    """De gemiddelde log-afwijking weegt verschillen naar mensen.

    Totaal (2 ln 2 + 0 − ln 2 + 0) / 5 = 0,1386; tussen wijken (2 ln(2/1) + 2 ln(2/3)) / 5 = 0,1151; binnen (ln(3/2) + ln(3/4)) / 5 = 0,0236.
    """
    spec("""
        gemeente | wijk | value | people
        ---------+------+-------+-------
        GM01     | WK01 |   1   |  100
        GM01     | WK01 |   1   |  100
        GM01     | WK02 |   2   |  100
        GM01     | WK02 |   4   |  100
        GM02     | WK03 |   2   |  100
    """, split, measure="mld", answer="""
        total  | between_gemeenten | between_wijken | within_wijken
        -------+-------------------+----------------+--------------
        0.1386 | 0.0000            | 0.1151         | 0.0236
    """)  # fmt: skip


def test_variance(spec):
    """De variantie wordt gebruikt voor aandelen en voor scores die onder nul kunnen komen.

    Gemiddelde 3; gemeenten gemiddeld 2 en 11/3. Tussen gemeenten (2 × 1 + 3 × (2/3)²) / 5 = 0,667; tussen wijken (1 + 1 + 2 × (2/3)² + (4/3)²) / 5
    = 0,933; binnen wijken (1 + 1) / 5 = 0,4. Samen 2.
    """
    spec("""
        gemeente | wijk | value | people
        ---------+------+-------+-------
        GM01     | WK01 |   1   |  100
        GM01     | WK02 |   3   |  100
        GM02     | WK03 |   2   |  100
        GM02     | WK03 |   4   |  100
        GM02     | WK04 |   5   |  100
    """, split, measure="variance", answer="""
        total | between_gemeenten | between_wijken | within_wijken
        ------+-------------------+----------------+--------------
        2.000 | 0.667             | 0.933          | 0.400
    """)  # fmt: skip


def test_a_wijk_average_can_hide_all_of_it(spec):
    """Twee wijken met hetzelfde gemiddelde kunnen alle verschillen verbergen.

    Beide wijken zijn gemiddeld 2; T = (0,5 ln 0,5 + 1,5 ln 1,5) / 4 = 0,0654, geheel binnen de eerste wijk.
    """
    spec("""
        gemeente | wijk | value | people
        ---------+------+-------+-------
        GM01     | WK01 |   1   |  100
        GM01     | WK01 |   3   |  100
        GM01     | WK02 |   2   |  100
        GM01     | WK02 |   2   |  100
    """, split, measure="theil", answer="""
        total  | between_gemeenten | between_wijken | within_wijken | share_below
        -------+-------------------+----------------+---------------+------------
        0.0654 | 0.0000            | 0.0000         | 0.0654        | 1.00
    """)  # fmt: skip


def apart(table: pl.DataFrame) -> dict[str, float]:
    """Mutual information of groups and buurten, its parts, and H: M as a share of the entropy of the groups."""
    counts = table.select("poor", "rich").to_numpy().astype(float)
    found = mutual_information(counts, table["gemeente"].to_numpy(), table["wijk"].to_numpy())
    return {
        "m": found.total,
        "between_wijken": found.between_wijken,
        "within_wijken": found.within_wijken,
        "h": found.total / entropy_of_groups(counts),
    }


def test_segregation(spec):
    """Scheiding van groepen: hoeveel zegt de buurt over wie er woont, na aftrek van wat toeval geeft.

    M tussen wijken: ln 2 − H(0,8) = 0,6931 − 0,5004 = 0,1927, min toeval 1 / 8000. Binnen wijken is er niets, min toeval 2 / 8000.
    H = 0,1924 / 0,6931 = 0,278.
    """
    spec("""
        gemeente | wijk | poor | rich
        ---------+------+------+-----
        GM01     | WK01 |  800 |  200
        GM01     | WK01 |  800 |  200
        GM01     | WK02 |  200 |  800
        GM01     | WK02 |  200 |  800
    """, apart, answer="""
        m      | between_wijken | within_wijken | h
        -------+----------------+---------------+------
        0.1924 | 0.1926         | -0.0003       | 0.278
    """)  # fmt: skip


def test_groups_that_never_meet(spec):
    """Wonen twee groepen nergens samen, dan is de scheiding zo groot als zij kan zijn: H is 1.

    M = ln 2 − 1 / 4000 = 0,6929.
    """
    spec("""
        gemeente | wijk | poor | rich
        ---------+------+------+-----
        GM01     | WK01 | 1000 |    0
        GM01     | WK01 |    0 | 1000
    """, apart, answer="""
        m      | between_wijken | within_wijken | h
        -------+----------------+---------------+-----
        0.6929 | 0.0000         | 0.6929        | 1.00
    """)  # fmt: skip
