"""Tables in parts: whole or not at all, never read when damaged, and opened only where the question needs it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.errors import ContractError
from stadspeil.shelf import Part, drop_shelf, has_shelf, read_account, read_shelf, shelf_parts, shelf_sum, write_shelf


def part(year: int, *values: int) -> Part:
    return Part(str(year), pl.DataFrame({"year": [year] * len(values), "value": list(values)}), {"year": [year]})


def test_what_is_written_is_read_in_order(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1, 2), part(2021, 3)])
    assert read_shelf(tmp_path / "a").rows() == [(2020, 1), (2020, 2), (2021, 3)]
    assert read_shelf(tmp_path / "a", {"year": [2021]}, ["value"]).rows() == [(3,)]
    assert read_shelf(tmp_path / "a", {"value": [2, 3]}).rows() == [(2020, 2), (2021, 3)]


def test_a_question_that_nothing_meets_keeps_the_columns(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1)])
    assert read_shelf(tmp_path / "a", {"year": [1999]}).schema == {"year": pl.Int64, "value": pl.Int64}


def test_parts_that_cannot_hold_the_answer_are_not_opened(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1), part(2021, 3)])
    next((tmp_path / "a").glob("2020-*")).write_bytes(b"weg")
    assert read_shelf(tmp_path / "a", {"year": [2021]}).height == 1
    with pytest.raises(ContractError, match="beschadigd"):
        read_shelf(tmp_path / "a", {"year": [2020]})


def test_the_same_table_twice_changes_no_byte(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1)])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_shelf(tmp_path / "a", [part(2020, 1)])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_new_version_sweeps_the_old_and_changes_the_sum(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1), part(2021, 2)])
    before = shelf_sum(tmp_path / "a")
    write_shelf(tmp_path / "a", [part(2020, 9)])
    assert shelf_sum(tmp_path / "a") != before
    assert len(list((tmp_path / "a").glob("*.parquet"))) == 1


def test_a_writer_that_fails_leaves_the_old_version(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1)])

    def breaking():
        yield part(2020, 7)
        raise OSError("schijf vol")

    with pytest.raises(OSError, match="schijf vol"):
        write_shelf(tmp_path / "a", breaking())
    assert read_shelf(tmp_path / "a").rows() == [(2020, 1)]


def test_a_dropped_table_is_gone(tmp_path: Path) -> None:
    write_shelf(tmp_path / "a", [part(2020, 1)])
    drop_shelf(tmp_path / "a")
    assert not has_shelf(tmp_path / "a")
    assert shelf_sum(tmp_path / "a") == ""
    with pytest.raises(ContractError, match="weg of beschadigd"):
        shelf_parts(tmp_path / "a")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf") / "a"
    write_shelf(folder, [part(2020, *range(300)), part(2021, *range(100))])
    return folder


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_flipped_bit_anywhere_is_never_a_wrong_figure(shelf: Path, data: st.DataObject) -> None:
    right = read_shelf(shelf)
    path = data.draw(st.sampled_from(sorted(shelf.iterdir())))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, 8 * len(whole) - 1))
    spoiled = bytearray(whole)
    spoiled[place // 8] ^= 1 << place % 8
    path.write_bytes(spoiled)
    try:
        found = read_shelf(shelf)
    except ContractError:
        return
    finally:
        path.write_bytes(whole)
    assert found.equals(right)


def test_an_index_that_names_other_parts_is_refused(shelf: Path, tmp_path: Path) -> None:
    told = json.loads((shelf / "index.json").read_text())
    told["parts"] = told["parts"][:1]
    (tmp_path / "index.json").write_text(json.dumps(told))
    with pytest.raises(ContractError, match="controlegetal"):
        shelf_parts(tmp_path)


@pytest.mark.parametrize(
    ("folder", "remedy"),
    [
        ("out/scores", "draai 'stadspeil build' en 'stadspeil score'"),
        ("tables/areas", "draai 'stadspeil build' en 'stadspeil score'"),
        ("out/analyses/pockets", "verwijder out/analyses in de werkmap en draai 'stadspeil analyse' opnieuw"),
        ("out/atlas/inner", "verwijder out/atlas in de werkmap en draai 'stadspeil serve' opnieuw"),
        ("out/appraisal/bijles/lines", "verwijder out/appraisal/bijles in de werkmap en draai 'stadspeil appraise --package bijles' opnieuw"),
        ("out/simulation/plan/effects", "draai 'stadspeil simulate --programme plan' opnieuw"),
        ("out/simulation/balance-GM0637/options", "verwijder out/simulation/balance-GM0637 in de werkmap en draai 'stadspeil balance' opnieuw"),
        ("out/agenda/ons/plan", "draai 'stadspeil agenda ons' opnieuw"),
    ],
)  # fmt: skip
def test_no_more_is_to_be_made_anew_than_was_damaged(tmp_path: Path, folder: str, remedy: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "index.json").write_text("xx", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        read_shelf(tmp_path / folder)
    assert remedy in str(caught.value.remedy)


@pytest.mark.parametrize("content", [b"", b'{"a":', b"[1]", b"\xff\xfe"])
def test_a_damaged_account_is_named_with_what_makes_it_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "out" / "appraisal" / "bijles" / "run.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(ContractError, match="appraise --package bijles"):
        read_account(path)
    path.write_text('{"a": 1}', encoding="utf-8")
    assert read_account(path) == {"a": 1}
