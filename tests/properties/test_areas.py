"""What must hold of areas and boundaries for any figures, years and reorganizations."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.areas import FIRST_BOUNDARIES, AreaRegister, rebase_cells
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA, read_changes, read_gemeenten
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS, STATUSES, WITH_NUMBER

AREAS = Path(__file__).parents[2] / "catalogue" / "areas"
REGISTER = AreaRegister(read_gemeenten(AREAS / "gemeenten.csv"), read_changes(AREAS / "changes.csv"))
FIELDS = {"inwoners": Field("inwoners", "Inwoners", "personen", "count", (0, 1e9))}
LAST_BOUNDARIES = 2026

years = st.integers(FIRST_BOUNDARIES, LAST_BOUNDARIES)
three_years = st.tuples(years, years, years).map(sorted)
two_years = st.tuples(years, years).map(sorted)


def product(first, second):
    joined = first.join(second, left_on="to_code", right_on="from_code", suffix="_then")
    return (
        joined.group_by("from_code", to_code="to_code_then")
        .agg(weight=(pl.col("weight") * pl.col("weight_then")).sum())
        .sort("from_code", "to_code")
    )


def cells_of(values, boundaries):
    rows = [
        (area, "gemeente", boundaries, boundaries, "inwoners", value if status in WITH_NUMBER else None, None, None,
         status, "s", number)
        for number, (area, (status, value)) in enumerate(sorted(values.items()))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(CELLS.columns), orient="row")


def random_values(draw, boundaries, statuses=("waarde",)):
    """One value per gemeente, made from a few drawn numbers so that examples stay small."""
    base, step = draw(st.integers(0, 10_000)), draw(st.integers(1, 997))
    chosen = [draw(st.sampled_from(statuses)) for _ in range(7)]
    return {
        code: (chosen[number % 7], float(base + step * number % 9_973))
        for number, code in enumerate(sorted(REGISTER.codes(boundaries)))
    }


@settings(max_examples=30, deadline=None)
@given(two_years)
def test_the_weights_of_every_gemeente_add_up_to_one(between):
    totals = REGISTER.weights(*between).group_by("from_code").agg(pl.col("weight").sum())["weight"]
    assert ((totals - 1).abs() < 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(three_years)
def test_walking_in_two_steps_is_walking_in_one(path):
    start, middle, end = path
    stepwise = product(REGISTER.weights(start, middle), REGISTER.weights(middle, end))
    straight = REGISTER.weights(start, end)
    assert stepwise.select("from_code", "to_code").equals(straight.select("from_code", "to_code"))
    assert ((stepwise["weight"] - straight["weight"]).abs() < 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(two_years)
def test_the_weights_lead_from_all_codes_of_one_year_to_all_of_the_other(between):
    start, end = between
    shares = REGISTER.weights(start, end)
    assert (set(shares["from_code"]), set(shares["to_code"])) == (REGISTER.codes(start), REGISTER.codes(end))


@settings(max_examples=30, deadline=None)
@given(two_years, st.data())
def test_merging_keeps_the_total_of_the_country(between, data):
    start, end = between
    values = random_values(data.draw, start)
    moved = rebase_cells(cells_of(values, start), FIELDS, REGISTER, end)
    assert moved["value"].sum() == pytest.approx(sum(value for _, value in values.values()))


@settings(max_examples=20, deadline=None)
@given(three_years, st.data())
def test_merging_in_two_steps_gives_the_same_figures(path, data):
    start, middle, end = path
    given_cells = cells_of(random_values(data.draw, start), start)
    stepwise = rebase_cells(rebase_cells(given_cells, FIELDS, REGISTER, middle), FIELDS, REGISTER, end)
    straight = rebase_cells(given_cells, FIELDS, REGISTER, end)
    assert stepwise.sort("area")["value"].to_list() == pytest.approx(straight.sort("area")["value"].to_list())


@settings(max_examples=20, deadline=None)
@given(two_years, st.data())
def test_merging_and_adding_up_may_change_places(between, data):
    """Adding two fields and then merging is merging and then adding."""
    start, end = between
    one, two = random_values(data.draw, start), random_values(data.draw, start)
    both = {code: ("waarde", one[code][1] + two[code][1]) for code in one}
    moved = [rebase_cells(cells_of(each, start), FIELDS, REGISTER, end) for each in (one, two, both)]
    merged = [each.sort("area")["value"] for each in moved]
    assert (merged[0] + merged[1]).to_list() == pytest.approx(merged[2].to_list())


@settings(max_examples=30, deadline=None)
@given(two_years, st.data())
def test_a_number_comes_only_from_numbers(between, data):
    start, end = between
    statuses = [status for status in STATUSES if status != "gecensureerd"]
    values = random_values(data.draw, start, statuses)
    moved = rebase_cells(cells_of(values, start), FIELDS, REGISTER, end)
    parts = dict(REGISTER.weights(start, end).group_by("to_code").agg("from_code").iter_rows())
    for area, value in moved.select("area", "value").iter_rows():
        has_all = all(values[part][0] in WITH_NUMBER for part in parts[area])
        assert (value is not None) == has_all


@settings(max_examples=30, deadline=None)
@given(two_years)
def test_an_untouched_code_has_the_same_figure_and_a_touched_one_is_derived(between):
    start, end = between
    values = dict.fromkeys(REGISTER.codes(start), ("waarde", 100.0))
    moved = rebase_cells(cells_of(values, start), FIELDS, REGISTER, end)
    kept = {area for area, status in moved.select("area", "status").iter_rows() if status == "waarde"}
    same_ground = set(REGISTER.unchanged(start, end).values())
    assert kept == same_ground
    untouched = {code for code in REGISTER.codes(end) if not REGISTER.touched(code, start, end)}
    assert untouched <= kept


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.data())
def test_renaming_a_town_changes_nothing_but_its_code(count, data):
    gemeenten = [(f"GM000{number}", f"Plaats {number}", "P", None, None, "ours") for number in range(count)]
    gemeenten[0] = ("GM0000", "Plaats 0", "P", None, 2014, "ours")
    gemeenten.append(("GM0100", "Nieuwe naam", "P", 2015, None, "ours"))
    change = (date(2015, 1, 1), "GM0000", "GM0100", "rename", 1.0, "ours", "x", "")
    register = AreaRegister(
        pl.DataFrame(gemeenten, schema=GEMEENTEN_SCHEMA, orient="row"),
        pl.DataFrame([change], schema=CHANGES_SCHEMA, orient="row"),
    )
    values = {f"GM000{number}": ("waarde", float(data.draw(st.integers(0, 10**6)))) for number in range(count)}
    moved = rebase_cells(cells_of(values, 2014), FIELDS, register, 2015)
    found = dict(moved.select("area", "value").iter_rows())
    renamed = {"GM0100" if code == "GM0000" else code: value for code, (_, value) in values.items()}
    assert (found, set(moved["status"])) == (renamed, {"waarde"})
