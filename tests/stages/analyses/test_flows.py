"""Flows of a workspace: what is there, what is told when it is not, and what a gemeente of another year is."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.analyses.commuting import commuting_of
from stadspeil.analyses.flow_matrix import FlowMatrix, matrix_of, on_boundaries
from stadspeil.analyses.flows import MISSING, MOVED, flow_analyses, flows_of
from stadspeil.analyses.income_identity import Bounds
from stadspeil.analyses.income_parts import income_parts_of
from stadspeil.analyses.moves import moves_of, selectivity_of
from stadspeil.analyses.tables import ANALYSES
from stadspeil.analyses.ties import ties_of
from stadspeil.analyses.treads import AGES, HOUSEHOLDS, INCOMES, TENURES, Norms, Tread, tread_verdict
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue
from stadspeil.cli.exporting import Selection, exported
from stadspeil.cli.sessions import open_session
from stadspeil.contracts import AREAS, CELLS, FLOWS, empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, write_shelf
from stadspeil.simulation import classes
from stadspeil.workspace import Workspace

CATALOGUE = load_catalogue()
REGISTER = AreaRegister(CATALOGUE.gemeenten, CATALOGUE.changes)


def flows(*rows: tuple[str, str, float], year: int = 2022, field: str = "verhuisde_personen") -> pl.DataFrame:
    made = [
        {
            "origin": origin, "destination": to, "level": "gemeente", "year": year, "boundaries": year, "field": field,
            "value": value, "status": "waarde", "snapshot": "x", "row": 1,
        }
        for origin, to, value in rows
    ]  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in FLOWS.columns} for row in made], schema=dict(FLOWS.columns))


def cells(*rows: tuple[str, int, dict[str, float]]) -> pl.DataFrame:
    made = [
        {
            "area": area, "level": "gemeente", "year": year, "boundaries": year, "field": field, "value": value,
            "status": "waarde", "snapshot": "x", "row": 1,
        }
        for area, year, figures in rows
        for field, value in figures.items()
    ]  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in CELLS.columns} for row in made], schema=dict(CELLS.columns))


def test_balance_share_within_and_rates_by_hand() -> None:
    """120 came, 100 left, 300 moved within; 10,000 inhabitants. 1.96 times the root of 220 is 29.07."""
    made = moves_of(
        cells(
            ("GM0637", 2022, {
                "vestiging_uit_andere_gemeente": 120, "vertrek_naar_andere_gemeente": 100,
                "verhuisd_binnen_gemeente": 300, "inwoners": 10_000,
            })
        )
    )  # fmt: skip
    row = made.row(0, named=True)
    assert (row["balance"], row["within_pct"], row["left_per_1000"], row["balance_per_1000"]) == (20, 75, 10, 2)
    assert row["balance_high"] == pytest.approx(49.07, abs=0.01)


def test_a_group_of_which_only_who_came_is_known_has_no_row() -> None:
    assert moves_of(cells(("GM0637", 2022, {"gevestigd_15_30": 5}))).is_empty()


def test_years_before_a_merger_are_not_pooled() -> None:
    """Nissewaard exists since 2015: of 2014 there are only its parts, and of 2018 it lost Oudenhoorn."""
    figures = {f"{flow}_inkomen_{each}": 50.0 for flow in ("gevestigd", "vertrokken") for each in INCOMES}
    years = [("GM1930", year, figures) for year in range(2016, 2020)]
    parts = [("GM0612", 2014, figures), ("GM0637", 2019, figures), ("GM0637", 2014, figures), ("GM0637", 2016, figures)]
    made = selectivity_of(moves_of(cells(*years, *parts)), CATALOGUE, REGISTER)
    first = {row["area"]: row["first_year"] for row in made.iter_rows(named=True)}
    assert first == {"GM1930": 2018, "GM0637": 2016}
    assert made.filter(pl.col("area") == "GM1930")["arrived"].to_list() == [100.0] * 3
    assert made["leaving_verdict"].null_count() == made.height


def identity(**changed: float) -> dict[str, float]:
    counts = {"laag": 400.0, "midden": 400.0, "hoog": 200.0}
    figures = {f"inwoners_inkomen_{each}": count for each, count in counts.items()}
    figures |= {
        f"gevestigd_inkomen_{each}": count for each, count in {"laag": 30.0, "midden": 15.0, "hoog": 5.0}.items()
    }
    figures |= {f"vertrokken_inkomen_{each}": 20.0 for each in INCOMES}
    return figures | {"geboorten": 10, "sterfgevallen": 8} | changed


def test_the_parts_of_a_change_of_a_share_by_hand() -> None:
    """1000 persons, 200 of them high. 50 came (5 high), 60 left (20 high), 10 born, 8 died: 992 after, 185 high."""
    after = {"inwoners_inkomen_laag": 405.0, "inwoners_inkomen_midden": 402.0, "inwoners_inkomen_hoog": 185.0}
    made = income_parts_of(cells(("GM0637", 2021, identity()), ("GM0637", 2022, after)), CATALOGUE, REGISTER)
    parts = {row["part"]: row for row in made.filter(pl.col("measured") == "aandeel_hoog").iter_rows(named=True)}
    assert parts["instroom"]["value"] == pytest.approx(50 / 992 * (10 - 20))
    assert parts["uitstroom"]["value"] == pytest.approx(-60 / 992 * (100 / 3 - 20))
    assert parts["verandering"]["value"] == pytest.approx(100 * 185 / 992 - 20)
    # Nobody from abroad: ten born, of whom none or all may be high; eight died.
    assert (parts["vorming"]["persons"], parts["opheffing"]["persons"]) == (10, 8)
    assert parts["vorming"]["low"] == pytest.approx(10 / 992 * (0 - 20))
    assert parts["vorming"]["high"] == pytest.approx(10 / 992 * (100 - 20))
    assert set(made["measured"]) == {"aandeel_laag", "aandeel_hoog"}


def test_without_births_or_the_following_year_or_on_other_ground_there_is_no_identity() -> None:
    after = identity()
    some = identity()
    del some["geboorten"]
    for rows in ([("GM0637", 2021, some), ("GM0637", 2022, after)], [("GM0637", 2021, identity())],
                 [("GM1930", 2017, identity()), ("GM1930", 2018, after)]):  # fmt: skip
        assert income_parts_of(cells(*rows), CATALOGUE, REGISTER).is_empty()


def test_ties_of_zoetermeer_with_the_hague_the_region_and_elsewhere() -> None:
    made = ties_of(
        flows(
            ("GM0518", "GM0637", 300), ("GM0503", "GM0637", 60), ("GM0344", "GM0637", 40), ("GM0637", "GM0518", 90),
            ("GM0637", "GM0344", 210), ("GM0344", "GM0518", 999),
        ),
        CATALOGUE, REGISTER,
    )  # fmt: skip
    rows = {row["partner"]: row for row in made.filter(pl.col("area") == "GM0637").iter_rows(named=True)}
    assert {name: (row["arrived"], row["left"]) for name, row in rows.items()} == {
        "dominante gemeente": (300, 90), "regio": (60, 0), "elders": (40, 210),
    }  # fmt: skip
    assert (rows["dominante gemeente"]["arrived_pct"], rows["elders"]["left_pct"]) == (75, 70)
    assert rows["dominante gemeente"]["balance_low"] == pytest.approx(210 - 1.96 * 390**0.5, abs=0.01)


def test_a_missing_matrix_year_or_gemeente_is_told_in_dutch() -> None:
    with pytest.raises(QuestionError, match="er zijn geen stromen in deze werkmap") as none:
        matrix_of(empty(FLOWS), 2022, "verhuisstromen")
    assert "stadspeil fetch --source cbs_verhuizingen_matrix" in str(none.value)
    with pytest.raises(QuestionError, match=r"verhuisstromen van 2019: dat jaar is er niet; er zijn: 2022"):
        matrix_of(flows(("GM0637", "GM0518", 1)), 2019, "verhuisstromen")
    with pytest.raises(QuestionError, match="gemeente GM0999 staat er niet in"):
        matrix_of(flows(("GM0637", "GM0518", 1)), 2022).place("GM0999")


def test_flows_on_a_later_division_name_every_gemeente_that_cannot_be_carried() -> None:
    matrix = FlowMatrix(("GM0637", "GM1930"), np.array([[0.0, 4], [6, 0]]), 2014, 2014)
    with pytest.raises(QuestionError, match="GM1930 bestond niet in 2014"):
        on_boundaries(matrix, REGISTER, 2015)
    assert on_boundaries(matrix, REGISTER, 2014) is matrix


def test_modes_add_up_and_jobs_go_before_a_collected_file() -> None:
    by_mode = [flows(("GM0001", "GM0002", 6), ("GM0001", "GM0001", 2), year=2016, field=name) for name in ("forensen_auto", "forensen_trein")]  # fmt: skip
    made = commuting_of(pl.concat(by_mode)).row(0, named=True)
    assert (made["workers"], made["own_pct"], made["largest_to"], made["largest_pct"]) == (16, 25, "GM0002", 75)
    jobs = flows(("GM0001", "GM0002", 1000), ("GM0001", "GM0001", 3000), year=2016, field="banen_woon_werk")
    assert commuting_of(pl.concat([*by_mode, jobs])).row(0, named=True)["workers"] == 4000


def test_the_strongest_tie_counts_both_ways() -> None:
    """Of 100 who live in the first, 30 work in the second and 20 the other way round: half."""
    made = commuting_of(
        flows(("GM0001", "GM0001", 70), ("GM0001", "GM0002", 30), ("GM0002", "GM0001", 20), ("GM0002", "GM0002", 380))
    )
    assert made["both_ways_pct"].to_list() == [50.0, 12.5]
    assert made["unique_rank"].to_list() == [1, 2]


def test_a_tread_is_missing_only_where_even_the_favourable_bound_falls_short() -> None:
    def tread(stock: Bounds) -> Tread:
        hundred = Bounds.of(100.0)
        return Tread(hundred, hundred, hundred, hundred, stock, stock)

    group = tread(Bounds(100, 120))
    assert tread_verdict(tread(Bounds(20, 89)), group, 0.9) == "ontbreekt"
    assert tread_verdict(tread(Bounds(20, 91)), group, 0.9) == "niet te zeggen"
    assert tread_verdict(tread(Bounds(140, 300)), group, 0.9) == "ruim"


def test_a_workspace_without_flows_has_every_table_without_rows(tmp_path: Path) -> None:
    none = flows_of(Workspace(tmp_path), MOVED)
    made = flow_analyses(empty(CELLS), none, none, empty(AREAS), CATALOGUE, REGISTER)
    assert {name: table.height for name, table in made.items()} == dict.fromkeys(MISSING, 0)
    assert all(table.columns == list(ANALYSES[name].columns) for name, table in made.items())


def test_who_asks_for_ties_without_a_matrix_hears_what_to_fetch(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    for name in MISSING:
        write_shelf(session.workspace.out / "analyses" / name, [Part(name, empty(ANALYSES[name]))])
    with pytest.raises(QuestionError) as told:
        exported(session, "ties", Selection())
    assert "nodig is 'Tussen gemeenten verhuisde personen' (cbs_verhuizingen_matrix)" in str(told.value)
    assert "stadspeil fetch --source cbs_verhuizingen_matrix" in str(told.value)
    with pytest.raises(QuestionError, match="lees zelf in: verhuizingen_groepen"):
        exported(session, "selectivity", Selection())


def test_friction_speaks_of_no_place_and_can_still_be_exported(tmp_path: Path) -> None:
    row = {"flow": "woon-werk", "year": 2016, "boundaries": 2022, "gemeenten": 343, "bend": 1.9, "slope": -2.0}
    told = pl.concat([empty(ANALYSES["friction"]), pl.DataFrame([row])], how="diagonal_relaxed")
    session = open_session(tmp_path)
    write_shelf(session.workspace.out / "analyses" / "friction", [Part("friction", told)])
    write_shelf(session.workspace.tables / "areas", [Part("areas", empty(AREAS))])
    assert exported(session, "friction", Selection())["bend"].to_list() == [1.9]


def test_every_source_that_is_named_as_missing_is_in_the_catalogue() -> None:
    assert {id for ids in MISSING.values() for id in ids} <= CATALOGUE.sources.keys()


def test_treads_and_simulation_use_the_same_words() -> None:
    assert HOUSEHOLDS == classes.HOUSEHOLD_TYPES and INCOMES == classes.INCOME_GROUPS
    assert tuple(AGES) == classes.AGE_BANDS
    assert tuple(name.removesuffix("e huur") for name in classes.TENURES) == TENURES


def test_chances_to_move_are_those_of_the_file_of_ages(shared_data: Path) -> None:
    with (shared_data / "cbs_age_moves_2017.csv").open() as opened:
        rows: list[dict[str, Any]] = list(csv.DictReader(opened))
    moved = {
        int(row["age"]): float(row["within_municipality_pct"]) + float(row["between_municipalities_pct"])
        for row in rows
    }
    norms = Norms.of(CATALOGUE)
    for name, (low, high) in {"18-29": (18, 29), "30-44": (30, 44), "45-64": (45, 64), "65-74": (65, 73)}.items():
        mean = np.mean([moved[age] for age in range(low, high + 1)]) / 100
        assert norms.moving[name] == pytest.approx(mean, abs=0.0005)
        believed = CATALOGUE.parameters[f"moving_{AGES[name]}"].believed
        assert believed[0] <= mean <= believed[1]
