"""`stadspeil balance` on Nieuwland: from a file of sites to tables in the workspace, without a winner."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.cli.balancing import Found, Running, Wishes, balance_town
from stadspeil.cli.sessions import Session
from stadspeil.cli.verbs import app
from stadspeil.errors import QuestionError
from stadspeil.shelf import read_shelf
from stadspeil.simulation import judging
from stadspeil.simulation.balance import OPTIONS, SIMULATED, SURROGATES, TRADE_OFFS, Effort
from stadspeil.simulation.household_figures import HouseholdFigures, read_household_figures
from stadspeil.simulation.surrogate import CHAINS, CRITERIA, CRITERIA_TITLES
from stadspeil.simulation.weighed import ACCOUNT
from stadspeil.workspace import Workspace

TOWN = "GM9002"
SITES = "locatie;buurt;hoogstens;soorten\nHaven;BU90020100;300;\nVeld;BU90020200;300;koop eengezins, corporatie\n"
QUICK = Effort(30, 1, 20, 8, 3)


@pytest.fixture(scope="module", autouse=True)
def _figures_read_once() -> Iterator[None]:
    """Figures of a folder of tables, read once for all tests."""
    figures: dict[Path, HouseholdFigures] = {}

    def once(workspace: Workspace, catalogue: Catalogue) -> HouseholdFigures:
        folder = workspace.tables.resolve()
        if folder not in figures:
            figures[folder] = read_household_figures(workspace, catalogue)
        return figures[folder]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "read_household_figures", once)
        yield


def session_in(parent: Path, demo: Path) -> Session:
    """The demo with an out of its own, so that nothing is written into the shared one."""
    folder = parent / "werkmap"
    folder.mkdir()
    for name in ("tables", "raw", "catalogue"):
        if (demo / "werkmap" / name).exists():
            (folder / name).symlink_to(demo / "werkmap" / name)
    (folder / "out").mkdir()
    shutil.copytree(demo / "werkmap" / "out" / "analyses" / "treads", folder / "out" / "analyses" / "treads")
    (parent / "locaties.csv").write_text(SITES, encoding="utf-8")
    workspace = Workspace(folder)
    return Session(workspace, load_catalogue(own=workspace.own_catalogue))


@pytest.fixture
def session(demo: Path, tmp_path: Path) -> Session:
    return session_in(tmp_path, demo)


@pytest.fixture(scope="module")
def found(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The answer to the question of most tests, asked once in a workspace that no test writes into."""
    asked_in = session_in(tmp_path_factory.mktemp("gevraagd"), demo)
    return balance_town(asked_in, wishes(asked_in), Running(), QUICK)


def wishes(session: Session, **changed: object) -> Wishes:
    asked = {"town": TOWN, "homes": 300, "years": 2, "sites": session.workspace.root.parent / "locaties.csv", "seed": 5}
    return Wishes(**{**asked, **changed})  # type: ignore[arg-type]


def test_tables_are_written_and_every_option_keeps_to_what_was_asked(found: Found):
    options, trade_offs = (read_shelf(found.folder / each.name) for each in (OPTIONS, TRADE_OFFS))
    assert found.folder.name == f"balance-{TOWN}"
    assert set(options.group_by("option").agg(pl.col("homes").sum())["homes"]) == {300}
    assert options.group_by("option", "site").agg(pl.col("homes").sum())["homes"].max() <= 300
    assert set(trade_offs["criterion"]) == set(CRITERIA) and set(trade_offs["tier"]) == set(SURROGATES)
    assert "verzonnen" in " ".join(found.sentences)
    account = json.loads((found.folder / ACCOUNT).read_text("utf-8"))
    assert account["asked"]["sites"] == "locaties.csv"
    for criterion, tier in trade_offs.select("criterion", "tier").unique().iter_rows():
        assert account["judged_by"][criterion] == tier
        assert account["agreed"][criterion][tier] == max(account["agreed"][criterion].values())
    assert any(each.startswith("per punt rekent wat in Nieuwland") for each in found.sentences)


def test_what_lacks_comes_from_the_treads_of_the_workspace(session: Session, found: Found):
    assert any(each.startswith("treden 2023: er ontbreken ten minste") for each in found.sentences)
    shutil.rmtree(session.workspace.out / "analyses" / "treads")
    found = balance_town(session, wishes(session), Running(), QUICK)
    assert any("niet in de werkmap" in each for each in found.sentences)
    # What is not known is no nought: the count is left out of tables, files and sentences.
    assert "treden" not in set(found.balance.trade_offs["criterion"]) | set(found.balance.distinctions["criterion"])
    assert not any(each.startswith(CRITERIA_TITLES["treden"]) for each in found.sentences)
    assert any(each.startswith(CRITERIA_TITLES["regio"]) for each in found.sentences)


def test_without_moves_between_gemeenten_chains_judge_all_and_one_sentence_says_so(session: Session):
    tables = session.workspace.root / "tables"
    whole = tables.resolve()
    tables.unlink()
    tables.mkdir()
    for each in whole.iterdir():
        if each.name != "verhuisstromen":
            (tables / each.name).symlink_to(each)
    found = balance_town(session, wishes(session), Running(), QUICK)
    assert set(found.balance.trade_offs["tier"]) == {CHAINS}
    (said,) = [each for each in found.sentences if "alle punten komen van ketens" in each]
    assert "verhuizingen tussen gemeenten ontbreken" in said
    account = json.loads((found.folder / ACCOUNT).read_text("utf-8"))
    assert set(account["judged_by"].values()) == {CHAINS} and "verhuizingen" in account["flows_lack"]


def test_the_same_question_has_the_same_answer(session: Session, found: Found):
    again = balance_town(session, wishes(session), Running(), QUICK)
    assert found.balance.trade_offs.equals(again.balance.trade_offs)


def test_a_handful_is_confirmed_by_pairs_of_runs(session: Session):
    found = balance_town(session, wishes(session, homes=60, years=1), Running(confirm=2), QUICK)
    simulated = found.balance.trade_offs.filter(tier=SIMULATED)
    assert simulated["option"].n_unique() == 3 and set(simulated["draws"]) == {2}
    # Nobody lives elsewhere in this population: no nought is told of the region.
    assert set(simulated["criterion"]) == set(CRITERIA) - {"regio"}
    assert any("regio niet te zeggen" in each for each in found.sentences)
    assert any("vraag --region" in each for each in found.sentences)


def test_all_that_cannot_be_asked_comes_at_once_and_writes_nothing(session: Session):
    with pytest.raises(QuestionError) as fault:
        balance_town(session, wishes(session, homes=0, town="GM9001"), Running(confirm=1, region=True))
    assert len(fault.value.problems) == (2 if "GM9001" in session.catalogue.regions else 3)
    assert not (session.workspace.out / "simulation").exists()


def test_more_homes_than_fit_are_refused(session: Session):
    with pytest.raises(QuestionError, match="bieden plaats aan 600"):
        balance_town(session, wishes(session, homes=900), Running(), QUICK)


def test_the_verb_stands_beside_simulate():
    said = CliRunner().invoke(app, ["balance", "--help"]).output
    assert "--sites" in said and "--confirm" in said
    names = [
        each for each in CliRunner().invoke(app, ["--help"]).output.split() if each in ("simulate", "balance", "serve")
    ]
    assert names == ["simulate", "balance", "serve"]
