"""What towns can carry, by hand on three gemeenten, and on the real accounts."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.analyses.purse import BUDGET, CHAPTERS, beside_groups, over_budget, purse_of, task_fields
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue
from stadspeil.contracts import CELLS

CATALOGUE = load_catalogue()
REGISTER = AreaRegister(CATALOGUE.gemeenten, CATALOGUE.changes)
ZOETERMEER, HELMOND, DELFT = "GM0637", "GM0794", "GM0503"


def cells(rows: dict[str, dict[str, float]], year: int = 2024) -> pl.DataFrame:
    made = [
        (area, "gemeente", year, year, field, value, None, None, "waarde", "proef", 0)
        for area, fields in rows.items()
        for field, value in fields.items()
    ]
    return pl.DataFrame(made, schema=dict(CELLS.columns), orient="row")


def accounts(people: float, costs: float, income: float, **more: float) -> dict[str, float]:
    return {
        "gemeente_inwoners_boekjaar": people, "gemeente_lasten_1000_eur": costs, "gemeente_baten_1000_eur": income,
    } | more  # fmt: skip


THREE = {
    ZOETERMEER: accounts(1000, 4000, 5000, gemeente_rijksbijdrage_1000_eur=3000.0, taakveld_6_1_1000_eur=600.0,
                         taakveld_6_2_1000_eur=200.0),
    HELMOND: accounts(2000, 6000, 5000, gemeente_rijksbijdrage_1000_eur=2500.0, taakveld_6_1_1000_eur=500.0),
    DELFT: accounts(4000, 20000, 20000, gemeente_rijksbijdrage_1000_eur=5000.0, taakveld_6_1_1000_eur=400.0),
}  # fmt: skip


def row(purse: pl.DataFrame, area: str, part: str) -> dict[str, object]:
    return purse.filter(area=area, part=part).row(0, named=True)


def test_sums_are_told_per_inhabitant_in_whole_euros() -> None:
    purse = purse_of(cells(THREE), CATALOGUE)
    assert row(purse, ZOETERMEER, "lasten")["amount"] == 4000.0
    assert row(purse, HELMOND, "lasten")["amount"] == 3000.0
    assert row(purse, HELMOND, "saldo")["amount"] == -500.0


def test_the_place_counts_from_the_most() -> None:
    purse = purse_of(cells(THREE), CATALOGUE)
    places = {area: row(purse, area, "lasten")["place"] for area in THREE}
    assert places == {DELFT: 1, ZOETERMEER: 2, HELMOND: 3}
    assert row(purse, DELFT, "lasten")["ranked"] == 3


def test_shares_are_in_percent_and_absent_where_there_is_nothing_below_the_line() -> None:
    purse = purse_of(cells(THREE), CATALOGUE)
    assert row(purse, ZOETERMEER, "aandeel_rijk")["amount"] == 60.0
    assert purse.filter(part="solvabiliteit").is_empty()


def test_a_chapter_is_the_sum_of_its_task_fields_whatever_is_missing() -> None:
    purse = purse_of(cells(THREE), CATALOGUE)
    assert row(purse, ZOETERMEER, "sociaal_domein")["amount"] == 800.0
    assert row(purse, DELFT, "sociaal_domein")["amount"] == 100.0
    assert purse.filter(part="veiligheid").is_empty()


def test_a_town_without_inhabitants_has_no_purse() -> None:
    assert purse_of(cells({ZOETERMEER: accounts(0, 10, 10)}), CATALOGUE).is_empty()
    assert purse_of(cells({}), CATALOGUE).is_empty()


def test_who_gave_no_costs_is_no_town_that_spends_nothing() -> None:
    silent = {DELFT: accounts(4000, 0, 0)}
    purse = purse_of(cells(THREE | silent), CATALOGUE)
    assert purse.filter(area=DELFT).is_empty()
    assert row(purse, ZOETERMEER, "lasten")["ranked"] == 2


def test_a_budget_is_told_apart_from_an_account_and_never_in_its_place() -> None:
    budget = {f"begroting_{name}": 0.75 * value for name, value in THREE[ZOETERMEER].items()}
    budget["begroting_gemeente_inwoners_boekjaar"] = 1000.0
    purse = purse_of(
        pl.concat([cells(THREE), cells({ZOETERMEER: budget}), cells({ZOETERMEER: budget}, 2026)]), CATALOGUE
    )
    costs = purse.filter(area=ZOETERMEER, part="lasten").select("year", "kind", "amount", "ranked")
    assert costs.rows() == [
        (2024, "rekening", 4000.0, 3),
        (2024, "begroting", 3000.0, 1),
        (2026, "begroting", 3000.0, 1),
    ]
    beside = beside_groups(purse, ZOETERMEER, CATALOGUE, REGISTER)
    assert beside.filter(part="lasten")["year"].to_list() == [2024]
    planned = beside_groups(purse, ZOETERMEER, CATALOGUE, REGISTER, BUDGET).filter(part="lasten").row(0, named=True)
    assert (planned["year"], planned["alle"]) == (2026, 3000.0)
    assert over_budget(purse, ZOETERMEER).rows() == [(2024, 3000.0, 4000.0, pytest.approx(100 / 3))]
    assert over_budget(purse, HELMOND).is_empty()


def test_what_reserves_give_and_take_stands_apart_from_the_balance_of_the_year() -> None:
    kept = {"gemeente_reserve_toevoeging_1000_eur": 300.0, "gemeente_reserve_onttrekking_1000_eur": 1000.0}
    purse = purse_of(cells({HELMOND: THREE[HELMOND] | kept}), CATALOGUE)
    assert row(purse, HELMOND, "saldo")["amount"] == -500.0
    assert row(purse, HELMOND, "saldo_na_reserves")["amount"] == -500.0 + 350.0


def test_a_town_stands_beside_its_groups_and_all() -> None:
    table = pl.concat([cells(THREE), cells({ZOETERMEER: accounts(1000, 2000, 2000)}, 2023)])
    beside = beside_groups(purse_of(table, CATALOGUE), ZOETERMEER, CATALOGUE, REGISTER)
    costs = beside.filter(part="lasten").row(0, named=True)
    assert (costs["year"], costs["amount"], costs["recent"]) == (2024, 4000.0, 3000.0)
    assert costs["alle"] == pytest.approx((4000 + 3000 + 5000) / 3)
    # Two of seven New Towns are too few to stand for them.
    assert "groep:nta" not in beside.columns


def test_every_task_field_belongs_to_a_chapter() -> None:
    fields = task_fields(CATALOGUE)
    assert len(fields) == 62
    assert {each.removeprefix("taakveld_")[0] for each in fields} == set(CHAPTERS.values())
