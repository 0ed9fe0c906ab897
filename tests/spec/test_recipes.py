"""Method: how marks of parts become one mark, with weights of every kind and each way of adding up."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import load_catalogue
from stadspeil.catalogue.entries import Composite
from stadspeil.contracts import SCORES
from stadspeil.errors import CatalogueError
from stadspeil.scores.composites import behind_composite, composite_values
from stadspeil.scores.imputing import foretelling
from stadspeil.scores.internal_checks import effective_importance
from stadspeil.scores.part_weights import (
    blocks_of,
    component_weights,
    declared_weights,
    entropy_weights,
    optimised_weights,
    regression_weights,
)
from stadspeil.scores.recipes import Recipe, added_up, outranking
from stadspeil.scores.rotation import principal_loadings, varimax

title = "Recepten in de catalogus"
chapter = "Samengestelde cijfers"
order = 40
says = """Elk samengesteld cijfer is een recept in de catalogus: delen, gewichten, en de manier van optellen. Een recept
met een fout wordt geweigerd, met het bestand, de regel en wat eraan te doen is."""
formula = "ruis van een gemiddelde = √(Σ (wᵢ sᵢ)²) / Σ wᵢ; bij andere gemiddelden maal de helling van de functie. Een deel dat uit de andere wordt ingevuld, brengt de ruis mee van wat die regressie overlaat."
source = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), stap 6; Little en Rubin (2002), 11.2."
NAN = float("nan")


def added(marks: dict[str, list[float | None]], spread: float | None = None, **recipe: Any) -> list[Any]:
    """Mark, standard error and coverage of one area per column of marks."""
    parts = list(marks)
    made = Recipe("proef", tuple(parts), **recipe)
    given = made.given_weights()
    total = sum(given.values())
    rows = [
        (f"GM{n:04}", part, mark, spread, given[part] / total, 2020, False)
        for part, column in marks.items()
        for n, mark in enumerate(column)
        if mark is not None
    ]
    present = pl.DataFrame(
        rows,
        schema={"area": pl.String, "indicator": pl.String, "mark": pl.Float64, "mark_spread": pl.Float64,
                "weight": pl.Float64, "oldest": pl.Int16, "imputed": pl.Boolean},
        orient="row",
    )  # fmt: skip
    return added_up(made, present, 6.5).sort("area").select("mark", "mark_spread", "coverage").rows()


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [("arithmetic", 6.5), ("geometric", 6.0), ("harmonic", 72 / 13), ("mazziotta_pareto", 6.5 - 6.25 / 6.5)],
)
def test_four_and_nine_by_hand(aggregation: str, expected: float) -> None:
    """Mean 6.5; root of 36; 2 / (1/4 + 1/9); mean less variance (2.5 squared) over mean."""
    ((mark, _, coverage),) = added({"a": [4.0], "b": [9.0]}, aggregation=aggregation)
    assert mark == pytest.approx(expected) and coverage == pytest.approx(1)


def test_declared_weights_count_as_they_stand() -> None:
    ((mark, _, _),) = added({"a": [4.0], "b": [9.0]}, weights="declared", weight={"a": 3.0, "b": 1.0})
    assert mark == pytest.approx((3 * 4 + 9) / 4)


def test_coverage_is_of_weight_and_not_of_parts() -> None:
    ((_, _, coverage),) = added({"a": [4.0], "b": [None]}, weights="declared", weight={"a": 3.0, "b": 1.0})
    assert coverage == pytest.approx(0.75)


def test_a_missing_part_leaves_its_weight_or_stands_in_the_middle_as_declared() -> None:
    marks = {"a": [4.0], "b": [None]}
    assert added(marks)[0][0] == pytest.approx(4.0)
    assert added(marks, missing="middle")[0][0] == pytest.approx((4 + 6.5) / 2)


def test_noise_of_a_mean_is_that_of_its_parts_divided_by_the_root_of_their_number() -> None:
    ((_, spread, _),) = added({"a": [6.0], "b": [6.0], "c": [6.0], "d": [6.0]}, spread=0.4)
    assert spread == pytest.approx(0.2)


def test_noise_of_other_means_agrees_with_a_small_push_of_each_part() -> None:
    for way in ("geometric", "harmonic"):
        marks = {"a": [4.0], "b": [9.0]}
        ((base, spread, _),) = added(marks, spread=0.01, aggregation=way)
        pushed = [
            added({name: [each[0] + (0.01 if name == part else 0)] for name, each in marks.items()}, aggregation=way)[
                0
            ][0]
            for part in marks
        ]
        assert spread == pytest.approx(np.hypot(pushed[0] - base, pushed[1] - base), rel=0.01)


def test_unknown_noise_of_one_part_leaves_the_noise_of_the_whole_unknown() -> None:
    assert added({"a": [6.0], "b": [6.0]})[0][1] is None


def test_outranking_counts_who_is_ahead_in_most_of_the_weight() -> None:
    """a beats b and c in two of three parts, b beats c in two of three: 1, 0, -1."""
    marks = np.array([[9.0, 9, 3], [5, 5, 9], [4, 4, 8]])
    assert outranking(marks, np.full(3, 1 / 3)).tolist() == [1, 0, -1]
    assert outranking(marks, np.array([0.1, 0.1, 0.8])).tolist() == [-1, 1, 0]


def test_one_extreme_part_does_not_buy_a_place_when_outranking() -> None:
    ((first, *_), (second, *_)) = added({"a": [10.0, 5.0], "b": [3.0, 3.5], "c": [3.0, 3.5]}, aggregation="copeland")
    assert first < second
    ((mean_first, *_), (mean_second, *_)) = added({"a": [10.0, 5.0], "b": [3.0, 3.5], "c": [3.0, 3.5]})
    assert mean_first > mean_second


def test_a_power_mean_by_hand_and_its_known_cases() -> None:
    """Of 4 and 9: power 2 is the root of 48.5; 1, 0 and -1 are the plain, geometric and harmonic mean."""

    def mean(**recipe: Any) -> float:
        return float(added({"a": [4.0], "b": [9.0]}, **recipe)[0][0])

    assert mean(aggregation="power", power=2.0) == pytest.approx(np.sqrt(48.5))
    assert mean(aggregation="power", power=0.0) == pytest.approx(mean(aggregation="geometric"))
    assert mean(aggregation="power", power=-1.0) == pytest.approx(mean(aggregation="harmonic"))
    assert 4 < mean(aggregation="power", power=-8.0) < mean(aggregation="power", power=-2.0) < mean()


# --- weights from data


NAMES = ("a", "b", "c", "d")


def two_groups(areas: int = 4000) -> np.ndarray:
    """Parts a and b go along, c and d go along, the two pairs do not."""
    rng = np.random.default_rng(1)
    shared = rng.normal(size=(areas, 2)).repeat(2, axis=1)
    return np.asarray(6.5 + shared + 0.3 * rng.normal(size=(areas, 4)))


def test_the_loading_of_a_part_on_one_component_is_its_correlation_with_it() -> None:
    """Two parts with correlation r: component variances 1 + r and 1 - r, loadings the root of (1 + r) / 2."""
    marks = two_groups()[:, :2]
    r = np.corrcoef(marks, rowvar=False)[0, 1]
    found = principal_loadings(marks, 1)
    assert found.variances == pytest.approx([1 + r, 1 - r])
    assert np.abs(found.loadings[:, 0]) == pytest.approx(np.sqrt((1 + r) / 2) * np.ones(2))
    assert found.explained == pytest.approx((1 + r) / 2)


def test_varimax_turns_a_mixture_back_into_its_groups_and_keeps_what_each_part_has_in_common() -> None:
    simple = np.array([[0.9, 0], [0.8, 0], [0, 0.7], [0, 0.6]])
    angle = 0.6
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = varimax(simple @ turn)
    assert np.sort(np.abs(turned), axis=1) == pytest.approx(np.sort(simple, axis=1), abs=1e-6)
    assert (turned**2).sum(axis=1) == pytest.approx((simple**2).sum(axis=1))


def test_main_components_weigh_parts_that_move_together_alike_and_tell_how_many_there_are() -> None:
    found = component_weights(two_groups(), NAMES)
    assert list(found.by_part.values()) == pytest.approx([0.25] * 4, abs=0.01)
    assert found.diagnostics["components"] == 2 and found.diagnostics["negative"] == 0


def test_a_part_that_never_differs_weighs_nothing_and_one_that_pulls_back_is_named() -> None:
    marks = two_groups()
    marks[:, 3] = 6.0
    found = component_weights(marks, NAMES)
    assert found.by_part["d"] == 0 and found.notes == ("deel 'd' verschilt nergens en weegt niet mee",)
    marks = two_groups()[:, :2].repeat(2, axis=1)[:, :3] + 0.3 * np.random.default_rng(2).normal(size=(4000, 3))
    marks[:, 2] = 13 - marks[:, 0] + 0.1 * np.random.default_rng(3).normal(size=4000)
    found = component_weights(marks, NAMES[:3], 1)
    assert any("gaat tegen zijn component in" in note for note in found.notes)
    assert found.diagnostics["negative"] == pytest.approx(1 / 3)


def test_entropy_gives_nothing_to_what_is_alike_everywhere() -> None:
    """Half 4 and half 8, and a part that is 6 everywhere."""
    found = entropy_weights(np.array([[4.0, 6.0], [8.0, 6.0]] * 2), ("a", "b"))
    assert list(found.by_part.values()) == [1, 0]


def test_regression_finds_planted_weights_and_none_below_zero() -> None:
    rng = np.random.default_rng(2)
    marks = rng.normal(6.5, 1.25, (300, 3))
    target = 0.6 * marks[:, 0] + 0.3 * marks[:, 1] - 0.4 * marks[:, 2] + 0.05 * rng.normal(size=300)
    found = regression_weights(marks, target, NAMES[:3], np.arange(300) % 12, np.random.default_rng(0))
    assert list(found.by_part.values()) == pytest.approx([2 / 3, 1 / 3, 0], abs=0.03)
    assert found.inclusion["a"] == found.inclusion["b"] == 1 and found.inclusion["c"] < 0.1


def test_what_is_foretold_elsewhere_is_tried_on_provinces_that_were_left_out() -> None:
    """A part that only tells provinces apart foretells within the field, and nothing in a province that was left out."""
    rng = np.random.default_rng(4)
    blocks = np.repeat(np.arange(12), 25)
    level = rng.normal(size=12)[blocks]
    marks = np.column_stack([6.5 + level + 0.02 * rng.normal(size=300), rng.normal(6.5, 1, 300)])
    target = 6.5 + rng.normal(size=12)[blocks] + 0.02 * rng.normal(size=300)
    mixed = regression_weights(marks, target, ("a", "b"), rng.permutation(300) % 12).diagnostics["r2"]
    left_out = regression_weights(marks, target, ("a", "b"), blocks).diagnostics["r2"]
    assert left_out < mixed
    assert regression_weights(marks, marks[:, 0], ("a", "b"), blocks).diagnostics["r2"] > 0.99


def test_blocks_are_provinces_or_where_there_is_one_province_runs_of_codes() -> None:
    catalogue = load_catalogue()
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    assert set(blocks_of(sorted(register.codes(2021)), register)) == set(catalogue.gemeenten["province"])
    few = sorted(code for code in register.codes(2021) if register.province(code) == "Zuid-Holland")
    runs = blocks_of(few, register)
    assert (np.diff(runs) >= 0).all() and len(set(runs)) == 20


def test_optimised_weights_give_each_part_the_importance_that_was_asked_for() -> None:
    """Equal weights let the twins a and b decide most of all; optimised ones give each a quarter."""
    marks = two_groups()
    marks[:, 3] = np.random.default_rng(5).normal(6.5, 1, len(marks))
    equal = effective_importance(marks, marks.mean(axis=1))
    found = optimised_weights(marks, NAMES, dict.fromkeys(NAMES, 1.0), "proef")
    made = effective_importance(marks, marks @ np.array(list(found.by_part.values())))
    assert np.abs(equal - 0.25).max() > 0.08
    assert made == pytest.approx([0.25] * 4, abs=0.02) and found.diagnostics["miss"] < 0.02


def test_all_faults_of_weights_that_somebody_gives_are_told_at_once() -> None:
    with pytest.raises(CatalogueError) as fault:
        declared_weights(("a", "b"), {"a": -1.0, "bb": 2.0, "c": float("nan")}, "eigen.toml")
    assert list(fault.value.problems) == [
        "'bb' is geen deel; bedoelde u 'b'?", "'c' is geen deel",
        "deel 'b' heeft geen gewicht; geef 0 als het niet meetelt",
        "gewicht van 'a' is -1; verwacht 0 of hoger", "gewicht van 'c' is nan; verwacht 0 of hoger",
    ]  # fmt: skip
    with pytest.raises(CatalogueError, match="er is geen enkel gewicht"):
        declared_weights(("a", "b"), {}, "eigen.toml")


# --- missing parts by regression


def test_a_missing_part_is_foretold_by_the_regression_of_the_handbook() -> None:
    """b = a: covariance [[v, v], [v, v + e]]; with ridge l b is foretold by v / (v + l) of how far a lies."""
    rng = np.random.default_rng(6)
    first = rng.normal(6.5, 1.0, 500)
    marks = np.column_stack([first, first + 0.2 * rng.normal(size=500)])
    covariance = np.cov(marks, rowvar=False)
    ridge = 0.05 * covariance.trace() / 2
    expected = marks[:, 1].mean() + covariance[0, 1] / (covariance[0, 0] + ridge) * (8.0 - first.mean())
    found = foretelling(marks)
    assert found is not None
    made, errors = found.filled(np.array([[8.0, NAN], [6.0, 6.0], [NAN, NAN]]))
    assert made[0, 1] == pytest.approx(expected) and np.isnan(made[2]).all() and np.isnan(errors[1]).all()


def test_the_error_of_what_is_filled_in_holds_for_areas_that_were_not_seen() -> None:
    """Nine in ten of the true marks lie within 1.645 errors, over regressions on 40 fields of 60 areas each."""
    rng = np.random.default_rng(7)
    inside = []
    for _ in range(40):
        marks = 6.5 + rng.normal(size=(460, 1)) + 0.7 * rng.normal(size=(460, 4))
        found = foretelling(marks[:60])
        assert found is not None
        seen = marks[60:].copy()
        seen[:, 2] = np.nan
        made, errors = found.filled(seen)
        away = np.abs(made[:, 2] - marks[60:, 2])
        inside.append((away <= 1.645 * errors[:, 2]).mean())
    assert 0.88 <= np.mean(inside) <= 0.93


def test_with_too_few_complete_areas_nothing_is_foretold() -> None:
    marks = np.random.default_rng(8).normal(6.5, 1, (14, 3))
    assert foretelling(marks) is None and foretelling(np.full((40, 2), 6.5)) is None


# --- in the catalogue


def catalogue_with(tmp_path: Any, text: str) -> Any:
    (tmp_path / "composites.toml").write_text(
        f'[proef]\ntitle = "P"\ntitle_en = "P"\ndefinition = "d"\ndefinition_en = "d"\n{text}'
    )
    return load_catalogue(own=tmp_path)


PARTS = 'parts = ["ww", "bijstand"]\n'


WRONG = [
    (PARTS + 'weights = "declared"\n[proef.weight]\nww = -1\nbijstand = 2\n', "gewicht van 'ww' is -1; verwacht 0"),
    (PARTS + 'weights = "declared"\n[proef.weight]\nww = 1\nbijstant = 2\n', "'bijstant', maar dat is geen deel; bedoelde u 'bijstand'"),
    (PARTS + 'weights = "declared"\n[proef.weight]\nww = 1\n', "deel 'bijstand' heeft geen gewicht"),
    (PARTS + 'weights = "declared"\n[proef.weight]\nww = 0\nbijstand = 0\n', "samen 0"),
    (PARTS + 'weights = "declared"\n', "gaat samen met weight"),
    (PARTS + 'weights = "regression"\n', "gaat samen met target"),
    (PARTS + 'weights = "regression"\ntarget = "ww"\n', "zelf een deel"),
    (PARTS + "minimum_weight = 2.0\n", "verwacht 0 tot 1"),
    ('parts = ["proef"]\n', "uit zichzelf"),
    ('parts = ["inwoners"]\n', "neutraal en heeft dus geen rapportcijfer; haal het weg, of geef"),
]  # fmt: skip


@pytest.fixture(scope="module")
def faults(tmp_path_factory: Any) -> list[str]:
    """What is said of all wrong entries when they stand in one file: reading the catalogue is most of the time."""
    head = 'title = "P"\ntitle_en = "P"\ndefinition = "d"\ndefinition_en = "d"\n'
    folder = tmp_path_factory.mktemp("eigen")
    entries = [f"[proef_{n}]\n{head}{text.replace('proef', f'proef_{n}')}" for n, (text, _) in enumerate(WRONG)]
    (folder / "composites.toml").write_text("\n".join(entries))
    with pytest.raises(CatalogueError) as fault:
        load_catalogue(own=folder)
    return list(fault.value.problems)


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[said for _, said in WRONG])
def test_a_wrong_entry_is_named_with_file_entry_and_remedy(faults: list[str], number: int) -> None:
    found = [each for each in faults if f"[proef_{number}]" in each]
    assert found and all(re.search(r"composites\.toml:\d+ ", each) for each in found)
    assert any(WRONG[number][1] in each for each in found)


def test_all_wrong_weights_are_told_at_once(tmp_path: Any) -> None:
    with pytest.raises(CatalogueError) as fault:
        catalogue_with(tmp_path, PARTS + 'weights = "declared"\n[proef.weight]\nww = -1\nelders = -2\n')
    assert len([each for each in fault.value.problems if "gewicht" in each]) >= 3


def test_all_that_is_wrong_with_all_composites_is_told_at_once(tmp_path: Any) -> None:
    """Each wrong in its own way, three of them in a circle; one of them in every way."""
    wrong = {
        "a": ('parts = ["b"]', "bestaat via zijn delen uit zichzelf; haal het deel weg"),
        "b": ('parts = ["c"]', "bestaat via zijn delen uit zichzelf; haal het deel weg"),
        "c": ('parts = ["a"]', "bestaat via zijn delen uit zichzelf; haal het deel weg"),
        "d": (PARTS + 'aggregation = "power"', "gaat samen met power"),
        "e": (PARTS + "power = -1", "gaat samen met power"),
        "f": (PARTS + 'aggregation = "power"\npower = -40', "power is -40; verwacht -10 tot 10"),
        "g": (PARTS + 'weights = "optimised"', "gaat samen met weight"),
        "h": (
            PARTS + 'weights = "optimised"\nweight = { ww = 1, bijstand = -3 }',
            "gewicht van 'bijstand' is -3; verwacht 0",
        ),
        "i": ('parts = ["ww"]\nmissing = "regression"', "missing = 'regression' met een enkel deel"),
        "j": ('parts = ["ww", "bijstant"]', "deel 'bijstant' bestaat niet; bedoelde u 'bijstand'"),
    }
    every = 'parts = ["ww", "inwoners", "z", "bestaat_niet"]\nweights = "declared"\nweight = { ww = -1, elders = 1 }'
    head = 'title = "P"\ntitle_en = "P"\ndefinition = "d"\ndefinition_en = "d"\n'
    entries = [*((id, text) for id, (text, _) in wrong.items()), ("z", every)]
    (tmp_path / "composites.toml").write_text("".join(f"[{id}]\n{head}{text}\n" for id, text in entries))
    with pytest.raises(CatalogueError) as fault:
        load_catalogue(own=tmp_path)
    for id, (_, said) in wrong.items():
        assert any(
            f"[{id}]: {said}" in each or (f"[{id}]" in each and said in each) for each in fault.value.problems
        ), id
    own = "\n".join(each for each in fault.value.problems if "[z]" in each)
    for said in (
        "'inwoners' is neutraal",
        "'bestaat_niet' bestaat niet",
        "uit zichzelf",
        "'ww' is -1",
        "'elders', maar dat is geen",
    ):
        assert said in own


@pytest.fixture
def table(catalogue_of: Any, indicator_of: Any) -> Any:
    def made(marks: dict[str, list[float]], **entry: Any) -> tuple[pl.DataFrame, Any, Any]:
        codes = [f"GM{n:04}" for n in range(len(next(iter(marks.values()))))]
        parts = tuple(name for name in marks if name != "doel")
        composite = Composite("proef", "P", "P", "", "", parts=parts, **entry)
        catalogue = catalogue_of(
            indicators=tuple(indicator_of(part) for part in marks), composites=(composite,), gemeenten=tuple(codes)
        )
        rows = [(code, part, mark) for part, column in marks.items() for code, mark in zip(codes, column, strict=True)]
        frame = pl.DataFrame(rows, schema=["area", "indicator", "mark"], orient="row").with_columns(
            level=pl.lit("gemeente"),
            year=pl.lit(2020),
            boundaries=pl.lit(2020),
            status=pl.lit("waarde"),
            note=pl.lit(""),
        )
        missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in frame.columns]
        scores = frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())
        return scores, catalogue, AreaRegister(catalogue.gemeenten, catalogue.changes)

    return made


def test_weights_from_data_are_used_and_too_small_a_field_is_weighed_equally_with_a_note(table: Any) -> None:
    rng = np.random.default_rng(3)
    marks = {part: rng.normal(6.5, 1, 60).clip(3, 10).tolist() for part in ("a", "b", "doel")}
    marks["doel"] = marks["a"]
    made = composite_values(*table(marks, weights="regression", target="doel")).sort("area")
    assert made["mark"].to_list() == pytest.approx(marks["a"], abs=0.1)
    assert set(made["note"]) == {""}
    small = {part: column[:8] for part, column in marks.items()}
    made = composite_values(*table(small, weights="regression", target="doel")).sort("area")
    assert made["mark"].to_list() == pytest.approx(np.mean([small["a"], small["b"]], axis=0))
    assert set(made["note"]) == {"equal_weights"}


def test_what_stands_behind_a_composite_adds_up_to_it(table: Any) -> None:
    marks = {"a": [4.0, 6, 8], "b": [5.0, 7, 9], "c": [9.0, 3, 4]}
    scores, catalogue, register = table(marks, weights="declared", weight={"a": 1.0, "b": 2.0, "c": 1.0})
    made = composite_values(scores, catalogue, register).sort("area")
    behind = behind_composite("proef", scores, catalogue, register, ("gemeente", 2020, 2020))
    assert behind.weights.tolist() == [0.25, 0.5, 0.25]
    assert (behind.marks @ behind.weights).tolist() == pytest.approx(made["mark"].to_list())


def test_an_imputed_mark_is_flagged(table: Any) -> None:
    marks = {"a": [4.0, 6], "b": [5.0, 7], "c": [None, 3.0]}
    made = composite_values(*table(marks, missing="middle")).sort("area")
    assert made["note"].to_list() == ["imputed", ""]
    assert made["mark"].to_list() == pytest.approx([(4 + 5 + 6.5) / 3, 16 / 3])


def dependent(number: int = 60, seed: int = 9) -> dict[str, list[Any]]:
    rng = np.random.default_rng(seed)
    shared = rng.normal(6.5, 1, number)
    return {name: (shared + 0.2 * rng.normal(size=number)).clip(3, 10).tolist() for name in ("a", "b", "c")}


def test_a_part_filled_in_by_regression_is_near_what_was_hidden_and_flagged(table: Any) -> None:
    """c is low where a and b are high: weighing without it is far off, and the regression is not."""
    marks = dependent()
    marks["c"] = [13 - each for each in marks["c"]]
    truth = np.mean([marks[name][:10] for name in ("a", "b", "c")], axis=0)
    marks["c"][:10] = [None] * 10
    made = composite_values(*table(marks, missing="regression")).sort("area")
    without = composite_values(*table(marks)).sort("area")
    assert made["note"].to_list() == [*["imputed_regression"] * 10, *[""] * 50]
    assert made["coverage"].to_list()[:11] == pytest.approx([2 / 3] * 10 + [1])
    away, far = (np.abs(each["mark"][:10].to_numpy() - truth).mean() for each in (made, without))
    assert away < far / 3


def test_what_the_regression_leaves_over_is_in_the_noise_of_the_mark(table: Any) -> None:
    marks = dependent()
    marks["c"][0] = None
    scores, catalogue, register = table(marks, missing="regression")
    scores = scores.with_columns(mark_spread=pl.lit(0.1))
    made = composite_values(scores, catalogue, register).sort("area")
    behind = behind_composite("proef", scores, catalogue, register, ("gemeente", 2020, 2020))
    found = foretelling(behind.marks)
    assert found is not None
    error = found.filled(behind.marks[:1])[1][0, 2]
    assert made["mark_spread"][0] == pytest.approx(np.sqrt(0.1**2 + 0.1**2 + error**2) / 3)
    assert made["mark_spread"][0] > made["mark_spread"][1]
    assert np.isnan(behind.marks[0, 2]) and behind.filled[0] @ behind.weights == pytest.approx(made["mark"][0])


def test_too_few_complete_gemeenten_weigh_without_and_say_so(table: Any) -> None:
    marks = dependent(12)
    marks["c"][0] = None
    made = composite_values(*table(marks, missing="regression")).sort("area")
    assert made["note"].to_list() == ["not_imputed", *[""] * 11]
    assert made["mark"][0] == pytest.approx((marks["a"][0] + marks["b"][0]) / 2)


def test_buurten_are_filled_in_with_the_coefficients_of_gemeenten(table: Any) -> None:
    scores, catalogue, register = table(dependent(), missing="regression")
    buurten = scores.head(0)
    for part, mark in (("a", 8.0), ("b", 8.0)):
        row = scores.head(1).with_columns(
            area=pl.lit("BU00010101"),
            indicator=pl.lit(part),
            mark=pl.lit(mark),
            level=pl.lit("buurt").cast(scores.schema["level"]),
        )
        buurten = pl.concat([buurten, row])
    made = composite_values(pl.concat([scores, buurten]), catalogue, register).filter(pl.col("level") == "buurt")
    found = foretelling(np.column_stack([dependent()[name] for name in ("a", "b", "c")]))
    assert found is not None
    told = found.filled(np.array([[8.0, 8.0, NAN]]))[0][0, 2]
    assert made["mark"].to_list() == pytest.approx([(16 + told) / 3]) and made["note"].to_list() == [
        "imputed_regression"
    ]


def test_a_composite_of_a_composite_says_that_a_part_was_filled_in(
    catalogue_of: Any, indicator_of: Any, table: Any
) -> None:
    marks = dependent()
    marks["c"][0] = None
    scores, catalogue, register = table(marks, missing="regression")
    catalogue.composites["boven"] = Composite("boven", "P", "P", "", "", parts=("proef", "a"))
    made = composite_values(scores, catalogue, register).filter(pl.col("indicator") == "boven").sort("area")
    assert made["note"].to_list() == ["imputed_regression", *[""] * 59]


def test_optimised_and_power_are_ways_that_an_entry_may_ask_for(table: Any) -> None:
    marks = dependent()
    made = composite_values(*table(marks, weights="optimised", weight={"a": 1.0, "b": 1.0, "c": 2.0})).sort("area")
    assert set(made["note"]) == {""}
    powered = composite_values(*table(marks, aggregation="power", power=-1.0)).sort("area")
    expected = 3 / sum(1 / np.array(marks[name]) for name in ("a", "b", "c"))
    assert powered["mark"].to_list() == pytest.approx(expected.tolist())
