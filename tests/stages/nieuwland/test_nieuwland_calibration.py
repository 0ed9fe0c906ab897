"""Nieuwland's averages and spreads lie near the real ones, and what goes together really goes together here."""

from __future__ import annotations

import numpy as np
import pytest

from stadspeil.sources.nieuwland import World
from stadspeil.sources.nieuwland.calibration import HEALTH, LOADED, MADE, REFERENCE_YEAR

pytestmark = pytest.mark.slow

# Shares that MADE names as shares and the figures hold as counts.
COUNTS = {
    "aandeel_0_15_pct": ("inwoners_0_15", "inwoners"),
    "aandeel_15_25_pct": ("inwoners_15_25", "inwoners"),
    "aandeel_25_45_pct": ("inwoners_25_45", "inwoners"),
    "aandeel_45_65_pct": ("inwoners_45_65", "inwoners"),
    "aandeel_65plus_pct": ("inwoners_65_plus", "inwoners"),
    "eenpersoonshuishoudens_pct": ("huishoudens_eenpersoons", "huishoudens"),
}


def of_areas(world: World, name: str, level: str, year: int) -> np.ndarray:
    members = world.gazetteer.division(year).only(level).members
    if name not in COUNTS:
        return world.figures.over(members, name, year)
    top, bottom = (world.figures.over(members, each, year) for each in COUNTS[name])
    return 100 * top / np.maximum(bottom, 1)


@pytest.mark.parametrize("name", [*MADE, *LOADED])
def test_the_country_is_where_the_real_one_is(world: World, name: str) -> None:
    target = MADE.get(name) or LOADED[name]
    near = max(0.12 * target.country, 0.3 * target.spread)
    assert of_areas(world, name, "land", REFERENCE_YEAR)[0] == pytest.approx(target.country, abs=near)


@pytest.mark.parametrize("name", list(HEALTH))
def test_health_in_the_country_is_where_the_real_one_is(world: World, name: str) -> None:
    assert of_areas(world, name, "land", 2020)[0] == pytest.approx(HEALTH[name].country, rel=0.04)
    if HEALTH[name].country_2016 is not None:
        assert of_areas(world, name, "land", 2016)[0] == pytest.approx(HEALTH[name].country_2016, rel=0.06)


@pytest.mark.parametrize("name", [*MADE, *LOADED, *HEALTH])
def test_gemeenten_differ_about_as_much_as_real_ones(world: World, name: str) -> None:
    """Twelve gemeenten cannot have the spread of 350 exactly: between four tenths and twice is near enough."""
    target, year = (HEALTH[name], 2020) if name in HEALTH else (MADE.get(name) or LOADED[name], REFERENCE_YEAR)
    assert 0.4 < of_areas(world, name, "gemeente", year).std() / target.spread < 2.0


@pytest.mark.parametrize("name", list(HEALTH))
def test_buurten_within_a_gemeente_differ_as_much_as_real_ones(world: World, name: str) -> None:
    lived_in = of_areas(world, "inwoners", "buurt", 2020) > 150
    gemeente = np.array([area.gemeente_name for area in world.gazetteer.division(2020).only("buurt").areas])
    values = of_areas(world, name, "buurt", 2020)
    inside = np.concatenate(
        [values[here] - values[here].mean() for town in np.unique(gemeente) for here in [lived_in & (gemeente == town)]]
    )
    assert inside.std() == pytest.approx(HEALTH[name].within, rel=0.35)


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("huishoudens_laag_inkomen_pct", "bijstand_per_1000", 1),
        ("inkomen_per_inwoner_1000_eur", "bijstand_per_1000", -1),
        ("inkomen_per_inwoner_1000_eur", "woz_waarde_1000_eur", 1),
        ("koopwoningen_pct", "huishoudens_laag_inkomen_pct", -1),
        ("huishoudens_laag_inkomen_pct", "MoeiteMetRondkomen", 1),
        ("nettoarbeidsparticipatie_pct", "huishoudens_laag_inkomen_pct", -1),
        ("omgevingsadressendichtheid_per_km2", "ErnstigeGeluidhinderDoorBuren", 1),
        ("eengezinswoningen_pct", "huishoudensgrootte", 1),
    ],
)
def test_what_goes_together_in_reality_goes_together_here(world: World, one: str, other: str, sign: int) -> None:
    lived_in = of_areas(world, "inwoners", "buurt", REFERENCE_YEAR) > 300
    pair = [of_areas(world, name, "buurt", REFERENCE_YEAR)[lived_in] for name in (one, other)]
    assert sign * np.corrcoef(pair)[0, 1] > 0.4
