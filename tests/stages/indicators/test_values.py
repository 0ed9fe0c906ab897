"""Values from cells: what the catalogue asks, with n, spread and method."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.catalogue.entries import Column, Field, Source
from stadspeil.contracts import CELLS
from stadspeil.errors import ContractError
from stadspeil.indicators import build_values, remarks


def cell(area, field, value, status=None, year=2021, boundaries=2021, snapshot="s1"):
    level = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}[area[:2]]
    status = status or ("waarde" if value is not None else "niet_gemeten")
    return (area, level, year, boundaries, field, value, None, None, status, snapshot, 1)


def cells(*rows):
    return pl.DataFrame(rows, schema=dict(CELLS.columns), orient="row")


def field(id, type="count", rounding=0.0):
    return Field(id, id, "", type, (-1e9, 1e9), rounding)


def value_of(values, area, indicator):
    (row,) = values.filter(pl.col("area") == area, pl.col("indicator") == indicator).to_dicts()
    return row


def test_a_published_value_keeps_its_number_and_its_status(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("hinder"),), fields={"hinder": field("hinder", "share")})
    values = build_values(cells(cell("GM0001", "hinder", 7.7), cell("GM0002", "hinder", None, "geheim")), catalogue)
    assert value_of(values, "GM0001", "hinder")["value"] == 7.7
    assert value_of(values, "GM0001", "hinder")["method"] == "published"
    assert value_of(values, "GM0002", "hinder")["status"] == "geheim"
    assert value_of(values, "GM0002", "hinder")["value"] is None


def test_a_planned_indicator_never_shows_a_number(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("later", status="planned"),))
    assert build_values(cells(cell("GM0001", "later", 3.0)), catalogue).is_empty()


def test_what_nobody_measured_at_a_level_in_a_year_has_no_rows_there(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("hinder"),))
    values = build_values(
        cells(
            cell("GM0001", "hinder", 7.7),
            cell("BU00010101", "hinder", None),
            cell("GM0001", "hinder", None, year=2016),
        ),
        catalogue,
    )
    assert values.select("area", "year").rows() == [("GM0001", 2021)]


def test_the_base_is_n_also_for_a_published_share(catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("hinder", base="inwoners", per=100),), fields={"inwoners": field("inwoners")}
    )
    values = build_values(cells(cell("GM0001", "hinder", 50.0), cell("GM0001", "inwoners", 2500.0)), catalogue)
    assert value_of(values, "GM0001", "hinder")["n"] == 2500
    assert value_of(values, "GM0001", "hinder")["spread"] == pytest.approx(1.0, abs=0.001)


def test_whole_percents_add_a_twelfth_to_the_variance(catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("koop", base="woningen", per=100),),
        fields={"woningen": field("woningen"), "koop": field("koop", "share", rounding=1)},
    )
    values = build_values(cells(cell("GM0001", "koop", 50.0), cell("GM0001", "woningen", 2500.0)), catalogue)
    assert value_of(values, "GM0001", "koop")["spread"] == pytest.approx((1 + 1 / 12) ** 0.5, abs=0.001)


def test_a_rate_has_the_noise_of_its_number_of_events(catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("misdrijven", kind="rate", base="inwoners", per=1000),),
        fields={"inwoners": field("inwoners")},
    )
    values = build_values(cells(cell("GM0001", "misdrijven", 10.0), cell("GM0001", "inwoners", 10_000.0)), catalogue)
    # One hundred events: ten more or less, on ten thousand inhabitants.
    assert value_of(values, "GM0001", "misdrijven")["spread"] == pytest.approx(1.0, abs=0.003)


def test_no_events_are_not_certainly_none(catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("misdrijven", kind="rate", base="inwoners", per=1000),),
        fields={"inwoners": field("inwoners")},
    )
    values = build_values(cells(cell("GM0001", "misdrijven", 0.0), cell("GM0001", "inwoners", 100.0)), catalogue)
    assert value_of(values, "GM0001", "misdrijven")["spread"] > 5


def test_a_rounded_count_is_exact_for_a_gemeente_and_not_for_a_buurt(catalogue_of, indicator_of):
    levels = ("gemeente", "buurt")
    catalogue = catalogue_of(
        indicators=(indicator_of("inwoners", kind="count", levels=levels),),
        fields={"inwoners": field("inwoners", rounding=5)},
    )
    values = build_values(cells(cell("GM0001", "inwoners", 900.0), cell("BU00010101", "inwoners", 90.0)), catalogue)
    assert value_of(values, "GM0001", "inwoners")["spread"] == 0
    assert value_of(values, "BU00010101", "inwoners")["spread"] == pytest.approx(2.0)


@pytest.mark.parametrize("kind", ["mean", "median", "model", "index"])
def test_nobody_but_the_publisher_knows_the_noise_of_a(kind, catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("x", kind=kind, base="inwoners"),), fields={"inwoners": field("inwoners")}
    )
    values = build_values(cells(cell("GM0001", "x", 3.0), cell("GM0001", "inwoners", 100.0)), catalogue)
    assert value_of(values, "GM0001", "x")["spread"] is None


def margin_cells(*given, level=95.0):
    """A mean of 7 with the margins that are given, by their ending; NormalDist(0.975) is 1.96."""
    return cells(cell("GM0001", "x", 7.0), *[cell("GM0001", f"x{ending}", number) for ending, number in given])


def test_half_the_width_of_a_published_interval_over_196_is_the_standard_error(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("x", kind="mean"),), fields={"x": field("x", "mean")})
    row = value_of(build_values(margin_cells(("__marge", 0.392)), catalogue), "GM0001", "x")
    assert (row["spread"], row["spread_from"]) == (pytest.approx(0.2, abs=1e-4), "margin")
    row = value_of(build_values(margin_cells(("__onder", 6.7), ("__boven", 7.484)), catalogue), "GM0001", "x")
    assert row["spread"] == pytest.approx(0.2, abs=1e-4)


def test_a_margin_of_a_source_of_90_percent_is_read_as_such(catalogue_of, indicator_of):
    source = Source("bron", *["t"] * 5, "connected", "statline_rows", "ours",
                    columns=(Column("x", ("X",), margin="M", confidence=90.0),))  # fmt: skip
    catalogue = catalogue_of(
        indicators=(indicator_of("x", kind="mean"),), fields={"x": field("x", "mean")}, sources={"bron": source}
    )
    row = value_of(build_values(margin_cells(("__marge", 1.6449)), catalogue), "GM0001", "x")
    assert row["spread"] == pytest.approx(1.0, abs=1e-4)


def test_a_published_margin_goes_before_the_margin_of_the_kind_and_a_declared_error(catalogue_of, indicator_of):
    """A share of 50 % of 2,500 has 1 by its kind; the publisher, who knows the sample design, says 2."""
    declared = {
        "error": {"gemeente": 3.0},
        "error_status": "assumption",
        "error_source": "s",
        "error_date": "2026-01-01",
    }
    entry = indicator_of("x", column="", per=100, **declared)
    given = [cell("GM0001", "x", 50.0), cell("GM0001", "x__n", 2500.0)]
    catalogue = catalogue_of(indicators=(entry,))
    row = value_of(build_values(cells(*given, cell("GM0001", "x__marge", 3.92)), catalogue), "GM0001", "x")
    assert (row["spread"], row["spread_from"]) == (pytest.approx(2.0, abs=1e-3), "margin")
    row = value_of(build_values(cells(*given), catalogue), "GM0001", "x")
    assert (row["spread"], row["spread_from"]) == (3.0, "declared:assumption")
    plain = catalogue_of(indicators=(indicator_of("x", column="", per=100),))
    row = value_of(build_values(cells(*given), plain), "GM0001", "x")
    assert (row["spread"], row["spread_from"]) == (pytest.approx(1.0, abs=1e-3), "kind")


def test_a_declared_error_is_of_its_own_level_only(catalogue_of, indicator_of):
    declared = {"error": {"buurt": 3.0}, "error_status": "published", "error_source": "s", "error_date": "2026-01-01"}
    catalogue = catalogue_of(
        indicators=(indicator_of("x", kind="model", **declared),), fields={"x": field("x", "model")}
    )
    found = build_values(cells(cell("GM0001", "x", 50.0), cell("BU00010101", "x", 40.0)), catalogue)
    assert value_of(found, "BU00010101", "x")["spread"] == 3.0
    assert value_of(found, "GM0001", "x")["spread"] is None
    assert value_of(found, "GM0001", "x")["spread_from"] is None


def test_a_margin_of_an_older_delivery_says_nothing_about_a_newer_figure(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("x", kind="mean"),), fields={"x": field("x", "mean")})
    found = cells(cell("GM0001", "x", 7.0, snapshot="new"), cell("GM0001", "x__marge", 0.392, snapshot="old"))
    assert value_of(build_values(found, catalogue), "GM0001", "x")["spread"] is None


def test_a_value_made_from_a_towns_own_figures_says_so(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("tevreden"),))
    found = cells(cell("GM0001", "tevreden", 70.0, snapshot="mine"), cell("GM0002", "tevreden", 71.0))
    values = build_values(found, catalogue, own_snapshots={"mine"})
    assert values.sort("area")["method"].to_list() == ["own", "published"]


def test_an_own_figure_carries_its_number_of_respondents(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("tevreden", column="", per=100),))
    values = build_values(cells(cell("GM0001", "tevreden", 50.0), cell("GM0001", "tevreden__n", 2500.0)), catalogue)
    assert value_of(values, "GM0001", "tevreden")["n"] == 2500
    assert value_of(values, "GM0001", "tevreden")["spread"] == pytest.approx(1.0, abs=0.001)


def test_impossible_values_are_refused_all_at_once(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("hinder", possible=(0, 100)),))
    with pytest.raises(ContractError) as caught:
        build_values(cells(*[cell(f"GM{number:04}", "hinder", 101.0 + number) for number in range(1, 31)]), catalogue)
    assert "'hinder' is 102 in GM0001, 2021; mogelijk is 0 tot 100" in caught.value.message()
    assert "nog 10 waarden" in caught.value.message()


def test_unexpected_values_are_remarked_upon_in_one_sentence(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("hinder", expected=(0, 20)),))
    values = build_values(cells(cell("GM0001", "hinder", 25.5), cell("GM0002", "hinder", 21.0)), catalogue)
    (sentence,) = remarks(values, catalogue)
    assert "2 waarden buiten" in sentence
    assert "25,5 in GM0001" in sentence


def test_the_same_cells_in_another_order_give_the_same_table(catalogue_of, indicator_of):
    catalogue = catalogue_of(indicators=(indicator_of("hinder"),))
    rows = [cell(f"GM{number:04}", "hinder", float(number)) for number in range(1, 9)]
    assert build_values(cells(*rows), catalogue).equals(build_values(cells(*rows[::-1]), catalogue))


def test_a_count_rounded_to_tens_is_so_at_every_level(catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("uitkeringen", kind="count"),),
        fields={"uitkeringen": field("uitkeringen", rounding=10)},
    )
    values = build_values(cells(cell("GM0001", "uitkeringen", 900.0)), catalogue)
    assert value_of(values, "GM0001", "uitkeringen")["spread"] == pytest.approx((100 / 12) ** 0.5)


def test_a_share_of_land_has_no_n_and_no_noise(catalogue_of, indicator_of):
    catalogue = catalogue_of(
        indicators=(indicator_of("water", numerator="nat", denominator="land", per=100),),
        fields={id: Field(id, id, "ha", "count", (0, 1e9)) for id in ("nat", "land")},
    )
    values = build_values(cells(cell("GM0001", "nat", 5.0), cell("GM0001", "land", 100.0)), catalogue)
    assert value_of(values, "GM0001", "water")["value"] == pytest.approx(5)
    assert value_of(values, "GM0001", "water")["n"] is None
    assert value_of(values, "GM0001", "water")["spread"] is None
