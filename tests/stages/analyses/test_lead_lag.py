"""Which end of an arrow moves first: found where planted, seldom where not, and never in words of cause."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.lead_lag import Series, aligned, lead, lead_lags
from stadspeil.analyses.panel import Panel
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.entries import Arrow

GEMEENTEN, YEARS = 60, 12
NONE = pl.DataFrame(schema={"area": pl.String, "year": pl.Int16, "indicator": pl.String, "total": pl.Float64})


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def planted(rng: np.random.Generator, strength: float, years: int = YEARS) -> tuple[np.ndarray, np.ndarray]:
    """The cause changes by chance; the effect follows a year later, by `strength`, with changes of its own."""
    pushed, own = rng.normal(size=(2, GEMEENTEN, years))
    own[:, 1:] += strength * pushed[:, :-1]
    return pushed.cumsum(axis=1), own.cumsum(axis=1)


def test_who_leads_is_found_and_not_the_other_way_round() -> None:
    cause, effect = planted(np.random.default_rng(1), 0.5)
    found, back = lead(cause, effect), lead(effect, cause)
    assert found.p < 0.001 and found.low > 0 and back.p > 0.05
    # One of the two parts of the change: 0.5 of root(1 + 0.25).
    assert found.low < 0.5 / np.sqrt(1.25) < found.high
    assert lead(cause, -effect).value == pytest.approx(-found.value)


def test_the_coefficient_is_that_of_least_squares_by_hand() -> None:
    """Three gemeenten, four years: two changes to explain, with years taken out, by two changes before."""
    cause = np.array([[0.0, 1, 3, 2], [0, 2, 2, 5], [0, 0, 1, 1]])
    effect = np.array([[0.0, 1, 1, 4], [0, 0, 2, 2], [0, 1, 3, 3]])
    moved, pushed = np.diff(effect), np.diff(cause)
    columns = [each - each.mean(axis=0) for each in (moved[:, :-1], pushed[:, :-1], moved[:, 1:])]
    own, other, target = (each.ravel() for each in columns)
    by_hand = np.linalg.lstsq(np.column_stack([own, other]), target, rcond=None)[0][1]
    assert lead(cause, effect).value == pytest.approx(by_hand * other.std() / target.std())


def false_finds(make: str, years: int) -> float:
    """Share of 200 draws in which 'leads' is found at one in ten though nothing leads."""
    rng, found = np.random.default_rng(7), 0
    for _ in range(200):
        one, other = rng.normal(size=(2, GEMEENTEN, years))
        if make == "drift":
            drift = 0.5 * rng.normal(size=(GEMEENTEN, 1))
            one, other = one + drift, other + drift
        if make == "memory":
            other = 0.8 * one + 0.6 * other
            for year in range(1, years):
                one[:, year] += 0.7 * one[:, year - 1]
        if make == "shock":
            common = 3 * rng.normal(size=years)
            one, other = one + common, other + np.roll(common, 1)
        found += lead(one.cumsum(axis=1), other.cumsum(axis=1)).p < 0.1
    return found / 200


@pytest.mark.parametrize("make", ["independent", "drift", "shock", "memory"])
@pytest.mark.parametrize("years", [6, 12])
def test_where_nothing_leads_it_is_seldom_found(make: str, years: int) -> None:
    """Nominal 0.10; a single reading found 0.81 where a drift is shared, and nearly all where memory differs."""
    assert false_finds(make, years) <= 0.15


def test_only_a_run_of_whole_years_and_gemeenten_is_used() -> None:
    years = np.array([2010, 2011, 2013, 2014, 2015])
    one = Series(np.array(["GM0001", "GM0002", "GM0003"]), years, np.arange(15.0).reshape(3, 5))
    holes = np.ones((2, 5))
    holes[1, 3] = np.nan
    other = Series(np.array(["GM0002", "GM0003"]), years, np.vstack([np.ones(5), np.ones(5)]))
    made = aligned(one, other)
    assert made is not None and made[0].tolist() == [2013, 2014, 2015] and made[1].tolist() == [[7, 8, 9], [12, 13, 14]]
    assert aligned(one, Series(np.array(["GM0009"]), years, np.ones((1, 5)))) is None


def panel(id: str, values: np.ndarray) -> Panel:
    areas = np.array([f"GM{1 + number:04}" for number in range(len(values))])
    years = np.arange(2010, 2010 + values.shape[1])
    empty = np.zeros(values.shape)
    return Panel(id, "waarde", areas, years, values, empty, empty.astype(int), np.full(len(areas), "", dtype=object),
                 np.zeros(len(areas), dtype=int))  # fmt: skip


def arrows(catalogue: Catalogue, *pairs: tuple[str, str, str]) -> Catalogue:
    made = {
        f"{cause}__{effect}": Arrow(
            f"{cause}__{effect}", cause, effect, "+" if sign == "+" else "-", "unknown", "x", ""
        )
        for cause, sign, effect in pairs
    }
    return dataclasses.replace(catalogue, arrows=made)


def test_an_arrow_is_told_with_its_sign(catalogue: Catalogue) -> None:
    cause, effect = planted(np.random.default_rng(2), 0.8)
    panels = [panel("verhuismobiliteit", cause), panel("misdrijven_totaal", effect), panel("ww", effect[:, :5])]
    map = arrows(catalogue, ("verhuisdynamiek", "+", "misdrijven_totaal"), ("verhuismobiliteit", "-", "misdrijven_totaal"),
                 ("misdrijven_totaal", "+", "verhuismobiliteit"), ("verhuismobiliteit", "+", "ww"),
                 ("gemeentebegroting", "+", "ww"), ("bijstand", "+", "ww"), ("ww", "+", "thema_werk"))  # fmt: skip
    made = {row["arrow"]: row for row in lead_lags(panels, NONE, map).to_dicts()}
    first = made["verhuisdynamiek__misdrijven_totaal"]
    assert (first["verdict"], first["agrees"], first["cause_measured"]) == ("loopt vooruit", True, "verhuismobiliteit")
    assert made["verhuismobiliteit__misdrijven_totaal"]["agrees"] is False
    assert (
        made["misdrijven_totaal__verhuismobiliteit"]["verdict"],
        made["misdrijven_totaal__verhuismobiliteit"]["agrees"],
    ) == ("loopt achter", None)
    assert made["verhuismobiliteit__ww"]["verdict"] == "te kort" and made["bijstand__ww"]["verdict"] == "te kort"
    # A concept without a measure has no row; a figure and a composite that holds it cannot lead each other.
    assert "gemeentebegroting__ww" not in made and made["ww__thema_werk"]["verdict"] == "zelfde delen"


def test_what_both_ends_hold_is_left_out_of_both(catalogue: Catalogue) -> None:
    rng = np.random.default_rng(3)
    parts = sorted({leaf for id in ("mechanisme_beroepsbevolking", "mechanisme_sociaaleconomische_kracht")
                    for leaf in _leaves(catalogue, id)})  # fmt: skip
    panels = [panel(part, rng.normal(size=(GEMEENTEN, YEARS)).cumsum(axis=1)) for part in parts]
    map = arrows(catalogue, ("sociaaleconomische_kracht", "+", "beroepsbevolking_werkgelegenheid"))
    (row,) = lead_lags(panels, NONE, map).to_dicts()
    shared = _leaves(catalogue, "mechanisme_beroepsbevolking") & _leaves(
        catalogue, "mechanisme_sociaaleconomische_kracht"
    )
    assert shared
    measured = set(row["cause_measured"].split(" + ")), set(row["effect_measured"].split(" + "))
    assert not measured[0] & measured[1] and not (measured[0] | measured[1]) & shared
    assert (row["years"], row["gemeenten"]) == (YEARS, GEMEENTEN) and row["ahead"] is not None


def _leaves(catalogue: Catalogue, id: str) -> set[str]:
    if id in catalogue.indicators:
        return {id}
    return {leaf for part in catalogue.parts_of(id) for leaf in _leaves(catalogue, part)}


def test_differences_between_buurten_are_an_end_too(catalogue: Catalogue) -> None:
    cause, effect = planted(np.random.default_rng(4), 0.8)
    apart = pl.DataFrame({
        "area": [f"GM{1 + number:04}" for number in range(GEMEENTEN) for _ in range(YEARS)],
        "year": [2010 + year for _ in range(GEMEENTEN) for year in range(YEARS)],
        "indicator": ["bijstand"] * GEMEENTEN * YEARS, "total": effect.ravel(),
    })  # fmt: skip
    map = arrows(catalogue, ("verhuismobiliteit", "+", "verschillen_wijken_buurten"))
    made = {
        row["effect_measured"]: row for row in lead_lags([panel("verhuismobiliteit", cause)], apart, map).to_dicts()
    }
    assert made["verschillen:bijstand"]["verdict"] == "loopt vooruit"
    assert made["verschillen:woz_waarde"]["verdict"] == "te kort"
