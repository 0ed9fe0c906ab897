"""Columns are found by name, however the publisher numbers, pads or repeats them."""

from __future__ import annotations

import pytest

from stadspeil.catalogue.entries import Column, Source
from stadspeil.sources.headers import find_columns, index_of, missing_headers, plain_header


def source(*columns: Column, recognise: tuple[str, ...] = ()) -> Source:
    return Source(
        id="s", title="s", title_en="s", publisher="p", licence="l", homepage="h", status="connected",
        format="statline_rows", shape="ours", columns=columns, recognise=recognise,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("Koopwoningen_40", "koopwoningen"),
        (" k_0Tot15Jaar_8 ", "k0tot15jaar"),
        ("Geïsoleerd (%)", "geisoleerd"),
        ("AantalInwoners", "aantalinwoners"),
    ],
)
def test_a_header_loses_position_case_accents_and_signs(header: str, plain: str) -> None:
    assert plain_header(header) == plain


def test_a_shifted_position_number_finds_the_same_column() -> None:
    wanted = source(Column("woz", ("GemiddeldeWOZWaardeVanWoningen", "GemiddeldeWoningwaarde")))
    assert find_columns(["ID", "GemiddeldeWoningwaarde_35"], wanted) == {"woz": 1}
    assert find_columns(["GemiddeldeWOZWaardeVanWoningen_39", "GemiddeldeWoningwaarde_35"], wanted) == {"woz": 0}


def test_a_repeated_header_is_found_behind_the_one_named() -> None:
    headers = ["Elektriciteit_47", "Appartement_48", "Aardgas_55", "Appartement_56"]
    wanted = source(
        Column("gas", ("Appartement",), after="Aardgas"), Column("stroom", ("Appartement",), after="Elektriciteit")
    )
    assert find_columns(headers, wanted) == {"gas": 3, "stroom": 1}


def test_a_number_that_is_part_of_the_name_is_no_position() -> None:
    headers = ["p_hh_110", "p_hh_120"]
    assert index_of(headers, "p_hh_120") == 1
    assert index_of(headers, "p_hh_110") == 0


def test_a_column_that_is_not_there_is_left_out() -> None:
    assert find_columns(["a"], source(Column("b", ("b",)), Column("c", ("a",), after="weg"))) == {}


def test_marking_headers_that_are_missing_are_named() -> None:
    assert missing_headers(["WijkenEnBuurten"], source(recognise=("WijkenEnBuurten", "Perioden"))) == ["Perioden"]
