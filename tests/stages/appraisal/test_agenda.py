"""An agenda from its file to its tables: what comes in, what comes out, and that nothing is left unsaid."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from agendas import own_catalogue

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.agenda import Choices, standing_of
from stadspeil.appraisal.portfolio.building import Built, built, scenarios_of
from stadspeil.appraisal.portfolio.problem import broken
from stadspeil.appraisal.portfolio.signposts import signposts
from stadspeil.appraisal.portfolio.solving import solve
from stadspeil.appraisal.portfolio.store import make_agenda, read_agenda
from stadspeil.appraisal.portfolio.weighed import Weighed, weighed_of
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.errors import ContractError, QuestionError
from stadspeil.workspace import Workspace

RATE = 0.0225
QUICK = Choices("proef", scenarios=12, front=False, draws=400)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(own=own_catalogue(tmp_path_factory.mktemp("eigen")))


@pytest.fixture(scope="module")
def frame() -> Frame:
    return Frame(2027, 8, draws=4000)


@pytest.fixture(scope="module")
def made(catalogue: Catalogue, frame: Frame) -> Built:
    agenda = catalogue.agenda("proef")
    return built(agenda, weighed_of(agenda, frame, RATE, None), frame, RATE)


def row_of(made: Built, name: str) -> int:
    return made.problem.projects.index(name)


def test_worth_after_costs_is_the_hand_computed_one(made: Built) -> None:
    """Bijles: PERT mean (1 + 4 * 4 + 8) / 6 = 25/6 million; four payments of 0.5 million from year 0."""
    paid = 0.5e6 * sum(1.0225**-year for year in range(4))
    row = row_of(made, "bijles")
    assert made.problem.value[row, 0] == pytest.approx(25e6 / 6 - paid, rel=0.01)
    assert made.problem.value[row, 3] == pytest.approx(made.problem.value[row, 0] * 1.0225**-3)


def test_costs_after_the_horizon_are_put_aside_in_its_last_year(made: Built) -> None:
    row = row_of(made, "bijles")
    assert made.problem.costs[row, 0, 6].tolist() == [0.0] * 6 + [0.5e6, 1.5e6]
    assert made.problem.costs[row, 0].sum(axis=1).tolist() == [2e6] * 8


def test_order_of_projects_changes_no_draw(catalogue: Catalogue, frame: Frame, made: Built) -> None:
    agenda = catalogue.agenda("proef")
    turned = replace(agenda, projects=agenda.projects[::-1])
    other = built(turned, weighed_of(turned, frame, RATE, None), frame, RATE)
    assert np.array_equal(other.worth[::-1], made.worth)
    assert solve(other.problem).value == pytest.approx(solve(made.problem).value)


def test_a_fund_comes_in_its_share_of_scenarios(made: Built, frame: Frame) -> None:
    comes = [each.budgets[1].sum() > 0 for each in scenarios_of(made, 1000, frame)]
    assert np.mean(comes) == pytest.approx(0.65, abs=0.05)
    assert all(each.budgets[0].sum() == 16e6 for each in scenarios_of(made, 50, frame))


def test_money_that_may_not_come_is_told_with_its_chance(made: Built, catalogue: Catalogue, frame: Frame) -> None:
    unsure = [each.id for each in catalogue.agenda("proef").budgets if each.chance < 1]
    assert unsure
    (told,) = (each for each in made.remarks if each.startswith("Het plan rekent op"))
    assert unsure[0] in told and "65%" in told.replace("\N{NO-BREAK SPACE}", "")
    agenda = catalogue.agenda("proef")
    bare = built(agenda, weighed_of(agenda, frame, RATE, None), frame, RATE, unsure)
    assert not any(each.startswith("Het plan rekent op") for each in bare.remarks)


def test_an_effort_is_judged_by_the_best_plans_whatever_plan_is_told(made: Built) -> None:
    """By brute force of one: what the best plan with it is worth less the best without, also beside a plan that is poor."""
    row = next(number for number, each in enumerate(made.agenda.projects) if not each.must and not made.waits[number])
    allowed, must = made.problem.allowed.copy(), made.problem.must.copy()
    allowed[row] = False
    without = solve(replace(made.problem, allowed=allowed)).value
    must[row] = True
    gains = solve(replace(made.problem, must=must)).value - without
    nothing = np.full(len(made.agenda.projects), -1)
    for starts in (solve(made.problem).starts, nothing):
        assert standing_of(made, row, starts, None).gains == pytest.approx(gains, abs=2e-4 * abs(without) + 1.0)


def test_a_floor_of_a_mechanism_binds(catalogue: Catalogue, frame: Frame) -> None:
    agenda = replace(catalogue.agenda("proef"), floors={"mechanism:sociaaleconomische_kracht": 0.3})
    with pytest.raises(QuestionError, match="wint ten minste 0,3 punt"):
        solve(built(agenda, weighed_of(agenda, frame, RATE, None), frame, RATE).problem)


def test_an_unknown_fund_is_refused(catalogue: Catalogue, frame: Frame) -> None:
    agenda = catalogue.agenda("proef")
    with pytest.raises(QuestionError, match="budget 'regiodeal' staat niet op de agenda"):
        built(agenda, weighed_of(agenda, frame, RATE, None), frame, RATE, ["regiodeal"])


def test_a_package_without_an_appraisal_is_named_and_one_with_is_used(catalogue: Catalogue, frame: Frame) -> None:
    agenda = catalogue.agenda("proef")
    first = replace(agenda.projects[0], package="wijkaanpak", costs={}, worth=(), marks={})
    agenda = replace(agenda, projects=(first, *agenda.projects[1:]))
    with pytest.raises(QuestionError, match="project 'renovatie': pakket 'wijkaanpak' is nog niet door te rekenen"):
        weighed_of(agenda, frame, RATE, None)

    def weigh(package: str, frame: Frame) -> Weighed:
        return Weighed(
            package, np.full((frame.draws, 8), 5e6), {"gemeente": np.array([1e6]), "rijk": np.array([1e6])},
            np.ones(frame.draws), ("studie:e01",), {"buurt:BU06370003": 0.2},
        )  # fmt: skip

    found = built(agenda, weighed_of(agenda, frame, RATE, weigh), frame, RATE)
    assert found.problem.value[0, 0] == pytest.approx(3e6)
    assert any("Geen budget staat er voor rijk" in each for each in found.remarks)
    assert found.marks["buurt:BU06370003"][0] == 0.2


def test_no_project_without_what_it_rests_on() -> None:
    with pytest.raises(ContractError, match="waar dit op rust"):
        Weighed("x", np.zeros((1, 1)), {}, np.ones(1), ())


def test_what_waits_has_no_place_in_the_plan_but_a_chance_and_a_price(made: Built, frame: Frame) -> None:
    row = row_of(made, "schuldhulp")
    starts = solve(made.problem).starts
    assert starts[row] == -1
    history = {"bijstand": (np.arange(2018, 2026), np.array([50.0, 51, 53, 54, 54, 56, 57, 58]))}
    triggers, pathways = signposts(made, starts, history, frame)
    assert triggers["chance"].is_sorted() and 0 < triggers["chance"][0] < triggers["chance"][7] <= 1
    assert triggers["in_time"].to_list() == [True] * 6 + [False] * 2
    told = pathways.row(0, named=True)
    assert told["decide_by"] == 2032 and told["option_eur"] == pytest.approx(told["waits_eur"] - told["committed_eur"])
    unknown, silent = signposts(made, starts, {}, frame)
    assert unknown["chance"].null_count() == 8 and "te weinig jaren" in silent["note"][0]


def test_an_agenda_is_kept_and_taken_up_again(catalogue: Catalogue, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    first, again = (make_agenda(workspace, catalogue, QUICK) for _ in range(2))
    assert (first.new, again.new) == (True, False) and first.run == again.run
    without = make_agenda(workspace, catalogue, replace(QUICK, without=("volkshuisvestingsfonds",)))
    assert without.folder.name == "proef_zonder_volkshuisvestingsfonds"
    with_, less = (
        read_agenda(each.folder, "plan").filter(project="renovatie")["start"][0] for each in (first, without)
    )
    assert with_ is not None and less is None
    assert without.run["worth"] < first.run["worth"]


def test_tables_agree_with_each_other(catalogue: Catalogue, tmp_path: Path, made: Built) -> None:
    done = make_agenda(Workspace(tmp_path), catalogue, QUICK)
    plan, means = read_agenda(done.folder, "plan"), read_agenda(done.folder, "means")
    chosen = plan.drop_nulls("start")
    assert chosen["worth_eur"].sum() == pytest.approx(done.run["worth"])
    spent = means.filter(pl.col("unit") == "euro")["goes"].sum()
    assert spent == pytest.approx(chosen["costs_eur"].sum())
    assert means["left"].min() >= 0
    starts = plan["start"].fill_null(2026).to_numpy().astype(np.int64) - 2027
    assert broken(made.problem, starts) == []
    efforts = read_agenda(done.folder, "efforts")
    assert set(efforts["project"]) == {"loket"} and efforts["verdict"][0] == "stoppen"


def test_a_choice_that_cannot_be_is_refused_with_all_that_is_wrong(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(QuestionError) as caught:
        make_agenda(Workspace(tmp_path), catalogue, Choices("proef", lam=2, scenarios=-1, gap=3, seconds=0))
    assert len(caught.value.problems) == 4


def test_the_verb_tells_the_proof_and_gives_the_plan(
    stadspeil: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    own_catalogue(tmp_path / "werkmap" / "catalogue")
    here = ("--workspace", tmp_path / "werkmap")
    done = stadspeil("agenda", "proef", "--scenarios", "6", "--no-front", "--json", *here)
    assert done.returncode == 0, done.stderr
    assert {each["project"] for each in json.loads(done.stdout)} >= {"renovatie", "loket"}
    for words in (
        "Bewijs: bewezen best",
        "rangschikt op waarde per euro",
        "Lopende inzet Loket",
        "is verzonnen",
        "wacht op",
    ):
        assert words in done.stderr
    wrong = stadspeil("agenda", "proef", "--without-fund", "niets", *here)
    assert wrong.returncode == 13 and "kies uit gemeente, volkshuisvestingsfonds" in wrong.stderr
