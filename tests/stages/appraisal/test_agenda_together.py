"""An agenda of projects that touch: its tables, its certificate over every plan, and an agenda that has none."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from agendas import own_catalogue

from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.agenda import Choices
from stadspeil.appraisal.portfolio.building import Built, built
from stadspeil.appraisal.portfolio.gains import Gain
from stadspeil.appraisal.portfolio.problem import broken
from stadspeil.appraisal.portfolio.robust import values_of
from stadspeil.appraisal.portfolio.store import make_agenda, read_agenda
from stadspeil.appraisal.portfolio.touching import lost_together
from stadspeil.appraisal.portfolio.weighed import Weighed, delayed, weighed_of
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.workspace import Workspace

RATE, YEARS, DRAWS = 0.0225, 3, 400
CHOICES = Choices("proef", scenarios=4, gap=0.0, front=False, draws=DRAWS)
NAMES = ("renovatie", "school", "bijles", "loket")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The agenda of the other tests cut down to four projects with packages and three years."""
    ours = load_catalogue(own=own_catalogue(tmp_path_factory.mktemp("eigen")))
    agenda = ours.agenda("proef")
    projects = tuple(
        replace(each, package=each.id, costs={}, worth=(), marks={}, after={}, existing=False)
        for each in agenda.projects
        if each.id in NAMES
    )
    return replace(ours, agendas={"proef": replace(agenda, projects=projects, years=YEARS, floors={}, staff=0.0)})


def weigh(package: str, frame: Frame) -> Weighed:
    """Projects of a million a year that act on the same two buurten, the last one elsewhere."""
    number = NAMES.index(package)
    size = frame.source(package).uniform(0.5, 6.0, frame.draws)
    codes = ("BU9",) if package == "loket" else ("BU1", "BU2")
    profile = np.array([0.5, 1.0, 1.0, 0.7])
    euro, weight = 4e5 * size, profile * 1.02 ** -np.arange(4)
    gain = Gain(
        "bijstand", codes, size, np.ones(len(codes)), profile, 0.0, np.full(len(codes), 10.0),
        np.full(len(codes), 1 / len(codes)), ((euro, weight),),
    )  # fmt: skip
    return Weighed(
        package, delayed(euro * weight.sum(), RATE, YEARS), {"gemeente": np.full(2, 4e5 + 1e5 * number)}, np.ones(frame.draws),
        ("studie:e01",), gains=(gain,),
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(catalogue: Catalogue) -> Built:
    frame, agenda = Frame(2027, YEARS, DRAWS, CHOICES.seed), catalogue.agenda("proef")
    return built(agenda, weighed_of(agenda, frame, RATE, weigh), frame, RATE)


def exact(made: Built, plan: np.ndarray) -> float:
    """What a plan is worth together, told from its draws."""
    alone = values_of(made.draws(DRAWS), plan[None])[0]
    return float((alone - lost_together(made.gains, plan, RATE, DRAWS)).mean())


def test_no_plan_is_worth_more_together_than_the_agenda_says(catalogue: Catalogue, made: Built, tmp_path: Path) -> None:
    """Every plan there is, weighed exactly: three projects meet, so that pairs alone would count too much."""
    run = make_agenda(Workspace(tmp_path), catalogue, CHOICES, weigh).run
    plans = [np.array(each) for each in itertools.product(range(-1, YEARS), repeat=len(NAMES))]
    worths = [exact(made, plan) for plan in plans if not broken(made.problem, plan)]
    assert len(made.problem.losses) == 3 and run["room"] > 0
    assert max(worths) <= run["bound"] + 1.0
    assert (max(worths) - run["worth"]) / run["worth"] <= run["gap"] + 1e-9
    over = [exact(made, plan) - made.problem.worth_of(plan) for plan in plans]
    assert min(over) >= -1e-3 and max(over) <= run["room"]
    assert max(over) > 0.2 * run["room"]


def test_the_tables_tell_the_sum_the_loss_and_the_whole(catalogue: Catalogue, tmp_path: Path) -> None:
    done = make_agenda(Workspace(tmp_path), catalogue, CHOICES, weigh)
    plan, pairs, run = read_agenda(done.folder, "plan"), read_agenda(done.folder, "pairs"), done.run
    assert plan.drop_nulls("start").height == 4
    assert plan.drop_nulls("start")["worth_eur"].sum() == pytest.approx(run["apart"])
    assert run["apart"] - run["lost"] == pytest.approx(run["worth"])
    assert run["lost"] < run["lost_pairs"] == pytest.approx(pairs["lost_eur"].sum())
    assert run["together_low"] < run["worth"] < run["together_high"]
    assert pairs["lost_eur"].is_sorted(descending=True) and "loket" not in {*pairs["project"], *pairs["other"]}
    assert set(pairs["areas"]) == {"BU1, BU2"} and set(pairs["indicators"]) == {"bijstand"}
    assert run["proof"] == "bewezen best, per paar gerekend"


def test_projects_that_do_not_touch_have_no_losses_and_no_more_figures(catalogue: Catalogue, tmp_path: Path) -> None:
    def apart(package: str, frame: Frame) -> Weighed:
        return replace(weigh(package, frame), gains=())

    run = make_agenda(Workspace(tmp_path), catalogue, CHOICES, apart).run
    assert "lost" not in run and run["proof"] == "bewezen best"
    assert run["worth"] > make_agenda(Workspace(tmp_path / "ook"), catalogue, CHOICES, weigh).run["worth"]
