"""Analyses over whole tables: development, fixed marks, ranges, kin."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.gaps import gaps
from stadspeil.analyses.kin import alike, kinds_of, structure_of
from stadspeil.analyses.likeness import most_alike
from stadspeil.analyses.mobility import mobility_of
from stadspeil.analyses.panel import panels_of
from stadspeil.analyses.ranges import newest, rank_ranges
from stadspeil.analyses.real_change import base_year_of, real_marks
from stadspeil.analyses.tables import REAL_MARKS
from stadspeil.analyses.trends import trends
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import SCORES, VALUES, empty
from stadspeil.errors import QuestionError
from stadspeil.scores import score_values

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def register(catalogue: Catalogue) -> AreaRegister:
    return AreaRegister(catalogue.gemeenten, catalogue.changes)


def values(
    register: AreaRegister, numbers: dict[tuple[str, int], np.ndarray], spread: float | None = 0.5
) -> pl.DataFrame:
    """VALUES of all gemeenten of 2020, in years on that division."""
    codes = sorted(code for code in register.codes(2020) if code < "GM9000")
    rows = [
        {"area": code, "level": "gemeente", "year": year, "boundaries": 2020, "indicator": indicator, "value": float(each),
         "spread": spread, "n": 1000.0, "status": "waarde", "method": "published"}
        for (indicator, year), column in numbers.items()
        for code, each in zip(codes, column, strict=True)
    ]  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns))


@pytest.fixture(scope="module")
def field(register: AreaRegister) -> np.ndarray:
    number = sum(code < "GM9000" for code in register.codes(2020))
    return np.random.default_rng(1).normal(30, 6, number).clip(5, 60)


def test_national_change_moves_no_relative_mark_and_every_fixed_one(
    catalogue: Catalogue, register: AreaRegister, field: np.ndarray
) -> None:
    table = values(register, {("bijstand", 2019): field, ("bijstand", 2021): field - 4})
    scores = score_values(table, catalogue, register).scores
    made = real_marks(scores, catalogue, register).filter(pl.col("indicator") == "bijstand")
    assert made["base_year"].unique().to_list() == [2019]
    first, last = (made.filter(pl.col("year") == year).sort("area") for year in (2019, 2021))
    assert last["mark"].to_list() == pytest.approx(first["mark"].to_list())
    assert first["fixed_mark"].to_list() == pytest.approx(first["mark"].to_list())
    risen = (last["fixed_mark"] - first["fixed_mark"]).to_numpy()
    assert np.median(risen) == pytest.approx(1.25 * 4 / field.std(), rel=0.05)


def test_the_base_year_is_the_wanted_one_or_the_nearest_before_it() -> None:
    assert base_year_of([2016, 2020], 2019) == 2016
    assert base_year_of([2019, 2020], 2019) == 2019
    assert base_year_of([2020, 2021], 2019) == 2020


def test_changes_stand_beside_those_of_the_middle_gemeente(
    catalogue: Catalogue, register: AreaRegister, field: np.ndarray
) -> None:
    moved = field - 4
    moved[0] += 9
    table = values(register, {("bijstand", 2019): field, ("bijstand", 2021): moved})
    scores = score_values(table, catalogue, register).scores
    made = trends(panels_of(scores, empty(REAL_MARKS), catalogue, register)).sort("area")
    first, second = made.row(0, named=True), made.row(1, named=True)
    assert first["verdict"] == "gestegen" and first["beyond_country"] == pytest.approx(9)
    assert second["verdict"] == "gedaald" and second["beyond_country"] == pytest.approx(0)
    assert second["change"] == pytest.approx(-4) and second["high"] - second["low"] == pytest.approx(
        2 * 1.1631, abs=1e-3
    )


def test_years_before_a_gemeente_was_touched_are_not_followed(catalogue: Catalogue, register: AreaRegister) -> None:
    """Purmerend took in Beemster in 2022 and kept its code; Zoetermeer was not touched."""
    rows = [
        {"area": area, "level": "gemeente", "year": year, "boundaries": year, "indicator": "bijstand", "value": value,
         "spread": 0.1, "status": "waarde", "rank": 1, "ranked": 2}
        for area in ("GM0439", "GM0637")
        for year, value in ((2020, 10.0), (2021, 10.0), (2022, 20.0), (2023, 20.0))
    ]  # fmt: skip
    scores = pl.DataFrame(
        [{name: row.get(name) for name in SCORES.columns} for row in rows], schema=dict(SCORES.columns)
    )
    made = {row["area"]: row for row in trends(panels_of(scores, empty(REAL_MARKS), catalogue, register)).to_dicts()}
    assert (made["GM0439"]["first_year"], made["GM0439"]["broken"]) == (2022, True)
    assert made["GM0439"]["verdict"] == "geen aantoonbare verandering"
    assert (made["GM0637"]["first_year"], made["GM0637"]["broken"]) == (2020, False)


def test_ranges_are_of_the_newest_year_and_the_same_each_time(
    catalogue: Catalogue, register: AreaRegister, field: np.ndarray
) -> None:
    rng = np.random.default_rng(2)
    numbers = {(id, year): field + rng.normal(0, 6, len(field)) for id in ("nettoarbeidsparticipatie", "bijstand", "ww", "arbeidsongeschiktheid") for year in (2020, 2021)}  # fmt: skip
    scores = score_values(values(register, numbers, spread=1.0), catalogue, register).scores
    assert newest(scores)["year"].unique().to_list() == [2021]
    one, other = (rank_ranges(scores, catalogue, register, seed=3) for _ in range(2))
    assert one.ranges.equals(other.ranges) and one.sensitivity.equals(other.sensitivity)
    work = one.ranges.filter(pl.col("indicator") == "thema_werk")
    assert (work["best_choices"] <= work["worst_choices"]).all() and work["best_noise"].is_not_null().all()
    importance = one.checks.filter(pl.col("indicator") == "thema_werk", pl.col("check") == "belang")
    assert importance["value"].sum() == pytest.approx(1)


def test_the_range_of_a_shared_place_holds_all_places_that_are_shared(
    catalogue: Catalogue, register: AreaRegister, field: np.ndarray
) -> None:
    """Seen in the real file: shared places 17 to 40 with a range of 16 to 18."""
    ids = ("nettoarbeidsparticipatie", "bijstand", "ww", "arbeidsongeschiktheid")
    rounded = {(id, 2020): np.round(field / 20) * (20 if id == "nettoarbeidsparticipatie" else -20) for id in ids}
    scores = score_values(values(register, rounded), catalogue, register).scores
    made = rank_ranges(scores, catalogue, register).ranges.filter(pl.col("indicator") == "thema_werk")
    places = scores.filter(pl.col("indicator") == "thema_werk").select("area", "tied")
    held = made.join(places, on="area")
    assert held["tied"].max() > 5
    assert (held["worst_choices"] >= held["rank"] + held["tied"] - 1).all()


def test_unknown_noise_gives_no_statistical_range(
    catalogue: Catalogue, register: AreaRegister, field: np.ndarray
) -> None:
    scores = score_values(values(register, {("bijstand", 2020): field}, spread=None), catalogue, register).scores
    made = rank_ranges(scores, catalogue, register).ranges
    assert made["best_noise"].null_count() == made.height > 300


# --- kin


def buurten(rng: np.random.Generator) -> pl.DataFrame:
    """Three kinds of buurten over thirty gemeenten, by six figures."""
    figures = ("inwoners_0_15_aandeel", "inwoners_65_plus_aandeel", "huishoudensgrootte", "koopwoningen_aandeel",
               "bevolkingsdichtheid", "eengezinswoningen_aandeel")  # fmt: skip
    rows: list[dict[str, Any]] = []
    for number in range(300):
        area = f"BU{number % 30 + 1:04}{number:04}"
        for place, figure in enumerate(figures):
            value = 20 + 10 * ((number % 3) == place % 3) + float(rng.normal())
            rows.append({"area": area, "level": "buurt", "year": 2020, "boundaries": 2020, "indicator": figure,
                         "value": value, "status": "waarde", "method": "published"})  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns))


def test_the_most_alike_are_of_the_same_kind_and_of_other_gemeenten() -> None:
    structure = structure_of(buurten(np.random.default_rng(4)))
    found = alike(structure, "BU00010000", 8)
    assert all(int(area[6:]) % 3 == 0 and area[2:6] != "0001" for area in found["area"])
    assert found["distance"].is_sorted()
    with pytest.raises(QuestionError, match="te weinig"):
        alike(structure, "BU99990000", 3)


def test_of_equally_alike_areas_the_first_are_named_as_if_all_were_put_in_order() -> None:
    rng = np.random.default_rng(8)
    values = rng.integers(0, 3, (200, 3)).astype(float)
    values[rng.random(values.shape) < 0.1] = np.nan
    values[0] = 1.0
    allowed = rng.random(200) < 0.8
    every, distances = most_alike(values, 0, 200, allowed)
    assert len(np.unique(distances[:20])) < 20
    for number in (1, 6, 20):
        nearest, distance = most_alike(values, 0, number, allowed)
        assert nearest.tolist() == every[:number].tolist()
        assert distance.tolist() == distances[:number].tolist()


def test_kinds_say_how_stable_they_are(catalogue: Catalogue) -> None:
    made = kinds_of(structure_of(buurten(np.random.default_rng(5))), np.random.default_rng(6))
    assert made.height == 300 and made["stability"].is_between(0, 1).all()


def test_who_keeps_the_order_does_not_move(catalogue: Catalogue, register: AreaRegister, field: np.ndarray) -> None:
    shuffled = np.random.default_rng(7).permutation(field)
    numbers = {
        ("bijstand", 2019): field,
        ("bijstand", 2021): field + 3,
        ("ww", 2019): field / 10,
        ("ww", 2021): shuffled / 10,
    }
    scores = score_values(values(register, numbers, 0.1), catalogue, register).scores
    panels = panels_of(scores, empty(REAL_MARKS), catalogue, register)
    made = mobility_of(panels, catalogue, np.random.default_rng(8)).mobility
    found = {row["indicator"]: row for row in made.to_dicts()}
    assert found["bijstand"]["moved"] == 0 and found["bijstand"]["tau"] == pytest.approx(1)
    assert found["ww"]["moved"] == pytest.approx(0.8, abs=0.1) and abs(found["ww"]["tau"]) < 0.1
    assert found["bijstand"]["moved_by_noise"] < 0.1


# --- gaps


def test_a_gap_and_its_noise_by_hand(catalogue: Catalogue, register: AreaRegister, field: np.ndarray) -> None:
    """Beside the seven of the Alliance, the town among them: root of (6/7)^2 + 6 (1/7)^2 times the noise of one."""
    table = values(register, {("bijstand", 2020): field}, spread=0.5)
    scores = score_values(table, catalogue, register).scores
    made = gaps(scores, catalogue, register).filter(pl.col("area") == "GM0637", pl.col("group") == "nta")
    (row,) = made.to_dicts()
    numbers = dict(table.select("area", "value").iter_rows())
    mean = np.mean([numbers[code] for code in catalogue.group("nta").members])
    assert row["group_value"] == pytest.approx(mean) and row["gap"] == pytest.approx(numbers["GM0637"] - mean)
    error = 0.5 * np.sqrt((6 / 7) ** 2 + 6 / 49)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(1.6449 * error, rel=1e-3)


def test_a_gap_is_called_so_only_beyond_a_level_shared_by_all(
    catalogue: Catalogue, register: AreaRegister, field: np.ndarray
) -> None:
    even = np.full(len(field), 30.0)
    scores = score_values(
        values(register, {("bijstand", 2020): even + np.linspace(0, 1e-6, len(even))}), catalogue, register
    ).scores
    assert set(gaps(scores, catalogue, register)["verdict"]) == {"gelijk"}
    wide = score_values(values(register, {("bijstand", 2020): field}, spread=0.01), catalogue, register).scores
    assert {"hoger", "lager"} <= set(gaps(wide, catalogue, register)["verdict"])
    unknown = score_values(values(register, {("bijstand", 2020): field}, spread=None), catalogue, register).scores
    assert set(gaps(unknown, catalogue, register)["verdict"]) == {"onbekend"}
