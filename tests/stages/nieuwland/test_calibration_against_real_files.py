"""The calibration tables are what the real files say; runs where those are present."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stadspeil.sources.nieuwland.calibration import CONDITION_SPREADS, HEALTH, HOUSE_PRICES, LOADED, MADE
from stadspeil.sources.nieuwland.proximity import PROXIMITY

CONDITIONS = ("huishoudens_laag_inkomen_pct", "aandeel_65plus_pct", "omgevingsadressendichtheid_per_km2")


@pytest.fixture(scope="module")
def towns(real_data: Path) -> pl.DataFrame:
    table = pl.read_csv(real_data / "kwb_2021_gemeenten.csv", infer_schema_length=1000)
    return table.with_columns(pl.col(CONDITIONS[2]).cast(pl.Float64).log().alias("dichtheid_log"))


@pytest.fixture(scope="module")
def nearness(shared_data: Path) -> pl.DataFrame:
    path = shared_data / "more" / "gemeenten_2020_kerncijfers_nabijheid.csv"
    return pl.read_csv(path, infer_schema_length=1000)


@pytest.fixture(scope="module")
def health(real_data: Path) -> dict[int, pl.DataFrame]:
    found = {}
    for year in (2016, 2020):
        path = real_data / f"gezondheid_{year}_18plus.xlsx"
        table = pl.read_excel(path, infer_schema_length=0).with_columns(pl.all().str.strip_chars())
        numbers = [
            pl.col(name).cast(pl.Float64, strict=False).alias(name.rsplit("_", 1)[0]) for name in table.columns[8:]
        ]
        found[year] = table.select(pl.col("Codering_3").alias("area"), *numbers)
    return found


def standardized(values: np.ndarray) -> np.ndarray:
    return (values - np.nanmean(values)) / np.nanstd(values)


def loadings_of(towns: pl.DataFrame, values: np.ndarray) -> tuple[np.ndarray, float]:
    names = (*CONDITIONS[:2], "dichtheid_log")
    given = ~np.isnan(values)
    known = np.column_stack([np.ones(towns.height), *(standardized(towns[name].to_numpy()) for name in names)])[given]
    wanted = standardized(values)[given]
    found, *_ = np.linalg.lstsq(known, wanted, rcond=None)
    return found[1:], 1 - float((wanted - known @ found).var())


@pytest.mark.parametrize("name", [*MADE, *LOADED])
def test_averages_and_spreads_are_those_of_the_key_figures(towns: pl.DataFrame, name: str) -> None:
    values = towns[name].cast(pl.Float64, strict=False).to_numpy()
    weights = np.where(np.isnan(values), 0, towns["inwoners"].to_numpy())
    target = MADE.get(name) or LOADED[name]
    assert np.nansum(values * weights) / weights.sum() == pytest.approx(target.country, abs=0.006)
    assert np.nanstd(values) == pytest.approx(target.spread, abs=0.006)


@pytest.mark.parametrize("name", list(LOADED))
def test_loadings_are_those_of_the_key_figures(towns: pl.DataFrame, name: str) -> None:
    found, explained = loadings_of(towns, towns[name].cast(pl.Float64, strict=False).to_numpy())
    assert found == pytest.approx(LOADED[name].loadings, abs=0.006)
    assert explained == pytest.approx(LOADED[name].explained, abs=0.006)


@pytest.mark.parametrize("name", list(HEALTH))
def test_health_targets_are_those_of_the_monitor(
    towns: pl.DataFrame, health: dict[int, pl.DataFrame], name: str
) -> None:
    target, table = HEALTH[name], health[2020]
    assert table[name][0] == target.country
    assert health[2016][name][0] == target.country_2016
    of_towns = (
        towns.select("area").join(table, on="area", how="left", maintain_order="left")[name].cast(pl.Float64).to_numpy()
    )
    assert np.nanstd(of_towns) == pytest.approx(target.spread, abs=0.006)
    found, explained = loadings_of(towns, of_towns)
    assert found == pytest.approx(target.loadings, abs=0.006)
    assert explained == pytest.approx(target.explained, abs=0.006)
    buurten = table.filter(pl.col("area").str.starts_with("BU"))
    inside = buurten.select(pl.col(name) - pl.col(name).mean().over(pl.col("area").str.slice(2, 4))).to_series()
    assert inside.std() == pytest.approx(target.within, abs=0.006)


def test_the_spreads_of_the_conditions_are_those_of_the_key_figures(towns: pl.DataFrame) -> None:
    found = [towns[name].to_numpy().std() for name in (*CONDITIONS[:2], "dichtheid_log")]
    assert found == pytest.approx(CONDITION_SPREADS, abs=0.006)


def test_house_prices_are_those_of_the_country(shared_data: Path) -> None:
    import json

    rows = json.loads((shared_data / "more" / "api" / "v3" / "verkoopprijzen_alle_regioos_raw.json").read_text())[
        "value"
    ]
    real = {
        int(row["Perioden"][:4]): row["GemiddeldeVerkoopprijs_1"] for row in rows if row["RegioS"].strip() == "NL01"
    }
    assert {year: real[year] for year in HOUSE_PRICES} == HOUSE_PRICES


@pytest.mark.parametrize("name", list(PROXIMITY))
def test_proximity_is_that_of_the_collected_file(towns: pl.DataFrame, nearness: pl.DataFrame, name: str) -> None:
    values = nearness[name].cast(pl.Float64, strict=False).to_numpy()
    weights = np.where(np.isnan(values), 0, nearness["Aantal inwoners"].to_numpy())
    assert np.nansum(values * weights) / weights.sum() == pytest.approx(PROXIMITY[name].country, abs=0.006)
    assert np.nanstd(values) == pytest.approx(PROXIMITY[name].spread, abs=0.006)
    joined = towns.join(nearness, left_on="area", right_on="GM_CODE", how="inner", maintain_order="left")
    found, explained = loadings_of(joined, joined[name].cast(pl.Float64, strict=False).to_numpy())
    assert found == pytest.approx(PROXIMITY[name].loadings, abs=0.006)
    assert explained == pytest.approx(PROXIMITY[name].explained, abs=0.006)
