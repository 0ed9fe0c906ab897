"""Method: how marks of parts become one mark, with weights of every kind and each way of adding up."""

from __future__ import annotations

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
from stadspeil.scores.part_weights import entropy_weights, outranking, pca_weights, regression_weights
from stadspeil.scores.recipes import Recipe, added_up

title = "Recepten in de catalogus"
chapter = "Samengestelde cijfers"
order = 40
says = """Elk samengesteld cijfer is een recept in de catalogus: delen, gewichten, en de manier van optellen. Een recept
met een fout wordt geweigerd, met het bestand, de regel en wat eraan te doen is."""
formula = "ruis van een gemiddelde = √(Σ (wᵢ sᵢ)²) / Σ wᵢ; bij andere gemiddelden maal de helling van de functie."
source = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), stap 6."
NAN = float("nan")


def added(marks: dict[str, list[float | None]], spread: float | None = None, **recipe: Any) -> list[Any]:
    """Mark, standard error and coverage of one area per column of marks."""
    parts = list(marks)
    made = Recipe("proef", tuple(parts), **recipe)
    given = made.given_weights()
    total = sum(given.values())
    rows = [
        (f"GM{n:04}", part, mark, spread, given[part] / total, 2020)
        for part, column in marks.items()
        for n, mark in enumerate(column)
        if mark is not None
    ]
    present = pl.DataFrame(
        rows,
        schema={"area": pl.String, "indicator": pl.String, "mark": pl.Float64, "mark_spread": pl.Float64,
                "weight": pl.Float64, "oldest": pl.Int16},
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


def test_main_components_weigh_parts_that_move_together_alike() -> None:
    rng = np.random.default_rng(1)
    shared = rng.normal(size=400)
    marks = 6.5 + np.column_stack([shared + 0.1 * rng.normal(size=400) for _ in range(3)])
    assert pca_weights(marks) == pytest.approx(np.full(3, 1 / 3), abs=0.01)
    assert pca_weights(np.column_stack([marks, np.full(400, 6.0)]))[3] == 0


def test_entropy_gives_nothing_to_what_is_alike_everywhere() -> None:
    """Two values 4 and 8: shares 1/3 and 2/3, entropy 0.918 of 1; the constant has entropy 1."""
    weights = entropy_weights(np.array([[4.0, 6.0], [8.0, 6.0]]))
    assert weights.tolist() == [1, 0]


def test_regression_finds_planted_weights_and_none_below_zero() -> None:
    rng = np.random.default_rng(2)
    marks = rng.normal(6.5, 1.25, (300, 3))
    target = 0.6 * marks[:, 0] + 0.3 * marks[:, 1] - 0.4 * marks[:, 2] + 0.05 * rng.normal(size=300)
    assert regression_weights(marks, target) == pytest.approx([2 / 3, 1 / 3, 0], abs=0.03)


# --- in the catalogue


def catalogue_with(tmp_path: Any, text: str) -> Any:
    (tmp_path / "composites.toml").write_text(
        f'[proef]\ntitle = "P"\ntitle_en = "P"\ndefinition = "d"\ndefinition_en = "d"\n{text}'
    )
    return load_catalogue(own=tmp_path)


PARTS = 'parts = ["ww", "bijstand"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PARTS + 'weights = "declared"\n[proef.weight]\nww = -1\nbijstand = 2\n', "gewicht van 'ww' is -1; verwacht 0"),
        (PARTS + 'weights = "declared"\n[proef.weight]\nww = 1\nbijstant = 2\n', "'bijstant', maar dat is geen deel; bedoelde u 'bijstand'"),
        (PARTS + 'weights = "declared"\n[proef.weight]\nww = 1\n', "deel 'bijstand' heeft geen gewicht"),
        (PARTS + 'weights = "declared"\n[proef.weight]\nww = 0\nbijstand = 0\n', "samen 0"),
        (PARTS + 'weights = "declared"\n', "gaat samen met weight"),
        (PARTS + 'weights = "regression"\n', "gaat samen met target"),
        (PARTS + 'weights = "regression"\ntarget = "ww"\n', "zelf een deel"),
        (PARTS + "minimum_weight = 2.0\n", "verwacht 0 tot 1"),
        ('parts = ["proef"]\n', "uit zichzelf"),
        ('parts = ["inwoners"]\n', "neutraal"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_with_file_entry_and_remedy(tmp_path: Any, text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as fault:
        catalogue_with(tmp_path, text)
    assert said in str(fault.value) and "composites.toml:1 [proef]" in str(fault.value)


def test_all_wrong_weights_are_told_at_once(tmp_path: Any) -> None:
    with pytest.raises(CatalogueError) as fault:
        catalogue_with(tmp_path, PARTS + 'weights = "declared"\n[proef.weight]\nww = -1\nelders = -2\n')
    assert len([each for each in fault.value.problems if "gewicht" in each]) >= 3


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
