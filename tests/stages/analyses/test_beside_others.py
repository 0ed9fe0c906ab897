"""Gemeenten beside others: comparison towns, groups, twins; and what it takes to reach a place."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from stadspeil.analyses.group_tests import DISCOVERIES, group_tests
from stadspeil.analyses.pairs import comparison_pairs, pairs_of
from stadspeil.analyses.ranges import newest, rank_ranges
from stadspeil.analyses.reaching import reach_place
from stadspeil.analyses.twins import DIMENSIONS, twin_gaps, twins_of
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import VALUES
from stadspeil.errors import QuestionError
from stadspeil.scores import score_values

TOWN, OTHER = "GM0637", "GM0034"
WEALTH = ("inkomen_huishoudens", "vermogen_huishoudens", "huishoudens_laag_inkomen_aandeel", "moeite_met_rondkomen")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def register(catalogue: Catalogue) -> AreaRegister:
    return AreaRegister(catalogue.gemeenten, catalogue.changes)


@pytest.fixture(scope="module")
def codes(register: AreaRegister) -> list[str]:
    return sorted(code for code in register.codes(2020) if code < "GM9000")


def scored(
    numbers: dict[str, np.ndarray], codes: list[str], catalogue: Catalogue, register: AreaRegister,
    spread: float | None = 0.5,
) -> pl.DataFrame:  # fmt: skip
    """SCORES of 2020 of all gemeenten."""
    rows = [
        {"area": code, "level": "gemeente", "year": 2020, "boundaries": 2020, "indicator": indicator, "value": float(each),
         "spread": spread, "n": 1000.0, "status": "waarde", "method": "published"}
        for indicator, column in numbers.items()
        for code, each in zip(codes, column, strict=True)
    ]  # fmt: skip
    table = pl.DataFrame(
        [{name: row.get(name) for name in VALUES.columns} for row in rows], schema=dict(VALUES.columns)
    )
    return score_values(table, catalogue, register).scores


def parts_of_wealth(catalogue: Catalogue, codes: list[str], seed: int = 3) -> dict[str, np.ndarray]:
    rng, common = np.random.default_rng(seed), np.random.default_rng(seed + 1).normal(size=len(codes))
    return {
        part: 50 + 8 * (0.6 * common + 0.8 * rng.normal(size=len(codes)))
        if catalogue.indicators[part].direction == "higher_is_better"
        else 30 - 5 * (0.6 * common + 0.8 * rng.normal(size=len(codes)))
        for part in catalogue.parts_of("thema_materiele_welvaart")
    }


# --- pairs and acceptability


def test_a_pair_has_its_chance_by_noise_and_a_verdict_by_hand(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    field = np.linspace(20, 40, len(codes))
    field[codes.index(TOWN)], field[codes.index(OTHER)] = 30.0, 31.0
    scores = scored({"bijstand": field}, codes, catalogue, register)
    pairs = comparison_pairs(scores, catalogue, register)
    made = pairs_of(newest(scores), _no_draws(), catalogue, pairs)
    row = made.filter((pl.col("area") == TOWN) & (pl.col("other") == OTHER)).row(0, named=True)
    # Lower is better here: 30 beside 31 is ahead, by one over the root of a half.
    assert row["difference"] == pytest.approx(-1) and row["error"] == pytest.approx(0.5 * np.sqrt(2))
    assert row["ahead_noise"] == pytest.approx(norm.cdf(1 / (0.5 * np.sqrt(2))))
    assert row["verdict"] == "gelijk" and row["favourable"] is None
    back = made.filter((pl.col("area") == OTHER) & (pl.col("other") == TOWN)).row(0, named=True)
    assert back["ahead_noise"] == pytest.approx(1 - row["ahead_noise"])


def _no_draws() -> pl.DataFrame:
    kinds = {"indicator": pl.String, "area": pl.String, "other": pl.String, "ahead_choices": pl.Float64}
    return pl.DataFrame(schema=kinds)


def test_a_verdict_asks_more_where_more_pairs_are_read(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    """2.5 errors apart: enough for one pair, not for the dozen that a town has."""
    field = np.full(len(codes), 30.0) + np.arange(len(codes)) * 1e-6
    field[codes.index(OTHER)] = 30 + 2.5 * 0.5 * np.sqrt(2)
    scores = scored({"bijstand": field}, codes, catalogue, register)
    pairs = comparison_pairs(scores, catalogue, register)
    made = pairs_of(newest(scores), _no_draws(), catalogue, pairs).filter(pl.col("area") == TOWN)
    number = made.height
    assert number > 10 and 2 * norm.sf(2.5) > 0.1 / number
    assert set(made["verdict"]) == {"gelijk"}
    field[codes.index(OTHER)] = 30 + 1.01 * norm.isf(0.05 / number) * 0.5 * np.sqrt(2)
    beyond = scored({"bijstand": field}, codes, catalogue, register)
    told = pairs_of(newest(beyond), _no_draws(), catalogue, pairs).filter(pl.col("area") == TOWN)
    assert told.filter(pl.col("verdict") != "gelijk").select("other", "verdict", "favourable").rows() == [
        (OTHER, "lager", True)
    ]


def test_without_noise_nothing_is_told_of_a_pair(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    scores = scored({"bijstand": np.linspace(0, 90, len(codes))}, codes, catalogue, register, spread=None)
    made = pairs_of(newest(scores), _no_draws(), catalogue, comparison_pairs(scores, catalogue, register))
    assert set(made["verdict"]) == {"onbekend"} and made["ahead_noise"].null_count() == made.height


def test_draws_tell_the_chance_of_being_ahead_and_the_tenths(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    numbers = parts_of_wealth(catalogue, codes)
    best = {part: catalogue.indicators[part].direction == "higher_is_better" for part in numbers}
    for part, column in numbers.items():
        column[codes.index(TOWN)] = 90.0 if best[part] else 1.0
    scores = scored(numbers, codes, catalogue, register)
    made = rank_ranges(scores, catalogue, register)
    ahead = made.ahead.filter((pl.col("indicator") == "thema_materiele_welvaart") & (pl.col("area") == TOWN))
    assert ahead["ahead_choices"].to_list() == [1.0] * ahead.height and ahead.height >= 6
    tenths = made.acceptability.filter(pl.col("indicator") == "thema_materiele_welvaart")
    shares = tenths.select(pl.col("^tenth_.*$")).to_numpy()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(shares)))
    own = tenths.filter(pl.col("area") == TOWN).row(0, named=True)
    assert own["tenth_1"] == 1 and own["rank"] == 1
    lowest = made.ranges.filter(pl.col("indicator") == "thema_materiele_welvaart").sort("area")["lowest_tenth"]
    assert tenths.sort("area")["tenth_10"].to_list() == pytest.approx(lowest.to_list())


# --- reaching a place


def test_a_part_moved_as_told_brings_the_place_and_a_little_less_does_not(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    scores = scored(parts_of_wealth(catalogue, codes), codes, catalogue, register)
    id = "thema_materiele_welvaart"
    now = scores.filter((pl.col("indicator") == id) & (pl.col("area") == TOWN)).row(0, named=True)
    wanted = now["rank"] - 12
    made = reach_place(id, TOWN, wanted, scores, catalogue, register)
    assert (made.rank, made.mark) == (now["rank"], pytest.approx(now["mark"]))
    marks = scores.filter((pl.col("indicator") == id) & (pl.col("area") != TOWN))["mark"].to_numpy()
    assert any(each.possible for each in made.parts)
    for each in made.parts:
        if each.possible:
            there = now["mark"] + (each.mark_wanted - each.mark) / len(made.parts)
            assert 1 + (marks > there + 1e-9).sum() <= wanted < 1 + (marks > there - 1e-3).sum()
    assert now["mark"] + made.short == pytest.approx(there)


def test_what_is_reached_already_needs_nothing_and_what_is_not_there_is_refused(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    scores = scored(parts_of_wealth(catalogue, codes), codes, catalogue, register)
    id = "thema_materiele_welvaart"
    assert reach_place(id, TOWN, len(codes), scores, catalogue, register).parts == ()
    for wrong, place, area, said in (
        (id, len(codes) + 1, TOWN, f"van 1 tot {len(codes)}"),
        (id, 0, TOWN, "van 1 tot"),
        ("bijstand", 3, TOWN, "heeft geen delen"),
        ("thema_bestaat_niet", 3, TOWN, "bestaat niet"),
        (id, 3, "GM9999", "daar is geen plaats van"),
    ):
        with pytest.raises(QuestionError, match=said):
            reach_place(wrong, area, place, scores, catalogue, register)


# --- groups


def test_a_planted_difference_of_the_group_is_found_and_a_country_by_lot_has_few(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    rng = np.random.default_rng(12)
    members = [codes.index(code) for code in catalogue.groups["nta"].members if code in codes]
    names = [each.id for each in catalogue.indicators.values()
             if each.status == "connected" and "gemeente" in each.levels and each.possible[1] >= 100][:40]  # fmt: skip
    numbers = {name: rng.normal(50, 5, len(codes)).clip(1, 99) for name in names}
    numbers[names[0]][members] += 15
    made = group_tests(
        newest(scored(numbers, codes, catalogue, register)), catalogue, register, np.random.default_rng(1)
    )
    rest = made.filter((pl.col("group") == "nta") & (pl.col("other") == "rest"))
    assert rest.filter(pl.col("indicator") == names[0])["found"].to_list() == [True]
    false = made.filter((pl.col("indicator") != names[0]) & ~pl.col("indicator").is_in(list(catalogue.composites)))
    assert false["found"].sum() <= 2
    row = rest.filter(pl.col("indicator") == names[0]).row(0, named=True)
    assert row["difference"] == pytest.approx(
        numbers[names[0]][members].mean() - np.delete(numbers[names[0]], members).mean()
    )
    assert row["members"] == len(members) and row["others"] == len(codes) - len(members) and row["g_low"] > 0


def test_the_discoveries_of_a_comparison_are_those_of_benjamini_and_hochberg_and_stay_the_same(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    numbers = parts_of_wealth(catalogue, codes)
    table = newest(scored(numbers, codes, catalogue, register))
    made, again = (group_tests(table, catalogue, register, np.random.default_rng(4)) for _ in range(2))
    assert made.equals(again)
    for (_, _), part in made.group_by("group", "other"):
        p = np.sort(part["p"].to_numpy())
        passed = np.flatnonzero(p <= DISCOVERIES * np.arange(1, len(p) + 1) / len(p))
        assert part["found"].sum() == (passed[-1] + 1 if passed.size else 0)
    exact = made.filter(pl.col("other").is_in(list(catalogue.groups)))
    assert exact["exact"].all() and exact.height


# --- twins


def structure(codes: list[str], seed: int = 6) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    made = {figure: rng.uniform(10, 60, len(codes)) for each in DIMENSIONS.values() for figure in each}
    made["huishoudensgrootte"] = rng.uniform(1.8, 2.8, len(codes))
    made["inwoners"] = rng.lognormal(10.5, 0.8, len(codes)).round()
    made["bevolkingsdichtheid"] = rng.lognormal(6, 1, len(codes))
    return made


def test_a_copy_is_the_first_twin_whatever_its_outcome(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    numbers = structure(codes)
    copy = codes[100]
    for column in numbers.values():
        column[100] = column[codes.index(TOWN)] * 1.001
    outcome = {"bijstand": np.linspace(5, 60, len(codes))}
    made = [twins_of(newest(scored({**numbers, **more}, codes, catalogue, register))) for more in ({}, outcome)]
    assert made[0].equals(made[1])
    own = made[0].filter(pl.col("area") == TOWN).sort("nearness")
    assert own["twin"][0] == copy and own["distance"][0] < 0.01
    assert own.height == 5 and own["distance"].is_sorted() and TOWN not in own["twin"].to_list()


def test_a_dimension_counts_once_however_many_figures_measure_it(
    catalogue: Catalogue, register: AreaRegister, codes: list[str]
) -> None:
    """One is off in size alone, the other in every figure of ages by less: the second is nearer."""
    numbers = structure(codes)
    town, big, old = codes.index(TOWN), 100, 101
    for column in numbers.values():
        column[big] = column[old] = column[town]
    numbers["inwoners"][town] = 100_000
    numbers["inwoners"][old] = 100_000
    numbers["inwoners"][big] = 300_000
    for figure in DIMENSIONS["ages"]:
        numbers[figure][old] = numbers[figure][town] + 10
    own = twins_of(newest(scored(numbers, codes, catalogue, register))).filter(pl.col("area") == TOWN)
    assert own.sort("nearness")["twin"].to_list()[:2] == [codes[old], codes[big]]


def test_a_gap_with_twins_by_hand(catalogue: Catalogue, register: AreaRegister, codes: list[str]) -> None:
    field = np.random.default_rng(1).normal(30, 6, len(codes)).clip(5, 60)
    table = newest(scored({**structure(codes), "bijstand": field}, codes, catalogue, register))
    twins = twins_of(table)
    made = twin_gaps(table, twins, catalogue)
    row = made.filter((pl.col("area") == TOWN) & (pl.col("indicator") == "bijstand")).row(0, named=True)
    marks = dict(table.filter(pl.col("indicator") == "bijstand").select("area", "mark").iter_rows())
    spread = table.filter(pl.col("indicator") == "bijstand")["mark_spread"][0]
    others = [marks[twin] for twin in twins.filter(pl.col("area") == TOWN)["twin"]]
    assert row["twins_mark"] == pytest.approx(np.mean(others)) and row["present"] == 5
    assert (row["lowest"], row["highest"]) == (min(others), max(others))
    assert row["difference"] == pytest.approx(marks[TOWN] - np.mean(others))
    assert row["error"] == pytest.approx(spread * np.sqrt(1 + 1 / 5))
    unknown = twin_gaps(table.with_columns(mark_spread=pl.lit(None, dtype=pl.Float64)), twins, catalogue)
    assert set(unknown["verdict"]) == {"onbekend"}


def test_without_structure_there_are_no_twins(catalogue: Catalogue, register: AreaRegister, codes: list[str]) -> None:
    table = newest(scored({"bijstand": np.linspace(5, 60, len(codes))}, codes, catalogue, register))
    assert twins_of(table).is_empty() and twin_gaps(table, twins_of(table), catalogue).is_empty()
