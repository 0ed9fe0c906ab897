"""Method: euros of later years, and estimates that turn out higher, by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.appraisal.discounting import schedule_of
from stadspeil.appraisal.optimism import with_optimism
from stadspeil.catalogue import load_catalogue

title = "Contant maken, en wat duurder uitvalt"
chapter = "Ex ante afwegen"
order = 30
says = """Een euro later is minder waard dan een euro nu. De Nederlandse discontovoet is in de tijd gelijk en hangt van de soort
stroom af; de Britse loopt na jaar 30 af en staat er alleen ter vergelijking naast. Ramingen van kosten en bouwtijd krijgen een
opslag naar soort werk, die kleiner wordt als het plan verder is."""
formula = """factor van jaar t = 1 / ((1 + r₁) … (1 + r_t)); jaar 0 telt voor 1. Kosten: C′ = C (1 + b (1 − m)), bouwtijd net zo, met b de
bovengrens van de soort werk en m wat in het stadium is weggewerkt."""
source = """Werkgroep discontovoet 2020; HM Treasury, The Green Book, bijlage A6; Mott MacDonald 2002;
docs/explanation/money-of-a-package.md."""


def factors(table: pl.DataFrame) -> pl.DataFrame:
    """Worth now of a euro in a year, by schedule."""
    catalogue, years = load_catalogue(), table["year"].to_numpy().astype(int)
    longest = int(years.max()) + 1
    rates = ("standaard", "kosten_gebruiksonafhankelijk", "conjunctuurgevoelig")
    dutch = [schedule_of(catalogue, rate).factors(longest)[years] for rate in rates]
    british = schedule_of(catalogue, "standaard", scheme="uk").factors(longest)[years]
    return pl.DataFrame(dict(zip(("standard", "costs_rate", "cyclical", "british"), (*dutch, british), strict=True)))


def test_a_euro_later_is_worth_less_now(spec):
    """Een euro over tien jaar is met 2,25 % nu 80 cent waard; de Britse voet is hoger, maar loopt na jaar 30 af.

    1,0225⁻¹⁰ = 0,8005; 1,016⁻¹⁰ = 0,8532; 1,029⁻¹⁰ = 0,7514; 1,035⁻¹⁰ = 0,7089. Jaar 31 Brits: 1,035⁻³⁰ / 1,03 = 0,3459.
    """
    spec("""
        year || standard | costs_rate | cyclical | british
        -----++----------+------------+----------+--------
           0 ||   1.0000 |     1.0000 |   1.0000 |  1.0000
          10 ||   0.8005 |     0.8532 |   0.7514 |  0.7089
          31 ||   0.5017 |     0.6114 |   0.4122 |  0.3459
    """, factors)  # fmt: skip


def surcharged(table: pl.DataFrame) -> pl.DataFrame:
    """Estimates with what is left of the bias."""
    columns = (table[name].to_numpy() for name in ("estimate", "bound", "mitigated"))
    return pl.DataFrame({"becomes": np.array([with_optimism(*row) for row in zip(*columns, strict=True)])})


def test_an_estimate_gets_what_the_stage_has_not_yet_worked_away(spec):
    """Straten (bovengrens 44 %): een idee van 100 wordt 144, een plan 130,8, een contract 108,8.

    100 x (1 + 0,44 x 1) = 144; 100 x (1 + 0,44 x 0,7) = 130,8; 100 x (1 + 0,44 x 0,2) = 108,8.
    """
    spec("""
        row         | estimate | bound | mitigated || becomes
        ------------+----------+-------+-----------++--------
        idee        |   100    | 0.44  |    0      ||  144.0
        plan        |   100    | 0.44  |    0.3    ||  130.8
        contract    |   100    | 0.44  |    0.8    ||  108.8
    """, surcharged)  # fmt: skip
