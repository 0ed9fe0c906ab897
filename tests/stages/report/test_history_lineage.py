"""What a part of the history of households rests on, on Nieuwland, and its sheets and export."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from stadspeil.cli.exporting import Selection, exported, is_invented_result
from stadspeil.cli.sessions import Session, open_session
from stadspeil.errors import QuestionError
from stadspeil.report.history_lineage import explain_part
from stadspeil.simulation.history_store import HOUSEHOLD_CHANGE, read_history

TOWN = "GM9002"


@pytest.fixture
def session(demo: Path) -> Session:
    return open_session(demo / "werkmap")


def test_a_part_is_told_with_its_number_its_test_and_the_files_behind_it(session: Session) -> None:
    said = explain_part(session.workspace, session.catalogue, "vorming:18-29", TOWN, "Vierlingstad").as_text()
    rows = read_history(session.workspace, HOUSEHOLD_CHANGE.name, TOWN).filter(
        part="vorming", household="alle", age="18-29"
    )
    # A door and a cause of the same name are two numbers.
    assert sorted(rows["told"]) == ["deur", "oorzaak"]
    for value in rows["value"]:
        assert f"{round(value):,}".replace(",", ".") in said
    assert said.startswith("Verzonnen") and "rangcorrelatie" in said and "controlegetal" in said
    assert "verhuisstromen" in said and "moving_15_30" in said


def test_only_years_of_the_history_are_behind_it(session: Session) -> None:
    """Key figures of 2005 are in the workspace, the history begins in 2011."""
    chain = explain_part(session.workspace, session.catalogue, "bouw", TOWN, "Vierlingstad")
    files = next(step.facts for step in chain.steps if step.title == "Gemaakt uit")
    assert not any("kwb-2005" in said for _, said in files) and any("2014" in said for _, said in files)


@pytest.mark.parametrize(("asked", "said"), [("komt", "komst"), ("komst:18-30", "18-29"), ("", "kies uit")])
def test_what_is_not_there_is_named(session: Session, asked: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        explain_part(session.workspace, session.catalogue, asked, TOWN, "Vierlingstad")


def test_a_gemeente_without_history_is_refused(session: Session) -> None:
    with pytest.raises(QuestionError, match="niet alles bekend"):
        explain_part(session.workspace, session.catalogue, "bouw", "GM0000", "Nergens")


def test_the_export_has_the_parts_that_add_up_and_says_that_they_are_invented(session: Session) -> None:
    found = exported(session, "household_change", Selection(areas=(TOWN,)))
    assert set(found["area"]) == {TOWN} and set(found["name"]) == {"Vierlingstad"}
    everyone = found.filter(household="alle", age="alle")
    for told in ("deur", "oorzaak"):
        rows = everyone.filter(told=told)
        change = rows["after"][0] - rows["before"][0]
        assert rows["value"].sum() == pytest.approx(change, abs=1)
    fit = exported(session, "household_fit", Selection())
    assert fit.filter(pl.col("family") == "leeftijd").height == 5
    assert is_invented_result(session, "household_fit", fit) and is_invented_result(session, "household_change", found)
