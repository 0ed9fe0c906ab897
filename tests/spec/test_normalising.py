"""Method: what is checked inside a composite, and which family of marks is nearest to printed ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.errors import QuestionError
from stadspeil.scores.calibrating import calibrate
from stadspeil.scores.internal_checks import check_composite, cronbach, weights_for_importance
from stadspeil.scores.marks import report_mark
from stadspeil.scores.normalising import METHODS, Choices, normalise, treat

title = "Controle van delen en ijking"
chapter = "Samengestelde cijfers"
order = 50
says = """Passen de delen van een samengesteld cijfer bij elkaar? Een deel dat nauwelijks verschilt, weegt in
werkelijkheid minder dan zijn gewicht; twee delen die hetzelfde zeggen, tellen dubbel. De ijking zoekt welke
schaal het dichtst bij gedrukte rapportcijfers komt."""
formula = """werkelijk belang van een deel = variantie van het verwachte cijfer gegeven dat deel, gedeeld door de hele
variantie."""
source = "Paruolo, Saisana en Saltelli (2013); Cronbach (1951)."
FIVE = np.array([10.0, 20, 30, 40, 100])
NAN = float("nan")


def test_an_outlier_is_pulled_in_to_the_next_and_an_ordinary_field_is_left_alone() -> None:
    rng = np.random.default_rng(1)
    ordinary = rng.normal(size=100)
    assert (treat(ordinary, "winsorise") == ordinary).all()
    wild = np.append(ordinary, 40.0)
    treated = treat(wild, "winsorise")
    assert treated[-1] == ordinary.max() and (treated[:-1] == ordinary).all()
    assert treat(np.array([-np.e + 1, 0, np.e - 1]), "log") == pytest.approx([-1, 0, 1])


def test_what_cannot_be_normalised_is_refused_in_words() -> None:
    with pytest.raises(QuestionError, match="geen gunstige kant"):
        normalise(FIVE, "z_score", "neutral")
    with pytest.raises(QuestionError, match="geen schaal"):
        normalise(FIVE, "distance_to_target", "higher_is_better", Choices(worst=5, best=5))


values = st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 3)), min_size=4, max_size=40).map(np.array)


@given(values, st.sampled_from([each for each in METHODS if each != "distance_to_target"]))
def test_order_units_and_gaps_do_not_matter(field: np.ndarray, method: str) -> None:
    found = normalise(field, method, "higher_is_better")
    sign = -1 if method == "exponential" else 1
    order = np.argsort(field, kind="stable")
    assert (np.diff(sign * found[order]) >= -1e-7).all()
    assert normalise(3 * field + 7, method, "higher_is_better") == pytest.approx(found, abs=1e-5)
    assert normalise(-field, method, "lower_is_better") == pytest.approx(found, abs=1e-7)
    with_gap = normalise(np.append(field, NAN), method, "higher_is_better")
    assert np.isnan(with_gap[-1]) and with_gap[:-1] == pytest.approx(found, abs=1e-9)


# --- calibration


def test_the_family_that_made_the_marks_is_found() -> None:
    rng = np.random.default_rng(2)
    field = rng.lognormal(size=200)
    people = rng.lognormal(10, 1, 200)
    printed = np.round(report_mark(field, "lower_is_better"), 1)
    found = calibrate(printed, field, "lower_is_better", people)
    assert found.best.family == "lineair" and found.best.near == 1 and found.best.error < 0.05
    assert found.curve.error <= found.best.error + 1e-9
    weighted = np.clip(6.5 - 1.25 * (field - np.average(field, weights=people)) / 1.5, 3, 10)
    assert calibrate(np.round(weighted, 1), field, "lower_is_better", people).best.family.startswith("lineair, gewogen")
    by_place = np.round(normalise(field, "normal_scores", "higher_is_better"), 1)
    assert calibrate(by_place, field, "higher_is_better").best.family == "naar plaats"


def test_too_few_printed_marks_are_refused() -> None:
    with pytest.raises(QuestionError, match="4 gebieden"):
        calibrate(np.array([6.0, 7, 8, 5, NAN]), FIVE, "higher_is_better")


# --- inside a composite


def marks(rng: np.random.Generator, n: int = 400) -> np.ndarray:
    return 6.5 + rng.normal(size=(n, 3))


def test_a_part_that_hardly_differs_weighs_less_than_it_is_given() -> None:
    made = marks(np.random.default_rng(3)) * np.array([1, 1, 0.1])
    found = check_composite(made, np.full(3, 1 / 3), ["a", "b", "vlak"])
    assert found.importance["vlak"] < 0.05 and found.importance["a"] == pytest.approx(0.5, abs=0.07)
    assert sum(found.importance.values()) == pytest.approx(1)


def test_what_counts_twice_and_what_pulls_the_other_way_is_named() -> None:
    rng = np.random.default_rng(4)
    made = marks(rng)
    made[:, 1] = made[:, 0] + 0.1 * rng.normal(size=400)
    made[:, 2] = 13 - made[:, 0] + 1.0 * rng.normal(size=400)
    found = check_composite(made, np.full(3, 1 / 3), ["a", "b", "c"])
    assert [each[:2] for each in found.twice] == [("a", "b")]
    assert found.against == ("c",)


def test_alpha_of_equal_parts_is_one_and_of_unrelated_parts_nothing() -> None:
    one = np.random.default_rng(5).normal(size=(500, 1))
    assert cronbach(np.repeat(one, 4, axis=1)) == pytest.approx(1)
    assert cronbach(np.random.default_rng(6).normal(size=(5000, 4))) == pytest.approx(0, abs=0.06)


def test_weights_can_be_found_that_give_the_wanted_importance() -> None:
    made = marks(np.random.default_rng(7), 1500) * np.array([2.0, 1.0, 1.0])
    weights = weights_for_importance(made, np.full(3, 1 / 3))
    found = check_composite(made, weights, ["a", "b", "c"])
    assert list(found.importance.values()) == pytest.approx([1 / 3] * 3, abs=0.02)
    assert weights[0] < weights[1]
