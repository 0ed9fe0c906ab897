"""A table keeps its promise or is refused with everything that is wrong."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.contracts import CELLS, STATUSES, WITH_NUMBER, check, empty
from stadspeil.errors import ContractError


def cells(**changes: object) -> pl.DataFrame:
    row = {
        "area": "GM0637", "level": "gemeente", "year": 2020, "boundaries": 2020, "field": "inwoners",
        "value": 125_000.0, "low": None, "high": None, "status": "waarde", "snapshot": "s", "row": 2, **changes,
    }  # fmt: skip
    return pl.DataFrame([row], schema=dict(CELLS.columns))


def problems(table: pl.DataFrame) -> tuple[str, ...]:
    with pytest.raises(ContractError) as caught:
        check(table, CELLS, "proef")
    return caught.value.problems


def test_a_whole_table_passes_with_its_columns_in_order() -> None:
    shuffled = cells().select(sorted(CELLS.columns))
    assert check(shuffled, CELLS, "proef").columns == list(CELLS.columns)


def test_an_empty_table_keeps_the_contract() -> None:
    assert check(empty(CELLS), CELLS, "proef").is_empty()


def test_missing_strange_and_mistyped_columns_are_named_together() -> None:
    found = problems(cells().drop("row").with_columns(extra=1, year=pl.lit("2020")))
    assert found == (
        "kolom 'row' ontbreekt",
        "kolom 'extra' hoort hier niet",
        "kolom 'year' is String, verwacht Int16",
    )


def test_a_doubled_key_is_named_by_its_first_row() -> None:
    assert problems(pl.concat([cells(), cells(row=3)])) == (
        "2 rijen delen een sleutel (area, year, boundaries, field), eerste: GM0637, 2020, 2020, inwoners",
    )


def test_an_empty_required_cell_is_refused() -> None:
    assert problems(cells(snapshot=None)) == ("kolom 'snapshot' is leeg in 1 rij",)


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in WITH_NUMBER])
def test_a_number_may_not_stand_under_a_status_without_one(status: str) -> None:
    assert problems(cells(status=status)) == ("1 rij heeft een getal terwijl de status er geen toelaat",)


@pytest.mark.parametrize("code", [-99_997.0, -99_995.0, -99_999_999.0])
def test_a_special_code_never_passes_as_a_number(code: float) -> None:
    assert problems(cells(value=code)) == ("1 rij heeft een bijzondere code van de uitgever als getal",)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_never_passes_as_one(odd: float) -> None:
    assert problems(cells(value=odd)) == ("1 rij heeft een oneindig of onbepaald getal",)
