"""Another criterion on the real figures of 2020: the whole country, and where the seven New Towns come in."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.appraisal.funds.asking import Question, answer, keep_answer
from stadspeil.catalogue import load_catalogue
from stadspeil.indicators import store as values_store
from stadspeil.scores import store as scores_store
from stadspeil.shelf import read_shelf
from stadspeil.sources import import_files
from stadspeil.tables import build_tables
from stadspeil.workspace import Workspace

pytestmark = pytest.mark.slow

SEVEN = {"Almere", "Capelle aan den IJssel", "Helmond", "Nieuwegein", "Nissewaard", "Purmerend", "Zoetermeer"}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def workspace(shared_data, tmp_path_factory, catalogue) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("fondsen"))
    import_files([shared_data / "more" / "kwb_2020_84799NED_TypedDataSet.parquet"], made, catalogue)
    build_tables(made, catalogue)
    values_store.write_values(made, catalogue)
    scores_store.write_scores(made, catalogue)
    return made


def ask(workspace, catalogue, *then: str, now: tuple[str, ...] = (), **more: object):
    return answer(Question(then, now, **more), workspace, catalogue)  # type: ignore[arg-type]


def test_from_wijk_to_buurt_more_new_towns_have_an_area_and_nearly_none_is_sure(workspace, catalogue) -> None:
    made = ask(workspace, catalogue, "bijstand:slechtste:5:buurt", now=("bijstand:slechtste:5:wijk",))
    found = made.found
    assert found.group_size == 7 and set(found.group_before) <= SEVEN and set(found.group_after) <= SEVEN
    assert len(found.group_after) >= len(found.group_before)
    measured = found.after.areas / 0.05
    assert 11_000 < measured < 14_000, "the worst 5 % of all measured buurten of the country"
    assert found.sure < found.unsure, "buurten near a threshold lie close and their margins are wide"
    table = found.areas.filter(pl.col("dan"))
    assert table.height == found.after.areas and table["inwoners"].sum() == found.after.inhabitants
    kept = keep_answer(made, "wijk-buurt", workspace)
    assert read_shelf(kept / "towns").equals(found.towns)


def test_a_wider_threshold_reaches_all_that_a_narrower_reached(workspace, catalogue) -> None:
    reached: set[str] = set()
    for share in (5, 10, 20):
        table = ask(workspace, catalogue, f"bijstand:slechtste:{share}:buurt", now=("lid:nta",)).found.areas
        now = set(table.filter(pl.col("dan"))["gebied"])
        assert reached < now
        reached = now


def test_the_alliance_as_a_criterion_brings_in_six_and_keeps_nieuwegein(workspace, catalogue) -> None:
    found = ask(workspace, catalogue, "lid:nta", fund="nplv").found
    assert (found.group_before, set(found.group_after)) == (("Nieuwegein",), SEVEN)
    towns = dict(found.towns.filter(pl.col("groep")).select("naam", "verandering").iter_rows())
    assert towns == {**dict.fromkeys(SEVEN, "erbij"), "Nieuwegein": "blijft"}
    assert found.before.areas == 19 and found.drops.areas == 18 and found.unsure == 0


def test_a_size_that_all_seven_have_keeps_them_and_one_that_none_has_drops_them(workspace, catalogue) -> None:
    """All seven have more than 50,000 inhabitants in 2020, and fewer than 250,000."""
    kept = ask(workspace, catalogue, "lid:nta", "inwoners:minstens:50000:gemeente").found
    none = ask(workspace, catalogue, "lid:nta", "inwoners:minstens:250000:gemeente").found
    assert set(kept.group_after) == SEVEN and none.group_after == () and none.after.areas == 0
