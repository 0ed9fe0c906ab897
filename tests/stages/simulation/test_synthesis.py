"""A small invented town, GM9001: three buurten in two wijken, of which the key figures can be left out one by one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import CELLS
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, read_shelf, write_shelf
from stadspeil.simulation.synthesis import synthesize
from stadspeil.simulation.synthesis.seeds import read_seeds
from stadspeil.simulation.world import NEVER, NOBODY, NOWHERE, check_world
from stadspeil.workspace import Workspace

BUURTEN = ("BU90010101", "BU90010102", "BU90010201")
# Per area: households, alone, without children, with children, inhabitants by age, homes.
COUNTS = {
    "BU90010101": (400, 200, 120, 80, (120, 110, 260, 200, 100), 405),
    "BU90010102": (600, 150, 200, 250, (260, 170, 380, 420, 190), 610),
    "BU90010201": (300, 90, 110, 100, (130, 80, 190, 200, 90), 300),
    "WK900101": (1000, 350, 320, 330, (380, 280, 640, 620, 290), 1015),
    "WK900102": (300, 90, 110, 100, (130, 80, 190, 200, 90), 300),
    "GM9001": (1300, 440, 430, 430, (510, 360, 830, 820, 380), 1315),
    "NL": (13000, 4900, 3900, 4200, (5000, 3700, 8300, 8200, 3900), 13150),
}
# Low and high incomes, low-income share, mean income; owners, social, private; houses, flats; value; empty.
SHARES = {
    "BU90010101": (60.0, 8.0, 14.0, 25.0, 20, 60, 20, 10, 90, 200, 3),
    "BU90010102": (25.0, 35.0, 3.0, 41.0, 80, 12, 8, 95, 5, 400, 2),
    "BU90010201": (40.0, 20.0, 6.0, 33.0, 55, 33, 12, 70, 30, 290, 4),
    "WK900101": (39.0, 24.2, 7.4, 34.6, 56, 31, 13, 61, 39, 320, 2),
    "WK900102": (40.0, 20.0, 6.0, 33.0, 55, 33, 12, 70, 30, 290, 4),
    "GM9001": (39.2, 23.2, 7.1, 34.2, 56, 31, 13, 63, 37, 313, 3),
    "NL": (40.0, 20.0, 7.0, 33.0, 57, 28, 15, 64, 36, 310, 3),
}
COUNT_FIELDS = ("huishoudens", "huishoudens_eenpersoons", "huishoudens_zonder_kinderen", "huishoudens_met_kinderen")
AGE_FIELDS = ("inwoners_0_15", "inwoners_15_25", "inwoners_25_45", "inwoners_45_65", "inwoners_65_plus")
SHARE_FIELDS = (
    "huishoudens_laagste_40_inkomen_pct", "huishoudens_hoogste_20_inkomen_pct", "huishoudens_laag_inkomen_pct",
    "gestandaardiseerd_inkomen_1000_eur", "koopwoningen_pct", "corporatiewoningen_pct", "overige_verhuurders_pct",
    "eengezinswoningen_pct", "meergezinswoningen_pct", "woz_waarde_1000_eur", "onbewoond_pct",
)  # fmt: skip
LEVELS = {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "NL": "land"}


def figures() -> dict[tuple[str, str], tuple[float | None, float | None, float | None]]:
    found = {}
    for area, (households, *types, ages, homes) in COUNTS.items():
        numbers = dict(zip(COUNT_FIELDS, (households, *types), strict=True)) | dict(zip(AGE_FIELDS, ages, strict=True))
        numbers |= {"inwoners": sum(ages), "woningen": homes} | dict(zip(SHARE_FIELDS, SHARES[area], strict=True))
        found |= {(area, name): (float(value), None, None) for name, value in numbers.items()}
    return found


def put(folder, cells) -> Workspace:
    """Write the cells as the table of key figures; a value of None without bounds is secret."""
    rows = [
        {
            "area": area, "level": LEVELS[area[:2]], "year": 2024, "boundaries": 2024, "field": name, "value": value,
            "low": low, "high": high, "snapshot": "kwb-2024", "row": at,
            "status": "waarde" if value is not None else "gecensureerd" if low is not None else "geheim",
        }
        for at, ((area, name), (value, low, high)) in enumerate(cells.items())
    ]  # fmt: skip
    workspace = Workspace(folder)
    write_shelf(workspace.tables / "kerncijfers", [Part("2024", pl.DataFrame(rows, schema=dict(CELLS.columns)))])
    return workspace


@pytest.fixture(scope="module")
def ours():
    return load_catalogue()


@pytest.fixture
def town(tmp_path):
    return put(tmp_path, figures())


def by_type(made, buurt):
    """Households of a buurt alone, without and with children."""
    people = made.world.households
    here = made.buurt == made.world.places.codes.index(buurt)
    return np.bincount(np.minimum(people.kind[here], 2), minlength=3).tolist()


def homes_of(made, buurt, codes, kinds):
    there = made.world.dwellings.buurt == made.world.places.codes.index(buurt)
    return np.bincount(codes[there], minlength=kinds).tolist()


def test_what_is_published_of_a_buurt_is_met_exactly(town, ours):
    made = synthesize(town, ours, ["GM9001"])
    check_world(made.world)
    for buurt in BUURTEN:
        households, *types, ages, homes = COUNTS[buurt]
        low, high, poor, _, owners, social, *_ = SHARES[buurt]
        here = made.buurt == made.world.places.codes.index(buurt)
        people, decile = made.world.households, made.world.households.decile[here]
        assert here.sum() == households
        assert by_type(made, buurt) == types
        assert abs((decile < 4).sum() - households * low / 100) <= 0.5
        assert abs((decile >= 8).sum() - households * high / 100) <= 0.5
        # The lowest decile stands for the poor on the country's scale: 7 per cent of all, ten of deciles.
        assert abs((decile == 0).mean() * 0.7 - poor / 100) < 0.003
        assert abs(int(people.persons[here].sum()) - sum(ages)) <= 5
        tenure = homes_of(made, buurt, made.world.dwellings.tenure, 3)
        assert sum(tenure) == homes
        assert abs(tenure[0] - homes * owners / 100) <= 0.5
        assert abs(tenure[1] - homes * social / 100) <= 0.5


def test_households_by_type_age_and_size_could_exist(town, ours):
    people = synthesize(town, ours, ["GM9001"]).world.households
    assert (people.persons[people.kind == 0] == 1).all()
    assert (people.persons[people.kind == 1] == 2).all()
    assert (people.persons[people.kind == 2] >= 3).all()
    assert (people.persons[people.kind == 3] >= 2).all()
    assert people.age.min() >= 18
    assert (people.income > 0).all()
    assert (people.since < 0).all()
    assert (-people.since / 12 <= people.age - 16).all()


def test_those_with_more_own_more_often_and_families_live_in_houses(town, ours):
    world = synthesize(town, ours, ["GM9001"]).world
    people, homes = world.households, world.dwellings
    housed = people.dwelling != NOWHERE
    owns, flat = homes.tenure[people.dwelling] == 0, homes.form[people.dwelling] == 1
    assert owns[housed & (people.decile >= 8)].mean() > owns[housed & (people.decile < 2)].mean() + 0.4
    assert flat[housed & (people.kind == 0)].mean() > flat[housed & (people.kind == 2)].mean() + 0.2
    assert homes.price[homes.tenure == 0].mean() > homes.price[homes.tenure == 1].mean()


def test_empty_homes_are_partly_kept_off_the_market_and_some_without_a_home_search(town, ours):
    world = synthesize(town, ours, ["GM9001"]).world
    empty = world.dwellings.household == NOBODY
    # 3, 2 and 4 per cent of 405, 610 and 300 homes; each buurt rounded up or down.
    assert abs(int(empty.sum()) - (12.15 + 12.2 + 12)) <= 3
    assert set(np.unique(world.dwellings.from_month[empty])) == {0, NEVER}
    assert (world.dwellings.from_month[~empty] == 0).all()
    lacking = world.households.dwelling == NOWHERE
    assert lacking.sum() == 1300 - (1315 - empty.sum())
    assert (world.households.searching[~lacking] == NEVER).all()
    assert 0 < (world.households.searching[lacking] <= 0).mean() < 1


def test_the_same_seed_gives_the_same_world_and_another_seed_another_with_the_same_margins(town, ours):
    first, again, other = (synthesize(town, ours, ["GM9001"], seed=seed) for seed in (1, 1, 2))
    assert all(
        np.array_equal(getattr(first.world.households, name), getattr(again.world.households, name))
        for name in vars(first.world.households)
    )
    assert not np.array_equal(first.world.households.age, other.world.households.age)
    assert [by_type(first, each) for each in BUURTEN] == [by_type(other, each) for each in BUURTEN]


def test_other_gemeenten_beside_it_and_their_order_change_nothing(tmp_path, ours):
    cells = figures()
    twin = {
        (area.replace("9001", "9000"), name): value for (area, name), value in cells.items() if area != "NL"
    }  # fmt: skip
    workspace = put(tmp_path, cells | twin)
    alone, both = synthesize(workspace, ours, ["GM9001"]), synthesize(workspace, ours, ["GM9001", "GM9000"])
    turned = synthesize(workspace, ours, ["GM9000", "GM9001"])
    own = np.flatnonzero(np.isin(both.world.households.number, alone.world.households.number))
    assert len(own) == len(alone.world.households.number)
    for name in ("kind", "age", "decile", "persons", "income", "since", "searching"):
        assert np.array_equal(getattr(both.world.households, name)[own], getattr(alone.world.households, name))
        assert np.array_equal(getattr(both.world.households, name), getattr(turned.world.households, name))
    homes = [both.world.dwellings.number[both.world.households.dwelling[own]], alone.world.dwellings.number]
    housed = alone.world.households.dwelling != NOWHERE
    assert np.array_equal(homes[0][housed], homes[1][alone.world.households.dwelling][housed])


def test_a_part_of_the_town_has_the_same_mix(town, ours):
    made = synthesize(town, ours, ["GM9001"], scale=0.5)
    assert abs(len(made.world.households.number) - 650) <= 3
    assert abs((made.world.households.kind == 0).mean() - 440 / 1300) < 0.03
    with pytest.raises(QuestionError, match="schaal"):
        synthesize(town, ours, ["GM9001"], scale=1.5)


def test_a_secret_type_is_what_the_others_leave_and_never_zero(tmp_path, ours):
    cells = figures()
    cells[("BU90010201", "huishoudens_met_kinderen")] = (None, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    assert by_type(made, "BU90010201") == [90, 110, 100]
    row = made.fit.row(by_predicate=(pl.col("margin") == "typen") & (pl.col("group") == "met kinderen"), named=True)
    assert (row["areas"], row["filled"]) == (2, 1)


def test_all_types_secret_are_taken_from_the_wijk_and_the_fit_says_so(tmp_path, ours):
    cells = figures()
    for name in COUNT_FIELDS[1:]:
        cells[("BU90010102", name)] = (None, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    found = by_type(made, "BU90010102")
    assert sum(found) == 600
    assert min(found) > 50
    row = made.fit.row(by_predicate=(pl.col("margin") == "typen") & (pl.col("group") == "eenpersoons"), named=True)
    assert row["filled_from"] == "wijk 1"


def test_an_interval_bounds_what_is_made(tmp_path, ours):
    cells = figures()
    cells[("BU90010101", "huishoudens_met_kinderen")] = (None, 0.0, 9.0)
    cells[("BU90010101", "huishoudens_zonder_kinderen")] = (None, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    alone, _, children = by_type(made, "BU90010101")
    assert alone == 200
    assert children <= 9


def test_incomes_that_a_buurt_lacks_follow_persons_of_the_wijk(tmp_path, ours):
    cells = figures()
    for area in (*BUURTEN, "WK900101", "WK900102"):
        for name in SHARE_FIELDS[:4]:
            cells[(area, name)] = (None, None, None)
    persons = {"WK900101": (30.0, 30.0), "WK900102": (55.0, 8.0), "GM9001": (36.0, 25.0)}
    for area, (low, high) in persons.items():
        cells[(area, "personen_laagste_40_inkomen_pct")] = (low, None, None)
        cells[(area, "personen_hoogste_20_inkomen_pct")] = (high, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    low = made.world.households.decile < 4
    wijk = np.array([0, 0, 1])[made.buurt]
    # Odds of the gemeente's households (39.2 %) times those of persons of the wijk over those of the gemeente.
    expected = [0.392 / 0.608 * (p / (1 - p)) / (0.36 / 0.64) for p in (0.30, 0.55)]
    assert abs(low[wijk == 0].mean() - expected[0] / (1 + expected[0])) < 0.03
    assert abs(low[wijk == 1].mean() - expected[1] / (1 + expected[1])) < 0.01


def test_a_buurt_without_households_gets_none_and_one_without_homes_houses_nobody(tmp_path, ours):
    cells = figures()
    for name in (*COUNT_FIELDS, *AGE_FIELDS, "inwoners", "woningen"):
        cells[("BU90010201", name)] = (0.0, None, None)
    cells[("BU90010101", "woningen")] = (0.0, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    check_world(made.world)
    assert by_type(made, "BU90010201") == [0, 0, 0]
    here = made.buurt == made.world.places.codes.index("BU90010101")
    assert (made.world.households.dwelling[here] == NOWHERE).all()


def test_margins_that_contradict_each_other_are_brought_to_the_total_and_told(tmp_path, ours):
    cells = figures()
    cells[("BU90010102", "huishoudens_eenpersoons")] = (450.0, None, None)
    cells[("BU90010201", "huishoudens_hoogste_20_inkomen_pct")] = (70.0, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    assert by_type(made, "BU90010102") == [300, 133, 167]
    told = " ".join(made.remarks)
    assert "typen huishoudens tellen niet op" in told
    assert "BU90010201" in told


def test_everything_that_is_known_nowhere_is_told_at_once(tmp_path, ours):
    lacking = (
        "woz_waarde_1000_eur",
        "koopwoningen_pct",
        "corporatiewoningen_pct",
        "overige_verhuurders_pct",
        "woningen",
    )
    cells = {key: value for key, value in figures().items() if key[1] not in lacking}
    with pytest.raises(QuestionError) as fault:
        synthesize(put(tmp_path, cells), ours, ["GM9001"])
    assert len(fault.value.problems) == 3
    assert all("GM9001" in each for each in fault.value.problems)
    assert "importeer" in str(fault.value)


def test_towns_and_years_that_are_not_there_are_told_at_once(town, ours, tmp_path):
    with pytest.raises(QuestionError) as fault:
        synthesize(town, ours, ["GM9001", "GM0000", "GM1111"])
    assert len(fault.value.problems) == 2
    with pytest.raises(QuestionError, match="2019"):
        synthesize(town, ours, ["GM9001"], year=2019)
    with pytest.raises(QuestionError, match="geen kerncijfers"):
        synthesize(Workspace(tmp_path / "leeg"), ours, ["GM9001"])


def test_a_population_writes_nothing_and_its_fit_reads_as_a_sentence(town, ours):
    before = {path for path in town.root.rglob("*") if path.is_file()}
    made = synthesize(town, ours, ["GM9001"])
    assert {path for path in town.root.rglob("*") if path.is_file()} == before
    assert made.fit["areas"].max() == 3
    assert made.summary.startswith("1300 verzonnen huishoudens en 1315 woningen; in 100 procent van de buurten")


def test_the_national_seed_meets_the_numbers_that_it_is_made_from(ours):
    seeds = read_seeds(ours)
    assert np.isclose(seeds.households.sum(), 7998)
    assert np.allclose(seeds.households.sum(axis=(0, 1)), 799.8, rtol=1e-4)
    # Alone, couples, families, single parents in thousands: 84799NED 2020, families and single parents together.
    kinds = seeds.households.sum(axis=(1, 2))
    assert np.allclose([kinds[0], kinds[1], kinds[2] + kinds[3]], [3079.8, 2302.9, 2615.1], rtol=0.001)
    assert np.isclose(seeds.cells.reshape(20, 3)[:, 0].sum(), 0.4, atol=1e-4)
    # Persons of the country by age, 84799NED 2020, in thousands; those in institutions and others make the rest.
    persons = seeds.households.sum(axis=2).reshape(-1) @ seeds.persons
    assert np.allclose(persons / np.array([2726, 2144, 4309, 4836, 3393]), 1, atol=0.12)
    assert np.isclose(seeds.income.mean(), 1)
    assert (np.diff(seeds.income) > 0).all()
    assert np.isclose(seeds.homes.sum(), 1)


def test_a_code_that_stood_for_another_area_in_another_year_is_not_used(tmp_path, ours):
    cells = figures()
    for area in (*BUURTEN, "WK900101", "WK900102"):
        cells[(area, "koopwoningen_pct")] = (None, None, None)
    workspace = put(tmp_path, cells)
    later = {
        ("WK900101", "inwoners"): (180.0, None, None), ("WK900101", "koopwoningen_pct"): (5.0, None, None),
        ("WK900102", "inwoners"): (700.0, None, None), ("WK900102", "koopwoningen_pct"): (90.0, None, None),
    }  # fmt: skip
    other = put(tmp_path / "later", later)
    found = read_shelf(other.tables / "kerncijfers").with_columns(
        year=pl.lit(2022, pl.Int16), boundaries=pl.lit(2022, pl.Int16)
    )
    before = read_shelf(workspace.tables / "kerncijfers")
    write_shelf(workspace.tables / "kerncijfers", [Part("2024", before), Part("2022", found)])
    homes = synthesize(workspace, ours, ["GM9001"]).world.dwellings
    # Half of the wijken are other areas, so both are left to the gemeente: 56 per cent.
    assert abs((homes.tenure == 0).mean() - 0.56) < 0.08
    second = homes.buurt == 2
    assert (homes.tenure[second] == 0).mean() < 0.75


def test_homes_that_a_buurt_lacks_follow_the_wijk_and_add_up_to_the_gemeente(tmp_path, ours):
    cells = figures()
    for buurt in BUURTEN:
        cells[(buurt, "woningen")] = (None, None, None)
    # Of the wijken together 1,380 homes, of the gemeente 1,315: as if counted later.
    cells[("WK900101", "woningen")], cells[("WK900102", "woningen")] = (1080.0, None, None), (300.0, None, None)
    made = synthesize(put(tmp_path, cells), ours, ["GM9001"])
    homes = np.bincount(made.world.dwellings.buurt, minlength=3)
    assert abs(int(homes.sum()) - 1315) <= 2
    # 1.08 homes per household in the first wijk against 1.00 in the second.
    assert np.isclose(homes[:2].sum() / 1000 / (homes[2] / 300), 1.08, atol=0.01)
    row = made.fit.row(by_predicate=pl.col("margin") == "woningen", named=True)
    assert row["filled_from"] == "wijk 3"
