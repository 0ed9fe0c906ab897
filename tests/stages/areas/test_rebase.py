from datetime import date

import polars as pl
import pytest

from stadspeil.areas import AreaRegister, rebase_cells, rebuild_refused
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS, STATUSES, WITH_NUMBER
from stadspeil.errors import ContractError, QuestionError

# GM0001 and GM0002 merge into GM0003 in 2015; GM0004 is not touched; GM0005 changes its code only; GM0006 is divided
# over GM0004b (= GM0007) and GM0008 in unknown parts.
GEMEENTEN = pl.DataFrame(
    [
        ("GM0001", "Een", "P", None, 2014, "ours"), ("GM0002", "Twee", "P", None, 2014, "ours"),
        ("GM0003", "Drie", "P", 2015, None, "ours"), ("GM0004", "Vier", "P", None, None, "ours"),
        ("GM0005", "Vijf", "P", None, 2014, "ours"), ("GM0015", "Vijf op zijn Fries", "P", 2015, None, "ours"),
        ("GM0006", "Zes", "P", None, 2014, "ours"), ("GM0007", "Zeven", "P", None, None, "ours"),
        ("GM0008", "Acht", "P", None, None, "ours"),
    ],
    schema=GEMEENTEN_SCHEMA, orient="row",
)  # fmt: skip
DAY = date(2015, 1, 1)
CHANGES = pl.DataFrame(
    [
        (DAY, "GM0001", "GM0003", "merger", 1.0, "ours", "x", ""),
        (DAY, "GM0002", "GM0003", "merger", 1.0, "ours", "x", ""),
        (DAY, "GM0005", "GM0015", "rename", 1.0, "ours", "x", ""),
        (DAY, "GM0006", "GM0007", "split", None, "ours", "x", ""),
        (DAY, "GM0006", "GM0008", "split", None, "ours", "x", ""),
    ],
    schema=CHANGES_SCHEMA, orient="row",
)  # fmt: skip
REGISTER = AreaRegister(GEMEENTEN, CHANGES)
FIELDS = {
    name: Field(name, name, "x", kind, (0, 1e9))
    for name, kind in {"inwoners": "count", "koop_pct": "share", "inkomen": "median", "eenzaam": "model"}.items()
}


def cells(*rows, boundaries=2014):
    """Rows of (area, field, value or status or (low, high))."""
    records = []
    for number, (area, name, given) in enumerate(rows):
        value = given if isinstance(given, int | float) else None
        low, high = given if isinstance(given, tuple) else (None, None)
        status = given if isinstance(given, str) else "gecensureerd" if isinstance(given, tuple) else "waarde"
        level = "land" if area == "NL" else "gemeente"
        records.append((area, level, boundaries, boundaries, name, value, low, high, status, f"s{area}", number))
    return pl.DataFrame(records, schema=dict(CELLS.columns), orient="row")


def rebased(*rows, boundaries=2014, to_boundaries=2015):
    moved = rebase_cells(cells(*rows, boundaries=boundaries), FIELDS, REGISTER, to_boundaries)
    return {(row["area"], row["field"]): row for row in moved.iter_rows(named=True)}


def result(*rows):
    row = rebased(*rows)["GM0003", "inwoners"]
    return row["status"], row["value"], row["low"], row["high"]


def test_counts_of_merged_gemeenten_are_added_and_called_derived():
    assert result(("GM0001", "inwoners", 100), ("GM0002", "inwoners", 50)) == ("afgeleid", 150, None, None)


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in (*WITH_NUMBER, "gecensureerd")])
def test_a_sum_with_a_part_that_has_no_number_has_that_part_s_status(status):
    assert result(("GM0001", "inwoners", 100), ("GM0002", "inwoners", status)) == (status, None, None, None)


def test_a_secret_part_is_not_zero():
    assert result(("GM0001", "inwoners", 100), ("GM0002", "inwoners", "geheim"))[1] is None


def test_a_sum_with_an_interval_is_an_interval():
    assert result(("GM0001", "inwoners", 100), ("GM0002", "inwoners", (0, 7))) == ("gecensureerd", None, 100, 107)


def test_two_intervals_add_up_at_both_ends():
    assert result(("GM0001", "inwoners", (1, 4)), ("GM0002", "inwoners", (0, 7))) == ("gecensureerd", None, 1, 11)


def test_a_secret_part_beside_an_interval_keeps_the_sum_secret():
    assert result(("GM0001", "inwoners", "geheim"), ("GM0002", "inwoners", (0, 7)))[0] == "geheim"


def test_the_gravest_reason_counts_when_several_parts_lack_a_number():
    assert result(("GM0001", "inwoners", "later"), ("GM0002", "inwoners", "geheim"))[0] == "geheim"


def test_a_part_without_a_row_was_not_measured():
    assert result(("GM0001", "inwoners", 100)) == ("niet_gemeten", None, None, None)


def test_a_derived_cell_points_to_the_cell_of_its_largest_part():
    row = rebased(("GM0001", "inwoners", 50), ("GM0002", "inwoners", 100))["GM0003", "inwoners"]
    assert (row["snapshot"], row["row"]) == ("sGM0002", 1)


