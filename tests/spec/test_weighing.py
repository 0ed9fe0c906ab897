"""Method: a composite weighed otherwise, and what that does to places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from stadspeil.areas import AreaRegister
from stadspeil.catalogue.entries import Composite
from stadspeil.contracts import SCORES
from stadspeil.errors import CatalogueError, QuestionError
from stadspeil.scores.composites import composite_values
from stadspeil.scores.own_weights import read_own_weights
from stadspeil.scores.ranks import rank_areas
from stadspeil.scores.weighing import Otherwise, weigh

title = "Anders wegen"
chapter = "Samengestelde cijfers"
order = 60
says = """Wie een deel belangrijker vindt, mag anders wegen. 'stadspeil weigh' laat zien wat dat met cijfers en plaatsen doet, en
hoeveel elk deel dan werkelijk beslist."""
formula = ""
source = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), stap 6; docs/decisions/0022."
HAND = {"a": [9.0, 6.0, 5.0], "b": [4.0, 6.0, 8.0]}


@pytest.fixture
def field(catalogue_of: Any, indicator_of: Any) -> Any:
    """SCORES of parts and their ranked composite 'proef', catalogue and register, from columns of marks."""

    def made(marks: dict[str, Any], target: Any = None, **entry: Any) -> tuple[pl.DataFrame, Any, Any]:
        codes = [f"GM{n:04}" for n in range(len(next(iter(marks.values()))))]
        columns = {**marks, **({"doel": target} if target is not None else {})}
        catalogue = catalogue_of(
            indicators=tuple(indicator_of(part) for part in columns), gemeenten=tuple(codes),
            composites=(Composite("proef", "P", "P", "", "", parts=tuple(marks), **entry),),
        )  # fmt: skip
        rows = [
            (code, part, float(mark))
            for part, column in columns.items()
            for code, mark in zip(codes, column, strict=True)
        ]
        frame = pl.DataFrame(rows, schema=["area", "indicator", "mark"], orient="row").with_columns(
            level=pl.lit("gemeente"), year=pl.lit(2020), boundaries=pl.lit(2020), status=pl.lit("waarde"), note=pl.lit("")
        )  # fmt: skip
        missing = [pl.lit(None).alias(name) for name in SCORES.columns if name not in frame.columns]
        scores = frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCORES.columns.items())
        register = AreaRegister(catalogue.gemeenten, catalogue.changes)
        composed = composite_values(scores, catalogue, register).sort("area")
        rank = pl.Series(rank_areas(composed["mark"].to_numpy(), "higher_is_better").rank).cast(pl.Int32)
        return pl.concat([scores, composed.with_columns(rank=rank)]), catalogue, register

    return made


def ask(made: Any, otherwise: Otherwise, **more: Any) -> Any:
    scores, catalogue, register = made
    return weigh("proef", scores, catalogue, register, otherwise, np.random.default_rng(0), **more)


def test_own_weights_of_three_and_one_by_hand(field: Any) -> None:
    """Equal: 6.5, 6 and 6.5. With 3 and 1: 7.75, 6 and 5.75, so that the third falls from shared first to third."""
    found = ask(field(HAND), Otherwise(given={"a": 3.0, "b": 1.0}))
    assert found.parts.select("weight_entry", "weight").rows() == [(0.5, 0.75), (0.5, 0.25)]
    assert found.areas.select("area", "mark_entry", "rank_entry", "mark", "rank", "moved").rows() == [
        ("GM0000", 6.5, 1, 7.75, 1, 0), ("GM0001", 6.0, 3, 6.0, 2, 1), ("GM0002", 6.5, 1, 5.75, 3, -2),
    ]  # fmt: skip
    assert found.movers()["area"].to_list() == ["GM0002", "GM0001"]
    assert found.town("GM0002")["moved"] == -2


def test_compensation_is_what_the_plain_mean_gives_above_the_geometric(field: Any) -> None:
    """Of 9 and 4: 6.5 less 6. Of 6 and 6: nothing to make up for."""
    found = ask(field(HAND), Otherwise())
    by_area = dict(found.areas.select("area", "compensation").iter_rows())
    assert by_area["GM0000"] == pytest.approx(0.5) and by_area["GM0001"] == pytest.approx(0)


def test_a_lower_power_puts_the_even_town_first(field: Any) -> None:
    """Harmonic: 5.54, 6 and 6.15. At -8 the worst part is nearly all that counts: 4, 6 and 5."""
    found = ask(field(HAND), Otherwise(power=-1.0))
    assert found.areas["area"][0] == "GM0002" and found.aggregation == "power"
    even = ask(field(HAND), Otherwise(power=-8.0))
    assert even.areas["area"][0] == "GM0001"


def test_the_entry_beside_it_is_what_the_scores_say(field: Any) -> None:
    made = field(HAND, aggregation="geometric", weights="declared", weight={"a": 1.0, "b": 2.0})
    scores = made[0].filter(pl.col("indicator") == "proef").sort("area")
    found = ask(made, Otherwise(by="equal", add_up="arithmetic")).areas.sort("area")
    assert found["mark_entry"].to_list() == pytest.approx(scores["mark"].to_list())
    assert found["rank_entry"].to_list() == scores["rank"].to_list()


def many(number: int = 120) -> tuple[dict[str, Any], Any]:
    rng = np.random.default_rng(3)
    marks = {name: rng.normal(6.5, 1.25, number).clip(3, 10) for name in ("a", "b", "c")}
    return marks, 0.7 * marks["a"] + 0.3 * marks["b"] + 0.05 * rng.normal(size=number)


def test_weights_on_a_target_come_with_what_they_foretell_and_how_often_each_is_chosen(field: Any) -> None:
    marks, target = many()
    found = ask(field(marks, target), Otherwise(by="regression", target="doel"))
    assert found.parts["weight"].to_list() == pytest.approx([0.7, 0.3, 0.0], abs=0.03)
    assert found.weights.diagnostics["r2"] > 0.95
    assert found.parts["chosen"].to_list()[:2] == [1.0, 1.0]


def test_every_method_answers_and_equal_questions_get_equal_answers(field: Any) -> None:
    made = field(*many())
    for otherwise in (
        Otherwise(by="pca"), Otherwise(by="entropy"), Otherwise(by="optimised"), Otherwise(add_up="copeland"),
        Otherwise(by="regression", target="doel"), Otherwise(add_up="mazziotta_pareto"), Otherwise(add_up="harmonic"),
    ):  # fmt: skip
        first, second = ask(made, otherwise), ask(made, otherwise)
        assert first.long().equals(second.long())
        assert first.parts["weight"].sum() == pytest.approx(1)
        assert first.areas.height == 120 and first.areas["rank"].null_count() == 0


def test_optimised_weights_bring_the_importance_that_is_wanted(field: Any) -> None:
    marks, _ = many()
    marks["b"] = marks["a"]
    found = ask(field(marks), Otherwise(by="optimised", given={"a": 1.0, "b": 1.0, "c": 2.0}))
    assert found.parts["importance"].to_list() == pytest.approx([0.25, 0.25, 0.5], abs=0.03)
    assert found.parts["importance_entry"][2] < 0.35


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        (Otherwise(by="regression"), "geef --target"),
        (Otherwise(by="regression", target="a"), "een cijfer voorspelt zichzelf altijd"),
        (Otherwise(by="regression", target="dol"), "bestaat niet in de catalogus"),
        (Otherwise(by="declared"), "noemt geen gewichten"),
        (Otherwise(add_up="power"), "geef --power"),
        (Otherwise(by="pca"), "3 gemeenten hebben alle 2 cijfers; nodig zijn er 10"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_do(field: Any, otherwise: Otherwise, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        ask(field(HAND), otherwise)


def test_a_year_or_town_without_a_mark_is_refused_with_the_years_there_are(field: Any) -> None:
    with pytest.raises(QuestionError, match="er zijn plaatsen in 2020"):
        ask(field(HAND), Otherwise(), year=2019)
    with pytest.raises(QuestionError, match="daar is geen cijfer van"):
        ask(field(HAND), Otherwise()).town("GM9999")


# --- a user's own file


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", "werk = 3\nzorg = 1.5\n"),
        ("a.csv", "deel,gewicht\nwerk,3\nzorg,1.5\n"),
        ("a.csv", "Deel;Gewicht\nwerk;3\nzorg;1,5\n;\n"),
    ],
)
def test_weights_in_a_file_are_read(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8-sig")
    if name.endswith("toml"):
        path.write_text(text)
    assert read_own_weights(path, ("werk", "zorg")) == {"werk": 3.0, "zorg": 1.5}


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        ("a.toml", 'werk = -1\nzork = 2\nrust = "veel"\n',
         ["gewicht van 'rust' is 'veel'; verwacht een getal", "'zork' is geen deel; bedoelde u 'zorg'?",
          "deel 'zorg' heeft geen gewicht; geef 0 als het niet meetelt", "gewicht van 'werk' is -1; verwacht 0 of hoger"]),
        ("a.csv", "deel;gewicht\nwerk;x\nwerk;2\nzorg;-0,5\n",
         ["rij 2: gewicht 'x' van 'werk' is geen getal", "rij 3: deel 'werk' staat er dubbel in",
          "deel 'rust' heeft geen gewicht; geef 0 als het niet meetelt", "gewicht van 'zorg' is -0.5; verwacht 0 of hoger"]),
        ("a.toml", "", ["er is geen enkel gewicht"]),
        ("a.csv", "", ["kolom deel en gewicht ontbreekt; gevonden: niets"]),
        ("a.csv", "deel,gewicht\n", ["er is geen enkel gewicht"]),
        ("a.toml", "werk = 0\nzorg = 0\nrust = 0\n", ["de gewichten zijn samen 0; geef ten minste een deel gewicht"]),
    ],
)  # fmt: skip
def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path, name: str, text: str, problems: list[str]) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(CatalogueError) as fault:
        read_own_weights(path, ("werk", "zorg", "rust"))
    assert list(fault.value.problems) == problems
    assert "geef elk deel één gewicht" in str(fault.value)


def test_a_file_that_is_not_there_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="kan niet worden gelezen"):
        read_own_weights(tmp_path / "weg.toml", ("a",))
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match="geen geldige UTF-8"):
        read_own_weights(tmp_path / "a.toml", ("a",))
    (tmp_path / "b.toml").write_text("a = 1\na = 2\n")
    with pytest.raises(CatalogueError, match="geen geldige TOML"):
        read_own_weights(tmp_path / "b.toml", ("a",))
