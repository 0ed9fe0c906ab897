"""Sentences on what changed the households: no more than published moves bear out."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.report.household_words import household_words
from stadspeil.report.wording import wording
from stadspeil.simulation.classes import AGE_BANDS, HOUSEHOLD_TYPES
from stadspeil.simulation.history_store import ALL, CAUSE, DOOR, GROUPS, HOUSEHOLD_CHANGE, HOUSEHOLD_FIT
from stadspeil.simulation.household_history import CAUSES, DOORS, UNEXPLAINED


def change(low: float | None = 5.0) -> pl.DataFrame:
    rows = [
        ("GM9002", 2011, 2024, 2024, *group, told, part, 1000.0, 1234.0, 10.0, low, None if low is None else 15.0, 6)
        for told, parts in ((DOOR, (*DOORS, UNEXPLAINED)), (CAUSE, (*CAUSES, UNEXPLAINED)))
        for part in parts
        for group in GROUPS
    ]
    return pl.DataFrame(rows, schema=dict(HOUSEHOLD_CHANGE.columns), orient="row")


def fit(everyone: bool | None, ages: dict[str, bool | None]) -> pl.DataFrame:
    rows = [("allen", ALL, "personen", 12, None if everyone is None else 0.5, everyone)]
    rows += [("leeftijd", age, "personen", 12, 0.5, ages.get(age)) for age in AGE_BANDS]
    return pl.DataFrame(rows, schema=dict(HOUSEHOLD_FIT.columns), orient="row")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_moves_of_an_age_are_told_only_where_published_ones_agree(lang: str) -> None:
    words = wording(lang)
    said = household_words(change(), fit(True, {"18-29": True, "30-44": False}), "Vierlingstad", words)
    young, middle, others = (next(each for each in said if key in each) for key in ("18–29", "30–44", "45–64"))
    # Came 10 and went 10, as the rows have it.
    assert "+20" in young and "+10 (+5" in young
    assert "+20" not in middle and "+20" not in others
    assert middle.split(";")[1] != others.split(";")[1]
    assert sum("+234" in each for each in said) == len(AGE_BANDS) + len(HOUSEHOLD_TYPES)


@pytest.mark.parametrize(("everyone", "number"), [(True, 0), (False, 1), (None, 1)])
def test_coming_and_leaving_have_a_warning_unless_published_moves_agree(everyone: bool | None, number: int) -> None:
    plain = len(household_words(change(), fit(True, {}), "Stad", wording("nl")))
    assert len(household_words(change(), fit(everyone, {}), "Stad", wording("nl"))) == plain + number


def test_without_draws_there_is_no_interval_and_without_rows_nothing() -> None:
    assert not any("(+" in each for each in household_words(change(None), fit(True, {}), "Stad", wording("nl"))[2:])
    assert household_words(change().clear(), fit(True, {}), "Stad", wording("nl")) == []
