"""What stays empty for a town is named: the entry, why, and what would fill it."""

from __future__ import annotations

import polars as pl
import pytest

from stadspeil.catalogue import load_catalogue
from stadspeil.scores.emptiness import empty_composites

TOWN = "GM0637"
NEAR = ("afstand_supermarkt", "afstand_levensmiddelen", "afstand_warenhuis")


def table(marks: dict[str, float | None], values: dict[str, float | None] | None = None) -> pl.DataFrame:
    rows = [(TOWN, id, (values or {}).get(id, 1.0), mark) for id, mark in marks.items()]
    kinds = {"area": pl.String, "indicator": pl.String, "value": pl.Float64, "mark": pl.Float64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def about(entry: str, scores: pl.DataFrame) -> list[str]:
    return [each for each in empty_composites(scores, load_catalogue(), TOWN) if f"[{entry}]" in each]


def test_an_empty_theme_says_which_source_would_fill_it() -> None:
    (sentence,) = about("thema_winkels", table({"afstand_supermarkt": 7.0}))
    assert sentence.startswith("composites.toml [thema_winkels]: geen cijfer voor 'Winkels'; 1 van 3 delen")
    assert "cbs_nabijheid_gemeenten_2020" in sentence
    assert "afstand_levensmiddelen" in sentence and "afstand_supermarkt" not in sentence


def test_a_theme_with_a_mark_is_not_named() -> None:
    assert about("thema_winkels", table({**dict.fromkeys(NEAR, 7.0), "thema_winkels": 7.0})) == []


def test_another_town_fills_nothing() -> None:
    others = table({"thema_winkels": 7.0}).with_columns(area=pl.lit("GM0034"))
    assert len(about("thema_winkels", others)) == 1


def test_a_figure_without_a_field_is_told_apart_from_one_that_was_not_read() -> None:
    (sentence,) = about("thema_winkels", table(dict.fromkeys(NEAR)))
    assert "Te weinig gemeenten om te vergelijken bij afstand_supermarkt" in sentence
    assert "lees in" not in sentence.split("Te weinig")[0]


@pytest.mark.parametrize("theme", ["Veiligheid", "Vrije tijd"])
def test_a_theme_without_any_figure_is_named_with_its_file(theme: str) -> None:
    found = empty_composites(table({"afstand_supermarkt": 7.0}), load_catalogue(), TOWN)
    assert [each for each in found if each.startswith("indicators/") and f"thema '{theme}'" in each]
    assert not [each for each in found if "thema 'Winkels'" in each and each.startswith("indicators/")]