@pytest.mark.parametrize("name", ["koop_pct", "inkomen", "eenzaam"])
def test_what_is_not_a_count_is_never_merged(name):
    row = rebased(("GM0001", name, 40.0), ("GM0002", name, 40.0))["GM0003", name]
    assert (row["status"], row["value"]) == ("onmogelijk", None)


@pytest.mark.parametrize("name", FIELDS)
def test_an_untouched_gemeente_keeps_every_figure(name):
    row = rebased(("GM0004", name, 40.0), ("GM0001", name, 1.0))["GM0004", name]
    assert (row["status"], row["value"], row["boundaries"], row["snapshot"], row["row"]) == (
        "waarde", 40.0, 2015, "sGM0004", 0,
    )  # fmt: skip


def test_a_renamed_gemeente_keeps_its_figures_under_the_new_code():
    moved = rebased(("GM0005", "inkomen", 31.2))
    assert (list(moved), moved["GM0015", "inkomen"]["value"]) == ([("GM0015", "inkomen")], 31.2)


def test_a_sum_over_an_unknown_split_is_refused_not_guessed():
    moved = rebased(("GM0006", "inwoners", 100), ("GM0007", "inwoners", 10), ("GM0008", "inwoners", 20))
    statuses = {area: row["status"] for (area, _), row in moved.items()}
    assert statuses == {"GM0007": "onmogelijk", "GM0008": "onmogelijk"}


def test_the_country_passes_with_the_new_boundary_year():
    row = rebased(("NL", "inkomen", 30.0))["NL", "inkomen"]
    assert (row["value"], row["boundaries"]) == (30.0, 2015)


def test_cells_on_the_wanted_boundaries_pass_as_they_are():
    given = cells(("GM0003", "inkomen", 30.0), boundaries=2015)
    assert rebase_cells(given, FIELDS, REGISTER, 2015).equals(given)


def test_a_later_figure_goes_back_only_where_the_ground_is_the_same():
    moved = rebased(
        ("GM0003", "inwoners", 150), ("GM0004", "inwoners", 9), ("GM0015", "inwoners", 5),
        boundaries=2016, to_boundaries=2014,
    )  # fmt: skip
    assert {area: row["status"] for (area, _), row in moved.items()} == {
        "GM0001": "onmogelijk", "GM0002": "onmogelijk", "GM0004": "waarde", "GM0005": "waarde",
    }  # fmt: skip


def test_the_result_keeps_the_contract_for_no_cells_at_all():
    assert rebase_cells(cells(), FIELDS, REGISTER, 2015).is_empty()


def test_years_are_summed_apart():
    given = pl.concat([
        cells(("GM0001", "inwoners", 1), ("GM0002", "inwoners", 2), boundaries=2013),
        cells(("GM0001", "inwoners", 10), ("GM0002", "inwoners", 20), boundaries=2014),
    ])  # fmt: skip
    moved = rebase_cells(given, FIELDS, REGISTER, 2015)
    assert dict(moved.select("year", "value").iter_rows()) == {2013: 3, 2014: 30}


def test_a_code_that_did_not_exist_in_its_year_is_refused():
    with pytest.raises(ContractError, match="GM0003"):
        rebased(("GM0003", "inwoners", 1))


def test_an_unknown_field_is_refused():
    with pytest.raises(ContractError, match="fietsen"):
        rebased(("GM0001", "fietsen", 1))


def test_wijken_are_refused():
    level = pl.lit("wijk", CELLS.columns["level"])
    wijk = cells(("GM0001", "inwoners", 1)).with_columns(area=pl.lit("WK000101"), level=level)
    with pytest.raises(QuestionError, match="alleen voor gemeenten"):
        rebase_cells(wijk, FIELDS, REGISTER, 2015)


def test_a_cell_given_on_two_divisions_is_refused():
    later = cells(("GM0004", "inwoners", 3), boundaries=2015).with_columns(year=pl.lit(2014, pl.Int16))
    with pytest.raises(ContractError, match="delen een sleutel"):
        rebase_cells(pl.concat([cells(("GM0004", "inwoners", 3)), later]), FIELDS, REGISTER, 2016)


def test_the_refusal_of_a_field_says_why():
    refused = rebuild_refused(FIELDS)
    assert list(refused) == ["koop_pct", "inkomen", "eenzaam"]
    assert "teller en noemer" in refused["koop_pct"] and "mediaan" in refused["inkomen"]


def test_the_same_cells_in_another_order_give_the_same_result():
    given = cells(("GM0001", "inwoners", 5), ("GM0002", "inwoners", 5), ("GM0004", "inwoners", 1))
    moved = [rebase_cells(each, FIELDS, REGISTER, 2015) for each in (given, given.reverse())]
    assert moved[0].equals(moved[1])


def test_nissewaard_loses_oudenhoorn_and_shares_are_refused(register):
    given = cells(("GM1930", "inwoners", 85401), ("GM0530", "inwoners", 38722), ("GM1930", "koop_pct", 51.0),
                  boundaries=2017)  # fmt: skip
    moved = rebase_cells(given, FIELDS, register, 2018)
    assert {(area, name): status for area, name, status in moved.select("area", "field", "status").iter_rows()} == {
        ("GM0530", "inwoners"): "afgeleid", ("GM1930", "inwoners"): "afgeleid", ("GM0530", "koop_pct"): "onmogelijk",
        ("GM1930", "koop_pct"): "onmogelijk",
    }  # fmt: skip
