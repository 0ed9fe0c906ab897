"""Method: hidden buurten, clusters on the map and shrunken values, on a few buurten by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

from stadspeil.analyses.clusters import hot_spots, local_clusters
from stadspeil.analyses.hidden_buurten import benjamini_hochberg, pocket_test, wijk_hides
from stadspeil.analyses.shrunken import shrink_shares

title = "Buurten die afwijken"
chapter = "Beneden de wijk"
order = 20
says = """Een buurt wijkt af als zij meer van de rest van haar wijk verschilt dan ruis en gewone verschillen verklaren. Omdat er duizenden buurten
worden bekeken, wordt het aandeel onterechte vondsten op hoogstens één op de tien gehouden. Op de kaart worden buurten ook met hun buren
vergeleken."""
formula = """verschil = buurt − gewogen gemiddelde van de rest van de wijk; fout² = ruis buurt + ruis rest + gewone spreiding² × (1 + Σ w² / (Σ w)²);
Benjamini-Hochberg: de grootste k met p₍ₖ₎ ≤ k × grens / aantal. Moran: lag = gemiddelde score van de buren, z = (lag − verwachting) / fout over alle
wisselingen; Gi* = (Σ buren en zelf − k μ) / (s √((n k − k²) / (n − 1)))."""
source = """Benjamini en Hochberg (1995); Anselin (1995); Sokal, Oden en Thomson (1998); Ord en Getis (1995); docs/decisions/0012-what-counts-as-hidden.md (wat gewoon is). Dezelfde
getallen als esda: tests/published/test_oracles.py."""


def test_which_tests_are_discoveries(spec):
    """Van veel toetsen tegelijk blijven alleen die over die samen hoogstens één op de tien onterecht zijn.

    Vijf toetsen, grens 0,1, op volgorde: 0,01 ≤ 0,02; 0,05 > 0,04; 0,055 ≤ 0,06; 0,09 > 0,08; 0,6 > 0,1. De derde is de laatste die haalt,
    en neemt alle kleinere mee; 0,09 is geen vondst.
    """
    spec("""
        row | p     || found
        ----+-------++------
        a   | 0.090 ||  0
        b   | 0.010 ||  1
        c   | 0.055 ||  1
        d   |  -    ||  0
        e   | 0.050 ||  1
        f   | 0.600 ||  0
    """, lambda p: benjamini_hochberg(p, 0.1))  # fmt: skip


def beside_quiet_wijken(table: pl.DataFrame) -> object:
    """The pocket test in a country of forty more wijken, in which all three buurten stand at 10."""
    quiet = pl.DataFrame({"wijk": [f"Q{n // 3}" for n in range(120)], "value": 10.0, "spread": 1.0, "people": 500.0})
    whole = pl.concat(
        [table.with_columns(pl.col("value", "spread", "people").cast(pl.Float64)).select(quiet.columns), quiet]
    )
    found = pocket_test(*(whole[name].to_numpy() for name in ("value", "spread", "people", "wijk")))
    names = ("rest", "difference", "error", "found")
    return pl.DataFrame({name: getattr(found, name)[: len(table)] for name in names})


def test_a_buurt_beside_the_rest_of_its_wijk(spec):
    """Een buurt wordt naast de rest van haar wijk gehouden; een gevonden buurt telt daarna niet mee in de rest van de andere.

    De derde: rest (10 + 10) / 2; ruis 1² + (1² + 1²) / 2² = 1,5, fout 1,22; verschil 6 is 4,9 keer de fout. De eerste naast de tweede:
    ruis 1 + 1, fout 1,41. Gewone verschillen zijn er in dit land niet. De laatste is alleen in haar wijk en kan niet worden getoetst.
    """
    spec("""
        wijk | value | spread | people || rest | difference | error | found
        -----+-------+--------+--------++------+------------+-------+------
        A    |  10   |   1    |  500   ||  10  |   0        | 1.41  |  0
        A    |  10   |   1    |  500   ||  10  |   0        | 1.41  |  0
        A    |  16   |   1    |  500   ||  10  |   6        | 1.22  |  1
        B    |  30   |   1    |  500   ||  -   |   -        |  -    |  0
    """, beside_quiet_wijken)  # fmt: skip


def test_a_small_buurt_needs_a_larger_difference(spec):
    """Hetzelfde verschil telt bij een kleine buurt minder: haar ruis is groter.

    Klein: √(4² + 0,5) = 4,06, dus 6 is anderhalf keer de fout. Groot: √(1² + 0,5) = 1,22.
    """
    spec("""
        wijk | value | spread | people || difference | error | found
        -----+-------+--------+--------++------------+-------+------
        A    |  10   |   1    |  500   ||            |       |  0
        A    |  10   |   1    |  500   ||            |       |  0
        A    |  16   |   4    |   30   ||   6        | 4.06  |  0
        B    |  10   |   1    |  500   ||            |       |  0
        B    |  10   |   1    |  500   ||            |       |  0
        B    |  16   |   1    |  500   ||   6        | 1.22  |  1
    """, beside_quiet_wijken)  # fmt: skip


def hides(wijk: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Whether a wijk hides a buurt, where the country's wijken stand at 0, 1, ... 100."""
    return wijk_hides(np.arange(101.0), wijk, difference)


