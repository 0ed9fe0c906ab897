"""Writing is all or nothing, and the same inputs are not made twice."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from stadspeil.errors import CatalogueError, ContractError, QuestionError, SourceError, StadspeilError
from stadspeil.workspace import (
    find_workspace,
    publish_bytes,
    publish_table,
    published_path,
    reuse_or_make,
)


def test_the_option_wins_over_the_environment_and_that_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STADSPEIL_WORKSPACE", raising=False)
    assert find_workspace().root == tmp_path / "werkmap"
    monkeypatch.setenv("STADSPEIL_WORKSPACE", str(tmp_path / "uit_omgeving"))
    assert find_workspace().root == tmp_path / "uit_omgeving"
    assert find_workspace(tmp_path / "optie").root == tmp_path / "optie"


def test_a_write_that_fails_halfway_leaves_the_old_file_and_no_debris(tmp_path: Path) -> None:
    target = tmp_path / "uitkomst"
    publish_bytes(b"oud", target)
    with pytest.raises(KeyboardInterrupt), published_path(target) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt
    assert target.read_bytes() == b"oud"
    assert list(tmp_path.iterdir()) == [target]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    table = pl.DataFrame({"a": ["x", "y"], "b": [1.0, None]})
    publish_table(table, tmp_path / "een.parquet")
    publish_table(table, tmp_path / "twee.parquet")
    assert (tmp_path / "een.parquet").read_bytes() == (tmp_path / "twee.parquet").read_bytes()


def test_a_result_is_made_again_only_when_its_inputs_changed(tmp_path: Path) -> None:
    target, runs = tmp_path / "uitkomst", []

    def make() -> None:
        runs.append(1)
        publish_bytes(b"x", target)

    assert reuse_or_make(target, {"a": 1}, make)
    assert not reuse_or_make(target, {"a": 1}, make)
    assert reuse_or_make(target, {"a": 2}, make)
    target.unlink()
    assert reuse_or_make(target, {"a": 2}, make)
    assert len(runs) == 3


def test_a_run_that_dies_after_the_result_but_before_its_key_is_done_again(tmp_path: Path) -> None:
    target = tmp_path / "uitkomst"

    def die() -> None:
        publish_bytes(b"half waar", target)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reuse_or_make(target, 1, die)
    assert reuse_or_make(target, 1, lambda: publish_bytes(b"heel", target))
    assert target.read_bytes() == b"heel"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(StadspeilError, 1), (CatalogueError, 10), (ContractError, 11), (SourceError, 12), (QuestionError, 13)],
)
def test_each_kind_of_error_has_its_own_exit_code(kind: type[StadspeilError], code: int) -> None:
    assert kind("hier", "fout").exit_code == code


def test_a_message_says_where_what_and_what_to_do() -> None:
    one = SourceError("bestand.csv", "rij 3 is leeg", "vul rij 3")
    many = SourceError("bestand.csv", ["rij 3 is leeg", "rij 4 is leeg"])
    assert str(one) == "bestand.csv: rij 3 is leeg\nWat te doen: vul rij 3"
    assert str(many) == "2 problemen in bestand.csv:\n- rij 3 is leeg\n- rij 4 is leeg"
