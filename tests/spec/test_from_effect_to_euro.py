"""Method: what a change is worth, and who pays and gains, by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
from appraisal_grounds import ground
from appraisal_money import FRAME, effect, stream

from stadspeil.appraisal.ledger import ledger_of
from stadspeil.appraisal.valuing import benefits_of
from stadspeil.catalogue import load_catalogue

title = "Van effect naar euro, en naar wie"
chapter = "Ex ante afwegen"
order = 31
says = """Een verandering van een cijfer wordt euro's door haar te vermenigvuldigen met hoeveel mensen of woningen zij raakt en met een
kengetal. Van wat op zwak bewijs of een zwak kengetal rust gaat een deel af; schade wordt niet kleiner gemaakt. Een baat telt een
keer. Elke euro heeft iemand die hem betaalt en iemand die hem krijgt: de rijen samen zijn de samenleving."""
formula = """B = ΔI × aantal × kengetal × (1 − aftrek bewijs) × (1 − aftrek kengetal). Vraag aan het Rijk = het hoogste van 0 en wat gemeente,
corporaties en schoolbesturen samen naar verwachting tekortkomen."""
source = """CPB/PBL, Algemene leidraad voor maatschappelijke kosten-batenanalyse; aftrek naar het voorbeeld van GMCA;
docs/explanation/money-of-a-package.md."""


def valued(table: pl.DataFrame) -> pl.DataFrame:
    """Euro a year of burglaries fewer in a buurt of 1000 inhabitants, at 8,000 euro each."""
    ours = load_catalogue()
    found = []
    for fewer, strength, grade in table.select("per_1000", "proof", "grade").iter_rows():
        value = ours.unit_values["woninginbraken"]
        plain = dataclasses.replace(value, value=(8.0, 8.0, 8.0), grade=int(grade), price_year=2026)
        catalogue = dataclasses.replace(ours, unit_values={value.id: plain})
        size = np.full(FRAME.draws, -float(fewer))
        (made,) = benefits_of([effect(size=size, strength=strength)], ground(), FRAME, catalogue)
        found.append(float(made.amount.mean()))
    return pl.DataFrame({"euro": found})


def test_a_change_is_worth_its_size_times_how_many_times_a_price(spec):
    """Tien inbraken per 1.000 minder onder 1.000 inwoners is 80.000 euro per jaar; zwak bewijs en een zwak kengetal nemen daarvan af.

    10 x 1.000 / 1.000 x 8.000 = 80.000. Bewijs D houdt 0,60 over, kengetal van graad 6 ook: samen 0,36. Meer inbraken is schade, zonder aftrek.
    """
    spec("""
        row      | per_1000 |  proof   | grade || euro
        ---------+----------+----------+-------++-------
        sterk    |   10     |    A     |   1   ||  80000
        zwak     |   10     |    D     |   1   ||  48000
        zwakst   |   10     |    D     |   6   ||  28800
        schade   |  -10     |    D     |   6   || -80000
    """, valued)  # fmt: skip


def booked(table: pl.DataFrame) -> pl.DataFrame:
    """A ledger of amounts of the first year."""
    now = np.array([1.0] + [0.0] * (FRAME.years - 1))

    def made(side, amount, shares):
        return stream(
            line=f"{side}{shares}", side=side, amount=np.full(FRAME.draws, float(amount)), profile=now, shares=shares
        )

    streams = []
    for actor, pays, gains, gets in table.select("actor", "pays", "gains", "gets").iter_rows():
        streams += [made("kosten", pays, {actor: 1.0}), made("baten", gains, {actor: 1.0})]
        streams += [made("overdracht", gets, {actor: 1.0, "rijk": -1.0})] if gets and actor != "rijk" else []
    ledger = ledger_of(streams, FRAME, load_catalogue())
    rows = [ledger.row(actor) for actor in table["actor"]]
    return pl.DataFrame({"left": [row.worth.mean for row in rows]})


def test_rows_of_the_ledger_add_up_to_society(spec):
    """De gemeente betaalt 100, het Rijk wint 60 en geeft er 30 van door: samen blijft er 20 over, welke kant het geld ook op gaat.

    Gemeente 0 + 30 − 100 = −70; Rijk 60 − 30 = 30; bewoners 60. Samen 20 = 120 baten − 100 kosten.
    """
    spec("""
        actor    | pays | gains | gets || left
        ---------+------+-------+------++-----
        gemeente |  100 |    0  |  30  || -70
        rijk     |    0 |   60  | -30  ||  30
        bewoners |    0 |   60  |   0  ||  60
    """, booked)  # fmt: skip
