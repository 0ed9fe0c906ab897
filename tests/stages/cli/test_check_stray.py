"""`stadspeil check` names what lies in a workspace's catalogue and is not read, or has nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed_command import answer_of


def put(workspace: Path, *names: str, text: str = "# nog te doen\n") -> None:
    for name in names:
        path = workspace / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("text", ["", "\n", "# nog te doen\n", "\ufeff"])
@pytest.mark.parametrize("folder", ["packages", "agendas", "interventions", "funds", "programmes"])
def test_a_file_with_nothing_in_it_is_named(folder: str, text: str, tmp_path: Path) -> None:
    put(tmp_path, f"{folder}/mijn.toml", text=text)
    done = answer_of("check", "--workspace", tmp_path)
    assert done.returncode == 10
    assert f"{folder}/mijn.toml: het bestand is leeg, of er staat alleen commentaar in" in done.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("package/mijn.toml", "map 'package' wordt niet gelezen; bedoelde u 'packages'?; kies uit agendas, areas"),
        ("fondsen/mijn.toml", "map 'fondsen' wordt niet gelezen; bedoelde u 'funds'?"),
        ("Pakketten/mijn.toml", "map 'Pakketten' wordt niet gelezen; bedoelde u 'packages'?"),
        ("evidence/effect/mijn.toml", "map 'evidence/effect' wordt niet gelezen; bedoelde u 'evidence/effects'?"),
        ("packages/mijn.TOML", "bestand 'packages/mijn.TOML' wordt niet gelezen; noem het 'mijn.toml'"),
        ("packages/mijn.toml.txt", "bestand 'packages/mijn.toml.txt' wordt niet gelezen; noem het 'mijn.toml'"),
        ("group.toml", "bestand 'group.toml' wordt hier niet gelezen; bedoelde u 'groups.toml'?"),
    ],
)
def test_what_is_not_read_is_named_with_what_was_meant(name: str, told: str, tmp_path: Path) -> None:
    put(tmp_path, name)
    done = answer_of("check", "--workspace", tmp_path)
    assert done.returncode == 10
    assert told in done.stderr


def test_all_of_it_is_told_at_once_with_what_is_wrong_inside(tmp_path: Path) -> None:
    put(tmp_path, "package/mijn.toml", "packages/mijn.TOML", "agendas/leeg.toml")
    put(tmp_path, "packages/scheef.toml", text="titel = 1\n")
    done = answer_of("check", "--workspace", tmp_path)
    for told in ("map 'package'", "mijn.TOML", "agendas/leeg.toml: het bestand is leeg", "onbekend veld 'titel'"):
        assert told in done.stderr


def test_notes_backups_and_hidden_files_may_lie_there(tmp_path: Path) -> None:
    put(
        tmp_path,
        "packages/mijn.md",
        "packages/oud.toml.bak",
        "packages/.lock",
        ".git/x.toml",
        "_oud/x.toml",
        "groups.toml",
    )
    assert answer_of("check", "--workspace", tmp_path).returncode == 0
