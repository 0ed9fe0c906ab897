"""What is published is rounded and kept back by the publisher's rules, and adds up within them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from stadspeil.sources.nieuwland import World
from stadspeil.sources.nieuwland.publishing.key_figures import file_name
from stadspeil.sources.nieuwland.publishing.secrecy import round_by_chance

YEAR = 2021


def level(table: pl.DataFrame, letters: str) -> pl.Series:
    return table["WijkenEnBuurten"].str.starts_with(letters)


def true_count(world: World, name: str, table: pl.DataFrame, year: int = YEAR) -> np.ndarray:
    division = world.gazetteer.division(year)
    assert table["WijkenEnBuurten"].to_list()[1:] == division.codes[1:]
    return world.figures.over(division.members, name, year)


def test_counts_of_gemeenten_are_exact_and_those_below_are_rounded_to_five(world: World, published, number) -> None:
    table = published(file_name(YEAR))
    given, true = number(table, "AantalInwoners").to_numpy(), true_count(world, "inwoners", table)
    exact = (level(table, "GM") | level(table, "NL")).to_numpy()
    assert np.array_equal(given[exact], true[exact])
    assert (given[~exact] % 5 == 0).all()
    assert np.abs(given - true).max() < 5


def test_rounding_by_chance_neither_adds_nor_takes() -> None:
    rounded = round_by_chance(np.random.default_rng(5), np.full(20_000, 13.0), 5)
    assert set(rounded) == {10.0, 15.0}
    assert rounded.mean() == pytest.approx(13.0, abs=0.05)


@pytest.mark.parametrize(("below", "above", "column"), [("BU", "WK", 8), ("WK", "GM", 6)])
def test_rounded_parts_add_up_to_the_whole_within_rounding(
    published, number, below: str, above: str, column: int
) -> None:
    table = published(file_name(YEAR)).with_columns(code=pl.col("WijkenEnBuurten").str.slice(2))
    table = table.with_columns(people=number(table, "AantalInwoners"))
    parts = (
        table.filter(level(table, below))
        .group_by(pl.col("code").str.slice(0, column - 2))
        .agg(pl.sum("people"), n=pl.len())
    )
    joined = table.filter(level(table, above)).join(parts, on="code", suffix="_parts")
    assert joined.height > 10
    assert (joined["people"] - joined["people_parts"]).abs().to_numpy() == pytest.approx(
        0, abs=5 * float(joined["n"].max())
    )
    assert ((joined["people"] - joined["people_parts"]).abs() <= 5 * (joined["n"] + 1)).all()


@pytest.mark.parametrize(
    ("header", "base", "least"),
    [
        ("GemiddeldInkomenPerInwoner", "inwoners", 100),
        ("HuishoudensMetEenLaagInkomen", "huishoudens", 100),
        ("GemGestandaardiseerdInkomenVanHuish", "huishoudens", 100),
        ("GemiddeldeWOZWaardeVanWoningen", "woningen", 20),
        ("PercentageEengezinswoning", "woningen", 20),
        ("Koopwoningen", "woningen", 20),
        ("Nettoarbeidsparticipatie", "inwoners", 150),
        ("PersonenautoSPerHuishouden", "huishoudens", 50),
        ("Bevolkingsdichtheid", "inwoners", 10),
    ],
)
def test_a_figure_on_too_few_is_not_given(world: World, published, number, header: str, base: str, least: int) -> None:
    table = published(file_name(YEAR))
    given, true = number(table, header).is_not_null().to_numpy(), true_count(world, base, table)
    assert not given[true < least].any()
    assert (true < least).any()
    assert given[true >= 3 * least].mean() > 0.98


def test_a_figure_that_is_kept_back_is_a_dot_and_never_a_zero(published) -> None:
    column = published(file_name(YEAR))["HuishoudensMetEenLaagInkomen"]
    assert "." in column.to_list()
    assert not set(column.to_list()) & {"0", "0.0", ""}


@pytest.mark.parametrize(
    ("header", "figure"),
    [
        ("WmoClienten", "wmo_clienten"),
        ("WmoClientenRelatief", "wmo_clienten"),
        ("JongerenMetJeugdzorgInNatura", "jeugdzorg_jongeren"),
        ("PercentageJongerenMetJeugdzorg", "jeugdzorg_jongeren"),
    ],
)
def test_no_count_of_care_from_zero_to_seven_comes_out_nor_a_rate_that_tells_it(
    world: World, published, number, header: str, figure: str
) -> None:
    table = published(file_name(YEAR))
    given, true = number(table, header).to_numpy(), true_count(world, figure, table)
    assert np.isnan(given[true <= 7]).all()
    assert (true <= 7).any()


def test_there_are_never_more_than_two_and_a_half_cars_per_household(published, number) -> None:
    for year in (2009, 2016, 2021):
        assert number(published(file_name(year)), "PersonenautoSPerHuishouden").max() <= 2.5
