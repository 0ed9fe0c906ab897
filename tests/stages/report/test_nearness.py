"""Printed ranks held against ours: which rows can be computed, how near, which way they lie, and why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from stadspeil.catalogue import Catalogue
from stadspeil.contracts import FLOWS, GROUP_SCORES, empty
from stadspeil.errors import SourceError
from stadspeil.report.flow_figures import OWN_TOWN, own_town_scores
from stadspeil.report.nearness import nearness_counts, reproduction

TOWN = "GM0110"


@pytest.fixture
def table(catalogue: Catalogue, country: Any, tmp_path: Path) -> Any:
    """The table for one town with our rank, out of thirty, and the printed rank, out of 337."""

    def make(printed: int, rank: int = 10) -> dict[str, Any]:
        named = {
            id: replace(catalogue.indicators[id], published=f"1.1|rij {id}") for id in ("baan", "gepland", "afwezig")
        }
        ours = replace(catalogue, indicators={**catalogue.indicators, **named})
        path = tmp_path / "gedrukt.csv"
        rows = [f"1.1,{name},100,{printed}" for name in ("rij baan", "rij gepland", "rij afwezig", "rij van niemand")]
        path.write_text("\n".join([f"figure,indicator,average_new_town,{TOWN}_stad", *rows]) + "\n")
        found = reproduction(country.scores([country.field("baan", rank)]), empty(GROUP_SCORES), ours, path)
        return {row["row"]: row for row in found.to_dicts()} | {"": found}

    return make


# Rank 10 of 30 is place 1 + 9 * 336 / 29 = 105.3 of 337.
@pytest.mark.parametrize(
    ("printed", "near", "shift"),
    [(105, "raak", 0.28), (100, "dichtbij", 5.28), (130, "redelijk", -24.72), (200, "ver", -94.72)],
)
def test_nearness_is_counted_on_the_study_s_field(table: Any, printed: int, near: str, shift: float) -> None:
    row = table(printed)["rij baan"]
    assert row["nearness"] == near and row["middle_shift"] == pytest.approx(shift, abs=0.01)
    assert (row["year"], row["ranked"], row["towns"]) == (2020, 30, 1)
    assert (row["reason"] == "") == (near == "raak")


def test_a_row_on_which_all_towns_lie_one_way_is_called_another_definition(table: Any) -> None:
    assert "Alle steden staan bij ons hoger" in table(200)["rij baan"]["reason"]
    assert "Alle steden staan bij ons lager" in table(20)["rij baan"]["reason"]


def test_what_cannot_be_computed_says_which_source_is_wanted(table: Any) -> None:
    rows = table(105)
    assert rows["rij gepland"]["reason"].startswith("gepland: De bron (Het bureau)")
    assert "lees De bron (Het bureau) in" in rows["rij afwezig"]["reason"]
    assert rows["rij van niemand"]["reason"] == "wij hebben geen cijfer voor deze rij"
    assert nearness_counts(rows[""]) == {"raak": 1, "dichtbij": 0, "redelijk": 0, "ver": 0, "niet te berekenen": 3}


def test_a_file_of_another_shape_is_refused_with_all_that_is_wrong(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "fout.csv"
    path.write_text("figure,indicator\n1.1,iets\n")
    with pytest.raises(SourceError, match="average_new_town") as caught:
        reproduction(pl.DataFrame(), empty(GROUP_SCORES), catalogue, path)
    assert len(caught.value.problems) == 2


def test_the_share_that_works_in_the_own_town_is_ranked_from_flows() -> None:
    pairs = [("GM0001", "GM0001", 60.0), ("GM0001", "GM0002", 40.0), ("GM0002", "GM0002", 90.0), ("GM0002", "GM0001", 10.0),
             ("GM0003", "GM0001", 5.0)]  # fmt: skip
    rows = [
        {"origin": origin, "destination": end, "level": "gemeente", "year": 2016, "boundaries": 2016, "field": "auto",
         "value": value, "status": "waarde", "snapshot": "x", "row": 1}
        for origin, end, value in pairs
    ]  # fmt: skip
    flows = pl.DataFrame([{name: row.get(name) for name in FLOWS.columns} for row in rows], schema=dict(FLOWS.columns))
    made = own_town_scores(flows).sort("area")
    assert made["indicator"].unique().to_list() == [OWN_TOWN]
    assert made["value"].to_list() == [60.0, 90.0, 0.0]
    assert made["rank"].to_list() == [2, 1, 3]
    assert own_town_scores(flows.clear()).is_empty()
