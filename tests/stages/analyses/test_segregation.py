"""Segregation of a whole workspace: which year, which buurten, and what is never read as zero."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.nested_split import Rounding, mutual_information
from stadspeil.analyses.segregation import FEWEST_PEOPLE, newest_living, segregation, wanted_fields
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import CELLS

HOUSEHOLDS = ("huishoudens_eenpersoons", "huishoudens_zonder_kinderen", "huishoudens_met_kinderen")
SIZE = 64


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    whole = load_catalogue()
    kept = {id: each for id, each in whole.group_families.items() if id in ("huishoudens", "eigendom")}
    return dataclasses.replace(whole, group_families=kept)


def areas(number: int = SIZE) -> list[str]:
    """Buurten of two gemeenten, four wijken in each."""
    return [f"BU{900 + n // 32:04}{n // 8 % 4:02}{n % 8:02}" for n in range(number)]


def cells(year: int, numbers: dict[str, np.ndarray], status: dict[tuple[str, int], str] | None = None) -> pl.DataFrame:
    """CELLS of the buurten; a cell with a status of its own has no number."""
    rows: list[dict[str, Any]] = []
    for field, column in numbers.items():
        for number, area in enumerate(areas(len(column))):
            said = (status or {}).get((field, number), "waarde")
            rows.append({
                "area": area, "level": "buurt", "year": year, "boundaries": year, "field": field,
                "value": float(column[number]) if said == "waarde" else None, "status": said, "snapshot": "x", "row": 1,
            })  # fmt: skip
    made = [{name: row.get(name) for name in CELLS.columns} for row in rows]
    return pl.DataFrame(made, schema=dict(CELLS.columns))


def households(seed: int = 1, number: int = SIZE) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    counts = {field: 5.0 * rng.integers(10, 60, number) for field in HOUSEHOLDS}
    return {"huishoudens": np.sum(list(counts.values()), axis=0), **counts}


def row(table: pl.DataFrame, area: str) -> dict[str, Any]:
    return table.filter(pl.col("area") == area).row(0, named=True)


def test_the_country_is_that_of_its_counts_and_the_parts_add_up(catalogue: Catalogue) -> None:
    numbers = households()
    apart, uneven = segregation(cells(2020, numbers), catalogue)
    counts = np.column_stack([numbers[field] for field in HOUSEHOLDS])
    codes = areas()
    rounding = Rounding(np.full(counts.shape, 4.0), np.full(SIZE, 12.0))
    wanted = mutual_information(counts, np.array([c[:6] for c in codes]), np.array([c[:8] for c in codes]), rounding)
    made = row(apart, "NL")
    assert made["total"] == pytest.approx(wanted.total) and made["within_wijken"] == pytest.approx(wanted.within_wijken)
    assert made["total"] == pytest.approx(
        sum(made[f"{part}"] for part in ("between_gemeenten", "between_wijken", "within_wijken"))
    )
    assert made["h"] == pytest.approx(made["total"] / made["entropy"]) and made["buurten"] == SIZE
    assert made["left_out"] == 0
    assert set(apart["area"]) == {"NL", "GM0900", "GM0901"}
    assert row(apart, "GM0900")["between_gemeenten"] is None
    assert set(uneven["group"]) == set(HOUSEHOLDS) and (uneven["d"] > uneven["d_by_chance"]).all()


def test_a_secret_count_leaves_the_buurt_out_and_is_never_zero(catalogue: Catalogue) -> None:
    numbers = households()
    whole = segregation(cells(2020, numbers), catalogue)[0]
    secret = segregation(cells(2020, numbers, {(HOUSEHOLDS[0], 3): "geheim"}), catalogue)[0]
    kept = {field: np.delete(column, 3) for field, column in numbers.items()}
    other = cells(2020, numbers).filter(pl.col("area") != areas()[3])
    without = segregation(other, catalogue)[0]
    assert row(secret, "NL")["total"] == pytest.approx(row(without, "NL")["total"])
    assert row(secret, "NL")["buurten"] == SIZE - 1 and row(secret, "NL")["total"] != row(whole, "NL")["total"]
    share = numbers["huishoudens"][3] / numbers["huishoudens"].sum()
    assert row(secret, "NL")["left_out"] == pytest.approx(share) and kept["huishoudens"].size == SIZE - 1


def test_a_buurt_of_almost_nobody_is_left_out(catalogue: Catalogue) -> None:
    numbers = households()
    for field in HOUSEHOLDS:
        numbers[field][5] = 15.0
    numbers["huishoudens"][5] = 45.0
    assert numbers["huishoudens"][5] < FEWEST_PEOPLE
    assert row(segregation(cells(2020, numbers), catalogue)[0], "NL")["buurten"] == SIZE - 1


def test_the_newest_year_of_one_gemeente_is_no_year_of_the_country(catalogue: Catalogue) -> None:
    both = pl.concat([cells(2020, households()), cells(2023, households(2, 31))])
    family = catalogue.group_families["huishoudens"]
    living = newest_living(both, family, catalogue)
    assert living is not None and living.year == 2020
    assert newest_living(cells(2023, households(2, 20)), family, catalogue) is None


def test_a_family_that_is_known_of_one_gemeente_only_is_not_told_of_the_country(catalogue: Catalogue) -> None:
    """Seen with the workbook of Utrecht 2023: its tenure was called that of the Netherlands."""
    homes = np.full(32, 200.0)
    shares = dict.fromkeys(catalogue.group_families["eigendom"].groups, np.full(32, 30.0))
    both = pl.concat([cells(2020, households(1, 200)), cells(2023, {"woningen": homes, **shares})])
    assert row(segregation(both, catalogue)[0].filter(pl.col("family") == "huishoudens"), "NL")["year"] == 2020
    assert segregation(both, catalogue)[0].filter(pl.col("family") == "eigendom").is_empty()


def test_shares_become_counts_and_what_is_left_is_the_rest(catalogue: Catalogue) -> None:
    homes = np.full(SIZE, 400.0)
    shares = {"koopwoningen_pct": np.full(SIZE, 50.0), "corporatiewoningen_pct": np.full(SIZE, 30.0),
              "overige_verhuurders_pct": np.full(SIZE, 15.0)}  # fmt: skip
    living = newest_living(cells(2021, {"woningen": homes, **shares}), catalogue.group_families["eigendom"], catalogue)
    assert living is not None and living.counts[0].tolist() == pytest.approx([200, 120, 60, 20])
    assert living.groups[-1] == "rest"
    # A whole percent of 400 homes is off by 400/100 times the root of a twelfth.
    of_homes = 0.0 if catalogue.fields["woningen"].rounding <= 1 else 4.0
    assert living.rounding.cells[0, 0] == pytest.approx(16 / 12 + 0.25 * of_homes)


def test_no_cells_give_empty_tables(catalogue: Catalogue) -> None:
    apart, uneven = segregation(cells(2020, {}), catalogue)
    assert apart.is_empty() and uneven.is_empty()
    assert {"huishoudens", "woningen", "koopwoningen_pct"} <= set(wanted_fields(catalogue))
