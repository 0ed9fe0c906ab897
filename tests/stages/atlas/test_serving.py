"""`stadspeil serve` as a process: it starts with words, ends its answers, and serves the same from several workers."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest
import site_serving
from site_addresses import TOWN
from site_serving import Served, free_port, serving
from typed_command import answer_of
from waiting import LONG, until

from stadspeil.cli.serving import _folder_to_share

pytestmark = pytest.mark.slow


def begun(site: Served, body: bytes, length: int) -> socket.socket:
    """A form that is on its way: the head, which the site has begun to answer, and a part of the body."""
    line = socket.create_connection(("127.0.0.1", site.port), timeout=LONG)
    head = f"POST /stad HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    line.sendall(f"{head}Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n".encode())
    told = b""
    while not told.endswith(b"\r\n\r\n"):
        told += line.recv(1)
    assert told.startswith(b"HTTP/1.1 100 "), told
    line.sendall(body)
    return line


def all_of(line: socket.socket) -> bytes:
    told = b""
    while part := line.recv(65536):
        told += part
    return told


def test_a_stop_lets_a_running_answer_end(demo: Path) -> None:
    body = f"stad={TOWN}&taal=en".encode()
    with serving(demo / "werkmap") as site, begun(site, body[:6], len(body)) as line:
        site.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert site.process.poll() is None, "the site may not end while an answer runs"
        line.sendall(body[6:])
        answer = all_of(line).decode()
        assert answer.startswith("HTTP/1.1 303") and f"location: /en/stad/{TOWN}\r\n" in answer
        site.process.wait(timeout=LONG)
        assert "Traceback" not in site.said


def test_workers_give_equal_answers_and_log_lines_of_json(demo: Path) -> None:
    with serving(demo / "werkmap", "--workers", "2") as site:
        found = set()
        for _ in range(12):
            # A connection of its own each time, so that both workers get some.
            with urllib.request.urlopen(f"{site.address}/stad/{TOWN}", timeout=LONG) as answer:
                found.add((answer.headers["ETag"], answer.read()))
        assert len(found) == 1
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{site.address}/niets?wie=Jansen", timeout=LONG)
        site.process.terminate()
        site.process.wait(timeout=LONG)
        lines = [
            each
            for each in site.said.splitlines()
            if not each.startswith(("  ", "de site staat op", "let op: een andere versie"))
        ]
        told = [json.loads(each) for each in lines]
        assert [each["status"] for each in told if each.get("route") == "/stad/{stad}"] == [200] * 12
        assert "Jansen" not in site.said and "127.0.0.1" not in "".join(lines)


def test_what_one_worker_answered_the_others_give_too_and_nothing_of_it_stays(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(demo / "werkmap", "--workers", "2") as site:
        with urllib.request.urlopen(f"{site.address}/stad/{TOWN}", timeout=LONG) as answer:
            told = answer.read()
        folder = next(tmp_path.glob("stadspeil-*"))
        assert folder.stat().st_mode & 0o077 == 0, "only who runs the site may read it"
        until(
            lambda: len([each for each in folder.iterdir() if each.suffix != ".part"]) == 1,
            lambda: "no answer was shared",
        )
        (kept,) = folder.iterdir()
        assert kept.read_bytes().endswith(told)
        site.process.terminate()
        site.process.wait(timeout=LONG)
        assert list(tmp_path.glob("stadspeil-*")) == []


def test_a_system_without_room_for_temporary_files_shares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(**_: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("stadspeil.cli.serving.tempfile.TemporaryDirectory", none)
    with contextlib.ExitStack() as stack:
        assert _folder_to_share(stack) == ""


def ended(workspace: Path, *words: str) -> tuple[int, str]:
    """Exit code and words of a start that fails before anything is served."""
    done = answer_of("serve", "--workspace", workspace, *words)
    return done.returncode, done.stderr


def test_a_taken_port_is_said_in_words(demo: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = ended(demo / "werkmap", "--port", str(port))
    assert status == 13
    assert f"poort {port}" in said and "--port" in said and "Traceback" not in said


def test_wrong_settings_are_said_all_at_once_before_anything_starts(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "stadspeil.toml").write_text("[atlas]\nprot = 1\nport = 0\n", encoding="utf-8")
    status, said = ended(tmp_path)
    assert status == 10
    assert "2 problemen" in said and "bedoelde u 'port'?" in said and "verwacht 1 of meer" in said
    assert "docs/how-to/serve-the-atlas.md" in said


def test_nothing_to_show_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "stadspeil.toml").write_text("", encoding="utf-8")
    status, said = ended(tmp_path)
    assert status == 13 and "stadspeil score" in said


def test_a_site_for_other_machines_is_warned_about(demo: Path) -> None:
    with serving(demo / "werkmap", "--host", "0.0.0.0") as site:
        assert "let op: de site luistert op 0.0.0.0" in site.said
        asked = urllib.request.Request(f"{site.address}/?kies", headers={"Host": "stadspeil.example"})
        with pytest.raises(urllib.error.HTTPError, match="421"):
            urllib.request.urlopen(asked, timeout=LONG)


def test_a_port_that_was_taken_just_before_is_not_the_end(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ports = iter([other.getsockname()[1], free_port()])
        monkeypatch.setattr(site_serving, "free_port", lambda: next(ports))
        with serving(demo / "werkmap") as site:
            assert urllib.request.urlopen(f"{site.address}/gezond", timeout=LONG).status == 200


def test_the_free_port_is_free() -> None:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", free_port()))