def test_when_a_wijk_hides_a_buurt(spec):
    """Een wijk verbergt een buurt, tenzij de wijk zelf aan dezelfde kant opvalt: in het buitenste vijfde deel.

    De wijken van het land staan van 0 tot 100; het hoogste vijfde deel begint boven 80.
    """
    spec("""
        row | wijk | difference || hides
        ----+------+------------++------
        a   |  50  |     4      ||  1
        b   |  80  |     4      ||  1
        c   |  81  |     4      ||  0
        d   |   5  |     4      ||  1
        e   |  95  |    -4      ||  1
        f   |   5  |    -4      ||  0
    """, hides)  # fmt: skip


def in_a_row(number: int) -> sparse.csr_array:
    """Areas on a line, each touching the next."""
    ones = np.ones(number - 1)
    return sparse.csr_array(sparse.diags_array([ones, ones], offsets=[-1, 1]))


def moran(value: np.ndarray) -> dict[str, np.ndarray]:
    """Local Moran of areas on a line."""
    found = local_clusters(value[:, None], in_a_row(len(value)))
    return {name: getattr(found, name)[:, 0] for name in ("score", "lag", "z")}


def test_local_moran(spec):
    """Moran vergelijkt het gemiddelde van de buren met wat buren bij toeval zouden zijn.

    Vijf buurten op een rij. Scores naar plaats: ±1,2816, ±0,5244 en 0, gedeeld door 0,8758. De eerste heeft één buur: lag −0,599; verwacht
    1,4634 / 4 = 0,366; variantie 0,7147 − 0,1339 = 0,5808; z = −0,965 / 0,762 = −1,27.
    """
    spec("""
        area | value || score  | lag    | z
        -----+-------++--------+--------+-------
        BU01 |   1   || -1.463 | -0.599 | -1.27
        BU02 |   2   || -0.599 | -0.732 | -1.43
        BU03 |   3   ||  0.000 |  0.000 |  0.00
        BU04 |   4   ||  0.599 |  0.732 |  1.43
        BU05 |   5   ||  1.463 |  0.599 |  1.27
    """, moran)  # fmt: skip


def test_hot_spots(spec):
    """Gi* telt een buurt en haar buren bij elkaar en houdt die som naast het gemiddelde van het land.

    Gemiddelde 3, s = √2. De eerste met één buur: (1 + 2 − 2 × 3) / (√2 × √((10 − 4) / 4)) = −1,73.
    """
    spec("""
        area | value || z
        -----+-------++-------
        BU01 |   1   || -1.73
        BU02 |   2   || -1.73
        BU03 |   3   ||  0.00
        BU04 |   4   ||  1.73
        BU05 |   5   ||  1.73
    """, lambda value: hot_spots(value[:, None], in_a_row(len(value)))[:, 0])  # fmt: skip


def beside_ordinary_buurten(table: pl.DataFrame) -> pl.DataFrame:
    """Shrunken shares in one gemeente with two hundred more buurten of a thousand people, spread evenly from 8 to 12 %."""
    others = pl.DataFrame({"share": np.linspace(0.08, 0.12, 200), "people": np.full(200, 1000.0)})
    whole = pl.concat([table.select(pl.col("share", "people").cast(pl.Float64)), others])
    found = shrink_shares(
        whole["share"].to_numpy(), whole["people"].to_numpy(), np.full(len(whole), "GM01"), threshold=0.15
    )
    return pl.DataFrame({name: getattr(found, name)[: len(table)] for name in ("low", "high", "shrunken")})


def test_raw_and_shrunken_shares(spec):
    """De ruwe waarde houdt haar eigen marge; de ingetrokken waarde leunt op de gemeente, en een kleine buurt leunt het meest.

    Ruw 10 van 100: ln(10,5 / 90,5) = −2,154; variantie 101 × 102 / (100 × 11 × 91) = 0,1029; marge 1,645 × 0,3208 = 0,528; terug van −2,682 en
    −1,626 naar 0,064 en 0,164. Een grote buurt die ver weg ligt, houdt haar afstand.
    """
    spec("""
        area | share | people || low   | high  | shrunken
        -----+-------+--------++-------+-------+-----------
        BU01 |  0.10 |   100  || 0.064 | 0.164 | 0.09..0.12
        BU02 |  0.20 |    50  ||       |       | 0.10..0.13
        BU03 |  0.20 |  5000  ||       |       | 0.19..0.20
        BU04 |  0.40 |  5000  ||       |       | 0.39..0.40
    """, beside_ordinary_buurten)  # fmt: skip
