"""Answers of one worker that others give: the same bytes, whole or not at all, and never without room."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stadspeil.atlas.sharing import Answer, Shared

KEY = ("1", "http", "h", "/gebied/é", "a=b", "", "gzip", "")
ANSWER = Answer(
    ((b"etag", b'W/"a"'), (b"x-name", "caf\u00e9".encode("latin-1"))),
    b"\x1f\x8b\n\x00 bytes",
    'W/"a"',
    True,
    "/gebied/{gebied}",
)


def test_what_one_wrote_another_reads(tmp_path: Path) -> None:
    Shared(tmp_path).write(KEY, ANSWER)
    assert Shared(tmp_path).read(KEY) == ANSWER
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("place", range(len(KEY)))
def test_another_question_has_another_answer(tmp_path: Path, place: int) -> None:
    Shared(tmp_path).write(KEY, ANSWER)
    assert Shared(tmp_path).read((*KEY[:place], KEY[place] + "x", *KEY[place + 1 :])) is None


def test_parts_of_a_question_do_not_run_into_each_other(tmp_path: Path) -> None:
    Shared(tmp_path).write(("ab", "c"), ANSWER)
    assert Shared(tmp_path).read(("a", "bc")) is None


@pytest.mark.parametrize("harm", [b"", b"{}\n", b"no json\n", b"[1]\nx"])
def test_what_cannot_be_understood_is_not_there(tmp_path: Path, harm: bytes) -> None:
    Shared(tmp_path).write(KEY, ANSWER)
    (file,) = tmp_path.iterdir()
    file.write_bytes(harm)
    assert Shared(tmp_path).read(KEY) is None


def test_a_changed_byte_or_a_lost_end_is_not_given(tmp_path: Path) -> None:
    shared = Shared(tmp_path)
    shared.write(KEY, ANSWER)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for harmed in (whole[:-1], whole[:-1] + b"S"):
        file.write_bytes(harmed)
        assert shared.read(KEY) is None
    file.write_bytes(whole)
    assert shared.read(KEY) == ANSWER


def test_a_folder_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    shared = Shared(tmp_path / "gone")
    shared.write(KEY, ANSWER)
    assert shared.read(KEY) is None


def test_a_disk_that_takes_nothing_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stadspeil.atlas.sharing.os.replace", full)
    Shared(tmp_path).write(KEY, ANSWER)
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_make_room_for_what_several_workers_add(tmp_path: Path) -> None:
    workers = [Shared(tmp_path, most=20_000) for _ in range(2)]
    answer = Answer((), b"x" * 1_000, "m", False, "/")
    for number in range(60):
        workers[number % 2].write((str(number),), answer)
        for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda each: each.stat().st_mtime_ns)):
            os.utime(path, ns=(age, age))
        assert sum(each.stat().st_size for each in tmp_path.iterdir()) <= 25_000
    kept = [number for number in range(60) if workers[0].read((str(number),)) is not None]
    assert kept == list(range(60 - len(kept), 60)) and len(kept) >= 10
