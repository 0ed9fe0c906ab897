"""Homes that lack by the treads: by hand, and nothing where nothing is said to be missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.tables import TREADS
from stadspeil.analyses.treads import AGES, HOUSEHOLDS, Norms
from stadspeil.catalogue import load_catalogue
from stadspeil.simulation.classes import SEGMENTS, segment_name
from stadspeil.simulation.lacking import lacking_of

NORMS = replace(Norms.of(load_catalogue()), short=0.9, family_in_flat=False, old_in_house=False)
# Three times as many owned houses as social ones, and flats.
STOCK = np.array([300.0, 300, 300, 50, 50, 50, 100, 100, 100, 200, 200, 200, 0, 0, 0, 60, 60, 60])


def treads(**verdicts: str) -> pl.DataFrame:
    """Rivals 1,000, stock 1,200, in the group 2 homes per household: short is 0.9 x 2 x 1,000 - 1,200 = 600."""
    rows = [
        {
            "area": "GM0001", "year": 2023, "boundaries": 2023, "group": group, "household": household, "age": age, "income": "alle",
            "rivals_low": 1000.0, "stock_high": 1200.0, "group_stock_low": 2.0,
            "verdict": verdicts.get(household, "niet te zeggen") if group == "nta" else "ontbreekt",
        }
        for group in ("nta", "NL") for household in HOUSEHOLDS for age in AGES
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={name: kind for name, kind in TREADS.columns.items() if name in rows[0]})


def test_by_hand():
    found = lacking_of(treads(gezin="ontbreekt", eenouder="ontbreekt"), NORMS, STOCK)
    assert found is not None
    # Ten treads ask for the same houses: 600 in all, not 6,000.
    assert found.homes.sum() == pytest.approx(600)
    houses = [kind for kind in range(SEGMENTS) if segment_name(kind)[1] == "eengezins"]
    assert found.homes[houses].sum() == pytest.approx(600)
    # As they stand: owned houses 900 of 1,200, so 450; per price a third.
    assert found.homes[:3] == pytest.approx([150, 150, 150])
    assert "600 eengezinswoningen" in found.sentence and "niet te zeggen" in found.sentence


def test_nothing_lacks_where_nothing_can_be_said_or_it_is_ample():
    for verdict in ("niet te zeggen", "ruim", "alle woningen passen"):
        found = lacking_of(treads(gezin=verdict), NORMS, STOCK)
        assert found is not None and not found.homes.any()
        assert "aantoonbaar" in found.sentence


def test_without_treads_it_is_not_known():
    assert lacking_of(treads().clear(), NORMS, STOCK) is None


def test_a_form_that_does_not_stand_at_all_is_divided_evenly():
    found = lacking_of(treads(gezin="ontbreekt"), NORMS, np.zeros(SEGMENTS))
    assert found is not None and np.unique(found.homes[found.homes > 0]) == pytest.approx([600 / 9])
